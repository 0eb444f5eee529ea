//! The ledger: what was drawn on which limit, by whom, and whether it is right.

mod accounts;
mod corrections;
mod entries;
mod told;
mod verify;

pub use accounts::{__path_accounts, __path_statement, accounts, statement};
pub use corrections::{
    __path_confirm, __path_listed, __path_propose, __path_refuse, confirm, listed, propose, refuse,
};
pub use entries::{__path_enter, __path_entry, enter, entry};
pub use verify::{__path_verify, verify};
