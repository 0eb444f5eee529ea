//! `tiergate decide`: orders in, decisions out.

mod input;
mod quick;
mod shipments;
mod summary;
mod worker;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use rayon::prelude::*;
use tiergate_order::{CsvColumns, RowError, read_json};

use self::input::{Input, Kind};
use self::quick::CSV_HEAD;
use self::shipments::Shipments;
use self::summary::Summary;
use self::worker::{Job, Line, Work, Worker};
use crate::cli::{Cli, Ended};
use crate::options::LawArgs;
use crate::page::Layout;
use crate::report::{output, say};
use crate::style::{Style, terminal_width};
use crate::table::Table;
use crate::verdict::{Bench, CELL_LEGEND, SIGN_LEGEND};

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

/// The heads of columns of signs.
const COLUMN_KEYS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Orders of a JSON array that a worker takes at once.
const ORDERS_AT_ONCE: usize = 64;

/// Everything a run collects.
struct Run<'r, 'd> {
    args: &'r Args,
    workers: Vec<Worker<'d>>,
    out: Box<dyn Write>,
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
    let desk = cli.desk()?;
    let bench = Bench::new(&desk, &args.law)?;
    let threads = rayon::current_num_threads().max(1);
    let mut run = Run {
        args,
        workers: (0..threads).map(|_| Worker::new(&bench)).collect(),
        out: output(args.output.as_deref())?,
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
        if head.last() == Some(&b'\n') {
            head.pop();
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
        loop {
            let mut batch = Vec::new();
            let mut bytes = 0;
            while batch.len() < self.workers.len() {
                let Some(piece) = pieces.next_piece()? else {
                    break;
                };
                bytes += piece.bytes.len() as u64;
                let work = if columns.is_some() {
                    Work::Csv(piece)
                } else {
                    Work::Jsonl(piece)
                };
                batch.push(work);
            }
            if batch.is_empty() {
                break;
            }
            self.batch(batch, &name, columns, shipments)?;
            progress.add(bytes);
        }
        progress.end();
        Ok(())
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
        let done: Vec<_> = self
            .workers
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
        for done in done {
            let (unit, mut done) = done?;
            self.bad_rows(name, &done.bad, unit);
            let mut out = done.out.as_slice();
            if format == Format::Json && !self.written && !out.is_empty() {
                out = &out[1..];
                self.written = true;
            }
            self.out.write_all(out)?;
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

    /// A table with one sign for each law, for more laws than fit side by side in words.
    fn signs(&mut self, titles: &[String]) -> Result<()> {
        let width = self
            .lines
            .iter()
            .map(|l| l.id.chars().count())
            .max()
            .unwrap_or(0)
            .max(5);
        let keys: String = titles
            .iter()
            .zip(COLUMN_KEYS.chars())
            .map(|(_, k)| format!("{k} "))
            .collect();
        writeln!(self.out, "{:width$}  to  {}", "order", keys.trim_end())?;
        let mut seen = Vec::new();
        for line in &self.lines {
            let to = line.to.map(|c| c.to_string()).unwrap_or_default();
            let signs: Vec<char> = line.answers.iter().map(|a| a.sign()).collect();
            seen.extend(signs.iter().copied());
            let signs: String = signs.iter().map(|s| format!("{s} ")).collect();
            writeln!(self.out, "{:width$}  {to:2}  {}", line.id, signs.trim_end())?;
        }
        writeln!(self.out)?;
        for (sign, meaning) in SIGN_LEGEND.iter().filter(|(sign, _)| seen.contains(sign)) {
            writeln!(self.out, "{sign}  {meaning}")?;
        }
        writeln!(self.out)?;
        for (title, key) in titles.iter().zip(COLUMN_KEYS.chars()) {
            writeln!(self.out, "{key}  {title}")?;
        }
        Ok(writeln!(self.out)?)
    }

    fn table(&mut self, bench: &Bench<'_>, summary: &Summary) -> Result<()> {
        let width = match self.args.output {
            Some(_) => usize::MAX,
            None => terminal_width().unwrap_or(usize::MAX),
        };
        let titles: Vec<String> = (0..bench.count()).map(|law| bench.title(law)).collect();
        let columns: Vec<&str> = ["order", "to"]
            .into_iter()
            .chain(titles.iter().map(String::as_str))
            .collect();
        let mut table = Table::new(&columns).limit(0, 36);
        for law in 0..titles.len() {
            table = table.limit(law + 2, 32);
        }
        let mut used = [false; CELL_LEGEND.len()];
        for line in &self.lines {
            let to = line.to.map(|c| c.to_string()).unwrap_or_default();
            let cells: Vec<String> = line.answers.iter().map(|a: &Arc<_>| a.cell()).collect();
            for cell in &cells {
                let word = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
                let fits = |legend: &str| match legend.split_once(" X") {
                    Some((start, _)) => cell.starts_with(start),
                    None => word(legend) == word(cell),
                };
                CELL_LEGEND
                    .iter()
                    .zip(&mut used)
                    .for_each(|((l, _), u)| *u |= fits(l));
            }
            table.row([line.id.clone(), to].into_iter().chain(cells));
        }
        let many = titles.len() > LAWS_IN_WORDS && titles.len() <= COLUMN_KEYS.len();
        if many && !self.lines.is_empty() {
            self.signs(&titles)?;
        } else if !table.is_empty() {
            self.out.write_all(table.render(width, 2).as_bytes())?;
            writeln!(self.out)?;
            for ((cell, meaning), _) in CELL_LEGEND.iter().zip(used).filter(|(_, used)| *used) {
                writeln!(self.out, "{cell:18} {meaning}")?;
            }
            writeln!(self.out)?;
        }
        if !self.args.law.assume.is_empty() {
            writeln!(
                self.out,
                "Assumed, as asked: {}\n",
                self.args.law.assume.join(", ")
            )?;
        }
        if summary.orders > 0 {
            let keys: Vec<String> = COLUMN_KEYS.chars().map(String::from).collect();
            let heads = if many {
                &keys[..titles.len()]
            } else {
                titles.as_slice()
            };
            let text = summary.render(heads, &bench.desk.catalog, width, many)?;
            self.out.write_all(text.as_bytes())?;
        }
        for page in &self.pages {
            let rule = "=".repeat(width.min(100));
            write!(self.out, "\n{rule}\n\n{page}")?;
        }
        Ok(())
    }
}

/// A bar on standard error, once a file has taken two seconds.
struct Progress {
    bar: ProgressBar,
    started: Instant,
    length: Option<u64>,
    shown: bool,
}

impl Progress {
    fn new(length: Option<u64>) -> Progress {
        let bar = ProgressBar::with_draw_target(length, ProgressDrawTarget::hidden());
        Progress {
            bar,
            started: Instant::now(),
            length,
            shown: false,
        }
    }

    fn add(&mut self, bytes: u64) {
        self.bar.inc(bytes);
        if !self.shown && self.started.elapsed() > Duration::from_secs(2) {
            self.shown = true;
            let template = match self.length {
                Some(_) => "{bar:40} {percent:>3}%  {bytes}/{total_bytes}  {eta} left",
                None => "{spinner} {bytes}  {elapsed}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
            // Draws only when standard error is a terminal.
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn end(&self) {
        self.bar.finish_and_clear();
    }
}
