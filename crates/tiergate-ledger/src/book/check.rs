//! What no ledger could enter.

use jiff::civil::Date;

use crate::entry::{AMOUNT_MAX, Act, Entry};
use crate::error::Error;

/// What may be in the body of an entry is bounded.
const TEXT_MAX: usize = 512;

/// What no ledger could enter.
pub(crate) fn check(entry: &Entry) -> Result<(), Error> {
    let wrong = |what: String| Err(Error::invalid(&entry.id, what));
    let text = |name: &str, text: &str| match text {
        text if text.trim().is_empty() => Some(format!("{name} is empty")),
        text if text.len() > TEXT_MAX => Some(format!("{name} is longer than {TEXT_MAX} bytes")),
        text if text.chars().any(|c| c.is_control()) => {
            Some(format!("{name} has control characters"))
        }
        _ => None,
    };
    let of_this_age = |date: &Date| (1990..=2200).contains(&date.year());
    let until = match &entry.act {
        Act::Reserve(reserve) => reserve.until,
        _ => None,
    };
    for date in std::iter::once(entry.date).chain(until) {
        if !of_this_age(&date) {
            return wrong(format!("the date {date} is not of this age: 1990 to 2200"));
        }
    }
    if let Some(what) = text("the id", &entry.id) {
        return wrong(what);
    }
    if let Some(what) = entry.of().and_then(|of| text("the reservation's id", of)) {
        return wrong(what);
    }
    for account in entry.accounts() {
        if account.key().ends_with('|') {
            return wrong(format!("the holder `{}` has no letter", account.holder));
        }
        if let Some(what) = text("the holder", &account.holder)
            .or_else(|| text("the measure", &account.measure))
            .or_else(|| {
                let barred = account.measure.contains('|');
                barred.then(|| format!("the measure `{}` has a `|`", account.measure))
            })
            .or_else(|| {
                let ends = [account.span.from, account.span.to];
                let wrong = ends.iter().flatten().any(|end| !of_this_age(end))
                    || matches!(ends, [Some(from), Some(to)] if to < from);
                wrong.then(|| {
                    format!("{account} has no days, or days that are not of this age: 1990 to 2200")
                })
            })
        {
            return wrong(what);
        }
    }
    match &entry.act {
        Act::Reserve(reserve) => {
            if reserve.quantity == 0 || reserve.quantity > AMOUNT_MAX {
                let n = reserve.quantity;
                return wrong(format!("{n} units cannot be reserved: 1 to {AMOUNT_MAX}"));
            }
            let mut keys: Vec<String> = Vec::with_capacity(reserve.charges.len());
            for charge in &reserve.charges {
                if charge.amount > AMOUNT_MAX {
                    return wrong(format!("{} is more than {AMOUNT_MAX}", charge.amount));
                }
                if !charge.account.span.holds(entry.date) {
                    let account = &charge.account;
                    return wrong(format!("{} is not among the days of {account}", entry.date));
                }
                if reserve.charges.len() == 1 {
                    break;
                }
                let key = charge.account.key();
                if keys.contains(&key) {
                    return wrong(format!(
                        "{} is charged twice: once, with both quotas",
                        charge.account
                    ));
                }
                keys.push(key);
            }
        }
        Act::Ship(part) | Act::Release(part) | Act::Expire(part) | Act::Return { part, .. } => {
            if part.quantity == Some(0) {
                return wrong("no units: 1 or more, or leave it out for all that are left".into());
            }
        }
        Act::Correct { amount, why, .. } => {
            if amount.unsigned_abs() > AMOUNT_MAX || *amount == 0 {
                return wrong(format!(
                    "{amount} cannot be added: not zero, at most {AMOUNT_MAX}"
                ));
            }
            if let Some(what) = text("the reason", why) {
                return wrong(what);
            }
        }
        Act::Limit { most, cite, .. } => {
            if most.is_some_and(|most| most > AMOUNT_MAX) {
                return wrong(format!("a limit is at most {AMOUNT_MAX}"));
            }
            if let Some(what) = text("what sets the limit", cite) {
                return wrong(what);
            }
        }
        Act::Done { duty, .. } => {
            if let Some(what) = text("the duty", duty) {
                return wrong(what);
            }
        }
    }
    Ok(())
}
