//! A ledger in PostgreSQL, for many users at once.
//!
//! A page holds the accounts it draws on, in the order of their keys, until it is kept: draws on
//! one account take turns, draws on others do not wait. Whoever seals waits for the pages being
//! written, so that no entry comes to stand before a block that was sealed without it.

mod page;
mod reading;
mod told;
mod wire;

use std::path::Path;

use rustc_hash::FxHashSet;

use super::{Page, Reader, Store};
use crate::error::Error;
use page::Working;
use reading::Reading;
use wire::Wire;

/// How the tables came to be as they are, one step after another.
const MIGRATIONS: [&str; 2] = [
    include_str!("../migrations/postgres-1.sql"),
    include_str!("../migrations/postgres-2.sql"),
];

/// The lock under which one at a time brings the tables up to date.
const MIGRATING: i64 = 0x5469_6572_0001;

/// A ledger in a database; one connection.
pub struct Postgres {
    wire: Wire,
    /// Keys of accounts that are known to be there: an account is never taken away.
    known: FxHashSet<String>,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

impl Postgres {
    /// Connects, and makes the tables where there are none, if asked to.
    ///
    /// # Errors
    ///
    /// When the database does not answer, holds no ledger and none is to be made, or holds one of a
    /// newer program.
    pub fn open(url: &str, make: bool) -> Result<Self, Error> {
        let wire = Wire::connect(url)?;
        // Plans are made once, often while the tables are still empty: what is looked up by a key
        // is looked up in its index from the start.
        wire.batch(
            "SET synchronous_commit = on; SET client_min_messages = warning; SET lock_timeout = '20s'; \
             SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off",
        )?;
        let store = Postgres {
            wire,
            known: FxHashSet::default(),
        };
        store.prepare(make)?;
        Ok(store)
    }

    fn prepare(&self, make: bool) -> Result<(), Error> {
        if self.version()? == Some(MIGRATIONS.len()) {
            return Ok(());
        }
        // The lock comes before the transaction: what another made while this one waited is seen
        // only from the start of a transaction. Left by an error, it ends with the connection.
        self.wire
            .execute("SELECT pg_advisory_lock($1)", &[&MIGRATING])?;
        let transaction = Transaction::begin(&self.wire, "BEGIN")?;
        let done = self.version()?;
        if done.is_none() && !make {
            return Err(Error::Other(
                "the database holds no ledger: reserve, correct, limit, license or import makes one"
                    .to_owned(),
            ));
        }
        let done = done.unwrap_or(0);
        if done > MIGRATIONS.len() {
            return Err(Error::Other(format!(
                "the ledger is of version {done}, made by a newer program; this one knows up to {}",
                MIGRATIONS.len()
            )));
        }
        if done == 0 {
            self.wire
                .batch("CREATE TABLE IF NOT EXISTS tiergate_ledger (version BIGINT NOT NULL)")?;
        }
        for step in &MIGRATIONS[done..] {
            self.wire.batch(step)?;
        }
        self.wire.batch("DELETE FROM tiergate_ledger")?;
        let now = MIGRATIONS.len() as i64;
        self.wire
            .execute("INSERT INTO tiergate_ledger VALUES ($1)", &[&now])?;
        transaction.commit()?;
        self.wire
            .execute("SELECT pg_advisory_unlock($1)", &[&MIGRATING])?;
        Ok(())
    }

    fn version(&self) -> Result<Option<usize>, Error> {
        let there = "SELECT to_regclass('tiergate_ledger') IS NOT NULL";
        if !self.wire.query_one(there, &[])?.try_get::<_, bool>(0)? {
            return Ok(None);
        }
        let row = self
            .wire
            .query_opt("SELECT version FROM tiergate_ledger", &[])?;
        let version = row.map(|row| row.try_get::<_, i64>(0)).transpose()?;
        Ok(version.and_then(|version| usize::try_from(version).ok()))
    }

    /// Does work on a page, under a lock on the entries.
    fn page(
        &mut self,
        begin: &'static str,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut page = Working::new(&self.wire, &mut self.known, begin);
        // Dropped without being kept, it is undone.
        work(&mut page)?;
        page.keep()
    }

    /// Runs statements as they are: for tests that damage what is kept.
    ///
    /// # Errors
    ///
    /// The database's.
    #[doc(hidden)]
    pub fn meddle(&mut self, sql: &str) -> Result<(), Error> {
        self.wire.batch(sql)
    }
}

impl Store for Postgres {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.page("BEGIN; LOCK TABLE entries IN ROW EXCLUSIVE MODE", work)
    }

    fn sealing(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.page(
            "BEGIN; LOCK TABLE entries IN SHARE ROW EXCLUSIVE MODE",
            work,
        )
    }

    fn read(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Reader) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        let transaction = Transaction::begin(&self.wire, begin)?;
        work(&mut Reading(&self.wire))?;
        transaction.commit()
    }

    fn backup(&mut self, _to: &Path) -> Result<(), Error> {
        Err(Error::Other(
            "a ledger in PostgreSQL is backed up with pg_dump, or as text with `tiergate ledger export`"
                .to_owned(),
        ))
    }
}

/// A transaction; dropped without being kept, it is undone.
struct Transaction<'w> {
    wire: &'w Wire,
    done: bool,
}

impl<'w> Transaction<'w> {
    fn begin(wire: &'w Wire, begin: &str) -> Result<Self, Error> {
        let transaction = Transaction { wire, done: false };
        wire.batch(begin)?;
        Ok(transaction)
    }

    fn commit(mut self) -> Result<(), Error> {
        self.wire.batch("COMMIT")?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if !self.done {
            // Where the connection is lost, the server undoes it by itself.
            let _ = self.wire.batch("ROLLBACK");
        }
    }
}
