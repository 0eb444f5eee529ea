//! Where cases are kept: one set of rules over any of them.
//!
//! A store keeps the events of cases in order, each at most once by its id, and takes one in only
//! on the version it was made on. Its tables have names of their own, so that one database can hold
//! a ledger and cases.

mod memory;
mod postgres;
mod sqlite;

pub use memory::Memory;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

use crate::act::What;
use crate::chain::{Hash, Logged, check_chain, link};
use crate::error::Error;
use crate::event::Event;

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The event with its place.
    pub logged: Logged,
    /// Whether it was kept before, and this is the first answer again.
    pub again: bool,
}

/// The last event of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The case.
    pub case: String,
    /// Its version.
    pub version: u64,
    /// The hash of its last event.
    pub hash: Hash,
}

/// A place where cases are kept.
pub trait Store: Send {
    /// Keeps an event behind so many of its case, or tells that it was kept before.
    ///
    /// # Errors
    ///
    /// [`Error::Moved`] when the case has another version, [`Error::Conflict`] when the id names
    /// another event; nothing is kept then. Else the store's.
    fn append(&mut self, event: &Event, expected: u64) -> Result<Kept, Error>;

    /// The events of a case in order; none when there is no such case.
    ///
    /// # Errors
    ///
    /// The store's, or what of it cannot be read.
    fn log(&mut self, case: &str) -> Result<Vec<Logged>, Error>;

    /// The names of all cases, in the order they were registered.
    ///
    /// # Errors
    ///
    /// The store's.
    fn cases(&mut self) -> Result<Vec<String>, Error>;

    /// The last event of every case, in the order they were registered.
    ///
    /// # Errors
    ///
    /// The store's.
    fn heads(&mut self) -> Result<Vec<Head>, Error> {
        let mut heads = Vec::new();
        for case in self.cases()? {
            if let Some(last) = self.log(&case)?.pop() {
                heads.push(Head {
                    case,
                    version: last.version,
                    hash: last.hash,
                });
            }
        }
        Ok(heads)
    }

    /// The events of a case behind so many, in order.
    ///
    /// # Errors
    ///
    /// The store's, or what of it cannot be read.
    fn log_after(&mut self, case: &str, version: u64) -> Result<Vec<Logged>, Error> {
        let mut log = self.log(case)?;
        log.retain(|logged| logged.version > version);
        Ok(log)
    }

    /// The event of an id.
    ///
    /// # Errors
    ///
    /// The store's.
    fn event(&mut self, id: &str) -> Result<Option<Logged>, Error>;

    /// What is wrong with what is kept; nothing, when it is whole.
    ///
    /// # Errors
    ///
    /// The store's.
    fn verify(&mut self) -> Result<Vec<String>, Error> {
        let mut faults = Vec::new();
        for case in self.cases()? {
            match self.log(&case) {
                Ok(log) => faults.extend(check_chain(&case, &log)),
                Err(Error::Damaged(what)) => faults.push(what),
                Err(other) => return Err(other),
            }
        }
        Ok(faults)
    }
}

impl std::fmt::Debug for dyn Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a store of cases")
    }
}

/// What to do with an event, told by the event of its id and the last of its case.
fn decide(
    event: &Event,
    expected: u64,
    same_id: Option<Logged>,
    last: Option<&Logged>,
) -> Result<Kept, Error> {
    if let Some(logged) = same_id {
        // A retry may be made at another moment; what it says is the same.
        let same = Event {
            at: event.at,
            ..logged.event.clone()
        };
        return match same == *event {
            true => Ok(Kept {
                logged,
                again: true,
            }),
            false => Err(Error::Conflict {
                id: event.id.clone(),
                case: logged.event.case,
            }),
        };
    }
    let found = last.map_or(0, |l| l.version);
    if found != expected {
        return Err(Error::Moved {
            case: event.case.clone(),
            expected,
            found,
        });
    }
    Ok(Kept {
        logged: link(event.clone(), last)?,
        again: false,
    })
}

/// The last event of every case, in the order of their first, as both databases are asked for it.
const HEADS: &str = "SELECT e.case_id, e.version, e.hash FROM case_events e JOIN \
    (SELECT case_id, max(version) AS version, min(seq) AS first FROM case_events GROUP BY case_id) n \
    ON n.case_id = e.case_id AND n.version = e.version ORDER BY n.first";

/// A head as a row gives it.
fn head(case: String, version: i64, hash: Hash) -> Result<Head, Error> {
    match u64::try_from(version) {
        Ok(version) => Ok(Head {
            case,
            version,
            hash,
        }),
        Err(_) => Err(Error::Damaged(format!("case `{case}`, event {version}"))),
    }
}

/// An event as a row gives it.
fn logged(
    case: &str,
    version: i64,
    text: String,
    previous: String,
    hash: String,
) -> Result<Logged, Error> {
    let place = || format!("case `{case}`, event {version}");
    let event = Event::read(&text).map_err(|e| Error::Damaged(format!("{}: {e}", place())))?;
    let version = u64::try_from(version).map_err(|_| Error::Damaged(place()))?;
    Ok(Logged {
        version,
        event,
        text,
        previous,
        hash,
    })
}

/// The case that issued the license of a number. Every case is looked at: this is asked rarely.
///
/// ```
/// use tiergate_cases::store::{Memory, issued_by};
/// assert_eq!(issued_by(&mut Memory::default(), "D1").unwrap(), None);
/// ```
///
/// # Errors
///
/// The store's.
pub fn issued_by(store: &mut dyn Store, number: &str) -> Result<Option<String>, Error> {
    let issues = |what: &What| matches!(what, What::Issued { number: n, .. } if n == number);
    for case in store.cases()? {
        let log = store.log(&case)?;
        if log.iter().any(|logged| issues(&logged.event.what)) {
            return Ok(Some(case));
        }
    }
    Ok(None)
}
