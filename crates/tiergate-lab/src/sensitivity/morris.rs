//! Elementary effects: what an output does when one input moves, here and there in the cube.

use super::bootstrap::{Bootstrap, Estimate};
use super::design::{Design, Trajectories};
use super::outputs::{OutputError, scaled};

/// What moving one input does, over the trajectories.
///
/// In the unit of the output for the whole range of the input: an effect is the change of the output
/// over that of the coordinate, which goes from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effects {
    /// The mean of the effects, with their sign.
    pub mu: f64,
    /// The mean of the sizes of the effects: by it the inputs are ranked, as effects of both signs do
    /// not cancel (Campolongo et al. 2007).
    pub mu_star: Estimate,
    /// The standard deviation of the effects: large where an input is not linear or acts with others.
    pub sigma: f64,
}

/// The effects of each input on an output, whose values are in the order of the points of the design
/// (Morris 1991, Technometrics 33:161-174; Campolongo, Cariboni & Saltelli 2007, Environ. Model. Softw.
/// 22:1509-1518). The interval draws whole trajectories again.
///
/// ```
/// use rand::SeedableRng;
/// use tiergate_lab::sensitivity::{Bootstrap, Design, Trajectories, effects};
/// let mut random = rand_pcg::Pcg64::seed_from_u64(1);
/// let design = Trajectories::new(3, 4, 20, &mut random)?;
/// let model = |x: &[f64]| 5.0 * x[0] - 2.0 * x[1];
/// let outputs: Vec<f64> = (0..design.len()).map(|at| model(&design.at(at))).collect();
/// let found = effects(&design, &outputs, Bootstrap { resamples: 100, seed: 1 })?;
/// assert!((found[0].mu - 5.0).abs() < 1e-9 && found[0].sigma < 1e-9);
/// assert!((found[1].mu + 2.0).abs() < 1e-9 && (found[1].mu_star.value - 2.0).abs() < 1e-9);
/// assert_eq!(found[2].mu_star.value, 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As many outputs as points are wanted, each finite.
pub fn effects(
    design: &Trajectories,
    outputs: &[f64],
    bootstrap: Bootstrap,
) -> Result<Vec<Effects>, OutputError> {
    let (outputs, scale) = scaled(design, outputs)?;
    let count = design.trajectories();
    let of = |input: usize| -> Vec<f64> {
        let steps = (0..count).map(|trajectory| design.step(trajectory, input));
        steps
            .map(|step| (outputs[step.before + 1] - outputs[step.before]) / step.by)
            .collect()
    };
    let all: Vec<Vec<f64>> = (0..design.inputs()).map(of).collect();
    let mut again = vec![Vec::with_capacity(bootstrap.resamples); all.len()];
    bootstrap.each(count, |drawn| {
        for (effects, again) in all.iter().zip(&mut again) {
            let sizes = drawn.iter().map(|at| effects[*at].abs());
            again.push(scale * mean(sizes, count));
        }
    });
    let judged = all.iter().zip(again).map(|(effects, again)| {
        let mu = mean(effects.iter().copied(), count);
        let squares = effects.iter().map(|e| (e - mu) * (e - mu));
        let sizes = effects.iter().map(|e| e.abs());
        Effects {
            mu: scale * mu,
            mu_star: Estimate::new(scale * mean(sizes, count), again),
            sigma: scale * mean(squares, count - 1).sqrt(),
        }
    });
    Ok(judged.collect())
}

fn mean(values: impl Iterator<Item = f64>, over: usize) -> f64 {
    values.sum::<f64>() / over as f64
}
