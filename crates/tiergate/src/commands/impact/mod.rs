//! `tiergate impact`: what a change of law does to a book of orders.

mod change;
mod html;
mod laws;
mod not_adopted;
mod print;
mod sums;
mod teller;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Result;
use clap::ValueEnum;
use tiergate_law::{Date, LawRef};
use tiergate_order::Order;

use self::laws::Asked;
use self::not_adopted::NotAdopted;
use self::print::Report;
use self::sums::Tally;
use self::teller::{CSV_HEAD, Compared, Listed};
use crate::cli::{Cli, Ended};
use crate::options::{AssumeArgs, ViewArg};
use crate::parties::filling::Filled;
use crate::pipeline::{Given, Kind, Pipeline, Shipments};
use crate::report::{Output, not_an_input, say};
use crate::style::terminal_width;
use crate::verdict::Bench;

/// Compare a book of orders under two laws: which answers change, how much, and from when
///
/// FILE is read as `tiergate decide` reads it. The two laws are the last two arguments, or --from and
/// --to: `tiergate impact orders.csv us PROPOSAL` is `tiergate impact orders.csv --from us --to
/// PROPOSAL`. A LAW is (us | PROPOSAL)[@DATE][:text | :enforced].
///
/// Every order is decided under both laws; where a LAW
/// leaves the date open, at the order's own date. An order changes when its answers surely differ in
/// outcome, authority or review. Where unknown facts leave that open, the order is counted as
/// unknown, with the facts that are missing; never as unchanged.
///
/// The first date affected is the first one, from the order's own date on, at which the answers
/// surely differ: where a LAW leaves the date open, the days on which it changes are walked.
///
/// Before its adoption a proposal is the law it is based on: the orders of those days are counted, and
/// said to be.
///
/// Amounts are exact. TPP is that of the whole line, rounded up; value is the field value_usd.
/// Orders that do not give one are counted beside the sum.
///
/// A row that cannot be read is reported with its line, column and value, the rest goes on, and
/// the exit code is 2.
#[derive(Debug, clap::Args)]
#[command(override_usage = "tiergate impact [OPTIONS] FILE... LAW LAW\n       \
tiergate impact [OPTIONS] FILE... --from LAW --to LAW")]
pub struct Args {
    /// Orders, `-` for standard input; then the laws before and after, unless --from and --to name
    /// them
    #[arg(required = true, value_name = "FILE | LAW")]
    arguments: Vec<PathBuf>,

    /// Law before: (us | PROPOSAL)[@DATE][:text | :enforced]
    #[arg(long, value_name = "LAW", requires = "to")]
    from: Option<LawRef>,

    /// Law after: (us | PROPOSAL)[@DATE][:text | :enforced]
    #[arg(long, value_name = "LAW", requires = "from")]
    to: Option<LawRef>,

    /// Date of the laws where LAW leaves it open; otherwise the order's own date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// The law as printed, or as the agency says it enforces it, where LAW leaves it open
    #[arg(long, value_enum)]
    view: Option<ViewArg>,

    #[command(flatten)]
    assume: AssumeArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Leave out what surely does not change: orders of csv, and lines of tables
    #[arg(long)]
    changed_only: bool,

    /// List at most this many changed orders, and count the rest; csv has every order
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,

    /// Form of the input, when its name or first character would mislead
    #[arg(long, value_enum)]
    input_format: Option<Kind>,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the comparison is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables of sums, and the orders that change
    Table,
    /// One JSON object
    Json,
    /// The tables for a document
    Markdown,
    /// A row for each order with both answers and what changed
    Csv,
    /// One page with a map, which needs nothing else
    Html,
}

/// Compares every order under the two laws.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let options = [args.from.as_ref(), args.to.as_ref()];
    let Asked { files, laws } = laws::asked(&desk.library, &args.arguments, options)?;
    not_an_input(args.output.as_deref(), files)?;
    let assume = args.assume.parse(&desk)?;
    let view = args.view.map(Into::into);
    let bench = Bench::of(&desk, laws.into(), (args.as_of, view), assume)?;
    let csv = args.format == Format::Csv;
    // Rows or a list: what is not written is not kept.
    let listed = if csv { 0 } else { args.limit };
    let prototype = Compared::new(&bench, csv, args.changed_only, listed)?;
    let out = Output::to(args.output.as_deref())?;
    let mut pipeline = Pipeline::new(&bench, out, args.input_format, || prototype.clone());
    if csv {
        pipeline.head(CSV_HEAD.as_bytes())?;
    }
    let mut list: Vec<Listed> = Vec::new();
    let mut collect = |_: &mut Vec<u8>, told: Vec<Listed>| {
        let left = listed.saturating_sub(list.len());
        list.extend(told.into_iter().take(left));
    };
    for file in files {
        pipeline.file(file, &mut collect)?;
    }
    let mut finished = pipeline.finish()?;
    let mut tally = Tally::default();
    for teller in &mut finished.tellers {
        tally.merge(std::mem::take(&mut teller.tally));
    }
    let orders = tally.orders();
    let not_adopted = NotAdopted::of(&bench, &tally);
    if !csv {
        let report = Report {
            desk: &desk,
            titles: [bench.title(0), bench.title(1)],
            assumed: args.assume.said(),
            flags: &args.assume.assume,
            not_adopted: &not_adopted,
            tally: &tally,
            list: &list,
            bad: finished.bad,
            changed_only: args.changed_only,
        };
        let width = match args.output {
            Some(_) => usize::MAX,
            None => terminal_width().unwrap_or(usize::MAX),
        };
        let text = match args.format {
            Format::Json => report.json()?,
            Format::Markdown => report.markdown(),
            Format::Html => html::render(&report)?,
            Format::Table | Format::Csv => report.table(width),
        };
        finished.below(|out| Ok(out.write_all(text.as_bytes())?))?;
    } else {
        args.assume.said().iter().for_each(|said| say(said));
        let notes = not_adopted.iter().map(NotAdopted::says);
        notes.for_each(|note| say(&format!("note: {note}")));
    }
    let (line, ended) = (finished.line(orders, 2), finished.ended());
    finished.out.finish()?;
    say(&line);
    Ok(ended)
}

/// The comparison of orders that were read already, as `--format json` gives it; `bad` tells how many
/// could not be read.
///
/// # Errors
///
/// What stops the program.
pub fn answer(
    bench: &Bench<'_>,
    orders: Vec<(u64, Order)>,
    bad: u64,
    limit: usize,
) -> Result<serde_json::Value> {
    let mut shipments = Shipments::default();
    for (_, order) in &orders {
        shipments.order(bench.desk, &bench.assume, order);
    }
    let given = orders.into_iter().map(|(line, order)| Given {
        line,
        order,
        filled: Filled::default(),
    });
    let prototype = Compared::new(bench, false, false, limit)?;
    let mut pipeline = Pipeline::new(bench, Output::nowhere(), None, || prototype.clone());
    let mut list: Vec<Listed> = Vec::new();
    let mut collect = |_: &mut Vec<u8>, told: Vec<Listed>| {
        let left = limit.saturating_sub(list.len());
        list.extend(told.into_iter().take(left));
    };
    pipeline.given("orders", given.collect(), &shipments, &mut collect)?;
    let mut finished = pipeline.finish()?;
    let mut tally = Tally::default();
    for teller in &mut finished.tellers {
        tally.merge(std::mem::take(&mut teller.tally));
    }
    let not_adopted = NotAdopted::of(bench, &tally);
    let report = Report {
        desk: bench.desk,
        titles: [bench.title(0), bench.title(1)],
        assumed: None,
        flags: &[],
        not_adopted: &not_adopted,
        tally: &tally,
        list: &list,
        bad: bad + finished.bad,
        changed_only: false,
    };
    Ok(serde_json::from_str(&report.json()?)?)
}
