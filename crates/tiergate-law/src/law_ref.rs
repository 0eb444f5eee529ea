//! Which law is asked for: its name, its date and its view.

use std::fmt;

use jiff::civil::Date;

use crate::model::BaseView;

/// The law as printed, or as the agency says it enforces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum View {
    /// As printed.
    Text,
    /// As enforced: the default.
    #[default]
    Enforced,
}

impl View {
    /// The word of the decision contract.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            View::Text => "text",
            View::Enforced => "enforced",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> View {
        match self {
            View::Text => View::Enforced,
            View::Enforced => View::Text,
        }
    }
}

impl From<BaseView> for View {
    fn from(view: BaseView) -> View {
        match view {
            BaseView::Text => View::Text,
            BaseView::Enforced => View::Enforced,
        }
    }
}

/// A law as users name it: `(us | PROPOSAL)[@DATE][:text | :enforced]`.
///
/// ```
/// use tiergate_law::{LawRef, View};
/// let law: LawRef = "option-1-country-tiers@2026-01-01:text".parse().unwrap();
/// assert_eq!(law.id, "option-1-country-tiers");
/// assert_eq!(law.view, Some(View::Text));
/// assert_eq!(law.to_string(), "option-1-country-tiers@2026-01-01:text");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LawRef {
    /// `us` or the id of a proposal.
    pub id: String,
    /// The date, if fixed.
    pub date: Option<Date>,
    /// The view, if fixed.
    pub view: Option<View>,
}

/// The text names no law.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no law: write (us | PROPOSAL)[@YYYY-MM-DD][:text | :enforced]; {why}")]
pub struct ParseLawError {
    text: String,
    why: &'static str,
}

impl LawRef {
    /// The law of the United States, at the order's date and in the default view.
    #[must_use]
    pub fn us() -> LawRef {
        LawRef {
            id: "us".to_owned(),
            date: None,
            view: None,
        }
    }
}

impl std::str::FromStr for LawRef {
    type Err = ParseLawError;

    fn from_str(text: &str) -> Result<LawRef, ParseLawError> {
        let fail = |why| ParseLawError {
            text: text.to_owned(),
            why,
        };
        let (rest, view) = match text.rsplit_once(':') {
            None => (text, None),
            Some((rest, "text")) => (rest, Some(View::Text)),
            Some((rest, "enforced")) => (rest, Some(View::Enforced)),
            Some(_) => return Err(fail("the view is neither text nor enforced")),
        };
        let (id, date) = match rest.split_once('@') {
            None => (rest, None),
            Some((id, date)) => {
                let date = date.parse().map_err(|_| fail("the date is not a day"))?;
                (id, Some(date))
            }
        };
        if id.is_empty() {
            return Err(fail("the name is missing"));
        }
        Ok(LawRef {
            id: id.to_owned(),
            date,
            view,
        })
    }
}

impl fmt::Display for LawRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)?;
        if let Some(date) = self.date {
            write!(f, "@{date}")?;
        }
        match self.view {
            Some(view) => write!(f, ":{}", view.word()),
            None => Ok(()),
        }
    }
}
