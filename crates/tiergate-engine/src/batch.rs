//! Many orders at once, in columns: nothing is built per row.
//!
//! What all rows share is known beforehand, so the diagram is restricted to it once and laid out
//! in levels, one for each variable that is left. A block of rows then takes one step a level
//! together: every row, wherever it stands, looks its next place up by the value in its column.
//! No step turns on a branch, and a row at its leaf stays there.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tiergate_law::{ChoiceFact, Country, CountryFact, Fact, FlagFact, Num, NumberFact};
use tiergate_order::Facts;

use crate::build::REASON_STRIDE;
use crate::decision::{Answer, Decision};
use crate::diagram::{Known, Part, Restricted, Variable, restricted};
use crate::rulebook::{Outcome, Rulebook};
use crate::variables::Question;

/// Numbers by row.
#[derive(Debug, Clone)]
pub enum Numbers {
    /// Whole numbers of a stated number of decimals: the fast form.
    Small {
        /// The values, in steps of 10 to the power of minus `decimals`.
        values: Vec<i64>,
        /// Digits after the point, at most 9.
        decimals: u8,
        /// Which rows are known; none if all are.
        known: Option<Vec<bool>>,
    },
    /// Any numbers; none is unknown.
    Wide(Vec<Option<Num>>),
}

impl Numbers {
    /// Known whole numbers.
    #[must_use]
    pub const fn whole(values: Vec<i64>) -> Numbers {
        Numbers::Small {
            values,
            decimals: 0,
            known: None,
        }
    }

    /// The number of a row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<Num> {
        match self {
            Numbers::Small {
                values,
                decimals,
                known,
            } => {
                let here = known.as_ref().is_none_or(|known| known[row]);
                here.then(|| Num::from_raw(i128::from(values[row]) * unit(*decimals)))
            }
            Numbers::Wide(values) => values[row],
        }
    }
}

/// One step of a column with so many decimals, in the raw form of numbers.
const fn unit(decimals: u8) -> i128 {
    let most = 9;
    let decimals = if decimals > most { most } else { decimals };
    10_i128.pow((most - decimals) as u32) * 2
}

/// Orders in columns over shared facts.
#[derive(Debug, Clone, Default)]
pub struct Columns {
    /// How many rows.
    pub rows: usize,
    /// The facts every row shares; columns override them.
    pub shared: Facts,
    /// Countries by row; none is unknown.
    pub countries: Vec<(CountryFact, Vec<Option<Country>>)>,
    /// Places in the fact's list by row; none is unknown.
    pub choices: Vec<(ChoiceFact, Vec<Option<u8>>)>,
    /// Yes or no by row; none is unknown.
    pub flags: Vec<(FlagFact, Vec<Option<bool>>)>,
    /// Numbers by row.
    pub numbers: Vec<(NumberFact, Numbers)>,
}

/// The outcome of one row with its reason code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The outcome; none when unknown facts leave it open.
    pub outcome: Option<Outcome>,
    /// The first requirement, in legal order, that applies: its place in the regime.
    pub requirement: Option<u16>,
}

const UNDECIDED: Verdict = Verdict {
    outcome: None,
    requirement: None,
};

impl Columns {
    /// The facts of one row, for rendering its reasons or deciding it alone.
    #[must_use]
    pub fn row(&self, row: usize) -> Facts {
        let mut facts = self.shared.clone();
        for (fact, values) in &self.countries {
            match values[row] {
                Some(country) => facts.set_country(*fact, country),
                None => facts.forget_country(*fact),
            }
        }
        for (fact, values) in &self.choices {
            match values[row] {
                Some(place) => facts.set_choice(*fact, usize::from(place)),
                None => facts.forget_choice(*fact),
            }
        }
        for (fact, values) in &self.flags {
            match values[row] {
                Some(value) => facts.set_flag(*fact, value),
                None => facts = facts.without_flag(*fact),
            }
        }
        for (fact, values) in &self.numbers {
            match values.get(row) {
                Some(number) => facts.set_number(*fact, number),
                None => facts = facts.without_number(*fact),
            }
        }
        facts
    }

    fn varies(&self, fact: Fact) -> bool {
        match fact {
            Fact::Country(f) => self.countries.iter().any(|(c, _)| *c == f),
            Fact::Choice(f) => self.choices.iter().any(|(c, _)| *c == f),
            Fact::Flag(f) => self.flags.iter().any(|(c, _)| *c == f),
            Fact::Number(f) => self.numbers.iter().any(|(c, _)| *c == f),
            Fact::Text(_) => false,
        }
    }
}

fn column<F: PartialEq, V>(columns: &[(F, V)], fact: F) -> Option<&V> {
    columns
        .iter()
        .find(|(f, _)| *f == fact)
        .map(|(_, values)| values)
}

/// Decides every row.
///
/// Rows whose shared facts are common go through one restricted diagram; the rest, and rows that
/// meet an unknown fact, are decided one by one, with the same answers.
#[must_use]
pub fn decide_columns(book: &Rulebook, columns: &Columns, readings: &Arc<[usize]>) -> Vec<Verdict> {
    let mut verdicts = match Levels::new(book, columns, readings) {
        Some(levels) => levels.walk(columns.rows),
        None => vec![UNDECIDED; columns.rows],
    };
    for (row, verdict) in verdicts.iter_mut().enumerate() {
        if verdict.outcome.is_none() {
            *verdict = alone(book, &columns.row(row), readings);
        }
    }
    verdicts
}

fn alone(book: &Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> Verdict {
    let Answer::Decided(outcome) = Decision::make(book, facts, readings).answer else {
        return UNDECIDED;
    };
    let partial = book.partial(facts, readings);
    let applies = |node: &crate::Node| partial.truth(*node) == Some(true);
    let first = partial.roots.requirements.iter().position(applies);
    Verdict {
        outcome: Some(outcome),
        requirement: first.and_then(|r| u16::try_from(r).ok()),
    }
}

/// How the value of a variable comes out of a row.
enum Read<'c> {
    /// The class of a country.
    Country(&'c [Option<Country>], Box<[u32; Country::COUNT]>),
    Choice(&'c [Option<u8>]),
    Flag(&'c [Option<bool>]),
    /// A sum of columns in one unit, each with its factor, among thresholds in that unit; which
    /// rows are known, column by column.
    Sum(Vec<(&'c [i64], i64)>, Cuts, Vec<&'c [bool]>),
    /// Values worked out beforehand.
    Given(Vec<u32>),
    /// Not known in any row.
    Unknown,
}

/// One variable, and where each place leads for each of its values.
struct Level<'c> {
    read: Read<'c>,
    /// The value that says "unknown": one past the last.
    unknown: u32,
    /// Places are so many bits apart in the table.
    shift: u32,
    next: Vec<u32>,
}

/// The restricted diagram, level by level.
struct Levels<'c> {
    levels: Vec<Level<'c>>,
    /// The verdicts of the places after the last level.
    verdicts: Vec<Verdict>,
}

/// Rows that take a step together.
const BLOCK: usize = 1024;

/// More entries than these in all levels, and the rows are decided one by one.
const ENTRIES_MAX: usize = 1 << 24;

/// A place between two levels: on the way, at a leaf, or stopped at an unknown fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    At(Part),
    Stopped,
}

impl<'c> Levels<'c> {
    fn new(book: &Rulebook, columns: &'c Columns, readings: &Arc<[usize]>) -> Option<Levels<'c>> {
        let small = restrict(book, columns, readings)?;
        let mut variables: Vec<Variable> = small.inner.iter().map(|(v, _)| *v).collect();
        variables.sort_unstable();
        variables.dedup();
        let mut places = vec![Place::At(small.top)];
        let (mut levels, mut entries) = (Vec::with_capacity(variables.len()), 0);
        for variable in variables {
            let arity = usize::from(book.variables.asked[usize::from(variable)].arity);
            let shift = (arity + 1).next_power_of_two().trailing_zeros();
            entries += places.len() << shift;
            if entries > ENTRIES_MAX {
                return None;
            }
            let read = read(book, columns, variable);
            let mut after: Vec<Place> = Vec::new();
            let mut numbers: FxHashMap<Place, u32> = FxHashMap::default();
            let mut number = |place: Place| {
                *numbers.entry(place).or_insert_with(|| {
                    after.push(place);
                    u32::try_from(after.len() - 1).unwrap_or(u32::MAX)
                })
            };
            let mut next = vec![0; places.len() << shift];
            for (at, place) in places.iter().enumerate() {
                let row = &mut next[at << shift..][..1 << shift];
                let parts = match place {
                    Place::At(Part::Inner(at)) if small.inner[*at].0 == variable => {
                        Some(&small.inner[*at].1)
                    }
                    _ => None,
                };
                for (value, to) in row.iter_mut().enumerate() {
                    *to = number(match parts {
                        None => *place,
                        Some(parts) if value < arity && parts.len() == arity => {
                            Place::At(parts[value])
                        }
                        Some(_) => Place::Stopped,
                    });
                }
            }
            levels.push(Level {
                read,
                unknown: u32::try_from(arity).unwrap_or(u32::MAX),
                shift,
                next,
            });
            places = after;
        }
        let verdict = |place: &Place| match place {
            Place::At(Part::Leaf(code)) => Verdict {
                outcome: Some(book.outcomes[(code / REASON_STRIDE) as usize]),
                requirement: (code % REASON_STRIDE)
                    .checked_sub(1)
                    .and_then(|r| u16::try_from(r).ok()),
            },
            _ => UNDECIDED,
        };
        Some(Levels {
            levels,
            verdicts: places.iter().map(verdict).collect(),
        })
    }

    fn walk(&self, rows: usize) -> Vec<Verdict> {
        let mut verdicts = Vec::with_capacity(rows);
        let mut block = [0_u32; BLOCK];
        let mut sums = [0_i64; BLOCK];
        for from in (0..rows).step_by(BLOCK) {
            let count = BLOCK.min(rows - from);
            let at = &mut block[..count];
            at.fill(0);
            for level in &self.levels {
                level.step(from, at, &mut sums[..count]);
            }
            verdicts.extend(at.iter().map(|at| self.verdicts[*at as usize]));
        }
        verdicts
    }
}

impl Level<'_> {
    /// Every row of a block takes its step.
    fn step(&self, from: usize, at: &mut [u32], sums: &mut [i64]) {
        let (rows, unknown) = (from..from + at.len(), self.unknown);
        let go = |at: &mut u32, value: u32| {
            *at = self.next[((*at as usize) << self.shift) | value as usize];
        };
        match &self.read {
            Read::Country(values, classes) => {
                for (at, country) in at.iter_mut().zip(&values[rows]) {
                    go(at, country.map_or(unknown, |c| classes[c.index()]));
                }
            }
            Read::Choice(values) => {
                for (at, choice) in at.iter_mut().zip(&values[rows]) {
                    go(at, choice.map_or(unknown, u32::from).min(unknown));
                }
            }
            Read::Flag(values) => {
                for (at, flag) in at.iter_mut().zip(&values[rows]) {
                    go(at, flag.map_or(unknown, u32::from));
                }
            }
            Read::Sum(columns, cuts, known) => {
                let sums = match columns.as_slice() {
                    [(values, 1)] => &values[rows.clone()],
                    columns => {
                        sums.fill(0);
                        for (values, factor) in columns {
                            for (sum, value) in sums.iter_mut().zip(&values[rows.clone()]) {
                                *sum += value * factor;
                            }
                        }
                        sums
                    }
                };
                if known.is_empty() {
                    match cuts {
                        Cuts::Four(cuts) => self.intervals(at, sums, cuts),
                        Cuts::Eight(cuts) => self.intervals(at, sums, cuts),
                        Cuts::Sixteen(cuts) => self.intervals(at, sums, cuts),
                        Cuts::Many(cuts) => {
                            for (at, sum) in at.iter_mut().zip(sums) {
                                go(at, small(cuts.partition_point(|cut| cut <= sum)));
                            }
                        }
                    }
                } else {
                    for (row, (at, sum)) in rows.zip(at.iter_mut().zip(sums)) {
                        let all = known.iter().all(|known| known[row]);
                        go(at, if all { cuts.reached(*sum) } else { unknown });
                    }
                }
            }
            Read::Given(values) => {
                for (at, value) in at.iter_mut().zip(&values[rows]) {
                    go(at, *value);
                }
            }
            Read::Unknown => at.iter_mut().for_each(|at| go(at, unknown)),
        }
    }
}

impl Level<'_> {
    #[inline]
    fn intervals<const N: usize>(&self, at: &mut [u32], sums: &[i64], cuts: &[i64; N]) {
        for (at, sum) in at.iter_mut().zip(sums) {
            let value = reached(cuts, *sum);
            *at = self.next[((*at as usize) << self.shift) | value];
        }
    }
}

/// Ascending thresholds, filled up with one that no sum reaches.
enum Cuts {
    Four([i64; 4]),
    Eight([i64; 8]),
    Sixteen([i64; 16]),
    Many(Vec<i64>),
}

impl Cuts {
    fn new(cuts: Vec<i64>) -> Cuts {
        fn filled<const N: usize>(cuts: &[i64]) -> [i64; N] {
            let mut all = [i64::MAX; N];
            all[..cuts.len()].copy_from_slice(cuts);
            all
        }
        match cuts.len() {
            0..=4 => Cuts::Four(filled(&cuts)),
            5..=8 => Cuts::Eight(filled(&cuts)),
            9..=16 => Cuts::Sixteen(filled(&cuts)),
            _ => Cuts::Many(cuts),
        }
    }

    fn reached(&self, sum: i64) -> u32 {
        small(match self {
            Cuts::Four(cuts) => reached(cuts, sum),
            Cuts::Eight(cuts) => reached(cuts, sum),
            Cuts::Sixteen(cuts) => reached(cuts, sum),
            Cuts::Many(cuts) => cuts.partition_point(|cut| *cut <= sum),
        })
    }
}

/// How many of ascending thresholds a sum reaches, by halves and without a branch; `N` is a power
/// of two.
#[inline]
fn reached<const N: usize>(cuts: &[i64; N], sum: i64) -> usize {
    let (mut below, mut half) = (0, N / 2);
    while half > 0 {
        below += half * usize::from(cuts[below + half - 1] <= sum);
        half /= 2;
    }
    below + usize::from(cuts[below] <= sum)
}

fn small(value: usize) -> u32 {
    u32::try_from(value).unwrap_or(u32::MAX)
}

/// The diagram of outcome and reason under what all rows share; none when they are not common.
fn restrict(book: &Rulebook, columns: &Columns, readings: &[usize]) -> Option<Restricted> {
    if *readings != *book.variables.defaults || columns.rows == 0 {
        return None;
    }
    let which = book.fits(&columns.row(0))?;
    // A rare fact that differs by row may leave the common case.
    let rare = |fact: Fact| match fact {
        Fact::Country(f) => f.info().same_as.is_some() && columns.shared.is_same(f),
        Fact::Flag(f) => crate::rulebook::is_rare(f),
        Fact::Choice(f) => crate::rulebook::is_rare_choice(f),
        Fact::Number(_) | Fact::Text(_) => false,
    };
    let differing = columns.countries.iter().map(|(f, _)| Fact::Country(*f));
    let differing = differing.chain(columns.flags.iter().map(|(f, _)| Fact::Flag(*f)));
    let mut differing = differing.chain(columns.choices.iter().map(|(f, _)| Fact::Choice(*f)));
    if differing.any(rare) {
        return None;
    }
    let common = book.common(which);
    let variables = &book.variables;
    Some(restricted(
        &common.diagrams,
        common.roots.reason,
        &mut |v| {
            if variables.reads(v).iter().any(|f| columns.varies(*f)) {
                Known::Any
            } else {
                variables.known(v, &columns.shared, readings)
            }
        },
    ))
}

/// How a variable that is left is read.
fn read<'c>(book: &Rulebook, columns: &'c Columns, variable: Variable) -> Read<'c> {
    let asked = &book.variables.asked[usize::from(variable)];
    match &asked.question {
        Question::Country(fact) => match column(&columns.countries, *fact) {
            Some(values) => {
                let mut classes = Box::new([0; Country::COUNT]);
                for country in (0..Country::COUNT).filter_map(Country::from_index) {
                    classes[country.index()] = small(book.variables.class(country));
                }
                Read::Country(values, classes)
            }
            None => Read::Unknown,
        },
        Question::Choice(fact) => {
            column(&columns.choices, *fact).map_or(Read::Unknown, |v| Read::Choice(v))
        }
        Question::Flag(fact) => {
            column(&columns.flags, *fact).map_or(Read::Unknown, |v| Read::Flag(v))
        }
        Question::Amount(terms) => {
            if !terms.iter().any(|(f, _)| columns.varies(Fact::Number(*f))) {
                return Read::Unknown;
            }
            sum(columns, terms, &asked.cuts).unwrap_or_else(|| {
                let unknown = small(usize::from(asked.arity));
                let value = |row| book.variables.value(variable, &columns.row(row), &[]);
                let value = |row| value(row).map_or(unknown, small);
                Read::Given((0..columns.rows).map(value).collect())
            })
        }
        Question::Text(..) | Question::Intermediary(..) | Question::Reading(_) => Read::Unknown,
    }
}

/// A number that no value of a column is larger than, either side of zero.
fn no_less(values: &[i64]) -> u64 {
    // Where none is negative, all their bits together are enough, and quick to find.
    let bits = values.iter().fold(0, |bits, value| bits | value);
    match u64::try_from(bits) {
        Ok(bits) => bits,
        Err(_) => values.iter().map(|v| v.unsigned_abs()).max().unwrap_or(0),
    }
}

/// A linear form on 64-bit columns; none where a sum could leave them, or a column is wide.
fn sum<'c>(columns: &'c Columns, terms: &[(NumberFact, i64)], cuts: &[i128]) -> Option<Read<'c>> {
    let of = |fact| column(&columns.numbers, fact);
    let mut finest = 0;
    for (fact, _) in terms {
        if let Some(Numbers::Small { decimals, .. }) = of(*fact) {
            finest = finest.max(*decimals);
        }
    }
    let unit_of_sum = unit(finest);
    let (mut parts, mut known, mut fixed, mut most) = (Vec::new(), Vec::new(), 0_i128, 0_i128);
    for (fact, factor) in terms {
        match of(*fact) {
            Some(Numbers::Small {
                values,
                decimals,
                known: here,
            }) => {
                let factor = i128::from(*factor) * (unit(*decimals) / unit_of_sum);
                let factor = i64::try_from(factor).ok()?;
                most += i128::from(no_less(values)) * i128::from(factor.unsigned_abs());
                parts.push((values.as_slice(), factor));
                known.extend(here.as_deref());
            }
            Some(Numbers::Wide(_)) => return None,
            // Unknown or undefined for every row: found row by row.
            None => {
                let shared = columns.shared.number(*fact)?.raw();
                fixed = shared
                    .checked_mul(i128::from(*factor))
                    .and_then(|term| fixed.checked_add(term))?;
            }
        }
    }
    i64::try_from(most).ok()?;
    // A threshold beyond what fits is reached by no sum, or by every one.
    let cut = |cut: &i128| -> Option<i64> {
        let left = cut.checked_sub(fixed)?;
        let up = left.div_euclid(unit_of_sum) + i128::from(left.rem_euclid(unit_of_sum) != 0);
        let clamped = up.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
        i64::try_from(clamped).ok()
    };
    let cuts = cuts.iter().map(cut).collect::<Option<Vec<i64>>>()?;
    // The largest value is never a sum, so that a threshold clamped to it is never reached.
    let fits = most < i128::from(i64::MAX);
    fits.then(|| Read::Sum(parts, Cuts::new(cuts), known))
}
