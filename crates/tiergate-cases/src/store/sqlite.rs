//! Cases in one SQLite file, beside a ledger or alone.
//!
//! The write-ahead log is synced at each commit: what was answered is on the disk. Writers take
//! turns; readers do not wait.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, Row, TransactionBehavior, params};

use super::{HEADS, Head, Kept, Store, decide, head, logged};
use crate::chain::Logged;
use crate::error::Error;
use crate::event::Event;

/// How the tables came to be as they are, one step after another.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/sqlite-1.sql")];

/// What stands in the head of a file that is Tiergate's, as in a ledger's.
const APPLICATION: i32 = 0x5469_6572;

/// How long a writer waits for the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// Cases in one file; one connection.
#[derive(Debug)]
pub struct Sqlite(Connection);

const COLUMNS: &str = "case_id, version, event, previous, hash";

fn row(row: &Row<'_>) -> rusqlite::Result<(String, i64, String, String, String)> {
    Ok((
        row.get(0)?,
        row.get(1)?,
        row.get(2)?,
        row.get(3)?,
        row.get(4)?,
    ))
}

fn read(
    (case, version, text, previous, hash): (String, i64, String, String, String),
) -> Result<Logged, Error> {
    logged(&case, version, text, previous, hash)
}

impl Sqlite {
    /// Opens the cases of a file; makes the file, or the tables in a ledger's file, if asked to.
    ///
    /// # Errors
    ///
    /// When there are none and they are not to be made, when the file is of something else or of a
    /// newer program, or when it cannot be opened.
    ///
    /// ```
    /// use tiergate_cases::store::{Sqlite, Store};
    /// let folder = tempfile::tempdir().unwrap();
    /// let path = folder.path().join("desk.db");
    /// assert!(Sqlite::open(&path, false).is_err());
    /// assert!(Sqlite::open(&path, true).unwrap().cases().unwrap().is_empty());
    /// assert!(Sqlite::open(&path, false).is_ok());
    /// ```
    pub fn open(path: &Path, make: bool) -> Result<Self, Error> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if make {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        } else if !path.exists() {
            return Err(Error::Other(format!(
                "there are no cases at {}: registering one makes them",
                path.display()
            )));
        }
        let mut db = Connection::open_with_flags(path, flags)?;
        db.busy_timeout(PATIENCE)?;
        let application: i32 = db.pragma_query_value(None, "application_id", |r| r.get(0))?;
        let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
        if application != APPLICATION && (application != 0 || tables > 0) {
            return Err(Error::Other(format!(
                "{} is an SQLite file of something else",
                path.display()
            )));
        }
        // Two that make one file at once are refused at first.
        let mut patience = 50;
        while let Err(error) = db.pragma_update(None, "journal_mode", "wal") {
            if patience == 0 {
                return Err(error.into());
            }
            patience -= 1;
            std::thread::sleep(Duration::from_millis(20));
        }
        db.pragma_update(None, "synchronous", "full")?;
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let there = tx.query_row(
            "SELECT count(*) FROM sqlite_schema WHERE name = 'case_schema'",
            [],
            |r| r.get::<_, i64>(0),
        )?;
        let done: usize = match there {
            0 => 0,
            _ => tx
                .query_row("SELECT version FROM case_schema", [], |r| {
                    r.get::<_, i64>(0)
                })?
                .try_into()
                .unwrap_or(usize::MAX),
        };
        if done > MIGRATIONS.len() {
            return Err(Error::Other(format!(
                "the cases are of version {done}, made by a newer program; this one knows up to {}",
                MIGRATIONS.len()
            )));
        }
        if done == 0 && !make {
            return Err(Error::Other(
                "the file holds no cases: registering one makes them".to_owned(),
            ));
        }
        if done < MIGRATIONS.len() {
            if application == 0 {
                tx.pragma_update(None, "application_id", APPLICATION)?;
            }
            if there == 0 {
                tx.execute_batch("CREATE TABLE case_schema (version INTEGER NOT NULL) STRICT")?;
            }
            for step in &MIGRATIONS[done..] {
                tx.execute_batch(step)?;
            }
            tx.execute("DELETE FROM case_schema", [])?;
            tx.execute(
                "INSERT INTO case_schema VALUES (?)",
                [MIGRATIONS.len() as i64],
            )?;
        }
        tx.commit()?;
        Ok(Sqlite(db))
    }

    /// Runs statements as they are: for tests that damage what is kept.
    ///
    /// # Errors
    ///
    /// The database's.
    #[doc(hidden)]
    pub fn meddle(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.0.execute_batch(sql)?)
    }
}

impl Store for Sqlite {
    fn append(&mut self, event: &Event, expected: u64) -> Result<Kept, Error> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let one = |sql: &str, key: &str| -> Result<Option<Logged>, Error> {
            tx.prepare_cached(sql)?
                .query_row([key], row)
                .optional()?
                .map(read)
                .transpose()
        };
        let same_id = one(
            &format!("SELECT {COLUMNS} FROM case_events WHERE id = ?"),
            &event.id,
        )?;
        let last = one(
            &format!(
                "SELECT {COLUMNS} FROM case_events WHERE case_id = ? ORDER BY version DESC LIMIT 1"
            ),
            &event.case,
        )?;
        let kept = decide(event, expected, same_id, last.as_ref())?;
        if kept.again {
            return Ok(kept);
        }
        let l = &kept.logged;
        tx.prepare_cached(
            "INSERT INTO case_events (case_id, version, id, day, act, event, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            event.case,
            i64::try_from(l.version).unwrap_or(i64::MAX),
            event.id,
            event.day.to_string(),
            event.what.act().word(),
            l.text,
            l.previous,
            l.hash
        ])?;
        tx.commit()?;
        Ok(kept)
    }

    fn log(&mut self, case: &str) -> Result<Vec<Logged>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM case_events WHERE case_id = ? ORDER BY version");
        let mut found = self.0.prepare_cached(&sql)?;
        let rows = found.query_map([case], row)?;
        rows.map(|r| read(r?)).collect()
    }

    fn cases(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT case_id FROM case_events GROUP BY case_id ORDER BY min(seq)";
        let mut found = self.0.prepare_cached(sql)?;
        let rows = found.query_map([], |r| r.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn heads(&mut self) -> Result<Vec<Head>, Error> {
        let mut found = self.0.prepare_cached(HEADS)?;
        let rows = found.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        rows.map(|row| {
            let (case, version, hash) = row?;
            head(case, version, hash)
        })
        .collect()
    }

    fn log_after(&mut self, case: &str, version: u64) -> Result<Vec<Logged>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM case_events WHERE case_id = ? AND version > ? ORDER BY version"
        );
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        let mut found = self.0.prepare_cached(&sql)?;
        let rows = found.query_map(params![case, version], row)?;
        rows.map(|r| read(r?)).collect()
    }

    fn event(&mut self, id: &str) -> Result<Option<Logged>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM case_events WHERE id = ?");
        let found = self.0.query_row(&sql, [id], row).optional()?;
        found.map(read).transpose()
    }
}
