//! Limits by date.
//!
//! The law is the caller's: it hands over, for each quota, the steps of its limit over time, and
//! the ledger reads the step of the day. A change of law is a new step; what was drawn under an
//! earlier one stands.

use std::sync::Arc;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::Account;

/// How much may be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    /// Nothing limits it.
    None,
    /// At most this amount.
    Amount(u64),
    /// At most this share of what another account holds.
    Share {
        /// The share's upper number.
        numerator: u64,
        /// The share's lower number; not zero.
        denominator: u64,
        /// Whether the draw itself counts in the whole.
        with_draw: bool,
    },
}

impl Limit {
    /// The most the account may hold once `draw` is drawn, when the account that the share is of
    /// holds `whole` before; none when nothing limits it.
    ///
    /// ```
    /// use tiergate_ledger::Limit;
    /// let quarter = Limit::Share { numerator: 1, denominator: 4, with_draw: true };
    /// assert_eq!(quarter.most(96, 4), Some(25));
    /// assert_eq!(Limit::Amount(7).most(0, 100), Some(7));
    /// assert_eq!(Limit::None.most(0, 0), None);
    /// ```
    #[must_use]
    pub fn most(&self, whole: i64, draw: u64) -> Option<i64> {
        let share = |whole: i128, n: u64, d: u64| {
            let most = whole.max(0) * i128::from(n) / i128::from(d.max(1));
            i64::try_from(most).unwrap_or(i64::MAX)
        };
        match *self {
            Limit::None => None,
            Limit::Amount(most) => Some(i64::try_from(most).unwrap_or(i64::MAX)),
            Limit::Share {
                numerator,
                denominator,
                with_draw,
            } => {
                let draw = if with_draw { i128::from(draw) } else { 0 };
                Some(share(i128::from(whole) + draw, numerator, denominator))
            }
        }
    }
}

/// A limit from a day on, with the paragraph that sets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The first day.
    pub from: Date,
    /// The limit.
    pub limit: Limit,
    /// The paragraph, and how it is known where it is not enacted.
    pub cite: String,
}

/// The limit of a quota over time: before the first step nothing limits it.
///
/// ```
/// use tiergate_ledger::{Limit, Schedule, Step};
/// use jiff::civil::date;
/// let step = |year, most| Step {
///     from: date(year, 1, 1),
///     limit: Limit::Amount(most),
///     cite: "table 1".into(),
/// };
/// let schedule = Schedule::new(vec![step(2026, 20), step(2025, 10)]);
/// assert_eq!(schedule.at(date(2025, 7, 1)).map(|s| s.limit), Some(Limit::Amount(10)));
/// assert_eq!(schedule.at(date(2024, 7, 1)), None);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schedule(Vec<Step>);

impl Schedule {
    /// The schedule of these steps, in any order.
    #[must_use]
    pub fn new(mut steps: Vec<Step>) -> Self {
        steps.sort_by_key(|step| step.from);
        Schedule(steps)
    }

    /// One limit for all days.
    #[must_use]
    pub fn always(limit: Limit, cite: impl Into<String>) -> Self {
        Schedule(vec![Step {
            from: Date::MIN,
            limit,
            cite: cite.into(),
        }])
    }

    /// The step in force on a day.
    #[must_use]
    pub fn at(&self, date: Date) -> Option<&Step> {
        let after = self.0.partition_point(|step| step.from <= date);
        self.0[..after].last()
    }

    /// The days after one and up to another on which a new step begins.
    pub fn changes(&self, after: Date, to: Date) -> impl Iterator<Item = Date> + '_ {
        let days = self.0.iter().map(|step| step.from);
        days.filter(move |from| after < *from && *from <= to)
    }

    /// Its steps in order.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }
}

/// A quota over an account: its limit by date, and the account the limit is a share of.
#[derive(Debug, Clone)]
pub struct Quota {
    /// The quota's id in the law.
    pub id: Arc<str>,
    /// For a share, the account that it is a share of.
    pub whole: Option<Account>,
    /// The limit by date.
    pub schedule: Arc<Schedule>,
}
