//! The points at which the indices of Sobol are had from few runs.

use sobol_burley::{NUM_DIMENSIONS, sample};

use super::design::{Design, DesignError};

/// The most base rows: as far as the Sobol sequence goes.
const MOST_ROWS: u32 = 1 << 16;
/// The most inputs: each takes two dimensions, one for A and one for B.
const MOST_INPUTS: u32 = NUM_DIMENSIONS / 2;
/// Half the step of a coordinate, which has 23 bits: it lies in the middle of its step, never at 0.
const HALF_STEP: f64 = 1.0 / (1u32 << 24) as f64;

/// Two matrices of points and all in which one column is exchanged: the design of Saltelli (2002,
/// Comput. Phys. Commun. 145:280-297; 2010, 181:259-270).
///
/// `N` base rows of matrices A and B, `k` inputs; the matrix `AB_i` is A with column `i` of B. A row has
/// `k + 2` points, which follow each other in the design: that of A, that of B, those of `AB_0` to
/// `AB_(k-1)`. A is the first half of the dimensions of a Sobol sequence and B the second, scrambled
/// after Owen with a seed (Burley 2020, J. Comput. Graph. Tech. 9(4):1-20); the sequence is balanced over
/// a power of two of points, its first included (Owen 2020, arXiv:2008.08051).
///
/// ```
/// use tiergate_lab::sensitivity::{Design, Saltelli};
/// let design = Saltelli::new(12, 1024, 1)?;
/// assert_eq!((design.len(), design.inputs()), (14_336, 12));
/// let (a, b, ab) = (design.at(0), design.at(1), design.at(2));
/// assert_eq!((ab[0], &ab[1..]), (b[0], &a[1..]));
/// # Ok::<(), tiergate_lab::sensitivity::DesignError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Saltelli {
    inputs: u32,
    rows: u32,
    seed: u32,
}

impl Saltelli {
    /// So many inputs and base rows, scrambled by a seed.
    ///
    /// # Errors
    ///
    /// No input or more than 128, or rows that are not a power of two from 2 to 65,536.
    pub fn new(inputs: usize, rows: usize, seed: u32) -> Result<Saltelli, DesignError> {
        if inputs == 0 {
            return Err(DesignError::NoInput);
        }
        let within = |n: usize, most: u32| u32::try_from(n).ok().filter(|n| *n <= most);
        let columns = within(inputs, MOST_INPUTS).ok_or(DesignError::Inputs {
            found: inputs,
            most: MOST_INPUTS as usize,
        })?;
        let balanced = within(rows, MOST_ROWS).filter(|n| *n >= 2 && n.is_power_of_two());
        let rows = balanced.ok_or(DesignError::Rows {
            found: rows,
            most: MOST_ROWS as usize,
        })?;
        Ok(Saltelli {
            inputs: columns,
            rows,
            seed,
        })
    }

    /// How many base rows.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.rows as usize
    }

    /// How many points a row has.
    pub(super) const fn width(&self) -> usize {
        self.inputs as usize + 2
    }

    /// The row of a point and its place in it.
    fn split(&self, index: usize) -> (u32, usize) {
        let row = u32::try_from(index / self.width()).unwrap_or(u32::MAX);
        (row, index % self.width())
    }
}

impl Design for Saltelli {
    fn inputs(&self) -> usize {
        self.inputs as usize
    }

    fn len(&self) -> usize {
        self.rows() * self.width()
    }

    fn point(&self, index: usize, out: &mut [f64]) {
        assert!(index < self.len(), "point {index} of {}", self.len());
        assert_eq!(out.len(), self.inputs(), "a coordinate for each input");
        let (row, place) = self.split(index);
        for (column, x) in (0..self.inputs).zip(out.iter_mut()) {
            let of_b = place == 1 || place == column as usize + 2;
            let dimension = if of_b { self.inputs + column } else { column };
            *x = f64::from(sample(row, dimension, self.seed)) + HALF_STEP;
        }
    }

    fn place(&self, index: usize) -> String {
        let (row, place) = self.split(index);
        let matrix = match place {
            0 => "matrix A".to_owned(),
            1 => "matrix B".to_owned(),
            column => format!("matrix A with column {} of B", column - 2),
        };
        format!("base row {row}, {matrix}")
    }
}
