//! `tiergate lab`: rehearses regimes with uncertainty, against the evidence.

mod args;
mod compare;
mod files;
mod parameters;
mod rehearse;
mod told;

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
}

/// Runs the lab.
pub fn run(cli: &Cli, lab: &Lab) -> Result<Ended> {
    match lab {
        Lab::Parameters(args) => parameters::run(args),
        Lab::Run(args) => rehearse::run(cli, args),
        Lab::Compare(args) => compare::run(cli, args),
    }
}
