//! The watch: what points to buyers split below a limit, ranked, each with its evidence.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;

use super::law_choice::{Choices, chosen};
use super::{Shell, Visit, day};
use crate::app::Shared;
use crate::guard::door;
use crate::port::Watched;
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new().route("/watch", get(page))
}

/// What a form asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    as_of: String,
    law: String,
}

#[derive(Template)]
#[template(path = "watch/page.html")]
struct Page {
    shell: Shell,
    as_of: Date,
    laws: Choices,
    /// What was found, or why nothing could be looked for.
    watched: Result<Watched, String>,
}

/// The page.
async fn page(at: Visit<door::Watch>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
        let (law, laws) = chosen(app, &asked.law)?;
        let watched = app.config.orders.watch(&app.ledger, &law, as_of);
        let watched = watched.map_err(|faults| {
            let all: Vec<String> = faults.into_iter().map(|fault| fault.what).collect();
            all.join("; ")
        });
        Ok(Page {
            shell,
            as_of,
            laws,
            watched,
        })
    })
    .await
}
