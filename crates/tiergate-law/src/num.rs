//! Exact decimals for thresholds and facts.

use std::fmt;

/// An exact decimal in steps of 1e-9, with one extra bit that says "and a little more".
///
/// The extra bit keeps every comparison with a threshold exact even for values that have no
/// finite decimal form, such as a performance density computed by division: the stored value is
/// `2 * floor(x * 10^9)`, plus one if anything was cut off. Thresholds are never cut off.
///
/// ```
/// use tiergate_law::Num;
/// let threshold: Num = "5.92".parse().unwrap();
/// let density = Num::from(592_000_001).checked_div(Num::from(100_000_000)).unwrap();
/// assert!(density > threshold);
/// assert_eq!("1e26".parse::<Num>().unwrap().to_string(), "100000000000000000000000000");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Num(i128);

/// Why a text is not a number Tiergate can hold exactly enough.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseNumError {
    /// Not a decimal number.
    #[error("`{0}` is not a number")]
    NotANumber(String),
    /// Beyond plus or minus 1e28.
    #[error("`{0}` is out of range; at most 1e28 in magnitude")]
    OutOfRange(String),
}

const SCALE: i128 = 1_000_000_000;
const LIMIT: i128 = 10_000_000_000_000_000_000_000_000_000 * SCALE;

impl Num {
    /// Zero.
    pub const ZERO: Num = Num(0);

    /// The stored form: `2 * floor(x * 10^9) + inexact`. Order-preserving.
    #[must_use]
    pub const fn raw(self) -> i128 {
        self.0
    }

    /// The opposite of [`Num::raw`].
    #[must_use]
    pub const fn from_raw(raw: i128) -> Num {
        Num(raw)
    }

    /// Whether nothing was cut off.
    #[must_use]
    pub const fn is_exact(self) -> bool {
        self.0 & 1 == 0
    }

    /// The product, or `None` beyond the range.
    #[must_use]
    pub fn checked_mul(self, other: Num) -> Option<Num> {
        if self == Num::ZERO || other == Num::ZERO {
            return Some(Num::ZERO);
        }
        // Whole numbers of everyday size, as quantities and TPP are: no wide division.
        if (self.0 | other.0) & 1 == 0
            && let (Ok(a), Ok(b)) = (i64::try_from(self.0 >> 1), i64::try_from(other.0 >> 1))
        {
            let scale = SCALE as i64;
            if a % scale == 0 && b % scale == 0 {
                let whole = i128::from(a / scale) * i128::from(b / scale);
                let floor = whole * SCALE;
                return (floor.abs() <= LIMIT).then_some(Num(floor * 2));
            }
        }
        // Both factors are split, so that no product overflows whose result is in range.
        let (a, b) = (self.0 >> 1, other.0 >> 1);
        let whole = a.checked_mul(b.div_euclid(SCALE))?;
        let part = b.rem_euclid(SCALE);
        let small = a.rem_euclid(SCALE) * part;
        let inexact = small % SCALE != 0 || (self.0 | other.0) & 1 == 1;
        let rest = a.div_euclid(SCALE) * part + small / SCALE;
        let floor = whole.checked_add(rest)?;
        (floor.abs() <= LIMIT).then(|| Num(floor * 2 + i128::from(inexact)))
    }

    /// The quotient, or `None` for a zero divisor or beyond the range.
    #[must_use]
    pub fn checked_div(self, other: Num) -> Option<Num> {
        let (a, b) = ((self.0 >> 1).checked_mul(SCALE)?, other.0 >> 1);
        if b == 0 {
            return None;
        }
        let floor = a.div_euclid(b);
        let inexact = a.rem_euclid(b) != 0 || (self.0 | other.0) & 1 == 1;
        (floor.abs() <= LIMIT).then(|| Num(floor * 2 + i128::from(inexact)))
    }

    /// The sum, or `None` beyond the range.
    #[must_use]
    pub fn checked_add(self, other: Num) -> Option<Num> {
        let sum = ((self.0 >> 1) + (other.0 >> 1)) * 2 + ((self.0 | other.0) & 1);
        (sum.abs() <= LIMIT * 2).then_some(Num(sum))
    }

    /// The smallest whole number not below this one, as amounts counted against a limit are.
    #[must_use]
    pub fn ceil(self) -> Num {
        let floor = self.0 >> 1;
        // Everyday sizes without wide division.
        if let Ok(floor) = i64::try_from(floor) {
            let scale = SCALE as i64;
            let up = floor.rem_euclid(scale) != 0 || self.0 & 1 == 1;
            return Num::from(floor.div_euclid(scale) + i64::from(up));
        }
        let whole = floor.div_euclid(SCALE);
        let up = floor.rem_euclid(SCALE) != 0 || self.0 & 1 == 1;
        Num((whole + i128::from(up)) * SCALE * 2)
    }

    /// The nearest double, for output and charts only: never for a comparison with a limit.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "output only")]
    pub fn to_f64(self) -> f64 {
        let floor = self.0 >> 1;
        (floor / SCALE) as f64 + (floor % SCALE) as f64 / SCALE as f64
    }

    /// The whole part if this is a whole number.
    #[must_use]
    pub fn to_integer(self) -> Option<i128> {
        let floor = self.0 >> 1;
        (self.0 & 1 == 0 && floor % SCALE == 0).then_some(floor / SCALE)
    }
}

impl From<i64> for Num {
    fn from(n: i64) -> Num {
        Num(i128::from(n) * SCALE * 2)
    }
}

impl std::str::FromStr for Num {
    type Err = ParseNumError;

    fn from_str(text: &str) -> Result<Num, ParseNumError> {
        Num::parse(text.as_bytes()).map_err(|out_of_range| {
            if out_of_range {
                ParseNumError::OutOfRange(text.to_owned())
            } else {
                ParseNumError::NotANumber(text.to_owned())
            }
        })
    }
}

impl Num {
    /// Plain decimals of everyday length: up to 18 digits, up to nine of them after the point.
    #[inline]
    fn parse_short(text: &[u8]) -> Option<Num> {
        if text.is_empty() || text.len() > 19 {
            return None;
        }
        let (mut mantissa, mut digits, mut after) = (0_u64, 0_u32, None);
        for byte in text {
            match byte.wrapping_sub(b'0') {
                digit @ 0..=9 => {
                    mantissa = mantissa * 10 + u64::from(digit);
                    digits += 1;
                }
                _ if *byte == b'.' && after.is_none() => after = Some(digits),
                _ => return None,
            }
        }
        let decimals = digits - after.unwrap_or(digits);
        if digits == 0 || digits > 18 || decimals > 9 {
            return None;
        }
        let step = 10_u64.pow(9 - decimals) * 2;
        Some(Num(i128::from(mantissa) * i128::from(step)))
    }

    /// The number of a text in bytes, as [`str::parse`] reads it, without saying what is wrong.
    ///
    /// ```
    /// use tiergate_law::Num;
    /// assert_eq!(Num::from_ascii(b"5.92"), "5.92".parse().ok());
    /// assert_eq!(Num::from_ascii(b"many"), None);
    /// ```
    #[must_use]
    #[inline]
    pub fn from_ascii(text: &[u8]) -> Option<Num> {
        Num::parse(text).ok()
    }

    /// Parses `-12_345.678e9`; the error says whether the text was a number out of range.
    fn parse(text: &[u8]) -> Result<Num, bool> {
        match Num::parse_short(text) {
            Some(number) => Ok(number),
            None => Num::parse_long(text),
        }
    }

    fn parse_long(text: &[u8]) -> Result<Num, bool> {
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let (mut mantissa, mut exponent) = (0_i128, 0_i32);
        let (mut seen, mut point, mut inexact) = (false, false, false);
        let mut i = 0;
        while let Some(&byte) = digits.get(i) {
            match byte {
                b'0'..=b'9' => {
                    seen = true;
                    if mantissa < LIMIT {
                        mantissa = mantissa * 10 + i128::from(byte - b'0');
                        exponent -= i32::from(point);
                    } else {
                        inexact |= byte != b'0';
                        exponent += i32::from(!point);
                    }
                }
                b'_' if seen => {}
                b'.' if !point => point = true,
                b'e' | b'E' if seen => {
                    let rest = std::str::from_utf8(&digits[i + 1..]).map_err(|_| false)?;
                    let shift: i32 = rest.parse().map_err(|_| false)?;
                    exponent = exponent.saturating_add(shift);
                    break;
                }
                _ => return Err(false),
            }
            i += 1;
        }
        if !seen {
            return Err(false);
        }
        if mantissa == 0 {
            return Ok(Num(0));
        }
        exponent = exponent.saturating_add(9);
        while exponent > 0 {
            mantissa = mantissa
                .checked_mul(10)
                .filter(|m| *m <= LIMIT)
                .ok_or(true)?;
            exponent -= 1;
        }
        while exponent < 0 && mantissa > 0 {
            inexact |= mantissa % 10 != 0;
            mantissa /= 10;
            exponent += 1;
        }
        if mantissa > LIMIT {
            return Err(true);
        }
        let raw = mantissa * 2 + i128::from(inexact);
        Ok(Num(if negative { -raw } else { raw }))
    }
}

impl fmt::Display for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let floor = self.0 >> 1;
        let sign = if floor < 0 { "-" } else { "" };
        let (whole, part) = (floor.abs() / SCALE, floor.abs() % SCALE);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:09}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl fmt::Debug for Num {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn num(text: &str) -> Num {
        text.parse().unwrap()
    }

    #[test]
    fn reads_and_prints_decimals() {
        for (text, shown) in [
            ("4800", "4800"),
            ("5.92", "5.92"),
            ("2.5e25", "25000000000000000000000000"),
            ("26_900_000", "26900000"),
            ("-0.5", "-0.5"),
            ("0.1234567894", "0.123456789"),
            ("1E3", "1000"),
        ] {
            assert_eq!(num(text).to_string(), shown);
        }
        for bad in [
            "",
            "abc",
            "1.2.3",
            ".",
            "1e",
            "--1",
            "NaN",
            "inf",
            "1e999999999999",
        ] {
            assert!(bad.parse::<Num>().is_err(), "{bad}");
        }
        assert!(matches!(
            "1e40".parse::<Num>(),
            Err(ParseNumError::OutOfRange(_))
        ));
    }

    #[test]
    fn short_and_long_readings_agree() {
        let texts = [
            "0",
            "7",
            "007",
            "4800",
            "5.92",
            ".5",
            "5.",
            "0.123456789",
            "999999999999999999",
            "1.000000001",
            "123456789.123456789",
            "00000000000000000.1",
        ];
        for text in texts {
            let short = Num::parse_short(text.as_bytes()).unwrap();
            assert_eq!(Ok(short), Num::parse_long(text.as_bytes()), "{text}");
        }
        for left in [
            "",
            ".",
            "1e3",
            "-1",
            "1_0",
            "0.1234567891",
            "1234567890123456789",
            "1.2.3",
        ] {
            assert_eq!(Num::parse_short(left.as_bytes()), None, "{left}");
        }
    }

    #[test]
    fn what_is_cut_off_still_counts_in_comparisons() {
        let t = num("5.92");
        assert!(num("5.92000000001") > t);
        assert!(num("5.91999999999") < t);
        assert_eq!(num("5.9200"), t);
        assert!(Num::from(1).checked_div(Num::from(3)).unwrap() > num("0.333333333"));
    }

    #[test]
    fn amounts_round_up() {
        assert_eq!(num("10.000000001").ceil(), num("11"));
        assert_eq!(num("0.00000000001").ceil(), num("1"));
        assert_eq!(num("10").ceil(), num("10"));
        assert_eq!(num("2368.5").checked_mul(num("3")).unwrap(), num("7105.5"));
        assert_eq!(
            num("1500").checked_mul(num("15832")).unwrap(),
            num("23748000")
        );
        assert_eq!(num("-3").checked_mul(num("7")).unwrap(), num("-21"));
        assert_eq!(num("9e9").checked_mul(num("9e9")).unwrap(), num("8.1e19"));
        assert_eq!(num("1e20").checked_mul(num("1e20")), None);
    }
}
