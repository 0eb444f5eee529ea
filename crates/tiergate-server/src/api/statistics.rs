//! Statistics: queries over the events of cases, as of a day, so that they can be made again.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tiergate_cases::statistics::{
    By, Summary, backlog, rows_csv, rows_of, summaries, summaries_csv,
};
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, Query};
use crate::app::Shared;
use crate::people::Action;
use crate::problem::Problem;

/// A backlog is told for so many days at most.
const DAYS_MOST: i64 = 3_660;

/// By what cases are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Grouped {
    /// All of them.
    All,
    /// By kind of case.
    Kind,
    /// By country.
    Country,
    /// By lane.
    Lane,
    /// By outcome.
    Outcome,
    /// By agency that was asked.
    Agency,
    /// Not at all: each case, of which every figure can be made; CSV only.
    Case,
}

/// Which statistics.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// By what cases are counted together.
    #[serde(default = "all")]
    #[param(inline)]
    by: Grouped,
    /// What happened after this day is not seen; today at the desk when it is left out.
    as_of: Option<Date>,
    /// Cases received from this day on.
    from: Option<Date>,
    /// Cases received up to this day.
    to: Option<Date>,
}

const fn all() -> Grouped {
    Grouped::All
}

/// How many came and went, and how long it took.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Summary)]
pub struct SummaryTold {
    /// What they have in common.
    of: String,
    /// Received; of an agency, referred to it.
    received: usize,
    /// Decided; of an agency, advised on.
    decided: usize,
    /// Open.
    open: usize,
    /// Decided, by outcome.
    outcomes: BTreeMap<&'static str, usize>,
    /// The middle of the days: of two in the middle, the lower.
    median_days: Option<i64>,
    /// The days within which nine of ten were decided.
    days_90th: Option<i64>,
}

impl From<Summary> for SummaryTold {
    fn from(s: Summary) -> Self {
        SummaryTold {
            of: s.of,
            received: s.received,
            decided: s.decided,
            open: s.open,
            outcomes: s.outcomes,
            median_days: s.median_days,
            days_90th: s.days_90th,
        }
    }
}

/// Statistics as of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics {
    /// The day: asked again for it, the answer is the same.
    as_of: Date,
    /// In the order of what they have in common.
    summaries: Vec<SummaryTold>,
}

/// Whether CSV is asked for before JSON.
fn csv_wanted(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|a| a.to_str().ok());
    let accept = accept.unwrap_or_default();
    match (accept.find("text/csv"), accept.find("application/json")) {
        (Some(csv), Some(json)) => csv < json,
        (csv, _) => csv.is_some(),
    }
}

fn csv(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
}

/// The days asked for.
fn days(from: Option<Date>, to: Option<Date>) -> Result<Option<(Date, Date)>, Problem> {
    let (first, last) = (from.unwrap_or(Date::MIN), to.unwrap_or(Date::MAX));
    if last < first {
        return Err(Problem::wrong(format!(
            "`to` is {last}, before `from`, {first}"
        )));
    }
    Ok((from.is_some() || to.is_some()).then_some((first, last)))
}

/// Tell how many cases came and went, and how long it took
///
/// # Errors
///
/// Days that cannot be, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/statistics",
    tag = "statistics",
    params(Which),
    responses((status = 200, description = "The statistics", content(
        (Statistics = "application/json"),
        (String = "text/csv"),
    )))
)]
pub async fn statistics(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.must(Action::Statistics)?;
    let received = days(which.from, which.to)?;
    let as_csv = csv_wanted(&headers);
    let by = match which.by {
        Grouped::All => Some(By::All),
        Grouped::Kind => Some(By::Kind),
        Grouped::Country => Some(By::Country),
        Grouped::Lane => Some(By::Lane),
        Grouped::Outcome => Some(By::Outcome),
        Grouped::Agency => Some(By::Agency),
        Grouped::Case => None,
    };
    if by.is_none() && !as_csv {
        return Err(Problem::wrong(
            "case by case, statistics are told as CSV: send Accept: text/csv",
        ));
    }
    app.work(move |app| {
        let as_of = which.as_of.unwrap_or_else(|| app.today());
        let mut rows = app
            .cases
            .with(|store| rows_of(store, &app.law, &app.folded, as_of))?;
        let Some(by) = by else {
            if let Some((first, last)) = received {
                rows.retain(|row| first <= row.received && row.received <= last);
            }
            return Ok(csv(rows_csv(&rows)?));
        };
        let summaries = summaries(&rows, by, received);
        if as_csv {
            return Ok(csv(summaries_csv(&summaries)?));
        }
        let told = Statistics {
            as_of,
            summaries: summaries.into_iter().map(SummaryTold::from).collect(),
        };
        Ok(Json(told).into_response())
    })
    .await
}

/// Of which days.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FromTo {
    /// The first day.
    from: Date,
    /// The last day; today at the desk when it is left out.
    to: Option<Date>,
    /// What happened after this day is not seen; the last day when it is left out.
    as_of: Option<Date>,
}

/// The cases open at the end of a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenOn {
    /// The day.
    day: Date,
    /// How many.
    open: usize,
}

/// The backlog by day.
#[derive(Debug, Serialize, ToSchema)]
pub struct Backlog {
    /// In order.
    days: Vec<OpenOn>,
}

/// Tell how many cases were open at the end of each day
///
/// # Errors
///
/// Days that cannot be, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/statistics/backlog",
    tag = "statistics",
    params(FromTo),
    responses((status = 200, description = "The backlog", content(
        (Backlog = "application/json"),
        (String = "text/csv"),
    )))
)]
pub async fn open(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(of): Query<FromTo>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    who.must(Action::Statistics)?;
    let as_csv = csv_wanted(&headers);
    app.work(move |app| {
        let to = of.to.unwrap_or_else(|| app.today());
        days(Some(of.from), Some(to))?;
        if tiergate_cases::days_between(of.from, to) > DAYS_MOST {
            return Err(Problem::wrong(format!(
                "a backlog is told for at most {DAYS_MOST} days at once"
            )));
        }
        let as_of = of.as_of.unwrap_or(to);
        let rows = app
            .cases
            .with(|store| rows_of(store, &app.law, &app.folded, as_of))?;
        let days = backlog(&rows, of.from, to);
        if as_csv {
            let lines = days.iter().map(|(day, open)| format!("{day},{open}\n"));
            return Ok(csv(format!("day,open\n{}", lines.collect::<String>())));
        }
        let days = days.into_iter().map(|(day, open)| OpenOn { day, open });
        Ok(Json(Backlog {
            days: days.collect(),
        })
        .into_response())
    })
    .await
}
