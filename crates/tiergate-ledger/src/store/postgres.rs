//! A ledger in PostgreSQL, for many users at once.
//!
//! A page holds the accounts it draws on, in the order of their keys, until it is kept: draws on
//! one account take turns, draws on others do not wait. Whoever seals waits for the pages being
//! written, so that no entry comes to stand before a block that was sealed without it.

use std::path::Path;

use jiff::civil::Date;
use postgres::{Client, GenericClient, NoTls, Row, Statement, Transaction};
use rustc_hash::FxHashMap;

use super::rows::{day_number, digest, kind_number, number_day, number_kind, place_by_halves};
use super::{
    AccountRow, Changes, Day, Digest, EachPaper, Line, Listed, Page, Reader, SetLimit, Store,
    Stored, by_day,
};
use crate::account::Account;
use crate::chain::Block;
use crate::error::Error;

/// How the tables came to be as they are, one step after another.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/postgres-1.sql")];

/// The lock under which one at a time brings the tables up to date.
const MIGRATING: i64 = 0x5469_6572_0001;

/// A ledger in a database; one connection.
pub struct Postgres {
    client: Client,
    /// Statements made ready, by their text.
    ready: Ready,
}

type Ready = FxHashMap<&'static str, Statement>;

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
        let mut client = Client::connect(url, NoTls)?;
        // Plans are made once, often while the tables are still empty: what is looked up by a key
        // is looked up in its index from the start.
        client.batch_execute(
            "SET synchronous_commit = on; SET client_min_messages = warning; SET lock_timeout = '20s'; \
             SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off",
        )?;
        let mut store = Postgres {
            client,
            ready: Ready::default(),
        };
        store.prepare(make)?;
        Ok(store)
    }

    fn prepare(&mut self, make: bool) -> Result<(), Error> {
        if self.version()? == Some(MIGRATIONS.len()) {
            return Ok(());
        }
        // The lock comes before the transaction: what another made while this one waited is seen
        // only from the start of a transaction. Left by an error, it ends with the connection.
        self.client
            .execute("SELECT pg_advisory_lock($1)", &[&MIGRATING])?;
        let mut tx = self.client.transaction()?;
        let done = version(&mut tx)?;
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
            tx.batch_execute(
                "CREATE TABLE IF NOT EXISTS tiergate_ledger (version BIGINT NOT NULL)",
            )?;
        }
        for step in &MIGRATIONS[done..] {
            tx.batch_execute(step)?;
        }
        tx.batch_execute("DELETE FROM tiergate_ledger")?;
        let now = MIGRATIONS.len() as i64;
        tx.execute("INSERT INTO tiergate_ledger VALUES ($1)", &[&now])?;
        tx.commit()?;
        self.client
            .execute("SELECT pg_advisory_unlock($1)", &[&MIGRATING])?;
        Ok(())
    }

    fn version(&mut self) -> Result<Option<usize>, Error> {
        let mut tx = self.client.transaction()?;
        version(&mut tx)
    }

    /// Does work on a page, under a lock on the entries.
    fn page(
        &mut self,
        lock: &str,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut page = Working {
            client: &mut self.client,
            ready: &mut self.ready,
            fresh: 0,
            places: Vec::new(),
            done: false,
        };
        // Dropped without being kept, it is undone.
        page.client
            .batch_execute(&format!("BEGIN; LOCK TABLE entries IN {lock} MODE"))?;
        work(&mut page)?;
        page.client.batch_execute("COMMIT")?;
        page.done = true;
        Ok(())
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
}

fn version(tx: &mut Transaction<'_>) -> Result<Option<usize>, Error> {
    let there = tx.query_one("SELECT to_regclass('tiergate_ledger') IS NOT NULL", &[])?;
    if !there.get::<_, bool>(0) {
        return Ok(None);
    }
    let row = tx.query_opt("SELECT version FROM tiergate_ledger", &[])?;
    Ok(row.and_then(|row| usize::try_from(row.get::<_, i64>(0)).ok()))
}

impl Store for Postgres {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.page("ROW EXCLUSIVE", work)
    }

    fn sealing(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.page("SHARE ROW EXCLUSIVE", work)
    }

    fn read(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Reader) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let tx = self
            .client
            .build_transaction()
            .isolation_level(postgres::IsolationLevel::RepeatableRead)
            .read_only(true)
            .start()?;
        work(&mut Reading(tx))
    }

    fn backup(&mut self, _to: &Path) -> Result<(), Error> {
        Err(Error::Other(
            "a ledger in PostgreSQL is backed up with pg_dump, or as text with `tiergate ledger export`"
                .to_owned(),
        ))
    }
}

/// A page being written. Each statement is a way to the server and back: the lock is taken as the
/// transaction begins, and places are asked for together with the accounts.
struct Working<'c> {
    client: &'c mut Client,
    ready: &'c mut Ready,
    /// How many ids were asked for that are new: so many places the page will need.
    fresh: usize,
    /// Places that were given after all accounts of the page were held.
    places: Vec<i64>,
    done: bool,
}

impl Drop for Working<'_> {
    fn drop(&mut self) {
        if !self.done {
            // Where the connection is lost, the server undoes it by itself.
            let _ = self.client.batch_execute("ROLLBACK");
        }
    }
}

impl Working<'_> {
    fn ready(&mut self, sql: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.ready.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql)?;
        self.ready.insert(sql, statement.clone());
        Ok(statement)
    }
}

const COLUMNS: &str = "seq, id, kind, date, of, accepted, recorded, request, answer, digest";

fn stored(row: &Row) -> Result<Stored, Error> {
    Ok(Stored {
        seq: row.try_get(0)?,
        id: row.try_get(1)?,
        kind: number_kind(row.try_get(2)?)?,
        date: number_day(row.try_get(3)?)?,
        of: row.try_get(4)?,
        accepted: row.try_get(5)?,
        recorded: row.try_get(6)?,
        request: row.try_get(7)?,
        answer: row.try_get(8)?,
        digest: digest(row.try_get(9)?)?,
    })
}

fn line(row: &Row) -> Result<Line, Error> {
    Ok(Line {
        account: row.try_get(0)?,
        seq: row.try_get(1)?,
        date: number_day(row.try_get(2)?)?,
        used: row.try_get(3)?,
        reserved: row.try_get(4)?,
        used_after: row.try_get(5)?,
        reserved_after: row.try_get(6)?,
    })
}

fn block(row: &Row) -> Result<Block, Error> {
    Ok(Block {
        n: row.try_get(0)?,
        first: row.try_get(1)?,
        last: row.try_get(2)?,
        count: row.try_get(3)?,
        sealed: row.try_get(4)?,
        previous: row.try_get(5)?,
        hash: row.try_get(6)?,
    })
}

fn account_row(row: &Row) -> Result<AccountRow, Error> {
    Ok(AccountRow {
        id: row.try_get(0)?,
        used: row.try_get(1)?,
        reserved: row.try_get(2)?,
        last: row
            .try_get::<_, Option<i32>>(3)?
            .map(number_day)
            .transpose()?,
        limited: row.try_get(4)?,
    })
}

fn listed(row: &Row) -> Result<Listed, Error> {
    let span: String = row.try_get(7)?;
    let span = span.parse().map_err(|e| Error::Damaged(format!("{e}")))?;
    let (measure, holder): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    Ok(Listed {
        account: Account::new(measure, holder, span),
        key: row.try_get(8)?,
        row: account_row(row)?,
    })
}

fn stretches(tx: &mut impl GenericClient, account: i64) -> Result<Vec<(Date, i64, Day)>, Error> {
    let sql = "SELECT date, stretch, used, reserved, tightest FROM days WHERE account = $1 \
         ORDER BY date, stretch";
    let rows = tx.query(sql, &[&account])?;
    let day = |row: &Row| {
        let day = Day {
            used: row.try_get(2)?,
            reserved: row.try_get(3)?,
            tightest: row.try_get(4)?,
        };
        Ok((number_day(row.try_get(0)?)?, row.try_get(1)?, day))
    };
    rows.iter().map(day).collect()
}

fn limits(tx: &mut impl GenericClient, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
    let sql = "SELECT seq, from_date, most, cite FROM limits WHERE account = $1 ORDER BY seq";
    let rows = tx.query(sql, &[&account])?;
    let limit = |row: &Row| {
        let set = SetLimit {
            from: number_day(row.try_get(1)?)?,
            most: row.try_get(2)?,
            cite: row.try_get(3)?,
        };
        Ok((row.try_get(0)?, set))
    };
    rows.iter().map(limit).collect()
}

const FOUND: &str = "SELECT seq, id, kind, date, of, accepted, recorded, request, answer, digest, \
     (SELECT recorded FROM entries ORDER BY seq DESC LIMIT 1) \
     FROM (SELECT 1) AS one LEFT JOIN entries ON id = ANY($1)";

/// Accounts held, and then so many places: each after all places given for these accounts.
const FIND_ACCOUNTS: &str = "WITH held AS MATERIALIZED (\
       SELECT id, used, reserved, last, limited, key FROM accounts \
       WHERE key = ANY($1) ORDER BY key COLLATE \"C\" FOR UPDATE) \
     SELECT id, used, reserved, last, limited, key, NULL::bigint FROM held \
     UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, nextval('places') \
       FROM (SELECT count(*) AS accounts FROM held) AS all_held, generate_series(1, $2) \
       WHERE accounts = cardinality($1)";

const APPEND: &str = "WITH \
     e AS (INSERT INTO entries SELECT * FROM unnest($1::bigint[], $2::text[], $3::smallint[], \
       $4::int[], $5::bigint[], $6::bool[], $7::bigint[], $8::text[], $9::text[], $10::bytea[])), \
     l AS (INSERT INTO lines SELECT * FROM unnest($11::bigint[], $12::bigint[], $13::int[], \
       $14::bigint[], $15::bigint[], $16::bigint[], $17::bigint[])), \
     a AS (UPDATE accounts SET used = x.used, reserved = x.reserved, last = x.last, limited = x.limited \
       FROM unnest($18::bigint[], $19::bigint[], $20::bigint[], $21::int[], $22::bool[]) \
         AS x(id, used, reserved, last, limited) WHERE accounts.id = x.id), \
     d AS (INSERT INTO days (account, date, used, reserved, tightest, stretch) SELECT * FROM unnest($23::bigint[], $24::int[], $25::bigint[], \
       $26::bigint[], $27::bigint[], $31::bigint[]) AS x(account, date, used, reserved, tightest, stretch) \
       ON CONFLICT (account, date, stretch) DO UPDATE SET \
       used = days.used + excluded.used, reserved = days.reserved + excluded.reserved, \
       tightest = least(days.tightest, excluded.tightest)), \
     o AS (INSERT INTO open SELECT * FROM unnest($28::bigint[], $29::int[])) \
     DELETE FROM open WHERE seq = ANY($30)";

impl Page for Working<'_> {
    fn found(&mut self, ids: &[&str]) -> Result<(i64, Vec<Stored>), Error> {
        let statement = self.ready(FOUND)?;
        let rows = self.client.query(&statement, &[&ids])?;
        let last = rows
            .first()
            .map(|row| row.try_get::<_, Option<i64>>(10))
            .transpose()?
            .flatten();
        let mut found = Vec::new();
        for row in &rows {
            if row.try_get::<_, Option<i64>>(0)?.is_some() {
                found.push(stored(row)?);
            }
        }
        self.fresh += ids.len() - found.len();
        Ok((last.unwrap_or(i64::MIN), found))
    }

    fn followers(&mut self, of: &[i64]) -> Result<Vec<Stored>, Error> {
        // The rows are held first; only then is it sure that no other adds to them.
        let hold = "SELECT seq FROM entries WHERE seq = ANY($1) ORDER BY seq FOR UPDATE";
        self.client.query(hold, &[&of])?;
        let sql =
            format!("SELECT {COLUMNS} FROM entries WHERE of = ANY($1) AND accepted ORDER BY seq");
        self.client
            .query(&sql, &[&of])?
            .iter()
            .map(stored)
            .collect()
    }

    fn accounts(&mut self, keys: &[(&str, &Account)]) -> Result<Vec<AccountRow>, Error> {
        let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        let find = self.ready(FIND_ACCOUNTS)?;
        // Places given before are not after those of the accounts held only now.
        self.places.clear();
        let fresh = std::mem::take(&mut self.fresh) as i32;
        let mut rows = self.client.query(&find, &[&names, &fresh])?;
        if rows.len() < keys.len() + fresh as usize {
            let (mut measures, mut holders, mut spans) = (Vec::new(), Vec::new(), Vec::new());
            for (_, account) in keys {
                measures.push(account.measure.as_str());
                holders.push(account.holder.trim());
                spans.push(account.span.to_string());
            }
            let make = "INSERT INTO accounts (key, measure, holder, span) \
                 SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS x(key) \
                 WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.key = x.key) \
                 ON CONFLICT DO NOTHING";
            self.client
                .execute(make, &[&names, &measures, &holders, &spans])?;
            rows = self.client.query(&find, &[&names, &fresh])?;
        }
        let mut found = std::collections::BTreeMap::new();
        for row in &rows {
            match row.try_get::<_, Option<i64>>(6)? {
                Some(place) => self.places.push(place),
                None => drop(found.insert(row.try_get::<_, String>(5)?, account_row(row)?)),
            }
        }
        let row = |(key, _): &(&str, &Account)| {
            let row = found.get(*key).copied();
            row.ok_or_else(|| Error::Store(format!("the account `{key}` was not made")))
        };
        keys.iter().map(row).collect()
    }

    fn days(&mut self, account: i64) -> Result<Vec<(Date, Day)>, Error> {
        Ok(by_day(stretches(self.client, account)?))
    }

    fn limits(&mut self, account: i64) -> Result<Vec<SetLimit>, Error> {
        Ok(limits(self.client, account)?
            .into_iter()
            .map(|(_, set)| set)
            .collect())
    }

    fn places(&mut self, count: usize) -> Result<Vec<i64>, Error> {
        if self.places.len() >= count {
            return Ok(self.places.drain(..count).collect());
        }
        let sql = "SELECT nextval('places') FROM generate_series(1, $1)";
        let statement = self.ready(sql)?;
        let rows = self.client.query(&statement, &[&(count as i32)])?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    fn append(&mut self, changes: &Changes) -> Result<(), Error> {
        let e = &changes.entries;
        let l = &changes.lines;
        let a = &changes.accounts;
        let d = &changes.days;
        let o = &changes.opened;
        let append = self.ready(APPEND)?;
        self.client.execute(
            &append,
            &[
                &column(e, |e| e.seq),
                &column(e, |e| e.id.as_str()),
                &column(e, |e| kind_number(e.kind)),
                &column(e, |e| day_number(e.date)),
                &column(e, |e| e.of),
                &column(e, |e| e.accepted),
                &column(e, |e| e.recorded),
                &column(e, |e| e.request.as_str()),
                &column(e, |e| e.answer.as_str()),
                &column(e, |e| e.digest.as_slice()),
                &column(l, |l| l.account),
                &column(l, |l| l.seq),
                &column(l, |l| day_number(l.date)),
                &column(l, |l| l.used),
                &column(l, |l| l.reserved),
                &column(l, |l| l.used_after),
                &column(l, |l| l.reserved_after),
                &column(a, |a| a.id),
                &column(a, |a| a.used),
                &column(a, |a| a.reserved),
                &column(a, |a| a.last.map(day_number)),
                &column(a, |a| a.limited),
                &column(d, |(account, ..)| *account),
                &column(d, |(_, date, ..)| day_number(*date)),
                &column(d, |(.., day)| day.used),
                &column(d, |(.., day)| day.reserved),
                &column(d, |(.., day)| day.tightest),
                &column(o, |(seq, _)| *seq),
                &column(o, |(_, until)| until.map(day_number)),
                &changes.closed,
                &column(d, |(_, _, stretch, _)| *stretch),
            ],
        )?;
        for (account, seq, set) in &changes.limits {
            let sql = "INSERT INTO limits VALUES ($1, $2, $3, $4, $5)";
            self.client.execute(
                sql,
                &[account, seq, &day_number(set.from), &set.most, &set.cite],
            )?;
        }
        Ok(())
    }

    fn placed(&mut self, last: i64) -> Result<(), Error> {
        self.client
            .execute("SELECT setval('places', $1)", &[&last])?;
        Ok(())
    }

    fn keep_paper(&mut self, digest: &str, kind: &str, body: &[u8]) -> Result<(), Error> {
        let sql = "INSERT INTO papers VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let statement = self.ready(sql)?;
        self.client.execute(&statement, &[&digest, &kind, &body])?;
        Ok(())
    }

    fn unsealed(&mut self, tell: &mut dyn FnMut(i64, &Digest)) -> Result<Option<Block>, Error> {
        let sql = "SELECT n, first, last, count, sealed, previous, hash FROM blocks ORDER BY n DESC LIMIT 1";
        let last = self
            .client
            .query_opt(sql, &[])?
            .as_ref()
            .map(block)
            .transpose()?;
        let after = last.as_ref().map_or(0, |b| b.last);
        let sql = "SELECT seq, digest FROM entries WHERE seq > $1 ORDER BY seq";
        for row in self.client.query(sql, &[&after])? {
            tell(row.try_get(0)?, &digest(row.try_get(1)?)?);
        }
        Ok(last)
    }

    fn seal(&mut self, b: &Block) -> Result<(), Error> {
        let sql = "INSERT INTO blocks VALUES ($1, $2, $3, $4, $5, $6, $7)";
        self.client.execute(
            sql,
            &[
                &b.n,
                &b.first,
                &b.last,
                &b.count,
                &b.sealed,
                &b.previous,
                &b.hash,
            ],
        )?;
        Ok(())
    }
}

fn column<'a, T, C>(rows: &'a [T], of: impl Fn(&'a T) -> C) -> Vec<C> {
    rows.iter().map(of).collect()
}

/// Entries in order, some at a time.
fn each(
    tx: &mut Transaction<'_>,
    mut after: i64,
    tell: &mut dyn FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    const AT_ONCE: i64 = 20_000;
    let sql = format!("SELECT {COLUMNS} FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2");
    loop {
        let rows = tx.query(&sql, &[&after, &AT_ONCE])?;
        for row in &rows {
            let entry = stored(row)?;
            after = entry.seq;
            tell(entry)?;
        }
        if (rows.len() as i64) < AT_ONCE {
            return Ok(());
        }
    }
}

struct Reading<'c>(Transaction<'c>);

const LISTED: &str =
    "SELECT id, used, reserved, last, limited, measure, holder, span, key FROM accounts";

impl Reader for Reading<'_> {
    fn accounts(&mut self, measure: Option<&str>) -> Result<Vec<Listed>, Error> {
        let sql =
            format!("{LISTED} WHERE $1::text IS NULL OR measure = $1 ORDER BY key COLLATE \"C\"");
        self.0
            .query(&sql, &[&measure])?
            .iter()
            .map(listed)
            .collect()
    }

    fn account(&mut self, key: &str) -> Result<Option<Listed>, Error> {
        let row = self
            .0
            .query_opt(&format!("{LISTED} WHERE key = $1"), &[&key])?;
        row.as_ref().map(listed).transpose()
    }

    fn stretches(&mut self, account: i64) -> Result<Vec<(Date, i64, Day)>, Error> {
        stretches(&mut self.0, account)
    }

    fn limits(&mut self, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
        limits(&mut self.0, account)
    }

    fn place_at(&mut self, recorded: i64) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM entries";
        let last = self.0.query_one(sql, &[])?.try_get(0)?;
        let next = self
            .0
            .prepare("SELECT seq, recorded FROM entries WHERE seq > $1 ORDER BY seq LIMIT 1")?;
        place_by_halves(last, recorded, |after| {
            let row = self.0.query_one(&next, &[&after])?;
            Ok((row.try_get(0)?, row.try_get(1)?))
        })
    }

    fn line_at(&mut self, account: i64, place: i64) -> Result<Option<Line>, Error> {
        let sql = "SELECT * FROM lines WHERE account = $1 AND seq <= $2 ORDER BY seq DESC LIMIT 1";
        let row = self.0.query_opt(sql, &[&account, &place])?;
        row.as_ref().map(line).transpose()
    }

    fn lines(
        &mut self,
        account: i64,
        mut after: i64,
        upto: i64,
        tell: &mut dyn FnMut(Line),
    ) -> Result<(), Error> {
        const AT_ONCE: i64 = 50_000;
        let sql = "SELECT * FROM lines WHERE account = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
        loop {
            let rows = self.0.query(sql, &[&account, &after, &upto, &AT_ONCE])?;
            for row in &rows {
                let line = line(row)?;
                after = line.seq;
                tell(line);
            }
            if (rows.len() as i64) < AT_ONCE {
                return Ok(());
            }
        }
    }

    fn newest(&mut self, account: i64, before: i64, count: usize) -> Result<Vec<Line>, Error> {
        let sql = "SELECT * FROM lines WHERE account = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3";
        let rows = self.0.query(sql, &[&account, &before, &(count as i64)])?;
        rows.iter().map(line).collect()
    }

    fn entries(
        &mut self,
        after: i64,
        tell: &mut dyn FnMut(Stored) -> Result<(), Error>,
    ) -> Result<(), Error> {
        each(&mut self.0, after, tell)
    }

    fn entry(&mut self, id: &str) -> Result<Option<Stored>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE id = $1");
        let row = self.0.query_opt(&sql, &[&id])?;
        row.as_ref().map(stored).transpose()
    }

    fn at(&mut self, seq: i64) -> Result<Option<Stored>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE seq = $1");
        let row = self.0.query_opt(&sql, &[&seq])?;
        row.as_ref().map(stored).transpose()
    }

    fn followers(&mut self, of: i64) -> Result<Vec<Stored>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE of = $1 AND accepted ORDER BY seq");
        self.0.query(&sql, &[&of])?.iter().map(stored).collect()
    }

    fn open(&mut self) -> Result<Vec<(i64, Option<Date>)>, Error> {
        let rows = self
            .0
            .query("SELECT seq, until FROM open ORDER BY seq", &[])?;
        let open = |row: &Row| {
            let until = row
                .try_get::<_, Option<i32>>(1)?
                .map(number_day)
                .transpose()?;
            Ok((row.try_get(0)?, until))
        };
        rows.iter().map(open).collect()
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Error> {
        let sql = "SELECT n, first, last, count, sealed, previous, hash FROM blocks ORDER BY n";
        self.0.query(sql, &[])?.iter().map(block).collect()
    }

    fn paper(&mut self, digest: &str) -> Result<Option<(String, Vec<u8>)>, Error> {
        let sql = "SELECT kind, body FROM papers WHERE digest = $1";
        let row = self.0.query_opt(sql, &[&digest])?;
        row.map(|row| Ok((row.try_get(0)?, row.try_get(1)?)))
            .transpose()
    }

    fn papers(&mut self, tell: &mut EachPaper<'_>) -> Result<(), Error> {
        let mut after = String::new();
        let sql =
            "SELECT digest, kind, body FROM papers WHERE digest > $1 ORDER BY digest LIMIT 200";
        loop {
            let rows = self.0.query(sql, &[&after])?;
            for row in &rows {
                after = row.try_get(0)?;
                tell(&after, row.try_get(1)?, row.try_get(2)?)?;
            }
            if rows.len() < 200 {
                return Ok(());
            }
        }
    }

    fn all_lines(&mut self, tell: &mut dyn FnMut(Line)) -> Result<(), Error> {
        const AT_ONCE: i64 = 50_000;
        let sql =
            "SELECT * FROM lines WHERE (account, seq) > ($1, $2) ORDER BY account, seq LIMIT $3";
        let (mut account, mut seq) = (i64::MIN, i64::MIN);
        loop {
            let rows = self.0.query(sql, &[&account, &seq, &AT_ONCE])?;
            for row in &rows {
                let line = line(row)?;
                (account, seq) = (line.account, line.seq);
                tell(line);
            }
            if (rows.len() as i64) < AT_ONCE {
                return Ok(());
            }
        }
    }

    fn check(&mut self) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
