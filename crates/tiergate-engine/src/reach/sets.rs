//! The smallest sets of facts whose change gives a better reply.

use rustc_hash::FxHashMap;
use tiergate_law::Fact;

use super::{Free, KINDS, Reach, Start};
use crate::compare::Reply;
use crate::diagram::{Node, Variable};
use crate::pass::Kind;

/// Sets of facts looked at for one reply and one size at most.
const SETS_MAX: usize = 64;
/// Partial sets looked at for one reply and one size at most.
const LOOKS_MAX: usize = 1 << 16;

/// A set of facts that gives a reply.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    /// The facts, in order.
    pub facts: Vec<Fact>,
    /// The place of the reply.
    pub reply: usize,
    /// The freest kind of changes that suffices.
    pub kind: Kind,
    /// The kind of changes that was looked for.
    pub sought: Kind,
    /// Whether fewer of the facts, or the same ones, give a reply as good or better.
    pub beaten: bool,
}

impl Reach<'_> {
    /// The smallest sets of facts for each better reply, and the places of those replies of which
    /// there are more.
    ///
    /// They are the sets of the smallest size there is, the smallest of changes that the parties can
    /// make, the smallest of these and of facts that can be supplied; and every set of one or two
    /// facts, or of three that the parties can change. A set is left out if fewer of its facts give a
    /// reply as good, or the same ones a better one; but if a reply has no other smallest set, it is
    /// given.
    pub fn smallest(&self) -> (Vec<Set>, Vec<usize>) {
        let mut found: Vec<Set> = Vec::new();
        let mut more: Vec<usize> = Vec::new();
        let limits: Vec<[usize; 3]> = (0..self.replies.len())
            .map(|reply| {
                KINDS.map(|kind| {
                    let least = self.least(reply, kind);
                    let always = if kind == Kind::Act { 3 } else { 2 };
                    least.map_or(0, |least| least.max(always))
                })
            })
            .collect();
        let largest = limits.iter().flatten().copied().max().unwrap_or(0);
        for size in 1..=largest {
            for (reply, limits) in limits.iter().enumerate() {
                let of_size = |kind: &&Kind| size <= limits[**kind as usize];
                let Some(sought) = KINDS.iter().rev().find(of_size).copied() else {
                    continue;
                };
                let (mut sets, mut cut) = self.sets(reply, size, sought, &found);
                sets.retain(|facts| !self.is_beaten(facts, reply, sought));
                let mut beaten = false;
                if sets.is_empty() && self.least(reply, Kind::Otherwise) == Some(size) {
                    (sets, cut) = self.sets(reply, size, sought, &[]);
                    beaten = true;
                }
                if cut && !more.contains(&reply) {
                    more.push(reply);
                }
                for facts in sets {
                    let suffices = |kind: &&Kind| self.gives(&facts, reply, **kind);
                    let kind = KINDS.iter().find(suffices).copied().unwrap_or(sought);
                    found.push(Set {
                        facts,
                        reply,
                        kind,
                        sought,
                        beaten,
                    });
                }
            }
        }
        (found, more)
    }

    /// Whether some changes of these facts and no others give a reply.
    fn gives(&self, facts: &[Fact], reply: usize, kind: Kind) -> bool {
        self.best_of_facts(facts, kind, &|leaf| u32::from(leaf != reply)) == 0
    }

    /// How strict a leaf is.
    fn strictness(&self, leaf: usize) -> u32 {
        self.replies.get(leaf).map_or(u32::MAX, Reply::strictness)
    }

    /// Whether fewer of the facts give a reply as good, or the same ones a better one.
    fn is_beaten(&self, facts: &[Fact], reply: usize, kind: Kind) -> bool {
        let this = self.strictness(reply);
        let best = |facts: &[Fact]| self.best_of_facts(facts, kind, &|leaf| self.strictness(leaf));
        let without = |at: usize| [&facts[..at], &facts[at + 1..]].concat();
        best(facts) < this || (0..facts.len()).any(|at| best(&without(at)) <= this)
    }

    /// Whether no part of these changes gives a reply as good as all of them do.
    pub(super) fn is_needed(&self, steps: &[usize], reply: usize) -> bool {
        let others = |leaf: usize| match leaf == reply {
            true => u32::MAX,
            false => self.strictness(leaf),
        };
        let may = |_: &Free, step: usize| steps.contains(&step);
        let within = |start: &Start| start.steps.iter().all(|s| steps.contains(s));
        self.best(&within, &may, &others) > self.strictness(reply)
    }

    /// The least number of a leaf that changes of these facts lead to.
    fn best_of_facts(&self, facts: &[Fact], kind: Kind, number: &dyn Fn(usize) -> u32) -> u32 {
        let may = |free: &Free, step: usize| self.kinds[step] <= kind && facts.contains(&free.fact);
        let within = |start: &Start| {
            let of_kind = start.kind.is_none_or(|k| k <= kind);
            of_kind && start.facts.iter().all(|f| facts.contains(f))
        };
        self.best(&within, &may, number)
    }

    /// The least number of a leaf that some of these starts and changes lead to.
    fn best(
        &self,
        within: &dyn Fn(&Start) -> bool,
        may: &dyn Fn(&Free, usize) -> bool,
        number: &dyn Fn(usize) -> u32,
    ) -> u32 {
        let mut done = FxHashMap::default();
        let starts = self.starts.iter().filter(|start| within(start));
        let found = starts.map(|s| self.best_from(s.root, may, number, &mut done));
        found.min().unwrap_or(u32::MAX)
    }

    fn best_from(
        &self,
        node: Node,
        may: &dyn Fn(&Free, usize) -> bool,
        number: &dyn Fn(usize) -> u32,
        done: &mut FxHashMap<Node, u32>,
    ) -> u32 {
        if let Some(leaf) = node.leaf() {
            return number(leaf as usize);
        }
        if let Some(known) = done.get(&node) {
            return *known;
        }
        let mut best = u32::MAX;
        let variable = self.open.top(node);
        if let Some(free) = &self.free[usize::from(variable)] {
            for value in 0..self.open.arity(variable) {
                let step = free.steps.get(value).copied().flatten();
                if value == free.stays || step.is_some_and(|step| may(free, step)) {
                    let child = self.open.child(node, value);
                    best = best.min(self.best_from(child, may, number, done));
                }
            }
        }
        done.insert(node, best);
        best
    }

    /// Sets of so many facts that give a reply and hold none of `taken` that is as good; and whether
    /// there may be more.
    fn sets(&self, reply: usize, size: usize, kind: Kind, taken: &[Set]) -> (Vec<Vec<Fact>>, bool) {
        let this = self.replies[reply].strictness();
        let taken = taken.iter().filter(|set| {
            let then = self.replies[set.reply].strictness();
            let fewer = set.facts.len() < size && then <= this;
            set.kind <= kind && (fewer || then < this)
        });
        let mut looks = Looks {
            reach: self,
            reply,
            kind,
            taken: taken.map(|set| set.facts.as_slice()).collect(),
            found: Vec::new(),
            looks: 0,
        };
        for start in self.starts(kind) {
            if let Some(left) = size.checked_sub(start.steps.len())
                && let Ok(left) = u8::try_from(left)
            {
                looks.look(vec![start.root], left, &mut start.facts.clone());
            }
        }
        let cut = looks.looks >= LOOKS_MAX || looks.found.len() > SETS_MAX;
        looks.found.truncate(SETS_MAX);
        (looks.found, cut)
    }
}

/// Looks for sets of facts, one question after another: each is changed or stays.
struct Looks<'r> {
    reach: &'r Reach<'r>,
    reply: usize,
    kind: Kind,
    taken: Vec<&'r [Fact]>,
    found: Vec<Vec<Fact>>,
    looks: usize,
}

impl Looks<'_> {
    /// Whether a node still leads to the reply.
    fn leads(&self, node: Node, left: u8) -> bool {
        self.reach.cost(node, self.kind, self.reply) <= left
    }

    /// `nodes` are where the changes so far may lead to, `left` how many are still to be made.
    fn look(&mut self, mut nodes: Vec<Node>, left: u8, chosen: &mut Vec<Fact>) {
        self.looks += 1;
        nodes.retain(|node| self.leads(*node, left));
        nodes.sort_unstable();
        nodes.dedup();
        let done = self.looks >= LOOKS_MAX || self.found.len() > SETS_MAX;
        let is_taken = |set: &&[Fact]| set.iter().all(|fact| chosen.contains(fact));
        if done || nodes.is_empty() || self.taken.iter().any(is_taken) {
            return;
        }
        let reach = self.reach;
        let top = nodes.iter().map(|n| reach.open.top(*n)).min();
        let top = top.unwrap_or(Variable::MAX);
        let Some(free) = reach.free.get(usize::from(top)).and_then(Option::as_ref) else {
            // A change too many is one that can be left out.
            let mut facts = chosen.clone();
            facts.sort_unstable();
            if left == 0 && !self.found.contains(&facts) {
                self.found.push(facts);
            }
            return;
        };
        if let Some(left) = left.checked_sub(1) {
            let kind = self.kind;
            let to = nodes.iter().flat_map(|n| reach.changed(*n, top, kind));
            let to = to.map(|(_, node)| node).collect();
            chosen.push(free.fact);
            self.look(to, left, chosen);
            chosen.pop();
        }
        let to = nodes.iter().map(|n| reach.staying(*n, top)).collect();
        self.look(to, left, chosen);
    }
}
