//! From which day on two laws part, for orders that are alike in all but a few facts.
//!
//! What each law answers on each stretch of days is narrowed to the orders and laid side by side in
//! one diagram, whose leaves say on which stretch the answers first differ. An order is then one
//! walk, however many days the laws change on.

use rustc_hash::FxHashMap;
use tiergate_law::Test;
use tiergate_order::Facts;

use crate::build::{Build, Settle, Settled, outcomes};
use crate::compare::{Reply, Side};
use crate::diagram::{Diagrams, Known, Node, Variable};
use crate::rulebook::FactSettle;
use crate::settling::{Fate, Join, LONG, OpenSettle, Settling};
use crate::variables::{Question, Variables};

/// Whether two answers part, as far as the known facts say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// They are surely the same.
    Never,
    /// They surely differ.
    Surely,
    /// Unknown facts decide.
    Perhaps,
}

/// Where two laws part first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Parting {
    /// The first stretch on which the answers surely differ.
    pub surely: Option<usize>,
    /// The first stretch, no later than that, on which unknown facts decide whether they do.
    pub perhaps: Option<usize>,
}

/// Two laws on stretches of days, over variables that all of them share.
#[derive(Debug)]
pub struct Days {
    /// Each regime once, with its readings.
    sides: Vec<Side>,
    /// The places in `sides` of both laws on each stretch, and whether both say the same.
    stretches: Vec<([usize; 2], bool)>,
    variables: Variables,
    /// Where each regime's registers of names stand among the variables.
    registers: Vec<Vec<usize>>,
    /// Every answer of some regime, and where the answers of each stand among them.
    replies: Vec<Reply>,
    places: Vec<Vec<u32>>,
}

impl Days {
    /// Lays out two laws of one library on stretches of days; none when there is no stretch.
    #[must_use]
    pub fn new(laws: &[[Side; 2]]) -> Option<Days> {
        let mut sides: Vec<Side> = Vec::new();
        let mut place = |side: &Side| {
            sides
                .iter()
                .position(|known| known.is(side))
                .unwrap_or_else(|| {
                    sides.push(side.clone());
                    sides.len() - 1
                })
        };
        let pairs: Vec<[usize; 2]> = laws.iter().map(|[a, b]| [place(a), place(b)]).collect();
        let stretches = pairs.into_iter().map(|pair| {
            let [a, b] = pair.map(|at| &sides[at]);
            (pair, a.says_the_same(b))
        });
        let stretches = stretches.collect();
        if sides.is_empty() {
            return None;
        }
        let regimes: Vec<_> = sides.iter().map(Side::regime).collect();
        let (variables, registers) = Variables::joint(&regimes, false);
        let mut replies: Vec<Reply> = Vec::new();
        let mut places = Vec::new();
        for regime in regimes {
            let all = outcomes(regime).into_iter().map(|o| Reply::of(o, regime));
            let at = all.map(|reply| {
                let known = replies.iter().position(|r| *r == reply);
                let at = known.unwrap_or_else(|| {
                    replies.push(reply);
                    replies.len() - 1
                });
                u32::try_from(at).unwrap_or(u32::MAX)
            });
            places.push(at.collect());
        }
        Some(Days {
            sides,
            stretches,
            variables,
            registers,
            replies,
            places,
        })
    }

    /// The variables that all regimes share.
    #[must_use]
    pub const fn variables(&self) -> &Variables {
        &self.variables
    }

    /// Where the laws part for the orders that differ from this one in the questions that pass the
    /// test, and in nothing else; what is unknown of this one is unknown of all. None when that is
    /// too much to lay out.
    ///
    /// `parted` says it of the answers that are possible under the one and under the other; it is
    /// not asked where both are one law, read in one way.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Days, Parted, Parting, Question, Rulebook, Side};
    /// use tiergate_law::{Library, Num, NumberFact, View};
    /// use tiergate_order::Facts;
    /// let law = r#"
    /// [instrument]
    /// id = "base"
    /// title = "Base"
    /// cite = "1"
    /// effective = 2024-01-01
    /// [[requirement]]
    /// id = "r"
    /// cite = "2"
    /// when = "quantity >= 100"
    /// from = 2025-01-01
    /// "#;
    /// let (library, faults) = Library::read([("law.toml", law)]);
    /// assert!(faults.is_empty(), "{faults:?}");
    /// let side = |day: &str| {
    ///     let regime = library.consolidate(&"us".parse().unwrap(), day.parse().unwrap(), View::Text);
    ///     Side::new(Arc::new(Rulebook::compile(Arc::new(regime.unwrap()))))
    /// };
    /// // The law of 2024 against the law of each day.
    /// let fixed = side("2024-06-01");
    /// let days = Days::new(&[[fixed.clone(), fixed.clone()], [fixed, side("2025-06-01")]]).unwrap();
    /// let mut facts = Facts::default();
    /// facts.set_choice(tiergate_law::ChoiceFact::Eccn, 1);
    /// facts.set_number(NumberFact::Quantity, Num::from(100));
    /// let amounts = |q: &Question| matches!(q, Question::Amount(_));
    /// let partings = days.partings(&facts, &amounts, &|[before, after]| match before == after {
    ///     true => Parted::Never,
    ///     false => Parted::Surely,
    /// });
    /// let partings = partings.unwrap();
    /// let surely = |stretch| Some(Parting { surely: Some(stretch), perhaps: None });
    /// assert_eq!(partings.from(0, &days, &facts), surely(1));
    /// facts.set_number(NumberFact::Quantity, Num::from(99));
    /// assert_eq!(partings.from(0, &days, &facts), Some(Parting::default()));
    /// ```
    #[must_use]
    pub fn partings(
        &self,
        facts: &Facts,
        open: &dyn Fn(&Question) -> bool,
        parted: &dyn Fn([&[&Reply]; 2]) -> Parted,
    ) -> Option<Partings> {
        let mut diagrams = Diagrams::new(self.variables.arities());
        let mut sets = Sets::default();
        let mut answers = Vec::new();
        for side in 0..self.sides.len() {
            answers.push(self.answers(side, &mut diagrams, &mut sets, facts, open));
            if diagrams.len() > NODES_MAX {
                return None;
            }
        }
        let mut ends = vec![Parting::default()];
        let mut roots = vec![Node::of_leaf(0)];
        let mut told: FxHashMap<(u32, u32), u32> = FxHashMap::default();
        for (stretch, ([a, b], same)) in self.stretches.iter().enumerate().rev() {
            let later = roots[roots.len() - 1];
            let mut differ = |x: u32, y: u32| {
                *told.entry((x, y)).or_insert_with(|| {
                    let all = [x, y].map(|set| self.members(sets.known.get(set as usize)));
                    match all {
                        [Some(before), Some(after)] => parted([&before, &after]) as u32,
                        _ => GIVEN_UP,
                    }
                })
            };
            let here = match same {
                true => Node::of_leaf(Parted::Never as u32),
                false => diagrams.pair(answers[*a], answers[*b], &mut differ),
            };
            let mut first = |kind: u32, later: u32| {
                let Some(end) = ends.get(later as usize).copied() else {
                    return GIVEN_UP;
                };
                let end = match kind {
                    _ if kind == Parted::Never as u32 => end,
                    _ if kind == Parted::Surely as u32 => Parting {
                        surely: Some(stretch),
                        perhaps: None,
                    },
                    _ if kind == Parted::Perhaps as u32 => Parting {
                        perhaps: Some(stretch),
                        ..end
                    },
                    _ => return GIVEN_UP,
                };
                let place = ends.iter().position(|e| *e == end).unwrap_or_else(|| {
                    ends.push(end);
                    ends.len() - 1
                });
                u32::try_from(place).unwrap_or(GIVEN_UP)
            };
            roots.push(diagrams.pair(here, later, &mut first));
            if diagrams.len() > NODES_MAX {
                return None;
            }
        }
        roots.reverse();
        diagrams.keep(&mut roots);
        Some(Partings {
            diagrams,
            roots,
            ends,
        })
    }

    /// What a regime may answer, as sets of answers.
    fn answers(
        &self,
        side: usize,
        diagrams: &mut Diagrams,
        sets: &mut Sets,
        facts: &Facts,
        open: &dyn Fn(&Question) -> bool,
    ) -> Node {
        let Side { book, readings } = &self.sides[side];
        let inner = FactSettle {
            regime: &book.regime,
            facts,
            readings,
        };
        let settle = JointSettle {
            inner: OpenSettle { inner, open },
            registers: &self.registers[side],
        };
        let mut build = Build::new(&book.regime, &self.variables, settle);
        build.diagrams = std::mem::take(diagrams);
        let places = self.places[side].iter();
        build.leaves = places.map(|reply| sets.place(vec![*reply])).collect();
        let root = build.ruling().outcome;
        let of = |v: Variable| match self.variables.known(v, facts, &[]) {
            Known::Value(_) if open(&self.variables.asked[usize::from(v)].question) => Fate::Stays,
            Known::Value(value) => Fate::Is(value),
            unknown => Fate::Unknown(unknown),
        };
        let root = Settling::new(&mut build.diagrams, &of, sets).root(root);
        *diagrams = build.diagrams;
        root
    }

    fn members(&self, set: Option<&Vec<u32>>) -> Option<Vec<&Reply>> {
        let all = set?.iter().map(|at| self.replies.get(*at as usize));
        all.collect()
    }
}

/// The leaf of what was given up.
const GIVEN_UP: u32 = match LONG.leaf() {
    Some(leaf) => leaf,
    None => 0,
};

/// Nodes made at most.
const NODES_MAX: usize = 1 << 20;

/// Sets of answers, by leaf.
#[derive(Debug, Default)]
struct Sets {
    known: Vec<Vec<u32>>,
    places: FxHashMap<Vec<u32>, u32>,
}

impl Sets {
    fn place(&mut self, mut set: Vec<u32>) -> u32 {
        set.sort_unstable();
        set.dedup();
        let next = u32::try_from(self.known.len()).unwrap_or(GIVEN_UP);
        *self.places.entry(set).or_insert_with_key(|set| {
            self.known.push(set.clone());
            next
        })
    }
}

impl Join for &mut Sets {
    fn join(&mut self, _: Variable, _: usize, before: u32, leaf: u32) -> Node {
        let both = [before, leaf].map(|set| self.known.get(set as usize));
        match both {
            [Some(before), Some(leaf)] => {
                let both = before.iter().chain(leaf).copied().collect();
                Node::of_leaf(self.place(both))
            }
            _ => LONG,
        }
    }
}

/// Like [`OpenSettle`], in the terms of variables that several regimes share.
struct JointSettle<'r> {
    inner: OpenSettle<'r>,
    registers: &'r [usize],
}

impl Settle for JointSettle<'_> {
    fn settle(&self, test: &Test) -> Settled {
        match (self.inner.settle(test), test) {
            (Settled::Open, Test::Text(fact, register)) => {
                Settled::Spelled(Test::Text(*fact, self.registers[*register]))
            }
            (settled, _) => settled,
        }
    }
}

/// Where two laws part, for orders that are alike.
#[derive(Debug)]
pub struct Partings {
    diagrams: Diagrams,
    /// From each stretch on; one more that has no days.
    roots: Vec<Node>,
    ends: Vec<Parting>,
}

impl Partings {
    /// Where the laws part first for one of the orders, from a stretch on; none when that is not
    /// laid out. `days` are those it was made of.
    #[must_use]
    pub fn from(&self, stretch: usize, days: &Days, facts: &Facts) -> Option<Parting> {
        let mut node = *self.roots.get(stretch)?;
        while let Some(variable) = self.diagrams.variable(node) {
            let value = days.variables.value(variable, facts, &[])?;
            node = self.diagrams.child(node, value);
        }
        self.ends.get(node.leaf()? as usize).copied()
    }
}
