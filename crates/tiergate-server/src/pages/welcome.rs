//! Setting a password by a link.

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{Shell, show};
use crate::app::Shared;
use crate::guard::cookies::SESSION;
use crate::guard::form;
use crate::people::{PeopleError, Secret};
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "welcome.html")]
struct Page {
    shell: Shell,
    link: String,
    name: String,
    login: String,
    wrong: Option<String>,
}

async fn asked(app: &Shared, link: &str, wrong: Option<String>) -> Result<Page, Problem> {
    let secret = Secret::shown(link);
    let person = app
        .work(move |app| Ok(app.people.linked(&secret, app.now())?))
        .await?;
    let gone = "the link was used or is too old: ask an administrator for a new one";
    let person = person.ok_or_else(|| Problem::missing(gone))?;
    Ok(Page {
        shell: Shell::of_session(app, None, ""),
        link: link.to_owned(),
        name: person.name,
        login: person.login,
        wrong,
    })
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    Path(link): Path<String>,
) -> Result<Response, Problem> {
    show(&asked(&app, &link, None).await?)
}

#[derive(Debug, Deserialize)]
struct Given {
    password: String,
    again: String,
}

/// Sets the password and logs in.
pub async fn set(
    State(app): State<Shared>,
    Path(link): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let given: Given = form::read(&body)?;
    let secret = Secret::shown(&link);
    let set = app
        .work(move |app| {
            if given.password != given.again {
                return Ok(Err("the two passwords are not the same".to_owned()));
            }
            let now = app.now();
            match app.people.set_password(&secret, &given.password, now) {
                Ok(person) => Ok(Ok(app.people.begin(&person, now)?)),
                Err(PeopleError::Wrong(what)) => Ok(Err(what)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    match set {
        Ok((secret, _)) => {
            let mut response = Redirect::to("/").into_response();
            if let Some(cookie) = SESSION.set(&app, Some(&secret)) {
                response.headers_mut().insert(header::SET_COOKIE, cookie);
            }
            Ok(response)
        }
        Err(wrong) => {
            let page = show(&asked(&app, &link, Some(wrong)).await?)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
