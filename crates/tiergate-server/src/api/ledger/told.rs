//! Accounts and entries in JSON.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::Value;
use tiergate_ledger::Receipt;
use tiergate_ledger::store::Stored;
use utoipa::ToSchema;

use crate::ledgerwork;
use crate::problem::Problem;

/// A moment from microseconds since 1970.
pub fn moment(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// An entry as it is kept.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Entry)]
pub struct EntryTold {
    /// Its maker's id.
    id: String,
    /// Its place in the ledger.
    seq: i64,
    /// reserve, ship, release, expire, return, correct, limit, done.
    kind: &'static str,
    /// The day it happens on.
    date: Date,
    /// When it was recorded.
    recorded: Timestamp,
    /// Whether it was accepted; a refusal is on record too.
    accepted: bool,
    /// The entry as it was asked for.
    #[schema(value_type = Object)]
    entry: Value,
    /// The answer: the limits as they were read, or every reason of the refusal.
    #[schema(value_type = Object)]
    answer: Value,
    /// What all of it hashes to.
    digest: String,
}

impl EntryTold {
    /// An entry as it is told.
    ///
    /// # Errors
    ///
    /// What is kept cannot be read.
    pub fn of(stored: &Stored) -> Result<EntryTold, Problem> {
        let read = |text: &str| serde_json::from_str(text).map_err(|e| Problem::internal(&e));
        let digest = stored.digest.iter().map(|byte| format!("{byte:02x}"));
        Ok(EntryTold {
            id: stored.id.clone(),
            seq: stored.seq,
            kind: stored.kind.word(),
            date: stored.date,
            recorded: moment(stored.recorded),
            accepted: stored.accepted,
            entry: read(&stored.request)?,
            answer: read(&stored.answer)?,
            digest: digest.collect(),
        })
    }
}

/// What became of an entry.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Receipt)]
pub struct ReceiptTold {
    /// The entry's id.
    id: String,
    /// Its place in the ledger.
    seq: i64,
    /// When it was recorded.
    recorded: Timestamp,
    /// Whether it was entered before, and this is the first answer.
    again: bool,
    /// The limits as they were read.
    #[schema(value_type = Object)]
    answer: Value,
}

impl ReceiptTold {
    /// The receipt of an accepted entry.
    ///
    /// # Errors
    ///
    /// Every reason for which it was refused.
    pub fn of(receipt: Receipt) -> Result<ReceiptTold, Problem> {
        if let tiergate_ledger::Answer::Refused(reasons) = &receipt.answer {
            return Err(ledgerwork::refused(reasons));
        }
        Ok(ReceiptTold {
            answer: serde_json::to_value(&receipt.answer).map_err(|e| Problem::internal(&e))?,
            id: receipt.id,
            seq: receipt.seq,
            recorded: moment(receipt.recorded),
            again: receipt.again,
        })
    }
}
