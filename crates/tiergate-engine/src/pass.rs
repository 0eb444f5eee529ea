//! What would have to be otherwise for an order to fare better.
//!
//! Few facts decide, so small sets of them are tried outright: each fact at each value that some
//! rule tells apart, alone, then two together, then claims three together. Every way is decided as
//! an order is, so it holds; none of its parts can be left out.

use std::sync::Arc;

use tiergate_law::{ChoiceFact, Country, CountryFact, Fact, FlagFact, Num, NumberFact, Policy};
use tiergate_order::{Facts, count_amounts};

use crate::compare::Reply;
use crate::decision::{Answer, Decision};
use crate::rulebook::{Outcome, Rulebook};
use crate::variables::Question;

/// A fact otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A country.
    Country(CountryFact, Country),
    /// One of a closed list.
    Choice(ChoiceFact, usize),
    /// Yes or no.
    Flag(FlagFact, bool),
    /// A number; for a quantity, the largest that does.
    Number(NumberFact, Num),
    /// A party is on none of the lists that the order does not speak of; the fact is one of them.
    Unlisted(FlagFact),
}

/// The lists of a party that a flag is about: `consignee.lists` of `consignee.lists=sdn`.
fn lists_of(fact: FlagFact) -> Option<&'static str> {
    let (lists, _) = fact.info().path.split_once('=')?;
    lists.ends_with(".lists").then_some(lists)
}

impl Step {
    /// The fact.
    #[must_use]
    pub const fn fact(&self) -> Fact {
        match self {
            Step::Country(fact, _) => Fact::Country(*fact),
            Step::Choice(fact, _) => Fact::Choice(*fact),
            Step::Flag(fact, _) | Step::Unlisted(fact) => Fact::Flag(*fact),
            Step::Number(fact, _) => Fact::Number(*fact),
        }
    }

    /// Sets the fact; false when an amount that follows from it is out of range.
    pub(crate) fn apply(&self, facts: &mut Facts, ics_per_unit: Option<Num>) -> bool {
        match self {
            Step::Country(fact, country) => facts.set_country(*fact, *country),
            Step::Choice(fact, value) => facts.set_choice(*fact, *value),
            Step::Flag(fact, value) => facts.set_flag(*fact, *value),
            Step::Unlisted(fact) => {
                let lists = lists_of(*fact);
                let of_party = FlagFact::ALL.iter().filter(|f| lists_of(**f) == lists);
                for fact in of_party {
                    if facts.flag(*fact).is_none() {
                        facts.set_flag(*fact, false);
                    }
                }
            }
            Step::Number(fact, number) => {
                facts.set_number(*fact, *number);
                return count_amounts(ics_per_unit, facts).is_ok();
            }
        }
        true
    }

    /// What kind of change this is to an order with these facts.
    #[must_use]
    pub fn kind(&self, facts: &Facts) -> Kind {
        let fact = self.fact();
        match self {
            Step::Number(NumberFact::Quantity, _) => Kind::Act,
            Step::Flag(fact, true) if DONE_BY_THE_PARTIES.contains(fact) => Kind::Act,
            Step::Choice(ChoiceFact::ThirdPartyTested, 0) => Kind::Act,
            // A claim that an order does not make counts as no until somebody who knows makes it.
            _ if !facts.has(fact) || fact.path().starts_with("statements.") => Kind::Supply,
            _ => Kind::Otherwise,
        }
    }
}

/// Claims that the parties can make true: a paper, a safeguard, a test, an investment. Others say
/// who a party is or what was agreed about it.
const DONE_BY_THE_PARTIES: [FlagFact; 5] = [
    FlagFact::PurchaseOrder,
    FlagFact::StorageMeetsSecurity,
    FlagFact::SiteVerified,
    FlagFact::ClusterMonitored,
    FlagFact::MatchingInvestment,
];

/// Who could bring a change about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The parties: certify what is so, ship less.
    Act,
    /// Whoever knows the fact that the order leaves open or does not claim; it is as it is.
    Supply,
    /// Nobody by choice: who a party is, where it is, what the item is and is for.
    Otherwise,
}

/// A smallest set of changes that gives a better answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// The answer it gives.
    pub reply: Reply,
    /// The changes.
    pub steps: Vec<Step>,
    /// The facts after them.
    pub facts: Facts,
    /// Who could bring it about: the least free of its changes.
    pub kind: Kind,
}

/// From here on an application is denied, presumably or by policy.
const DENIAL: u32 = Reply::LicenseRequired(Policy::PresumptionOfDenial).strictness();

/// How strictly an order fares now; an open one, as the strictest of what is possible.
fn strictness_now(book: &Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> u32 {
    let of = |outcome: &Outcome| Reply::of(*outcome, &book.regime).strictness();
    match Decision::make(book, facts, readings).answer {
        Answer::Decided(outcome) => of(&outcome),
        Answer::Open(open) => open.possible.iter().map(of).max().unwrap_or(u32::MAX),
    }
}

/// Every smallest set of changes that gives an order a better answer, best answers first.
///
/// `countries` are those that exist; `ics_per_unit` is the order's, to count amounts anew.
///
/// ```
/// use std::sync::Arc;
/// use tiergate_engine::{Rulebook, pass::{Kind, ways}};
/// use tiergate_law::{Library, View};
/// let law = r#"
/// [instrument]
/// id = "base"
/// title = "Base"
/// cite = "1"
/// effective = 2024-01-01
/// [[requirement]]
/// id = "r"
/// cite = "2"
/// when = "quantity >= 100"
/// from = 2025-01-01
/// "#;
/// let (library, faults) = Library::read([("law.toml", law)]);
/// assert!(faults.is_empty(), "{faults:?}");
/// let book = |day: &str| {
///     let law = "us".parse().unwrap();
///     let regime = library.consolidate(&law, day.parse().unwrap(), View::Text).unwrap();
///     Arc::new(Rulebook::compile(Arc::new(regime)))
/// };
/// let book = book("2025-06-01");
/// let mut facts = tiergate_order::Facts::default();
/// let none_stated = book.regime.class_names.len() + 1;
/// facts.set_choice(tiergate_law::ChoiceFact::Eccn, none_stated);
/// for fact in [tiergate_law::NumberFact::Quantity, tiergate_law::NumberFact::Chips] {
///     facts.set_number(fact, 250.into());
/// }
/// let found = ways(&book, &facts, &Arc::from([]), None, &["PL".parse().unwrap()]);
/// assert_eq!(found.len(), 1);
/// assert_eq!(found[0].kind, Kind::Act);
/// assert_eq!(found[0].facts.number(tiergate_law::NumberFact::Quantity), Some(99.into()));
/// ```
#[must_use]
pub fn ways(
    book: &Rulebook,
    facts: &Facts,
    readings: &Arc<[usize]>,
    ics_per_unit: Option<Num>,
    countries: &[Country],
) -> Vec<Way> {
    let now = strictness_now(book, facts, readings);
    let steps = steps(book, facts, countries);
    let mut found: Vec<Way> = Vec::new();
    let mut attempt = |chosen: &[&Step]| {
        let mut changed = facts.clone();
        if !chosen.iter().all(|s| s.apply(&mut changed, ics_per_unit)) {
            return;
        }
        let Some(outcome) = Decision::make(book, &changed, readings).outcome() else {
            return;
        };
        let reply = Reply::of(outcome, &book.regime);
        let then = reply.strictness();
        // A denial in other words is no better answer.
        if then >= now || then >= DENIAL {
            return;
        }
        let taken = |way: &Way| {
            way.reply.strictness() <= then
                && way
                    .steps
                    .iter()
                    .all(|s| chosen.iter().any(|c| c.fact() == s.fact()))
        };
        let same_facts = |way: &Way| way.steps.len() == chosen.len() && way.reply == reply;
        if found.iter().any(|way| taken(way) && !same_facts(way)) {
            return;
        }
        let kind = chosen.iter().map(|s| s.kind(facts)).max();
        found.push(Way {
            reply,
            steps: chosen.iter().map(|s| (*s).clone()).collect(),
            facts: changed,
            kind: kind.unwrap_or(Kind::Act),
        });
    };
    for step in &steps {
        attempt(&[step]);
    }
    for (at, one) in steps.iter().enumerate() {
        for two in &steps[at + 1..] {
            if one.fact() != two.fact() {
                attempt(&[one, two]);
            }
        }
    }
    let acts: Vec<&Step> = steps
        .iter()
        .filter(|s| s.kind(facts) == Kind::Act)
        .collect();
    for (at, one) in acts.iter().enumerate() {
        for (next, two) in acts.iter().enumerate().skip(at + 1) {
            for three in &acts[next + 1..] {
                let distinct = one.fact() != two.fact()
                    && two.fact() != three.fact()
                    && one.fact() != three.fact();
                if distinct {
                    attempt(&[one, two, three]);
                }
            }
        }
    }
    let mut ways = largest_quantities(found);
    ways.sort_by_key(|w| (w.kind, w.reply.strictness(), w.steps.len()));
    ways
}

/// Of ways that differ in a quantity only, the one that ships most.
fn largest_quantities(found: Vec<Way>) -> Vec<Way> {
    let mut kept: Vec<Way> = Vec::new();
    for way in found {
        let number = |w: &Way| {
            w.steps.iter().find_map(|s| match s {
                Step::Number(_, n) => Some(*n),
                _ => None,
            })
        };
        let rest = |w: &Way| -> Vec<Step> {
            let steps = w.steps.iter().filter(|s| !matches!(s, Step::Number(..)));
            steps.cloned().collect()
        };
        let same = |k: &&mut Way| {
            number(k).is_some()
                && number(&way).is_some()
                && rest(k) == rest(&way)
                && k.reply.strictness() == way.reply.strictness()
        };
        match kept.iter_mut().find(same) {
            Some(known) if number(known) < number(&way) => *known = way,
            Some(_) => {}
            None => kept.push(way),
        }
    }
    kept
}

/// Every change worth trying: each fact that some rule asks for, at every value told apart.
fn steps(book: &Rulebook, facts: &Facts, countries: &[Country]) -> Vec<Step> {
    let variables = &book.variables;
    let mut steps = Vec::new();
    let mut classes: Vec<usize> = Vec::new();
    let examples: Vec<Country> = countries
        .iter()
        .copied()
        .filter(|c| {
            let class = variables.class(*c);
            let new = !classes.contains(&class);
            if new {
                classes.push(class);
            }
            new
        })
        .collect();
    for asked in &variables.asked {
        match &asked.question {
            // A country that equals another follows it.
            Question::Country(fact) if !facts.is_same(*fact) => {
                let here = facts.country(*fact).map(|c| variables.class(c));
                let others = examples
                    .iter()
                    .filter(|c| Some(variables.class(**c)) != here);
                steps.extend(others.map(|c| Step::Country(*fact, *c)));
            }
            // Another kind of item is another order.
            Question::Choice(fact) if !matches!(fact, ChoiceFact::Eccn | ChoiceFact::Kind) => {
                let values = 0..fact.info().values.len();
                let others = values.filter(|v| facts.choice(*fact) != Some(*v));
                steps.extend(others.map(|v| Step::Choice(*fact, v)));
            }
            Question::Flag(fact) if is_of_item(*fact) && facts.flag(*fact).is_some() => {}
            // Nobody is helped by being on a list: what helps is to be on none.
            Question::Flag(fact) if lists_of(*fact).is_some() && facts.flag(*fact).is_none() => {
                let same = |s: &Step| matches!(s, Step::Unlisted(other) if lists_of(*other) == lists_of(*fact));
                if !steps.iter().any(same) {
                    steps.push(Step::Unlisted(*fact));
                }
            }
            Question::Flag(fact) => {
                let values = [true, false].into_iter();
                let others = values.filter(|v| facts.flag(*fact) != Some(*v));
                steps.extend(others.map(|v| Step::Flag(*fact, v)));
            }
            _ => {}
        }
    }
    steps.extend(quantities(book, facts));
    steps
}

fn is_of_item(fact: FlagFact) -> bool {
    fact.info().path.starts_with("item.")
}

/// The largest quantities below the order's that keep an amount on the other side of a threshold.
fn quantities(book: &Rulebook, facts: &Facts) -> Vec<Step> {
    use NumberFact as N;
    let (Some(quantity), Some(chips)) = (facts.number(N::Quantity), facts.number(N::Chips)) else {
        return Vec::new();
    };
    let Some(each) = chips.checked_div(quantity) else {
        return Vec::new();
    };
    let tpp = facts.number(N::Tpp).unwrap_or(Num::ZERO);
    let mut found: Vec<Num> = Vec::new();
    for asked in &book.variables.asked {
        let Question::Amount(terms) = &asked.question else {
            continue;
        };
        // How much one unit adds to the form, and what the rest of it is.
        let of_unit = |fact: &N| match fact {
            N::Amount | N::ShipmentAmount => each.checked_mul(tpp),
            N::Chips => Some(each),
            N::Quantity => Some(Num::from(1)),
            _ => None,
        };
        let (mut slope, mut rest) = (0_i128, 0_i128);
        for (fact, factor) in terms {
            match of_unit(fact) {
                Some(unit) => slope += unit.raw() * i128::from(*factor),
                None => {
                    let raw = facts.number(*fact).unwrap_or(Num::ZERO).raw();
                    rest = rest.saturating_add(raw.saturating_mul(i128::from(*factor)));
                }
            }
        }
        if slope <= 0 {
            continue;
        }
        for cut in &asked.cuts {
            let below = (cut - 1 - rest).div_euclid(slope);
            // One less, for what rounding an amount up may add.
            for units in [below, below - 1] {
                if let Ok(units) = i64::try_from(units) {
                    found.push(Num::from(units));
                }
            }
        }
    }
    found.retain(|q| *q >= Num::from(1) && *q < quantity);
    found.sort_unstable();
    found.dedup();
    let steps = found.into_iter().map(|q| Step::Number(N::Quantity, q));
    steps.collect()
}
