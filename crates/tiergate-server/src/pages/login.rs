//! Logging in and out.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Shell, percent, show};
use crate::app::{App, Shared};
use crate::guard::cookies::SESSION;
use crate::guard::form;
use crate::guard::who::How;
use crate::guard::{Signed, Who};
use crate::people::Login;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "login.html")]
pub(super) struct Page {
    shell: Shell,
    next: String,
    login: String,
    wrong: Option<String>,
    /// The provider of OpenID Connect: what people call it, and the address that leads there.
    provider: Option<(String, String)>,
}

impl Page {
    /// The page, leading on to an address, with what went wrong.
    pub(super) fn new(app: &App, next: String, wrong: Option<String>) -> Page {
        let provider = app.oidc.as_ref().map(|oidc| {
            let to = format!("/login/oidc?next={}", percent(&next));
            (oidc.name().to_owned(), to)
        });
        Page {
            shell: Shell::of_session(app, None, "/login"),
            next,
            login: String::new(),
            wrong,
            provider,
        }
    }
}

/// Where the login leads.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    pub(super) next: String,
}

/// An address of this service, not of another.
pub(super) fn ours(next: &str) -> &str {
    let plain = next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    if plain { next } else { "/" }
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Problem> {
    show(&Page::new(&app, next, None))
}

/// What is told whoever does not get in, whatever the reason.
const NOT_IN: &str = "the login or the password is wrong, the person is disabled, or there were too \
     many failures: then wait a quarter of an hour, or ask an administrator for a link";

#[derive(Debug, Deserialize)]
struct Given {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Logs in: a new session, whatever cookie was sent.
pub async fn log_in(State(app): State<Shared>, body: Bytes) -> Result<Response, Problem> {
    let given: Given = form::read(&body)?;
    let (login, password) = (given.login.clone(), given.password);
    let how = app
        .work(move |app| {
            let now = app.now();
            match app.people.log_in(&login, &password, now)? {
                Login::In(person) => Ok(Ok(app.people.begin(&person, now)?)),
                // The same for both: nobody learns here which logins there are.
                Login::No | Login::Locked(_) => Ok(Err(NOT_IN.to_owned())),
            }
        })
        .await?;
    match how {
        Ok((secret, _)) => {
            let mut response = Redirect::to(ours(&given.next)).into_response();
            if let Some(cookie) = SESSION.set(&app, Some(&secret)) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(wrong) => {
            let mut page = Page::new(&app, given.next, Some(wrong));
            page.login = given.login;
            Ok((StatusCode::UNAUTHORIZED, show(&page)?).into_response())
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Logs out.
pub async fn log_out(
    State(app): State<Shared>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Response, Problem> {
    let Who { how, .. } = who;
    if let How::Session(session) = how {
        app.work(move |app| Ok(app.people.end(&session)?)).await?;
    }
    let mut response = Redirect::to("/login").into_response();
    if let Some(cookie) = SESSION.set(&app, None) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_nowhere_but_here() {
        for (next, to) in [
            ("/cases?mine=1", "/cases?mine=1"),
            ("", "/"),
            ("https://example.com", "/"),
            ("//example.com", "/"),
            ("/\\example.com", "/"),
            ("/a\nb", "/"),
        ] {
            assert_eq!(ours(next), to, "{next}");
        }
    }
}
