//! What came of a run, as it is answered.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use super::kept::{self, File};
use super::{Comparison, Run, State};
use crate::app::App;
use crate::problem::Problem;

/// A report styles itself, asks for nothing else and has no script.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; \
     frame-ancestors 'none'";

/// A report as a page of its own.
pub fn report(page: String) -> Response {
    let policy = HeaderValue::from_static(POLICY);
    ([(header::CONTENT_SECURITY_POLICY, policy)], Html(page)).into_response()
}

/// A table.
pub fn csv(text: String) -> Response {
    ([(header::CONTENT_TYPE, "text/csv; charset=utf-8")], text).into_response()
}

/// The regimes of a run beside one another; none while it is not done.
///
/// # Errors
///
/// The database's, or what is kept and cannot be read.
pub fn comparison(app: &App, run: &Run) -> Result<Option<Comparison>, Problem> {
    if run.state != State::Done {
        return Ok(None);
    }
    let text = kept::file(app, &run.person, &run.id, File::Comparison)?;
    let read = serde_json::from_str(&text).map_err(|e| Problem::internal(&e))?;
    Ok(Some(read))
}
