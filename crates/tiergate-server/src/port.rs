//! What the service asks of the order desk: decisions and explanations, without knowing a rule.

mod ask;
mod boards;
mod law;
mod map;
mod orders;
mod parties;
mod sheet;

use jiff::civil::Date;
use serde_json::Value;
use tiergate_engine::Desk;
use tiergate_ledger::Ledger;

pub use ask::{Asked, Explained, Fact, Facts, Field, Form, Group, Kind, Missing, Told, WhichLaw};
pub use law::{Difference, Instrument, LawChange, LawOfDay, Rule, RuleEvent, RuleKind, RuleLine};
pub use map::{Allocated, Map, Place, Tier};
pub use orders::{OrderAnswer, OrderFault, OrderFile, OrderRow, OrdersTold};
pub use sheet::{Block, Light, Point, Section, Sheet};

pub use boards::{Cap, Caps, Suspicion, Watched};
pub use parties::{
    Edge, Graph, HitDecided, Matches, Node, PartyFound, PartyMatch, PartySearch, PartySheet,
    PartyTold, ScreenHit, Screened, ScreenedList, Screening, ToScreen,
};
pub(crate) use parties::{no_list, no_register};

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
    /// The laws there are: the spelling to ask by, and the title.
    fn laws(&self) -> Vec<(String, String)>;

    /// The form of an order.
    fn form(&self) -> Form;

    /// A field of an order by its path; none when there is no such field.
    fn field(&self, path: &str) -> Option<Field>;

    /// What is to be told of one order, given field by field.
    ///
    /// # Errors
    ///
    /// What is wrong with the fields or the law, each with its place.
    fn ask(&self, asked: &Asked) -> Result<Told, Vec<Fault>>;

    /// An order given field by field, in the words of the contract.
    ///
    /// # Errors
    ///
    /// What is wrong with the fields, each with its place.
    fn order_of(&self, fields: &[(String, String)]) -> Result<Value, Vec<Fault>>;

    /// The facts an order states.
    ///
    /// # Errors
    ///
    /// What of the text is no order.
    fn facts(&self, order: &str) -> Result<Facts, Vec<Fault>>;

    /// An order with facts that it left open. What it states stays as it is.
    ///
    /// # Errors
    ///
    /// Facts that there are not, that do not fit, or that it states already.
    fn completed(&self, order: &str, facts: &[(String, String)]) -> Result<String, Vec<Fault>>;

    /// A decision on an order that was kept.
    ///
    /// # Errors
    ///
    /// What of the two cannot be read, or the ledger's.
    fn explained(
        &self,
        order: &str,
        decision: &str,
        ledger: &Ledger,
    ) -> Result<Explained, Vec<Fault>>;

    /// A law on a day, by kinds of rules.
    ///
    /// # Errors
    ///
    /// What is wrong with the law or the day.
    fn law(&self, which: &WhichLaw) -> Result<LawOfDay, Vec<Fault>>;

    /// One rule of a law on a day; none when the law has no such rule then.
    ///
    /// # Errors
    ///
    /// What is wrong with the law or the day.
    fn rule(&self, which: &WhichLaw, kind: &str, id: &str) -> Result<Option<Rule>, Vec<Fault>>;

    /// The difference of two laws, for ordinary orders.
    ///
    /// # Errors
    ///
    /// What is wrong with either.
    fn difference(&self, laws: &[WhichLaw; 2]) -> Result<Difference, Vec<Fault>>;

    /// The difference as one page of HTML that needs nothing else.
    ///
    /// # Errors
    ///
    /// What is wrong with either.
    fn difference_page(&self, laws: &[WhichLaw; 2]) -> Result<String, Vec<Fault>>;

    /// The world as a law divides it: the tiers of a chip, or a group of countries.
    ///
    /// # Errors
    ///
    /// What is wrong with the law, or with what is to be shown.
    fn map(&self, which: &WhichLaw, show: &str) -> Result<Map, Vec<Fault>>;

    /// The countries whose allocations accounts of a ledger count, by measure and holder; none for
    /// an account that is of no country.
    ///
    /// # Errors
    ///
    /// What is wrong with the law.
    fn allocated(
        &self,
        which: &WhichLaw,
        accounts: &[(String, String)],
    ) -> Result<Vec<Option<Allocated>>, Vec<Fault>>;

    /// Decides a file of orders.
    ///
    /// # Errors
    ///
    /// What is wrong with the law, or with the file as a whole.
    fn orders(&self, file: &OrderFile<'_>) -> Result<OrdersTold, Vec<Fault>>;

    /// Orders and their answers as CSV, as `tiergate decide --format csv` writes them.
    fn orders_csv(&self, rows: &mut dyn Iterator<Item = &OrderRow>) -> Vec<u8>;

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

    /// The law with the lab's variations of laws beside it, as rehearsals need it.
    ///
    /// # Errors
    ///
    /// Law that cannot be read or has errors.
    fn rehearsed(&self) -> Result<Desk, Fault>;

    /// Parties of the register; none when no register was given.
    fn parties(&self, search: &PartySearch<'_>) -> Option<Matches>;

    /// A party of the register on a day.
    fn party(&self, id: &str, day: Date) -> PartyFound;

    /// Parties against the list of restricted ones, with so many hits of each at the most; none
    /// when no list was given.
    fn screen(&self, parties: &[ToScreen], most: usize) -> Option<Screening>;
}
