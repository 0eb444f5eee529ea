//! What went wrong, as problem details (RFC 9457); pages show the same in words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::db::DbError;
use crate::people::PeopleError;
use crate::port::Fault;

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem it is: `about:blank` and the status say all.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status, as in the head of the answer.
    pub status: u16,
    /// The kind in words.
    pub title: String,
    /// What was found, and what would be right.
    pub detail: String,
    /// Places in what was given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<At>,
}

/// What is wrong in one place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct At {
    /// A JSON pointer; empty for the whole.
    pub pointer: String,
    /// What was found, and what would be right.
    pub detail: String,
}

impl Problem {
    /// A problem of a status.
    #[must_use]
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Problem {
        Problem {
            kind: "about:blank".to_owned(),
            status: status.as_u16(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// What was given cannot be used.
    #[must_use]
    pub fn wrong(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// What is wrong in one place of what was given, by its JSON pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, detail: impl Into<String>) -> Problem {
        let detail = detail.into();
        let mut problem = Problem::wrong(detail.clone());
        problem.errors = vec![At {
            pointer: pointer.into(),
            detail,
        }];
        problem
    }

    /// There is nothing of this name, or nothing the asker may see.
    #[must_use]
    pub fn missing(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::NOT_FOUND, detail)
    }

    /// Nobody is logged in.
    #[must_use]
    pub fn who() -> Problem {
        Problem::new(
            StatusCode::UNAUTHORIZED,
            "log in, or send a token: Authorization: Bearer ...",
        )
    }

    /// Not for this person, role or token.
    #[must_use]
    pub fn not_allowed(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::FORBIDDEN, detail)
    }

    /// It stands against what is there.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::CONFLICT, detail)
    }

    /// There is too much to do; nothing of this was done.
    #[must_use]
    pub fn busy() -> Problem {
        Problem::busy_with(
            "there is more to do than can be done: nothing of this was done, try again",
        )
    }

    /// There is too much of something to do; nothing of this was done.
    #[must_use]
    pub fn busy_with(detail: impl Into<String>) -> Problem {
        Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// Something is broken here. What, is for the log.
    #[must_use]
    pub fn internal(error: &dyn std::fmt::Display) -> Problem {
        tracing::error!(%error, "internal");
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "something is broken here; the log says what",
        )
    }

    /// What is wrong, place by place; the whole where no place is told.
    #[must_use]
    pub fn faults(self) -> Vec<Fault> {
        if self.errors.is_empty() {
            return vec![Fault {
                at: String::new(),
                what: self.detail,
            }];
        }
        let fault = |at: At| Fault {
            at: at.pointer,
            what: at.detail,
        };
        self.errors.into_iter().map(fault).collect()
    }

    /// The status.
    #[must_use]
    pub fn code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<Vec<Fault>> for Problem {
    fn from(faults: Vec<Fault>) -> Self {
        let mut problem = Problem::wrong(match faults.as_slice() {
            [one] => one.what.clone(),
            all => format!("{} things are wrong", all.len()),
        });
        let at = |fault: Fault| At {
            pointer: fault.at,
            detail: fault.what,
        };
        problem.errors = faults.into_iter().map(at).collect();
        problem
    }
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Conflict(_) => Problem::busy(),
            DbError::Damaged(_) | DbError::Other(_) => Problem::internal(&error),
        }
    }
}

impl From<PeopleError> for Problem {
    fn from(error: PeopleError) -> Self {
        match error {
            PeopleError::Wrong(what) => Problem::wrong(what),
            PeopleError::Db(error) => error.into(),
        }
    }
}

impl From<tiergate_cases::Error> for Problem {
    fn from(error: tiergate_cases::Error) -> Self {
        use tiergate_cases::Error as E;
        match &error {
            E::NoCase(_) => Problem::missing(error.to_string()),
            E::Refused(_) => Problem::wrong(error.to_string()),
            // What is held, numbered or changed stands otherwise: the text says what would be right.
            E::Conflict { .. } | E::Moved { .. } | E::NotHeld { .. } | E::Other(_) => {
                Problem::conflict(error.to_string())
            }
            E::Busy(_) => Problem::busy(),
            E::Ledger(_) => match error {
                E::Ledger(error) => error.into(),
                error => Problem::internal(&error),
            },
            _ => Problem::internal(&error),
        }
    }
}

impl From<tiergate_ledger::Error> for Problem {
    fn from(error: tiergate_ledger::Error) -> Self {
        use tiergate_ledger::Error as E;
        match &error {
            E::Invalid { .. } => Problem::wrong(error.to_string()),
            E::Conflict { .. } => Problem::conflict(error.to_string()),
            E::Busy(_) => Problem::busy(),
            _ => Problem::internal(&error),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (self.code(), body).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        if self.status == StatusCode::SERVICE_UNAVAILABLE.as_u16() {
            let soon = HeaderValue::from_static("1");
            response.headers_mut().insert(header::RETRY_AFTER, soon);
        }
        // Pages show it in words.
        response.extensions_mut().insert(self);
        response
    }
}
