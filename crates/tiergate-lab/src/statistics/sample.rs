//! Draws that count alike.

use super::score::{crps, interval_score};
use super::{SampleError, finite};

/// Draws of one figure, all finite and in order; one at least. Figures have the unit of the draws.
///
/// ```
/// use tiergate_lab::statistics::Sample;
/// let waits = Sample::new(vec![30.0, 10.0, 20.0, 40.0])?;
/// assert_eq!((waits.mean(), waits.median()), (25.0, 25.0));
/// assert_eq!(waits.band(), [11.5, 25.0, 38.5]);
/// assert!(Sample::new(vec![1.0, f64::NAN]).is_err());
/// # Ok::<(), tiergate_lab::statistics::SampleError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sample(Vec<f64>);

impl Sample {
    /// The draws, in any order.
    ///
    /// # Errors
    ///
    /// None at all, or one that is not finite.
    pub fn new(mut draws: Vec<f64>) -> Result<Sample, SampleError> {
        if draws.is_empty() {
            return Err(SampleError::Empty);
        }
        finite(&draws)?;
        draws.sort_unstable_by(f64::total_cmp);
        Ok(Sample(draws))
    }

    /// The draws, from least to most.
    #[must_use]
    pub fn sorted(&self) -> &[f64] {
        &self.0
    }

    fn count(&self) -> f64 {
        self.0.len() as f64
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.count()
    }

    /// By how much the mean scatters: the standard deviation over the root of the number of draws. None
    /// for a single draw. Of [`super::differences`] it is the error of a comparison under common random
    /// numbers (Law 2015, Simulation Modeling and Analysis, section 10.2).
    ///
    /// ```
    /// use tiergate_lab::statistics::Sample;
    /// assert_eq!(Sample::new(vec![0.0, 2.0])?.standard_error(), Some(1.0));
    /// assert_eq!(Sample::new(vec![3.0])?.standard_error(), None);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn standard_error(&self) -> Option<f64> {
        let (mean, count) = (self.mean(), self.count());
        let squares: f64 = self.0.iter().map(|x| (x - mean) * (x - mean)).sum();
        (self.0.len() > 1).then(|| (squares / (count - 1.0) / count).sqrt())
    }

    /// The value below which a share `q` of the draws lies: the quantile of type 7 of Hyndman & Fan
    /// (1996, Am. Stat. 50:361-365), on the line between the two draws next to it. A `q` beyond 0 or 1 is
    /// taken as that.
    ///
    /// ```
    /// use tiergate_lab::statistics::Sample;
    /// let sample = Sample::new(vec![1.0, 2.0, 4.0])?;
    /// assert_eq!((sample.quantile(0.0), sample.quantile(0.75), sample.quantile(1.0)), (1.0, 3.0, 4.0));
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn quantile(&self, q: f64) -> f64 {
        let last = self.0.len() - 1;
        let at = q.clamp(0.0, 1.0) * last as f64;
        let below = (at.floor() as usize).min(last);
        let above = (below + 1).min(last);
        let (low, high) = (self.0[below], self.0[above]);
        low + (at - below as f64) * (high - low)
    }

    /// The median.
    #[must_use]
    pub fn median(&self) -> f64 {
        self.quantile(0.5)
    }

    /// The 5th percentile, the median and the 95th: the middle and the ends of the central 90 %.
    #[must_use]
    pub fn band(&self) -> [f64; 3] {
        [0.05, 0.5, 0.95].map(|q| self.quantile(q))
    }

    /// The interval score of the central 90 % against what was observed: see [`interval_score`].
    ///
    /// ```
    /// use tiergate_lab::statistics::Sample;
    /// let sample = Sample::new((0..=100).map(f64::from).collect())?;
    /// assert!((sample.interval_score(50.0) - 90.0).abs() < 1e-9);
    /// assert!((sample.interval_score(96.0) - 110.0).abs() < 1e-9);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn interval_score(&self, observed: f64) -> f64 {
        let [low, _, high] = self.band();
        interval_score([low, high], 0.9, observed)
    }

    /// The continuous ranked probability score against what was observed, which is finite, in the unit
    /// of the draws; less is better, and for a single draw it is how far off that is (Gneiting & Raftery 2007, J. Am. Stat.
    /// Assoc. 102:359-378, eq. 20 and 21). It equals the mean distance of a draw from what was observed
    /// less half the mean distance of two draws.
    ///
    /// ```
    /// use tiergate_lab::statistics::Sample;
    /// assert_eq!(Sample::new(vec![3.0])?.crps(5.0), 2.0);
    /// // One apart from each, less half of (0 + 2 + 2 + 0) / 4.
    /// assert_eq!(Sample::new(vec![4.0, 6.0])?.crps(5.0), 0.5);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    #[must_use]
    pub fn crps(&self, observed: f64) -> f64 {
        let share = 1.0 / self.count();
        crps(self.0.iter().map(|x| (*x, share)), observed)
    }
}
