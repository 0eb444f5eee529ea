//! Conditions with every name resolved, ready to be evaluated or compiled.

use std::sync::Arc;

use crate::country::CountrySet;
use crate::fact::{ChoiceFact, CountryFact, FlagFact, NumberFact, TextFact};
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
    /// The sum for the given values in stored form; none if it leaves the range.
    #[must_use]
    pub fn sum(terms: &[(NumberFact, i64)], value: impl Fn(NumberFact) -> Num) -> Option<i128> {
        terms.iter().try_fold(0_i128, |sum, (fact, factor)| {
            sum.checked_add(value(*fact).raw().checked_mul(i128::from(*factor))?)
        })
    }
}

impl Cond {
    /// Calls `visit` for every test in the condition.
    pub fn visit<'a>(&'a self, visit: &mut impl FnMut(&'a Atom)) {
        match self {
            Cond::Known(_) => {}
            Cond::And(parts) | Cond::Or(parts) => parts.iter().for_each(|p| p.visit(visit)),
            Cond::Not(inner) => inner.visit(visit),
            Cond::Named(definition) => definition.cond.visit(visit),
            Cond::Atom(atom) => visit(atom),
        }
    }
}
