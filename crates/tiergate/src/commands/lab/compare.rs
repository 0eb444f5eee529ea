//! `tiergate lab compare`: all options and today's law on the same draws.

use anyhow::Result;
use serde_json::{Value, json};
use tiergate_lab::compared::{Row, Verdict, compare};
use tiergate_lab::series::SERIES;
use tiergate_lab::{Setup, name_of, regime_laws};
use tiergate_law::LawRef;

use super::args::RunArgs;
use super::files::Files;
use super::told::spread;
use crate::cli::{Cli, Ended};
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// Which laws, and how they are told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Law to compare, the first being the one others are compared with; otherwise all options and
    /// today's law
    #[arg(long = "law", value_name = "LAW")]
    laws: Vec<LawRef>,

    /// Tell it as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    files: Files,

    #[command(flatten)]
    run: RunArgs,
}

/// Compares them.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let laws = if args.laws.is_empty() {
        regime_laws()?
    } else {
        args.laws.clone()
    };
    args.files.check(&args.run, args.json)?;
    let setup = args.run.setup(cli, &laws)?;
    let results = args.run.run(&setup)?;
    let command = args.run.command("compare", &laws) + " --report report.html";
    args.files
        .write(cli, &args.run, &setup, &results, &command)?;
    if args.files.speaks() {
        return Ok(Ended::Well);
    }
    let rows = compare(&setup, &results)?;
    if args.json {
        print(None, &format!("{:#}\n", told(&setup, &rows)))?;
        return Ok(Ended::Well);
    }
    let mut text = String::new();
    let first = name_of(&setup.plan.laws[0]);
    for row in &rows {
        let part = &row.part;
        let wish = if part.more_is_better {
            "more is better"
        } else {
            "less is better"
        };
        let unit = SERIES[part.series].unit;
        text += &format!("{}: {} ({unit}; {wish})\n", part.goal.word(), part.name);
        let beside = format!("beside {first}");
        let mut table = Table::new(&[
            "regime",
            ">median (nine in ten draws)",
            ">difference",
            &beside,
        ]);
        for (at, under) in row.under.iter().enumerate() {
            let tell = |x: Option<[f64; 3]>| x.map_or_else(|| "-".into(), spread);
            let verdict = under.verdict();
            let said = match verdict {
                _ if at == 0 => String::new(),
                Verdict::NotSeparable => format!(
                    "not separable: better in {:.1}, worse in {:.1} of 100 draws",
                    100.0 * under.better,
                    100.0 * under.worse
                ),
                _ => verdict.words().into(),
            };
            let difference = if at == 0 {
                String::new()
            } else {
                tell(under.difference)
            };
            table.row([
                name_of(&setup.plan.laws[at]),
                tell(under.spread),
                difference,
                said,
            ]);
        }
        text += &table.render(terminal_width().unwrap_or(usize::MAX), 1);
        text += "\n\n";
    }
    text += &format!(
        "{} draws, the same for every regime. One is called better or worse where nine in ten draws say so;\n\
         the range of a difference leaves one in twenty out on either side.\n\
         The laws part in {}. All draws are in {}.\n",
        setup.plan.draws,
        setup.model.world.months.month(setup.parts),
        args.run.folder(&setup).display()
    );
    print(None, &text)?;
    Ok(Ended::Well)
}

fn told(setup: &Setup, rows: &[Row]) -> Value {
    let rows: Vec<Value> = rows
        .iter()
        .map(|row| {
            let under: Vec<Value> = setup
                .plan
                .laws
                .iter()
                .zip(&row.under)
                .map(|(law, under)| {
                    json!({
                        "law": law, "name": name_of(law), "spread": under.spread,
                        "difference": under.difference, "better": under.better,
                        "worse": under.worse, "verdict": under.verdict().words(),
                    })
                })
                .collect();
            json!({
                "goal": row.part.goal.word(), "part": row.part.name,
                "series": SERIES[row.part.series].id, "unit": SERIES[row.part.series].unit,
                "more_is_better": row.part.more_is_better, "laws": under,
            })
        })
        .collect();
    json!({
        "plan": setup.plan,
        "part_in": setup.model.world.months.month(setup.parts).to_string(),
        "rows": rows,
    })
}
