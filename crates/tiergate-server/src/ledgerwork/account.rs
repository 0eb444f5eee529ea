//! An account as people and programs name it.

use serde::{Deserialize, Serialize};
use tiergate_ledger::{Account, Span};
use utoipa::ToSchema;

use crate::problem::Problem;

/// An account: what is counted, for whom, over which days.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Account)]
pub struct AccountTold {
    /// What is counted, such as lpp, country-allocation, veu.total, license.value.
    #[schema(min_length = 1, max_length = 200)]
    pub measure: String,
    /// For whom: a name, a country, or both with ` / ` between.
    #[schema(min_length = 1, max_length = 400)]
    pub holder: String,
    /// Over which days: a year, 2025-01-01..2027-12-31, or all.
    #[schema(example = "2026")]
    pub span: String,
}

impl AccountTold {
    /// An account as it is told.
    pub fn of(account: &Account) -> AccountTold {
        AccountTold {
            measure: account.measure.clone(),
            holder: account.holder.clone(),
            span: account.span.to_string(),
        }
    }

    /// The account that is meant.
    ///
    /// # Errors
    ///
    /// What of it is wrong, below `pointer`.
    pub fn account(&self, pointer: &str, known: &[String]) -> Result<Account, Problem> {
        let wrong = |field: &str, what: String| Problem::at(format!("{pointer}/{field}"), what);
        let span: Span = self
            .span
            .parse()
            .map_err(|e| wrong("span", format!("{e}")))?;
        if !known.contains(&self.measure) {
            let what = format!(
                "no law counts `{}`; there are {}",
                self.measure,
                known.join(", ")
            );
            return Err(wrong("measure", what));
        }
        let control = self.holder.chars().any(char::is_control);
        if self.holder.trim().is_empty() || self.holder.len() > 400 || control {
            let what =
                "name the holder, in at most 400 bytes and without control characters".to_owned();
            return Err(wrong("holder", what));
        }
        Ok(Account::new(&self.measure, &self.holder, span))
    }
}
