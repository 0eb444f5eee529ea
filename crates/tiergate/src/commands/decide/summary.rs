//! Counts by outcome, by destination and by law.

use std::fmt::Write;

use anyhow::Result;
use tiergate_law::Country;
use tiergate_order::Catalog;

use crate::report::count;
use crate::style::grouped;
use crate::table::Table;
use crate::verdict::{Light, OUTCOMES, light, outcome_word};

/// How many orders had each outcome, by law.
pub type Tally = Vec<[u64; OUTCOMES]>;

/// What became of the orders so far.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Orders decided.
    pub orders: u64,
    /// By place of the destination; first, those without one.
    by_country: Vec<Tally>,
}

impl Summary {
    /// Counts one order; the outcomes by law are to be counted in what this gives.
    pub fn order(&mut self, country: Option<Country>, laws: usize) -> &mut Tally {
        self.orders += 1;
        let tally = self.tally(country.map_or(0, |c| c.index() + 1));
        tally.resize(laws, [0; OUTCOMES]);
        tally
    }

    fn tally(&mut self, place: usize) -> &mut Tally {
        if self.by_country.len() <= place {
            self.by_country.resize(place + 1, Tally::new());
        }
        &mut self.by_country[place]
    }

    /// Adds the counts of another.
    pub fn merge(&mut self, other: &Summary) {
        self.orders += other.orders;
        for (place, tally) in other.by_country.iter().enumerate() {
            let sums = self.tally(place);
            sums.resize(tally.len().max(sums.len()), [0; OUTCOMES]);
            for (sum, more) in sums.iter_mut().zip(tally) {
                sum.iter_mut().zip(more).for_each(|(a, b)| *a += b);
            }
        }
    }

    /// The destinations that occur, with their counts.
    fn countries(&self) -> impl Iterator<Item = (Option<Country>, &Tally)> {
        let all = self.by_country.iter().enumerate();
        all.filter(|(_, tally)| !tally.is_empty())
            .map(|(place, tally)| (place.checked_sub(1).and_then(Country::from_index), tally))
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
        for (_, tally) in self.countries() {
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
        for (country, tally) in self.countries() {
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
            Light::License | Light::Prohibited => 1,
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
