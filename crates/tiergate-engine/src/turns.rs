//! Which conditions a change of facts turns, and so why an order fares better after it.
//!
//! The rules of an answer are looked at before and after: what the authority that carries the order
//! asks, what stands against it, the requirements and prohibitions that no longer apply, the review
//! policies that decide. Of each condition that turned, the tests that turned it are given.

use std::sync::Arc;

use tiergate_law::{Cond, Num, Policy, Resolved};
use tiergate_order::Facts;

use crate::compare::Reply;
use crate::explain::{FactRead, follows, reads};
use crate::pass::Way;
use crate::reference::{holds, test};
use crate::rulebook::Rulebook;

/// A condition that a way turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Id of the rule.
    pub rule: String,
    /// The paragraph of the condition.
    pub cite: String,
    /// What it asks.
    pub says: String,
    /// Whether it held; none when that was open.
    pub was: Option<bool>,
    /// Whether it holds after the change.
    pub is: Option<bool>,
    /// The tests that turned it.
    pub tests: Vec<TurnedTest>,
    /// Places in [`Way::steps`] of the changes that turn it.
    pub steps: Vec<usize>,
}

/// A test that turned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TurnedTest {
    /// The words of the law file.
    pub test: String,
    /// The definition it stands in, when it does.
    pub within: Option<String>,
    /// Whether it held; none when that was open.
    pub was: Option<bool>,
    /// Whether it holds after the change.
    pub is: Option<bool>,
    /// The facts it reads, with their values before and after.
    pub facts: Vec<(FactRead, FactRead)>,
    /// The dated amounts it compares with: id, amount, unit and citation.
    pub limits: Vec<Limit>,
}

/// A dated amount of the law that a test compares with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Id of the value.
    pub value: String,
    /// The amount in force.
    pub amount: Num,
    /// Unit.
    pub unit: String,
    /// Citation of the amount.
    pub cite: String,
}

/// The conditions that a way turns, of the rules its answer rests on.
///
/// `facts`, `readings` and `ics_per_unit` are those the way was found for.
///
/// ```
/// use std::sync::Arc;
/// use tiergate_engine::{Rulebook, pass::ways, turns::turns};
/// use tiergate_law::{ChoiceFact, Library, NumberFact, View};
/// let law = r#"
/// [instrument]
/// id = "base"
/// title = "Base"
/// cite = "1"
/// effective = 2024-01-01
/// [[requirement]]
/// id = "r"
/// cite = "2(a)"
/// when = "quantity >= 100"
/// "#;
/// let (library, faults) = Library::read([("law.toml", law)]);
/// assert!(faults.is_empty(), "{faults:?}");
/// let day = "2025-06-01".parse().unwrap();
/// let regime = library.consolidate(&"us".parse().unwrap(), day, View::Text).unwrap();
/// let book = Arc::new(Rulebook::compile(Arc::new(regime)));
/// let mut facts = tiergate_order::Facts::default();
/// facts.set_choice(ChoiceFact::Eccn, book.regime.class_names.len() + 1);
/// for fact in [NumberFact::Quantity, NumberFact::Chips] {
///     facts.set_number(fact, 250.into());
/// }
/// let readings: Arc<[usize]> = Arc::from([]);
/// let way = &ways(&book, &facts, &readings, None, &["PL".parse().unwrap()]).all[0];
/// let turned = turns(&book, &facts, &readings, None, way);
/// assert_eq!(turned.len(), 1);
/// assert_eq!((turned[0].cite.as_str(), turned[0].is), ("2(a)", Some(false)));
/// assert_eq!(turned[0].tests[0].test, "quantity >= 100");
/// assert_eq!(turned[0].tests[0].facts[0].1.value, "99");
/// ```
#[must_use]
pub fn turns(
    book: &Rulebook,
    facts: &Facts,
    readings: &Arc<[usize]>,
    ics_per_unit: Option<Num>,
    way: &Way,
) -> Vec<Turn> {
    let alone = way.steps.iter().map(|step| {
        let mut changed = facts.clone();
        step.apply(&mut changed, ics_per_unit).then_some(changed)
    });
    let mut search = Search {
        book,
        readings,
        before: facts,
        after: &way.facts,
        alone: alone.collect(),
        found: Vec::new(),
    };
    search.rules_of(&way.reply);
    search.found
}

struct Search<'s> {
    book: &'s Rulebook,
    readings: &'s [usize],
    before: &'s Facts,
    after: &'s Facts,
    /// The facts after each change alone.
    alone: Vec<Option<Facts>>,
    found: Vec<Turn>,
}

impl Search<'_> {
    fn rules_of(&mut self, reply: &Reply) {
        let book = self.book;
        let regime = &book.regime;
        for prohibition in &regime.prohibitions {
            self.rule(prohibition, &prohibition.is, false);
        }
        match reply {
            Reply::NotControlled | Reply::NoLicenseRequired => self.requirements(|_| false),
            Reply::LicenseException(id) | Reply::ValidatedEndUser(id) => {
                let Some(at) = regime.authorities.iter().position(|a| a.id == *id) else {
                    return;
                };
                let authority = &regime.authorities[at];
                for condition in &authority.is.conditions {
                    let words = (&*authority.id, &*condition.cite, &*condition.says);
                    self.condition(words, &condition.cond, true);
                }
                self.requirements(|r| authority.is.overcomes.contains(&r));
                for bar in regime.bars.iter().filter(|b| b.is.touches.contains(&at)) {
                    self.rule(bar, &bar.is.cond, false);
                }
            }
            Reply::LicenseRequired(policy) => self.reviews(*policy),
            Reply::Prohibited => {}
        }
    }

    /// Requirements that no longer apply, but for those that are overcome.
    fn requirements(&mut self, overcome: impl Fn(usize) -> bool) {
        let book = self.book;
        for (at, requirement) in book.regime.requirements.iter().enumerate() {
            if !overcome(at) {
                self.rule(requirement, &requirement.is.cond, false);
            }
        }
        for scope in &book.regime.scopes {
            self.rule(scope, &scope.is, false);
        }
    }

    /// Stricter policies that no longer hold, the requirements they govern, and the policy itself.
    fn reviews(&mut self, policy: Policy) {
        let book = self.book;
        let regime = &book.regime;
        let stricter = |r: &&Resolved<tiergate_law::RegimeReview>| r.is.policy > Some(policy);
        for review in regime
            .reviews
            .iter()
            .filter(|r| r.is.policy == Some(policy))
        {
            self.rule(review, &review.is.cond, true);
        }
        for review in regime.reviews.iter().filter(stricter) {
            self.rule(review, &review.is.cond, false);
        }
        let governed = |at: usize| {
            let mut strict = regime.reviews.iter().filter(stricter);
            strict.any(|review| review.is.governs.contains(&at))
        };
        self.requirements(|at| !governed(at));
    }

    fn rule<T>(&mut self, rule: &Resolved<T>, cond: &Cond, to: bool) {
        self.condition((&*rule.id, &*rule.cite, &*rule.says), cond, to);
    }

    /// Keeps a condition that turned to what is asked of it: id, paragraph and words of it.
    fn condition(&mut self, (rule, cite, says): (&str, &str, &str), cond: &Cond, to: bool) {
        let was = self.holds(cond, self.before);
        let is = self.holds(cond, self.after);
        if is != Some(to) || was == is {
            return;
        }
        let mut turn = Turn {
            rule: rule.to_owned(),
            cite: cite.to_owned(),
            says: says.to_owned(),
            was,
            is,
            tests: Vec::new(),
            steps: Vec::new(),
        };
        self.tests(cond, None, &mut turn);
        self.found.push(turn);
    }

    fn holds(&self, cond: &Cond, facts: &Facts) -> Option<bool> {
        holds(cond, &self.book.regime, facts, self.readings)
    }

    /// The tests that turned a condition: of its parts, those that turned to what it turned to.
    fn tests(&self, cond: &Cond, within: Option<&str>, turn: &mut Turn) {
        match cond {
            Cond::Known(_) => {}
            Cond::And(parts) | Cond::Or(parts) => {
                let is = self.holds(cond, self.after);
                for part in parts {
                    let after = self.holds(part, self.after);
                    if after == is && self.holds(part, self.before) != after {
                        self.tests(part, within, turn);
                    }
                }
            }
            Cond::Not(inner) => self.tests(inner, within, turn),
            Cond::Named(definition) => self.tests(&definition.cond, Some(&definition.id), turn),
            // A place that is as another one was read with it.
            Cond::Atom(atom)
                if follows(&atom.test, self.before)
                    && turn.tests.iter().any(|t| t.test == atom.text) => {}
            Cond::Atom(atom) => {
                let regime = &self.book.regime;
                let at = |facts: &Facts| test(&atom.test, regime, facts, self.readings);
                let read = |facts: &Facts| reads(&atom.test, regime, facts, self.readings);
                let (was, is) = (at(self.before), at(self.after));
                for (step, facts) in self.alone.iter().enumerate() {
                    let turns = facts.as_ref().is_some_and(|facts| at(facts) != was);
                    if turns && !turn.steps.contains(&step) {
                        turn.steps.push(step);
                    }
                }
                let facts = read(self.before).into_iter().zip(read(self.after));
                let turned = TurnedTest {
                    test: atom.text.clone(),
                    within: within.map(str::to_owned),
                    was,
                    is,
                    facts: facts.collect(),
                    limits: self.limits(&atom.text),
                };
                if !turn.tests.contains(&turned) {
                    turn.tests.push(turned);
                }
            }
        }
    }

    /// The values that a test names, where an amount is in force.
    fn limits(&self, words: &str) -> Vec<Limit> {
        let names = words.split(|c: char| c.is_whitespace() || "()+*<>=".contains(c));
        let values = names.filter_map(|name| self.book.regime.value(name));
        let limit = |value: &Resolved<tiergate_law::RegimeValue>| {
            let now = value.is.now.as_ref()?;
            Some(Limit {
                value: value.id.clone(),
                amount: now.amount,
                unit: value.is.unit.clone(),
                cite: now.cite.clone(),
            })
        };
        values.filter_map(limit).collect()
    }
}
