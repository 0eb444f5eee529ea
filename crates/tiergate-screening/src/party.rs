//! Whom an order names.

use serde::{Deserialize, Serialize};

/// A party that is screened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Party {
    /// What the user calls it; empty where it has no id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where it is, an ISO code; empty where that is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Party {
    /// A party of which only the name is known.
    #[must_use]
    pub fn named(name: &str) -> Party {
        Party {
            name: name.to_owned(),
            ..Party::default()
        }
    }

    /// Whether its name has a letter or digit that can be compared.
    #[must_use]
    pub fn is_readable(&self) -> bool {
        !crate::Name::new(&self.name, &crate::Weights::built_in()).is_empty()
    }

    /// Changes when the party does: its id, its name but for case and space, or its country.
    ///
    /// ```
    /// use tiergate_screening::Party;
    ///
    /// assert_eq!(Party::named("Arkona LLC").digest(), Party::named(" ARKONA  llc").digest());
    /// assert_ne!(Party::named("Arkona LLC").digest(), Party::named("Arkona").digest());
    /// ```
    #[must_use]
    pub fn digest(&self) -> String {
        let mut digest = blake3::Hasher::new();
        let name = crate::fold::normal(&self.name);
        let words: Vec<&str> = name.split_whitespace().collect();
        for text in [
            &self.id,
            &words.join(" "),
            &self.country.to_ascii_uppercase(),
        ] {
            digest.update(&(text.len() as u64).to_le_bytes());
            digest.update(text.as_bytes());
        }
        crate::list::short_hex(&digest)
    }
}
