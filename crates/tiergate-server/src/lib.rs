//! The desk as a service: an API and pages over the engine, the ledger and the cases.
//!
//! It knows no rule: what an order comes to is asked through [`OrderDesk`], what an account may hold
//! of the ledger, what may happen in a case of the cases. [`serve`] runs it.

mod api;
mod app;
mod blocking;
mod cases;
mod config;
mod db;
mod guard;
mod health;
mod measure;
mod pages;
pub mod people;
mod port;
mod problem;
mod router;
mod run;

pub use app::{App, Shared};
pub use config::{Config, Limits};
pub use db::Database;
pub use port::{
    Cap, Caps, Edge, Fault, Graph, Matches, Node, OrderDesk, PartyMatch, PartyTold, Prepared,
    ScreenHit, Screened, Sheet, Suspicion, Watched,
};
pub use problem::Problem;
pub use router::router;
pub use run::{ServeError, serve};
