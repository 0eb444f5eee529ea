//! The table of limits: used, reserved, left, and how long it would last.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use jiff::civil::Date;
use serde::Deserialize;
use tiergate_ledger::Account;

use super::super::law_choice::{Choices, chosen};
use super::super::{Shell, Visit, day};
use super::forecast::{WINDOW, forecast};
use super::{Bar, address, bar, number};
use crate::app::App;
use crate::guard::door;
use crate::port::{Cap, Caps};
use crate::problem::Problem;

/// What a form asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    as_of: String,
    law: String,
    quota: String,
    country: String,
    company: String,
}

/// An account against a limit.
struct Row {
    holder: String,
    address: String,
    over: String,
    used: String,
    reserved: String,
    most: String,
    left: String,
    bar: Option<Bar>,
    forecast: String,
    cite: String,
}

/// The accounts of a quota.
struct Group {
    quota: String,
    name: String,
    says: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "allocations/board.html")]
struct Page {
    shell: Shell,
    as_of: Date,
    laws: Choices,
    /// Limits with their names, and whether they are asked for.
    quotas: Vec<(String, String, bool)>,
    countries: Vec<(String, bool)>,
    company: String,
    filtered: bool,
    groups: Vec<Group>,
    unlimited: Vec<Row>,
    window: i64,
}

/// The page.
pub async fn page(
    at: Visit<door::ReadLedger>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    at.show(move |app, shell| filled(app, shell, &asked)).await
}

fn filled(app: &App, shell: Shell, asked: &Asked) -> Result<Page, Problem> {
    let as_of = day::given("as of", &asked.as_of)?.unwrap_or_else(|| app.today());
    let (law, laws) = chosen(app, &asked.law)?;
    let Caps { limits, unlimited } = app.config.orders.caps(&app.ledger, &law, as_of)?;
    let company = asked.company.trim().to_lowercase();
    let named = |account: &Account| account.holder.to_lowercase().contains(&company);
    let same = |asked: &str, found: &str| asked.is_empty() || asked == found;
    let quotas: BTreeSet<(String, String)> = limits
        .iter()
        .map(|cap| (cap.name.clone(), cap.quota.clone()))
        .collect();
    let countries: BTreeSet<String> = limits.iter().filter_map(|c| c.country.clone()).collect();
    let mut groups: Vec<Group> = Vec::new();
    for cap in limits {
        let country = cap.country.as_deref().unwrap_or_default();
        if !same(&asked.quota, &cap.quota) || !same(&asked.country, country) || !named(&cap.account)
        {
            continue;
        }
        let row = row(app, &cap, &law, as_of)?;
        match groups.last_mut().filter(|group| group.quota == cap.quota) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group {
                quota: cap.quota,
                name: cap.name,
                says: cap.says,
                rows: vec![row],
            }),
        }
    }
    let only = |asked: &str, all: BTreeSet<String>| {
        let chosen = |one: String| {
            let here = one == asked;
            (one, here)
        };
        all.into_iter().map(chosen).collect::<Vec<_>>()
    };
    let unlimited = unlimited
        .into_iter()
        .filter(|(account, _)| named(account) && asked.quota.is_empty() && asked.country.is_empty())
        .map(|(account, balance)| Row {
            address: address(&account, &law, as_of),
            holder: format!("{}: {}", account.measure, account.holder),
            over: account.span.to_string(),
            used: number(balance.used),
            reserved: number(balance.reserved),
            most: "none".to_owned(),
            left: "–".to_owned(),
            bar: None,
            forecast: String::new(),
            cite: String::new(),
        });
    Ok(Page {
        shell,
        as_of,
        laws,
        quotas: quotas
            .into_iter()
            .map(|(name, quota)| {
                let here = quota == asked.quota;
                (quota, name, here)
            })
            .collect(),
        countries: only(&asked.country, countries),
        filtered: !(asked.quota.is_empty() && asked.country.is_empty() && company.is_empty()),
        company: asked.company.trim().to_owned(),
        groups,
        unlimited: unlimited.collect(),
        window: WINDOW,
    })
}

/// What moved on each day of an account.
fn moved(app: &App, account: &Account) -> Result<Vec<(Date, i64)>, Problem> {
    let days = app.ledger.read(|reader| {
        let found = reader.account(&account.key())?;
        found.map_or_else(|| Ok(Vec::new()), |listed| reader.days(listed.row.id))
    })?;
    let total = days
        .into_iter()
        .map(|(day, moved)| (day, moved.used.saturating_add(moved.reserved)));
    Ok(total.collect())
}

fn row(app: &App, cap: &Cap, law: &str, as_of: Date) -> Result<Row, Problem> {
    let ends = cap.account.span.to;
    let moved = moved(app, &cap.account)?;
    Ok(Row {
        holder: cap.account.holder.clone(),
        address: address(&cap.account, law, as_of),
        over: cap.account.span.to_string(),
        used: number(cap.balance.used),
        reserved: number(cap.balance.reserved),
        most: cap.most.map_or_else(|| "none".to_owned(), number),
        left: cap.left().map_or_else(|| "–".to_owned(), number),
        bar: bar(cap),
        forecast: forecast(cap.left(), &moved, as_of, ends).says(ends),
        cite: cap.cite.clone(),
    })
}
