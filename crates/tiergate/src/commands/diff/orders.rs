//! The orders of an order book that fall in a difference.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tiergate_engine::{Comparison, Covered, Decision, Desk};
use tiergate_order::{Assume, CsvOrders, Facts, Order, RowError, read_json, read_jsonl_line};

use super::report::{OrderChange, Report};
use crate::report::say;

type Rows = Vec<Result<Order, Vec<RowError>>>;

/// Compares the orders of files and adds those that change; the number of rows that could not be
/// read.
pub fn add(
    report: &mut Report,
    desk: &Desk,
    comparison: &Comparison,
    assume: &Assume,
    files: &[PathBuf],
) -> Result<u64> {
    let mut faults = 0;
    for file in files {
        for row in rows(file)? {
            let order = match row {
                Ok(order) => order,
                Err(errors) => {
                    faults += 1;
                    let name = file.display();
                    errors.iter().for_each(|e| say(&format!("{name}, {e}")));
                    continue;
                }
            };
            let resolved = match desk.resolve(&order, assume) {
                Ok(resolved) => resolved,
                Err(error) => {
                    faults += 1;
                    say(&format!(
                        "{}, order `{}`: {error}",
                        file.display(),
                        order.id
                    ));
                    continue;
                }
            };
            report.orders_compared += 1;
            report
                .orders
                .extend(change(comparison, &order.id, &resolved.facts));
        }
    }
    Ok(faults)
}

fn change(comparison: &Comparison, id: &str, facts: &Facts) -> Option<OrderChange> {
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
    })
}

fn rows(file: &Path) -> Result<Rows> {
    let name = || format!("cannot read {}", file.display());
    let ending = file.extension().and_then(|e| e.to_str()).unwrap_or("csv");
    if ending == "csv" {
        let mut rows = Vec::new();
        match CsvOrders::new(File::open(file).with_context(name)?) {
            Ok(mut orders) => {
                while let Some(row) = orders.next_order() {
                    rows.push(row);
                }
            }
            Err(errors) => rows.push(Err(errors)),
        }
        return Ok(rows);
    }
    let text = std::fs::read_to_string(file).with_context(name)?;
    if ending == "json" {
        return Ok(read_json(&text).unwrap_or_else(|error| vec![Err(vec![error])]));
    }
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    Ok(lines.map(|(at, line)| read_jsonl_line(at, line)).collect())
}
