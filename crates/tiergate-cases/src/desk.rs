//! Cases as their users meet them: read, take in an event, list.
//!
//! Every event is checked against the case as it is kept, and kept only on the version it was
//! checked on: of two that would both be right alone, the second is checked anew.

use std::sync::Arc;

use tiergate_law::ConsolidateError;

use crate::act::What;
use crate::chain::Logged;
use crate::error::Error;
use crate::event::Event;
use crate::law_book::LawBook;
use crate::rules::Rules;
use crate::state::State;
use crate::store::{Kept, Store};

/// How often an event is checked anew when others were faster.
const TRIES: usize = 50;

/// A case with its log.
#[derive(Debug, Clone)]
pub struct Read {
    /// The case.
    pub state: State,
    /// The rules of the day it was registered.
    pub rules: Arc<Rules>,
    /// Its events.
    pub log: Vec<Logged>,
}

impl From<ConsolidateError> for Error {
    fn from(error: ConsolidateError) -> Self {
        Error::Other(error.to_string())
    }
}

/// Reads a case: none when it is not there.
///
/// # Errors
///
/// The store's; the law's; a log that its rules refuse.
///
/// ```
/// use tiergate_cases::{LawBook, demo, read, store::Memory};
/// use tiergate_law::{LawRef, View};
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// assert!(read(&mut Memory::default(), &law, "Z-1").unwrap().is_none());
/// ```
pub fn read(store: &mut dyn Store, law: &LawBook<'_>, case: &str) -> Result<Option<Read>, Error> {
    let log = store.log(case)?;
    let Some(first) = log.first() else {
        return Ok(None);
    };
    let rules = law.on(first.event.day)?;
    let state = State::fold(&rules, log.iter().map(|l| &l.event))?;
    Ok(state.map(|state| Read { state, rules, log }))
}

/// The state of a case after one more event, the rules, and the version the event goes behind.
pub(crate) fn check(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<(State, Arc<Rules>, u64), Error> {
    let before = read(store, law, &event.case)?;
    let (state, rules, version) = match before {
        Some(read) => {
            let version = read.state.version;
            (Some(read.state), read.rules, version)
        }
        None if matches!(event.what, What::Registered(_)) => (None, law.on(event.day)?, 0),
        None => return Err(Error::NoCase(event.case.clone())),
    };
    let state = State::after(state, &rules, event)?;
    Ok((state, rules, version))
}

/// The first answer to an event that was kept before.
pub(crate) fn kept_before(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<Option<(State, Kept)>, Error> {
    if store.event(&event.id)?.is_none() {
        return Ok(None);
    }
    // The store tells a retry from another event of this id.
    let kept = store.append(event, 0)?;
    let state = read(store, law, &event.case)?.map(|r| r.state);
    let state = state.ok_or_else(|| Error::NoCase(event.case.clone()))?;
    Ok(Some((state, kept)))
}

/// Takes in an event: checked against the case as it is, kept at most once by its id.
///
/// Approvals, licenses, what lowers or ends them, and shipments move amounts on the ledger and are
/// refused here: [`take_in`](crate::take_in) enters them with it.
///
/// # Errors
///
/// [`Error::Refused`] with what would be right; else the store's or the law's.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{LawBook, demo, enter, store::Memory};
/// use tiergate_law::{LawRef, View};
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// let mut store = Memory::default();
/// let event = demo::registered(date(2026, 1, 5));
/// assert!(!enter(&mut store, &law, &event).unwrap().1.again);
/// // A retry is the same call, and counts once.
/// let (case, kept) = enter(&mut store, &law, &event).unwrap();
/// assert!(kept.again && case.version == 1);
/// ```
pub fn enter(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<(State, Kept), Error> {
    if let What::Approved {
        reservation: Some(_),
        ..
    }
    | What::Issued { .. }
    | What::Amended {
        value_usd: Some(_), ..
    }
    | What::Amended {
        quantity: Some(_), ..
    }
    | What::Shipped { .. }
    | What::Revoked { .. }
    | What::Expired = &event.what
    {
        return Err(Error::Other(format!(
            "`{}` moves amounts on the ledger: enter it together with the ledger",
            event.what.act().word()
        )));
    }
    enter_unheld(store, law, event)
}

/// The same, for events whose amounts the ledger holds already.
pub(crate) fn enter_unheld(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    event: &Event,
) -> Result<(State, Kept), Error> {
    if let Some(before) = kept_before(store, law, event)? {
        return Ok(before);
    }
    let mut tries = TRIES;
    loop {
        let (state, _, version) = check(store, law, event)?;
        match store.append(event, version) {
            Ok(kept) => return Ok((state, kept)),
            Err(Error::Moved { .. } | Error::Busy(_)) if tries > 0 => tries -= 1,
            Err(error) => return Err(error),
        }
    }
}
