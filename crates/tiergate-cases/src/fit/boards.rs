//! Whether a vote or a decision fits what the law says of its board.

use super::complete;
use crate::act::{Level, Outcome};
use crate::error::No;
use crate::event::{Event, Grounds};
use crate::kind::Kind;
use crate::people::Actor;
use crate::process::{Tally, tally};
use crate::rules::{Rule, Rules, concerns};
use crate::state::State;

/// The step by which a level decides a case: of the committee's the one the request asks by.
fn board<'r>(state: &State, rules: &'r Rules, level: Level) -> Result<&'r Rule, No> {
    let kind = state.application.kind;
    let asks = state.application.asks.as_deref();
    let asks = asks.filter(|_| level == Level::Erc);
    let rule = rules.asked(kind, asks, level.decided());
    rule.map_err(|why| No::new("by what it is decided is open", why))
}

pub(super) fn decided(
    state: &State,
    rules: &Rules,
    event: &Event,
    (level, outcome, grounds): (Level, Outcome, &Grounds),
) -> Result<(), No> {
    if outcome == Outcome::Deny && state.application.kind == Kind::License {
        complete(
            grounds,
            rules.cite(state.application.kind, event.what.act()),
        )?;
    }
    if matches!(level, Level::Chair | Level::President) {
        return Ok(());
    }
    let (rule, by_votes) = counted_out(state, rules, level)?;
    if by_votes == outcome {
        return Ok(());
    }
    let found = format!("the votes are to {}", by_votes.word());
    Err(No::new(found, "a board's decision is what its votes give").under(&rule.cite))
}

/// The step by which a board decides a case, and what its votes give.
pub(crate) fn counted_out<'r>(
    state: &State,
    rules: &'r Rules,
    level: Level,
) -> Result<(&'r Rule, Outcome), No> {
    let rule = board(state, rules, level)?;
    match tally(state, rule, level) {
        Tally::Decided(by_votes) => Ok((rule, by_votes)),
        Tally::Open(why) => Err(No::new(why, "more votes decide it").under(&rule.cite)),
    }
}

/// What the votes of a board give, if they give something.
pub(super) fn what_votes_give(state: &State, rules: &Rules, level: Level) -> Option<Outcome> {
    counted_out(state, rules, level)
        .ok()
        .map(|(_, outcome)| outcome)
}

pub(crate) fn voted(state: &State, rules: &Rules, actor: &Actor, level: Level) -> Result<(), No> {
    let kind = state.application.kind;
    if !matches!(level, Level::Acep | Level::Earb | Level::Erc)
        || (level == Level::Erc && kind != Kind::ValidatedEndUser)
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
    let rule = board(state, rules, level)?;
    if concerns(rule, actor.agency()) {
        return Ok(());
    }
    let found = format!("{} is no member", actor.agency().unwrap_or("no agency"));
    Err(No::new(found, format!("members are {}", rule.is.who.join(", "))).under(&rule.cite))
}
