//! The licensing desk: a queue, applications, and each case with what may be done in it.

mod act;
mod acts;
mod conceded;
mod doable;
mod documents;
mod form;
mod given;
mod kinds;
mod new;
mod order;
mod paper;
mod pdf;
mod queue;
mod show;
mod standing;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// Bytes of a form around the file it carries.
const FORM: usize = 64 << 10;

/// The addresses; a document has at most `upload` bytes.
pub fn router(upload: usize) -> Router<Shared> {
    Router::new()
        .route("/cases", get(queue::page))
        .route("/cases/new", get(new::page).post(new::register))
        .route("/cases/{case}", get(show::page))
        .route("/cases/acts", get(acts::page))
        .route("/cases/{case}/act", post(act::enter))
        .route("/cases/{case}/facts", post(act::state))
        .route(
            "/cases/{case}/documents",
            post(documents::attach).layer(DefaultBodyLimit::max(upload.saturating_add(FORM))),
        )
        .route("/cases/{case}/documents/{digest}", get(documents::document))
        .route("/cases/{case}/order", get(order::order))
        .route("/cases/{case}/order.json", get(paper::order))
        .route("/cases/{case}/decision", get(order::decision))
        .route("/cases/{case}/decision.json", get(paper::decision))
        .route("/cases/{case}/letter", get(paper::letter))
        .route("/cases/{case}/letter.pdf", get(paper::letter_file))
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
