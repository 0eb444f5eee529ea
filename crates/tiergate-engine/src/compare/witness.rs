//! An order at a point of a difference.

use tiergate_law::{ChoiceFact, CountryFact, Fact, FlagFact, Num, NumberFact, TextFact};
use tiergate_order::Facts;

use super::joint::{Usual, usual};
use super::{Comparison, Cube, Reply, Statement};
use crate::decision::Decision;
use crate::variables::Question;

impl Comparison {
    /// The facts of an ordinary order that a statement is about, if the numbers of its example can
    /// be found together; deciding them gives the answers of the statement.
    #[must_use]
    pub fn witness(&self, statement: &Statement) -> Option<Facts> {
        let mut facts = self.ordinary();
        let variables = self.variables();
        let examples = self.joint.real_examples();
        for (variable, values) in &statement.example.0 {
            let value = *values.first()?;
            match &variables.asked[usize::from(*variable)].question {
                Question::Country(fact) => {
                    let mut examples = examples.iter();
                    let country = examples.find(|c| variables.class(**c) == value)?;
                    facts.set_country(*fact, *country);
                }
                Question::Choice(fact) => facts.set_choice(*fact, value),
                Question::Flag(fact) => facts.set_flag(*fact, value == 1),
                _ => {}
            }
        }
        self.numbers(&statement.example, &mut facts)?;
        let replies: Vec<Option<Reply>> = self
            .sides
            .iter()
            .map(|side| {
                let outcome = Decision::make(&side.book, &facts, &side.readings).outcome()?;
                Some(Reply::of(outcome, &side.book.regime))
            })
            .collect();
        let expected = statement.replies.iter().cloned().map(Some);
        replies.into_iter().eq(expected).then_some(facts)
    }

    /// Whether items with these facts are among those of a statement; none if that depends on a
    /// fact that is unknown.
    #[must_use]
    pub fn is_about(
        &self,
        pairs: &super::Pairs,
        statement: &Statement,
        item: &Facts,
    ) -> Option<bool> {
        let mut known = |v| self.variables().known(v, item, &[]);
        let found = crate::diagram::remains(&pairs.diagrams, statement.item, &mut known);
        match found.leaves[..] {
            [leaf] => Some(leaf == 1),
            _ => None,
        }
    }

    /// What most orders have in common.
    pub(super) fn ordinary(&self) -> Facts {
        let mut facts = Facts::default();
        for fact in FlagFact::ALL {
            let yes = matches!(usual(Fact::Flag(*fact)), Usual::Is(true));
            facts.set_flag(*fact, yes);
        }
        for fact in ChoiceFact::ALL {
            let value = match usual(Fact::Choice(*fact)) {
                Usual::Value(value) => value,
                _ if *fact == ChoiceFact::Eccn => self.sides[0].book.regime.class_names.len() + 1,
                _ if *fact == ChoiceFact::Kind => 0,
                _ => fact.info().values.len().saturating_sub(1),
            };
            facts.set_choice(*fact, value);
        }
        for fact in CountryFact::ALL {
            match (usual(Fact::Country(*fact)), self.joint.somewhere) {
                (Usual::As(_), _) => facts.set_same(*fact),
                (_, Some(country)) => facts.set_country(*fact, country),
                (_, None) => {}
            }
        }
        for fact in NumberFact::ALL {
            facts.set_number(*fact, Num::ZERO);
        }
        // In no register: no list of names holds what is no name.
        for fact in TextFact::ALL {
            facts.set_text(*fact, "(any other)");
        }
        facts
    }

    /// Numbers that put every amount of the example where it says.
    fn numbers(&self, example: &Cube, facts: &mut Facts) -> Option<()> {
        let variables = self.variables();
        let wanted: Vec<_> = example
            .0
            .iter()
            .filter_map(|(v, values)| {
                let asked = &variables.asked[usize::from(*v)];
                let Question::Amount(terms) = &asked.question else {
                    return None;
                };
                Some((*v, terms, &asked.cuts, *values.first()?))
            })
            .collect();
        let mut numbers: Vec<NumberFact> = Vec::new();
        for (_, terms, cuts, value) in &wanted {
            if *value > cuts.len() {
                facts.set_undefined(NumberFact::PerformanceDensity);
                continue;
            }
            for (fact, _) in *terms {
                if !numbers.contains(fact) {
                    numbers.push(*fact);
                }
            }
        }
        numbers.retain(|f| {
            *f != NumberFact::PerformanceDensity
                || facts.numeric(*f) != tiergate_order::Numeric::Undefined
        });
        // Few numbers and few places where anything changes: tried one after the other.
        let candidates: Vec<Num> = {
            let cuts = wanted.iter().flat_map(|(_, _, cuts, _)| cuts.iter());
            let step = Num::from(1).raw();
            let near = cuts.flat_map(|cut| [*cut, cut - step, cut - 2]);
            let mut all: Vec<i128> = near.filter(|raw| *raw >= 0).collect();
            all.extend([0, step]);
            all.sort_unstable();
            all.dedup();
            all.into_iter().map(Num::from_raw).collect()
        };
        let fits = |facts: &Facts, done: &[NumberFact]| {
            let settled = |terms: &[(NumberFact, i64)]| terms.iter().all(|(f, _)| done.contains(f));
            wanted.iter().all(|(v, terms, _, value)| {
                !settled(terms) || variables.value(*v, facts, &[]) == Some(*value)
            })
        };
        let mut tries = TRIES_MAX;
        search(&numbers, 0, &candidates, facts, &fits, &mut tries).then_some(())
    }
}

/// More combinations of numbers than these are not tried.
const TRIES_MAX: usize = 200_000;

fn search(
    numbers: &[NumberFact],
    at: usize,
    candidates: &[Num],
    facts: &mut Facts,
    fits: &impl Fn(&Facts, &[NumberFact]) -> bool,
    tries: &mut usize,
) -> bool {
    let Some(fact) = numbers.get(at) else {
        return true;
    };
    for candidate in candidates {
        if *tries == 0 {
            return false;
        }
        *tries -= 1;
        facts.set_number(*fact, *candidate);
        let next = at + 1;
        if fits(facts, &numbers[..next]) && search(numbers, next, candidates, facts, fits, tries) {
            return true;
        }
    }
    facts.set_number(*fact, Num::ZERO);
    false
}
