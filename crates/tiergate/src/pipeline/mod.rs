//! Orders of files, decided by several workers at once: what `decide` and `impact` have in common.
//!
//! Pieces of input are read ahead, decided side by side and told in order. What is told of an
//! order, and what is made of it, is the [`Teller`]'s.

mod array;
mod input;
mod moving;
mod progress;
mod quick;
mod rendered;
mod rows;
mod shipments;
mod whole;
mod worker;

use std::io::{self, Write};
use std::path::Path;
use std::sync::{Arc, mpsc};

use anyhow::Result;
use rayon::prelude::*;
use tiergate_engine::{Days, Parted, Parting, Reply};
use tiergate_law::Date;
use tiergate_order::{CsvColumns, Facts, Order, Resolved, RowError, read_json};

use self::input::Input;
pub use self::input::Kind;
pub use self::progress::Progress;
pub use self::rendered::{CSV_HEAD, Rendered, push_value};
pub use self::shipments::Shipments;
pub use self::whole::read as read_whole;
pub use self::worker::Given;
use self::worker::{Work, Worker};
use crate::cli::Ended;
use crate::parties::filling::{Filler, Filling};
use crate::report::{AfterFaults, Output, Unreadable, bad_rows, count, say};
use crate::verdict::Bench;

/// Orders of a JSON array that a worker takes at once.
const ORDERS_AT_ONCE: usize = 64;

/// What is told of each order; every worker has one of its own.
pub trait Teller: Send {
    /// What a piece of input gives, besides text for the output.
    type Told: Default + Send;

    /// Whether short answers do, so that orders need not be laid out one by one.
    fn short(&self) -> bool;

    /// Tells of one order.
    ///
    /// # Errors
    ///
    /// What stops the program.
    fn order<'d>(
        &mut self,
        row: Row<'_>,
        asked: &mut impl Asked<'d>,
        done: &mut Done<Self::Told>,
    ) -> Result<()>;

    /// Ends a file: answers kept so far are no longer.
    fn finish_file(&mut self) {}
}

/// One order whose answers can be asked for.
pub trait Asked<'d> {
    /// Its facts.
    fn facts(&self) -> &Facts;

    /// The laws.
    fn bench(&mut self) -> &mut Bench<'d>;

    /// The answer under the books of a law, as a number that [`Asked::rendered`] takes.
    fn answer(&mut self, law: usize, books: usize) -> u32;

    /// An answer.
    fn rendered(&self, answer: u32) -> &Rendered;

    /// Where two laws part first, from a stretch of days on; none when that is too much to lay out,
    /// so that the days must be gone through.
    fn parting(&mut self, stretches: &Stretches, from: usize) -> Option<Parting>;

    /// Whether the numbers of answers hold for the rest of the file; otherwise, for this order.
    fn kept(&self) -> bool;
}

/// Two laws on stretches of days.
#[derive(Debug, Clone)]
pub struct Stretches {
    /// What the engine makes of them.
    pub days: Arc<Days>,
    /// Whether the answers that two laws may give part.
    pub parted: fn([&[&Reply]; 2]) -> Parted,
}

/// What stands in an order apart from its facts.
#[derive(Debug, Clone, Copy)]
pub struct Row<'r> {
    /// The id.
    pub id: &'r [u8],
    /// The date.
    pub date: Date,
    /// The date as the file has it.
    pub as_written: Option<&'r [u8]>,
    /// The books of each law for this date.
    pub places: &'r [usize],
    /// The names of the consignee, its ultimate parent, the end user and its ultimate parent.
    pub names: [Option<&'r [u8]>; 4],
    /// The order laid out; always there when short answers do not do.
    pub given: Option<(&'r Order, &'r Resolved)>,
}

/// What became of a piece of input.
#[derive(Debug)]
pub struct Done<T> {
    /// Text for the output.
    pub out: Vec<u8>,
    /// Rows that could not be read.
    bad: Vec<RowError>,
    /// What the teller made of the others.
    pub told: T,
}

/// What the workers of one file share.
#[derive(Debug, Clone, Copy)]
struct Job<'j> {
    /// The columns, for CSV.
    columns: Option<&'j CsvColumns>,
    /// The sums of shipments.
    shipments: &'j Shipments,
}

/// Takes what was told of a piece, and may change its text.
pub type Collect<'c, T> = dyn FnMut(&mut Vec<u8>, T) + 'c;

/// Files in, text out.
pub struct Pipeline<'d, T: Teller> {
    workers: Vec<Worker<'d, T>>,
    input_format: Option<Kind>,
    out: Output,
    /// Decided and not written yet.
    pending: Vec<Vec<u8>>,
    faults: u64,
    bad: u64,
    /// What could not be read, where that is kept and not said.
    kept: Option<Vec<RowError>>,
}

/// What is left when every file was read.
pub struct Finished<T> {
    /// One for each worker.
    pub tellers: Vec<T>,
    /// The output, for what stands below.
    pub out: Output,
    /// Rows that could not be read.
    pub bad: u64,
    faults: u64,
}

impl<T> Finished<T> {
    /// How the run ended.
    pub const fn ended(&self) -> Ended {
        if self.faults + self.bad == 0 {
            Ended::Well
        } else {
            Ended::WithFaults
        }
    }

    /// Writes what stands below; an error says whether some input could not be read before it.
    ///
    /// # Errors
    ///
    /// What `write` gives.
    pub fn below(&mut self, write: impl FnOnce(&mut Output) -> Result<()>) -> Result<()> {
        let ended = self.ended();
        write(&mut self.out).map_err(|error| match ended {
            Ended::Well => error,
            Ended::WithFaults => error.context(AfterFaults),
        })
    }

    /// One line on what was done.
    pub fn line(&self, orders: u64, laws: usize) -> String {
        let mut line = format!("{} decided", count(orders, "order", "orders"));
        if laws > 1 {
            line.push_str(&format!(" under {laws} laws"));
        }
        if self.bad > 0 {
            let rows = count(self.bad, "row", "rows");
            line.push_str(&format!("; {rows} could not be read, reported above"));
        }
        line
    }
}

impl<'d, T: Teller> Pipeline<'d, T> {
    /// Workers at these laws, each with a teller.
    pub fn new(
        bench: &Bench<'d>,
        out: Output,
        input_format: Option<Kind>,
        teller: impl Fn() -> T,
    ) -> Pipeline<'d, T> {
        let threads = rayon::current_num_threads().max(1);
        Pipeline {
            workers: (0..threads).map(|_| Worker::new(bench, teller())).collect(),
            input_format,
            out,
            pending: Vec::new(),
            faults: 0,
            bad: 0,
            kept: None,
        }
    }

    /// From now on, what cannot be read is kept and not said on standard error.
    pub fn keep_faults(&mut self) {
        self.kept.get_or_insert_default();
    }

    /// What could not be read and was kept.
    pub fn take_faults(&mut self) -> Vec<RowError> {
        self.kept.take().unwrap_or_default()
    }

    /// Says what is wrong with rows, or keeps it.
    fn bad_rows(&mut self, name: &str, errors: &[RowError], unit: &str) {
        match &mut self.kept {
            Some(kept) => kept.extend_from_slice(errors),
            None => bad_rows(name, errors, unit),
        }
    }

    /// Does something with every teller.
    pub fn tellers(&mut self, mut with: impl FnMut(&mut T)) {
        self.workers
            .iter_mut()
            .for_each(|worker| with(&mut worker.teller));
    }

    /// Fills orders in from a register of parties and a list before they are decided.
    pub fn fill_from(&mut self, filling: &Arc<Filling>) {
        self.faults += filling.faults();
        for worker in &mut self.workers {
            worker.filler = Some(Filler::new(filling.clone()));
        }
    }

    /// Writes something above what is told.
    ///
    /// # Errors
    ///
    /// An output that cannot be written.
    pub fn head(&mut self, text: &[u8]) -> Result<()> {
        Ok(self.out.write_all(text)?)
    }

    /// Writes what is left.
    ///
    /// # Errors
    ///
    /// An output that cannot be written.
    pub fn finish(mut self) -> Result<Finished<T>> {
        for part in std::mem::take(&mut self.pending) {
            let wrote = self.out.write_all(&part);
            wrote.map_err(|error| self.stopped(error.into()))?;
        }
        Ok(Finished {
            tellers: self.workers.into_iter().map(|w| w.teller).collect(),
            out: self.out,
            bad: self.bad,
            faults: self.faults,
        })
    }

    /// Reads all the orders of a file, with the sums of its shipments; a file or row that cannot be
    /// read is reported and counted, and so is an id that was given before.
    ///
    /// # Errors
    ///
    /// What stops the program.
    pub fn orders(
        &mut self,
        path: &Path,
        ids: &mut rustc_hash::FxHashSet<String>,
    ) -> Result<(Vec<Given>, Shipments)> {
        let mut orders = Vec::new();
        let mut shipments = Shipments::default();
        let read = whole::read(path, self.input_format);
        let (name, unit, rows) = match read {
            Ok(read) => read,
            Err(error) => {
                self.unread(&error);
                return Ok((orders, shipments));
            }
        };
        let worker = &mut self.workers[0];
        let mut bad = Vec::new();
        for (line, row) in rows {
            match row {
                Ok(order) if !ids.insert(order.id.clone()) => {
                    let message = "the id was given before; in a ledger each order has its own";
                    bad.push(worker::fault(
                        line,
                        Some("id"),
                        Some(&order.id),
                        message.to_owned(),
                    ));
                }
                Ok(mut order) => {
                    let filled = worker.fill(&mut order);
                    shipments.order(worker.bench.desk, &worker.bench.assume, &order);
                    orders.push(Given {
                        line,
                        order,
                        filled,
                    });
                }
                Err(errors) => bad.extend(errors),
            }
        }
        self.bad_rows(&name, &bad, unit);
        self.bad += worker::rows(&bad);
        Ok((orders, shipments))
    }

    /// Decides orders that were read already.
    ///
    /// # Errors
    ///
    /// What stops the program.
    pub fn given(
        &mut self,
        name: &str,
        orders: Vec<Given>,
        shipments: &Shipments,
        collect: &mut Collect<'_, T::Told>,
    ) -> Result<()> {
        let mut orders = orders.into_iter().peekable();
        while orders.peek().is_some() {
            let batch = (0..self.workers.len())
                .map(|_| Work::Given(orders.by_ref().take(ORDERS_AT_ONCE).collect()))
                .collect();
            let done = self.batch(batch, name, (None, shipments), collect);
            done.map_err(|error| self.stopped(error))?;
        }
        Ok(())
    }

    /// Decides the orders of a file; what was told of each piece is collected in order.
    ///
    /// # Errors
    ///
    /// What stops the program; a file or row that cannot be read is reported and counted.
    pub fn file(&mut self, path: &Path, collect: &mut Collect<'_, T::Told>) -> Result<()> {
        let read = self.read(path, collect);
        read.map_err(|error| self.stopped(error))
    }

    /// An error that stops the program, with whether some input could not be read before it.
    fn stopped(&self, error: anyhow::Error) -> anyhow::Error {
        if self.faults + self.bad == 0 {
            error
        } else {
            error.context(AfterFaults)
        }
    }

    fn read(&mut self, path: &Path, collect: &mut Collect<'_, T::Told>) -> Result<()> {
        let mut input = match Input::open(path, self.input_format) {
            Ok(input) => input,
            Err(error) => {
                self.unread(&error);
                return Ok(());
            }
        };
        match input.kind {
            Kind::Json => self.json(input, collect)?,
            Kind::Csv => self.csv(input, collect)?,
            Kind::Jsonl => {
                let (desk, assume) = (
                    self.workers[0].bench.desk,
                    self.workers[0].bench.assume.clone(),
                );
                let shipments = Shipments::of_jsonl(input.second()?, desk, &assume)?;
                self.pieces(input, None, &shipments, collect)?;
            }
        }
        self.workers.iter_mut().for_each(Worker::finish_file);
        Ok(())
    }

    /// One order, or an array of orders.
    fn json(&mut self, mut input: Input, collect: &mut Collect<'_, T::Told>) -> Result<()> {
        match input.is_array() {
            Ok(true) => return self.array(input, collect),
            Ok(false) => {}
            Err(error) => {
                self.unread(&error);
                return Ok(());
            }
        }
        let orders = match input.text().map(|text| read_json(&text)) {
            Ok(Ok(orders)) => orders,
            Ok(Err(error)) => {
                self.bad_rows(&input.name, &[error], "line");
                self.faults += 1;
                return Ok(());
            }
            Err(error) => {
                self.unread(&error);
                return Ok(());
            }
        };
        let mut shipments = Shipments::default();
        let bench = &self.workers[0].bench;
        for order in orders.iter().flatten() {
            shipments.order(bench.desk, &bench.assume, order);
        }
        let work = orders.into_iter().map(Box::new).map(Work::Order).collect();
        self.batch(work, &input.name, (None, &shipments), collect)
    }

    /// The orders of an array, read twice: what is no JSON is found before any is decided.
    fn array(&mut self, mut input: Input, collect: &mut Collect<'_, T::Told>) -> Result<()> {
        let (name, length) = (input.name.clone(), input.length);
        let second = input.second()?;
        let bench = &self.workers[0].bench;
        let shipments = match Shipments::of_array(second, bench.desk, &bench.assume) {
            Ok(shipments) => shipments,
            Err(error) if error.is_io() => {
                self.unread(&Unreadable::because(&name, error).into());
                return Ok(());
            }
            Err(error) => {
                let (line, message) = (error.line() as u64, format!("not JSON: {error}"));
                self.bad_rows(&name, &[worker::fault(line, None, None, message)], "line");
                self.faults += 1;
                return Ok(());
            }
        };
        self.stream((&name, length), (None, &shipments), collect, |ahead| {
            let (mut first, mut taken, mut bytes) = (1, Vec::new(), 0);
            let mut send = |taken: &mut Vec<Box<str>>, bytes: &mut u64| {
                let elements = std::mem::take(taken);
                let next = first + elements.len() as u64;
                let work = Work::Array(std::mem::replace(&mut first, next), elements);
                ahead.send(Ok((work, std::mem::take(bytes)))).is_ok()
            };
            let read = array::each(input.into_reader(), |text| {
                bytes += text.len() as u64;
                taken.push(text);
                taken.len() < ORDERS_AT_ONCE || send(&mut taken, &mut bytes)
            });
            if !taken.is_empty() {
                send(&mut taken, &mut bytes);
            }
            if let Err(error) = read {
                // It was JSON when it was read first. Who takes no more is not told.
                let _ = ahead.send(Err(error.into()));
            }
        })
    }

    /// Reports an input that cannot be read.
    fn unread(&mut self, error: &anyhow::Error) {
        let what = format!("{error:#}");
        match &mut self.kept {
            Some(kept) => kept.push(worker::fault(0, None, None, what)),
            None => say(&format!("error: {what}")),
        }
        self.faults += 1;
    }

    fn csv(&mut self, mut input: Input, collect: &mut Collect<'_, T::Told>) -> Result<()> {
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
        self.pieces(input, Some(&columns), &shipments, collect)
    }

    /// Reads an input in pieces.
    fn pieces(
        &mut self,
        input: Input,
        columns: Option<&CsvColumns>,
        shipments: &Shipments,
        collect: &mut Collect<'_, T::Told>,
    ) -> Result<()> {
        let (name, length) = (input.name.clone(), input.length);
        let is_csv = columns.is_some();
        let mut pieces = input.pieces();
        if is_csv {
            pieces.first_row()?;
        }
        self.stream((&name, length), (columns, shipments), collect, |ahead| {
            while let Some(piece) = pieces.next_piece().transpose() {
                let ends = piece.is_err();
                let work = piece.map(|piece| {
                    let bytes = piece.bytes.len() as u64;
                    let work = if is_csv { Work::Csv } else { Work::Jsonl };
                    (work(piece), bytes)
                });
                if ahead.send(work).is_err() || ends {
                    break;
                }
            }
        })
    }

    /// Decides what `read` sends ahead, as much at once as there are workers, and writes in order.
    fn stream(
        &mut self,
        (name, length): (&str, Option<u64>),
        (columns, shipments): (Option<&CsvColumns>, &Shipments),
        collect: &mut Collect<'_, T::Told>,
        read: impl FnOnce(mpsc::SyncSender<io::Result<(Work, u64)>>) + Send,
    ) -> Result<()> {
        let mut progress = Progress::new(length);
        let at_once = self.workers.len();
        std::thread::scope(|scope| {
            // The next pieces are read while these are decided.
            let (ahead, pieces) = mpsc::sync_channel(at_once * 2);
            scope.spawn(move || read(ahead));
            loop {
                let (mut batch, mut bytes) = (Vec::new(), 0);
                for piece in pieces.iter().take(at_once) {
                    let (work, its) = piece.map_err(|error| Unreadable::because(name, error))?;
                    bytes += its;
                    batch.push(work);
                }
                if batch.is_empty() {
                    break;
                }
                self.batch(batch, name, (columns, shipments), collect)?;
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
        (columns, shipments): (Option<&CsvColumns>, &Shipments),
        collect: &mut Collect<'_, T::Told>,
    ) -> Result<()> {
        let job = Job { columns, shipments };
        let (workers, out) = (&mut self.workers, &mut self.out);
        let pending = std::mem::take(&mut self.pending);
        let (done, wrote) = std::thread::scope(|scope| {
            // What the last batch gave is written while this one is decided.
            let writer = scope.spawn(move || pending.iter().try_for_each(|p| out.write_all(p)));
            let done: Vec<_> = workers
                .par_iter_mut()
                .zip(batch)
                .map(|(worker, work)| {
                    let unit = work.unit();
                    worker.run(work, job).map(|done| (unit, done))
                })
                .collect();
            (done, writer.join())
        });
        wrote.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        for done in done {
            let (unit, mut done) = done?;
            self.bad_rows(name, &done.bad, unit);
            self.bad += worker::rows(&done.bad);
            collect(&mut done.out, done.told);
            self.pending.push(done.out);
        }
        Ok(())
    }
}
