//! Why an event may not be, and what can stop a store.

use crate::event::Event;

/// Why something may not be done now, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct No {
    /// What was found.
    pub found: String,
    /// What would be right.
    pub right: String,
    /// The paragraph it follows from, if it follows from one.
    pub cite: Option<String>,
}

impl No {
    /// A reason, and what would be right.
    #[must_use]
    pub fn new(found: impl Into<String>, right: impl Into<String>) -> No {
        No {
            found: found.into(),
            right: right.into(),
            cite: None,
        }
    }

    /// The same, under a paragraph.
    #[must_use]
    pub fn under(mut self, cite: impl Into<String>) -> No {
        self.cite = Some(cite.into());
        self
    }

    /// The same, under a paragraph of the law where there is one.
    #[must_use]
    pub fn under_any(mut self, cite: Option<&str>) -> No {
        self.cite = cite.map(str::to_owned);
        self
    }

    /// The refusal of an event for this reason.
    #[must_use]
    pub fn of(self, event: &Event) -> Refused {
        Refused {
            case: event.case.clone(),
            event: event.id.clone(),
            act: event.what.act().word(),
            no: Box::new(self),
        }
    }
}

impl std::fmt::Display for No {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; {}", self.found, self.right)?;
        match &self.cite {
            Some(cite) => write!(f, " ({cite})"),
            None => Ok(()),
        }
    }
}

/// An event that may not be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("case `{case}`, event `{event}`, `{act}`: {no}")]
pub struct Refused {
    /// The case.
    pub case: String,
    /// The event.
    pub event: String,
    /// What it would do.
    pub act: &'static str,
    /// Why not.
    pub no: Box<No>,
}

/// What can stop the desk. A refusal of the ledger is no error of it, but an answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The event may not be.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The case is not there.
    #[error("there is no case `{0}`: register it first")]
    NoCase(String),
    /// The case has moved on.
    #[error(
        "case `{case}` has {found} events, and the event was made on {expected}; read it again and decide anew"
    )]
    Moved {
        /// The case.
        case: String,
        /// The version the event was made on.
        expected: u64,
        /// The version that is there.
        found: u64,
    },
    /// An id that names another event.
    #[error(
        "the id `{id}` names another event, of case `{case}`; an id names one event for good, so give this one its own"
    )]
    Conflict {
        /// The id.
        id: String,
        /// The case of the event it names.
        case: String,
    },
    /// The ledger refused to hold what the approval draws.
    #[error("case `{case}`: nothing was approved: {}", reasons(.refusals))]
    NotHeld {
        /// The case.
        case: String,
        /// Every reason.
        refusals: Vec<tiergate_ledger::Refusal>,
    },
    /// Others kept the database busy.
    #[error("the cases are busy: {0}; nothing was kept, try again")]
    Busy(String),
    /// What is kept is not what was written.
    #[error("the cases are damaged: {0}; restore a backup")]
    Damaged(String),
    /// The database is of another make.
    #[error("{0}")]
    Other(String),
    /// The database.
    #[error("the database: {0}")]
    Store(String),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] tiergate_ledger::Error),
}

fn reasons(all: &[tiergate_ledger::Refusal]) -> String {
    let each: Vec<String> = all.iter().map(ToString::to_string).collect();
    each.join("; ")
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let said = error.to_string();
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy(said),
            Some(ErrorCode::DatabaseCorrupt) => Error::Damaged(said),
            Some(ErrorCode::NotADatabase) => Error::Other(format!("no cases here: {said}")),
            _ => Error::Store(said),
        }
    }
}

impl From<postgres::Error> for Error {
    fn from(error: postgres::Error) -> Self {
        use postgres::error::SqlState;
        let said = match error.as_db_error() {
            Some(db) => format!("{}: {}", db.severity(), db.message()),
            None => error.to_string(),
        };
        match error.code() {
            Some(
                &SqlState::T_R_SERIALIZATION_FAILURE
                | &SqlState::T_R_DEADLOCK_DETECTED
                | &SqlState::LOCK_NOT_AVAILABLE,
            ) => Error::Busy(said),
            Some(&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED) => Error::Damaged(said),
            _ => Error::Store(said),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Error::Damaged(error.to_string())
    }
}
