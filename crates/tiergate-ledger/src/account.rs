//! An account: what is counted, for whom, over which span of time.
//!
//! Two quotas that limit the same count, such as a country's allocation with and without an
//! agreement, share one account: the count is one, the limits are several.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

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
/// Holders are the same if they differ only in case, spacing, points, commas, hyphens, the width of
/// letters or signs that are not seen, so that a limit cannot be doubled by writing a name in another
/// way; who owns whom is a question for the register of parties.
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

impl Account {
    /// The key as it looks: letters that look alike in any script are one.
    ///
    /// ```
    /// use tiergate_ledger::{Account, Span};
    /// let one = Account::new("lpp", "Meridian", Span::ALL);
    /// let other = Account::new("lpp", "M\u{435}ridian", Span::ALL);
    /// assert_ne!(one.key(), other.key());
    /// assert_eq!(one.looks(), other.looks());
    /// ```
    #[must_use]
    pub fn looks(&self) -> String {
        unicode_security::skeleton(&self.key()).collect()
    }
}

/// Appends a name without what can be written in several ways: case, spacing, points, commas and
/// hyphens, full and half width, accents apart from their letters, and signs that are not seen.
pub(crate) fn fold_into(key: &mut String, name: &str) {
    let start = key.len();
    let mut apart = false;
    let mut push = |c: char, key: &mut String| match c {
        c if c.is_whitespace() || matches!(c, '.' | ',' | '-' | '\u{2010}'..='\u{2015}') => {
            apart = true
        }
        '\'' | '\u{2018}' | '\u{2019}' | '\u{ad}' | '\u{200b}'..='\u{200f}' => {}
        '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}' => {}
        c => {
            if std::mem::take(&mut apart) && key.len() > start {
                key.push(' ');
            }
            key.push(c);
        }
    };
    if name.is_ascii() {
        name.chars().for_each(|c| push(c.to_ascii_lowercase(), key));
    } else {
        let lower = name.nfkc().flat_map(char::to_lowercase).nfkc();
        lower.for_each(|c| push(c, key));
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
    fn a_name_written_in_another_way_is_the_same_holder() {
        let key = |holder: &str| Account::new("lpp", holder, Span::ALL).key();
        for other in [
            "MERIDIAN  HOLDINGS",
            " Meridian-Holdings.",
            "Meridian\u{2011}Holdings",
            "\u{ff2d}eridian Holdings",
            "Meridian\u{200b} Holdings",
            "Meridian\u{a0}Holdings,",
        ] {
            assert_eq!(key(other), "lpp|all|meridian holdings", "{other:?}");
        }
        assert_eq!(key("H\u{f3}ldings"), key("Ho\u{301}ldings"));
        assert_ne!(key("Meridian Holdings 2"), key("Meridian Holdings"));
        assert_eq!(key("Meridian / PL"), "lpp|all|meridian / pl");
    }

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
