//! An account: what is counted, for whom, over which span of time.
//!
//! Two quotas that limit the same count, such as a country's allocation with and without an
//! agreement, share one account: the count is one, the limits are several.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The days an account counts, the first and the last among them; open ends count all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first day.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

impl Span {
    /// All days.
    pub const ALL: Span = Span {
        from: None,
        to: None,
    };

    /// The calendar year of a date.
    ///
    /// ```
    /// use tiergate_ledger::Span;
    /// use jiff::civil::date;
    /// let span = Span::year_of(date(2026, 11, 2));
    /// assert_eq!(span.to_string(), "2026");
    /// assert!(span.holds(date(2026, 12, 31)) && !span.holds(date(2027, 1, 1)));
    /// ```
    #[must_use]
    pub fn year_of(date: Date) -> Span {
        Span {
            from: Some(date.first_of_year()),
            to: Some(date.last_of_year()),
        }
    }

    /// Appends it as it is written; the spans there are most of without a formatter.
    fn push_to(self, text: &mut String) {
        match (self.from, self.to) {
            (None, None) => text.push_str("all"),
            (Some(from), Some(to))
                if (1000..=9999).contains(&from.year())
                    && from.year() == to.year()
                    && self == Span::year_of(from) =>
            {
                let year = from.year().unsigned_abs();
                for place in [1000, 100, 10, 1] {
                    let digit = u8::try_from(year / place % 10).unwrap_or_default();
                    text.push(char::from(b'0' + digit));
                }
            }
            _ => text.push_str(&self.to_string()),
        }
    }

    /// Whether a date is among its days.
    #[must_use]
    pub fn holds(&self, date: Date) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}

/// `2026` for a calendar year, `2025-01-01..2027-12-31` for other days, `all` for all.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.from, self.to) {
            (None, None) => f.write_str("all"),
            (Some(from), Some(to)) if Span::year_of(from) == *self && to.year() == from.year() => {
                write!(f, "{:04}", from.year())
            }
            (from, to) => {
                if let Some(from) = from {
                    write!(f, "{from}")?;
                }
                f.write_str("..")?;
                to.map_or(Ok(()), |to| write!(f, "{to}"))
            }
        }
    }
}

/// Why a text is no span.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a span of days: write a year such as 2026, 2025-01-01..2027-12-31, or all")]
pub struct ParseSpanError(String);

impl FromStr for Span {
    type Err = ParseSpanError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParseSpanError(text.to_owned());
        if text == "all" {
            return Ok(Span::ALL);
        }
        if text.len() == 4 {
            let year: i16 = text.parse().map_err(|_| wrong())?;
            let first = Date::new(year, 1, 1).map_err(|_| wrong())?;
            return Ok(Span::year_of(first));
        }
        let (from, to) = text.split_once("..").ok_or_else(wrong)?;
        let end = |text: &str| match text {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| wrong()),
        };
        let span = Span {
            from: end(from)?,
            to: end(to)?,
        };
        match (span.from, span.to) {
            (Some(from), Some(to)) if to < from => Err(wrong()),
            _ => Ok(span),
        }
    }
}

/// What is counted, for whom, over which span.
///
/// Holders are the same if they differ only in case and spacing, so that a limit cannot be doubled
/// by writing a name in another way; who owns whom is a question for the register of parties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Account {
    /// What is counted: the name of the law's fact, such as `lpp` or `country-allocation`.
    pub measure: String,
    /// For whom.
    pub holder: String,
    /// Over which days.
    pub span: Span,
}

impl Account {
    /// An account.
    #[must_use]
    pub fn new(measure: impl Into<String>, holder: impl Into<String>, span: Span) -> Self {
        Account {
            measure: measure.into(),
            holder: holder.into(),
            span,
        }
    }

    /// The key under which it is kept.
    ///
    /// ```
    /// use tiergate_ledger::{Account, Span};
    /// let one = Account::new("lpp", "Meridian Compute", Span::ALL);
    /// let other = Account::new("lpp", " MERIDIAN  compute", Span::ALL);
    /// assert_eq!(one.key(), other.key());
    /// assert_eq!(one.key(), "lpp|all|meridian compute");
    /// ```
    #[must_use]
    pub fn key(&self) -> String {
        let length = self.measure.len() + self.holder.len() + 24;
        let mut key = String::with_capacity(length);
        key.push_str(&self.measure);
        key.push('|');
        self.span.push_to(&mut key);
        key.push('|');
        fold_into(&mut key, &self.holder);
        key
    }
}

/// Appends a name without case and with single spaces.
fn fold_into(key: &mut String, name: &str) {
    for (at, word) in name.split_whitespace().enumerate() {
        if at > 0 {
            key.push(' ');
        }
        if word.is_ascii() {
            key.extend(word.chars().map(|c| c.to_ascii_lowercase()));
        } else {
            key.push_str(&word.to_lowercase());
        }
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}", self.measure, self.holder)?;
        match self.span {
            Span::ALL => Ok(()),
            span => write!(f, " in {span}"),
        }
    }
}

/// An account as it is written in entries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Written {
    measure: String,
    holder: String,
    span: String,
}

impl Serialize for Account {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            measure: self.measure.clone(),
            holder: self.holder.clone(),
            span: self.span.to_string(),
        };
        written.serialize(to)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Written {
            measure,
            holder,
            span,
        } = Written::deserialize(from)?;
        let span = span.parse().map_err(serde::de::Error::custom)?;
        Ok(Account {
            measure,
            holder,
            span,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_reads_as_it_is_written() {
        for text in [
            "2026",
            "all",
            "2025-01-01..2027-12-31",
            "2025-01-13..",
            "..2027-12-31",
        ] {
            let span: Span = text.parse().unwrap();
            let mut pushed = String::new();
            span.push_to(&mut pushed);
            assert_eq!((span.to_string().as_str(), pushed.as_str()), (text, text));
        }
        for text in ["", "26", "2027-01-01..2026-01-01", "2026-13-01..", "20x6"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }
}
