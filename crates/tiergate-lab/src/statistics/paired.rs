//! Two columns of draws that belong together, draw by draw.

use super::{SampleError, finite, together};

/// What the first column has more than the second, draw by draw.
///
/// Under common random numbers (Law 2015, Simulation Modeling and Analysis, section 11.2) both were had
/// from the same draw of the world, so what scatters alike in both is gone from the difference. Give it to
/// [`super::Sample`] or [`super::Weighted`] for a band, to [`super::Share`] for how often one exceeds.
///
/// ```
/// use tiergate_lab::statistics::{Sample, Share, differences};
/// // The world scatters by hundreds; one regime has 3 to 5 more than the other in each of them.
/// let more = differences(&[104.0, 303.0, 205.0], &[100.0, 300.0, 200.0])?;
/// assert_eq!(more, [4.0, 3.0, 5.0]);
/// assert_eq!(Share::of(more.iter().map(|d| *d > 0.0))?.value, 1.0);
/// assert_eq!(Sample::new(more)?.median(), 4.0);
/// # Ok::<(), tiergate_lab::statistics::SampleError>(())
/// ```
///
/// # Errors
///
/// Columns of different lengths, without a draw, or with one that is not finite.
pub fn differences(left: &[f64], right: &[f64]) -> Result<Vec<f64>, SampleError> {
    together(left.len(), right.len())?;
    finite(left)?;
    finite(right)?;
    Ok(left.iter().zip(right).map(|(l, r)| l - r).collect())
}

/// The rank correlation of two columns, from -1 to 1 (Spearman 1904, Am. J. Psychol. 15:72-101): the
/// correlation of their ranks, those alike sharing the mean of theirs. None when all of a column are
/// alike.
///
/// ```
/// use tiergate_lab::statistics::spearman;
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[1.0, 8.0, 27.0])?, Some(1.0));
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[5.0, 4.0, -9.0])?, Some(-1.0));
/// assert_eq!(spearman(&[1.0, 2.0, 3.0], &[5.0, 5.0, 5.0])?, None);
/// # Ok::<(), tiergate_lab::statistics::SampleError>(())
/// ```
///
/// # Errors
///
/// Columns of different lengths, without a draw, or with one that is not finite.
pub fn spearman(left: &[f64], right: &[f64]) -> Result<Option<f64>, SampleError> {
    together(left.len(), right.len())?;
    finite(left)?;
    finite(right)?;
    let (left, right) = (centered_ranks(left), centered_ranks(right));
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let scatter = (product(&left, &left) * product(&right, &right)).sqrt();
    Ok((scatter > 0.0).then(|| (product(&left, &right) / scatter).clamp(-1.0, 1.0)))
}

/// The rank of each less the mean rank.
fn centered_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_unstable_by(|a, b| values[*a].total_cmp(&values[*b]));
    let middle = (values.len() - 1) as f64 / 2.0;
    let mut ranks = vec![0.0; values.len()];
    let mut from = 0;
    for alike in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let rank = from as f64 + (alike.len() - 1) as f64 / 2.0;
        for at in alike {
            ranks[*at] = rank - middle;
        }
        from += alike.len();
    }
    ranks
}
