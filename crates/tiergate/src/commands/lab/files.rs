//! Files that are written of a run: its page, and its series as tables.

use std::path::{Path, PathBuf};

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::Write;
use tiergate_lab::compared::compare;
use tiergate_lab::gathered::{Effort, Gathered, gather};
use tiergate_lab::report::{Report, html};
use tiergate_lab::{Results, Setup, export};

use super::args::RunArgs;
use crate::cli::Cli;
use crate::parties::today;
use crate::report::Output;

/// Files that are written of a run.
#[derive(Debug, Clone, clap::Args)]
pub struct Files {
    /// Write the run as one page that needs nothing else: charts, maps, assumptions
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,

    /// Leave claims, validation and which parameters matter out of that page: they are rehearsed besides
    #[arg(long, requires = "report")]
    series_only: bool,

    /// Write every value of every draw as CSV (`-` for standard output)
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,

    /// Write how the draws of each month are spread as CSV: 5, 25, 50, 75 and 95 percent
    #[arg(long, value_name = "FILE")]
    quantiles: Option<PathBuf>,

    /// Write every value of every draw as Parquet
    #[arg(long, value_name = "FILE")]
    parquet: Option<PathBuf>,
}

/// Where a file goes: `-` is standard output.
fn to(path: &Path) -> Result<Output> {
    Output::to((path != Path::new("-")).then_some(path))
}

impl Files {
    /// Whether one of them goes to standard output, so that nothing else may.
    pub fn speaks(&self) -> bool {
        let all = [&self.report, &self.csv, &self.quantiles, &self.parquet];
        all.into_iter().flatten().any(|path| path == Path::new("-"))
    }

    /// Writes what was asked for.
    pub fn write(
        &self,
        cli: &Cli,
        args: &RunArgs,
        setup: &Setup,
        results: &Results,
        command: &str,
    ) -> Result<()> {
        if let Some(path) = &self.report {
            let rows = compare(setup, results)?;
            let found = match self.series_only {
                true => Gathered::default(),
                false => self.gather(cli, args, setup)?,
            };
            let page = html(&Report {
                setup,
                results,
                rows: &rows,
                claims: &found.claims,
                targets: &found.targets,
                influences: &found.influences,
                command,
                made: &today().to_string(),
            })?;
            let mut out = to(path)?;
            out.write_all(page.as_bytes())?;
            out.finish()?;
        }
        if let Some(path) = &self.csv {
            let mut out = to(path)?;
            export::csv(setup, results, &mut out)?;
            out.finish()?;
        }
        if let Some(path) = &self.quantiles {
            let mut out = to(path)?;
            export::quantiles(setup, results, &mut out)?;
            out.finish()?;
        }
        if let Some(path) = &self.parquet {
            let mut out = to(path)?;
            export::parquet(setup, results, &mut out)?;
            out.finish()?;
        }
        Ok(())
    }

    /// What the page tells besides the series, with its own progress.
    fn gather(&self, cli: &Cli, args: &RunArgs, setup: &Setup) -> Result<Gathered> {
        let laws = setup.tables.iter().map(|table| table.law.clone());
        let asked = args.asked(laws.collect());
        let progress = ProgressBar::new_spinner();
        progress.set_style(ProgressStyle::with_template(
            "{spinner} {pos} rehearsals for claims, validation and what matters, {elapsed}",
        )?);
        let found = gather(
            &cli.lab_desk()?,
            &setup.plan,
            &asked,
            &args.folder(setup),
            Effort::of(args.draws),
            &|| {
                progress.inc(1);
                true
            },
        );
        progress.finish_and_clear();
        Ok(found?)
    }
}
