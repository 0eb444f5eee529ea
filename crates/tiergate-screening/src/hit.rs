//! What screening a party says: the entries near its name, and what has been decided of them.

use serde::Serialize;

use crate::adjudicate::{Adjudication, Adjudications, Standing};
use crate::index::{Index, Nearest};
use crate::list::{Entry, Source};
use crate::name::Name;
use crate::pair::Match;
use crate::party::Party;

/// An entry near a party.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// Id of the entry.
    pub entry: String,
    /// Digest of the entry: what it said when it was hit.
    pub entry_digest: String,
    /// The list, as its source spells it.
    pub list: String,
    /// The contract's words for it.
    pub words: Vec<&'static str>,
    /// Where the list stands in law, and where the entry was published.
    pub citation: String,
    /// Name of the entry.
    pub name: String,
    /// The one of its names that is near.
    pub matched_name: String,
    /// Whether that is another name than the entry's own.
    pub by_alias: bool,
    /// From 0 to 1.
    pub score: f64,
    /// Why.
    pub why: Match,
    /// Whether the party's country is one of the entry's: unknown where either names none. It hides nothing.
    pub same_country: Option<bool>,
    /// Countries of the entry.
    pub countries: Vec<String>,
    /// What needs a license, as the entry has it.
    pub license_requirement: String,
    /// How an application is reviewed, as the entry has it.
    pub license_policy: String,
    /// What was decided of it, if that still stands.
    pub adjudication: Option<Adjudication>,
    /// What was decided and no longer stands, and why.
    pub lapsed: Option<&'static str>,
}

impl Index {
    /// Screens a party: every entry whose score reaches the threshold, best first, each with what was
    /// decided of it.
    ///
    /// ```
    /// use tiergate_screening::{Adjudications, Entry, Index, List, Party};
    ///
    /// let entry = Entry {
    ///     id: "EL-1".into(),
    ///     source: "Entity List".into(),
    ///     name: "Arkona Research Institute".into(),
    ///     license_requirement: "For all items subject to the EAR.".into(),
    ///     ..Entry::default()
    /// };
    /// let index = Index::new(List { entries: vec![entry], ..List::default() });
    /// let hits = index.screen(&Party::named("Arkona Institute"), Index::THRESHOLD, &Adjudications::default());
    /// assert_eq!(hits[0].words, ["entity-list"]);
    /// assert!(hits[0].citation.starts_with("15 CFR 744.16"));
    /// assert!(hits[0].adjudication.is_none());
    /// ```
    #[must_use]
    pub fn screen(&self, party: &Party, threshold: f64, decided: &Adjudications) -> Vec<Hit> {
        let name = Name::new(&party.name, self.weights());
        let near = self.near_name(&name, threshold);
        let digest = party.digest();
        let hit = |nearest: &Nearest| self.hit(party, &digest, &name, nearest, decided);
        near.iter().map(hit).collect()
    }

    fn hit(
        &self,
        party: &Party,
        digest: &str,
        name: &Name,
        nearest: &Nearest,
        decided: &Adjudications,
    ) -> Hit {
        let entry = self.entry(nearest);
        let matched = self.name(nearest);
        let entry_digest = entry.digest();
        let (adjudication, lapsed) =
            match decided.standing(digest, &party.id, &entry.id, &entry_digest) {
                Standing::None => (None, None),
                Standing::Holds(adjudication) => (Some(adjudication.clone()), None),
                Standing::Lapsed(why) => (None, Some(why)),
            };
        Hit {
            entry: entry.id.clone(),
            entry_digest,
            list: entry.source.clone(),
            words: entry.words(),
            citation: citation(entry),
            name: entry.name.clone(),
            by_alias: nearest.alias.is_some(),
            score: nearest.score,
            why: name.explain(&matched),
            matched_name: matched.raw,
            same_country: same_country(party, entry),
            countries: entry.countries.clone(),
            license_requirement: entry.license_requirement.clone(),
            license_policy: entry.license_policy.clone(),
            adjudication,
            lapsed,
        }
    }
}

fn citation(entry: &Entry) -> String {
    let Source { citation, .. } = entry.list();
    match entry.federal_register_notice.as_str() {
        "" => citation.to_owned(),
        notice => format!("{citation}; {notice}"),
    }
}

fn same_country(party: &Party, entry: &Entry) -> Option<bool> {
    let known = !party.country.is_empty() && !entry.countries.is_empty();
    known.then(|| {
        entry
            .countries
            .iter()
            .any(|c| c.eq_ignore_ascii_case(&party.country))
    })
}

/// The words for the lists that a party is on, as an order's `lists` takes them: nothing where that is
/// not known.
///
/// A hit counts where someone decided that it is the party. A hit that nobody decided leaves the answer
/// unknown, however high or low its score: unknown never becomes no, and a score is no finding. A hit
/// that was decided to be another party counts for nothing. Without hits that are open, the words of the
/// true ones are the answer, and where there are none the answer is that the party is on no list. Of a
/// party without a name that can be read nothing is known. The
/// hits have to be those of a screening at [`Index::THRESHOLD`] or below, against a list that holds the
/// lists in question.
///
/// ```
/// use tiergate_screening::{Adjudication, Adjudications, Entry, Index, List, Party, Verdict, lists};
///
/// let entry = Entry { id: "EL-1".into(), source: "Entity List".into(), name: "Arkona".into(), ..Entry::default() };
/// let digest = entry.digest();
/// let index = Index::new(List { entries: vec![entry], ..List::default() });
/// let party = Party::named("Arkona LLC");
/// let mut decided = Adjudications::default();
///
/// // Open: unknown, not none.
/// assert_eq!(lists(&party, &index.screen(&party, 0.7, &decided)), None);
///
/// decided.add(Adjudication {
///     party: party.clone(),
///     party_digest: party.digest(),
///     entry: "EL-1".into(),
///     entry_digest: digest,
///     verdict: Verdict::True,
///     reason: "same address".into(),
///     who: "M. Lind".into(),
///     when: "2026-07-31".into(),
/// });
/// assert_eq!(lists(&party, &index.screen(&party, 0.7, &decided)), Some(vec!["entity-list"]));
///
/// // Nothing near: on none.
/// let vektor = Party::named("Vektor");
/// assert_eq!(lists(&vektor, &index.screen(&vektor, 0.7, &decided)), Some(vec![]));
///
/// // No name: unknown.
/// assert_eq!(lists(&Party::named("???"), &[]), None);
/// ```
#[must_use]
pub fn lists(party: &Party, hits: &[Hit]) -> Option<Vec<&'static str>> {
    if !party.is_readable() {
        return None;
    }
    let mut words = Vec::new();
    for hit in hits {
        match &hit.adjudication {
            None => return None,
            Some(adjudication) if adjudication.is_true() => {
                for word in &hit.words {
                    if Source::in_contract(word) && !words.contains(word) {
                        words.push(*word);
                    }
                }
            }
            Some(_) => {}
        }
    }
    Some(words)
}
