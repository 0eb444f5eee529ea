//! Names of parties against lists of restricted ones.
//!
//! [`score`] says how near two names are, whatever their script, order, spelling and company form.
//! [`List`] reads the Consolidated Screening List, [`Index`] finds the parties near a name without
//! looking at all of them, and [`Adjudications`] keep what someone decided of a hit until the entry or
//! the party changes.
//!
//! This crate knows nothing of orders, of what a list means in law, of files, networks and clocks.

mod fold;
mod index;
mod list;
mod name;
mod pair;
mod similar;
mod sound;
mod tables;
mod weights;

pub use index::{Index, Nearest};
pub use list::{Entry, List, ListError, ListFault, Source};
pub use name::Name;
pub use pair::{Match, Matched, score};
pub use similar::How;
pub use sound::{skeleton, sound};
pub use weights::Weights;
