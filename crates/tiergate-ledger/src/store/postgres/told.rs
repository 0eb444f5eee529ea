//! Rows as they are told, and what a page and a reader ask for alike.

use jiff::civil::Date;
use tokio_postgres::Row;

use super::wire::Wire;
use crate::account::Account;
use crate::chain::Block;
use crate::error::Error;
use crate::store::rows::{digest, number_day, number_kind};
use crate::store::{AccountRow, Day, Line, Listed, SetLimit, Stored};

pub(super) const COLUMNS: &str =
    "seq, id, kind, date, of, accepted, recorded, request, answer, digest";

pub(super) fn stored(row: &Row) -> Result<Stored, Error> {
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

pub(super) fn line(row: &Row) -> Result<Line, Error> {
    Ok(Line {
        account: row.try_get(0)?,
        seq: row.try_get(1)?,
        date: number_day(row.try_get(2)?)?,
        used: row.try_get(3)?,
        reserved: row.try_get(4)?,
        used_after: row.try_get(5)?,
        reserved_after: row.try_get(6)?,
        tightest: row.try_get(7)?,
    })
}

pub(super) fn block(row: &Row) -> Result<Block, Error> {
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

pub(super) fn account_row(row: &Row) -> Result<AccountRow, Error> {
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

pub(super) fn listed(row: &Row) -> Result<Listed, Error> {
    let span: String = row.try_get(7)?;
    let span = span.parse().map_err(|e| Error::Damaged(format!("{e}")))?;
    let (measure, holder): (String, String) = (row.try_get(5)?, row.try_get(6)?);
    Ok(Listed {
        account: Account::new(measure, holder, span),
        key: row.try_get(8)?,
        row: account_row(row)?,
    })
}

pub(super) fn stretches(wire: &Wire, account: i64) -> Result<Vec<(Date, i64, Day)>, Error> {
    let sql = "SELECT date, stretch, sum(used)::bigint, sum(reserved)::bigint, min(tightest) FROM ( \
           SELECT date, stretch, used, reserved, tightest FROM days WHERE account = $1 \
           UNION ALL \
           SELECT date, seq / 16384, used, reserved, tightest FROM lines \
             WHERE account = $1 AND seq > (SELECT upto FROM summed)) AS both_of \
         GROUP BY date, stretch ORDER BY date, stretch";
    let rows = wire.query(sql, &[&account])?;
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

pub(super) fn limits(wire: &Wire, account: i64) -> Result<Vec<(i64, SetLimit)>, Error> {
    let sql = "SELECT seq, from_date, most, cite FROM limits WHERE account = $1 ORDER BY seq";
    let rows = wire.query(sql, &[&account])?;
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
