//! Parties: a register searched, who owns a party, and names against a list.

mod graph;

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Shell, Visit, day, percent};
use crate::app::Shared;
use crate::guard::door;
use crate::port::{Matches, PartySearch, PartyTold, Screening, ToScreen};
use crate::problem::Problem;

/// Parties that a search shows.
const SHOWN: usize = 50;
/// Hits that are shown.
const HITS_SHOWN: usize = 20;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/parties", get(search))
        .route("/parties/party", get(party))
        .route("/parties/screen", get(screen))
}

/// What a form asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Asked {
    id: String,
    name: String,
    country: String,
    as_of: String,
}

#[derive(Template)]
#[template(path = "parties/search.html")]
struct Search {
    shell: Shell,
    name: String,
    as_of: Date,
    /// Found parties; none when there is no register.
    found: Option<Matches>,
}

/// The address of a party's page.
fn address(id: &str, as_of: Date) -> String {
    format!("/parties/party?id={}&as_of={as_of}", percent(id))
}

impl Search {
    fn address(&self, id: &str) -> String {
        address(id, self.as_of)
    }
}

/// The search by name.
async fn search(at: Visit<door::Parties>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
        let name = asked.name.trim().to_owned();
        Ok(Search {
            shell,
            found: app.config.orders.parties(&PartySearch {
                text: &name,
                day: as_of,
                after: None,
                most: SHOWN,
            }),
            name,
            as_of,
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "parties/party.html")]
struct Party {
    shell: Shell,
    as_of: Date,
    told: PartyTold,
    drawing: String,
    screening: String,
}

impl Party {
    fn address(&self, id: &str) -> String {
        address(id, self.as_of)
    }
}

/// A party.
async fn party(at: Visit<door::Parties>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
        let told = app.config.orders.party(&asked.id, as_of).told(&asked.id)?;
        Ok(Party {
            shell,
            as_of,
            drawing: graph::svg(&told.graph),
            screening: format!("/parties/screen?name={}", percent(&told.name)),
            told,
        })
    })
    .await
}

#[derive(Template)]
#[template(path = "parties/screen.html")]
struct Screened {
    shell: Shell,
    name: String,
    country: String,
    /// What was found; none when there is no list, or no name yet.
    found: Option<Screening>,
}

/// A name against the list.
async fn screen(at: Visit<door::Parties>, Query(asked): Query<Asked>) -> Result<Response, Problem> {
    at.show(move |app, shell| {
        let asked = ToScreen {
            id: String::new(),
            name: asked.name.trim().to_owned(),
            country: asked.country.trim().to_uppercase(),
        };
        let given: &[ToScreen] = match asked.name.as_str() {
            "" => &[],
            _ => std::slice::from_ref(&asked),
        };
        Ok(Screened {
            shell,
            found: app.config.orders.screen(given, HITS_SHOWN),
            name: asked.name,
            country: asked.country,
        })
    })
    .await
}
