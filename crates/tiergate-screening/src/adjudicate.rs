//! What people decided of hits: a log to which lines are only added.
//!
//! A decision is about one party and one entry as both stood: it holds until either changes, which
//! their digests tell. A later decision stands before an earlier one; none is ever taken out.

use std::fmt;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::party::Party;

/// Whether the party is the one on the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is.
    True,
    /// It is another.
    False,
}

/// A decision about one hit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adjudication {
    /// The party, as it was screened.
    pub party: Party,
    /// [`Party::digest`] of it.
    pub party_digest: String,
    /// Id of the entry.
    pub entry: String,
    /// [`Entry::digest`](crate::Entry::digest) of it.
    pub entry_digest: String,
    /// What was decided.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// By whom.
    pub who: String,
    /// When, as the user says.
    pub when: String,
}

impl Adjudication {
    /// Whether the party was found to be the one on the list.
    #[must_use]
    pub fn is_true(&self) -> bool {
        self.verdict == Verdict::True
    }

    /// One line of the log.
    ///
    /// # Errors
    ///
    /// If it cannot be written as JSON, which no text prevents.
    pub fn line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// A line of a log that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFault {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for LogFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

/// What stands of a hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing<'a> {
    None,
    Holds(&'a Adjudication),
    Lapsed(&'static str),
}

/// Every decision, in the order in which they were made.
///
/// ```
/// use tiergate_screening::Adjudications;
///
/// let line = r#"{"party":{"name":"Arkona LLC"},"party_digest":"a","entry":"EL-1","entry_digest":"b",
///     "verdict":"false","reason":"another town","who":"M. Lind","when":"2026-07-31"}"#.replace('\n', "");
/// let (decided, faults) = Adjudications::read(&format!("{line}\nnot a line\n"));
/// assert_eq!(decided.all().len(), 1);
/// assert_eq!(faults[0].line, 2);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Adjudications {
    all: Vec<Adjudication>,
    by_entry: FxHashMap<String, Vec<usize>>,
}

impl Adjudications {
    /// Reads a log: JSON Lines. A line that cannot be read is told, and the rest is read.
    #[must_use]
    pub fn read(text: &str) -> (Adjudications, Vec<LogFault>) {
        let mut log = Adjudications::default();
        let mut faults = Vec::new();
        for (at, line) in text.lines().enumerate() {
            if line.trim().is_empty() {
                continue;
            }
            match serde_json::from_str(line) {
                Ok(adjudication) => log.add(adjudication),
                Err(error) => faults.push(LogFault {
                    line: at + 1,
                    message: error.to_string(),
                }),
            }
        }
        (log, faults)
    }

    /// Adds a decision.
    pub fn add(&mut self, adjudication: Adjudication) {
        let at = self.all.len();
        self.by_entry
            .entry(adjudication.entry.clone())
            .or_default()
            .push(at);
        self.all.push(adjudication);
    }

    /// Every decision, oldest first.
    #[must_use]
    pub fn all(&self) -> &[Adjudication] {
        &self.all
    }

    /// What stands of a party and an entry. The last decision about both as they are holds; one about
    /// the party and an entry that was otherwise has lapsed, and so has one about a party of this id
    /// that was otherwise.
    pub(crate) fn standing(
        &self,
        party: &str,
        id: &str,
        entry: &str,
        digest: &str,
    ) -> Standing<'_> {
        let about = || {
            self.by_entry
                .get(entry)
                .into_iter()
                .flatten()
                .rev()
                .filter_map(|at| self.all.get(*at))
        };
        if let Some(holds) = about().find(|a| a.party_digest == party && a.entry_digest == digest) {
            return Standing::Holds(holds);
        }
        if about().any(|a| a.party_digest == party) {
            return Standing::Lapsed("the entry has changed");
        }
        if !id.is_empty() && about().any(|a| a.party.id == id) {
            return Standing::Lapsed("the party has changed");
        }
        Standing::None
    }
}
