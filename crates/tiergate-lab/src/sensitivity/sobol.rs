//! The indices of Sobol: what share of an output's variance each input brings, alone and in all.

use super::bootstrap::{Bootstrap, Estimate};
use super::outputs::{OutputError, scaled};
use super::saltelli::Saltelli;

/// Outputs that differ by less than this share of the largest are alike: what differs is rounding.
const ROUNDING: f64 = 1e-12;

/// The indices of one input, as shares of the variance of the output.
///
/// As estimates they can lie a little below 0 or above 1; they are given as they come out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// By how much the variance would fall, on average, if this input alone were known.
    pub first: Estimate,
    /// What would be left of the variance, on average, if all but this input were known: as much as
    /// `first` where inputs add up, more where it acts with others.
    pub total: Estimate,
}

/// The indices of each input for an output, whose values are in the order of the points of the design;
/// none when the output does not vary.
///
/// First order by the estimator of Saltelli et al. (2010, Comput. Phys. Commun. 181:259-270, table 2 b),
/// with the output centered first: what an inert input is given is then exactly 0, and what a small one
/// is given hardly scatters. Total by that of Jansen (1999, Comput. Phys. Commun. 117:35-43), which is
/// never negative. The variance is that over A and B together.
///
/// The interval draws whole base rows again, as if they were independent; those of a scrambled Sobol
/// sequence do better, so it is wider rather than narrower than it need be. A draw without variance is
/// passed over.
///
/// ```
/// use tiergate_lab::sensitivity::{Bootstrap, Design, Saltelli, indices};
/// let design = Saltelli::new(3, 256, 1)?;
/// let bootstrap = Bootstrap { resamples: 100, seed: 1 };
/// // Variances go with the squares: 1 to 9.
/// let outputs: Vec<f64> = (0..design.len()).map(|at| {
///     let x = design.at(at);
///     x[0] + 3.0 * x[1]
/// }).collect();
/// let found = indices(&design, &outputs, bootstrap)?.expect("the output varies");
/// assert!((found[0].first.value - 0.1).abs() < 0.02 && (found[1].total.value - 0.9).abs() < 0.02);
/// assert_eq!((found[2].first.value, found[2].total.value), (0.0, 0.0));
///
/// let alike = vec![0.1; design.len()];
/// assert_eq!(indices(&design, &alike, bootstrap)?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As many outputs as points are wanted, each finite.
pub fn indices(
    design: &Saltelli,
    outputs: &[f64],
    bootstrap: Bootstrap,
) -> Result<Option<Vec<Indices>>, OutputError> {
    let (outputs, _) = scaled(design, outputs)?;
    let Some(outputs) = centered(design.width(), outputs) else {
        return Ok(None);
    };
    let rows: Vec<&[f64]> = outputs.chunks(design.width()).collect();
    let Some(values) = estimate(&rows) else {
        return Ok(None);
    };
    let mut again = vec![(Vec::new(), Vec::new()); values.len()];
    let mut drawn = Vec::with_capacity(rows.len());
    bootstrap.each(rows.len(), |places| {
        drawn.clear();
        drawn.extend(places.iter().map(|at| rows[*at]));
        for ((first, total), again) in estimate(&drawn).into_iter().flatten().zip(&mut again) {
            again.0.push(first);
            again.1.push(total);
        }
    });
    let each = values.into_iter().zip(again);
    let each = each.map(|(value, again)| Indices {
        first: Estimate::new(value.0, again.0),
        total: Estimate::new(value.1, again.1),
    });
    Ok(Some(each.collect()))
}

/// The outputs less their mean at A and B, over their spread there; none when they are alike there.
fn centered(width: usize, mut outputs: Vec<f64>) -> Option<Vec<f64>> {
    let base = || outputs.chunks(width).flat_map(|row| &row[..2]);
    let mean = base().sum::<f64>() / base().count() as f64;
    let spread = base().fold(0.0_f64, |most, y| most.max((y - mean).abs()));
    if spread <= ROUNDING {
        return None;
    }
    for y in &mut outputs {
        *y = (*y - mean) / spread;
    }
    Some(outputs)
}

/// First-order and total index of each input from rows of outputs: at A, at B, and at A with each column
/// of B. None when they are alike at A and B.
fn estimate(rows: &[&[f64]]) -> Option<Vec<(f64, f64)>> {
    let base = || rows.iter().flat_map(|row| &row[..2]);
    let count = base().count() as f64;
    let mean = base().sum::<f64>() / count;
    let variance = base().map(|y| (y - mean) * (y - mean)).sum::<f64>() / count;
    if variance <= ROUNDING * ROUNDING {
        return None;
    }
    let inputs = rows.first()?.len() - 2;
    let mut sums = vec![(0.0, 0.0); inputs];
    for row in rows {
        let (a, b) = (row[0], row[1]);
        for ((first, total), ab) in sums.iter_mut().zip(&row[2..]) {
            let change = ab - a;
            *first += (b - mean) * change;
            *total += change * change;
        }
    }
    // A row has two outputs at the base; the total index is half the mean square of the change.
    let each = sums.into_iter();
    let each = each.map(|(first, total)| (2.0 * first / count, total / count));
    Some(each.map(|(f, t)| (f / variance, t / variance)).collect())
}
