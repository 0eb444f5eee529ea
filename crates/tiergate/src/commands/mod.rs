//! The subcommands, one file or folder each.

pub mod case;
pub mod chips;
pub mod completions;
pub mod decide;
pub mod diff;
pub mod explain;
pub mod forms;
pub mod impact;
pub mod import;
pub mod lab;
pub mod law;
pub mod ledger;
pub mod parties;
pub mod schema;
pub mod screen;
pub mod serve;
pub mod watch;
