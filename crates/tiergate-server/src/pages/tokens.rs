//! One's own tokens: seen, made, taken back.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use jiff::Timestamp;
use serde::Deserialize;

use super::{Shell, show};
use crate::api::tokens::{DAYS_MOST, checked};
use crate::app::Shared;
use crate::guard::who::How;
use crate::guard::{Signed, Who};
use crate::people::{Scope, Token};
use crate::problem::Problem;

/// A token as the page shows it.
struct Row {
    id: String,
    name: String,
    scopes: String,
    through: String,
    state: &'static str,
}

impl Row {
    fn of(token: &Token, now: i64) -> Row {
        let ends = Timestamp::from_microsecond(token.expires).unwrap_or(Timestamp::MAX);
        let scopes: Vec<&str> = token
            .scopes
            .iter()
            .map(|scope| Scope::word(*scope))
            .collect();
        Row {
            id: token.id.clone(),
            name: token.name.clone(),
            scopes: scopes.join(", "),
            through: ends.strftime("%Y-%m-%d").to_string(),
            state: match () {
                () if token.revoked => "revoked",
                () if token.expires <= now => "ended",
                () => "good",
            },
        }
    }
}

#[derive(Template)]
#[template(path = "tokens.html")]
struct Page {
    shell: Shell,
    tokens: Vec<Row>,
    /// The secret of a token just made.
    secret: Option<String>,
    wrong: Option<String>,
    days_most: u16,
}

async fn asked(app: &Shared, who: &Who) -> Result<Page, Problem> {
    if matches!(who.how, How::Token(_)) {
        return Err(Problem::not_allowed("a token is no person: log in"));
    }
    let person = who.person.id.clone();
    let tokens = app
        .work(move |app| {
            let now = app.now();
            let tokens = app.people.tokens(&person)?;
            Ok(tokens.iter().map(|token| Row::of(token, now)).collect())
        })
        .await?;
    Ok(Page {
        shell: Shell::new(app, who, "/tokens"),
        tokens,
        secret: None,
        wrong: None,
        days_most: DAYS_MOST,
    })
}

/// The page.
pub async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    show(&asked(&app, &who).await?)
}

#[derive(Debug, Deserialize)]
pub struct New {
    name: String,
    #[serde(default)]
    scopes: Vec<String>,
    days: u16,
}

/// Makes a token and shows its secret, once.
pub async fn make(
    State(app): State<Shared>,
    Signed { who, form }: Signed<New>,
) -> Result<Response, Problem> {
    let person = who.person.clone();
    let made = app
        .work(move |app| {
            let now = app.now();
            let new = match checked(&form.name, &form.scopes, form.days, now) {
                Ok(new) => new,
                Err(problem) => return Ok(Err(problem.detail)),
            };
            match app.people.make_token(&person, &new, now) {
                Ok((secret, _)) => Ok(Ok(secret)),
                Err(crate::people::PeopleError::Wrong(what)) => Ok(Err(what)),
                Err(error) => Err(error.into()),
            }
        })
        .await?;
    let mut page = asked(&app, &who).await?;
    match made {
        Ok(secret) => {
            page.secret = Some(secret.text().to_owned());
            show(&page)
        }
        Err(wrong) => {
            page.wrong = Some(wrong);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Takes a token back.
pub async fn revoke(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Response, Problem> {
    let revoked = app
        .work(move |app| Ok(app.people.revoke_token(&who.person.id, &id, app.now())?))
        .await?;
    match revoked {
        true => Ok(Redirect::to("/tokens").into_response()),
        false => Err(Problem::missing("there is no such token of yours")),
    }
}
