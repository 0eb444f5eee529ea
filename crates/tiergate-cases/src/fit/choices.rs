//! What of an act's content would be taken now: for forms, which offer nothing that is refused.

use jiff::civil::Date;

use super::boards::{voted, what_votes_give};
use super::clock::{paused_once, resumed};
use super::recommended::proposed;
use super::step_done;
use crate::act::{Act, Level, Outcome, Proposal};
use crate::people::Actor;
use crate::rules::{Rule, Rules, names};
use crate::state::State;

/// What may be recommended on a day.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{Proposal, demo, proposals};
/// let day = date(2026, 1, 5);
/// let rules = demo::rules(day).unwrap();
/// let case = demo::case(&rules, day, &[]).unwrap();
/// // Nothing is approved: there is nothing to revoke.
/// assert_eq!(proposals(&case, &rules, day), [Proposal::Approve, Proposal::Deny]);
/// ```
#[must_use]
pub fn proposals(state: &State, rules: &Rules, day: Date) -> Vec<Proposal> {
    let all = [Proposal::Approve, Proposal::Deny, Proposal::Revoke];
    let fits = |p: &Proposal| proposed(state, rules, day, *p).is_ok();
    all.into_iter().filter(fits).collect()
}

/// The outcomes a level may decide: of a board what its votes give.
#[must_use]
pub fn outcomes(state: &State, rules: &Rules, level: Level) -> Vec<Outcome> {
    let all = [Outcome::Approve, Outcome::Deny];
    if matches!(level, Level::Chair | Level::President) {
        return all.into();
    }
    what_votes_give(state, rules, level).into_iter().collect()
}

/// The boards at which someone may vote.
#[must_use]
pub fn boards(state: &State, rules: &Rules, actor: &Actor) -> Vec<Level> {
    let all = [Level::Erc, Level::Acep, Level::Earb];
    let fits = |level: &Level| voted(state, rules, actor, *level).is_ok();
    all.into_iter().filter(fits).collect()
}

/// The steps of the law that someone may enter as done.
pub fn steps_to_do<'r>(
    state: &'r State,
    rules: &'r Rules,
    actor: &'r Actor,
) -> impl Iterator<Item = &'r Rule> {
    let all = rules.steps(state.application.kind);
    all.filter(|rule| step_done(state, rules, actor, &rule.id).is_ok())
}

/// The grounds on which the clock may be stopped by an act, or on which it stands still and may be
/// let run again.
pub fn grounds<'r>(state: &'r State, rules: &'r Rules, act: Act) -> impl Iterator<Item = &'r Rule> {
    let all = rules.steps(state.application.kind);
    all.filter(move |rule| match act {
        Act::ClockResumed => resumed(state, &rule.id).is_ok(),
        _ => {
            let stops = rule.is.stops_clock && names(&rule.is.stops_on, act.word());
            stops && paused_once(state, &rule.id).is_ok()
        }
    })
}
