//! How well a forecast did against what was observed.

/// The interval score of a central interval that is to hold what is observed with a probability of
/// `coverage`: how wide it is, and for a miss how far it missed by, times `2 / (1 - coverage)` (Gneiting &
/// Raftery 2007, J. Am. Stat. Assoc. 102:359-378, eq. 43). In the unit of the figure; less is better.
/// `coverage` lies between 0 and 1, neither included.
///
/// ```
/// use tiergate_lab::statistics::interval_score;
/// assert_eq!(interval_score([10.0, 20.0], 0.9, 20.0), 10.0);
/// assert!((interval_score([10.0, 20.0], 0.9, 21.0) - 30.0).abs() < 1e-9);
/// assert!((interval_score([10.0, 20.0], 0.9, 8.0) - 50.0).abs() < 1e-9);
/// ```
#[must_use]
pub fn interval_score([low, high]: [f64; 2], coverage: f64, observed: f64) -> f64 {
    let missed = (low - observed).max(observed - high).max(0.0);
    high - low + 2.0 / (1.0 - coverage) * missed
}

/// The integral of the square of the staircase of draws, each with its share, from least to most, less
/// the single stair at what was observed.
pub(super) fn crps(sorted: impl Iterator<Item = (f64, f64)>, observed: f64) -> f64 {
    let (mut score, mut below, mut last) = (0.0, 0.0, None);
    for (value, share) in sorted {
        let from = last.unwrap_or(f64::min(value, observed));
        let turn = observed.clamp(from, value);
        score += below * below * (turn - from) + (1.0 - below) * (1.0 - below) * (value - turn);
        below += share;
        last = Some(value);
    }
    score + last.map_or(0.0, |last| (observed - last).max(0.0))
}
