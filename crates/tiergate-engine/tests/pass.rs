//! The ways to a better answer, held to trying every set of changes one by one.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
#![allow(dead_code, reason = "the helpers are shared with other tests")]

mod common;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use common::make::{self, Choices};
use common::oracle;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use tiergate_engine::pass::{Kind, Step, Way, Ways, ways};
use tiergate_engine::{Decision, Reply, Rulebook};
use tiergate_law::{
    ChoiceFact, Country, CountryFact, FlagFact, Library, Num, NumberFact, Policy, View,
};
use tiergate_order::{Facts, count_amounts};

/// Sets of more changes than these are not tried.
const SIZE_MAX: usize = 4;
/// Orders with more sets of changes than these are left out.
const SETS_MAX: usize = 30_000;
/// From here on a reply is a denial.
const DENIAL: u32 = Reply::LicenseRequired(Policy::PresumptionOfDenial).strictness();

/// A change, named by its fact.
#[derive(Debug, Clone)]
enum Change {
    Country(CountryFact, Country),
    Choice(ChoiceFact, usize),
    Flag(FlagFact, bool),
    Unlisted(String),
    Quantity(i64),
}

fn party(fact: FlagFact) -> Option<String> {
    let (lists, _) = fact.info().path.split_once('=')?;
    lists.ends_with(".lists").then(|| lists.to_owned())
}

impl Change {
    fn fact(&self) -> String {
        match self {
            Change::Country(fact, _) => fact.info().path.to_owned(),
            Change::Choice(fact, _) => fact.info().path.to_owned(),
            Change::Flag(fact, _) => fact.info().path.to_owned(),
            Change::Unlisted(party) => party.clone(),
            Change::Quantity(_) => "quantity".to_owned(),
        }
    }

    fn apply(&self, facts: &mut Facts) {
        match self {
            Change::Country(fact, to) => facts.set_country(*fact, *to),
            Change::Choice(fact, to) => facts.set_choice(*fact, *to),
            Change::Flag(fact, to) => facts.set_flag(*fact, *to),
            Change::Unlisted(of) => {
                for fact in FlagFact::ALL {
                    if party(*fact).as_ref() == Some(of) && facts.flag(*fact).is_none() {
                        facts.set_flag(*fact, false);
                    }
                }
            }
            Change::Quantity(to) => {
                facts.set_number(NumberFact::Quantity, Num::from(*to));
                count_amounts(None, facts).unwrap();
            }
        }
    }
}

/// The same name for the fact of a step.
fn fact_of(step: &Step) -> String {
    match step {
        Step::Unlisted(fact) => party(*fact).unwrap(),
        Step::Flag(fact, _) => fact.info().path.to_owned(),
        _ => step.fact().path().to_owned(),
    }
}

fn names(steps: &[Step]) -> BTreeSet<String> {
    steps.iter().map(fact_of).collect()
}

/// Every change of what the conditions ask, and every smaller quantity.
fn changes(book: &Rulebook, facts: &Facts, countries: &[Country], most: i64) -> Vec<Change> {
    let mut found = Vec::new();
    let mut parties: Vec<String> = Vec::new();
    let same = |a: Country, b: Country| book.variables.same_class(a, b);
    for asked in make::asked(&book.regime) {
        match asked {
            make::Asked::Country(fact) if !facts.is_same(fact) => {
                let mut tried: Vec<Country> = facts.country(fact).into_iter().collect();
                for country in countries {
                    if !tried.iter().any(|t| same(*t, *country)) {
                        tried.push(*country);
                        found.push(Change::Country(fact, *country));
                    }
                }
            }
            make::Asked::Choice(fact) if !matches!(fact, ChoiceFact::Eccn | ChoiceFact::Kind) => {
                for value in 0..fact.info().values.len() {
                    if facts.choice(fact) != Some(value) {
                        found.push(Change::Choice(fact, value));
                    }
                }
            }
            make::Asked::Flag(fact) => match (facts.flag(fact), party(fact)) {
                (None, Some(of)) if !parties.contains(&of) => {
                    parties.push(of.clone());
                    found.push(Change::Unlisted(of));
                }
                (None, Some(_)) | (Some(false), Some(_)) => {}
                (Some(true), Some(_)) => found.push(Change::Flag(fact, false)),
                (Some(_), None) if fact.info().path.starts_with("item.") => {}
                (is, None) => {
                    for value in [true, false] {
                        if is != Some(value) {
                            found.push(Change::Flag(fact, value));
                        }
                    }
                }
            },
            _ => {}
        }
    }
    found.extend((1..most).map(Change::Quantity));
    found
}

/// What sets of changes give: by the facts changed, each better reply and by how many combinations
/// of values.
type Given = BTreeMap<BTreeSet<String>, Vec<(Reply, usize)>>;

struct Trial<'t> {
    book: &'t Rulebook,
    readings: &'t Arc<[usize]>,
    now: u32,
    changes: &'t [Change],
    given: Given,
}

impl Trial<'_> {
    fn reply(&self, facts: &Facts) -> Option<Reply> {
        let outcome = Decision::make(self.book, facts, self.readings).outcome()?;
        let reply = Reply::of(outcome, &self.book.regime);
        let then = reply.strictness();
        (then < self.now && then < DENIAL).then_some(reply)
    }

    fn all(&mut self, from: usize, facts: &Facts, chosen: &mut Vec<usize>) {
        for at in from..self.changes.len() {
            let change = &self.changes[at];
            let fact = change.fact();
            if chosen.iter().any(|c| self.changes[*c].fact() == fact) {
                continue;
            }
            let mut changed = facts.clone();
            change.apply(&mut changed);
            chosen.push(at);
            if let Some(reply) = self.reply(&changed) {
                let set = chosen.iter().map(|c| self.changes[*c].fact()).collect();
                let replies = self.given.entry(set).or_default();
                match replies.iter_mut().find(|(known, _)| *known == reply) {
                    Some((_, count)) => *count += 1,
                    None => replies.push((reply, 1)),
                }
            }
            if chosen.len() < SIZE_MAX {
                self.all(at + 1, &changed, chosen);
            }
            chosen.pop();
        }
    }
}

/// How many sets of changes there are.
fn count(changes: &[Change]) -> usize {
    let mut facts: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        *facts.entry(change.fact()).or_default() += 1;
    }
    // How many sets of each size.
    let mut sets = [1_usize, 0, 0, 0, 0];
    for values in facts.values() {
        for size in (1..=SIZE_MAX).rev() {
            sets[size] = sets[size].saturating_add(sets[size - 1].saturating_mul(*values));
        }
    }
    sets.iter().fold(0, |all, n| all.saturating_add(*n))
}

#[derive(Debug, Default)]
struct Seen {
    orders: usize,
    open: usize,
    replies: usize,
    by_size: [usize; SIZE_MAX + 1],
    larger: usize,
    small: usize,
    quantities: usize,
    screened: usize,
    part_does: usize,
}

/// Whether fewer of the facts give a reply as good, or the same ones a better one.
fn beaten(given: &Given, set: &BTreeSet<String>, reply: &Reply) -> bool {
    let then = reply.strictness();
    given.iter().any(|(other, replies)| {
        let as_good = |(r, _): &(Reply, usize)| match other == set {
            true => r.strictness() < then,
            false => r.strictness() <= then,
        };
        other.is_subset(set) && replies.iter().any(as_good)
    })
}

fn check(
    found: &Ways,
    trial: &Trial<'_>,
    facts: &Facts,
    seen: &RefCell<Seen>,
) -> Result<(), String> {
    let given = &trial.given;
    let mut seen = seen.borrow_mut();
    if found.given_up {
        return Err("the search was given up".to_owned());
    }
    let mut least: Vec<(Reply, usize)> = Vec::new();
    for (set, replies) in given {
        for (reply, _) in replies {
            match least.iter_mut().find(|(known, _)| known == reply) {
                Some((_, size)) => *size = set.len().min(*size),
                None => least.push((reply.clone(), set.len())),
            }
        }
    }
    let of =
        |reply: &Reply| -> Vec<&Way> { found.all.iter().filter(|w| w.reply == *reply).collect() };
    for (reply, size) in &least {
        seen.replies += 1;
        seen.by_size[*size] += 1;
        let told = of(reply).iter().map(|w| w.steps.len()).min();
        if told != Some(*size) {
            return Err(format!("{reply:?} takes {size} facts, told {told:?}"));
        }
        // Every set of the smallest size, or of one or two facts, that nothing as good is part of.
        let has_clean = of(reply).iter().any(|w| !w.part_does);
        for (set, replies) in given {
            let gives = replies.iter().any(|(r, _)| r == reply);
            let told = of(reply).iter().any(|w| names(&w.steps) == *set);
            let needed = set.len() <= 2 || set.len() == *size;
            if gives && needed && !beaten(given, set, reply) {
                seen.small += 1;
                if !told && !found.more.contains(reply) {
                    let told = found.all.iter().map(|w| (&w.reply, &w.steps));
                    let told: Vec<_> = told.collect();
                    return Err(format!("{reply:?} by {set:?} is not told\n{told:?}"));
                }
                if !has_clean {
                    return Err(format!("{reply:?} by {set:?} needs every part"));
                }
            }
        }
    }
    for way in &found.all {
        let set = names(&way.steps);
        if trial.reply(&way.facts).as_ref() != Some(&way.reply) {
            return Err(format!("{way:?} does not hold"));
        }
        if set.len() > SIZE_MAX {
            seen.larger += 1;
            if least
                .iter()
                .any(|(r, size)| *r == way.reply && set.len() > *size)
                && way.kind == Kind::Otherwise
            {
                return Err(format!("{set:?} is larger than it need be"));
            }
            continue;
        }
        let Some((_, count)) = given
            .get(&set)
            .and_then(|all| all.iter().find(|(r, _)| *r == way.reply))
        else {
            return Err(format!("no changes of {set:?} give {:?}", way.reply));
        };
        let countries = way.steps.iter().all(|s| matches!(s, Step::Country(..)));
        if countries && set.len() > 1 && way.combinations != *count as u64 {
            return Err(format!("{count} combinations of {way:?}"));
        }
        // No part can be left out.
        let part = |other: &BTreeSet<String>| other.len() < set.len() && other.is_subset(&set);
        let parts = given.iter().filter(|(other, _)| part(other));
        let mut parts = parts.flat_map(|(_, replies)| replies);
        if way.kind == Kind::Otherwise && parts.any(|(reply, _)| *reply == way.reply) {
            return Err(format!("a part of {set:?} gives {:?}", way.reply));
        }
        seen.part_does += usize::from(way.part_does);
        seen.quantities += usize::from(set.contains("quantity"));
        seen.screened += usize::from(way.steps.iter().any(|s| matches!(s, Step::Unlisted(_))));
        // One more unit does not do, all else equal.
        for (at, step) in way.steps.iter().enumerate() {
            let Step::Number(_, most) = step else {
                continue;
            };
            let is_larger = |c: &&Change| matches!(c, Change::Quantity(n) if Num::from(*n) > *most);
            let larger = trial.changes.iter().filter(is_larger);
            for change in larger {
                let mut changed = way.facts.clone();
                change.apply(&mut changed);
                if trial.reply(&changed).as_ref() == Some(&way.reply) {
                    return Err(format!("{change:?} does as well as {at} of {way:?}"));
                }
            }
        }
    }
    seen.orders += 1;
    seen.open += usize::from(
        Decision::make(trial.book, facts, trial.readings)
            .outcome()
            .is_none(),
    );
    Ok(())
}

fn agree(bytes: &[u8], seen: &RefCell<Seen>) -> Result<(), String> {
    let mut c = Choices::new(bytes);
    let law = make::law(&mut c);
    // Amounts that a smaller quantity brings below a threshold are rare otherwise.
    let texts = law.texts().into_iter();
    let texts: Vec<(&str, String)> = texts
        .map(|(name, text)| (name, text.replace("tpp >= 4800", "amount >= 2400")))
        .collect();
    let (library, diagnostics) = Library::read(texts.iter().map(|(n, t)| (*n, t.as_str())));
    if !diagnostics.is_empty() {
        return Err(format!("{diagnostics:#?}"));
    }
    let view = View::Text;
    let date = make::day(&mut c);
    let regime = library
        .consolidate(&"us".parse().unwrap(), date, view)
        .map_err(|e| format!("{e:?}"))?;
    let book = Rulebook::compile(Arc::new(regime));
    // The bytes may have run out.
    let mut orders = Choices::new(bytes);
    for _ in 0..3 {
        let readings: Arc<[usize]> = make::readings(&mut orders, &book.regime).into();
        let open = 1 + orders.below(5);
        let mut facts = make::facts(&mut orders, &book.regime, open);
        oracle::narrow(&[&book.regime], &mut facts, 2_000);
        let most = if orders.below(3) > 0 { 9 } else { 1 };
        if most > 1 {
            let tpp: Num = orders.of(&["400", "5", "1000.5"]).parse().unwrap();
            facts.set_number(NumberFact::Tpp, tpp);
            facts.set_number(NumberFact::Quantity, Num::from(most));
            count_amounts(None, &mut facts).unwrap();
        }
        let mut countries: Vec<Country> = ["CN", "US", "PL", "SA"]
            .map(|c| c.parse().unwrap())
            .to_vec();
        let mut changes = changes(&book, &facts, &countries, most);
        while count(&changes) > SETS_MAX && countries.len() > 1 {
            countries.pop();
            changes = self::changes(&book, &facts, &countries, most);
        }
        if count(&changes) > SETS_MAX {
            continue;
        }
        let now = Decision::make(&book, &facts, &readings);
        let strictness = match &now.answer {
            tiergate_engine::Answer::Decided(outcome) => {
                Reply::of(*outcome, &book.regime).strictness()
            }
            tiergate_engine::Answer::Open(open) => {
                let all = open.possible.iter();
                let all = all.map(|o| Reply::of(*o, &book.regime).strictness());
                all.max().unwrap()
            }
        };
        let mut trial = Trial {
            book: &book,
            readings: &readings,
            now: strictness,
            changes: &changes,
            given: Given::new(),
        };
        trial.all(0, &facts, &mut Vec::new());
        let found = ways(&book, &facts, &readings, None, &countries);
        check(&found, &trial, &facts, seen).map_err(|e| {
            let text: String = texts.iter().map(|(n, t)| format!("# {n}\n{t}\n")).collect();
            format!("{e}\n{changes:?}\n{facts:#?}\n{date}\n{text}")
        })?;
    }
    Ok(())
}

#[test]
fn every_better_reply_is_told_by_its_smallest_sets_as_trying_all_sets_says() {
    let seen = RefCell::new(Seen::default());
    let from = |name: &str, otherwise: u64| {
        let given = std::env::var(name).ok();
        given.and_then(|v| v.parse().ok()).unwrap_or(otherwise)
    };
    let mut runner = TestRunner::new(Config {
        cases: u32::try_from(from("CASES", 300)).unwrap(),
        rng_seed: RngSeed::Fixed(from("SEED", 2026)),
        failure_persistence: None,
        max_shrink_iters: 200,
        ..Config::default()
    });
    // Laws of few bytes ask little.
    let bytes = proptest::collection::vec(any::<u8>(), 60..260);
    let result = runner.run(&bytes, |bytes| {
        agree(&bytes, &seen).map_err(TestCaseError::fail)
    });
    if let Err(error) = result {
        panic!("{error}");
    }
    let seen = seen.borrow();
    println!("{seen:?}");
    // The generator must not fall asleep: replies that take one change up to four.
    assert!(seen.by_size[1..].iter().all(|n| *n > 5), "{seen:?}");
    assert!(seen.open * 10 > seen.orders, "{seen:?}");
    assert!(seen.quantities > 10 && seen.screened > 10, "{seen:?}");
}

/// Head of a law, and one requirement that an exception overcomes.
const HEAD: &str = r#"
[instrument]
id = "base"
title = "Base"
cite = "1"
effective = 2024-01-01
[[requirement]]
id = "r"
cite = "2"
when = "always"
[[review]]
id = "v"
cite = "3"
lane = "one"
policy = "policy-of-denial"
governs = ["r"]
when = "always"
"#;

fn book(rules: &str) -> Rulebook {
    let text = format!("{HEAD}{rules}");
    let (library, faults) = Library::read([("law.toml", text.as_str())]);
    assert!(faults.is_empty(), "{faults:?}");
    let (law, day) = ("us".parse().unwrap(), "2025-06-01".parse().unwrap());
    let regime = library.consolidate(&law, day, View::Text).unwrap();
    Rulebook::compile(Arc::new(regime))
}

fn exception(condition: &str) -> String {
    format!(
        "[[authority]]\nid = \"E\"\ncite = \"4\"\nkind = \"license-exception\"\n\
         overcomes = [\"r\"]\n[[authority.condition]]\ncite = \"4(a)\"\nsays = \"x\"\n\
         when = \"{condition}\"\n"
    )
}

fn found(book: &Rulebook, facts: &Facts) -> Ways {
    let countries = ["CN", "PL", "JP"].map(|c| c.parse().unwrap());
    ways(book, facts, &Arc::from([]), None, &countries)
}

#[test]
fn an_exception_that_asks_three_things_none_of_which_is_so_takes_three_facts() {
    let book = book(&exception(
        "destination in {PL, JP} and consignee.headquarters in {PL, JP} and end_uses has development",
    ));
    let mut facts = Facts::default();
    facts.set_choice(ChoiceFact::Eccn, book.regime.class_names.len() + 1);
    facts.set_country(CountryFact::Destination, "CN".parse().unwrap());
    facts.set_country(CountryFact::ConsigneeHeadquarters, "CN".parse().unwrap());
    facts.set_flag(FlagFact::UseDevelopment, false);
    let found = found(&book, &facts);
    let [way] = found.all.as_slice() else {
        panic!("{found:#?}");
    };
    assert_eq!(way.reply, Reply::LicenseException("E".into()));
    let poland = "PL".parse().unwrap();
    assert_eq!(
        way.steps,
        [
            Step::Country(CountryFact::Destination, poland),
            Step::Country(CountryFact::ConsigneeHeadquarters, poland),
            Step::Flag(FlagFact::UseDevelopment, true),
        ]
    );
    assert_eq!((way.combinations, way.part_does), (1, false));
    assert!(found.more.is_empty() && !found.given_up);
}

#[test]
fn a_fact_the_order_leaves_open_is_supplied_unless_the_answer_is_the_same_whatever_it_is() {
    let asks = exception(
        "destination in {PL} and (end_uses has development or statements.purchase_order) \
         and (published or not published) and not made_abroad",
    );
    let book = book(&asks);
    let mut facts = Facts::default();
    facts.set_choice(ChoiceFact::Eccn, book.regime.class_names.len() + 1);
    // Whether it is made abroad and whether it is published is open, and only the one matters.
    facts.set_country(CountryFact::Destination, "CN".parse().unwrap());
    facts.set_flag(FlagFact::UseDevelopment, false);
    let found = found(&book, &facts);
    let sets: Vec<BTreeSet<String>> = found.all.iter().map(|w| names(&w.steps)).collect();
    let set = |other: &str| {
        let all = ["destination", "item.made_abroad", other];
        all.into_iter().map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert_eq!(sets.len(), 2, "{found:#?}");
    assert!(sets.contains(&set("end_uses=development")), "{sets:?}");
    assert!(sets.contains(&set("statements.purchase_order")), "{sets:?}");
}

#[test]
fn the_parties_are_told_what_they_can_do_though_fewer_other_facts_would_do() {
    let book = book(&exception(
        "destination in {PL} or (statements.purchase_order and quantity <= 10 \
         and statements.storage_meets_security)",
    ));
    let mut facts = Facts::default();
    facts.set_choice(ChoiceFact::Eccn, book.regime.class_names.len() + 1);
    facts.set_country(CountryFact::Destination, "CN".parse().unwrap());
    facts.set_flag(FlagFact::PurchaseOrder, false);
    facts.set_flag(FlagFact::StorageMeetsSecurity, false);
    facts.set_number(NumberFact::Quantity, 50.into());
    facts.set_number(NumberFact::Chips, 50.into());
    let found = found(&book, &facts);
    let kinds: Vec<(Kind, usize)> = found.all.iter().map(|w| (w.kind, w.steps.len())).collect();
    assert_eq!(kinds, [(Kind::Act, 3), (Kind::Otherwise, 1)], "{found:#?}");
    let quantity = found.all[0].facts.number(NumberFact::Quantity);
    assert_eq!(quantity, Some(10.into()));
}
