//! A ledger in one SQLite file.
//!
//! The write-ahead log is synced at each commit: what was answered is on the disk. Writers take
//! turns; readers do not wait.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, Transaction, TransactionBehavior, params};

use super::rows::{day_number, digest, kind_number, number_day, number_kind, place_by_halves};
use super::{
    AccountRow, Changes, Day, Digest, EachPaper, Found, Line, Listed, Page, Reader, SetLimit,
    Store, Stored, by_day, moved_accounts,
};
use crate::account::Account;
use crate::chain::Block;
use crate::error::Error;

/// How the tables came to be as they are, one step after another.
const MIGRATIONS: [&str; 2] = [
    include_str!("migrations/sqlite-1.sql"),
    include_str!("migrations/sqlite-2.sql"),
];

/// What stands in the head of the file: `TierG` in bytes, so that tools can tell whose it is.
const APPLICATION: i32 = 0x5469_6572;

/// How long a writer waits for the others.
const PATIENCE: Duration = Duration::from_secs(20);

/// A ledger in one file.
#[derive(Debug)]
pub struct Sqlite(Connection);

impl Sqlite {
    /// Opens the ledger of a file, and makes one where there is none, if asked to.
    ///
    /// # Errors
    ///
    /// When there is none and it is not to be made, when the file is no ledger or of a newer
    /// program, or when it cannot be opened.
    pub fn open(path: &Path, make: bool) -> Result<Self, Error> {
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if make {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        } else if !path.exists() {
            let path = path.display();
            return Err(Error::NotALedger(format!(
                "there is no ledger at {path}: reserve, correct, limit, license or import makes one"
            )));
        }
        // A few bytes are no database, though SQLite would take them for an empty one.
        let length = std::fs::metadata(path).map_or(0, |file| file.len());
        if (1..512).contains(&length) {
            return Err(Error::NotALedger(format!(
                "not a ledger: {} has {length} bytes",
                path.display()
            )));
        }
        if !make && !may_be_written(path) {
            return Sqlite::open_to_read(path);
        }
        let db = Connection::open_with_flags(path, flags)?;
        let mut store = Sqlite(db);
        store.prepare(make)?;
        Ok(store)
    }

    /// Opens a file that may not be written, or lies where nothing may be: to read alone.
    fn open_to_read(path: &Path) -> Result<Self, Error> {
        let name = std::path::absolute(path).map_err(|e| Error::Store(e.to_string()))?;
        let name: String = (name.to_string_lossy().chars())
            .map(|c| match c {
                '%' | '?' | '#' => format!("%{:02X}", u32::from(c)),
                c => c.to_string(),
            })
            .collect();
        // What a log beside it holds is part of the ledger; without one nobody writes.
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let logged = std::fs::metadata(log).is_ok_and(|log| log.len() > 0);
        let still = if logged { "" } else { "&immutable=1" };
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let db = Connection::open_with_flags(format!("file:{name}?mode=ro{still}"), flags)?;
        db.busy_timeout(PATIENCE)?;
        let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        if number("application_id")? != APPLICATION {
            return Err(Error::NotALedger(
                "this is a file of something else, not a ledger".to_owned(),
            ));
        }
        if number("user_version")? as usize != MIGRATIONS.len() {
            return Err(Error::Other(
                "the ledger is of another version, and may not be written to be brought up to this one"
                    .to_owned(),
            ));
        }
        db.set_prepared_statement_cache_capacity(64);
        Ok(Sqlite(db))
    }

    fn prepare(&mut self, make: bool) -> Result<(), Error> {
        let db = &mut self.0;
        db.busy_timeout(PATIENCE)?;
        let number = |db: &Connection, pragma: &str| {
            db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0))
        };
        // What is there must be a ledger before anything is set on it.
        // Both are read of one moment: another may be making the tables.
        let moment = db.transaction()?;
        // Cases may share the file: what is theirs begins so.
        let own = "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT GLOB 'case_*'";
        let tables = moment.query_row(own, [], |r| r.get::<_, i64>(0))?;
        let application = number(&moment, "application_id")?;
        drop(moment);
        if application != APPLICATION && (application != 0 || tables > 0) {
            return Err(Error::NotALedger(
                "this is an SQLite file of something else, not a ledger".to_owned(),
            ));
        }
        if tables == 0 && !make {
            return Err(Error::NotALedger(
                "the file holds no ledger: `reserve`, `correct`, `limit` and `import` make one"
                    .to_owned(),
            ));
        }
        // Waiting for others is not enough here: two that make one file at once are refused.
        let mut patience = 50;
        while let Err(error) = db.pragma_update(None, "journal_mode", "wal") {
            if patience == 0 {
                return Err(error.into());
            }
            patience -= 1;
            std::thread::sleep(Duration::from_millis(20));
        }
        db.pragma_update(None, "synchronous", "full")?;
        db.pragma_update(None, "cache_size", -65_536)?;
        db.set_prepared_statement_cache_capacity(64);
        if number(db, "user_version")? as usize == MIGRATIONS.len() {
            return Ok(());
        }
        let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another may have been first.
        let version = number(&tx, "user_version")?;
        let done = usize::try_from(version).unwrap_or(0);
        if done == 0 && tables > 0 {
            return Err(Error::Damaged(
                "its version is not written in the file".to_owned(),
            ));
        }
        if done > MIGRATIONS.len() {
            return Err(Error::Other(format!(
                "the ledger is of version {version}, made by a newer program; this one knows up to {}",
                MIGRATIONS.len()
            )));
        }
        for step in &MIGRATIONS[done..] {
            tx.execute_batch(step)?;
        }
        tx.pragma_update(None, "application_id", APPLICATION)?;
        tx.pragma_update(None, "user_version", MIGRATIONS.len() as i32)?;
        tx.commit()?;
        Ok(())
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

/// Whether the file may be written.
fn may_be_written(path: &Path) -> bool {
    std::fs::File::options().append(true).open(path).is_ok()
}

impl Store for Sqlite {
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut page = Working(tx);
        // Dropped without being kept, a transaction is undone.
        work(&mut page)?;
        page.0.commit()?;
        Ok(())
    }

    fn read(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Reader) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let tx = self
            .0
            .transaction_with_behavior(TransactionBehavior::Deferred)?;
        work(&mut Reading(&tx))
    }

    fn limit_pages(&mut self, pages: u32) -> Result<(), Error> {
        Ok(self.0.pragma_update(None, "max_page_count", pages)?)
    }

    fn backup(&mut self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            let to = to.display();
            return Err(Error::Other(format!(
                "{to} is there already: name a new file"
            )));
        }
        let beside = to.with_extension("part");
        // A copy that was broken off before.
        let _ = std::fs::remove_file(&beside);
        let path = beside.to_string_lossy().into_owned();
        self.0.execute("VACUUM INTO ?1", [path])?;
        let copied = std::fs::File::open(&beside).and_then(|file| file.sync_all());
        copied
            .and_then(|()| std::fs::rename(&beside, to))
            .map_err(|e| Error::Store(format!("{}: {e}", to.display())))
    }
}

struct Working<'c>(Transaction<'c>);

const COLUMNS: &str = "seq, id, kind, date, of, accepted, recorded, request, answer, digest";

fn stored(row: &Row<'_>) -> Result<Stored, Error> {
    Ok(Stored {
        seq: row.get(0)?,
        id: row.get(1)?,
        kind: number_kind(row.get(2)?)?,
        date: number_day(row.get(3)?)?,
        of: row.get(4)?,
        accepted: row.get(5)?,
        recorded: row.get(6)?,
        request: row.get(7)?,
        answer: row.get(8)?,
        digest: digest(row.get_ref(9)?.as_blob().map_err(rusqlite::Error::from)?)?,
    })
}

fn line(row: &Row<'_>) -> Result<Line, Error> {
    Ok(Line {
        account: row.get(0)?,
        seq: row.get(1)?,
        date: number_day(row.get(2)?)?,
        used: row.get(3)?,
        reserved: row.get(4)?,
        used_after: row.get(5)?,
        reserved_after: row.get(6)?,
        tightest: row.get(7)?,
    })
}

fn block(row: &Row<'_>) -> Result<Block, Error> {
    Ok(Block {
        n: row.get(0)?,
        first: row.get(1)?,
        last: row.get(2)?,
        count: row.get(3)?,
        sealed: row.get(4)?,
        previous: row.get(5)?,
        hash: row.get(6)?,
    })
}

fn account_row(row: &Row<'_>) -> Result<AccountRow, Error> {
    Ok(AccountRow {
        id: row.get(0)?,
        used: row.get(1)?,
        reserved: row.get(2)?,
        last: row.get::<_, Option<i32>>(3)?.map(number_day).transpose()?,
        limited: row.get(4)?,
    })
}

/// The rows of a statement, each read.
fn rows<T>(
    db: &Connection,
    sql: &str,
    given: &[Value],
    read: impl Fn(&Row<'_>) -> Result<T, Error>,
) -> Result<Vec<T>, Error> {
    let mut all = Vec::new();
    each(db, sql, given, |row| {
        all.push(read(row)?);
        Ok(())
    })?;
    Ok(all)
}

fn each(
    db: &Connection,
    sql: &str,
    given: &[Value],
    mut tell: impl FnMut(&Row<'_>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(given))?;
    while let Some(row) = rows.next()? {
        tell(row)?;
    }
    Ok(())
}

fn stretches(db: &Connection, account: i64) -> Result<Vec<(jiff::civil::Date, i64, Day)>, Error> {
    let sql = "SELECT date, stretch, sum(used), sum(reserved), min(tightest) FROM ( \
           SELECT date, stretch, used, reserved, tightest FROM days WHERE account = ?1 \
           UNION ALL \
           SELECT date, seq / 16384, used, reserved, tightest FROM lines \
             WHERE account = ?1 AND seq > (SELECT upto FROM summed)) \
         GROUP BY date, stretch ORDER BY date, stretch";
    rows(db, sql, &[Value::Integer(account)], |row| {
        let day = Day {
            used: row.get(2)?,
            reserved: row.get(3)?,
            tightest: row.get(4)?,
        };
        Ok((number_day(row.get(0)?)?, row.get(1)?, day))
    })
}

fn limits(db: &Connection, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
    let sql = "SELECT seq, from_date, most, cite FROM limits WHERE account = ? ORDER BY seq";
    rows(db, sql, &[Value::Integer(account)], |row| {
        let set = SetLimit {
            from: number_day(row.get(1)?)?,
            most: row.get(2)?,
            cite: row.get(3)?,
        };
        Ok((row.get(0)?, set))
    })
}

fn followers(db: &Connection, of: i64) -> Result<Vec<Stored>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM entries WHERE of = ? AND accepted = 1 ORDER BY seq");
    rows(db, &sql, &[Value::Integer(of)], stored)
}

fn last_block(db: &Connection) -> Result<Option<Block>, Error> {
    let sql =
        "SELECT n, first, last, count, sealed, previous, hash FROM blocks ORDER BY n DESC LIMIT 1";
    Ok(rows(db, sql, &[], block)?.pop())
}

impl Page for Working<'_> {
    fn found(&mut self, ids: &[&str], keys: &[(&str, &Account)]) -> Result<Found, Error> {
        let sql = "SELECT recorded FROM entries ORDER BY seq DESC LIMIT 1";
        let last = rows(&self.0, sql, &[], |row| Ok(row.get(0)?))?;
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE id = ?");
        let mut statement = self.0.prepare_cached(&sql)?;
        let mut found = Vec::new();
        for id in ids {
            let mut rows = statement.query([id])?;
            if let Some(row) = rows.next()? {
                found.push(stored(row)?);
            }
        }
        drop(statement);
        Ok(Found {
            last: last.first().copied().unwrap_or(i64::MIN),
            entries: found,
            accounts: self.accounts(keys)?,
        })
    }

    fn followers(&mut self, of: &[i64]) -> Result<Vec<Stored>, Error> {
        let mut all = Vec::new();
        for of in of {
            all.extend(followers(&self.0, *of)?);
        }
        Ok(all)
    }

    fn accounts(&mut self, keys: &[(&str, &Account)]) -> Result<Vec<AccountRow>, Error> {
        let sql = "SELECT id, used, reserved, last, limited FROM accounts WHERE key = ?";
        let mut find = self.0.prepare_cached(sql)?;
        let sql = "INSERT INTO accounts (key, measure, holder, span) VALUES (?, ?, ?, ?)";
        let mut make = self.0.prepare_cached(sql)?;
        let mut found = Vec::with_capacity(keys.len());
        for (key, account) in keys {
            let mut rows = find.query([key])?;
            found.push(match rows.next()? {
                Some(row) => account_row(row)?,
                None => {
                    let span = account.span.to_string();
                    make.execute(params![key, account.measure, account.holder.trim(), span])?;
                    AccountRow {
                        id: self.0.last_insert_rowid(),
                        ..AccountRow::default()
                    }
                }
            });
        }
        Ok(found)
    }

    fn days(&mut self, account: i64) -> Result<Vec<(jiff::civil::Date, Day)>, Error> {
        Ok(by_day(stretches(&self.0, account)?))
    }

    fn limits(&mut self, account: i64) -> Result<Vec<SetLimit>, Error> {
        Ok(limits(&self.0, account)?
            .into_iter()
            .map(|(_, set)| set)
            .collect())
    }

    fn places(&mut self, count: usize) -> Result<Vec<i64>, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM entries";
        let last: i64 = self.0.query_row(sql, [], |row| row.get(0))?;
        Ok((1..=count as i64).map(|n| last + n).collect())
    }

    fn append(&mut self, changes: Changes) -> Result<(), Error> {
        let db = &self.0;
        let sql = format!(
            "INSERT INTO entries ({COLUMNS}, until, held, moved) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        );
        let mut add = db.prepare_cached(&sql)?;
        for ((e, aside), moved) in changes.entries.iter().zip(changes.moved()) {
            let (kind, date) = (kind_number(e.kind), day_number(e.date));
            let until = aside.until.map(day_number);
            add.execute(params![
                e.seq, e.id, kind, date, e.of, e.accepted, e.recorded, e.request, e.answer,
                e.digest, until, aside.held, moved
            ])?;
        }
        let mut add = db.prepare_cached("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?, ?)")?;
        for l in &changes.lines {
            let date = day_number(l.date);
            add.execute(params![
                l.account,
                l.seq,
                date,
                l.used,
                l.reserved,
                l.used_after,
                l.reserved_after,
                l.tightest
            ])?;
        }
        let sql = "UPDATE accounts SET used = ?, reserved = ?, last = ?, limited = ? WHERE id = ?";
        let mut set = db.prepare_cached(sql)?;
        for a in &changes.accounts {
            set.execute(params![
                a.used,
                a.reserved,
                a.last.map(day_number),
                a.limited,
                a.id
            ])?;
        }
        let mut add = db.prepare_cached("INSERT INTO limits VALUES (?, ?, ?, ?, ?)")?;
        for (account, seq, set) in &changes.limits {
            add.execute(params![
                account,
                seq,
                day_number(set.from),
                set.most,
                set.cite
            ])?;
        }
        Ok(())
    }

    fn placed(&mut self, _last: i64) -> Result<(), Error> {
        // The next place is told from the last entry.
        Ok(())
    }

    fn keep_paper(&mut self, digest: &str, kind: &str, body: &[u8]) -> Result<(), Error> {
        let mut add = self
            .0
            .prepare_cached("INSERT INTO papers VALUES (?, ?, ?) ON CONFLICT DO NOTHING")?;
        add.execute(params![digest, kind, body])?;
        Ok(())
    }

    fn unsealed(&mut self, tell: &mut dyn FnMut(i64, &Digest)) -> Result<Option<Block>, Error> {
        let last = last_block(&self.0)?;
        let after = last.as_ref().map_or(0, |b| b.last);
        let sql = "SELECT seq, digest FROM entries WHERE seq > ? ORDER BY seq";
        each(&self.0, sql, &[Value::Integer(after)], |row| {
            let blob = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            tell(row.get(0)?, &digest(blob)?);
            Ok(())
        })?;
        Ok(last)
    }

    fn sum_up(&mut self) -> Result<(), Error> {
        let db = &self.0;
        let sql = "SELECT upto, (SELECT coalesce(max(seq), 0) FROM entries) FROM summed";
        let (upto, last): (i64, i64) =
            db.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        if last <= upto {
            return Ok(());
        }
        let sql = "SELECT moved FROM entries WHERE seq > ?";
        let moved = rows(db, sql, &[Value::Integer(upto)], |row| {
            Ok(row.get::<_, Option<Vec<u8>>>(0)?.unwrap_or_default())
        })?;
        let sql = "INSERT INTO days \
               SELECT account, date, seq / 16384, sum(used), sum(reserved), min(tightest) FROM lines \
               WHERE account = ? AND seq > ? GROUP BY date, seq / 16384 \
             ON CONFLICT DO UPDATE SET \
             used = used + excluded.used, reserved = reserved + excluded.reserved, \
             tightest = coalesce(min(tightest, excluded.tightest), tightest, excluded.tightest)";
        let mut add = db.prepare_cached(sql)?;
        for account in moved_accounts(moved.iter().map(Vec::as_slice))? {
            add.execute([account, upto])?;
        }
        let sql = "INSERT INTO open SELECT seq, until FROM entries \
             WHERE seq > ? AND of IS NULL AND held > 0";
        db.prepare_cached(sql)?.execute([upto])?;
        let sql = "DELETE FROM open WHERE seq IN \
             (SELECT of FROM entries WHERE seq > ? AND of IS NOT NULL AND held = 0)";
        db.prepare_cached(sql)?.execute([upto])?;
        db.execute("UPDATE summed SET upto = ?", [last])?;
        Ok(())
    }

    fn seal(&mut self, b: &Block) -> Result<(), Error> {
        let mut add = self
            .0
            .prepare_cached("INSERT INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?)")?;
        add.execute(params![
            b.n, b.first, b.last, b.count, b.sealed, b.previous, b.hash
        ])?;
        Ok(())
    }
}

struct Reading<'c>(&'c Transaction<'c>);

fn listed(row: &Row<'_>) -> Result<Listed, Error> {
    let span: String = row.get(7)?;
    let span = span.parse().map_err(|e| Error::Damaged(format!("{e}")))?;
    let (measure, holder): (String, String) = (row.get(5)?, row.get(6)?);
    Ok(Listed {
        account: Account::new(measure, holder, span),
        key: row.get(8)?,
        row: account_row(row)?,
    })
}

const LISTED: &str =
    "SELECT id, used, reserved, last, limited, measure, holder, span, key FROM accounts";

impl Reader for Reading<'_> {
    fn accounts(&mut self, measure: Option<&str>) -> Result<Vec<Listed>, Error> {
        match measure {
            None => rows(self.0, &format!("{LISTED} ORDER BY key"), &[], listed),
            Some(measure) => {
                let given = [Value::Text(measure.to_owned())];
                rows(
                    self.0,
                    &format!("{LISTED} WHERE measure = ? ORDER BY key"),
                    &given,
                    listed,
                )
            }
        }
    }

    fn account(&mut self, key: &str) -> Result<Option<Listed>, Error> {
        let given = [Value::Text(key.to_owned())];
        Ok(rows(self.0, &format!("{LISTED} WHERE key = ?"), &given, listed)?.pop())
    }

    fn stretches(&mut self, account: i64) -> Result<Vec<(jiff::civil::Date, i64, Day)>, Error> {
        stretches(self.0, account)
    }

    fn limits(&mut self, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
        limits(self.0, account)
    }

    fn place_at(&mut self, recorded: i64) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM entries";
        let last: i64 = self.0.query_row(sql, [], |row| row.get(0))?;
        let mut next = self.0.prepare_cached(
            "SELECT seq, recorded FROM entries WHERE seq > ? ORDER BY seq LIMIT 1",
        )?;
        place_by_halves(last, recorded, |after| {
            Ok(next.query_row([after], |r| Ok((r.get(0)?, r.get(1)?)))?)
        })
    }

    fn line_at(&mut self, account: i64, place: i64) -> Result<Option<Line>, Error> {
        let sql = "SELECT * FROM lines WHERE account = ? AND seq <= ? ORDER BY seq DESC LIMIT 1";
        let given = [Value::Integer(account), Value::Integer(place)];
        Ok(rows(self.0, sql, &given, line)?.pop())
    }

    fn lines(
        &mut self,
        account: i64,
        after: i64,
        upto: i64,
        tell: &mut dyn FnMut(Line),
    ) -> Result<(), Error> {
        let sql = "SELECT * FROM lines WHERE account = ? AND seq > ? AND seq <= ? ORDER BY seq";
        let given = [account, after, upto].map(Value::Integer);
        each(self.0, sql, &given, |row| {
            tell(line(row)?);
            Ok(())
        })
    }

    fn newest(&mut self, account: i64, before: i64, count: usize) -> Result<Vec<Line>, Error> {
        let sql = "SELECT * FROM lines WHERE account = ? AND seq < ? ORDER BY seq DESC LIMIT ?";
        let given = [account, before, count as i64].map(Value::Integer);
        rows(self.0, sql, &given, line)
    }

    fn entries(
        &mut self,
        after: i64,
        tell: &mut dyn FnMut(Stored) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE seq > ? ORDER BY seq");
        each(self.0, &sql, &[Value::Integer(after)], |row| {
            tell(stored(row)?)
        })
    }

    fn entry(&mut self, id: &str) -> Result<Option<Stored>, Error> {
        let given = [Value::Text(id.to_owned())];
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE id = ?");
        Ok(rows(self.0, &sql, &given, stored)?.pop())
    }

    fn at(&mut self, seq: i64) -> Result<Option<Stored>, Error> {
        let sql = format!("SELECT {COLUMNS} FROM entries WHERE seq = ?");
        Ok(rows(self.0, &sql, &[Value::Integer(seq)], stored)?.pop())
    }

    fn followers(&mut self, of: i64) -> Result<Vec<Stored>, Error> {
        followers(self.0, of)
    }

    fn open(&mut self) -> Result<Vec<(i64, Option<jiff::civil::Date>)>, Error> {
        rows(
            self.0,
            "SELECT seq, until FROM ( \
               SELECT seq, until FROM open UNION ALL \
               SELECT seq, until FROM entries \
                 WHERE seq > (SELECT upto FROM summed) AND of IS NULL AND held > 0) \
             WHERE seq NOT IN (SELECT of FROM entries \
               WHERE seq > (SELECT upto FROM summed) AND of IS NOT NULL AND held = 0) \
             ORDER BY seq",
            &[],
            |row| {
                let until = row.get::<_, Option<i32>>(1)?.map(number_day).transpose()?;
                Ok((row.get(0)?, until))
            },
        )
    }

    fn blocks(&mut self) -> Result<Vec<Block>, Error> {
        let sql = "SELECT n, first, last, count, sealed, previous, hash FROM blocks ORDER BY n";
        rows(self.0, sql, &[], block)
    }

    fn paper(&mut self, digest: &str) -> Result<Option<(String, Vec<u8>)>, Error> {
        let given = [Value::Text(digest.to_owned())];
        let sql = "SELECT kind, body FROM papers WHERE digest = ?";
        Ok(rows(self.0, sql, &given, |row| Ok((row.get(0)?, row.get(1)?)))?.pop())
    }

    fn papers(&mut self, tell: &mut EachPaper<'_>) -> Result<(), Error> {
        each(
            self.0,
            "SELECT digest, kind, body FROM papers ORDER BY digest",
            &[],
            |row| {
                let (digest, kind): (String, String) = (row.get(0)?, row.get(1)?);
                tell(
                    &digest,
                    &kind,
                    row.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?,
                )
            },
        )
    }

    fn all_lines(&mut self, tell: &mut dyn FnMut(Line)) -> Result<(), Error> {
        each(
            self.0,
            "SELECT * FROM lines ORDER BY account, seq",
            &[],
            |row| {
                tell(line(row)?);
                Ok(())
            },
        )
    }

    fn check(&mut self) -> Result<Vec<String>, Error> {
        let found = rows(self.0, "PRAGMA integrity_check(20)", &[], |row| {
            Ok(row.get::<_, String>(0)?)
        })?;
        Ok(found.into_iter().filter(|said| said != "ok").collect())
    }
}
