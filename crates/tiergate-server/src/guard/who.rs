//! Who asks: by a session's cookie or a token.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::cookies::SESSION;
use crate::app::Shared;
use crate::people::{Action, Person, Scope, Secret, Session, may};
use crate::problem::Problem;

/// How someone proved who they are.
#[derive(Debug, Clone)]
pub enum How {
    /// Logged in with a browser.
    Session(Session),
    /// With a token of these scopes.
    Token(Vec<Scope>),
}

/// Who asks.
#[derive(Debug, Clone)]
pub struct Who {
    /// The person.
    pub person: Person,
    /// How they proved it.
    pub how: How,
}

impl Who {
    /// Whether this person, so proved, may do something.
    #[must_use]
    pub fn may(&self, action: Action) -> bool {
        let scoped = match &self.how {
            How::Session(_) => true,
            How::Token(scopes) => scopes.contains(&Scope::needed(action)),
        };
        scoped && may(self.person.role, action)
    }

    /// Refuses what this person may not.
    ///
    /// # Errors
    ///
    /// What would be right.
    pub fn must(&self, action: Action) -> Result<(), Problem> {
        if self.may(action) {
            return Ok(());
        }
        let role = self.person.role;
        Err(Problem::not_allowed(match (&self.how, may(role, action)) {
            (How::Token(_), true) => {
                format!(
                    "the token has not the scope `{}`",
                    Scope::needed(action).word()
                )
            }
            _ => format!("not for a {}", role.word().replace('-', " ")),
        }))
    }

    /// The session's mark for forms; empty for a token.
    #[must_use]
    pub fn csrf(&self) -> &str {
        match &self.how {
            How::Session(session) => &session.csrf,
            How::Token(_) => "",
        }
    }
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let headers = &parts.headers;
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.strip_prefix("Bearer "))
            .map(Secret::shown);
        if let Some(token) = bearer {
            let found = app
                .work(move |app| Ok(app.people.by_token(&token, app.now())?))
                .await?;
            let (person, scopes) = found.ok_or_else(Problem::who)?;
            return Ok(Who {
                person,
                how: How::Token(scopes),
            });
        }
        let secret = SESSION.read(headers).ok_or_else(Problem::who)?;
        let found = app
            .work(move |app| Ok(app.people.session(&secret, app.now())?))
            .await?;
        let session = found.ok_or_else(Problem::who)?;
        Ok(Who {
            person: session.person.clone(),
            how: How::Session(session),
        })
    }
}
