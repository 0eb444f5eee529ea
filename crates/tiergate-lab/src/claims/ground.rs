//! What claims are read from: the months of series in every draw, and the draws' parameters.

use super::ClaimError;
use super::definition::{Frontier, Over, Per, Quantity, Window};
use crate::compared::alike;
use crate::goals::PARTS;
use crate::month::{Month, Months};
use crate::series::SERIES;

/// The months of a series in every draw.
pub type Draws = Vec<Vec<f32>>;

/// What claims are read from.
pub struct Ground<'g> {
    /// The months.
    pub months: Months,
    /// How many draws.
    pub draws: usize,
    /// The months of a series of a law in every draw.
    pub read: &'g dyn Fn(&str, &str) -> Result<Draws, ClaimError>,
    /// The first month in which one of these laws differs from another of them.
    pub since: &'g dyn Fn(&[&str]) -> Result<usize, ClaimError>,
    /// In each month, how many countries would have more under an agreement.
    pub could_agree: &'g dyn Fn(&str) -> Result<Vec<f64>, ClaimError>,
    /// The codes of single countries of the middle.
    pub middle: Vec<String>,
    /// The ids of the parameters.
    pub parameters: Vec<String>,
    /// Their values, a row a draw.
    pub values: Vec<Vec<f64>>,
}

/// Months in a year.
const YEAR: usize = 12;

impl Ground<'_> {
    /// A quantity in every draw; not a number where it is not known.
    ///
    /// # Errors
    ///
    /// A law or series that there is none of, or a month that cannot be read.
    pub fn quantity(&self, is: &Quantity, since: usize) -> Result<Vec<f64>, ClaimError> {
        let count = self.months.len();
        let end = match &is.until {
            None => count,
            Some(text) => {
                let month = Month::read(text).ok_or_else(|| ClaimError::Month(text.clone()))?;
                usize::try_from(self.months.number(month) + 1)
                    .unwrap_or_default()
                    .min(count)
            }
        };
        let months = match is.window {
            Window::Since => since..end,
            Window::LastYear => end.saturating_sub(YEAR)..end,
            Window::YearBefore => end.saturating_sub(2 * YEAR)..end.saturating_sub(YEAR),
        };
        let level = is.level.unwrap_or_default();
        let per = match is.per {
            None => None,
            Some(Per::CountriesThatCouldAgree) => Some((self.could_agree)(&is.law)?),
        };
        let of = |series: &[String]| -> Result<Vec<f64>, ClaimError> {
            let all: Vec<Draws> = series
                .iter()
                .map(|id| (self.read)(&is.law, id))
                .collect::<Result<_, _>>()?;
            let draw = |n: usize| {
                let month = |at: usize| {
                    let sum: f64 = all.iter().map(|draws| f64::from(draws[n][at])).sum();
                    per.as_ref().map_or(sum, |per| sum / per[at])
                };
                over(is.over, level, months.clone().map(month))
            };
            Ok((0..self.draws).map(draw).collect())
        };
        if !is.series.iter().any(|id| id.ends_with(":*")) {
            return of(&is.series);
        }
        // The share of countries that reach the level, of those of which it is known.
        let mut reached = vec![(0.0, 0.0); self.draws];
        for country in &self.middle {
            let series: Vec<String> = is.series.iter().map(|s| s.replace('*', country)).collect();
            for ((reached, known), value) in reached.iter_mut().zip(of(&series)?) {
                if !value.is_nan() {
                    *known += 1.0;
                    *reached += f64::from(u8::from(value >= level));
                }
            }
        }
        Ok(reached.into_iter().map(|(n, known)| n / known).collect())
    }

    /// By how much the law nearest to beating another on control, promotion and leverage alike does so in
    /// its weakest of the three, as a share; zero or less when none beats it on all three.
    ///
    /// # Errors
    ///
    /// A law that there is none of.
    pub fn margin(&self, is: &Frontier, since: usize) -> Result<Vec<f64>, ClaimError> {
        let mut best = vec![f64::NEG_INFINITY; self.draws];
        let mut weakest = vec![vec![f64::INFINITY; self.draws]; is.others.len()];
        for part in PARTS.iter().filter(|part| part.leads && part.goal.pulls()) {
            let of = |law: &str| -> Result<Vec<f64>, ClaimError> {
                let draws = (self.read)(law, SERIES[part.series].id)?;
                let value = |months: &Vec<f32>| part.value(months, since).unwrap_or(f64::NAN);
                Ok(draws.iter().map(value).collect())
            };
            let own = of(&is.law)?;
            for (weakest, other) in weakest.iter_mut().zip(&is.others) {
                for ((weakest, own), other) in weakest.iter_mut().zip(&own).zip(of(other)?) {
                    let more = if alike(*own, other) {
                        0.0
                    } else {
                        (other - own) / own.abs().max(other.abs())
                    };
                    let gain = if part.more_is_better { more } else { -more };
                    // What is not known stays so: `min` would drop it.
                    *weakest = if gain.is_nan() || weakest.is_nan() {
                        f64::NAN
                    } else {
                        weakest.min(gain)
                    };
                }
            }
        }
        for weakest in weakest {
            for (best, gain) in best.iter_mut().zip(weakest) {
                *best = if gain.is_nan() || best.is_nan() {
                    f64::NAN
                } else {
                    best.max(gain)
                };
            }
        }
        Ok(best)
    }
}

/// Reads months; those without a value are left out, and with none at all nothing is known.
fn over(over: Over, level: f64, months: impl Iterator<Item = f64>) -> f64 {
    let known: Vec<(usize, f64)> = months.enumerate().filter(|(_, x)| x.is_finite()).collect();
    let values = || known.iter().map(|(_, x)| *x);
    let count = known.len() as f64;
    if known.is_empty() {
        return f64::NAN;
    }
    match over {
        Over::Last => values().next_back().unwrap_or(f64::NAN),
        Over::Sum => values().sum(),
        Over::Mean => values().sum::<f64>() / count,
        Over::Max => values().fold(f64::NEG_INFINITY, f64::max),
        Over::MonthsToReach => known
            .iter()
            .find(|(_, x)| *x >= level)
            .map_or(f64::INFINITY, |(at, _)| *at as f64),
        Over::ShareBelow => values().filter(|x| *x < level).count() as f64 / count,
    }
}

#[cfg(test)]
mod tests {
    use super::{Over, over};

    #[test]
    fn months_without_a_value_are_left_out() {
        let months = [f64::NAN, 4.0, f64::NAN, 2.0, f64::NAN];
        let read = |how: Over, level: f64| over(how, level, months.into_iter());
        assert_eq!(read(Over::Last, 0.0), 2.0);
        assert_eq!(read(Over::Sum, 0.0), 6.0);
        assert_eq!(read(Over::Mean, 0.0), 3.0);
        assert_eq!(read(Over::Max, 0.0), 4.0);
        assert_eq!(read(Over::MonthsToReach, 3.0), 1.0);
        assert_eq!(read(Over::MonthsToReach, 5.0), f64::INFINITY);
        assert_eq!(read(Over::ShareBelow, 3.0), 0.5);
        assert!(over(Over::Sum, 0.0, [f64::NAN].into_iter()).is_nan());
    }
}
