//! A page being written.

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::Transaction;
use super::told::{COLUMNS, account_row, block, limits, stored, stretches};
use super::wire::Wire;
use crate::account::Account;
use crate::chain::Block;
use crate::error::Error;
use crate::store::rows::{day_number, digest, kind_number};
use crate::store::{
    AccountRow, Changes, Day, Digest, Found, Page, SetLimit, Stored, by_day, moved_accounts,
};

/// So many accounts are remembered.
const KNOWN_MAX: usize = 100_000;

/// A page being written. Each exchange is a way to the server and back: the transaction begins with
/// the first question, ids, accounts and places are asked for together, and what is added is sent
/// together with the word to keep it.
pub(super) struct Working<'w> {
    wire: &'w Wire,
    known: &'w mut FxHashSet<String>,
    /// What begins it, until it was sent.
    begin: Option<&'static str>,
    transaction: Option<Transaction<'w>>,
    /// How many ids were asked for that are new: so many places the page will need.
    fresh: usize,
    /// Places that were given after all accounts of the page were held.
    places: Vec<i64>,
    /// What is added last, which is sent with the word to keep it.
    last: Option<Changes>,
}

impl<'w> Working<'w> {
    /// A page that begins with a statement.
    pub(super) const fn new(
        wire: &'w Wire,
        known: &'w mut FxHashSet<String>,
        begin: &'static str,
    ) -> Self {
        Working {
            wire,
            known,
            begin: Some(begin),
            transaction: None,
            fresh: 0,
            places: Vec::new(),
            last: None,
        }
    }

    /// What begins the transaction, if it has not begun; whoever takes it sends it first.
    fn first(&mut self) -> &'static str {
        match self.begin.take() {
            Some(begin) => {
                self.transaction = Some(Transaction {
                    wire: self.wire,
                    done: false,
                });
                begin
            }
            None => "",
        }
    }

    /// The connection, once the transaction has begun and what was added is there.
    fn wire(&mut self) -> Result<&Wire, Error> {
        let first = self.first();
        if !first.is_empty() {
            self.wire.batch(first)?;
        }
        if let Some(last) = self.last.take() {
            self.add(&last, false)?;
        }
        Ok(self.wire)
    }

    /// Adds, and keeps the page with it, if it is to be kept.
    fn add(&self, changes: &Changes, keep: bool) -> Result<(), Error> {
        for (account, seq, set) in &changes.limits {
            let sql = "INSERT INTO limits VALUES ($1, $2, $3, $4, $5)";
            let from = day_number(set.from);
            self.wire
                .execute(sql, &[account, seq, &from, &set.most, &set.cite])?;
        }
        let append = self.wire.ready(APPEND)?;
        let client = self.wire.client();
        let e = &changes.entries;
        let l = &changes.lines;
        let a = &changes.accounts;
        let moved = changes.moved();
        self.wire.wait(async {
            let given: [&(dyn ToSql + Sync); 26] = [
                &column(e, |(e, _)| e.seq),
                &column(e, |(e, _)| e.id.as_str()),
                &column(e, |(e, _)| kind_number(e.kind)),
                &column(e, |(e, _)| day_number(e.date)),
                &column(e, |(e, _)| e.of),
                &column(e, |(e, _)| e.accepted),
                &column(e, |(e, _)| e.recorded),
                &column(e, |(e, _)| e.request.as_str()),
                &column(e, |(e, _)| e.answer.as_str()),
                &column(e, |(e, _)| e.digest.as_slice()),
                &column(e, |(_, aside)| aside.until.map(day_number)),
                &column(e, |(_, aside)| aside.held),
                &moved,
                &column(l, |l| l.account),
                &column(l, |l| l.seq),
                &column(l, |l| day_number(l.date)),
                &column(l, |l| l.used),
                &column(l, |l| l.reserved),
                &column(l, |l| l.used_after),
                &column(l, |l| l.reserved_after),
                &column(l, |l| l.tightest),
                &column(a, |a| a.id),
                &column(a, |a| a.used),
                &column(a, |a| a.reserved),
                &column(a, |a| a.last.map(day_number)),
                &column(a, |a| a.limited),
            ];
            let add = client.execute(&append, &given);
            if !keep {
                return add.await.map(|_| ());
            }
            // Where adding fails, the word to keep undoes.
            let (added, kept) = tokio::join!(biased; add, client.batch_execute("COMMIT"));
            added.and(kept)
        })?;
        Ok(())
    }

    /// Keeps the page.
    pub(super) fn keep(mut self) -> Result<(), Error> {
        match self.last.take() {
            Some(last) => self.add(&last, true)?,
            None if self.transaction.is_some() => self.wire.batch("COMMIT")?,
            None => {}
        }
        if let Some(transaction) = &mut self.transaction {
            transaction.done = true;
        }
        Ok(())
    }
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

const MAKE_ACCOUNTS: &str = "INSERT INTO accounts (key, measure, holder, span) \
     SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS x(key) \
     WHERE NOT EXISTS (SELECT FROM accounts WHERE accounts.key = x.key) \
     ON CONFLICT DO NOTHING";

const APPEND: &str = "WITH \
     e AS (INSERT INTO entries SELECT * FROM unnest($1::bigint[], $2::text[], $3::smallint[], \
       $4::int[], $5::bigint[], $6::bool[], $7::bigint[], $8::text[], $9::text[], $10::bytea[], \
       $11::int[], $12::bigint[], $13::bytea[])), \
     l AS (INSERT INTO lines SELECT * FROM unnest($14::bigint[], $15::bigint[], $16::int[], \
       $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[])) \
     UPDATE accounts SET used = x.used, reserved = x.reserved, last = x.last, limited = x.limited \
       FROM unnest($22::bigint[], $23::bigint[], $24::bigint[], $25::int[], $26::bool[]) \
         AS x(id, used, reserved, last, limited) WHERE accounts.id = x.id";

/// Sums by day of the lines after a place, of these accounts.
const SUM_UP: &str = "INSERT INTO days (account, date, stretch, used, reserved, tightest) \
       SELECT account, date, seq / 16384, sum(used)::bigint, sum(reserved)::bigint, min(tightest) \
       FROM lines WHERE account = ANY($1) AND seq > $2 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 \
     ON CONFLICT (account, date, stretch) DO UPDATE SET \
     used = days.used + excluded.used, reserved = days.reserved + excluded.reserved, \
     tightest = least(days.tightest, excluded.tightest)";

/// Reservations opened and closed after a place.
const OPENED: &str = "INSERT INTO open SELECT seq, until FROM entries \
     WHERE seq > $1 AND of IS NULL AND held > 0";
const CLOSED: &str = "DELETE FROM open WHERE seq IN \
     (SELECT of FROM entries WHERE seq > $1 AND of IS NOT NULL AND held = 0)";

impl Working<'_> {
    /// Accounts as they were told, and places with them; none when one is not there.
    fn told(
        &mut self,
        keys: &[(&str, &Account)],
        rows: &[Row],
    ) -> Result<Option<Vec<AccountRow>>, Error> {
        let mut found = std::collections::BTreeMap::new();
        let mut places = Vec::new();
        for row in rows {
            match row.try_get::<_, Option<i64>>(6)? {
                Some(place) => places.push(place),
                None => drop(found.insert(row.try_get::<_, String>(5)?, account_row(row)?)),
            }
        }
        let all: Option<Vec<AccountRow>> = keys
            .iter()
            .map(|(key, _)| found.get(*key).copied())
            .collect();
        if all.is_some() {
            self.places = places;
            if self.known.len() + keys.len() > KNOWN_MAX {
                self.known.clear();
            }
            let keys = keys.iter().map(|(key, _)| *key);
            for key in keys {
                if !self.known.contains(key) {
                    self.known.insert(key.to_owned());
                }
            }
        }
        Ok(all)
    }

    /// Asks for entries by id and for accounts, made where they are not known to be there, with
    /// places after them.
    fn ask(
        &mut self,
        ids: Option<&[&str]>,
        keys: &[(&str, &Account)],
        places: usize,
        make: bool,
    ) -> Result<(Vec<Row>, Vec<Row>), Error> {
        let find = self.wire.ready(FOUND)?;
        let hold = self.wire.ready(FIND_ACCOUNTS)?;
        let made = self.wire.ready(MAKE_ACCOUNTS)?;
        let names: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        let fresh = if make { keys } else { &[] };
        let fresh_names = column(fresh, |(key, _)| *key);
        let measures = column(fresh, |(_, account)| account.measure.as_str());
        let holders = column(fresh, |(_, account)| account.holder.trim());
        let spans = column(fresh, |(_, account)| account.span.to_string());
        let places = places as i32;
        let first = self.first();
        let client = self.wire.client();
        let to_make: [&(dyn ToSql + Sync); 4] = [&fresh_names, &measures, &holders, &spans];
        let to_hold: [&(dyn ToSql + Sync); 2] = [&names, &places];
        let (found, held) = self.wire.wait(async {
            let begin = async {
                match first {
                    "" => Ok(()),
                    first => client.batch_execute(first).await,
                }
            };
            let find = async {
                match &ids {
                    None => Ok(Vec::new()),
                    Some(ids) => client.query(&find, &[ids]).await,
                }
            };
            let make = async {
                match make {
                    false => Ok(0),
                    true => client.execute(&made, &to_make).await,
                }
            };
            let hold = async {
                match keys {
                    [] => Ok(Vec::new()),
                    _ => client.query(&hold, &to_hold).await,
                }
            };
            let (begun, found, made, held) = tokio::join!(biased; begin, find, make, hold);
            begun?;
            let found = found?;
            made?;
            Ok::<_, tokio_postgres::Error>((found, held?))
        })?;
        Ok((found, held))
    }

    fn unknown(&self, keys: &[(&str, &Account)]) -> bool {
        keys.iter().any(|(key, _)| !self.known.contains(*key))
    }
}

impl Page for Working<'_> {
    fn found(&mut self, ids: &[&str], keys: &[(&str, &Account)]) -> Result<Found, Error> {
        // Of the ids asked for most are new.
        let (rows, held) = self.ask(Some(ids), keys, ids.len(), self.unknown(keys))?;
        let last = rows
            .first()
            .map(|row| row.try_get::<_, Option<i64>>(10))
            .transpose()?
            .flatten();
        let mut entries = Vec::new();
        for row in &rows {
            if row.try_get::<_, Option<i64>>(0)?.is_some() {
                entries.push(stored(row)?);
            }
        }
        self.fresh += ids.len() - entries.len();
        let accounts = match self.told(keys, &held)? {
            Some(accounts) => accounts,
            None => self.accounts(keys)?,
        };
        Ok(Found {
            last: last.unwrap_or(i64::MIN),
            entries,
            accounts,
        })
    }

    fn followers(&mut self, of: &[i64]) -> Result<Vec<Stored>, Error> {
        let wire = self.wire()?;
        // The rows are held first; only then is it sure that no other adds to them.
        let hold = "SELECT seq FROM entries WHERE seq = ANY($1) ORDER BY seq FOR UPDATE";
        wire.query(hold, &[&of])?;
        let sql =
            format!("SELECT {COLUMNS} FROM entries WHERE of = ANY($1) AND accepted ORDER BY seq");
        wire.query(&sql, &[&of])?.iter().map(stored).collect()
    }

    fn accounts(&mut self, keys: &[(&str, &Account)]) -> Result<Vec<AccountRow>, Error> {
        // Places given before are not after those of the accounts held only now.
        self.wire()?;
        let mut make = self.unknown(keys);
        loop {
            let (_, held) = self.ask(None, keys, self.fresh, make)?;
            match self.told(keys, &held)? {
                Some(accounts) => return Ok(accounts),
                // One that was made on a page that was not kept.
                None if !make => make = true,
                None => return Err(Error::Store("an account was not made".to_owned())),
            }
        }
    }

    fn days(&mut self, account: i64) -> Result<Vec<(Date, Day)>, Error> {
        Ok(by_day(stretches(self.wire()?, account)?))
    }

    fn limits(&mut self, account: i64) -> Result<Vec<SetLimit>, Error> {
        Ok(limits(self.wire()?, account)?
            .into_iter()
            .map(|(_, set)| set)
            .collect())
    }

    fn places(&mut self, count: usize) -> Result<Vec<i64>, Error> {
        if self.places.len() >= count {
            return Ok(self.places.drain(..count).collect());
        }
        let sql = "SELECT nextval('places') FROM generate_series(1, $1)";
        let wire = self.wire()?;
        let statement = wire.ready(sql)?;
        let rows = wire.wait(wire.client().query(&statement, &[&(count as i32)]))?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    fn append(&mut self, changes: Changes) -> Result<(), Error> {
        self.wire()?;
        self.last = Some(changes);
        Ok(())
    }

    fn placed(&mut self, last: i64) -> Result<(), Error> {
        self.wire()?
            .execute("SELECT setval('places', $1)", &[&last])?;
        Ok(())
    }

    fn keep_paper(&mut self, digest: &str, kind: &str, body: &[u8]) -> Result<(), Error> {
        let sql = "INSERT INTO papers VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        let wire = self.wire()?;
        let statement = wire.ready(sql)?;
        wire.wait(wire.client().execute(&statement, &[&digest, &kind, &body]))?;
        Ok(())
    }

    fn unsealed(&mut self, tell: &mut dyn FnMut(i64, &Digest)) -> Result<Option<Block>, Error> {
        let sql = "SELECT n, first, last, count, sealed, previous, hash FROM blocks ORDER BY n DESC LIMIT 1";
        let wire = self.wire()?;
        let last = wire.query_opt(sql, &[])?.as_ref().map(block).transpose()?;
        let after = last.as_ref().map_or(0, |b| b.last);
        let sql = "SELECT seq, digest FROM entries WHERE seq > $1 ORDER BY seq";
        for row in wire.query(sql, &[&after])? {
            tell(row.try_get(0)?, &digest(row.try_get(1)?)?);
        }
        Ok(last)
    }

    fn sum_up(&mut self) -> Result<(), Error> {
        let wire = self.wire()?;
        let sql = "SELECT upto, (SELECT coalesce(max(seq), 0) FROM entries) FROM summed";
        let row = wire.query_one(sql, &[])?;
        let (upto, last): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if last <= upto {
            return Ok(());
        }
        let rows = wire.query("SELECT moved FROM entries WHERE seq > $1", &[&upto])?;
        let mut moved: Vec<&[u8]> = Vec::with_capacity(rows.len());
        for row in &rows {
            moved.extend(row.try_get::<_, Option<&[u8]>>(0)?);
        }
        let accounts = moved_accounts(moved.into_iter())?;
        wire.execute(SUM_UP, &[&accounts, &upto])?;
        wire.execute(OPENED, &[&upto])?;
        wire.execute(CLOSED, &[&upto])?;
        wire.execute("UPDATE summed SET upto = $1", &[&last])?;
        Ok(())
    }

    fn seal(&mut self, b: &Block) -> Result<(), Error> {
        let sql = "INSERT INTO blocks VALUES ($1, $2, $3, $4, $5, $6, $7)";
        self.wire()?.execute(
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
