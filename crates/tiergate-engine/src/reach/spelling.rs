//! The changes of a set of facts that give its reply, with how many combinations there are.

use rustc_hash::FxHashMap;
use tiergate_law::{Country, Fact};

use super::sets::Set;
use super::{NEVER, Reach};
use crate::diagram::Node;
use crate::pass::{Kind, Step};

/// Combinations of values spelled out for one set and start at most.
const SPELLED_MAX: usize = 512;

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

impl Reach<'_> {
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
