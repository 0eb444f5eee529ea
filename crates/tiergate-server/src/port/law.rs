//! The law read: a law on a day by kinds of rules, one rule with its history, the difference of two.

use super::Sheet;

/// An instrument in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Citation.
    pub cite: String,
    /// The day from which it binds.
    pub from: String,
    /// How well it is known, in words.
    pub grade: String,
}

/// A rule in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleLine {
    /// Its id within its kind.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: String,
    /// The instrument that set it.
    pub instrument: String,
}

/// Rules of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleKind {
    /// The word for it in law files.
    pub kind: String,
    /// Its heading.
    pub heading: String,
    /// The rules, in the order of the law.
    pub rules: Vec<RuleLine>,
}

/// A law on a day in a view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawOfDay {
    /// In words.
    pub title: String,
    /// The first and last day on which it reads the same; none where there is no end.
    pub same: (Option<String>, Option<String>),
    /// What is in force, in legal order.
    pub instruments: Vec<Instrument>,
    /// Its rules.
    pub kinds: Vec<RuleKind>,
}

/// What an instrument did to a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleEvent {
    /// From when.
    pub from: String,
    /// Through when, if it ends.
    pub through: String,
    /// What it did: sets, replaces, amends, repeals.
    pub how: &'static str,
    /// The instrument.
    pub instrument: Instrument,
    /// Whether that instrument is in force in the law asked about.
    pub in_force: bool,
    /// The rule as the instrument has it.
    pub text: Sheet,
}

/// A rule, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The rule in short.
    pub line: RuleLine,
    /// Its kind, as a heading.
    pub heading: String,
    /// How it is known, in words.
    pub grade: String,
    /// The title of the instrument that set it.
    pub set_by: String,
    /// The law it was read in, in words.
    pub law: String,
    /// What it says as it stands.
    pub text: Sheet,
    /// How it came to stand so, first first.
    pub history: Vec<RuleEvent>,
    /// Examples that show it: the sentence and the paragraph.
    pub examples: Vec<(String, String)>,
}

/// A change between two laws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawChange {
    /// `stricter`, `looser` or `alike`.
    pub direction: &'static str,
    /// The answer before.
    pub before: String,
    /// The answer after.
    pub after: String,
    /// Of which items.
    pub items: Vec<String>,
    /// In which cases.
    pub cases: Vec<String>,
    /// Chips of the catalog among them.
    pub chips: Vec<String>,
    /// The rules that decide before and after.
    pub rules: [String; 2],
}

/// The difference of two laws.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The two laws, as they are written.
    pub laws: [String; 2],
    /// What holds of them as wholes.
    pub verdict: String,
    /// What changes for ordinary orders.
    pub changes: Vec<LawChange>,
    /// How many such changes there are; more than are listed when a limit was reached.
    pub in_all: usize,
    /// Limits and values that differ: which, before, after, citations.
    pub limits: Vec<[String; 4]>,
    /// Duties that differ: which, of what, how, citation.
    pub duties: Vec<[String; 4]>,
}
