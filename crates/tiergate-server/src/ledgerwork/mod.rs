//! Work on the ledger by people, as pages and the API do it: accounts that are meant, corrections by two.

mod account;
mod corrections;

pub use account::AccountTold;
pub use corrections::{Correction, New, all, confirm, propose, refuse};

use tiergate_ledger::Refusal;

use crate::problem::Problem;

/// The problem of an entry that the ledger refuses.
pub fn refused(reasons: &[Refusal]) -> Problem {
    let each: Vec<String> = reasons.iter().map(ToString::to_string).collect();
    Problem::conflict(format!("nothing was entered: {}", each.join("; ")))
}
