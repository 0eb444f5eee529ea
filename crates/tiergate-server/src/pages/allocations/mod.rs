//! Allocations: each country and company against its cap, and what moved on an account.

mod account;
mod board;
mod correct;
mod corrections;
mod forecast;

use std::collections::HashMap;

use axum::Router;
use axum::routing::{get, post};
use tiergate_ledger::{Account, grouped};

use super::percent;
use crate::app::{App, Shared};
use crate::port::Cap;
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/allocations", get(board::page))
        .route("/allocations/account", get(account::page))
        .route("/allocations/correct", get(correct::page))
        .route(
            corrections::AT,
            get(corrections::page).post(correct::propose),
        )
        .route(
            "/allocations/corrections/{id}/confirm",
            post(corrections::confirm),
        )
        .route(
            "/allocations/corrections/{id}/refuse",
            post(corrections::refuse),
        )
}

/// The names of people, by id.
fn names(app: &App) -> Result<HashMap<String, String>, Problem> {
    let people = app.people.all()?.into_iter();
    Ok(people.map(|person| (person.id, person.name)).collect())
}

fn number(n: i64) -> String {
    grouped(i128::from(n))
}

/// With its sign; nothing where nothing moved.
fn signed(n: i64) -> String {
    match n {
        0 => String::new(),
        1.. => format!("+{}", number(n)),
        _ => number(n),
    }
}

/// The address of an account's statement.
fn address(account: &Account, law: &str, day: jiff::civil::Date) -> String {
    format!(
        "/allocations/account?measure={}&holder={}&span={}&law={}&as_of={day}",
        percent(&account.measure),
        percent(&account.holder),
        percent(&account.span.to_string()),
        percent(law),
    )
}

/// A bar: how much of a limit is used and reserved, in thousandths of it.
struct Bar {
    used: i64,
    reserved: i64,
    percent: String,
    /// Near the limit, or above it.
    light: &'static str,
}

/// From here on an account is near its limit, in percent.
const NEAR: i128 = 90;

fn bar(cap: &Cap) -> Option<Bar> {
    let most = i128::from(cap.most?);
    let part = |amount: i64| match (most, amount) {
        (..=0, ..=0) => 0,
        (..=0, _) => 1_000,
        (most, amount) => (i128::from(amount) * 1_000 / most).clamp(0, 1_000),
    };
    let short = |n: i128| i64::try_from(n).unwrap_or(1_000);
    let (used, total) = (part(cap.balance.used), part(cap.balance.total()));
    let percent = match most {
        ..=0 => (total > 0).then_some(100),
        most => Some(i128::from(cap.balance.total()) * 100 / most),
    };
    Some(Bar {
        used: short(used),
        reserved: short((total - used).max(0)),
        percent: percent.map_or_else(|| "–".to_owned(), |p| format!("{p} %")),
        light: match percent {
            Some(NEAR..) => "bad",
            _ => "",
        },
    })
}
