//! One order asked about: the form's fields, what was asked, what is told.

use serde_json::Value;

use super::{Light, Sheet};

/// How a field is filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// A number.
    Number,
    /// A day.
    Date,
    /// A country.
    Country,
    /// A chip of the catalog.
    Chip,
    /// One of these: the value, and what it means.
    One(Vec<(String, String)>),
    /// Any of these.
    Many(Vec<(String, String)>),
}

/// A field of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its path in the contract, such as `consignee.name`.
    pub path: String,
    /// What it is called in a sentence.
    pub name: String,
    /// What it is called on a form.
    pub label: String,
    /// What it means, when the label does not say it.
    pub doc: String,
    /// How it is filled in.
    pub kind: Kind,
}

/// Fields of a form that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What they are about.
    pub title: String,
    /// Whether they stand open at first.
    pub open: bool,
    /// The fields.
    pub fields: Vec<Field>,
}

/// The form of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Form {
    /// The fields, in groups.
    pub groups: Vec<Group>,
    /// Chips: id and name.
    pub chips: Vec<(String, String)>,
    /// Countries: code and name.
    pub countries: Vec<(String, String)>,
    /// What may be taken for granted: as it is written, and what it means.
    pub assumptions: Vec<(String, String)>,
}

/// Which law, on which day, in which view.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WhichLaw {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The day; empty for that of the order.
    pub as_of: String,
    /// `enforced` or `text`.
    pub view: String,
}

/// What was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// Fields with their values; several values of a list with `|` between.
    pub fields: Vec<(String, String)>,
    /// The law.
    pub law: WhichLaw,
    /// What to take for granted.
    pub assume: Vec<String>,
    /// Whether to look for what would give a better answer.
    pub to_pass: bool,
}

/// A fact that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The field.
    pub path: String,
    /// What it is called.
    pub name: String,
    /// What it asks.
    pub question: String,
}

/// What is told of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// What it means for the shipment.
    pub light: Light,
    /// How an application would be reviewed, where one is needed.
    pub lane: Option<String>,
    /// The answer in one sentence or two.
    pub answer: String,
    /// The law, day and view in words.
    pub law: String,
    /// Facts on which the answer, its authority or its review depends.
    pub missing: Vec<Missing>,
    /// Why, and what follows.
    pub sheet: Sheet,
    /// What would give a better answer, where that was asked.
    pub to_pass: Option<Sheet>,
    /// Whether a license can be applied for.
    pub license: bool,
    /// The order as it was understood, in the words of the contract.
    pub order: Value,
    /// What was assumed of it, as facts it could state: by path.
    pub assumed: Vec<(String, String)>,
}

/// A fact of an order, as it is stated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// The field.
    pub path: String,
    /// Its value, as the field takes it.
    pub value: String,
    /// The value for people: a country by its name, amounts with their thousands apart.
    pub says: String,
}

/// The facts of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Each, in the order of the contract.
    pub all: Vec<Fact>,
    /// Whether fields one by one say all of it: not of intermediaries by number.
    pub by_field: bool,
}

/// A decision that was kept, as it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// What it means for the shipment.
    pub light: Light,
    /// The answer.
    pub answer: String,
    /// The law, day and view in words.
    pub law: String,
    /// Facts on which the answer, its authority or its review depends.
    pub missing: Vec<Missing>,
    /// Why, and what follows.
    pub sheet: Sheet,
    /// Whether the same is decided of the order now: only then are the reasons told in full.
    pub holds: bool,
}
