//! All the orders of a file at once, for what cannot be decided in pieces.

use std::path::Path;

use anyhow::Result;
use tiergate_order::{CsvOrders, Order, RowError, read_json, read_jsonl_line};

use super::input::{Input, Kind};
use crate::report::Unreadable;

/// A row with its line.
pub type Read = (u64, Result<Order, Vec<RowError>>);

/// Reads every row; the name of the input, what its rows are counted in, and the rows.
///
/// # Errors
///
/// An input that cannot be read.
pub fn read(path: &Path, kind: Option<Kind>) -> Result<(String, &'static str, Vec<Read>)> {
    let mut input = Input::open(path, kind)?;
    let name = input.name.clone();
    let wrong = |error: &RowError| Unreadable::new(format!("{name}: {}", error.message));
    match input.kind {
        Kind::Csv => {
            let mut rows = Vec::new();
            let mut orders = CsvOrders::new(input.into_reader()).map_err(|errors| {
                Unreadable::new(format!("{name}:\n{}", crate::report::faults(&errors)))
            })?;
            while let Some(order) = orders.next_order() {
                let line = match &order {
                    Err(errors) => errors.first().map_or(0, |e| e.line),
                    Ok(_) => orders.line(),
                };
                rows.push((line, order));
            }
            Ok((name, "line", rows))
        }
        Kind::Jsonl => {
            let text = input.text()?;
            let lines = (1..)
                .zip(text.lines())
                .filter(|(_, text)| !text.trim().is_empty());
            let rows = lines.map(|(line, text)| (line, read_jsonl_line(line, text)));
            let rows = rows.collect();
            Ok((name, "line", rows))
        }
        Kind::Json => {
            let text = input.text()?;
            let rows = read_json(&text).map_err(|error| wrong(&error))?;
            Ok((name, "order", (1..).zip(rows).collect()))
        }
    }
}
