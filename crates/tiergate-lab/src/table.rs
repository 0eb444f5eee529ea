//! What a law says of archetype orders, month by month: decided once by the engine, read by every draw.
//!
//! An order is decided at a few sizes; where two of them are answered otherwise, the size from which the
//! answer changes is found by halving. So a limit on what ships without a license is found whatever rule
//! makes it, and no rule stands here.

use std::sync::Arc;

use rayon::prelude::*;
use tiergate_engine::{Decision, Desk, DeskError, Outcome, Rulebook};
use tiergate_law::{LawRef, NumberFact, Over, Policy, Regime, StepDefault, View};
use tiergate_order::{Assume, Facts, Order, ResolveError};

use crate::archetype::{ArchetypeError, Archetypes, Buyer};
use crate::world::{Class, World};

/// How an order may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Passage {
    /// Without a license, or under an exception or an authorization.
    Free,
    /// Under a license, reviewed so.
    License(Policy),
    /// It turns on facts that an archetype does not state.
    Open,
    /// Not at all.
    Closed,
}

/// A limit that an order of a step draws on.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// The quota's id.
    pub quota: String,
    /// What is counted.
    pub measure: NumberFact,
    /// What a limit is a share of; none for one in TPP.
    pub share_of: Option<NumberFact>,
    /// The limit: TPP, or a share.
    pub limit: f64,
    /// Whether it is counted by destination.
    pub by_country: bool,
    /// Whether an order counts in the whole that a share is of.
    pub order_in_total: bool,
    /// Whether it is counted by company, alone or with its parents.
    pub by_company: bool,
    /// The days over which it counts.
    pub over: Over,
}

/// Orders of up to a size, all answered alike.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The largest, in units of the chip.
    pub up_to: f64,
    /// How they may go.
    pub passage: Passage,
    /// How strict that is, to compare laws.
    pub strictness: u32,
    /// What they draw on.
    pub draws: Vec<Draw>,
    /// How they may go once a limit they draw on is used up.
    pub spent: Passage,
}

/// How orders of every size may go, smallest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ladder(pub Vec<Step>);

impl Ladder {
    /// The step of the largest orders.
    #[must_use]
    pub fn top(&self) -> &Step {
        // A ladder is made with at least one step.
        &self.0[self.0.len() - 1]
    }
}

/// The days of the process by which a license is reviewed.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Until all agencies have spoken.
    pub clean: f64,
    /// Until each that decides after them has, in order.
    pub escalated: Vec<f64>,
}

/// A law in the lab.
#[derive(Debug, Clone)]
pub struct Table {
    /// The law, as asked.
    pub law: LawRef,
    ladders: Vec<Arc<Ladder>>,
    /// Place of a ladder by month, place, and column.
    cells: Vec<u16>,
    places: usize,
    /// The days of review, by month.
    pub reviews: Vec<Review>,
    /// Effort against smuggling that the law adds, by month; one when it says nothing.
    pub effort: Vec<f64>,
    /// TPP of one chip of each class, by month, in the order of [`Class::ALL`].
    pub tpp: Vec<[f64; 4]>,
    /// H100-equivalents of one chip of each class, by month.
    pub h100e: Vec<[f64; 4]>,
    /// Orders whose answer turns on facts the archetype does not state.
    pub open: usize,
    /// Orders that were decided.
    pub decided: usize,
}

/// Why a law cannot be tabulated.
#[derive(Debug, thiserror::Error)]
pub enum TabulateError {
    /// The law.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// An archetype.
    #[error(transparent)]
    Archetype(#[from] ArchetypeError),
    /// An order of one.
    #[error("an archetype order: {0}")]
    Order(#[from] ResolveError),
    /// A class of chips that nothing is sold as.
    #[error("chips.csv: nothing is sold as {class:?} in {month}")]
    NoChip {
        /// The class.
        class: Class,
        /// The month.
        month: String,
    },
    /// More different answers than can be counted.
    #[error("more than 65,535 different answers")]
    TooMany,
}

/// What is decided for a place: who buys what.
pub const COLUMNS: [(Buyer, Class); 9] = [
    (Buyer::Local, Class::Best),
    (Buyer::Agreement, Class::Best),
    (Buyer::UsCloud, Class::Best),
    (Buyer::UsCloudStatus, Class::Best),
    (Buyer::NationalStatus, Class::Best),
    (Buyer::ChineseOwned, Class::Best),
    (Buyer::Local, Class::MadeForChina),
    (Buyer::Local, Class::Older),
    (Buyer::Local, Class::Lesser),
];

/// Sizes at which an order is decided first.
const SIZES: [i64; 7] = [1, 30, 300, 1_200, 6_000, 60_000, 1_000_000];

/// The value by which a law says how much more is done against smuggling.
const EFFORT: &str = "enforcement-effort";

struct Asker<'a> {
    book: &'a Rulebook,
    readings: Arc<[usize]>,
    facts: Facts,
    tpp: tiergate_law::Num,
}

impl<'a> Asker<'a> {
    fn new(desk: &Desk, book: &'a Rulebook, order: &Order) -> Result<Asker<'a>, ResolveError> {
        let assume = Assume::default();
        let resolved = desk.resolve(order, &assume)?;
        let tpp = resolved
            .facts
            .number(NumberFact::Amount)
            .unwrap_or_default();
        Ok(Asker {
            book,
            readings: Desk::readings(book, &assume),
            facts: resolved.facts,
            tpp,
        })
    }

    fn decide(&self, units: i64) -> Decision<'a> {
        let mut facts = self.facts.clone();
        let units = tiergate_law::Num::from(units);
        facts.set_number(NumberFact::Quantity, units);
        if let Some(amount) = self.tpp.checked_mul(units) {
            facts.set_number(NumberFact::Amount, amount);
        }
        Decision::make(self.book, &facts, &self.readings)
    }

    /// What an order of a size is answered once what it draws on is used up.
    fn spent(&self, decision: &Decision<'_>, draws: &[Draw]) -> Passage {
        let mut facts = decision.facts.clone();
        for draw in draws.iter().filter(|d| d.share_of.is_none()) {
            if let Some(limit) =
                tiergate_law::Num::from_ascii(format!("{:.0}", draw.limit).as_bytes())
            {
                facts.set_number(draw.measure, limit);
            }
        }
        passage(&Decision::make(self.book, &facts, &self.readings))
    }

    fn step(&self, country: tiergate_law::Country, units: i64, decision: &Decision<'_>) -> Step {
        let draws = draws(decision, country);
        let passage = passage(decision);
        let spent = match draws.is_empty() {
            true => passage,
            false => self.spent(decision, &draws),
        };
        Step {
            up_to: units as f64,
            passage,
            strictness: decision.strictness(),
            draws,
            spent,
        }
    }

    /// Orders of every size, and how many were decided for it.
    fn ladder(&self, country: tiergate_law::Country) -> (Ladder, usize) {
        let mut steps: Vec<Step> = Vec::new();
        let mut count = SIZES.len();
        let mut last = (SIZES[0], self.decide(SIZES[0]));
        for size in &SIZES[1..] {
            let decision = self.decide(*size);
            if !alike(&last.1, &decision) {
                let (mut low, mut high) = (last.0, *size);
                while high - low > 1 {
                    let middle = low + (high - low) / 2;
                    count += 1;
                    match alike(&last.1, &self.decide(middle)) {
                        true => low = middle,
                        false => high = middle,
                    }
                }
                steps.push(self.step(country, low, &last.1));
            }
            last = (*size, decision);
        }
        let mut top = self.step(country, last.0, &last.1);
        top.up_to = f64::INFINITY;
        steps.push(top);
        (Ladder(steps), count)
    }
}

/// Whether two decisions are answered alike: the same passage on the same limits.
fn alike(a: &Decision<'_>, b: &Decision<'_>) -> bool {
    passage(a) == passage(b) && a.counted_on() == b.counted_on()
}

fn passage(decision: &Decision<'_>) -> Passage {
    match decision.outcome() {
        Some(Outcome::NotControlled | Outcome::NoLicenseRequired) => Passage::Free,
        Some(Outcome::LicenseException(_) | Outcome::ValidatedEndUser(_)) => Passage::Free,
        Some(Outcome::LicenseRequired(policy)) => Passage::License(policy),
        Some(Outcome::Prohibited) => Passage::Closed,
        None => match decision.word() {
            "not-controlled"
            | "no-license-required"
            | "license-exception"
            | "validated-end-user" => Passage::Free,
            "license-required" => Passage::License(Policy::NotStated),
            "prohibited" => Passage::Closed,
            _ => Passage::Open,
        },
    }
}

fn draws(decision: &Decision<'_>, country: tiergate_law::Country) -> Vec<Draw> {
    let regime = &decision.book.regime;
    let places = decision.counted_on();
    let draws = places.into_iter().filter_map(|at| {
        let quota = &regime.quotas[at];
        let limit = quota.is.limit_for(Some(country))?;
        (!quota.is.counts_only).then(|| Draw {
            quota: quota.id.clone(),
            measure: quota.is.used,
            share_of: quota.is.share_of,
            limit: limit.amount.to_f64(),
            by_country: quota.is.key.contains("destination"),
            order_in_total: quota.is.order_in_total,
            by_company: quota.is.key.contains(".name") || quota.is.key.contains(".parent_name"),
            over: quota.is.over,
        })
    });
    draws.collect()
}

/// The days of the process: all agencies have spoken on the day after which silence is no objection;
/// each step after it that decides comes later.
fn review(regime: &Regime) -> Review {
    let rules = tiergate_cases::Rules::of(regime);
    let steps: Vec<_> = rules.steps(tiergate_cases::Kind::License).collect();
    let day = |step: &tiergate_cases::Rule| step.is.day.map(|day| day as f64);
    let silent = steps
        .iter()
        .find(|s| s.is.then == Some(StepDefault::NoObjection));
    let clean = silent.and_then(|step| day(step)).unwrap_or_default();
    let mut escalated: Vec<f64> = steps
        .iter()
        .filter(|step| step.is.decides.is_some())
        .filter_map(|step| day(step))
        .filter(|day| *day > clean)
        .collect();
    escalated.sort_by(f64::total_cmp);
    Review { clean, escalated }
}

impl Table {
    /// Decides every archetype order under a law in every month.
    ///
    /// # Errors
    ///
    /// A law or an archetype that cannot be read.
    pub fn make(
        desk: &Desk,
        law: &LawRef,
        world: &World,
        archetypes: &Archetypes,
    ) -> Result<Table, TabulateError> {
        let months = world.months.len();
        let mut table = Table {
            law: law.clone(),
            ladders: Vec::new(),
            cells: Vec::with_capacity(months * world.places.len() * COLUMNS.len()),
            places: world.places.len(),
            reviews: Vec::with_capacity(months),
            effort: Vec::with_capacity(months),
            tpp: Vec::with_capacity(months),
            h100e: Vec::with_capacity(months),
            open: 0,
            decided: 0,
        };
        let mut before: Option<(tiergate_law::Date, tiergate_law::Date, Vec<String>)> = None;
        for at in 0..months {
            let day = world.day(at);
            let month = world.months.month(at);
            let chips = COLUMNS.map(|(_, class)| {
                world
                    .chip(class, month)
                    .map(|c| c.chip.clone())
                    .ok_or_else(|| TabulateError::NoChip {
                        class,
                        month: month.to_string(),
                    })
            });
            let chips: Vec<String> = chips.into_iter().collect::<Result<_, _>>()?;
            let (tpp, h100e) = sizes(desk, world, archetypes, at)?;
            table.tpp.push(tpp);
            table.h100e.push(h100e);
            let stamp = Desk::stamp(law, day, None, None::<View>);
            let (first, last) = desk.same_law(&stamp.law, stamp.as_of)?;
            if let Some((of, until, same)) = &before
                && (*of..=*until).contains(&stamp.as_of)
                && *same == chips
            {
                let row = self::row(&table, at - 1);
                table.cells.extend(row);
                table.reviews.extend(table.reviews.last().cloned());
                table.effort.extend(table.effort.last().copied());
                continue;
            }
            let book = desk.rulebook(&stamp)?;
            let rows: Vec<Result<(Ladder, usize), TabulateError>> = (0..world.places.len()
                * COLUMNS.len())
                .into_par_iter()
                .map(|n| {
                    let place = &world.places[n / COLUMNS.len()];
                    let (buyer, _) = COLUMNS[n % COLUMNS.len()];
                    let chip = &chips[n % COLUMNS.len()];
                    let order = archetypes.order(buyer, place.country, chip, day)?;
                    Ok(Asker::new(desk, &book, &order)?.ladder(place.country))
                })
                .collect();
            for row in rows {
                let (ladder, count) = row?;
                table.decided += count;
                table.open += usize::from(ladder.0.iter().any(|s| s.passage == Passage::Open));
                let known = table.ladders.iter().position(|l| **l == ladder);
                let at = known.unwrap_or(table.ladders.len());
                if known.is_none() {
                    table.ladders.push(Arc::new(ladder));
                }
                table
                    .cells
                    .push(u16::try_from(at).map_err(|_| TabulateError::TooMany)?);
            }
            table.reviews.push(review(&book.regime));
            let effort = book.regime.values.iter().find(|v| v.id == EFFORT);
            let effort = effort.and_then(|v| v.is.now.as_ref());
            table.effort.push(effort.map_or(1.0, |v| v.amount.to_f64()));
            before = Some((first, last, chips));
        }
        Ok(table)
    }

    /// How orders of a column to a place may go in a month.
    #[must_use]
    pub fn ladder(&self, month: usize, place: usize, column: usize) -> &Ladder {
        &self.ladders[self.ladder_number(month, place, column)]
    }

    /// TPP of a thousand H100-equivalents of a class of chips in a month.
    #[must_use]
    pub fn tpp_of_thousand(&self, month: usize, class: usize) -> f64 {
        1000.0 * self.tpp[month][class] / self.h100e[month][class]
    }

    /// The first month in which two columns are answered otherwise anywhere; none when they never are.
    #[must_use]
    pub fn differs_from(&self, column: usize, other: usize) -> Option<usize> {
        let months = self.cells.len() / (self.places * COLUMNS.len()).max(1);
        (0..months).find(|month| {
            (0..self.places).any(|place| {
                self.ladder_number(*month, place, column)
                    != self.ladder_number(*month, place, other)
            })
        })
    }

    /// The first month in which this law answers otherwise than another; none when it never does.
    #[must_use]
    pub fn parts_from(&self, other: &Table) -> Option<usize> {
        let row = self.places * COLUMNS.len();
        let alike = |n: usize| {
            self.ladders[usize::from(self.cells[n])] == other.ladders[usize::from(other.cells[n])]
        };
        let other_answer = (0..self.cells.len().min(other.cells.len())).find(|n| !alike(*n));
        let other_effort = self
            .effort
            .iter()
            .zip(&other.effort)
            .position(|(a, b)| a != b);
        let months = other_answer
            .map(|n| n / row)
            .into_iter()
            .chain(other_effort);
        months.min()
    }

    /// A digest of all answers.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = format!(
            "{} {:?} {:?} {:?} {:?} {:?}",
            self.law, self.ladders, self.cells, self.reviews, self.effort, self.tpp
        );
        blake3::hash(text.as_bytes()).to_hex().to_string()
    }

    /// The number of that ladder among those of [`Table::ladders`].
    #[must_use]
    pub fn ladder_number(&self, month: usize, place: usize, column: usize) -> usize {
        usize::from(self.cells[self.cell(month, place, column)])
    }

    /// Every ladder there is.
    #[must_use]
    pub fn ladders(&self) -> &[Arc<Ladder>] {
        &self.ladders
    }

    fn cell(&self, month: usize, place: usize, column: usize) -> usize {
        (month * self.places + place) * COLUMNS.len() + column
    }

    /// How many different answers there are.
    #[must_use]
    pub fn answers(&self) -> usize {
        self.ladders.len()
    }
}

/// TPP and H100-equivalents of one chip of each class in a month.
fn sizes(
    desk: &Desk,
    world: &World,
    archetypes: &Archetypes,
    at: usize,
) -> Result<([f64; 4], [f64; 4]), TabulateError> {
    let (mut tpp, mut h100e) = ([0.0; 4], [0.0; 4]);
    for (n, class) in Class::ALL.into_iter().enumerate() {
        let month = world.months.month(at);
        let chip = world
            .chip(class, month)
            .ok_or_else(|| TabulateError::NoChip {
                class,
                month: month.to_string(),
            })?;
        let place = world.places[world.us].country;
        let order = archetypes.order(Buyer::Local, place, &chip.chip, world.day(at))?;
        let facts = desk.resolve(&order, &Assume::default())?.facts;
        let amount = facts.number(NumberFact::Amount).unwrap_or_default();
        (tpp[n], h100e[n]) = (amount.to_f64(), chip.h100e);
    }
    Ok((tpp, h100e))
}

fn row(table: &Table, month: usize) -> Vec<u16> {
    let (from, to) = (table.cell(month, 0, 0), table.cell(month + 1, 0, 0));
    table.cells[from..to].to_vec()
}
