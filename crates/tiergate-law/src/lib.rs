//! Export-control law as data: read it, check it, and consolidate it at a date.
//!
//! A law is a set of TOML files, one per instrument or proposal. [`Library::read`] parses them
//! into [`Source`]s and reports every fault as a [`Diagnostic`] that points into the file.
//! [`Library::consolidate`] gives the [`Regime`] in force on a date, in a [`View`]: groups, values
//! and conditions with every name resolved.
//!
//! ```
//! use tiergate_law::{Date, LawRef, Library, View};
//!
//! let file = r#"
//! [instrument]
//! id = "demo"
//! title = "A demonstration"
//! cite = "Example 1"
//! effective = 2024-01-01
//! grade = "primary"
//!
//! [[group]]
//! id = "D:5"
//! cite = "Example 1, supp. 1"
//! members = ["CN", "IR"]
//!
//! [[requirement]]
//! id = "Example 2"
//! cite = "Example 2(a)"
//! says = "a license is required to D:5"
//! when = "destination in D:5"
//! "#;
//! let (library, diagnostics) = Library::read([("demo.toml", file)]);
//! assert!(diagnostics.is_empty());
//! let regime = library
//!     .consolidate(&LawRef::us(), Date::constant(2024, 6, 1), View::Text)
//!     .unwrap();
//! assert_eq!(regime.requirements.len(), 1);
//! ```
//!
//! This crate knows nothing of orders and does no I/O.

mod amend;
mod cond;
mod consolidate;
mod country;
mod diagnostic;
mod fact;
mod law_ref;
mod layers;
mod library;
mod model;
mod num;
mod read;
mod read_step;
mod regime;
mod resolve;
mod step;
mod syntax;
mod table;

pub use cond::{Atom, Cond, Linear, Party, Test};
pub use country::{Country, CountrySet, ParseCountryError};
pub use diagnostic::{Diagnostic, Place, Severity, nearest, render};
pub use fact::{
    ABSENT_PARTY, ANY_DESTINATION, CHOICES, COUNTRIES, ChoiceFact, ChoiceInfo, CountryFact,
    CountryInfo, DESTINATIONS, EVERY_DESTINATION, FLAGS, Fact, FlagFact, FlagInfo, IfAbsent,
    LIST_NAMES, NUMBERS, NumberFact, NumberInfo, TEXTS, TextFact, TextInfo, fact_by_name,
};
pub use jiff::civil::Date;
pub use law_ref::{LawRef, ParseLawError, View};
pub use layers::{Change, Event};
pub use library::{ConsolidateError, Held, Library};
pub use model::*;
pub use num::{Num, ParseNumError};
pub use regime::{
    Disapplied, Follower, Regime, RegimeAuthority, RegimeBar, RegimeClass, RegimeCondition,
    RegimeDuty, RegimeQuota, RegimeRequirement, RegimeReview, RegimeValue, Resolved,
};
pub use step::{STEP_EVENTS, STEP_READERS, Seen, Step, StepDefault, Votes, VotesOf};
pub use syntax::{Expr, ExprKind, parse_condition};
