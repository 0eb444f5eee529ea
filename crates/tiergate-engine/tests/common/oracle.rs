//! The slow oracle: every completion of the unknown facts, decided one by one.

#![allow(dead_code, reason = "each test uses its part")]

use std::sync::Arc;

use tiergate_engine::{Answer, Decision, Outcome, Rulebook, reference};
use tiergate_law::{
    ChoiceFact, Country, CountryFact, CountrySet, Fact, FlagFact, Linear, Num, NumberFact, Party,
    Regime, Test, TextFact,
};
use tiergate_order::{Facts, Numeric};

/// Something unknown with the values it may take.
#[derive(Debug, Clone)]
enum Unknown {
    Country(CountryFact, Vec<Country>),
    Choice(ChoiceFact, Vec<usize>),
    Flag(FlagFact),
    /// Values, and whether "undefined" is one more.
    Number(NumberFact, Vec<Num>, bool),
    /// Names, one for each way the registers tell them apart.
    Text(TextFact, Vec<String>),
    Intermediary(usize, Party, Vec<Country>),
}

impl Unknown {
    fn count(&self) -> usize {
        match self {
            Unknown::Country(_, all) | Unknown::Intermediary(_, _, all) => all.len(),
            Unknown::Choice(_, all) => all.len(),
            Unknown::Flag(_) => 2,
            Unknown::Text(_, all) => all.len(),
            Unknown::Number(_, all, undefined) => all.len() + usize::from(*undefined),
        }
    }

    fn set(&self, value: usize, facts: &mut Facts) {
        match self {
            Unknown::Country(fact, all) => facts.set_country(*fact, all[value]),
            Unknown::Choice(fact, all) => facts.set_choice(*fact, all[value]),
            Unknown::Flag(fact) => facts.set_flag(*fact, value == 1),
            Unknown::Text(fact, all) => facts.set_text(*fact, &all[value]),
            Unknown::Number(fact, all, _) => match all.get(value) {
                Some(number) => facts.set_number(*fact, *number),
                None => facts.set_undefined(*fact),
            },
            Unknown::Intermediary(at, party, all) => {
                let mut list = facts.intermediaries.as_deref().unwrap_or_default().to_vec();
                match party {
                    Party::Headquarters => list[*at].0 = Some(all[value]),
                    Party::Parent => list[*at].1 = Some(all[value]),
                }
                facts.intermediaries = Some(list.into());
            }
        }
    }

    fn fact(&self) -> Option<Fact> {
        match self {
            Unknown::Country(fact, _) => Some(Fact::Country(*fact)),
            Unknown::Choice(fact, _) => Some(Fact::Choice(*fact)),
            Unknown::Flag(fact) => Some(Fact::Flag(*fact)),
            Unknown::Text(fact, _) => Some(Fact::Text(*fact)),
            Unknown::Number(fact, ..) => Some(Fact::Number(*fact)),
            Unknown::Intermediary(..) => None,
        }
    }
}

/// Every test of the regimes that bears on an outcome.
fn tests<'r>(regimes: &[&'r Regime]) -> Vec<&'r Test> {
    let mut found = Vec::new();
    for cond in regimes.iter().flat_map(|r| r.outcome_conditions()) {
        cond.visit(&mut |atom| found.push(&atom.test));
    }
    found
}

/// One country for each way the sets tell countries apart.
fn representatives<'a>(sets: impl Iterator<Item = &'a CountrySet>) -> Vec<Country> {
    let sets: Vec<&CountrySet> = sets.collect();
    let mut seen: Vec<Vec<bool>> = Vec::new();
    let mut found = Vec::new();
    for country in (0..Country::COUNT).filter_map(Country::from_index) {
        let signature: Vec<bool> = sets.iter().map(|s| s.contains(country)).collect();
        if !seen.contains(&signature) {
            seen.push(signature);
            found.push(country);
        }
    }
    found
}

/// The last fact a country fact falls back on, as far as this order says they are the same.
fn root(mut fact: CountryFact, facts: &Facts) -> CountryFact {
    while facts.is_same(fact)
        && let Some(base) = fact.info().same_as
    {
        fact = base;
    }
    fact
}

fn unknowns(regimes: &[&Regime], facts: &Facts) -> Vec<Unknown> {
    let tests = tests(regimes);
    let mut countries: Vec<CountryFact> = Vec::new();
    let mut choices: Vec<ChoiceFact> = vec![ChoiceFact::Eccn];
    let mut flags: Vec<FlagFact> = Vec::new();
    let mut numbers: Vec<NumberFact> = Vec::new();
    for test in &tests {
        match test {
            Test::Country(fact, _) => countries.push(root(*fact, facts)),
            Test::Choice(fact, _) => choices.push(*fact),
            Test::Flag(fact) => flags.push(*fact),
            Test::Linear(linear) => numbers.extend(linear.terms.iter().map(|t| t.0)),
            Test::Text(..) | Test::Intermediary(..) | Test::Reading(..) => {}
        }
    }
    let mut found: Vec<Unknown> = TextFact::ALL
        .iter()
        .filter(|fact| facts.name(**fact).is_none() && !registers(&tests, **fact).is_empty())
        .map(|fact| Unknown::Text(*fact, names(regimes)))
        .collect();
    let sets = representatives(tests.iter().filter_map(|t| match t {
        Test::Country(_, set) => Some(set),
        _ => None,
    }));
    countries.sort_unstable();
    countries.dedup();
    for fact in countries {
        if facts.country(fact).is_none() {
            found.push(Unknown::Country(fact, sets.clone()));
        }
    }
    choices.sort_unstable();
    choices.dedup();
    for fact in choices {
        if facts.choice(fact).is_some() {
            continue;
        }
        let values = match fact {
            ChoiceFact::Eccn => (0..regimes[0].class_names.len() + 2)
                .filter(|v| facts.eccn_candidates >> v & 1 == 1)
                .collect(),
            _ => (0..fact.info().values.len()).collect(),
        };
        found.push(Unknown::Choice(fact, values));
    }
    flags.sort_unstable();
    flags.dedup();
    found.extend(
        flags
            .into_iter()
            .filter(|f| facts.flag(*f).is_none())
            .map(Unknown::Flag),
    );
    numbers.sort_unstable();
    numbers.dedup();
    for fact in numbers {
        if facts.numeric(fact) == Numeric::Unknown {
            let undefined = fact == NumberFact::PerformanceDensity;
            found.push(Unknown::Number(
                fact,
                values(&tests, fact, facts),
                undefined,
            ));
        }
    }
    for (at, (headquarters, parent)) in facts
        .intermediaries
        .as_deref()
        .unwrap_or_default()
        .iter()
        .enumerate()
    {
        for (party, known) in [(Party::Headquarters, headquarters), (Party::Parent, parent)] {
            let sets: Vec<&CountrySet> = intermediary_sets(&tests, party);
            if known.is_none() && !sets.is_empty() {
                let all = representatives(sets.into_iter());
                found.push(Unknown::Intermediary(at, party, all));
            }
        }
    }
    found.retain(|u| u.count() > 0);
    found
}

/// The registers that are asked for a name.
fn registers(tests: &[&Test], of: TextFact) -> Vec<usize> {
    let mut found: Vec<usize> = tests
        .iter()
        .filter_map(|test| match test {
            Test::Text(fact, register) if *fact == of => Some(*register),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Every name of a register, and one of none.
fn names(regimes: &[&Regime]) -> Vec<String> {
    let registers = regimes.iter().flat_map(|r| &r.registers);
    let mut all: Vec<String> = registers.flat_map(|r| r.is.iter().cloned()).collect();
    all.push("(any other)".to_owned());
    all.sort();
    all.dedup();
    all
}

fn intermediary_sets<'t>(tests: &[&'t Test], of: Party) -> Vec<&'t CountrySet> {
    let mut sets: Vec<&CountrySet> = Vec::new();
    for test in tests {
        if let Test::Intermediary(party, set) = test
            && *party == of
            && !sets.contains(&set)
        {
            sets.push(set);
        }
    }
    sets
}

/// A number below, at and above each threshold it can meet, its partners as they are known.
fn values(tests: &[&Test], fact: NumberFact, facts: &Facts) -> Vec<Num> {
    let mut found: Vec<i128> = Vec::new();
    for test in tests {
        let Test::Linear(Linear { terms, bound, .. }) = test else {
            continue;
        };
        let Some((_, factor)) = terms.iter().find(|(f, _)| *f == fact) else {
            continue;
        };
        let rest: i128 = terms
            .iter()
            .filter(|(f, _)| *f != fact)
            .map(|(f, k)| facts.number(*f).unwrap_or(Num::ZERO).raw() * i128::from(*k))
            .sum();
        let at = (bound - rest).div_euclid(i128::from(*factor));
        if let [(_, 1)] = terms.as_slice() {
            found.extend([at - 1, at]);
        } else {
            found.extend([at - 1, at, at + 1]);
        }
    }
    found.sort_unstable();
    found.dedup();
    // Values that lie in the same place for every test are one.
    let mut signatures: Vec<Vec<bool>> = Vec::new();
    let alone: Vec<i128> = tests
        .iter()
        .filter_map(|t| match t {
            Test::Linear(l) if l.terms == [(fact, 1)] => Some(l.bound),
            _ => None,
        })
        .collect();
    let together = tests.iter().any(|t| {
        matches!(t, Test::Linear(l) if l.terms.len() > 1 && l.terms.iter().any(|(f, _)| *f == fact))
    });
    found.retain(|value| {
        let signature: Vec<bool> = alone.iter().map(|c| value >= c).collect();
        if together || !signatures.contains(&signature) {
            signatures.push(signature);
            true
        } else {
            false
        }
    });
    found.into_iter().map(Num::from_raw).collect()
}

/// Gives unknown facts values, one fact after another, until at most `most` completions remain.
pub fn narrow(regimes: &[&Regime], facts: &mut Facts, most: usize) {
    loop {
        let open = unknowns(regimes, facts);
        let product: usize = open.iter().map(Unknown::count).product();
        if product <= most {
            return;
        }
        if let Some(largest) = open.iter().max_by_key(|u| u.count()) {
            largest.set(0, facts);
        }
    }
}

/// What the completions of an order say.
pub struct Truth {
    /// Every outcome.
    pub possible: Vec<Outcome>,
    /// The facts that alone can change the kind of outcome, all else equal.
    pub missing: Vec<Fact>,
    /// The facts that alone can change the outcome in any way, all else equal.
    pub missing_detail: Vec<Fact>,
    /// Whether the engine promises exactly this, and not only no less.
    pub exact: bool,
    /// How many completions there were.
    pub completions: usize,
}

/// Decides every completion with the reference evaluator.
pub fn truth(regime: &Regime, facts: &Facts, readings: &[usize]) -> Truth {
    let open = unknowns(&[regime], facts);
    let counts: Vec<usize> = open.iter().map(Unknown::count).collect();
    let total: usize = counts.iter().product();
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(total);
    for index in 0..total {
        let mut completed = facts.clone();
        let mut rest = index;
        for (unknown, count) in open.iter().zip(&counts) {
            unknown.set(rest % count, &mut completed);
            rest /= count;
        }
        let outcome = reference::decide(regime, &completed, readings);
        outcomes.push(outcome.expect("a completed order is decided"));
    }
    let (mut missing, mut missing_detail) = (Vec::new(), Vec::new());
    let mut stride = 1;
    for (unknown, count) in open.iter().zip(&counts) {
        let differ = |same: &dyn Fn(Outcome, Outcome) -> bool| {
            (0..total).any(|index| {
                let value = index / stride % count;
                value > 0 && !same(outcomes[index], outcomes[index - value * stride])
            })
        };
        if let Some(fact) = unknown.fact() {
            if differ(&|a, b| a.word() == b.word()) {
                missing.push(fact);
            }
            if differ(&|a, b| a == b) {
                missing_detail.push(fact);
            }
        }
        stride *= count;
    }
    outcomes.sort_unstable();
    outcomes.dedup();
    missing.sort_unstable();
    missing_detail.sort_unstable();
    Truth {
        possible: outcomes,
        missing,
        missing_detail,
        exact: exact(&[regime], facts, &open),
        completions: total,
    }
}

/// Whether no two variables of a diagram turn on one unknown fact.
fn exact(regimes: &[&Regime], facts: &Facts, open: &[Unknown]) -> bool {
    let tests = tests(regimes);
    let unknown_number = |f: &NumberFact| facts.numeric(*f) == Numeric::Unknown;
    let one_number_one_variable = tests.iter().all(|t| match t {
        Test::Linear(l) => l.terms.len() == 1 || !l.terms.iter().any(|(f, _)| unknown_number(f)),
        _ => true,
    });
    let one_party_one_variable = [Party::Headquarters, Party::Parent].into_iter().all(|p| {
        let asked = open
            .iter()
            .any(|u| matches!(u, Unknown::Intermediary(_, q, _) if *q == p));
        !asked || intermediary_sets(&tests, p).len() <= 1
    });
    let one_name_one_variable = TextFact::ALL
        .iter()
        .all(|f| facts.name(*f).is_some() || registers(&tests, *f).len() <= 1);
    one_number_one_variable && one_party_one_variable && one_name_one_variable
}

/// What the completions of an order say of two regimes.
pub struct Both {
    /// Some completion gets different answers.
    pub differ: bool,
    /// Some completion gets the same answer.
    pub agree: bool,
    /// Whether the engine promises exactly this, and not only no less.
    pub exact: bool,
}

/// Decides every completion that an order can have under two regimes.
pub fn both(
    regimes: [&Regime; 2],
    facts: &Facts,
    readings: [&[usize]; 2],
    same: &impl Fn([Outcome; 2]) -> bool,
) -> Both {
    let open = unknowns(&regimes, facts);
    let mut both = Both {
        differ: false,
        agree: false,
        exact: exact(&regimes, facts, &open),
    };
    let total: usize = open.iter().map(Unknown::count).product();
    for index in 0..total {
        let mut completed = facts.clone();
        let mut rest = index;
        for unknown in &open {
            unknown.set(rest % unknown.count(), &mut completed);
            rest /= unknown.count();
        }
        if !can_be(&completed) {
            continue;
        }
        let decide = |at: usize| reference::decide(regimes[at], &completed, readings[at]);
        let outcomes = [decide(0).unwrap(), decide(1).unwrap()];
        if same(outcomes) {
            both.agree = true;
        } else {
            both.differ = true;
        }
    }
    both
}

/// Whether some order has these numbers.
pub fn can_be(facts: &Facts) -> bool {
    let number = |fact| facts.number(fact);
    let shipment = number(NumberFact::ShipmentAmount).zip(number(NumberFact::Amount));
    let negative = NumberFact::ALL
        .iter()
        .any(|f| number(*f) < Some(Num::ZERO) && number(*f).is_some());
    !negative && shipment.is_none_or(|(all, one)| all >= one)
}

/// Holds the compiled engine to the oracle on one order; the error says where they part.
pub fn compare(book: &Rulebook, facts: &Facts, readings: &[usize]) -> Result<Truth, String> {
    let regime = &book.regime;
    let truth = truth(regime, facts, readings);
    let readings: Arc<[usize]> = readings.into();
    let decision = Decision::make(book, facts, &readings);
    if let Some(direct) = book.outcome(facts, &readings)
        && truth.possible != [direct]
    {
        return Err(format!(
            "the walk gives {direct:?}, completions {:?}",
            truth.possible
        ));
    }
    if let Some(slow) = reference::decide(regime, facts, &readings)
        && truth.possible != [slow]
    {
        return Err(format!(
            "the reference gives {slow:?}, completions {:?}",
            truth.possible
        ));
    }
    let subset = |a: &[Fact], b: &[Fact]| a.iter().all(|f| b.contains(f));
    match &decision.answer {
        Answer::Decided(outcome) => {
            if truth.possible != [*outcome] {
                return Err(format!(
                    "decided {outcome:?}, completions {:?}",
                    truth.possible
                ));
            }
        }
        Answer::Open(open) => {
            if truth.exact && truth.possible.len() < 2 {
                return Err(format!("open {open:?}, completions {:?}", truth.possible));
            }
            let fewer = truth.possible.iter().any(|o| !open.possible.contains(o));
            if fewer || (truth.exact && open.possible != truth.possible) {
                return Err(format!(
                    "possible {:?}, completions {:?}",
                    open.possible, truth.possible
                ));
            }
            let lost = !subset(&truth.missing, &open.missing)
                || !subset(&truth.missing_detail, &open.missing_detail);
            let parted =
                open.missing != truth.missing || open.missing_detail != truth.missing_detail;
            if lost || (truth.exact && parted) {
                return Err(format!(
                    "missing {:?} and {:?}, completions {:?} and {:?}",
                    open.missing, open.missing_detail, truth.missing, truth.missing_detail
                ));
            }
        }
    }
    Ok(truth)
}
