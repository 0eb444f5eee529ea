//! The slow, obvious evaluator the compiled one is held to.
//!
//! It evaluates conditions as written, rule by rule, in two-valued logic, over every completion of
//! the unknown facts. It shares nothing with the diagrams but the meaning of a single test.

use tiergate_law::{AuthorityKind, ChoiceFact, Cond, Linear, Policy, Regime, Test};
use tiergate_order::{Facts, Numeric};

use crate::rulebook::Outcome;
use crate::variables::intermediary;

/// Evaluates a condition for facts of which everything it reads is known.
///
/// A test of an unknown fact gives none.
#[must_use]
pub fn holds(cond: &Cond, regime: &Regime, facts: &Facts, readings: &[usize]) -> Option<bool> {
    match cond {
        Cond::Known(value) => Some(*value),
        Cond::And(parts) => {
            let mut all = Some(true);
            for part in parts {
                match holds(part, regime, facts, readings) {
                    Some(false) => return Some(false),
                    None => all = None,
                    Some(true) => {}
                }
            }
            all
        }
        Cond::Or(parts) => {
            let mut any = Some(false);
            for part in parts {
                match holds(part, regime, facts, readings) {
                    Some(true) => return Some(true),
                    None => any = None,
                    Some(false) => {}
                }
            }
            any
        }
        Cond::Not(inner) => holds(inner, regime, facts, readings).map(|v| !v),
        Cond::Named(definition) => holds(&definition.cond, regime, facts, readings),
        Cond::Atom(atom) => test(&atom.test, regime, facts, readings),
    }
}

/// Evaluates a single test.
#[must_use]
pub fn test(test: &Test, regime: &Regime, facts: &Facts, readings: &[usize]) -> Option<bool> {
    match test {
        Test::Country(fact, set) => facts.country_followed(*fact).map(|c| set.contains(c)),
        Test::Intermediary(party, set) => intermediary(*party, set, facts),
        Test::Choice(fact, mask) => match facts.choice(*fact) {
            Some(value) => Some(mask >> value & 1 == 1),
            // Candidates may all agree.
            None if *fact == ChoiceFact::Eccn && facts.eccn_candidates & mask == 0 => Some(false),
            None if *fact == ChoiceFact::Eccn && facts.eccn_candidates & !mask == 0 => Some(true),
            None => None,
        },
        Test::Flag(fact) => facts.flag(*fact),
        Test::Linear(linear) => {
            let some = |is: Numeric| linear.terms.iter().any(|(f, _)| facts.numeric(*f) == is);
            if some(Numeric::Undefined) {
                return Some(false);
            }
            if some(Numeric::Unknown) {
                return None;
            }
            let sum = Linear::sum(&linear.terms, |f| facts.number(f).unwrap_or_default());
            Some((sum >= linear.bound) == linear.at_least)
        }
        Test::Text(fact, register) => {
            let key = facts.name(*fact)?;
            let names = &regime.registers[*register].is;
            Some(names.iter().any(|n| tiergate_order::name_key(n) == key))
        }
        Test::Reading(reading, option) => Some(readings[*reading] == *option),
    }
}

/// Decides an order of which every fact is known; none if some condition reads an unknown one.
#[must_use]
pub fn decide(regime: &Regime, facts: &Facts, readings: &[usize]) -> Option<Outcome> {
    let holds = |cond: &Cond| holds(cond, regime, facts, readings);
    let mut subject = regime.scopes.is_empty();
    for scope in &regime.scopes {
        subject |= holds(&scope.is)?;
    }
    if !subject {
        return Some(Outcome::NotControlled);
    }
    for prohibition in &regime.prohibitions {
        if holds(&prohibition.is)? {
            return Some(Outcome::Prohibited);
        }
    }
    let mut requirements = Vec::new();
    for requirement in &regime.requirements {
        requirements.push(holds(&requirement.is.cond)?);
    }
    if !requirements.contains(&true) {
        let class = class(regime, facts, readings)?;
        return Some(if class.is_some() {
            Outcome::NoLicenseRequired
        } else {
            Outcome::NotControlled
        });
    }
    'authorities: for (at, authority) in regime.authorities.iter().enumerate() {
        for condition in &authority.is.conditions {
            if !holds(&condition.cond)? {
                continue 'authorities;
            }
        }
        for (r, applies) in requirements.iter().enumerate() {
            if *applies && !authority.is.overcomes.contains(&r) {
                continue 'authorities;
            }
        }
        for bar in &regime.bars {
            if bar.is.touches.contains(&at) && holds(&bar.is.cond)? {
                continue 'authorities;
            }
        }
        let place = u8::try_from(at).ok()?;
        return Some(match authority.is.kind {
            AuthorityKind::LicenseException => Outcome::LicenseException(place),
            AuthorityKind::ValidatedEndUser => Outcome::ValidatedEndUser(place),
        });
    }
    review(regime, &requirements, facts, readings).map(Outcome::LicenseRequired)
}

/// How an application is reviewed, from the requirements that apply.
///
/// What each requirement is reviewed under is found first, and the mildest that none of them
/// forbids is the answer: not the way the diagrams go.
fn review(regime: &Regime, applies: &[bool], facts: &Facts, readings: &[usize]) -> Option<Policy> {
    let mut policies: Vec<Policy> = Vec::new();
    let mut unheld = applies.to_vec();
    let mut lanes: Vec<&str> = Vec::new();
    for review in &regime.reviews {
        let governs = || review.is.governs.iter().filter(|r| applies[**r]);
        if governs().count() == 0 || !holds(&review.is.cond, regime, facts, readings)? {
            continue;
        }
        governs().for_each(|r| unheld[*r] = false);
        if !lanes.contains(&review.is.lane.as_str()) {
            lanes.push(&review.is.lane);
            policies.extend(review.is.policy);
        }
    }
    let says = |policy: Policy| policies.contains(&policy);
    let unheld = policies.is_empty() || says(Policy::NotStated) || unheld.contains(&true);
    Some(match () {
        () if says(Policy::PolicyOfDenial) => Policy::PolicyOfDenial,
        () if says(Policy::PresumptionOfDenial) => Policy::PresumptionOfDenial,
        () if unheld => Policy::NotStated,
        () if says(Policy::CaseByCase) => Policy::CaseByCase,
        () => Policy::PresumptionOfApproval,
    })
}

/// The place of the item's class, stated or computed; none within when it has none.
#[must_use]
pub fn class(regime: &Regime, facts: &Facts, readings: &[usize]) -> Option<Option<usize>> {
    let classes = regime.class_names.len();
    let stated = facts.choice(ChoiceFact::Eccn)?;
    for class in &regime.classes {
        if stated == class.is.index {
            return Some(Some(stated));
        }
        if stated == classes + 1
            && let Some(cond) = &class.is.cond
            && holds(cond, regime, facts, readings)?
        {
            return Some(Some(class.is.index));
        }
    }
    Some(None)
}
