//! How a series is spread over draws, month by month.

/// The quantiles that are told of a month: 5, 25, 50, 75 and 95 percent.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// The value below which a share of sorted values lies, between neighbours by the line that joins them
/// (type 7 of Hyndman and Fan, 1996); none of no values.
///
/// ```
/// use tiergate_lab::fan::quantile;
/// assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.5), Some(3.0));
/// assert_eq!(quantile(&[1.0, 2.0], 0.25), Some(1.25));
/// assert_eq!(quantile(&[], 0.5), None);
/// ```
#[must_use]
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = share.clamp(0.0, 1.0) * last as f64;
    let (low, high) = (at.floor() as usize, at.ceil() as usize);
    Some(sorted[low] + (sorted[high] - sorted[low]) * at.fract())
}

/// Values in order, those that are none left out.
#[must_use]
pub fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut known: Vec<f64> = values.into_iter().filter(|x| x.is_finite()).collect();
    known.sort_unstable_by(f64::total_cmp);
    known
}

/// The quantiles of each month; none of a month without a value in any draw.
#[must_use]
pub fn fan(draws: &[Vec<f32>]) -> Vec<Option<[f64; 5]>> {
    let months = draws.first().map_or(0, Vec::len);
    let month = |at: usize| {
        let values = sorted(draws.iter().map(|d| f64::from(d[at])));
        let mut told = [0.0; 5];
        for (told, share) in told.iter_mut().zip(QUANTILES) {
            *told = quantile(&values, share)?;
        }
        Some(told)
    };
    (0..months).map(month).collect()
}
