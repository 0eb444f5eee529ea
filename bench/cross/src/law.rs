//! A regime in SMT-LIB, from its conditions as the law library holds them: the class of an item,
//! and the answer to an order, rule by rule in the order of the law language's reference.

use std::collections::HashMap;

use anyhow::{Context, Result};
use tiergate_engine::{Outcome, Reply};
use tiergate_law::{AuthorityKind, ChoiceFact, Cond, Policy, Regime, Test};

use crate::terms::{Terms, all, any, not, small};

/// A regime being spelled.
pub struct Spelled<'r> {
    regime: &'r Regime,
    readings: &'r [usize],
    /// What its names start with.
    side: usize,
    lines: Vec<String>,
    named: HashMap<*const Cond, String>,
    /// Changes the tests on the way, for planted faults.
    planted: &'r dyn Fn(&Test) -> Option<Test>,
}

/// The function that gives the class of the item under a side.
pub fn class(side: usize) -> String {
    format!("|class {side}|")
}

/// The function that gives the answer under a side.
pub fn reply(side: usize) -> String {
    format!("|reply {side}|")
}

impl<'r> Spelled<'r> {
    pub fn new(
        regime: &'r Regime,
        readings: &'r [usize],
        side: usize,
        planted: &'r dyn Fn(&Test) -> Option<Test>,
    ) -> Spelled<'r> {
        Spelled {
            regime,
            readings,
            side,
            lines: Vec::new(),
            named: HashMap::new(),
            planted,
        }
    }

    pub fn text(self) -> String {
        self.lines.join("\n") + "\n"
    }

    fn define(&mut self, name: &str, sort: &str, is: &str) -> String {
        self.lines
            .push(format!("(define-fun {name} () {sort} {is})"));
        name.to_owned()
    }

    fn cond(&mut self, cond: &Cond, terms: &mut Terms) -> Result<String> {
        Ok(match cond {
            Cond::Known(value) => value.to_string(),
            Cond::And(parts) => all(self.parts(parts, terms)?),
            Cond::Or(parts) => any(self.parts(parts, terms)?),
            Cond::Not(inner) => not(&self.cond(inner, terms)?),
            Cond::Named(definition) => {
                let key = std::ptr::from_ref(&definition.cond);
                if let Some(name) = self.named.get(&key) {
                    return Ok(name.clone());
                }
                let is = self.cond(&definition.cond, terms)?;
                let (side, count) = (self.side, self.named.len());
                let name = format!("|{side}: {} {count}|", definition.id.replace('|', " "));
                self.define(&name, "Bool", &is);
                self.named.insert(key, name.clone());
                name
            }
            Cond::Atom(atom) => match (self.planted)(&atom.test) {
                Some(test) => terms.test(&test, self.readings)?,
                None => terms.test(&atom.test, self.readings)?,
            },
        })
    }

    fn parts(&mut self, parts: &[Cond], terms: &mut Terms) -> Result<Vec<String>> {
        parts.iter().map(|part| self.cond(part, terms)).collect()
    }

    /// Defines the class: the first that the parties state, or, where they state nothing, whose
    /// conditions hold.
    pub fn class(&mut self, terms: &mut Terms) -> Result<()> {
        let names = self.regime.class_names.len();
        let mut class = small(names);
        for entry in self.regime.classes.iter().rev() {
            let at = entry.is.index;
            let stated = terms.among(ChoiceFact::Eccn, 1 << at);
            let unstated = terms.among(ChoiceFact::Eccn, 1 << (names + 1));
            let computed = match &entry.is.cond {
                Some(cond) => self.cond(cond, terms)?,
                None => "false".to_owned(),
            };
            let member = any([stated, all([unstated, computed])]);
            class = format!("(ite {member} {} {class})", small(at));
        }
        self.define(&class_name(self.side), "(_ BitVec 8)", &class);
        Ok(())
    }

    /// Defines the answer, as a place among `replies`; the class must be defined.
    pub fn reply(&mut self, replies: &[Reply], terms: &mut Terms) -> Result<()> {
        let (regime, side) = (self.regime, self.side);
        let place = |outcome: Outcome| {
            let reply = Reply::of(outcome, regime);
            let at = replies.iter().position(|r| *r == reply);
            at.map(small).context("an answer that is not listed")
        };
        let mut scopes = Vec::new();
        for scope in &regime.scopes {
            scopes.push(self.cond(&scope.is, terms)?);
        }
        let subject = if scopes.is_empty() {
            "true".to_owned()
        } else {
            any(scopes)
        };
        let mut prohibitions = Vec::new();
        for prohibition in &regime.prohibitions {
            prohibitions.push(self.cond(&prohibition.is, terms)?);
        }
        let mut required = Vec::new();
        for (at, requirement) in regime.requirements.iter().enumerate() {
            let is = self.cond(&requirement.is.cond, terms)?;
            required.push(self.define(&format!("|{side} requirement {at}|"), "Bool", &is));
        }
        let mut bars = Vec::new();
        for (at, bar) in regime.bars.iter().enumerate() {
            let is = self.cond(&bar.is.cond, terms)?;
            bars.push(self.define(&format!("|{side} bar {at}|"), "Bool", &is));
        }
        let policy = self.policy(&required, terms)?;
        let mut answer = place(Outcome::LicenseRequired(Policy::NotStated))?;
        for rank in Policy::ALL {
            let is = place(Outcome::LicenseRequired(rank))?;
            let rank = small(rank as usize);
            answer = format!("(ite (= {policy} {rank}) {is} {answer})");
        }
        for (at, authority) in regime.authorities.iter().enumerate().rev() {
            let mut carries = Vec::new();
            for condition in &authority.is.conditions {
                carries.push(self.cond(&condition.cond, terms)?);
            }
            for (requirement, name) in required.iter().enumerate() {
                if !authority.is.overcomes.contains(&requirement) {
                    carries.push(not(name));
                }
            }
            for (bar, name) in regime.bars.iter().zip(&bars) {
                if bar.is.touches.contains(&at) {
                    carries.push(not(name));
                }
            }
            let at = u8::try_from(at)?;
            let is = place(match authority.is.kind {
                AuthorityKind::LicenseException => Outcome::LicenseException(at),
                AuthorityKind::ValidatedEndUser => Outcome::ValidatedEndUser(at),
            })?;
            answer = format!("(ite {} {is} {answer})", all(carries));
        }
        let none = small(regime.class_names.len());
        let free = format!(
            "(ite (= {} {none}) {} {})",
            class_name(side),
            place(Outcome::NotControlled)?,
            place(Outcome::NoLicenseRequired)?
        );
        answer = format!("(ite {} {answer} {free})", any(required));
        let prohibited = place(Outcome::Prohibited)?;
        answer = format!("(ite {} {prohibited} {answer})", any(prohibitions));
        let not_subject = place(Outcome::NotControlled)?;
        answer = format!("(ite {subject} {answer} {not_subject})");
        self.define(&reply_name(side), "(_ BitVec 8)", &answer);
        Ok(())
    }

    /// The strictest policy over the lanes; in a lane, the first review that fits. A requirement that
    /// applies and that no review that holds governs is not stated.
    fn policy(&mut self, required: &[String], terms: &mut Terms) -> Result<String> {
        let regime = self.regime;
        // One below every policy: a lane that does not apply, or has none of its own.
        let none = small(0);
        let place = |policy: Policy| small(policy as usize + 1);
        let mut lanes: Vec<&str> = regime.reviews.iter().map(|r| r.is.lane.as_str()).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let mut strictest = none.clone();
        for (number, lane) in lanes.into_iter().enumerate() {
            let mut policy = none.clone();
            for review in regime.reviews.iter().filter(|r| r.is.lane == lane).rev() {
                let governed = any(review.is.governs.iter().map(|r| required[*r].clone()));
                let holds = all([governed, self.cond(&review.is.cond, terms)?]);
                policy = format!(
                    "(ite {holds} {} {policy})",
                    review.is.policy.map_or(none.clone(), place)
                );
            }
            let name = format!("|{} lane {number}|", self.side);
            let lane = self.define(&name, "(_ BitVec 8)", &policy);
            let name = format!("|{} strictest of {number}|", self.side);
            let larger = format!("(ite (bvult {strictest} {lane}) {lane} {strictest})");
            strictest = self.define(&name, "(_ BitVec 8)", &larger);
        }
        let mut unheld = Vec::new();
        for (at, required) in required.iter().enumerate() {
            let mut held = Vec::new();
            for review in regime.reviews.iter().filter(|r| r.is.governs.contains(&at)) {
                held.push(self.cond(&review.is.cond, terms)?);
            }
            unheld.push(format!("(and {required} (not {}))", any(held)));
        }
        let not_stated = place(Policy::NotStated);
        let unheld = format!("(ite {} {not_stated} {none})", any(unheld));
        let unheld = self.define(&format!("|{} unheld|", self.side), "(_ BitVec 8)", &unheld);
        let larger = format!("(ite (bvult {strictest} {unheld}) {unheld} {strictest})");
        let all = self.define(&format!("|{} policy|", self.side), "(_ BitVec 8)", &larger);
        let otherwise = small(Policy::NotStated as usize);
        let one = small(1);
        Ok(format!(
            "(ite (= {all} {none}) {otherwise} (bvsub {all} {one}))"
        ))
    }
}

use self::{class as class_name, reply as reply_name};

/// Every answer of either regime, each once.
pub fn replies(regimes: [&Regime; 2]) -> Vec<Reply> {
    let mut replies = vec![
        Reply::NotControlled,
        Reply::NoLicenseRequired,
        Reply::Prohibited,
    ];
    replies.extend(Policy::ALL.map(Reply::LicenseRequired));
    for authority in regimes.iter().flat_map(|r| &r.authorities) {
        let reply = match authority.is.kind {
            AuthorityKind::LicenseException => Reply::LicenseException(authority.id.clone()),
            AuthorityKind::ValidatedEndUser => Reply::ValidatedEndUser(authority.id.clone()),
        };
        if !replies.contains(&reply) {
            replies.push(reply);
        }
    }
    replies
}
