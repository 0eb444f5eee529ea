//! What the watch tells: parties to look at, why, and what would clear it up.

use jiff::civil::Date;
use serde::Serialize;

use crate::sums::YearSum;

/// What makes the parties of a finding one sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// One party by itself is above the limit.
    Alone,
    /// A parent that is known and declared: the law adds them up itself.
    KnownParent,
    /// What they share makes it likely that they are one buyer.
    Linked,
    /// One party's known sites cannot power what it was supplied.
    Power,
}

impl Basis {
    /// In words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Basis::Alone => "one party above the limit",
            Basis::KnownParent => "known common parent",
            Basis::Linked => "linked by what they share",
            Basis::Power => "more than known sites can power",
        }
    }
}

/// A party of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Id.
    pub id: String,
    /// Name.
    pub name: String,
    /// Country.
    pub country: String,
    /// What it received, by calendar year.
    pub tpp_by_year: Vec<YearSum>,
    /// Ids of its consignments, by date.
    pub consignments: Vec<String>,
}

/// What the parties received together in a calendar year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Together {
    /// Calendar year.
    pub year: i16,
    /// Amount of them all.
    pub tpp: u128,
    /// Of which from parties that are within the limit each by itself.
    pub tpp_within: u128,
    /// The limit of the year, where there is one.
    pub limit: Option<u64>,
    /// Its citation.
    pub cite: Option<String>,
}

impl Together {
    /// Whether parties that each keep to the limit are above it together.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.limit.is_some_and(|l| self.tpp_within > u128::from(l))
    }
}

/// The twelve months in which the parties received most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Months {
    /// First day of a consignment in them.
    pub from: Date,
    /// Last.
    pub through: Date,
    /// Amount.
    pub tpp: u128,
    /// The limit of the year in which they end.
    pub limit: u64,
}

/// A value that parties of a finding share.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shared {
    /// What it is.
    pub kind: &'static str,
    /// As one of them writes it.
    pub value: String,
    /// Ids of the parties of the finding that hold it.
    pub parties: Vec<String>,
    /// How many parties of the whole book hold it.
    pub holders: usize,
    /// The chance that two that share it are one buyer, by this alone.
    pub chance: f64,
}

/// One check and what it adds to the score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Term {
    /// Its name: `prior`, `links`, `bunching`, `age`, `first-order`, `burst`, `forwarder`, `power`.
    pub check: &'static str,
    /// What it adds, in nats.
    pub adds: f64,
    /// What was seen, in words.
    pub says: String,
}

/// Parties to look at.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// What makes them one sum.
    pub basis: Basis,
    /// The parties that received something.
    pub members: Vec<Member>,
    /// Ids of parties that received nothing and connect them.
    pub between: Vec<String>,
    /// What they received together, by year.
    pub years: Vec<Together>,
    /// The year the score is about: that of the largest multiple of the limit.
    pub year: i16,
    /// Twelve months across years in which they are above the limit, where no calendar year is.
    pub months: Option<Months>,
    /// What they share.
    pub shared: Vec<Shared>,
    /// The checks, in the order they are added.
    pub terms: Vec<Term>,
    /// Their sum, in nats.
    pub score: f64,
    /// The chance that goes with it.
    pub chance: f64,
    /// Facts to ask for that would clear it up.
    pub ask: Vec<String>,
}

impl Finding {
    /// What they received together in the year the score is about.
    #[must_use]
    pub fn tpp(&self) -> u128 {
        let year = self.years.iter().find(|y| y.year == self.year);
        let months = self.months.as_ref().map_or(0, |m| m.tpp);
        year.map_or(0, |y| y.tpp).max(months)
    }

    /// Ids of its parties.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|m| m.id.as_str())
    }
}
