//! Duties that come, go or change for orders whose answer stays the same.
//!
//! Which duties an order has is one more diagram over all facts, whose leaves are sets of duties.
//! Laid beside each other where both regimes give the same answer, the two diagrams differ exactly
//! where a duty comes or goes; those cells are told in statements like any other difference.

use rustc_hash::FxHashMap;
use tiergate_law::{Country, Duty, Policy, RegimeDuty};
use tiergate_order::Facts;

use super::joint::{SAME, SideBuild};
use super::order::known;
use super::{Circumstances, Comparison, Joint, Pairs, Reply, Side, Statements};
use crate::build::{Ruling, outcomes};
use crate::diagram::{Diagrams, Known, Node};
use crate::rulebook::Outcome;

/// Duties that differ for one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyShift {
    /// The answer, which both regimes give.
    pub reply: Reply,
    /// Places in [`DutyChanges::duties`] of those that the first alone asks.
    pub gone: Vec<usize>,
    /// Of those that the second alone asks.
    pub new: Vec<usize>,
}

/// Every difference of duties where the answers are the same.
#[derive(Debug)]
pub struct DutyChanges {
    /// The comparison the statements are in terms of.
    pub comparison: Comparison,
    /// The duties of either regime that differ in more than their citation, each once.
    pub duties: Vec<Duty>,
    /// What changes, by [`super::Statement::pair`].
    pub shifts: Vec<DutyShift>,
    /// Where; the leaves are places in `shifts`.
    pub pairs: Pairs,
    /// The same in statements, at most as many as were asked for.
    pub statements: Statements,
}

impl DutyChanges {
    /// Compares the duties of two sides in some circumstances.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Circumstances, DutyChanges, Rulebook, Side};
    /// use tiergate_law::{Library, View};
    /// let law = r#"
    /// [instrument]
    /// id = "base"
    /// title = "Base"
    /// cite = "1"
    /// effective = 2024-01-01
    /// [[duty]]
    /// id = "records"
    /// cite = "2"
    /// what = "keep records"
    /// due = "for five years"
    /// [[duty]]
    /// id = "notice"
    /// cite = "3"
    /// what = "give notice"
    /// due = "before export"
    /// only_if = "quantity >= 100"
    /// from = 2025-01-01
    /// "#;
    /// let (library, faults) = Library::read([("law.toml", law)]);
    /// assert!(faults.is_empty(), "{faults:?}");
    /// let sides = ["2024-06-01", "2025-06-01"].map(|day| {
    ///     let law = "us".parse().unwrap();
    ///     let regime = library.consolidate(&law, day.parse().unwrap(), View::Text).unwrap();
    ///     Side::new(Arc::new(Rulebook::compile(Arc::new(regime))))
    /// });
    /// let known = ["PL".parse().unwrap()];
    /// let changes = DutyChanges::new(&sides, &known, &Circumstances::Ordinary(None), 10);
    /// assert_eq!(changes.shifts.len(), 1);
    /// let shift = &changes.shifts[0];
    /// assert_eq!((shift.gone.len(), changes.duties[shift.new[0]].id.as_str()), (0, "notice"));
    /// assert_eq!(changes.statements.all.len(), 1);
    /// ```
    #[must_use]
    pub fn new(
        sides: &[Side; 2],
        countries: &[Country],
        circumstances: &Circumstances,
        limit: usize,
    ) -> DutyChanges {
        let comparison = Comparison::over(sides.clone(), countries, true);
        let mut duties = Vec::new();
        let (mut pairs, shifts) = shifts(&comparison.joint, sides, circumstances, &mut duties);
        let statements = comparison.statements(&mut pairs, limit);
        DutyChanges {
            comparison,
            duties,
            shifts,
            pairs,
            statements,
        }
    }

    /// What changes for an order, if every fact it turns on is known.
    #[must_use]
    pub fn at(&self, facts: &Facts) -> Option<Option<&DutyShift>> {
        let mut node = self.pairs.root;
        while let Some(variable) = self.pairs.diagrams.variable(node) {
            let Known::Value(value) = known(self.comparison.variables(), variable, facts) else {
                return None;
            };
            node = self.pairs.diagrams.child(node, value);
        }
        node.leaf().map(|leaf| self.shifts.get(leaf as usize))
    }
}

/// The difference, with what its leaves say.
fn shifts(
    joint: &Joint,
    sides: &[Side; 2],
    circumstances: &Circumstances,
    duties: &mut Vec<Duty>,
) -> (Pairs, Vec<DutyShift>) {
    let mut sets = Sets::default();
    let empty = sets.place(&[]);
    let mut asked = [Node::of_leaf(empty); 2];
    let rulings = joint.rulings_with(sides, circumstances, &mut |at, build, ruling| {
        let node = asked_by(build, ruling, duties, &mut sets);
        asked[at..].fill(node);
    });
    let mut diagrams = rulings.diagrams;
    let [left, right] = rulings.outcomes;
    let answers = diagrams.pair(left, right, &mut |a, b| if a == b { a } else { SAME });
    // What differs between two sets, whatever they share.
    let mut differing: Vec<[Vec<usize>; 2]> = Vec::new();
    let mut numbers: FxHashMap<[Vec<usize>; 2], u32> = FxHashMap::default();
    let both = diagrams.pair(asked[0], asked[1], &mut |a, b| {
        if a == b {
            return SAME;
        }
        let [before, after] = [a, b].map(|set| &sets.all[set as usize]);
        let only = |these: &[usize], others: &[usize]| {
            let those = these.iter().filter(|d| !others.contains(d));
            those.copied().collect::<Vec<usize>>()
        };
        let apart = [only(before, after), only(after, before)];
        *numbers.entry(apart).or_insert_with_key(|apart| {
            differing.push(apart.clone());
            u32::try_from(differing.len() - 1).unwrap_or(SAME)
        })
    });
    let mut found: Vec<DutyShift> = Vec::new();
    let mut numbers: FxHashMap<(u32, u32), u32> = FxHashMap::default();
    let root = diagrams.pair(answers, both, &mut |reply, change| {
        let Some([gone, new]) = differing.get(change as usize).filter(|_| reply != SAME) else {
            return SAME;
        };
        *numbers.entry((reply, change)).or_insert_with(|| {
            found.push(DutyShift {
                reply: rulings.replies[reply as usize].clone(),
                gone: gone.clone(),
                new: new.clone(),
            });
            u32::try_from(found.len() - 1).unwrap_or(SAME)
        })
    });
    let root = diagrams.choose(rulings.world, root, Node::of_leaf(SAME));
    let replies = found.iter().map(|s| [s.reply.clone(), s.reply.clone()]);
    let pairs = Pairs {
        replies: replies.collect(),
        diagrams,
        root,
        world: rulings.world,
        classes: rulings.classes,
    };
    (pairs, found)
}

/// Sets of duties, by leaf.
#[derive(Debug, Default)]
struct Sets {
    all: Vec<Vec<usize>>,
    places: FxHashMap<Vec<usize>, u32>,
}

impl Sets {
    fn place(&mut self, set: &[usize]) -> u32 {
        if let Some(known) = self.places.get(set) {
            return *known;
        }
        let place = u32::try_from(self.all.len()).unwrap_or(SAME);
        self.all.push(set.to_vec());
        self.places.insert(set.to_vec(), place);
        place
    }

    fn with(&mut self, set: u32, duty: usize) -> u32 {
        let mut more = self.all[set as usize].clone();
        if let Err(at) = more.binary_search(&duty) {
            more.insert(at, duty);
        }
        self.place(&more)
    }
}

/// Whether two duties ask the same.
fn asks_the_same(one: &Duty, other: &Duty) -> bool {
    let asks = |d: &Duty| {
        let Duty {
            id,
            what,
            when_due,
            to,
            subject,
            form,
            contents,
            cite: _,
            only_if: _,
        } = d.clone();
        (id, what, when_due, to, subject, form, contents)
    };
    asks(one) == asks(other)
}

/// The duties of an order under one side, as sets.
fn asked_by(
    build: &mut SideBuild<'_>,
    ruling: &Ruling,
    duties: &mut Vec<Duty>,
    sets: &mut Sets,
) -> Node {
    let mut asked = Node::of_leaf(sets.place(&[]));
    for (duty, applies) in applying(build, ruling) {
        if applies == Node::FALSE {
            continue;
        }
        let known = duties.iter().position(|d| asks_the_same(d, &duty.duty));
        let at = known.unwrap_or_else(|| {
            duties.push(duty.duty.clone());
            duties.len() - 1
        });
        let mut with = |set: u32, applies: u32| match applies {
            1 => sets.with(set, at),
            _ => set,
        };
        asked = build.diagrams.pair(asked, applies, &mut with);
    }
    asked
}

/// Every duty, and where it applies.
fn applying<'r>(build: &mut SideBuild<'r>, ruling: &Ruling) -> Vec<(&'r RegimeDuty, Node)> {
    let regime = build.regime;
    let all = outcomes(regime);
    let places = build.leaves.clone();
    let where_it_is = |diagrams: &mut Diagrams, holds: &dyn Fn(&Outcome) -> bool| {
        let those = all
            .iter()
            .zip(&places)
            .filter(|(outcome, _)| holds(outcome));
        let those: Vec<u32> = those.map(|(_, place)| *place).collect();
        diagrams.rename(ruling.outcome, &|leaf| u32::from(those.contains(&leaf)))
    };
    let mut found = Vec::new();
    for (at, authority) in regime.authorities.iter().enumerate() {
        if authority.is.duties.is_empty() {
            continue;
        }
        let carried = where_it_is(&mut build.diagrams, &|outcome| match outcome {
            Outcome::LicenseException(a) | Outcome::ValidatedEndUser(a) => usize::from(*a) == at,
            _ => false,
        });
        for duty in &authority.is.duties {
            found.push((duty, applies(build, carried, duty)));
        }
    }
    let asked = Outcome::LicenseRequired(Policy::NotStated).word();
    let application = where_it_is(&mut build.diagrams, &|outcome| outcome.word() == asked);
    // In a lane, the first policy that fits is the one.
    let mut open: Vec<(&str, Node)> = Vec::new();
    for review in &regime.reviews {
        let lane = review.is.lane.as_str();
        let governed: Vec<Node> = review
            .is
            .governs
            .iter()
            .map(|r| ruling.requirements[*r])
            .collect();
        let governed = build.diagrams.any(&governed);
        let fits = build.cond(&review.is.cond);
        let fits = build.diagrams.and(governed, fits);
        let known = open.iter().position(|(l, _)| *l == lane);
        let at = known.unwrap_or_else(|| {
            open.push((lane, application));
            open.len() - 1
        });
        let holds = build.diagrams.and(open[at].1, fits);
        let not = build.diagrams.not(fits);
        open[at].1 = build.diagrams.and(open[at].1, not);
        for duty in &review.is.duties {
            found.push((duty, applies(build, holds, duty)));
        }
    }
    for general in &regime.duties {
        let (words, duty) = &general.is;
        let of = where_it_is(&mut build.diagrams, &|outcome| {
            words.is_empty() || words.iter().any(|word| word == outcome.word())
        });
        found.push((duty, applies(build, of, duty)));
    }
    found
}

fn applies(build: &mut SideBuild<'_>, region: Node, duty: &RegimeDuty) -> Node {
    let cond = build.cond(&duty.cond);
    build.diagrams.and(region, cond)
}
