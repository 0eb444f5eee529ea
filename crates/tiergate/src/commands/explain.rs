//! `tiergate explain`: one order, as a page to file.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::case::each_case;
use crate::cli::{Cli, Ended};
use crate::options::LawArgs;
use crate::order_args::{OrderArgs, require_destination, set};
use crate::page::Layout;
use crate::report::print;
use crate::style::Style;
use crate::verdict::Bench;

/// Explain the decision on one order, as a page to file
///
/// The order is given in flags, or in a JSON file with --order; flags win over the file. Fields
/// without a flag of their own are set with --set FIELD=VALUE; `tiergate schema order` names them.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    order: OrderArgs,

    /// Date of shipment; selects the law in force
    #[arg(long)]
    date: Option<String>,

    #[command(flatten)]
    law: LawArgs,

    /// Also what would give a better answer: the smallest sets of facts that would have to be
    /// otherwise, and who could bring that about
    #[arg(long)]
    to_pass: bool,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the page is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page of text
    Text,
    /// Markdown
    Markdown,
    /// The decision, one JSON object per law
    Json,
}

/// Explains the order under each law.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let mut bench = Bench::new(&desk, &args.law)?;
    let mut order = args.order.order()?;
    if let Some(date) = &args.date {
        set(&mut order, "date", date)?;
    }
    let no_law_date = args.law.laws.iter().any(|l| l.date.is_none());
    if order.date.is_none() && args.law.as_of.is_none() && no_law_date {
        bail!("the order has no date, which selects the law; give --date or --as-of YYYY-MM-DD");
    }
    require_destination(&order)?;
    let resolved = desk.resolve(&order, &bench.assume);
    let resolved = resolved.map_err(|error| args.order.refused(error))?;
    let mut texts = Vec::new();
    each_case(&mut bench, &args.law, &order, &resolved, |case| {
        let ways = args.to_pass.then(|| case.ways_to_pass());
        let page = || {
            let mut page = case.page();
            if let Some(ways) = &ways {
                ways.add_to(&mut page);
            }
            page
        };
        texts.push(match args.format {
            Format::Json => {
                let mut record = serde_json::to_value(case.record)?;
                if let (Some(ways), Some(record)) = (&ways, record.as_object_mut()) {
                    record.insert("to_pass".to_owned(), serde_json::to_value(ways)?);
                }
                serde_json::to_string_pretty(&record)?
            }
            Format::Markdown => page().render(Layout::Markdown),
            Format::Text => page().render(Layout::Text(Style::page(args.output.is_some()))),
        });
        Ok(())
    })?;
    let text = match (args.format, texts.as_slice()) {
        (Format::Json, [one]) => one.clone(),
        (Format::Json, all) => format!("[{}]", all.join(",\n")),
        _ => texts.join("\n\n"),
    };
    print(args.output.as_deref(), &text)?;
    Ok(Ended::Well)
}
