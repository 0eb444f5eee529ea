//! Names, one by one or from a file.

use anyhow::Result;
use rayon::prelude::*;
use tiergate_screening::{Hit, Index, Party};

use super::Args;
use super::input::{Named, Rows};
use super::print::Printer;
use crate::cli::Ended;
use crate::lists;
use crate::pipeline::Progress;
use crate::report::{Output, count, not_an_input, say};

/// Rows of a file that are screened side by side.
const ROWS_AT_ONCE: usize = 1024;

/// The parties that were given as arguments.
pub fn given(args: &Args) -> Vec<Named> {
    let country = args
        .country
        .as_deref()
        .unwrap_or_default()
        .to_ascii_uppercase();
    let named = |name: &String| Named {
        label: String::new(),
        party: Party {
            country: country.clone(),
            ..Party::named(name.trim())
        },
    };
    args.names.iter().map(named).collect()
}

/// Screens and prints.
pub fn run(args: &Args) -> Result<Ended> {
    let inputs = args
        .file
        .iter()
        .chain(&args.against.list)
        .chain(&args.against.adjudications);
    not_an_input(args.output.as_deref(), inputs)?;
    let (index, mut well) = lists::index(args.against.list.as_deref())?;
    let (decided, read) = lists::adjudications(args.against.adjudications.as_deref())?;
    well &= read;
    let whole = well && args.against.threshold <= Index::THRESHOLD;
    let out = Output::to(args.output.as_deref())?;
    let mut printer = Printer::new(out, args.format, args.limit, whole);
    printer.begin(&lists::title(index.list()))?;
    let screen = |named: &Named| index.screen(&named.party, args.against.threshold, &decided);
    let mut tally = Tally::default();
    if let Some(file) = &args.file {
        let mut rows = Rows::open(file)?;
        let mut progress = Progress::new(rows.length);
        let mut read = 0;
        while let Some(batch) = rows.next(ROWS_AT_ONCE) {
            let hits: Vec<Vec<Hit>> = batch.par_iter().map(screen).collect();
            for (named, hits) in batch.iter().zip(&hits) {
                tally.add(hits);
                printer.party(named, hits)?;
            }
            progress.add(rows.read.saturating_sub(read));
            read = rows.read;
        }
        progress.end();
        well &= !rows.faulty;
    } else {
        for named in given(args) {
            let hits = screen(&named);
            tally.add(&hits);
            printer.party(&named, &hits)?;
        }
    }
    printer.end()?;
    if args.file.is_some() {
        say(&tally.text());
    }
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}

#[derive(Default)]
struct Tally {
    parties: u64,
    with_hits: u64,
    open: u64,
}

impl Tally {
    fn add(&mut self, hits: &[Hit]) {
        self.parties += 1;
        self.with_hits += u64::from(!hits.is_empty());
        self.open += u64::from(hits.iter().any(|h| h.adjudication.is_none()));
    }

    fn text(&self) -> String {
        format!(
            "{} screened: {} with hits, {} with hits that nobody has decided",
            count(self.parties, "party", "parties"),
            count(self.with_hits, "party", "parties"),
            count(self.open, "party", "parties"),
        )
    }
}
