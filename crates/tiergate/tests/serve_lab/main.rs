//! Runs of the lab: from the form to the report, and whatever comes between.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod ends;
mod limits;
mod restart;
#[path = "../served/mod.rs"]
mod served;
mod whole;
mod whose;

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use served::{Answer, As, Served};

const RUNS: &str = "/api/v1/lab/runs";

/// A run that is over soon.
fn short() -> Value {
    json!({
        "laws": ["us", "us:text"], "draws": 4, "until": "2025-12", "prior": true, "series_only": true,
    })
}

/// A run that is not.
fn long() -> Value {
    json!({ "laws": ["us", "us:text"], "draws": 512 })
}

/// Starts a run; gives its address in the API.
async fn starts(desk: &Served, who: &As, wanted: Value) -> String {
    let started = desk.post(who, RUNS, wanted).await.is(201);
    format!("{RUNS}/{}", started["run"]["id"].as_str().unwrap())
}

/// What is told of a run, once it is in a state.
async fn becomes(desk: &Served, who: &As, at: &str, state: &str) -> Value {
    let begun = Instant::now();
    loop {
        let told = desk.get(who, at).await.is(200);
        if told["run"]["state"] == state {
            return told;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{told:#}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What a field holds.
fn holds(page: &str, name: &str) -> String {
    let field = page.split(&format!("name=\"{name}\" value=\"")).nth(1);
    let field = field.unwrap_or_else(|| panic!("no field {name}: {page}"));
    field.split('"').next().unwrap().to_owned()
}

/// Sends the form of the lab with what differs from the empty one.
async fn sends(desk: &Served, who: &As, more: &str) -> Answer {
    let page = desk.get(who, "/lab").await.text;
    let event = holds(&page, "event");
    desk.form(who, "/lab", &format!("event={event}&{more}"))
        .await
}

const FORM: &str = "first=us&law=us%3Atext&draws=4&seed=7&until=2025-12&spread=prior";
