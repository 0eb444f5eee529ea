//! `tiergate screen`: names against the Consolidated Screening List, and names against one another.

mod adjudicate;
mod input;
mod names;
mod pairs;
mod print;
mod rescreen;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use tiergate_screening::Index;

use crate::cli::Ended;

pub use print::{summary, why};

const AFTER_HELP: &str = "\
A hit says that names are near, never that a party is on a list: someone decides that, and `screen
adjudicate` keeps the decision until the entry or the party changes.";

/// Screen names against the Consolidated Screening List
///
/// Each hit comes with its list, citation, license requirement and why it matched, in order of its
/// score from 0 to 1. `--pairs` scores pairs of names without a list.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, after_help = AFTER_HELP)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,

    /// Names to screen
    #[arg(value_name = "NAME", required_unless_present_any = ["file", "pairs"])]
    names: Vec<String>,

    /// Screen the parties of a file: CSV with a column `name` (and `id`, `country`), or orders as CSV or
    /// JSON Lines, with every party they name; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["names", "pairs"])]
    file: Option<PathBuf>,

    /// Score the pairs of a CSV file with columns `left` and `right`: its rows with a column `score` from
    /// 0 to 1; `-` is standard input. Needs no list
    #[arg(long, value_name = "FILE", conflicts_with = "names")]
    pairs: Option<PathBuf>,

    /// List only what has changed since an older list
    #[arg(long, value_name = "OLD-LIST", conflicts_with = "pairs")]
    rescreen: Option<PathBuf>,

    #[command(flatten)]
    against: Against,

    /// Country of the names that are given, an ISO code: it is told whether a hit is there too, and hides none
    #[arg(long, value_name = "CODE", requires = "names")]
    country: Option<String>,

    /// Hits told of each name
    #[arg(long, value_name = "N", default_value_t = 20, conflicts_with = "pairs")]
    limit: usize,

    /// Form of the answer
    #[arg(long, value_enum, default_value_t, conflicts_with = "pairs")]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// What names are held against.
#[derive(Debug, clap::Args)]
struct Against {
    /// The list, as trade.gov publishes it, JSON or CSV
    #[arg(long, value_name = "FILE", env = "TIERGATE_LIST")]
    list: Option<PathBuf>,

    /// Report scores from here on, from 0.55 to 1
    #[arg(long, value_name = "SCORE", default_value_t = Index::THRESHOLD, value_parser = threshold)]
    threshold: f64,

    /// Decisions about hits, as `screen adjudicate` writes them
    #[arg(long, value_name = "FILE")]
    adjudications: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Adjudicate(adjudicate::Args),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum Format {
    /// For reading
    #[default]
    Table,
    /// An array with an object for each name
    Json,
    /// An object for each name, a line each
    Jsonl,
    /// A row for each hit, and one for each name without any
    Csv,
}

fn threshold(text: &str) -> Result<f64, String> {
    let number: f64 = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    if (Index::LEAST..=1.0).contains(&number) {
        return Ok(number);
    }
    Err(format!(
        "`{text}` is outside {} to 1: below, only words that carry little agree",
        Index::LEAST
    ))
}

/// Screens.
pub fn run(args: &Args) -> Result<Ended> {
    match (&args.command, &args.pairs, &args.rescreen) {
        (Some(Command::Adjudicate(args)), ..) => adjudicate::run(args),
        (_, Some(file), _) => pairs::run(file, args.output.as_deref()),
        (_, _, Some(old)) => rescreen::run(args, old),
        _ => names::run(args),
    }
}
