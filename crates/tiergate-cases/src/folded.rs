//! Folded cases kept in memory: only events that were not seen yet are folded.
//!
//! What is kept of a case is right for one hash of its chain. The store is asked for the last hash
//! of every case each time, so that an event another program entered is seen at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::chain::{Hash, Logged};
use crate::error::Error;
use crate::law_book::LawBook;
use crate::rules::Rules;
use crate::state::State;
use crate::store::{Head, Store};

/// A case as its events up to one of them make it.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// The case.
    pub state: State,
    /// The rules of the day it was registered.
    pub rules: Arc<Rules>,
    /// The hash of its last event.
    pub hash: Hash,
}

/// The cases that were folded, under one law.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Folded, LawBook, demo, enter, store::Memory};
/// use tiergate_law::{LawRef, View};
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// let (folded, mut store) = (Folded::default(), Memory::default());
/// enter(&mut store, &law, &demo::registered(date(2026, 1, 5))).unwrap();
/// let first = folded.all(&mut store, &law).unwrap();
/// // Nothing happened since: it is the same.
/// let again = folded.all(&mut store, &law).unwrap();
/// assert!(std::sync::Arc::ptr_eq(&first[0], &again[0]));
/// // What happens is seen.
/// enter(&mut store, &law, &demo::referral("e-2", date(2026, 1, 8))).unwrap();
/// assert_eq!(folded.all(&mut store, &law).unwrap()[0].state.version, 2);
/// ```
#[derive(Debug, Default)]
pub struct Folded(Mutex<HashMap<String, Arc<Case>>>);

impl Folded {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Arc<Case>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every case as it is now, in the order they were registered.
    ///
    /// # Errors
    ///
    /// The store's or the law's; a log that its rules refuse.
    pub fn all(&self, store: &mut dyn Store, law: &LawBook<'_>) -> Result<Vec<Arc<Case>>, Error> {
        let heads = store.heads()?;
        let mut all = Vec::with_capacity(heads.len());
        for head in &heads {
            if let Some(case) = self.case(store, law, head)? {
                all.push(case);
            }
        }
        let mut known = self.lock();
        if known.len() > heads.len() {
            let there: std::collections::HashSet<&str> =
                heads.iter().map(|head| head.case.as_str()).collect();
            known.retain(|case, _| there.contains(case.as_str()));
        }
        Ok(all)
    }

    fn case(
        &self,
        store: &mut dyn Store,
        law: &LawBook<'_>,
        head: &Head,
    ) -> Result<Option<Arc<Case>>, Error> {
        let before = self.lock().get(&head.case).cloned();
        let before = match before {
            // The chain has one event for each hash: what was folded up to it is right.
            Some(case) if case.hash == head.hash => return Ok(Some(case)),
            before => before,
        };
        let case = match before.filter(|case| case.state.version < head.version) {
            Some(case) => {
                let more = store.log_after(&head.case, case.state.version)?;
                match more.first() {
                    Some(first) if first.previous == case.hash => Some(grown(&case, &more)?),
                    // Another chain than the one that was folded: nothing of it is kept.
                    _ => folded(store, law, &head.case)?,
                }
            }
            None => folded(store, law, &head.case)?,
        };
        let Some(case) = case.map(Arc::new) else {
            return Ok(None);
        };
        self.lock().insert(head.case.clone(), Arc::clone(&case));
        Ok(Some(case))
    }
}

/// A case with more events.
fn grown(case: &Case, more: &[Logged]) -> Result<Case, Error> {
    let mut grown = case.clone();
    for logged in more {
        grown.state = State::after(Some(grown.state), &grown.rules, &logged.event)?;
        grown.hash.clone_from(&logged.hash);
    }
    Ok(grown)
}

/// A case folded from its first event.
fn folded(store: &mut dyn Store, law: &LawBook<'_>, case: &str) -> Result<Option<Case>, Error> {
    let read = crate::desk::read(store, law, case)?;
    Ok(read.and_then(|read| {
        let hash = read.log.last()?.hash.clone();
        Some(Case {
            state: read.state,
            rules: read.rules,
            hash,
        })
    }))
}
