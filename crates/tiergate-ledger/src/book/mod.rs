//! What may be entered, for every store: a page of the ledger while it is written.
//!
//! What it is asked of accounts and reservations stays so until the page is kept.

mod acts;
mod check;
mod limits;
mod written;

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::account::Account;
use crate::answer::{Answer, Receipt};
use crate::entry::{Act, Entry, Kind, Written};
use crate::error::Error;
use crate::held::Held;
use crate::store::{AccountRow, Day, Page, SetLimit, Stored};

pub(crate) use check::check;
pub(crate) use limits::own_limit_at;
use written::same;
pub(crate) use written::{held, receipt, written};

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
    /// Units reserved after it, of the reservation that was made or that it is about.
    held: Option<i64>,
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
}

/// A page of the ledger being written.
pub struct Book<'p> {
    page: &'p mut dyn Page,
    recorded: i64,
    accounts: Vec<Open>,
    by_key: FxHashMap<String, usize>,
    /// The ids the store was asked for: those that are not among `kept` are new.
    asked: FxHashSet<String>,
    /// Entries of the ids asked for that were entered before.
    kept: FxHashMap<String, Stored>,
    /// Entries of this page by id.
    here: FxHashMap<String, usize>,
    fresh: Vec<Fresh>,
    /// Reservations that entries of this page are about.
    lots: FxHashMap<String, Lot>,
}

impl<'p> Book<'p> {
    /// A page at a moment; the clock may go back, what is recorded does not.
    pub(crate) fn new(page: &'p mut dyn Page, now: i64) -> Self {
        Book {
            page,
            recorded: now,
            accounts: Vec::new(),
            by_key: FxHashMap::default(),
            asked: FxHashSet::default(),
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
            .filter(|id| !self.here.contains_key(*id) && !self.asked.contains(*id))
            .collect();
        let named = entries.iter().flat_map(|e| e.accounts());
        let mut accounts: BTreeMap<String, &Account> = named
            .map(|account| (account.key(), account))
            .filter(|(key, _)| !self.by_key.contains_key(key))
            .collect();
        let mut of: Vec<&str> = entries.iter().filter_map(|e| e.of()).collect();
        of.sort_unstable();
        of.dedup();
        of.retain(|id| !self.lots.contains_key(*id));
        if of.is_empty() {
            return self.find(&ids, accounts);
        }
        // Reservations before accounts, each in the order of its place: two pages never wait for
        // one another.
        self.find(&ids, BTreeMap::new())?;
        self.take_lots(&of)?;
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

    /// Finds what was entered before under ids, and holds accounts that are not held yet.
    fn find(&mut self, ids: &[&str], accounts: BTreeMap<String, &Account>) -> Result<(), Error> {
        let keys: Vec<(&str, &Account)> = accounts.iter().map(|(k, a)| (k.as_str(), *a)).collect();
        let found = self.page.found(ids, &keys)?;
        self.asked.extend(ids.iter().map(|id| (*id).to_owned()));
        self.recorded = self.recorded.max(found.last);
        self.kept
            .extend(found.entries.into_iter().map(|s| (s.id.clone(), s)));
        self.open(accounts.into_keys(), found.accounts);
        Ok(())
    }

    fn open(&mut self, keys: impl Iterator<Item = String>, rows: Vec<AccountRow>) {
        for (key, row) in keys.zip(rows) {
            self.by_key.insert(key, self.accounts.len());
            self.accounts.push(Open {
                row,
                days: None,
                added: BTreeMap::new(),
                limits: None,
                changed: false,
            });
        }
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
        self.open(accounts.into_keys(), rows);
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

    /// A reservation as it stands; none when the id is of no accepted reservation.
    ///
    /// # Errors
    ///
    /// The store's.
    pub fn lot(&mut self, id: &str) -> Result<Option<&Held>, Error> {
        if !self.lots.contains_key(id) {
            if !self.asked.contains(id) && !self.here.contains_key(id) {
                self.find(&[id], BTreeMap::new())?;
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
        if !self.here.contains_key(&entry.id) && !self.asked.contains(&entry.id)
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
            };
            self.lots.insert(of.to_owned(), lot);
        }
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
        let accepted = matches!(answer, Answer::Accepted(_));
        let held = match &entry.act {
            Act::Reserve(reserve) => Some(reserve.quantity),
            _ => entry
                .of()
                .and_then(|of| Some(self.lots.get(of)?.held.reserved)),
        };
        let held = held.filter(|_| accepted);
        self.fresh.push(Fresh {
            written: entry.written(),
            answer,
            of,
            moves,
            held: held.map(|held| i64::try_from(held).unwrap_or(i64::MAX)),
            sets: None,
        });
        receipt
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
