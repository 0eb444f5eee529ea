//! Whether the ledger is right, recomputed from its entries.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::extract::Caller;
use crate::app::Shared;
use crate::people::Action;
use crate::problem::Problem;

/// A fault.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultTold {
    /// The place of the first entry it shows at.
    seq: Option<i64>,
    /// That entry's id.
    id: Option<String>,
    /// What is wrong.
    what: String,
}

/// What was checked, and what was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Verified)]
pub struct VerifiedTold {
    /// Whether no fault was found.
    right: bool,
    /// Entries.
    entries: u64,
    /// Of them refused.
    refused: u64,
    /// Accounts.
    accounts: u64,
    /// Blocks.
    blocks: u64,
    /// Papers.
    papers: u64,
    /// Entries after the last block.
    unsealed: u64,
    /// The hash of the last block.
    head: Option<String>,
    /// Faults, the first entry's first.
    faults: Vec<FaultTold>,
}

/// Check the whole ledger
///
/// Every balance is recomputed from the entries by a path of its own, and every hash checked. It takes
/// time in proportion to the ledger.
///
/// # Errors
///
/// The ledger cannot be read, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/ledger/verify",
    tag = "ledger",
    responses((status = 200, description = "What was found", body = VerifiedTold))
)]
pub async fn verify(
    State(app): State<Shared>,
    Caller(who): Caller,
) -> Result<Json<VerifiedTold>, Problem> {
    who.must(Action::ReadLedger)?;
    let found = app
        .work(|app| {
            let check = |reader: &mut dyn tiergate_ledger::store::Reader| {
                tiergate_ledger::verify(reader, None, &mut |_| {})
            };
            Ok(app.ledger.read(check)?)
        })
        .await?;
    let faults = found.faults.into_iter().map(|fault| FaultTold {
        seq: fault.seq,
        id: fault.id,
        what: fault.what,
    });
    let faults: Vec<FaultTold> = faults.collect();
    Ok(Json(VerifiedTold {
        right: faults.is_empty(),
        entries: found.entries,
        refused: found.refused,
        accounts: found.accounts,
        blocks: found.blocks,
        papers: found.papers,
        unsealed: found.unsealed,
        head: found.head,
        faults,
    }))
}
