//! `tiergate decide`: orders in, decisions out.

mod input;
mod moving;
mod print;
mod progress;
mod quick;
mod rendered;
mod shipments;
mod summary;
mod worker;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use anyhow::{Result, bail};
use clap::ValueEnum;
use rayon::prelude::*;
use tiergate_order::{CsvColumns, RowError, read_json};

use self::input::{Input, Kind};
use self::progress::Progress;
use self::rendered::CSV_HEAD;
use self::shipments::Shipments;
use self::summary::Summary;
use self::worker::{Job, Line, Work, Worker};
use crate::cli::{Cli, Ended};
use crate::options::LawArgs;
use crate::page::Layout;
use crate::report::{output, say};
use crate::style::Style;
use crate::verdict::Bench;

/// Decide the orders of files under one law or several
///
/// FILE is CSV, JSON or JSON Lines, told by its name; `-` is standard input, told by its first
/// character. Columns and fields are those of `tiergate schema order`, with dots
/// (item.chip, consignee.headquarters); the values of a list are separated by `|`. Lines with one
/// shipment id add up where the law counts by shipment.
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

/// Orders of a JSON array that a worker takes at once.
const ORDERS_AT_ONCE: usize = 64;

/// Everything a run collects.
struct Run<'r, 'd> {
    args: &'r Args,
    workers: Vec<Worker<'d>>,
    out: Box<dyn Write + Send>,
    /// Decided and not written yet.
    pending: Vec<Vec<u8>>,
    lines: Vec<Line>,
    pages: Vec<String>,
    faults: u64,
    written: bool,
}

/// Decides every file.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    if args.explain && args.format != Format::Table {
        bail!("--explain goes with --format table; json and jsonl give every reason already");
    }
    if args.files.iter().filter(|f| f.as_os_str() == "-").count() > 1 {
        bail!("standard input, `-`, can be read once only");
    }
    let desk = cli.desk()?;
    let bench = Bench::new(&desk, &args.law)?;
    let threads = rayon::current_num_threads().max(1);
    let mut run = Run {
        args,
        workers: (0..threads).map(|_| Worker::new(&bench)).collect(),
        out: output(args.output.as_deref())?,
        pending: Vec::new(),
        lines: Vec::new(),
        pages: Vec::new(),
        faults: 0,
        written: false,
    };
    match args.format {
        Format::Csv => run.out.write_all(CSV_HEAD.as_bytes())?,
        Format::Json => run.out.write_all(b"[")?,
        Format::Table | Format::Jsonl => {}
    }
    for file in &args.files {
        run.file(file)?;
    }
    run.finish(&bench)
}

impl Run<'_, '_> {
    fn file(&mut self, path: &Path) -> Result<()> {
        let mut input = match Input::open(path, self.args.input_format) {
            Ok(input) => input,
            Err(error) => {
                say(&format!("error: {error:#}"));
                self.faults += 1;
                return Ok(());
            }
        };
        match input.kind {
            Kind::Json => self.json(&mut input)?,
            Kind::Csv => self.csv(input)?,
            Kind::Jsonl => {
                let (desk, assume) = (
                    self.workers[0].bench.desk,
                    self.workers[0].bench.assume.clone(),
                );
                let shipments = Shipments::of_jsonl(input.second()?, desk, &assume)?;
                self.pieces(input, None, &shipments)?;
            }
        }
        self.workers.iter_mut().for_each(Worker::finish_file);
        Ok(())
    }

    fn json(&mut self, input: &mut Input) -> Result<()> {
        let name = input.name.clone();
        let orders = match input.text().map(|text| read_json(&text)) {
            Ok(Ok(orders)) => orders,
            Ok(Err(error)) => {
                self.bad_rows(&name, &[error], "line");
                self.faults += 1;
                return Ok(());
            }
            Err(error) => {
                say(&format!("error: {error:#}"));
                self.faults += 1;
                return Ok(());
            }
        };
        let mut shipments = Shipments::default();
        let (desk, assume) = (
            self.workers[0].bench.desk,
            self.workers[0].bench.assume.clone(),
        );
        orders
            .iter()
            .flatten()
            .for_each(|order| shipments.order(desk, &assume, order));
        let mut first = 1;
        let mut orders = orders.into_iter().peekable();
        while orders.peek().is_some() {
            let mut batch = Vec::new();
            for _ in 0..self.workers.len() {
                let part: Vec<_> = orders.by_ref().take(ORDERS_AT_ONCE).collect();
                let count = part.len() as u64;
                if count > 0 {
                    batch.push(Work::Orders(first, part));
                    first += count;
                }
            }
            self.batch(batch, &name, None, &shipments)?;
        }
        Ok(())
    }

    fn csv(&mut self, mut input: Input) -> Result<()> {
        let name = input.name.clone();
        let mut head = input.peek_row()?;
        for end in [b'\n', b'\r'] {
            if head.last() == Some(&end) {
                head.pop();
            }
        }
        if head.contains(&b'\r') {
            let message = "lines end with a carriage return alone; save the file with line feeds";
            let error = worker::fault(1, None, None, message.to_owned());
            self.bad_rows(&name, &[error], "line");
            self.faults += 1;
            return Ok(());
        }
        let mut reader = csv::ReaderBuilder::new().from_reader(head.as_slice());
        let columns = match reader.headers() {
            Ok(headers) => CsvColumns::read(headers),
            Err(error) => Err(vec![worker::fault(
                1,
                None,
                None,
                format!("not readable as CSV: {error}"),
            )]),
        };
        let columns = match columns {
            Ok(columns) => columns,
            Err(errors) => {
                self.bad_rows(&name, &errors, "line");
                self.faults += 1;
                return Ok(());
            }
        };
        let (desk, assume) = (
            self.workers[0].bench.desk,
            self.workers[0].bench.assume.clone(),
        );
        let shipments = if columns
            .fields()
            .any(|f| f == tiergate_order::Field::Shipment)
        {
            Shipments::of_csv(input.second()?, desk, &assume)?
        } else {
            Shipments::default()
        };
        self.pieces(input, Some(&columns), &shipments)
    }

    /// Reads an input in pieces, decides as many at once as there are workers, writes in order.
    fn pieces(
        &mut self,
        input: Input,
        columns: Option<&CsvColumns>,
        shipments: &Shipments,
    ) -> Result<()> {
        let name = input.name.clone();
        let mut progress = Progress::new(input.length);
        let mut pieces = input.pieces();
        if columns.is_some() {
            pieces.first_row()?;
        }
        let at_once = self.workers.len();
        std::thread::scope(|scope| {
            // The next pieces are read while these are decided.
            let (ahead, read) = mpsc::sync_channel(at_once * 2);
            scope.spawn(move || {
                while let Some(piece) = pieces.next_piece().transpose() {
                    let ends = piece.is_err();
                    if ahead.send(piece).is_err() || ends {
                        break;
                    }
                }
            });
            loop {
                let mut batch = Vec::new();
                let mut bytes = 0;
                for piece in read.iter().take(at_once) {
                    let piece = piece?;
                    bytes += piece.bytes.len() as u64;
                    batch.push(if columns.is_some() {
                        Work::Csv(piece)
                    } else {
                        Work::Jsonl(piece)
                    });
                }
                if batch.is_empty() {
                    break;
                }
                self.batch(batch, &name, columns, shipments)?;
                progress.add(bytes);
            }
            progress.end();
            Ok(())
        })
    }

    fn batch(
        &mut self,
        batch: Vec<Work>,
        name: &str,
        columns: Option<&CsvColumns>,
        shipments: &Shipments,
    ) -> Result<()> {
        let format = self.args.format;
        let layout = Layout::Text(Style::page(self.args.output.is_some()));
        let explain = self.args.explain.then_some(layout);
        let job = Job {
            columns,
            shipments,
            format,
            explain,
        };
        let (workers, out) = (&mut self.workers, &mut self.out);
        let pending = std::mem::take(&mut self.pending);
        let (done, wrote) = std::thread::scope(|scope| {
            // What the last batch gave is written while this one is decided.
            let writer = scope.spawn(move || pending.iter().try_for_each(|p| out.write_all(p)));
            let done: Vec<_> = workers
                .par_iter_mut()
                .zip(batch)
                .map(|(worker, work)| {
                    let unit = if matches!(work, Work::Orders(..)) {
                        "order"
                    } else {
                        "line"
                    };
                    worker.run(work, job).map(|done| (unit, done))
                })
                .collect();
            (done, writer.join())
        });
        wrote.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        for done in done {
            let (unit, mut done) = done?;
            self.bad_rows(name, &done.bad, unit);
            let mut out = std::mem::take(&mut done.out);
            if format == Format::Json && !self.written && !out.is_empty() {
                out.remove(0);
                self.written = true;
            }
            self.pending.push(out);
            self.lines.append(&mut done.lines);
            self.pages.append(&mut done.pages);
        }
        Ok(())
    }

    fn bad_rows(&mut self, name: &str, errors: &[RowError], unit: &str) {
        for error in errors {
            let column = error
                .column
                .as_ref()
                .map(|c| format!(", {c}"))
                .unwrap_or_default();
            let id = error
                .id
                .as_ref()
                .map(|id| format!(" (order `{id}`)"))
                .unwrap_or_default();
            say(&format!(
                "{name}, {unit} {}{column}: {}{id}",
                error.line, error.message
            ));
        }
    }

    fn finish(mut self, bench: &Bench<'_>) -> Result<Ended> {
        for part in std::mem::take(&mut self.pending) {
            self.out.write_all(&part)?;
        }
        let mut summary = Summary::default();
        self.workers.iter().for_each(|w| summary.merge(&w.summary));
        match self.args.format {
            Format::Json => self
                .out
                .write_all(if self.written { b"\n]\n" } else { b"]\n" })?,
            Format::Table => self.table(bench, &summary)?,
            Format::Csv | Format::Jsonl => {}
        }
        self.out.flush()?;
        say(&summary.line(bench.count()));
        let faults = self.faults + summary.bad;
        Ok(if faults == 0 {
            Ended::Well
        } else {
            Ended::WithFaults
        })
    }
}
