//! Many orders at once.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Light, WhichLaw};

/// A file of orders to be decided.
#[derive(Debug, Clone, Copy)]
pub struct OrderFile<'f> {
    /// Where it is.
    pub path: &'f Path,
    /// What it is called.
    pub name: &'f str,
    /// The law.
    pub law: &'f WhichLaw,
    /// What to take for granted.
    pub assume: &'f [String],
    /// How many orders may be in it.
    pub most: usize,
}

/// An answer, the same for many orders.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderAnswer {
    /// What it means for the shipment.
    pub light: Light,
    /// The outcome.
    pub outcome: String,
    /// In a few words.
    pub says: String,
    /// Facts it depends on.
    pub missing: String,
    /// What the other view gives, when it differs.
    pub other_view: String,
    /// The columns of a row of CSV before and behind the day of the law.
    pub csv: [String; 2],
}

/// An order and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderRow {
    /// The order's id.
    pub id: Box<str>,
    /// Where it goes, by code.
    pub to: Box<str>,
    /// The day of the law.
    pub as_of: Date,
    /// The answer.
    pub answer: Arc<OrderAnswer>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderFault {
    /// Its line; for JSON, its place among the orders.
    pub line: u64,
    /// The column or path, if it is of one.
    pub column: String,
    /// The id of the order, if it could be read.
    pub id: String,
    /// What was found, and what would be right.
    pub what: String,
}

/// A file of orders, decided.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrdersTold {
    /// The orders, in the order of the file.
    pub rows: Vec<OrderRow>,
    /// What could not be read.
    pub faults: Vec<OrderFault>,
}
