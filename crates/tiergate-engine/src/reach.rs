//! Which better replies a change of facts reaches, and by how few changes.
//!
//! What the rules ask of the facts that can be changed is one diagram; every other fact is settled
//! in it. An unknown fact has one more value there, to stay as it is, and that leads to what all its
//! values agree on. The cheapest path to a leaf is then a smallest set of changes, and no set of
//! any size is missed. Changes that move several questions at once (a quantity, the lists of a
//! party) are made beforehand, each combination of them being one more start.

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

/// The kinds of change, the freest first.
pub(crate) const KINDS: [Kind; 3] = [Kind::Act, Kind::Supply, Kind::Otherwise];

/// Sets of facts looked at for one reply and one size at most.
const SETS_MAX: usize = 64;
/// Partial sets looked at for one reply and one size at most.
const LOOKS_MAX: usize = 1 << 16;
/// Combinations of values spelled out for one set and start at most.
const SPELLED_MAX: usize = 512;
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

/// Changes that give a reply, for every combination of values that are not told apart.
pub(crate) struct Spelled {
    /// Places of the changes, in order.
    pub steps: Vec<usize>,
    /// How many combinations there are.
    pub combinations: u64,
    /// Whether no part of them gives a reply as good.
    pub needed: bool,
}

/// Which values of the facts of a set are told apart when it is spelled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Apart {
    /// All.
    Each,
    /// All but those of countries.
    NoCountries,
    /// None: one example stands for all.
    None,
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
    fn is_needed(&self, steps: &[usize], reply: usize) -> bool {
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

    /// Spells a set out: the changes of its facts that give its reply. Of changes that are not told
    /// apart an example is given: one of which no part does as well, and with one country for all,
    /// if there is such a one.
    pub fn spelled(&self, set: &Set) -> Vec<Spelled> {
        // A single fact is told at each value, two at each but of countries, more by one example.
        let (apart, kind) = match set.facts.len() {
            1 => (Apart::Each, set.sought),
            2 => (Apart::NoCountries, set.sought),
            _ => (Apart::None, set.kind),
        };
        let countries = set.facts.iter().filter(|f| matches!(f, Fact::Country(_)));
        let countries = countries.count();
        let mut others: Vec<Spelled> = Vec::new();
        if countries > 1 {
            for country in self.examples {
                others.extend(self.spelled_as(set, kind, apart, Some(*country)));
            }
        }
        let mut all = self.spelled_as(set, kind, apart, None);
        if set.beaten && apart != Apart::Each {
            others.extend(self.spelled_as(set, kind, Apart::Each, None));
        }
        for spelled in &mut all {
            let one = |s: &&Spelled| self.countries(&s.steps).len() < countries;
            let clean = |s: &&Spelled| !set.beaten || self.is_needed(&s.steps, set.reply);
            let alike = |s: &&Spelled| {
                self.told_apart(&s.steps, apart) == self.told_apart(&spelled.steps, apart)
            };
            let others: Vec<&Spelled> = others.iter().filter(alike).filter(clean).collect();
            let first = match countries > 1 {
                true => others.iter().find(|s| one(s)),
                false => None,
            };
            let first = match first {
                None if !clean(&&*spelled) => others.first(),
                first => first,
            };
            if let Some(first) = first {
                spelled.steps.clone_from(&first.steps);
            }
            spelled.needed = clean(&&*spelled);
        }
        all
    }

    /// The countries of changes, once each.
    fn countries(&self, steps: &[usize]) -> Vec<Country> {
        let mut all: Vec<Country> = Vec::new();
        for at in steps {
            if let Step::Country(_, country) = self.steps[*at]
                && !all.contains(&country)
            {
                all.push(country);
            }
        }
        all
    }

    /// Of changes those that are told apart: quantities always are, for the largest is told.
    fn told_apart(&self, steps: &[usize], apart: Apart) -> Vec<usize> {
        let told = |at: &&usize| match (&self.steps[**at], apart) {
            (Step::Number(..), _) | (_, Apart::Each) => true,
            (Step::Country(..), _) | (_, Apart::None) => false,
            (_, Apart::NoCountries) => true,
        };
        steps.iter().filter(told).copied().collect()
    }

    /// The same, with no other country than one, if it is given.
    fn spelled_as(
        &self,
        set: &Set,
        kind: Kind,
        apart: Apart,
        country: Option<Country>,
    ) -> Vec<Spelled> {
        let is_moved = |fact: &&Fact| self.starts.iter().any(|s| s.facts.contains(fact));
        let moved: Vec<Fact> = set.facts.iter().filter(is_moved).copied().collect();
        let mut all: Vec<(Vec<usize>, Spelled)> = Vec::new();
        for start in self.starts(kind).filter(|s| s.facts == moved) {
            let mut spelling = Spelling {
                reach: self,
                set,
                kind,
                apart,
                country,
                found: Vec::new(),
            };
            let left = set.facts.len() - moved.len();
            let state = (start.root, 1, Vec::new());
            spelling.spell(vec![state], u8::try_from(left).unwrap_or(NEVER));
            // The starts stand with the largest quantity first: that is the one to know.
            for (rest, combinations) in spelling.found {
                if all.iter().any(|(known, _)| *known == rest) {
                    continue;
                }
                let mut steps = [start.steps.as_slice(), &rest].concat();
                steps.sort_unstable();
                let spelled = Spelled {
                    steps,
                    combinations,
                    needed: true,
                };
                all.push((rest, spelled));
            }
            if apart == Apart::None && !all.is_empty() {
                break;
            }
        }
        all.into_iter().map(|(_, spelled)| spelled).collect()
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

/// Where changes lead: the node, by how many combinations of them, and the first of these.
type State = (Node, u64, Vec<usize>);

/// Spells out the changes of a set of facts.
struct Spelling<'r> {
    reach: &'r Reach<'r>,
    set: &'r Set,
    kind: Kind,
    apart: Apart,
    country: Option<Country>,
    /// First changes and numbers of combinations.
    found: Vec<(Vec<usize>, u64)>,
}

impl Spelling<'_> {
    fn spell(&mut self, states: Vec<State>, left: u8) {
        if self.found.len() >= SPELLED_MAX {
            return;
        }
        let reach = self.reach;
        let states = self.gathered(states, left);
        let Some(top) = states.iter().map(|s| reach.open.top(s.0)).min() else {
            return;
        };
        let Some(free) = reach.free.get(usize::from(top)).and_then(Option::as_ref) else {
            let first = states.iter().map(|s| &s.2).min().cloned();
            let combinations = states.iter().fold(0, |all: u64, s| all.saturating_add(s.1));
            if left == 0 {
                self.found.extend(first.map(|first| (first, combinations)));
            }
            return;
        };
        if !self.set.facts.contains(&free.fact) {
            let stay = |(node, count, steps): State| (reach.staying(node, top), count, steps);
            self.spell(states.into_iter().map(stay).collect(), left);
            return;
        }
        let Some(left) = left.checked_sub(1) else {
            return;
        };
        let mut to: Vec<(usize, State)> = Vec::new();
        for (node, count, steps) in &states {
            for (step, child) in reach.changed(*node, top, self.kind) {
                let elsewhere = match (&reach.steps[step], self.country) {
                    (Step::Country(_, to), Some(country)) => *to != country,
                    _ => false,
                };
                if elsewhere {
                    continue;
                }
                let steps = [steps.as_slice(), &[step]].concat();
                to.push((step, (child, *count, steps)));
            }
        }
        let is_country = matches!(free.fact, Fact::Country(_));
        let together = match self.apart {
            Apart::Each => false,
            Apart::NoCountries => is_country,
            Apart::None => true,
        };
        if together {
            self.spell(to.into_iter().map(|(_, state)| state).collect(), left);
            return;
        }
        let mut steps: Vec<usize> = to.iter().map(|(step, _)| *step).collect();
        steps.sort_unstable();
        steps.dedup();
        for step in steps {
            let of_step = to.iter().filter(|(s, _)| *s == step);
            self.spell(of_step.map(|(_, state)| state.clone()).collect(), left);
        }
    }

    /// The states that lead to the reply, each node once.
    fn gathered(&self, states: Vec<State>, left: u8) -> Vec<State> {
        let mut gathered: Vec<State> = Vec::new();
        let mut places: FxHashMap<Node, usize> = FxHashMap::default();
        for (node, count, steps) in states {
            if self.reach.cost(node, self.kind, self.set.reply) > left {
                continue;
            }
            match places.get(&node) {
                Some(at) => {
                    let known = &mut gathered[*at];
                    known.1 = known.1.saturating_add(count);
                    if steps < known.2 {
                        known.2 = steps;
                    }
                }
                None => {
                    places.insert(node, gathered.len());
                    gathered.push((node, count, steps));
                }
            }
        }
        gathered
    }
}
