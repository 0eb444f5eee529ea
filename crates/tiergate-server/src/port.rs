//! What the service asks of the order desk: decisions and explanations, without knowing a rule.

use serde_json::Value;

use crate::api::port::LawDesk;

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
pub trait OrderDesk: LawDesk {
    /// The decision on an order, as `contract/decision.schema.json` has it.
    ///
    /// # Errors
    ///
    /// What is wrong with the order or the law, each with its place.
    fn decide(&self, order: &Value, law: &str) -> Result<Value, Vec<Fault>>;

    /// The laws there are: the spelling to ask by, and the title.
    fn laws(&self) -> Vec<(String, String)>;
}
