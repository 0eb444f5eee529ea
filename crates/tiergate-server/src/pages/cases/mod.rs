//! The licensing desk: a queue, applications, and each case with what may be done in it.

mod act;
mod form;
mod new;
mod paper;
mod queue;
mod show;
mod words;

use axum::Router;
use axum::routing::{get, post};

use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new()
        .route("/cases", get(queue::page))
        .route("/cases/new", get(new::page).post(new::register))
        .route("/cases/{case}", get(show::page))
        .route("/cases/{case}/act", post(act::enter))
        .route("/cases/{case}/order", get(paper::order))
        .route("/cases/{case}/decision", get(paper::decision))
        .route("/cases/{case}/letter", get(paper::letter))
}

/// Whoever may read cases, all or their own.
fn must_read(who: &Who) -> Result<(), Problem> {
    if who.may(Action::OwnCases) {
        return Ok(());
    }
    who.must(Action::AllCases)
}

/// A case that is not there, or not for whoever asks: the two look alike.
fn no_case(case: &str) -> Problem {
    Problem::missing(format!("there is no case `{case}`"))
}
