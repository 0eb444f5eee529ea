//! Where a ledger is kept: one set of rules over any of them.
//!
//! A store knows how to keep and find rows; what may be entered is decided in `book.rs`, once, for
//! all stores, inside a page: one transaction that becomes durable whole or not at all.

mod memory;
mod postgres;
mod rows;
mod sqlite;

pub use memory::Memory;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

use jiff::civil::Date;

use crate::account::Account;
use crate::chain::Block;
use crate::entry::Kind;
use crate::error::Error;

/// What an entry's bytes hash to.
pub type Digest = [u8; 32];

/// An entry with its answer, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its place: grows along the ledger, and for one account in the order of its balances.
    pub seq: i64,
    /// The maker's id.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// The day it happens on.
    pub date: Date,
    /// The place of the reservation it is about.
    pub of: Option<i64>,
    /// Whether it was accepted.
    pub accepted: bool,
    /// When it was recorded, in microseconds since 1970.
    pub recorded: i64,
    /// The entry as it was asked for, as JSON.
    pub request: String,
    /// The answer, as JSON.
    pub answer: String,
    /// What all of it hashes to.
    pub digest: Digest,
}

impl Stored {
    /// What its place, its moment, its request and its answer hash to.
    #[must_use]
    pub fn hash(&self) -> Digest {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.seq.to_le_bytes());
        hasher.update(&self.recorded.to_le_bytes());
        hasher.update(&self.of.unwrap_or(0).to_le_bytes());
        for text in [&self.request, &self.answer] {
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().into()
    }
}

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AccountRow {
    /// Its number in this store.
    pub id: i64,
    /// What is used.
    pub used: i64,
    /// What is reserved.
    pub reserved: i64,
    /// The last day on which anything moved.
    pub last: Option<Date>,
    /// Whether limits of its own were set.
    pub limited: bool,
}

/// So many places make a stretch. What moved is summed by day and stretch, so that what an account
/// held, as of a day and as it was known at a moment, is told from sums and one stretch of lines.
pub const STRETCH: i64 = 1 << 14;

/// The stretch of a place.
#[must_use]
pub const fn stretch(seq: i64) -> i64 {
    seq.div_euclid(STRETCH)
}

/// Sums by day and stretch, summed by day.
pub(crate) fn by_day(stretches: Vec<(Date, i64, Day)>) -> Vec<(Date, Day)> {
    let mut days: Vec<(Date, Day)> = Vec::new();
    for (date, _, more) in stretches {
        match days.last_mut().filter(|(last, _)| *last == date) {
            Some((_, day)) => day.add(&more),
            None => days.push((date, more)),
        }
    }
    days
}

/// What moved on an account on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Day {
    /// What was used.
    pub used: i64,
    /// What was reserved.
    pub reserved: i64,
    /// The lowest amount that limited a draw of the day.
    pub tightest: Option<i64>,
}

impl Day {
    /// Adds what moved besides; the lower limit stays.
    pub(crate) fn add(&mut self, more: &Day) {
        self.used = self.used.saturating_add(more.used);
        self.reserved = self.reserved.saturating_add(more.reserved);
        self.tightest = match (self.tightest, more.tightest) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
}

/// A limit of one account's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetLimit {
    /// The first day.
    pub from: Date,
    /// The most; none when from this day the law alone limits it.
    pub most: Option<i64>,
    /// What sets it.
    pub cite: String,
}

/// What an entry moved on an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The account's number.
    pub account: i64,
    /// The entry's place.
    pub seq: i64,
    /// The day it counts on.
    pub date: Date,
    /// What was used.
    pub used: i64,
    /// What was reserved.
    pub reserved: i64,
    /// What the account holds as used, after it.
    pub used_after: i64,
    /// What the account holds as reserved, after it.
    pub reserved_after: i64,
    /// The lowest amount that limited it, if it is a draw.
    pub tightest: Option<i64>,
}

/// What is kept beside an entry, so that open reservations are told without reading what was asked
/// for. It follows from the entries and is not hashed; to verify is to tell it anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Aside {
    /// The last day a reservation is held, if it has one.
    pub until: Option<Date>,
    /// Units reserved after it, of the reservation that was made or that it is about.
    pub held: Option<i64>,
}

/// What a page adds. Sums by day and open reservations follow from it, and are brought up when a
/// block is sealed: an entry costs no more writing than it must.
#[derive(Debug, Default)]
pub struct Changes {
    /// Entries.
    pub entries: Vec<(Stored, Aside)>,
    /// What they moved.
    pub lines: Vec<Line>,
    /// Accounts as they stand after it.
    pub accounts: Vec<AccountRow>,
    /// Limits set.
    pub limits: Vec<(i64, i64, SetLimit)>,
}

impl Changes {
    /// The accounts that each entry moved, as numbers one after another: whoever sums up finds its
    /// lines by them.
    pub(crate) fn moved(&self) -> Vec<Vec<u8>> {
        let mut lines = self.lines.iter().peekable();
        let moved = |(stored, _): &(Stored, Aside)| {
            let mut moved = Vec::new();
            while let Some(line) = lines.next_if(|line| line.seq == stored.seq) {
                moved.extend(line.account.to_le_bytes());
            }
            moved
        };
        self.entries.iter().map(moved).collect()
    }
}

/// The accounts of which entries tell that they moved something.
///
/// # Errors
///
/// When what is told is no list of accounts.
pub(crate) fn moved_accounts<'m>(moved: impl Iterator<Item = &'m [u8]>) -> Result<Vec<i64>, Error> {
    let mut accounts = std::collections::BTreeSet::new();
    for moved in moved {
        let (each, rest) = moved.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(Error::Damaged(
                "an entry does not tell what accounts it moved".to_owned(),
            ));
        }
        accounts.extend(each.iter().map(|bytes| i64::from_le_bytes(*bytes)));
    }
    Ok(accounts.into_iter().collect())
}

/// What was found when a page was begun.
#[derive(Debug)]
pub struct Found {
    /// When the last entry was recorded, in microseconds since 1970; the least number if there is
    /// none.
    pub last: i64,
    /// The entries entered before.
    pub entries: Vec<Stored>,
    /// The accounts, in the order they were asked for.
    pub accounts: Vec<AccountRow>,
}

/// A place where a ledger is kept.
pub trait Store: Send {
    /// Does work on a page and keeps it whole, or, when the work fails, not at all.
    ///
    /// # Errors
    ///
    /// The work's, or the store's.
    fn write(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Does the work of sealing, while no page is being written.
    ///
    /// # Errors
    ///
    /// The work's, or the store's.
    fn sealing(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Page) -> Result<(), Error>,
    ) -> Result<(), Error> {
        // Where writers take turns, a page is enough.
        self.write(work)
    }

    /// Reads, all as of one moment.
    ///
    /// # Errors
    ///
    /// The work's, or the store's.
    fn read(
        &mut self,
        work: &mut dyn FnMut(&mut dyn Reader) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// Sets how many pages it may have: for trying what happens when it cannot grow.
    ///
    /// # Errors
    ///
    /// The store's, or when it has no such limit.
    fn limit_pages(&mut self, pages: u32) -> Result<(), Error> {
        Err(Error::Other(format!(
            "this ledger cannot be held to {pages} pages: a file can"
        )))
    }

    /// Writes a copy to a new file, while others go on writing.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or the store has tools of its own for it.
    fn backup(&mut self, to: &std::path::Path) -> Result<(), Error>;
}

/// A page being written: what others write waits for the accounts it has asked for.
pub trait Page {
    /// What entries of these ids were entered before, and the accounts of these keys, as `accounts`
    /// gives them: asked for together.
    ///
    /// # Errors
    ///
    /// The store's.
    fn found(&mut self, ids: &[&str], keys: &[(&str, &Account)]) -> Result<Found, Error>;

    /// The accepted entries about these reservations, in order; others that would add to them wait.
    ///
    /// # Errors
    ///
    /// The store's.
    fn followers(&mut self, of: &[i64]) -> Result<Vec<Stored>, Error>;

    /// The accounts of these keys, made where there are none; others that ask for them wait.
    ///
    /// # Errors
    ///
    /// The store's.
    fn accounts(&mut self, keys: &[(&str, &Account)]) -> Result<Vec<AccountRow>, Error>;

    /// What moved on an account, by day.
    ///
    /// # Errors
    ///
    /// The store's.
    fn days(&mut self, account: i64) -> Result<Vec<(Date, Day)>, Error>;

    /// The limits set for an account, in the order they were entered.
    ///
    /// # Errors
    ///
    /// The store's.
    fn limits(&mut self, account: i64) -> Result<Vec<SetLimit>, Error>;

    /// Places for new entries, each after all places given for the accounts asked for.
    ///
    /// # Errors
    ///
    /// The store's.
    fn places(&mut self, count: usize) -> Result<Vec<i64>, Error>;

    /// Adds.
    ///
    /// # Errors
    ///
    /// The store's.
    fn append(&mut self, changes: Changes) -> Result<(), Error>;

    /// Keeps a paper under its digest; one that is there already stays.
    ///
    /// # Errors
    ///
    /// The store's.
    fn keep_paper(&mut self, digest: &str, kind: &str, body: &[u8]) -> Result<(), Error>;

    /// What is not sealed: the last block, and the place and digest of each entry after it, in order.
    ///
    /// # Errors
    ///
    /// The store's.
    fn unsealed(&mut self, each: &mut dyn FnMut(i64, &Digest)) -> Result<Option<Block>, Error>;

    /// After entries were added at places of their own: the next place is after this one.
    ///
    /// # Errors
    ///
    /// The store's.
    fn placed(&mut self, last: i64) -> Result<(), Error>;

    /// Brings sums by day and open reservations up to the last entry. Until then they are told from
    /// the entries since.
    ///
    /// # Errors
    ///
    /// The store's.
    fn sum_up(&mut self) -> Result<(), Error>;

    /// Adds a block.
    ///
    /// # Errors
    ///
    /// The store's.
    fn seal(&mut self, block: &Block) -> Result<(), Error>;
}

/// An account as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account, with its holder as first written.
    pub account: Account,
    /// The key it is filed under.
    pub key: String,
    /// What it holds.
    pub row: AccountRow,
}

/// What is told of each paper: its digest, its kind and its body.
pub type EachPaper<'e> = dyn FnMut(&str, &str, &[u8]) -> Result<(), Error> + 'e;

/// What is read.
pub trait Reader {
    /// All accounts, in the order of their keys; with a measure, those of it.
    ///
    /// # Errors
    ///
    /// The store's.
    fn accounts(&mut self, measure: Option<&str>) -> Result<Vec<Listed>, Error>;

    /// The account of a key.
    ///
    /// # Errors
    ///
    /// The store's.
    fn account(&mut self, key: &str) -> Result<Option<Listed>, Error>;

    /// What moved on an account, by day and stretch of places, in that order.
    ///
    /// # Errors
    ///
    /// The store's.
    fn stretches(&mut self, account: i64) -> Result<Vec<(Date, i64, Day)>, Error>;

    /// What moved on an account, by day.
    ///
    /// # Errors
    ///
    /// The store's.
    fn days(&mut self, account: i64) -> Result<Vec<(Date, Day)>, Error> {
        Ok(by_day(self.stretches(account)?))
    }

    /// The limits set for an account with the places of their entries.
    ///
    /// # Errors
    ///
    /// The store's.
    fn limits(&mut self, account: i64) -> Result<Vec<(i64, SetLimit)>, Error>;

    /// The place of the last entry recorded at or before a moment; zero when there is none.
    ///
    /// # Errors
    ///
    /// The store's.
    fn place_at(&mut self, recorded: i64) -> Result<i64, Error>;

    /// The last line of an account at or before a place.
    ///
    /// # Errors
    ///
    /// The store's.
    fn line_at(&mut self, account: i64, place: i64) -> Result<Option<Line>, Error>;

    /// The lines of an account in order, from after one place up to another.
    ///
    /// # Errors
    ///
    /// The store's.
    fn lines(
        &mut self,
        account: i64,
        after: i64,
        upto: i64,
        each: &mut dyn FnMut(Line),
    ) -> Result<(), Error>;

    /// The last lines of an account before a place, newest first.
    ///
    /// # Errors
    ///
    /// The store's.
    fn newest(&mut self, account: i64, before: i64, count: usize) -> Result<Vec<Line>, Error>;

    /// Entries in order, from after a place.
    ///
    /// # Errors
    ///
    /// The store's, or that of `each`, which stops it.
    fn entries(
        &mut self,
        after: i64,
        each: &mut dyn FnMut(Stored) -> Result<(), Error>,
    ) -> Result<(), Error>;

    /// The entry of an id.
    ///
    /// # Errors
    ///
    /// The store's.
    fn entry(&mut self, id: &str) -> Result<Option<Stored>, Error>;

    /// The entry at a place.
    ///
    /// # Errors
    ///
    /// The store's.
    fn at(&mut self, seq: i64) -> Result<Option<Stored>, Error>;

    /// The accepted entries about a reservation, in order.
    ///
    /// # Errors
    ///
    /// The store's.
    fn followers(&mut self, of: i64) -> Result<Vec<Stored>, Error>;

    /// The open reservations, with the last day they are held, in order.
    ///
    /// # Errors
    ///
    /// The store's.
    fn open(&mut self) -> Result<Vec<(i64, Option<Date>)>, Error>;

    /// The blocks in order.
    ///
    /// # Errors
    ///
    /// The store's.
    fn blocks(&mut self) -> Result<Vec<Block>, Error>;

    /// A paper by its digest: its kind and its body.
    ///
    /// # Errors
    ///
    /// The store's.
    fn paper(&mut self, digest: &str) -> Result<Option<(String, Vec<u8>)>, Error>;

    /// Every paper: its digest, its kind and its body.
    ///
    /// # Errors
    ///
    /// The store's, or that of `each`, which stops it.
    fn papers(&mut self, each: &mut EachPaper<'_>) -> Result<(), Error>;

    /// Every line of every account, by account and place.
    ///
    /// # Errors
    ///
    /// The store's.
    fn all_lines(&mut self, each: &mut dyn FnMut(Line)) -> Result<(), Error>;

    /// Whether the store finds itself whole; what it says otherwise.
    ///
    /// # Errors
    ///
    /// The store's.
    fn check(&mut self) -> Result<Vec<String>, Error>;
}
