//! What may be done now, by whom, and why not: the one place where it stands.

mod boards;
mod now;

use jiff::civil::Date;

use self::now::Now;
use crate::act::Act;
use crate::error::No;
use crate::kind::Kind;
use crate::people::{Actor, Role};
use crate::process::denied_from;
use crate::rules::{Rules, concerns};
use crate::state::{Closing, State};

/// An act, and whether it may be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Possible {
    /// The act.
    pub act: Act,
    /// Why not; none when it may.
    pub why_not: Option<No>,
}

/// Every act of a kind of case, and whether someone may do it on a day.
///
/// The content of an event is checked besides, when it is made.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Act, allowed, demo};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[]).unwrap();
/// let all = allowed(&case, &rules, &demo::officer(), day);
/// let why = |act| all.iter().find(|p| p.act == act).unwrap().why_not.as_ref();
/// assert!(why(Act::Referred).is_none());
/// assert_eq!(
///     why(Act::Issued).unwrap().to_string(),
///     "the case is not approved; approve it first"
/// );
/// ```
#[must_use]
pub fn allowed(state: &State, rules: &Rules, actor: &Actor, day: Date) -> Vec<Possible> {
    let kind = state.application.kind;
    let acts = acts_of(kind).filter(|act| *act != Act::Registered);
    acts.map(|act| Possible {
        act,
        why_not: may(Some(state), rules, act, actor, day).err(),
    })
    .collect()
}

/// Whether an act may be done on a day.
///
/// # Errors
///
/// Why not, what would be right, and the paragraph.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Act, demo, may};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let no = may(None, &rules, Act::Referred, &demo::officer(), day).unwrap_err();
/// assert_eq!(no.to_string(), "the case is not registered; register it first");
/// ```
pub fn may(
    state: Option<&State>,
    rules: &Rules,
    act: Act,
    actor: &Actor,
    day: Date,
) -> Result<(), No> {
    role(act, actor)?;
    let state = match (state, act) {
        (None, Act::Registered) => return Ok(()),
        (None, _) => return Err(No::new("the case is not registered", "register it first")),
        (Some(state), Act::Registered) => {
            let found = format!("the case was registered on {}", state.registered);
            return Err(No::new(found, "give a new case its own name"));
        }
        (Some(state), _) => state,
    };
    let kind = state.application.kind;
    if !belongs(kind, act) {
        return Err(No::new(
            format!("it is a {kind} case"),
            "there is no such act in it",
        ));
    }
    if day < state.last.0 {
        let found = format!(
            "{day} lies before {}, the day of its last event",
            state.last.0
        );
        return Err(No::new(found, "events are made in order"));
    }
    if matches!(actor.role, Role::Applicant) && actor.id != state.application.applicant {
        let found = format!("it is a case of another applicant than `{}`", actor.id);
        return Err(No::new(found, "an applicant acts in its own cases"));
    }
    if actor.role == Role::AgencyReviewer {
        speaks_for(state, rules, act, actor)?;
    }
    ended(state, act)?;
    denied_by_the_day(state, rules, act, day)?;
    Now {
        state,
        rules,
        actor,
        day,
    }
    .check(act)
}

/// The roles an act is for at all.
///
/// ```
/// use tiergate_cases::{Act, Role, roles_of};
/// assert_eq!(roles_of(Act::Advised), [Role::AgencyReviewer]);
/// ```
#[must_use]
pub const fn roles_of(act: Act) -> &'static [Role] {
    use Role::{AgencyReviewer, Applicant, Countersigner, Desk, LicensingOfficer};
    let staff: &[Role] = &[LicensingOfficer, Countersigner];
    match act {
        Act::Registered | Act::DocumentAttached => &[Applicant, LicensingOfficer],
        Act::DataAsked => &[LicensingOfficer, AgencyReviewer],
        Act::DataAnswered
        | Act::FactsStated
        | Act::Withdrawn
        | Act::Responded
        | Act::DenialAppealed
        | Act::Filed => &[Applicant, LicensingOfficer],
        Act::MissingTold | Act::Advised | Act::Voted | Act::AcepAppealed | Act::EarbAppealed => {
            &[AgencyReviewer]
        }
        Act::PresidentAppealed | Act::ChairDecided => &[AgencyReviewer],
        Act::AcepDecided | Act::EarbDecided | Act::ErcDecided => {
            &[AgencyReviewer, LicensingOfficer]
        }
        Act::Countersigned | Act::Approved | Act::Issued | Act::Revoked => staff,
        Act::StepDone => &[LicensingOfficer, AgencyReviewer],
        Act::Shipped => &[Applicant, LicensingOfficer],
        Act::Expired => &[Desk, LicensingOfficer],
        Act::Denied => &[LicensingOfficer, Countersigner, Desk],
        Act::Note => &[LicensingOfficer, Countersigner, AgencyReviewer],
        Act::Assigned => staff,
        _ => &[LicensingOfficer],
    }
}

/// The acts of a kind of case.
///
/// ```
/// use tiergate_cases::{Act, Kind, acts_of};
/// assert!(acts_of(Kind::Report).any(|act| act == Act::Filed));
/// assert!(!acts_of(Kind::Report).any(|act| act == Act::Issued));
/// ```
pub fn acts_of(kind: Kind) -> impl Iterator<Item = Act> {
    let all = Act::ALL.iter().copied();
    all.filter(move |act| belongs(kind, *act))
}

/// Who may do what at all.
fn role(act: Act, actor: &Actor) -> Result<(), No> {
    let fit = roles_of(act);
    if fit.contains(&actor.role) {
        return Ok(());
    }
    let words: Vec<&str> = fit.iter().map(|r| r.word()).collect();
    Err(No::new(
        format!("it is asked for by {actor}"),
        format!("it is for {}", words.join(", ")),
    ))
}

/// Whether an agency may act at a step of the law: the step says who.
fn speaks_for(state: &State, rules: &Rules, act: Act, actor: &Actor) -> Result<(), No> {
    let agency = actor.agency();
    if matches!(act, Act::DataAsked | Act::MissingTold | Act::Advised)
        && !state
            .referrals
            .iter()
            .any(|r| Some(r.agency.as_str()) == agency)
    {
        let found = format!("it was not referred to {}", agency.unwrap_or("an agency"));
        return Err(No::new(found, "refer it first"));
    }
    // A vote has its board's step, which only its content names.
    if matches!(act, Act::Voted | Act::Note | Act::DataAsked | Act::StepDone) {
        return Ok(());
    }
    let Some(rule) = rules.done_by(state.application.kind, act) else {
        let found = format!(
            "the law of {} has no step that `{}` does",
            rules.date,
            act.word()
        );
        return Err(No::new(found, "enter it under a law that has one"));
    };
    if concerns(rule, agency) {
        return Ok(());
    }
    let found = format!(
        "{} is not among those who act",
        agency.unwrap_or("no agency")
    );
    Err(No::new(found, format!("it is for {}", rule.is.who.join(", "))).under(&rule.cite))
}

/// What is over once a case has ended.
fn ended(state: &State, act: Act) -> Result<(), No> {
    let Some((how, on)) = state.closed else {
        return Ok(());
    };
    let lives_on = match act {
        Act::Note | Act::DocumentAttached | Act::Assigned => true,
        // An agreement is in force before all that was promised by a later day is done.
        Act::ConcessionMet => how == Closing::Approved,
        Act::DenialAppealed => how == Closing::Denied,
        Act::Issued | Act::Recommended | Act::Countersigned | Act::Revoked | Act::Amended => {
            how == Closing::Approved
        }
        Act::Shipped | Act::Suspended | Act::Reinstated | Act::Expired => how == Closing::Approved,
        // What a committee or a board decided holds until it is taken higher.
        Act::AcepAppealed | Act::EarbAppealed | Act::PresidentAppealed => {
            state.application.kind == Kind::ValidatedEndUser && state.ruling().is_some()
        }
        // Until its license is issued, what is approved can be withdrawn.
        Act::Withdrawn => {
            let license = state.application.kind == Kind::License && state.license.is_none();
            how == Closing::Approved && license && state.revoked.is_none()
        }
        _ => false,
    };
    if lives_on {
        return Ok(());
    }
    Err(No::new(
        format!("the case was {} on {on}", how.word()),
        "open a new case",
    ))
}

/// What is over once a denial that was announced has become final by the day alone.
fn denied_by_the_day(state: &State, rules: &Rules, act: Act, day: Date) -> Result<(), No> {
    let Some(due) = denied_from(state, rules, day) else {
        return Ok(());
    };
    if matches!(
        act,
        Act::Denied | Act::Note | Act::DocumentAttached | Act::Assigned
    ) {
        return Ok(());
    }
    let found = format!("the denial is final since {} ({})", due.day, due.says);
    let cite = rules.cite(state.application.kind, Act::Responded);
    Err(No::new(found, "enter it as denied; the applicant may appeal").under_any(cite))
}

/// Whether an act is one of a kind of case.
fn belongs(kind: Kind, act: Act) -> bool {
    let always = matches!(
        act,
        Act::Registered
            | Act::DataAsked
            | Act::DataAnswered
            | Act::Returned
            | Act::Withdrawn
            | Act::Assigned
            | Act::DocumentAttached
            | Act::Note
    );
    always
        || match kind {
            Kind::License => !matches!(
                act,
                Act::ErcDecided | Act::Answered | Act::ConcessionMet | Act::Filed
            ),
            Kind::Nac => matches!(act, Act::Answered | Act::ClockStopped | Act::ClockResumed),
            Kind::ValidatedEndUser => matches!(
                act,
                Act::Referred
                    | Act::Voted
                    | Act::ErcDecided
                    | Act::AcepAppealed
                    | Act::AcepDecided
                    | Act::EarbAppealed
                    | Act::EarbDecided
                    | Act::PresidentAppealed
                    | Act::PresidentDecided
            ),
            Kind::Classification | Kind::AdvisoryOpinion => act == Act::Answered,
            Kind::Agreement => {
                matches!(
                    act,
                    Act::ConcessionMet | Act::Recommended | Act::Countersigned | Act::Approved
                )
            }
            Kind::Report => act == Act::Filed,
        }
}
