//! The lists an order's parties are on, from screening their names.
//!
//! No hit: on none. Hits that someone decided to be the party: the words of these. A hit that nobody
//! decided leaves the lists unknown, and what is said of it tells how to decide.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use tiergate_order::Order;
use tiergate_screening::{Adjudication, Adjudications, Hit, Index, Party, lists as words_of};

use super::filling::{Filled, named};
use crate::lists;
use crate::report::{Unreadable, count, say};

/// Names that are kept; more means that they hardly repeat.
const KEPT_MAX: usize = 1 << 16;
/// Hits that are spelled out beside a fact; the others are counted.
const HITS_SPELLED: usize = 3;

/// A list and the decisions about hits on it, shared by all workers.
pub struct FromList {
    index: Index,
    decided: Adjudications,
    /// The files as they were named, for whoever has to decide a hit.
    files: (String, Option<String>),
    /// Whether all of the list and of the log could be read.
    whole: bool,
    /// What of them could not be read.
    pub faults: u64,
    /// The list, to be told from others.
    pub is: ListIs,
    kept: Mutex<FxHashMap<(String, String), Found>>,
    filled: AtomicU64,
}

impl std::fmt::Debug for FromList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FromList")
            .field("is", &self.is)
            .finish_non_exhaustive()
    }
}

/// Which list it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListIs {
    /// The name of its file.
    pub name: String,
    /// When its source made it, as the source says; empty where it does not.
    pub date: String,
    /// Changes when any entry does.
    pub digest: String,
    /// How many parties are on it.
    pub parties: usize,
}

/// What screening a name gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The name.
    pub name: String,
    /// Its country, where that was known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// The words of the lists it is on; none where a hit is not decided, or not all was screened.
    pub lists: Option<Vec<String>>,
    /// The entries near it, best first.
    pub hits: Vec<Near>,
}

/// An entry near a name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// Id of the entry.
    pub entry: String,
    /// What it said when it was hit.
    pub entry_digest: String,
    /// The list, as its source spells it.
    pub list: String,
    /// Where the list stands in law, and where the entry was published.
    pub citation: String,
    /// The name that is near.
    pub matched_name: String,
    /// From 0 to 1.
    pub score: f64,
    /// What was decided of it, if that stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adjudication: Option<Adjudication>,
    /// Why what was decided before no longer stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lapsed: Option<String>,
}

/// What screening a party of an order gave.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screened {
    /// The party's path in the order.
    pub party: String,
    /// What was found.
    #[serde(flatten)]
    pub found: Found,
}

/// A screening as it is kept: the list, and what it gave for each party of one order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Screening {
    /// The list.
    pub list: ListIs,
    /// Each party that the order names.
    pub parties: Vec<Screened>,
}

impl Near {
    fn of(hit: Hit) -> Near {
        Near {
            entry: hit.entry,
            entry_digest: hit.entry_digest,
            list: hit.list,
            citation: hit.citation,
            matched_name: hit.matched_name,
            score: hit.score,
            adjudication: hit.adjudication,
            lapsed: hit.lapsed.map(str::to_owned),
        }
    }

    /// `Lomas Trading FZE [UVL-1], 0.935`.
    pub fn text(&self) -> String {
        format!("{} [{}], {:.3}", self.matched_name, self.entry, self.score)
    }

    /// Whether someone decided that it is the party; none while nobody has decided.
    pub fn is_the_party(&self) -> Option<bool> {
        self.adjudication.as_ref().map(Adjudication::is_true)
    }
}

impl ListIs {
    /// `the list of 2026-07-31 (list.json, digest 171d...)`.
    pub fn text(&self) -> String {
        let ListIs {
            name, date, digest, ..
        } = self;
        match date.get(..10) {
            Some(day) => format!("the list of {day} ({name}, digest {digest})"),
            None => format!("the list {name} (digest {digest})"),
        }
    }
}

impl FromList {
    /// Opens a list, with the decisions about hits on it.
    ///
    /// # Errors
    ///
    /// A file that cannot be read.
    pub fn open(list: &Path, adjudications: Option<&Path>) -> Result<FromList> {
        let (index, list_well) = lists::index(Some(list))?;
        if index.list().entries.is_empty() {
            // To screen against nothing would call everybody clean.
            return Err(Unreadable::new(format!("{} lists nobody", list.display())).into());
        }
        let (decided, log_well) = lists::adjudications(adjudications)?;
        let is = ListIs {
            name: list
                .file_name()
                .unwrap_or(list.as_os_str())
                .to_string_lossy()
                .into_owned(),
            date: index.list().date.clone(),
            digest: index.list().digest(),
            parties: index.list().entries.len(),
        };
        let shown = |path: &Path| path.display().to_string();
        Ok(FromList {
            index,
            decided,
            files: (shown(list), adjudications.map(shown)),
            whole: list_well && log_well,
            faults: u64::from(!list_well) + u64::from(!log_well),
            is,
            kept: Mutex::default(),
            filled: AtomicU64::new(0),
        })
    }

    /// Screens every party that an order names, and fills in the lists it leaves out.
    pub fn fill(&self, order: &mut Order, filled: &mut Filled) {
        for (path, name) in named(order) {
            let place = |field: &str| order.get(&format!("{path}.{field}"));
            let country = place("location").or_else(|| place("headquarters"));
            let found = self.screen(&name, &country.unwrap_or_default());
            self.party(order, &path, &found, filled);
            filled.screened.push(Screened { party: path, found });
        }
    }

    fn screen(&self, name: &str, country: &str) -> Found {
        let key = (name.to_owned(), country.to_owned());
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&key) {
            return found.clone();
        }
        let party = Party {
            country: country.to_owned(),
            ..Party::named(name)
        };
        let hits = self.index.screen(&party, Index::THRESHOLD, &self.decided);
        let words = words_of(&party, &hits).filter(|_| self.whole);
        let found = Found {
            name: name.to_owned(),
            country: country.to_owned(),
            lists: words.map(|words| words.into_iter().map(str::to_owned).collect()),
            hits: hits.into_iter().map(Near::of).collect(),
        };
        let mut kept = lock();
        if kept.len() >= KEPT_MAX {
            kept.clear();
        }
        kept.insert(key, found.clone());
        found
    }

    fn party(&self, order: &mut Order, path: &str, found: &Found, filled: &mut Filled) {
        let full = format!("{path}.lists");
        let stated = order.get(&full);
        let list = self.is.text();
        let Some(words) = &found.lists else {
            let (why, open) = self.open_why(found);
            let how = open.first().map(|near| self.how_to_decide(found, near));
            let how = how.map_or_else(String::new, |how| format!("; to decide: {how}"));
            let said = match stated {
                Some(stated) => format!("{full} = {stated} (as stated; by {list}, {why}{how})"),
                None => format!("{full} is left unknown by {list}: {why}{how}"),
            };
            filled.said.push(said);
            for near in open {
                let how = self.how_to_decide(found, near);
                filled.open.push(format!("{path}, {}: {how}", near.text()));
            }
            return;
        };
        let value = match words.as_slice() {
            [] => "none".to_owned(),
            words => words.join("|"),
        };
        let why = decided_why(found);
        match stated {
            Some(stated) if alike(&stated, words) => {}
            Some(stated) => filled.differs(format!(
                "{full} = {stated} (as stated; {list} has {value}: {why})"
            )),
            None => {
                if order.set(&full, &value).is_ok() && order.get(&full).is_some() {
                    filled.fact(full.clone(), format!("{full} = {value} (by {list}: {why})"));
                    self.filled.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    }

    /// Why lists stay unknown, and the hits that are to be decided.
    fn open_why<'f>(&self, found: &'f Found) -> (String, Vec<&'f Near>) {
        let open = found.hits.iter().filter(|hit| hit.adjudication.is_none());
        let open: Vec<&Near> = open.collect();
        if open.is_empty() {
            let why = match self.whole {
                true => format!("`{}` has no letter that could be compared", found.name),
                false => "part of the list or of the decisions could not be read".to_owned(),
            };
            return (why, open);
        }
        let near: Vec<String> = open
            .iter()
            .take(HITS_SPELLED)
            .map(|hit| {
                let lapsed = hit.lapsed.as_ref();
                let lapsed = lapsed.map(|why| format!(", decided before and no longer: {why}"));
                let lapsed = lapsed.unwrap_or_default();
                format!("{} ({}{lapsed})", hit.text(), hit.list)
            })
            .collect();
        let more = match open.len().saturating_sub(HITS_SPELLED) {
            0 => String::new(),
            more => format!(", or one of {more} more"),
        };
        let near = near.join(", or ");
        let why = format!("nobody has decided whether {} is {near}{more}", found.name);
        (why, open)
    }

    /// The command that decides a hit.
    fn how_to_decide(&self, found: &Found, near: &Near) -> String {
        let entry = &near.entry;
        let country = match found.country.as_str() {
            "" => String::new(),
            country => format!(" --country {country}"),
        };
        let (list, log) = &self.files;
        format!(
            "tiergate screen adjudicate {}{country} --entry {entry} --verdict true|false --reason TEXT \
             --who NAME --when DATE --list {} --adjudications {}",
            quoted(&found.name),
            quoted(list),
            log.as_deref().map_or_else(|| "FILE".to_owned(), quoted)
        )
    }

    /// Says what was filled in, and what is left to decide.
    pub fn report(&self) {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let open = kept.values().filter(|found| found.lists.is_none()).count() as u64;
        let filled = self.filled.load(Ordering::Relaxed);
        let mut text = format!(
            "{}: lists of {} filled in; every decision lists them",
            self.is.text().trim_start_matches("the "),
            count(filled, "party", "parties")
        );
        if open > 0 {
            let names = count(open, "name is", "names are");
            text.push_str(&format!("; {names} left to decide"));
        }
        say(&text);
    }
}

/// Whether an order states the same lists.
fn alike(stated: &str, words: &[String]) -> bool {
    let mut stated: Vec<&str> = stated.split('|').filter(|word| *word != "none").collect();
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    stated.sort_unstable();
    words.sort_unstable();
    stated == words
}

/// Why a party is on the lists it is on, or on none.
fn decided_why(found: &Found) -> String {
    if found.hits.is_empty() {
        return format!("nothing is near {}", found.name);
    }
    let decided = |wanted: bool| {
        let hits = found
            .hits
            .iter()
            .filter(move |h| h.is_the_party() == Some(wanted));
        let each = hits.take(HITS_SPELLED).filter_map(move |hit| {
            let Adjudication {
                reason, who, when, ..
            } = hit.adjudication.as_ref()?;
            Some(match wanted {
                true => format!(
                    "it is {}, {}: {}; {reason} ({who}, {when})",
                    hit.text(),
                    hit.list,
                    hit.citation
                ),
                false => format!("it is not {}: {reason} ({who}, {when})", hit.text()),
            })
        });
        each.collect::<Vec<String>>()
    };
    let mut each = decided(true);
    if each.is_empty() {
        each = decided(false);
    }
    let more = found.hits.len() - each.len();
    let more = match more {
        0 => String::new(),
        more => format!(
            "; and {}, decided",
            count(more as u64, "more hit", "more hits")
        ),
    };
    format!("{}{more}", each.join("; "))
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}
