//! The comparison of two regimes is held to deciding every completion of random orders.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod common;

use std::sync::Arc;

use common::make::{self, Choices};
use common::oracle;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tiergate_engine::{
    Answer, Circumstances, Comparison, Covered, Cube, Days, Decision, Direction, DutyChanges, Node,
    Outcome, Parted, Parting, Question, Reply, Rulebook, Side,
};
use tiergate_law::{
    ChoiceFact, Country, CountryFact, FlagFact, LawRef, Library, NumberFact, TextFact, View,
};
use tiergate_order::{Facts, Order, Resolved};

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(2026),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    })
}

/// Runs a check on that many random inputs of at least so many bytes. It gives how often it met each
/// of several kinds: all were met often enough to mean something.
fn holds<const N: usize>(
    cases: u32,
    shortest: usize,
    check: impl Fn(&[u8]) -> Result<[usize; N], String>,
) {
    let seen = std::cell::RefCell::new([0; N]);
    let bytes = prop::collection::vec(any::<u8>(), shortest..1_500);
    let result = runner(cases).run(&bytes, |bytes| {
        let more = check(&bytes).map_err(TestCaseError::fail)?;
        let mut seen = seen.borrow_mut();
        (0..N).for_each(|at| seen[at] += more[at]);
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    assert!(seen.borrow().iter().all(|n| *n > 100), "{seen:?}");
}

fn every_country() -> Vec<Country> {
    (0..Country::COUNT)
        .filter_map(Country::from_index)
        .collect()
}

/// Two regimes of one random law, each with random readings.
fn sides(c: &mut Choices<'_>) -> [Side; 2] {
    let law = make::law(c);
    let (library, faults) = Library::read(law.texts());
    assert!(faults.is_empty(), "{faults:#?}");
    pair(c, &library)
}

fn pair(c: &mut Choices<'_>, library: &Library) -> [Side; 2] {
    [0, 1].map(|_| {
        let law = LawRef {
            id: c.of(&["us", "us", "plan"]).to_owned(),
            date: None,
            view: None,
        };
        let (day, view) = (make::day(c), c.of(&[View::Text, View::Enforced]));
        let day = library
            .breakpoints(&law.id)
            .unwrap()
            .first()
            .map_or(day, |d| day.max(*d));
        let regime = library.consolidate(&law, day, view).unwrap();
        let readings = make::readings(c, &regime).into();
        let book = Arc::new(Rulebook::compile(Arc::new(regime)));
        Side { book, readings }
    })
}

fn reply(side: &Side, outcome: Outcome) -> Reply {
    Reply::of(outcome, &side.book.regime)
}

fn check(bytes: &[u8]) -> Result<[usize; 3], String> {
    let mut c = Choices::new(bytes);
    let sides = sides(&mut c);
    let regimes = [&*sides[0].book.regime, &*sides[1].book.regime];
    let comparison = Comparison::new(sides[0].clone(), sides[1].clone(), &every_country());
    let mirror = Comparison::new(sides[1].clone(), sides[0].clone(), &every_country());
    let mut seen = [0; 3];
    for _ in 0..6 {
        let open = c.below(4);
        let of = c.below(2);
        let mut facts: Facts = make::facts(&mut c, regimes[of], open);
        oracle::narrow(&regimes, &mut facts, 400);
        if !oracle::can_be(&facts) {
            continue;
        }
        let readings = [&*sides[0].readings, &*sides[1].readings];
        let same = |[a, b]: [Outcome; 2]| reply(&sides[0], a) == reply(&sides[1], b);
        let truth = oracle::both(regimes, &facts, readings, &same);
        if !truth.differ && !truth.agree {
            continue;
        }
        let covered = comparison.covers(&facts);
        let expected = match (truth.differ, truth.agree) {
            (false, _) => Covered::No,
            (true, true) => Covered::Partly,
            (true, false) => Covered::Wholly,
        };
        let more = covered == Covered::Partly && !truth.exact;
        if covered != expected && !more {
            return Err(format!("{covered:?}, completions {expected:?}: {facts:#?}"));
        }
        if mirror.covers(&facts) != covered {
            return Err(format!("the mirror covers otherwise: {facts:#?}"));
        }
        if comparison.equal() && truth.differ {
            return Err(format!("said to be equal: {facts:#?}"));
        }
        seen[covered as usize] += 1;
    }
    let mirrored = match comparison.direction() {
        Direction::Stricter => Direction::Looser,
        Direction::Looser => Direction::Stricter,
        same => same,
    };
    if mirror.direction() != mirrored {
        return Err("the mirror has another direction".to_owned());
    }
    // Walked side by side and joined into one diagram, the two give the same pairs of answers.
    let joined = comparison.pairs_in(&Circumstances::Any);
    if joined.replies != comparison.pairs() {
        return Err(format!(
            "met {:?}, joined {:?}",
            comparison.pairs(),
            joined.replies
        ));
    }
    statements(&comparison)?;
    Ok(seen)
}

/// The statements say all of the ordinary difference and no more, each with an order if one can be
/// found.
fn statements(comparison: &Comparison) -> Result<(), String> {
    let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(None));
    let found = comparison.statements(&mut pairs, 10_000);
    if !found.whole {
        return Err("not all statements".to_owned());
    }
    for (at, replies) in pairs.replies.clone().iter().enumerate() {
        let at = u32::try_from(at).unwrap();
        let region = pairs
            .diagrams
            .rename(pairs.root, &|leaf| u32::from(leaf == at));
        let mut said = Node::FALSE;
        for statement in found.all.iter().filter(|s| s.replies == *replies) {
            let cases = Cube::diagram(&statement.cases, &mut pairs.diagrams);
            let one = pairs.diagrams.and(statement.item, cases);
            said = pairs.diagrams.or(said, one);
        }
        let said = pairs.diagrams.and(said, pairs.world);
        if said != region {
            return Err(format!("statements and difference part for {replies:?}"));
        }
    }
    for statement in &found.all {
        if let Some(facts) = comparison.witness(statement)
            && comparison.covers(&facts) != Covered::Wholly
        {
            return Err(format!("a witness is not covered: {facts:#?}"));
        }
    }
    Ok(())
}

#[test]
fn an_order_is_in_the_difference_if_and_only_if_two_decisions_differ() {
    holds(1_500, 1, check);
}

#[test]
fn a_regime_equals_itself() {
    let bytes: Vec<u8> = (0..900_u32).map(|n| (n * 37 % 251) as u8).collect();
    let side = sides(&mut Choices::new(&bytes))[0].clone();
    let comparison = Comparison::new(side.clone(), side, &every_country());
    assert!(comparison.equal());
    assert_eq!(comparison.direction(), Direction::Equal);
    let mut pairs = comparison.pairs_in(&Circumstances::Any);
    assert!(comparison.statements(&mut pairs, 10).all.is_empty());
}

/// A party that ordinary orders are silent about is based somewhere: rules that name every country
/// but one touch them, and rules that name that one do not.
#[test]
fn an_ordinary_designer_is_based_in_some_country() {
    let law = |countries: &str| {
        let text = format!(
            r#"
[instrument]
id = "base"
title = "Base"
cite = "1"
effective = 2024-01-01
[[requirement]]
id = "r"
cite = "2"
when = "designer_headquarters in {{{countries}}}"
from = 2025-01-01
"#
        );
        let (library, faults) = Library::read([("law.toml", text.as_str())]);
        assert!(faults.is_empty(), "{faults:?}");
        let sides = ["2024-06-01", "2025-06-01"].map(|day| {
            let law = "us".parse().unwrap();
            let regime = library.consolidate(&law, day.parse().unwrap(), View::Text);
            Side::new(Arc::new(Rulebook::compile(Arc::new(regime.unwrap()))))
        });
        let [left, right] = sides;
        let known = ["CN", "PL", "US"].map(|c| c.parse().unwrap());
        let comparison = Comparison::new(left, right, &known);
        let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(None));
        let count = comparison.count(&mut pairs, 10);
        (count, comparison.somewhere().unwrap().to_string())
    };
    assert_eq!(law("PL, US"), (1, "PL".to_owned()));
    assert_eq!(law("CN"), (0, "PL".to_owned()));
}

/// What an order may be answered.
fn answers(side: &Side, facts: &Facts) -> Vec<Reply> {
    let decision = Decision::make(&side.book, facts, &side.readings);
    let outcomes = match decision.answer {
        Answer::Decided(outcome) => vec![outcome],
        Answer::Open(open) => open.possible,
    };
    let mut all: Vec<Reply> = outcomes.into_iter().map(|o| reply(side, o)).collect();
    all.sort();
    all
}

/// Answers part surely when they have none in common, and never when there is one of each.
fn parted([before, after]: [&[&Reply]; 2]) -> Parted {
    if !before.iter().any(|reply| after.contains(reply)) {
        return Parted::Surely;
    }
    match before.len() + after.len() {
        2 => Parted::Never,
        _ => Parted::Perhaps,
    }
}

/// Orders alike in all but a few facts part where deciding each on every stretch says they do; gives
/// how often that was surely, perhaps and never.
fn part(bytes: &[u8]) -> Result<[usize; 3], String> {
    let mut c = Choices::new(bytes);
    let law = make::law(&mut c);
    let (library, faults) = Library::read(law.texts());
    assert!(faults.is_empty(), "{faults:#?}");
    let stretches: Vec<[Side; 2]> = (0..3).map(|_| pair(&mut c, &library)).collect();
    let days = Days::new(&stretches).unwrap();
    let regime = &stretches[0][0].book.regime;
    let facts = make::facts(&mut c, regime, 3);
    let mut countries = CountryFact::ALL.to_vec();
    countries.retain(|f| facts.country(*f).is_some() && c.below(2) == 1);
    let mut numbers = NumberFact::ALL.to_vec();
    numbers.retain(|f| facts.number(*f).is_some() && c.below(2) == 1);
    let moves = |question: &Question| match question {
        Question::Country(fact) => countries.contains(fact),
        Question::Amount(terms) => terms.iter().any(|(fact, _)| numbers.contains(fact)),
        _ => false,
    };
    let partings = days.partings(&facts, &moves, &parted);
    let partings = partings.ok_or_else(|| "too much to lay out".to_owned())?;
    let mut seen = [0; 3];
    for _ in 0..4 {
        let other = make::facts(&mut c, regime, 0);
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
        let mut expected = Parting::default();
        for (at, [before, after]) in stretches.iter().enumerate().rev() {
            let all = [before, after].map(|side| answers(side, &facts));
            let [one, two] = all.each_ref().map(|a| a.iter().collect::<Vec<&Reply>>());
            match parted([&one, &two]) {
                _ if before.says_the_same(after) => {}
                Parted::Never => {}
                Parted::Surely => {
                    expected = Parting {
                        surely: Some(at),
                        perhaps: None,
                    };
                }
                Parted::Perhaps => expected.perhaps = Some(at),
            }
            let found = partings.from(at, &days, &facts);
            if found != Some(expected) {
                return Err(format!("{found:?}, expected {expected:?}\n{facts:#?}"));
            }
        }
        let kind = match (expected.surely, expected.perhaps) {
            (Some(_), _) => 0,
            (None, Some(_)) => 1,
            (None, None) => 2,
        };
        seen[kind] += 1;
    }
    Ok(seen)
}

#[test]
fn two_laws_part_on_the_stretch_on_which_two_decisions_first_do() {
    holds(600, 200, part);
}

/// What a decision asks to be done, with what a duty's citation is left out.
fn duties(decision: &Decision<'_>) -> Vec<[String; 3]> {
    let order = Order::new("o");
    let resolved = Resolved {
        facts: decision.facts.clone(),
        ..Resolved::default()
    };
    let record = decision.record(&order, &resolved, None);
    let chosen = record.authorities.iter();
    let chosen = chosen.filter(|a| record.authority.as_ref() == Some(&a.id));
    let reviews = match record.outcome {
        "license-required" => record.reviews.as_slice(),
        _ => &[],
    };
    let all = chosen.chain(reviews).flat_map(|a| &a.duties);
    let all = all.chain(&record.duties);
    let mut all: Vec<[String; 3]> = all
        .map(|d| [d.id.clone(), d.what.clone(), d.when.clone()])
        .collect();
    all.sort();
    all.dedup();
    all
}

/// An order of which every fact but names is known.
fn everything(c: &mut Choices<'_>) -> Facts {
    let mut facts = Facts::default();
    for fact in CountryFact::ALL {
        facts.set_country(*fact, c.of(&["PL", "CN", "US"]).parse().unwrap());
    }
    for fact in ChoiceFact::ALL {
        facts.set_choice(*fact, c.below(fact.info().values.len().max(1)));
    }
    for fact in FlagFact::ALL {
        facts.set_flag(*fact, c.below(2) == 1);
    }
    for fact in NumberFact::ALL {
        facts.set_number(*fact, c.of(&[0, 4_800, 1_000_000]).into());
    }
    facts
}

/// Duties are told apart where two decisions of the same answer ask for different ones, and nowhere
/// else; gives how often they were told apart and how often not.
fn asked(bytes: &[u8]) -> Result<[usize; 2], String> {
    let mut c = Choices::new(bytes);
    let sides = sides(&mut c);
    let changes = DutyChanges::new(&sides, &every_country(), &Circumstances::Any, 0);
    let mut seen = [0; 2];
    for _ in 0..6 {
        let mut facts = make::facts(&mut c, &sides[0].book.regime, 0);
        facts.complete(&everything(&mut c));
        for fact in TextFact::ALL {
            if facts.text(*fact) == 0 {
                facts.set_text(*fact, "Nobody");
            }
        }
        let decisions = sides
            .each_ref()
            .map(|s| Decision::make(&s.book, &facts, &s.readings));
        // A country of an intermediary may be unknown.
        let [Some(left), Some(right)] = decisions.each_ref().map(Decision::outcome) else {
            continue;
        };
        let (left, right) = (reply(&sides[0], left), reply(&sides[1], right));
        let [before, after] = decisions.each_ref().map(duties);
        let only = |these: &[[String; 3]], others: &[[String; 3]]| {
            let those = these.iter().filter(|d| !others.contains(d));
            those.cloned().collect::<Vec<_>>()
        };
        let differ = left == right && before != after;
        let expected = differ.then(|| [only(&before, &after), only(&after, &before)]);
        let Some(found) = changes.at(&facts) else {
            continue;
        };
        let found = found.map(|shift| {
            [&shift.gone, &shift.new].map(|places| {
                let all = places.iter().map(|at| {
                    let d = &changes.duties[*at];
                    [d.id.clone(), d.what.clone(), d.when_due.clone()]
                });
                let mut all: Vec<[String; 3]> = all.collect();
                all.sort();
                all
            })
        });
        if found != expected {
            return Err(format!(
                "{found:?}, expected {expected:?} {left:?}\n{facts:#?}"
            ));
        }
        seen[usize::from(!differ)] += 1;
    }
    Ok(seen)
}

#[test]
fn duties_differ_exactly_where_two_decisions_of_one_answer_ask_for_different_ones() {
    holds(600, 200, asked);
}

#[test]
fn a_country_stands_for_its_territories_and_none_of_them_for_it() {
    let law = "[instrument]\nid = \"x\"\ntitle = \"x\"\ncite = \"x\"\neffective = 2024-01-01\n\
        [[follows]]\nid = \"AS\"\ncite = \"x\"\ncountry = \"US\"\n\
        [[requirement]]\nid = \"r\"\ncite = \"x\"\nwhen = \"destination in {US}\"\nfrom = 2025-01-01\n";
    let (library, faults) = Library::read([("law.toml", law)]);
    assert!(faults.is_empty(), "{faults:#?}");
    let [left, right] = ["2024-06-01", "2025-06-01"].map(|day| {
        let regime = library.consolidate(&LawRef::us(), day.parse().unwrap(), View::Text);
        Side::new(Arc::new(Rulebook::compile(Arc::new(regime.unwrap()))))
    });
    let [samoa, states, poland] = ["AS", "US", "PL"].map(|c| c.parse::<Country>().unwrap());
    for countries in [[samoa, states, poland], [poland, states, samoa]] {
        let comparison = Comparison::new(left.clone(), right.clone(), &countries);
        let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(None));
        let statements = comparison.statements(&mut pairs, 10).all;
        assert_eq!(statements.len(), 1, "{statements:#?}");
        let witness = comparison.witness(&statements[0]).unwrap();
        assert_eq!(witness.country(CountryFact::Destination), Some(states));
        // Nor does a territory stand for its class among all codes.
        let variables = comparison.variables();
        assert!(variables.example_countries().contains(&states));
        assert!(!variables.example_countries().contains(&samoa));
        let mut examples = variables.examples(&countries);
        examples.sort_unstable();
        assert_eq!(examples, [poland, states]);
    }
    // A territory alone stands for itself.
    let alone = Comparison::new(left, right, &[samoa]);
    assert_eq!(alone.variables().examples(&[samoa]), [samoa]);
}
