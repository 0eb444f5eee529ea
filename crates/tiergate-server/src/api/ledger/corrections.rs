//! Corrections, which need two persons: one proposes, another confirms.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::told::{ReceiptTold, moment};
use crate::api::extract::{Caller, Json, Let, Path, Query};
use crate::api::once::Names;
use crate::api::paging;
use crate::app::Shared;
use crate::guard::door;
use crate::ledgerwork::{self, AccountTold, Correction};
use crate::people::Action;
use crate::problem::Problem;

/// A correction to be proposed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCorrection)]
pub struct New {
    /// The account.
    account: AccountTold,
    /// What is added to what is used; below zero to take away.
    amount: i64,
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    why: String,
    /// The day it counts on; today when it is left out.
    #[serde(default)]
    date: Option<Date>,
}

/// A correction.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Correction)]
pub struct Told {
    /// Its id.
    id: String,
    /// The account.
    account: AccountTold,
    /// What is added to what is used.
    amount: i64,
    /// Why.
    why: String,
    /// The day it counts on.
    date: Date,
    /// When it was proposed.
    proposed: Timestamp,
    /// Who proposed it.
    proposer: String,
    /// Who confirmed it.
    confirmer: Option<String>,
    /// The place of its entry in the ledger.
    entered: Option<i64>,
    /// That it was refused, or taken back by whoever proposed it.
    refusal: Option<RefusalTold>,
}

/// That a correction was refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CorrectionRefusal)]
pub struct RefusalTold {
    /// By whom.
    by: String,
    /// When.
    at: Timestamp,
    /// Why.
    why: String,
}

impl From<Correction> for Told {
    fn from(of: Correction) -> Self {
        Told {
            id: of.id,
            account: AccountTold::of(&of.account),
            amount: of.amount,
            why: of.why,
            date: of.date,
            proposed: moment(of.proposed),
            proposer: of.proposer,
            confirmer: of.confirmer,
            entered: of.entered,
            refusal: of.refusal.map(|refusal| RefusalTold {
                by: refusal.by,
                at: moment(refusal.at),
                why: refusal.why,
            }),
        }
    }
}

/// Propose a correction of the ledger
///
/// Nothing is entered until another ledger officer confirms it.
///
/// # Errors
///
/// What of it is wrong.
#[utoipa::path(
    post,
    path = "/ledger/corrections",
    tag = "ledger",
    request_body = New,
    responses((status = 201, description = "It is proposed", body = Told))
)]
pub async fn propose(
    State(app): State<Shared>,
    Caller(who): Caller,
    names: Names,
    Json(new): Json<New>,
) -> Result<Response, Problem> {
    who.must(Action::CorrectLedger)?;
    let id = names.name("correction")?;
    let proposed = app
        .work(move |app| {
            let new = ledgerwork::New {
                account: new.account,
                amount: new.amount,
                why: new.why,
                date: new.date,
            };
            ledgerwork::propose(app, &who.person, new, &id).map(Told::from)
        })
        .await?;
    Ok((StatusCode::CREATED, Answer(proposed)).into_response())
}

/// Which corrections.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Those that wait for somebody, or those that are entered or refused.
    open: Option<bool>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
    /// What the last page told as `next`.
    after: Option<String>,
}

/// A page of corrections.
#[derive(Debug, Serialize, ToSchema)]
pub struct Corrections {
    /// The oldest first.
    corrections: Vec<Told>,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// List corrections
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/ledger/corrections",
    tag = "ledger",
    params(Which),
    responses((status = 200, description = "A page of corrections", body = Corrections))
)]
pub async fn listed(
    at: Let<door::ReadLedger>,
    Query(which): Query<Which>,
) -> Result<Answer<Corrections>, Problem> {
    let limit = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    at.tell(move |app, _| {
        let all = ledgerwork::all(app)?;
        let start = match &after {
            None => 0,
            Some(after) => all
                .iter()
                .position(|c| c.id == *after)
                .map_or(all.len(), |n| n + 1),
        };
        let fits = |c: &Correction| which.open.is_none_or(|open| open == c.open());
        let rest = all.into_iter().skip(start).filter(fits);
        let (corrections, next) =
            paging::page(rest.take(limit + 1).collect(), limit, |c| c.id.clone());
        Ok(Corrections {
            corrections: corrections.into_iter().map(Told::from).collect(),
            next,
        })
    })
    .await
}

/// Confirm a correction
///
/// Only another ledger officer than the one who proposed it may. It is entered then.
///
/// # Errors
///
/// Whoever proposed it confirms it, or the ledger refuses it.
#[utoipa::path(
    post,
    path = "/ledger/corrections/{id}/confirm",
    tag = "ledger",
    params(("id" = String, Path, description = "The correction's id")),
    responses(
        (status = 200, description = "It is entered", body = ReceiptTold),
        (status = 403, description = "Whoever proposed it does not confirm it", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such correction", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The ledger refuses it, or it was refused before", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    at: Let<door::CorrectLedger>,
    Path(id): Path<String>,
) -> Result<Answer<ReceiptTold>, Problem> {
    at.tell(move |app, who| ReceiptTold::of(ledgerwork::confirm(app, &who.person, &id)?))
        .await
}

/// Why it is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCorrectionRefusal)]
pub struct Refused {
    /// Why.
    #[schema(min_length = 1, max_length = 1000)]
    why: String,
}

/// Refuse a correction
///
/// Until it is confirmed, or when the ledger refused it. Whoever proposed it takes it back so. Nothing is
/// entered of it any more.
///
/// # Errors
///
/// It is confirmed, or no reason is given.
#[utoipa::path(
    post,
    path = "/ledger/corrections/{id}/refuse",
    tag = "ledger",
    params(("id" = String, Path, description = "The correction's id")),
    request_body = Refused,
    responses(
        (status = 200, description = "It is refused", body = Told),
        (status = 404, description = "There is no such correction", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It is confirmed", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn refuse(
    at: Let<door::CorrectLedger>,
    Path(id): Path<String>,
    Json(refused): Json<Refused>,
) -> Result<Answer<Told>, Problem> {
    at.tell(move |app, who| ledgerwork::refuse(app, &who.person, &id, &refused.why).map(Told::from))
        .await
}
