//! The watch for purchases that are split to stay below a limit.
//!
//! A limit per buyer and year can be met by many small buyers that are one. The watch links parties
//! by what they share, adds up what linked parties received, and where the sum is above the limit
//! weighs what speaks for one buyer behind it. A finding is a reason to ask, never a finding of fact:
//! it lists its evidence, and which fact would clear it up.
//!
//! ```
//! use jiff::civil::Date;
//! use tiergate_watch::{Book, Consignment, Limits, Party, Settings, watch};
//!
//! let mut parties = vec![
//!     Party::new("p1", "Velmora Compute", "MY"),
//!     Party::new("p2", "Tessara Systems", "MY"),
//! ];
//! for party in &mut parties {
//!     party.banks.push("MY12 0000 3141 5926".to_owned());
//!     party.phones.push("+60 3 5550 1234".to_owned());
//! }
//! let orders = vec![
//!     Consignment::new("c1", Date::constant(2026, 2, 3), "p1", 700),
//!     Consignment::new("c2", Date::constant(2026, 3, 9), "p2", 650),
//! ];
//! let limits = Limits::new([(2026, 1_000, "Demo 1(a)")]);
//! let report = watch(&Book::new(parties, orders), &limits, &Settings::default());
//! let finding = &report.findings[0];
//! assert_eq!(finding.tpp(), 1_350);
//! assert_eq!(finding.ids().collect::<Vec<_>>(), ["p1", "p2"]);
//! assert!(finding.ask[0].contains("ultimate parent"));
//! ```
//!
//! This crate knows nothing of law, storage, networks or clocks: limits are given to it by year, with
//! their citation.

mod background;
mod book;
mod bunching;
mod components;
mod dialing;
mod finding;
mod limit;
mod links;
mod near;
mod normal;
mod party;
mod read;
mod score;
mod settings;
mod sums;
mod union;
mod values;
mod watch;
mod words;

pub use book::Book;
pub use bunching::{Bunching, poisson_tail};
pub use finding::{Basis, Finding, Member, Months, Shared, Term, Together};
pub use limit::{Limit, Limits};
pub use normal::normal;
pub use party::{Consignment, Party};
pub use read::{RowError, consignments_csv, consignments_jsonl, parties_csv, parties_jsonl};
pub use settings::{Checks, Kind, Settings};
pub use sums::YearSum;
pub use union::Groups;
pub use watch::{Report, Standing, watch};
