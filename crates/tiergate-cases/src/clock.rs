//! Calendar days that are counted, and days that are not.
//!
//! The day a count starts is day 0. A stretch that is not counted runs from the day the clock stops
//! up to the day it runs again, that day not among it. Stretches that overlap are counted once.

use jiff::ToSpan as _;
use jiff::civil::Date;

/// A stretch of days that are not counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The step of the law that stops the clock.
    pub ground: String,
    /// Its paragraph.
    pub cite: String,
    /// The process whose clock stops.
    pub process: String,
    /// The day the clock stopped.
    pub from: Date,
    /// The day it ran again; none while it stands still.
    pub until: Option<Date>,
    /// The event that stopped it.
    pub by: String,
}

/// A count of days from a start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Count<'p> {
    /// Day 0.
    pub start: Date,
    /// What happened on it, such as `registered`.
    pub what: String,
    /// What is not counted.
    pub pauses: Vec<&'p Pause>,
}

/// A day that was computed, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Computed {
    /// The last day that is in time. While the clock stands still, the day it would be if the
    /// clock ran again today.
    pub day: Date,
    /// The days not counted up to it.
    pub not_counted: i64,
    /// Whether the clock stands still now, so that the day moves with every day.
    pub stands_still: bool,
    /// The computation, for people.
    pub says: String,
}

/// A day so many days after another; the last day there is, when there are not so many.
///
/// ```
/// use jiff::civil::date;
/// assert_eq!(tiergate_cases::plus(date(2026, 1, 5), 39), date(2026, 2, 13));
/// ```
#[must_use]
pub fn plus(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).unwrap_or(Date::MAX)
}

/// The days from one day to another, below zero when it lies before.
///
/// ```
/// use jiff::civil::date;
/// assert_eq!(tiergate_cases::days_between(date(2026, 1, 5), date(2026, 2, 13)), 39);
/// ```
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

impl Count<'_> {
    /// The stretches that are not counted, merged and in order, none before the start.
    fn merged(&self, today: Date) -> Vec<(Date, Date)> {
        let mut all: Vec<(Date, Date)> = self
            .pauses
            .iter()
            .map(|p| {
                (
                    p.from.max(self.start),
                    p.until.unwrap_or_else(|| today.max(p.from)),
                )
            })
            .filter(|(from, until)| from < until)
            .collect();
        all.sort_unstable();
        let mut merged: Vec<(Date, Date)> = Vec::with_capacity(all.len());
        for (from, until) in all {
            match merged.last_mut().filter(|last| from <= last.1) {
                Some(last) => last.1 = last.1.max(until),
                None => merged.push((from, until)),
            }
        }
        merged
    }

    /// How many days count from the start up to a day.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::Count;
    /// let count = Count { start: date(2026, 1, 5), what: "registered".into(), pauses: vec![] };
    /// assert_eq!(count.counted(date(2026, 1, 14)), 9);
    /// ```
    #[must_use]
    pub fn counted(&self, today: Date) -> i64 {
        let clipped = self
            .merged(today)
            .into_iter()
            .map(|(from, until)| days_between(from.min(today), until.min(today)));
        days_between(self.start, today).max(0) - clipped.sum::<i64>()
    }

    /// The last day on which no more than so many days have been counted.
    ///
    /// ```
    /// use jiff::civil::date;
    /// use tiergate_cases::{Count, Pause};
    /// let pause = Pause {
    ///     ground: "hold-applicant".into(),
    ///     cite: "750.4(b)(1)".into(),
    ///     process: "license".into(),
    ///     from: date(2026, 1, 20),
    ///     until: Some(date(2026, 2, 1)),
    ///     by: "e-2".into(),
    /// };
    /// let count = Count { start: date(2026, 1, 5), what: "registered".into(), pauses: vec![&pause] };
    /// let due = count.due(39, date(2026, 2, 3));
    /// assert_eq!(due.day, date(2026, 2, 25));
    /// assert_eq!(
    ///     due.says,
    ///     "registered 2026-01-05 + 39 days + 12 days not counted (750.4(b)(1): 2026-01-20 to \
    ///      2026-02-01) = 2026-02-25"
    /// );
    /// ```
    #[must_use]
    pub fn due(&self, days: i64, today: Date) -> Computed {
        let mut day = plus(self.start, days);
        let mut not_counted = 0;
        for (from, until) in self.merged(today) {
            // A clock that stops on the very day still has that day to come.
            if from > day {
                break;
            }
            let length = days_between(from, until);
            not_counted += length;
            day = plus(day, length);
        }
        let bears = |p: &&&Pause| {
            // One that stopped today bears though no day of it has passed yet; a later one does not.
            let bears = p
                .until
                .map_or(p.from <= today, |until| p.from.max(self.start) < until);
            p.from <= day && bears
        };
        let mut bearing: Vec<&&Pause> = self.pauses.iter().filter(bears).collect();
        bearing.sort_by_key(|p| (p.from, p.until));
        let stands_still = bearing.iter().any(|p| p.until.is_none() && p.from <= today);
        let mut says = format!("{} {} + {}", self.what, self.start, in_days(days));
        if !bearing.is_empty() {
            let each: Vec<String> = bearing
                .iter()
                .map(|p| match p.until {
                    Some(until) => format!("{}: {} to {until}", p.cite, p.from.max(self.start)),
                    None => format!("{}: since {}", p.cite, p.from.max(self.start)),
                })
                .collect();
            let alone = bearing.iter().map(|p| {
                days_between(
                    p.from.max(self.start),
                    p.until.unwrap_or_else(|| today.max(p.from)),
                )
            });
            let once = if alone.sum::<i64>() > not_counted {
                ", overlaps once"
            } else {
                ""
            };
            says.push_str(&format!(
                " + {} not counted ({}{once})",
                in_days(not_counted),
                each.join("; ")
            ));
        }
        says.push_str(&format!(" = {day}"));
        if stands_still {
            says.push_str(" if the clock ran again today; it stands still");
        }
        Computed {
            day,
            not_counted,
            stands_still,
            says,
        }
    }
}

fn in_days(days: i64) -> String {
    match days {
        1 => "1 day".to_owned(),
        _ => format!("{days} days"),
    }
}
