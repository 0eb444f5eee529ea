//! What every rehearsal is asked for, and how it goes on while it runs.

use std::path::PathBuf;
use std::sync::Once;

use anyhow::{Context, Result, anyhow};
use indicatif::{ProgressBar, ProgressStyle};
use tiergate_lab::{Asked, Month, Results, Setup, built_in};
use tiergate_law::LawRef;

use crate::cli::Cli;
use crate::report::say;

/// The most draws of a run.
pub const MOST_DRAWS: u64 = 1_000_000;

/// What every rehearsal is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct RunArgs {
    /// How many draws of what is not known
    #[arg(long, default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=MOST_DRAWS))]
    pub draws: u64,

    /// The seed of all chance: the same seed gives the same result, on any number of threads
    #[arg(long, default_value_t = 1)]
    pub seed: u64,

    /// The last month
    #[arg(long, value_name = "MONTH", default_value = "2029-12", value_parser = month)]
    pub until: Month,

    /// Hold a parameter at a value; may be repeated (`tiergate lab parameters` lists them)
    #[arg(long = "set", value_name = "ID=VALUE")]
    pub set: Vec<String>,

    /// Draw from the ranges as they were before calibration
    #[arg(long)]
    pub prior: bool,

    /// The folder for the results; a run that was interrupted goes on in it
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

/// Reads a month, or the month of a date.
pub fn month(text: &str) -> Result<Month, String> {
    let month = Month::read(text).or_else(|| text.parse().ok().map(Month::of));
    month.ok_or_else(|| format!("`{text}` is no month: write 2029-12"))
}

impl RunArgs {
    /// Makes ready.
    pub fn setup(&self, cli: &Cli, laws: &[LawRef]) -> Result<Setup> {
        setup(cli, &self.asked(laws.to_vec()))
    }

    /// What is asked of the lab.
    pub fn asked(&self, laws: Vec<LawRef>) -> Asked {
        Asked {
            laws,
            draws: self.draws,
            seed: self.seed,
            until: self.until,
            settings: self.set.clone(),
            prior: self.prior,
        }
    }

    /// The command that asks for the same again, with everything said that could be left out.
    pub fn command(&self, verb: &str, laws: &[LawRef]) -> String {
        self.asked(laws.to_vec()).command(verb)
    }

    /// The folder of the results.
    pub fn folder(&self, setup: &Setup) -> PathBuf {
        self.out
            .clone()
            .unwrap_or_else(|| PathBuf::from(setup.folder_name()))
    }

    /// Runs it, with its progress and the time left.
    pub fn run(&self, setup: &Setup) -> Result<Results> {
        let all = self.draws * setup.tables.len() as u64;
        let bar = bar(all, "rehearsals")?;
        let begun = Once::new();
        let results = setup.run(&self.folder(setup), &|done| {
            if done > bar.position() {
                bar.set_position(done);
            }
            // What was done before tells nothing of the time left.
            begun.call_once(|| bar.reset_eta());
        });
        let done = bar.position();
        bar.finish_and_clear();
        match done {
            0 => Ok(results?),
            _ => results.context(anyhow!("the run did not end; what is done is kept")),
        }
    }
}

/// Makes ready what is asked, and says which settings are beyond what draws take.
pub fn setup(cli: &Cli, asked: &Asked) -> Result<Setup> {
    let setup = Setup::new(&cli.lab_desk()?, asked)?;
    say_beyond(&asked.settings)?;
    if let Some(kept) = setup.drawing.again_after()
        && asked.draws > kept as u64
    {
        say(&format!(
            "note: calibration kept {kept} draws of parameters: beyond them the same come again, with other chance; \
             `tiergate lab calibrate --keep` keeps more"
        ));
    }
    Ok(setup)
}

/// Says which settings are beyond what draws take.
pub fn say_beyond(settings: &[String]) -> Result<()> {
    let ranges = built_in::parameters()?;
    for beyond in settings.iter().filter_map(|s| ranges.beyond(s)) {
        say(&format!("note: {beyond}"));
    }
    Ok(())
}

/// A bar with the time left; it draws only on a terminal.
pub fn bar(all: u64, what: &str) -> Result<ProgressBar> {
    let bar = ProgressBar::new(all);
    bar.set_style(ProgressStyle::with_template(&format!(
        "{{bar:40}} {{percent:>3}}%  {{pos}}/{{len}} {what}  {{eta}} left"
    ))?);
    Ok(bar)
}
