//! Cases in PostgreSQL, for many users at once, beside a ledger or alone.
//!
//! Events of one case take turns under a lock of its own; cases do not wait for one another.

use postgres::{Client, NoTls, Row, Transaction};

use super::{HEADS, Head, Kept, Store, decide, head, logged};
use crate::chain::Logged;
use crate::error::Error;
use crate::event::Event;

/// How the tables came to be as they are, one step after another.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/postgres-1.sql")];

/// The lock under which one at a time brings the tables up to date.
const MIGRATING: i64 = 0x5469_6572_0002;

/// Cases in a database; one connection, made anew when it is lost.
pub struct Postgres {
    url: String,
    client: Client,
}

impl std::fmt::Debug for Postgres {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Postgres")
    }
}

const COLUMNS: &str = "case_id, version, event, previous, hash";

fn read(row: &Row) -> Result<Logged, Error> {
    let case: String = row.try_get(0)?;
    logged(
        &case,
        row.try_get(1)?,
        row.try_get(2)?,
        row.try_get(3)?,
        row.try_get(4)?,
    )
}

fn connect(url: &str) -> Result<Client, Error> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(
        "SET synchronous_commit = on; SET client_min_messages = warning; SET lock_timeout = '20s'",
    )?;
    Ok(client)
}

impl Postgres {
    /// Connects, and makes the tables where there are none, if asked to.
    ///
    /// # Errors
    ///
    /// When the database does not answer, holds no cases and none are to be made, or holds those of
    /// a newer program.
    pub fn open(url: &str, make: bool) -> Result<Self, Error> {
        let mut client = connect(url)?;
        // The lock comes before the transaction, so that what another made meanwhile is seen; left
        // by an error, it ends with the connection.
        client.execute("SELECT pg_advisory_lock($1)", &[&MIGRATING])?;
        let mut tx = client.transaction()?;
        let there: bool = tx
            .query_one("SELECT to_regclass('case_schema') IS NOT NULL", &[])?
            .try_get(0)?;
        let done = match there {
            false => 0,
            true => {
                let version: i64 = tx
                    .query_one("SELECT version FROM case_schema", &[])?
                    .try_get(0)?;
                usize::try_from(version).unwrap_or(usize::MAX)
            }
        };
        if done > MIGRATIONS.len() {
            return Err(Error::Other(format!(
                "the cases are of version {done}, made by a newer program; this one knows up to {}",
                MIGRATIONS.len()
            )));
        }
        if done == 0 && !make {
            return Err(Error::Other(
                "the database holds no cases: registering one makes them".to_owned(),
            ));
        }
        if done < MIGRATIONS.len() {
            if !there {
                tx.batch_execute("CREATE TABLE case_schema (version BIGINT NOT NULL)")?;
            }
            for step in &MIGRATIONS[done..] {
                tx.batch_execute(step)?;
            }
            tx.batch_execute("DELETE FROM case_schema")?;
            tx.execute(
                "INSERT INTO case_schema VALUES ($1)",
                &[&(MIGRATIONS.len() as i64)],
            )?;
        }
        tx.commit()?;
        client.execute("SELECT pg_advisory_unlock($1)", &[&MIGRATING])?;
        Ok(Postgres {
            url: url.to_owned(),
            client,
        })
    }

    /// Runs statements as they are: for tests that damage what is kept.
    ///
    /// # Errors
    ///
    /// The database's.
    #[doc(hidden)]
    pub fn meddle(&mut self, sql: &str) -> Result<(), Error> {
        Ok(self.client.batch_execute(sql)?)
    }

    /// The connection, made anew when it was lost.
    fn client(&mut self) -> Result<&mut Client, Error> {
        if self.client.is_closed() {
            self.client = connect(&self.url)?;
        }
        Ok(&mut self.client)
    }
}

fn one(tx: &mut Transaction<'_>, sql: &str, key: &str) -> Result<Option<Logged>, Error> {
    tx.query_opt(sql, &[&key])?.as_ref().map(read).transpose()
}

impl Store for Postgres {
    fn append(&mut self, event: &Event, expected: u64) -> Result<Kept, Error> {
        let mut tx = self.client()?.transaction()?;
        // Events of one case take turns, and so do events of one id: what the index would refuse is
        // told beforehand. The id goes first, so that two never wait for each other.
        for key in [&event.id, &event.case] {
            tx.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 21621))",
                &[key],
            )?;
        }
        let by_id = format!("SELECT {COLUMNS} FROM case_events WHERE id = $1");
        let same_id = one(&mut tx, &by_id, &event.id)?;
        let newest = format!(
            "SELECT {COLUMNS} FROM case_events WHERE case_id = $1 ORDER BY version DESC LIMIT 1"
        );
        let last = one(&mut tx, &newest, &event.case)?;
        let kept = decide(event, expected, same_id, last.as_ref())?;
        if kept.again {
            return Ok(kept);
        }
        let l = &kept.logged;
        tx.execute(
            "INSERT INTO case_events (case_id, version, id, day, act, event, previous, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                &event.case,
                &i64::try_from(l.version).unwrap_or(i64::MAX),
                &event.id,
                &event.day.to_string(),
                &event.what.act().word(),
                &l.text,
                &l.previous,
                &l.hash,
            ],
        )?;
        tx.commit()?;
        Ok(kept)
    }

    fn log(&mut self, case: &str) -> Result<Vec<Logged>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM case_events WHERE case_id = $1 ORDER BY version");
        self.client()?
            .query(&sql, &[&case])?
            .iter()
            .map(read)
            .collect()
    }

    fn cases(&mut self) -> Result<Vec<String>, Error> {
        let sql = "SELECT case_id FROM case_events GROUP BY case_id ORDER BY min(seq)";
        let rows = self.client()?.query(sql, &[])?;
        rows.iter().map(|r| Ok(r.try_get(0)?)).collect()
    }

    fn heads(&mut self) -> Result<Vec<Head>, Error> {
        let rows = self.client()?.query(HEADS, &[])?;
        rows.iter()
            .map(|r| head(r.try_get(0)?, r.try_get(1)?, r.try_get(2)?))
            .collect()
    }

    fn log_after(&mut self, case: &str, version: u64) -> Result<Vec<Logged>, Error> {
        let sql = format!(
            "SELECT {COLUMNS} FROM case_events WHERE case_id = $1 AND version > $2 ORDER BY version"
        );
        let version = i64::try_from(version).unwrap_or(i64::MAX);
        self.client()?
            .query(&sql, &[&case, &version])?
            .iter()
            .map(read)
            .collect()
    }

    fn event(&mut self, id: &str) -> Result<Option<Logged>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM case_events WHERE id = $1");
        self.client()?
            .query_opt(&sql, &[&id])?
            .as_ref()
            .map(read)
            .transpose()
    }
}
