//! What a cube says, in terms of facts.

use tiergate_law::{ChoiceFact, Country, CountryFact, FlagFact, Num, NumberFact};

use super::{Comparison, Cube};
use crate::diagram::Variable;
use crate::variables::Question;

/// One thing a cube says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clause {
    /// The country is one of these.
    Country(CountryFact, Vec<Country>),
    /// The value is one of these words.
    Choice(ChoiceFact, Vec<String>),
    /// Yes or no.
    Flag(FlagFact, bool),
    /// The sum of facts times factors lies in one of these ranges; `undefined` if it may also not
    /// exist.
    Amount {
        /// Facts and factors.
        terms: Vec<(NumberFact, i64)>,
        /// The ranges, in order.
        ranges: Vec<Range>,
        /// Whether there may be no such number.
        undefined: bool,
    },
    /// The item's maker or name is (or is not) among those a rule names.
    Named(Vec<String>, bool),
    /// Some intermediary is (or is not) of these countries.
    Intermediary(Vec<Country>, bool),
}

/// A range of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// From here on, or, if `true`, above it.
    pub from: Option<(Num, bool)>,
    /// Below this, or, if `true`, up to it.
    pub to: Option<(Num, bool)>,
}

/// A threshold of a form, without the bit that says "and a little more".
pub(super) fn bound(cut: i128) -> (Num, bool) {
    (Num::from_raw(cut & !1), cut & 1 == 1)
}

impl Comparison {
    /// What a cube says.
    #[must_use]
    pub fn clauses(&self, cube: &Cube) -> Vec<Clause> {
        let clauses = cube.0.iter();
        clauses.map(|(v, values)| self.clause(*v, values)).collect()
    }

    /// The countries of these classes that exist.
    fn countries_of(&self, classes: &[usize]) -> Vec<Country> {
        let mut countries: Vec<Country> = self.joint.countries().to_vec();
        countries.retain(|c| classes.contains(&self.variables().class(*c)));
        countries
    }

    fn clause(&self, variable: Variable, values: &[usize]) -> Clause {
        let asked = &self.variables().asked[usize::from(variable)];
        let yes = values.contains(&1);
        match &asked.question {
            Question::Country(fact) => Clause::Country(*fact, self.countries_of(values)),
            Question::Choice(fact) => {
                let names = &self.sides[0].book.regime.class_names;
                let word = |value: &usize| match fact {
                    ChoiceFact::Eccn => match names.get(*value) {
                        Some(name) => name.clone(),
                        None if *value == names.len() => "another paragraph".to_owned(),
                        None => "not stated".to_owned(),
                    },
                    fact => fact.info().values[*value].to_owned(),
                };
                Clause::Choice(*fact, values.iter().map(word).collect())
            }
            Question::Flag(fact) => Clause::Flag(*fact, yes),
            Question::Amount(terms) => {
                let mut ranges: Vec<Range> = Vec::new();
                let mut last = None;
                for value in values.iter().filter(|v| **v <= asked.cuts.len()) {
                    let from = value.checked_sub(1).map(|at| bound(asked.cuts[at]));
                    let to = asked.cuts.get(*value).map(|cut| bound(*cut));
                    match ranges.last_mut() {
                        Some(range) if last == value.checked_sub(1) => range.to = to,
                        _ => ranges.push(Range { from, to }),
                    }
                    last = Some(*value);
                }
                Clause::Amount {
                    terms: terms.clone(),
                    ranges,
                    undefined: values.iter().any(|v| *v > asked.cuts.len()),
                }
            }
            Question::Text(_, register) => {
                Clause::Named(self.joint.registers_at(&self.sides, *register), yes)
            }
            Question::Intermediary(_, set) => {
                let mut countries: Vec<Country> = set.iter().collect();
                countries.retain(|c| self.joint.countries().contains(c));
                Clause::Intermediary(countries, yes)
            }
            // Each side takes its own readings: the joint variables ask for none.
            Question::Reading(_) => Clause::Named(Vec::new(), yes),
        }
    }
}
