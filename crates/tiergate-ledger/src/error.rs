//! What can stop the ledger. A refusal is no error: it is an answer.

use thiserror::Error;

/// Why nothing was entered.
#[derive(Debug, Clone, Error)]
pub enum Error {
    /// An entry that cannot be: the place is its id.
    #[error("entry `{id}`: {what}")]
    Invalid {
        /// The entry's id.
        id: String,
        /// What is wrong and what would be right.
        what: String,
    },
    /// An id that was used for another entry.
    #[error(
        "the id `{id}` was used on {date} for another entry ({kind}); an id names one entry for good, so \
         give this one its own"
    )]
    Conflict {
        /// The id.
        id: String,
        /// The date of the other entry.
        date: jiff::civil::Date,
        /// Its kind.
        kind: &'static str,
    },
    /// Others kept the database busy for too long.
    #[error("the ledger is busy: {0}; nothing was entered, try again")]
    Busy(String),
    /// The database cannot grow.
    #[error("the ledger cannot grow: {0}; nothing was entered, and what is there is kept")]
    Full(String),
    /// What is kept is not what was written.
    #[error("the ledger is damaged: {0}; run `tiergate ledger verify`, and restore a backup")]
    Damaged(String),
    /// There is no ledger there, or what is there is something else.
    #[error("{0}")]
    NotALedger(String),
    /// The database is of another make.
    #[error("{0}")]
    Other(String),
    /// The database cannot be reached or does not answer.
    #[error("the database: {0}")]
    Store(String),
}

impl Error {
    pub(crate) fn invalid(id: &str, what: impl Into<String>) -> Self {
        Error::Invalid {
            id: id.to_owned(),
            what: what.into(),
        }
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        use rusqlite::ffi::{SQLITE_IOERR_CORRUPTFS, SQLITE_IOERR_SHORT_READ, SQLITE_IOERR_WRITE};
        let said = error.to_string();
        // A value that is not of the kind its column keeps was not written by a ledger.
        if matches!(
            error,
            rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::IntegralValueOutOfRange(..)
                | rusqlite::Error::Utf8Error(..)
        ) {
            return Error::Damaged(said);
        }
        // Past a quota or a limit of the system a file cannot be written; a full disk has its own
        // code.
        match error.sqlite_error().map(|e| e.extended_code) {
            Some(SQLITE_IOERR_WRITE) => {
                return Error::Full(format!("{said}: it cannot be written"));
            }
            Some(SQLITE_IOERR_SHORT_READ | SQLITE_IOERR_CORRUPTFS) => return Error::Damaged(said),
            _ => {}
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull | ErrorCode::TooBig) => Error::Full(said),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Error::Busy(said),
            Some(ErrorCode::DatabaseCorrupt) => Error::Damaged(said),
            // The statements are the program's own: what they name is there in every ledger.
            Some(ErrorCode::Unknown) | None
                if said.starts_with("no such") || said == "unsupported file format" =>
            {
                Error::Damaged(said)
            }
            Some(ErrorCode::NotADatabase) => Error::NotALedger(format!("not a ledger: {said}")),
            _ => Error::Store(said),
        }
    }
}

impl From<tokio_postgres::Error> for Error {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let said = match error.as_db_error() {
            Some(db) => format!("{}: {}", db.severity(), db.message()),
            None => error.to_string(),
        };
        match error.code() {
            Some(&SqlState::DISK_FULL) => Error::Full(said),
            Some(
                &SqlState::T_R_SERIALIZATION_FAILURE
                | &SqlState::T_R_DEADLOCK_DETECTED
                | &SqlState::LOCK_NOT_AVAILABLE
                | &SqlState::UNIQUE_VIOLATION,
            ) => Error::Busy(said),
            Some(&SqlState::DATA_CORRUPTED | &SqlState::INDEX_CORRUPTED) => Error::Damaged(said),
            _ => Error::Store(said),
        }
    }
}
