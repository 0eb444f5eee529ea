//! What the lab says of many draws: quantiles, shares, scores against what was observed, differences
//! and ranks.
//!
//! A [`Sample`] holds draws that count alike, a [`Weighted`] one draws that a calibration has given
//! weights. Both are checked when they are made: there is a draw, and each is a finite number.

mod paired;
mod sample;
mod score;
mod share;
mod weighted;

pub use paired::{differences, spearman};
pub use sample::Sample;
pub use score::interval_score;
pub use share::Share;
pub use weighted::Weighted;

/// Why nothing can be said of draws.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// There is none.
    #[error("there is no draw")]
    Empty,
    /// One is not a finite number.
    #[error("draw {at} is {value}; each is to be a finite number")]
    NotFinite {
        /// Which, the first being 0.
        at: usize,
        /// What was found: `NaN`, `inf` or `-inf`.
        value: String,
    },
    /// A weight that is none.
    #[error("the weight of draw {at} is {value}; each is to be a finite number of 0 or more")]
    Weight {
        /// Of which, the first being 0.
        at: usize,
        /// What was found.
        value: String,
    },
    /// All weights are 0.
    #[error("the weights of all {0} draws are 0: one at least is to count")]
    NoWeight(usize),
    /// Two columns that are to go together do not.
    #[error(
        "one column has {left} draws and the other {right}; draw by draw they are to belong together"
    )]
    Lengths {
        /// How many the first has.
        left: usize,
        /// How many the second has.
        right: usize,
    },
}

/// That both columns are as long, and longer than nothing.
fn together(left: usize, right: usize) -> Result<(), SampleError> {
    if left != right {
        return Err(SampleError::Lengths { left, right });
    }
    if left == 0 {
        return Err(SampleError::Empty);
    }
    Ok(())
}

/// That each is a finite number.
fn finite(values: &[f64]) -> Result<(), SampleError> {
    match values.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(SampleError::NotFinite {
            at,
            value: values[at].to_string(),
        }),
        None => Ok(()),
    }
}

/// Weights over the largest of them, so that no sum of them overflows; one at least is more than 0.
fn weighed(weights: &[f64]) -> Result<Vec<f64>, SampleError> {
    if let Some(at) = weights.iter().position(|w| !w.is_finite() || *w < 0.0) {
        return Err(SampleError::Weight {
            at,
            value: weights[at].to_string(),
        });
    }
    let largest = weights.iter().fold(0.0_f64, |most, w| most.max(*w));
    if largest == 0.0 {
        return Err(SampleError::NoWeight(weights.len()));
    }
    Ok(weights.iter().map(|w| w / largest).collect())
}

/// As how many draws of one weight these count: the effective size of Kish (1965, Survey Sampling),
/// `(sum w)^2 / sum w^2`.
fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    sum * sum / squares
}
