//! Draws that a calibration has given weights.

use super::score::{crps, interval_score};
use super::{SampleError, effective, finite, together, weighed};

/// Draws of one figure with weights, in order; one at least has a weight. Only the proportions of the
/// weights count.
///
/// ```
/// use tiergate_lab::statistics::Weighted;
/// let draws = Weighted::new(&[10.0, 20.0, 30.0], &[1.0, 1.0, 2.0])?;
/// assert_eq!(draws.mean(), 22.5);
/// assert!((draws.effective() - 16.0 / 6.0).abs() < 1e-12);
/// assert!(Weighted::new(&[1.0], &[0.0]).is_err());
/// # Ok::<(), tiergate_lab::statistics::SampleError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// Each value with its share of all weight, from least to most.
    draws: Vec<(f64, f64)>,
    effective: f64,
}

impl Weighted {
    /// The draws, in any order, and the weight of each. Draws without weight are left out.
    ///
    /// # Errors
    ///
    /// Columns of different lengths, a draw that is not finite, a weight that is not finite or below 0,
    /// or no weight at all.
    pub fn new(values: &[f64], weights: &[f64]) -> Result<Weighted, SampleError> {
        together(values.len(), weights.len())?;
        finite(values)?;
        let weights = weighed(weights)?;
        let sum: f64 = weights.iter().sum();
        let effective = effective(&weights);
        let draws = values.iter().copied().zip(weights.iter().map(|w| w / sum));
        let mut draws: Vec<(f64, f64)> = draws.filter(|(_, share)| *share > 0.0).collect();
        draws.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        Ok(Weighted { draws, effective })
    }

    /// As how many draws of one weight they count: the effective size of Kish (1965, Survey Sampling).
    #[must_use]
    pub const fn effective(&self) -> f64 {
        self.effective
    }

    /// The mean, by weight.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.draws.iter().map(|(x, share)| x * share).sum()
    }

    /// The value below which a share `q` of the weight lies: type 7 of Hyndman & Fan with weights, after
    /// Akinshin (2023, arXiv:2304.07265). It is the mean of the weighted staircase of draws over a window
    /// whose width is one effective draw. With equal weights it is [`super::Sample::quantile`]; a `q`
    /// beyond 0 or 1 is taken as that. With few effective draws all quantiles draw near the mean: look at
    /// [`Weighted::effective`] before a band is shown.
    ///
    /// ```
    /// use tiergate_lab::statistics::Weighted;
    /// let even = Weighted::new(&[4.0, 1.0, 2.0], &[3.0, 3.0, 3.0])?;
    /// assert!((even.quantile(0.75) - 3.0).abs() < 1e-12);
    /// // A draw without weight changes nothing.
    /// let two = Weighted::new(&[1.0, 2.0, 3.0], &[1.0, 0.0, 1.0])?;
    /// assert!((two.quantile(0.5) - 2.0).abs() < 1e-12);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn quantile(&self, q: f64) -> f64 {
        let from = q.clamp(0.0, 1.0) * (self.effective - 1.0) / self.effective;
        let to = from + 1.0 / self.effective;
        let (mut below, mut sum, mut covered) = (0.0, 0.0, 0.0);
        for (value, share) in &self.draws {
            let above = below + share;
            let within = (above.min(to) - f64::max(below, from)).max(0.0);
            sum += value * within;
            covered += within;
            below = above;
        }
        let [least, most] =
            [self.draws.first(), self.draws.last()].map(|end| end.map_or(0.0, |(value, _)| *value));
        (sum / covered).clamp(least, most)
    }

    /// The median.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The 5th percentile, the median and the 95th.
    #[must_use]
    pub fn band(&self) -> [f64; 3] {
        [0.05, 0.5, 0.95].map(|q| self.quantile(q))
    }

    /// The interval score of the central 90 % against what was observed: see [`interval_score`].
    #[must_use]
    pub fn interval_score(&self, observed: f64) -> f64 {
        let [low, _, high] = self.band();
        interval_score([low, high], 0.9, observed)
    }

    /// The continuous ranked probability score against what was observed: see [`super::Sample::crps`].
    ///
    /// ```
    /// use tiergate_lab::statistics::Weighted;
    /// // 3/4 and 1/4 of 0 and 4: 1 is 1.5 off on average, and two draws 1.5 from each other.
    /// assert_eq!(Weighted::new(&[0.0, 4.0], &[3.0, 1.0])?.crps(1.0), 1.5 - 0.5 * 1.5);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn crps(&self, observed: f64) -> f64 {
        crps(self.draws.iter().copied(), observed)
    }
}
