//! The command line of Tiergate.
//!
//! The binary is [`main`]; the library part exists so that tests, tools and other crates can
//! call what it is made of: [`embedded`] gives the law and the catalog that are built in, and
//! [`examples`] runs the examples beside the rules.
//!
//! ```
//! let desk = tiergate::embedded::desk(None).unwrap();
//! assert!(desk.catalog.chip("nvidia-h100-sxm5").is_some());
//! ```

mod adoption;
mod caps;
mod case;
mod cli;
mod commands;
pub mod embedded;
pub mod examples;
mod fill;
mod html;
mod ledger_args;
mod ledger_hints;
mod lists;
mod markdown;
mod options;
mod order_args;
mod order_paper;
mod page;
mod parties;
mod pipeline;
mod report;
mod serve;
mod style;
mod table;
mod verdict;
pub mod words;

pub use cli::main;
pub use serve::{Files, Known, Orders};
