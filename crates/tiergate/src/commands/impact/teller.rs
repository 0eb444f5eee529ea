//! Each order under both laws, from its own date on.

use std::sync::{Arc, OnceLock};

use anyhow::Result;
use rustc_hash::FxHashMap;
use tiergate_engine::Days;
use tiergate_law::{CountryFact, Date, NumberFact, TextFact};
use tiergate_order::name_key;

use super::change::{Change, is_open, missing};
use super::sums::{First, Of, Pair, Tally};
use crate::adoption::adopted;
use crate::pipeline::{Asked, Done, Row, Stretches, Teller, push_value};
use crate::verdict::{Bench, Short};

/// The head of CSV output.
pub const CSV_HEAD: &str = "id,date,destination,headquarters,chip,tpp,value_usd,change,\
first_affected,first_unknown,from_as_of,from_outcome,from_authority,from_review,from_missing,\
from_possible,to_as_of,to_outcome,to_authority,to_review,to_missing,to_possible\n";

/// A changed order of the list.
#[derive(Debug, Clone)]
pub struct Listed {
    pub id: String,
    pub date: Date,
    pub to: String,
    pub chip: String,
    pub tpp: String,
    pub value: String,
    pub change: Change,
    pub cells: [String; 2],
}

/// Two laws compared.
#[derive(Debug, Clone)]
pub struct Compared {
    pub tally: Tally,
    /// Whether every order gets a row.
    csv: bool,
    changed_only: bool,
    /// Changed orders to list at most.
    limit: usize,
    /// The days on which a law without a date changes.
    days: Vec<Date>,
    /// What the laws say from each of those days on, once asked for.
    stretches: Option<Stretches>,
    /// What the engine makes of them, for all workers.
    laid_out: Arc<OnceLock<Option<Arc<Days>>>>,
    /// Chips by the key of their name.
    chips: FxHashMap<u64, String>,
    /// Pairs by the numbers of their answers and whether the law is the same, for one file.
    known: FxHashMap<(u32, u32, bool), usize>,
    /// The day on which either law is adopted, if it is a proposal.
    adopted: [Option<Date>; 2],
    /// Whether two books hold the same law.
    same: FxHashMap<[usize; 2], bool>,
}

impl Compared {
    /// A teller for the two laws of a bench.
    pub fn new(bench: &Bench<'_>, csv: bool, changed_only: bool, limit: usize) -> Result<Compared> {
        // A law of a fixed date is the same for an order of any date.
        let follows = |law| bench.as_of(law, Date::MIN) != bench.as_of(law, Date::MAX);
        let mut days: Vec<Date> = Vec::new();
        for law in (0..bench.count()).filter(|law| follows(*law)) {
            days.extend(bench.desk.library.breakpoints(bench.id(law))?);
        }
        days.sort_unstable();
        days.dedup();
        let chips = bench.desk.catalog.search("");
        Ok(Compared {
            tally: Tally::default(),
            csv,
            changed_only,
            limit,
            stretches: None,
            laid_out: Arc::default(),
            days,
            chips: chips
                .iter()
                .map(|chip| (name_key(&chip.id), chip.id.clone()))
                .collect(),
            known: FxHashMap::default(),
            adopted: [0, 1].map(|law| adopted(&bench.desk.library, bench.id(law))),
            same: FxHashMap::default(),
        })
    }

    /// Which of the laws are proposals that are not adopted yet, for an order of this date.
    fn not_adopted(&self, bench: &Bench<'_>, date: Date) -> [bool; 2] {
        let before = |law: usize, day: Date| bench.as_of(law, date) < day;
        [0, 1].map(|law| self.adopted[law].is_some_and(|day| before(law, day)))
    }

    /// The place of the answers of an order under these books.
    fn pair<'d>(&mut self, asked: &mut impl Asked<'d>, places: [usize; 2]) -> (usize, [u32; 2]) {
        let answers = [asked.answer(0, places[0]), asked.answer(1, places[1])];
        let same = *self
            .same
            .entry(places)
            .or_insert_with(|| same_law(asked.bench(), places));
        let key = (answers[0], answers[1], same);
        if asked.kept()
            && let Some(pair) = self.known.get(&key)
        {
            return (*pair, answers);
        }
        let [before, after] = answers.map(|answer| &asked.rendered(answer).answer);
        let pair = self.tally.pair(Pair {
            cells: [before.cell(), after.cell()],
            outcomes: answers.map(|answer| asked.rendered(answer).outcome),
            change: if same {
                Change::Same
            } else {
                Change::between(before, after)
            },
            missing: [missing(before), missing(after)],
            open: [is_open(before), is_open(after)],
        });
        if asked.kept() {
            self.known.insert(key, pair);
        }
        (pair, answers)
    }

    /// The first days, from the order's own on, on which the answers surely differ and on which
    /// that is unknown.
    fn first<'d>(
        &mut self,
        asked: &mut impl Asked<'d>,
        date: Date,
        pair: usize,
    ) -> Result<(First, Option<Date>)> {
        let mut open = None;
        let change = self.tally.change(pair);
        if change.is_sure() {
            return Ok((First::On(date), open));
        }
        if change == Change::Unknown {
            open = Some(date);
        }
        let later = self.days.partition_point(|day| *day <= date);
        if later == self.days.len() {
            return Ok((open.map_or(First::Never, |_| First::Unknown), open));
        }
        if self.stretches.is_none() {
            self.stretches = stretches(asked.bench(), &mut self.days, &self.laid_out)?;
            return self.first(asked, date, pair);
        }
        if let Some(stretches) = &self.stretches
            && let Some(parting) = asked.parting(stretches, later)
        {
            let day = |stretch: usize| self.days[stretch];
            let open = open.or(parting.perhaps.map(day));
            let first = match (parting.surely, open) {
                (Some(stretch), _) => First::On(day(stretch)),
                (None, Some(_)) => First::Unknown,
                (None, None) => First::Never,
            };
            return Ok((first, open));
        }
        for at in later..self.days.len() {
            let day = self.days[at];
            let bench = asked.bench();
            let places = [0, 1].map(|law| bench.place(law, bench.as_of(law, day)));
            let [before, after] = places;
            let places = [before?, after?];
            let (pair, _) = self.pair(asked, places);
            let change = self.tally.change(pair);
            if change.is_sure() {
                return Ok((First::On(day), open));
            }
            if change == Change::Unknown && open.is_none() {
                open = Some(day);
            }
        }
        Ok((open.map_or(First::Never, |_| First::Unknown), open))
    }
}

impl Teller for Compared {
    type Told = Vec<Listed>;

    fn short(&self) -> bool {
        true
    }

    fn order<'d>(
        &mut self,
        row: Row<'_>,
        asked: &mut impl Asked<'d>,
        done: &mut Done<Vec<Listed>>,
    ) -> Result<()> {
        let &[before, after] = row.places else {
            return Ok(());
        };
        let (pair, answers) = self.pair(asked, [before, after]);
        let change = self.tally.change(pair);
        let (first, open) = self.first(asked, row.date, pair)?;
        let facts = asked.facts();
        let (tpp, value) = (
            facts.number(NumberFact::Amount),
            facts.number(NumberFact::ValueUsd),
        );
        let of = Of {
            destination: facts.country_followed(CountryFact::Destination),
            headquarters: facts.country_followed(CountryFact::ConsigneeHeadquarters),
            chip: facts.text(TextFact::Chip),
            pair,
            first,
        };
        self.tally.add(of, tpp, value);
        let not_adopted = self.not_adopted(asked.bench(), row.date);
        self.tally.add_not_adopted(not_adopted);
        let chip = self.chips.get(&of.chip).map_or("", String::as_str);
        if self.csv && !(self.changed_only && change == Change::Same) {
            let out = &mut done.out;
            push_value(row.id, out);
            field(out, row.date);
            for country in [of.destination, of.headquarters] {
                optional(out, country);
            }
            out.push(b',');
            push_value(chip.as_bytes(), out);
            optional(out, tpp);
            optional(out, value);
            field(out, change.word());
            let affected = match first {
                First::On(day) => Some(day),
                First::Unknown | First::Never => None,
            };
            optional(out, affected);
            optional(out, open);
            for (law, answer) in answers.into_iter().enumerate() {
                let as_of = asked.bench().as_of(law, row.date);
                field(out, as_of);
                answer_fields(out, &asked.rendered(answer).answer);
            }
            out.push(b'\n');
        } else if !self.csv && change.is_sure() && done.told.len() < self.limit {
            let said = |country: Option<tiergate_law::Country>| {
                country.map(|c| c.to_string()).unwrap_or_default()
            };
            done.told.push(Listed {
                id: String::from_utf8_lossy(row.id).into_owned(),
                date: row.date,
                to: said(of.destination),
                chip: chip.to_owned(),
                tpp: tpp.map(|n| n.to_string()).unwrap_or_default(),
                value: value.map(|n| n.to_string()).unwrap_or_default(),
                change,
                cells: answers.map(|answer| asked.rendered(answer).answer.cell()),
            });
        }
        Ok(())
    }

    fn finish_file(&mut self) {
        self.known.clear();
    }
}

/// Whether two books hold the same law, read the same way.
fn same_law(bench: &Bench<'_>, places: [usize; 2]) -> bool {
    let [before, after] = places.map(|at| bench.books(at).side());
    before.says_the_same(&after)
}

/// What both laws say from each of these days on. Days on which one has nothing to say yet are left
/// out: no order is of one.
fn stretches(
    bench: &Bench<'_>,
    days: &mut Vec<Date>,
    laid_out: &OnceLock<Option<Arc<Days>>>,
) -> Result<Option<Stretches>> {
    let (mut kept, mut sides) = (Vec::new(), Vec::new());
    for day in days.iter() {
        if let (Some(before), Some(after)) = (bench.side(0, *day)?, bench.side(1, *day)?) {
            kept.push(*day);
            sides.push([before, after]);
        }
    }
    *days = kept;
    let days = laid_out.get_or_init(|| Days::new(&sides).map(Arc::new));
    Ok(days.clone().map(|days| Stretches {
        days,
        parted: |[before, after]| Change::among(before, after).parted(),
    }))
}

fn field(out: &mut Vec<u8>, value: impl std::fmt::Display) {
    out.push(b',');
    push_value(value.to_string().as_bytes(), out);
}

fn optional(out: &mut Vec<u8>, value: Option<impl std::fmt::Display>) {
    match value {
        Some(value) => field(out, value),
        None => out.push(b','),
    }
}

fn answer_fields(out: &mut Vec<u8>, answer: &Short) {
    field(out, answer.outcome);
    optional(out, answer.authority.as_deref());
    optional(out, answer.review);
    field(out, missing(answer).join("|"));
    field(out, answer.possible.join("|"));
}
