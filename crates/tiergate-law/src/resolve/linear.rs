//! Comparisons: numbers and values of the law become one linear form with whole factors.

use std::sync::Arc;

use super::condition::{Place, any_party};
use super::{Faults, Scope};
use crate::cond::{Atom, Cond, Linear, Test};
use crate::diagnostic::nearest;
use crate::fact::{Fact, NUMBERS, NumberFact, fact_by_name};
use crate::num::Num;
use crate::syntax::{Compare, Expr, Term, Word};

enum TermIs {
    Fact(NumberFact, Num),
    Amount(Num),
    NotStated,
}

impl Scope<'_> {
    /// A comparison, split by country where an agreement raises a value it names.
    pub(super) fn compare(
        &mut self,
        left: &[Term],
        compare: Compare,
        right: &[Term],
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        match self.compare_raised(left, compare, right, expr, place, faults) {
            Some(split) => split,
            None => self.compare_own(left, compare, right, expr, place, faults),
        }
    }

    /// A comparison at one height of its values.
    pub(super) fn compare_own(
        &mut self,
        left: &[Term],
        compare: Compare,
        right: &[Term],
        expr: &Expr,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Cond {
        // A party stands for several: `any_party.listed_ownership_pct >= 50`.
        let several = |t: &Term| t.name.as_ref().and_then(|n| any_party(&n.text));
        if let Some(parties) = left.iter().find_map(several) {
            let parts = (0..parties.len())
                .map(|party| {
                    // Named twice in one comparison, it is the same party both times.
                    let mut left = left.to_vec();
                    for term in &mut left {
                        let name = several(term).and_then(|p| p.get(party).cloned());
                        if let (Some(word), Some(name)) = (&mut term.name, name) {
                            word.text = name.replace("intermediary.", "intermediaries.");
                        }
                    }
                    self.compare_own(&left, compare, right, expr, place, faults)
                })
                .collect();
            return Cond::Or(parts);
        }
        let before = faults.len();
        let mut terms: Vec<(NumberFact, Num)> = Vec::new();
        let mut constant = Some(Num::ZERO);
        for (side, sign) in [(left, 1), (right, -1)] {
            for term in side {
                let factor = if sign < 0 {
                    Num::from_raw(-term.factor.raw())
                } else {
                    term.factor
                };
                match self.term(term, factor, place, faults) {
                    Some(TermIs::Fact(fact, factor)) => terms.push((fact, factor)),
                    Some(TermIs::Amount(amount)) => {
                        constant = constant.and_then(|c| c.checked_add(amount));
                    }
                    // A value the law does not state on this date: the condition cannot be met.
                    Some(TermIs::NotStated) => return Cond::Known(false),
                    None => constant = None,
                }
            }
        }
        if let Some(linear) = constant.and_then(|c| linear(&terms, c, compare)) {
            let words = left.iter().chain(right);
            let words = words.flat_map(|t| t.name.iter().chain(&t.times));
            let mut heights = String::new();
            let mut names = Vec::new();
            for word in words.filter(|w| self.values.iter().any(|v| v.id == w.text)) {
                match self.raised_now(&word.text) {
                    // The agreement is named beside it: the value's own source says nothing of it.
                    Some(to) => heights.push_str(&format!(", raised to {}", to.amount)),
                    None => names.push(word.text.clone()),
                }
            }
            let text = format!("{}{heights}", place.words(&expr.span));
            let test = Test::Linear(linear);
            return Cond::Atom(Arc::new(Atom { text, test, names }));
        }
        if faults.len() == before {
            let message = "an impossible comparison: it names no fact, leaves the range, or needs \
                           more than nine decimals";
            faults.push(place.fault(&expr.span, message));
        }
        Cond::Known(false)
    }

    fn term(
        &self,
        term: &Term,
        factor: Num,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<TermIs> {
        let Some(name) = &term.name else {
            return Some(TermIs::Amount(factor));
        };
        let first = self.factor(name, factor, place, faults)?;
        let Some(times) = &term.times else {
            return Some(first);
        };
        let second = self.factor(times, Num::from(1), place, faults)?;
        match (first, second) {
            (TermIs::NotStated, _) | (_, TermIs::NotStated) => Some(TermIs::NotStated),
            (TermIs::Fact(fact, a), TermIs::Amount(b))
            | (TermIs::Amount(a), TermIs::Fact(fact, b)) => {
                Some(TermIs::Fact(fact, a.checked_mul(b)?))
            }
            (TermIs::Amount(a), TermIs::Amount(b)) => Some(TermIs::Amount(a.checked_mul(b)?)),
            (TermIs::Fact(..), TermIs::Fact(..)) => {
                let message = "two facts cannot be multiplied: conditions are linear";
                faults.push(place.fault(&times.span, message));
                None
            }
        }
    }

    fn factor(
        &self,
        name: &Word,
        factor: Num,
        place: &Place<'_>,
        faults: Faults<'_>,
    ) -> Option<TermIs> {
        if let Some(value) = self.values.iter().find(|v| v.id == name.text) {
            let now = self.raised_now(&value.id).or(value.is.now.as_ref());
            return Some(match now {
                None => TermIs::NotStated,
                Some(now) => TermIs::Amount(now.amount.checked_mul(factor)?),
            });
        }
        if let Some(Fact::Number(fact)) = fact_by_name(&name.text) {
            return Some(TermIs::Fact(fact, factor));
        }
        let known = NUMBERS
            .iter()
            .map(|i| i.path)
            .chain(self.values.iter().map(|v| v.id.as_str()));
        let message = match fact_by_name(&name.text) {
            Some(_) => format!("`{}` is not a number, it cannot be compared", name.text),
            None => format!("there is no number or value `{}`", name.text),
        };
        let fault = place.fault(&name.span, message);
        faults.push(match nearest(&name.text, known) {
            Some(near) => fault.with_help(format!("did you mean `{near}`?")),
            None => fault,
        });
        None
    }
}

/// Brings `terms + constant compare 0` into whole factors without a common divisor.
fn linear(terms: &[(NumberFact, Num)], constant: Num, compare: Compare) -> Option<Linear> {
    let mut sums: Vec<(NumberFact, i128)> = Vec::new();
    if terms.iter().any(|(_, factor)| !factor.is_exact()) || !constant.is_exact() {
        return None;
    }
    for (fact, factor) in terms {
        match sums.iter_mut().find(|(f, _)| f == fact) {
            Some((_, sum)) => *sum = sum.checked_add(factor.raw())?,
            None => sums.push((*fact, factor.raw())),
        }
    }
    sums.retain(|(_, factor)| *factor != 0);
    sums.sort_by_key(|(fact, _)| *fact);
    let divisor = sums.iter().fold(0_i128, |d, (_, f)| gcd(d, f.abs()));
    if divisor == 0 {
        return None;
    }
    // terms/divisor >= -constant * unit/divisor, where unit is the stored form of one.
    let unit = Num::from(1).raw();
    let mut factors: Vec<(NumberFact, i64)> = Vec::new();
    for (fact, factor) in &sums {
        let whole = i64::try_from(factor / divisor).ok();
        factors.push((*fact, whole.filter(|f| f.abs() <= Linear::FACTOR_MAX)?));
    }
    // The bound in the same scale: constant.raw * unit / divisor, floor with a half step kept.
    let common = gcd(divisor, unit);
    let (scale, per) = (unit / common, divisor / common);
    let scaled = -constant.raw().checked_mul(scale)?;
    let (mut bound, exact) = (scaled.div_euclid(per), scaled.rem_euclid(per) == 0);
    let (mut at_least, mut strict) = match compare {
        Compare::GreaterOrEqual => (true, false),
        Compare::Greater => (true, true),
        Compare::Less => (false, false),
        Compare::LessOrEqual => (false, true),
    };
    // One form per threshold: the leading factor is positive.
    if factors.first().is_some_and(|(_, f)| *f < 0) {
        factors.iter_mut().for_each(|(_, f)| *f = -*f);
        bound = -bound - i128::from(!exact);
        // s >= b  <=>  -s <= -b, that is, not (-s > -b).
        (at_least, strict) = (!at_least, !strict);
    }
    // `sum >= bound` or `sum < bound`, with `>` and `<=` moved up by the smallest step.
    let bound = if strict || !exact { bound + 1 } else { bound };
    Some(Linear {
        terms: factors,
        bound,
        at_least,
    })
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { gcd(b, a % b) }
}
