//! Who asks: by a session's cookie or a token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::cookies::SESSION;
use crate::app::{App, Shared};
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
            _ => {
                let role = role.word().replace('-', " ");
                let article = if role.starts_with('a') { "an" } else { "a" };
                format!("not for {article} {role}")
            }
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

/// The secret by which a request says who asks.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A token's.
    Token(Secret),
    /// A session's.
    Session(Secret),
}

impl Shown {
    /// The secret itself.
    #[must_use]
    pub const fn secret(&self) -> &Secret {
        match self {
            Shown::Token(secret) | Shown::Session(secret) => secret,
        }
    }
}

/// What a request shows; a token stands before a cookie.
pub fn shown(app: &App, headers: &HeaderMap) -> Option<Shown> {
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| text.strip_prefix("Bearer "))
        .map(|text| Shown::Token(Secret::shown(text)));
    bearer.or_else(|| SESSION.read(app, headers).map(Shown::Session))
}

impl FromRequestParts<Shared> for Who {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let shown = shown(app, &parts.headers).ok_or_else(Problem::who)?;
        let found = app
            .work(move |app| {
                let now = app.now();
                let found = match &shown {
                    Shown::Token(secret) => {
                        let found = app.people.by_token(secret, now)?;
                        found.map(|(person, scopes)| (person, How::Token(scopes)))
                    }
                    Shown::Session(secret) => {
                        let found = app.people.session(secret, now)?;
                        found.map(|session| (session.person.clone(), How::Session(session)))
                    }
                };
                // Who is signed in is counted by person from here on.
                let hash = shown.secret().hash();
                match &found {
                    Some((person, _)) => app.rate.good(hash, &person.id),
                    None => app.rate.bad(&hash),
                }
                Ok(found)
            })
            .await?;
        let (person, how) = found.ok_or_else(Problem::who)?;
        Ok(Who { person, how })
    }
}
