//! Into which class an integrated circuit falls, by TPP and performance density.

use tiergate_law::{ChoiceFact, Num, NumberFact};
use tiergate_order::Facts;

use super::{Circumstances, Comparison, words::bound};
use crate::diagram::remains;
use crate::variables::Question;

/// A threshold: from the number on, or, if `true`, above it.
pub type Threshold = (Num, bool);

/// The plane of TPP and performance density, cut at every threshold of either regime.
///
/// Row `r` holds the densities from threshold `r - 1` up to `r`, column `c` the same of TPP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Thresholds of total processing performance, ascending.
    pub tpp: Vec<Threshold>,
    /// Thresholds of performance density, ascending.
    pub density: Vec<Threshold>,
    /// For each regime, the name of the class in each row and column; none where it controls no
    /// such item.
    pub classes: [Vec<Vec<Option<String>>>; 2],
}

impl Comparison {
    /// The plane for integrated circuits of which `item` holds what else is known.
    #[must_use]
    pub fn plane(&self, item: &Facts) -> Plane {
        let pairs = self.pairs_in(&Circumstances::Ordinary(None));
        let cuts = |fact: NumberFact| -> Vec<i128> {
            let asked = self.variables().asked.iter();
            let mut asked = asked.filter(|a| a.question == Question::Amount(vec![(fact, 1)]));
            asked.next().map_or_else(Vec::new, |a| a.cuts.clone())
        };
        let (tpp, density) = (cuts(NumberFact::Tpp), cuts(NumberFact::PerformanceDensity));
        let mut facts = item.clone();
        facts.complete(&self.ordinary());
        facts.set_choice(ChoiceFact::Kind, 0);
        let class = |side: usize, facts: &Facts| {
            let mut known = |v| self.variables().known(v, facts, &[]);
            let found = remains(&pairs.diagrams, pairs.classes[side], &mut known);
            let [leaf] = found.leaves[..] else {
                return None;
            };
            let names = &self.sides[side].book.regime.class_names;
            names.get(leaf as usize).cloned()
        };
        let classes = [0, 1].map(|side| {
            let rows = values(&density).map(|density| {
                let columns = values(&tpp).map(|tpp| {
                    let mut facts = facts.clone();
                    facts.set_number(NumberFact::Tpp, tpp);
                    facts.set_number(NumberFact::PerformanceDensity, density);
                    class(side, &facts)
                });
                columns.collect()
            });
            rows.collect()
        });
        Plane {
            tpp: tpp.iter().map(|cut| bound(*cut)).collect(),
            density: density.iter().map(|cut| bound(*cut)).collect(),
            classes,
        }
    }
}

/// A number below every threshold, then one right at each.
fn values(cuts: &[i128]) -> impl Iterator<Item = Num> {
    std::iter::once(0)
        .chain(cuts.iter().copied())
        .map(Num::from_raw)
}
