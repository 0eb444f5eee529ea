//! What each kind of entry does.

use jiff::civil::Date;

use super::Book;
use crate::account::Account;
use crate::answer::{Answer, Receipt, Refusal};
use crate::entry::{Entry, Kind, Part, Reserve};
use crate::error::Error;
use crate::held::Held;
use crate::store::SetLimit;

impl Book<'_> {
    pub(super) fn reserve(&mut self, entry: &Entry, reserve: &Reserve) -> Result<Receipt, Error> {
        let mut readings = Vec::new();
        let mut refusals = Vec::new();
        let mut places = Vec::with_capacity(reserve.charges.len());
        for (at, charge) in reserve.charges.iter().enumerate() {
            let place = self.place(&charge.account)?;
            places.push(place);
            let amount = i64::try_from(charge.amount).unwrap_or(i64::MAX);
            refusals.extend(self.too_much(place, amount).map(Refusal::State));
            for quota in &charge.quotas {
                let (reading, over) = self.read_limit(entry.date, place, charge, quota, at)?;
                readings.push(reading);
                refusals.extend(over.map(|over| Refusal::Limit(*over)));
            }
        }
        if !refusals.is_empty() {
            return Ok(self.record(entry, Answer::Refused(refusals), None, Vec::new()));
        }
        let mut moves = Vec::with_capacity(places.len());
        for (at, (place, charge)) in places.into_iter().zip(&reserve.charges).enumerate() {
            // A share's amount is of the day; days keep the limits that are amounts.
            let amounts = charge
                .quotas
                .iter()
                .zip(readings.iter().filter(|r| r.charge == at));
            let tightest = amounts
                .filter(|(quota, _)| quota.whole.is_none())
                .filter_map(|(_, reading)| reading.most)
                .min();
            let amount = i64::try_from(charge.amount).unwrap_or(i64::MAX);
            moves.push(self.shift(place, entry.date, 0, amount, tightest));
        }
        Ok(self.record(entry, Answer::Accepted(readings), None, moves))
    }

    pub(super) fn follow(
        &mut self,
        entry: &Entry,
        part: &Part,
        why: Option<&str>,
    ) -> Result<Receipt, Error> {
        let kind = entry.kind();
        let lot = self.lot_of(entry, &part.of)?;
        let (at, left) = (lot.at, lot.held.left(kind));
        let units = part.quantity.unwrap_or(left);
        let no = if units > left || left == 0 {
            Some(not_left(&lot.held, kind, part.quantity))
        } else if kind == Kind::Ship {
            ships_when(&lot.held, entry.date)
        } else if kind == Kind::Expire {
            match lot.held.made.until {
                None => Some("it is held without a last day: release it".to_owned()),
                Some(until) if entry.date <= until => Some(format!("it is held until {until}")),
                Some(_) => None,
            }
        } else {
            None
        };
        if let Some(no) = no {
            let refused = Answer::Refused(vec![Refusal::State(no)]);
            return Ok(self.record(entry, refused, Some(at), Vec::new()));
        }
        let day = lot.held.day(kind, entry.date);
        let accounts: Vec<Account> = lot
            .held
            .made
            .charges
            .iter()
            .map(|c| c.account.clone())
            .collect();
        let mut after = lot.held.clone();
        let moved = after.step(kind, units, entry.date, why)?;
        for (account, moved) in accounts.iter().zip(&moved) {
            // What was corrected away since it shipped is not given back a second time.
            if moved.used < 0 {
                let place = self.place(account)?;
                if let Some(no) = self.below_zero(place, day, moved.used)? {
                    let refused = Answer::Refused(vec![Refusal::State(no)]);
                    return Ok(self.record(entry, refused, Some(at), Vec::new()));
                }
            }
        }
        self.lot_of(entry, &part.of)?.held = after;
        let mut moves = Vec::with_capacity(moved.len());
        for (account, moved) in accounts.iter().zip(moved) {
            let place = self.place(account)?;
            moves.push(self.shift(place, day, moved.used, moved.reserved, None));
        }
        Ok(self.record(entry, Answer::Accepted(Vec::new()), Some(at), moves))
    }

    pub(super) fn correct(
        &mut self,
        entry: &Entry,
        account: &Account,
        amount: i64,
    ) -> Result<Receipt, Error> {
        let place = self.place(account)?;
        let no = match amount < 0 {
            true => self.below_zero(place, entry.date, amount)?,
            false => self.too_much(place, amount),
        };
        if let Some(no) = no {
            let refused = Answer::Refused(vec![Refusal::State(no)]);
            return Ok(self.record(entry, refused, None, Vec::new()));
        }
        let moved = self.shift(place, entry.date, amount, 0, None);
        Ok(self.record(entry, Answer::Accepted(Vec::new()), None, vec![moved]))
    }

    pub(super) fn limit(
        &mut self,
        entry: &Entry,
        account: &Account,
        most: Option<u64>,
        cite: &str,
    ) -> Result<Receipt, Error> {
        let place = self.place(account)?;
        let set = SetLimit {
            from: entry.date,
            most: most.map(|m| i64::try_from(m).unwrap_or(i64::MAX)),
            cite: cite.to_owned(),
        };
        self.own_limit(place, entry.date)?;
        let open = &mut self.accounts[place];
        open.limits.get_or_insert_default().push(set.clone());
        open.row.limited = true;
        open.changed = true;
        let receipt = self.record(entry, Answer::Accepted(Vec::new()), None, Vec::new());
        if let Some(fresh) = self.fresh.last_mut() {
            fresh.sets = Some((place, set));
        }
        Ok(receipt)
    }
}

fn not_left(held: &Held, kind: Kind, asked: Option<u64>) -> String {
    let asked = asked.map_or_else(String::new, |n| format!("; {n} were asked for"));
    let Held {
        reserved,
        shipped,
        released,
        returned,
        ..
    } = held;
    let what = match kind {
        Kind::Return => format!("{shipped} units are shipped and not returned"),
        _ => format!("{reserved} units are reserved and not shipped or released"),
    };
    format!("{what} ({shipped} shipped, {released} released, {returned} returned){asked}")
}

/// Why a reservation cannot ship on a day.
fn ships_when(held: &Held, date: Date) -> Option<String> {
    if date < held.made.date {
        let made = held.made.date;
        return Some(format!(
            "it was decided and reserved for {made}; to ship on {date}, decide and reserve for that day"
        ));
    }
    if let Some(until) = held.made.until.filter(|until| *until < date) {
        return Some(format!(
            "it was held until {until}; reserve again to ship on {date}"
        ));
    }
    let beside = held
        .made
        .charges
        .iter()
        .find(|c| !c.account.span.holds(date))?;
    Some(format!(
        "it counts on {}, and {date} is not among those days: release it, and reserve for the day it ships",
        beside.account
    ))
}
