//! Corrections, which need two persons: one proposes, another confirms.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tiergate_ledger::{AMOUNT_MAX, Account, Act, Entry};
use utoipa::{IntoParams, ToSchema};

use super::told::{AccountTold, ReceiptTold, moment};
use crate::api::extract::{Caller, Json, Path, Query, at};
use crate::api::once::Names;
use crate::api::paging;
use crate::app::{App, Shared};
use crate::db::{DbError, Row, Value};
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
}

const COLUMNS: &str =
    "id, measure, holder, span, amount, why, day, proposed, proposer, confirmer, entered";

fn told(row: &Row) -> Result<Told, DbError> {
    let day = row.text(6)?;
    Ok(Told {
        id: row.text(0)?,
        account: AccountTold {
            measure: row.text(1)?,
            holder: row.text(2)?,
            span: row.text(3)?,
        },
        amount: row.int(4)?,
        why: row.text(5)?,
        date: day
            .parse()
            .map_err(|e| DbError::Damaged(format!("a day `{day}`: {e}")))?,
        proposed: moment(row.int(7)?),
        proposer: row.text(8)?,
        confirmer: row.maybe_text(9)?,
        entered: row.maybe_int(10)?,
    })
}

fn find(app: &App, id: &str) -> Result<Told, Problem> {
    let sql = format!("SELECT {COLUMNS} FROM corrections WHERE id = ?1");
    let found = app.people.db().transact(|db| {
        let row = db.row(&sql, &[id.into()])?;
        row.as_ref().map(told).transpose()
    })?;
    found.ok_or_else(|| Problem::missing(format!("there is no correction `{id}`")))
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
            let known = app.config.orders.measures();
            let account = new.account.account("/account", &known)?;
            if new.amount == 0 || new.amount.unsigned_abs() > AMOUNT_MAX {
                let what = format!(
                    "`amount` is {}: add or take away 1 to {AMOUNT_MAX}",
                    new.amount
                );
                return Err(at("/amount", what));
            }
            let why = new.why.trim();
            if why.is_empty() || why.chars().count() > 1000 {
                return Err(at("/why", "say why, in at most 1000 characters"));
            }
            let day = new.date.unwrap_or_else(|| app.today());
            let given: [Value; 9] = [
                id.clone().into(),
                account.measure.clone().into(),
                account.holder.clone().into(),
                account.span.to_string().into(),
                new.amount.into(),
                why.into(),
                day.to_string().into(),
                app.now().into(),
                who.person.id.clone().into(),
            ];
            app.people.db().transact(|db| {
                // A retry finds it there.
                let sql = "SELECT id FROM corrections WHERE id = ?1";
                if db.row(sql, &given[..1])?.is_some() {
                    return Ok(());
                }
                let sql = "INSERT INTO corrections (id, measure, holder, span, amount, why, day, \
                     proposed, proposer) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
                db.run(sql, &given).map(|_| ())
            })?;
            find(app, &id)
        })
        .await?;
    Ok((StatusCode::CREATED, Answer(proposed)).into_response())
}

/// Which corrections.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Those that nobody has confirmed, or those that are entered.
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
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(which): Query<Which>,
) -> Result<Answer<Corrections>, Problem> {
    who.must(Action::ReadLedger)?;
    let limit = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    let page = app
        .work(move |app| {
            let sql = format!("SELECT {COLUMNS} FROM corrections ORDER BY proposed, id");
            let all = app.people.db().transact(|db| {
                db.rows(&sql, &[])?
                    .iter()
                    .map(told)
                    .collect::<Result<Vec<_>, _>>()
            })?;
            let start = match &after {
                None => 0,
                Some(after) => all
                    .iter()
                    .position(|c| c.id == *after)
                    .map_or(all.len(), |n| n + 1),
            };
            let fits = |c: &Told| which.open.is_none_or(|open| open == c.entered.is_none());
            let rest = all.into_iter().skip(start).filter(fits);
            let (corrections, next) =
                paging::page(rest.take(limit + 1).collect(), limit, |c| c.id.clone());
            Ok(Corrections { corrections, next })
        })
        .await?;
    Ok(Answer(page))
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
        (status = 409, description = "The ledger refuses it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<Answer<ReceiptTold>, Problem> {
    who.must(Action::CorrectLedger)?;
    let receipt = app
        .work(move |app| confirmed(app, &id, &who.person.id))
        .await?;
    Ok(Answer(receipt))
}

fn confirmed(app: &App, id: &str, by: &str) -> Result<ReceiptTold, Problem> {
    let proposed = find(app, id)?;
    if proposed.proposer == by {
        return Err(Problem::not_allowed(
            "you proposed it: another ledger officer confirms it",
        ));
    }
    // The first to confirm stands: if the program stops here, whoever confirms again enters the same.
    app.people.db().transact(|db| {
        let sql = "UPDATE corrections SET confirmer = ?2 WHERE id = ?1 AND confirmer IS NULL";
        db.run(sql, &[id.into(), by.into()])
    })?;
    let proposed = find(app, id)?;
    let confirmer = proposed.confirmer.as_deref().unwrap_or(by);
    let span = proposed.account.span.parse();
    let span = span.map_err(|e: tiergate_ledger::ParseSpanError| Problem::internal(&e))?;
    let entry = Entry {
        id: proposed.id.clone(),
        date: proposed.date,
        by: Some(format!("{}, confirmed by {confirmer}", proposed.proposer)),
        act: Act::Correct {
            account: Account::new(proposed.account.measure, proposed.account.holder, span),
            amount: proposed.amount,
            why: proposed.why,
        },
    };
    let receipt = app.ledger.submit(entry)?;
    let seq = receipt.seq;
    let receipt = ReceiptTold::of(receipt)?;
    app.people.db().transact(|db| {
        let sql = "UPDATE corrections SET entered = ?2 WHERE id = ?1";
        db.run(sql, &[id.into(), seq.into()])
    })?;
    Ok(receipt)
}
