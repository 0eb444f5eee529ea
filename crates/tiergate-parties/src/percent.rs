//! Percentages, exact.
//!
//! A threshold of 50 percent is met or missed by the smallest difference, and shares are added over
//! many owners: no float is on the path.

use std::fmt;
use std::str::FromStr;

/// Billionths of a percent in one percent.
const UNIT: u64 = 1_000_000_000;
/// Decimal places that are kept.
const PLACES: i32 = 9;

/// A share of a whole, from 0 to 100 percent; a sum of shares may be more. In billionths of a percent.
///
/// ```
/// use tiergate_parties::Percent;
/// let share: Percent = "33.34".parse()?;
/// assert_eq!(share.to_string(), "33.34");
/// assert_eq!((share + share).to_string(), "66.68");
/// assert!("100.01".parse::<Percent>().is_err());
/// # Ok::<(), tiergate_parties::PercentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Percent(u64);

/// A text that is no percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PercentError {
    /// No number, or one outside 0 to 100.
    #[error("`{0}` is no percentage; a number from 0 to 100, such as 49.99, would be")]
    Wrong(String),
    /// A number between two that can be held.
    #[error("`{text}` has more than nine decimal places; it lies between {below} and {above}")]
    TooFine {
        /// The text.
        text: String,
        /// The next percentage below it.
        below: Percent,
        /// The next above it.
        above: Percent,
    },
}

impl Percent {
    /// Nothing.
    pub const ZERO: Percent = Percent(0);
    /// The whole.
    pub const HUNDRED: Percent = Percent(100 * UNIT);

    /// A whole number of percent.
    ///
    /// ```
    /// use tiergate_parties::Percent;
    /// assert_eq!(Percent::whole(50).to_string(), "50");
    /// ```
    #[must_use]
    pub const fn whole(percent: u32) -> Percent {
        Percent(percent as u64 * UNIT)
    }

    /// In billionths of a percent.
    ///
    /// ```
    /// use tiergate_parties::Percent;
    /// assert_eq!(Percent::from_billionths(1_500_000_000).to_string(), "1.5");
    /// ```
    #[must_use]
    pub const fn from_billionths(billionths: u64) -> Percent {
        Percent(billionths)
    }

    /// In billionths of a percent.
    #[must_use]
    pub const fn billionths(self) -> u64 {
        self.0
    }

    /// What is left of this after something is taken, at least nothing.
    ///
    /// ```
    /// use tiergate_parties::Percent;
    /// assert_eq!(Percent::HUNDRED.less(Percent::whole(60)), Percent::whole(40));
    /// assert_eq!(Percent::ZERO.less(Percent::whole(60)), Percent::ZERO);
    /// ```
    #[must_use]
    pub const fn less(self, other: Percent) -> Percent {
        Percent(self.0.saturating_sub(other.0))
    }

    /// A share of a share, rounded down to a billionth of a percent.
    ///
    /// ```
    /// use tiergate_parties::Percent;
    /// assert_eq!(Percent::whole(60).of(Percent::whole(50)), Percent::whole(30));
    /// ```
    #[must_use]
    pub fn of(self, whole: Percent) -> Percent {
        let product = u128::from(self.0) * u128::from(whole.0) / u128::from(Percent::HUNDRED.0);
        Percent(u64::try_from(product).unwrap_or(u64::MAX))
    }
}

impl std::ops::Add for Percent {
    type Output = Percent;

    fn add(self, other: Percent) -> Percent {
        Percent(self.0.saturating_add(other.0))
    }
}

impl std::iter::Sum for Percent {
    fn sum<I: Iterator<Item = Percent>>(all: I) -> Percent {
        all.fold(Percent::ZERO, |sum, one| sum + one)
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / UNIT, self.0 % UNIT);
        let text = if rest == 0 {
            whole.to_string()
        } else {
            format!("{whole}.{}", format!("{rest:09}").trim_end_matches('0'))
        };
        f.pad(&text)
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Percent, PercentError> {
        let wrong = || PercentError::Wrong(text.to_owned());
        let (number, exponent) = match text.split_once(['e', 'E']) {
            Some((number, exponent)) => (number, exponent.parse::<i32>().map_err(|_| wrong())?),
            None => (text, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let digits = || whole.bytes().chain(fraction.bytes());
        if !digits().all(|d| d.is_ascii_digit()) || digits().next().is_none() {
            return Err(wrong());
        }
        let fraction_places = i32::try_from(fraction.len()).map_err(|_| wrong())?;
        // The digits are so many times ten above, or below, a billionth.
        let shift = exponent
            .checked_sub(fraction_places)
            .and_then(|s| s.checked_add(PLACES))
            .ok_or_else(wrong)?;
        let count = i32::try_from(digits().count()).map_err(|_| wrong())?;
        let kept = if shift < 0 {
            (count + shift.max(-count)).max(0)
        } else {
            count
        };
        let (mut value, mut exact) = (0_u64, true);
        for (place, digit) in (0..).zip(digits()) {
            if place < kept {
                let digit = u64::from(digit - b'0');
                value = value
                    .checked_mul(10)
                    .and_then(|v| v.checked_add(digit))
                    .ok_or_else(wrong)?;
            } else {
                exact &= digit == b'0';
            }
        }
        for _ in 0..shift.max(0) {
            if value == 0 {
                break;
            }
            value = value.checked_mul(10).ok_or_else(wrong)?;
        }
        let below = Percent(value);
        if below > Percent::HUNDRED || (below == Percent::HUNDRED && !exact) {
            return Err(wrong());
        }
        if exact {
            return Ok(below);
        }
        Err(PercentError::TooFine {
            text: text.to_owned(),
            below,
            above: Percent(value + 1),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_exactly_or_refused() {
        let read = |text: &str| text.parse::<Percent>().map(|p| p.to_string());
        for (text, expected) in [
            ("0", "0"),
            ("50", "50"),
            ("50.000", "50"),
            ("49.99", "49.99"),
            (".5", "0.5"),
            ("5e1", "50"),
            ("1E-3", "0.001"),
            ("0.000000001", "0.000000001"),
            ("100.0000000000", "100"),
            ("0e999999", "0"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            ".",
            "-1",
            "+1",
            "101",
            "100.0000000001",
            "1e3",
            "1e99999999999",
            "NaN",
            "5%",
            "1_0",
            "1.2.3",
            "18446744073709551616",
        ] {
            assert!(matches!(read(text), Err(PercentError::Wrong(_))), "{text}");
        }
        let finer = "33.3333333333".parse::<Percent>();
        let Err(PercentError::TooFine { below, above, .. }) = finer else {
            panic!("{finer:?}")
        };
        assert_eq!(
            (below.to_string(), above.to_string()),
            ("33.333333333".into(), "33.333333334".into())
        );
    }
}
