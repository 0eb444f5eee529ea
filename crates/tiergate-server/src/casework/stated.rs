//! Facts that an application's order left open, stated later: the order is decided anew with them.

use std::collections::BTreeMap;

use tiergate_cases::{State, What};

use super::When;
use super::register::{is_for_license, papers};
use crate::app::App;
use crate::port::Fault;
use crate::problem::Problem;

/// What is entered when facts are stated: with the order that holds them, and the decision on it.
///
/// # Errors
///
/// Facts that do not fit the order, that it states already, or that make it another application.
pub fn stated(
    app: &App,
    state: &State,
    facts: BTreeMap<String, String>,
    when: When,
) -> Result<What, Problem> {
    let asked = &state.application;
    let digest = asked.order.as_ref();
    let digest = digest.ok_or_else(|| Problem::wrong("the application has no order"))?;
    let order = text(app, digest)?;
    let desk = &app.config.orders;
    let given: Vec<(String, String)> = facts.clone().into_iter().collect();
    let order = desk.completed(&order, &given).map_err(under_facts)?;
    let started = desk.start(&order, when.day, &app.ledger)?;
    if !is_for_license(&started) {
        return Err(Problem::wrong(format!(
            "with these facts the order needs no license: its decision is {}; withdraw the \
             application if they are so",
            started.outcome
        )));
    }
    let value = started.value_usd.is_none() || started.value_usd == asked.value_usd;
    if started.quantity != asked.quantity || started.country != asked.country || !value {
        return Err(Problem::wrong(
            "units, value and destination are what was applied for: for others, apply anew",
        ));
    }
    let [order, decision] = papers(app, &started)?;
    Ok(What::FactsStated {
        facts,
        order: Some(order),
        decision: Some(decision),
        lane: started.lane,
        missing: started.missing,
    })
}

/// A paper that is kept with a case.
///
/// # Errors
///
/// The ledger's, or that it is not kept here.
pub fn text(app: &App, digest: &str) -> Result<String, Problem> {
    let paper = app.ledger.read(|reader| reader.paper(digest))?;
    let (_, body) =
        paper.ok_or_else(|| Problem::missing(format!("the paper {digest} is not kept here")))?;
    String::from_utf8(body).map_err(|e| Problem::internal(&e))
}

/// Faults of facts, where they stand in the event.
fn under_facts(faults: Vec<Fault>) -> Problem {
    let below = faults.into_iter().map(|fault| Fault {
        at: format!(
            "/what/facts-stated/facts/{}",
            fault.at.trim_start_matches('/').replace('/', ".")
        ),
        what: fault.what,
    });
    below.collect::<Vec<_>>().into()
}
