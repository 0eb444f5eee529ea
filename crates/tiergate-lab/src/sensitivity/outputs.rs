//! The outputs of a model at the points of a design, checked.

use super::Design;

/// Why outputs cannot be judged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// There are more or fewer than points.
    #[error(
        "there are {found} outputs, and the design has {wanted} points: one is wanted for each"
    )]
    Count {
        /// How many there are.
        found: usize,
        /// How many there are to be.
        wanted: usize,
    },
    /// One is not a finite number.
    #[error("the output at point {at} of {of} ({place}) is {value}; each is to be a finite number")]
    NotFinite {
        /// The point, the first being 0.
        at: usize,
        /// How many points there are.
        of: usize,
        /// Which point of the design that is, in words.
        place: String,
        /// What was found: `NaN`, `inf` or `-inf`.
        value: String,
    },
}

/// The outputs over the largest of them, which is also given, so that no square of one overflows.
pub(super) fn scaled(
    design: &impl Design,
    outputs: &[f64],
) -> Result<(Vec<f64>, f64), OutputError> {
    let (found, wanted) = (outputs.len(), design.len());
    if found != wanted {
        return Err(OutputError::Count { found, wanted });
    }
    if let Some(at) = outputs.iter().position(|y| !y.is_finite()) {
        return Err(OutputError::NotFinite {
            at,
            of: wanted,
            place: design.place(at),
            value: outputs[at].to_string(),
        });
    }
    let largest = outputs.iter().fold(0.0_f64, |most, y| most.max(y.abs()));
    let scale = if largest > 0.0 { largest } else { 1.0 };
    Ok((outputs.iter().map(|y| y / scale).collect(), scale))
}
