//! A file of orders, decided as `tiergate decide` decides it.

use std::sync::Arc;

use anyhow::{Result, bail};
use rustc_hash::FxHashMap;
use tiergate_engine::Desk;
use tiergate_law::CountryFact;
use tiergate_order::{Assume, RowError};
use tiergate_server::{Fault, OrderAnswer, OrderFault, OrderFile, OrderRow, OrdersTold};

use super::sheets::light;
use super::{asking, whole};
use crate::pipeline::{Asked, CSV_HEAD, Done, Pipeline, Rendered, Row, Teller, push_value};
use crate::report::Output;
use crate::verdict::{self, Bench, Short};
use crate::words;

/// Rows with their answers; each answer is laid out once for each worker.
#[derive(Debug)]
struct Listing {
    most: usize,
    told: usize,
    known: FxHashMap<usize, (Arc<Short>, Arc<OrderAnswer>)>,
}

impl Listing {
    fn answer(&mut self, rendered: &Rendered) -> Arc<OrderAnswer> {
        // The short answer is kept beside, so that no other comes to stand at its address.
        let place = Arc::as_ptr(&rendered.answer) as usize;
        let known = self.known.entry(place);
        let laid = || (rendered.answer.clone(), Arc::new(laid_out(rendered)));
        known.or_insert_with(laid).1.clone()
    }
}

fn laid_out(rendered: &Rendered) -> OrderAnswer {
    let answer = &rendered.answer;
    let open = match answer.missing.is_empty() {
        true => &answer.missing_detail,
        false => &answer.missing,
    };
    OrderAnswer {
        light: light(verdict::light(answer.outcome)),
        outcome: answer.outcome.to_owned(),
        says: says(answer),
        missing: words::capital(&words::names(open.iter().copied())),
        other_view: answer
            .other_view
            .as_ref()
            .map_or_else(String::new, crate::case::short),
        csv: [&rendered.law, &rendered.rest]
            .map(|columns| String::from_utf8_lossy(columns).into_owned()),
    }
}

/// An answer in a few words, beside the word for what it means.
fn says(answer: &Short) -> String {
    match (answer.outcome, &answer.authority, answer.review) {
        ("license-exception" | "validated-end-user", Some(authority), _) => {
            format!("under {authority}")
        }
        ("license-exception" | "validated-end-user", None, _) => {
            "under one of several authorizations".to_owned()
        }
        ("license-required", _, Some(review)) => words::plain(review).into_owned(),
        ("license-required", _, None) => "how it is reviewed is not stated".to_owned(),
        ("prohibited", ..) => "no license is to be had".to_owned(),
        ("indeterminate", ..) => {
            let possible = answer.possible.iter().map(|word| words::plain(word));
            possible.collect::<Vec<_>>().join("; or ")
        }
        (outcome, ..) => words::plain(outcome).into_owned(),
    }
}

impl Teller for Listing {
    type Told = Vec<OrderRow>;

    fn short(&self) -> bool {
        true
    }

    fn order<'d>(
        &mut self,
        row: Row<'_>,
        asked: &mut impl Asked<'d>,
        done: &mut Done<Self::Told>,
    ) -> Result<()> {
        self.told += 1;
        if self.told > self.most {
            bail!(too_many(self.most));
        }
        let to = asked.facts().country(CountryFact::Destination);
        let as_of = asked.bench().as_of(0, row.date);
        for books in row.places {
            let answer = asked.answer(0, *books);
            let answer = self.answer(asked.rendered(answer));
            done.told.push(OrderRow {
                id: String::from_utf8_lossy(row.id).into(),
                to: to.map_or_else(Box::default, |c| c.to_string().into()),
                as_of,
                answer,
            });
        }
        Ok(())
    }

    fn finish_file(&mut self) {
        self.known.clear();
    }
}

fn too_many(most: usize) -> String {
    let most = crate::style::grouped(&most.to_string());
    format!("holds more than {most} orders: split it, or use `tiergate decide`")
}

/// Decides a file of orders.
pub fn decide(desk: &'static Desk, file: &OrderFile<'_>) -> Result<OrdersTold, Vec<Fault>> {
    let law = asking::law(file.law).map_err(|fault| vec![fault])?;
    let assume = Assume::parse(file.assume).map_err(whole)?;
    let bench = Bench::of(desk, vec![law], (None, None), assume).map_err(whole)?;
    let mut pipeline = Pipeline::new(&bench, Output::nowhere(), None, || Listing {
        most: file.most,
        told: 0,
        known: FxHashMap::default(),
    });
    pipeline.keep_faults();
    let mut rows = Vec::new();
    let read = pipeline.file(file.path, &mut |out, mut told: Vec<OrderRow>| {
        out.clear();
        rows.append(&mut told);
    });
    let path = file.path.display().to_string();
    let named = |what: String| what.replace(&path, file.name);
    read.map_err(|error| whole(named(format!("{}: {}", file.name, error.root_cause()))))?;
    if rows.len() > file.most {
        return Err(whole(format!("{} {}", file.name, too_many(file.most))));
    }
    let faults = pipeline
        .take_faults()
        .into_iter()
        .map(|fault: RowError| OrderFault {
            line: fault.line,
            column: fault.column.unwrap_or_default(),
            id: fault.id.unwrap_or_default(),
            what: named(fault.message),
        });
    Ok(OrdersTold {
        faults: faults.collect(),
        rows,
    })
}

/// Orders and their answers as CSV.
pub fn csv(rows: &mut dyn Iterator<Item = &OrderRow>) -> Vec<u8> {
    let mut out = CSV_HEAD.as_bytes().to_vec();
    for row in rows {
        let [law, rest] = &row.answer.csv;
        push_value(row.id.as_bytes(), &mut out);
        out.push(b',');
        out.extend_from_slice(law.as_bytes());
        out.push(b',');
        out.extend_from_slice(row.as_of.to_string().as_bytes());
        out.extend_from_slice(rest.as_bytes());
    }
    out
}
