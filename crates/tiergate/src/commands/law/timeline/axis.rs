//! Days on a line.

use tiergate_law::Date;

/// The days drawn, first and last.
#[derive(Debug, Clone, Copy)]
pub struct Axis {
    first: Date,
    last: Date,
}

fn days(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

impl Axis {
    pub const fn new(first: Date, last: Date) -> Axis {
        Axis { first, last }
    }

    /// Where a day begins on a line of this length.
    pub fn place(self, day: Date, length: i64) -> i64 {
        let all = days(self.first, self.last) + 1;
        (days(self.first, day) * length / all).clamp(0, length)
    }

    /// The starts of years, and the first day.
    pub fn years(self) -> Vec<Date> {
        let mut found = vec![self.first];
        let mut next = self.first.last_of_year().tomorrow();
        while let Ok(day) = next {
            if day > self.last {
                break;
            }
            found.push(day);
            next = day.last_of_year().tomorrow();
        }
        found
    }

    /// Where spans that begin on these days start on a line of so many cells: to scale, but that
    /// each has one cell at least.
    pub fn cells(self, starts: &[Date], cells: usize) -> Vec<usize> {
        let length = i64::try_from(cells).unwrap_or(i64::MAX);
        let place = |day: &Date| usize::try_from(self.place(*day, length)).unwrap_or(0);
        let mut places: Vec<usize> = starts.iter().map(place).collect();
        for at in 1..places.len() {
            places[at] = places[at].max(places[at - 1] + 1);
        }
        let count = places.len();
        for (at, place) in places.iter_mut().enumerate() {
            *place = (*place).min(cells.saturating_sub(count - at));
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn every_span_has_a_cell_and_the_rest_is_to_scale() {
        let axis = Axis::new(day("2022-01-01"), day("2025-12-31"));
        let starts = ["2022-01-01", "2024-01-01", "2025-12-30", "2025-12-31"].map(day);
        assert_eq!(axis.cells(&starts, 40), [0, 19, 38, 39]);
        let crowded = ["2022-01-01", "2022-01-02", "2022-01-03"].map(day);
        assert_eq!(axis.cells(&crowded, 40), [0, 1, 2]);
        assert_eq!(axis.years().len(), 4);
    }
}
