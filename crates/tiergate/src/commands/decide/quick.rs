//! The short way from a CSV row to its answers.
//!
//! Real order books repeat: the same chip to other places in other quantities on other days.
//! What a row says apart from its id, date, amounts and countries is resolved once and kept. An
//! answer can then only depend on the date, which picks the rulebook, on the intervals in which
//! the amounts lie between the thresholds of that rulebook, and on the classes of countries it
//! tells apart: it is kept under those.

use std::sync::Arc;

use anyhow::Result;
use csv::ByteRecord;
use rustc_hash::FxHashMap;
use tiergate_law::{Country, CountryFact, Date, Num, NumberFact};
use tiergate_order::{Catalog, CsvColumns, Facts, Field, Order, count_amounts};

use super::Format;
use super::moving::{Asks, Moving, Role, role};
use super::rendered::Rendered;
use super::shipments::Shipments;
use super::summary::{OUTCOMES, Summary, Tally};
use super::worker::{Done, Job, Line};
use crate::verdict::Bench;

/// What rows that differ only in id, date and amounts have in common.
struct Template {
    facts: Facts,
    ics_per_unit: Option<Num>,
    answers: FxHashMap<(u32, u128), u32>,
}

/// Templates and answers of one file.
pub struct Quick {
    roles: Vec<(Role, Field)>,
    moving: Moving,
    shared: bool,
    templates: FxHashMap<Box<[u8]>, u32>,
    kept: Vec<Template>,
    rendered: Vec<Rendered>,
    texts: FxHashMap<(usize, Vec<u8>), usize>,
    kept_answers: usize,
    asks: Vec<Option<Asks>>,
    scratch: Order,
    key: Vec<u8>,
    date: (Vec<u8>, Option<Date>),
    places: Vec<usize>,
    /// Rows and their outcomes, by destination.
    tallies: Vec<(u64, Tally)>,
    laws: usize,
}

/// Templates kept at once; more means that rows hardly repeat.
const TEMPLATES_MAX: usize = 1 << 14;
/// Answers kept at once, each a few words long.
const ANSWERS_MAX: usize = 1 << 20;

/// What a shipment column says of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shipment {
    None,
    Known(Num),
    Unknown,
}

impl Quick {
    /// The short way for these columns.
    pub fn new(columns: &CsvColumns, bench: &Bench<'_>) -> Quick {
        // Where one country is assumed from another, countries decide the template.
        let inferred = bench.assume.headquarters_is_location;
        let role = |field| match role(field) {
            Role::Country(_) if inferred => Role::Key,
            role => role,
        };
        let roles: Vec<(Role, Field)> = columns.fields().map(|f| (role(f), f)).collect();
        // What is absent is part of a template's key, so assumed values are too; but for these.
        let apart = |path: &str| matches!(path, "item.ics_per_unit" | "shipment" | "date");
        let shared = !bench.assume.values.iter().any(|(path, _)| apart(path));
        Quick {
            moving: Moving::of(&roles),
            roles,
            shared,
            templates: FxHashMap::default(),
            kept: Vec::new(),
            rendered: Vec::new(),
            texts: FxHashMap::default(),
            kept_answers: 0,
            asks: Vec::new(),
            scratch: Order::default(),
            key: Vec::new(),
            date: (Vec::new(), None),
            places: Vec::new(),
            tallies: Vec::new(),
            laws: bench.count(),
        }
    }

    /// Adds what was counted, and forgets all.
    pub fn flush(&mut self, summary: &mut Summary) {
        for (at, (rows, tally)) in self.tallies.drain(..).enumerate() {
            if rows > 0 {
                summary.orders += rows;
                summary.add(Country::from_index(at), &tally);
            }
        }
        self.kept.clear();
        self.templates.clear();
        self.rendered.clear();
        self.texts.clear();
        self.kept_answers = 0;
    }

    /// The place of a destination's counts.
    fn tally_of(&mut self, to: Option<Country>) -> usize {
        let at = to.map_or(Country::COUNT, Country::index);
        if self.tallies.len() <= at {
            let laws = self.laws;
            self.tallies
                .resize_with(at + 1, || (0, vec![[0; OUTCOMES]; laws]));
        }
        at
    }

    /// Makes the key of a row; none when the row is not of the right length.
    fn read_key(&mut self, record: &ByteRecord, shipments: &Shipments) -> Option<Shipment> {
        if record.len() != self.roles.len() {
            return None;
        }
        self.key.clear();
        let mut shipment = Shipment::None;
        for ((role, _), value) in self.roles.iter().zip(record) {
            match role {
                Role::Key => {
                    self.key.extend_from_slice(value);
                    self.key.push(0x1f);
                }
                Role::Presence | Role::Number(_) | Role::Country(_) => {
                    self.key.push(u8::from(!value.trim_ascii().is_empty()));
                }
                Role::Shipment => {
                    shipment = match shipments.amount(value.trim_ascii()) {
                        None => Shipment::None,
                        Some(Some(amount)) => Shipment::Known(amount),
                        Some(None) => Shipment::Unknown,
                    };
                    self.key.push(match shipment {
                        Shipment::None => 0,
                        Shipment::Known(_) => 1,
                        Shipment::Unknown => 2,
                    });
                }
                Role::Skip | Role::Id | Role::Date => {}
            }
        }
        Some(shipment)
    }

    /// Keeps the template of a row that was read the long way; false when it cannot be.
    pub fn learn(
        &mut self,
        bench: &Bench<'_>,
        record: &ByteRecord,
        order: &Order,
        job: Job<'_>,
    ) -> bool {
        if !self.shared || self.kept.len() >= TEMPLATES_MAX {
            return false;
        }
        if self.read_key(record, job.shipments).is_none() {
            return false;
        }
        let Ok(mut resolved) = bench.desk.resolve(order, &bench.assume) else {
            return false;
        };
        job.shipments
            .apply(order.shipment.as_deref(), &mut resolved.facts);
        let place = u32::try_from(self.kept.len()).unwrap_or(u32::MAX);
        if self
            .templates
            .insert(self.key.as_slice().into(), place)
            .is_some()
        {
            return false;
        }
        self.kept.push(Template {
            facts: resolved.facts,
            ics_per_unit: order.ics_per_unit,
            answers: FxHashMap::default(),
        });
        true
    }

    /// Decides a row whose template is known; false when it must go the long way.
    pub fn row(
        &mut self,
        bench: &mut Bench<'_>,
        record: &ByteRecord,
        job: Job<'_>,
        done: &mut Done,
    ) -> Result<bool> {
        if self.kept_answers >= ANSWERS_MAX {
            self.kept
                .iter_mut()
                .for_each(|template| template.answers.clear());
            self.kept_answers = 0;
        }
        let Some(shipment) = self.read_key(record, job.shipments) else {
            return Ok(false);
        };
        let Some(place) = self.templates.get(self.key.as_slice()) else {
            return Ok(false);
        };
        let place = *place as usize;
        let catalog = &bench.desk.catalog;
        let Some((id, date, as_written)) = self.put(place, record, shipment, catalog) else {
            return Ok(false);
        };
        let mut places = std::mem::take(&mut self.places);
        if bench.places(date, &mut places)?.is_err() {
            return Ok(false);
        }
        let to = self.kept[place].facts.country(CountryFact::Destination);
        let at_country = self.tally_of(to);
        self.tallies[at_country].0 += 1;
        let mut line = Vec::new();
        for (law, books) in places.iter().enumerate() {
            let as_of = bench.as_of(law, date);
            let at = self.answer(bench, place, law, *books);
            let rendered = &self.rendered[at];
            self.tallies[at_country].1[law][rendered.outcome] += 1;
            if job.format == Format::Csv {
                if as_of == date {
                    rendered.write(id, as_written, &mut done.out);
                } else {
                    rendered.write(id, as_of.to_string().as_bytes(), &mut done.out);
                }
            } else {
                line.push(rendered.answer.clone());
            }
        }
        self.places = places;
        if job.format == Format::Table {
            let id = String::from_utf8_lossy(id).into_owned();
            done.lines.push(Line {
                id,
                to,
                answers: line,
            });
        }
        Ok(true)
    }

    /// Puts the numbers and countries of a row into its template; gives id, date and the date as
    /// written. None when something in it is wrong.
    fn put<'r>(
        &mut self,
        place: usize,
        record: &'r ByteRecord,
        shipment: Shipment,
        catalog: &Catalog,
    ) -> Option<(&'r [u8], Date, &'r [u8])> {
        let template = self.kept.get_mut(place)?;
        let (mut id, mut date) = (None, None);
        for ((role, field), value) in self.roles.iter().zip(record) {
            match role {
                Role::Id => id = Some(value.trim_ascii()).filter(|id| !id.is_empty()),
                Role::Date => {
                    let value = value.trim_ascii();
                    if self.date.1.is_none() || self.date.0 != value {
                        self.scratch.date = None;
                        let text = std::str::from_utf8(value).ok()?;
                        self.scratch.set_field(Field::Date, text).ok()?;
                        self.date = (value.to_vec(), Some(self.scratch.date?));
                    }
                    date = self.date.1.map(|d| (d, value));
                }
                Role::Number(fact) => {
                    let text = std::str::from_utf8(value).ok()?.trim();
                    if !text.is_empty() {
                        self.scratch.set_field(*field, text).ok()?;
                        template
                            .facts
                            .set_number(*fact, self.scratch.given.number(*fact)?);
                    }
                }
                Role::Country(fact) => {
                    let value = value.trim_ascii();
                    if !value.is_empty() {
                        let country = Country::from_code(value)?;
                        if !catalog.knows(country) {
                            return None;
                        }
                        template.facts.set_country(*fact, country);
                    }
                }
                Role::Key | Role::Presence | Role::Skip | Role::Shipment => {}
            }
        }
        count_amounts(template.ics_per_unit, &mut template.facts).ok()?;
        match shipment {
            Shipment::None => {}
            Shipment::Known(amount) => {
                template
                    .facts
                    .set_number(NumberFact::ShipmentAmount, amount);
            }
            Shipment::Unknown => {
                let facts = std::mem::take(&mut template.facts);
                template.facts = facts.without_number(NumberFact::ShipmentAmount);
            }
        }
        let (date, as_written) = date?;
        // An id that is not text is reported, not copied.
        std::str::from_utf8(id?).ok()?;
        Some((id?, date, as_written))
    }

    /// The place of the answer of a template with its present amounts under some books.
    fn answer(&mut self, bench: &Bench<'_>, place: usize, law: usize, books: usize) -> usize {
        if self.asks.len() <= books {
            self.asks.resize(books + 1, None);
        }
        let asks =
            self.asks[books].get_or_insert_with(|| Asks::new(bench.books(books), &self.moving));
        let template = &mut self.kept[place];
        let key = asks
            .values(&template.facts)
            .map(|values| (books as u32, values));
        if let Some(at) = key.and_then(|key| template.answers.get(&key)) {
            return *at as usize;
        }
        let answer = bench.books(books).answer(&template.facts);
        let rendered = Rendered::new(bench, law, Arc::new(answer));
        // Answers are few: the same text is kept once.
        let known = (law, rendered.rest.clone());
        let next = self.rendered.len();
        let at = *self.texts.entry(known).or_insert(next);
        if at == next {
            self.rendered.push(rendered);
        }
        if let Some(key) = key {
            template
                .answers
                .insert(key, u32::try_from(at).unwrap_or(u32::MAX));
            self.kept_answers += 1;
        }
        at
    }
}
