//! A rulebook for orders that are alike in all but a few facts.
//!
//! What all of them have in common is settled once. What remains asks for the facts in which they
//! differ, and only where the answer turns on them: a few steps over a few hundred nodes.

use rustc_hash::FxHashMap;
use tiergate_law::{Fact, Test};
use tiergate_order::Facts;

use crate::build::{Build, Ruling, Settle, Settled};
use crate::diagram::{
    Diagrams, Known, Node, Part, Remains, Restricted, Variable, remains, restricted,
};
use crate::rulebook::{FactSettle, Outcome, Rulebook};
use crate::variables::{Question, Variables};

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
                return (node != OPEN).then_some(leaf);
            }
            let (variable, first) = self.inner[node.place()];
            let value = variables.value(variable, facts, &[])?;
            node = self.children[first as usize + value];
        }
    }
}

/// The leaf where the answer depends on a fact that is not known.
const OPEN: Node = Node::of_leaf((1 << 31) - 1);

/// What becomes of a variable of the whole rulebook.
enum Fate {
    /// Orders differ in it.
    Stays,
    /// All orders have this value.
    Is(usize),
    /// It is not known of any.
    Unknown,
}

/// The diagram over what orders differ in: where every value of what is not known leads to the
/// same, that; elsewhere [`OPEN`].
fn settled(
    diagrams: &mut Diagrams,
    node: Node,
    of: &impl Fn(Variable) -> Fate,
    done: &mut FxHashMap<Node, Node>,
) -> Node {
    let Some(variable) = diagrams.variable(node) else {
        return node;
    };
    if let Some(known) = done.get(&node) {
        return *known;
    }
    let found = match of(variable) {
        Fate::Is(value) => {
            let child = diagrams.child(node, value);
            settled(diagrams, child, of, done)
        }
        fate => {
            let children: Vec<Node> = (0..diagrams.arity(variable))
                .map(|value| {
                    let child = diagrams.child(node, value);
                    settled(diagrams, child, of, done)
                })
                .collect();
            match (fate, children.split_first()) {
                (Fate::Unknown, Some((first, rest))) => {
                    let mut both = FxHashMap::default();
                    let agree = |all, child: &Node| agreed(diagrams, all, *child, &mut both);
                    rest.iter().fold(*first, agree)
                }
                _ => diagrams.node(variable, &children),
            }
        }
    };
    done.insert(node, found);
    found
}

/// Where two diagrams agree, what they say; elsewhere [`OPEN`].
fn agreed(
    diagrams: &mut Diagrams,
    a: Node,
    b: Node,
    done: &mut FxHashMap<(Node, Node), Node>,
) -> Node {
    if a == b {
        return a;
    }
    if a == OPEN || b == OPEN {
        return OPEN;
    }
    if let Some(known) = done.get(&(a, b)) {
        return *known;
    }
    let variables = [a, b].map(|node| diagrams.variable(node));
    let found = match variables.into_iter().flatten().min() {
        None => OPEN,
        Some(variable) => {
            let children: Vec<Node> = (0..diagrams.arity(variable))
                .map(|value| {
                    let [x, y] = [a, b].map(|node| match diagrams.variable(node) {
                        Some(top) if top == variable => diagrams.child(node, value),
                        _ => node,
                    });
                    agreed(diagrams, x, y, done)
                })
                .collect();
            diagrams.node(variable, &children)
        }
    };
    done.insert((a, b), found);
    found
}

impl Narrowed {
    /// The outcome of an order, the place of its item's class, and the places of the quotas of a
    /// fixed amount that it draws on, as bits; none when one of them turns on a fact that is not
    /// known.
    ///
    /// `book` is the rulebook that was narrowed, and the order is one of those it was narrowed to.
    #[must_use]
    #[inline]
    pub fn decide(&self, book: &Rulebook, facts: &Facts) -> Option<(Outcome, Option<usize>, u64)> {
        let outcome = self.outcome.leaf(&book.variables, facts)?;
        let class = self.class.leaf(&book.variables, facts)? as usize;
        let class = (class < book.regime.class_names.len()).then_some(class);
        let outcome = book.outcomes[outcome as usize];
        let draws = match outcome {
            Outcome::LicenseRequired(_) => {
                let set = self.draws.leaf(&book.variables, facts)?;
                self.drawn[set as usize]
            }
            outcome => book.drawn_by_authority(outcome),
        };
        Some((outcome, class, draws))
    }
}

impl Rulebook {
    /// Narrows the rulebook to the orders that differ from this one in the questions that pass the
    /// test, and in nothing else.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Outcome, Question, Rulebook};
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
    /// facts.set_flag(FlagFact::Datacenter, true);
    /// let narrowed = book.narrowed(&facts, &[], &|q| matches!(q, Question::Amount(_)));
    /// assert_eq!(narrowed.decide(&book, &facts), None);
    /// facts.set_number(NumberFact::Quantity, Num::from(100));
    /// assert_eq!(narrowed.decide(&book, &facts), Some((Outcome::Prohibited, None, 0)));
    /// facts.set_number(NumberFact::Quantity, Num::from(99));
    /// assert_eq!(narrowed.decide(&book, &facts), Some((Outcome::NotControlled, None, 0)));
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
        let of = |v: Variable| match self.known_but(v, facts, readings, open) {
            Known::Value(value) => Fate::Is(value),
            _ if open(&self.variables.asked[usize::from(v)].question) => Fate::Stays,
            _ => Fate::Unknown,
        };
        let mut steps = |root| {
            let root = settled(&mut build.diagrams, root, &of, &mut FxHashMap::default());
            Steps::new(&restricted(&build.diagrams, root, &mut |_| Known::Any))
        };
        let [outcome, class, draws] = [roots.outcome, roots.class, draws].map(&mut steps);
        Narrowed {
            outcome,
            class,
            draws,
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

/// Like [`FactSettle`], with some questions left open.
struct OpenSettle<'r> {
    inner: FactSettle<'r>,
    open: &'r dyn Fn(&Question) -> bool,
}

impl Settle for OpenSettle<'_> {
    fn settle(&self, test: &Test) -> Settled {
        if (self.open)(&Question::of(test)) {
            return Settled::Open;
        }
        match test {
            // The country it equals may be open.
            Test::Country(fact, set) if self.inner.facts.is_same(*fact) => {
                match fact.info().same_as {
                    Some(base) => Settled::Asks(Test::Country(base, *set)),
                    None => Settled::Open,
                }
            }
            _ => self.inner.settle(test),
        }
    }
}
