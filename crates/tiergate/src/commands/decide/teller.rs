//! What `decide` tells of each order: a line of the table, a row, a whole decision or a page.

use std::sync::Arc;

use anyhow::Result;
use rustc_hash::FxHashMap;
use serde::Serialize;
use tiergate_engine::{DecisionRecord, Desk, DrawRecord, Rulebook};
use tiergate_law::{Country, CountryFact};
use tiergate_order::{Facts, Order, Resolved};

use super::Format;
use super::counted::Note;
use super::summary::Summary;
use super::together::Together;
use crate::case::Case;
use crate::page::Layout;
use crate::pipeline::{Asked, Done, Row, Teller, push_value};
use crate::verdict::{Bench, Short, outcome_place};

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

/// What a piece of input gives to the table.
#[derive(Debug, Default)]
pub struct Told {
    /// Lines of the table.
    pub lines: Vec<Line>,
    /// Pages of explanation.
    pub pages: Vec<String>,
}

/// Decisions, in the form asked for.
#[derive(Debug)]
pub struct Decided {
    /// Counts so far.
    pub summary: Summary,
    /// What lines draw together.
    pub together: Together,
    format: Format,
    explain: Option<Layout>,
    /// What a ledger says of each order, by id.
    notes: Option<Arc<FxHashMap<String, Note>>>,
}

impl Decided {
    /// From now on, tells what a ledger says beside each decision.
    pub fn count(&mut self, notes: Arc<FxHashMap<String, Note>>) {
        self.notes = Some(notes);
    }

    pub fn new(format: Format, explain: Option<Layout>) -> Decided {
        Decided {
            summary: Summary::default(),
            together: Together::default(),
            format,
            explain,
            notes: None,
        }
    }
}

impl Teller for Decided {
    type Told = Told;

    fn short(&self) -> bool {
        matches!(self.format, Format::Csv | Format::Table) && self.explain.is_none()
    }

    fn order<'d>(
        &mut self,
        row: Row<'_>,
        asked: &mut impl Asked<'d>,
        done: &mut Done<Told>,
    ) -> Result<()> {
        let to = asked.facts().country(CountryFact::Destination);
        let notes = self.notes.clone();
        let tally = self.summary.order(to, row.places.len());
        if let (Format::Json | Format::Jsonl, Some((order, resolved))) = (self.format, row.given) {
            for (law, counts) in tally.iter_mut().enumerate() {
                let (record, books) = asked.bench().record(law, order, resolved)?;
                // What is open draws on nothing yet.
                if !drawn_by(&record).is_empty() && record.review != Some("indeterminate") {
                    let books = asked.bench().books(books);
                    let decided = Desk::decide(&books.book, &resolved.facts, &books.readings);
                    let draws = decided.draws_on();
                    draw(
                        &mut self.together,
                        law,
                        draws,
                        &books.book,
                        &resolved.facts,
                        &row,
                    );
                }
                let note = notes.as_ref().and_then(|n| n.get(&order.id));
                counts[outcome_place(record.outcome)] += 1;
                write_json(&record, note, self.format, &mut done.out)?;
            }
            return Ok(());
        }
        let mut answers = Vec::new();
        for (law, (books, counts)) in row.places.iter().zip(tally).enumerate() {
            let as_of = asked.bench().as_of(law, row.date);
            let answer = asked.answer(law, *books);
            let rendered = asked.rendered(answer);
            counts[rendered.outcome] += 1;
            let draws = rendered.answer.draws;
            if draws != 0 {
                let book = asked.bench().books(*books).book.clone();
                draw(&mut self.together, law, draws, &book, asked.facts(), &row);
            }
            let rendered = asked.rendered(answer);
            if self.format == Format::Csv {
                match row.as_written.filter(|_| as_of == row.date) {
                    Some(written) => rendered.write(row.id, written, &mut done.out),
                    None => rendered.write(row.id, as_of.to_string().as_bytes(), &mut done.out),
                }
                if let Some(notes) = &notes {
                    // The last column stands before the end of the row.
                    let note = std::str::from_utf8(row.id)
                        .ok()
                        .and_then(|id| notes.get(id));
                    let says = note.map_or("", |note| note.says.as_str());
                    done.out.pop();
                    done.out.push(b',');
                    push_value(says.as_bytes(), &mut done.out);
                    done.out.push(b'\n');
                }
            } else {
                answers.push(rendered.answer.clone());
            }
            if let (Some(layout), Some((order, resolved))) = (self.explain, row.given) {
                done.told
                    .pages
                    .push(page(asked.bench(), law, order, resolved, layout)?);
            }
        }
        if self.format == Format::Table {
            done.told.lines.push(Line {
                id: String::from_utf8_lossy(row.id).into_owned(),
                to,
                answers,
            });
        }
        Ok(())
    }
}

/// What the authority that carries an order, or the reviews of its application, draw on.
fn drawn_by(record: &DecisionRecord) -> Vec<&DrawRecord> {
    let chosen = record.authorities.iter();
    let chosen = chosen.filter(|a| record.authority.as_ref() == Some(&a.id));
    let holders = chosen.chain(&record.reviews);
    holders.flat_map(|h| &h.draws).collect()
}

/// Counts what a line draws on the quotas of a law.
fn draw(
    together: &mut Together,
    law: usize,
    draws: u64,
    book: &Rulebook,
    facts: &Facts,
    row: &Row<'_>,
) {
    let quotas = book.regime.quotas.iter().take(64).enumerate();
    for (_, quota) in quotas.filter(|(at, _)| draws >> at & 1 == 1) {
        together.add(law, quota, facts, row);
    }
}

fn page(
    bench: &mut Bench<'_>,
    law: usize,
    order: &Order,
    resolved: &Resolved,
    layout: Layout,
) -> Result<String> {
    let (record, place) = bench.record(law, order, resolved)?;
    let case = Case {
        desk: bench.desk,
        books: bench.books(place),
        order,
        resolved,
        record: &record,
    };
    Ok(case.page().render(layout))
}

/// A decision, with what a ledger says of it.
#[derive(Serialize)]
struct Beside<'r> {
    #[serde(flatten)]
    record: &'r DecisionRecord,
    #[serde(skip_serializing_if = "Option::is_none")]
    ledger: Option<&'r serde_json::Value>,
}

fn write_json(
    record: &DecisionRecord,
    note: Option<&Note>,
    format: Format,
    out: &mut Vec<u8>,
) -> Result<()> {
    let beside = note.map(|note| Beside {
        record,
        ledger: Some(&note.full),
    });
    if format == Format::Jsonl {
        match &beside {
            Some(beside) => serde_json::to_writer(&mut *out, beside)?,
            None => serde_json::to_writer(&mut *out, record)?,
        }
        out.push(b'\n');
    } else {
        // The array's commas stand before every record but the first.
        let text = match &beside {
            Some(beside) => serde_json::to_string_pretty(beside)?,
            None => serde_json::to_string_pretty(record)?,
        };
        out.extend_from_slice(b",\n  ");
        out.extend_from_slice(text.replace('\n', "\n  ").as_bytes());
    }
    Ok(())
}
