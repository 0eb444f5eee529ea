//! Two regimes over all facts: which pairs of answers there are, without a diagram of the pairs.
//!
//! The diagram of the pairs would be some ten times as large as those of the two regimes. Both are
//! walked side by side instead, with where orders can be. A walk ends where the two are one node,
//! and where every pair of answers that could still be met has been met already: so nearly all of it
//! is never walked.

use rustc_hash::{FxHashMap, FxHashSet};

use super::Reply;
use super::joint::Rulings;
use crate::diagram::{Diagrams, Known, Node, Variable};

/// The difference over all facts.
#[derive(Debug)]
pub(super) struct Whole {
    rulings: Rulings,
    /// Every pair of different answers that some order gets.
    pub pairs: Vec<[Reply; 2]>,
}

/// Where a walk stands: where orders can be, and either regime.
type Place = (Node, [Node; 2]);

impl Whole {
    /// Finds every pair of answers.
    pub fn new(mut rulings: Rulings) -> Whole {
        rulings.diagrams.seal();
        let mut meeting = Meeting {
            diagrams: &rulings.diagrams,
            answers: Answers::default(),
            met: vec![Set::default(); rulings.replies.len()],
            seen: FxHashSet::default(),
        };
        meeting.walk((rulings.world, rulings.outcomes));
        let met = std::mem::take(&mut meeting.met);
        let mut pairs = Vec::new();
        for (left, set) in rulings.replies.iter().zip(&met) {
            let rights = rulings.replies.iter().enumerate();
            let rights = rights.filter(|(at, _)| set.holds(*at));
            pairs.extend(rights.map(|(_, right)| [left.clone(), right.clone()]));
        }
        Whole { rulings, pairs }
    }

    /// Whether some order of those with these facts gets different answers, and whether some gets the
    /// same.
    pub fn among(&self, known: &mut impl FnMut(Variable) -> Known) -> [bool; 2] {
        let diagrams = &self.rulings.diagrams;
        let mut found = [false; 2];
        let mut seen = FxHashSet::default();
        let mut open = vec![(self.rulings.world, self.rulings.outcomes)];
        while let Some((world, sides)) = open.pop() {
            // Where the two are one node, only whether an order can be there is left to see.
            let sides = if sides[0] == sides[1] {
                [Node::FALSE; 2]
            } else {
                sides
            };
            let place = (world, sides);
            if world == Node::FALSE || found == [true; 2] || !seen.insert(place) {
                continue;
            }
            let variable = top(diagrams, place);
            if variable == Variable::MAX {
                found[usize::from(sides[0] == sides[1])] = true;
                continue;
            }
            let values = 0..diagrams.arity(variable);
            let below = |value: usize| below(diagrams, place, variable, value);
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

fn top(diagrams: &Diagrams, (world, sides): Place) -> Variable {
    let sides = sides.map(|node| diagrams.top(node));
    diagrams.top(world).min(sides[0]).min(sides[1])
}

fn below(diagrams: &Diagrams, (world, sides): Place, variable: Variable, value: usize) -> Place {
    let to = |node: Node| diagrams.cofactor(node, variable, value);
    (to(world), sides.map(to))
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
        let (world, sides) = place;
        if sides[0] == sides[1] || world == Node::FALSE || self.nothing_new(sides) {
            return;
        }
        if let [Some(left), Some(right)] = sides.map(Node::leaf) {
            // Every node but the one for "no" reaches "yes": an order can be here.
            self.met[left as usize].add(right as usize);
            return;
        }
        if !self.seen.insert(place) {
            return;
        }
        let variable = top(self.diagrams, place);
        for value in 0..self.diagrams.arity(variable) {
            self.walk(below(self.diagrams, place, variable, value));
        }
    }

    /// Whether every pair of answers below two nodes was met.
    fn nothing_new(&mut self, sides: [Node; 2]) -> bool {
        let [left, right] = sides.map(|node| self.answers.below(self.diagrams, node));
        let [left, right] = [left, right].map(|at| &self.answers.sets[at]);
        let mut lefts = left.places();
        lefts.all(|at| right.within_or(&self.met[at], at))
    }
}

/// The answers below each node.
#[derive(Default)]
struct Answers {
    of: FxHashMap<Node, usize>,
    places: FxHashMap<Set, usize>,
    sets: Vec<Set>,
}

impl Answers {
    /// The place of the set of answers below a node.
    fn below(&mut self, diagrams: &Diagrams, node: Node) -> usize {
        if let Some(known) = self.of.get(&node) {
            return *known;
        }
        let mut set = Set::default();
        match (node.leaf(), diagrams.variable(node)) {
            (Some(leaf), _) => set.add(leaf as usize),
            (None, Some(variable)) => {
                for value in 0..diagrams.arity(variable) {
                    let child = self.below(diagrams, diagrams.child(node, value));
                    set.join(&self.sets[child]);
                }
            }
            (None, None) => {}
        }
        let next = self.sets.len();
        let at = *self.places.entry(set).or_insert_with_key(|set| {
            self.sets.push(set.clone());
            next
        });
        self.of.insert(node, at);
        at
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

    fn holds(&self, number: usize) -> bool {
        let word = self.0.get(number / 64);
        word.is_some_and(|word| word >> (number % 64) & 1 == 1)
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
            (0..64)
                .filter(move |b| word >> b & 1 == 1)
                .map(move |b| at * 64 + b)
        })
    }
}
