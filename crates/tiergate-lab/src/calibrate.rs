//! Calibration: of many draws of the prior, those are kept whose rehearsals come nearest to what is known.
//!
//! Approximate Bayesian computation by rejection (Pritchard and others, 1999; Beaumont, Zhang and Balding,
//! 2002): the distance of a draw is the root of the mean square of what it misses each target by, as a
//! logarithm, beside the slack of that target. Targets that are the work of the same authors count as
//! one.

use crate::findings::Target;
use crate::posterior::Posterior;
use crate::setup::Setup;
use crate::targets::{Known, Role};
use crate::validate::Said;

/// A parameter before and after.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Ranges {
    /// Its id.
    pub id: String,
    /// The 5th percentile, median and 95th of the prior.
    pub prior: [f64; 3],
    /// The same of what was kept.
    pub posterior: [f64; 3],
    /// How far the two distributions lie apart: the largest difference of their shares below a value
    /// (Kolmogorov and Smirnov), 0 to 1.
    pub moved: f64,
}

/// What calibration found.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// The draws that were kept.
    pub posterior: Posterior,
    /// Each parameter before and after, the one that moved most first.
    pub ranges: Vec<Ranges>,
    /// The targets before.
    pub before: Vec<Target>,
    /// The targets after.
    pub after: Vec<Target>,
}

/// The distance of what a draw says from what is known; infinite where it does not say something that it
/// should.
///
/// A target weighs one over the number of targets of the same quantity and period kind, so that two
/// accounts of one thing count once.
#[must_use]
pub fn distance(targets: &[Known], said: &[Option<f64>]) -> f64 {
    let fitted = || {
        let each = targets
            .iter()
            .zip(said)
            .filter(|(t, _)| t.role == Role::Calibrate);
        each.filter_map(|(t, said)| Some((t, *said, t.value?, t.slack()?)))
    };
    let (mut sum, mut weights) = (0.0, 0.0);
    for (target, said, value, slack) in fitted() {
        // The model may be unable to speak of it at all, and then it tells draws apart by nothing.
        let Some(said) = said else { continue };
        let same =
            fitted().filter(|(t, ..)| t.smuggled && target.smuggled && t.period == target.period);
        let weight = 1.0 / same.count().max(1) as f64;
        let missed = if said > 0.0 {
            (said / value).ln() / slack
        } else {
            f64::INFINITY
        };
        sum += weight * missed * missed;
        weights += weight;
    }
    if weights > 0.0 {
        (sum / weights).sqrt()
    } else {
        f64::INFINITY
    }
}

/// Keeps the nearest draws.
///
/// # Panics
///
/// Never: `keep` is bounded by how many were drawn.
#[must_use]
pub fn calibrate(setup: &Setup, targets: &[Known], said: &[Said], keep: usize) -> Calibrated {
    let mut by_distance: Vec<(f64, &Said)> = said
        .iter()
        .map(|said| (distance(targets, &said.model), said))
        .collect();
    by_distance.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.draw.cmp(&b.1.draw)));
    let kept = &by_distance[..keep.clamp(1, by_distance.len())];
    let posterior = Posterior {
        seed: setup.plan.seed,
        drawn: setup.plan.draws,
        rests_on: crate::built_in::digest(),
        distance: kept.last().map_or(f64::INFINITY, |(d, _)| *d),
        accepted: kept.iter().map(|(_, said)| said.draw).collect(),
    };
    let values = |draws: &mut dyn Iterator<Item = u64>| -> Vec<Vec<f64>> {
        draws
            .map(|draw| setup.drawing.values(&setup.model, draw))
            .collect()
    };
    let prior = values(&mut said.iter().map(|s| s.draw));
    let after = values(&mut kept.iter().map(|(_, s)| s.draw));
    let mut ranges: Vec<Ranges> = setup
        .model
        .parameters
        .all()
        .iter()
        .enumerate()
        .filter_map(|(at, parameter)| {
            let of = |draws: &[Vec<f64>]| crate::fan::known(draws.iter().map(|d| d[at]));
            let (before, after) = (of(&prior)?, of(&after)?);
            Some(Ranges {
                id: parameter.id.clone(),
                prior: before.band(),
                posterior: after.band(),
                moved: moved(before.sorted(), after.sorted()),
            })
        })
        .collect();
    ranges.sort_by(|a, b| b.moved.total_cmp(&a.moved));
    let kept: Vec<Said> = kept.iter().map(|(_, said)| (*said).clone()).collect();
    Calibrated {
        posterior,
        ranges,
        before: crate::validate::validate(targets, said),
        after: crate::validate::validate(targets, &kept),
    }
}

/// The largest difference of the shares of two samples that lie at or below a value.
fn moved(a: &[f64], b: &[f64]) -> f64 {
    let below =
        |sorted: &[f64], x: f64| sorted.partition_point(|y| *y <= x) as f64 / sorted.len() as f64;
    let apart = |x: &f64| (below(a, *x) - below(b, *x)).abs();
    a.iter().chain(b).map(apart).fold(0.0, f64::max)
}
