//! Who asks: by a session's cookie or a token.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::Shared;
use crate::people::{Action, Person, Scope, Secret, Session, may};
use crate::problem::Problem;

/// The cookie of a session.
const COOKIE: &str = "tiergate_session";

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

/// The session's secret a browser sent.
pub fn cookie(headers: &HeaderMap) -> Option<Secret> {
    let cookies = headers.get_all(header::COOKIE).into_iter();
    let mut pairs = cookies
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    // With TLS the name says that no other host can have set it.
    let host = format!("__Host-{COOKIE}");
    let found = pairs.find(|(name, _)| *name == COOKIE || *name == host)?;
    Some(Secret::shown(found.1))
}

/// What sets the cookie, or takes it away.
pub fn set_cookie(app: &Shared, secret: Option<&Secret>) -> Option<HeaderValue> {
    let secure = app
        .config
        .public_url
        .as_deref()
        .is_some_and(|url| url.starts_with("https://"));
    let (prefix, mark) = match secure {
        true => ("__Host-", "; Secure"),
        false => ("", ""),
    };
    let (value, age) = match secret {
        Some(secret) => (secret.text(), ""),
        None => ("", "; Max-Age=0"),
    };
    let text = format!("{prefix}{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{mark}{age}");
    HeaderValue::from_str(&text).ok()
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
        let secret = cookie(headers).ok_or_else(Problem::who)?;
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
