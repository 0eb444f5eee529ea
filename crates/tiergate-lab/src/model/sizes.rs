//! How the demand of a stream of orders falls on the steps of a ladder: by the chips that orders of each
//! size carry, their sizes being log-normal.

use statrs::function::erf::erfc;
use tiergate_law::Policy;

use super::knobs::Knobs;
use crate::table::{Draw, Ladder, Passage};

/// The sizes of orders: log-normal, in H100-equivalents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sizes {
    /// The median order.
    pub median: f64,
    /// Its spread: the standard deviation of the logarithm.
    pub spread: f64,
}

impl Sizes {
    /// The share of all chips that orders of at most a size carry: the partial expectation of the
    /// log-normal, over its mean.
    ///
    /// ```
    /// use tiergate_lab::model::Sizes;
    /// // Epoch AI's clusters outside the United States and China: 15 percent of the computing power lies
    /// // in the 61 percent of clusters below 1,699 H100e.
    /// let sizes = Sizes { median: 946.0, spread: 1.32 };
    /// let below = sizes.carried(1_699.0);
    /// assert!((0.15..0.25).contains(&below), "{below}");
    /// assert_eq!(sizes.carried(f64::INFINITY), 1.0);
    /// ```
    #[must_use]
    pub fn carried(&self, up_to: f64) -> f64 {
        if up_to == f64::INFINITY {
            return 1.0;
        }
        if up_to <= 0.0 || self.median <= 0.0 {
            return 0.0;
        }
        let z = ((up_to / self.median).ln() - self.spread * self.spread) / self.spread;
        0.5 * erfc(-z / std::f64::consts::SQRT_2)
    }
}

/// How the chips of a stream of orders may go.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Split {
    /// Share that goes without a license.
    pub free: f64,
    /// The largest order that does, in H100-equivalents; infinite when all do.
    pub free_up_to: f64,
    /// Share for which an application is filed.
    pub filed: f64,
    /// Of what is filed, the share that is approved.
    pub approved: f64,
    /// Share that is not asked for, or refused at once.
    pub refused: f64,
    /// The step of the ladder whose limits a free order draws on.
    pub free_step: usize,
    /// The step whose limits an approval draws on.
    pub filed_step: usize,
}

/// Whether the steps above one that is counted by country go as it does: an order larger than what is
/// left of a country's limit is cut to what is left, and the rest is refused when it is counted.
fn cut(draws: &[Draw]) -> bool {
    draws.iter().any(|draw| draw.by_country)
}

impl Knobs {
    /// The share approved under a policy.
    #[must_use]
    pub fn approved(&self, passage: Passage) -> f64 {
        match passage {
            Passage::Free => 1.0,
            Passage::Closed => 0.0,
            Passage::Open => self.approval_not_stated,
            Passage::License(policy) => match policy {
                Policy::PresumptionOfApproval => self.approval_presumption_of_approval,
                Policy::CaseByCase => self.approval_case_by_case,
                Policy::PresumptionOfDenial => self.approval_presumption_of_denial,
                Policy::PolicyOfDenial => self.approval_policy_of_denial,
                _ => self.approval_not_stated,
            },
        }
    }

    /// The share of buyers who file.
    fn files(&self, passage: Passage) -> f64 {
        match passage {
            Passage::License(Policy::PresumptionOfDenial | Policy::PolicyOfDenial) => {
                self.licensing_files_anyway
            }
            Passage::License(_) | Passage::Open => 1.0,
            Passage::Free | Passage::Closed => 0.0,
        }
    }

    /// How a stream of orders falls on a ladder, for a chip of some H100-equivalents.
    #[must_use]
    pub fn split(&self, ladder: &Ladder, sizes: Sizes, h100e: f64) -> Split {
        let mut split = Split::default();
        let mut below = 0.0;
        let mut as_before: Option<(Passage, usize)> = None;
        for (at, step) in ladder.0.iter().enumerate() {
            let up_to = step.up_to * h100e;
            let to = sizes.carried(up_to);
            let share = (to - below).max(0.0);
            below = to;
            let (passage, of) = as_before.unwrap_or((step.passage, at));
            if as_before.is_none() && cut(&step.draws) {
                as_before = Some((step.passage, at));
            }
            if passage == Passage::Free {
                split.free += share;
                (split.free_up_to, split.free_step) = (up_to, of);
                continue;
            }
            let filed = share * self.files(passage);
            if split.filed == 0.0 {
                split.filed_step = of;
            }
            split.approved += filed * self.approved(passage);
            split.filed += filed;
            split.refused += share - filed;
        }
        if split.filed > 0.0 {
            split.approved /= split.filed;
        }
        split
    }
}
