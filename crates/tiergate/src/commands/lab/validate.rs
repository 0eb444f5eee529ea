//! `tiergate lab validate` and `tiergate lab calibrate`: the model beside what is known, and the draws that
//! fit it.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use serde_json::json;
use tiergate_lab::findings::{Score, Target};
use tiergate_lab::validate::{Validated, as_it_happened, summary, validate};
use tiergate_lab::{Asked, Month, calibrate};

use super::args::{MOST_DRAWS, bar, month, say_beyond};
use super::told::{number, spread};
use crate::cli::{Cli, Ended};
use crate::report::{Output, print};
use crate::style::terminal_width;
use crate::table::Table;

/// How results are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table.
    Text,
    /// JSON.
    Json,
}

/// What to validate.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// How many draws of what is not known
    #[arg(long, default_value_t = 1024, value_parser = clap::value_parser!(u64).range(1..=MOST_DRAWS))]
    draws: u64,

    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The farthest month that targets are looked for in
    #[arg(long, value_name = "MONTH", default_value = "2029-12", value_parser = month, hide = true)]
    until: Month,

    /// Hold a parameter at a value; may be repeated
    #[arg(long = "set", value_name = "ID=VALUE")]
    set: Vec<String>,

    /// Draw from the ranges as they were before calibration
    #[arg(long)]
    prior: bool,

    /// How to tell it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// How many draws are kept when nothing else is asked.
const KEPT: u64 = 1024;

/// What to calibrate.
#[derive(Debug, clap::Args)]
pub struct CalibrateArgs {
    /// How many draws of the prior ranges
    #[arg(long, default_value_t = 16_384, value_parser = clap::value_parser!(u64).range(2..=MOST_DRAWS))]
    draws: u64,

    /// How many of them to keep, the nearest to what is known; otherwise 1,024
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=MOST_DRAWS))]
    keep: Option<u64>,

    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The farthest month that targets are looked for in
    #[arg(long, value_name = "MONTH", default_value = "2029-12", value_parser = month, hide = true)]
    until: Month,

    /// Write the draws that were kept to this file; the lab's own is lab/posterior.toml
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,

    /// How to tell it
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Says the targets, with its progress.
fn said(cli: &Cli, asked: &Asked, fitted: bool) -> Result<Validated> {
    let bar = bar(asked.draws, "draws")?;
    let said = as_it_happened(&cli.desk()?, asked, fitted, &|| {
        bar.inc(1);
        true
    })?;
    bar.finish_and_clear();
    Ok(said)
}

/// Validates.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let asked = Asked {
        laws: Vec::new(),
        draws: args.draws,
        seed: args.seed,
        until: args.until,
        settings: args.set.clone(),
        prior: args.prior,
    };
    say_beyond(&asked.settings)?;
    let (setup, targets, said) = said(cli, &asked, false)?;
    let told = validate(&targets, &said);
    if args.format == Format::Json {
        let plan = &setup.plan;
        print(
            None,
            &format!("{:#}\n", json!({ "plan": plan, "targets": told })),
        )?;
        return Ok(Ended::Well);
    }
    let calibrated = match &setup.plan.posterior {
        Some(_) => "calibrated draws",
        None => "draws of the prior ranges",
    };
    let text = format!(
        "{}\n{} {calibrated}; medians, with the range of nine in ten draws. Hold-outs are predicted blind. Scores: the error of the median as a natural logarithm, and the interval score over what is known; `outside` where that lies outside.\n{}\n",
        table(&told),
        args.draws,
        verdict(&told)
    );
    print(None, &text)?;
    Ok(Ended::Well)
}

/// What is said of the whole, by the rule that was written before the model was run.
fn verdict(told: &[Target]) -> String {
    let out: Vec<&Target> = told
        .iter()
        .filter(|t| t.role == "holdout" && t.score.is_some())
        .collect();
    let blind = match out.len() {
        0 => "No hold-out's value is known here: whether the model has skill beyond the baseline is not shown, and rankings of regimes are told only where nine in ten draws agree.".to_owned(),
        n => format!("{n} hold-outs are known."),
    };
    format!("{}\n{blind}", summary(told))
}

fn table(told: &[Target]) -> String {
    let heads = [
        "id",
        "what",
        "period",
        "role",
        ">known",
        ">model",
        ">baseline",
        ">scores",
        ">baseline's",
        "unit",
    ];
    let mut table = Table::new(&heads).limit(1, 36).limit(9, 14);
    for t in told {
        let told = |x: Option<[f64; 3]>| x.map_or_else(|| "-".into(), spread);
        let score = |s: Option<Score>| {
            s.map_or_else(String::new, |s| {
                format!(
                    "{:.2}, {:.2}{}",
                    s.log_error,
                    s.interval,
                    if s.covered { "" } else { " outside" }
                )
            })
        };
        let known = match (t.known, t.known_range) {
            (Some(x), Some([low, high])) => spread([low, x, high]),
            (Some(x), None) => number(x),
            (None, _) => "held out".into(),
        };
        table.row([
            t.id.clone(),
            t.quantity.clone(),
            t.period.clone(),
            t.role.clone(),
            known,
            told(t.model),
            told(t.baseline),
            score(t.score),
            score(t.baseline_score),
            t.unit.clone(),
        ]);
    }
    table.render(terminal_width().unwrap_or(usize::MAX), 1)
}

/// Calibrates.
pub fn calibrate(cli: &Cli, args: &CalibrateArgs) -> Result<Ended> {
    let keep = args.keep.unwrap_or_else(|| KEPT.min(args.draws));
    ensure!(
        keep <= args.draws,
        "{keep} draws cannot be kept of {}: keep as many as are drawn, or fewer",
        args.draws
    );
    if let Some(path) = &args.write {
        Output::check(path)?;
    }
    let asked = Asked {
        laws: Vec::new(),
        draws: args.draws,
        seed: args.seed,
        until: args.until,
        settings: Vec::new(),
        prior: true,
    };
    let (setup, targets, said) = said(cli, &asked, true)?;
    let found = calibrate::calibrate(&setup, &targets, &said, usize::try_from(keep)?);
    if let Some(path) = &args.write {
        let head = "# The draws of the prior that fit what is known: written by `tiergate lab calibrate --write`.\n";
        let text = format!("{head}{}", found.posterior.text());
        print(Some(path), &text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if args.format == Format::Json {
        let told = json!({
            "plan": setup.plan, "posterior": found.posterior, "ranges": found.ranges,
            "before": found.before, "after": found.after,
        });
        print(None, &format!("{told:#}\n"))?;
        return Ok(Ended::Well);
    }
    let mut moved = Table::new(&["parameter", ">prior", ">posterior", ">moved by"]);
    for range in &found.ranges {
        moved.row([
            range.id.clone(),
            spread(range.prior),
            spread(range.posterior),
            format!("{:.2}", range.moved),
        ]);
    }
    let text = format!(
        "Before\n{}\n\nAfter: {} of {} draws kept, none farther than {:.2} standard deviations\n{}\n\n{}\n\
         Medians, with the range of nine in ten draws; moved by: the largest difference of shares below a value.\n",
        table(&found.before),
        found.posterior.accepted.len(),
        found.posterior.drawn,
        found.posterior.distance,
        table(&found.after),
        moved.render(terminal_width().unwrap_or(usize::MAX), 1),
    );
    print(None, &text)?;
    Ok(Ended::Well)
}
