//! Countries that no group holds or no rule reaches.

use tiergate_law::{Country, CountryFact, Regime};

use super::rules::Rules;
use super::{Check, Finding};
use crate::diagram::Node;
use crate::variables::Question;

pub(super) fn find(rules: &mut Rules<'_>, countries: &[Country]) -> Vec<Finding> {
    let regime = rules.regime;
    let mut found = Vec::new();
    let bare: Vec<Country> = countries
        .iter()
        .copied()
        .filter(|c| !regime.groups.iter().any(|g| g.is.contains(*c)))
        .collect();
    if !bare.is_empty() && !regime.groups.is_empty() {
        found.extend(finding(regime, "in no country group", &bare, countries));
    }
    let reached = rules.build.diagrams.or(rules.prohibited, rules.required);
    let variables = rules.build.variables;
    let place = variables.place(&Question::Country(CountryFact::Destination));
    let reaches: Vec<bool> = match place {
        None => vec![rules.some(&[(reached, true)]); variables.example_countries().len()],
        Some(variable) => (0..variables.example_countries().len())
            .map(|class| {
                let there: Vec<Node> = (0..variables.example_countries().len())
                    .map(|other| Node::truth(other == class))
                    .collect();
                let there = rules.build.diagrams.node(variable, &there);
                rules.some(&[(reached, true), (there, true)])
            })
            .collect(),
    };
    let free: Vec<Country> = countries
        .iter()
        .copied()
        .filter(|c| !reaches[variables.class(*c)])
        .collect();
    if !free.is_empty() {
        found.extend(finding(
            regime,
            "the destination of no requirement or prohibition",
            &free,
            countries,
        ));
    }
    found
}

/// A finding at the head of the instrument that came first: what is joined stands there once.
fn finding(regime: &Regime, what: &str, of: &[Country], all: &[Country]) -> Option<Finding> {
    let codes: Vec<String> = of.iter().map(Country::to_string).collect();
    let (named, verb) = match of.len() {
        1 => (codes.concat(), "is"),
        some if some == all.len() => ("every country".to_owned(), "is"),
        _ => (codes.join(", "), "are"),
    };
    Some(Finding {
        check: Check::NotCovered,
        instrument: regime.instruments.first()?.clone(),
        span: 0..0,
        message: format!("{named} {verb} {what}"),
        help: None,
        other: None,
    })
}
