//! Reasons: which test of which fact made a condition hold or fail.

use tiergate_law::{Cond, Fact, Regime, Test};
use tiergate_order::{Facts, Numeric};

use crate::reference::holds;

/// A fact as it was read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FactRead {
    /// Contract path.
    pub fact: String,
    /// Its value, or `unknown`.
    pub value: String,
}

/// One test that decided a condition.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reason {
    /// The words of the law file.
    pub test: String,
    /// `yes`, `no` or `unknown`.
    pub holds: &'static str,
    /// The facts it read.
    pub facts: Vec<FactRead>,
    /// The definition it stands in, when it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub within: Option<String>,
}

/// A condition with the tests that decided it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Because {
    /// The paragraph.
    pub cite: String,
    /// What it asks.
    pub says: String,
    /// `yes`, `no` or `unknown`.
    pub met: &'static str,
    /// The tests that decided it.
    pub reasons: Vec<Reason>,
}

/// The tests that decided a condition: for a failed "all", those that failed; for a fulfilled
/// "any", the first that holds; for an open one, those that are unknown.
#[must_use]
pub fn condition_reasons(
    cond: &Cond,
    regime: &Regime,
    facts: &Facts,
    readings: &[usize],
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let value = holds(cond, regime, facts, readings);
    collect(
        cond,
        value,
        &Context {
            regime,
            facts,
            readings,
        },
        None,
        &mut reasons,
    );
    reasons.dedup();
    reasons
}

struct Context<'c> {
    regime: &'c Regime,
    facts: &'c Facts,
    readings: &'c [usize],
}

impl Context<'_> {
    /// The item's class in words.
    fn class(&self) -> String {
        match crate::reference::class(self.regime, self.facts, self.readings) {
            Some(Some(place)) => self.regime.class_names[place].clone(),
            Some(None) => "in no paragraph here".to_owned(),
            None => "unknown".to_owned(),
        }
    }
}

fn collect(
    cond: &Cond,
    value: Option<bool>,
    context: &Context<'_>,
    within: Option<&str>,
    out: &mut Vec<Reason>,
) {
    let holds = |c: &Cond| holds(c, context.regime, context.facts, context.readings);
    match cond {
        Cond::Known(_) => {}
        Cond::And(parts) => {
            // What decides an "all": every part when it holds, else the parts like the whole.
            for part in parts {
                let part_value = holds(part);
                if value == Some(true) || part_value == value {
                    collect(part, part_value, context, within, out);
                }
            }
        }
        Cond::Or(parts) => {
            for part in parts {
                let part_value = holds(part);
                if value == Some(false) || part_value == value {
                    collect(part, part_value, context, within, out);
                    if value == Some(true) {
                        return;
                    }
                }
            }
        }
        Cond::Not(inner) => collect(inner, value.map(|v| !v), context, within, out),
        // The classification is explained once, on its own.
        Cond::Named(definition) if definition.id.starts_with("item ") && value.is_some() => {
            let reason = Reason {
                test: definition.id.clone(),
                holds: crate::decision::truth_word(value),
                facts: vec![FactRead {
                    fact: "item".to_owned(),
                    value: context.class(),
                }],
                within: within.map(str::to_owned),
            };
            if !out.contains(&reason) {
                out.push(reason);
            }
        }
        Cond::Named(definition) => {
            collect(&definition.cond, value, context, Some(&definition.id), out);
        }
        // A reading not taken is no reason.
        Cond::Atom(atom) if matches!(atom.test, Test::Reading(..)) && value == Some(false) => {}
        // A place that is as another one was read with it.
        Cond::Atom(atom)
            if follows(&atom.test, context.facts) && out.iter().any(|r| r.test == atom.text) => {}
        Cond::Atom(atom) => {
            let reason = Reason {
                test: atom.text.clone(),
                holds: crate::decision::truth_word(value),
                facts: reads(&atom.test, context.regime, context.facts, context.readings),
                within: within.map(str::to_owned),
            };
            if !out.contains(&reason) {
                out.push(reason);
            }
        }
    }
}

/// Whether a test asks for a country that is as another one.
pub(crate) fn follows(test: &Test, facts: &Facts) -> bool {
    matches!(test, Test::Country(fact, _) if facts.is_same(*fact))
}

/// The facts a test reads, as they are.
pub(crate) fn reads(
    test: &Test,
    regime: &Regime,
    facts: &Facts,
    readings: &[usize],
) -> Vec<FactRead> {
    let read = |fact: Fact| FactRead {
        fact: fact.path().to_owned(),
        value: value_of(fact, facts, &regime.class_names),
    };
    match test {
        Test::Country(fact, _) => vec![read(Fact::Country(*fact))],
        Test::Choice(fact, _) => vec![read(Fact::Choice(*fact))],
        Test::Flag(fact) => {
            let path = fact.info().path;
            let value = match facts.flag(*fact) {
                Some(true) => "yes",
                Some(false) => "no",
                None => "unknown",
            };
            vec![FactRead {
                fact: path.replace('=', " has "),
                value: value.to_owned(),
            }]
        }
        Test::Linear(linear) => linear
            .terms
            .iter()
            .map(|(fact, _)| read(Fact::Number(*fact)))
            .collect(),
        Test::Text(fact, _) => vec![read(Fact::Text(*fact))],
        Test::Intermediary(..) => vec![FactRead {
            fact: "intermediaries".to_owned(),
            value: intermediaries(facts),
        }],
        Test::Reading(reading, _) => {
            let reading_is = &regime.readings[*reading];
            let option = &reading_is.is.options[readings[*reading]].0;
            vec![FactRead {
                fact: format!("reading {}", reading_is.id),
                value: option.clone(),
            }]
        }
    }
}

/// Headquarters and parent of each intermediary.
fn intermediaries(facts: &Facts) -> String {
    let all = facts.intermediaries.as_deref().unwrap_or_default();
    if all.is_empty() {
        return "none".to_owned();
    }
    let word = |c: &Option<tiergate_law::Country>| {
        c.map_or_else(|| "unknown".to_owned(), |c| c.to_string())
    };
    let each: Vec<String> = all
        .iter()
        .map(|(h, p)| format!("{}/{}", word(h), word(p)))
        .collect();
    each.join(", ")
}

/// A fact's value in words.
#[must_use]
pub(crate) fn value_of(fact: Fact, facts: &Facts, classes: &[String]) -> String {
    let unknown = || "unknown".to_owned();
    match fact {
        Fact::Country(f) => {
            let value = facts
                .country_followed(f)
                .map_or_else(unknown, |c| c.to_string());
            if facts.is_same(f)
                && let Some(base) = f.info().same_as
            {
                return format!("{value} (as {})", base.info().path);
            }
            value
        }
        Fact::Choice(f) => match (facts.choice_word(f), facts.choice(f)) {
            (Some(word), _) => word.to_owned(),
            (None, Some(place)) if place < classes.len() => classes[place].clone(),
            (None, Some(place)) if place == classes.len() + 1 => "not stated".to_owned(),
            (None, Some(_)) => "another paragraph".to_owned(),
            (None, None) => unknown(),
        },
        Fact::Flag(f) => match facts.flag(f) {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => unknown(),
        },
        Fact::Number(f) => match facts.numeric(f) {
            Numeric::Is(n) => n.to_string(),
            Numeric::Undefined => "undefined".to_owned(),
            Numeric::Unknown => unknown(),
        },
        Fact::Text(f) => match facts.name(f) {
            None => unknown(),
            Some(0) => "not given".to_owned(),
            Some(_) => "given".to_owned(),
        },
    }
}
