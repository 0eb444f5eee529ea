//! Names of parties against lists of restricted ones.
//!
//! [`score`] says how near two names are, whatever their script, order, spelling and company form.
//! [`List`] reads the Consolidated Screening List, [`Index`] finds the parties near a name without
//! looking at all of them, and [`Adjudications`] keep what someone decided of a hit until the entry or
//! the party changes.
//!
//! This crate knows nothing of orders, of what a list means in law, of files, networks and clocks.

mod adjudicate;
mod also;
mod fold;
mod hit;
mod index;
mod list;
mod name;
mod pair;
mod party;
mod rank;
mod rescreen;
mod similar;
mod sound;
mod tables;
mod weights;
mod words;

pub use adjudicate::{Adjudication, Adjudications, LogFault, Verdict};
pub use hit::{Hit, lists};
pub use index::{Index, Nearest};
pub use list::{Entry, List, ListError, ListFault, Source};
pub use name::Name;
pub use pair::{Match, Matched, score};
pub use party::Party;
pub use rescreen::{Change, Changed, rescreen};
pub use similar::How;
pub use sound::{skeleton, sound};
pub use weights::Weights;
