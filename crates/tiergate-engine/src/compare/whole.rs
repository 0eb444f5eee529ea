//! Two regimes over all facts: which pairs of answers there are, without a diagram of the pairs.
//!
//! The diagram of the pairs would be some ten times as large as those of the two regimes. Both are
//! walked side by side instead, with where orders can be. A walk ends where the two are one node,
//! and where every pair of answers that could still be met has been met already: so nearly all of it
//! is never walked.

use std::num::NonZeroUsize;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Reply;
use super::joint::Rulings;
use crate::diagram::{Diagrams, Known, Node, Variable};

/// The difference over all facts; by default, of a regime from itself.
#[derive(Debug, Default)]
pub(super) struct Whole {
    diagrams: Diagrams,
    /// Where the walks start.
    top: Place,
    /// Every pair of different answers that some order gets.
    pub pairs: Vec<[Reply; 2]>,
}

/// Where a walk stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// Where orders can be.
    world: Node,
    /// Either regime.
    sides: [Node; 2],
}

impl Default for Place {
    fn default() -> Place {
        Place {
            world: Node::TRUE,
            sides: [Node::FALSE; 2],
        }
    }
}

impl Place {
    /// The first variable that is asked for here, if any is.
    fn variable(self, diagrams: &Diagrams) -> Option<Variable> {
        let nodes = [self.world, self.sides[0], self.sides[1]];
        nodes.into_iter().filter_map(|n| diagrams.variable(n)).min()
    }

    /// The place for a value of it.
    fn below(self, diagrams: &Diagrams, variable: Variable, value: usize) -> Place {
        let to = |node: Node| diagrams.cofactor(node, variable, value);
        Place {
            world: to(self.world),
            sides: [to(self.sides[0]), to(self.sides[1])],
        }
    }
}

impl Whole {
    /// Finds every pair of answers.
    pub fn new(rulings: Rulings) -> Whole {
        let Rulings {
            mut diagrams,
            world,
            outcomes: sides,
            replies,
            ..
        } = rulings;
        diagrams.seal();
        let top = Place { world, sides };
        let mut meeting = Meeting {
            diagrams: &diagrams,
            answers: Answers::of(&diagrams),
            met: vec![Set::default(); replies.len()],
            seen: FxHashSet::default(),
        };
        meeting.walk(top);
        let met = meeting.met;
        let mut pairs = Vec::new();
        for (left, set) in replies.iter().zip(&met) {
            let rights = set.places().map(|right| replies[right].clone());
            pairs.extend(rights.map(|right| [left.clone(), right]));
        }
        Whole {
            diagrams,
            top,
            pairs,
        }
    }

    /// How many nodes were made.
    pub fn nodes(&self) -> usize {
        self.diagrams.len()
    }

    /// Whether some order of those with these facts gets different answers, and whether some gets the
    /// same.
    pub fn among(&self, known: &mut impl FnMut(Variable) -> Known) -> [bool; 2] {
        let diagrams = &self.diagrams;
        let mut found = [false; 2];
        let mut seen = FxHashSet::default();
        let mut open = vec![self.top];
        while let Some(mut place) = open.pop() {
            let same = place.sides[0] == place.sides[1];
            if same {
                // Only whether an order can be here is left to see.
                place.sides = [Node::FALSE; 2];
            }
            if place.world == Node::FALSE || !seen.insert(place) {
                continue;
            }
            let Some(variable) = place.variable(diagrams) else {
                found[usize::from(same)] = true;
                continue;
            };
            let values = 0..diagrams.arity(variable);
            let below = |value: usize| place.below(diagrams, variable, value);
            match known(variable) {
                Known::Value(value) => open.push(below(value)),
                Known::Any => open.extend(values.map(below)),
                Known::Among(mask) => {
                    let possible = values.filter(|v| *v >= 128 || mask >> v & 1 == 1);
                    open.extend(possible.map(below));
                }
            }
        }
        found
    }
}

/// A walk that meets every pair of answers.
struct Meeting<'d> {
    diagrams: &'d Diagrams,
    answers: Answers,
    /// For each answer of the first regime, the answers of the second that it was met with.
    met: Vec<Set>,
    seen: FxHashSet<Place>,
}

impl Meeting<'_> {
    fn walk(&mut self, place: Place) {
        let Place { world, sides } = place;
        if sides[0] == sides[1] || world == Node::FALSE || self.nothing_new(sides) {
            return;
        }
        if let (Some(left), Some(right)) = (sides[0].leaf(), sides[1].leaf()) {
            // Every node but the one for "no" reaches "yes": an order can be here.
            self.met[left as usize].add(right as usize);
            return;
        }
        if !self.seen.insert(place) {
            return;
        }
        let Some(variable) = place.variable(self.diagrams) else {
            return;
        };
        let mut last = None;
        for value in 0..self.diagrams.arity(variable) {
            let below = place.below(self.diagrams, variable, value);
            // Most values lead where the one before them does.
            if last.replace(below) != Some(below) {
                self.walk(below);
            }
        }
    }

    /// Whether every pair of different answers below two nodes was met.
    fn nothing_new(&mut self, sides: [Node; 2]) -> bool {
        let left = self.answers.below(self.diagrams, sides[0]);
        let right = self.answers.below(self.diagrams, sides[1]);
        let (left, right) = (&self.answers.sets[left], &self.answers.sets[right]);
        let mut lefts = left.places();
        lefts.all(|at| right.within_or(&self.met[at], at))
    }
}

/// The answers below each node.
struct Answers {
    /// The place of an inner node's set, once it is known.
    of: Vec<Option<NonZeroUsize>>,
    places: FxHashMap<Set, usize>,
    sets: Vec<Set>,
}

impl Answers {
    fn of(diagrams: &Diagrams) -> Answers {
        Answers {
            of: vec![None; diagrams.len()],
            places: FxHashMap::from_iter([(Set::default(), 0)]),
            sets: vec![Set::default()],
        }
    }

    /// The place of the set of answers below a node.
    fn below(&mut self, diagrams: &Diagrams, node: Node) -> usize {
        let mut set = Set::default();
        let Some(variable) = diagrams.variable(node) else {
            set.add(node.leaf().unwrap_or(0) as usize);
            return self.place(set);
        };
        if let Some(known) = self.of[node.place()] {
            return known.get();
        }
        let mut last = 0;
        for value in 0..diagrams.arity(variable) {
            let child = self.below(diagrams, diagrams.child(node, value));
            if child != last {
                set.join(&self.sets[child]);
                last = child;
            }
        }
        let at = self.place(set);
        self.of[node.place()] = NonZeroUsize::new(at);
        at
    }

    fn place(&mut self, set: Set) -> usize {
        let next = self.sets.len();
        *self.places.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            next
        })
    }
}

/// A set of small numbers, in words of bits; the last word is not zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
struct Set(Vec<u64>);

impl Set {
    fn add(&mut self, number: usize) {
        if self.0.len() <= number / 64 {
            self.0.resize(number / 64 + 1, 0);
        }
        self.0[number / 64] |= 1 << (number % 64);
    }

    fn join(&mut self, other: &Set) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, its) in self.0.iter_mut().zip(&other.0) {
            *mine |= its;
        }
    }

    /// Whether another set has all of these but perhaps one.
    fn within_or(&self, other: &Set, one: usize) -> bool {
        self.0.iter().enumerate().all(|(at, word)| {
            let but = if one / 64 == at { 1 << (one % 64) } else { 0 };
            word & !(other.0.get(at).copied().unwrap_or(0) | but) == 0
        })
    }

    fn places(&self) -> impl Iterator<Item = usize> + '_ {
        let words = self.0.iter().enumerate();
        words.flat_map(|(at, word)| {
            let lowest_gone = |bits: &u64| (bits & (bits - 1) != 0).then(|| bits & (bits - 1));
            let first = (*word != 0).then_some(*word);
            let bits = std::iter::successors(first, lowest_gone);
            bits.map(move |bits| at * 64 + bits.trailing_zeros() as usize)
        })
    }
}
