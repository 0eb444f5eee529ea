//! The lab: rehearses each regime month by month, with uncertainty.
//!
//! What a law says of orders comes from the engine ([`Table`]); what the world is like comes from
//! [`Parameters`] and [`World`], each number with its range and source. Nothing numeric about the world
//! stands in code, and no rule is written here.

mod archetype;
pub mod built_in;
pub mod calibrate;
pub mod claims;
mod companies;
pub mod compared;
pub mod explore;
pub mod export;
pub mod fan;
pub mod findings;
pub mod gathered;
pub mod goals;
mod kept;
pub mod model;
mod month;
mod parameter;
mod posterior;
pub mod report;
pub mod run;
pub mod sensitivity;
pub mod series;
mod setup;
pub mod statistics;
mod table;
pub mod targets;
pub mod told;
pub mod validate;
mod world;

pub use archetype::{ArchetypeError, Archetypes, Buyer};
pub use companies::{Buys, Company};
pub use model::{Broken, Model, ModelError, Rehearsal};
pub use month::{Month, Months};
pub use parameter::{Distribution, Known, Parameter, ParameterError, Parameters};
pub use posterior::{Posterior, PosteriorError};
pub use run::{Drawing, Plan, Results, RunError, run};
pub use setup::{Asked, Regime, Setup, SetupError, name_of, regime_laws, regimes};
pub use table::{COLUMNS, Draw, Ladder, Passage, Review, Step, Table, TabulateError};
pub use world::{Chip, Class, Effect, Event, Group, Place, TableError, Tables, World};
