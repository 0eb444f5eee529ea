//! How values are spread over draws, month by month.

use crate::statistics::Sample;

/// The quantiles that are told of a month: 5, 25, 50, 75 and 95 percent.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The values there are, those that are none left out; none when there are none.
#[must_use]
pub fn known(values: impl IntoIterator<Item = f64>) -> Option<Sample> {
    Sample::new(values.into_iter().filter(|x| x.is_finite()).collect()).ok()
}

/// The quantiles of each month; none of a month without a value in any draw.
///
/// ```
/// use tiergate_lab::fan::fan;
/// let draws = vec![vec![1.0, f32::NAN], vec![3.0, f32::NAN]];
/// let told = fan(&draws);
/// assert_eq!(told[0].map(|q| q[2]), Some(2.0));
/// assert_eq!(told[1], None);
/// ```
#[must_use]
pub fn fan(draws: &[Vec<f32>]) -> Vec<Option<[f64; 5]>> {
    let months = draws.first().map_or(0, Vec::len);
    let month = |at: usize| {
        let sample = known(draws.iter().map(|d| f64::from(d[at])))?;
        Some(QUANTILES.map(|share| sample.quantile(share)))
    };
    (0..months).map(month).collect()
}
