//! `tiergate decide`: orders in, decisions out.

pub mod counted;
mod licensed;
mod print;
mod summary;
mod teller;
mod together;
pub mod used;

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;
use rustc_hash::FxHashSet;
use tiergate_law::Date;
use tiergate_ledger::Place;

pub use self::counted::{Counting, asked, count as count_on, units};
use self::licensed::Licensed;
pub use self::licensed::{license_accounts, license_entry};
use self::print::Printer;
use self::summary::Summary;
use self::teller::{Decided, Told};
use self::together::Together;
pub use self::used::{Source, Stop, Used, leave_out, own_limits};
use crate::cli::{Cli, Ended};
use crate::ledger_args::LedgerArgs;
use crate::options::LawArgs;
use crate::page::Layout;
use crate::parties::filling::{FillArgs, Filling};
use crate::pipeline::{CSV_HEAD, Kind, Pipeline};
use crate::report::{Output, count, not_an_input, say};
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
#[derive(Debug, Clone, clap::Args)]
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

    /// Take what is used of each limit from this ledger: a file, or postgres://USER@HOST/DATABASE
    #[arg(long, value_name = "LEDGER")]
    ledger: Option<String>,

    /// Reserve what passes, in the order of dates, under the order's id
    #[arg(long, requires = "ledger")]
    reserve: bool,

    #[command(flatten)]
    how: Reserving,
}

/// How to reserve.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Reserving {
    /// The last day reservations are held
    #[arg(long, value_name = "DATE", requires = "ledger")]
    hold_until: Option<Date>,

    /// Who reserves
    #[arg(long, value_name = "NAME", requires = "ledger")]
    by: Option<String>,

    /// Reserve what needs a license under this one, as `ledger license` entered it or, with the desk's
    /// database as the ledger, a case issued it
    #[arg(long, value_name = "NUMBER", requires = "ledger")]
    license: Option<String>,

    /// Who will operate the goods and toward whose limit they count, where the law lets them
    #[arg(long, value_name = "NAME", requires = "ledger")]
    toward: Option<String>,
}

/// Decide the orders of files in the order of their dates, and reserve what passes
///
/// The same as `tiergate decide --ledger LEDGER --reserve`. A reservation has the id of its order.
#[derive(Debug, Clone, clap::Args)]
pub struct ReserveArgs {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// Orders; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    law: LawArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Form of the input, when its name or first character would mislead
    #[arg(long, value_enum)]
    input_format: Option<Kind>,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,

    #[command(flatten)]
    how: Reserving,

    #[command(flatten)]
    fill: FillArgs,
}

impl ReserveArgs {
    /// As `tiergate decide --ledger LEDGER --reserve`.
    pub fn reserving(self) -> Args {
        Args {
            files: self.files,
            law: self.law,
            format: self.format,
            input_format: self.input_format,
            explain: false,
            output: self.output,
            ledger: Some(self.ledger.ledger),
            reserve: true,
            how: self.how,
            fill: self.fill,
        }
    }
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
    if let Some(ledger) = &args.ledger {
        crate::ledger_args::apart(ledger, args.output.as_deref())?;
    }
    let desk = cli.desk()?;
    let mut bench = Bench::new(&desk, &args.law)?;
    bench.assume.lists_are_screened = args.fill.screens();
    let layout = Layout::Text(Style::page(args.output.is_some()));
    let explain = args.explain.then_some(layout);
    let filling = args.fill.open(&desk, bench.id(0), bench.view(0))?;
    let out = Output::to(args.output.as_deref())?;
    let ledger = match &args.ledger {
        Some(ledger) => Some(crate::ledger_args::open(ledger, args.reserve)?),
        None => None,
    };
    let mut pipeline = Pipeline::new(&bench, out, args.input_format, || {
        Decided::new(args.format, explain)
    });
    let license = match (&args.how.license, &ledger, &args.ledger) {
        (Some(number), Some(ledger), Some(place)) => {
            let place = Place::of(place);
            Some(Licensed::find(&desk, ledger, &place, number)?)
        }
        _ => None,
    };
    let counted_head = format!("{},ledger\n", CSV_HEAD.trim_end());
    if let Some(filling) = &filling {
        pipeline.fill_from(filling);
    }
    pipeline.head(match args.format {
        Format::Csv if ledger.is_some() => counted_head.as_bytes(),
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
    let mut held_up = 0;
    let mut notes = Vec::new();
    let mut ids = FxHashSet::default();
    for file in &args.files {
        let Some(ledger) = &ledger else {
            pipeline.file(file, &mut collect)?;
            continue;
        };
        let (orders, shipments) = pipeline.orders(file, &mut ids)?;
        let counting = args.counting(filling.as_deref(), license.as_ref());
        let counted = counted::count(ledger, &mut bench, orders, &shipments, &counting)?;
        held_up += counted.notes.values().filter(|note| note.held_up).count();
        if args.format == Format::Table {
            let ids = counted.orders.iter().map(|given| given.order.id.clone());
            notes.extend(
                ids.filter_map(|id| Some((id.clone(), counted.notes.get(&id)?.says.clone()))),
            );
        }
        pipeline.tellers(|teller| teller.count(counted.notes.clone()));
        pipeline.given(
            &file.display().to_string(),
            counted.orders,
            &shipments,
            &mut collect,
        )?;
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
            Printer { args, out, told }.table(&bench, &summary)?;
            ledger_lines(out, &notes)
        }
        Format::Csv | Format::Jsonl => Ok(()),
    })?;
    let (line, ended) = (
        finished.line(summary.orders, bench.count()),
        finished.ended(),
    );
    finished.out.finish()?;
    let titles: Vec<String> = (0..bench.count()).map(|law| bench.title(law)).collect();
    // Against a ledger, lines count together already.
    if ledger.is_none() {
        let warnings = together.warnings(&titles);
        warnings.iter().for_each(|warning| say(warning));
    }
    if let Some(filling) = &filling {
        filling.report();
    }
    say(&line);
    if let Some(ledger) = ledger {
        ledger.close()?;
        if held_up > 0 {
            say(&format!(
                "{} could not be reserved",
                count(held_up as u64, "order", "orders")
            ));
        }
    }
    Ok(ended)
}

/// An id longer than this is cut.
const ID_WIDTH: usize = 36;

/// What the ledger says of each order, below the table.
fn ledger_lines(out: &mut Output, notes: &[(String, String)]) -> Result<()> {
    if notes.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nLedger")?;
    let widest = notes
        .iter()
        .map(|(id, _)| crate::style::width(id).min(ID_WIDTH))
        .max()
        .unwrap_or(0);
    for (id, says) in notes {
        let id = crate::style::cut(&crate::style::plain(id.clone()), ID_WIDTH);
        let pad = " ".repeat(widest.saturating_sub(crate::style::width(&id)));
        writeln!(out, "  {id}{pad}  {}", crate::style::plain(says.clone()))?;
    }
    Ok(())
}

impl Args {
    fn counting(&self, filling: Option<&Filling>, license: Option<&Licensed>) -> Counting {
        Counting {
            reserve: self.reserve,
            until: self.how.hold_until,
            by: self.how.by.clone(),
            license: license.cloned(),
            toward: self.how.toward.clone(),
            assume: self.law.assume.assume.clone(),
            list: filling.and_then(|f| Some(f.list()?.is.clone())),
        }
    }
}
