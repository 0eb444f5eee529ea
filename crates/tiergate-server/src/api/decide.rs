//! One order decided.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;

use super::description::{Decision, Order};
use super::extract::{Caller, JsonText, Query};
use crate::app::Shared;
use crate::people::Action;
use crate::problem::Problem;

/// Under which law.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// (us | PROPOSAL)[@DATE][:text | :enforced]; without a date, the law of the order's own date.
    #[serde(default = "us")]
    #[param(default = "us", example = "us@2026-03-02:enforced")]
    pub law: String,
}

pub(super) fn us() -> String {
    "us".to_owned()
}

/// Decide one order.
///
/// # Errors
///
/// What is wrong with the order or the law, each with its place.
#[utoipa::path(
    post,
    path = "/decide",
    tag = "decide",
    params(Under),
    request_body = Order,
    responses((status = 200, description = "The decision, with every reason", body = Decision))
)]
pub async fn decide(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(under): Query<Under>,
    JsonText(order): JsonText,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let decided = app
        .work(move |app| {
            let decided = app.config.orders.decide_texts(&[order], &under.law)?;
            let one = decided.into_iter().next();
            Ok(one.ok_or_else(|| Problem::internal(&"an order without an answer"))??)
        })
        .await?;
    Ok(json(decided))
}

/// An answer that is JSON already.
pub fn json(text: String) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
