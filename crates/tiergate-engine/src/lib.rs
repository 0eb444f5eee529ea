//! Decides orders under a regime.
//!
//! [`Rulebook::compile`] turns a [`tiergate_law::Regime`] into decision diagrams; [`Desk`] keeps a
//! rulebook per law, view and span of dates and gives [`Decision`]s with their reasons. The
//! [`mod@reference`] evaluator does the same slowly and obviously, and tests hold the two together.
//!
//! This crate knows nothing of storage, networks or clocks.

pub mod analyse;
mod batch;
mod build;
mod cases;
mod compare;
mod considered;
mod decision;
mod desk;
mod diagram;
mod explain;
mod holder;
mod narrow;
mod otherwise;
mod partings;
pub mod pass;
mod reach;
mod record;
pub mod reference;
mod render;
mod rests;
mod reviews;
mod rulebook;
mod settling;
pub mod turns;
mod variables;
mod walk;
mod world;

pub use batch::{Columns, Numbers, Verdict, decide_columns};
pub use build::Settled;
pub use compare::{
    Circumstances, Clause, Comparison, Cover, Covered, Cube, Direction, DutyChanges, DutyShift,
    ItemGroup, Ladder, Pairs, Plane, Range, Rare, Reply, Rung, Side, Statement, Statements,
    Threshold, cover,
};
pub use decision::{Answer, Decision, Undecided};
pub use desk::{Desk, DeskError, Stamp};
pub use diagram::{Diagrams, Known, Node, Remains, Variable, remains};
pub use explain::{Because, FactRead, Reason, condition_reasons};
pub use holder::{Names, holder};
pub use narrow::{Ending, Found, Narrowed};
pub use partings::{Days, Parted, Parting, Partings};
pub use record::{
    AuthorityRecord, DecisionRecord, DrawRecord, DutyRecord, ItemRecord, NotEnforced, OtherView,
    ReadingRecord, RedFlagRecord, RequirementRecord,
};
pub use rests::Ground;
pub use rulebook::{OUTCOME_WORDS, Outcome, Rulebook};
pub use variables::{Asked, Question, Variables, interval};
pub use world::possible;
