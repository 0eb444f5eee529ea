//! In which share of the draws something holds, and how surely that is known.

use super::{SampleError, effective, together, weighed};

/// The two-sided 95 % point of the normal distribution.
const Z_95: f64 = 1.959_963_984_540_054;

/// A share of draws, and the interval of Wilson around it at 95 % (1927, J. Am. Stat. Assoc. 22:209-212;
/// that it holds what it says, near 0 and 1 too: Brown, Cai & DasGupta 2001, Stat. Sci. 16:101-133).
///
/// The interval tells how far so few draws can be trusted, not how far the model can.
///
/// ```
/// use tiergate_lab::statistics::Share;
/// let share = Share::of((0..100).map(|draw| draw < 90))?;
/// assert_eq!(share.value, 0.9);
/// assert!((share.low - 0.8256).abs() < 1e-4 && (share.high - 0.9448).abs() < 1e-4);
/// // All of ten draws is not all.
/// let all = Share::of([true; 10])?;
/// assert!((all.low - 0.7225).abs() < 1e-4 && all.high == 1.0);
/// # Ok::<(), tiergate_lab::statistics::SampleError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Share {
    /// The share, from 0 to 1.
    pub value: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// Its upper end.
    pub high: f64,
}

impl Share {
    /// The share of draws in which it holds.
    ///
    /// # Errors
    ///
    /// There is no draw.
    pub fn of(holds: impl IntoIterator<Item = bool>) -> Result<Share, SampleError> {
        let (mut held, mut count) = (0.0, 0.0);
        for holds in holds {
            held += f64::from(u8::from(holds));
            count += 1.0;
        }
        if count == 0.0 {
            return Err(SampleError::Empty);
        }
        Ok(Share::wilson(held / count, count))
    }

    /// The share of the weight of draws in which it holds. The interval counts the draws as many as their
    /// effective size (Kish 1965), so it is an approximation.
    ///
    /// ```
    /// use tiergate_lab::statistics::Share;
    /// let share = Share::weighted(&[true, false, true], &[2.0, 1.0, 1.0])?;
    /// assert_eq!(share.value, 0.75);
    /// assert!(share.low < 0.75 && share.high > 0.75);
    /// # Ok::<(), tiergate_lab::statistics::SampleError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Columns of different lengths, a weight that is not finite or below 0, or no weight at all.
    pub fn weighted(holds: &[bool], weights: &[f64]) -> Result<Share, SampleError> {
        together(holds.len(), weights.len())?;
        let weights = weighed(weights)?;
        let each = holds.iter().zip(&weights);
        let (mut held, mut not) = (0.0, 0.0);
        for (holds, weight) in each {
            *(if *holds { &mut held } else { &mut not }) += weight;
        }
        Ok(Share::wilson(held / (held + not), effective(&weights)))
    }

    fn wilson(value: f64, count: f64) -> Share {
        let z2 = Z_95 * Z_95 / count;
        let middle = (value + z2 / 2.0) / (1.0 + z2);
        let half = (z2 * (value * (1.0 - value) + z2 / 4.0)).sqrt() / (1.0 + z2);
        // At an end the interval ends there, whatever rounding says.
        Share {
            value,
            low: (middle - half).clamp(0.0, value),
            high: (middle + half).clamp(value, 1.0),
        }
    }
}
