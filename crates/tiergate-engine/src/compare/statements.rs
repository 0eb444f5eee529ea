//! The difference of two regimes in statements: for these items, in these cases, this becomes that.
//!
//! A diagram asks for the item first. Items below which the rest of the diagram is the same are
//! one group, named by the classes the regimes put them in; what is below is covered with cubes.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::cover::{Cube, cover, point};
use super::joint::SAME;
use super::{Comparison, Pairs, Reply};
use crate::diagram::{Diagrams, Node, Variable};

/// Items that a statement is about, by class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemGroup {
    /// The class under the first regime, by place; none when it controls no such item.
    pub left: Option<usize>,
    /// The class under the second.
    pub right: Option<usize>,
    /// What else the items have in common; empty when it is all the items of these classes.
    pub cubes: Vec<Cube>,
    /// Whether the cubes are all of it.
    pub whole: bool,
}

/// One change.
#[derive(Debug, Clone)]
pub struct Statement {
    /// The place of the change in [`Pairs::replies`].
    pub pair: usize,
    /// The answers before and after.
    pub replies: [Reply; 2],
    /// The items.
    pub items: Vec<ItemGroup>,
    /// The items as a diagram of [`Pairs::diagrams`].
    pub item: Node,
    /// In which cases: values for variables that do not ask for the item.
    pub cases: Cube,
    /// A point of the change that an order can be in.
    pub example: Cube,
}

/// Statements that make up a difference.
#[derive(Debug, Clone)]
pub struct Statements {
    /// The statements; they may overlap.
    pub all: Vec<Statement>,
    /// Whether they are all of the difference; else a limit was reached.
    pub whole: bool,
}

/// The part of a diagram that asks for the item.
struct Items<'d> {
    diagrams: &'d mut Diagrams,
    /// The first variable that asks for something else.
    end: Variable,
}

impl Items<'_> {
    /// The nodes right below the part.
    fn below(&self, root: Node) -> Vec<Node> {
        let (mut seen, mut below) = (FxHashSet::default(), Vec::new());
        let mut open = vec![root];
        while let Some(node) = open.pop() {
            if !seen.insert(node) {
                continue;
            }
            match self.diagrams.variable(node) {
                Some(variable) if variable < self.end => {
                    let values = 0..self.diagrams.arity(variable);
                    open.extend(values.rev().map(|v| self.diagrams.child(node, v)));
                }
                _ => below.push(node),
            }
        }
        below
    }

    /// The items for which `holds` is true of what is below.
    fn where_below(&mut self, root: Node, holds: &impl Fn(Node) -> bool) -> Node {
        self.map_below(root, &|node| Node::truth(holds(node)))
    }

    /// The items that can be.
    fn possible(&mut self, world: Node) -> Node {
        self.where_below(world, &|node| node != Node::FALSE)
    }

    /// The part, with something else below it.
    fn map_below(&mut self, root: Node, to: &impl Fn(Node) -> Node) -> Node {
        self.map_in(root, to, &mut FxHashMap::default())
    }

    fn map_in(
        &mut self,
        node: Node,
        to: &impl Fn(Node) -> Node,
        done: &mut FxHashMap<Node, Node>,
    ) -> Node {
        let variable = match self.diagrams.variable(node) {
            Some(variable) if variable < self.end => variable,
            _ => return to(node),
        };
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let children: Vec<Node> = (0..self.diagrams.arity(variable))
            .map(|v| {
                let child = self.diagrams.child(node, v);
                self.map_in(child, to, done)
            })
            .collect();
        let made = self.diagrams.node(variable, &children);
        done.insert(node, made);
        made
    }

    /// Where the item has each class, by place.
    fn by_class(&mut self, classes: Node) -> Vec<(u32, Node)> {
        // A class that turns on more than the item is where it can be.
        let mut places = FxHashSet::default();
        let mut reach: FxHashMap<Node, FxHashSet<u32>> = FxHashMap::default();
        for node in self.below(classes) {
            let leaves = super::joint::leaves(self.diagrams, node);
            places.extend(leaves.iter().copied());
            reach.insert(node, leaves);
        }
        let mut places: Vec<u32> = places.into_iter().collect();
        places.sort_unstable();
        let holds = |node: Node, place| reach.get(&node).is_some_and(|at| at.contains(&place));
        let of = places
            .iter()
            .map(|place| self.where_below(classes, &|node| holds(node, *place)));
        let of: Vec<Node> = of.collect();
        places.into_iter().zip(of).collect()
    }

    /// The items that can be, by their classes under either regime.
    fn by_classes(&mut self, classes: [Node; 2], possible: Node) -> Vec<([u32; 2], Node)> {
        let [lefts, rights] = classes.map(|node| self.by_class(node));
        let mut all = Vec::new();
        for (left, here) in lefts {
            let here = self.diagrams.and(here, possible);
            for (right, there) in &rights {
                let both = self.diagrams.and(here, *there);
                if both != Node::FALSE {
                    all.push(([left, *right], both));
                }
            }
        }
        all
    }
}

impl Comparison {
    /// The difference in statements, at most `limit` of them.
    ///
    /// `pairs` is left with more nodes, its roots as they were.
    #[must_use]
    pub fn statements(&self, pairs: &mut Pairs, limit: usize) -> Statements {
        let mut statements = self.unnamed(pairs, limit);
        let mut items = Items {
            diagrams: &mut pairs.diagrams,
            end: self.end_of_item(),
        };
        let possible = items.possible(pairs.world);
        let classes = items.by_classes(pairs.classes, possible);
        let none = self.sides[0].regime().class_names.len();
        let mut groups: FxHashMap<Node, Vec<ItemGroup>> = FxHashMap::default();
        for statement in &mut statements.all {
            let group = groups
                .entry(statement.item)
                .or_insert_with(|| item_groups(items.diagrams, statement.item, &classes, none));
            statement.items.clone_from(group);
        }
        statements
    }

    /// How many statements there are of the difference, if fewer than `limit`.
    #[must_use]
    pub fn count(&self, pairs: &mut Pairs, limit: usize) -> usize {
        self.unnamed(pairs, limit).all.len()
    }

    /// The first variable that asks for something else than the item.
    fn end_of_item(&self) -> Variable {
        let count = Variable::try_from(self.variables().asked.len()).unwrap_or(Variable::MAX);
        (0..count).find(|v| !self.of_item(*v)).unwrap_or(count)
    }

    /// The statements, without the names of their items.
    fn unnamed(&self, pairs: &mut Pairs, limit: usize) -> Statements {
        let end = self.end_of_item();
        let mut items = Items {
            diagrams: &mut pairs.diagrams,
            end,
        };
        // What cannot be whatever the item is.
        let worlds = items.below(pairs.world);
        let world = items.diagrams.any(&worlds);
        let nobody = items.diagrams.not(world);
        let possible = items.possible(pairs.world);
        let below = items.below(pairs.root);
        // Regions below, by the pair of answers, and the nodes they are part of.
        let mut regions: BTreeMap<(u32, Node), Vec<Node>> = BTreeMap::new();
        for node in below {
            let mut leaves: Vec<u32> = super::joint::leaves(items.diagrams, node)
                .into_iter()
                .filter(|leaf| *leaf != SAME)
                .collect();
            leaves.sort_unstable();
            for leaf in leaves {
                let region = items.diagrams.rename(node, &|l| u32::from(l == leaf));
                regions.entry((leaf, region)).or_default().push(node);
            }
        }
        let mut statements = Statements {
            all: Vec::new(),
            whole: true,
        };
        // Where each pair of answers is.
        let mut changes: FxHashMap<u32, Node> = FxHashMap::default();
        let first = self.first_dropped(end);
        for ((leaf, region), nodes) in regions {
            let nodes: FxHashSet<Node> = nodes.into_iter().collect();
            let item = items.where_below(pairs.root, &|node| nodes.contains(&node));
            let item = items.diagrams.and(item, possible);
            let left = limit.saturating_sub(statements.all.len());
            let change = *changes.entry(leaf).or_insert_with(|| {
                let root = pairs.root;
                items.diagrams.rename(root, &|l| u32::from(l == leaf))
            });
            let found = cover(items.diagrams, region, nobody, &first, left);
            statements.whole &= found.whole;
            for cases in found.cubes {
                let Some(example) = example(items.diagrams, change, item, &cases) else {
                    continue;
                };
                statements.all.push(Statement {
                    pair: leaf as usize,
                    replies: pairs.replies[leaf as usize].clone(),
                    items: Vec::new(),
                    item,
                    cases,
                    example,
                });
            }
        }
        let all = std::mem::take(&mut statements.all);
        statements.all = merged(items.diagrams, all);
        statements
    }

    /// What a statement had best not speak of: drop it first if it makes no difference.
    fn first_dropped(&self, end: Variable) -> Vec<Variable> {
        use tiergate_law::{CountryFact as P, Fact};
        let count = Variable::try_from(self.variables().asked.len()).unwrap_or(Variable::MAX);
        let main = [P::Destination, P::ConsigneeHeadquarters].map(Fact::Country);
        let is_main = |v: Variable| {
            let reads = self.variables().reads(v);
            reads.iter().any(|f| main.contains(f))
        };
        let mut first: Vec<Variable> = (end..count).rev().filter(|v| !is_main(*v)).collect();
        first.extend((end..count).rev().filter(|v| is_main(*v)));
        first
    }
}

/// Joins statements of the same change: of other items in the same cases, or of the same items in
/// cases that differ in one thing only.
fn merged(diagrams: &mut Diagrams, all: Vec<Statement>) -> Vec<Statement> {
    let mut merged: Vec<Statement> = Vec::new();
    for statement in all {
        join(diagrams, &mut merged, statement);
    }
    loop {
        let before = merged.len();
        for statement in std::mem::take(&mut merged) {
            join(diagrams, &mut merged, statement);
        }
        if merged.len() == before {
            return merged;
        }
    }
}

fn join(diagrams: &mut Diagrams, all: &mut Vec<Statement>, new: Statement) {
    for old in all.iter_mut().filter(|old| old.pair == new.pair) {
        if old.cases == new.cases {
            old.item = diagrams.or(old.item, new.item);
            return;
        }
        if old.item == new.item
            && let Some(variable) = only_difference(&old.cases, &new.cases)
        {
            let more = new.cases.0.get(&variable).cloned().unwrap_or_default();
            if let Some(values) = old.cases.0.get_mut(&variable) {
                values.extend(more);
                values.sort_unstable();
                values.dedup();
                if values.len() == diagrams.arity(variable) {
                    old.cases.0.remove(&variable);
                }
            }
            return;
        }
    }
    all.push(new);
}

/// The variable that alone two cubes restrict in different ways.
fn only_difference(a: &Cube, b: &Cube) -> Option<Variable> {
    if a.0.len() != b.0.len() {
        return None;
    }
    let mut different = a.0.iter().filter(|(v, values)| b.0.get(v) != Some(values));
    let (variable, _) = different.next()?;
    (different.next().is_none() && b.0.contains_key(variable)).then_some(*variable)
}

/// A point of the change with these items and cases.
fn example(diagrams: &mut Diagrams, change: Node, item: Node, cases: &Cube) -> Option<Cube> {
    let cases = cases.diagram(diagrams);
    let both = diagrams.and(item, cases);
    let both = diagrams.and(both, change);
    point(diagrams, both)
}

/// The items of a region by class; a class with the place `none` is none.
fn item_groups(
    diagrams: &mut Diagrams,
    item: Node,
    classes: &[([u32; 2], Node)],
    none: usize,
) -> Vec<ItemGroup> {
    let mut groups = Vec::new();
    let place = |class: u32| usize::try_from(class).ok().filter(|c| *c < none);
    for ([left, right], class) in classes {
        let part = diagrams.and(item, *class);
        if part == Node::FALSE {
            continue;
        }
        let outside = diagrams.not(*class);
        let found = cover(diagrams, part, outside, &[], ITEM_CUBES_MAX);
        let all = found.cubes.iter().any(|cube| cube.0.is_empty());
        groups.push(ItemGroup {
            left: place(*left),
            right: place(*right),
            cubes: if all { Vec::new() } else { found.cubes },
            whole: found.whole,
        });
    }
    groups
}

/// More ways than these to be an item of a group are not spelled out.
const ITEM_CUBES_MAX: usize = 24;
