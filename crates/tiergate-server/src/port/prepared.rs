//! An order made ready for an application.

use serde_json::Value;
use tiergate_cases::Drawing;

/// An order made ready for an application.
#[derive(Debug, Clone)]
pub struct Prepared {
    /// The order as it was read, with what is used.
    pub order: Value,
    /// The decision.
    pub decision: Value,
    /// The outcome's word, such as `license-required`.
    pub outcome: String,
    /// The answer in a sentence.
    pub says: String,
    /// The lane: the review policy's word.
    pub lane: Option<String>,
    /// The destination.
    pub country: Option<String>,
    /// What it is about, in a line.
    pub title: String,
    /// Units.
    pub quantity: u64,
    /// Value in whole U.S. dollars, rounded up, where the order states it.
    pub value_usd: Option<u64>,
    /// Whether the item is of a class for which the law may state a shorter validity; none when
    /// that is not known.
    pub a_items: Option<bool>,
    /// What approval draws on the ledger; why it cannot be told, otherwise.
    pub drawing: Result<Drawing, String>,
    /// What of each limit is used and left, in words.
    pub limits: Vec<String>,
}
