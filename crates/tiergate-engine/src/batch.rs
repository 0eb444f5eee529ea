//! Many orders at once, in columns: no map per row, nothing allocated per row.

use std::sync::Arc;

use tiergate_order::Facts;

use crate::decision::{Answer, Decision};
use crate::rulebook::{Outcome, Rulebook};

/// Orders in columns: each row points to facts shared by many rows.
///
/// Real order books repeat: a chip, a consignee, a destination. A column of small indices into
/// distinct facts is what a data frame's dictionary column is, and it is decided once per
/// distinct entry and looked up per row.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// The distinct facts.
    pub distinct: Vec<Facts>,
    /// For each row, its place in `distinct`.
    pub rows: Vec<u32>,
}

/// The outcome of one row with the code of its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome; none when unknown facts leave it open.
    pub outcome: Option<Outcome>,
    /// Place among the distinct facts: render that entry's [`Decision`] for the full reasons.
    pub reason: u32,
}

/// Decides every row.
#[must_use]
pub fn decide_columns(book: &Rulebook, columns: &Columns, readings: &Arc<[usize]>) -> Vec<Verdict> {
    let outcomes: Vec<Option<Outcome>> = columns
        .distinct
        .iter()
        .map(|facts| match book.outcome(facts, readings) {
            Some(outcome) => Some(outcome),
            None => match Decision::make(book, facts, readings).answer {
                Answer::Decided(outcome) => Some(outcome),
                Answer::Open(_) => None,
            },
        })
        .collect();
    columns
        .rows
        .iter()
        .map(|row| Verdict { outcome: outcomes[*row as usize], reason: *row })
        .collect()
}
