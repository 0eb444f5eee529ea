//! Who a party is.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::lei::{Lei, LeiError};

/// The scheme of legal entity identifiers.
pub const LEI_SCHEME: &str = "XI-LEI";

/// What a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A company or another body.
    Entity,
    /// A trust or another arrangement.
    Arrangement,
    /// A natural person.
    Person,
    /// A state, a government or an organ of one.
    State,
    /// An entity that is not identified.
    UnknownEntity,
    /// A natural person who is not identified.
    UnknownPerson,
    /// Someone not identified: a person, an entity or a state.
    Unknown,
}

impl Kind {
    /// Whether it is not known who this is.
    ///
    /// ```
    /// use tiergate_parties::Kind;
    /// assert!(Kind::UnknownPerson.is_unidentified());
    /// assert!(!Kind::Person.is_unidentified());
    /// ```
    #[must_use]
    pub const fn is_unidentified(self) -> bool {
        matches!(
            self,
            Kind::Unknown | Kind::UnknownEntity | Kind::UnknownPerson
        )
    }

    /// Whether this is a natural person, identified or not. A person has no headquarters.
    #[must_use]
    pub const fn is_person(self) -> bool {
        matches!(self, Kind::Person | Kind::UnknownPerson)
    }

    /// The word of statements.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Entity => "entity",
            Kind::Arrangement => "arrangement",
            Kind::Person => "person",
            Kind::State => "state",
            Kind::UnknownEntity => "unknown-entity",
            Kind::UnknownPerson => "unknown-person",
            Kind::Unknown => "unknown",
        }
    }
}

/// A country by its code of two letters (ISO 3166-1 alpha-2).
///
/// ```
/// use tiergate_parties::CountryCode;
/// assert_eq!("MY".parse::<CountryCode>()?.to_string(), "MY");
/// assert!("Malaysia".parse::<CountryCode>().is_err());
/// # Ok::<(), tiergate_parties::CountryCodeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

/// A text that is no country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no country code; two capital letters, such as MY, would be")]
pub struct CountryCodeError(String);

impl FromStr for CountryCode {
    type Err = CountryCodeError;

    fn from_str(text: &str) -> Result<CountryCode, CountryCodeError> {
        match text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(CountryCode([*a, *b])),
            _ => Err(CountryCodeError(text.to_owned())),
        }
    }
}

impl TryFrom<String> for CountryCode {
    type Error = CountryCodeError;

    fn try_from(text: String) -> Result<CountryCode, CountryCodeError> {
        text.parse()
    }
}

impl From<CountryCode> for String {
    fn from(code: CountryCode) -> String {
        code.to_string()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(std::str::from_utf8(&self.0).unwrap_or_default())
    }
}

/// A name by which a party is or was known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Its language, as the source tags it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether it is another name than the legal one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub alias: bool,
    /// First day of use, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day of use, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

impl Name {
    /// A legal name.
    ///
    /// ```
    /// use tiergate_parties::Name;
    /// assert!(!Name::legal("Meridian Compute").alias);
    /// ```
    #[must_use]
    pub fn legal(text: impl Into<String>) -> Name {
        Name {
            text: text.into(),
            language: None,
            alias: false,
            from: None,
            to: None,
        }
    }

    /// Another name.
    ///
    /// ```
    /// use tiergate_parties::Name;
    /// assert!(Name::alias("Meridian").alias);
    /// ```
    #[must_use]
    pub fn alias(text: impl Into<String>) -> Name {
        Name {
            alias: true,
            ..Name::legal(text)
        }
    }
}

/// A number or code under which a register knows a party.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identifier {
    /// The register, by its code in org-id.guide where it has one, such as `XI-LEI`.
    pub scheme: String,
    /// The number or code.
    pub value: String,
}

impl Identifier {
    /// An LEI, its check digits verified.
    ///
    /// ```
    /// use tiergate_parties::Identifier;
    /// assert_eq!(Identifier::lei("213800MERIDIANCOMP28")?.scheme, "XI-LEI");
    /// # Ok::<(), tiergate_parties::LeiError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// A text that is none.
    pub fn lei(text: &str) -> Result<Identifier, LeiError> {
        let lei: Lei = text.parse()?;
        Ok(Identifier {
            scheme: LEI_SCHEME.to_owned(),
            value: lei.to_string(),
        })
    }
}

/// Where a party is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// The country.
    pub country: CountryCode,
    /// The address, in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A name as it is compared: letters and digits in lower case, words set apart by one space.
///
/// ```
/// use tiergate_parties::name_key;
/// assert_eq!(name_key(" Meridian  Compute, Ltd."), name_key("MERIDIAN COMPUTE LTD"));
/// ```
#[must_use]
pub fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for letter in name.chars() {
        if letter.is_alphanumeric() {
            key.extend(letter.to_lowercase());
        } else if letter != '.' && letter != '\'' && !key.is_empty() && !key.ends_with(' ') {
            key.push(' ');
        }
    }
    key.truncate(key.trim_end().len());
    key
}
