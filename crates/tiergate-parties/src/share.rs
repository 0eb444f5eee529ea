//! What is known of the size of a share, and of a sum of shares.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::percent::{Percent, PercentError};

/// An end of a range of percentages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Bound {
    /// Where the range ends.
    pub percent: Percent,
    /// Whether the end itself is left out.
    pub open: bool,
}

impl Bound {
    /// An end that belongs to the range.
    #[must_use]
    pub const fn at(percent: Percent) -> Bound {
        Bound {
            percent,
            open: false,
        }
    }

    pub(crate) fn plus(self, other: Bound) -> Bound {
        Bound {
            percent: self.percent + other.percent,
            open: self.open || other.open,
        }
    }

    /// What is left of the whole beside this.
    pub(crate) fn rest(self) -> Bound {
        Bound {
            percent: Percent::HUNDRED.less(self.percent),
            open: self.open && self.percent < Percent::HUNDRED,
        }
    }

    /// The lower of two ends of which both are upper ones.
    pub(crate) fn lower_end(self, other: Bound) -> Bound {
        match self.percent.cmp(&other.percent) {
            std::cmp::Ordering::Less => self,
            std::cmp::Ordering::Greater => other,
            std::cmp::Ordering::Equal => Bound {
                open: self.open || other.open,
                ..self
            },
        }
    }
}

/// The size of a share: exact, or somewhere in a range.
///
/// ```
/// use tiergate_parties::Share;
/// assert_eq!("75".parse::<Share>()?.to_string(), "75 %");
/// // What has more decimal places than are kept is a range around it.
/// assert!(!"33.33333333333".parse::<Share>()?.is_exact());
/// # Ok::<(), tiergate_parties::PercentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Share {
    least: Bound,
    most: Bound,
}

impl Share {
    /// Anything from nothing to the whole.
    pub const ANY: Share = Share {
        least: Bound::at(Percent::ZERO),
        most: Bound::at(Percent::HUNDRED),
    };

    /// An exact share.
    ///
    /// ```
    /// use tiergate_parties::{Percent, Share};
    /// assert!(Share::exactly(Percent::whole(25)).is_exact());
    /// ```
    #[must_use]
    pub const fn exactly(percent: Percent) -> Share {
        Share {
            least: Bound::at(percent),
            most: Bound::at(percent),
        }
    }

    /// A range; none when nothing lies in it.
    ///
    /// ```
    /// use tiergate_parties::{Bound, Percent, Share};
    /// let quarter = Bound { percent: Percent::whole(25), open: true };
    /// let half = Bound::at(Percent::whole(50));
    /// assert_eq!(Share::between(quarter, half).unwrap().to_string(), "more than 25 %, at most 50 %");
    /// assert!(Share::between(half, quarter).is_none());
    /// ```
    #[must_use]
    pub fn between(least: Bound, most: Bound) -> Option<Share> {
        let empty = least.percent > most.percent
            || (least.percent == most.percent && (least.open || most.open))
            || most.percent > Percent::HUNDRED;
        (!empty).then_some(Share { least, most })
    }

    /// The lower end.
    #[must_use]
    pub const fn least(self) -> Bound {
        self.least
    }

    /// The upper end.
    #[must_use]
    pub const fn most(self) -> Bound {
        self.most
    }

    /// Whether only one size is possible.
    #[must_use]
    pub fn is_exact(self) -> bool {
        self.least.percent == self.most.percent
    }

    /// The range that covers two claims about one share.
    pub(crate) fn hull(self, other: Share) -> Share {
        let lower = |a: Bound, b: Bound| (a.percent, a.open) <= (b.percent, b.open);
        Share {
            least: if lower(self.least, other.least) {
                self.least
            } else {
                other.least
            },
            most: if (self.most.percent, !self.most.open) >= (other.most.percent, !other.most.open)
            {
                self.most
            } else {
                other.most
            },
        }
    }

    /// Two shares of one holder together, at most the whole.
    pub(crate) fn plus(self, other: Share) -> Share {
        let cap = |sum: Bound| {
            if sum.percent > Percent::HUNDRED {
                Bound::at(Percent::HUNDRED)
            } else {
                sum
            }
        };
        Share {
            least: cap(self.least.plus(other.least)),
            most: cap(self.most.plus(other.most)),
        }
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_exact() {
            return write!(f, "{} %", self.least.percent);
        }
        let least = if self.least.open {
            "more than"
        } else {
            "at least"
        };
        let most = if self.most.open {
            "less than"
        } else {
            "at most"
        };
        match (
            *self == Share::ANY,
            self.least == Bound::at(Percent::ZERO),
            self.most == Bound::at(Percent::HUNDRED),
        ) {
            (true, ..) => f.write_str("an unknown share"),
            (_, true, _) => write!(f, "{most} {} %", self.most.percent),
            (_, _, true) => write!(f, "{least} {} %", self.least.percent),
            _ => write!(
                f,
                "{least} {} %, {most} {} %",
                self.least.percent, self.most.percent
            ),
        }
    }
}

impl std::str::FromStr for Share {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Share, PercentError> {
        match text.parse() {
            Ok(percent) => Ok(Share::exactly(percent)),
            Err(PercentError::TooFine { below, above, .. }) => Ok(Share {
                least: Bound {
                    percent: below,
                    open: true,
                },
                most: Bound {
                    percent: above,
                    open: true,
                },
            }),
            Err(wrong) => Err(wrong),
        }
    }
}

/// A share as statements write it: `"75"`, or an object with its ends.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Written {
    Exact(String),
    Range(WrittenRange),
    Number(serde_json::Number),
}

#[derive(Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct WrittenRange {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_least: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more_than: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    at_most: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    less_than: Option<String>,
}

impl TryFrom<Written> for Share {
    type Error = String;

    fn try_from(written: Written) -> Result<Share, String> {
        let range = match written {
            Written::Exact(text) => return text.parse().map_err(|e: PercentError| e.to_string()),
            Written::Number(number) => {
                return number
                    .to_string()
                    .parse()
                    .map_err(|e: PercentError| e.to_string());
            }
            Written::Range(range) => range,
        };
        let end = |text: &Option<String>, open| match text {
            Some(text) => match text.parse() {
                Ok(percent) => Ok(Some(Bound { percent, open })),
                Err(error) => Err(PercentError::to_string(&error)),
            },
            None => Ok(None),
        };
        let one = |a: Option<Bound>, b: Option<Bound>, whole| match (a, b) {
            (Some(_), Some(_)) => Err("a range has one lower and one upper end".to_owned()),
            (a, b) => Ok(a.or(b).unwrap_or(whole)),
        };
        let least = one(
            end(&range.at_least, false)?,
            end(&range.more_than, true)?,
            Share::ANY.least,
        )?;
        let most = one(
            end(&range.at_most, false)?,
            end(&range.less_than, true)?,
            Share::ANY.most,
        )?;
        Share::between(least, most)
            .ok_or_else(|| "nothing lies in this range of percentages".to_owned())
    }
}

impl From<Share> for Written {
    fn from(share: Share) -> Written {
        if share.is_exact() {
            return Written::Exact(share.least.percent.to_string());
        }
        let mut range = WrittenRange::default();
        let text = |bound: Bound| Some(bound.percent.to_string());
        if share.least.open {
            range.more_than = text(share.least);
        } else {
            range.at_least = text(share.least);
        }
        if share.most.open {
            range.less_than = text(share.most);
        } else {
            range.at_most = text(share.most);
        }
        Written::Range(range)
    }
}

/// From what share on something holds. Which number that is, the law says.
///
/// ```
/// use tiergate_parties::{Bound, Percent, Threshold};
/// let half = Threshold::AtLeast(Percent::whole(50));
/// assert!(half.is_met_from(Bound::at(Percent::whole(50))));
/// let more = Threshold::MoreThan(Percent::whole(50));
/// assert!(!more.is_met_from(Bound::at(Percent::whole(50))));
/// // Whatever is more than 50 percent meets both.
/// assert!(more.is_met_from(Bound { percent: Percent::whole(50), open: true }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Threshold {
    /// The share itself is enough.
    AtLeast(Percent),
    /// The share has to be exceeded.
    MoreThan(Percent),
}

impl Threshold {
    /// More than half: what the word says.
    pub const MAJORITY: Threshold = Threshold::MoreThan(Percent::whole(50));

    /// Whether whatever lies above this lower end meets it.
    #[must_use]
    pub fn is_met_from(self, least: Bound) -> bool {
        match self {
            Threshold::AtLeast(percent) => least.percent >= percent,
            Threshold::MoreThan(percent) => {
                least.percent > percent || (least.percent == percent && least.open)
            }
        }
    }

    /// Whether something below this upper end may meet it.
    #[must_use]
    pub fn may_be_met_to(self, most: Bound) -> bool {
        match self {
            Threshold::AtLeast(percent) => {
                most.percent > percent || (most.percent == percent && !most.open)
            }
            Threshold::MoreThan(percent) => most.percent > percent,
        }
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Threshold::AtLeast(percent) => write!(f, "at least {percent} %"),
            Threshold::MoreThan(percent) => write!(f, "more than {percent} %"),
        }
    }
}

/// A sum of ends of ranges, from which they can be taken again.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Sum {
    percent: Percent,
    open: u32,
}

impl Sum {
    pub(crate) fn add(&mut self, bound: Bound) {
        self.percent = self.percent + bound.percent;
        self.open += u32::from(bound.open);
    }

    pub(crate) fn take(&mut self, bound: Bound) {
        self.percent = self.percent.less(bound.percent);
        self.open = self.open.saturating_sub(u32::from(bound.open));
    }

    pub(crate) const fn bound(self) -> Bound {
        Bound {
            percent: self.percent,
            open: self.open > 0,
        }
    }
}
