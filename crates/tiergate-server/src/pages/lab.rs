//! The lab: laws chosen and rehearsed, how far a run is, and what came of it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use tiergate_lab::{Known, Parameter, Regime, built_in, regimes};

use super::{Shell, Visit, show};
use crate::app::Shared;
use crate::guard::form::Signed;
use crate::guard::{Who, door};
use crate::lab::kept::{self, DAYS_KEPT, QUANTILES, REPORT, Run, State as Stands, TABLE};
use crate::lab::{self, Told, Wanted};
use crate::people::Action;
use crate::port::Fault;
use crate::problem::Problem;

/// A report styles itself and asks for nothing else.
const REPORT_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; \
     base-uri 'none'; frame-ancestors 'none'";

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/lab", get(page).post(send))
        .route("/lab/{id}", get(run))
        .route("/lab/{id}/stop", post(stop))
        .route("/lab/{id}/report", get(report))
        .route("/lab/{id}/quantiles.csv", get(quantiles))
}

/// What the form says, as it was written.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
struct Given {
    law: Vec<String>,
    draws: String,
    seed: String,
    until: String,
    spread: String,
    settings: String,
    series_only: bool,
}

impl Default for Given {
    fn default() -> Self {
        let of = Wanted::default();
        Given {
            law: Vec::new(),
            draws: of.draws.to_string(),
            seed: of.seed.to_string(),
            until: of.until,
            spread: "calibrated".to_owned(),
            settings: String::new(),
            series_only: false,
        }
    }
}

impl Given {
    /// What is asked of the lab.
    fn wanted(&self) -> Result<Wanted, Vec<Fault>> {
        let mut wrong = Vec::new();
        let mut number = |name: &str, text: &str| {
            text.trim().replace(',', "").parse().unwrap_or_else(|_| {
                wrong.push(Fault {
                    at: format!("/{name}"),
                    what: format!("`{}` is no whole number", text.trim()),
                });
                0
            })
        };
        let (draws, seed) = (number("draws", &self.draws), number("seed", &self.seed));
        let lines = self.settings.lines().map(str::trim);
        let wanted = Wanted {
            laws: self.law.clone(),
            draws,
            seed,
            until: self.until.trim().to_owned(),
            settings: lines.filter(|l| !l.is_empty()).map(str::to_owned).collect(),
            prior: self.spread == "prior",
            series_only: self.series_only,
        };
        // What was no number is told as that alone.
        if let Err(faults) = wanted.asked() {
            let told: Vec<String> = wrong.iter().map(|f| f.at.clone()).collect();
            wrong.extend(faults.into_iter().filter(|f| !told.contains(&f.at)));
        }
        match wrong.is_empty() {
            true => Ok(wanted),
            false => Err(wrong),
        }
    }
}

#[derive(Template)]
#[template(path = "lab/page.html")]
struct Page {
    shell: Shell,
    first: Option<Regime>,
    others: Vec<Regime>,
    parameters: Vec<Parameter>,
    given: Given,
    wrong: Vec<Fault>,
    runs: Vec<Run>,
    days: i64,
}

impl Page {
    /// What is wrong in a place, or below it.
    fn wrong(&self, place: &str) -> Vec<&str> {
        let at = |fault: &&Fault| {
            fault
                .at
                .strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.wrong
            .iter()
            .filter(at)
            .map(|f| f.what.as_str())
            .collect()
    }

    /// What is wrong in no place of the form.
    fn whole(&self) -> Vec<&str> {
        let whole = self.wrong.iter().filter(|fault| fault.at.is_empty());
        whole.map(|f| f.what.as_str()).collect()
    }

    fn holds(&self, law: &str) -> bool {
        self.given.law.iter().any(|l| l == law)
    }

    fn assumed(&self, parameter: &Parameter) -> bool {
        parameter.known == Known::Assumed
    }
}

/// The form as it was filled in, with what is wrong with it.
async fn asked(
    app: &Shared,
    who: &Who,
    given: Given,
    wrong: Vec<Fault>,
) -> Result<Response, Problem> {
    let shell = Shell::new(app, who, "/lab");
    let person = who.person.id.clone();
    let code = match wrong.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let page = app
        .work(move |app| {
            let mut all = regimes().map_err(|e| Problem::internal(&e))?.into_iter();
            let parameters = built_in::parameters().map_err(|e| Problem::internal(&e))?;
            Ok(Page {
                shell,
                first: all.next(),
                others: all.collect(),
                parameters: parameters.all().to_vec(),
                given,
                wrong,
                runs: kept::of(app, &person)?,
                days: DAYS_KEPT,
            })
        })
        .await?;
    Ok((code, show(&page)?).into_response())
}

/// The form, and one's own runs.
async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    asked(&app, &who, Given::default(), Vec::new()).await
}

/// Starts a run.
async fn send(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let wanted = match form.wanted() {
        Ok(wanted) => wanted,
        Err(wrong) => return asked(&app, &who, form, wrong).await,
    };
    let (begun, person) = (app.clone(), who.person.id.clone());
    let started = app.work(move |_| lab::start(&begun, &person, wanted)).await;
    match started {
        Ok(id) => Ok(Redirect::to(&format!("/lab/{id}")).into_response()),
        // That one's own runs have not ended is said where they stand.
        Err(problem) if problem.code() == StatusCode::CONFLICT => {
            asked(&app, &who, form, problem.faults()).await
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Template)]
#[template(path = "lab/run.html")]
struct RunPage {
    shell: Shell,
    run: Run,
    names: Vec<String>,
    left: Option<String>,
    told: Option<Told>,
}

impl RunPage {
    fn is(&self, word: &str) -> bool {
        self.run.state.word() == word
    }
}

/// Seconds in words.
fn in_words(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds.div_euclid(60) + 1),
        _ => format!("{} h", seconds.div_euclid(3_600) + 1),
    }
}

/// How far a run is, or what came of it.
async fn run(at: Visit<door::Lab>, Path(id): Path<String>) -> Result<Response, Problem> {
    let person = at.who.person.id.clone();
    at.show(move |app, shell| {
        let run = kept::find(app, &person, &id)?;
        let told = match run.state {
            Stands::Done => {
                let text = kept::file(app, &person, &id, TABLE)?;
                Some(serde_json::from_str(&text).map_err(|e| Problem::internal(&e))?)
            }
            _ => None,
        };
        let laws = run.wanted.asked()?.laws;
        Ok(RunPage {
            shell,
            names: laws
                .iter()
                .map(|law| tiergate_lab::name_of(&law.to_string()))
                .collect(),
            left: run.left(app.now()).map(in_words),
            run,
            told,
        })
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
    who.must(Action::Lab)?;
    let back = format!("/lab/{id}");
    app.work(move |app| kept::stop(app, &who.person.id, &id))
        .await?;
    Ok(Redirect::to(&back))
}

/// A report as a page of its own.
pub fn as_page(report: String) -> Response {
    let policy = HeaderValue::from_static(REPORT_POLICY);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(report)).into_response()
}

/// The report.
async fn report(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let report = app.work(move |app| kept::file(app, &who.person.id, &id, REPORT));
    Ok(as_page(report.await?))
}

/// How the draws are spread, as CSV.
async fn quantiles(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    who.must(Action::Lab)?;
    let csv = app
        .work(move |app| kept::file(app, &who.person.id, &id, QUANTILES))
        .await?;
    let headers: [(HeaderName, &str); 2] = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"quantiles.csv\"",
        ),
    ];
    Ok((headers, csv).into_response())
}
