//! Connections to the cases; made as they are needed.

use std::sync::{Mutex, PoisonError};

use tiergate_cases::Error;
use tiergate_cases::store::{Postgres, Sqlite, Store};

use crate::db::Database;

/// So many connections are kept for the next to ask.
const KEPT: usize = 8;

/// The cases.
pub struct Cases {
    database: Database,
    free: Mutex<Vec<Box<dyn Store>>>,
}

impl std::fmt::Debug for Cases {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Cases")
    }
}

impl Cases {
    /// Opens the cases of a database, and makes their tables where there are none.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub fn open(database: &Database) -> Result<Cases, Error> {
        let cases = Cases {
            database: database.clone(),
            free: Mutex::default(),
        };
        let first = cases.connect(true)?;
        cases.give_back(first);
        Ok(cases)
    }

    fn connect(&self, make: bool) -> Result<Box<dyn Store>, Error> {
        Ok(match &self.database {
            Database::File(path) => Box::new(Sqlite::open(path, make)?),
            Database::Server(url) => Box::new(Postgres::open(url, make)?),
        })
    }

    fn give_back(&self, store: Box<dyn Store>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < KEPT {
            free.push(store);
        }
    }

    /// Does work with a connection of its own.
    ///
    /// # Errors
    ///
    /// The work's, or when the database does not answer.
    pub fn with<R, E: From<Error>>(
        &self,
        work: impl FnOnce(&mut dyn Store) -> Result<R, E>,
    ) -> Result<R, E> {
        let free = self
            .free
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let mut store = match free {
            Some(store) => store,
            None => self.connect(false)?,
        };
        let result = work(store.as_mut());
        if result.is_ok() {
            self.give_back(store);
        }
        result
    }
}
