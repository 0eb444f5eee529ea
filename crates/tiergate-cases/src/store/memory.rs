//! Cases in memory, for as long as the program runs.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::{Head, Kept, Store, decide};
use crate::chain::Logged;
use crate::error::Error;
use crate::event::Event;

/// Cases in memory; clones share them.
///
/// ```
/// use tiergate_cases::store::{Memory, Store};
/// assert!(Memory::default().cases().unwrap().is_empty());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Memory(Arc<Mutex<Shelf>>);

#[derive(Debug, Default)]
struct Shelf {
    logs: BTreeMap<String, Vec<Logged>>,
    order: Vec<String>,
    ids: BTreeMap<String, (String, usize)>,
}

impl Memory {
    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn append(&mut self, event: &Event, expected: u64) -> Result<Kept, Error> {
        let mut all = self.lock();
        let same_id = all
            .ids
            .get(&event.id)
            .and_then(|(case, at)| all.logs.get(case)?.get(*at).cloned());
        let last = all.logs.get(&event.case).and_then(|log| log.last());
        let kept = decide(event, expected, same_id, last)?;
        if !kept.again {
            let log = all.logs.entry(event.case.clone()).or_default();
            log.push(kept.logged.clone());
            let at = log.len() - 1;
            if at == 0 {
                all.order.push(event.case.clone());
            }
            all.ids.insert(event.id.clone(), (event.case.clone(), at));
        }
        Ok(kept)
    }

    fn log(&mut self, case: &str) -> Result<Vec<Logged>, Error> {
        Ok(self.lock().logs.get(case).cloned().unwrap_or_default())
    }

    fn cases(&mut self) -> Result<Vec<String>, Error> {
        Ok(self.lock().order.clone())
    }

    fn heads(&mut self) -> Result<Vec<Head>, Error> {
        let all = self.lock();
        let last = |case: &String| all.logs.get(case).and_then(|log| log.last());
        let heads = all.order.iter().filter_map(last).map(|last| Head {
            case: last.event.case.clone(),
            version: last.version,
            hash: last.hash.clone(),
        });
        Ok(heads.collect())
    }

    fn event(&mut self, id: &str) -> Result<Option<Logged>, Error> {
        let all = self.lock();
        Ok(all
            .ids
            .get(id)
            .and_then(|(case, at)| all.logs.get(case)?.get(*at).cloned()))
    }
}
