//! Countries as two-letter codes, and sets of them.

use std::fmt;

const LETTERS: u16 = 26;
const WORDS: usize = (LETTERS as usize * LETTERS as usize).div_ceil(64);

/// An ISO 3166-1 alpha-2 code (or `XK`), stored as its place among all two-letter codes.
///
/// ```
/// use tiergate_law::Country;
/// let poland: Country = "PL".parse().unwrap();
/// assert_eq!(poland.to_string(), "PL");
/// assert!("Poland".parse::<Country>().is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(u16);

/// The text is not two capital letters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country code of two capital letters, such as `PL`")]
pub struct ParseCountryError(String);

impl Country {
    /// How many two-letter codes there are.
    pub const COUNT: usize = (LETTERS * LETTERS) as usize;

    /// The place of this code among all two-letter codes, below [`Country::COUNT`].
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The opposite of [`Country::index`].
    #[must_use]
    pub fn from_index(index: usize) -> Option<Country> {
        u16::try_from(index)
            .ok()
            .filter(|i| *i < LETTERS * LETTERS)
            .map(Country)
    }

    /// The code of two capital letters, if it is one.
    #[must_use]
    pub const fn from_code(code: &[u8]) -> Option<Country> {
        match code {
            [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] => {
                Some(Country((*a - b'A') as u16 * LETTERS + (*b - b'A') as u16))
            }
            _ => None,
        }
    }
}

impl std::str::FromStr for Country {
    type Err = ParseCountryError;

    fn from_str(text: &str) -> Result<Country, ParseCountryError> {
        Country::from_code(text.as_bytes()).ok_or_else(|| ParseCountryError(text.to_owned()))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = |n: u16| char::from(b'A' + u8::try_from(n).unwrap_or(0));
        write!(
            f,
            "{}{}",
            letter(self.0 / LETTERS),
            letter(self.0 % LETTERS)
        )
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A set of countries.
///
/// ```
/// use tiergate_law::{Country, CountrySet};
/// let set: CountrySet = ["CN", "MO"].iter().map(|c| c.parse::<Country>().unwrap()).collect();
/// assert!(set.contains("MO".parse().unwrap()));
/// assert_eq!(set.len(), 2);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CountrySet([u64; WORDS]);

impl CountrySet {
    /// Whether the set holds the country.
    #[must_use]
    pub const fn contains(&self, country: Country) -> bool {
        self.0[country.index() / 64] >> (country.index() % 64) & 1 == 1
    }

    /// Adds a country.
    pub fn insert(&mut self, country: Country) {
        self.0[country.index() / 64] |= 1 << (country.index() % 64);
    }

    /// Removes a country.
    pub fn remove(&mut self, country: Country) {
        self.0[country.index() / 64] &= !(1 << (country.index() % 64));
    }

    /// The countries in either.
    #[must_use]
    pub fn union(mut self, other: &CountrySet) -> CountrySet {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a |= b);
        self
    }

    /// The countries in both.
    #[must_use]
    pub fn intersection(mut self, other: &CountrySet) -> CountrySet {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a &= b);
        self
    }

    /// The countries here and not there.
    #[must_use]
    pub fn difference(mut self, other: &CountrySet) -> CountrySet {
        self.0.iter_mut().zip(other.0).for_each(|(a, b)| *a &= !b);
        self
    }

    /// How many countries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(|w| w.count_ones() as usize).sum()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|w| *w == 0)
    }

    /// The countries, in code order.
    pub fn iter(&self) -> impl Iterator<Item = Country> + '_ {
        (0..Country::COUNT)
            .filter_map(Country::from_index)
            .filter(|c| self.contains(*c))
    }
}

impl FromIterator<Country> for CountrySet {
    fn from_iter<I: IntoIterator<Item = Country>>(countries: I) -> CountrySet {
        let mut set = CountrySet::default();
        countries.into_iter().for_each(|c| set.insert(c));
        set
    }
}

impl fmt::Debug for CountrySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
