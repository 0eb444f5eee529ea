//! Hash-consed multi-terminal decision diagrams over finite domains.
//!
//! A diagram is a rooted graph whose inner nodes ask for the value of one variable and whose
//! leaves hold a small number. Variables come in one order on every path, equal nodes are shared,
//! and a node whose children are all the same is left out: so equal functions are the same node,
//! and a diagram holds exactly the variables its function depends on.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};

/// A node: a leaf if [`Node::leaf`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);

const LEAF: u32 = 1 << 31;

impl Node {
    /// The leaf for "no".
    pub const FALSE: Node = Node(LEAF);
    /// The leaf for "yes".
    pub const TRUE: Node = Node(LEAF | 1);

    /// The leaf with this number.
    #[must_use]
    pub const fn of_leaf(value: u32) -> Node {
        Node(LEAF | value)
    }

    /// The number of a leaf, or none for an inner node.
    #[must_use]
    pub const fn leaf(self) -> Option<u32> {
        if self.0 & LEAF == 0 {
            None
        } else {
            Some(self.0 & !LEAF)
        }
    }

    /// The leaf for a truth value.
    #[must_use]
    pub const fn truth(value: bool) -> Node {
        if value { Node::TRUE } else { Node::FALSE }
    }

    /// The inner node at a place.
    pub(crate) fn of_place(place: usize) -> Node {
        Node(u32::try_from(place).unwrap_or(LEAF - 1))
    }

    pub(crate) const fn place(self) -> usize {
        self.0 as usize
    }
}

/// A variable: its place in the order.
pub type Variable = u16;

#[derive(Debug, Clone, Copy)]
struct Inner {
    variable: Variable,
    first_child: u32,
}

/// A short hash, kept beside what it is of: a table that grows need not look at that again.
pub(crate) fn code(of: &(impl Hash + ?Sized)) -> u32 {
    (FxBuildHasher.hash_one(of) >> 32) as u32
}

/// A short hash as a table wants it, with bits at either end.
pub(crate) fn spread(code: u32) -> u64 {
    u64::from(code) << 32 | u64::from(code)
}

/// Every node of every diagram over one set of variables.
#[derive(Debug, Clone, Default)]
pub struct Diagrams {
    arity: Vec<u16>,
    inner: Vec<Inner>,
    children: Vec<Node>,
    /// Every inner node, by its variable and children, with the hash of these.
    unique: HashTable<(u32, Node)>,
    /// Children on the way to becoming nodes.
    stack: Vec<Node>,
    choices: FxHashMap<(Node, Node, Node), Node>,
    largest: FxHashMap<(Node, Node), Node>,
}

impl Diagrams {
    /// Diagrams over variables with these numbers of values.
    #[must_use]
    pub fn new(arity: Vec<u16>) -> Diagrams {
        Diagrams {
            arity,
            ..Diagrams::default()
        }
    }

    /// How many inner nodes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inner.is_empty()
    }

    /// How many values a variable has.
    #[must_use]
    pub fn arity(&self, variable: Variable) -> usize {
        usize::from(self.arity[usize::from(variable)])
    }

    /// The variable an inner node asks for.
    #[must_use]
    pub fn variable(&self, node: Node) -> Option<Variable> {
        node.leaf()
            .is_none()
            .then(|| self.inner[node.place()].variable)
    }

    /// The child for a value.
    #[must_use]
    pub fn child(&self, node: Node, value: usize) -> Node {
        self.children[self.inner[node.place()].first_child as usize + value]
    }

    pub(crate) fn inner_parts(&self) -> impl Iterator<Item = (Variable, u32)> + '_ {
        self.inner.iter().map(|i| (i.variable, i.first_child))
    }

    pub(crate) fn all_children(&self) -> &[Node] {
        &self.children
    }

    /// The node that asks for the variable, with these children.
    pub fn node(&mut self, variable: Variable, children: &[Node]) -> Node {
        let base = self.stack.len();
        self.stack.extend_from_slice(children);
        self.node_of_stack(variable, base)
    }

    /// The node whose children stand on the stack from `base`; takes them off.
    fn node_of_stack(&mut self, variable: Variable, base: usize) -> Node {
        let children = &self.stack[base..];
        debug_assert_eq!(
            children.len(),
            usize::from(self.arity[usize::from(variable)])
        );
        let node = if children.windows(2).all(|w| w[0] == w[1]) {
            children[0]
        } else {
            let (inner, all) = (&self.inner, &self.children);
            let code = code(&(variable, children));
            let same = |(known, node): &(u32, Node)| {
                let part = inner[node.place()];
                let first = part.first_child as usize;
                *known == code
                    && part.variable == variable
                    && all[first..first + children.len()] == *children
            };
            match self.unique.find(spread(code), same) {
                Some((_, known)) => *known,
                None => {
                    let first_child = u32::try_from(all.len()).unwrap_or(u32::MAX);
                    let node = Node::of_place(inner.len());
                    let again = |(code, _): &(u32, Node)| spread(*code);
                    self.unique.insert_unique(spread(code), (code, node), again);
                    self.children.extend_from_slice(&self.stack[base..]);
                    self.inner.push(Inner {
                        variable,
                        first_child,
                    });
                    node
                }
            }
        };
        self.stack.truncate(base);
        node
    }

    /// The node that asks for the variable, its children made one by one.
    pub(crate) fn node_by(
        &mut self,
        variable: Variable,
        mut child: impl FnMut(&mut Diagrams, usize) -> Node,
    ) -> Node {
        let base = self.stack.len();
        for value in 0..self.arity(variable) {
            let made = child(self, value);
            self.stack.push(made);
        }
        self.node_of_stack(variable, base)
    }

    /// The variable a node asks for, or one past them all.
    pub(crate) fn top(&self, node: Node) -> Variable {
        self.variable(node).unwrap_or(Variable::MAX)
    }

    /// What a node is where the variable has a value.
    pub(crate) fn cofactor(&self, node: Node, variable: Variable, value: usize) -> Node {
        if self.top(node) == variable {
            self.child(node, value)
        } else {
            node
        }
    }

    /// `yes` where the condition holds, `no` elsewhere.
    pub fn choose(&mut self, condition: Node, yes: Node, no: Node) -> Node {
        match condition {
            Node::TRUE => return yes,
            Node::FALSE => return no,
            _ if yes == no => return yes,
            _ if yes == Node::TRUE && no == Node::FALSE => return condition,
            _ => {}
        }
        if let Some(known) = self.choices.get(&(condition, yes, no)) {
            return *known;
        }
        let variable = self.top(condition).min(self.top(yes)).min(self.top(no));
        let node = self.node_by(variable, |all, value| {
            let c = all.cofactor(condition, variable, value);
            let y = all.cofactor(yes, variable, value);
            let n = all.cofactor(no, variable, value);
            all.choose(c, y, n)
        });
        self.choices.insert((condition, yes, no), node);
        node
    }

    /// Both.
    pub fn and(&mut self, a: Node, b: Node) -> Node {
        let (a, b) = (a.min(b), a.max(b));
        self.choose(a, b, Node::FALSE)
    }

    /// Either.
    pub fn or(&mut self, a: Node, b: Node) -> Node {
        let (a, b) = (a.min(b), a.max(b));
        self.choose(a, Node::TRUE, b)
    }

    /// Not.
    pub fn not(&mut self, a: Node) -> Node {
        self.choose(a, Node::FALSE, Node::TRUE)
    }

    /// Any of many, joined in halves so that the intermediate diagrams stay small.
    pub fn any(&mut self, nodes: &[Node]) -> Node {
        match nodes {
            [] => Node::FALSE,
            [one] => *one,
            _ => {
                let (a, b) = nodes.split_at(nodes.len() / 2);
                let (a, b) = (self.any(a), self.any(b));
                self.or(a, b)
            }
        }
    }

    /// All of many.
    pub fn all(&mut self, nodes: &[Node]) -> Node {
        match nodes {
            [] => Node::TRUE,
            [one] => *one,
            _ => {
                let (a, b) = nodes.split_at(nodes.len() / 2);
                let (a, b) = (self.all(a), self.all(b));
                self.and(a, b)
            }
        }
    }

    /// The larger leaf of two diagrams, point by point.
    pub fn larger(&mut self, a: Node, b: Node) -> Node {
        if a == b {
            return a;
        }
        if let (Some(x), Some(y)) = (a.leaf(), b.leaf()) {
            return Node::of_leaf(x.max(y));
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.largest.get(&key) {
            return *known;
        }
        let variable = self.top(a).min(self.top(b));
        let node = self.node_by(variable, |all, value| {
            let x = all.cofactor(a, variable, value);
            let y = all.cofactor(b, variable, value);
            all.larger(x, y)
        });
        self.largest.insert(key, node);
        node
    }

    /// Both leaves of two diagrams at once, numbered by `number`.
    pub fn pair(&mut self, a: Node, b: Node, number: &mut impl FnMut(u32, u32) -> u32) -> Node {
        let mut done = FxHashMap::default();
        self.pair_in(a, b, number, &mut done)
    }

    fn pair_in(
        &mut self,
        a: Node,
        b: Node,
        number: &mut impl FnMut(u32, u32) -> u32,
        done: &mut FxHashMap<(Node, Node), Node>,
    ) -> Node {
        if let (Some(x), Some(y)) = (a.leaf(), b.leaf()) {
            return Node::of_leaf(number(x, y));
        }
        if let Some(known) = done.get(&(a, b)) {
            return *known;
        }
        let variable = self.top(a).min(self.top(b));
        let node = self.node_by(variable, |all, value| {
            let x = all.cofactor(a, variable, value);
            let y = all.cofactor(b, variable, value);
            all.pair_in(x, y, number, done)
        });
        done.insert((a, b), node);
        node
    }

    /// Where two diagrams differ: both leaves, numbered by `number`. Elsewhere, and where `world` is
    /// false, `same`.
    ///
    /// Nothing is looked at below nodes that the two share.
    pub(crate) fn differ(
        &mut self,
        world: Node,
        sides: [Node; 2],
        same: Node,
        number: &mut impl FnMut(u32, u32) -> u32,
    ) -> Node {
        self.differ_in(world, sides, same, number, &mut FxHashMap::default())
    }

    fn differ_in(
        &mut self,
        world: Node,
        [a, b]: [Node; 2],
        same: Node,
        number: &mut impl FnMut(u32, u32) -> u32,
        done: &mut FxHashMap<(Node, Node, Node), Node>,
    ) -> Node {
        if a == b || world == Node::FALSE {
            return same;
        }
        if let (Some(_), Some(x), Some(y)) = (world.leaf(), a.leaf(), b.leaf()) {
            return Node::of_leaf(number(x, y));
        }
        if let Some(known) = done.get(&(world, a, b)) {
            return *known;
        }
        let variable = self.top(world).min(self.top(a)).min(self.top(b));
        let node = self.node_by(variable, |all, value| {
            let to = |node: Node| all.cofactor(node, variable, value);
            let (world, sides) = (to(world), [to(a), to(b)]);
            all.differ_in(world, sides, same, number, done)
        });
        done.insert((world, a, b), node);
        node
    }

    /// The diagram with its leaves renamed.
    pub fn rename(&mut self, node: Node, leaf: &impl Fn(u32) -> u32) -> Node {
        let mut done = FxHashMap::default();
        self.rename_in(node, leaf, &mut done)
    }

    fn rename_in(
        &mut self,
        node: Node,
        leaf: &impl Fn(u32) -> u32,
        done: &mut FxHashMap<Node, Node>,
    ) -> Node {
        let Some(variable) = self.variable(node) else {
            return Node::of_leaf(leaf(node.leaf().unwrap_or(0)));
        };
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let renamed = self.node_by(variable, |all, value| {
            let child = all.child(node, value);
            all.rename_in(child, leaf, done)
        });
        done.insert(node, renamed);
        renamed
    }

    /// Keeps only the nodes that outcome and kind reach, and forgets the working tables.
    pub(crate) fn keep_outcome(&mut self, mut roots: crate::build::Roots) -> crate::build::Roots {
        let mut kept = [roots.outcome, roots.kind, roots.reason];
        self.keep(&mut kept);
        [roots.outcome, roots.kind, roots.reason] = kept;
        roots.requirements.clear();
        roots.authorities.clear();
        roots
    }

    /// Keeps only the nodes that these reach, which move, and forgets the working tables.
    pub(crate) fn keep(&mut self, roots: &mut [Node]) {
        let mut kept = Diagrams::new(std::mem::take(&mut self.arity));
        let mut moved = FxHashMap::default();
        for root in roots {
            *root = self.move_to(*root, &mut kept, &mut moved);
        }
        kept.seal();
        *self = kept;
    }

    fn move_to(&self, node: Node, kept: &mut Diagrams, moved: &mut FxHashMap<Node, Node>) -> Node {
        let Some(variable) = self.variable(node) else {
            return node;
        };
        if let Some(known) = moved.get(&node) {
            return *known;
        }
        let new = kept.node_by(variable, |kept, value| {
            self.move_to(self.child(node, value), kept, moved)
        });
        moved.insert(node, new);
        new
    }

    /// Forgets the working tables, keeping every node.
    pub fn seal(&mut self) {
        self.unique = HashTable::new();
        self.stack = Vec::new();
        self.choices = FxHashMap::default();
        self.largest = FxHashMap::default();
        self.inner.shrink_to_fit();
        self.children.shrink_to_fit();
    }
}

/// The values a variable may still have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Exactly this one.
    Value(usize),
    /// Any.
    Any,
    /// Those whose bit is set.
    Among(u128),
}

impl Known {
    /// Whether the variable may have this value.
    pub(crate) fn may_be(self, value: usize) -> bool {
        match self {
            Known::Value(is) => is == value,
            Known::Any => true,
            Known::Among(mask) => value >= 128 || mask >> value & 1 == 1,
        }
    }
}

/// What remains of a diagram when some variables are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remains {
    /// The leaves that can still be reached, in order.
    pub leaves: Vec<u32>,
    /// The variables on which it still depends, in order.
    pub depends: Vec<Variable>,
}

/// Restricts a diagram to what is known: the leaves still possible and the variables that matter.
///
/// The restricted diagram is built reduced, so a variable is named if and only if two of its
/// values, all else equal, lead to different leaves.
pub fn remains(
    diagrams: &Diagrams,
    root: Node,
    known: &mut impl FnMut(Variable) -> Known,
) -> Remains {
    let small = restricted(diagrams, root, known);
    let mut remains = Remains::default();
    let mut seen = FxHashSet::default();
    let mut open = vec![small.top];
    while let Some(node) = open.pop() {
        if !seen.insert(node) {
            continue;
        }
        match node {
            Part::Leaf(value) => remains.leaves.push(value),
            Part::Inner(at) => {
                let (variable, children) = &small.inner[at];
                remains.depends.push(*variable);
                open.extend(children.iter().copied());
            }
        }
    }
    remains.leaves.sort_unstable();
    remains.depends.sort_unstable();
    remains.depends.dedup();
    remains
}

/// A diagram restricted to what is known, as a table to walk.
#[derive(Debug)]
pub(crate) struct Restricted {
    /// The start.
    pub top: Part,
    /// Variable and children of each inner part.
    pub inner: Vec<(Variable, Vec<Part>)>,
}

/// Restricts a diagram, keeping it.
pub(crate) fn restricted(
    diagrams: &Diagrams,
    root: Node,
    known: &mut impl FnMut(Variable) -> Known,
) -> Restricted {
    let mut work = Restriction {
        diagrams,
        known,
        done: FxHashMap::default(),
        unique: FxHashMap::default(),
        variables: Vec::new(),
    };
    let top = work.restrict(root);
    Restricted {
        top,
        inner: work.variables,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Leaf(u32),
    Inner(usize),
}

struct Restriction<'d, K> {
    diagrams: &'d Diagrams,
    known: &'d mut K,
    done: FxHashMap<Node, Part>,
    unique: FxHashMap<(Variable, Vec<Part>), usize>,
    variables: Vec<(Variable, Vec<Part>)>,
}

impl<K: FnMut(Variable) -> Known> Restriction<'_, K> {
    fn restrict(&mut self, node: Node) -> Part {
        if let Some(value) = node.leaf() {
            return Part::Leaf(value);
        }
        if let Some(done) = self.done.get(&node) {
            return *done;
        }
        let variable = self.diagrams.inner[node.place()].variable;
        let arity = self.diagrams.arity(variable);
        let part = match (self.known)(variable) {
            Known::Value(value) => self.restrict(self.diagrams.child(node, value)),
            known => self.node(variable, node, (0..arity).filter(|v| known.may_be(*v))),
        };
        self.done.insert(node, part);
        part
    }

    fn node(
        &mut self,
        variable: Variable,
        node: Node,
        values: impl Iterator<Item = usize>,
    ) -> Part {
        let mut children = Vec::new();
        for value in values {
            children.push(self.restrict(self.diagrams.child(node, value)));
        }
        if children.windows(2).all(|w| w[0] == w[1])
            && let Some(first) = children.first()
        {
            return *first;
        }
        let key = (variable, children);
        if let Some(known) = self.unique.get(&key) {
            return Part::Inner(*known);
        }
        let at = self.variables.len();
        self.variables.push(key.clone());
        self.unique.insert(key, at);
        Part::Inner(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_functions_are_the_same_node() {
        let mut d = Diagrams::new(vec![2, 3, 2]);
        let a = d.node(0, &[Node::FALSE, Node::TRUE]);
        let b = d.node(1, &[Node::FALSE, Node::TRUE, Node::TRUE]);
        let left = d.and(a, b);
        let not_a = d.not(a);
        let not_b = d.not(b);
        let either = d.or(not_a, not_b);
        let right = d.not(either);
        assert_eq!(left, right);
        assert_eq!(d.or(a, not_a), Node::TRUE);
    }

    #[test]
    fn what_remains_names_only_what_matters() {
        let mut d = Diagrams::new(vec![2, 2]);
        let a = d.node(0, &[Node::FALSE, Node::TRUE]);
        let b = d.node(1, &[Node::FALSE, Node::TRUE]);
        // (a and b) or (not a and b) is b, whatever a is.
        let ab = d.and(a, b);
        let not_a = d.not(a);
        let nab = d.and(not_a, b);
        let f = d.or(ab, nab);
        let mut unknown = |_| Known::Any;
        assert_eq!(
            remains(&d, f, &mut unknown),
            Remains {
                leaves: vec![0, 1],
                depends: vec![1]
            }
        );
        let mut known = |v| if v == 1 { Known::Value(1) } else { Known::Any };
        assert_eq!(
            remains(&d, f, &mut known),
            Remains {
                leaves: vec![1],
                depends: vec![]
            }
        );
    }

    #[test]
    fn candidates_narrow_what_is_possible() {
        let mut d = Diagrams::new(vec![4]);
        let leaves: Vec<Node> = (0..4).map(Node::of_leaf).collect();
        let f = d.node(0, &leaves);
        let mut among = |_| Known::Among(0b0110);
        assert_eq!(remains(&d, f, &mut among).leaves, vec![1, 2]);
    }
}
