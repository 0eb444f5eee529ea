//! Whether the difference of two regimes covers an order.

use rustc_hash::FxHashSet;
use tiergate_law::CountryFact;
use tiergate_order::Facts;

use super::Covered;
use super::joint::{Joint, NOBODY, SAME, Whole};
use crate::diagram::{Known, Variable, remains};
use crate::variables::{Question, Variables};

/// Follows what is known of an order down the difference.
pub(super) fn covers(joint: &Joint, whole: &Whole, facts: &Facts) -> Covered {
    let mut leaves = FxHashSet::default();
    reach(joint, whole, facts, &mut leaves);
    // What is unknown is so that some order has it.
    leaves.remove(&NOBODY);
    let same = leaves.contains(&SAME);
    match (leaves.len(), same) {
        (0, _) | (1, true) => Covered::No,
        (_, true) => Covered::Partly,
        (_, false) => Covered::Wholly,
    }
}

fn reach(joint: &Joint, whole: &Whole, facts: &Facts, leaves: &mut FxHashSet<u32>) {
    let variables = &joint.variables;
    // Countries that equal an unknown one are that one, whichever it is: each in turn.
    if let Some(base) = followed_unknown(variables, facts) {
        for country in joint.real_examples() {
            let mut facts = facts.clone();
            facts.set_country(base, country);
            reach(joint, whole, &facts, leaves);
        }
        return;
    }
    let mut known = |v: Variable| known(variables, v, facts);
    let found = remains(&whole.diagrams, whole.root, &mut known);
    leaves.extend(found.leaves);
}

fn known(variables: &Variables, variable: Variable, facts: &Facts) -> Known {
    if let Question::Country(fact) = variables.asked[usize::from(variable)].question
        && let Some(country) = facts.country_followed(fact)
    {
        return Known::Value(variables.class(country));
    }
    variables.known(variable, facts, &[])
}

/// An unknown country that another, asked for, is said to equal.
fn followed_unknown(variables: &Variables, facts: &Facts) -> Option<CountryFact> {
    variables.asked.iter().find_map(|asked| {
        let Question::Country(mut fact) = asked.question else {
            return None;
        };
        let asked = fact;
        while facts.is_same(fact) {
            fact = fact.info().same_as?;
        }
        (fact != asked && facts.country(fact).is_none()).then_some(fact)
    })
}
