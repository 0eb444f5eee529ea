//! What pages and the API ask of the register of parties and of a list of restricted ones.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::problem::Problem;

/// What is looked for in a register.
#[derive(Debug, Clone, Copy)]
pub struct PartySearch<'s> {
    /// A part of a name, an id or an identifier; all parties when it is empty.
    pub text: &'s str,
    /// The day.
    pub day: Date,
    /// The id of the party after which to go on.
    pub after: Option<&'s str>,
    /// How many are told at the most.
    pub most: usize,
}

/// Parties of a register that a search finds.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// Those that are told: what is looked for itself first, then by name.
    pub parties: Vec<PartyMatch>,
    /// Whether more come after them.
    pub more: bool,
    /// How many there are.
    pub found: usize,
    /// How many parties the register has.
    pub of: usize,
}

/// A party that a search finds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PartyMatch {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind; none where it is not described.
    pub kind: Option<&'static str>,
    /// Where it is headquartered, where that is known.
    pub headquarters: Option<String>,
}

/// A party that was looked up.
#[derive(Debug, Clone)]
pub enum PartyFound {
    /// No register was given at the start.
    NoRegister,
    /// The register has no such party.
    Missing,
    /// What is known of it.
    Told(Box<PartyTold>),
}

impl PartyFound {
    /// What is known of the party of an id.
    ///
    /// # Errors
    ///
    /// That there is no such party, or no register.
    pub(crate) fn told(self, id: &str) -> Result<PartyTold, Problem> {
        match self {
            PartyFound::Told(told) => Ok(*told),
            PartyFound::Missing => Err(Problem::missing(format!(
                "the register has no party `{id}`"
            ))),
            PartyFound::NoRegister => Err(no_register()),
        }
    }
}

/// The problem of a desk that knows no parties.
pub(crate) fn no_register() -> Problem {
    Problem::missing(
        "no register of parties was given at the start: `tiergate serve --parties FILE` reads one",
    )
}

/// The problem of a desk that has no list.
pub(crate) fn no_list() -> Problem {
    Problem::missing(
        "no list of restricted parties was given at the start: `tiergate serve --list FILE` reads one. \
         Nothing was screened, and whether a name is on a list is unknown",
    )
}

/// Labels with what stands beside them.
pub type PartySheet = Vec<(String, String)>;

/// A party, as the register has it on a day.
#[derive(Debug, Clone)]
pub struct PartyTold {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is known of it.
    pub facts: PartySheet,
    /// Its ultimate parent and the way to it, or which fact is missing.
    pub parent: PartySheet,
    /// What the 50 percent rule comes to; why it cannot be told, otherwise.
    pub rule: Result<PartySheet, String>,
    /// Who owns and controls whom around it.
    pub graph: Graph,
    /// The same for programs, as `party.schema.json` has it.
    pub record: Value,
}

/// Parties around one, and the links between them.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The parties; the first is the one asked about.
    pub parties: Vec<Node>,
    /// The links.
    pub links: Vec<Edge>,
    /// Whether more stand around than are told.
    pub more: bool,
}

/// A party of a graph.
#[derive(Debug, Clone)]
pub struct Node {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is to be seen of it: `self`, `parent`, `listed`, `unidentified`, or nothing.
    pub mark: &'static str,
}

/// A link of a graph.
#[derive(Debug, Clone)]
pub struct Edge {
    /// The place of who owns or controls.
    pub owner: usize,
    /// The place of who is owned or controlled.
    pub owned: usize,
    /// How much or how, in a word.
    pub label: String,
    /// In full.
    pub says: String,
}

/// A party to be screened.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ToScreen {
    /// What whoever asks calls it; decisions about hits are of this id and name.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub id: String,
    /// Its name.
    #[schema(min_length = 1, max_length = 400)]
    pub name: String,
    /// Where it is, an ISO code; it is told whether a hit is there too, and hides none.
    #[serde(default)]
    #[schema(max_length = 2, example = "CN")]
    pub country: String,
}

/// What parties were screened against, and what was found.
#[derive(Debug, Clone)]
pub struct Screening {
    /// Which list.
    pub list: ScreenedList,
    /// What was found, in the order of what was asked.
    pub parties: Vec<Screened>,
}

/// A list that parties are screened against.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScreenedList {
    /// In words.
    pub title: String,
    /// When it was published, where it says so.
    pub date: Option<String>,
    /// What it hashes to.
    pub digest: String,
    /// How many parties it holds.
    pub parties: usize,
    /// Whether all of it could be read, and the decisions about hits: where not, no hit means nothing.
    pub whole: bool,
}

/// What screening a party finds.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Screened {
    /// What whoever asks calls it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub country: String,
    /// What the party hashes to: a decision about a hit holds for it.
    pub digest: String,
    /// The lists it is on, in the order contract's words; none where that is not known, as while a
    /// hit is undecided.
    pub lists: Option<Vec<&'static str>>,
    /// The same in a sentence.
    pub says: String,
    /// How many hits there are.
    pub found: usize,
    /// The nearest of them, nearest first.
    pub hits: Vec<ScreenHit>,
}

/// An entry of a list that is near a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ScreenHit {
    /// How near, from 0 to 1.
    pub score: f64,
    /// Id of the entry.
    pub entry: String,
    /// What the entry hashes to: a decision holds for it.
    pub entry_digest: String,
    /// Name of the entry.
    pub name: String,
    /// The one of its names that is near.
    pub matched_name: String,
    /// The list.
    pub list: String,
    /// The order contract's words for it.
    pub words: Vec<&'static str>,
    /// Where it stands in law.
    pub citation: String,
    /// Countries of the entry.
    pub countries: Vec<String>,
    /// Whether the party's country is one of them; none where either is not known.
    pub same_country: Option<bool>,
    /// What needs a license, as the entry has it.
    pub license_requirement: String,
    /// How an application is reviewed, as the entry has it.
    pub license_policy: String,
    /// Why the names are near.
    pub why: String,
    /// What was decided of it, if that still stands.
    pub decided: Option<HitDecided>,
    /// Why what was decided before stands no longer.
    pub lapsed: Option<&'static str>,
}

impl ScreenHit {
    /// The score with three decimals.
    #[must_use]
    pub fn scored(&self) -> String {
        format!("{:.3}", self.score)
    }
}

/// What someone decided of a hit.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitDecided {
    /// Whether the party is the one on the list.
    pub is_party: bool,
    /// Why.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// When.
    pub when: String,
}
