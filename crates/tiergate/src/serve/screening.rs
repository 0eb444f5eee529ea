//! The list of restricted parties, as the desk screens names against it.

use std::path::Path;

use anyhow::Result;
use tiergate_screening::{Adjudications, Hit, Index, Party, lists};
use tiergate_server::{HitDecided, ScreenHit, Screened, ScreenedList, Screening, ToScreen};

use super::Known;
use crate::commands::screen::{summary, why};

/// A list, and what was decided of hits.
pub struct Screener {
    index: Index,
    decided: Adjudications,
    /// Whether all of both could be read.
    whole: bool,
}

impl Screener {
    /// Reads a list, and the log of decisions where there is one.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn read(list: Option<&Path>, adjudications: Option<&Path>) -> Result<Screener> {
        let (index, well) = crate::lists::index(list)?;
        let (decided, read) = crate::lists::adjudications(adjudications)?;
        Ok(Screener {
            index,
            decided,
            whole: well && read,
        })
    }

    /// Over a list and decisions that were read whole.
    pub const fn of(index: Index, decided: Adjudications) -> Screener {
        Screener {
            index,
            decided,
            whole: true,
        }
    }

    fn screened(&self, asked: &ToScreen, most: usize) -> Screened {
        let party = Party {
            id: asked.id.clone(),
            name: asked.name.trim().to_owned(),
            country: asked.country.trim().to_ascii_uppercase(),
        };
        let hits = self.index.screen(&party, Index::THRESHOLD, &self.decided);
        let on = lists(&party, &hits).filter(|_| self.whole);
        Screened {
            digest: party.digest(),
            says: summary(&hits, on.clone()),
            lists: on,
            found: hits.len(),
            hits: hits.into_iter().take(most).map(told).collect(),
            id: party.id,
            name: party.name,
            country: party.country,
        }
    }
}

fn told(hit: Hit) -> ScreenHit {
    let decided = hit.adjudication.map(|decided| HitDecided {
        is_party: decided.is_true(),
        reason: decided.reason,
        who: decided.who,
        when: decided.when,
    });
    ScreenHit {
        score: hit.score,
        why: why(&hit.why),
        entry: hit.entry,
        entry_digest: hit.entry_digest,
        name: hit.name,
        matched_name: hit.matched_name,
        list: hit.list,
        words: hit.words,
        citation: hit.citation,
        countries: hit.countries,
        same_country: hit.same_country,
        license_requirement: hit.license_requirement,
        license_policy: hit.license_policy,
        decided,
        lapsed: hit.lapsed,
    }
}

impl Known {
    /// Parties against the list, with so many hits of each at the most.
    pub fn screen(&self, parties: &[ToScreen], most: usize) -> Option<Screening> {
        let screener = self.screener.as_ref()?;
        let list = screener.index.list();
        Some(Screening {
            list: ScreenedList {
                title: crate::lists::title(list),
                date: list.date.get(..10).map(str::to_owned),
                digest: list.digest(),
                parties: list.entries.len(),
                whole: screener.whole,
            },
            parties: parties
                .iter()
                .map(|party| screener.screened(party, most))
                .collect(),
        })
    }
}
