//! Two laws compared: exactly, and by what they do to a file of orders.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, Json, Let, Query, bytes, media_type};
use super::port::FileForm;
use crate::app::Shared;
use crate::guard::door;
use crate::people::Action;
use crate::problem::Problem;

/// Which laws are compared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Laws {
    /// The law to start from: (us | PROPOSAL)[@DATE][:text | :enforced].
    #[schema(example = "us@2025-05-12:text")]
    pub left: String,
    /// The law to compare it with; one of the two has a date.
    #[schema(example = "us@2025-05-12:enforced")]
    pub right: String,
    /// The most changes to spell out.
    #[serde(default = "forty")]
    #[schema(default = 40, minimum = 1, maximum = 1000)]
    pub limit: u16,
}

const fn forty() -> u16 {
    40
}

fn spelled_out(limit: u16) -> Result<usize, Problem> {
    match limit {
        1..=1000 => Ok(limit.into()),
        _ => Err(Problem::wrong(format!(
            "`limit` is {limit}: ask for 1 to 1000"
        ))),
    }
}

/// Compare two laws exactly
///
/// What changes, for which items, where and under which rules, as `tiergate diff --format json` gives
/// it.
///
/// # Errors
///
/// What is wrong with the laws.
#[utoipa::path(
    post,
    path = "/diff",
    tag = "compare",
    request_body = Laws,
    responses((status = 200, description = "The difference", body = Object))
)]
pub async fn diff(
    at: Let<door::Ask>,
    Json(laws): Json<Laws>,
) -> Result<axum::Json<Value>, Problem> {
    let limit = spelled_out(laws.limit)?;
    at.tell(move |app, _| Ok(app.config.orders.diff([&laws.left, &laws.right], limit)?))
        .await
}

/// Which laws an impact is of.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FromTo {
    /// The law before: (us | PROPOSAL)[@DATE][:text | :enforced].
    #[param(example = "us")]
    pub from: String,
    /// The law after.
    #[param(example = "us:text")]
    pub to: String,
    /// The most changed orders to list.
    #[serde(default = "forty")]
    #[param(default = 40, minimum = 1, maximum = 1000)]
    pub limit: u16,
}

/// Tell what a change of law does to orders
///
/// As `tiergate impact --format json` gives it, with `unread`: the rows that cannot be read.
///
/// # Errors
///
/// What is wrong with the laws or the whole of the orders.
#[utoipa::path(
    post,
    path = "/impact",
    tag = "compare",
    params(FromTo),
    request_body(content(
        (String = "application/jsonl"),
        (String = "text/csv"),
        (Vec<super::description::Order> = "application/json"),
    ), description = "Orders"),
    responses((status = 200, description = "What changes", body = Object))
)]
pub async fn impact(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(laws): Query<FromTo>,
    request: Request,
) -> Result<axum::Json<Value>, Problem> {
    who.must(Action::Ask)?;
    let limit = spelled_out(laws.limit)?;
    let form = match media_type(request.headers()).as_deref() {
        Some("text/csv") => FileForm::Csv,
        Some("application/json") => FileForm::Json,
        Some("application/jsonl" | "application/x-ndjson") => FileForm::Jsonl,
        _ => {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "send orders as application/jsonl, text/csv or application/json",
            ));
        }
    };
    let bytes = bytes(request, &app).await?;
    let text = String::from_utf8(bytes.into());
    let text = text.map_err(|e| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            format!("the body is no UTF-8: {e}"),
        )
    })?;
    let found = app
        .work(move |app| {
            let laws = [laws.from.as_str(), laws.to.as_str()];
            Ok(app.config.orders.impact((&text, form), laws, limit)?)
        })
        .await?;
    Ok(axum::Json(found))
}
