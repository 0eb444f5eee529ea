//! What the other view, or another option of a contested reading, would change.

use tiergate_law::Cond;

use crate::decision::Decision;
use crate::record::{OtherView, ReadingRecord};
use crate::reference::holds;
use crate::variables::Question;

impl OtherView {
    /// The short form of a decision.
    #[must_use]
    pub fn of(name: &str, decision: &Decision<'_>) -> OtherView {
        OtherView {
            name: name.to_owned(),
            outcome: decision.word().to_owned(),
            authority: decision.authority().map(str::to_owned),
            review: decision.review().map(str::to_owned),
            changes: Vec::new(),
        }
    }

    pub(crate) fn differs(&self, other: &OtherView) -> bool {
        (&self.outcome, &self.authority, &self.review)
            != (&other.outcome, &other.authority, &other.review)
    }
}

impl Decision<'_> {
    /// The contested readings whose other options change the outcome, the authority, the review, or
    /// what must be done.
    pub(crate) fn readings_that_matter(&self, here: &OtherView) -> Vec<ReadingRecord> {
        let regime = &self.book.regime;
        let mut found = Vec::new();
        for (at, reading) in regime.readings.iter().enumerate() {
            let decides = self.book.variables.place(&Question::Reading(at)).is_some();
            let mut otherwise = Vec::new();
            for (option, (id, _)) in reading.is.options.iter().enumerate() {
                if option == self.readings[at] {
                    continue;
                }
                let mut readings = self.readings.to_vec();
                readings[at] = option;
                let mut other = if decides {
                    let other = Decision::make(self.book, &self.facts, &readings.clone().into());
                    OtherView::of(id, &other)
                } else {
                    OtherView {
                        name: id.clone(),
                        ..here.clone()
                    }
                };
                other.changes = self.follow_ups_changed(&readings);
                if other.differs(here) || !other.changes.is_empty() {
                    otherwise.push(other);
                }
            }
            if !otherwise.is_empty() {
                found.push(ReadingRecord {
                    id: reading.id.clone(),
                    cite: reading.cite.clone(),
                    question: reading.is.question.clone(),
                    read_as: reading.is.options[self.readings[at]].0.clone(),
                    otherwise,
                });
            }
        }
        found
    }

    /// The duties and red flags that come or go under other readings, the outcome being the same.
    fn follow_ups_changed(&self, readings: &[usize]) -> Vec<String> {
        let regime = &self.book.regime;
        let mut changed = Vec::new();
        let mut compare = |kind: &str, id: &str, cond: &Cond| {
            let now = holds(cond, regime, &self.facts, &self.readings);
            let then = holds(cond, regime, &self.facts, readings);
            if now != then {
                let word = if then == Some(false) { "no" } else { "also" };
                changed.push(format!("{word} {kind} {id}"));
            }
        };
        let word = self.word();
        for duty in &regime.duties {
            if duty.is.0.is_empty() || duty.is.0.iter().any(|o| o == word) {
                compare("duty", &duty.id, &duty.is.1.cond);
            }
        }
        let carries = self.authority();
        for authority in regime
            .authorities
            .iter()
            .filter(|a| Some(a.id.as_str()) == carries)
        {
            for duty in &authority.is.duties {
                compare(
                    "duty",
                    &format!("{}/{}", authority.id, duty.duty.id),
                    &duty.cond,
                );
            }
        }
        for flag in &regime.red_flags {
            compare("red flag", &flag.id, &flag.is.1);
        }
        changed
    }
}
