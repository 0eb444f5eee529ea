//! What a case is registered with.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::kind::Kind;

/// What is asked for, and the decision it rests on. Orders and decisions are kept elsewhere, by
/// digest: a case repeats only what its own rules read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Application {
    /// What the case is about.
    pub kind: Kind,
    /// A line for people.
    pub title: String,
    /// The applicant's id at the desk: it sees its own cases only.
    pub applicant: String,
    /// The destination or partner, two capital letters; statistics count by it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// The digest of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The digest of the decision on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// The lane the engine gave: `presumption-of-approval`, `case-by-case`, and so on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lane: Option<String>,
    /// Units applied for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u64>,
    /// Value applied for, in whole U.S. dollars, rounded up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value_usd: Option<u64>,
    /// Whether the items are those of 742.6(a)(6)(iii)(A), for which the law may state a shorter
    /// validity; none when that is unknown, which never becomes no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub a_items: Option<bool>,
    /// The facts on which the decision turns and which the order leaves open: nothing is approved
    /// before they are stated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The step of the law by which the request is decided or due, where its process has several:
    /// granting or removing a validated end user; which report.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<String>,
    /// What an agreement unlocks, in the law's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unlocks: Vec<String>,
    /// What the partner concedes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concessions: Vec<Concession>,
}

/// Something a government has promised, with its day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concession {
    /// Its id within the agreement.
    pub id: String,
    /// What is promised.
    pub says: String,
    /// The last day, if one is agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Date>,
}

impl Application {
    /// An application of a kind with nothing but its head.
    ///
    /// ```
    /// use tiergate_cases::{Application, Kind};
    /// let asked = Application::new(Kind::Classification, "an accelerator card", "acme");
    /// assert_eq!(asked.country, None);
    /// ```
    #[must_use]
    pub fn new(kind: Kind, title: impl Into<String>, applicant: impl Into<String>) -> Self {
        Application {
            kind,
            title: title.into(),
            applicant: applicant.into(),
            country: None,
            order: None,
            decision: None,
            lane: None,
            quantity: None,
            value_usd: None,
            a_items: None,
            missing: Vec::new(),
            asks: None,
            unlocks: Vec::new(),
            concessions: Vec::new(),
        }
    }
}
