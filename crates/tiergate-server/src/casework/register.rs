//! Cases registered: from an order and its decision, where there is one.

use std::fmt::Display;

use tiergate_cases::store::Store;
use tiergate_cases::{Application, Error, Event, Kind, Read, Role, What, enter, read};
use tiergate_law::Country;

use super::When;
use crate::api::port::Started;
use crate::app::App;
use crate::people::Person;
use crate::port::Fault;
use crate::problem::Problem;

/// How often a number is tried anew when others were faster.
const TRIES: usize = 50;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The application; what an order tells is filled in where it is left out.
    pub application: Application,
    /// The order as a JSON text.
    pub order: Option<String>,
}

/// Registers a case under a number of its own. `id` is the event's: a retry with the same gets the
/// same case.
///
/// # Errors
///
/// What is wrong with what is asked for; the database's.
pub fn register(
    app: &App,
    person: &Person,
    asked: Asked,
    id: &str,
    when: When,
) -> Result<Read, Problem> {
    let before = app.cases.with(|store| before(app, store, person, id))?;
    if let Some(before) = before {
        return Ok(before);
    }
    let application = filled(app, person, asked, when)?;
    app.cases.with(|store| {
        for _ in 0..TRIES {
            let count = store.cases()?.len();
            for more in 1..=TRIES {
                let event = Event {
                    id: id.to_owned(),
                    case: format!("Z-{}-{:05}", when.day.year(), count + more),
                    day: when.day,
                    at: when.at,
                    actor: person.actor(),
                    basis: Vec::new(),
                    what: What::Registered(Box::new(application.clone())),
                };
                if !store.log(&event.case)?.is_empty() {
                    continue;
                }
                match enter(store, &app.law, &event) {
                    Ok(_) => {
                        let made = read(store, &app.law, &event.case)?;
                        return made.ok_or_else(|| Error::NoCase(event.case.clone()).into());
                    }
                    // Another was faster: its case has the number.
                    Err(Error::Moved { .. } | Error::Busy(_)) => break,
                    Err(Error::Refused(refused)) if taken(app, store, &event.case)? => {
                        tracing::debug!(%refused, "a number was taken");
                        break;
                    }
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Err(Problem::busy())
    })
}

fn taken(app: &App, store: &mut dyn Store, case: &str) -> Result<bool, Problem> {
    Ok(read(store, &app.law, case)?.is_some())
}

/// The case that an earlier request of this id registered.
fn before(
    app: &App,
    store: &mut dyn Store,
    person: &Person,
    id: &str,
) -> Result<Option<Read>, Problem> {
    let Some(logged) = store.event(id)? else {
        return Ok(None);
    };
    if logged.event.actor != person.actor() {
        return Err(Problem::conflict("the id names an event of somebody else"));
    }
    Ok(read(store, &app.law, &logged.event.case)?)
}

/// The application with what the order and its decision tell.
fn filled(app: &App, person: &Person, asked: Asked, when: When) -> Result<Application, Problem> {
    let Asked {
        mut application,
        order,
    } = asked;
    if let (Role::Applicant, Some(company)) = (person.role, &person.company) {
        application.applicant.clone_from(company);
    }
    if application.applicant.trim().is_empty() || application.applicant.len() > 200 {
        return Err(Problem::wrong(
            "a case is of an applicant: name the company, in at most 200 bytes",
        ));
    }
    let Some(order) = order else {
        if application.kind == Kind::License {
            return Err(Problem::at(
                "/order",
                "an application for a license starts from an order: give it",
            ));
        }
        return titled(application);
    };
    let started = app.config.orders.start(&order, when.day, &app.ledger);
    let started = started.map_err(under_order)?;
    if application.kind == Kind::License && !is_for_license(&started) {
        return Err(Problem::wrong(format!(
            "the order needs no license: its decision is {}; nothing is to be applied for",
            started.outcome
        )));
    }
    let Application {
        country,
        quantity,
        value_usd,
        ..
    } = &mut application;
    of_order("country", country, started.country.clone())?;
    of_order("quantity", quantity, started.quantity)?;
    of_order("value_usd", value_usd, started.value_usd)?;
    let [order, decision] = papers(app, &started)?;
    application.order = Some(order);
    application.decision = Some(decision);
    application.lane = started.lane;
    application.missing = started.missing;
    if application.title.trim().is_empty() {
        application.title = started.title;
    }
    titled(application)
}

/// Keeps an order and the decision on it; their digests.
pub(super) fn papers(app: &App, started: &Started) -> Result<[String; 2], Problem> {
    let kept = app.ledger.transact(|book| {
        Ok([
            book.keep_paper("application-order", started.order.as_bytes())?,
            book.keep_paper("application-decision", started.decision.as_bytes())?,
        ])
    })?;
    Ok(kept)
}

/// Whether an order is one to apply with: it needs a license, or that is open.
pub(super) fn is_for_license(started: &Started) -> bool {
    ["license-required", "indeterminate"].contains(&started.outcome.as_str())
}

/// What is applied for is what the order is for: a field that says otherwise is refused.
fn of_order<T: PartialEq + Display>(
    field: &str,
    asked: &mut Option<T>,
    order: Option<T>,
) -> Result<(), Problem> {
    match (&*asked, &order) {
        (Some(asked), Some(order)) if asked != order => Err(Problem::at(
            format!("/{field}"),
            format!("`{field}` is {asked}, and the order says {order}: leave it out"),
        )),
        (_, None) => Ok(()),
        _ => {
            *asked = order;
            Ok(())
        }
    }
}

/// An application that says in a line what it is about, of a country that there is.
fn titled(application: Application) -> Result<Application, Problem> {
    if let Some(country) = &application.country
        && country.parse::<Country>().is_err()
    {
        return Err(Problem::at(
            "/country",
            format!("`{country}` is no country: two letters, such as PL"),
        ));
    }
    let title = application.title.trim();
    if title.is_empty() || title.chars().count() > 300 {
        return Err(Problem::wrong("a case has a title of 1 to 300 characters"));
    }
    Ok(application)
}

/// Faults of the order, where it stands in what was asked for.
fn under_order(faults: Vec<Fault>) -> Problem {
    let below = faults.into_iter().map(|fault| Fault {
        at: format!("/order{}", fault.at),
        what: fault.what,
    });
    below.collect::<Vec<_>>().into()
}
