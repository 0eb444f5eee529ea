//! All that a report tells besides the series: claims, validation and which parameters matter, for the laws
//! and settings that are reported.

use std::path::Path;

use tiergate_engine::Desk;

use crate::built_in;
use crate::claims::{ClaimError, claims, laws};
use crate::explore::{ExploreError, Explored, LEVELS, explore};
use crate::findings::{Claim, Influence, Target};
use crate::goals::PARTS;
use crate::month::Month;
use crate::parameter::Parameter;
use crate::run::{Plan, RunError};
use crate::setup::{Asked, Setup, SetupError};
use crate::validate::{ValidateError, as_it_happened, validate};

/// How much is rehearsed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effort {
    /// Draws of claims and of validation.
    pub draws: u64,
    /// Walks of the screening.
    pub walks: usize,
    /// Base rows of the sharing out, a power of two; zero to screen only.
    pub rows: usize,
}

impl Effort {
    /// What a report takes when nothing else is asked: as many draws as the run has, and designs that
    /// end in about the time that the run takes.
    #[must_use]
    pub const fn of(draws: u64) -> Effort {
        Effort {
            draws,
            walks: 20,
            rows: 128,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Gathered {
    /// The claims.
    pub claims: Vec<Claim>,
    /// The targets.
    pub targets: Vec<Target>,
    /// Which parameters matter to the difference of the first two laws, or to the only one.
    pub influences: Vec<Influence>,
}

/// Why it cannot be gathered.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// What is asked.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The claims.
    #[error(transparent)]
    Claims(#[from] ClaimError),
    /// A run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The targets.
    #[error(transparent)]
    Validate(#[from] ValidateError),
    /// The parameters that matter.
    #[error(transparent)]
    Explore(#[from] ExploreError),
}

impl GatherError {
    /// Whether nothing is wrong, and it was told to stop.
    #[must_use]
    pub const fn is_stop(&self) -> bool {
        matches!(
            self,
            GatherError::Run(RunError::Stopped { .. })
                | GatherError::Validate(ValidateError::Stopped)
                | GatherError::Explore(ExploreError::Stopped)
        )
    }
}

/// Parameters that are left after the screening.
const LEFT: usize = 12;

/// Resamples of an interval.
const RESAMPLES: usize = 200;

/// How many rehearsals it takes to gather that.
///
/// # Errors
///
/// What is asked cannot be read.
pub fn rehearsals(asked: &Asked, effort: Effort) -> Result<u64, GatherError> {
    let mut parameters = built_in::parameters().map_err(SetupError::from)?;
    for setting in &asked.settings {
        parameters.set(setting).map_err(SetupError::from)?;
    }
    let ranged = |p: &&Parameter| p.range[0] < p.range[1];
    let free = parameters.all().iter().filter(ranged).count();
    let of_draws = effort.draws * (laws()?.len() as u64 + 1);
    Ok(of_draws + explored(effort).rehearsals(free, asked.laws.len().min(2)))
}

/// Gathers what a report of a run tells besides, for as long as `on` says so: it is told after every
/// rehearsal. Claims are run in a folder inside of the run's own. `desk` holds the lab's own variations of
/// laws beside the law.
///
/// # Errors
///
/// What is asked cannot be set up, read or run; or that it was stopped.
pub fn gather(
    desk: &Desk,
    plan: &Plan,
    asked: &Asked,
    folder: &Path,
    effort: Effort,
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Gathered, GatherError> {
    let of_claims = Asked {
        laws: laws()?,
        draws: effort.draws,
        ..asked.clone()
    };
    let setup = Setup::new(desk, &of_claims)?;
    let results = setup.run_while(&folder.join("claims"), &|done| done == 0 || on())?;
    let claims = claims(&setup, &results)?;
    let of_targets = Asked {
        draws: effort.draws,
        ..asked.clone()
    };
    let (_, targets, said) = as_it_happened(desk, &of_targets, false, on)?;
    Ok(Gathered {
        claims,
        targets: validate(&targets, &said),
        influences: influences(desk, plan, asked, effort, on)?,
    })
}

fn influences(
    desk: &Desk,
    plan: &Plan,
    asked: &Asked,
    effort: Effort,
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Influence>, GatherError> {
    let until = Month::read(&plan.until).unwrap_or(asked.until);
    let of = Asked {
        laws: asked.laws.iter().take(2).cloned().collect(),
        draws: 1,
        until,
        prior: true,
        ..asked.clone()
    };
    let setup = Setup::new(desk, &of)?;
    Ok(explore(&setup, &explored(effort), on)?)
}

fn explored(effort: Effort) -> Explored {
    Explored {
        parts: PARTS.iter().filter(|part| part.leads).copied().collect(),
        walks: effort.walks,
        levels: LEVELS,
        left: LEFT,
        rows: effort.rows,
        resamples: RESAMPLES,
    }
}
