//! The limit: always given from outside, by year, with its citation.

use std::collections::BTreeMap;

/// What one buyer may receive in a calendar year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The amount in TPP; an amount of exactly so much is within it.
    pub tpp: u64,
    /// Where the law says so.
    pub cite: String,
}

/// The limit of each calendar year. A year without one is not looked at.
///
/// ```
/// use tiergate_watch::Limits;
/// let limits = Limits::new([(2026, 1_000, "Demo 1(a)")]);
/// assert_eq!(limits.of(2026).unwrap().tpp, 1_000);
/// assert!(limits.of(2024).is_none());
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits(BTreeMap<i16, Limit>);

impl Limits {
    /// Limits by year: the year, the amount in TPP, the citation.
    pub fn new<C: Into<String>>(years: impl IntoIterator<Item = (i16, u64, C)>) -> Limits {
        let limit = |(year, tpp, cite): (i16, u64, C)| {
            let cite = cite.into();
            (year, Limit { tpp, cite })
        };
        Limits(years.into_iter().map(limit).collect())
    }

    /// The limit of a year.
    #[must_use]
    pub fn of(&self, year: i16) -> Option<&Limit> {
        self.0.get(&year)
    }

    /// The years that have a limit.
    pub fn years(&self) -> impl Iterator<Item = i16> + '_ {
        self.0.keys().copied()
    }
}
