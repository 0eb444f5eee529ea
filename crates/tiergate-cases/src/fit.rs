//! Whether the content of an event fits its case.

use crate::act::{Act, Advice, Level, Outcome, Proposal, What};
use crate::application::Application;
use crate::error::{No, Refused};
use crate::event::{Event, Grounds};
use crate::kind::Kind;
use crate::license::valid_through;
use crate::people::Role;
use crate::process::{Authority, Tally, authority, tally};
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
        What::Voted { level, .. } => voted(state, rules, event, *level),
        What::Appealed {
            to: Level::Chair | Level::Erc,
        } => Err(No::new(
            "no appeal goes there",
            "appeals go to acep, earb, president",
        )),
        What::IntentToDeny { grounds } | What::Denied { grounds } => complete(grounds, "750.6"),
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
            if state
                .paused()
                .iter()
                .any(|p| p.ground == *ground && p.by != event.id)
            {
                return Err(No::new(
                    format!("the clock stands still on `{ground}`"),
                    "one stop is enough",
                ));
            }
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
            .under("750.4(b)"))
        }
        What::ClockResumed { ground } => {
            match state.paused().iter().find(|p| p.ground == *ground) {
                Some(p) if state.questions.iter().any(|q| q.id == p.by) => {
                    Err(No::new("the clock waits for an answer", "enter the answer"))
                }
                Some(_) => Ok(()),
                None => Err(No::new(
                    format!("the clock does not stand still on `{ground}`"),
                    "name the ground it was stopped on",
                )),
            }
        }
        What::StepDone { step } => step_done(state, rules, event, step),
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
            change, value_usd, ..
        } => amended(state, rules, change, *value_usd),
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

fn complete(grounds: &Grounds, cite: &str) -> Result<(), No> {
    if grounds.complete() {
        return Ok(());
    }
    Err(No::new(
        "the basis is not complete",
        "name the statute and the regulation",
    )
    .under(cite))
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

fn recommended(
    state: &State,
    rules: &Rules,
    event: &Event,
    (proposal, grounds, conditions): (Proposal, &Grounds, &[String]),
) -> Result<(), No> {
    if state.license.is_some() != (proposal == Proposal::Revoke) {
        return Err(match state.license {
            Some(_) => No::new(
                "the license is issued",
                "what can be proposed now is to revoke it",
            ),
            None => No::new("no license is issued", "there is nothing to revoke"),
        });
    }
    if state.application.kind == Kind::Agreement || proposal == Proposal::Revoke {
        return Ok(());
    }
    match (proposal, authority(state, rules, event.day)) {
        (Proposal::Deny, Authority::Officer { deny: false, .. }) => Err(No::new(
            "no agency objects",
            "approve it, return it, or bring it before the chair of the Operating Committee",
        )),
        (Proposal::Approve, Authority::Officer { approve: false, .. }) => Err(No::new(
            "every agency objects",
            "deny it, or bring it before the chair",
        )),
        (
            Proposal::Approve,
            Authority::Decided {
                outcome: Outcome::Deny,
                why,
                ..
            },
        ) => Err(No::new(
            format!("it was decided to deny: {why}"),
            "give notice of intent to deny",
        )),
        (
            Proposal::Deny,
            Authority::Decided {
                outcome: Outcome::Approve,
                why,
                ..
            },
        ) => Err(No::new(
            format!("it was decided to approve: {why}"),
            "approve it",
        )),
        (Proposal::Deny, _) => complete(grounds, "750.6"),
        (
            _,
            Authority::Officer {
                conditions: asked, ..
            }
            | Authority::Decided {
                conditions: asked, ..
            },
        ) => kept(&asked, conditions),
        _ => Ok(()),
    }
}

/// Whether the conditions asked for are among those given.
fn kept(asked: &[String], given: &[String]) -> Result<(), No> {
    match asked.iter().find(|c| !given.contains(c)) {
        Some(left_out) => Err(No::new(
            format!("the condition `{left_out}` is left out"),
            "carry every condition that was asked for",
        )),
        None => Ok(()),
    }
}

fn decided(
    state: &State,
    rules: &Rules,
    event: &Event,
    (level, outcome, grounds): (Level, Outcome, &Grounds),
) -> Result<(), No> {
    if outcome == Outcome::Deny && state.application.kind == Kind::License {
        complete(grounds, "750.4(f)")?;
    }
    if matches!(level, Level::Chair | Level::President) {
        return Ok(());
    }
    let kind = state.application.kind;
    let rule = rules.asked(kind, state.application.asks.as_deref(), event.what.act());
    let rule = rule.map_err(|why| No::new("by what it is decided is open", why))?;
    match tally(state, rule, level) {
        Tally::Decided(by_votes) if by_votes == outcome => Ok(()),
        Tally::Decided(by_votes) => {
            let found = format!("the votes are to {}", by_votes.word());
            Err(No::new(found, "a board's decision is what its votes give").under(&rule.cite))
        }
        Tally::Open(why) => Err(No::new(why, "more votes decide it").under(&rule.cite)),
    }
}

fn voted(state: &State, rules: &Rules, event: &Event, level: Level) -> Result<(), No> {
    let act = level.decided();
    let kind = state.application.kind;
    if !matches!(level, Level::Acep | Level::Earb | Level::Erc)
        || (level == Level::Erc) != (kind == Kind::ValidatedEndUser)
    {
        return Err(No::new(
            format!("the {} does not vote on it", level.word()),
            "boards vote: acep, earb, or erc on validated end users",
        ));
    }
    if level == Level::Erc && state.referrals.is_empty() {
        return Err(No::new(
            "it was not circulated",
            "refer it to the committee's members first",
        ));
    }
    if level != Level::Erc && !state.appeals.iter().any(|(to, ..)| *to == level) {
        return Err(No::new(
            format!("it is not before the {}", level.word()),
            "a board votes on an appeal",
        ));
    }
    if state.rulings.iter().any(|r| r.level >= level) {
        return Err(No::new(
            format!("the {} has decided", level.word()),
            "votes come before",
        ));
    }
    let rule = rules.asked(kind, state.application.asks.as_deref(), act);
    let rule = rule.map_err(|why| No::new("by what it is decided is open", why))?;
    if concerns(rule, event.actor.agency()) {
        return Ok(());
    }
    let found = format!(
        "{} is no member",
        event.actor.agency().unwrap_or("no agency")
    );
    Err(No::new(found, format!("members are {}", rule.is.who.join(", "))).under(&rule.cite))
}

fn step_done(state: &State, rules: &Rules, event: &Event, step: &str) -> Result<(), No> {
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
    let by_officer = event.actor.role == Role::LicensingOfficer;
    if !by_officer && !concerns(rule, event.actor.agency()) {
        return Err(No::new(
            format!("{} does not act here", event.actor),
            format!("it is for {}", rule.is.who.join(", ")),
        )
        .under(&rule.cite));
    }
    Ok(())
}

/// The id of the ledger's entry that holds what an approval draws: of the case and of the
/// recommendation it carries out, so that a retry is the same entry and a new recommendation,
/// after a refusal, another.
///
/// ```
/// assert_eq!(tiergate_cases::reservation_id("Z-1", "e-7"), "case Z-1: approved on e-7");
/// ```
#[must_use]
pub fn reservation_id(case: &str, recommendation: &str) -> String {
    format!("case {case}: approved on {recommendation}")
}

fn approved(
    state: &State,
    rules: &Rules,
    event: &Event,
    conditions: &[String],
    reservation: Option<&str>,
) -> Result<(), No> {
    if state.application.kind != Kind::License {
        return Ok(());
    }
    let recommendation = state.recommendation.as_ref();
    let id = recommendation.map(|r| reservation_id(&state.case, &r.id));
    if reservation.is_none() || reservation != id.as_deref() {
        let right = "what an approval draws is held on the ledger first, under the id of the case and its recommendation";
        return Err(No::new("no reservation of its own is named", right));
    }
    if let Authority::Officer {
        conditions: asked, ..
    }
    | Authority::Decided {
        conditions: asked, ..
    } = authority(state, rules, event.day)
    {
        kept(&asked, conditions)?;
    }
    kept(recommendation.map_or(&[], |r| &r.conditions), conditions)
}

fn issued(state: &State, rules: &Rules, event: &Event) -> Result<(), No> {
    let What::Issued {
        quantity,
        value_usd,
        through,
        conditions,
        number,
    } = &event.what
    else {
        return Ok(());
    };
    if number.trim().is_empty() {
        return Err(No::new("the license has no number", "give it one"));
    }
    let asked = state.application.quantity.unwrap_or(0);
    if *quantity == 0 || *quantity > asked {
        return Err(No::new(
            format!("{quantity} units, and {asked} were applied for"),
            "license what was applied for, or less",
        ));
    }
    if let Some(most) = state.application.value_usd.filter(|most| value_usd > most) {
        return Err(No::new(
            format!("{value_usd} USD, and {most} were applied for"),
            "license what was applied for, or less",
        ));
    }
    kept(&state.conditions, conditions)?;
    if *through < event.day {
        return Err(No::new(
            format!("{through} lies before it is issued"),
            "give the last day it is valid",
        ));
    }
    // The law says "generally": another term is possible, and says what it rests on.
    let general = valid_through(rules, event.day, state.application.a_items);
    if general != Some(*through) && event.basis.is_empty() {
        let right = match general {
            Some(day) => format!("give {day}, or the basis of another term"),
            None => "say whether its items are those of 742.6(a)(6)(iii)(A), or give the basis of the term".to_owned(),
        };
        return Err(
            No::new(format!("it would be valid through {through}"), right).under("750.7(g)"),
        );
    }
    Ok(())
}

fn amended(state: &State, rules: &Rules, change: &str, value_usd: Option<u64>) -> Result<(), No> {
    let word = Act::Amended.word();
    let allowed = || {
        rules
            .steps(Kind::License)
            .filter(|s| names(&s.is.done_by, word))
    };
    if !allowed().any(|s| s.id == change) {
        let known: Vec<&str> = allowed().map(|s| s.id.as_str()).collect();
        let right = format!(
            "without a new license: {}; for anything else apply for one",
            known.join(", ")
        );
        return Err(
            No::new(format!("`{change}` is no change the law lists"), right).under("750.7(c)"),
        );
    }
    let now = state.license.as_ref().map_or(0, |l| l.value_usd);
    match value_usd {
        Some(value) if value >= now => Err(No::new(
            format!("{value} USD, and the license has {now}"),
            "without a new license the price gets lower only",
        )
        .under("750.7(c)")),
        _ => Ok(()),
    }
}

fn shipped(
    state: &State,
    event: &Event,
    (shipment, quantity, value_usd): (&str, u64, u64),
) -> Result<(), No> {
    let Some(license) = &state.license else {
        return Err(No::new("no license is issued", "issue it first"));
    };
    if license.shipments.iter().any(|s| s == shipment) {
        return Err(No::new(
            format!("shipment `{shipment}` is entered"),
            "give each its own name",
        ));
    }
    license
        .refuses(event.day, quantity, value_usd)
        .map_or(Ok(()), Err)
}
