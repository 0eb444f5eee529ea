//! A region of a diagram in few words: products of sets of values that together make it up.
//!
//! A cube allows each variable some of its values. Cubes are grown greedily from a point of the
//! region that none covers yet: first dropping what can be dropped altogether, then taking in
//! value after value, as espresso does for logic of two values (Brayton and others, 1984).

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::diagram::{Diagrams, Node, Variable};

/// The values each variable may have; a variable that is not named may have any.
#[derive(Debug, Clone, PartialEq, Eq, Default, Hash, PartialOrd, Ord)]
pub struct Cube(pub BTreeMap<Variable, Vec<usize>>);

/// Cubes that make up a region.
#[derive(Debug, Clone, Default)]
pub struct Cover {
    /// The cubes; they may overlap.
    pub cubes: Vec<Cube>,
    /// Whether they are all of the region; else the limit was reached.
    pub whole: bool,
}

impl Cube {
    /// Whether it holds a point, given as a value for each variable.
    #[must_use]
    pub fn holds(&self, value: impl Fn(Variable) -> usize) -> bool {
        self.0.iter().all(|(v, values)| values.contains(&value(*v)))
    }

    /// The cube as a diagram.
    pub fn diagram(&self, diagrams: &mut Diagrams) -> Node {
        let mut node = Node::TRUE;
        for (variable, values) in self.0.iter().rev() {
            let children: Vec<Node> = (0..diagrams.arity(*variable))
                .map(|value| {
                    if values.contains(&value) {
                        node
                    } else {
                        Node::FALSE
                    }
                })
                .collect();
            node = diagrams.node(*variable, &children);
        }
        node
    }

    /// Whether all of the cube lies in a region.
    #[must_use]
    pub fn within(&self, diagrams: &Diagrams, region: Node) -> bool {
        self.within_from(diagrams, region, &mut FxHashMap::default())
    }

    fn within_from(
        &self,
        diagrams: &Diagrams,
        node: Node,
        done: &mut FxHashMap<Node, bool>,
    ) -> bool {
        let Some(variable) = diagrams.variable(node) else {
            return node == Node::TRUE;
        };
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let mut all = |value: usize| self.within_from(diagrams, diagrams.child(node, value), done);
        let within = match self.0.get(&variable) {
            Some(values) => values.iter().all(|v| all(*v)),
            None => (0..diagrams.arity(variable)).all(&mut all),
        };
        done.insert(node, within);
        within
    }
}

/// A point of a region: a value for each variable on the way to it. `prefer` picks among values.
#[must_use]
pub(crate) fn point(diagrams: &Diagrams, region: Node) -> Option<Cube> {
    let mut cube = Cube::default();
    let mut node = region;
    while let Some(variable) = diagrams.variable(node) {
        let mut values = 0..diagrams.arity(variable);
        let value = values.find(|v| diagrams.child(node, *v) != Node::FALSE)?;
        cube.0.insert(variable, vec![value]);
        node = diagrams.child(node, value);
    }
    (node == Node::TRUE).then_some(cube)
}

/// Covers `region` with cubes that keep within `region` or where `free` holds.
///
/// Variables are dropped and widened in the order of `first`, then from the last to the first: so
/// what stands early in a diagram is what a cube speaks of.
pub fn cover(
    diagrams: &mut Diagrams,
    region: Node,
    free: Node,
    first: &[Variable],
    limit: usize,
) -> Cover {
    let allowed = diagrams.or(region, free);
    let not_free = diagrams.not(free);
    let mut left = diagrams.and(region, not_free);
    let mut cubes: Vec<Cube> = Vec::new();
    while let Some(start) = point(diagrams, left) {
        if cubes.len() >= limit {
            return Cover {
                cubes,
                whole: false,
            };
        }
        let cube = grown(diagrams, allowed, start, first);
        let taken = cube.diagram(diagrams);
        let rest = diagrams.not(taken);
        left = diagrams.and(left, rest);
        cubes.push(cube);
    }
    let needed = diagrams.and(region, not_free);
    Cover {
        cubes: without_idle(diagrams, needed, cubes),
        whole: true,
    }
}

/// Widens a cube as far as it goes.
fn grown(diagrams: &Diagrams, allowed: Node, mut cube: Cube, first: &[Variable]) -> Cube {
    let mut order: Vec<Variable> = first.to_vec();
    order.extend(cube.0.keys().rev().filter(|v| !first.contains(v)));
    for variable in &order {
        if let Some(values) = cube.0.remove(variable)
            && !cube.within(diagrams, allowed)
        {
            cube.0.insert(*variable, values);
        }
    }
    for variable in &order {
        let Some(mut values) = cube.0.remove(variable) else {
            continue;
        };
        for value in 0..diagrams.arity(*variable) {
            if values.contains(&value) {
                continue;
            }
            cube.0.insert(*variable, vec![value]);
            if cube.within(diagrams, allowed) {
                values.push(value);
            }
        }
        values.sort_unstable();
        cube.0.insert(*variable, values);
    }
    cube
}

/// Leaves out cubes whose points are all in others.
fn without_idle(diagrams: &mut Diagrams, needed: Node, cubes: Vec<Cube>) -> Vec<Cube> {
    let nodes: Vec<Node> = cubes.iter().map(|c| c.diagram(diagrams)).collect();
    let mut kept: Vec<bool> = vec![true; cubes.len()];
    for at in 0..cubes.len() {
        let others: Vec<Node> = (0..cubes.len())
            .filter(|o| *o != at && kept[*o])
            .map(|o| nodes[o])
            .collect();
        let others = diagrams.any(&others);
        let missed = diagrams.choose(others, Node::FALSE, needed);
        let missed = diagrams.and(missed, nodes[at]);
        kept[at] = missed != Node::FALSE;
    }
    let kept = cubes.into_iter().zip(kept);
    kept.filter_map(|(cube, keep)| keep.then_some(cube))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A region given by a test on three variables of 3, 4 and 2 values.
    fn region(diagrams: &mut Diagrams, holds: &dyn Fn(usize, usize, usize) -> bool) -> Node {
        let of: Vec<Node> = (0..3)
            .map(|a| {
                let of: Vec<Node> = (0..4)
                    .map(|b| {
                        let of: Vec<Node> = (0..2).map(|c| Node::truth(holds(a, b, c))).collect();
                        diagrams.node(2, &of)
                    })
                    .collect();
                diagrams.node(1, &of)
            })
            .collect();
        diagrams.node(0, &of)
    }

    #[test]
    fn a_cover_is_the_region_and_nothing_else() {
        let tests: [&dyn Fn(usize, usize, usize) -> bool; 4] = [
            &|a, b, _| a == 1 || b > 2,
            &|a, b, c| (a + b + c) % 2 == 0,
            &|a, _, c| a != 2 && c == 1,
            &|_, _, _| false,
        ];
        for holds in tests {
            let mut diagrams = Diagrams::new(vec![3, 4, 2]);
            let region = region(&mut diagrams, holds);
            let cover = cover(&mut diagrams, region, Node::FALSE, &[], 100);
            assert!(cover.whole);
            for (a, b, c) in (0..24).map(|n| (n / 8, n / 2 % 4, n % 2)) {
                let point = |v: Variable| [a, b, c][usize::from(v)];
                let covered = cover.cubes.iter().any(|cube| cube.holds(point));
                assert_eq!(covered, holds(a, b, c), "{a} {b} {c}");
            }
        }
    }

    #[test]
    fn cubes_are_as_wide_as_they_can_be() {
        let mut diagrams = Diagrams::new(vec![3, 4, 2]);
        let region = region(&mut diagrams, &|a, b, _| a == 1 || b == 2);
        let found = cover(&mut diagrams, region, Node::FALSE, &[], 100);
        let cube = |v: Variable, value: usize| Cube([(v, vec![value])].into());
        let mut cubes = found.cubes;
        cubes.sort();
        assert_eq!(cubes, [cube(0, 1), cube(1, 2)]);
        // Where nobody can be, a cube may reach to say less.
        let free = cube(0, 0).diagram(&mut diagrams);
        let only = Cube([(0, vec![1]), (1, vec![2])].into()).diagram(&mut diagrams);
        let loose = cover(&mut diagrams, only, free, &[0], 100);
        assert_eq!(loose.cubes, [Cube([(0, vec![0, 1]), (1, vec![2])].into())]);
        assert!(!cover(&mut diagrams, region, Node::FALSE, &[], 1).whole);
    }
}
