//! Map: the world as a law divides it, and what is used of each country's allocation.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;
use tiergate_ledger::{AsOf, balance_as_of, grouped};

use super::{Shell, show};
use crate::app::{App, Shared};
use crate::guard::Who;
use crate::people::Action;
use crate::port::{Allocated, Map, Place, WhichLaw};
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new().route("/map", get(page))
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
struct Asked {
    law: String,
    as_of: String,
    view: String,
    show: String,
}

/// What is used of an allocation.
#[derive(Debug, Clone)]
struct Use {
    of: Allocated,
    span: String,
    used: i64,
    reserved: i64,
}

impl Use {
    fn used(&self) -> String {
        grouped(self.used.into())
    }

    fn reserved(&self) -> String {
        grouped(self.reserved.into())
    }
}

#[derive(Template)]
#[template(path = "map.html")]
struct Page {
    shell: Shell,
    laws: Vec<(String, String)>,
    which: WhichLaw,
    map: Option<Map>,
    /// Whether this person may read the ledger.
    reads: bool,
    uses: Vec<Use>,
    wrong: Vec<String>,
}

impl Page {
    /// The color of a country.
    fn fill(&self, place: &Place) -> &str {
        let tiers = self.map.iter().flat_map(|map| &map.tiers);
        tiers
            .skip(place.tier)
            .map(|t| t.color.as_str())
            .next()
            .unwrap_or("none")
    }

    /// What holds of a country, in words.
    fn says(&self, place: &Place) -> String {
        let mut tiers = self.map.iter().flat_map(|map| &map.tiers).skip(place.tier);
        let says = tiers.next().map_or("", |tier| tier.says.as_str());
        format!("{}: {says}", place.name)
    }

    /// Whether something of a country's allocation is used.
    fn used(&self, place: &Place) -> bool {
        self.uses.iter().any(|u| u.of.code == place.code)
    }

    /// The countries that are not drawn.
    fn not_drawn(&self) -> String {
        let places = self.map.iter().flat_map(|map| &map.places);
        let names = places
            .filter(|p| p.middle.is_none())
            .map(|p| p.name.as_str());
        names.collect::<Vec<_>>().join(", ")
    }
}

async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let reads = who.may(Action::ReadLedger);
    let shell = Shell::new(&app, &who, "/map");
    let page = app
        .work(move |app| {
            let desk = &app.config.orders;
            let or = |given: &str, else_: String| match given.trim() {
                "" => else_,
                given => given.to_owned(),
            };
            let which = WhichLaw {
                law: or(&asked.law, "us".to_owned()),
                as_of: or(&asked.as_of, app.today().to_string()),
                view: or(&asked.view, "enforced".to_owned()),
            };
            let told = desk.map(&which, asked.show.trim());
            let (map, wrong) = match told {
                Ok(map) => (Some(map), Vec::new()),
                Err(faults) => (None, faults.into_iter().map(|f| f.what).collect()),
            };
            let uses = match reads && map.is_some() {
                true => uses(app, &which)?,
                false => Vec::new(),
            };
            Ok(Page {
                shell,
                laws: desk.laws(),
                which,
                map,
                reads,
                uses,
                wrong,
            })
        })
        .await?;
    show(&page)
}

/// What is used of the countries' allocations, as of the day of the law.
fn uses(app: &App, which: &WhichLaw) -> Result<Vec<Use>, Problem> {
    let as_of = AsOf {
        day: which.as_of.parse().ok(),
        recorded: None,
    };
    let held = app.ledger.read(|reader| {
        let mut held = Vec::new();
        for listed in reader.accounts(None)? {
            if listed.row.last.is_some() {
                let balance = balance_as_of(reader, &listed, as_of)?;
                held.push((listed.account, balance));
            }
        }
        Ok(held)
    })?;
    let accounts = held.iter();
    let accounts: Vec<(String, String)> = accounts
        .map(|(account, _)| (account.measure.clone(), account.holder.clone()))
        .collect();
    let allocated = app.config.orders.allocated(which, &accounts)?;
    // A country may hold several accounts of one quota: those of companies in it.
    let mut uses: BTreeMap<(String, String, String), Use> = BTreeMap::new();
    for ((account, balance), of) in held.iter().zip(allocated) {
        let Some(of) = of.filter(|_| balance.total() != 0) else {
            continue;
        };
        let span = account.span.to_string();
        let key = (of.name.clone(), of.quota.clone(), span.clone());
        let sum = uses.entry(key).or_insert(Use {
            of,
            span,
            used: 0,
            reserved: 0,
        });
        sum.used += balance.used;
        sum.reserved += balance.reserved;
    }
    Ok(uses.into_values().collect())
}
