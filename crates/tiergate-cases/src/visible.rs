//! Who may be told of an event: the step it does says so in the law.

use crate::act::{Act, What};
use crate::event::Event;
use crate::people::{Actor, Role};
use crate::rules::{Rules, names};
use crate::state::State;

/// Whether someone may be told of an event of a case.
///
/// An applicant is told of its own acts, of questions to it, and of what the law's steps say it
/// may see; of nothing in cases of others. Staff and agencies see the whole case.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Actor, Role, What, demo, visible};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[]).unwrap();
/// let note = demo::event("e-2", day, &demo::officer(), What::Note { text: "call them".into() });
/// assert!(visible(&case, &rules, &note, &demo::officer()));
/// assert!(!visible(&case, &rules, &note, &Actor::new("acme", Role::Applicant)));
/// ```
#[must_use]
pub fn visible(state: &State, rules: &Rules, event: &Event, to: &Actor) -> bool {
    if to.role != Role::Applicant {
        return true;
    }
    if to.id != state.application.applicant {
        return false;
    }
    if event.actor.role == Role::Applicant {
        return true;
    }
    let act = event.what.act();
    // The license and what is done to it are the applicant's papers.
    let its_own = matches!(
        act,
        Act::Registered
            | Act::DataAsked
            | Act::FactsStated
            | Act::Approved
            | Act::Issued
            | Act::Amended
            | Act::Shipped
            | Act::Suspended
            | Act::Reinstated
            | Act::Revoked
            | Act::Expired
            | Act::Answered
    );
    let step = match &event.what {
        What::StepDone { step } => Some(step),
        What::Held { ground } | What::ClockStopped { ground } | What::ClockResumed { ground } => {
            Some(ground)
        }
        _ => None,
    };
    its_own
        || rules
            .steps(state.application.kind)
            .filter(|s| match step {
                Some(step) => s.id == *step,
                None => names(&s.is.done_by, act.word()),
            })
            .any(|s| {
                s.is.seen
                    .as_ref()
                    .is_some_and(|seen| names(&seen.by, "applicant"))
            })
}
