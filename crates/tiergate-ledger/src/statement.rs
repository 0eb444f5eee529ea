//! What an account held, as of any day and as it was known at any moment.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::account::Account;
use crate::book::{Balance, held, own_limit_at};
use crate::entry::Written;
use crate::error::Error;
use crate::held::Held;
use crate::store::{Line, Listed, Reader, STRETCH, SetLimit, Stored, stretch};

/// As of when: days up to one, and what was recorded up to a moment; none for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsOf {
    /// The last day on which what happened counts.
    pub day: Option<Date>,
    /// The last moment of recording, in microseconds since 1970.
    pub recorded: Option<i64>,
}

/// What an account held.
///
/// # Errors
///
/// The store's.
pub fn balance_as_of(
    reader: &mut dyn Reader,
    listed: &Listed,
    as_of: AsOf,
) -> Result<Balance, Error> {
    let mut sum = Balance::default();
    match (as_of.day, as_of.recorded) {
        (day, None) if day.is_none_or(|day| listed.row.last.is_none_or(|last| last <= day)) => {
            sum.used = listed.row.used;
            sum.reserved = listed.row.reserved;
        }
        (day, None) => {
            for (date, moved) in reader.days(listed.row.id)? {
                if day.is_none_or(|day| date <= day) {
                    sum.used += moved.used;
                    sum.reserved += moved.reserved;
                }
            }
        }
        (None, Some(recorded)) => {
            let place = reader.place_at(recorded)?;
            if let Some(line) = reader.line_at(listed.row.id, place)? {
                sum.used = line.used_after;
                sum.reserved = line.reserved_after;
            }
        }
        (Some(day), Some(recorded)) => {
            // Whole stretches from their sums, and the lines of the one in which the moment falls.
            let place = reader.place_at(recorded)?;
            let at = stretch(place);
            for (date, of, moved) in reader.stretches(listed.row.id)? {
                if date <= day && of < at {
                    sum.used += moved.used;
                    sum.reserved += moved.reserved;
                }
            }
            reader.lines(listed.row.id, at * STRETCH - 1, place, &mut |line| {
                if line.date <= day {
                    sum.used += line.used;
                    sum.reserved += line.reserved;
                }
            })?;
        }
    }
    Ok(sum)
}

/// One movement of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// What moved.
    pub line: Line,
    /// The entry.
    pub entry: Stored,
}

/// A statement of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The account.
    pub account: Account,
    /// What it held.
    pub balance: Balance,
    /// The limit of its own in force on the day.
    pub own_limit: Option<SetLimit>,
    /// The last movements, newest first.
    pub movements: Vec<Movement>,
    /// Whether there are more before them.
    pub more: bool,
}

/// The statement of an account with its last movements; none when there is no such account.
///
/// # Errors
///
/// The store's.
pub fn statement(
    reader: &mut dyn Reader,
    account: &Account,
    as_of: AsOf,
    count: usize,
) -> Result<Option<Statement>, Error> {
    let Some(listed) = reader.account(&account.key())? else {
        return Ok(None);
    };
    let balance = balance_as_of(reader, &listed, as_of)?;
    let end = match as_of.recorded {
        Some(recorded) => reader.place_at(recorded)?.saturating_add(1),
        None => i64::MAX,
    };
    let mut lines = last_lines(reader, &listed, as_of.day, end, count + 1)?;
    let more = lines.len() > count;
    lines.truncate(count);
    let mut movements = Vec::with_capacity(lines.len());
    for line in lines {
        let entry = reader.at(line.seq)?.ok_or_else(|| {
            Error::Damaged(format!("line {} of {account} has no entry", line.seq))
        })?;
        movements.push(Movement { line, entry });
    }
    let own_limit = own_limit(reader, &listed, end, as_of.day.unwrap_or(Date::MAX))?;
    Ok(Some(Statement {
        account: listed.account,
        balance,
        own_limit,
        movements,
        more,
    }))
}

/// The limit of an account's own on a day, of those entered before a place.
pub(crate) fn own_limit(
    reader: &mut dyn Reader,
    listed: &Listed,
    before: i64,
    on: Date,
) -> Result<Option<SetLimit>, Error> {
    let limits = reader.limits(listed.row.id)?.into_iter();
    let limits = limits.filter(|(seq, _)| *seq < before);
    let limits: Vec<SetLimit> = limits.map(|(_, set)| set).collect();
    Ok(own_limit_at(&limits, on).cloned())
}

/// The last lines of an account before a place, and up to a day, newest first.
fn last_lines(
    reader: &mut dyn Reader,
    listed: &Listed,
    day: Option<Date>,
    end: i64,
    count: usize,
) -> Result<Vec<Line>, Error> {
    let id = listed.row.id;
    let Some(day) = day.filter(|day| listed.row.last.is_some_and(|last| *day < last)) else {
        return reader.newest(id, end, count);
    };
    // Only stretches in which something of those days is are looked at.
    let mut stretches: Vec<i64> = reader
        .stretches(id)?
        .into_iter()
        .filter(|(date, at, _)| *date <= day && *at <= stretch(end))
        .map(|(_, at, _)| at)
        .collect();
    stretches.sort_unstable();
    stretches.dedup();
    let mut found = Vec::new();
    for at in stretches.into_iter().rev() {
        let first = at * STRETCH;
        let last = (first + STRETCH - 1).min(end - 1);
        let mut of_those_days = Vec::new();
        reader.lines(id, first - 1, last, &mut |line| {
            if line.date <= day {
                of_those_days.push(line);
            }
        })?;
        found.extend(of_those_days.into_iter().rev());
        if found.len() >= count {
            found.truncate(count);
            break;
        }
    }
    Ok(found)
}

/// So many of the last entries are looked at for their laws.
const LAWS_LOOKED_AT: i64 = 1_000;

/// The laws that the reservations among the last thousand entries were decided under.
///
/// # Errors
///
/// The store's.
pub fn laws(reader: &mut dyn Reader) -> Result<BTreeSet<String>, Error> {
    let mut laws = BTreeSet::new();
    let after = reader.place_at(i64::MAX)? - LAWS_LOOKED_AT;
    reader.entries(after.max(0), &mut |entry| {
        if entry.kind == crate::entry::Kind::Reserve && entry.accepted {
            let written: Written = serde_json::from_str(&entry.request)
                .map_err(|e| Error::Damaged(format!("entry `{}`: {e}", entry.id)))?;
            laws.extend(written.decision.map(|decision| decision.law));
        }
        Ok(())
    })?;
    Ok(laws)
}

/// A reservation as it stands: none when the id is of no accepted reservation.
///
/// # Errors
///
/// The store's.
pub fn lot(reader: &mut dyn Reader, id: &str) -> Result<Option<Held>, Error> {
    let Some(made) = reader.entry(id)? else {
        return Ok(None);
    };
    if made.kind != crate::entry::Kind::Reserve || !made.accepted {
        return Ok(None);
    }
    let followers = reader.followers(made.seq)?;
    held(&made, &followers).map(Some)
}
