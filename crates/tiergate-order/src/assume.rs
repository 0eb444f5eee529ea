//! Assumptions the user asks for, each listed in the decision.

use crate::order::{Field, FieldError};

/// What to take for granted where an order is silent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assume {
    /// Every party's ultimate parent is where the party is headquartered.
    pub parent_is_headquarters: bool,
    /// The consignee and end user are headquartered where they are located.
    pub headquarters_is_location: bool,
    /// Every party was screened and is on no list, nor owned by listed parties.
    pub screened: bool,
    /// Names are screened against a list, so that [`Assume::screened`] says nothing of lists: what
    /// screening leaves unknown stays so.
    pub lists_are_screened: bool,
    /// Values for fields that are absent, by path.
    pub values: Vec<(String, String)>,
    /// Readings taken otherwise than by default: reading and option.
    pub readings: Vec<(String, String)>,
}

/// An assumption that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseAssumeError {
    /// Not of the form.
    #[error(
        "`{0}` is no assumption: write parent=headquarters, headquarters=location, screened, \
         reading:ID=OPTION or FIELD=VALUE"
    )]
    Form(String),
    /// A field that does not exist or a value that does not fit.
    #[error("in the assumption `{assume}`: {error}")]
    Field {
        /// As given.
        assume: String,
        /// What is wrong.
        error: FieldError,
    },
}

impl Assume {
    /// Adds one assumption as written on the command line.
    ///
    /// # Errors
    ///
    /// A text that is no assumption.
    ///
    /// ```
    /// use tiergate_order::Assume;
    /// let mut assume = Assume::default();
    /// assume.add("parent=headquarters").unwrap();
    /// assume.add("end_uses=datacenter").unwrap();
    /// assert!(assume.parent_is_headquarters);
    /// assert!(assume.add("speed=fast").is_err());
    /// ```
    pub fn add(&mut self, text: &str) -> Result<(), ParseAssumeError> {
        match text {
            "parent=headquarters" => self.parent_is_headquarters = true,
            "headquarters=location" | "headquarters=destination" => {
                self.headquarters_is_location = true;
            }
            "screened" => self.screened = true,
            _ => {
                let Some((field, value)) = text.split_once('=') else {
                    return Err(ParseAssumeError::Form(text.to_owned()));
                };
                if let Some(reading) = field.strip_prefix("reading:") {
                    self.readings.push((reading.to_owned(), value.to_owned()));
                    return Ok(());
                }
                let check = || {
                    let field = Field::by_path(field)?;
                    crate::Order::default().set_field(field, value)
                };
                check().map_err(|error| ParseAssumeError::Field {
                    assume: text.to_owned(),
                    error,
                })?;
                self.values.push((field.to_owned(), value.to_owned()));
            }
        }
        Ok(())
    }

    /// Reads several.
    ///
    /// # Errors
    ///
    /// The first that is none.
    pub fn parse<S: AsRef<str>>(texts: &[S]) -> Result<Assume, ParseAssumeError> {
        let mut assume = Assume::default();
        texts.iter().try_for_each(|t| assume.add(t.as_ref()))?;
        Ok(assume)
    }
}
