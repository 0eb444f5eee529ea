//! `tiergate law`: look at the law, and test it.

mod calendar;
mod check;
pub mod consolidate;
mod coverage;
pub mod laid_out;
mod list;
pub mod show;
mod test;
mod timeline;

pub use consolidate::answer as as_json;

use anyhow::Result;
use clap::Subcommand;

use crate::cli::{Cli, Ended};

/// Show the law, its dates and its tests
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the instruments of the United States track and the proposals
    List,
    Show(show::Args),
    Consolidate(consolidate::Args),
    /// Run every example that stands beside the rules
    Test,
    Check(check::Args),
    Calendar(calendar::Args),
    Timeline(Box<timeline::Args>),
    /// Show, row by row, what of the sources the law data holds and what it leaves out
    Coverage,
}

/// Runs the subcommand.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    match &args.command {
        Command::List => list::run(cli),
        Command::Show(args) => show::run(cli, args),
        Command::Consolidate(args) => consolidate::run(cli, args),
        Command::Test => test::run(cli),
        Command::Check(args) => check::run(cli, args),
        Command::Calendar(args) => calendar::run(cli, args),
        Command::Timeline(args) => timeline::run(cli, args),
        Command::Coverage => coverage::run(cli),
    }
}
