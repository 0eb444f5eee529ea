//! `tiergate lab`: rehearses regimes with uncertainty, against the evidence.

mod args;
mod claims;
mod compare;
mod files;
mod parameters;
mod rehearse;
mod sensitivity;
mod told;
mod validate;

use anyhow::Result;

use crate::cli::{Cli, Ended};

/// Rehearse regimes month by month, with uncertainty, against the evidence
#[derive(Debug, clap::Subcommand)]
pub enum Lab {
    /// List what is taken for granted of the world: each number with its range, how it is known and its source
    Parameters(parameters::Args),
    /// Rehearse laws in many draws and tell how their series are spread
    Run(rehearse::Args),
    /// Rehearse all options and today's law on the same draws, and tell what separates them
    Compare(compare::Args),
    /// Tell every target of validation: what is known, the model, a naive baseline, and scores
    Validate(validate::Args),
    /// Keep the draws of the prior ranges that come nearest to what is known
    Calibrate(validate::CalibrateArgs),
    /// Tell which parameters matter: all are screened, and the variance is shared out over those left
    Sensitivity(sensitivity::Args),
    /// Tell of each claim of the debate in which share of the draws it holds, and what decides it
    Claims(claims::Args),
}

/// Runs the lab.
pub fn run(cli: &Cli, lab: &Lab) -> Result<Ended> {
    match lab {
        Lab::Parameters(args) => parameters::run(args),
        Lab::Run(args) => rehearse::run(cli, args),
        Lab::Compare(args) => compare::run(cli, args),
        Lab::Validate(args) => validate::run(cli, args),
        Lab::Calibrate(args) => validate::calibrate(cli, args),
        Lab::Sensitivity(args) => sensitivity::run(cli, args),
        Lab::Claims(args) => claims::run(cli, args),
    }
}
