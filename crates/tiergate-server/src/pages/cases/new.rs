//! Applying: an order is decided, and what it rests on is kept with the case.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::Value;
use tiergate_cases::{Application, Error, Event, Kind, What, enter};

use super::super::{Shell, percent, show};
use super::queue::lane;
use crate::app::{App, Shared};
use crate::guard::{Signed, Who};
use crate::people::{Action, Role, Secret};
use crate::port::{Fault, Prepared};
use crate::problem::Problem;

/// What is applied with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    /// The order as JSON.
    order: String,
    kind: String,
    title: String,
    country: String,
    company: String,
    value_usd: String,
    /// `yes`, `no`, or nothing where it is not known.
    a_items: String,
    asks: String,
    unlocks: String,
}

#[derive(Template)]
#[template(path = "cases/new.html")]
struct Page {
    shell: Shell,
    given: Given,
    kinds: Vec<&'static str>,
    /// Officials register for a company; an applicant for its own.
    for_company: bool,
    prepared: Option<Prepared>,
    lane: String,
    faults: Vec<Fault>,
}

fn may_apply(who: &Who) -> Result<(), Problem> {
    if who.person.role == Role::LicensingOfficer && who.may(Action::WorkCases) {
        return Ok(());
    }
    who.must(Action::Apply)
}

fn order_of(text: &str) -> Result<Value, Vec<Fault>> {
    serde_json::from_str(text).map_err(|e| {
        vec![Fault {
            at: String::new(),
            what: format!("the order is no JSON: {e}"),
        }]
    })
}

async fn asked(app: &Shared, who: &Who, given: Given, faults: Vec<Fault>) -> Result<Page, Problem> {
    let shell = Shell::new(app, who, "/cases");
    let text = given.order.clone();
    let prepared = app
        .work(move |app| {
            if text.trim().is_empty() {
                return Ok(Ok(None));
            }
            let order = match order_of(&text) {
                Ok(order) => order,
                Err(faults) => return Ok(Err(faults)),
            };
            let prepared = app.config.orders.prepare(&order, app.today(), &app.ledger);
            Ok(prepared.map(Some))
        })
        .await?;
    let (prepared, wrong) = match prepared {
        Ok(prepared) => (prepared, Vec::new()),
        Err(wrong) => (None, wrong),
    };
    let word = prepared.as_ref().and_then(|p| p.lane.clone());
    Ok(Page {
        shell,
        kinds: Kind::ALL.into_iter().map(Kind::word).collect(),
        for_company: who.person.role != Role::Applicant,
        lane: lane(word.as_deref()),
        prepared,
        faults: faults.into_iter().chain(wrong).collect(),
        given,
    })
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    show(&asked(&app, &who, given, Vec::new()).await?)
}

/// Registers a case.
pub async fn register(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    let (asker, given) = (who.clone(), form.clone());
    let made = app
        .work(move |app| match application(app, &asker, &given) {
            Ok(application) => registered(app, &asker, application).map(Ok),
            Err(faults) => Ok(Err(faults)),
        })
        .await?;
    match made {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{}", percent(&case))).into_response()),
        Err(faults) => {
            let page = asked(&app, &who, form, faults).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
    }
}

fn fault(at: &str, what: impl Into<String>) -> Vec<Fault> {
    vec![Fault {
        at: at.to_owned(),
        what: what.into(),
    }]
}

/// The application, and its papers kept.
fn application(app: &App, who: &Who, given: &Given) -> Result<Application, Vec<Fault>> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.word() == given.kind);
    let kind = kind.ok_or_else(|| fault("/kind", format!("there is no kind `{}`", given.kind)))?;
    let applicant = match who.person.role {
        Role::Applicant => who.person.actor().id,
        _ => given.company.trim().to_owned(),
    };
    if applicant.is_empty() {
        return Err(fault("/company", "name the company that applies"));
    }
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let mut application = Application::new(kind, given.title.trim(), applicant);
    application.asks = some(&given.asks);
    application.country = some(&given.country).map(|c| c.to_uppercase());
    application.unlocks = given.unlocks.lines().filter_map(some).collect();
    application.a_items = match given.a_items.as_str() {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    if given.order.trim().is_empty() {
        if kind == Kind::License {
            return Err(fault("/order", "a license is applied for with an order"));
        }
    } else {
        let order = order_of(&given.order)?;
        let prepared = app
            .config
            .orders
            .prepare(&order, app.today(), &app.ledger)?;
        if kind == Kind::License && prepared.outcome != "license-required" {
            return Err(fault(
                "/order",
                format!("no license is applied for: {}", prepared.says),
            ));
        }
        let value = match given.value_usd.trim() {
            "" => prepared.value_usd,
            text => Some(text.replace([',', ' '], "").parse().map_err(|_| {
                fault(
                    "/value_usd",
                    format!("the value `{text}` is no whole number of dollars"),
                )
            })?),
        };
        if kind == Kind::License && value.is_none() {
            return Err(fault(
                "/value_usd",
                "a license is limited by value: give it in U.S. dollars",
            ));
        }
        let kept = app.ledger.transact(|book| {
            let order = book.keep_paper("order", prepared.order.to_string().as_bytes())?;
            let decision = prepared.decision.to_string();
            Ok((order, book.keep_paper("decision", decision.as_bytes())?))
        });
        let (order, decision) = kept.map_err(|e| fault("", e.to_string()))?;
        application.order = Some(order);
        application.decision = Some(decision);
        application.lane.clone_from(&prepared.lane);
        application.quantity = Some(prepared.quantity);
        application.value_usd = value;
        application.country = application.country.or_else(|| prepared.country.clone());
        if application.title.is_empty() {
            application.title.clone_from(&prepared.title);
        }
    }
    if application.title.is_empty() {
        return Err(fault("/title", "say in a line what it is about"));
    }
    Ok(application)
}

/// Registers the case under the next free number.
fn registered(app: &App, who: &Who, application: Application) -> Result<String, Problem> {
    let today = app.today();
    let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
    let mut actor = who.person.actor();
    if actor.role == Role::Applicant {
        actor.id.clone_from(&application.applicant);
    }
    app.cases.with(|store| {
        let mut number = store.cases()?.len() + 1;
        loop {
            let case = format!("Z-{}-{number:05}", today.year());
            let event = Event {
                id: format!("{case}/{}", &secret.text()[..16]),
                case: case.clone(),
                day: today,
                at: app.moment(),
                actor: actor.clone(),
                basis: Vec::new(),
                what: What::Registered(Box::new(application.clone())),
            };
            if store.log(&case)?.is_empty() {
                match enter(store, &app.law, &event) {
                    Ok(_) => return Ok(case),
                    // Another took the number in between.
                    Err(Error::Moved { .. }) => {}
                    Err(Error::Refused(_)) if !store.log(&case)?.is_empty() => {}
                    Err(error) => return Err(Problem::from(error)),
                }
            }
            number += 1;
        }
    })
}
