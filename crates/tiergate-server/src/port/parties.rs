//! What pages ask of the register of parties and of a list of restricted ones.

/// Parties of a register that a search finds.
#[derive(Debug, Clone, Default)]
pub struct Matches {
    /// The first of them.
    pub parties: Vec<PartyMatch>,
    /// How many there are.
    pub found: usize,
    /// How many parties the register has.
    pub of: usize,
}

/// A party that a search finds.
#[derive(Debug, Clone)]
pub struct PartyMatch {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its kind; that it is not described, otherwise.
    pub kind: String,
    /// Where it is headquartered, where that is known.
    pub headquarters: String,
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

/// What screening a name finds.
#[derive(Debug, Clone)]
pub struct Screened {
    /// Which list.
    pub list: String,
    /// What the hits mean for the name's lists, in a sentence.
    pub says: String,
    /// The hits, nearest first.
    pub hits: Vec<ScreenHit>,
    /// How many there are.
    pub found: usize,
}

/// An entry of a list that is near a name.
#[derive(Debug, Clone)]
pub struct ScreenHit {
    /// From 0 to 1, with three decimals.
    pub score: String,
    /// The name that is near.
    pub name: String,
    /// Id of the entry.
    pub entry: String,
    /// The list.
    pub list: String,
    /// Where it stands in law.
    pub citation: String,
    /// Countries of the entry.
    pub countries: String,
    /// What needs a license.
    pub requires: String,
    /// Why the names are near.
    pub why: String,
}
