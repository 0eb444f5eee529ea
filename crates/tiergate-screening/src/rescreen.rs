//! What a new list changes for parties that were screened against an old one.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::adjudicate::Adjudications;
use crate::hit::Hit;
use crate::index::Index;
use crate::party::Party;

/// What changed of a party and an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The entry is near now and was not.
    New,
    /// The entry was near, was decided upon, and has changed: the decision no longer holds.
    Lapsed,
    /// The entry was near and has changed.
    Changed,
    /// The entry was near and is gone, or is no longer near.
    Gone,
}

/// One change for one party.
#[derive(Debug, Clone, Serialize)]
pub struct Changed {
    /// The party.
    pub party: Party,
    /// What changed.
    pub change: Change,
    /// The hit: of the new list, or of the old one if it is gone.
    pub hit: Hit,
    /// The score against the old list, if the entry was near.
    pub score_before: Option<f64>,
}

/// Screens parties against both lists and tells the differences, party by party.
///
/// ```
/// use tiergate_screening::{Adjudications, Change, Entry, Index, List, Party, rescreen};
///
/// let entry = |id: &str, name: &str| Entry { id: id.into(), name: name.into(), ..Entry::default() };
/// let list = |entries| List { entries, ..List::default() };
/// let old = Index::new(list(vec![entry("1", "Arkona"), entry("2", "Vektor")]));
/// let new = Index::new(list(vec![entry("1", "Arkona"), entry("3", "Lomas")]));
/// let parties = ["Arkona", "Vektor", "Lomas"].map(Party::named);
/// let changes = rescreen(&old, &new, &parties, 0.7, &Adjudications::default());
/// let told: Vec<_> = changes.iter().map(|c| (c.party.name.as_str(), c.change)).collect();
/// assert_eq!(told, [("Vektor", Change::Gone), ("Lomas", Change::New)]);
/// ```
#[must_use]
pub fn rescreen(
    old: &Index,
    new: &Index,
    parties: &[Party],
    threshold: f64,
    decided: &Adjudications,
) -> Vec<Changed> {
    let mut out = Vec::new();
    for party in parties {
        let mut before: FxHashMap<String, Hit> = FxHashMap::default();
        for hit in old.screen(party, threshold, decided) {
            before.insert(hit.entry.clone(), hit);
        }
        let mut told = Vec::new();
        for hit in new.screen(party, threshold, decided) {
            let was = before.remove(&hit.entry);
            let score_before = was.as_ref().map(|w| w.score);
            let change = match &was {
                None => Change::New,
                Some(was) if was.entry_digest == hit.entry_digest => continue,
                Some(was) if was.adjudication.is_some() && hit.adjudication.is_none() => {
                    Change::Lapsed
                }
                Some(_) => Change::Changed,
            };
            told.push((change, hit, score_before));
        }
        for (_, hit) in before {
            let score_before = Some(hit.score);
            told.push((Change::Gone, hit, score_before));
        }
        told.sort_by(|a, b| {
            a.0.cmp(&b.0)
                .then(b.1.score.total_cmp(&a.1.score))
                .then(a.1.entry.cmp(&b.1.entry))
        });
        out.extend(told.into_iter().map(|(change, hit, score_before)| Changed {
            party: party.clone(),
            change,
            hit,
            score_before,
        }));
    }
    out
}
