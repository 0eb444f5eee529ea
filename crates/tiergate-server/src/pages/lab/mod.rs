//! The lab: laws chosen and rehearsed, how far a run is, and what came of it.

mod form;
mod shown;

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use self::form::{Given, Page};
use self::shown::{Listed, RunPage};
use super::{Shell, Visit, show};
use crate::app::Shared;
use crate::guard::form::Signed;
use crate::guard::{Who, door};
use crate::lab::kept::{self, DAYS_KEPT, File};
use crate::lab::{self, served, whose};
use crate::people::Action;
use crate::port::Fault;
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/lab", get(page).post(send))
        .route("/lab/{id}", get(run))
        .route("/lab/{id}/stop", post(stop))
        .route("/lab/{id}/remove", post(remove))
        .route("/lab/{id}/report", get(report))
        .route("/lab/{id}/quantiles.csv", get(quantiles))
}

/// The form as it was filled in, with what is wrong with it.
async fn asked(
    app: &Shared,
    who: &Who,
    code: StatusCode,
    given: Given,
    wrong: Vec<Fault>,
) -> Result<Response, Problem> {
    let shell = Shell::new(app, who, "/lab");
    let person = who.person.id.clone();
    let page = app
        .work(move |app| {
            let runs = kept::of(app, Some(&person))?;
            let runs = runs.into_iter().map(|run| Listed::of(run, None)).collect();
            Page::new(app, shell, given, wrong, runs)
        })
        .await?;
    Ok((code, show(&page)?).into_response())
}

#[derive(Template)]
#[template(path = "lab/everybody.html")]
struct Everybody {
    shell: Shell,
    runs: Vec<Listed>,
    days: i64,
}

/// Which run the form begins with.
#[derive(Debug, Deserialize)]
struct Again {
    /// The id of a run of one's own.
    again: Option<String>,
}

/// The form, and one's own runs; of whoever tidies up, the runs of everybody.
async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(Again { again }): Query<Again>,
) -> Result<Response, Problem> {
    if who.may(Action::TidyLab) {
        let shell = Shell::new(&app, &who, "/lab");
        let page = app
            .work(move |app| {
                let people = app.people.all()?;
                let name = |id: &str| people.iter().find(|p| p.id == id).map(|p| p.name.clone());
                let runs = kept::of(app, None)?.into_iter().map(|run| {
                    let whose = name(&run.person);
                    Listed::of(run, whose)
                });
                Ok(Everybody {
                    shell,
                    runs: runs.collect(),
                    days: DAYS_KEPT,
                })
            })
            .await?;
        return show(&page);
    }
    who.must(Action::Lab)?;
    let given = match again {
        None => Given::new()?,
        Some(id) => {
            let person = who.person.id.clone();
            let run = app.work(move |app| kept::find(app, Some(&person), &id));
            Given::of(&run.await?.wanted)?
        }
    };
    asked(&app, &who, StatusCode::OK, given, Vec::new()).await
}

/// Starts a run.
async fn send(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let given = Given::read(form);
    let id = given.id()?;
    let started = match given.wanted(app.config.limits.lab_draws) {
        Err(wrong) => Err(Problem::from(wrong)),
        Ok(wanted) => {
            let (begun, person, id) = (app.clone(), who.person.id.clone(), id.clone());
            app.work(move |_| lab::start(&begun, &person, &id, &wanted))
                .await
        }
    };
    match started {
        Ok(()) => Ok(Redirect::to(&format!("/lab/{id}")).into_response()),
        // What is wrong, or in the way, is said where all that was typed still stands.
        Err(problem) => {
            let code = problem.code();
            match code {
                StatusCode::UNPROCESSABLE_ENTITY
                | StatusCode::CONFLICT
                | StatusCode::SERVICE_UNAVAILABLE => {
                    asked(&app, &who, code, given, problem.faults()).await
                }
                _ => Err(problem),
            }
        }
    }
}

/// How far a run is, or what came of it.
async fn run(at: Visit<door::Lab>, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = at.who.person.id.clone();
    at.show(move |app, shell| {
        let run = kept::find(app, Some(&person), &id)?;
        let compared = served::comparison(app, &run)?;
        Ok(RunPage::new(shell, run, compared))
    })
    .await
}

#[derive(Debug, Deserialize)]
struct Nothing {}

/// Stops a run.
async fn stop(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Redirect, Problem> {
    let back = match whose(&who)? {
        Some(_) => format!("/lab/{id}"),
        None => "/lab".to_owned(),
    };
    app.work(move |app| kept::stop(app, &who.person.id, whose(&who)?, &id))
        .await?;
    Ok(Redirect::to(&back))
}

/// Whether whoever removes a run is sure.
#[derive(Debug, Deserialize)]
struct Sure {
    #[serde(default)]
    sure: String,
}

/// Removes a run.
async fn remove(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, form }: Signed<Sure>,
) -> Result<Redirect, Problem> {
    whose(&who)?;
    if form.sure != "yes" {
        return Err(Problem::wrong(
            "what is removed cannot be read again: say that you are sure",
        ));
    }
    app.work(move |app| kept::remove(app, &who.person.id, whose(&who)?, &id))
        .await?;
    Ok(Redirect::to("/lab"))
}

/// The report, a page of its own.
async fn report(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let report = app.work(move |app| kept::file(app, &who.person.id, &id, File::Report));
    Ok(served::report(report.await?))
}

/// How the draws are spread, as CSV.
async fn quantiles(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let csv = app.work(move |app| kept::file(app, &who.person.id, &id, File::Quantiles));
    let saved = [(
        header::CONTENT_DISPOSITION,
        "attachment; filename=\"quantiles.csv\"",
    )];
    Ok((saved, served::csv(csv.await?)).into_response())
}
