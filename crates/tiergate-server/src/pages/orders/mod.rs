//! Orders: a file of them, decided, filtered and given back.

mod kept;
mod upload;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Multipart, Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;
use tiergate_ledger::grouped;

use self::kept::{DAYS_KEPT, File, ROWS_EACH};
use super::{Shell, percent, show};
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::port::{OrderFault, OrderFile, OrderRow, WhichLaw};
use crate::problem::Problem;

/// Rows on a page.
const ROWS_SHOWN: usize = 100;
/// Bytes of a form beside its file.
const BESIDE: usize = 1 << 16;

/// The addresses.
pub fn router(app: &Shared) -> Router<Shared> {
    let limit = DefaultBodyLimit::max(app.config.limits.upload + BESIDE);
    Router::new()
        .route("/orders", get(page).post(send).layer(limit))
        .route("/orders/{id}", get(results))
        .route("/orders/{id}/csv", get(csv))
}

#[derive(Template)]
#[template(path = "orders.html")]
struct Page {
    shell: Shell,
    laws: Vec<(String, String)>,
    assumptions: Vec<(String, String)>,
    files: Vec<File>,
    days: i64,
    most: String,
    megabytes: usize,
    wrong: Vec<String>,
}

async fn asked(app: &Shared, who: &Who, wrong: Vec<String>) -> Result<Page, Problem> {
    let shell = Shell::new(app, who, "/orders");
    let person = who.person.id.clone();
    app.work(move |app| {
        Ok(Page {
            shell,
            laws: app.config.orders.laws(),
            assumptions: app.config.orders.form().assumptions,
            files: kept::of(app, &person)?,
            days: DAYS_KEPT,
            most: grouped(ROWS_EACH as i128),
            megabytes: app.config.limits.upload >> 20,
            wrong,
        })
    })
    .await
}

/// The form, with what is wrong with the file.
async fn again(app: &Shared, who: &Who, wrong: Vec<String>) -> Result<Response, Problem> {
    let page = show(&asked(app, who, wrong).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The form, and the files decided before.
async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    show(&asked(&app, &who, Vec::new()).await?)
}

/// Decides a file.
async fn send(State(app): State<Shared>, who: Who, parts: Multipart) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let sent = match upload::read(&who, parts).await {
        Ok(sent) => sent,
        // What is wrong with the file is said beside the form; all else is no form of ours.
        Err(problem) if problem.code() == StatusCode::UNPROCESSABLE_ENTITY => {
            return again(&app, &who, vec![problem.detail]).await;
        }
        Err(problem) => return Err(problem),
    };
    let person = who.person.id.clone();
    let decided = app
        .work(move |app| {
            let told = app.config.orders.orders(&OrderFile {
                path: sent.file.path(),
                name: &sent.name,
                law: &sent.law,
                assume: &sent.assume,
                most: ROWS_EACH,
            });
            let told = match told {
                Ok(told) => told,
                Err(faults) => return Ok(Err(faults)),
            };
            let laws = app.config.orders.laws();
            let new = kept::New {
                law: in_words(&laws, &sent.law),
                assumed: sent.assume.join(", "),
                name: sent.name,
                told,
            };
            match kept::keep(app, &person, new) {
                Err(problem) if problem.code() == StatusCode::UNPROCESSABLE_ENTITY => {
                    Ok(Err(problem.faults()))
                }
                kept => kept.map(Ok),
            }
        })
        .await?;
    match decided {
        Ok(id) => Ok(Redirect::to(&format!("/orders/{id}")).into_response()),
        Err(faults) => again(&app, &who, faults.into_iter().map(|f| f.what).collect()).await,
    }
}

/// A law in words.
fn in_words(laws: &[(String, String)], law: &WhichLaw) -> String {
    let title = laws.iter().find(|(id, _)| *id == law.law);
    let title = title.map_or(law.law.as_str(), |(_, title)| title);
    let day = match law.as_of.as_str() {
        "" => "each order's date",
        day => day,
    };
    let view = match law.view.as_str() {
        "text" => "as printed",
        _ => "as enforced",
    };
    format!("{title} of {day}, {view}")
}

/// Which rows are wanted.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Filter {
    outcome: String,
    q: String,
    page: usize,
}

impl Filter {
    fn fits(&self, row: &OrderRow) -> bool {
        let words = self.q.to_lowercase();
        let answer = &row.answer;
        let has = |text: &str| text.to_lowercase().contains(&words);
        (self.outcome.is_empty() || answer.outcome == self.outcome)
            && (words.is_empty()
                || [
                    &*row.id,
                    &*row.to,
                    &answer.says,
                    &answer.missing,
                    &answer.other_view,
                    answer.light.words(),
                    // Fields by their paths too, as the CSV has them.
                    &answer.csv[1],
                ]
                .into_iter()
                .any(has))
    }

    fn address(&self, of: &str, page: usize) -> String {
        let (outcome, q) = (percent(&self.outcome), percent(self.q.trim()));
        format!("{of}?outcome={outcome}&q={q}&page={page}")
    }
}

#[derive(Template)]
#[template(path = "orders_results.html")]
struct Results {
    shell: Shell,
    file: File,
    filter: Filter,
    /// Outcomes with their counts.
    outcomes: Vec<(String, String)>,
    rows: Vec<OrderRow>,
    /// How many rows fit, and which of them are shown.
    fit: usize,
    from: usize,
    faults: Vec<OrderFault>,
}

impl Results {
    fn here(&self) -> String {
        format!("/orders/{}", self.file.id)
    }

    fn page(&self, page: usize) -> String {
        self.filter.address(&self.here(), page)
    }

    fn download(&self) -> String {
        self.filter.address(&format!("{}/csv", self.here()), 0)
    }

    /// The place of the first row shown, counted from one.
    const fn first(&self) -> usize {
        self.from + 1
    }

    /// An outcome as people say it.
    fn plain(&self, outcome: &str) -> String {
        outcome.replace('-', " ")
    }

    const fn last(&self) -> usize {
        self.from + self.rows.len()
    }

    fn counted(&self, n: impl std::borrow::Borrow<usize>) -> String {
        grouped(*n.borrow() as i128)
    }
}

/// The results of a file.
async fn results(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let shell = Shell::new(&app, &who, "/orders");
    let page = app
        .work(move |app| {
            let (file, told) = kept::find(app, &who.person.id, &id)?;
            let mut outcomes: Vec<(String, usize)> = Vec::new();
            for row in &told.rows {
                match outcomes.iter_mut().find(|(o, _)| *o == row.answer.outcome) {
                    Some((_, count)) => *count += 1,
                    None => outcomes.push((row.answer.outcome.clone(), 1)),
                }
            }
            outcomes.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let counts = outcomes.into_iter().map(|(o, n)| (o, grouped(n as i128)));
            let rows = told.rows.iter().filter(|row| filter.fits(row));
            let fit = rows.clone().count();
            let pages = fit.div_ceil(ROWS_SHOWN).max(1);
            let from = filter.page.clamp(1, pages) * ROWS_SHOWN - ROWS_SHOWN;
            Ok(Results {
                shell,
                outcomes: counts.collect(),
                rows: rows.skip(from).take(ROWS_SHOWN).cloned().collect(),
                fit,
                from,
                faults: told.faults,
                filter: Filter {
                    page: from / ROWS_SHOWN + 1,
                    ..filter
                },
                file,
            })
        })
        .await?;
    show(&page)
}

/// The rows that fit, as CSV.
async fn csv(
    State(app): State<Shared>,
    who: Who,
    Path(id): Path<String>,
    Query(filter): Query<Filter>,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let (id, text) = app
        .work(move |app| {
            let (file, told) = kept::find(app, &who.person.id, &id)?;
            let mut rows = told.rows.iter().filter(|row| filter.fits(row));
            Ok((file.id, app.config.orders.orders_csv(&mut rows)))
        })
        .await?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    let kind = HeaderValue::from_static("text/csv; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, kind);
    let name = format!("attachment; filename=\"decisions-{id}.csv\"");
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}
