//! Forms, which carry the mark of the session they were made for.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Who;
use crate::app::Shared;
use crate::problem::Problem;

/// A form sent by a page of the session it was made for.
#[derive(Debug, Clone)]
pub struct Signed<T> {
    /// Who sent it.
    pub who: Who,
    /// What it says.
    pub form: T,
}

#[derive(Deserialize)]
struct Mark {
    #[serde(default)]
    csrf: String,
}

impl<T: DeserializeOwned> FromRequest<Shared> for Signed<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let who = Who::from_request_parts(&mut parts, app).await?;
        let bytes = Bytes::from_request(Request::from_parts(parts, body), app)
            .await
            .map_err(|e| Problem::new(e.status(), e.body_text()))?;
        let mark: Mark = read(&bytes)?;
        if mark.csrf != who.csrf() || mark.csrf.is_empty() {
            return Err(Problem::not_allowed(
                "the form is not of this session: load the page again",
            ));
        }
        let form = read(&bytes)?;
        Ok(Signed { who, form })
    }
}

/// Reads a form.
///
/// # Errors
///
/// What of it cannot be read.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    serde_html_form::from_bytes(bytes)
        .map_err(|e| Problem::wrong(format!("the form cannot be read: {e}")))
}
