//! Whether the content of an event fits its case.

mod boards;
mod choices;
mod clock;
mod licenses;
mod recommended;

use std::collections::BTreeMap;

use self::boards::decided;
pub(crate) use self::boards::{counted_out, voted};
pub use self::choices::{boards, grounds, outcomes, proposals, steps_to_do};
use self::clock::{paused_once, resumed};
use self::licenses::{amended, approved, issued, shipped};
pub use self::licenses::{is_of_a_case, reservation_id};
use self::recommended::recommended;
use crate::act::{Act, Advice, Level, What};
use crate::application::Application;
use crate::error::{No, Refused};
use crate::event::{Event, Grounds};
use crate::kind::Kind;
use crate::people::{Actor, Role};
use crate::rules::{Rules, concerns, names};
use crate::state::State;

/// What a case is registered with, if it fits.
pub(crate) fn application<'e>(rules: &Rules, event: &'e Event) -> Result<&'e Application, Refused> {
    let What::Registered(application) = &event.what else {
        return Err(No::new("the case is not registered", "register it first").of(event));
    };
    let kind = application.kind;
    let deciding = match kind {
        Kind::ValidatedEndUser => Some(Act::ErcDecided),
        Kind::Report => Some(Act::Filed),
        _ => None,
    };
    if let Some(act) = deciding {
        let asked = rules.asked(kind, application.asks.as_deref(), act);
        asked.map_err(|why| No::new("by what it is decided is open", why).of(event))?;
    }
    if event.actor.role == Role::Applicant && event.actor.id != application.applicant {
        let found = format!(
            "`{}` registers for `{}`",
            event.actor.id, application.applicant
        );
        return Err(No::new(found, "an applicant registers its own").of(event));
    }
    if kind == Kind::License && application.quantity.is_none() {
        return Err(
            No::new("no quantity is given", "an application says how many units").of(event),
        );
    }
    for digest in application.order.iter().chain(&application.decision) {
        hex(digest).map_err(|no| no.of(event))?;
    }
    Ok(application)
}

/// Whether what an event is called by can be written in a line: ids go into the ledger and letters.
pub(crate) fn named(event: &Event) -> Result<(), Refused> {
    let names = [
        ("id", &event.id),
        ("case", &event.case),
        ("actor", &event.actor.id),
    ];
    let wrong = names
        .into_iter()
        .find_map(|(what, name)| line(what, name).err());
    wrong.map_or(Ok(()), |no| Err(no.of(event)))
}

/// Whether a name can be written in a line.
pub(super) fn line(what: &str, name: &str) -> Result<(), No> {
    if !name.trim().is_empty() && name.len() <= NAME_MAX && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let found = format!("the {what} `{}` is no name", name.escape_debug());
    Err(No::new(
        found,
        format!("give 1 to {NAME_MAX} bytes without control characters"),
    ))
}

/// The most bytes of a name: ids made of two of them stay within the ledger's.
const NAME_MAX: usize = 200;

/// Whether an event fits a case in which its act may be done.
pub(crate) fn fit(state: &State, rules: &Rules, event: &Event) -> Result<(), Refused> {
    content(state, rules, event).map_err(|no| no.of(event))
}

fn content(state: &State, rules: &Rules, event: &Event) -> Result<(), No> {
    if event.case != state.case {
        return Err(No::new(
            format!("it is of case `{}`", event.case),
            format!("this is `{}`", state.case),
        ));
    }
    if event.at < state.last.1 {
        return Err(No::new(
            format!("{} lies before the last event", event.at),
            "events are made in order",
        ));
    }
    let kind = state.application.kind;
    match &event.what {
        What::DataAnswered { of, .. }
            if !state
                .questions
                .iter()
                .any(|q| q.id == *of && q.answered.is_none()) =>
        {
            let open = state.questions.iter().filter(|q| q.answered.is_none());
            let open: Vec<&str> = open.map(|q| q.id.as_str()).collect();
            Err(No::new(
                format!("`{of}` is no open question"),
                format!("open: {}", open.join(", ")),
            ))
        }
        What::FactsStated {
            facts,
            order,
            decision,
            ..
        } => stated(facts, order.as_deref(), decision.as_deref()),
        What::Referred { agencies } => referred(rules, kind, agencies),
        What::Advised {
            advice: Advice::ApproveWithConditions,
            conditions,
            ..
        } if conditions.is_empty() => Err(No::new(
            "no condition is given",
            "say them, or advise to approve",
        )),
        What::Recommended {
            proposal,
            grounds,
            conditions,
        } => recommended(state, rules, event, (*proposal, grounds, conditions)),
        What::Countersigned { of } => match state.recommendation.as_ref().filter(|r| r.id == *of) {
            Some(_) => Ok(()),
            None => Err(No::new(
                format!("`{of}` is not what is recommended now"),
                "sign what you have read",
            )),
        },
        What::Decided {
            level,
            outcome,
            grounds,
            ..
        } => decided(state, rules, event, (*level, *outcome, grounds)),
        What::Voted { level, .. } => voted(state, rules, &event.actor, *level),
        What::Appealed {
            to: Level::Chair | Level::Erc,
        } => Err(No::new(
            "no appeal goes there",
            "appeals go to acep, earb, president",
        )),
        What::IntentToDeny { grounds } | What::Denied { grounds } => {
            complete(grounds, rules.cite(kind, Act::Responded))
        }
        What::Returned { reason }
        | What::Suspended { reason }
        | What::Reinstated { reason }
        | What::Revoked { reason }
            if reason.trim().is_empty() =>
        {
            Err(No::new("no reason is given", "say why"))
        }
        What::Held { ground } | What::ClockStopped { ground } => {
            let mut grounds = rules.stops(kind, event.what.act(), None);
            paused_once(state, ground)?;
            if grounds.any(|g| g.id == *ground) {
                return Ok(());
            }
            let known: Vec<&str> = rules
                .stops(kind, event.what.act(), None)
                .map(|g| g.id.as_str())
                .collect();
            Err(No::new(
                format!("`{ground}` is no ground of the law"),
                format!("one of {}", known.join(", ")),
            )
            .under_any(rules.cite(kind, Act::Held)))
        }
        What::ClockResumed { ground } => resumed(state, ground),
        What::StepDone { step } => step_done(state, rules, &event.actor, step),
        What::ConcessionMet { concession } => match state
            .application
            .concessions
            .iter()
            .find(|c| c.id == *concession)
        {
            Some(_) if state.met.contains_key(concession) => {
                Err(No::new("it is met already", "once is enough"))
            }
            Some(_) => Ok(()),
            None => Err(No::new(
                format!("the agreement has no concession `{concession}`"),
                "name one of its own",
            )),
        },
        What::Filed { document } => hex(document),
        What::Approved {
            conditions,
            reservation,
        } => approved(state, rules, event, conditions, reservation.as_deref()),
        What::Issued { .. } => issued(state, rules, event),
        What::Amended {
            change,
            value_usd,
            quantity,
            ..
        } => amended(state, rules, change, (*value_usd, *quantity)),
        What::Shipped {
            shipment,
            quantity,
            value_usd,
        } => shipped(state, event, (shipment, *quantity, *value_usd)),
        What::DocumentAttached {
            digest,
            name,
            bytes,
            ..
        } => {
            if *bytes == 0 || name.trim().is_empty() {
                return Err(No::new(
                    "a document without content or name",
                    "give its name and its size in bytes",
                ));
            }
            hex(digest)
        }
        _ => Ok(()),
    }
}

/// Whether facts are stated, and the order that holds them and its decision are named.
fn stated(
    facts: &BTreeMap<String, String>,
    order: Option<&str>,
    decision: Option<&str>,
) -> Result<(), No> {
    if facts.is_empty() {
        let right = "give each fact by its path, such as `consignee.headquarters`";
        return Err(No::new("no fact is stated", right));
    }
    for (what, digest) in [("order", order), ("decision", decision)] {
        let Some(digest) = digest else {
            let found = format!("the {what} with these facts is not named");
            return Err(No::new(found, "give its digest"));
        };
        hex(digest)?;
    }
    Ok(())
}

/// Whether a text is a blake3 digest.
fn hex(digest: &str) -> Result<(), No> {
    if digest.len() == 64
        && digest
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    {
        return Ok(());
    }
    Err(No::new(
        format!("`{digest}` is no digest"),
        "give blake3 as 64 lower-case hexadecimal digits",
    ))
}

pub(super) fn complete(grounds: &Grounds, cite: Option<&str>) -> Result<(), No> {
    if grounds.complete() {
        return Ok(());
    }
    Err(No::new(
        "the basis is not complete",
        "name the statute and the regulation",
    )
    .under_any(cite))
}

fn referred(rules: &Rules, kind: Kind, agencies: &[String]) -> Result<(), No> {
    let act = if kind == Kind::License {
        Act::Advised
    } else {
        Act::ErcDecided
    };
    let Some(rule) = rules.done_by(kind, act) else {
        return Err(No::new(
            format!(
                "the law of {} has no step that `{}` does",
                rules.date,
                act.word()
            ),
            "refer under a law that has one",
        ));
    };
    if agencies.is_empty() {
        return Err(No::new(
            "no agency is named",
            format!("name some of {}", rule.is.who.join(", ")),
        )
        .under(&rule.cite));
    }
    for (at, agency) in agencies.iter().enumerate() {
        if !concerns(rule, Some(agency)) {
            let found = format!("`{agency}` does not review such cases");
            return Err(
                No::new(found, format!("name some of {}", rule.is.who.join(", ")))
                    .under(&rule.cite),
            );
        }
        if agencies[..at].contains(agency) {
            return Err(No::new(
                format!("`{agency}` is named twice"),
                "name each once",
            ));
        }
    }
    Ok(())
}

/// Whether the conditions asked for are among those given.
pub(super) fn kept(asked: &[String], given: &[String]) -> Result<(), No> {
    match asked.iter().find(|c| !given.contains(c)) {
        Some(left_out) => Err(No::new(
            format!("the condition `{left_out}` is left out"),
            "carry every condition that was asked for",
        )),
        None => Ok(()),
    }
}

fn step_done(state: &State, rules: &Rules, actor: &Actor, step: &str) -> Result<(), No> {
    let kind = state.application.kind;
    let word = Act::StepDone.word();
    let Some(rule) = rules
        .steps(kind)
        .find(|s| s.id == step && names(&s.is.done_by, word))
    else {
        let known = rules.steps(kind).filter(|s| names(&s.is.done_by, word));
        let known: Vec<&str> = known.map(|s| s.id.as_str()).collect();
        return Err(No::new(
            format!("`{step}` is no step that is entered as done"),
            format!("one of {}", known.join(", ")),
        ));
    };
    if state.step_done(step).is_some() {
        return Err(No::new(format!("`{step}` is done"), "once is enough"));
    }
    let by_officer = actor.role == Role::LicensingOfficer;
    if !by_officer && !concerns(rule, actor.agency()) {
        return Err(No::new(
            format!("{actor} does not act here"),
            format!("it is for {}", rule.is.who.join(", ")),
        )
        .under(&rule.cite));
    }
    Ok(())
}
