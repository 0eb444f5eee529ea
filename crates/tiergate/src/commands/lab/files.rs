//! Files that are written of a run: its page, and its series as tables.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
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

    /// Write the parameters of every draw as CSV, a column each
    #[arg(long, value_name = "FILE")]
    parameters: Option<PathBuf>,
}

/// Standard output.
const STANDARD: &str = "-";

/// Writes a file; `-` is standard output.
fn write(path: &Path, text: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
    let standard = path == Path::new(STANDARD);
    let whole = || {
        let mut out = Output::to((!standard).then_some(path))?;
        text(&mut out)?;
        out.finish()
    };
    let cannot = || match standard {
        true => "cannot write to standard output".to_owned(),
        false => format!("cannot write {}", path.display()),
    };
    whole().with_context(cannot)
}

impl Files {
    fn all(&self) -> impl Iterator<Item = &PathBuf> {
        let series = [&self.csv, &self.quantiles, &self.parquet];
        let all = series.into_iter().chain([&self.report, &self.parameters]);
        all.flatten()
    }

    /// Whether one of them goes to standard output, so that nothing else may.
    pub fn speaks(&self) -> bool {
        self.all().any(|path| path == Path::new(STANDARD))
    }

    /// Refuses what cannot be written, before anything is rehearsed. `json` is whether JSON is asked for on
    /// standard output; what goes into the folder of the run is written once that is there.
    pub fn check(&self, args: &RunArgs, json: bool) -> Result<()> {
        ensure!(
            !(json && self.speaks()),
            "`--json` and a file named `-` would both be on standard output: name a file"
        );
        let same = |a: &Path, b: &Path| {
            let named = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
            a == b || named(a).is_ok_and(|a| named(b).is_ok_and(|b| a == b))
        };
        let all: Vec<&PathBuf> = self.all().collect();
        for (n, path) in all.iter().enumerate() {
            ensure!(
                !all[..n].iter().any(|other| same(path, other)),
                "`{}` is named for two files: name another for one of them",
                path.display()
            );
            let inside = args.out.as_ref().is_some_and(|out| path.starts_with(out));
            if *path != Path::new(STANDARD) && !inside {
                Output::check(path)?;
            }
        }
        Ok(())
    }

    /// Refuses to write over the results that are told.
    fn not_the_results(&self, folder: &Path) -> Result<()> {
        let of_folder = |path: &&PathBuf| {
            let parent = path.canonicalize().ok()?.parent()?.to_owned();
            let name = path.file_name()?.to_str()?;
            let kept = name.ends_with(".f32") || name.ends_with(".done");
            let own = name == "plan.json" || (name.starts_with("law-") && kept);
            (own && parent == folder.canonicalize().ok()?).then_some(())
        };
        match self.all().find(|path| of_folder(path).is_some()) {
            None => Ok(()),
            Some(path) => bail!(
                "`{}` is a file of the run's own: write to another",
                path.display()
            ),
        }
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
        self.not_the_results(&args.folder(setup))?;
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
            write(path, |out| Ok(out.write_all(page.as_bytes())?))?;
        }
        if let Some(path) = &self.csv {
            write(path, |out| Ok(export::csv(setup, results, out)?))?;
        }
        if let Some(path) = &self.parameters {
            write(path, |out| Ok(export::parameters(setup, out)?))?;
        }
        if let Some(path) = &self.quantiles {
            write(path, |out| Ok(export::quantiles(setup, results, out)?))?;
        }
        if let Some(path) = &self.parquet {
            write(path, |out| Ok(export::parquet(setup, results, out)?))?;
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
