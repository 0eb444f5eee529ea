//! Cases registered, and what happens in them.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tiergate_cases::{Application, Basis, Concession, Kind, What};
use utoipa::ToSchema;

use super::told::{CaseTold, case};
use crate::api::extract::{Caller, Json, Path};
use crate::api::once::Names;
use crate::app::Shared;
use crate::casework::{self, Act, Asked, Found, When};
use crate::people::Action;
use crate::problem::Problem;

/// What a case is registered with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCase)]
pub struct New {
    /// license, nac, validated-end-user, classification, advisory-opinion, agreement, report.
    #[schema(value_type = String)]
    kind: Kind,
    /// A line for people.
    #[schema(min_length = 1, max_length = 300)]
    title: String,
    /// The company applied for; an applicant's own when it is left out.
    #[serde(default)]
    applicant: Option<String>,
    /// The order it is about: decided when it is registered, and the basis of an approval.
    #[serde(default)]
    #[schema(value_type = Option<crate::api::description::Order>)]
    order: Option<Box<RawValue>>,
    /// The destination or partner, two capital letters; the order's when it is left out.
    #[serde(default)]
    #[schema(pattern = "^[A-Z]{2}$")]
    country: Option<String>,
    /// Units; the order's when it is left out.
    #[serde(default)]
    quantity: Option<u64>,
    /// Value in whole U.S. dollars; the order's when it is left out.
    #[serde(default)]
    value_usd: Option<u64>,
    /// Whether the items are those for which the law may state a shorter validity.
    #[serde(default)]
    a_items: Option<bool>,
    /// The step of the law by which the request is decided or due, where there are several.
    #[serde(default)]
    asks: Option<String>,
    /// What an agreement unlocks.
    #[serde(default)]
    unlocks: Vec<String>,
    /// What the partner concedes: id, says, due.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    concessions: Vec<Concession>,
}

/// Register a case
///
/// The order it is about is decided then; its lane, quantity, value and destination come from it.
///
/// # Errors
///
/// What of it is wrong.
#[utoipa::path(
    post,
    path = "/cases",
    tag = "cases",
    request_body = New,
    responses((status = 201, description = "The case", body = CaseTold))
)]
pub async fn register(
    State(app): State<Shared>,
    Caller(who): Caller,
    names: Names,
    Json(new): Json<New>,
) -> Result<Response, Problem> {
    if !who.may(Action::WorkCases) {
        who.must(Action::Apply)?;
    }
    let id = names.name("registered")?;
    let told = app
        .work(move |app| {
            let asked = Asked {
                application: Application {
                    kind: new.kind,
                    title: new.title,
                    applicant: new.applicant.unwrap_or_default(),
                    country: new.country,
                    order: None,
                    decision: None,
                    lane: None,
                    quantity: new.quantity,
                    value_usd: new.value_usd,
                    a_items: new.a_items,
                    missing: Vec::new(),
                    asks: new.asks,
                    unlocks: new.unlocks,
                    concessions: new.concessions,
                },
                order: new.order.map(|order| order.get().to_owned()),
            };
            let read = casework::register(app, &who.person, asked, &id, When::now(app))?;
            let found = Found {
                read,
                person: who.person,
            };
            Ok(case(&found, app.today()))
        })
        .await?;
    Ok((StatusCode::CREATED, Answer(told)).into_response())
}

/// What happens in a case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewEvent)]
pub struct Happens {
    /// What happens.
    #[schema(value_type = crate::api::description::What)]
    what: What,
    /// What it rests on: cite, says.
    #[serde(default)]
    #[schema(value_type = Vec<Object>)]
    basis: Vec<Basis>,
}

/// An event as it was entered.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventEntered)]
pub struct EnteredTold {
    /// The case.
    case: String,
    /// The event's id.
    id: String,
    /// Its place in the case; for an applicant, among the events it may be told of.
    version: u64,
    /// Its hash.
    hash: String,
}

/// Enter what happens in a case
///
/// Who acts, the day and the moment are the desk's to say. What draws on the ledger is held there
/// first, all or none.
///
/// # Errors
///
/// What may not be, with what would be right.
#[utoipa::path(
    post,
    path = "/cases/{id}/events",
    tag = "cases",
    params(("id" = String, Path, description = "The case's number")),
    request_body = Happens,
    responses(
        (status = 201, description = "It is entered", body = EnteredTold),
        (status = 404, description = "There is no such case that whoever asks may see", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "A limit of the ledger would be passed, or the case has moved on", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "It may not be: why, and what would be right", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn enter(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(case): Path<String>,
    names: Names,
    Json(happens): Json<Happens>,
) -> Result<Response, Problem> {
    if !who.may(Action::WorkCases) {
        who.must(Action::Apply)?;
    }
    if matches!(happens.what, What::DocumentAttached { .. }) {
        return Err(Problem::at(
            "/what",
            "a document is attached where it is uploaded: on the page of the case",
        ));
    }
    let id = names.name("event")?;
    let told = app
        .work(move |app| {
            let act = Act {
                id,
                what: happens.what,
                basis: happens.basis,
            };
            let entered = casework::enter(app, &who.person, &case, act, When::now(app))?;
            Ok(EnteredTold {
                case,
                id: entered.id,
                version: entered.version,
                hash: entered.hash,
            })
        })
        .await?;
    Ok((StatusCode::CREATED, Answer(told)).into_response())
}
