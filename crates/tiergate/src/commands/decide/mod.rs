//! `tiergate decide`: orders in, decisions out.

mod print;
mod summary;
mod teller;
mod together;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;

use self::print::Printer;
use self::summary::Summary;
use self::teller::{Decided, Told};
use self::together::Together;
use crate::cli::{Cli, Ended};
use crate::options::LawArgs;
use crate::page::Layout;
use crate::parties::filling::FillArgs;
use crate::pipeline::{CSV_HEAD, Kind, Pipeline};
use crate::report::{Output, not_an_input, say};
use crate::style::Style;
use crate::verdict::Bench;

/// Decide the orders of files under one law or several
///
/// FILE is CSV, JSON or JSON Lines, told by its name; `-` is standard input, told by its first
/// character. Columns and fields are those of `tiergate schema order`, with dots
/// (item.chip, consignee.headquarters); the values of a list are separated by `|`, and intermediaries
/// are numbered (intermediaries.1.headquarters). Lines with one shipment id add up where the law
/// counts by shipment.
///
/// A row that cannot be read is reported with its line, column and value, the rest goes on, and
/// the exit code is 2.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Orders; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    law: LawArgs,

    #[command(flatten)]
    fill: FillArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Form of the input, when its name or first character would mislead
    #[arg(long, value_enum)]
    input_format: Option<Kind>,

    /// Below the table, the whole explanation of every order
    #[arg(long)]
    explain: bool,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How decisions are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table with a column per law, and a summary
    Table,
    /// An array of whole decisions
    Json,
    /// A whole decision per line, one for each order and law
    Jsonl,
    /// A row for each order and law
    Csv,
}

/// More laws than these are shown by one sign each.
const LAWS_IN_WORDS: usize = 6;

/// Decides every file.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    if args.explain && args.format != Format::Table {
        bail!("--explain goes with --format table; json and jsonl give every reason already");
    }
    if args.files.iter().filter(|f| f.as_os_str() == "-").count() > 1 {
        bail!("standard input, `-`, can be read once only");
    }
    not_an_input(
        args.output.as_deref(),
        args.files.iter().chain(args.fill.files()),
    )?;
    let desk = cli.desk()?;
    let bench = Bench::new(&desk, &args.law)?;
    let layout = Layout::Text(Style::page(args.output.is_some()));
    let explain = args.explain.then_some(layout);
    let filling = args.fill.open(&desk, bench.id(0), bench.view(0))?;
    let out = Output::to(args.output.as_deref())?;
    let mut pipeline = Pipeline::new(&bench, out, args.input_format, || {
        Decided::new(args.format, explain)
    });
    if let Some(filling) = &filling {
        pipeline.fill_from(filling);
    }
    pipeline.head(match args.format {
        Format::Csv => CSV_HEAD.as_bytes(),
        Format::Json => b"[",
        Format::Table | Format::Jsonl => b"",
    })?;
    let mut all = Told::default();
    let mut written = false;
    let mut collect = |out: &mut Vec<u8>, mut told: Told| {
        if args.format == Format::Json && !written && !out.is_empty() {
            out.remove(0);
            written = true;
        }
        all.lines.append(&mut told.lines);
        all.pages.append(&mut told.pages);
    };
    for file in &args.files {
        pipeline.file(file, &mut collect)?;
    }
    let mut finished = pipeline.finish()?;
    let mut summary = Summary::default();
    let mut together = Together::default();
    for teller in std::mem::take(&mut finished.tellers) {
        summary.merge(&teller.summary);
        together.merge(teller.together);
    }
    finished.below(|out| match args.format {
        Format::Json => Ok(out.write_all(if written { b"\n]\n" } else { b"]\n" })?),
        Format::Table => {
            let told = all;
            Printer { args, out, told }.table(&bench, &summary)
        }
        Format::Csv | Format::Jsonl => Ok(()),
    })?;
    let (line, ended) = (
        finished.line(summary.orders, bench.count()),
        finished.ended(),
    );
    finished.out.finish()?;
    let titles: Vec<String> = (0..bench.count()).map(|law| bench.title(law)).collect();
    let warnings = together.warnings(&titles);
    warnings.iter().for_each(|warning| say(warning));
    if let Some(filling) = &filling {
        filling.report();
    }
    say(&line);
    Ok(ended)
}
