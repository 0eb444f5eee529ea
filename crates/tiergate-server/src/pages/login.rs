//! Logging in and out.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Shell, show};
use crate::app::Shared;
use crate::guard::form;
use crate::guard::who::{How, set_cookie};
use crate::guard::{Signed, Who};
use crate::people::Login;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "login.html")]
struct Page {
    shell: Shell,
    next: String,
    login: String,
    wrong: Option<String>,
}

/// Where the login leads.
#[derive(Debug, Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// An address of this service, not of another.
fn ours(next: &str) -> &str {
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
    show(&Page {
        shell: Shell::of_session(&app, None, "/login"),
        next,
        login: String::new(),
        wrong: None,
    })
}

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
                Login::No => Ok(Err(
                    "the login or the password is wrong, or the person is disabled".to_owned(),
                )),
                Login::Locked(_) => Ok(Err(
                    "too many failures: wait a quarter of an hour, or ask an administrator for a link"
                        .to_owned(),
                )),
            }
        })
        .await?;
    match how {
        Ok((secret, _)) => {
            let mut response = Redirect::to(ours(&given.next)).into_response();
            if let Some(cookie) = set_cookie(&app, Some(&secret)) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(wrong) => {
            let page = show(&Page {
                shell: Shell::of_session(&app, None, "/login"),
                next: given.next,
                login: given.login,
                wrong: Some(wrong),
            })?;
            Ok((StatusCode::UNAUTHORIZED, page).into_response())
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
    if let Some(cookie) = set_cookie(&app, None) {
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
