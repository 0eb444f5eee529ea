//! How rows are kept in both databases: days as numbers such as 20261126, which sort as days do and
//! read as such.

use jiff::civil::Date;

use super::Digest;
use crate::entry::Kind;
use crate::error::Error;

/// A day as a number.
pub(super) fn day_number(date: Date) -> i32 {
    i32::from(date.year()) * 10_000 + i32::from(date.month()) * 100 + i32::from(date.day())
}

/// The day of a number.
pub(super) fn number_day(number: i32) -> Result<Date, Error> {
    let wrong = |_| Error::Damaged(format!("{number} is not a day"));
    let part =
        |n: i32| i8::try_from(n).map_err(|_| Error::Damaged(format!("{number} is not a day")));
    let year = i16::try_from(number / 10_000)
        .map_err(|_| Error::Damaged(format!("{number} is not a day")))?;
    Date::new(year, part(number / 100 % 100)?, part(number % 100)?).map_err(wrong)
}

/// The place of the last entry recorded at or before a moment, found by halves: places grow with
/// the time of recording, but for pages written side by side, by as long as a page takes. `next`
/// gives the place and the moment of the first entry after a place.
pub(super) fn place_by_halves(
    last: i64,
    recorded: i64,
    mut next: impl FnMut(i64) -> Result<(i64, i64), Error>,
) -> Result<i64, Error> {
    let (mut low, mut high) = (0, last);
    while low < high {
        let middle = low + (high - low) / 2;
        let (seq, when) = next(middle)?;
        if when <= recorded {
            low = seq;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

/// A digest from its bytes.
pub(super) fn digest(bytes: &[u8]) -> Result<Digest, Error> {
    Digest::try_from(bytes)
        .map_err(|_| Error::Damaged(format!("a digest of {} bytes", bytes.len())))
}

/// A kind as a number: its place among the kinds.
pub(super) fn kind_number(kind: Kind) -> i16 {
    Kind::ALL.iter().position(|k| *k == kind).unwrap_or(0) as i16
}

/// The kind of a number.
pub(super) fn number_kind(number: i16) -> Result<Kind, Error> {
    let place = usize::try_from(number).ok();
    place
        .and_then(|place| Kind::ALL.get(place).copied())
        .ok_or_else(|| Error::Damaged(format!("{number} is no kind of entry")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_day_reads_as_it_is_kept() {
        assert_eq!(day_number(date(2026, 11, 26)), 20_261_126);
        assert_eq!(number_day(20_261_126).unwrap(), date(2026, 11, 26));
        assert!(number_day(20_261_301).is_err() && number_day(-5).is_err());
    }
}
