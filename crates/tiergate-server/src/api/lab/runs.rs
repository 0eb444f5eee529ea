//! Runs of the lab, each with what came of it.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::api::extract::{Caller, Json, Let, Path, Query};
use crate::api::once::Names;
use crate::api::paging;
use crate::app::{App, Shared};
use crate::guard::door;
use crate::lab::kept::{self, File};
use crate::lab::{self, Comparison, Run, Wanted, served, whose};
use crate::people::Action;
use crate::problem::Problem;

/// A run.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabRun)]
pub struct Told {
    /// Its id.
    id: String,
    /// Whose it is, by the person's id.
    person: String,
    /// What was asked.
    asked: Wanted,
    /// How it stands: waiting, running, stopping, done, stopped, failed, or interrupted where the service
    /// ended before it did.
    state: &'static str,
    /// Why it failed.
    why: Option<String>,
    /// Rehearsals done.
    done: i64,
    /// Of how many.
    whole: i64,
    /// Seconds until it is done, by how long it took so far.
    seconds_left: Option<i64>,
    /// When it was asked for.
    made: Timestamp,
    /// When it began.
    began: Option<Timestamp>,
    /// When it ended.
    ended: Option<Timestamp>,
    /// The command that makes the same files.
    command: String,
}

impl Told {
    fn of(run: Run) -> Told {
        let at = |micros| Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
        Told {
            state: run.state.word(),
            seconds_left: run.left(),
            command: run.command(),
            why: (!run.why.is_empty()).then_some(run.why),
            id: run.id,
            person: run.person,
            asked: run.wanted,
            done: run.done,
            whole: run.whole,
            made: at(run.made),
            began: run.began.map(at),
            ended: run.ended.map(at),
        }
    }
}

/// A run with what came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabRunOne)]
pub struct One {
    /// The run.
    run: Told,
    /// The regimes beside one another, once it is done.
    comparison: Option<Comparison>,
}

fn one(app: &App, person: &str, id: &str) -> Result<One, Problem> {
    let run = kept::find(app, Some(person), id)?;
    Ok(One {
        comparison: served::comparison(app, &run)?,
        run: Told::of(run),
    })
}

/// Start a run
///
/// It waits until those before it have ended. It is kept for a week.
///
/// # Errors
///
/// What of it is wrong, or that too many wait.
#[utoipa::path(
    post,
    path = "/lab/runs",
    tag = "lab",
    request_body = Wanted,
    responses(
        (status = 201, description = "It waits, or runs", body = One),
        (status = 409, description = "Too many of one's own have not ended", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "What is wrong, place by place", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many wait; nothing of this was done", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn start(
    State(app): State<Shared>,
    Caller(who): Caller,
    names: Names,
    Json(wanted): Json<Wanted>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let id = names.name("run")?;
    let begun = app.clone();
    let started = app.work(move |app| {
        lab::start(&begun, &who.person.id, &id, &wanted)?;
        one(app, &who.person.id, &id)
    });
    Ok((StatusCode::CREATED, Answer(started.await?)).into_response())
}

/// Which runs.
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

/// A page of runs.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabRuns)]
pub struct Runs {
    /// The newest first.
    runs: Vec<Told>,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// List one's runs
///
/// Administrators see everybody's.
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/lab/runs",
    tag = "lab",
    params(Which),
    responses((status = 200, description = "A page of runs", body = Runs))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(which): Query<Which>,
) -> Result<Answer<Runs>, Problem> {
    whose(&who)?;
    let runs = app.work(move |app| {
        let limit = paging::limit(which.limit)?;
        let after = paging::place(which.after.as_deref())?;
        let mut all = kept::of(app, whose(&who)?)?;
        if let Some(place) = after {
            let at = all.iter().position(|run| run.id == place);
            let at = at.ok_or_else(paging::no_place)?;
            all.drain(..=at);
        }
        let (runs, next) = paging::page(all, limit, |run| run.id.clone());
        let runs = runs.into_iter().map(Told::of);
        Ok(Runs {
            runs: runs.collect(),
            next,
        })
    });
    Ok(Answer(runs.await?))
}

/// Show a run: how far it is, or the regimes beside one another
///
/// # Errors
///
/// There is none of this id that is one's own.
#[utoipa::path(
    get,
    path = "/lab/runs/{id}",
    tag = "lab",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "The run", body = One),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn shown(at: Let<door::Lab>, Path(id): Path<String>) -> Result<Answer<One>, Problem> {
    at.tell(move |app, who| one(app, &who.person.id, &id)).await
}

/// Stop a run
///
/// Of one that waits nothing is rehearsed. Administrators stop anybody's.
///
/// # Errors
///
/// There is none of this id, or it has ended.
#[utoipa::path(
    post,
    path = "/lab/runs/{id}/stop",
    tag = "lab",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 204, description = "It is stopped, or stops soon"),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "It has ended", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn stop(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    whose(&who)?;
    app.work(move |app| kept::stop(app, &who.person.id, whose(&who)?, &id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Remove a run and what came of it
///
/// One that runs is stopped. Administrators remove anybody's.
///
/// # Errors
///
/// There is none of this id.
#[utoipa::path(
    delete,
    path = "/lab/runs/{id}",
    tag = "lab",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 204, description = "It is no longer kept"),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    whose(&who)?;
    app.work(move |app| kept::remove(app, &who.person.id, whose(&who)?, &id))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Read the report of a run, one page that needs nothing else
///
/// # Errors
///
/// There is none of this id that is one's own, or it is not done.
#[utoipa::path(
    get,
    path = "/lab/runs/{id}/report",
    tag = "lab",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "The page", body = String, content_type = "text/html"),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The run is not done", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn report(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let page = app.work(move |app| kept::file(app, &who.person.id, &id, File::Report));
    Ok(served::report(page.await?))
}

/// Read how the draws of each series and month are spread: 5, 25, 50, 75 and 95 percent
///
/// # Errors
///
/// There is none of this id that is one's own, or it is not done.
#[utoipa::path(
    get,
    path = "/lab/runs/{id}/quantiles",
    tag = "lab",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 200, description = "A table", body = String, content_type = "text/csv"),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The run is not done", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn quantiles(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let csv = app.work(move |app| kept::file(app, &who.person.id, &id, File::Quantiles));
    Ok(served::csv(csv.await?))
}
