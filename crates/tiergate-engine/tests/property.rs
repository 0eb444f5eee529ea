//! The compiled engine and the slow reference give the same answer: random laws, random orders.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::cell::RefCell;
use std::sync::Arc;

use common::make::{self, Asked, Choices};
use common::oracle;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tiergate_engine::{
    Answer, Columns, Decision, Desk, Ending, Numbers, Outcome, Question, Rulebook, Settled, Stamp,
    decide_columns, reference, remains,
};
use tiergate_law::{CountryFact, IfAbsent, LawRef, Library, Num, NumberFact, Test, View};
use tiergate_order::{Catalog, Facts, Order, Resolved};

const COMPLETIONS_MAX: usize = 400;

/// The bytes behind a law, shown short: the error text holds the law itself.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

fn bytes() -> impl Strategy<Value = Bytes> {
    proptest::collection::vec(any::<u8>(), 200..1200).prop_map(Bytes)
}

/// `CASES` and `SEED` in the environment make a longer or another run.
fn from_environment<T: std::str::FromStr>(name: &str, otherwise: T) -> T {
    std::env::var(name)
        .ok()
        .and_then(|v| v.parse().ok())
        .unwrap_or(otherwise)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases: from_environment("CASES", cases),
        rng_seed: RngSeed::Fixed(from_environment("SEED", 2026)),
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    })
}

#[derive(Default, Debug)]
struct Seen {
    orders: usize,
    open: usize,
    exact: usize,
    completions: usize,
    /// Open orders of which the narrowed rulebook knew the answer from another.
    alike: usize,
    words: std::collections::BTreeMap<&'static str, usize>,
}

/// The outcomes possible when flags are settled before the diagram is built and all else after.
fn settled_by_halves(book: &Rulebook, facts: &Facts, readings: &[usize]) -> Vec<Outcome> {
    let (diagrams, root) = book.outcome_diagram(|test| match test {
        Test::Flag(flag) => facts.flag(*flag).map_or(Settled::Open, Settled::Is),
        Test::Country(fact, set) if facts.is_same(*fact) => match fact.info().same_as {
            Some(base) => Settled::Asks(Test::Country(base, *set)),
            None => Settled::Open,
        },
        _ => Settled::Open,
    });
    let mut known = |v| book.variables.known(v, facts, readings);
    let mut possible: Vec<Outcome> = remains(&diagrams, root, &mut known)
        .leaves
        .iter()
        .map(|leaf| book.outcomes[*leaf as usize])
        .collect();
    possible.sort_unstable();
    possible
}

/// A rulebook narrowed to orders that differ in some countries and numbers decides each of them as
/// the whole rulebook does, and takes none for open in the same way as another of a different
/// answer.
fn narrowed_agrees(
    c: &mut Choices<'_>,
    book: &Rulebook,
    facts: &Facts,
    readings: &[usize],
    seen: &RefCell<Seen>,
) -> Result<(), String> {
    let mut countries = CountryFact::ALL.to_vec();
    countries.retain(|f| facts.country(*f).is_some() && c.below(2) == 1);
    let mut numbers = NumberFact::ALL.to_vec();
    numbers.retain(|f| facts.number(*f).is_some() && c.below(2) == 1);
    let narrowed = book.narrowed(facts, readings, &|question| match question {
        Question::Country(fact) => countries.contains(fact),
        Question::Amount(terms) => terms.iter().any(|(fact, _)| numbers.contains(fact)),
        _ => false,
    });
    let mut ways: Vec<(u32, Answer)> = Vec::new();
    for _ in 0..6 {
        let other = make::facts(c, &book.regime, 0);
        let mut facts = facts.clone();
        for fact in &countries {
            if let Some(country) = other.country(*fact) {
                facts.set_country(*fact, country);
            }
        }
        for fact in &numbers {
            if let Some(number) = other.number(*fact) {
                facts.set_number(*fact, number);
            }
        }
        let said = |what: String| Err(format!("{what}\n{facts:#?}"));
        let decision = Decision::make(book, &facts, &readings.into());
        let Some(found) = narrowed.decide(book, &facts) else {
            match &decision.answer {
                Answer::Open(open) if open.possible.contains(&Outcome::Prohibited) => continue,
                // The quotas of an application may be open though its answer is not.
                Answer::Decided(Outcome::LicenseRequired(_)) => continue,
                answer => return said(format!("narrowed it is not found, but {answer:?}")),
            }
        };
        let class = reference::class(&book.regime, &facts, readings);
        let named = match found.class {
            Ending::Is(class) => class.map(|at| book.regime.class_names[at].clone()),
            Ending::Open(_) => None,
        };
        if decision.eccn() != named || class.is_some_and(|class| found.class != Ending::Is(class)) {
            return said(format!("narrowed {:?}, expected {class:?}", found.class));
        }
        match (&decision.answer, found.outcome) {
            (Answer::Decided(outcome), Ending::Is(found_outcome)) if *outcome == found_outcome => {
                let draws = book.draws(found_outcome, &facts, readings);
                if found.draws != draws {
                    return said(format!("it draws on {:b}, not {draws:b}", found.draws));
                }
            }
            (Answer::Open(_), Ending::Open(way)) => {
                let known = ways.iter().find(|(known, _)| *known == way);
                if let Some((_, known)) = known
                    && *known != decision.answer
                {
                    return said(format!("{known:?} and {:?} as one", decision.answer));
                }
                ways.push((way, decision.answer.clone()));
            }
            (answer, found) => return said(format!("narrowed {found:?}, but {answer:?}")),
        }
    }
    let mut numbers: Vec<u32> = ways.iter().map(|(way, _)| *way).collect();
    numbers.sort_unstable();
    numbers.dedup();
    seen.borrow_mut().alike += ways.len() - numbers.len();
    Ok(())
}

fn agree(bytes: &[u8], seen: &RefCell<Seen>) -> Result<(), String> {
    let mut c = Choices::new(bytes);
    let law = make::law(&mut c);
    let (library, diagnostics) = Library::read(law.texts());
    let describe = || {
        law.texts()
            .iter()
            .map(|(n, t)| format!("# {n}\n{t}\n"))
            .collect::<String>()
    };
    if !diagnostics.is_empty() {
        return Err(format!("{diagnostics:#?}\n{}", describe()));
    }
    for _ in 0..2 {
        let id = c.of(&["us", "us", "plan"]);
        let date = make::day(&mut c);
        let view = c.of(&[View::Text, View::Enforced]);
        let regime = library
            .consolidate(
                &LawRef {
                    id: id.to_owned(),
                    date: None,
                    view: None,
                },
                date,
                view,
            )
            .map_err(|e| format!("{e:?}\n{}", describe()))?;
        for (kind, ids) in [
            (
                "requirement",
                regime
                    .requirements
                    .iter()
                    .map(|r| &r.id)
                    .collect::<Vec<_>>(),
            ),
            (
                "prohibition",
                regime.prohibitions.iter().map(|r| &r.id).collect(),
            ),
            (
                "authority",
                regime.authorities.iter().map(|r| &r.id).collect(),
            ),
            ("bar", regime.bars.iter().map(|r| &r.id).collect()),
            ("review", regime.reviews.iter().map(|r| &r.id).collect()),
            ("scope", regime.scopes.iter().map(|r| &r.id).collect()),
        ] {
            let stands = law.standing(kind, id, &date.to_string(), view);
            if ids != stands.iter().collect::<Vec<_>>() {
                return Err(format!(
                    "{kind}s {ids:?}, expected {stands:?} in {id} {date} {view:?}\n{}",
                    describe()
                ));
            }
        }
        let book = Rulebook::compile(Arc::new(regime));
        // A rulebook decides fact by fact until its common diagrams are worth compiling.
        if c.below(2) == 1 {
            book.warm();
        }
        for _ in 0..2 {
            let readings = make::readings(&mut c, &book.regime);
            let mut facts = make::facts(&mut c, &book.regime, 5);
            oracle::narrow(&[&book.regime], &mut facts, COMPLETIONS_MAX);
            let truth = oracle::compare(&book, &facts, &readings).map_err(|e| {
                format!(
                    "{e}\n{id} {date} {view:?} {readings:?}\n{facts:#?}\n{}",
                    describe()
                )
            })?;
            let halves = settled_by_halves(&book, &facts, &readings);
            narrowed_agrees(&mut c, &book, &facts, &readings, seen)
                .map_err(|e| format!("{e}\n{id} {date} {view:?}\n{}", describe()))?;
            let decision = Decision::make(&book, &facts, &readings.into());
            let possible = match &decision.answer {
                Answer::Decided(outcome) => vec![*outcome],
                Answer::Open(open) => open.possible.clone(),
            };
            if halves != possible {
                return Err(format!(
                    "the outcome diagram gives {halves:?}, the decision {possible:?}\n{}",
                    describe()
                ));
            }
            let mut seen = seen.borrow_mut();
            seen.orders += 1;
            seen.open += usize::from(truth.possible.len() > 1);
            seen.exact += usize::from(truth.exact);
            seen.completions += truth.completions;
            *seen.words.entry(decision.word()).or_default() += 1;
            let resolved = Resolved {
                facts: facts.clone(),
                ..Resolved::default()
            };
            let record = decision.record(&Order::new("o"), &resolved, None);
            if record.outcome != decision.word() {
                return Err(format!("the record says {}", record.outcome));
            }
        }
    }
    Ok(())
}

#[test]
fn the_compiled_engine_decides_as_the_slow_reference_does() {
    let seen = RefCell::new(Seen::default());
    let result = runner(1200).run(&bytes(), |bytes| {
        agree(&bytes.0, &seen).map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let seen = seen.borrow();
    // The generator must not fall asleep: every kind of outcome, decided and open.
    assert!(seen.words.len() == 7, "{seen:?}");
    assert!(seen.open * 20 > seen.orders, "{seen:?}");
    assert!(seen.exact * 2 > seen.orders, "{seen:?}");
    assert!(seen.alike > 1_000, "{seen:?}");
    println!("{seen:?}");
}

#[test]
fn a_law_has_no_faults_on_any_day_and_a_desk_gives_the_law_of_the_day() {
    let result = runner(60).run(&bytes(), |bytes| {
        let mut c = Choices::new(&bytes.0);
        let law = make::law(&mut c);
        let (library, diagnostics) = Library::read(law.texts());
        prop_assert!(diagnostics.is_empty());
        prop_assert_eq!(library.check(), vec![]);
        let desk = Desk::new(library, Catalog::default());
        for _ in 0..6 {
            let id = c.of(&["us", "plan"]);
            let (as_of, view) = (make::day(&mut c), c.of(&[View::Text, View::Enforced]));
            let kept = desk
                .rulebook(&Stamp {
                    law: id.to_owned(),
                    as_of,
                    view,
                })
                .unwrap();
            let law = LawRef {
                id: id.to_owned(),
                date: None,
                view: None,
            };
            let fresh = desk.library.consolidate(&law, as_of, view).unwrap();
            let fresh = Rulebook::compile(Arc::new(fresh));
            let facts = make::facts(&mut c, &fresh.regime, 0);
            let readings = make::readings(&mut c, &fresh.regime);
            prop_assert_eq!(
                kept.outcome(&facts, &readings),
                fresh.outcome(&facts, &readings),
                "{} {} {:?}",
                id,
                as_of,
                view
            );
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}

/// The numbers as 64-bit steps of a decimal, if they are such; now and then without.
fn whole(all: &[Option<Num>], c: &mut Choices<'_>) -> Option<Numbers> {
    if c.one_in(4) {
        return None;
    }
    let decimals = u8::try_from(3 + c.below(4)).ok()?;
    let step = 2 * 10_i128.pow(9 - u32::from(decimals));
    let value = |n: &Option<Num>| match n {
        Some(n) if n.raw() % step == 0 => i64::try_from(n.raw() / step).ok(),
        Some(_) => None,
        None => Some(7),
    };
    let known = all.iter().map(Option::is_some).collect::<Vec<_>>();
    Some(Numbers::Small {
        values: all.iter().map(value).collect::<Option<_>>()?,
        decimals,
        known: known.contains(&false).then_some(known),
    })
}

/// Columns of a few of the facts the law asks for, some values unknown, over shared facts.
fn columns(c: &mut Choices<'_>, book: &Rulebook) -> Columns {
    let rows: Vec<Facts> = (0..6).map(|_| make::facts(c, &book.regime, 0)).collect();
    let open = c.below(3);
    let mut columns = Columns {
        rows: rows.len(),
        shared: make::facts(c, &book.regime, open),
        ..Columns::default()
    };
    let mut taken: Vec<Asked> = Vec::new();
    let asked = make::asked(&book.regime);
    for _ in 0..1 + c.below(4) {
        // One in three is a fact that is rare where it is not "no".
        let rare = |f: &&Asked| match f {
            Asked::Flag(f) => f.info().if_absent == IfAbsent::No,
            Asked::Choice(f) => f.info().if_absent == IfAbsent::No,
            Asked::Country(f) => f.info().same_as.is_some(),
            Asked::Number(_) => false,
        };
        let fact = match asked.iter().filter(rare).count() {
            some if some > 0 && c.one_in(3) => {
                *asked.iter().filter(rare).nth(c.below(some)).unwrap()
            }
            _ => c.of(&asked),
        };
        if taken.contains(&fact) {
            continue;
        }
        taken.push(fact);
        let gap = |c: &mut Choices<'_>| c.one_in(8);
        match fact {
            Asked::Country(f) => {
                let all = rows.iter().map(|r| r.country(f).filter(|_| !gap(c)));
                columns.countries.push((f, all.collect()));
            }
            Asked::Choice(f) => {
                let small = |place: usize| u8::try_from(place).unwrap();
                let all = rows
                    .iter()
                    .map(|r| r.choice(f).filter(|_| !gap(c)).map(small));
                columns.choices.push((f, all.collect()));
            }
            Asked::Flag(f) => {
                let all = rows.iter().map(|r| r.flag(f).filter(|_| !gap(c)));
                columns.flags.push((f, all.collect()));
            }
            Asked::Number(f) => {
                let all = rows.iter().map(|r| r.number(f).filter(|_| !gap(c)));
                let all: Vec<Option<Num>> = all.collect();
                let numbers = whole(&all, c).unwrap_or(Numbers::Wide(all));
                columns.numbers.push((f, numbers));
            }
        }
    }
    columns
}

#[test]
fn orders_in_columns_are_decided_as_each_alone() {
    let result = runner(600).run(&bytes(), |bytes| {
        let mut c = Choices::new(&bytes.0);
        let law = make::law(&mut c);
        let (library, _) = Library::read(law.texts());
        let day = make::day(&mut c);
        let regime = library
            .consolidate(&LawRef::us(), day, View::Enforced)
            .unwrap();
        let book = Rulebook::compile(Arc::new(regime));
        book.warm();
        for _ in 0..3 {
            let columns = columns(&mut c, &book);
            let readings: Arc<[usize]> = make::readings(&mut c, &book.regime).into();
            let verdicts = decide_columns(&book, &columns, &readings);
            prop_assert_eq!(verdicts.len(), columns.rows);
            for (row, verdict) in verdicts.iter().enumerate() {
                let facts = columns.row(row);
                let alone = Decision::make(&book, &facts, &readings);
                prop_assert_eq!(verdict.outcome, alone.outcome(), "{:#?}", facts);
                if reference::decide(&book.regime, &facts, &readings).is_none() {
                    continue;
                }
                let holds =
                    |cond| reference::holds(cond, &book.regime, &facts, &readings) == Some(true);
                let scopes = &book.regime.scopes;
                let subject = scopes.is_empty() || scopes.iter().any(|s| holds(&s.is));
                let first = book
                    .regime
                    .requirements
                    .iter()
                    .position(|r| holds(&r.is.cond));
                let first = first.filter(|_| subject);
                let open = [Some(Outcome::Prohibited), None].contains(&verdict.outcome);
                prop_assert!(
                    open || verdict.requirement.map(usize::from) == first,
                    "{:?}, expected {:?}",
                    verdict,
                    first
                );
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
