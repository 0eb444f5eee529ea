//! Which better replies a change of facts reaches, and by how few changes.
//!
//! What the rules ask of the facts that can be changed is one diagram; every other fact is settled
//! in it. An unknown fact has one more value there, to stay as it is, and that leads to what all its
//! values agree on. The cheapest path to a leaf is then a smallest set of changes, and no set of
//! any size is missed. Changes that move several questions at once (a quantity, the lists of a
//! party) are made beforehand, each combination of them being one more start.

mod sets;
mod spelling;

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tiergate_law::{Country, Fact, NumberFact};
use tiergate_order::Facts;

use crate::build::Build;
use crate::compare::Reply;
use crate::diagram::{Diagrams, Known, Node, Variable};
use crate::pass::{DENIAL, Kind, Step, lists_of};
use crate::rulebook::{FactSettle, Rulebook};
use crate::settling::OpenSettle;
use crate::variables::Question;

pub(crate) use self::spelling::Spelled;

/// The kinds of change, the freest first.
pub(crate) const KINDS: [Kind; 3] = [Kind::Act, Kind::Supply, Kind::Otherwise];

/// Nodes made at most.
const NODES_MAX: usize = 1 << 20;

/// More changes than there are facts: no set of changes does.
const NEVER: u8 = u8::MAX;

/// A question that one change answers otherwise.
struct Free {
    fact: Fact,
    /// The child when it stays as it is.
    stays: usize,
    /// Of each value the place of the change to it, if there is one.
    steps: Vec<Option<usize>>,
}

/// The order after changes that move several questions at once.
struct Start {
    /// Places of the changes.
    steps: Vec<usize>,
    /// Their facts.
    facts: Vec<Fact>,
    kind: Option<Kind>,
    root: Node,
}

/// What changes of facts reach.
pub(crate) struct Reach<'s> {
    steps: &'s [Step],
    /// One country of each class.
    examples: &'s [Country],
    kinds: Vec<Kind>,
    free: Vec<Option<Free>>,
    open: Diagrams,
    starts: Vec<Start>,
    /// Every better reply, the least strict first.
    pub replies: Vec<Reply>,
    /// For each node, kind and reply the fewest changes of at most that kind.
    costs: Vec<u8>,
    joined: FxHashMap<(Node, Node), Node>,
    /// Whether the diagram was too large to lay out.
    pub given_up: bool,
}

/// The facts that follow from a quantity.
fn is_counted(fact: NumberFact) -> bool {
    use NumberFact as N;
    matches!(fact, N::Quantity | N::Chips | N::Amount | N::ShipmentAmount)
}

impl<'s> Reach<'s> {
    /// Lays out what changes of these facts give, where a reply below this strictness is better.
    pub fn new(
        book: &Rulebook,
        (facts, readings): (&Facts, &Arc<[usize]>),
        (steps, examples): (&'s [Step], &'s [Country]),
        starts: Vec<(Vec<usize>, Facts)>,
        now: u32,
    ) -> Reach<'s> {
        let mut replies: Vec<Reply> = Vec::new();
        for outcome in &book.outcomes {
            let reply = Reply::of(*outcome, &book.regime);
            // A denial in other words is no better answer.
            let better = reply.strictness() < now.min(DENIAL);
            if better && !replies.contains(&reply) {
                replies.push(reply);
            }
        }
        replies.sort_by_key(Reply::strictness);
        let free = free(book, facts, steps);
        let moved = |question: &Question| match question {
            Question::Flag(fact) => {
                let of_party = |s: &Step| matches!(s, Step::Unlisted(other) if lists_of(*other) == lists_of(*fact));
                facts.flag(*fact).is_none() && steps.iter().any(of_party)
            }
            Question::Amount(terms) => {
                let counts = steps.iter().any(|s| matches!(s, Step::Number(..)));
                counts && terms.iter().any(|(fact, _)| is_counted(*fact))
            }
            _ => false,
        };
        let is_open = |question: &Question| {
            let place = book.variables.place(question);
            moved(question) || place.is_some_and(|v| free[usize::from(v)].is_some())
        };
        let inner = FactSettle {
            regime: &book.regime,
            facts,
            readings,
        };
        let open = &is_open;
        let mut build = Build::new(&book.regime, &book.variables, OpenSettle { inner, open });
        let leaf = |outcome| {
            let reply = Reply::of(outcome, &book.regime);
            let place = replies.iter().position(|r| *r == reply);
            u32::try_from(place.unwrap_or(replies.len())).unwrap_or(0)
        };
        build.leaves = book.outcomes.iter().map(|o| leaf(*o)).collect();
        let root = build.ruling().outcome;
        let source = build.diagrams;
        let arities = book.variables.arities().into_iter().zip(&free);
        let arities = arities.map(|(arity, free)| match free {
            Some(free) if free.stays == usize::from(arity) => arity + 1,
            _ => arity,
        });
        let mut reach = Reach {
            steps,
            examples,
            kinds: steps.iter().map(|s| s.kind(facts)).collect(),
            open: Diagrams::new(arities.collect()),
            free,
            starts: Vec::new(),
            replies,
            costs: Vec::new(),
            joined: FxHashMap::default(),
            given_up: false,
        };
        for (at, facts) in starts {
            let known = |v: Variable| book.variables.known(v, &facts, readings);
            let root = reach.opened(&source, root, &known, &mut FxHashMap::default());
            let mut changed: Vec<Fact> = at.iter().map(|s| steps[*s].fact()).collect();
            changed.sort_unstable();
            reach.starts.push(Start {
                kind: at.iter().map(|s| reach.kinds[*s]).max(),
                steps: at,
                facts: changed,
                root,
            });
        }
        reach.count();
        reach
    }

    /// The leaf of every answer that is not better, and of none.
    fn no_better(&self) -> Node {
        Node::of_leaf(u32::try_from(self.replies.len()).unwrap_or(0))
    }

    /// The diagram over the free questions, with the others as they are known.
    fn opened(
        &mut self,
        source: &Diagrams,
        node: Node,
        known: &dyn Fn(Variable) -> Known,
        done: &mut FxHashMap<Node, Node>,
    ) -> Node {
        let Some(variable) = source.variable(node) else {
            return node;
        };
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let mut child = |all: &mut Reach<'_>, value| {
            let child = source.child(node, value);
            all.opened(source, child, known, done)
        };
        let is_free = self.free[usize::from(variable)].is_some();
        let found = match known(variable) {
            Known::Value(value) if !is_free => child(self, value),
            is => {
                let arity = source.arity(variable);
                let values = (0..arity).filter(|v| is_free || is.may_be(*v));
                let mut children: Vec<Node> = values.map(|v| child(self, v)).collect();
                let stays = match is {
                    Known::Value(_) => None,
                    _ => Some(self.agreed(&children)),
                };
                match stays {
                    Some(agreed) if !is_free => agreed,
                    _ => {
                        children.extend(stays);
                        self.open.node(variable, &children)
                    }
                }
            }
        };
        done.insert(node, found);
        found
    }

    /// Where all of these lead to one reply, that.
    fn agreed(&mut self, nodes: &[Node]) -> Node {
        let mut nodes = nodes.iter().copied();
        let first = nodes.next().unwrap_or(self.no_better());
        nodes.fold(first, |all, node| self.join(all, node))
    }

    fn join(&mut self, a: Node, b: Node) -> Node {
        let none = self.no_better();
        if a == b {
            return a;
        }
        if a == none || b == none || (a.leaf().is_some() && b.leaf().is_some()) {
            return none;
        }
        let key = (a.min(b), a.max(b));
        if let Some(known) = self.joined.get(&key) {
            return *known;
        }
        if self.open.len() >= NODES_MAX {
            self.given_up = true;
            return none;
        }
        let variable = self.open.top(a).min(self.open.top(b));
        let children: Vec<Node> = (0..self.open.arity(variable))
            .map(|value| {
                let [a, b] = [a, b].map(|n| self.open.cofactor(n, variable, value));
                self.join(a, b)
            })
            .collect();
        let node = self.open.node(variable, &children);
        self.joined.insert(key, node);
        node
    }

    /// Whether the change to a value of a question is one, and of at most this kind.
    fn step(&self, free: &Free, value: usize, kind: Kind) -> Option<usize> {
        let step = free.steps.get(value).copied().flatten()?;
        (self.kinds[step] <= kind).then_some(step)
    }

    /// Counts the fewest changes from each node; every node stands after its children.
    fn count(&mut self) {
        let replies = self.replies.len();
        let mut costs = vec![NEVER; self.open.len() * KINDS.len() * replies];
        for (at, (variable, first)) in self.open.inner_parts().enumerate() {
            let Some(free) = &self.free[usize::from(variable)] else {
                continue;
            };
            for value in 0..self.open.arity(variable) {
                let child = self.open.all_children()[first as usize + value];
                for (rank, kind) in KINDS.into_iter().enumerate() {
                    let change = match value == free.stays {
                        true => 0,
                        false if self.step(free, value, kind).is_some() => 1,
                        false => continue,
                    };
                    for reply in 0..replies {
                        let below = match child.leaf() {
                            Some(leaf) if leaf as usize == reply => 0,
                            Some(_) => NEVER,
                            None => costs[(child.place() * KINDS.len() + rank) * replies + reply],
                        };
                        let here = &mut costs[(at * KINDS.len() + rank) * replies + reply];
                        *here = (*here).min(below.saturating_add(change));
                    }
                }
            }
        }
        self.costs = costs;
    }

    /// The fewest changes of at most a kind that lead from a node to a reply.
    fn cost(&self, node: Node, kind: Kind, reply: usize) -> u8 {
        match node.leaf() {
            Some(leaf) if leaf as usize == reply => 0,
            Some(_) => NEVER,
            None => {
                let place = node.place() * KINDS.len() + kind as usize;
                self.costs[place * self.replies.len() + reply]
            }
        }
    }

    fn starts(&self, kind: Kind) -> impl Iterator<Item = &Start> {
        let of_kind = move |start: &&Start| start.kind.is_none_or(|k| k <= kind);
        self.starts.iter().filter(of_kind)
    }

    /// The fewest changes of at most a kind that give a reply.
    fn least(&self, reply: usize, kind: Kind) -> Option<usize> {
        let costs = self.starts(kind).map(|start| {
            let cost = self.cost(start.root, kind, reply);
            (cost != NEVER).then(|| start.steps.len() + usize::from(cost))
        });
        costs.flatten().min()
    }

    /// What remains of nodes when a question stays as it is.
    fn staying(&self, node: Node, variable: Variable) -> Node {
        let free = self.free[usize::from(variable)].as_ref();
        let stays = free.map_or(0, |free| free.stays);
        self.open.cofactor(node, variable, stays)
    }

    /// The children of a node by the changes of at most a kind that lead there.
    fn changed(
        &self,
        node: Node,
        variable: Variable,
        kind: Kind,
    ) -> impl Iterator<Item = (usize, Node)> {
        let free = self.free[usize::from(variable)].as_ref();
        let values = 0..self.open.arity(variable);
        let asked = (self.open.top(node) == variable).then_some(free).flatten();
        asked.into_iter().flat_map(move |free| {
            let to =
                move |value| Some((self.step(free, value, kind)?, self.open.child(node, value)));
            values.clone().filter_map(to)
        })
    }
}

/// The questions that one change answers, by variable.
fn free(book: &Rulebook, facts: &Facts, steps: &[Step]) -> Vec<Option<Free>> {
    let variables = &book.variables;
    let all = variables.asked.iter().zip(0..);
    all.map(|(asked, at)| {
        let arity = usize::from(asked.arity);
        let mut values: Vec<Option<usize>> = vec![None; arity];
        for (place, step) in steps.iter().enumerate() {
            let value = match (step, &asked.question) {
                (Step::Country(fact, to), Question::Country(of)) if fact == of => {
                    variables.class(*to)
                }
                (Step::Choice(fact, to), Question::Choice(of)) if fact == of => *to,
                (Step::Flag(fact, to), Question::Flag(of)) if fact == of => usize::from(*to),
                _ => continue,
            };
            if let Some(known) = values.get_mut(value) {
                *known = Some(place);
            }
        }
        let place = values.iter().flatten().next()?;
        Some(Free {
            fact: steps[*place].fact(),
            stays: variables.value(at, facts, &[]).unwrap_or(arity),
            steps: values,
        })
    })
    .collect()
}
