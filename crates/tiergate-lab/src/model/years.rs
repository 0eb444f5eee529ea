//! From a year's amount to its months: growth goes on inside a year, and the months add up to it.

/// The amount of each of twelve months of each year, from amounts a year.
///
/// Within a year the months grow by the rate from the year before to the year after; the months of a year
/// add up to its amount.
///
/// ```
/// use tiergate_lab::model::monthly;
/// let months = monthly(&[100.0, 400.0, 800.0]);
/// assert_eq!(months.len(), 36);
/// assert!((months[12..24].iter().sum::<f64>() - 400.0).abs() < 1e-9);
/// assert!(months[12] < months[23]);
/// ```
#[must_use]
pub fn monthly(years: &[f64]) -> Vec<f64> {
    let mut months = Vec::with_capacity(years.len() * 12);
    for (at, amount) in years.iter().enumerate() {
        let before = at.checked_sub(1).map_or(*amount, |b| years[b]);
        let after = years.get(at + 1).copied().unwrap_or(*amount);
        // One step where a neighbour is missing, two where there are both.
        let steps = f64::from(u8::from(at > 0) + u8::from(at + 1 < years.len()));
        let rate = match before > 0.0 && after > 0.0 && steps > 0.0 {
            true => (after / before).powf(1.0 / (12.0 * steps)),
            false => 1.0,
        };
        let weights: Vec<f64> = (0..12).map(|m| rate.powi(m)).collect();
        let sum: f64 = weights.iter().sum();
        months.extend(weights.iter().map(|w| amount * w / sum));
    }
    months
}
