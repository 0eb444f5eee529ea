//! The desk as a service: an API and pages over the engine, the ledger and the cases.
//!
//! It knows no rule: what an order comes to is asked through [`OrderDesk`], what an account may hold
//! of the ledger, what may happen in a case of the cases. [`serve`] runs it.

mod api;
mod app;
mod blocking;
mod cases;
mod casework;
mod config;
mod connections;
mod db;
mod demo;
mod guard;
mod health;
mod lab;
mod ledgerwork;
mod log;
mod measure;
mod oidc;
mod pages;
pub mod people;
mod port;
mod problem;
mod router;
mod run;

pub use api::description;
pub use api::port::{Decided, Drawn, FileForm, LawDesk, LawListed, Reserved, Reserving, Started};
pub use app::{App, Shared};
pub use config::{Config, Limits};
pub use db::Database;
pub use demo::Demo;
pub use guard::proxies::{Network, NetworkError, Proxies};
pub use oidc::Oidc;
pub use port::*;
pub use problem::Problem;
pub use router::router;
pub use run::{Ready, ServeError, serve};
