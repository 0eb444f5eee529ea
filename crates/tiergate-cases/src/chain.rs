//! The chain of a case: each event's hash covers the one before and its own bytes.

use crate::event::Event;

/// A hash, in hex.
pub type Hash = String;

/// What a hash starts with: a change of what is hashed changes it.
const CONTEXT: &str = "tiergate case event, version 1";

/// An event with its place in the log of its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the case, from 1; also the case's version after it.
    pub version: u64,
    /// The event.
    pub event: Event,
    /// The event as it is kept.
    pub text: String,
    /// The hash before; zeros for the first.
    pub previous: Hash,
    /// Its hash.
    pub hash: Hash,
}

/// The hash before the first event.
///
/// ```
/// assert_eq!(tiergate_cases::first_hash().len(), 64);
/// ```
#[must_use]
pub fn first_hash() -> Hash {
    "0".repeat(64)
}

/// The hash of an event's bytes at a place of a case's log.
///
/// ```
/// use tiergate_cases::{event_hash, first_hash};
/// let one = event_hash("Z-1", 1, &first_hash(), "{}");
/// assert_ne!(one, event_hash("Z-2", 1, &first_hash(), "{}"));
/// ```
#[must_use]
pub fn event_hash(case: &str, version: u64, previous: &str, text: &str) -> Hash {
    let mut hasher = blake3::Hasher::new_derive_key(CONTEXT);
    for part in [case, previous, text] {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.update(&version.to_le_bytes());
    hasher.finalize().to_hex().to_string()
}

/// Puts an event behind the last of its case.
///
/// # Errors
///
/// When it cannot be written.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{check_chain, demo, link};
/// let first = link(demo::registered(date(2026, 1, 5)), None).unwrap();
/// let second = link(demo::referral("e-2", date(2026, 1, 6)), Some(&first)).unwrap();
/// assert_eq!((second.version, &second.previous), (2, &first.hash));
/// assert_eq!(check_chain("Z-1", &[first.clone(), second.clone()]), None);
/// assert!(check_chain("Z-1", &[second, first]).is_some());
/// ```
pub fn link(event: Event, last: Option<&Logged>) -> Result<Logged, serde_json::Error> {
    let text = event.text()?;
    let version = last.map_or(0, |l| l.version) + 1;
    let previous = last.map_or_else(first_hash, |l| l.hash.clone());
    let hash = event_hash(&event.case, version, &previous, &text);
    Ok(Logged {
        version,
        event,
        text,
        previous,
        hash,
    })
}

/// What is wrong with the log of one case, if anything; the first fault.
///
/// ```
/// use tiergate_cases::check_chain;
/// assert_eq!(check_chain("Z-1", &[]), None);
/// ```
#[must_use]
pub fn check_chain(case: &str, log: &[Logged]) -> Option<String> {
    let mut previous = first_hash();
    for (at, logged) in log.iter().enumerate() {
        let version = at as u64 + 1;
        let place = format!("case `{case}`, event {version} (`{}`)", logged.event.id);
        if logged.version != version {
            return Some(format!(
                "{place}: its version is {}, and {version} is next",
                logged.version
            ));
        }
        if logged.event.case != case {
            return Some(format!("{place}: it is of case `{}`", logged.event.case));
        }
        if Event::read(&logged.text).ok().as_ref() != Some(&logged.event) {
            return Some(format!("{place}: its text is another event"));
        }
        if logged.previous != previous {
            return Some(format!("{place}: it does not follow the event before"));
        }
        let hash = event_hash(case, version, &previous, &logged.text);
        if hash != logged.hash {
            return Some(format!(
                "{place}: its hash is {}, and its bytes give {hash}",
                logged.hash
            ));
        }
        previous = hash;
    }
    None
}
