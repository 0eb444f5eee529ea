//! Months, and the span of them that is rehearsed.

use jiff::civil::Date;

/// A month of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    /// The year.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
}

impl Month {
    /// Reads `2025-07`.
    ///
    /// ```
    /// use tiergate_lab::Month;
    /// assert_eq!(Month::read("2025-07"), Some(Month { year: 2025, month: 7 }));
    /// assert_eq!(Month::read("2025-13"), None);
    /// assert_eq!(Month::read("2025-7"), None);
    /// ```
    #[must_use]
    pub fn read(text: &str) -> Option<Month> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, count| {
            text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        Date::new(year, month, 1).ok()?;
        Some(Month { year, month })
    }

    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Month {
        Month {
            year: day.year(),
            month: day.month(),
        }
    }

    fn number(self) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month) - 1
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// The day of a month on which the law is read: its middle.
const READ_ON: i8 = 15;

/// The months that are rehearsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Months {
    first: Month,
    count: usize,
}

impl Months {
    /// From a month through another; none when the last is before the first.
    #[must_use]
    pub fn new(first: Month, last: Month) -> Option<Months> {
        let count = usize::try_from(last.number() - first.number() + 1).ok()?;
        (count > 0).then_some(Months { first, count })
    }

    /// How many.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub const fn len(self) -> usize {
        self.count
    }

    /// The month of a number, the first being 0.
    #[must_use]
    pub fn month(self, at: usize) -> Month {
        let number = self.first.number() + i32::try_from(at).unwrap_or(i32::MAX / 2);
        Month {
            year: i16::try_from(number / 12).unwrap_or(i16::MAX),
            month: i8::try_from(number % 12).unwrap_or_default() + 1,
        }
    }

    /// The number of a month, which may lie outside.
    #[must_use]
    pub fn number(self, month: Month) -> i32 {
        month.number() - self.first.number()
    }

    /// The day on which the law of a month is read: its middle.
    #[must_use]
    pub fn day(self, at: usize) -> Date {
        let month = self.month(at);
        Date::new(month.year, month.month, READ_ON).unwrap_or(Date::MAX)
    }

    /// All of them.
    pub fn iter(self) -> impl Iterator<Item = Month> {
        (0..self.count).map(move |at| self.month(at))
    }
}
