//! Whether a draw keeps to its limits.
//!
//! An account's total at a day is all that counts on it up to that day, used and reserved. A draw
//! dated `d` is accepted when the total with it keeps to the limit
//!
//! - on `d`;
//! - on each later day on which a draw is on record, at the limit that draw was accepted under, so
//!   that nothing accepted comes to exceed its own limit; a limit that is a share is read anew on
//!   each later day on which anything moved;
//! - on each later day up to the day of recording on which the limit changed, so that a date in the
//!   past does not reach a limit that has been lowered since.
//!
//! A limit that is lowered rewrites nothing and blocks new draws.

use jiff::civil::Date;

use super::{Book, day_of};
use crate::answer::{Over, Reading};
use crate::entry::Charge;
use crate::error::Error;
use crate::limit::Quota;
use crate::store::SetLimit;

/// What an account may hold in all: a sum with one more amount is far from overflow.
const TOTAL_MAX: i64 = 1 << 61;

impl Book<'_> {
    /// The limit set for the account itself, on a day.
    pub(super) fn own_limit(&mut self, place: usize, at: Date) -> Result<Option<SetLimit>, Error> {
        let open = &mut self.accounts[place];
        if !open.row.limited {
            return Ok(None);
        }
        if open.limits.is_none() {
            open.limits = Some(self.page.limits(open.row.id)?);
        }
        Ok(own_limit_at(open.limits.as_deref().unwrap_or_default(), at).cloned())
    }

    /// The limit of a quota as it is read for a charge, and how it would be passed, if it would.
    pub(super) fn read_limit(
        &mut self,
        date: Date,
        place: usize,
        charge: &Charge,
        quota: &Quota,
        at: usize,
    ) -> Result<(Reading, Option<Box<Over>>), Error> {
        let whole = quota.whole.as_ref().map(|w| self.place(w)).transpose()?;
        let before = self.balance_at(place, date)?;
        let (most, cite) = self.most(date, place, whole, charge, quota)?;
        let reading = Reading {
            quota: quota.id.to_string(),
            charge: at,
            used: before.used,
            reserved: before.reserved,
            most,
            share: quota.whole.is_some(),
            cite: cite.clone(),
        };
        // The days on which it must hold, each with the limit of the day.
        let mut held: Vec<(Date, i64, String)> = Vec::new();
        held.extend(most.map(|most| (date, most, cite)));
        let span = charge.account.span;
        let today = span
            .to
            .map_or(day_of(self.recorded), |to| day_of(self.recorded).min(to));
        let mut changes: Vec<Date> = quota.schedule.changes(date, today).collect();
        let own = self.accounts[place].limits.iter().flatten();
        changes.extend(
            own.map(|l| l.from)
                .filter(|from| date < *from && *from <= today),
        );
        for day in changes {
            let (most, cite) = self.most(day, place, whole, charge, quota)?;
            held.extend(most.map(|most| (day, most, cite)));
        }
        if self.accounts[place]
            .row
            .last
            .is_some_and(|last| date < last)
        {
            let later: Vec<(Date, Option<i64>)> = self
                .days(place)?
                .range(date..)
                .filter(|(day, _)| **day > date)
                .map(|(day, moved)| (*day, moved.tightest))
                .collect();
            for (day, tightest) in later {
                match whole {
                    None => held.extend(tightest.map(|most| {
                        let cite = format!("{}, and what is drawn on {day}", reading.cite);
                        (day, most, cite)
                    })),
                    Some(_) => {
                        let (most, cite) = self.most(day, place, whole, charge, quota)?;
                        held.extend(most.map(|most| (day, most, cite)));
                    }
                }
            }
        }
        let (mut worst, mut least) = (None, i64::MAX);
        for (on, most, cite) in held {
            let balance = self.balance_at(place, on)?;
            let left = most - balance.total();
            // The day on which least is left, and of such days the first that was looked at.
            if left < least
                && let Some(over) = Over::told(charge, &quota.id, balance, most, cite, on)
            {
                least = left;
                worst = Some(over);
            }
        }
        Ok((reading, worst.map(Box::new)))
    }

    /// The most an account may hold on a day with the charge, and what says so.
    pub(super) fn most(
        &mut self,
        on: Date,
        place: usize,
        whole: Option<usize>,
        charge: &Charge,
        quota: &Quota,
    ) -> Result<(Option<i64>, String), Error> {
        if let Some(SetLimit {
            most: Some(most),
            cite,
            ..
        }) = self.own_limit(place, on)?
        {
            return Ok((Some(most), cite));
        }
        let Some(step) = quota.schedule.at(on) else {
            return Ok((None, String::new()));
        };
        let total = match whole {
            Some(whole) => self.balance_at(whole, on)?.total(),
            None => 0,
        };
        Ok((step.limit.most(total, charge.amount), step.cite.clone()))
    }

    /// Why an amount cannot be taken from what is used, when on its day or a later one less is.
    pub(super) fn below_zero(
        &mut self,
        place: usize,
        date: Date,
        amount: i64,
    ) -> Result<Option<String>, Error> {
        let mut used = self.balance_at(place, date)?.used;
        let mut least = (used, date);
        if self.accounts[place]
            .row
            .last
            .is_some_and(|last| date < last)
        {
            for (day, moved) in self.days(place)?.range(date..) {
                if *day > date {
                    used += moved.used;
                    least = least.min((used, *day));
                }
            }
        }
        let (least, on) = least;
        let no = (least + amount < 0).then(|| {
            format!(
                "{} would be taken from {} used on {on}: a count does not go below zero",
                crate::answer::grouped(i128::from(amount).abs()),
                crate::answer::grouped(i128::from(least)),
            )
        });
        Ok(no)
    }

    /// Why an amount cannot be added, when the count is near what can be counted.
    pub(super) fn too_much(&self, place: usize, amount: i64) -> Option<String> {
        let row = &self.accounts[place].row;
        (row.used + row.reserved + amount > TOTAL_MAX).then(|| {
            format!(
                "with {} on the account, {} more cannot be counted: at most {}",
                crate::answer::grouped(i128::from(row.used + row.reserved)),
                crate::answer::grouped(i128::from(amount)),
                crate::answer::grouped(i128::from(TOTAL_MAX)),
            )
        })
    }
}

/// Of limits in the order they were entered, the one in force on a day: the latest day's, and of
/// one day's the last entered.
pub(crate) fn own_limit_at(limits: &[SetLimit], at: Date) -> Option<&SetLimit> {
    limits
        .iter()
        .filter(|l| l.from <= at)
        .max_by_key(|l| l.from)
}
