//! What changed of a reservation between its decision and now.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use tiergate_law::Date;
use tiergate_ledger::{Held, duties_of};
use tiergate_order::Order;

use super::kept::Kept;
use crate::parties::filling::Filled;
use crate::parties::from_list::{Near, Screened};

/// A reservation decided again.
pub struct Now<'n> {
    /// The decision.
    pub record: Value,
    /// The order.
    pub order: &'n Order,
    /// What was filled in of it.
    pub filled: Filled,
    /// The limits it would pass.
    pub limits: Vec<String>,
}

/// What was, and what is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Turn {
    /// When it was reserved.
    pub before: Value,
    /// Now.
    pub now: Value,
}

/// A fact of the order that is another now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactTurn {
    /// Its path.
    pub path: String,
    /// What was known; none for unknown.
    pub before: Option<String>,
    /// What is known.
    pub now: Option<String>,
}

/// How a hit changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// It was no hit.
    New,
    /// What was decided of it no longer holds.
    Lapsed,
    /// The entry says something else, and nobody had decided.
    Changed,
    /// It has been decided since, or decided otherwise.
    Decided,
    /// It is no longer a hit.
    Gone,
}

impl How {
    /// What it means.
    pub const fn says(self) -> &'static str {
        match self {
            How::New => "a new hit",
            How::Lapsed => "no decision about it holds now",
            How::Changed => "the entry has changed",
            How::Decided => "decided since",
            How::Gone => "no longer a hit",
        }
    }
}

/// A hit that changed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HitTurn {
    /// The party's path.
    pub party: String,
    /// Its name.
    pub name: String,
    /// How it changed.
    pub change: How,
    /// The hit: as it is, or as it was if it is gone.
    pub hit: Near,
}

/// A duty that comes or goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DutyTurn {
    /// Its id in the decision.
    pub id: String,
    /// What is to be done.
    pub what: String,
    /// What says so.
    pub cite: String,
}

/// What changed of a reservation.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// The reservation.
    pub id: String,
    /// The day it was reserved for.
    pub reserved_for: Date,
    /// The law it is decided under.
    pub law: Value,
    /// The day of the law.
    pub as_of: Value,
    /// The view.
    pub view: Value,
    /// The outcome.
    pub outcome: Turn,
    /// What carries it.
    pub authority: Turn,
    /// How an application would be reviewed.
    pub review: Turn,
    /// The facts that the outcome, the authority or the review still depends on.
    pub missing: Vec<String>,
    /// Duties that go.
    pub duties_gone: Vec<DutyTurn>,
    /// Duties that come.
    pub duties_new: Vec<DutyTurn>,
    /// Limits it would pass.
    pub limits: Vec<String>,
    /// Hits that are new or otherwise.
    pub hits: Vec<HitTurn>,
    /// Facts that are known otherwise.
    pub facts: Vec<FactTurn>,
    /// What is left to decide of hits, and how.
    pub to_decide: Vec<String>,
    /// Whether other facts are missing than were.
    #[serde(skip)]
    misses_otherwise: bool,
}

impl Change {
    /// What changed between the decision that was kept and the one now.
    pub fn between(kept: &Kept, held: &Held, now: Now<'_>) -> Change {
        let (before, record) = (&kept.decision, &now.record);
        let turn = |field: &str| Turn {
            before: before[field].clone(),
            now: record[field].clone(),
        };
        let (duties_before, duties_now) = (duties(before), duties(record));
        let beside = |all: &[DutyTurn], other: &[DutyTurn]| -> Vec<DutyTurn> {
            let missing = all
                .iter()
                .filter(|duty| !other.iter().any(|d| d.id == duty.id));
            missing.cloned().collect()
        };
        Change {
            id: held.made.id.clone(),
            reserved_for: held.made.date,
            law: record["law"].clone(),
            as_of: record["as_of"].clone(),
            view: record["view"].clone(),
            outcome: turn("outcome"),
            authority: turn("authority"),
            review: turn("review"),
            missing: missing(record),
            misses_otherwise: missing(before) != missing(record),
            duties_gone: beside(&duties_before, &duties_now),
            duties_new: beside(&duties_now, &duties_before),
            limits: now.limits,
            hits: hits(kept, &now.filled.screened),
            facts: facts(kept, now.order),
            to_decide: now.filled.open,
        }
    }

    /// Whether anything that counts has changed; facts by themselves do not.
    pub fn is_one(&self) -> bool {
        let turned = |turn: &Turn| turn.before != turn.now;
        [&self.outcome, &self.authority, &self.review]
            .into_iter()
            .any(turned)
            || self.misses_otherwise
            || !self.duties_gone.is_empty()
            || !self.duties_new.is_empty()
            || !self.limits.is_empty()
            || !self.hits.is_empty()
    }
}

fn missing(decision: &Value) -> Vec<String> {
    let all = ["missing", "missing_detail"].into_iter();
    let all = all.filter_map(|field| decision[field].as_array()).flatten();
    all.filter_map(|fact| fact.as_str().map(str::to_owned))
        .collect()
}

/// The duties of a decision that surely apply, or may.
fn duties(decision: &Value) -> Vec<DutyTurn> {
    let text = |duty: &Value, field: &str| duty[field].as_str().unwrap_or_default().to_owned();
    let all = duties_of(decision);
    let all = all.iter().map(|duty| DutyTurn {
        id: text(duty, "id"),
        what: text(duty, "what"),
        cite: text(duty, "cite"),
    });
    all.collect()
}

/// The hits that are new or otherwise. One that someone decided to be another party is told only where
/// it was told before.
fn hits(kept: &Kept, now: &[Screened]) -> Vec<HitTurn> {
    if now.is_empty() {
        return Vec::new();
    }
    let before = kept
        .screening
        .as_ref()
        .map_or(&[][..], |s| s.parties.as_slice());
    let of = |all: &'_ [Screened], party: &str| -> Vec<Near> {
        let found = all.iter().find(|screened| screened.party == party);
        found.map_or_else(Vec::new, |screened| screened.found.hits.clone())
    };
    let mut turned = Vec::new();
    for screened in now {
        let Screened { party, found } = screened;
        let turn = |change, hit| HitTurn {
            party: party.clone(),
            name: found.name.clone(),
            change,
            hit,
        };
        let mut was = of(before, party);
        for hit in &found.hits {
            let at = was.iter().position(|old| old.entry == hit.entry);
            let old = at.map(|at| was.swap_remove(at));
            if let Some(change) = how(old.as_ref(), hit) {
                turned.push(turn(change, hit.clone()));
            }
        }
        let gone = was
            .into_iter()
            .filter(|old| old.is_the_party() != Some(false));
        turned.extend(gone.map(|old| turn(How::Gone, old)));
    }
    turned
}

fn how(old: Option<&Near>, hit: &Near) -> Option<How> {
    let now = hit.is_the_party();
    let Some(old) = old else {
        return (now != Some(false)).then_some(How::New);
    };
    match (old.is_the_party(), now) {
        (Some(_), None) => Some(How::Lapsed),
        (None, None) => (old.entry_digest != hit.entry_digest).then_some(How::Changed),
        (was, now) => (was != now).then_some(How::Decided),
    }
}

/// The facts that are known otherwise, but for what is used of limits and the day.
fn facts(kept: &Kept, order: &Order) -> Vec<FactTurn> {
    let mut all: BTreeMap<String, [Option<String>; 2]> = BTreeMap::new();
    for (path, value) in kept.order.fields() {
        all.entry(path.clone()).or_default()[0] = Some(value.clone());
    }
    for (path, value) in order.pairs().into_iter().chain(order.intermediary_pairs()) {
        all.entry(path).or_default()[1] = Some(value);
    }
    let counts = |path: &str| path != "date" && !path.starts_with("used.");
    let turned = all
        .into_iter()
        .filter(|(path, [before, now])| counts(path) && before != now);
    turned
        .map(|(path, [before, now])| FactTurn { path, before, now })
        .collect()
}
