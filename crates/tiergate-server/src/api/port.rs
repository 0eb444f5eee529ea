//! What the API asks of the order desk besides single decisions.

use jiff::civil::Date;
use serde_json::Value;
use tiergate_ledger::{Basis, Charge, Ledger};

use crate::port::Fault;

/// One order decided, as JSON texts: numbers keep their digits.
pub type Decided = Result<String, Vec<Fault>>;

/// A law as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawListed {
    /// The spelling to ask by.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it stands.
    pub cite: Option<String>,
    /// The day a proposal is adopted.
    pub adopted: Option<Date>,
    /// The days on which the law changes.
    pub changes: Vec<Date>,
}

/// The form of a file of orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileForm {
    /// Comma-separated values with a head.
    Csv,
    /// A JSON array.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// An order as a license application starts from it.
#[derive(Debug, Clone)]
pub struct Started {
    /// The order as it is kept.
    pub order: String,
    /// The decision on it, as JSON.
    pub decision: String,
    /// How the application would be reviewed; none when no license is required.
    pub lane: Option<String>,
    /// The outcome in the decision's word.
    pub outcome: String,
    /// The facts on which the outcome turns, where it is open.
    pub missing: Vec<String>,
    /// The answer in a sentence.
    pub says: String,
    /// What it is about, in a line.
    pub title: String,
    /// What the ledger counts already of each limit it draws on, in words.
    pub limits: Vec<String>,
    /// The destination.
    pub country: Option<String>,
    /// Units.
    pub quantity: Option<u64>,
    /// Value in whole U.S. dollars, rounded up.
    pub value_usd: Option<u64>,
}

/// What the approval of an order draws.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// The order's id.
    pub order: String,
    /// The charges; all or none.
    pub charges: Vec<Charge>,
    /// The decision they come of; its papers are kept in the ledger.
    pub decision: Basis,
    /// The papers it names: kind and body.
    pub papers: Vec<(&'static str, String)>,
}

/// Who reserves, under which law, until when.
#[derive(Debug, Clone)]
pub struct Reserving {
    /// The law, in the command line's spelling.
    pub law: String,
    /// Who enters.
    pub by: String,
    /// The last day it is held.
    pub until: Option<Date>,
}

/// Decides many orders, compares laws, tells the law, and what orders draw on the ledger.
pub trait LawDesk: Send + Sync {
    /// The decisions on orders, each a JSON text, in their order: one that cannot be read does not
    /// stop the others.
    ///
    /// # Errors
    ///
    /// What is wrong with the law asked for.
    fn decide_texts(&self, orders: &[String], law: &str) -> Result<Vec<Decided>, Vec<Fault>>;

    /// The exact difference of two laws, with at most so many changes spelled out.
    ///
    /// # Errors
    ///
    /// What is wrong with the laws.
    fn diff(&self, laws: [&str; 2], limit: usize) -> Result<Value, Vec<Fault>>;

    /// What a change of law does to a file of orders; rows that cannot be read are told beside it.
    ///
    /// # Errors
    ///
    /// What is wrong with the laws or the whole of the file.
    fn impact(
        &self,
        orders: (&str, FileForm),
        laws: [&str; 2],
        limit: usize,
    ) -> Result<Value, Vec<Fault>>;

    /// The laws there are.
    fn law_list(&self) -> Vec<LawListed>;

    /// A law rule by rule, each with its citation; the day is for a law that names none.
    ///
    /// # Errors
    ///
    /// What is wrong with the law asked for.
    fn law_json(&self, law: &str, day: Date) -> Result<Value, Vec<Fault>>;

    /// An order as an application starts from it on a day: decided with what the ledger says is
    /// used, by the law of its own date, or of that day where it has none.
    ///
    /// # Errors
    ///
    /// What is wrong with the order.
    fn start(&self, order: &str, day: Date, ledger: &Ledger) -> Result<Started, Vec<Fault>>;

    /// What a license for an order draws on the ledger, if it is approved on a day.
    ///
    /// # Errors
    ///
    /// What is wrong with the order, or not known of what it draws.
    fn drawn(&self, order: &str, day: Date, ledger: &Ledger) -> Result<Drawn, Vec<Fault>>;

    /// Reserves what an order draws, decided with what is used: on one page of the ledger.
    /// Gives the decision, and what the ledger says of it.
    ///
    /// # Errors
    ///
    /// What is wrong with the order.
    fn reserve(
        &self,
        ledger: &Ledger,
        order: &str,
        how: &Reserving,
    ) -> Result<Reserved, Vec<Fault>>;

    /// What some law of the library counts: the measures that accounts have.
    fn measures(&self) -> Vec<String>;
}

/// What became of an order to be reserved.
#[derive(Debug, Clone)]
pub struct Reserved {
    /// The order's id, which is the reservation's.
    pub order: String,
    /// The decision, as a JSON text.
    pub decision: String,
    /// What the ledger says, in few words.
    pub says: String,
    /// What it says in full.
    pub ledger: Value,
    /// Whether something is reserved now.
    pub reserved: bool,
}
