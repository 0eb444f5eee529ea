//! Facts of an order's parties from the register.
//!
//! What the order states is never changed. What it leaves absent is filled in where the register knows
//! it, each fact with the links that say so; what the register does not know stays absent, with the
//! reason.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Result;
use rustc_hash::FxHashMap;
use tiergate_engine::Desk;
use tiergate_law::{Country, Date, View as LawView};
use tiergate_order::Order;
use tiergate_parties::{
    Answer, FindError, Finding, Listed, Ownership, Parent, PartyNo, Register, Rest, Rule, View,
};

use super::filling::{Filled, named};
use super::rule::History;
use super::words::{Words, between};
use super::{listed, open};
use crate::report::{Unreadable, count, say};

/// A register that orders are filled in from, shared by all workers.
#[derive(Debug)]
pub struct FromRegister {
    register: Register,
    listed: Option<Listed>,
    rest: Rest,
    /// The rule through time, where listed parties are given.
    rules: Option<History>,
    /// The days on which an answer may change.
    days: Vec<Date>,
    /// What of the register could not be read.
    pub faults: u64,
    filled: AtomicU64,
    parties: AtomicU64,
}

/// Parties on spans of days that a worker keeps; more means that they hardly repeat.
const KEPT_MAX: usize = 1 << 14;

/// What the register knows of a party on a span of days.
#[derive(Debug, Clone)]
struct Known {
    /// Each fact: its field without the party, its value, and why.
    facts: Vec<(&'static str, String, String)>,
    /// Fields that stay unknown, and why.
    unknown: Vec<(&'static str, String)>,
    /// Whether the ultimate parent is the party itself.
    own_parent: Option<String>,
}

/// Fills in orders one after the other, keeping what it found of their parties.
#[derive(Debug, Clone)]
pub struct Filler {
    from: Arc<FromRegister>,
    kept: FxHashMap<(PartyNo, usize), Arc<Known>>,
}

impl Filler {
    pub fn new(from: Arc<FromRegister>) -> Filler {
        Filler {
            from,
            kept: FxHashMap::default(),
        }
    }

    /// Fills in an order's parties.
    pub fn fill(&mut self, order: &mut Order, on: Date, desk: &Desk, filled: &mut Filled) {
        for (path, name) in named(order) {
            self.party(order, &path, &name, on, desk, filled);
        }
    }

    fn party(
        &mut self,
        order: &mut Order,
        path: &str,
        name: &str,
        on: Date,
        desk: &Desk,
        filled: &mut Filled,
    ) {
        let Some(known) = self.known(path, name, on, &mut filled.said) else {
            return;
        };
        let before = filled.fields.len();
        let mut facts = known.facts.clone();
        // A party that is its own ultimate parent has its parent where it is headquartered itself, as the
        // order states it or else the register.
        if let Some(why) = &known.own_parent {
            let stated = order.get(&format!("{path}.headquarters"));
            let own = facts.iter().find(|(field, ..)| *field == "headquarters");
            let country = stated.or_else(|| own.map(|(_, value, _)| value.clone()));
            facts.extend(country.map(|country| ("parent", country, why.clone())));
        }
        for (field, value, why) in &facts {
            let full = format!("{path}.{field}");
            match order.get(&full) {
                Some(stated) if same(field, &stated, value) => {}
                Some(stated) => {
                    let differs = format!(
                        "{full} = {stated} (as stated; the register has {value}, by {why})"
                    );
                    filled.differs(differs);
                }
                None if is_country(field) && !knows(desk, value) => {
                    filled.said.push(format!(
                        "{full} is left unknown: the register has {value}, no country that is known"
                    ));
                }
                None => {
                    // A field that no rule reads of this party is not set.
                    if order.set(&full, value).is_ok() && order.get(&full).is_some() {
                        let said = format!("{full} = {value} (by the register: {why})");
                        filled.fact(full, said);
                    }
                }
            }
        }
        for (field, why) in &known.unknown {
            let full = format!("{path}.{field}");
            if order.get(&full).is_none()
                && !(path == "exporter" && *field == "listed_ownership_pct")
            {
                let said = format!("{full} is left unknown by the register: {why}");
                filled.said.push(said);
            }
        }
        self.from.count(filled.fields.len() - before);
    }

    fn known(
        &mut self,
        path: &str,
        name: &str,
        on: Date,
        said: &mut Vec<String>,
    ) -> Option<Arc<Known>> {
        let party = match self.from.register.find(name) {
            Ok(party) => party,
            Err(FindError::Nobody(_)) => return None,
            Err(error @ FindError::Several { .. }) => {
                said.push(format!(
                    "{path}: nothing is filled in from the register: {error}"
                ));
                return None;
            }
        };
        let span = self.from.days.partition_point(|day| *day <= on);
        if let Some(known) = self.kept.get(&(party, span)) {
            return Some(known.clone());
        }
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        let known = Arc::new(self.from.known(party, on));
        self.kept.insert((party, span), known.clone());
        Some(known)
    }
}

/// Whether a stated value and the register's are the same.
fn same(field: &str, stated: &str, value: &str) -> bool {
    match field {
        "parent_name" => tiergate_parties::name_key(stated) == tiergate_parties::name_key(value),
        _ => stated == value,
    }
}

fn is_country(field: &str) -> bool {
    matches!(field, "headquarters" | "parent" | "location")
}

fn country(desk: &Desk, code: &str) -> Option<Country> {
    code.parse()
        .ok()
        .filter(|country| desk.catalog.knows(*country))
}

fn knows(desk: &Desk, code: &str) -> bool {
    country(desk, code).is_some()
}

impl FromRegister {
    /// Opens a register, with the listed parties whose shares count, if any are given.
    ///
    /// # Errors
    ///
    /// A file that cannot be read, or a law without a rule on listed owners.
    pub fn open(
        path: &Path,
        listed: &[String],
        rest_unlisted: bool,
        (desk, law, view): (&Desk, &str, LawView),
    ) -> Result<FromRegister> {
        let opened = open(path)?;
        let read = listed::read(&opened.register, listed)?;
        let mut rules = None;
        if !listed.is_empty() {
            let history = History::read(desk, law, view)?;
            if history.at(Date::MIN).is_none() {
                let what =
                    format!("--listed: the law `{law}` has no rule on what listed parties own");
                return Err(Unreadable::new(what).into());
            }
            rules = Some(history);
        }
        let mut days = opened.register.changes();
        days.extend(read.listed.changes());
        days.extend(rules.iter().flat_map(History::days));
        days.sort_unstable();
        days.dedup();
        Ok(FromRegister {
            register: opened.register,
            listed: (!listed.is_empty()).then_some(read.listed),
            rest: if rest_unlisted {
                Rest::Unlisted
            } else {
                Rest::Unknown
            },
            rules,
            days,
            faults: opened.faults + read.faults,
            filled: AtomicU64::new(0),
            parties: AtomicU64::new(0),
        })
    }

    fn count(&self, filled: usize) {
        if filled > 0 {
            self.filled.fetch_add(filled as u64, Ordering::Relaxed);
            self.parties.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Says what was filled in.
    pub fn report(&self) {
        let facts = count(self.filled.load(Ordering::Relaxed), "fact", "facts");
        let parties = count(self.parties.load(Ordering::Relaxed), "party", "parties");
        say(&format!(
            "register: {facts} of {parties} filled in; every decision lists them"
        ));
    }

    fn known(&self, party: PartyNo, on: Date) -> Known {
        let view = View::on(on);
        let words = Words {
            register: &self.register,
            view,
        };
        let mut known = Known {
            facts: Vec::new(),
            unknown: Vec::new(),
            own_parent: None,
        };
        let described = view.describe(&self.register, party);
        let name = words.name(party);
        let sources = described.sources.join("; ");
        if let Some(country) = described.country() {
            known.facts.push((
                "location",
                country.to_string(),
                format!("{name}, {sources}"),
            ));
        }
        match described.headquarters() {
            Some(country) => {
                let source = described.headquarters.first().map_or("", |(_, s)| s);
                known.facts.push((
                    "headquarters",
                    country.to_string(),
                    format!("{name}, {source}"),
                ));
            }
            None if !described.headquarters.is_empty() => {
                known
                    .unknown
                    .push(("headquarters", format!("the sources differ about {name}")));
            }
            None => {}
        }
        self.parent(words, party, &mut known);
        self.owned(words, party, &mut known);
        known
    }

    fn parent(&self, words: Words<'_>, party: PartyNo, known: &mut Known) {
        match words.view.ultimate_parent(&self.register, party) {
            Parent::Known(top) => {
                let basis = words.basis(top.party, &top.because);
                let why = if top.path.is_empty() {
                    basis
                } else {
                    format!("{}; {basis}", words.way(party, &top.path))
                };
                if top.party == party {
                    known.own_parent = Some(why.clone());
                } else {
                    known
                        .facts
                        .push(("parent_name", words.name(top.party), why.clone()));
                }
                let above = words.view.describe(&self.register, top.party);
                match above.headquarters() {
                    // Its own headquarters, which the order may state otherwise.
                    _ if top.party == party => {}
                    Some(country) => known.facts.push(("parent", country.to_string(), why)),
                    None => {
                        let name = words.name(top.party);
                        known.unknown.push((
                            "parent",
                            format!("where {name} is headquartered is not known; {why}"),
                        ));
                    }
                }
            }
            Parent::Unknown(gap) => {
                let why = words.why(gap.at, &gap.why);
                let why = if gap.path.is_empty() {
                    why
                } else {
                    format!("{}; {why}", words.way(party, &gap.path))
                };
                known.unknown.push(("parent", why));
            }
        }
    }

    fn owned(&self, words: Words<'_>, party: PartyNo, known: &mut Known) {
        let Some(listed) = &self.listed else { return };
        let on = words.view.on;
        let Some(affiliates) = self.rules.as_ref().and_then(|rules| rules.at(on)) else {
            return;
        };
        let rule = Rule {
            threshold: affiliates.threshold,
            rest: self.rest,
        };
        let all = Ownership::above(&self.register, words.view, party, listed, rule);
        let Some(finding) = all.finding(party) else {
            return;
        };
        let owners: Vec<String> = finding
            .owners
            .iter()
            .filter(|o| o.standing != tiergate_parties::Standing::Not)
            .map(|o| format!("{} ({})", words.holder(o.owner), words.link(o.link)))
            .collect();
        let owners = if owners.is_empty() {
            "no listed owner is stated".to_owned()
        } else {
            owners.join("; ")
        };
        let rest = match self.rest {
            Rest::Unlisted if finding.unstated > tiergate_parties::Percent::ZERO => {
                "; what nobody states is taken to be held by nobody listed, as asked"
            }
            _ => "",
        };
        let why = format!("{}: {owners}{rest}", between(finding.lower, finding.upper));
        match told(&finding) {
            Some(share) => known.facts.push(("listed_ownership_pct", share, why)),
            None => known.unknown.push(("listed_ownership_pct", why)),
        }
    }
}

/// The share to fill in: the aggregate, or an end of it that the rule judges as it does the whole.
fn told(finding: &Finding) -> Option<String> {
    let bound = match (finding.by_ownership, finding.exact()) {
        (_, Some(exact)) => return Some(exact.to_string()),
        (Answer::Caught, None) => finding.lower,
        (Answer::NotCaught, None) if finding.upper.open => finding.lower,
        (Answer::NotCaught, None) => finding.upper,
        (Answer::Unknown, None) => return None,
    };
    Some(bound.percent.to_string())
}
