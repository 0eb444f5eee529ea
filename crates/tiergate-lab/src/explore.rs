//! Which parameters matter: all are screened, and the variance of each output is shared out over those
//! that are left.
//!
//! Outputs are the parts of the goals under a law, or, with two laws, their differences. Every rehearsal
//! has the same noise, so that what differs is what the parameters do.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use crate::findings::Influence;
use crate::goals::Part;
use crate::model::Broken;
use crate::sensitivity::{
    Bootstrap, Design, DesignError, Estimate, OutputError, Saltelli, Trajectories, effects, indices,
};
use crate::series::SERIES;
use crate::setup::{Setup, name_of};

/// Levels of each parameter in the screening, as Morris (1991) takes them.
pub const LEVELS: usize = 4;

/// Why it cannot be told which parameters matter.
#[derive(Debug, thiserror::Error)]
pub enum ExploreError {
    /// The design.
    #[error(transparent)]
    Design(#[from] DesignError),
    /// An output that is no number.
    #[error("{output}: {error}")]
    Output {
        /// Which.
        output: String,
        /// Why.
        error: OutputError,
    },
    /// Accounts of a rehearsal that do not add up.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Explored {
    /// The outputs.
    pub parts: Vec<Part>,
    /// Walks of the screening.
    pub walks: usize,
    /// Levels of each parameter in it.
    pub levels: usize,
    /// How many parameters are left for each output at most, all outputs together.
    pub left: usize,
    /// Base rows of the sharing out: a power of two; zero to screen only.
    pub rows: usize,
    /// Resamples of an interval.
    pub resamples: usize,
}

impl Explored {
    /// How many rehearsals that takes, of so many parameters and laws.
    #[must_use]
    pub fn rehearsals(&self, parameters: usize, laws: usize) -> u64 {
        let screened = self.walks * (parameters + 1);
        let shared = if self.rows > 0 {
            self.rows * (self.left.min(parameters) + 2)
        } else {
            0
        };
        ((screened + shared) * laws) as u64
    }
}

/// An output: a part under one law, or its difference between two.
struct Name {
    /// By series and laws.
    id: String,
    /// In words.
    says: String,
}

fn names(setup: &Setup, parts: &[Part]) -> Vec<Name> {
    let laws = &setup.plan.laws;
    let name = |part: &Part| {
        let (id, first) = (SERIES[part.series].id, &laws[0]);
        match laws.get(1) {
            Some(other) => Name {
                id: format!("{id}: {other} less {first}"),
                says: format!("{}: {} less {}", part.name, name_of(other), name_of(first)),
            },
            None => Name {
                id: format!("{id}: {first}"),
                says: format!("{}: {}", part.name, name_of(first)),
            },
        }
    };
    parts.iter().map(name).collect()
}

/// The outputs at each point of a design: for each point, one a part.
fn outputs(
    setup: &Setup,
    design: &dyn Design,
    free: &[usize],
    parts: &[Part],
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Vec<f64>>, ExploreError> {
    let all = setup.model.parameters.all();
    let held = setup.model.parameters.defaults();
    let noise = setup.model.noise(setup.plan.seed, 0);
    (0..design.len())
        .into_par_iter()
        .map(|at| {
            let mut values = held.clone();
            for (parameter, u) in free.iter().zip(design.at(at)) {
                values[*parameter] = all[*parameter].at(u);
            }
            let mut told = Vec::with_capacity(setup.tables.len());
            for table in &setup.tables {
                let rehearsal = setup.model.rehearse_in(table, &values, &noise)?;
                let values = parts.iter().map(|part| {
                    part.value(rehearsal.series(part.series), setup.parts)
                        .unwrap_or(f64::NAN)
                });
                told.push(values.collect::<Vec<f64>>());
                if !on() {
                    return Err(ExploreError::Stopped);
                }
            }
            let output = (0..parts.len()).map(|n| match told.get(1) {
                Some(other) => other[n] - told[0][n],
                None => told[0][n],
            });
            Ok(output.collect())
        })
        .collect()
}

const fn told(estimate: &Estimate) -> [f64; 3] {
    match estimate.interval {
        Some([low, high]) => [low, estimate.value, high],
        None => [estimate.value; 3],
    }
}

/// Screens all parameters that have a range, and shares the variance of each output out over those that
/// matter most to any of them, for as long as `on` says so: it is told after every rehearsal.
///
/// # Errors
///
/// A design that cannot be made, an output that is no number, accounts that do not add up; or that it was
/// stopped.
pub fn explore(
    setup: &Setup,
    asked: &Explored,
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Influence>, ExploreError> {
    let parts = &asked.parts;
    let names = names(setup, parts);
    let all = setup.model.parameters.all();
    let free: Vec<usize> = (0..all.len())
        .filter(|at| all[*at].range[0] < all[*at].range[1])
        .collect();
    let mut random = Pcg64Mcg::seed_from_u64(setup.plan.seed);
    let walks = Trajectories::new(free.len(), asked.levels, asked.walks, &mut random)?;
    let at_points = outputs(setup, &walks, &free, parts, on)?;
    let bootstrap = Bootstrap {
        resamples: asked.resamples,
        seed: setup.plan.seed,
    };
    let mut found: Vec<Influence> = Vec::new();
    // How much each parameter matters to any output, beside what matters most to it.
    let mut matters = vec![0.0_f64; free.len()];
    for (n, name) in names.iter().enumerate() {
        let column: Vec<f64> = at_points.iter().map(|p| p[n]).collect();
        let wrong = |error| ExploreError::Output {
            output: name.id.clone(),
            error,
        };
        let effects = effects(&walks, &column, bootstrap).map_err(wrong)?;
        let most = effects.iter().map(|e| e.mu_star.value).fold(0.0, f64::max);
        for (at, effect) in effects.iter().enumerate() {
            if most > 0.0 {
                matters[at] = matters[at].max(effect.mu_star.value / most);
            }
            found.push(Influence {
                output: name.id.clone(),
                says: name.says.clone(),
                parameter: all[free[at]].id.clone(),
                screened: Some(told(&effect.mu_star)),
                first: None,
                total: None,
            });
        }
    }
    if asked.rows > 0 {
        let mut order: Vec<usize> = (0..free.len()).collect();
        order.sort_by(|a, b| matters[*b].total_cmp(&matters[*a]).then(a.cmp(b)));
        order.truncate(asked.left);
        let left: Vec<usize> = order.iter().map(|at| free[*at]).collect();
        let seed = u32::try_from(setup.plan.seed & u64::from(u32::MAX)).unwrap_or_default();
        let design = Saltelli::new(left.len(), asked.rows, seed)?;
        let at_points = outputs(setup, &design, &left, parts, on)?;
        for (n, name) in names.iter().enumerate() {
            let column: Vec<f64> = at_points.iter().map(|p| p[n]).collect();
            let wrong = |error| ExploreError::Output {
                output: name.id.clone(),
                error,
            };
            // An output that does not vary has no indices.
            let Some(indices) = indices(&design, &column, bootstrap).map_err(wrong)? else {
                continue;
            };
            for (parameter, index) in left.iter().zip(&indices) {
                let id = &all[*parameter].id;
                let entry = found
                    .iter_mut()
                    .find(|i| i.output == name.id && i.parameter == *id);
                if let Some(entry) = entry {
                    (entry.first, entry.total) =
                        (Some(told(&index.first)), Some(told(&index.total)));
                }
            }
        }
    }
    let order = |i: &Influence| names.iter().position(|n| n.id == i.output);
    found.sort_by(|a, b| {
        let total = |i: &Influence| i.total.map_or(-1.0, |t| t[1]);
        let screened = |i: &Influence| i.screened.map_or(0.0, |s| s[1]);
        order(a)
            .cmp(&order(b))
            .then(total(b).total_cmp(&total(a)))
            .then(screened(b).total_cmp(&screened(a)))
    });
    Ok(found)
}
