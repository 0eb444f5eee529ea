//! The work of someone at the desk: open cases, the next day of each, and what may be done.

use std::sync::Arc;

use jiff::civil::Date;

use crate::act::Act;
use crate::due::{Due, Standing, dues};
use crate::error::Error;
use crate::folded::{Case, Folded};
use crate::kind::Kind;
use crate::law_book::LawBook;
use crate::may::allowed;
use crate::people::{Actor, Role, agency_of};
use crate::state::State;
use crate::store::Store;

/// An open case as it stands in a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct Queued {
    /// The case.
    pub case: String,
    /// What it is about.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// Its applicant.
    pub applicant: String,
    /// The day it was registered.
    pub registered: Date,
    /// Its country.
    pub country: Option<String>,
    /// Its lane.
    pub lane: Option<String>,
    /// Who is in charge.
    pub assigned: Option<String>,
    /// The next thing that is due of it, of those the person's agency acts in where it has one.
    pub next: Option<Due>,
    /// Whether that day has passed.
    pub overdue: bool,
    /// Whether its clock stands still.
    pub stands_still: bool,
    /// What the person may do in it now.
    pub acts: Vec<Act>,
    /// Of these, what was done already and may be done otherwise: advice that was given, a
    /// recommendation that was signed, facts of an order that leaves none open.
    pub again: Vec<Act>,
}

/// Whether an act was done already, and would only be done otherwise.
fn again(state: &State, of: &Actor, act: Act) -> bool {
    match act {
        Act::Advised => state
            .referrals
            .iter()
            .any(|r| Some(r.agency.as_str()) == of.agency() && r.advice.is_some()),
        Act::FactsStated => state.application.missing.is_empty(),
        Act::Recommended => state
            .recommendation
            .as_ref()
            .is_some_and(|r| r.countersigned.is_some()),
        _ => false,
    }
}

/// The open cases of someone, the most pressing first: an applicant's own, an agency's those it was
/// asked about, all of them for the rest.
///
/// # Errors
///
/// The store's or the law's.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{LawBook, demo, enter, queue, store::Memory};
/// use tiergate_law::{LawRef, View};
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// let mut store = Memory::default();
/// enter(&mut store, &law, &demo::registered(date(2026, 1, 5))).unwrap();
/// let work = queue(&mut store, &law, &demo::officer(), date(2026, 1, 20)).unwrap();
/// assert!(work[0].overdue);
/// assert_eq!(work[0].next.as_ref().unwrap().step, "license-initial");
/// ```
pub fn queue(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    of: &Actor,
    day: Date,
) -> Result<Vec<Queued>, Error> {
    Ok(queued(&Folded::default().all(store, law)?, of, day))
}

/// The same, of cases that are folded.
#[must_use]
pub fn queued(cases: &[Arc<Case>], of: &Actor, day: Date) -> Vec<Queued> {
    let mut found = Vec::new();
    for case in cases {
        let (state, rules) = (&case.state, &case.rules);
        let theirs = match of.role {
            Role::Applicant => state.application.applicant == of.id,
            Role::AgencyReviewer => {
                of.agency() == Some(crate::people::HOME)
                    || state
                        .referrals
                        .iter()
                        .any(|r| Some(r.agency.as_str()) == of.agency())
            }
            _ => true,
        };
        if state.closed.is_some() || !theirs {
            continue;
        }
        let pressing = |d: &Due| {
            let stands = matches!(d.standing, Standing::Open | Standing::Overdue { .. });
            let acts = match of.role {
                Role::Applicant => d.who.iter().any(|w| w == Role::Applicant.word()),
                Role::AgencyReviewer => {
                    !d.optional && d.who.iter().any(|w| Some(agency_of(w)) == of.agency())
                }
                // A right of another is no work.
                _ => !d.optional,
            };
            stands && acts && d.due.is_some()
        };
        let due = dues(state, rules, day).into_iter().filter(pressing);
        let next = due.min_by_key(|d| d.due.as_ref().map(|c| c.day));
        let listed = allowed(state, rules, of, day).into_iter();
        let acts: Vec<Act> = listed
            .filter(|p| p.why_not.is_none())
            .map(|p| p.act)
            .collect();
        let done = acts.iter().copied().filter(|act| again(state, of, *act));
        found.push(Queued {
            case: state.case.clone(),
            kind: state.application.kind,
            title: state.application.title.clone(),
            applicant: state.application.applicant.clone(),
            registered: state.registered,
            country: state.application.country.clone(),
            lane: state.application.lane.clone(),
            assigned: state.assigned.clone(),
            overdue: next
                .as_ref()
                .is_some_and(|d| matches!(d.standing, Standing::Overdue { .. })),
            stands_still: !state.paused().is_empty(),
            next,
            again: done.collect(),
            acts,
        });
    }
    // What has no day comes last.
    let key = |q: &Queued| {
        q.next
            .as_ref()
            .and_then(|d| d.due.as_ref())
            .map_or(Date::MAX, |c| c.day)
    };
    found.sort_by_key(key);
    found
}
