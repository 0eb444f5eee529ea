//! The short way from a CSV row to its answers.
//!
//! Real order books repeat: the same chip to other places in other quantities on other days.
//! What a row says apart from its id, date, amounts and countries is resolved once and kept, a
//! template. An answer can then only depend on the date, which picks the rulebook, on what of the
//! template that rulebook can tell apart, its shape, on the intervals in which the amounts lie
//! between the thresholds, and on the classes of countries.
//!
//! So the rulebooks are narrowed to a shape: what remains of them is walked in a few steps to the
//! outcome, and the answer is kept under that. Where an outcome is open, answers are kept under the
//! shape, the intervals and the classes.

use std::sync::Arc;

use anyhow::Result;
use rustc_hash::{FxHashMap, FxHashSet};
use tiergate_engine::{Parting, Partings, Question};
use tiergate_law::{Body, Country, Date, Num, NumberFact};
use tiergate_order::{
    Catalog, CsvColumns, Facts, Field, Order, Party, count_amounts, name_key, read_number,
};

use super::moving::{Asks, Moving, Role, Shape, roles};
use super::rendered::Rendered;
use super::rows::Values;
use super::shipments::Shipments;
use super::{Asked, Done, Job, Row, Stretches, Teller};
use crate::verdict::{Bench, Narrow, TurnsOn};

/// What rows that differ only in id, date and amounts have in common.
struct Template {
    facts: Facts,
    ics_per_unit: Option<Num>,
    /// The place of its shape under each of the books met.
    shapes: Vec<Option<u32>>,
    /// The place where it is laid out where laws part.
    partings: Option<usize>,
}

/// What is known of a shape.
#[derive(Default)]
struct Shaped {
    narrow: Option<Narrow>,
    /// Answers that were not kept yet.
    missed: u32,
}

/// Templates and answers of one file.
pub struct Quick {
    roles: Vec<(Role, Field)>,
    moving: Moving,
    shared: bool,
    /// The columns of [`Row::names`].
    names: [Option<usize>; 4],
    /// Keys of the names that some law names.
    named: FxHashSet<u64>,
    /// Their lengths and first letters.
    starts: FxHashSet<(usize, u8)>,
    templates: FxHashMap<Box<[u8]>, u32>,
    kept: Vec<Template>,
    rendered: Vec<Rendered>,
    texts: FxHashMap<(usize, Vec<u8>), usize>,
    shapes: FxHashMap<Shape, u32>,
    /// By shape.
    shaped: Vec<Shaped>,
    /// How many of them the books were narrowed to.
    narrowed: usize,
    /// By shape and what moves.
    answers: Answers,
    /// Where laws part, by shape under the books of all days; none when that is too much to lay out.
    partings: Vec<Option<Partings>>,
    parted: FxHashMap<Shape, usize>,
    /// By books, or by shape where something is open, and what an answer turns on.
    codes: FxHashMap<(Scope, TurnsOn), u32>,
    asks: Vec<Option<Asks>>,
    key: Vec<u8>,
    dates: Dates,
    places: Vec<usize>,
}

/// For which rows what an answer turns on means the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Books(usize),
    Shape(u32),
}

/// Answers by shape and what moves. Most keys fit one word: a small table stays in cache.
#[derive(Debug, Default)]
struct Answers {
    small: FxHashMap<u64, u32>,
    wide: FxHashMap<(u32, u128), u32>,
}

impl Answers {
    /// Shape and values in one word, if they fit.
    fn word((shape, values): (u32, u128)) -> Option<u64> {
        const VALUE_BITS: u32 = 44;
        let values = u64::try_from(values)
            .ok()
            .filter(|v| v >> VALUE_BITS == 0)?;
        let shape = u64::from(shape);
        (shape >> (u64::BITS - VALUE_BITS) == 0).then_some(shape << VALUE_BITS | values)
    }

    fn get(&self, key: (u32, u128)) -> Option<u32> {
        match Answers::word(key) {
            Some(word) => self.small.get(&word).copied(),
            None => self.wide.get(&key).copied(),
        }
    }

    fn insert(&mut self, key: (u32, u128), answer: u32) {
        match Answers::word(key) {
            Some(word) => self.small.insert(word, answer),
            None => self.wide.insert(key, answer),
        };
    }

    fn len(&self) -> usize {
        self.small.len() + self.wide.len()
    }

    fn clear(&mut self) {
        self.small.clear();
        self.wide.clear();
    }
}

/// Dates as they are written in the file.
#[derive(Debug, Default)]
struct Dates {
    known: FxHashMap<Box<[u8]>, Date>,
    scratch: Order,
}

/// Spellings of dates kept at once.
const DATES_MAX: usize = 1 << 12;

impl Dates {
    fn read(&mut self, written: &[u8]) -> Option<Date> {
        if let Some(date) = self.known.get(written) {
            return Some(*date);
        }
        self.scratch.date = None;
        let text = std::str::from_utf8(written).ok()?;
        self.scratch.set_field(Field::Date, text).ok()?;
        let date = self.scratch.date?;
        if self.known.len() >= DATES_MAX {
            self.known.clear();
        }
        self.known.insert(written.into(), date);
        Some(date)
    }
}

/// The fields of [`Row::names`].
const NAMES: [Field; 4] = [
    Field::Name(Party::Consignee),
    Field::ParentName(Party::Consignee),
    Field::Name(Party::EndUser),
    Field::ParentName(Party::EndUser),
];

/// All names in registers of the library.
fn named<'b>(bench: &'b Bench<'_>) -> impl Iterator<Item = &'b str> {
    let entries = bench.desk.library.sources().flat_map(|s| &s.entries);
    let registers = entries.filter_map(|e| match &e.body {
        Body::Register(register) => Some(&register.names),
        _ => None,
    });
    registers.flatten().map(String::as_str)
}

/// Templates kept at once; more means that rows hardly repeat.
const TEMPLATES_MAX: usize = 1 << 14;
/// Answers of a shape found in full before narrowing the books to it pays.
const WORTH_NARROWING: u32 = 16;
/// Shapes that books are narrowed to at once; each takes some ten thousand bytes.
const NARROWED_MAX: usize = 1 << 8;
/// Answers kept at once, each a few words long.
const ANSWERS_MAX: usize = 1 << 20;

/// What a shipment column says of a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shipment {
    None,
    Known(Num),
    Unknown,
}

/// An order of a template.
struct OfTemplate<'q, 'd> {
    quick: &'q mut Quick,
    bench: &'q mut Bench<'d>,
    place: usize,
}

impl<'d> Asked<'d> for OfTemplate<'_, 'd> {
    fn facts(&self) -> &Facts {
        &self.quick.kept[self.place].facts
    }

    fn bench(&mut self) -> &mut Bench<'d> {
        self.bench
    }

    fn answer(&mut self, law: usize, books: usize) -> u32 {
        self.quick.answer(self.bench, self.place, law, books)
    }

    fn rendered(&self, answer: u32) -> &Rendered {
        &self.quick.rendered[answer as usize]
    }

    fn parting(&mut self, stretches: &Stretches, from: usize) -> Option<Parting> {
        self.quick.parting(self.place, stretches, from)
    }

    fn kept(&self) -> bool {
        true
    }
}

impl Quick {
    /// The short way for these columns.
    pub fn new(columns: &CsvColumns, bench: &Bench<'_>) -> Quick {
        let roles = roles(columns.fields(), &bench.assume);
        // What is absent is part of a template's key, so assumed values are too; but for these.
        let apart = |path: &str| matches!(path, "item.ics_per_unit" | "shipment" | "date");
        let shared = !bench.assume.values.iter().any(|(path, _)| apart(path));
        Quick {
            moving: Moving::of(&roles),
            names: NAMES.map(|field| roles.iter().position(|(_, f)| *f == field)),
            roles,
            shared,
            named: named(bench).map(name_key).collect(),
            starts: named(bench)
                .map(|name| name.trim().as_bytes())
                .map(|name| (name.len(), name.first().map_or(0, u8::to_ascii_lowercase)))
                .collect(),
            templates: FxHashMap::default(),
            kept: Vec::new(),
            rendered: Vec::new(),
            texts: FxHashMap::default(),
            shapes: FxHashMap::default(),
            shaped: Vec::new(),
            narrowed: 0,
            answers: Answers::default(),
            partings: Vec::new(),
            parted: FxHashMap::default(),
            codes: FxHashMap::default(),
            asks: Vec::new(),
            key: Vec::new(),
            dates: Dates::default(),
            places: Vec::new(),
        }
    }

    /// Makes the key of a row; none when the row is not of the right length.
    fn read_key(&mut self, row: Values<'_>, shipments: &Shipments) -> Option<Shipment> {
        if row.len() != self.roles.len() {
            return None;
        }
        self.key.clear();
        let mut shipment = Shipment::None;
        for ((role, _), value) in self.roles.iter().zip(row.iter()) {
            match role {
                Role::Key => {
                    self.key.extend_from_slice(value);
                    self.key.push(0x1f);
                }
                Role::Presence | Role::Number(_) | Role::Country(_) => {
                    self.key.push(u8::from(!value.trim_ascii().is_empty()));
                }
                Role::Name => {
                    self.key.push(u8::from(!value.trim_ascii().is_empty()));
                    // Most names are not of the length and first letter of one that is named.
                    let name = value.trim_ascii();
                    let start = (name.len(), name.first().map_or(0, u8::to_ascii_lowercase));
                    if !value.is_ascii() || self.starts.contains(&start) {
                        let name = std::str::from_utf8(value).map_or(0, name_key);
                        if self.named.contains(&name) {
                            self.key.extend_from_slice(&name.to_le_bytes());
                        }
                    }
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
        row: Values<'_>,
        order: &Order,
        job: Job<'_>,
    ) -> bool {
        if !self.shared || self.kept.len() >= TEMPLATES_MAX {
            return false;
        }
        if self.read_key(row, job.shipments).is_none() {
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
            shapes: Vec::new(),
            partings: None,
        });
        true
    }

    /// Decides a row whose template is known; false when it must go the long way.
    pub fn row<T: Teller>(
        &mut self,
        bench: &mut Bench<'_>,
        row: Values<'_>,
        job: Job<'_>,
        teller: &mut T,
        done: &mut Done<T::Told>,
    ) -> Result<bool> {
        if self.answers.len() >= ANSWERS_MAX {
            self.answers.clear();
        }
        let Some(shipment) = self.read_key(row, job.shipments) else {
            return Ok(false);
        };
        let Some(place) = self.templates.get(self.key.as_slice()) else {
            return Ok(false);
        };
        let place = *place as usize;
        let catalog = &bench.desk.catalog;
        let Some((id, date, as_written)) = self.put(place, row, shipment, catalog) else {
            return Ok(false);
        };
        let mut places = std::mem::take(&mut self.places);
        let exists = bench.places(date, &mut places)?.is_ok();
        if exists {
            let told = Row {
                id,
                date,
                as_written: Some(as_written),
                places: &places,
                names: self.names.map(|at| row.get(at?).map(<[u8]>::trim_ascii)),
                given: None,
            };
            let mut asked = OfTemplate {
                quick: self,
                bench,
                place,
            };
            teller.order(told, &mut asked, done)?;
        }
        self.places = places;
        Ok(exists)
    }

    /// Puts the numbers and countries of a row into its template; gives id, date and the date as
    /// written. None when something in it is wrong.
    fn put<'r>(
        &mut self,
        place: usize,
        row: Values<'r>,
        shipment: Shipment,
        catalog: &Catalog,
    ) -> Option<(&'r [u8], Date, &'r [u8])> {
        let template = self.kept.get_mut(place)?;
        let (mut id, mut date) = (None, None);
        for ((role, _), value) in self.roles.iter().zip(row.iter()) {
            match role {
                Role::Id => id = Some(value.trim_ascii()).filter(|id| !id.is_empty()),
                Role::Date => {
                    let value = value.trim_ascii();
                    date = Some((self.dates.read(value)?, value));
                }
                Role::Number(fact) => {
                    let value = value.trim_ascii();
                    if !value.is_empty() {
                        template.facts.set_number(*fact, read_number(*fact, value)?);
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
                Role::Key | Role::Presence | Role::Name | Role::Skip | Role::Shipment => {}
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
        let id = id.filter(|id| id.is_ascii() || std::str::from_utf8(id).is_ok())?;
        Some((id, date, as_written))
    }

    /// The place of the answer of a template with its present amounts under some books.
    fn answer(&mut self, bench: &Bench<'_>, place: usize, law: usize, books: usize) -> u32 {
        let Some(shape) = self.kept[place].shapes.get(books).copied().flatten() else {
            self.meet(bench, place, books);
            return self.answer(bench, place, law, books);
        };
        let facts = &self.kept[place].facts;
        let shaped = &mut self.shaped[shape as usize];
        let narrow = shaped.narrow.as_ref();
        let asks = self.asks[books].as_ref();
        let scoped = |code: TurnsOn| match code.is_open() {
            true => (Scope::Shape(shape), code),
            false => (Scope::Books(books), code),
        };
        let code = narrow.and_then(|n| n.turns_on(bench.books(books), facts));
        let code = code.map(scoped);
        if let Some(at) = code.and_then(|code| self.codes.get(&code)) {
            return *at;
        }
        let values = asks.and_then(|a| a.values(facts));
        let key = values.map(|values| (shape, values));
        if let Some(at) = key.and_then(|key| self.answers.get(key)) {
            return at;
        }
        shaped.missed += 1;
        if shaped.missed == WORTH_NARROWING && self.narrowed < NARROWED_MAX {
            let moves = |question: &Question| self.moving.moves(question);
            shaped.narrow = Some(bench.books(books).narrow(facts, &moves));
            self.narrowed += 1;
        }
        let code = code.or_else(|| bench.books(books).turns_on(facts).map(scoped));
        let known = code.and_then(|code| self.codes.get(&code)).copied();
        let at = match known {
            Some(at) => at,
            None => {
                let answer = bench.books(books).answer(facts);
                self.lay_out(Rendered::new(bench, law, Arc::new(answer)), law)
            }
        };
        if let Some(code) = code {
            self.codes.insert(code, at);
        }
        if let Some(key) = key {
            self.answers.insert(key, at);
        }
        at
    }

    /// Where two laws part first for a template with its present amounts.
    fn parting(&mut self, place: usize, stretches: &Stretches, from: usize) -> Option<Parting> {
        if self.kept[place].partings.is_none() {
            let partings = self.lay_out_partings(place, stretches);
            self.kept[place].partings = Some(partings);
        }
        let template = &self.kept[place];
        let partings = self.partings[template.partings?].as_ref()?;
        partings.from(from, &stretches.days, &template.facts)
    }

    /// Lays out where laws part for a template and all of its shape; gives the place.
    fn lay_out_partings(&mut self, place: usize, stretches: &Stretches) -> usize {
        let facts = &self.kept[place].facts;
        let days = &stretches.days;
        let shape = Shape::of(usize::MAX, &[(days.variables(), &[])], &self.moving, facts);
        let next = self.partings.len();
        let at = *self.parted.entry(shape).or_insert(next);
        if at == next {
            let moves = |question: &Question| self.moving.moves(question);
            let few = next < NARROWED_MAX;
            let partings = few.then(|| days.partings(facts, &moves, &stretches.parted));
            self.partings.push(partings.flatten());
        }
        at
    }

    /// Answers are few: the same text is kept once.
    fn lay_out(&mut self, rendered: Rendered, law: usize) -> u32 {
        let next = self.rendered.len();
        let mut text = rendered.rest.clone();
        text.extend_from_slice(rendered.answer.missing_detail.join("|").as_bytes());
        text.extend_from_slice(&rendered.answer.draws.to_le_bytes());
        let known = (law, text);
        let at = *self.texts.entry(known).or_insert(next);
        if at == next {
            self.rendered.push(rendered);
        }
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// Finds what books ask of what moves, and the shape of a template under them.
    fn meet(&mut self, bench: &Bench<'_>, place: usize, books: usize) {
        if self.asks.len() <= books {
            self.asks.resize(books + 1, None);
        }
        let at = bench.books(books);
        if self.asks[books].is_none() {
            self.asks[books] = Some(Asks::new(at, &self.moving));
        }
        let template = &mut self.kept[place];
        let shape = Shape::under(books, at, &self.moving, &template.facts);
        let next = u32::try_from(self.shapes.len()).unwrap_or(u32::MAX);
        let shape = *self.shapes.entry(shape).or_insert(next);
        if shape == next {
            self.shaped.push(Shaped::default());
        }
        if template.shapes.len() <= books {
            template.shapes.resize(books + 1, None);
        }
        template.shapes[books] = Some(shape);
    }
}
