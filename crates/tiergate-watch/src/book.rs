//! The parties and consignments to be watched, brought into one order: how they came in shows in no
//! finding.

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::party::{Consignment, Party};

/// A consignment in brief.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Place of the consignee.
    pub party: u32,
    /// Day of shipment.
    pub day: i32,
    /// Calendar year of shipment.
    pub year: i16,
    /// Amount.
    pub tpp: u64,
    /// Place of its forwarder among [`Book::forwarders`].
    pub forwarder: Option<u32>,
}

/// Parties and consignments, sorted and joined.
///
/// A consignee that no party describes is a party of which nothing is known but its id.
///
/// ```
/// use jiff::civil::Date;
/// use tiergate_watch::{Book, Consignment, Party};
/// let orders = vec![Consignment::new("c1", Date::constant(2026, 3, 1), "p1", 10)];
/// let book = Book::new(vec![Party::new("p2", "Velmora", "MY")], orders);
/// assert_eq!(book.parties.len(), 2);
/// assert_eq!(book.undescribed, 1);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// The parties by id.
    pub parties: Vec<Party>,
    /// The consignments by consignee, then date, then id; as they came, in the same order.
    pub consignments: Vec<Consignment>,
    /// Forwarders of consignments.
    pub forwarders: Vec<String>,
    /// How many consignees no party describes.
    pub undescribed: usize,
    pub(crate) rows: Vec<Row>,
    /// Where the rows of each party begin, and one more.
    pub(crate) starts: Vec<u32>,
}

impl Book {
    /// Joins them. Of parties and consignments with the same id the first is kept.
    #[must_use]
    pub fn new(mut parties: Vec<Party>, mut consignments: Vec<Consignment>) -> Book {
        parties.sort_by(|a, b| a.id.cmp(&b.id));
        parties.dedup_by(|later, first| later.id == first.id);
        let mut places: FxHashMap<&str, u32> = FxHashMap::default();
        for (party, at) in parties.iter().zip(0..) {
            places.insert(&party.id, at);
        }
        let unknown: FxHashSet<&str> = consignments
            .iter()
            .map(|c| c.consignee.as_str())
            .filter(|id| !places.contains_key(id))
            .collect();
        let undescribed = unknown.len();
        if undescribed > 0 {
            let more: Vec<Party> = unknown.iter().map(|id| Party::new(id, "", "")).collect();
            parties.extend(more);
            parties.sort_by(|a, b| a.id.cmp(&b.id));
        }
        let mut places: FxHashMap<&str, u32> = FxHashMap::default();
        for (party, at) in parties.iter().zip(0..) {
            places.insert(&party.id, at);
        }
        let mut order: Vec<(u32, i32, usize)> = consignments
            .iter()
            .enumerate()
            .map(|(at, c)| {
                let party = places.get(c.consignee.as_str()).copied();
                (party.unwrap_or_default(), day(c.date), at)
            })
            .collect();
        order.sort_unstable_by(|a, b| {
            let by_id = || consignments[a.2].id.cmp(&consignments[b.2].id);
            (a.0, a.1)
                .cmp(&(b.0, b.1))
                .then_with(by_id)
                .then(a.2.cmp(&b.2))
        });
        let mut seen: FxHashSet<&str> = FxHashSet::default();
        order.retain(|(_, _, at)| seen.insert(&consignments[*at].id));
        let mut names: FxHashMap<&str, u32> = FxHashMap::default();
        let mut forwarders: Vec<String> = Vec::new();
        let mut rows = Vec::with_capacity(order.len());
        let mut starts = vec![0; parties.len() + 1];
        for (party, day, at) in &order {
            let c = &consignments[*at];
            let forwarder = c.forwarder.as_deref().map(|name| {
                *names.entry(name).or_insert_with(|| {
                    forwarders.push(name.to_owned());
                    forwarders.len() as u32 - 1
                })
            });
            starts[*party as usize + 1] += 1;
            rows.push(Row {
                party: *party,
                day: *day,
                year: c.date.year(),
                tpp: c.tpp,
                forwarder,
            });
        }
        let mut unsorted: Vec<Option<Consignment>> = std::mem::take(&mut consignments)
            .into_iter()
            .map(Some)
            .collect();
        let sorted = order.iter().filter_map(|(_, _, at)| unsorted[*at].take());
        let consignments = sorted.collect();
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Book {
            parties,
            consignments,
            forwarders,
            undescribed,
            rows,
            starts,
        }
    }

    /// The rows of a party, by date.
    pub(crate) fn rows_of(&self, party: u32) -> &[Row] {
        &self.rows[self.range_of(party)]
    }

    /// Where the rows and consignments of a party stand.
    pub(crate) fn range_of(&self, party: u32) -> std::ops::Range<usize> {
        self.starts[party as usize] as usize..self.starts[party as usize + 1] as usize
    }
}

/// The number of a day, counted from 1 January 1970.
pub fn day(date: Date) -> i32 {
    let (year, month) = (i32::from(date.year()), i32::from(date.month()));
    // Years begin in March, so that a leap day is the last of its year.
    let year = if month <= 2 { year - 1 } else { year };
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + i32::from(date.day()) - 1;
    let era = year.div_euclid(400);
    let in_era = year.rem_euclid(400);
    era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        let start = Date::constant(1970, 1, 1);
        for date in [
            Date::constant(1970, 1, 1),
            Date::constant(2024, 2, 29),
            Date::constant(2024, 3, 1),
            Date::constant(2025, 12, 31),
            Date::constant(1899, 12, 31),
        ] {
            let by_calendar = date.since(start).unwrap().get_days();
            assert_eq!(day(date), by_calendar, "{date}");
        }
    }
}
