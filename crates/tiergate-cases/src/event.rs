//! What happens in a case: immutable events, as they are written.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::act::What;
use crate::people::Actor;

/// One thing that happened. It is never changed: what was wrong is put right by another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// The maker's id: taken in at most once.
    pub id: String,
    /// The case.
    pub case: String,
    /// The civil day it counts on, in the desk's own time zone.
    pub day: Date,
    /// The moment it was made.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<Basis>,
    /// What happened.
    pub what: What,
}

impl Event {
    /// The event as it is hashed and kept: JSON, fields in a fixed order.
    ///
    /// # Errors
    ///
    /// When it cannot be written; no event of this type cannot.
    pub fn text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads an event as it was written.
    ///
    /// # Errors
    ///
    /// What of the text is no event, with its line and column.
    ///
    /// ```
    /// use tiergate_cases::Event;
    /// let text = r#"{"id":"e-9","case":"Z-1","day":"2026-01-20","at":"2026-01-20T15:00:00Z",
    ///     "actor":{"id":"o-1","role":"licensing-officer"},
    ///     "what":{"data-asked":{"question":"which facility?"}}}"#;
    /// let event = Event::read(text).unwrap();
    /// assert_eq!(event.what.act().word(), "data-asked");
    /// assert_eq!(Event::read(&event.text().unwrap()).unwrap(), event);
    /// ```
    pub fn read(text: &str) -> Result<Event, serde_json::Error> {
        serde_json::from_str(text)
    }
}

/// A paragraph or a text that something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Basis {
    /// The citation.
    pub cite: String,
    /// What it says of the case.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub says: String,
}

/// The statutory and the regulatory basis of an objection or a denial. Without both an agency's
/// denial counts as no objection (750.4(d); the step says so in the law data).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grounds {
    /// The statute.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub statutory: String,
    /// The regulation.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub regulatory: String,
    /// The reasons.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reasons: String,
}

impl Grounds {
    /// Whether both the statute and the regulation are named.
    ///
    /// ```
    /// use tiergate_cases::Grounds;
    /// let grounds = Grounds { statutory: "50 U.S.C. 4813".into(), ..Grounds::default() };
    /// assert!(!grounds.complete());
    /// ```
    #[must_use]
    pub fn complete(&self) -> bool {
        !self.statutory.trim().is_empty() && !self.regulatory.trim().is_empty()
    }
}
