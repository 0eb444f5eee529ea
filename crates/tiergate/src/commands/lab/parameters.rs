//! `tiergate lab parameters`: what rehearsals of regimes rest on.

use anyhow::Result;
use serde_json::{Value, json};
use tiergate_lab::{Known, Parameter, built_in};

use crate::cli::Ended;
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// Which parameters, and how they are told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words that id, meaning or source must hold
    search: Vec<String>,

    /// Only what is assumed: what no source states
    #[arg(long)]
    assumed: bool,

    /// Tell them as JSON
    #[arg(long)]
    json: bool,
}

/// Lists them.
pub fn run(args: &Args) -> Result<Ended> {
    let all = built_in::parameters()?;
    let words: Vec<String> = args.search.iter().map(|word| word.to_lowercase()).collect();
    let fits = |p: &&Parameter| {
        let text = format!("{} {} {}", p.id, p.says, p.source).to_lowercase();
        words.iter().all(|word| text.contains(word)) && (!args.assumed || p.known == Known::Assumed)
    };
    let found: Vec<&Parameter> = all.all().iter().filter(fits).collect();
    if args.json {
        let told: Vec<Value> = found.iter().map(|p| told(p)).collect();
        print(None, &format!("{:#}\n", Value::from(told)))?;
        return Ok(Ended::Well);
    }
    let heads = [
        "id",
        ">default",
        ">from",
        ">to",
        "unit",
        "spread",
        "known",
        "what it says",
        "source",
    ];
    let mut table = Table::new(&heads);
    for p in &found {
        table.row([
            p.id.clone(),
            p.default.to_string(),
            p.range[0].to_string(),
            p.range[1].to_string(),
            p.unit.clone(),
            p.distribution.word().to_owned(),
            p.known.word().to_owned(),
            p.says.clone(),
            p.source.clone(),
        ]);
    }
    let assumed = found.iter().filter(|p| p.known == Known::Assumed).count();
    let text = table.render(terminal_width().unwrap_or(usize::MAX), 1);
    print(
        None,
        &format!(
            "{text}\n{} of {} parameters; {assumed} assumed\n",
            found.len(),
            all.all().len()
        ),
    )?;
    Ok(Ended::Well)
}

fn told(p: &Parameter) -> Value {
    json!({
        "id": p.id, "says": p.says, "unit": p.unit, "default": p.default, "range": p.range,
        "distribution": p.distribution.word(), "known": p.known.word(), "source": p.source,
    })
}
