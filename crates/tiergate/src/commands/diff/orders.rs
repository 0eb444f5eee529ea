//! The orders of an order book that fall in a difference.

use std::path::PathBuf;

use anyhow::Result;
use tiergate_engine::{Comparison, Covered, Decision, Desk, Stamp};
use tiergate_law::{CountryFact, LawRef, TextFact};
use tiergate_order::{Assume, Catalog, Facts, name_key};

use super::report::{OrderChange, Report};
use crate::cli::Ended;
use crate::pipeline::{Asked, Done, Pipeline, Row, Teller};
use crate::report::Output;
use crate::verdict::Bench;

/// Compares the orders of files, read as `decide` reads them, and adds those that change.
pub fn add(
    report: &mut Report,
    desk: &Desk,
    comparison: &Comparison,
    stamps: &[Stamp; 2],
    assume: &Assume,
    files: &[PathBuf],
) -> Result<Ended> {
    let laws = stamps.iter().map(|stamp| LawRef {
        id: stamp.law.clone(),
        date: Some(stamp.as_of),
        view: Some(stamp.view),
    });
    let bench = Bench::of(desk, laws.collect(), (None, None), assume.clone())?;
    let teller = || Falls {
        catalog: &desk.catalog,
        comparison,
        compared: 0,
    };
    let mut pipeline = Pipeline::new(&bench, Output::nowhere(), None, teller);
    for file in files {
        pipeline.file(file, &mut |_, told| report.orders.extend(told))?;
    }
    let finished = pipeline.finish()?;
    report.orders_compared = finished.tellers.iter().map(|t| t.compared).sum();
    Ok(finished.ended())
}

/// Tells of the orders that fall in a difference.
struct Falls<'c> {
    catalog: &'c Catalog,
    comparison: &'c Comparison,
    compared: u64,
}

impl Teller for Falls<'_> {
    type Told = Vec<OrderChange>;

    fn short(&self) -> bool {
        false
    }

    fn order<'d>(
        &mut self,
        row: Row<'_>,
        asked: &mut impl Asked<'d>,
        done: &mut Done<Vec<OrderChange>>,
    ) -> Result<()> {
        self.compared += 1;
        let id = String::from_utf8_lossy(row.id);
        done.told
            .extend(change(self.catalog, self.comparison, &id, asked.facts()));
        Ok(())
    }
}

fn change(
    catalog: &Catalog,
    comparison: &Comparison,
    id: &str,
    facts: &Facts,
) -> Option<OrderChange> {
    let covered = match comparison.covers(facts) {
        Covered::No => return None,
        Covered::Partly => "partly",
        Covered::Wholly => "wholly",
    };
    let decisions = comparison
        .sides
        .each_ref()
        .map(|side| Desk::decide(&side.book, facts, &side.readings));
    let words = |decision: &Decision<'_>| {
        let detail = decision.authority().or(decision.review());
        detail.map_or_else(
            || decision.word().to_owned(),
            |d| format!("{}: {d}", decision.word()),
        )
    };
    let mut missing: Vec<String> = decisions
        .iter()
        .flat_map(Decision::depends_on)
        .map(str::to_owned)
        .collect();
    missing.sort_unstable();
    missing.dedup();
    Some(OrderChange {
        id: id.to_owned(),
        covered,
        before: words(&decisions[0]),
        after: words(&decisions[1]),
        missing,
        destination: facts
            .country(CountryFact::Destination)
            .map(|c| c.to_string()),
        chip: {
            let key = facts.text(TextFact::Chip);
            let mut chips = catalog.chips.iter();
            chips.find(|c| name_key(&c.id) == key).map(|c| c.id.clone())
        },
    })
}
