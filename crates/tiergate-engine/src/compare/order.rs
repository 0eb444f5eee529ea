//! Whether the difference of two regimes covers an order.

use tiergate_law::CountryFact;
use tiergate_order::Facts;

use super::Covered;
use super::joint::Joint;
use super::whole::Whole;
use crate::diagram::{Known, Variable};
use crate::variables::{Question, Variables};

/// Follows what is known of an order through both regimes.
pub(super) fn covers(joint: &Joint, whole: &Whole, facts: &Facts) -> Covered {
    let mut found = [false; 2];
    reach(joint, whole, facts, &mut found);
    // What is unknown is so that some order has it.
    match found {
        [false, _] => Covered::No,
        [true, true] => Covered::Partly,
        [true, false] => Covered::Wholly,
    }
}

/// Whether some completion gets different answers, and whether some gets the same.
fn reach(joint: &Joint, whole: &Whole, facts: &Facts, found: &mut [bool; 2]) {
    let variables = &joint.variables;
    // Countries that equal an unknown one are that one, whichever it is: each in turn.
    if let Some(base) = followed_unknown(variables, facts) {
        for country in joint.real_examples() {
            let mut facts = facts.clone();
            facts.set_country(base, country);
            reach(joint, whole, &facts, found);
        }
        return;
    }
    let mut known = |v: Variable| known(variables, v, facts);
    let among = whole.among(&mut known);
    *found = [0, 1].map(|at| found[at] || among[at]);
}

/// What is known of a variable; a country that equals another is that one.
pub(super) fn known(variables: &Variables, variable: Variable, facts: &Facts) -> Known {
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
