//! Diagrams over what orders differ in, when some facts are the same for all and some unknown of all.

use rustc_hash::FxHashMap;
use tiergate_law::Test;

use crate::build::{Settle, Settled};
use crate::diagram::{Diagrams, Known, Node, Variable};
use crate::rulebook::FactSettle;
use crate::variables::Question;

/// The leaf where values of unknown facts lead to different ones, when it does not matter how.
pub(crate) const OPEN: Node = Node::of_leaf((1 << 31) - 1);
/// The leaf where that is too much to keep apart, so that the whole rulebook must be asked.
pub(crate) const LONG: Node = Node::of_leaf((1 << 31) - 2);

/// What becomes of a variable of the whole rulebook.
pub(crate) enum Fate {
    /// Orders differ in it.
    Stays,
    /// All orders have this value.
    Is(usize),
    /// It is not known of any: it may have any value, or one of some.
    Unknown(Known),
}

/// What two different leaves come to: those that the values of an unknown variable before this one
/// lead to, and that of this one.
pub(crate) trait Join {
    /// The leaf for both.
    fn join(&mut self, variable: Variable, value: usize, before: u32, leaf: u32) -> Node;
}

/// Settles the variables of one root.
pub(crate) struct Settling<'s, F, J> {
    diagrams: &'s mut Diagrams,
    of: &'s F,
    ways: J,
    nodes_max: usize,
}

/// Nodes made for one root at most.
const NODES_MAX: usize = 1 << 16;

impl<'s, F: Fn(Variable) -> Fate, J: Join> Settling<'s, F, J> {
    /// For roots of these diagrams, with what becomes of each variable, and how open leaves are
    /// told apart.
    pub fn new(diagrams: &'s mut Diagrams, of: &'s F, ways: J) -> Settling<'s, F, J> {
        Settling {
            nodes_max: diagrams.len() + NODES_MAX,
            diagrams,
            of,
            ways,
        }
    }

    /// The diagram over what orders differ in: where every value of what is not known leads to the
    /// same leaf, that; elsewhere, what the leaves come to joined.
    pub fn root(&mut self, root: Node) -> Node {
        self.settled(root, &mut FxHashMap::default())
    }

    fn settled(&mut self, node: Node, done: &mut FxHashMap<Node, Node>) -> Node {
        let Some(variable) = self.diagrams.variable(node) else {
            return node;
        };
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let found = match (self.of)(variable) {
            Fate::Is(value) => {
                let child = self.diagrams.child(node, value);
                self.settled(child, done)
            }
            Fate::Stays => {
                let children = self.children(node, variable, Known::Any, done);
                let children: Vec<Node> = children.into_iter().map(|(_, child)| child).collect();
                self.diagrams.node(variable, &children)
            }
            Fate::Unknown(known) => {
                let children = self.children(node, variable, known, done);
                let joined = children.into_iter().reduce(|(_, before), (value, child)| {
                    let mut both = FxHashMap::default();
                    let joined = self.joined((variable, value), before, child, &mut both);
                    (value, joined)
                });
                joined.map_or(LONG, |(_, joined)| joined)
            }
        };
        done.insert(node, found);
        found
    }

    fn children(
        &mut self,
        node: Node,
        variable: Variable,
        known: Known,
        done: &mut FxHashMap<Node, Node>,
    ) -> Vec<(usize, Node)> {
        let values = (0..self.diagrams.arity(variable)).filter(|value| known.may_be(*value));
        values
            .map(|value| {
                let child = self.diagrams.child(node, value);
                (value, self.settled(child, done))
            })
            .collect()
    }

    /// What the values of an unknown variable before this one lead to, joined with what it does.
    fn joined(
        &mut self,
        at: (Variable, usize),
        before: Node,
        node: Node,
        done: &mut FxHashMap<(Node, Node), Node>,
    ) -> Node {
        if before == node {
            return before;
        }
        for end in [LONG, OPEN] {
            if before == end || node == end {
                return end;
            }
        }
        if let (Some(before), Some(leaf)) = (before.leaf(), node.leaf()) {
            return self.ways.join(at.0, at.1, before, leaf);
        }
        if let Some(known) = done.get(&(before, node)) {
            return *known;
        }
        if self.diagrams.len() >= self.nodes_max {
            return LONG;
        }
        let variable = self.diagrams.top(before).min(self.diagrams.top(node));
        let children: Vec<Node> = (0..self.diagrams.arity(variable))
            .map(|value| {
                let [a, b] = [before, node].map(|n| self.diagrams.cofactor(n, variable, value));
                self.joined(at, a, b, done)
            })
            .collect();
        let found = self.diagrams.node(variable, &children);
        done.insert((before, node), found);
        found
    }
}

/// Like [`FactSettle`], with some questions left open.
pub(crate) struct OpenSettle<'r> {
    pub inner: FactSettle<'r>,
    pub open: &'r dyn Fn(&Question) -> bool,
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
