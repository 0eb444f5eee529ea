//! One's own password, changed in person.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::extract::{Caller, Json};
use crate::app::Shared;
use crate::guard::Who;
use crate::guard::who::How;
use crate::people::{Action, Session};
use crate::problem::Problem;

/// A password to be changed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPassword)]
pub struct New {
    /// The password there is.
    current: String,
    /// The one to be.
    #[schema(min_length = 15, max_length = 1024)]
    new: String,
}

/// The session of whoever changes a password: a token changes none, or whoever finds one could keep
/// its person out.
///
/// # Errors
///
/// That a token asks.
pub fn in_session(who: &Who) -> Result<&Session, Problem> {
    match &who.how {
        How::Session(session) => {
            who.must(Action::OwnPassword)?;
            Ok(session)
        }
        How::Token(_) => Err(Problem::not_allowed(
            "a token is no person: log in to change a password",
        )),
    }
}

/// Change one's own password
///
/// Other sessions, all tokens and open links end with it.
///
/// # Errors
///
/// A current password that is not right, or a new one that will not do.
#[utoipa::path(
    post,
    path = "/password",
    tag = "tokens",
    request_body = New,
    responses(
        (status = 204, description = "It is changed"),
        (status = 422, description = "The current one is not right, or the new one will not do", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(app): State<Shared>,
    Caller(who): Caller,
    Json(new): Json<New>,
) -> Result<StatusCode, Problem> {
    let session = in_session(&who)?.clone();
    app.work(move |app| {
        let now = app.now();
        let changed = app
            .people
            .change_password(&session, &new.current, &new.new, now);
        Ok(changed?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
