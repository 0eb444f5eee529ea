//! What may be entered: the one place where limits are held, for every store.
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

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use rustc_hash::FxHashMap;

use crate::account::Account;
use crate::answer::{Answer, Over, Reading, Receipt, Refusal};
use crate::entry::{AMOUNT_MAX, Act, Charge, Entry, Kind, Part, Reserve, Written};
use crate::error::Error;
use crate::held::Held;
use crate::limit::Quota;
use crate::store::{AccountRow, Changes, Day, Line, Page, SetLimit, Stored, stretch};

/// The day of a moment, in universal time.
pub(crate) fn day_of(recorded: i64) -> Date {
    Timestamp::from_microsecond(recorded).map_or(Date::MIN, |at| at.to_zoned(TimeZone::UTC).date())
}

/// An account at work.
#[derive(Debug)]
struct Open {
    row: AccountRow,
    /// What moved by day, with what this page adds, once it was asked for.
    days: Option<BTreeMap<Date, Day>>,
    /// What this page adds.
    added: BTreeMap<Date, Day>,
    limits: Option<Vec<SetLimit>>,
    changed: bool,
}

/// What is used and reserved at a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Balance {
    /// Used.
    pub used: i64,
    /// Reserved.
    pub reserved: i64,
}

impl Balance {
    /// Both.
    #[must_use]
    pub const fn total(self) -> i64 {
        self.used + self.reserved
    }
}

/// An entry of this page, before it has its place.
#[derive(Debug)]
struct Fresh {
    written: Written,
    answer: Answer,
    /// The reservation it is about: its place, or its number on this page.
    of: Option<At>,
    moves: Vec<Moved>,
    sets: Option<(usize, SetLimit)>,
}

/// What an entry moves on an account of this page.
#[derive(Debug, Clone, Copy)]
struct Moved {
    place: usize,
    date: Date,
    used: i64,
    reserved: i64,
    tightest: Option<i64>,
    after: Balance,
}

impl Fresh {
    /// Whether it is a reservation that was accepted.
    fn reserves(&self) -> bool {
        self.written.kind == Kind::Reserve && matches!(self.answer, Answer::Accepted(_))
    }
}

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    Kept(i64),
    Here(usize),
}

/// A reservation at work.
#[derive(Debug)]
struct Lot {
    at: At,
    held: Held,
    /// Units reserved before this page.
    before: u64,
}

/// A page of the ledger being written.
pub struct Book<'p> {
    page: &'p mut dyn Page,
    recorded: i64,
    accounts: Vec<Open>,
    by_key: FxHashMap<String, usize>,
    /// Entries of the ids asked for that were entered before.
    kept: FxHashMap<String, Stored>,
    /// Entries of this page by id.
    here: FxHashMap<String, usize>,
    fresh: Vec<Fresh>,
    /// Reservations that entries of this page are about.
    lots: FxHashMap<String, Lot>,
}

/// What may be in the body of an entry is bounded.
const TEXT_MAX: usize = 512;

/// What an account may hold in all: a sum with one more amount is far from overflow.
const TOTAL_MAX: i64 = 1 << 61;

impl<'p> Book<'p> {
    /// A page at a moment; the clock may go back, what is recorded does not.
    pub(crate) fn new(page: &'p mut dyn Page, now: i64) -> Self {
        Book {
            page,
            recorded: now,
            accounts: Vec::new(),
            by_key: FxHashMap::default(),
            kept: FxHashMap::default(),
            here: FxHashMap::default(),
            fresh: Vec::new(),
            lots: FxHashMap::default(),
        }
    }

    /// Makes ready for entries: what they name is found and held at once, in one order for all.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn expect<'e>(&mut self, entries: impl Iterator<Item = &'e Entry>) -> Result<(), Error> {
        // What no ledger could enter is not looked for: it stops nothing else on the page.
        let entries: Vec<&Entry> = entries.filter(|entry| check(entry).is_ok()).collect();
        let ids: Vec<&str> = entries
            .iter()
            .flat_map(|e| std::iter::once(e.id.as_str()).chain(e.of()))
            .filter(|id| !self.here.contains_key(*id) && !self.kept.contains_key(*id))
            .collect();
        let (last, found) = self.page.found(&ids)?;
        self.recorded = self.recorded.max(last);
        self.kept
            .extend(found.into_iter().map(|s| (s.id.clone(), s)));
        // Reservations before accounts, each in the order of its place: two pages never wait for
        // one another.
        let mut of: Vec<&str> = entries.iter().filter_map(|e| e.of()).collect();
        of.sort_unstable();
        of.dedup();
        of.retain(|id| !self.lots.contains_key(*id));
        self.take_lots(&of)?;
        let mut named: FxHashMap<String, &Account> = FxHashMap::default();
        for account in entries.iter().flat_map(|e| e.accounts()) {
            let key = account.key();
            if !self.by_key.contains_key(&key) {
                named.insert(key, account);
            }
        }
        let mut accounts: BTreeMap<String, &Account> = named.into_iter().collect();
        let lots: Vec<Account> = of
            .iter()
            .filter_map(|id| self.lots.get(*id))
            .flat_map(|lot| lot.held.made.charges.iter().map(|c| c.account.clone()))
            .collect();
        for account in &lots {
            accounts.insert(account.key(), account);
        }
        self.take_accounts(accounts)
    }

    fn take_lots(&mut self, of: &[&str]) -> Result<(), Error> {
        let mut made: Vec<(&str, Stored)> = of
            .iter()
            .filter_map(|id| Some((*id, self.kept.get(*id)?.clone())))
            .filter(|(_, stored)| stored.kind == Kind::Reserve && stored.accepted)
            .collect();
        if made.is_empty() {
            return Ok(());
        }
        made.sort_unstable_by_key(|(_, stored)| stored.seq);
        let places: Vec<i64> = made.iter().map(|(_, stored)| stored.seq).collect();
        let mut followers: FxHashMap<i64, Vec<Stored>> = FxHashMap::default();
        for follower in self.page.followers(&places)? {
            if let Some(of) = follower.of {
                followers.entry(of).or_default().push(follower);
            }
        }
        for (id, stored) in made {
            let held = held(
                &stored,
                followers.get(&stored.seq).map_or(&[], Vec::as_slice),
            )?;
            let lot = Lot {
                at: At::Kept(stored.seq),
                before: held.reserved,
                held,
            };
            self.lots.insert(id.to_owned(), lot);
        }
        Ok(())
    }

    /// Holds accounts, so that what is read of them stays so until the page is kept.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn hold<'a>(&mut self, accounts: impl Iterator<Item = &'a Account>) -> Result<(), Error> {
        let accounts = accounts.map(|account| (account.key(), account)).collect();
        self.take_accounts(accounts)
    }

    fn take_accounts(&mut self, mut accounts: BTreeMap<String, &Account>) -> Result<(), Error> {
        accounts.retain(|key, _| !self.by_key.contains_key(key));
        if accounts.is_empty() {
            return Ok(());
        }
        let keys: Vec<(&str, &Account)> = accounts.iter().map(|(k, a)| (k.as_str(), *a)).collect();
        let rows = self.page.accounts(&keys)?;
        for (key, row) in accounts.into_keys().zip(rows) {
            self.by_key.insert(key, self.accounts.len());
            self.accounts.push(Open {
                row,
                days: None,
                added: BTreeMap::new(),
                limits: None,
                changed: false,
            });
        }
        Ok(())
    }

    fn place(&mut self, account: &Account) -> Result<usize, Error> {
        let key = account.key();
        if let Some(place) = self.by_key.get(&key) {
            return Ok(*place);
        }
        self.take_accounts(BTreeMap::from([(key, account)]))?;
        Ok(self.accounts.len() - 1)
    }

    /// What an account holds at a day.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn balance(&mut self, account: &Account, at: Date) -> Result<Balance, Error> {
        let place = self.place(account)?;
        self.balance_at(place, at)
    }

    fn balance_at(&mut self, place: usize, at: Date) -> Result<Balance, Error> {
        let open = &self.accounts[place];
        if open.row.last.is_none_or(|last| last <= at) {
            return Ok(Balance {
                used: open.row.used,
                reserved: open.row.reserved,
            });
        }
        let mut sum = Balance::default();
        for (_, day) in self.days(place)?.range(..=at) {
            sum.used += day.used;
            sum.reserved += day.reserved;
        }
        Ok(sum)
    }

    /// The limit set for an account itself, on a day.
    pub(crate) fn set_limit(
        &mut self,
        account: &Account,
        at: Date,
    ) -> Result<Option<SetLimit>, Error> {
        let place = self.place(account)?;
        self.own_limit(place, at)
    }

    fn days(&mut self, place: usize) -> Result<&BTreeMap<Date, Day>, Error> {
        let open = &mut self.accounts[place];
        if open.days.is_none() {
            let mut days: BTreeMap<Date, Day> = self.page.days(open.row.id)?.into_iter().collect();
            for (date, more) in &open.added {
                days.entry(*date).or_default().add(more);
            }
            open.days = Some(days);
        }
        Ok(open.days.get_or_insert_default())
    }

    /// The limit set for the account itself, on a day.
    fn own_limit(&mut self, place: usize, at: Date) -> Result<Option<SetLimit>, Error> {
        let open = &mut self.accounts[place];
        if !open.row.limited {
            return Ok(None);
        }
        if open.limits.is_none() {
            open.limits = Some(self.page.limits(open.row.id)?);
        }
        Ok(own_limit_at(open.limits.as_deref().unwrap_or_default(), at).cloned())
    }

    /// A reservation as it stands; none when the id is of no accepted reservation.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn lot(&mut self, id: &str) -> Result<Option<&Held>, Error> {
        if !self.lots.contains_key(id) {
            if !self.kept.contains_key(id) && !self.here.contains_key(id) {
                let (last, found) = self.page.found(&[id])?;
                self.recorded = self.recorded.max(last);
                self.kept
                    .extend(found.into_iter().map(|s| (s.id.clone(), s)));
            }
            self.take_lots(&[id])?;
        }
        Ok(self.lots.get(id).map(|lot| &lot.held))
    }

    /// Enters one entry.
    ///
    /// # Errors
    ///
    /// When the entry cannot be, its id names another, or the store fails; then nothing of the page
    /// is kept.
    pub fn enter(&mut self, entry: &Entry) -> Result<Receipt, Error> {
        check(entry)?;
        if let Some(of) = entry.of() {
            self.take_up(of);
        }
        if !self.here.contains_key(&entry.id) && !self.kept.contains_key(&entry.id)
            || entry.of().is_some_and(|of| !self.lots.contains_key(of))
        {
            self.expect(std::iter::once(entry))?;
        }
        if let Some(receipt) = self.before(entry)? {
            return Ok(receipt);
        }
        match &entry.act {
            Act::Reserve(reserve) => self.reserve(entry, reserve),
            Act::Ship(part) | Act::Release(part) | Act::Expire(part) => {
                self.follow(entry, part, None)
            }
            Act::Return { part, why } => self.follow(entry, part, Some(why)),
            Act::Correct {
                account, amount, ..
            } => self.correct(entry, account, *amount),
            Act::Limit {
                account,
                most,
                cite,
            } => self.limit(entry, account, *most, cite),
            Act::Done { of, .. } => {
                let at = self.lot_of(entry, of)?.at;
                Ok(self.record(entry, Answer::Accepted(Vec::new()), Some(at), Vec::new()))
            }
        }
    }

    /// The first answer, if the entry was entered before.
    fn before(&self, entry: &Entry) -> Result<Option<Receipt>, Error> {
        let (written, mut receipt) = match (self.here.get(&entry.id), self.kept.get(&entry.id)) {
            (Some(place), _) => {
                let fresh = &self.fresh[*place];
                let receipt = Receipt {
                    id: entry.id.clone(),
                    seq: 0,
                    recorded: self.recorded,
                    answer: fresh.answer.clone(),
                    again: false,
                };
                (fresh.written.clone(), receipt)
            }
            (None, Some(stored)) => (written(stored)?, receipt(stored)?),
            (None, None) => return Ok(None),
        };
        if !same(&written, &entry.written()) {
            return Err(Error::Conflict {
                id: entry.id.clone(),
                date: written.date,
                kind: written.kind.word(),
            });
        }
        receipt.again = true;
        Ok(Some(receipt))
    }

    fn reserve(&mut self, entry: &Entry, reserve: &Reserve) -> Result<Receipt, Error> {
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

    /// Takes up a reservation of this page, once another entry of it is about it.
    fn take_up(&mut self, of: &str) {
        if self.lots.contains_key(of) {
            return;
        }
        if let Some(at) = self.here.get(of).copied()
            && self.fresh[at].reserves()
        {
            let lot = Lot {
                at: At::Here(at),
                held: Held::new(self.fresh[at].written.clone()),
                before: 0,
            };
            self.lots.insert(of.to_owned(), lot);
        }
    }

    /// The limit of a quota as it is read for a charge, and how it would be passed, if it would.
    fn read_limit(
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
        let asked = i64::try_from(charge.amount).unwrap_or(i64::MAX);
        let (mut worst, mut least) = (None, i64::MAX);
        for (on, most, cite) in held {
            let Balance { used, reserved } = self.balance_at(place, on)?;
            let left = most - used - reserved;
            // The day on which least is left, and of such days the first that was looked at.
            if asked > left && left < least {
                least = left;
                worst = Some(Over {
                    quota: quota.id.to_string(),
                    account: charge.account.clone(),
                    asked: charge.amount,
                    used,
                    reserved,
                    left: left.max(0),
                    most,
                    cite,
                    on,
                });
            }
        }
        Ok((reading, worst.map(Box::new)))
    }

    /// The most an account may hold on a day with the charge, and what says so.
    fn most(
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

    fn lot_of(&mut self, entry: &Entry, of: &str) -> Result<&mut Lot, Error> {
        let refused = self.kept.get(of).is_some_and(|s| !s.accepted)
            || self
                .here
                .get(of)
                .is_some_and(|at| matches!(self.fresh[*at].answer, Answer::Refused(_)));
        let what = if refused {
            format!("the reservation `{of}` was refused: nothing is held under it")
        } else {
            format!("there is no reservation `{of}`: `of` is the id of a reserve entry")
        };
        self.lots
            .get_mut(of)
            .ok_or_else(|| Error::invalid(&entry.id, what))
    }

    fn follow(&mut self, entry: &Entry, part: &Part, why: Option<&str>) -> Result<Receipt, Error> {
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

    fn correct(&mut self, entry: &Entry, account: &Account, amount: i64) -> Result<Receipt, Error> {
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

    /// Why an amount cannot be taken from what is used, when on its day or a later one less is.
    fn below_zero(
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
    fn too_much(&self, place: usize, amount: i64) -> Option<String> {
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

    fn limit(
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

    /// Moves amounts on an account.
    fn shift(
        &mut self,
        place: usize,
        date: Date,
        used: i64,
        reserved: i64,
        tightest: Option<i64>,
    ) -> Moved {
        let open = &mut self.accounts[place];
        open.row.used += used;
        open.row.reserved += reserved;
        open.row.last = open.row.last.max(Some(date));
        open.changed = true;
        let moved = Day {
            used,
            reserved,
            tightest,
        };
        open.added.entry(date).or_default().add(&moved);
        if let Some(days) = &mut open.days {
            days.entry(date).or_default().add(&moved);
        }
        Moved {
            place,
            date,
            used,
            reserved,
            tightest,
            after: Balance {
                used: open.row.used,
                reserved: open.row.reserved,
            },
        }
    }

    fn record(
        &mut self,
        entry: &Entry,
        answer: Answer,
        of: Option<At>,
        moves: Vec<Moved>,
    ) -> Receipt {
        let receipt = Receipt {
            id: entry.id.clone(),
            seq: 0,
            recorded: self.recorded,
            answer: answer.clone(),
            again: false,
        };
        self.here.insert(entry.id.clone(), self.fresh.len());
        self.fresh.push(Fresh {
            written: entry.written(),
            answer,
            of,
            moves,
            sets: None,
        });
        receipt
    }

    /// Hands the page over to the store; gives the places of its entries in order.
    pub(crate) fn finish(self) -> Result<FxHashMap<String, i64>, Error> {
        if self.fresh.is_empty() {
            return Ok(FxHashMap::default());
        }
        let places = self.page.places(self.fresh.len())?;
        let mut changes = Changes::default();
        let mut days: BTreeMap<(i64, Date, i64), Day> = BTreeMap::new();
        let mut by_id = FxHashMap::default();
        let mut bare = Vec::with_capacity(self.fresh.len());
        for (fresh, seq) in self.fresh.into_iter().zip(&places) {
            let seq = *seq;
            let accepted = matches!(fresh.answer, Answer::Accepted(_));
            for moved in fresh.moves {
                let account = self.accounts[moved.place].row.id;
                let day = Day {
                    used: moved.used,
                    reserved: moved.reserved,
                    tightest: moved.tightest,
                };
                let key = (account, moved.date, stretch(seq));
                days.entry(key).or_default().add(&day);
                changes.lines.push(Line {
                    account,
                    seq,
                    date: moved.date,
                    used: moved.used,
                    reserved: moved.reserved,
                    used_after: moved.after.used,
                    reserved_after: moved.after.reserved,
                });
            }
            if let Some((account, set)) = fresh.sets {
                changes
                    .limits
                    .push((self.accounts[account].row.id, seq, set));
            }
            // What is left of it: all, unless another entry of this page was about it.
            if accepted && fresh.written.kind == Kind::Reserve {
                let lot = self.lots.get(&fresh.written.id);
                if lot.is_none_or(|lot| lot.held.reserved > 0) {
                    changes.opened.push((seq, fresh.written.until));
                }
            }
            let of = fresh.of.map(|of| match of {
                At::Kept(seq) => seq,
                At::Here(place) => places[place],
            });
            by_id.insert(fresh.written.id.clone(), seq);
            bare.push(Bare {
                seq,
                of,
                accepted,
                written: fresh.written,
                answer: fresh.answer,
            });
        }
        changes.entries = written_out(bare, self.recorded)?;
        for open in self.accounts {
            if open.changed {
                changes.accounts.push(open.row);
            }
        }
        // In the order of their keys: pages side by side never wait for one another.
        let days = days.into_iter();
        let days = days.map(|((account, date, stretch), day)| (account, date, stretch, day));
        changes.days.extend(days);
        for lot in self.lots.into_values() {
            match lot.at {
                At::Kept(seq) if lot.held.reserved == 0 && lot.before > 0 => {
                    changes.closed.push(seq);
                }
                _ => {}
            }
        }
        changes.opened.sort_unstable();
        self.page.append(&changes)?;
        Ok(by_id)
    }

    /// When this page is recorded.
    #[must_use]
    pub const fn recorded(&self) -> i64 {
        self.recorded
    }

    /// Keeps a paper, such as a decision as it was given, under its digest, and gives the digest.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn keep_paper(&mut self, kind: &str, body: &[u8]) -> Result<String, Error> {
        let digest = blake3::hash(body).to_hex().to_string();
        self.page.keep_paper(&digest, kind, body)?;
        Ok(digest)
    }
}

/// An entry with its place, before it is written out.
struct Bare {
    seq: i64,
    of: Option<i64>,
    accepted: bool,
    written: Written,
    answer: Answer,
}

impl Bare {
    fn written_out(self, recorded: i64) -> Result<Stored, Error> {
        let mut stored = Stored {
            seq: self.seq,
            kind: self.written.kind,
            date: self.written.date,
            of: self.of,
            accepted: self.accepted,
            recorded,
            request: json(&self.written)?,
            answer: json(&self.answer)?,
            id: self.written.id,
            digest: [0; 32],
        };
        stored.digest = stored.hash();
        Ok(stored)
    }
}

/// Fewer entries than these are written out by one thread.
const ENTRIES_A_THREAD: usize = 1024;

/// Writes entries out and hashes them, side by side when there are many.
fn written_out(mut bare: Vec<Bare>, recorded: i64) -> Result<Vec<Stored>, Error> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.min(bare.len() / ENTRIES_A_THREAD).max(1);
    let each = bare.len().div_ceil(threads);
    let out = |part: Vec<Bare>| -> Result<Vec<Stored>, Error> {
        part.into_iter()
            .map(|one| one.written_out(recorded))
            .collect()
    };
    if threads == 1 {
        return out(bare);
    }
    let mut parts = Vec::with_capacity(threads);
    while bare.len() > each {
        parts.push(bare.split_off(bare.len() - each));
    }
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let others: Vec<_> = parts
            .into_iter()
            .map(|part| scope.spawn(|| out(part)))
            .collect();
        all = out(bare)?;
        // The last part was split off first.
        for other in others.into_iter().rev() {
            let part = other.join();
            all.extend(part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?);
        }
        Ok(())
    })
    .map(|()| all)
}

/// Whether two requests are for the same: what was decided on may be told anew, and names who entered
/// it may differ, but not what is entered.
fn same(kept: &Written, asked: &Written) -> bool {
    let bare = |w: &Written| Written {
        decision: None,
        by: None,
        ..w.clone()
    };
    // What was ordered is the same where both say what it was.
    let ordered = |w: &Written| w.decision.as_ref().and_then(|d| d.asked.clone());
    let other = ordered(kept)
        .zip(ordered(asked))
        .is_some_and(|(a, b)| a != b);
    bare(kept) == bare(asked) && !other
}

/// Of limits in the order they were entered, the one in force on a day: the latest day's, and of
/// one day's the last entered.
pub(crate) fn own_limit_at(limits: &[SetLimit], at: Date) -> Option<&SetLimit> {
    limits
        .iter()
        .filter(|l| l.from <= at)
        .max_by_key(|l| l.from)
}

fn json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|e| Error::Store(e.to_string()))
}

/// An entry as it was asked for.
pub(crate) fn written(stored: &Stored) -> Result<Written, Error> {
    serde_json::from_str(&stored.request)
        .map_err(|e| Error::Damaged(format!("entry {} (`{}`): {e}", stored.seq, stored.id)))
}

/// The first answer to an entry.
pub(crate) fn receipt(stored: &Stored) -> Result<Receipt, Error> {
    let answer = serde_json::from_str(&stored.answer)
        .map_err(|e| Error::Damaged(format!("answer {} (`{}`): {e}", stored.seq, stored.id)))?;
    Ok(Receipt {
        id: stored.id.clone(),
        seq: stored.seq,
        recorded: stored.recorded,
        answer,
        again: false,
    })
}

/// A reservation as it stands after the entries about it.
pub(crate) fn held(made: &Stored, followers: &[Stored]) -> Result<Held, Error> {
    let mut held = Held::new(written(made)?);
    for follower in followers {
        let entry = written(follower)?;
        if matches!(entry.kind, Kind::Done) {
            continue;
        }
        let units = entry.quantity.unwrap_or_else(|| held.left(entry.kind));
        held.step(entry.kind, units, entry.date, entry.why.as_deref())?;
    }
    Ok(held)
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
