//! Which parameters decide an effect: those whose rank correlation with it is more than chance gives.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::statistics::spearman;

/// How many parameters are told at most.
const FEW: usize = 6;

/// The chance that a parameter is told among all of them although none matters.
const FALSE_ALARM: f64 = 0.05;

/// The size of a rank correlation that chance exceeds for none of so many parameters, in all but a
/// twentieth of runs of so many draws: the t distribution of a correlation's ratio (Kendall and Stuart
/// 1973, section 31.19), its chance shared out among the parameters (Bonferroni). Endless with fewer than
/// three draws.
///
/// ```
/// use tiergate_lab::claims::beyond_chance;
/// // For a single parameter, the published two-sided point of 5 percent for 30 draws is 0.361.
/// assert!((beyond_chance(30, 1) - 0.361).abs() < 1e-3);
/// assert!(beyond_chance(30, 100) > 0.5 && beyond_chance(2, 1).is_infinite());
/// ```
#[must_use]
pub fn beyond_chance(draws: usize, parameters: usize) -> f64 {
    let freedom = draws as f64 - 2.0;
    let Ok(t) = StudentsT::new(0.0, 1.0, freedom) else {
        return f64::INFINITY;
    };
    let tail = FALSE_ALARM / (2.0 * parameters.max(1) as f64);
    let t = t.inverse_cdf(1.0 - tail);
    t / (freedom + t * t).sqrt()
}

/// The parameters that decide an effect, with their rank correlation, the largest first. `values` has a
/// row of all parameters for each draw; draws whose effect is not known are left out.
///
/// ```
/// use tiergate_lab::claims::decided_by;
/// let ids = ["a".to_owned(), "b".to_owned()];
/// let values: Vec<Vec<f64>> = (0..50).map(|n| vec![f64::from(n), f64::from(n * 37 % 50)]).collect();
/// let effects: Vec<f64> = values.iter().map(|row| -row[0]).collect();
/// assert_eq!(decided_by(&ids, &values, &effects), [("a".to_owned(), -1.0)]);
/// ```
#[must_use]
pub fn decided_by(ids: &[String], values: &[Vec<f64>], effects: &[f64]) -> Vec<(String, f64)> {
    let known: Vec<usize> = (0..effects.len())
        .filter(|n| effects[*n].is_finite())
        .collect();
    let effect: Vec<f64> = known.iter().map(|n| effects[*n]).collect();
    let column = |at: usize| -> Vec<f64> { known.iter().map(|n| values[*n][at]).collect() };
    let with = |at: usize| spearman(&column(at), &effect).ok().flatten();
    // A parameter that is held at a value has no rank.
    let all: Vec<(usize, f64)> = (0..ids.len())
        .filter_map(|at| Some((at, with(at)?)))
        .collect();
    let least = beyond_chance(known.len(), all.len());
    let mut told: Vec<(usize, f64)> = all.into_iter().filter(|(_, r)| r.abs() > least).collect();
    told.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    told.truncate(FEW);
    told.into_iter()
        .map(|(at, r)| (ids[at].clone(), r))
        .collect()
}

/// The two-sided 90 percent point of the normal distribution.
const Z_90: f64 = 1.644_853_626_951_472;

/// A rank correlation of so many draws with its interval of 90 percent: low, itself, high. By Fisher's
/// transformation, whose variance for ranks is 1.06 over the draws less three (Fieller, Hartley and
/// Pearson 1957, Biometrika 44:470-481). None with fewer than four draws.
///
/// ```
/// use tiergate_lab::claims::correlation_interval;
/// let [low, r, high] = correlation_interval(0.5, 103).unwrap();
/// assert!(low < r && r < high && (high - low - 0.25).abs() < 0.01);
/// ```
#[must_use]
pub fn correlation_interval(r: f64, draws: usize) -> Option<[f64; 3]> {
    let freedom = draws.checked_sub(3).filter(|n| *n > 0)? as f64;
    let half = Z_90 * (1.06 / freedom).sqrt();
    let near_one = 1.0 - 1e-12;
    let z = r.clamp(-near_one, near_one).atanh();
    Some([(z - half).tanh().min(r), r, (z + half).tanh().max(r)])
}
