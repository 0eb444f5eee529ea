//! What the service asks of the order desk: decisions and explanations, without knowing a rule.

mod boards;
mod parties;

use jiff::civil::Date;
use serde_json::Value;
use tiergate_cases::Drawing;
use tiergate_ledger::Ledger;

pub use boards::{Cap, Caps, Suspicion, Watched};
pub use parties::{Edge, Graph, Matches, Node, PartyMatch, PartyTold, ScreenHit, Screened, Sheet};

/// Why something asked could not be answered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct Fault {
    /// Where in what was given: a JSON pointer such as `/item/tpp`; empty for the whole.
    pub at: String,
    /// What was found, and what would be right.
    pub what: String,
}

/// Decides orders and reads the law.
pub trait OrderDesk: Send + Sync {
    /// The decision on an order, as `contract/decision.schema.json` has it.
    ///
    /// # Errors
    ///
    /// What is wrong with the order or the law, each with its place.
    fn decide(&self, order: &Value, law: &str) -> Result<Value, Vec<Fault>>;

    /// The laws there are: the spelling to ask by, and the title.
    fn laws(&self) -> Vec<(String, String)>;

    /// What an application for a license rests on: the order decided on a day, with what the ledger
    /// says is used, and what its approval would draw.
    ///
    /// # Errors
    ///
    /// What is wrong with the order, each with its place.
    fn prepare(&self, order: &Value, day: Date, ledger: &Ledger) -> Result<Prepared, Vec<Fault>>;

    /// Each account of the ledger against the limits that a law, such as `us:text`, sets on a day.
    ///
    /// # Errors
    ///
    /// A law that there is not on the day, or the ledger's.
    fn caps(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Caps, Vec<Fault>>;

    /// What points to splitting in what the ledger counts up to a day, by the limits of a law.
    ///
    /// # Errors
    ///
    /// A law that sets no limit to split below, or the ledger's.
    fn watch(&self, ledger: &Ledger, law: &str, day: Date) -> Result<Watched, Vec<Fault>>;

    /// Parties of the register by a part of a name, an id or an identifier; none when no register
    /// was given.
    fn parties(&self, text: &str, day: Date) -> Option<Matches>;

    /// A party of the register on a day; none when it has no such party.
    ///
    /// # Errors
    ///
    /// When no register was given.
    fn party(&self, id: &str, day: Date) -> Result<Option<PartyTold>, Vec<Fault>>;

    /// A name against the list of restricted parties; none when no list was given.
    fn screen(&self, name: &str, country: &str) -> Option<Screened>;
}

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
