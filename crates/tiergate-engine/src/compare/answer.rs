//! What two regimes can say of an order, and which of two answers is the stricter.

use tiergate_law::{Policy, Regime};

use crate::rulebook::Outcome;

/// An answer, in terms that several regimes share.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reply {
    /// Nothing controls the item.
    NotControlled,
    /// Controlled, and no license is required.
    NoLicenseRequired,
    /// A license exception carries it.
    LicenseException(String),
    /// A validated-end-user authorization carries it.
    ValidatedEndUser(String),
    /// A license is required, reviewed under this policy.
    LicenseRequired(Policy),
    /// No license is to be had.
    Prohibited,
}

impl Reply {
    /// An outcome of a regime in the terms of all.
    #[must_use]
    pub fn of(outcome: Outcome, regime: &Regime) -> Reply {
        let id = |at: u8| {
            let authority = regime.authorities.get(usize::from(at));
            authority.map(|a| a.id.clone()).unwrap_or_default()
        };
        match outcome {
            Outcome::NotControlled => Reply::NotControlled,
            Outcome::NoLicenseRequired => Reply::NoLicenseRequired,
            Outcome::LicenseException(at) => Reply::LicenseException(id(at)),
            Outcome::ValidatedEndUser(at) => Reply::ValidatedEndUser(id(at)),
            Outcome::LicenseRequired(policy) => Reply::LicenseRequired(policy),
            Outcome::Prohibited => Reply::Prohibited,
        }
    }

    /// The outcome word of the decision contract.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Reply::NotControlled => Outcome::NotControlled.word(),
            Reply::NoLicenseRequired => Outcome::NoLicenseRequired.word(),
            Reply::LicenseException(_) => Outcome::LicenseException(0).word(),
            Reply::ValidatedEndUser(_) => Outcome::ValidatedEndUser(0).word(),
            Reply::LicenseRequired(policy) => Outcome::LicenseRequired(*policy).word(),
            Reply::Prohibited => Outcome::Prohibited.word(),
        }
    }

    /// The authority that carries the order.
    #[must_use]
    pub fn authority(&self) -> Option<&str> {
        match self {
            Reply::LicenseException(id) | Reply::ValidatedEndUser(id) => Some(id),
            _ => None,
        }
    }

    /// How an application is reviewed.
    #[must_use]
    pub const fn review(&self) -> Option<&'static str> {
        match self {
            Reply::LicenseRequired(policy) => Some(policy.word()),
            _ => None,
        }
    }

    /// How strict an answer is: free to ship, to ship under an authorization, to apply with ever
    /// less hope, not at all. What is not controlled and what needs no license ship alike.
    #[must_use]
    pub const fn strictness(&self) -> u32 {
        match self {
            Reply::NotControlled | Reply::NoLicenseRequired => 0,
            Reply::LicenseException(_) | Reply::ValidatedEndUser(_) => 1,
            Reply::LicenseRequired(policy) => 2 + *policy as u32,
            Reply::Prohibited => 2 + Policy::ALL.len() as u32,
        }
    }
}

/// How one regime lies to another over all orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Every answer is the same.
    Equal,
    /// Answers differ, and none is stricter or looser.
    Alike,
    /// The second is nowhere looser, and somewhere stricter.
    Stricter,
    /// The second is nowhere stricter, and somewhere looser.
    Looser,
    /// The second is stricter here and looser there.
    Both,
}

impl Direction {
    /// From all pairs of different answers.
    #[must_use]
    pub fn of(pairs: &[[Reply; 2]]) -> Direction {
        let stricter = pairs.iter().any(|[a, b]| b.strictness() > a.strictness());
        let looser = pairs.iter().any(|[a, b]| b.strictness() < a.strictness());
        match (stricter, looser, pairs.is_empty()) {
            (_, _, true) => Direction::Equal,
            (false, false, _) => Direction::Alike,
            (true, false, _) => Direction::Stricter,
            (false, true, _) => Direction::Looser,
            (true, true, _) => Direction::Both,
        }
    }

    /// The word of the difference's JSON form.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Direction::Equal => "equal",
            Direction::Alike => "alike",
            Direction::Stricter => "stricter",
            Direction::Looser => "looser",
            Direction::Both => "both",
        }
    }
}
