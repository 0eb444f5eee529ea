//! A regime ready to decide.
//!
//! Most orders are alike in many facts: made in the United States, no narrow exception claimed,
//! no intermediaries, the consignee is the end user. A rulebook compiles one diagram for what
//! remains open among those ([`Common`]), once enough orders have been decided to be worth it;
//! every other order is settled fact by fact ([`Partial`]). Both come from the same [`Build`].

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};

use tiergate_law::{
    Atom, ChoiceFact, Cond, CountryFact, FlagFact, Grade, Linear, Num, NumberFact, Policy, Regime,
    Status, Test, TextFact,
};
use tiergate_order::Facts;

use crate::build::{Build, Roots, Settle, Settled, outcomes};
use crate::diagram::{Diagrams, Node, Remains, Variable, remains};
use crate::reference;
use crate::variables::{Question, Variables};
use crate::walk::Walk;

/// What the law says of an order, before reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Nothing here controls the item.
    NotControlled,
    /// Controlled, and no license is required.
    NoLicenseRequired,
    /// A license exception carries it: its place in [`Regime::authorities`].
    LicenseException(u8),
    /// A validated-end-user authorization carries it.
    ValidatedEndUser(u8),
    /// A license is required, reviewed under this policy.
    LicenseRequired(Policy),
    /// No license is to be had.
    Prohibited,
}

/// The outcome words by kind, mildest first.
pub const OUTCOME_WORDS: [&str; 6] = [
    "not-controlled",
    "no-license-required",
    "license-exception",
    "validated-end-user",
    "license-required",
    "prohibited",
];

impl Outcome {
    /// The word of the decision contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        OUTCOME_WORDS[self.kind() as usize]
    }

    /// How strict it is: free to ship, to ship under an authorization, to apply with ever less
    /// hope, not at all.
    ///
    /// ```
    /// use tiergate_engine::Outcome;
    /// use tiergate_law::Policy;
    /// let free = Outcome::NoLicenseRequired.strictness();
    /// assert_eq!(free, Outcome::NotControlled.strictness());
    /// assert!(free < Outcome::LicenseRequired(Policy::PresumptionOfApproval).strictness());
    /// ```
    #[must_use]
    pub const fn strictness(self) -> u32 {
        match self {
            Outcome::NotControlled | Outcome::NoLicenseRequired => 0,
            Outcome::LicenseException(_) | Outcome::ValidatedEndUser(_) => 1,
            Outcome::LicenseRequired(policy) => 2 + policy as u32,
            Outcome::Prohibited => 2 + Policy::ALL.len() as u32,
        }
    }

    pub(crate) const fn kind(self) -> u32 {
        match self {
            Outcome::NotControlled => 0,
            Outcome::NoLicenseRequired => 1,
            Outcome::LicenseException(_) => 2,
            Outcome::ValidatedEndUser(_) => 3,
            Outcome::LicenseRequired(_) => 4,
            Outcome::Prohibited => 5,
        }
    }
}

/// A regime ready to decide.
#[derive(Debug)]
pub struct Rulebook {
    /// The regime it was made from.
    pub regime: Arc<Regime>,
    /// Everything its conditions ask.
    pub variables: Variables,
    /// Outcomes, by leaf.
    pub outcomes: Vec<Outcome>,
    decided: AtomicU32,
    /// The tests of names of parties against lists.
    named: Vec<Variable>,
    /// Whether some amount is assumed, and the tests against lists not read as printed.
    assumes: OnceLock<Assumes>,
    lanes: OnceLock<Vec<Vec<usize>>>,
    without_lists: OnceLock<Vec<OnceLock<Box<Rulebook>>>>,
    common: [OnceLock<Common>; 2],
    /// Which of them somebody is compiling, so that others need not wait for it.
    compiling: [AtomicBool; 2],
}

/// How many orders a rulebook decides fact by fact before a common diagram pays for itself.
const WORTH_COMPILING: u32 = 400;

/// The diagram for orders whose rare facts are absent or "no".
#[derive(Debug)]
pub(crate) struct Common {
    pub diagrams: Diagrams,
    pub roots: Roots,
    walk: Walk,
}

/// Flags that are "no" in a common order.
const RARE_FLAGS: [FlagFact; 13] = [
    FlagFact::MadeAbroad,
    FlagFact::DerivedFromPublished,
    FlagFact::BelowPublishedFrontier,
    FlagFact::PackagedOutside,
    FlagFact::CoPackaged,
    FlagFact::ExporterFabricator,
    FlagFact::DesignerApplied,
    FlagFact::ConsigneeGovernment,
    FlagFact::RegularEmployee,
    FlagFact::NamedForRelief,
    FlagFact::TimeLimitedRelief,
    FlagFact::EndUserGovernment,
    FlagFact::ExporterDenied,
];

/// Choices that have their last value, "none", in a common order.
const RARE_CHOICES: [ChoiceFact; 4] = [
    ChoiceFact::ExceptionTerms,
    ChoiceFact::ValidatedEndUser,
    ChoiceFact::ThirdPartyTested,
    ChoiceFact::SoldInUs,
];

/// Countries that equal the fact they fall back on in a common order.
const RARE_COUNTRIES: [CountryFact; 2] = [
    CountryFact::KnownDestination,
    CountryFact::ConsigneeLocation,
];

/// Names of which a common order has none that the law names.
const RARE_TEXTS: [TextFact; 4] = [
    TextFact::ConsigneeName,
    TextFact::ConsigneeParentName,
    TextFact::EndUserName,
    TextFact::EndUserParentName,
];

/// Facts of an end user, all of which fall back on the consignee's when it is the end user.
const END_USER: [CountryFact; 3] = [
    CountryFact::EndUserLocation,
    CountryFact::EndUserHeadquarters,
    CountryFact::EndUserParent,
];

/// Whether a flag is settled at "no" in the common diagrams.
pub(crate) fn is_rare(fact: FlagFact) -> bool {
    RARE_FLAGS.contains(&fact)
}

/// Whether a choice is settled at "none" in the common diagrams.
pub(crate) fn is_rare_choice(fact: ChoiceFact) -> bool {
    RARE_CHOICES.contains(&fact)
}

const fn rare_mask() -> u128 {
    let (mut mask, mut at) = (0, 0);
    while at < RARE_FLAGS.len() {
        mask |= 1 << RARE_FLAGS[at].index();
        at += 1;
    }
    mask
}

const RARE_MASK: u128 = rare_mask();

/// Which common diagram an order fits that has no name the law names: without an end user of its
/// own, or with one.
#[inline]
fn fits(facts: &Facts) -> Option<usize> {
    let (yes, known) = facts.flags();
    let flags = yes & RARE_MASK == 0 && known & RARE_MASK == RARE_MASK;
    let last = |fact: ChoiceFact| facts.choice(fact) == Some(fact.info().values.len() - 1);
    let common = flags
        && RARE_CHOICES.iter().all(|f| last(*f))
        && RARE_COUNTRIES.iter().all(|f| facts.is_same(*f))
        && facts.intermediaries.is_none();
    let with_end_user = !facts.is_same(CountryFact::EndUserHeadquarters);
    let location_fits = facts.is_same(CountryFact::EndUserLocation);
    let same = with_end_user != facts.is_same(CountryFact::EndUserParent);
    // A parent assumed to be where unknown headquarters are is settled fact by fact.
    let parent = !facts.is_same(CountryFact::ConsigneeParent);
    (common && location_fits && same && parent).then_some(usize::from(with_end_user))
}

/// Settles what is common, for readings taken by default.
struct CommonSettle<'r> {
    defaults: &'r [usize],
    with_end_user: bool,
}

impl Settle for CommonSettle<'_> {
    fn settle(&self, test: &Test) -> Settled {
        match test {
            Test::Flag(fact) if RARE_FLAGS.contains(fact) => Settled::Is(false),
            Test::Choice(fact, mask) if RARE_CHOICES.contains(fact) => {
                Settled::Is(mask >> (fact.info().values.len() - 1) & 1 == 1)
            }
            Test::Country(fact, set) => {
                let same = RARE_COUNTRIES.contains(fact)
                    || *fact == CountryFact::EndUserLocation
                    || (!self.with_end_user && END_USER.contains(fact));
                match fact.info().same_as {
                    Some(base) if same => Settled::Asks(Test::Country(base, *set)),
                    _ => Settled::Open,
                }
            }
            Test::Text(fact, _) if RARE_TEXTS.contains(fact) => Settled::Is(false),
            Test::Intermediary(..) => Settled::Is(false),
            Test::Reading(reading, option) => Settled::Is(self.defaults[*reading] == *option),
            _ => Settled::Open,
        }
    }
}

/// Settles whatever the facts of one order settle.
pub(crate) struct FactSettle<'r> {
    pub regime: &'r Regime,
    pub facts: &'r Facts,
    pub readings: &'r [usize],
}

impl Settle for FactSettle<'_> {
    fn settle(&self, test: &Test) -> Settled {
        if let Some(value) = reference::test(test, self.regime, self.facts, self.readings) {
            return Settled::Is(value);
        }
        match test {
            Test::Country(fact, set) if self.facts.is_same(*fact) => match fact.info().same_as {
                Some(base) => Settled::Asks(Test::Country(base, *set)),
                None => Settled::Open,
            },
            _ => Settled::Open,
        }
    }
}

/// One order settled fact by fact: what remains turns on its unknown facts only.
pub(crate) struct Partial<'b> {
    book: &'b Rulebook,
    facts: &'b Facts,
    diagrams: Diagrams,
    pub roots: Roots,
}

impl Partial<'_> {
    /// What remains of a root.
    pub fn remains(&self, root: Node) -> Remains {
        let variables = &self.book.variables;
        remains(&self.diagrams, root, &mut |v| {
            variables.known(v, self.facts, &[])
        })
    }

    /// Whether a yes-or-no root holds for every completion, for none, or neither.
    pub fn truth(&self, root: Node) -> Option<bool> {
        match self.remains(root).leaves.as_slice() {
            [leaf] => Some(*leaf == 1),
            _ => None,
        }
    }

    /// The only leaf a root can still reach.
    pub fn leaf(&self, root: Node) -> Option<u32> {
        match self.remains(root).leaves.as_slice() {
            [leaf] => Some(*leaf),
            _ => None,
        }
    }
}

/// What of a law is assumed, or known from a list that was not read as printed.
#[derive(Debug)]
struct Assumes {
    /// The questions that such lists answer.
    lists: Vec<Variable>,
    /// The places of quotas whose limit is assumed, as bits.
    limits: u64,
    /// Assumed thresholds of items.
    thresholds: Vec<Threshold>,
}

/// An assumed threshold of a form of an item's facts, from the low to the high end of its range.
#[derive(Debug)]
struct Threshold {
    terms: Vec<(NumberFact, i64)>,
    low: i128,
    high: i128,
}

/// The threshold of a test, if it is an assumed amount with a range and asks for the item.
fn assumed_threshold(regime: &Regime, atom: &Atom) -> Option<Threshold> {
    let Test::Linear(linear) = &atom.test else {
        return None;
    };
    let of_item = |fact: NumberFact| (fact as usize) < NumberFact::Amount as usize;
    if !linear.terms.iter().all(|(fact, _)| of_item(*fact)) {
        return None;
    }
    let amounts = atom.names.iter().filter_map(|name| regime.value(name));
    let mut assumed = amounts.filter_map(|value| value.is.now.as_ref());
    let now = assumed
        .find(|now| now.status == Status::Assumed && now.amount.raw() == linear.bound & !1)?;
    let (low, high) = now.range?;
    Some(Threshold {
        terms: linear.terms.clone(),
        low: low.raw(),
        high: high.raw(),
    })
}

/// Whether a list known so well was not read as printed.
fn is_weak(grade: Grade) -> bool {
    grade >= Grade::Secondary
}

impl Rulebook {
    /// Makes a regime ready to decide.
    #[must_use]
    pub fn compile(regime: Arc<Regime>) -> Rulebook {
        // The paragraph of the control list is always asked: the class of the item turns on it.
        let eccn = tiergate_law::Atom {
            text: String::new(),
            test: Test::Choice(ChoiceFact::Eccn, 0),
            names: Vec::new(),
        };
        let eccn = Cond::Atom(Arc::new(eccn));
        let conditions = regime.outcome_conditions().chain(std::iter::once(&eccn));
        let variables = Variables::collect(&regime, conditions);
        let outcomes = outcomes(&regime);
        let asked = variables.asked.iter().zip(0..);
        let of_party = |question: &Question| match question {
            Question::Text(fact, _) => RARE_TEXTS.contains(fact),
            _ => false,
        };
        let named = asked.filter(|(a, _)| of_party(&a.question));
        let named = named.map(|(_, at)| at).collect();
        Rulebook {
            regime,
            variables,
            outcomes,
            decided: AtomicU32::new(0),
            named,
            assumes: OnceLock::new(),
            lanes: OnceLock::new(),
            without_lists: OnceLock::new(),
            common: Default::default(),
            compiling: Default::default(),
        }
    }

    /// Compiles the common diagrams now instead of when they are worth it.
    pub fn warm(&self) {
        self.common(0);
        self.common(1);
    }

    /// How many nodes the common diagrams have, if they are compiled.
    #[must_use]
    pub fn node_counts(&self) -> [Option<usize>; 2] {
        [0, 1].map(|which| self.common[which].get().map(|c| c.walk.len()))
    }

    pub(crate) fn common(&self, which: usize) -> &Common {
        self.common[which].get_or_init(|| {
            let settle = CommonSettle {
                defaults: &self.variables.defaults,
                with_end_user: which == 1,
            };
            let mut build = Build::new(&self.regime, &self.variables, settle);
            let roots = build.roots();
            let mut diagrams = build.diagrams;
            let roots = diagrams.keep_outcome(roots);
            let walk = Walk::new(&diagrams, &self.variables);
            Common {
                diagrams,
                roots,
                walk,
            }
        })
    }

    /// The common diagram for an order, if it fits one and one is, or now gets, compiled.
    #[inline]
    fn common_for(&self, facts: &Facts, readings: &[usize]) -> Option<&Common> {
        let which = self.fits(facts)?;
        if readings != self.variables.defaults {
            return None;
        }
        if let Some(common) = self.common[which].get() {
            return Some(common);
        }
        if self.decided.fetch_add(1, Ordering::Relaxed) < WORTH_COMPILING
            || self.compiling[which].swap(true, Ordering::Relaxed)
        {
            return None;
        }
        Some(self.common(which))
    }

    /// The outcome, if every fact it turns on is known; without allocation once compiled.
    #[inline]
    #[must_use]
    pub fn outcome(&self, facts: &Facts, readings: &[usize]) -> Option<Outcome> {
        match self.common_for(facts, readings) {
            Some(common) => common
                .walk
                .leaf(common.roots.outcome, &self.variables, facts)
                .map(|leaf| self.outcomes[leaf as usize]),
            None => reference::decide(&self.regime, facts, readings),
        }
    }

    /// Which common diagram an order fits: without an end user of its own, or with one.
    #[inline]
    pub(crate) fn fits(&self, facts: &Facts) -> Option<usize> {
        let given = RARE_TEXTS.iter().any(|fact| facts.text(*fact) != 0);
        if given && !self.named.is_empty() {
            let met = |at: &Variable| self.variables.value(*at, facts, &[]) == Some(1);
            if self.named.iter().any(met) {
                return None;
            }
        }
        fits(facts)
    }

    /// What remains of the outcome, and of its kind, for an order with unknown facts.
    #[must_use]
    pub fn open(&self, facts: &Facts, readings: &[usize]) -> (Remains, Remains) {
        if let Some(common) = self.common_for(facts, readings) {
            let mut known = |v: Variable| self.variables.known(v, facts, readings);
            let all = remains(&common.diagrams, common.roots.outcome, &mut known);
            let kinds = remains(&common.diagrams, common.roots.kind, &mut known);
            return (all, kinds);
        }
        let partial = self.partial(facts, readings);
        (
            partial.remains(partial.roots.outcome),
            partial.remains(partial.roots.kind),
        )
    }

    /// Settles one order fact by fact.
    pub(crate) fn partial<'b>(&'b self, facts: &'b Facts, readings: &'b [usize]) -> Partial<'b> {
        let settle = FactSettle {
            regime: &self.regime,
            facts,
            readings,
        };
        let mut build = Build::new(&self.regime, &self.variables, settle);
        let roots = build.roots();
        Partial {
            book: self,
            facts,
            diagrams: build.diagrams,
            roots,
        }
    }

    /// Whether an order draws on an assumed limit, or its item lies within the range of an assumed
    /// threshold; `draws` is what it draws on.
    #[must_use]
    pub fn rests_on_amount(&self, draws: u64, facts: &Facts) -> bool {
        let assumes = self.assumes();
        let within = |threshold: &Threshold| {
            let known = threshold
                .terms
                .iter()
                .all(|(f, _)| facts.number(*f).is_some());
            let sum = Linear::sum(&threshold.terms, |f| facts.number(f).unwrap_or(Num::ZERO));
            known && threshold.low <= sum && sum <= threshold.high
        };
        draws & assumes.limits != 0 || assumes.thresholds.iter().any(within)
    }

    /// The same law without a list, for each list that was not read as printed and in which a name
    /// of the order stands.
    pub fn without_weak_lists(&self, facts: &Facts) -> impl Iterator<Item = &Rulebook> {
        let met = |at: &Variable| self.variables.value(*at, facts, &[]) == Some(1);
        let lists = self.assumes().lists.iter().zip(0..);
        let met = lists.filter(move |(at, _)| met(at));
        met.filter_map(|(at, place)| self.without(*at, place))
    }

    fn without(&self, list: Variable, place: usize) -> Option<&Rulebook> {
        let books = self.without_lists.get_or_init(|| {
            let lists = self.assumes().lists.iter();
            lists.map(|_| OnceLock::new()).collect()
        });
        let Question::Text(_, register) = self.variables.asked[usize::from(list)].question else {
            return None;
        };
        let book = books.get(place)?.get_or_init(|| {
            let mut regime = (*self.regime).clone();
            regime.registers[register].is.clear();
            Box::new(Rulebook::compile(Arc::new(regime)))
        });
        Some(book)
    }

    /// Whether the outcome of an order would surely be another if a list did not count that was not
    /// read as printed.
    #[must_use]
    pub fn rests_on_list(&self, outcome: Outcome, facts: &Facts, readings: &[usize]) -> bool {
        let others = self.without_weak_lists(facts);
        let mut others = others.filter_map(|book| {
            let found = book.outcome(facts, readings);
            found.or_else(|| match book.open(facts, readings).0.leaves[..] {
                [leaf] => Some(book.outcomes[leaf as usize]),
                _ => None,
            })
        });
        others.any(|other| other != outcome)
    }

    fn assumes(&self) -> &Assumes {
        self.assumes.get_or_init(|| {
            let regime = &self.regime;
            let asked = self.variables.asked.iter().zip(0..);
            let weak = |question: &Question| match question {
                Question::Text(_, at) => is_weak(regime.registers[*at].grade),
                _ => false,
            };
            let lists = asked.filter(|(a, _)| weak(&a.question)).map(|(_, at)| at);
            let quotas = regime.quotas.iter().enumerate();
            let assumed = quotas.filter(|(_, q)| {
                let limit = q.is.limit.as_ref();
                limit.is_some_and(|limit| limit.status == Status::Assumed)
            });
            let mut thresholds = Vec::new();
            for cond in regime.outcome_conditions() {
                cond.visit(&mut |atom| thresholds.extend(assumed_threshold(regime, atom)));
            }
            Assumes {
                lists: lists.collect(),
                limits: assumed.fold(0, |bits, (at, _)| bits | 1 << (at % 64)),
                thresholds,
            }
        })
    }

    /// The places of the quotas of a fixed amount that a decided order draws on, as bits.
    #[must_use]
    pub fn draws(&self, outcome: Outcome, facts: &Facts, readings: &[usize]) -> u64 {
        if !matches!(outcome, Outcome::LicenseRequired(_)) {
            return self.drawn_by_authority(outcome);
        }
        let regime = &self.regime;
        let holds = |cond| reference::holds(cond, regime, facts, readings) == Some(true);
        let first = |lane: &Vec<usize>| {
            let mut reviews = lane.iter().map(|at| &regime.reviews[*at].is);
            let first = reviews.find(|review| {
                let mut governed = review.governs.iter();
                governed.any(|r| holds(&regime.requirements[*r].is.cond)) && holds(&review.cond)
            });
            first.map_or(0, |review| self.fixed_quotas(&review.draws))
        };
        self.drawing_lanes().iter().map(first).fold(0, |a, b| a | b)
    }

    /// Those that what carries an order draws on.
    pub(crate) fn drawn_by_authority(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::LicenseException(at) | Outcome::ValidatedEndUser(at) => {
                self.fixed_quotas(&self.regime.authorities[usize::from(at)].is.draws)
            }
            _ => 0,
        }
    }

    /// Of these quotas those of a fixed amount, as bits.
    pub(crate) fn fixed_quotas(&self, places: &[usize]) -> u64 {
        let fixed = |at: &&usize| {
            let quota = &self.regime.quotas[**at].is;
            quota.share_of.is_none() && quota.limit.is_some()
        };
        let fixed = places.iter().filter(fixed);
        fixed.fold(0, |bits, at| bits | 1_u64 << (at % 64))
    }

    /// The places of the reviews of each lane some policy of which counts what it approves against
    /// a fixed amount.
    pub(crate) fn drawing_lanes(&self) -> &[Vec<usize>] {
        self.lanes.get_or_init(|| {
            let regime = &self.regime;
            let fixed = |at: &usize| {
                let quota = &regime.quotas[*at].is;
                quota.share_of.is_none() && quota.limit.is_some()
            };
            let mut lanes: Vec<(&str, Vec<usize>)> = Vec::new();
            for (at, review) in regime.reviews.iter().enumerate() {
                let lane = review.is.lane.as_str();
                match lanes.iter_mut().find(|(known, _)| *known == lane) {
                    Some((_, places)) => places.push(at),
                    None => lanes.push((lane, vec![at])),
                }
            }
            let draws = |at: &usize| regime.reviews[*at].is.draws.iter().any(fixed);
            lanes.retain(|(_, places)| places.iter().any(draws));
            lanes.into_iter().map(|(_, places)| places).collect()
        })
    }
}
