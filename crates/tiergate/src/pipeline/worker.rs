//! What one worker does with a piece of input: decide its orders and have the answers told.

use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::Parting;
use tiergate_law::Date;
use tiergate_order::{Facts, Order, Party, RowError, read_jsonl_line};

use super::input::Piece;
use super::quick::Quick;
use super::rendered::Rendered;
use super::rows::Rows;
use super::{Asked, Done, Job, Row, Stretches, Teller};
use crate::parties::filling::{Filled, Filler};
use crate::verdict::Bench;

/// A piece of work.
#[derive(Debug)]
pub enum Work {
    /// Rows of CSV.
    Csv(Piece),
    /// Lines of JSON.
    Jsonl(Piece),
    /// Elements of an array, and the place of the first among all.
    Array(u64, Vec<Box<str>>),
    /// Orders read and filled in already.
    Given(Vec<Given>),
    /// An order read already, or what is wrong with it.
    Order(Box<Result<Order, Vec<RowError>>>),
}

/// An order read and filled in already.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its line.
    pub line: u64,
    /// The order.
    pub order: Order,
    /// What was filled in.
    pub filled: Filled,
}

impl Work {
    /// What its rows are counted in.
    pub const fn unit(&self) -> &'static str {
        match self {
            Work::Csv(_) | Work::Jsonl(_) | Work::Given(_) => "line",
            Work::Array(..) | Work::Order(_) => "order",
        }
    }
}

/// Decides pieces of input; keeps what it learned from one for the next.
pub struct Worker<'d, T: Teller> {
    /// The laws.
    pub bench: Bench<'d>,
    /// What is told of each order.
    pub teller: T,
    /// What orders are filled in from, if they are.
    pub filler: Option<Filler>,
    quick: Option<Quick>,
}

impl<'d, T: Teller> Worker<'d, T> {
    /// A worker at these laws.
    pub fn new(bench: &Bench<'d>, teller: T) -> Worker<'d, T> {
        Worker {
            bench: bench.clone(),
            teller,
            filler: None,
            quick: None,
        }
    }

    /// Ends a file: the next one has other columns and shipments.
    pub fn finish_file(&mut self) {
        self.quick = None;
        self.teller.finish_file();
    }

    /// Decides a piece.
    pub fn run(&mut self, work: Work, job: Job<'_>) -> Result<Done<T::Told>> {
        let mut done = Done {
            out: Vec::new(),
            bad: Vec::new(),
            told: T::Told::default(),
        };
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
            Work::Array(first, elements) => {
                for (at, text) in (first..).zip(elements) {
                    self.order(at, read_jsonl_line(at, &text), job, &mut done)?;
                }
            }
            Work::Given(orders) => {
                for given in orders {
                    self.filled(given, job, &mut done)?;
                }
            }
            Work::Order(order) => self.order(1, *order, job, &mut done)?,
        }
        Ok(done)
    }

    fn csv(&mut self, piece: &Piece, job: Job<'_>, done: &mut Done<T::Told>) -> Result<()> {
        let Some(columns) = job.columns else {
            return Ok(());
        };
        let mut rows = Rows::new(&piece.bytes);
        let mut lines = Lines::default();
        // The short way does not read names.
        let short = self.teller.short() && self.filler.is_none();
        if short && self.quick.is_none() {
            self.quick = Some(Quick::new(columns, &self.bench));
        }
        loop {
            let Some(values) = rows.next_row()? else {
                return Ok(());
            };
            if let Some(quote) = piece.unclosed
                && values.end > quote
            {
                let line = lines.at(piece, quote);
                let message = "a quote opens here and is never closed, so that the rest of the file \
                               cannot be read as rows";
                done.bad.push(fault(line, None, None, message.to_owned()));
                return Ok(());
            }
            if short
                && let Some(quick) = &mut self.quick
                && quick.row(&mut self.bench, values, job, &mut self.teller, done)?
            {
                continue;
            }
            let line = lines.at(piece, values.start);
            let order = match values.text() {
                Some(text) => columns.order(line, &text),
                None => Err(vec![fault(line, None, None, "not UTF-8 text".to_owned())]),
            };
            if short
                && let (Some(quick), Ok(order)) = (&mut self.quick, &order)
                && quick.learn(&self.bench, values, order, job)
                && quick.row(&mut self.bench, values, job, &mut self.teller, done)?
            {
                continue;
            }
            self.order(line, order, job, done)?;
        }
    }

    /// Decides one order with all it takes.
    fn order(
        &mut self,
        line: u64,
        order: Result<Order, Vec<RowError>>,
        job: Job<'_>,
        done: &mut Done<T::Told>,
    ) -> Result<()> {
        let mut order = match order {
            Ok(order) => order,
            Err(errors) => {
                done.bad.extend(errors);
                return Ok(());
            }
        };
        let filled = self.fill(&mut order);
        let given = Given {
            line,
            order,
            filled,
        };
        self.filled(given, job, done)
    }

    /// Fills an order in from the register and the list, if there are any; what was filled in is
    /// returned.
    pub fn fill(&mut self, order: &mut Order) -> Filled {
        match &mut self.filler {
            Some(filler) => {
                let on = order
                    .date
                    .unwrap_or_else(|| self.bench.as_of(0, Date::default()));
                filler.fill(order, on, self.bench.desk)
            }
            None => Filled::default(),
        }
    }

    /// Decides an order that is filled in.
    fn filled(&mut self, given: Given, job: Job<'_>, done: &mut Done<T::Told>) -> Result<()> {
        let Given {
            line,
            order,
            filled,
        } = given;
        let mut resolved = match self.bench.desk.resolve(&order, &self.bench.assume) {
            Ok(resolved) => resolved,
            Err(error) => {
                let message = format!("`{}` {}", error.value, error.problem);
                done.bad
                    .push(fault(line, Some(error.field), Some(&order.id), message));
                return Ok(());
            }
        };
        resolved.assumptions.extend(filled.said);
        job.shipments
            .apply(order.shipment.as_deref(), &mut resolved.facts);
        let mut places = Vec::new();
        let date = order.date.unwrap_or_default();
        if let Err(message) = self.bench.places(date, &mut places)? {
            done.bad
                .push(fault(line, Some("date"), Some(&order.id), message));
            return Ok(());
        }
        let row = Row {
            id: order.id.as_bytes(),
            date,
            as_written: None,
            places: &places,
            names: [
                order.name(Party::Consignee).map(str::as_bytes),
                order.parent_names[Party::Consignee as usize]
                    .as_deref()
                    .map(str::as_bytes),
                order.name(Party::EndUser).map(str::as_bytes),
                order.parent_names[Party::EndUser as usize]
                    .as_deref()
                    .map(str::as_bytes),
            ],
            given: Some((&order, &resolved)),
        };
        let mut asked = Alone {
            bench: &mut self.bench,
            facts: &resolved.facts,
            answers: Vec::new(),
        };
        self.teller.order(row, &mut asked, done)
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

/// An order by itself, with answers of its own.
struct Alone<'a, 'd> {
    bench: &'a mut Bench<'d>,
    facts: &'a Facts,
    answers: Vec<Rendered>,
}

impl<'d> Asked<'d> for Alone<'_, 'd> {
    fn facts(&self) -> &Facts {
        self.facts
    }

    fn bench(&mut self) -> &mut Bench<'d> {
        self.bench
    }

    fn answer(&mut self, law: usize, books: usize) -> u32 {
        let answer = Arc::new(self.bench.books(books).answer(self.facts));
        self.answers.push(Rendered::new(self.bench, law, answer));
        u32::try_from(self.answers.len() - 1).unwrap_or(u32::MAX)
    }

    fn rendered(&self, answer: u32) -> &Rendered {
        &self.answers[answer as usize]
    }

    fn parting(&mut self, stretches: &Stretches, from: usize) -> Option<Parting> {
        let days = &stretches.days;
        let partings = days.partings(self.facts, &|_| false, &stretches.parted)?;
        partings.from(from, days, self.facts)
    }

    fn kept(&self) -> bool {
        false
    }
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
pub fn rows(faults: &[RowError]) -> u64 {
    let mut lines: Vec<u64> = faults.iter().map(|f| f.line).collect();
    lines.dedup();
    lines.len() as u64
}
