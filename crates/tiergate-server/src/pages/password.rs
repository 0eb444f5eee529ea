//! One's own password, changed by whoever knows it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{Shell, show};
use crate::api::password::in_session;
use crate::app::Shared;
use crate::guard::{Signed, Who};
use crate::people::PeopleError;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "password.html")]
struct Page {
    shell: Shell,
    login: String,
    done: bool,
    wrong: Option<String>,
}

impl Page {
    fn new(app: &Shared, who: &Who) -> Page {
        Page {
            shell: Shell::new(app, who, "/password"),
            login: who.person.login.clone(),
            done: false,
            wrong: None,
        }
    }
}

/// The page.
pub async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    in_session(&who)?;
    show(&Page::new(&app, &who))
}

#[derive(Debug, Deserialize)]
pub struct Given {
    current: String,
    password: String,
    again: String,
}

/// Changes it.
pub async fn change(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    let session = in_session(&who)?.clone();
    let mut page = Page::new(&app, &who);
    let changed = app
        .work(move |app| {
            if form.password != form.again {
                return Ok(Err("the two new passwords are not the same".to_owned()));
            }
            let now = app.now();
            match app
                .people
                .change_password(&session, &form.current, &form.password, now)
            {
                Ok(()) => Ok(Ok(())),
                Err(PeopleError::Wrong(what)) => Ok(Err(what)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    match changed {
        Ok(()) => {
            page.done = true;
            show(&page)
        }
        Err(wrong) => {
            page.wrong = Some(wrong);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
    }
}
