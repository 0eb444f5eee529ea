//! What the ledger answers to an entry.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::book::Balance;
use crate::entry::Charge;

/// What became of an entry; a retry of the same entry gets the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The entry's id.
    pub id: String,
    /// Its place in the ledger.
    pub seq: i64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded: i64,
    /// The answer.
    pub answer: Answer,
    /// Whether it was entered before, and this is the first answer again.
    pub again: bool,
}

impl Receipt {
    /// Whether it was accepted.
    #[must_use]
    pub fn accepted(&self) -> bool {
        matches!(self.answer, Answer::Accepted(_))
    }
}

/// Accepted, with the limits as they were read, or refused, with every reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// Entered.
    Accepted(Vec<Reading>),
    /// Not entered; the refusal is on record.
    Refused(Vec<Refusal>),
}

/// A limit as it was read for an accepted draw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The quota.
    pub quota: String,
    /// The place of the charge in the entry.
    pub charge: usize,
    /// What was used before.
    pub used: i64,
    /// What was reserved before.
    pub reserved: i64,
    /// The most the account may hold; none when nothing limited it.
    pub most: Option<i64>,
    /// Whether the limit is a share, whose most is of the day alone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub share: bool,
    /// What sets the limit.
    pub cite: String,
}

/// Why an entry was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// A limit would be passed.
    Limit(Over),
    /// What it asks for is not there to be had.
    State(String),
}

/// A limit that a draw would pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Over {
    /// The quota.
    pub quota: String,
    /// The account.
    pub account: Account,
    /// How much was asked.
    pub asked: u64,
    /// How much was used.
    pub used: i64,
    /// How much was reserved.
    pub reserved: i64,
    /// How much was left; nothing when more was used than the limit allows now.
    pub left: i64,
    /// The limit.
    pub most: i64,
    /// What sets it.
    pub cite: String,
    /// The day on which the limit would be passed: the entry's, or a later one.
    pub on: Date,
}

impl Over {
    /// How a charge would pass a limit, where an account holds so much; none when it would not.
    pub(crate) fn told(
        charge: &Charge,
        quota: &str,
        held: Balance,
        most: i64,
        cite: String,
        on: Date,
    ) -> Option<Over> {
        let left = most - held.total();
        let passes = i64::try_from(charge.amount).unwrap_or(i64::MAX) > left;
        passes.then(|| Over {
            quota: quota.to_owned(),
            account: charge.account.clone(),
            asked: charge.amount,
            used: held.used,
            reserved: held.reserved,
            left: left.max(0),
            most,
            cite,
            on,
        })
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Refusal::State(why) => f.write_str(why),
            Refusal::Limit(over) => write!(
                f,
                "`{}`: asked {}, left {} of {} on {} (used {}, reserved {}; {}; {})",
                over.quota,
                grouped(i128::from(over.asked)),
                grouped(i128::from(over.left)),
                grouped(i128::from(over.most)),
                over.on,
                grouped(i128::from(over.used)),
                grouped(i128::from(over.reserved)),
                over.account,
                over.cite
            ),
        }
    }
}

/// A number with its thousands apart.
///
/// ```
/// assert_eq!(tiergate_ledger::grouped(-26_900_000), "-26,900,000");
/// ```
#[must_use]
pub fn grouped(n: i128) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
