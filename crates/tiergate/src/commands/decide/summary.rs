//! Counts by outcome, by destination and by law.

use std::collections::BTreeMap;
use std::fmt::Write;

use anyhow::Result;
use tiergate_engine::OUTCOME_WORDS;
use tiergate_law::Country;
use tiergate_order::Catalog;

use crate::report::count;
use crate::style::grouped;
use crate::table::Table;
use crate::verdict::{Light, light};

/// Outcome words with `indeterminate`.
pub const OUTCOMES: usize = OUTCOME_WORDS.len() + 1;

/// The place of an outcome word.
pub fn outcome_place(word: &str) -> usize {
    OUTCOME_WORDS
        .iter()
        .position(|w| *w == word)
        .unwrap_or(OUTCOMES - 1)
}

fn outcome_word(place: usize) -> &'static str {
    OUTCOME_WORDS.get(place).copied().unwrap_or("indeterminate")
}

/// How many orders had each outcome, by law.
pub type Tally = Vec<[u64; OUTCOMES]>;

/// What became of the orders so far.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Orders decided.
    pub orders: u64,
    /// Rows that could not be read.
    pub bad: u64,
    by_country: BTreeMap<Option<Country>, Tally>,
}

impl Summary {
    /// Adds the counts of a destination.
    pub fn add(&mut self, country: Option<Country>, tally: &Tally) {
        let sums = self.by_country.entry(country).or_default();
        sums.resize(tally.len().max(sums.len()), [0; OUTCOMES]);
        for (sum, more) in sums.iter_mut().zip(tally) {
            sum.iter_mut().zip(more).for_each(|(a, b)| *a += b);
        }
    }

    /// Adds one order.
    pub fn order(&mut self, country: Option<Country>, outcomes: impl Iterator<Item = usize>) {
        self.orders += 1;
        let sums = self.by_country.entry(country).or_default();
        for (law, outcome) in outcomes.enumerate() {
            if sums.len() <= law {
                sums.resize(law + 1, [0; OUTCOMES]);
            }
            sums[law][outcome] += 1;
        }
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Summary) {
        self.orders += other.orders;
        self.bad += other.bad;
        other
            .by_country
            .iter()
            .for_each(|(country, tally)| self.add(*country, tally));
    }

    /// One line on what was done.
    pub fn line(&self, laws: usize) -> String {
        let mut line = format!("{} decided", count(self.orders, "order", "orders"));
        if laws > 1 {
            line.push_str(&format!(" under {laws} laws"));
        }
        if self.bad > 0 {
            let rows = count(self.bad, "row", "rows");
            line.push_str(&format!("; {rows} could not be read, reported above"));
        }
        line
    }

    /// The tables: outcomes by law, destinations by law; under many laws, destinations show only
    /// how many orders may go.
    pub fn render(
        &self,
        titles: &[String],
        catalog: &Catalog,
        width: usize,
        many: bool,
    ) -> Result<String> {
        let mut text = format!("Outcomes of {}\n", count(self.orders, "order", "orders"));
        let right: Vec<String> = titles.iter().map(|t| format!(">{t}")).collect();
        let head = |first: &str| {
            let first = std::iter::once(first.to_owned());
            first.chain(right.iter().cloned()).collect::<Vec<_>>()
        };
        let mut table = Table::new(&head("outcome"));
        let mut totals: Tally = vec![[0; OUTCOMES]; titles.len()];
        for tally in self.by_country.values() {
            for (sum, more) in totals.iter_mut().zip(tally) {
                sum.iter_mut().zip(more).for_each(|(a, b)| *a += b);
            }
        }
        for outcome in 0..OUTCOMES {
            if totals.iter().any(|t| t[outcome] > 0) {
                let cells = totals.iter().map(|t| grouped(&t[outcome].to_string()));
                table.row(std::iter::once(outcome_word(outcome).to_owned()).chain(cells));
            }
        }
        text.push_str(&table.render(width, 1));
        let shown = if many {
            "may go"
        } else {
            "may go / license or prohibited / unknown"
        };
        writeln!(text, "\nBy destination: {shown}")?;
        let mut columns = head("destination");
        columns.insert(1, ">orders".to_owned());
        let mut table = Table::new(&columns);
        for (country, tally) in &self.by_country {
            let name = country.map_or_else(
                || "not given".to_owned(),
                |c| format!("{c} {}", catalog.country_name(c)),
            );
            let orders: u64 = tally.first().map_or(0, |t| t.iter().sum());
            let cells = (0..titles.len()).map(|law| {
                let counts = lights(tally.get(law));
                if many {
                    part(counts[0])
                } else {
                    counts.map(part).join(" / ")
                }
            });
            table.row(
                [name, grouped(&orders.to_string())]
                    .into_iter()
                    .chain(cells),
            );
        }
        text.push_str(&table.render(width, 2));
        Ok(text)
    }
}

/// How many may go, may not, and are open.
fn lights(tally: Option<&[u64; OUTCOMES]>) -> [u64; 3] {
    let mut counts = [0; 3];
    for (place, n) in tally.iter().flat_map(|t| t.iter().enumerate()) {
        let at = match light(outcome_word(place)) {
            Light::Go => 0,
            Light::Stop => 1,
            Light::Open => 2,
        };
        counts[at] += n;
    }
    counts
}

fn part(n: u64) -> String {
    if n == 0 {
        "-".to_owned()
    } else {
        grouped(&n.to_string())
    }
}
