//! Legal entity identifiers.

use std::fmt;
use std::str::FromStr;

/// A legal entity identifier whose check digits are right (ISO 17442, ISO 7064 MOD 97-10).
///
/// ```
/// use tiergate_parties::Lei;
/// assert!("213800MERIDIANCOMP28".parse::<Lei>().is_ok());
/// assert!("213800MERIDIANCOMP29".parse::<Lei>().is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lei([u8; 20]);

/// A text that is no legal entity identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LeiError {
    /// Not of the form.
    #[error("`{0}` is no LEI; 18 capital letters or digits and two check digits would be")]
    Form(String),
    /// The check digits do not fit.
    #[error("`{text}` is no LEI: its check digits would be {expected:02}")]
    CheckDigits {
        /// The text.
        text: String,
        /// What they would be.
        expected: u32,
    },
}

/// The remainder by 97 of the number that letters and digits stand for.
fn remainder(signs: &[u8]) -> u32 {
    signs.iter().fold(0, |rest, sign| {
        let value = if sign.is_ascii_digit() {
            u32::from(sign - b'0')
        } else {
            u32::from(sign - b'A') + 10
        };
        let shift = if value < 10 { 10 } else { 100 };
        (rest * shift + value) % 97
    })
}

impl FromStr for Lei {
    type Err = LeiError;

    fn from_str(text: &str) -> Result<Lei, LeiError> {
        let form = || LeiError::Form(text.to_owned());
        let signs: [u8; 20] = text.as_bytes().try_into().map_err(|_| form())?;
        let (body, check) = signs.split_at(18);
        let body_fits = body
            .iter()
            .all(|s| s.is_ascii_digit() || s.is_ascii_uppercase());
        if !body_fits || !check.iter().all(u8::is_ascii_digit) {
            return Err(form());
        }
        if remainder(&signs) != 1 {
            let expected = 98 - remainder(&[body, b"00"].concat());
            return Err(LeiError::CheckDigits {
                text: text.to_owned(),
                expected,
            });
        }
        Ok(Lei(signs))
    }
}

impl fmt::Display for Lei {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}
