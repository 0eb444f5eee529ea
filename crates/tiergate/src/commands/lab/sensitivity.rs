//! `tiergate lab sensitivity`: which parameters matter, to an outcome or to the difference of two laws.

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use tiergate_lab::explore::{Explored, LEVELS, explore};
use tiergate_lab::findings::Influence;
use tiergate_lab::goals::{PARTS, Part};
use tiergate_lab::sensitivity::Saltelli;
use tiergate_lab::series::SERIES;
use tiergate_lab::{Asked, Month, Setup};
use tiergate_law::LawRef;

use super::args::{bar, month, setup};
use super::told::{number, spread};
use crate::cli::{Cli, Ended};
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// What to look at.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Law; with two, their difference is looked at
    #[arg(long = "law", value_name = "LAW", default_value = "us")]
    laws: Vec<LawRef>,

    /// A part of a goal by its series, such as share.china; may be repeated; otherwise the part that leads
    /// each goal
    #[arg(long = "output", value_name = "SERIES")]
    outputs: Vec<String>,

    /// Walks of the screening (Morris)
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(2..=100_000))]
    walks: u32,

    /// How many parameters are left after it
    #[arg(long, default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..))]
    left: u32,

    /// Base rows for the indices (Sobol), a power of two; 0 to screen only
    #[arg(long, default_value_t = 1024, value_parser = rows)]
    rows: usize,

    /// Resamples of each interval; fewer than 20 have no 5 percent
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(20..=100_000))]
    resamples: u32,

    /// The seed of all chance
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// The last month
    #[arg(long, value_name = "MONTH", default_value = "2029-12", value_parser = month)]
    until: Month,

    /// Hold a parameter at a value; may be repeated
    #[arg(long = "set", value_name = "ID=VALUE")]
    set: Vec<String>,

    /// Tell it as JSON
    #[arg(long)]
    json: bool,
}

/// Reads how many base rows: said before hours of screening, and not after.
fn rows(text: &str) -> Result<usize, String> {
    let rows = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    match rows {
        0 => Ok(0),
        _ => Saltelli::new(1, rows, 0)
            .map(|_| rows)
            .map_err(|error| error.to_string()),
    }
}

fn parts(asked: &[String]) -> Result<Vec<Part>> {
    if asked.is_empty() {
        return Ok(PARTS.iter().filter(|p| p.leads).copied().collect());
    }
    let part = |id: &String| {
        let found = PARTS.iter().find(|p| SERIES[p.series].id == id).copied();
        found.with_context(|| {
            let ids: Vec<&str> = PARTS.iter().map(|p| SERIES[p.series].id).collect();
            format!("`{id}` is no part of a goal; there are {}", ids.join(", "))
        })
    };
    let mut twice = asked.iter().enumerate();
    if let Some((_, id)) = twice.find(|(n, id)| asked[..*n].contains(id)) {
        bail!("`{id}` is named twice: once is enough");
    }
    asked.iter().map(part).collect()
}

/// Looks.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    ensure!(
        args.laws.len() <= 2,
        "one law, or two to look at their difference"
    );
    let parts = parts(&args.outputs)?;
    let asked = Asked {
        laws: args.laws.clone(),
        draws: 1,
        seed: args.seed,
        until: args.until,
        settings: args.set.clone(),
        prior: true,
    };
    let setup = setup(cli, &asked)?;
    let explored = Explored {
        parts,
        walks: args.walks as usize,
        levels: LEVELS,
        left: args.left as usize,
        rows: args.rows,
        resamples: args.resamples as usize,
    };
    let parameters = setup.model.parameters.all();
    let ranged = parameters
        .iter()
        .filter(|p| p.range[0] < p.range[1])
        .count();
    let all = explored.rehearsals(ranged, setup.tables.len());
    let bar = bar(all, "rehearsals")?;
    let found = explore(&setup, &explored, &|| {
        bar.inc(1);
        true
    })?;
    bar.finish_and_clear();
    if args.json {
        print(
            None,
            &format!("{:#}\n", json!({ "plan": setup.plan, "influences": found })),
        )?;
        return Ok(Ended::Well);
    }
    print(None, &text(&setup, &found, all))?;
    Ok(Ended::Well)
}

/// How many parameters are told of an output.
const TOLD: usize = 15;

fn text(setup: &Setup, found: &[Influence], all: u64) -> String {
    let mut text = String::new();
    let mut outputs: Vec<(&str, &str)> = found
        .iter()
        .map(|i| (i.output.as_str(), i.says.as_str()))
        .collect();
    outputs.dedup();
    for (output, says) in outputs {
        text += &format!("{says} ({output})\n");
        let mut table = Table::new(&[
            "parameter",
            ">effect (Morris)",
            ">first order",
            ">in all",
            "what it says",
        ]);
        let of = found.iter().filter(|i| i.output == output).take(TOLD);
        for i in of {
            let told = |x: Option<[f64; 3]>| x.map_or_else(|| "-".into(), spread);
            let place = setup.model.parameters.place(&i.parameter).ok();
            let says = place.map(|at| setup.model.parameters.all()[at].says.clone());
            let effect = i.screened.map_or_else(|| "-".into(), |s| number(s[1]));
            table.row([
                i.parameter.clone(),
                effect,
                told(i.first),
                told(i.total),
                says.unwrap_or_default(),
            ]);
        }
        text += &table.render(terminal_width().unwrap_or(usize::MAX), 1);
        text += "\n\n";
    }
    text + &format!(
        "{all} rehearsals. Effect: how much the output moves over the whole range of a parameter, on average, in the output's unit. First order and in all: the share of the output's variance, with the interval of a bootstrap.\n"
    )
}
