//! Bunching: more yearly amounts just below the limit than the shape of the rest leads one to expect.
//!
//! The counterfactual is a straight line through the logarithms of counts over the logarithm of the
//! amount, fitted to the amounts below the window and continued into it. A distribution that bends
//! down, as a log-normal one does, lies below that line: the test is on the cautious side.

use crate::settings::Settings;

/// Amounts from this share of the limit on are counted for the fit.
const FIT_FROM: f64 = 0.3;
/// Width of a bin, as a share of the limit.
const BIN: f64 = 0.05;

/// The window just below the limit: what is in it and what was to be expected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bunching {
    /// Lower end of the window, as a share of the limit.
    pub from: f64,
    /// Yearly amounts in the window.
    pub found: usize,
    /// As many would be expected from those below the window; none when too few are there to fit.
    pub expected: Option<f64>,
    /// How often chance alone would give as many (Poisson).
    pub chance: Option<f64>,
}

/// Tests the yearly amounts, each as a share of its limit.
pub fn bunching(shares: &[f64], settings: &Settings) -> Bunching {
    let from = settings.window_from.clamp(FIT_FROM, 1.0);
    let inside = |low: f64, high: f64| shares.iter().filter(|s| **s > low && **s <= high).count();
    let found = inside(from, 1.0);
    let bins = ((from - FIT_FROM) / BIN).round() as usize;
    let point = |at: usize| {
        let low = FIT_FROM + BIN * at as f64;
        let count = inside(low, low + BIN) as f64;
        // A bin weighs as much as it holds; half a count keeps an empty one finite.
        ((low + BIN / 2.0).ln(), (count + 0.5).ln(), count + 0.5)
    };
    let points: Vec<(f64, f64, f64)> = (0..bins).map(point).collect();
    let expected = line(&points).map(|(level, slope)| {
        let in_window = ((1.0 - from) / BIN).round() as usize;
        let at = |bin: usize| (from + BIN * (bin as f64 + 0.5)).ln();
        let count = |bin| ((level + slope * at(bin)).exp() - 0.5).max(0.0);
        (0..in_window).map(count).sum::<f64>()
    });
    Bunching {
        from,
        found,
        expected,
        chance: expected.map(|e| poisson_tail(found, e)),
    }
}

/// Level and slope of the weighted line through points; none of fewer than four, or of too little weight.
fn line(points: &[(f64, f64, f64)]) -> Option<(f64, f64)> {
    let weight: f64 = points.iter().map(|p| p.2).sum();
    if points.len() < 4 || weight < 20.0 {
        return None;
    }
    let mean =
        |of: fn(&(f64, f64, f64)) -> f64| points.iter().map(|p| p.2 * of(p)).sum::<f64>() / weight;
    let (x, y) = (mean(|p| p.0), mean(|p| p.1));
    let spread: f64 = points.iter().map(|p| p.2 * (p.0 - x).powi(2)).sum();
    let joint: f64 = points.iter().map(|p| p.2 * (p.0 - x) * (p.1 - y)).sum();
    let slope = joint / spread;
    slope.is_finite().then_some((y - slope * x, slope))
}

/// How often a Poisson variable of this mean is at least `count`.
///
/// ```
/// let tail = tiergate_watch::poisson_tail(1, 1.0);
/// assert!((tail - (1.0 - (-1.0_f64).exp())).abs() < 1e-12);
/// ```
#[must_use]
pub fn poisson_tail(count: usize, mean: f64) -> f64 {
    if count == 0 {
        return 1.0;
    }
    if mean.is_nan() || mean <= 0.0 {
        return 0.0;
    }
    // The terms from `count` on, each from the one before; they fall off once past the mean.
    let mut factorial = 0.0;
    for n in 2..=count {
        factorial += (n as f64).ln();
    }
    let first = (count as f64).mul_add(mean.ln(), -mean) - factorial;
    let (mut term, mut sum, mut n) = (1.0_f64, 1.0_f64, count as f64);
    while term > sum * 1e-15 || n < mean {
        n += 1.0;
        term *= mean / n;
        sum += term;
    }
    (first + sum.ln()).exp().min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Amounts of a power law, and some more in the window.
    fn shares(more: usize) -> Vec<f64> {
        let mut all: Vec<f64> = (1..4000).map(|n| 0.05 / (f64::from(n) / 4000.0)).collect();
        all.retain(|s| *s <= 1.0);
        all.extend((0..more).map(|n| 0.85 + 0.1 * n as f64 / more as f64));
        all
    }

    #[test]
    fn a_smooth_tail_does_not_bunch() {
        let of = bunching(&shares(0), &Settings::default());
        assert!(of.chance.unwrap() > 0.05, "{of:?}");
        assert!(
            (of.expected.unwrap() - of.found as f64).abs() < 12.0,
            "{of:?}"
        );
    }

    #[test]
    fn forty_more_just_below_the_limit_are_seen() {
        let of = bunching(&shares(40), &Settings::default());
        assert!(of.chance.unwrap() < 1e-4, "{of:?}");
    }

    #[test]
    fn too_few_amounts_give_no_expectation() {
        assert_eq!(bunching(&[0.9, 0.95], &Settings::default()).expected, None);
    }

    #[test]
    fn the_tail_sums_to_what_a_plain_sum_gives() {
        for (count, mean) in [(3, 0.7_f64), (10, 9.5), (40, 60.0), (5, 0.01)] {
            let mut below = 0.0;
            let mut term = (-mean).exp();
            for n in 0..count {
                below += term;
                term *= mean / (n + 1) as f64;
            }
            let plain: f64 = 1.0 - below;
            assert!(
                (poisson_tail(count, mean) - plain).abs() < 1e-9,
                "{count} {mean}"
            );
        }
    }
}
