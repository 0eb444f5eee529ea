//! What happens in a case, entered: actor, day and moment are the desk's to say.

use std::collections::BTreeMap;

use tiergate_cases::store::Store;
use tiergate_cases::{
    Act as Kinds, Basis, Drawing, Error, Event, Hash, Kind, Read, Role, State, What, may,
    reservation_id, take_in, visible,
};

use super::stated::stated;
use super::tidy::tidy;
use super::{When, find};
use crate::app::App;
use crate::people::Person;
use crate::problem::Problem;

/// An event as it was entered.
#[derive(Debug)]
pub struct Entered {
    /// The event's id.
    pub id: String,
    /// Its place in the case; for an applicant, among the events it may be told of.
    pub version: u64,
    /// Its hash.
    pub hash: Hash,
}

/// What someone enters in a case.
#[derive(Debug, Clone)]
pub struct Act {
    /// The event's id: a retry has the same.
    pub id: String,
    /// What happens.
    pub what: What,
    /// What it rests on.
    pub basis: Vec<Basis>,
}

/// Enters what happens. What draws on the ledger is held there first, all or none; what is held for
/// an approval that can no longer come is given up.
///
/// # Errors
///
/// What may not be, with what would be right; the database's.
pub fn enter(
    app: &App,
    person: &Person,
    case: &str,
    act: Act,
    when: When,
) -> Result<Entered, Problem> {
    tidy(app, when);
    app.cases.with(|store| {
        let found = find(app, store, person, case)?;
        let event = event(app, store, &found.read, person, act, when)?;
        if matches!(event.what, What::Approved { .. }) && store.event(&event.id)?.is_none() {
            // Why it may not be is told before what it would draw is worked out.
            let Read { state, rules, .. } = &found.read;
            let may = may(Some(state), rules, Kinds::Approved, &event.actor, event.day);
            may.map_err(|no| Error::from(no.of(&event)))?;
        }
        let drawing = match &event.what {
            What::Approved {
                reservation: Some(_),
                ..
            } => Some(drawing(app, &found.read.state, &event)?),
            _ => None,
        };
        let done = take_in(store, &app.ledger, &app.law, &event, drawing.as_ref())?;
        let version = match found.whole() {
            true => done.kept.logged.version,
            // How many events there are of which nothing may be told says that others act.
            false => {
                let actor = person.actor();
                let seen = found.read.log.iter().filter(|logged| {
                    logged.version < done.kept.logged.version
                        && visible(&done.state, &found.read.rules, &logged.event, &actor)
                });
                seen.count() as u64 + 1
            }
        };
        Ok(Entered {
            id: done.kept.logged.event.id.clone(),
            version,
            hash: done.kept.logged.hash,
        })
    })
}

/// The event as it is entered: of a retry, as it was entered first.
fn event(
    app: &App,
    store: &mut dyn Store,
    read: &Read,
    person: &Person,
    act: Act,
    when: When,
) -> Result<Event, Problem> {
    let Act { id, what, basis } = act;
    let before = store.event(&id)?;
    let what = match (what, &before) {
        // Facts are stated once: a retry finds them in the order.
        (What::FactsStated { facts, .. }, Some(before)) if states(&before.event.what, &facts) => {
            before.event.what.clone()
        }
        (
            What::FactsStated {
                facts,
                order: None,
                decision: None,
                ..
            },
            _,
        ) => {
            let actor = person.actor();
            may(
                Some(&read.state),
                &read.rules,
                Kinds::FactsStated,
                &actor,
                when.day.max(read.state.last.0),
            )
            .map_err(|no| Problem::wrong(no.to_string()))?;
            stated(app, &read.state, facts, when)?
        }
        (what, _) => named(&read.state, what)?,
    };
    if let What::DocumentAttached { digest, .. } = &what {
        let kept = app.ledger.read(|reader| reader.paper(digest))?;
        if kept.is_none() {
            return Err(Problem::wrong(format!(
                "no document of the digest {digest} is kept here: upload it first"
            )));
        }
    }
    if let What::Assigned { to } = &what {
        let officer = |p: &Person| p.id == *to && p.role == Role::LicensingOfficer && !p.disabled;
        if !app.people.all()?.iter().any(officer) {
            return Err(Problem::wrong(format!(
                "`{}` is no licensing officer: give the id of one",
                to.escape_debug()
            )));
        }
    }
    // Clocks of two services are never quite the same: events stay in order.
    let (last, moment) = read.state.last;
    let mut event = Event {
        id,
        case: read.state.case.clone(),
        day: when.day.max(last),
        at: when.at.max(moment),
        actor: person.actor(),
        basis,
        what,
    };
    if let Some(before) = before {
        event.day = before.event.day;
        event.at = before.event.at;
    }
    Ok(event)
}

/// Whether an event stated these facts.
fn states(what: &What, these: &BTreeMap<String, String>) -> bool {
    matches!(what, What::FactsStated { facts, .. } if facts == these)
}

/// Names what is the desk's to name.
fn named(state: &State, what: What) -> Result<What, Problem> {
    match what {
        What::Registered(_) => Err(Problem::wrong(
            "the case is registered: a new case is registered by itself",
        )),
        What::FactsStated { .. } => Err(Problem::wrong(
            "`order` and `decision` are the desk's to name: give the facts alone",
        )),
        What::Approved {
            reservation: Some(_),
            ..
        } => Err(Problem::wrong(
            "`reservation` is the desk's to name: leave it out",
        )),
        What::Approved { conditions, .. } if state.application.kind == Kind::License => {
            let recommended = state.recommendation.as_ref();
            Ok(What::Approved {
                conditions,
                reservation: recommended.map(|r| reservation_id(&state.case, &r.id)),
            })
        }
        what => Ok(what),
    }
}

/// What the approval of a case draws, by its order and the law of the day.
fn drawing(app: &App, state: &State, event: &Event) -> Result<Drawing, Problem> {
    let unknown = || {
        Problem::wrong(
            "the application names no order, so that what an approval draws is not known: \
             return it, and have it registered anew with its order",
        )
    };
    let digest = state.application.order.as_ref().ok_or_else(unknown)?;
    let paper = app.ledger.read(|reader| reader.paper(digest))?;
    let (_, body) = paper.ok_or_else(unknown)?;
    let order = String::from_utf8(body).map_err(|e| Problem::internal(&e))?;
    let drawn = app.config.orders.drawn(&order, event.day, &app.ledger)?;
    app.ledger.transact(|book| {
        for (kind, paper) in &drawn.papers {
            book.keep_paper(kind, paper.as_bytes())?;
        }
        Ok(())
    })?;
    Ok(Drawing {
        order: drawn.order,
        charges: drawn.charges,
        decision: Some(drawn.decision),
    })
}
