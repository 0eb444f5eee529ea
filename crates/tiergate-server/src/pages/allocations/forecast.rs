//! When an account would reach its limit, by the pace of its last days.
//!
//! The pace is what moved in the last ninety days. How far it may be off is told from the draws
//! themselves: if as many come, of the same sizes, at chance days, the sum of ninety days varies
//! with the root of the sum of their squares. Nine of ten such sums lie within the interval.

use jiff::civil::Date;
use tiergate_cases::plus;

/// The days whose pace is taken.
pub const WINDOW: i64 = 90;
/// Fewer days on which something moved tell no pace.
const MOVES_LEAST: usize = 4;
/// So many roots of the variance hold nine of ten sums.
const ROOTS: f64 = 1.645;
/// What is further away is not told as a day: ten years.
const DAYS_MOST: f64 = 3_650.0;

/// What the pace of the last days leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forecast {
    /// Nothing is left.
    Exhausted,
    /// Too little moved, or as much came back as was drawn.
    None(&'static str),
    /// Exhausted on about a day; between an early day and a late one, which is none when the pace
    /// may as well be nothing.
    Day {
        /// By the pace itself.
        about: Date,
        /// By the upper end.
        early: Date,
        /// By the lower end.
        late: Option<Date>,
    },
    /// It lasts until the account ends, or for ten years, even at the upper end of the pace.
    Lasts,
}

/// Forecasts from what moved on each day, up to a day and the last day of the account.
pub fn forecast(
    left: Option<i64>,
    moved: &[(Date, i64)],
    day: Date,
    ends: Option<Date>,
) -> Forecast {
    let Some(left) = left else {
        return Forecast::None("no limit");
    };
    if left <= 0 {
        return Forecast::Exhausted;
    }
    let first = plus(day, -WINDOW);
    let recent: Vec<f64> = moved
        .iter()
        .filter(|(on, amount)| *on > first && *on <= day && *amount != 0)
        .map(|(_, amount)| *amount as f64)
        .collect();
    if recent.len() < MOVES_LEAST {
        return Forecast::None("no forecast: too little moved in the last 90 days");
    }
    let sum: f64 = recent.iter().sum();
    if sum <= 0.0 {
        return Forecast::None("no forecast: as much came back in the last 90 days as was drawn");
    }
    let spread = ROOTS * recent.iter().map(|a| a * a).sum::<f64>().sqrt();
    let until = |sum: f64| {
        let days = left as f64 / sum * WINDOW as f64;
        (sum > 0.0 && days <= DAYS_MOST).then(|| plus(day, days.floor() as i64))
    };
    let within = |day: &Date| ends.is_none_or(|ends| *day <= ends);
    match (until(sum + spread).filter(within), until(sum)) {
        (Some(early), Some(about)) => Forecast::Day {
            about,
            early,
            late: until(sum - spread),
        },
        // The pace itself leads further than is told.
        _ => Forecast::Lasts,
    }
}

impl Forecast {
    /// In words; `ends` is the last day of the account.
    pub fn says(&self, ends: Option<Date>) -> String {
        let beyond = |day: &Date| ends.is_some_and(|ends| *day > ends);
        match self {
            Forecast::Exhausted => "nothing is left".to_owned(),
            Forecast::None(why) => (*why).to_owned(),
            Forecast::Lasts => match ends {
                Some(ends) => format!("lasts through {ends}"),
                None => "lasts for years".to_owned(),
            },
            Forecast::Day { about, early, late } => {
                let late = match late {
                    Some(late) if !beyond(late) => late.to_string(),
                    _ => "not at all".to_owned(),
                };
                match ends.filter(|_| beyond(about)) {
                    Some(ends) => {
                        format!("lasts through {ends}; exhausted {early} at the earliest")
                    }
                    None => format!("about {about}; between {early} and {late}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 11, 26);

    fn weekly(count: i64, amount: i64) -> Vec<(Date, i64)> {
        (0..count).map(|n| (plus(DAY, -7 * n), amount)).collect()
    }

    #[test]
    fn a_steady_pace_gives_a_day_between_two() {
        // 900 in ninety days: ten a day; 1,000 are left.
        let found = forecast(Some(1_000), &weekly(9, 100), DAY, None);
        let Forecast::Day { about, early, late } = found else {
            panic!("{found:?}")
        };
        assert_eq!(about, plus(DAY, 100));
        assert_eq!(early, plus(DAY, 64));
        assert_eq!(late, Some(plus(DAY, 221)));
    }

    #[test]
    fn little_that_moved_gives_no_forecast() {
        let none = |found| matches!(found, Forecast::None(_));
        assert!(none(forecast(Some(10), &weekly(3, 1), DAY, None)));
        assert!(none(forecast(Some(10), &weekly(9, -1), DAY, None)));
        assert!(none(forecast(None, &weekly(9, 1), DAY, None)));
        let old = vec![(plus(DAY, -90), 5); 9];
        assert!(none(forecast(Some(10), &old, DAY, None)));
    }

    #[test]
    fn what_is_used_up_is_no_forecast_and_what_lasts_says_so() {
        let year = Some(date(2026, 12, 31));
        assert_eq!(forecast(Some(0), &[], DAY, None), Forecast::Exhausted);
        let lasts = forecast(Some(1_000_000), &weekly(9, 100), DAY, year);
        assert_eq!(lasts.says(year), "lasts through 2026-12-31");
        let wild = forecast(
            Some(900),
            &[weekly(4, 10), weekly(1, 500)].concat(),
            DAY,
            None,
        );
        assert!(wild.says(None).ends_with("and not at all"), "{wild:?}");
    }
}
