//! Do all contestants give the answers of `spec()`?

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use tiergate_order::Catalog;

use crate::spec::{Answer, Order, spec};
use crate::timing::table;
use crate::{cedar, columns, lemma_side, tier, zen};

pub fn run(orders: &[Order], catalog: &Catalog, openfisca: &Path) -> Result<String> {
    let right: Vec<Answer> = orders.iter().map(spec).collect();
    let mut rows = vec![vec!["contestant".to_owned(), "agrees".into(), "of".into()]];
    let mut add = |name: &str, answers: &mut dyn Iterator<Item = Option<Answer>>| {
        let mut first = None;
        let mut same = 0;
        for (at, answer) in answers.enumerate() {
            if answer == Some(right[at]) {
                same += 1;
            } else if first.is_none() {
                first = Some((at, answer));
            }
        }
        if let Some((at, answer)) = first {
            eprintln!(
                "{name}: {:?} is {:?}, found {answer:?}",
                orders[at], right[at]
            );
        }
        rows.push(vec![
            name.to_owned(),
            same.to_string(),
            orders.len().to_string(),
        ]);
    };
    let book = tier::diffusion()?;
    let facts = tier::all_facts(orders, catalog, &book.regime.class_names)?;
    add(
        "Tiergate",
        &mut facts
            .iter()
            .map(|f| tier::answer(&book, book.outcome(f, &[]))),
    );
    let plan = columns::Plan::new(&book, &tier::Least::new(&book, &facts, &[]));
    let mut codes = Vec::new();
    plan.decide(&book, &columns::Frame::new(orders), &mut codes);
    add(
        "Tiergate's diagram by hand, in columns",
        &mut codes
            .iter()
            .map(|c| tier::answer(&book, book.outcomes.get(usize::from(*c)).copied())),
    );
    let cedar = cedar::Cedar::new()?;
    add(
        "Cedar",
        &mut orders.iter().map(|o| {
            let request = cedar.request(o).ok()?;
            Some(cedar::Cedar::answer(&cedar.decide(&request)))
        }),
    );
    let zen = zen::Zen::new()?;
    add(
        "zen-engine",
        &mut orders
            .iter()
            .map(|o| zen::Zen::answer(&zen.decide(zen.input(o), false).ok()?)),
    );
    let lemma = lemma_side::Lemma::new(lemma_side::Form::Chains)?;
    add(
        "Lemma",
        &mut orders
            .iter()
            .map(|o| lemma_side::Lemma::answer(&lemma.decide(lemma.input(o), false).ok()?)),
    );
    match std::fs::read_to_string(openfisca) {
        Ok(text) => add("OpenFisca", &mut text.lines().map(Answer::parse)),
        Err(_) => eprintln!("no answers of OpenFisca: run bench/run"),
    }
    let mut shares = String::new();
    for answer in Answer::ALL {
        let n = right.iter().filter(|a| **a == answer).count();
        let _ = write!(
            shares,
            "{}{} {n}",
            if n > 0 && !shares.is_empty() {
                ", "
            } else {
                ""
            },
            answer.word()
        );
    }
    Ok(format!(
        "## Agreement\n\nAgainst the plain function `spec()` on seeded random orders: {shares}.\n\n{}",
        table(&rows)
    ))
}
