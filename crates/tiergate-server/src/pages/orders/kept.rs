//! Files of orders that were decided, kept for whoever sent them, as many as there is room for.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::port::OrdersTold;

/// So many files are kept for a person; the oldest goes first.
const FILES_EACH: usize = 5;
/// So many orders are kept in all.
const ROWS_IN_ALL: usize = 600_000;
/// So many orders may be in a file.
pub const ROWS_EACH: usize = 200_000;

/// A file of orders, decided.
#[derive(Debug)]
pub struct Decided {
    /// Its number.
    pub id: u64,
    /// Whose it is.
    pub person: String,
    /// What it is called.
    pub name: String,
    /// The law it was decided under, in words.
    pub law: String,
    /// What was assumed.
    pub assumed: String,
    /// When, in words.
    pub when: String,
    /// What came out.
    pub told: OrdersTold,
}

/// The files that are kept. They are in memory only: the orders of a file are nobody's record.
#[derive(Debug, Default)]
pub struct Kept {
    next: AtomicU64,
    files: Mutex<VecDeque<Arc<Decided>>>,
}

impl Kept {
    /// A number for a file.
    pub fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps a file, and lets go of older ones where there is no room.
    pub fn keep(&self, decided: Decided) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let of_person = |file: &Arc<Decided>| file.person == decided.person;
        while files.iter().filter(|file| of_person(file)).count() >= FILES_EACH {
            let oldest = files.iter().position(of_person);
            oldest.and_then(|at| files.remove(at));
        }
        files.push_back(Arc::new(decided));
        let rows = |files: &VecDeque<Arc<Decided>>| -> usize {
            files.iter().map(|file| file.told.rows.len()).sum()
        };
        while files.len() > 1 && rows(&files) > ROWS_IN_ALL {
            files.pop_front();
        }
    }

    /// A file of a person.
    pub fn find(&self, person: &str, id: u64) -> Option<Arc<Decided>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = files.iter().filter(|f| f.person == person && f.id == id);
        found.next().cloned()
    }

    /// The files of a person, newest first.
    pub fn of(&self, person: &str) -> Vec<Arc<Decided>> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let found = files.iter().rev().filter(|f| f.person == person);
        found.cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_sees_their_own_files_and_the_oldest_goes() {
        let kept = Kept::default();
        for person in ["a", "b", "a", "a", "a", "a", "a"] {
            let id = kept.number();
            kept.keep(Decided {
                id,
                person: person.to_owned(),
                name: String::new(),
                law: String::new(),
                assumed: String::new(),
                when: String::new(),
                told: OrdersTold::default(),
            });
        }
        let ids = |person: &str| -> Vec<u64> { kept.of(person).iter().map(|f| f.id).collect() };
        assert_eq!(ids("a"), [7, 6, 5, 4, 3]);
        assert_eq!(ids("b"), [2]);
        assert!(kept.find("a", 2).is_none() && kept.find("b", 2).is_some());
    }
}
