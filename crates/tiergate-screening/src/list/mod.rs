//! The Consolidated Screening List: who is on which list, under which names, with what effect.
//!
//! Three forms are read: the official JSON and CSV of trade.gov, and the same with short keys and
//! tables. A part that cannot be read is told with its place, and the rest is read.

mod csv;
mod json;
mod source;

use std::fmt;

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

pub use source::Source;

/// One party of a list, as it stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Entry {
    /// Stable while the party stays on the list: the list's code with its number, or with a digest of the name.
    pub id: String,
    /// The list, as the source spells it.
    pub source: String,
    /// The name.
    pub name: String,
    /// Other names.
    pub alt_names: Vec<String>,
    /// Individual, Entity, Vessel, Aircraft; empty where the list does not say.
    pub kind: String,
    /// Where it has addresses, ISO codes; of its address, nationality or citizenship.
    pub countries: Vec<String>,
    /// Addresses, as one line each.
    pub addresses: Vec<String>,
    /// Identifiers: kind and number.
    pub ids: Vec<String>,
    /// Number in its list.
    pub entity_number: String,
    /// Programs of sanctions.
    pub programs: Vec<String>,
    /// Where it was published.
    pub federal_register_notice: String,
    /// What needs a license.
    pub license_requirement: String,
    /// How an application is reviewed.
    pub license_policy: String,
    /// From when it stands.
    pub start_date: String,
    /// Until when, if that is said.
    pub end_date: String,
    /// Remarks.
    pub remarks: String,
    /// Where its list is published.
    pub url: String,
}

impl Entry {
    /// Changes when anything of the entry does.
    ///
    /// ```
    /// use tiergate_screening::Entry;
    ///
    /// let entry = Entry { name: "Arkona".into(), ..Entry::default() };
    /// let renamed = Entry { name: "Arkona LLC".into(), ..Entry::default() };
    /// assert_eq!(entry.digest().len(), 32);
    /// assert_ne!(entry.digest(), renamed.digest());
    /// ```
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = blake3::Hasher::new();
        let mut field = |text: &str| {
            // The length in front: no two entries give the same bytes.
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        };
        for text in [
            &self.id,
            &self.source,
            &self.name,
            &self.kind,
            &self.entity_number,
            &self.federal_register_notice,
            &self.license_requirement,
            &self.license_policy,
            &self.start_date,
            &self.end_date,
            &self.remarks,
            &self.url,
        ] {
            field(text);
        }
        for many in [
            &self.alt_names,
            &self.countries,
            &self.addresses,
            &self.ids,
            &self.programs,
        ] {
            field(&many.len().to_string());
            many.iter().for_each(|text| field(text));
        }
        short_hex(&digest)
    }

    /// Which list it is on, and its words and citation.
    #[must_use]
    pub fn list(&self) -> Source {
        Source::of(&self.source)
    }

    /// The contract's words for what the entry says: `entity-list` with its footnote.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        let list = self.list();
        let mut words = vec![list.word];
        words.extend(source::footnotes(list.word, &self.license_requirement));
        words
    }

    /// The name and the other names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.name.as_str()).chain(self.alt_names.iter().map(String::as_str))
    }
}

/// The first half of a digest, in hexadecimal.
pub(crate) fn short_hex(digest: &blake3::Hasher) -> String {
    let mut hex = digest.finalize().to_hex().to_string();
    hex.truncate(32);
    hex
}

/// A list at a date.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List {
    /// When its source made it, as the source says; empty where it does not.
    pub date: String,
    /// The parties, in the order of the file.
    pub entries: Vec<Entry>,
}

/// A part of a list that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListFault {
    /// Which party or line, from 1.
    pub at: usize,
    /// `party` or `line`.
    pub unit: &'static str,
    /// What was found and what would be right.
    pub message: String,
}

impl fmt::Display for ListFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.unit, self.at, self.message)
    }
}

/// Text that is no list at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Neither JSON nor CSV of a kind that is known.
    #[error(
        "this is no Consolidated Screening List: found {found}, expected the JSON file (an object with \
         `results`) or the CSV file (with columns `source` and `name`) that trade.gov publishes"
    )]
    Unknown {
        /// What stands there instead.
        found: String,
    },
    /// JSON that ends early or is malformed.
    #[error("line {line}, column {column}: {message}; the file may be cut off, fetch it again")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// What is wrong.
        message: String,
    },
}

impl List {
    /// Reads a list, with what of it could not be read.
    ///
    /// ```
    /// use tiergate_screening::List;
    ///
    /// let (list, faults) = List::read(
    ///     r#"{"results": [{"source": "Entity List (EL) - Bureau of Industry and Security",
    ///         "name": "Arkona", "alt_names": ["Arcona LLC"],
    ///         "license_requirement": "For all items subject to the EAR. (See §§ 734.9(e)(2) and 744.11 of the EAR)4"},
    ///        {"name": "nobody"}]}"#,
    /// ).unwrap();
    /// assert_eq!(list.entries[0].words(), ["entity-list", "entity-list-fn4"]);
    /// assert_eq!(faults[0].to_string(), "party 2: `source` is missing: the name of the list it stands on");
    /// ```
    ///
    /// # Errors
    ///
    /// If the text is no list.
    pub fn read(text: &str) -> Result<(List, Vec<ListFault>), ListError> {
        let text = text.trim_start_matches('\u{feff}');
        let (mut list, faults) = match text.trim_start().bytes().next() {
            Some(b'{' | b'[') => json::read(text)?,
            _ => csv::read(text)?,
        };
        list.identify();
        Ok((list, faults))
    }

    /// Gives each entry its id.
    fn identify(&mut self) {
        let mut seen: FxHashMap<String, u32> = FxHashMap::default();
        for entry in &mut self.entries {
            let code = entry.list().code;
            let id = if entry.entity_number.is_empty() {
                let mut digest = blake3::Hasher::new();
                digest.update(entry.name.trim().to_lowercase().as_bytes());
                let hex = digest.finalize().to_hex();
                format!("{code}-{}", &hex[..10])
            } else {
                format!("{code}-{}", entry.entity_number)
            };
            let count = seen.entry(id.clone()).or_insert(0);
            *count += 1;
            entry.id = if *count == 1 {
                id
            } else {
                format!("{id}-{count}")
            };
        }
    }

    /// Changes when any entry does, and only then: neither their order nor the form of the file counts.
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digests: Vec<String> = self.entries.iter().map(Entry::digest).collect();
        digests.sort_unstable();
        let mut digest = blake3::Hasher::new();
        for one in &digests {
            digest.update(one.as_bytes());
        }
        short_hex(&digest)
    }
}
