//! A rulebook for orders that are alike in all but a few facts.
//!
//! What all of them have in common is settled once. What remains asks for the facts in which they
//! differ, and only where the answer turns on them: a few steps over a few hundred nodes.

use rustc_hash::FxHashMap;
use tiergate_law::Fact;
use tiergate_order::Facts;

use crate::build::{Build, Ruling};
use crate::diagram::{Known, Node, Part, Remains, Restricted, Variable, remains, restricted};
use crate::rulebook::{FactSettle, Outcome, Rulebook};
use crate::settling::{Fate, Join, LONG, OPEN, OpenSettle, Settling};
use crate::variables::{Question, Variables};

/// Where a narrowed rulebook leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ending<T> {
    /// To this, whatever the unknown facts are.
    Is(T),
    /// It turns on unknown facts. For one narrowed rulebook, the same number says that it turns on
    /// them in the same way.
    Open(u32),
}

/// What a narrowed rulebook says of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// The outcome.
    pub outcome: Ending<Outcome>,
    /// The place of the item's class, if it is in one.
    pub class: Ending<Option<usize>>,
    /// The places of the quotas of a fixed amount that it draws on, as bits; none when the outcome
    /// is open.
    pub draws: u64,
}

/// What remains of a rulebook when all but some questions are settled.
#[derive(Debug)]
pub struct Narrowed {
    outcome: Steps,
    class: Steps,
    /// Leaf: the place in `drawn` of the quotas that the deciding reviews draw on.
    draws: Steps,
    drawn: Vec<u64>,
}

/// What remains of a diagram, close together.
#[derive(Debug)]
struct Steps {
    top: Node,
    /// The variable of each inner node, and where its children start.
    inner: Vec<(Variable, u32)>,
    children: Vec<Node>,
}

impl Steps {
    fn new(remains: &Restricted) -> Steps {
        let node = |part: &Part| match part {
            Part::Leaf(leaf) => Node::of_leaf(*leaf),
            Part::Inner(at) => Node::of_place(*at),
        };
        let (mut inner, mut children) = (Vec::new(), Vec::new());
        for (variable, parts) in &remains.inner {
            let first = u32::try_from(children.len()).unwrap_or(u32::MAX);
            inner.push((*variable, first));
            children.extend(parts.iter().map(node));
        }
        Steps {
            top: node(&remains.top),
            inner,
            children,
        }
    }

    fn leaf(&self, variables: &Variables, facts: &Facts) -> Option<u32> {
        let mut node = self.top;
        loop {
            if let Some(leaf) = node.leaf() {
                return (node != LONG).then_some(leaf);
            }
            let (variable, first) = self.inner[node.place()];
            let value = variables.value(variable, facts, &[])?;
            node = self.children[first as usize + value];
        }
    }
}

/// The ways in which unknown facts can leave something open.
enum Ways {
    /// All count as one.
    One,
    /// Each has a number.
    Each {
        /// The number after those of leaves and ways.
        next: u32,
        /// A leaf whose ways are not kept apart.
        never: Option<u32>,
        /// A way by the variable and its value: what the values before it lead to, and it.
        known: FxHashMap<(Variable, usize, u32, u32), u32>,
    },
}

/// Ways kept apart at once.
const WAYS_MAX: usize = 1 << 12;

impl Join for Ways {
    fn join(&mut self, variable: Variable, value: usize, before: u32, leaf: u32) -> Node {
        let Ways::Each { next, never, known } = self else {
            return OPEN;
        };
        if [before, leaf].map(Some).contains(never) {
            return LONG;
        }
        let way = (variable, value, before, leaf);
        if let Some(known) = known.get(&way) {
            return Node::of_leaf(*known);
        }
        if known.len() >= WAYS_MAX {
            return LONG;
        }
        known.insert(way, *next);
        *next += 1;
        Node::of_leaf(*next - 1)
    }
}

impl Narrowed {
    /// What is found of an order; none when the whole rulebook must be asked.
    ///
    /// `book` is the rulebook that was narrowed, and the order is one of those it was narrowed to.
    #[must_use]
    #[inline]
    pub fn decide(&self, book: &Rulebook, facts: &Facts) -> Option<Found> {
        let outcome = self.outcome(book, facts)?;
        let class = self.class.leaf(&book.variables, facts)?;
        let class = match class as usize {
            _ if Node::of_leaf(class) == OPEN => Ending::Open(0),
            class => Ending::Is((class < book.regime.class_names.len()).then_some(class)),
        };
        let draws = match outcome {
            Ending::Is(Outcome::LicenseRequired(_)) => {
                let set = self.draws.leaf(&book.variables, facts)?;
                *self.drawn.get(set as usize)?
            }
            Ending::Is(outcome) => book.drawn_by_authority(outcome),
            Ending::Open(_) => 0,
        };
        Some(Found {
            outcome,
            class,
            draws,
        })
    }

    /// The outcome of an order alone.
    #[must_use]
    #[inline]
    pub fn outcome(&self, book: &Rulebook, facts: &Facts) -> Option<Ending<Outcome>> {
        let leaf = self.outcome.leaf(&book.variables, facts)?;
        let decided = book.outcomes.get(leaf as usize);
        Some(decided.map_or(Ending::Open(leaf), |outcome| Ending::Is(*outcome)))
    }
}

impl Rulebook {
    /// Narrows the rulebook to the orders that differ from this one in the questions that pass the
    /// test, and in nothing else; what is unknown of this one is unknown of all.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Ending, Found, Outcome, Question, Rulebook};
    /// use tiergate_law::{ChoiceFact, FlagFact, Library, Num, NumberFact, View};
    /// use tiergate_order::Facts;
    /// let law = r#"
    /// [instrument]
    /// id = "base"
    /// title = "Base"
    /// cite = "1"
    /// effective = 2024-01-01
    /// [[prohibition]]
    /// id = "large"
    /// cite = "2"
    /// when = "datacenter and quantity >= 100"
    /// "#;
    /// let (library, faults) = Library::read([("law.toml", law)]);
    /// assert!(faults.is_empty(), "{faults:?}");
    /// let date = "2024-06-01".parse().unwrap();
    /// let regime = library.consolidate(&"us".parse().unwrap(), date, View::Text).unwrap();
    /// let book = Rulebook::compile(Arc::new(regime));
    /// let mut facts = Facts::default();
    /// facts.set_choice(ChoiceFact::Eccn, 0);
    /// facts.set_number(NumberFact::Quantity, Num::from(100));
    /// let amounts = |q: &Question| matches!(q, Question::Amount(_));
    /// let (class, draws) = (Ending::Is(None), 0);
    /// let found = |outcome| Some(Found { outcome, class, draws });
    /// let open = book.narrowed(&facts, &[], &amounts);
    /// // Whether it is for a datacenter is asked of large orders, and not known; that a prohibition
    /// // may hold is left to the whole rulebook.
    /// assert_eq!(open.decide(&book, &facts), None);
    /// facts.set_flag(FlagFact::Datacenter, true);
    /// let narrowed = book.narrowed(&facts, &[], &amounts);
    /// assert_eq!(narrowed.decide(&book, &facts), found(Ending::Is(Outcome::Prohibited)));
    /// facts.set_number(NumberFact::Quantity, Num::from(99));
    /// for narrowed in [narrowed, open] {
    ///     assert_eq!(narrowed.decide(&book, &facts), found(Ending::Is(Outcome::NotControlled)));
    /// }
    /// ```
    #[must_use]
    pub fn narrowed(
        &self,
        facts: &Facts,
        readings: &[usize],
        open: &dyn Fn(&Question) -> bool,
    ) -> Narrowed {
        let (mut build, roots) = self.with_open(facts, readings, open);
        let (draws, drawn) = self.drawn_by_reviews(&mut build, &roots.requirements);
        let of = |v: Variable| match self.variables.known(v, facts, readings) {
            Known::Value(_) if open(&self.variables.asked[usize::from(v)].question) => Fate::Stays,
            Known::Value(value) => Fate::Is(value),
            unknown => Fate::Unknown(unknown),
        };
        // Whether a requirement applies beside a prohibition is more than the outcome says.
        let never = self.outcomes.iter().position(|o| *o == Outcome::Prohibited);
        let each = Ways::Each {
            next: u32::try_from(self.outcomes.len()).unwrap_or(u32::MAX),
            never: never.and_then(|at| u32::try_from(at).ok()),
            known: FxHashMap::default(),
        };
        let mut steps = |root, ways| {
            let root = Settling::new(&mut build.diagrams, &of, ways).root(root);
            Steps::new(&restricted(&build.diagrams, root, &mut |_| Known::Any))
        };
        Narrowed {
            outcome: steps(roots.outcome, each),
            class: steps(roots.class, Ways::One),
            draws: steps(draws, Ways::One),
            drawn,
        }
    }

    /// The facts an outcome would depend on if the questions that pass the test were open.
    #[must_use]
    pub fn depends_without(
        &self,
        facts: &Facts,
        readings: &[usize],
        open: &dyn Fn(&Question) -> bool,
    ) -> Vec<Fact> {
        let (build, Ruling { outcome, .. }) = self.with_open(facts, readings, open);
        let mut known = |v: Variable| self.known_but(v, facts, readings, open);
        let Remains { depends, .. } = remains(&build.diagrams, outcome, &mut known);
        let facts = depends.iter().flat_map(|v| self.variables.reads(*v));
        facts.collect()
    }

    /// The diagrams of outcome and class with some questions left open.
    fn with_open<'r>(
        &'r self,
        facts: &'r Facts,
        readings: &'r [usize],
        open: &'r dyn Fn(&Question) -> bool,
    ) -> (Build<'r, OpenSettle<'r>>, Ruling) {
        let regime = &self.regime;
        let inner = FactSettle {
            regime,
            facts,
            readings,
        };
        let settle = OpenSettle { inner, open };
        let mut build = Build::new(regime, &self.variables, settle);
        let ruling = build.ruling();
        (build, ruling)
    }

    /// The quotas that the first policy that fits of each lane draws on, as sets.
    fn drawn_by_reviews(
        &self,
        build: &mut Build<'_, OpenSettle<'_>>,
        requirements: &[Node],
    ) -> (Node, Vec<u64>) {
        let mut sets: Vec<u64> = vec![0];
        let mut all = Node::of_leaf(0);
        for lane in self.drawing_lanes() {
            let mut node = Node::of_leaf(0);
            for at in lane.iter().rev() {
                let review = &self.regime.reviews[*at].is;
                let governed: Vec<Node> = review.governs.iter().map(|r| requirements[*r]).collect();
                let governed = build.diagrams.any(&governed);
                let fits = build.cond(&review.cond);
                let fits = build.diagrams.and(governed, fits);
                let drawn = place_of(&mut sets, self.fixed_quotas(&review.draws));
                let drawn = Node::of_leaf(drawn);
                node = build.diagrams.choose(fits, drawn, node);
            }
            let mut union = |a: u32, b: u32| {
                let both = sets[a as usize] | sets[b as usize];
                place_of(&mut sets, both)
            };
            all = build.diagrams.pair(all, node, &mut union);
        }
        (all, sets)
    }

    fn known_but(
        &self,
        variable: Variable,
        facts: &Facts,
        readings: &[usize],
        open: &dyn Fn(&Question) -> bool,
    ) -> Known {
        if open(&self.variables.asked[usize::from(variable)].question) {
            Known::Any
        } else {
            self.variables.known(variable, facts, readings)
        }
    }
}

/// The place of a set in a list, at the end if it is new.
fn place_of(sets: &mut Vec<u64>, set: u64) -> u32 {
    let known = sets.iter().position(|s| *s == set);
    let at = known.unwrap_or_else(|| {
        sets.push(set);
        sets.len() - 1
    });
    u32::try_from(at).unwrap_or(0)
}
