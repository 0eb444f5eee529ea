//! One case, and what happened in it.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::told::{CaseTold, EventTold, case, event};
use crate::api::extract::{Caller, Path, Query};
use crate::api::paging;
use crate::app::Shared;
use crate::casework::find;
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// Whoever sees cases at all.
fn must_see(who: &Who) -> Result<(), Problem> {
    match who.may(Action::OwnCases) {
        true => Ok(()),
        false => who.must(Action::AllCases),
    }
}

/// Tell a case
///
/// Its state, the steps of the law with their days and how each was computed, and every act with
/// whether whoever asks may do it now and why not. A case of another company is answered as none.
///
/// # Errors
///
/// There is no such case, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/cases/{id}",
    tag = "cases",
    params(("id" = String, Path, description = "The case's number")),
    responses(
        (status = 200, description = "The case", body = CaseTold),
        (status = 404, description = "There is no such case that whoever asks may see", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<Json<CaseTold>, Problem> {
    must_see(&who)?;
    let told = app
        .work(move |app| {
            let found = app.cases.with(|store| find(app, store, &who.person, &id))?;
            Ok(case(&found, app.today().max(found.read.state.last.0)))
        })
        .await?;
    Ok(Json(told))
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
    /// What the last page told as `next`.
    after: Option<String>,
}

/// A page of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct Events {
    /// In order.
    events: Vec<EventTold>,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// Tell what happened in a case
///
/// Applicants are told of what the law lets them see.
///
/// # Errors
///
/// There is no such case, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/cases/{id}/events",
    tag = "cases",
    params(("id" = String, Path, description = "The case's number"), Which),
    responses(
        (status = 200, description = "A page of events", body = Events),
        (status = 404, description = "There is no such case that whoever asks may see", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn events(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Json<Events>, Problem> {
    must_see(&who)?;
    let limit = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    let after: u64 = after.map_or(Ok(0), |place| {
        place
            .parse()
            .map_err(|_| Problem::wrong("`after` is no place in this list: send what `next` said"))
    })?;
    let page = app
        .work(move |app| {
            let found = app.cases.with(|store| find(app, store, &who.person, &id))?;
            // Counted among those that are told: how many there are besides is not.
            let later = (1u64..).zip(found.events()).filter(|(at, _)| *at > after);
            let (page, next) = paging::page(later.take(limit + 1).collect(), limit, |(at, _)| {
                at.to_string()
            });
            Ok(Events {
                events: page.into_iter().map(|(_, l)| event(&found, l)).collect(),
                next,
            })
        })
        .await?;
    Ok(Json(page))
}
