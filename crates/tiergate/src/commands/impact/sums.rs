//! Exact sums over orders, and what they are grouped by.

use std::collections::BTreeMap;
use std::fmt;

use rustc_hash::FxHashMap;
use tiergate_law::{Country, Date, Num};

use super::change::{CHANGES, Change};
use crate::verdict::OUTCOMES;

/// Parts of one: numbers are decimals in steps of this.
const NANOS: i128 = 1_000_000_000;

/// A sum of amounts, of which some may be unknown.
///
/// Amounts are at most 1e28, so that ten billion of them fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sum {
    whole: i128,
    /// Billionths, below one.
    nanos: i128,
    /// Orders that give an amount.
    pub known: u64,
    /// Orders that give none.
    pub unknown: u64,
}

impl Sum {
    /// Adds the amount of one order.
    pub fn add(&mut self, amount: Option<Num>) {
        let Some(amount) = amount else {
            self.unknown += 1;
            return;
        };
        // The stored form has one bit below the billionths.
        let nanos = amount.raw() >> 1;
        self.known += 1;
        self.plus(nanos.div_euclid(NANOS), nanos.rem_euclid(NANOS));
    }

    fn plus(&mut self, whole: i128, nanos: i128) {
        let nanos = self.nanos + nanos;
        self.whole = self.whole.saturating_add(whole + nanos / NANOS);
        self.nanos = nanos % NANOS;
    }

    /// Nearly the sum, for drawings.
    pub fn approximate(&self) -> f64 {
        self.whole as f64
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Sum) {
        self.plus(other.whole, other.nanos);
        self.known += other.known;
        self.unknown += other.unknown;
    }
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Below zero, the whole part is rounded down and the billionths count up from it.
        let (whole, nanos) = match (self.whole < 0, self.nanos) {
            (true, 1..) => (self.whole + 1, NANOS - self.nanos),
            _ => (self.whole, self.nanos),
        };
        let sign = if self.whole < 0 && whole == 0 {
            "-"
        } else {
            ""
        };
        if nanos == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{nanos:09}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// Orders with their TPP and value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub orders: u64,
    pub tpp: Sum,
    pub value: Sum,
}

impl Totals {
    /// Adds one order.
    pub fn add(&mut self, tpp: Option<Num>, value: Option<Num>) {
        self.orders += 1;
        self.tpp.add(tpp);
        self.value.add(value);
    }

    /// Adds others.
    pub fn merge(&mut self, other: &Totals) {
        self.orders += other.orders;
        self.tpp.merge(&other.tpp);
        self.value.merge(&other.value);
    }

    /// The sum of several.
    pub fn of<'t>(parts: impl IntoIterator<Item = &'t Totals>) -> Totals {
        let mut sum = Totals::default();
        parts.into_iter().for_each(|part| sum.merge(part));
        sum
    }
}

/// Totals by what becomes of the orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes(pub [Totals; CHANGES]);

impl Changes {
    /// The orders with this change.
    pub const fn of(&self, change: Change) -> &Totals {
        &self.0[change as usize]
    }

    /// All of them.
    pub fn all(&self) -> Totals {
        Totals::of(&self.0)
    }

    /// Those that surely change.
    pub fn changed(&self) -> Totals {
        let sure = Change::ALL.into_iter().filter(|c| c.is_sure());
        Totals::of(sure.map(|c| self.of(c)))
    }

    pub fn merge(&mut self, other: &Changes) {
        self.0
            .iter_mut()
            .zip(&other.0)
            .for_each(|(a, b)| a.merge(b));
    }
}

/// From when on the answers of an order differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum First {
    /// They surely differ from this day on.
    On(Date),
    /// On no day that was looked at do they surely differ, and on some that is unknown.
    Unknown,
    /// They are the same on every day looked at.
    Never,
}

/// Two answers of one order in words, and what they amount to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    /// Both in a few words.
    pub cells: [String; 2],
    /// The places of their outcomes.
    pub outcomes: [usize; 2],
    pub change: Change,
    /// The facts each lacks; none where nothing is open.
    pub missing: [Vec<&'static str>; 2],
    /// Whether each leaves something open.
    pub open: [bool; 2],
}

/// Everything that is summed.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    by_country: Vec<Changes>,
    by_headquarters: Vec<Changes>,
    by_chip: FxHashMap<u64, Changes>,
    by_first: BTreeMap<First, Totals>,
    /// Each pair of answers that occurred.
    by_pair: Vec<(Pair, Totals)>,
    /// Their places.
    pairs: FxHashMap<Pair, usize>,
    /// Orders for which a law, the first or the second, is a proposal not yet adopted.
    not_adopted: [u64; 2],
}

/// What an order is grouped by.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    pub destination: Option<Country>,
    pub headquarters: Option<Country>,
    /// The key of the chip's name; zero when there is none.
    pub chip: u64,
    pub pair: usize,
    pub first: First,
}

fn at(groups: &mut Vec<Changes>, country: Option<Country>) -> &mut Changes {
    let place = country.map_or(0, |c| c.index() + 1);
    if groups.len() <= place {
        groups.resize_with(place + 1, Changes::default);
    }
    &mut groups[place]
}

fn countries(groups: &[Changes]) -> Vec<(Option<Country>, &Changes)> {
    let named = groups.iter().enumerate();
    named
        .filter(|(_, changes)| changes.all().orders > 0)
        .map(|(place, changes)| (place.checked_sub(1).and_then(Country::from_index), changes))
        .collect()
}

impl Tally {
    /// The place of a pair of answers.
    pub fn pair(&mut self, pair: Pair) -> usize {
        let next = self.by_pair.len();
        let place = *self.pairs.entry(pair.clone()).or_insert(next);
        if place == next {
            self.by_pair.push((pair, Totals::default()));
        }
        place
    }

    /// What the pair at a place amounts to.
    pub fn change(&self, pair: usize) -> Change {
        self.by_pair[pair].0.change
    }

    /// Counts an order for which these laws are proposals not yet adopted.
    pub fn add_not_adopted(&mut self, laws: [bool; 2]) {
        for (count, is) in self.not_adopted.iter_mut().zip(laws) {
            *count += u64::from(is);
        }
    }

    /// Orders for which a law, the first or the second, is a proposal not yet adopted.
    pub const fn not_adopted(&self) -> [u64; 2] {
        self.not_adopted
    }

    /// Adds one order.
    pub fn add(&mut self, of: Of, tpp: Option<Num>, value: Option<Num>) {
        let (pair, totals) = &mut self.by_pair[of.pair];
        let change = pair.change as usize;
        totals.add(tpp, value);
        at(&mut self.by_country, of.destination).0[change].add(tpp, value);
        at(&mut self.by_headquarters, of.headquarters).0[change].add(tpp, value);
        self.by_chip.entry(of.chip).or_default().0[change].add(tpp, value);
        self.by_first.entry(of.first).or_default().add(tpp, value);
    }

    /// Adds another tally.
    pub fn merge(&mut self, other: Tally) {
        for (mine, theirs) in [
            (&mut self.by_country, &other.by_country),
            (&mut self.by_headquarters, &other.by_headquarters),
        ] {
            mine.resize_with(mine.len().max(theirs.len()), Changes::default);
            mine.iter_mut().zip(theirs).for_each(|(a, b)| a.merge(b));
        }
        for (mine, theirs) in self.not_adopted.iter_mut().zip(other.not_adopted) {
            *mine += theirs;
        }
        for (chip, changes) in other.by_chip {
            self.by_chip.entry(chip).or_default().merge(&changes);
        }
        for (first, totals) in other.by_first {
            self.by_first.entry(first).or_default().merge(&totals);
        }
        for (pair, totals) in other.by_pair {
            let place = self.pair(pair);
            self.by_pair[place].1.merge(&totals);
        }
    }

    /// How many orders.
    pub fn orders(&self) -> u64 {
        self.by_pair.iter().map(|(_, totals)| totals.orders).sum()
    }

    /// By what becomes of them.
    pub fn changes(&self) -> Changes {
        let mut changes = Changes::default();
        for (pair, totals) in &self.by_pair {
            changes.0[pair.change as usize].merge(totals);
        }
        changes
    }

    /// By outcome before and after.
    pub fn matrix(&self) -> [[Totals; OUTCOMES]; OUTCOMES] {
        let mut matrix = [[Totals::default(); OUTCOMES]; OUTCOMES];
        for (pair, totals) in &self.by_pair {
            let [before, after] = pair.outcomes;
            matrix[before][after].merge(totals);
        }
        matrix
    }

    /// By the answers in a few words, the most orders first.
    pub fn answers(&self) -> Vec<(&[String; 2], Change, Totals)> {
        let mut found: BTreeMap<(&[String; 2], Change), Totals> = BTreeMap::new();
        for (pair, totals) in self.by_pair.iter().filter(|(_, t)| t.orders > 0) {
            found
                .entry((&pair.cells, pair.change))
                .or_default()
                .merge(totals);
        }
        let mut answers: Vec<_> = found.into_iter().map(|((c, k), t)| (c, k, t)).collect();
        answers.sort_by_key(|(_, _, totals)| std::cmp::Reverse(totals.orders));
        answers
    }

    pub fn countries(&self) -> Vec<(Option<Country>, &Changes)> {
        countries(&self.by_country)
    }

    pub fn headquarters(&self) -> Vec<(Option<Country>, &Changes)> {
        countries(&self.by_headquarters)
    }

    /// By chip, each with the key of its name.
    pub fn chips(&self) -> impl Iterator<Item = (u64, &Changes)> {
        self.by_chip.iter().map(|(chip, changes)| (*chip, changes))
    }

    pub const fn first(&self) -> &BTreeMap<First, Totals> {
        &self.by_first
    }

    /// Orders that leave something open: under the first law, the second, either.
    pub fn open(&self) -> [u64; 3] {
        let count = |is: &dyn Fn(&Pair) -> bool| {
            let open = self.by_pair.iter().filter(|(pair, _)| is(pair));
            open.map(|(_, totals)| totals.orders).sum()
        };
        [
            count(&|p| p.open[0]),
            count(&|p| p.open[1]),
            count(&|p| p.open[0] || p.open[1]),
        ]
    }

    /// The facts that are missing, each with the orders that lack it under either law, the first
    /// and the second.
    pub fn missing(&self) -> Vec<(&'static str, [u64; 3])> {
        let mut found: BTreeMap<&'static str, [u64; 3]> = BTreeMap::new();
        for (pair, totals) in &self.by_pair {
            let [before, after] = &pair.missing;
            for fact in before {
                let counts = found.entry(fact).or_default();
                counts[0] += totals.orders;
                counts[1] += totals.orders;
            }
            for fact in after {
                let counts = found.entry(fact).or_default();
                counts[2] += totals.orders;
                if !before.contains(fact) {
                    counts[0] += totals.orders;
                }
            }
        }
        let mut missing: Vec<_> = found.into_iter().filter(|(_, n)| n[0] > 0).collect();
        missing.sort_by_key(|(_, counts)| std::cmp::Reverse(counts[0]));
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(amounts: &[&str]) -> Sum {
        let mut sum = Sum::default();
        amounts.iter().for_each(|a| sum.add(a.parse().ok()));
        sum
    }

    #[test]
    fn sums_are_exact_and_leave_out_what_is_unknown() {
        let found = sum(&["0.1", "0.2", "none", "0.7"]);
        assert_eq!(
            (found.to_string().as_str(), found.known, found.unknown),
            ("1", 3, 1)
        );
        assert_eq!(sum(&["0.000000001"; 3]).to_string(), "0.000000003");
        assert_eq!(sum(&["-0.5"]).to_string(), "-0.5");
        assert_eq!(sum(&["-2.25", "1"]).to_string(), "-1.25");
        // Far beyond what a float holds exactly, and beyond the range of one number.
        let large = sum(&["1e28"; 9]).to_string();
        assert_eq!(large, "90000000000000000000000000000");
        assert_eq!(
            sum(&["9007199254740993", "0.01"]).to_string(),
            "9007199254740993.01"
        );
    }

    #[test]
    fn parts_sum_to_the_whole_in_any_order() {
        let amounts = ["1.5", "none", "2.75", "0.000000001", "1e20", "-3"];
        for split in 0..=amounts.len() {
            let (left, right) = amounts.split_at(split);
            let mut both = sum(right);
            both.merge(&sum(left));
            assert_eq!(both, sum(&amounts));
        }
    }
}
