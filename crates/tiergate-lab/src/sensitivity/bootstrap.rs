//! How surely a figure is known: the same figure of what is drawn again from its own sample.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

use crate::statistics::Sample;

/// How often to draw again, and from which seed.
///
/// Units are drawn with replacement, as many as there are: trajectories for Morris, base rows for Sobol
/// (Archer, Saltelli & Sobol' 1997, J. Stat. Comput. Simul. 58:99-120). The interval is that of the
/// percentiles from 5 to 95 (Efron & Tibshirani 1993, An Introduction to the Bootstrap, ch. 13). The
/// same seed draws the same units for every output, so that intervals of outputs can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often; some hundreds. With 0 no figure has an interval.
    pub resamples: usize,
    /// The seed.
    pub seed: u64,
}

/// A figure and between what it lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure of the whole sample.
    pub value: f64,
    /// The 5th and the 95th percentile of the figures of what was drawn again; none when no draw could
    /// be judged.
    pub interval: Option<[f64; 2]>,
}

impl Estimate {
    pub(super) fn new(value: f64, again: Vec<f64>) -> Estimate {
        let again = Sample::new(again).ok();
        let interval = again.map(|again| {
            let [low, _, high] = again.band();
            [low, high]
        });
        Estimate { value, interval }
    }
}

impl Bootstrap {
    /// Calls with the places of each draw from so many units.
    pub(super) fn each(self, units: usize, mut call: impl FnMut(&[usize])) {
        let mut random = Pcg64::seed_from_u64(self.seed);
        let mut drawn = vec![0; units];
        for _ in 0..self.resamples {
            for place in &mut drawn {
                *place = random.random_range(0..units);
            }
            call(&drawn);
        }
    }
}
