//! Statistics: how many cases came and went, how long they took, how many were open.

mod csv;
mod page;

use axum::Router;
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;
use tiergate_cases::statistics::By;
use tiergate_cases::{days_between, plus};

use super::day;
use crate::app::{App, Shared};
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/statistics", get(page::page))
        .route("/statistics/{file}", get(csv::file))
}

/// A backlog is told for so many days at most: ten years.
const DAYS_MOST: i64 = 3_660;

/// By what cases are counted together: the word, the heading, what one is.
const GROUPS: [(By, &str, &str, &str); 5] = [
    (By::Outcome, "outcome", "By outcome", "Outcome"),
    (By::Country, "country", "By country", "Country"),
    (By::Agency, "agency", "By agency", "Agency"),
    (By::Lane, "lane", "By lane", "Lane"),
    (By::Kind, "kind", "By kind of case", "Kind"),
];

/// What a form asks for.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    as_of: String,
    from: String,
    to: String,
}

/// The days that are looked at.
#[derive(Debug, Clone, Copy)]
struct Days {
    /// What happened after it is not seen.
    as_of: Date,
    /// Cases received from this day on.
    from: Date,
    /// Cases received up to this day.
    to: Date,
}

impl Asked {
    /// A year up to today, where nothing else is asked for.
    fn days(&self, app: &App) -> Result<Days, Problem> {
        let as_of = day::given("as of", &self.as_of)?.unwrap_or_else(|| app.today());
        let to = day::given("to", &self.to)?.unwrap_or(as_of);
        if to > as_of {
            return Err(Problem::wrong(format!(
                "`to` is {to}, after {as_of}: what comes after the day looked from is not seen"
            )));
        }
        let from = day::given("from", &self.from)?.unwrap_or_else(|| plus(to, -365));
        if to < from {
            return Err(Problem::wrong(format!(
                "`to` is {to}, before `from`, {from}"
            )));
        }
        if days_between(from, to) > DAYS_MOST {
            return Err(Problem::wrong(format!(
                "from {from} to {to} are more than {DAYS_MOST} days: ask for ten years at most"
            )));
        }
        Ok(Days { as_of, from, to })
    }
}

impl Days {
    /// As a part of an address.
    fn asked(self) -> String {
        let Days { as_of, from, to } = self;
        format!("as_of={as_of}&from={from}&to={to}")
    }
}
