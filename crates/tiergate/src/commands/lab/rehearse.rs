//! `tiergate lab run`: laws in many draws, and how their series are spread.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use tiergate_lab::fan::fan;
use tiergate_lab::series::SERIES;
use tiergate_lab::{Results, Setup, name_of};
use tiergate_law::LawRef;

use super::args::RunArgs;
use super::files::Files;
use super::told::spread;
use crate::cli::{Cli, Ended};
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// Which laws, and what to tell of them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Law to rehearse: (us | PROPOSAL)[:text | :enforced]; may be repeated
    #[arg(long = "law", value_name = "LAW", default_value = "us")]
    laws: Vec<LawRef>,

    /// Series to tell, such as stock.us, diverted:MY or company.limit:oracle; may be repeated; otherwise the world's
    #[arg(long = "series", value_name = "SERIES")]
    series: Vec<String>,

    /// Tell it as JSON: every month, with 5, 25, 50, 75 and 95 percent of draws
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    run: RunArgs,
}

/// The places of the series that are asked for.
fn places(setup: &Setup, asked: &[String]) -> Result<Vec<(String, usize)>> {
    if asked.is_empty() {
        let all = SERIES
            .iter()
            .enumerate()
            .map(|(at, series)| (series.id.to_owned(), at));
        return Ok(all.collect());
    }
    let told = setup.model.told();
    let all: Vec<String> = (0..told.count()).filter_map(|at| told.id(at)).collect();
    let place = |id: &String| {
        let at = told.find(id).with_context(|| {
            let near = tiergate_law::nearest(id, all.iter().map(String::as_str));
            let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            format!("there is no series `{id}`{hint}")
        })?;
        Ok((id.clone(), at))
    };
    asked.iter().map(place).collect()
}

/// Runs it.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    args.files.check(&args.run, args.json)?;
    let setup = args.run.setup(cli, &args.laws)?;
    let places = places(&setup, &args.series)?;
    let results = args.run.run(&setup)?;
    let command = args.run.command("run", &args.laws) + " --report report.html";
    args.files
        .write(cli, &args.run, &setup, &results, &command)?;
    if args.files.speaks() {
        return Ok(Ended::Well);
    }
    if args.json {
        print(None, &format!("{:#}\n", json(&setup, &results, &places)?))?;
        return Ok(Ended::Well);
    }
    let months = setup.model.world.months;
    // The end of every year.
    let ends: Vec<usize> = (0..months.len())
        .filter(|at| months.month(*at).month == 12 || at + 1 == months.len())
        .collect();
    let mut text = String::new();
    for (law, id) in setup.plan.laws.iter().enumerate() {
        text += &format!("{} ({id}), {} draws\n", name_of(id), setup.plan.draws);
        let mut heads = vec!["series".to_owned()];
        heads.extend(ends.iter().map(|at| format!(">{}", months.month(*at))));
        heads.push("unit".into());
        let mut table = Table::new(&heads);
        for (id, at) in &places {
            let fan = fan(&results.series(law, *at, months.len())?);
            let cell = |at: &usize| {
                fan[*at].map_or_else(
                    || "-".into(),
                    |[low, _, middle, _, high]| spread([low, middle, high]),
                )
            };
            let unit = setup.model.told().unit(*at);
            let cells = ends.iter().map(cell).chain([unit.to_owned()]);
            table.row(std::iter::once(id.clone()).chain(cells));
        }
        text += &table.render(terminal_width().unwrap_or(usize::MAX), 1);
        text += "\n\n";
    }
    let folder = args.run.folder(&setup);
    text += &format!(
        "Medians, with the range of nine in ten draws. All draws are in {}.\n\
         What this cannot tell, and what it takes for granted: docs/lab.md, `tiergate lab parameters`.\n",
        folder.display()
    );
    print(None, &text)?;
    Ok(Ended::Well)
}

fn json(setup: &Setup, results: &Results, places: &[(String, usize)]) -> Result<Value> {
    let months = setup.model.world.months;
    let mut laws = Vec::new();
    for (law, id) in setup.plan.laws.iter().enumerate() {
        let mut series = serde_json::Map::new();
        for (id, at) in places {
            let fan = fan(&results.series(law, *at, months.len())?);
            series.insert(id.clone(), json!(fan));
        }
        laws.push(json!({ "law": id, "name": name_of(id), "series": series }));
    }
    let months: Vec<String> = months.iter().map(|m| m.to_string()).collect();
    Ok(json!({
        "plan": results.plan,
        "months": months,
        "quantiles": tiergate_lab::fan::QUANTILES,
        "laws": laws,
    }))
}
