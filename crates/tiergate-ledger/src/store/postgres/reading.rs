//! What is read, all as of one moment.

use jiff::civil::Date;
use tokio_postgres::Row;

use super::told::{COLUMNS, block, limits, line, listed, stored, stretches};
use super::wire::Wire;
use crate::chain::Block;
use crate::error::Error;
use crate::store::rows::{number_day, place_by_halves};
use crate::store::{Day, EachPaper, Line, Listed, Reader, SetLimit, Stored};

/// Entries in order, some at a time.
fn each(
    wire: &Wire,
    mut after: i64,
    tell: &mut dyn FnMut(Stored) -> Result<(), Error>,
) -> Result<(), Error> {
    const AT_ONCE: i64 = 20_000;
    let sql = format!("SELECT {COLUMNS} FROM entries WHERE seq > $1 ORDER BY seq LIMIT $2");
    loop {
        let rows = wire.query(&sql, &[&after, &AT_ONCE])?;
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

pub(super) struct Reading<'w>(pub(super) &'w Wire);

const OPEN: &str = "SELECT seq, until FROM ( \
       SELECT seq, until FROM open UNION ALL \
       SELECT seq, until FROM entries \
         WHERE seq > (SELECT upto FROM summed) AND of IS NULL AND held > 0) AS all_open \
     WHERE seq NOT IN (SELECT of FROM entries \
       WHERE seq > (SELECT upto FROM summed) AND of IS NOT NULL AND held = 0) \
     ORDER BY seq";

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
        stretches(self.0, account)
    }

    fn limits(&mut self, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
        limits(self.0, account)
    }

    fn place_at(&mut self, recorded: i64) -> Result<i64, Error> {
        let sql = "SELECT coalesce(max(seq), 0) FROM entries";
        let last = self.0.query_one(sql, &[])?.try_get(0)?;
        let sql = "SELECT seq, recorded FROM entries WHERE seq > $1 ORDER BY seq LIMIT 1";
        let next = self.0.ready(sql)?;
        place_by_halves(last, recorded, |after| {
            let client = self.0.client();
            let row = self.0.wait(client.query_one(&next, &[&after]))?;
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
        each(self.0, after, tell)
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
        let rows = self.0.query(OPEN, &[])?;
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
