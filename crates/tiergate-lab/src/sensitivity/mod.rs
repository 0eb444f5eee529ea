//! Which inputs an output hangs on, by how much, and how surely that is known.
//!
//! A [`Design`] says at which points of the unit cube a model is to be run; a runner runs it there, in
//! any order and on as many threads as it likes; the outputs, in the order of the points, are then
//! judged one output at a time. [`Trajectories`] with [`effects`] are the method of Morris: few runs, to
//! find the inputs that matter. [`Saltelli`] with [`indices`] are the indices of Sobol: many runs, to
//! share the variance out over the inputs that are left.
//!
//! ```
//! use tiergate_lab::sensitivity::{Bootstrap, Design, Saltelli, indices};
//!
//! // Ishigami and Homma (1990): the third input matters only together with the first.
//! let ishigami = |u: &[f64]| {
//!     let x: Vec<f64> = u.iter().map(|u| std::f64::consts::PI * (2.0 * u - 1.0)).collect();
//!     x[0].sin() + 7.0 * x[1].sin().powi(2) + 0.1 * x[2].powi(4) * x[0].sin()
//! };
//! let design = Saltelli::new(3, 1024, 1)?;
//! let outputs: Vec<f64> = (0..design.len()).map(|at| ishigami(&design.at(at))).collect();
//! let found = indices(&design, &outputs, Bootstrap { resamples: 200, seed: 1 })?;
//! let found = found.expect("the output varies");
//! assert!((found[0].first.value - 0.314).abs() < 0.02);
//! assert!((found[2].first.value - 0.0).abs() < 0.02);
//! assert!((found[2].total.value - 0.244).abs() < 0.02);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bootstrap;
mod design;
mod morris;
mod outputs;
mod saltelli;
mod sobol;

pub use bootstrap::{Bootstrap, Estimate};
pub use design::{Design, DesignError, Trajectories};
pub use morris::{Effects, effects};
pub use outputs::OutputError;
pub use saltelli::Saltelli;
pub use sobol::{Indices, indices};
