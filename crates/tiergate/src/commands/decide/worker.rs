//! What one worker does with a piece of input: decide its orders and lay out the answers.

use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::DecisionRecord;
use tiergate_law::{Country, CountryFact};
use tiergate_order::{CsvColumns, Order, Resolved, RowError, read_jsonl_line};

use super::Format;
use super::input::Piece;
use super::quick::Quick;
use super::rendered::Rendered;
use super::shipments::Shipments;
use super::summary::{Summary, outcome_place};
use crate::case::Case;
use crate::page::Layout;
use crate::verdict::{Bench, Short};

/// What the workers of one file share.
#[derive(Debug, Clone, Copy)]
pub struct Job<'j> {
    /// The columns, for CSV.
    pub columns: Option<&'j CsvColumns>,
    /// The sums of shipments.
    pub shipments: &'j Shipments,
    /// How answers are written.
    pub format: Format,
    /// Whether every order gets its page.
    pub explain: Option<Layout>,
}

/// A piece of work.
#[derive(Debug)]
pub enum Work {
    /// Rows of CSV.
    Csv(Piece),
    /// Lines of JSON.
    Jsonl(Piece),
    /// Orders read already, and the place of the first among all.
    Orders(u64, Vec<Result<Order, Vec<RowError>>>),
}

/// A line of the table.
#[derive(Debug)]
pub struct Line {
    /// The order.
    pub id: String,
    /// Its destination.
    pub to: Option<Country>,
    /// An answer per law.
    pub answers: Vec<Arc<Short>>,
}

/// What became of a piece of work.
#[derive(Debug, Default)]
pub struct Done {
    /// Text for the output.
    pub out: Vec<u8>,
    /// Lines of the table.
    pub lines: Vec<Line>,
    /// Pages of explanation.
    pub pages: Vec<String>,
    /// Rows that could not be read.
    pub bad: Vec<RowError>,
}

/// Decides pieces of input; keeps what it learned from one for the next.
pub struct Worker<'d> {
    /// The laws.
    pub bench: Bench<'d>,
    /// Counts so far.
    pub summary: Summary,
    quick: Option<Quick>,
}

impl<'d> Worker<'d> {
    /// A worker at these laws.
    pub fn new(bench: &Bench<'d>) -> Worker<'d> {
        Worker {
            bench: bench.clone(),
            summary: Summary::default(),
            quick: None,
        }
    }

    /// Ends a file: the next one has other columns and shipments.
    pub fn finish_file(&mut self) {
        if let Some(mut quick) = self.quick.take() {
            quick.flush(&mut self.summary);
        }
    }

    /// Decides a piece.
    pub fn run(&mut self, work: Work, job: Job<'_>) -> Result<Done> {
        let mut done = Done::default();
        match work {
            Work::Csv(piece) => self.csv(&piece, job, &mut done)?,
            Work::Jsonl(piece) => {
                for (line, text) in (piece.line..).zip(piece.bytes.split(|b| *b == b'\n')) {
                    if text.trim_ascii().is_empty() {
                        continue;
                    }
                    let order = match std::str::from_utf8(text) {
                        Ok(text) => read_jsonl_line(line, text),
                        Err(_) => Err(vec![fault(line, None, None, "not UTF-8 text".to_owned())]),
                    };
                    self.order(line, order, job, &mut done)?;
                }
            }
            Work::Orders(first, orders) => {
                for (at, order) in (first..).zip(orders) {
                    self.order(at, order, job, &mut done)?;
                }
            }
        }
        self.summary.bad += rows(&done.bad);
        Ok(done)
    }

    fn csv(&mut self, piece: &Piece, job: Job<'_>, done: &mut Done) -> Result<()> {
        let Some(columns) = job.columns else {
            return Ok(());
        };
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(piece.bytes.as_slice());
        let mut record = csv::ByteRecord::new();
        let mut lines = Lines::default();
        let short = matches!(job.format, Format::Csv | Format::Table) && job.explain.is_none();
        if short && self.quick.is_none() {
            self.quick = Some(Quick::new(columns, &self.bench));
        }
        while reader.read_byte_record(&mut record)? {
            if let Some(quote) = piece.unclosed
                && reader.position().byte() > quote as u64
            {
                let line = lines.at(piece, quote);
                let message = "a quote opens here and is never closed, so that the rest of the file \
                               cannot be read as rows";
                done.bad.push(fault(line, None, None, message.to_owned()));
                break;
            }
            if short
                && let Some(quick) = &mut self.quick
                && quick.row(&mut self.bench, &record, job, done)?
            {
                continue;
            }
            let start = record.position().map_or(0, |p| p.byte());
            let line = lines.at(piece, usize::try_from(start).unwrap_or(0));
            let order = match csv::StringRecord::from_byte_record(record.clone()) {
                Ok(text) => columns.order(line, &text),
                Err(_) => Err(vec![fault(line, None, None, "not UTF-8 text".to_owned())]),
            };
            if short
                && let (Some(quick), Ok(order)) = (&mut self.quick, &order)
                && quick.learn(&self.bench, &record, order, job)
                && quick.row(&mut self.bench, &record, job, done)?
            {
                continue;
            }
            self.order(line, order, job, done)?;
        }
        Ok(())
    }

    /// Decides one order with all it takes.
    fn order(
        &mut self,
        line: u64,
        order: Result<Order, Vec<RowError>>,
        job: Job<'_>,
        done: &mut Done,
    ) -> Result<()> {
        let order = match order {
            Ok(order) => order,
            Err(errors) => {
                done.bad.extend(errors);
                return Ok(());
            }
        };
        let mut resolved = match self.bench.desk.resolve(&order, &self.bench.assume) {
            Ok(resolved) => resolved,
            Err(error) => {
                let message = format!("`{}` {}", error.value, error.problem);
                done.bad
                    .push(fault(line, Some(error.field), Some(&order.id), message));
                return Ok(());
            }
        };
        job.shipments
            .apply(order.shipment.as_deref(), &mut resolved.facts);
        let mut places = Vec::new();
        let date = order.date.unwrap_or_default();
        if let Err(message) = self.bench.places(date, &mut places)? {
            done.bad
                .push(fault(line, Some("date"), Some(&order.id), message));
            return Ok(());
        }
        let to = resolved.facts.country(CountryFact::Destination);
        let mut outcomes = Vec::with_capacity(self.bench.count());
        let mut answers = Vec::new();
        for law in 0..self.bench.count() {
            match job.format {
                Format::Json | Format::Jsonl => {
                    let (record, _) = self.bench.record(law, &order, &resolved)?;
                    outcomes.push(outcome_place(record.outcome));
                    write_json(&record, job.format, &mut done.out)?;
                }
                Format::Table | Format::Csv => {
                    let answer = self.short(law, &order, &resolved, job, done)?;
                    outcomes.push(outcome_place(answer.outcome));
                    answers.push(answer);
                }
            }
        }
        self.summary.order(to, outcomes.into_iter());
        if job.format == Format::Table {
            done.lines.push(Line {
                id: order.id,
                to,
                answers,
            });
        }
        Ok(())
    }

    fn short(
        &mut self,
        law: usize,
        order: &Order,
        resolved: &Resolved,
        job: Job<'_>,
        done: &mut Done,
    ) -> Result<Arc<Short>> {
        let date = order.date.unwrap_or_default();
        let as_of = self.bench.as_of(law, date);
        let place = self.bench.place(law, as_of)?;
        let answer = Arc::new(self.bench.books(place).answer(&resolved.facts));
        if job.format == Format::Csv {
            let rendered = Rendered::new(&self.bench, law, answer.clone());
            rendered.write(
                order.id.as_bytes(),
                as_of.to_string().as_bytes(),
                &mut done.out,
            );
        }
        if let Some(layout) = job.explain {
            let (record, place) = self.bench.record(law, order, resolved)?;
            let books = self.bench.books(place);
            let case = Case {
                desk: self.bench.desk,
                books,
                order,
                resolved,
                record: &record,
            };
            done.pages.push(case.page().render(layout));
        }
        Ok(answer)
    }
}

/// Counts lines of a piece as places in it are asked for, in order.
#[derive(Debug, Default)]
struct Lines {
    seen: usize,
    line_ends: u64,
}

impl Lines {
    /// The line of the first row at or after a place: line ends before it are not its own.
    fn at(&mut self, piece: &Piece, place: usize) -> u64 {
        let rest = piece.bytes.get(place..).unwrap_or_default();
        let skipped = rest
            .iter()
            .take_while(|b| matches!(b, b'\r' | b'\n'))
            .count();
        let from = self.seen.min(place);
        let more = piece.bytes.get(from..place + skipped).unwrap_or_default();
        if self.seen > place {
            return piece.line + self.line_ends;
        }
        self.line_ends += memchr::memchr_iter(b'\n', more).count() as u64;
        self.seen = place + skipped;
        piece.line + self.line_ends
    }
}

fn write_json(record: &DecisionRecord, format: Format, out: &mut Vec<u8>) -> Result<()> {
    if format == Format::Jsonl {
        serde_json::to_writer(&mut *out, record)?;
        out.push(b'\n');
    } else {
        // The array's commas stand before every record but the first.
        let text = serde_json::to_string_pretty(record)?;
        out.extend_from_slice(b",\n  ");
        out.extend_from_slice(text.replace('\n', "\n  ").as_bytes());
    }
    Ok(())
}

/// A row that could not be read.
pub fn fault(line: u64, column: Option<&str>, id: Option<&str>, message: String) -> RowError {
    RowError {
        line,
        column: column.map(str::to_owned),
        id: id.map(str::to_owned),
        message,
    }
}

/// How many rows the faults are of: one row may have several.
fn rows(faults: &[RowError]) -> u64 {
    let mut lines: Vec<u64> = faults.iter().map(|f| f.line).collect();
    lines.dedup();
    lines.len() as u64
}
