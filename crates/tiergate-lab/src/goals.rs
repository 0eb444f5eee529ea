//! The three goals that pull against one another, and what they cost: each a few named parts, no index.

use crate::series as s;

/// What a framework is for, or what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Goal {
    /// Keep the most powerful computing in the United States and close allies, and out of
    /// arms-embargoed countries.
    Control,
    /// Sell U.S. chips and cloud services abroad.
    Promotion,
    /// Use access to bargain.
    Leverage,
    /// What it costs to administer and what it does to friends.
    Cost,
}

impl Goal {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Goal::Control => "control",
            Goal::Promotion => "promotion",
            Goal::Leverage => "leverage",
            Goal::Cost => "cost",
        }
    }

    /// Whether it is one of the three that pull against one another, and no cost.
    #[must_use]
    pub const fn pulls(self) -> bool {
        !matches!(self, Goal::Cost)
    }
}

/// How a part is read from the months of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// Its last month.
    Last,
    /// The sum of all months since the laws part.
    Sum,
    /// The mean of all months since the laws part.
    Mean,
}

/// A part of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The goal.
    pub goal: Goal,
    /// The series.
    pub series: usize,
    /// How it is read.
    pub over: Over,
    /// Whether more is better.
    pub more_is_better: bool,
    /// What it is called.
    pub name: &'static str,
    /// Whether it stands for its goal where one part has to.
    pub leads: bool,
}

const fn part(
    goal: Goal,
    series: usize,
    over: Over,
    more_is_better: bool,
    name: &'static str,
    leads: bool,
) -> Part {
    Part {
        goal,
        series,
        over,
        more_is_better,
        name,
        leads,
    }
}

/// The parts.
pub const PARTS: &[Part] = &[
    part(
        Goal::Control,
        s::SHARE_CHINA,
        Over::Last,
        false,
        "arms-embargoed share of computing power",
        true,
    ),
    part(
        Goal::Control,
        s::DIVERTED,
        Over::Sum,
        false,
        "chips smuggled to China",
        false,
    ),
    part(
        Goal::Control,
        s::SHARE_US,
        Over::Last,
        true,
        "U.S. share of computing power",
        false,
    ),
    part(
        Goal::Control,
        s::SITES,
        Over::Last,
        false,
        "large sites outside the favoured group",
        false,
    ),
    part(
        Goal::Promotion,
        s::REVENUE_ABROAD,
        Over::Sum,
        true,
        "U.S. revenue abroad",
        true,
    ),
    part(
        Goal::Promotion,
        s::DELIVERED_MIDDLE,
        Over::Sum,
        true,
        "chips delivered to middle countries",
        false,
    ),
    part(
        Goal::Promotion,
        s::DELIVERED_ALLIES,
        Over::Sum,
        true,
        "chips delivered to allies",
        false,
    ),
    part(
        Goal::Promotion,
        s::SHARE_CHINESE_ABROAD,
        Over::Last,
        false,
        "Chinese share of third countries",
        false,
    ),
    part(
        Goal::Leverage,
        s::SHARE_BOUND,
        Over::Last,
        true,
        "share of chips abroad on terms that can be withdrawn",
        true,
    ),
    part(
        Goal::Leverage,
        s::DEALS,
        Over::Last,
        true,
        "agreements in force",
        false,
    ),
    part(
        Goal::Cost,
        s::WAIT_P90,
        Over::Mean,
        false,
        "days within which nine in ten licenses are decided",
        true,
    ),
    part(
        Goal::Cost,
        s::WAITING,
        Over::Last,
        false,
        "applications waiting",
        false,
    ),
    part(
        Goal::Cost,
        s::RESTRICTED,
        Over::Last,
        false,
        "countries restricted",
        false,
    ),
    part(
        Goal::Cost,
        s::COOPERATION,
        Over::Last,
        true,
        "allies' cooperation left",
        false,
    ),
    part(
        Goal::Cost,
        s::REFUSED,
        Over::Sum,
        false,
        "chips wanted and refused",
        false,
    ),
];

impl Part {
    /// Its value from the months of its series, the laws parting at month `since`. Months without a value
    /// are left out; with none at all there is no value.
    ///
    /// ```
    /// use tiergate_lab::goals::{Over, PARTS, Part};
    /// let sum = Part { over: Over::Sum, ..PARTS[0] };
    /// assert_eq!(sum.value(&[1.0, 2.0, f32::NAN, 4.0], 1), Some(6.0));
    /// let last = Part { over: Over::Last, ..PARTS[0] };
    /// assert_eq!(last.value(&[1.0, 2.0], 0), Some(2.0));
    /// ```
    #[must_use]
    pub fn value(&self, months: &[f32], since: usize) -> Option<f64> {
        let mut known = months
            .iter()
            .skip(since)
            .filter(|x| x.is_finite())
            .map(|x| f64::from(*x));
        match self.over {
            Over::Last => known.next_back(),
            Over::Sum => Some(known.sum()),
            Over::Mean => {
                let (n, sum) = known.fold((0.0, 0.0), |(n, sum), x| (n + 1.0, sum + x));
                (n > 0.0).then(|| sum / n)
            }
        }
    }
}
