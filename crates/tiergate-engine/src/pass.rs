//! What would have to be otherwise for an order to fare better.
//!
//! Each fact is tried at each value that some rule tells apart, with all others, over the diagram of
//! what the rules ask of them: for every better reply that some set of facts gives, the smallest
//! such sets are found, however large these are. Every way is then decided as an order is, so it
//! holds; none of its parts can be left out.

use std::sync::Arc;

use tiergate_law::{ChoiceFact, Country, CountryFact, Fact, FlagFact, Num, NumberFact, Policy};
use tiergate_order::{Facts, count_amounts};

use crate::compare::Reply;
use crate::decision::{Answer, Decision};
use crate::reach::{Reach, Spelled};
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
pub(crate) fn lists_of(fact: FlagFact) -> Option<&'static str> {
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
    /// How many combinations of values of the same facts give the same; the changes are one of them.
    pub combinations: u64,
    /// Whether some of the changes alone give a reply as good or better. Such a way is told of a
    /// reply that has no other smallest set.
    pub part_does: bool,
}

/// The smallest sets of changes that give an order better answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ways {
    /// The ways, those that the parties can bring about first, then best answers first.
    pub all: Vec<Way>,
    /// Replies that more sets of facts may give than are told.
    pub more: Vec<Reply>,
    /// Whether the search was given up, so that there may be replies of which no set is told.
    pub given_up: bool,
}

/// From here on an application is denied, presumably or by policy.
pub(crate) const DENIAL: u32 = Reply::LicenseRequired(Policy::PresumptionOfDenial).strictness();

/// How strictly an order fares now; an open one, as the strictest of what is possible.
fn strictness_now(book: &Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> u32 {
    let of = |outcome: &Outcome| Reply::of(*outcome, &book.regime).strictness();
    match Decision::make(book, facts, readings).answer {
        Answer::Decided(outcome) => of(&outcome),
        Answer::Open(open) => open.possible.iter().map(of).max().unwrap_or(u32::MAX),
    }
}

/// The smallest sets of changes that give an order each better answer.
///
/// For every reply that is better than the order's, and no denial, and that some changes give:
///
/// - the sets of the fewest facts that give it; of these only those of which no part gives a reply as
///   good, if there are any;
/// - the same with changes that the parties can make, and with facts that can be supplied;
/// - every set of one or two facts, and of three that the parties can change, of which no part gives
///   a reply as good.
///
/// A set of three or more facts is told by one example. No set that depends on a fact the order
/// leaves open is told without it.
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
/// let found = found.all;
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
) -> Ways {
    let now = strictness_now(book, facts, readings);
    let examples = examples(book, facts, countries);
    let mut steps = steps(book, facts, &examples);
    let quantities = quantities(book, facts, readings, ics_per_unit);
    steps.extend(quantities.iter().map(|(step, _)| step.clone()));
    let starts = starts(facts, &steps, quantities);
    let reach = Reach::new(book, (facts, readings), (&steps, &examples), starts, now);
    let (sets, more) = reach.smallest();
    let mut spelled: Vec<(usize, Spelled)> = Vec::new();
    for set in &sets {
        spelled.extend(reach.spelled(set).into_iter().map(|s| (set.reply, s)));
    }
    // Changes of which a part does as well are told of a reply that has no others.
    let needed = spelled.iter().filter(|(_, s)| s.needed);
    let needed: Vec<usize> = needed.map(|(reply, _)| *reply).collect();
    spelled.retain(|(reply, s)| s.needed || !needed.contains(reply));
    let mut found: Vec<(Vec<usize>, Way)> = Vec::new();
    for (at, spelled) in spelled {
        let chosen: Vec<Step> = spelled.steps.iter().map(|at| steps[*at].clone()).collect();
        let mut changed = facts.clone();
        if !chosen.iter().all(|s| s.apply(&mut changed, ics_per_unit)) {
            continue;
        }
        // A way holds because it is decided, not because it was found.
        let decided = Decision::make(book, &changed, readings).outcome();
        let reply = decided.map(|outcome| Reply::of(outcome, &book.regime));
        let Some(reply) = reply.filter(|r| Some(r) == reach.replies.get(at)) else {
            continue;
        };
        let kind = chosen.iter().map(|s| s.kind(facts)).max();
        let way = Way {
            reply,
            steps: chosen,
            facts: changed,
            kind: kind.unwrap_or(Kind::Act),
            combinations: spelled.combinations,
            part_does: !spelled.needed,
        };
        found.push((spelled.steps, way));
    }
    found.sort_by(|(a, one), (b, other)| {
        let key = |w: &Way| (w.kind, w.reply.strictness(), w.steps.len());
        key(one).cmp(&key(other)).then_with(|| a.cmp(b))
    });
    Ways {
        all: found.into_iter().map(|(_, way)| way).collect(),
        more: more
            .into_iter()
            .map(|at| reach.replies[at].clone())
            .collect(),
        given_up: reach.given_up,
    }
}

/// The order after each combination of changes that move several questions at once, larger
/// quantities before smaller ones, with the places of these changes.
fn starts(
    facts: &Facts,
    steps: &[Step],
    quantities: Vec<(Step, Facts)>,
) -> Vec<(Vec<usize>, Facts)> {
    let place = |step: &Step| steps.iter().position(|s| s == step);
    let counted = quantities.into_iter();
    let counted = counted.map(|(step, facts)| (place(&step).into_iter().collect(), facts));
    let mut starts: Vec<(Vec<usize>, Facts)> = vec![(Vec::new(), facts.clone())];
    starts.extend(counted);
    for (at, step) in steps.iter().enumerate() {
        if !matches!(step, Step::Unlisted(_)) {
            continue;
        }
        for (before, facts) in starts.clone() {
            let mut unlisted = facts;
            step.apply(&mut unlisted, None);
            starts.push(([before, vec![at]].concat(), unlisted));
        }
    }
    starts
}

/// One country of each class, best one where the order goes or a party of it is.
fn examples(book: &Rulebook, facts: &Facts, countries: &[Country]) -> Vec<Country> {
    let of_receivers = |fact: &&CountryFact| {
        let path = fact.info().path;
        let parties = ["destination", "consignee.", "end_user."];
        parties.iter().any(|start| path.starts_with(start))
    };
    let named = CountryFact::ALL.iter().filter(of_receivers);
    let named = named.filter_map(|f| facts.country(*f));
    let named = named.filter(|c| countries.contains(c));
    let mut examples: Vec<Country> = Vec::new();
    for country in named.chain(book.variables.examples(countries)) {
        if !examples
            .iter()
            .any(|e| book.variables.same_class(*e, country))
        {
            examples.push(country);
        }
    }
    examples
}

/// Every change of one question worth trying: each fact that some rule asks for, at every value told
/// apart; and for each party, that it is on no list.
fn steps(book: &Rulebook, facts: &Facts, examples: &[Country]) -> Vec<Step> {
    let variables = &book.variables;
    let mut steps = Vec::new();
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
            Question::Flag(fact)
                if lists_of(*fact).is_some() && facts.flag(*fact) == Some(false) => {}
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
    steps
}

fn is_of_item(fact: FlagFact) -> bool {
    fact.info().path.starts_with("item.")
}

/// The largest quantities below the order's that rules tell apart, the largest first, each with the
/// facts that follow.
fn quantities(
    book: &Rulebook,
    facts: &Facts,
    readings: &[usize],
    ics_per_unit: Option<Num>,
) -> Vec<(Step, Facts)> {
    let of_amounts = |facts: &Facts| -> Vec<Option<usize>> {
        let asked = book.variables.asked.iter().zip(0..);
        let amounts = asked.filter(|(a, _)| matches!(a.question, Question::Amount(_)));
        let values = amounts.map(|(_, at)| book.variables.value(at, facts, readings));
        values.collect()
    };
    let mut told: Vec<Vec<Option<usize>>> = vec![of_amounts(facts)];
    let mut found = Vec::new();
    for quantity in candidates(book, facts).into_iter().rev() {
        let step = Step::Number(NumberFact::Quantity, quantity);
        let mut changed = facts.clone();
        if !step.apply(&mut changed, ics_per_unit) {
            continue;
        }
        let amounts = of_amounts(&changed);
        if !told.contains(&amounts) {
            told.push(amounts);
            found.push((step, changed));
        }
    }
    found
}

/// Quantities below the order's, in order, among them the largest on the other side of each
/// threshold of an amount.
fn candidates(book: &Rulebook, facts: &Facts) -> Vec<Num> {
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
                Some(unit) => {
                    slope = slope.saturating_add(unit.raw().saturating_mul(i128::from(*factor)));
                }
                None => {
                    let raw = facts.number(*fact).unwrap_or(Num::ZERO).raw();
                    rest = rest.saturating_add(raw.saturating_mul(i128::from(*factor)));
                }
            }
        }
        for cut in &asked.cuts {
            let edge = match slope {
                0 => continue,
                1.. => cut.saturating_sub(1).saturating_sub(rest).div_euclid(slope),
                _ => rest.saturating_sub(*cut).div_euclid(slope.saturating_neg()),
            };
            // One less, for what rounding an amount up may add.
            for units in [edge, edge.saturating_sub(1)] {
                if let Ok(units) = i64::try_from(units) {
                    found.push(Num::from(units));
                }
            }
        }
    }
    found.retain(|q| *q >= Num::from(1) && *q < quantity);
    found.sort_unstable();
    found.dedup();
    found
}
