//! What pages ask besides decisions: limits, findings of the watch, parties.

use tiergate_ledger::{Account, Balance};

/// Each account against its limits on a day.
#[derive(Debug, Clone)]
pub struct Caps {
    /// The limits, by quota, what is nearest to its limit first.
    pub limits: Vec<Cap>,
    /// Accounts that this law sets no limit for on the day.
    pub unlimited: Vec<(Account, Balance)>,
}

/// A limit and what is drawn on it.
#[derive(Debug, Clone)]
pub struct Cap {
    /// The quota; the measure, where a limit of the account's own stands alone.
    pub quota: String,
    /// What it is called.
    pub name: String,
    /// What the law says of it; empty where it says nothing.
    pub says: String,
    /// The account.
    pub account: Account,
    /// The country it is counted for, where it is counted by destination.
    pub country: Option<String>,
    /// What it holds.
    pub balance: Balance,
    /// The most it may hold; none for no limit.
    pub most: Option<i64>,
    /// What sets it.
    pub cite: String,
}

impl Cap {
    /// What is left; none where there is no limit to leave something of.
    ///
    /// ```
    /// use tiergate_ledger::{Account, Balance, Span};
    /// let cap = tiergate_server::Cap {
    ///     quota: "lpp".into(),
    ///     name: "Low processing performance (LPP)".into(),
    ///     says: String::new(),
    ///     account: Account::new("lpp", "Meridian Compute", Span::ALL),
    ///     country: None,
    ///     balance: Balance { used: 20, reserved: 5 },
    ///     most: Some(100),
    ///     cite: String::new(),
    /// };
    /// assert_eq!(cap.left(), Some(75));
    /// ```
    #[must_use]
    pub fn left(&self) -> Option<i64> {
        self.most.map(|most| (most - self.balance.total()).max(0))
    }
}

/// What the watch finds on the ledger.
#[derive(Debug, Clone, Default)]
pub struct Watched {
    /// What is to be looked at, most first.
    pub findings: Vec<Suspicion>,
    /// What holds of the whole, in sentences.
    pub about: Vec<String>,
    /// How many parties are described, by whose traits others are linked.
    pub described: usize,
    /// How many that received something are not: nothing links them.
    pub undescribed: usize,
}

/// A finding of the watch, in words.
#[derive(Debug, Clone)]
pub struct Suspicion {
    /// What makes the parties one sum.
    pub basis: &'static str,
    /// The sum that is to be looked at, in a sentence.
    pub heading: String,
    /// The amount.
    pub amount: String,
    /// Its year.
    pub year: i16,
    /// As a multiple of the limit; empty where there is none.
    pub times: String,
    /// The chance that they are one buyer; `-` where that is not the question.
    pub chance: String,
    /// Twelve months across years in which they are above the limit.
    pub months: String,
    /// Each party with what it received.
    pub parties: Vec<String>,
    /// Parties that received nothing and connect them.
    pub between: String,
    /// What they share.
    pub shared: Vec<String>,
    /// What was weighed: what it adds to the score, and what was seen.
    pub weighed: Vec<(String, String)>,
    /// What would clear it up.
    pub ask: Vec<String>,
}
