//! Conditions with every name resolved, ready to be evaluated or compiled.

use std::collections::HashSet;
use std::sync::Arc;

use crate::country::{Country, CountrySet};
use crate::fact::{ChoiceFact, CountryFact, FlagFact, NumberFact, TextFact};
use crate::model::Grade;
use crate::num::Num;

/// A resolved condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Cond {
    /// Holds always or never.
    Known(bool),
    /// All of these.
    And(Vec<Cond>),
    /// Any of these.
    Or(Vec<Cond>),
    /// Not this.
    Not(Arc<Cond>),
    /// A named definition: the name, its citation and its condition.
    Named(Arc<Definition>),
    /// A single test.
    Atom(Arc<Atom>),
}

/// A definition used by name.
#[derive(Debug, PartialEq)]
pub struct Definition {
    /// The name.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says, for people.
    pub says: String,
    /// How it is known.
    pub grade: Grade,
    /// Id of the instrument that set it; empty for a set of classes written in a condition.
    pub instrument: String,
    /// The condition.
    pub cond: Cond,
}

/// A test of one fact, with the words it was written in.
#[derive(Debug, Clone, PartialEq)]
pub struct Atom {
    /// The words of the law file.
    pub text: String,
    /// The test.
    pub test: Test,
    /// The country groups or values of the law that the test was made from.
    pub names: Vec<String>,
}

impl Atom {
    /// A test of membership for a country that need not come from a file, for tools and tests.
    #[must_use]
    pub fn country(fact: CountryFact, countries: impl IntoIterator<Item = Country>) -> Arc<Atom> {
        let set: CountrySet = countries.into_iter().collect();
        Arc::new(Atom {
            text: format!("{} in {set:?}", fact.info().path),
            test: Test::Country(fact, set),
            names: Vec::new(),
        })
    }
}

/// The tests a condition is made of.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// The country is in the set.
    Country(CountryFact, CountrySet),
    /// Some intermediary's headquarters or ultimate parent is in the set.
    Intermediary(Party, CountrySet),
    /// The value is one of those whose bit is set.
    Choice(ChoiceFact, u128),
    /// The fact is yes.
    Flag(FlagFact),
    /// The linear form is at least zero (or above zero).
    Linear(Linear),
    /// The name is in the register with this place in [`crate::Regime::registers`].
    Text(TextFact, usize),
    /// The reading with this place in [`crate::Regime::readings`] is read in this way.
    Reading(usize, usize),
}

/// Which country of an intermediary a test reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Party {
    /// Where it is headquartered.
    Headquarters,
    /// Where its ultimate parent is headquartered.
    Parent,
}

/// `sum of factor x fact` compared with a constant.
///
/// The factors are whole numbers without a common divisor, so that equal forms are equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Linear {
    /// The facts and their factors, in fact order.
    pub terms: Vec<(NumberFact, i64)>,
    /// The constant, in the stored form of [`Num`] times the factors' scale.
    pub bound: i128,
    /// Holds for sums at or above the bound (else: for those below it).
    pub at_least: bool,
}

impl Linear {
    /// The largest factor a form may have, so that every sum of it can be computed.
    pub(crate) const FACTOR_MAX: i64 = 1 << 44;

    /// The sum for the given values in stored form; beyond the range of bounds, its end.
    #[must_use]
    pub fn sum(terms: &[(NumberFact, i64)], value: impl Fn(NumberFact) -> Num) -> i128 {
        // Everyday sizes: a product of two words is within 128 bits.
        let everyday = terms.iter().try_fold(0_i128, |sum, (fact, factor)| {
            let raw = i64::try_from(value(*fact).raw()).ok()?;
            sum.checked_add(i128::from(raw) * i128::from(*factor))
        });
        everyday.unwrap_or_else(|| Linear::long_sum(terms, value))
    }

    fn long_sum(terms: &[(NumberFact, i64)], value: impl Fn(NumberFact) -> Num) -> i128 {
        // Two halves: a training run times a percentage is beyond 128 bits.
        let (mut high, mut low) = (0_i128, 0_i128);
        for (fact, factor) in terms {
            let (raw, factor) = (value(*fact).raw(), i128::from(*factor));
            high += (raw >> 48) * factor;
            low += (raw & ((1 << 48) - 1)) * factor;
        }
        high += low >> 48;
        low &= (1 << 48) - 1;
        let end = if high < 0 { i128::MIN } else { i128::MAX };
        high.checked_mul(1 << 48).map_or(end, |sum| sum + low)
    }
}

impl Cond {
    /// Calls `visit` for every test in the condition; a definition named twice is visited once.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Atom)) {
        self.visit_new(visit, &mut HashSet::new());
    }

    fn visit_new<'a>(
        &'a self,
        visit: &mut impl FnMut(&'a Atom),
        seen: &mut HashSet<*const Definition>,
    ) {
        match self {
            Cond::Known(_) => {}
            Cond::And(parts) | Cond::Or(parts) => {
                parts.iter().for_each(|p| p.visit_new(visit, seen));
            }
            Cond::Not(inner) => inner.visit_new(visit, seen),
            Cond::Named(definition) => {
                if seen.insert(Arc::as_ptr(definition)) {
                    definition.cond.visit_new(visit, seen);
                }
            }
            Cond::Atom(atom) => visit(atom),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_everyday_and_of_any_size_agree() {
        let forms: [&[(NumberFact, i64)]; 4] = [
            &[],
            &[(NumberFact::Tpp, 1)],
            &[(NumberFact::Amount, 93), (NumberFact::VeuTotal, -7)],
            &[
                (NumberFact::Amount, Linear::FACTOR_MAX),
                (NumberFact::Tpp, -1),
            ],
        ];
        let numbers = [
            "0",
            "4800",
            "0.000000001",
            "5.92",
            "1e9",
            "4611686018.4",
            "1e28",
        ];
        for terms in forms {
            for (one, other) in numbers.iter().flat_map(|a| numbers.map(|b| (a, b))) {
                let value = |fact| match fact {
                    NumberFact::Amount => one.parse().unwrap(),
                    _ => other.parse().unwrap(),
                };
                let sum = Linear::sum(terms, value);
                assert_eq!(
                    sum,
                    Linear::long_sum(terms, value),
                    "{terms:?} {one} {other}"
                );
            }
        }
    }
}
