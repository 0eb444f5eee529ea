//! Parties: a register searched, who owns a party, and names against a list.

mod graph;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use serde::Deserialize;

use super::{Shell, day, percent, show};
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::port::{Matches, PartyTold, Screened};
use crate::problem::Problem;

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
async fn search(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Parties)?;
    let shell = Shell::new(&app, &who, "/parties");
    let page = app
        .work(move |app| {
            let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
            let name = asked.name.trim().to_owned();
            Ok(Search {
                shell,
                found: app.config.orders.parties(&name, as_of),
                name,
                as_of,
            })
        })
        .await?;
    show(&page)
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
async fn party(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Parties)?;
    let shell = Shell::new(&app, &who, "/parties");
    let page = app
        .work(move |app| {
            let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
            let told = app.config.orders.party(&asked.id, as_of)?;
            let told = told.ok_or_else(|| {
                Problem::missing(format!("the register has no party `{}`", asked.id))
            })?;
            Ok(Party {
                shell,
                as_of,
                drawing: graph::svg(&told.graph),
                screening: format!("/parties/screen?name={}", percent(&told.name)),
                told,
            })
        })
        .await?;
    show(&page)
}

#[derive(Template)]
#[template(path = "parties/screen.html")]
struct Screening {
    shell: Shell,
    name: String,
    country: String,
    /// What was found; none when there is no list, or no name yet.
    found: Option<Screened>,
}

/// A name against the list.
async fn screen(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Parties)?;
    let shell = Shell::new(&app, &who, "/parties");
    let page = app
        .work(move |app| {
            let name = asked.name.trim().to_owned();
            let country = asked.country.trim().to_uppercase();
            Ok(Screening {
                shell,
                found: app.config.orders.screen(&name, &country),
                name,
                country,
            })
        })
        .await?;
    show(&page)
}
