//! What was received in a calendar year and in any twelve months.

use serde::Serialize;

use crate::book::{Book, Row};

/// What a party received in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct YearSum {
    /// Calendar year.
    pub year: i16,
    /// Amount.
    pub tpp: u128,
}

/// The yearly sums of each party, by year.
pub fn yearly(book: &Book) -> Vec<Vec<YearSum>> {
    (0..book.parties.len() as u32)
        .map(|party| {
            let mut sums: Vec<YearSum> = Vec::new();
            for row in book.rows_of(party) {
                match sums.last_mut() {
                    Some(last) if last.year == row.year => last.tpp += u128::from(row.tpp),
                    _ => sums.push(YearSum {
                        year: row.year,
                        tpp: u128::from(row.tpp),
                    }),
                }
            }
            sums
        })
        .collect()
}

/// The twelve months in which most was received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rolling {
    /// Place of the first of its rows.
    pub first: usize,
    /// Place of its last.
    pub last: usize,
    /// Amount.
    pub tpp: u128,
}

/// The days of twelve months; a leap day makes them one fewer, never one more.
const YEAR_DAYS: i32 = 365;

/// The most received within twelve months, of rows by date; none of none.
pub fn rolling(rows: &[Row]) -> Option<Rolling> {
    let (mut first, mut sum) = (0, 0_u128);
    let mut most: Option<Rolling> = None;
    for (last, row) in rows.iter().enumerate() {
        sum += u128::from(row.tpp);
        while row.day - rows[first].day >= YEAR_DAYS {
            sum -= u128::from(rows[first].tpp);
            first += 1;
        }
        if most.is_none_or(|m| sum > m.tpp) {
            most = Some(Rolling {
                first,
                last,
                tpp: sum,
            });
        }
    }
    most
}
