//! A rulebook for orders that are alike in all but a few facts.
//!
//! What all of them have in common is settled once. What remains asks for the facts in which they
//! differ, and only where the answer turns on them: a few steps over a few hundred nodes.

use rustc_hash::FxHashMap;
use tiergate_law::{Fact, Test};
use tiergate_order::Facts;

use crate::build::{Build, Settle, Settled};
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
    /// The outcome of an order and the place of its item's class; none when a fact on the way to
    /// them is not known.
    ///
    /// `book` is the rulebook that was narrowed, and the order is one of those it was narrowed to.
    #[must_use]
    #[inline]
    pub fn decide(&self, book: &Rulebook, facts: &Facts) -> Option<(Outcome, Option<usize>)> {
        let outcome = self.outcome.leaf(&book.variables, facts)?;
        let class = self.class.leaf(&book.variables, facts)? as usize;
        let class = (class < book.regime.class_names.len()).then_some(class);
        Some((book.outcomes[outcome as usize], class))
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
    /// assert_eq!(narrowed.decide(&book, &facts), Some((Outcome::Prohibited, None)));
    /// facts.set_number(NumberFact::Quantity, Num::from(99));
    /// assert_eq!(narrowed.decide(&book, &facts), Some((Outcome::NotControlled, None)));
    /// ```
    #[must_use]
    pub fn narrowed(
        &self,
        facts: &Facts,
        readings: &[usize],
        open: &dyn Fn(&Question) -> bool,
    ) -> Narrowed {
        let (mut build, roots) = self.with_open(facts, readings, open);
        let of = |v: Variable| match self.known_but(v, facts, readings, open) {
            Known::Value(value) => Fate::Is(value),
            _ if open(&self.variables.asked[usize::from(v)].question) => Fate::Stays,
            _ => Fate::Unknown,
        };
        let mut steps = |root| {
            let root = settled(&mut build.diagrams, root, &of, &mut FxHashMap::default());
            Steps::new(&restricted(&build.diagrams, root, &mut |_| Known::Any))
        };
        let [outcome, class] = roots.map(&mut steps);
        Narrowed { outcome, class }
    }

    /// The facts an outcome would depend on if the questions that pass the test were open.
    #[must_use]
    pub fn depends_without(
        &self,
        facts: &Facts,
        readings: &[usize],
        open: &dyn Fn(&Question) -> bool,
    ) -> Vec<Fact> {
        let (build, [outcome, _]) = self.with_open(facts, readings, open);
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
    ) -> (Build<'r, OpenSettle<'r>>, [Node; 2]) {
        let regime = &self.regime;
        let inner = FactSettle {
            regime,
            facts,
            readings,
        };
        let settle = OpenSettle { inner, open };
        let mut build = Build::new(regime, &self.variables, settle);
        let roots = build.roots();
        (build, [roots.outcome, roots.class])
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
