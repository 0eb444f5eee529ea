//! All that a report tells besides the series: claims, validation and which parameters matter, for the laws
//! and settings that are reported.

use std::path::Path;

use tiergate_engine::Desk;

use crate::claims::{ClaimError, claims, laws};
use crate::explore::{ExploreError, Explored, LEVELS, explore};
use crate::findings::{Claim, Influence, Target};
use crate::goals::PARTS;
use crate::month::Month;
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

/// Parameters that are left after the screening.
const LEFT: usize = 12;

/// Resamples of an interval.
const RESAMPLES: usize = 200;

/// Gathers what a report of a run tells besides; claims are run in a folder inside of the run's own.
/// `lab_desk` holds the lab's own variations of laws beside the law.
///
/// # Errors
///
/// What is asked cannot be set up, read or run.
pub fn gather(
    desk: &Desk,
    plan: &Plan,
    asked: &Asked,
    folder: &Path,
    effort: Effort,
    each: &(dyn Fn() + Sync),
) -> Result<Gathered, GatherError> {
    let of_claims = Asked {
        laws: laws()?,
        draws: effort.draws,
        ..asked.clone()
    };
    let setup = Setup::new(desk, &of_claims)?;
    let results = setup.run(&folder.join("claims"), &|_| each())?;
    let claims = claims(&setup, &results)?;
    let of_targets = Asked {
        draws: effort.draws,
        ..asked.clone()
    };
    let (_, targets, said) = as_it_happened(desk, &of_targets, false, each)?;
    Ok(Gathered {
        claims,
        targets: validate(&targets, &said),
        influences: influences(desk, plan, asked, effort, each)?,
    })
}

fn influences(
    desk: &Desk,
    plan: &Plan,
    asked: &Asked,
    effort: Effort,
    each: &(dyn Fn() + Sync),
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
    let explored = Explored {
        parts: PARTS.iter().filter(|part| part.leads).copied().collect(),
        walks: effort.walks,
        levels: LEVELS,
        left: LEFT,
        rows: effort.rows,
        resamples: RESAMPLES,
    };
    Ok(explore(&setup, &explored, each)?)
}
