//! Tokens for programs: made, listed and taken back by the person whose they are.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Caller, Json, Path};
use super::once::ShownOnce;
use crate::app::Shared;
use crate::guard::Who;
use crate::guard::who::How;
use crate::people::{NewToken, Scope, Token};
use crate::problem::Problem;

/// The most days a token lasts.
pub const DAYS_MOST: u16 = 366;

/// Microseconds of a day.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A token as it is listed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct Told {
    /// Its id.
    id: String,
    /// What it is for.
    name: String,
    /// What it may be used for: decide, read, write.
    scopes: Vec<&'static str>,
    /// When it ends.
    expires: Timestamp,
    /// Whether it was taken back.
    revoked: bool,
}

impl Told {
    fn of(token: &Token) -> Told {
        Told {
            id: token.id.clone(),
            name: token.name.clone(),
            scopes: token.scopes.iter().map(|scope| scope.word()).collect(),
            expires: Timestamp::from_microsecond(token.expires).unwrap_or(Timestamp::MAX),
            revoked: token.revoked,
        }
    }
}

/// One's tokens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tokens {
    /// The oldest first.
    tokens: Vec<Told>,
}

/// A token makes no tokens: whoever finds one could make it last, and give it more scopes.
fn in_person(who: &Who) -> Result<(), Problem> {
    match who.how {
        How::Session(_) => Ok(()),
        How::Token(_) => Err(Problem::not_allowed(
            "a token is no person: log in to see, make or revoke tokens",
        )),
    }
}

/// List one's tokens
///
/// # Errors
///
/// Asked with a token.
#[utoipa::path(
    get,
    path = "/tokens",
    tag = "tokens",
    responses((status = 200, description = "The tokens, without their secrets", body = Tokens))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(who): Caller,
) -> Result<Answer<Tokens>, Problem> {
    in_person(&who)?;
    let tokens = app
        .work(move |app| Ok(app.people.tokens(&who.person.id)?))
        .await?;
    Ok(Answer(Tokens {
        tokens: tokens.iter().map(Told::of).collect(),
    }))
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewToken)]
pub struct New {
    /// What it is for.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// What it may be used for: decide, read, write.
    #[schema(min_items = 1)]
    scopes: Vec<String>,
    /// How many days it lasts.
    #[schema(minimum = 1, maximum = 366)]
    days: u16,
}

/// A token just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TokenMade)]
pub struct Made {
    /// The token.
    token: Told,
    /// What to send: told only here.
    secret: String,
}

/// Makes a token of a person.
///
/// # Errors
///
/// A scope or a time that there is not.
pub fn checked(name: &str, scopes: &[String], days: u16, now: i64) -> Result<NewToken, Problem> {
    if !(1..=DAYS_MOST).contains(&days) {
        let what = format!("a token lasts 1 to {DAYS_MOST} days; this {days}");
        return Err(Problem::at("/days", what));
    }
    let scopes = scopes.iter().enumerate().map(|(n, word)| {
        let words = Scope::ALL.map(Scope::word).join(", ");
        let wrong = || {
            Problem::at(
                format!("/scopes/{n}"),
                format!("there is no scope `{word}`: {words}"),
            )
        };
        Scope::of(word).ok_or_else(wrong)
    });
    Ok(NewToken {
        name: name.to_owned(),
        scopes: scopes.collect::<Result<_, _>>()?,
        expires: now.saturating_add(i64::from(days) * DAY),
    })
}

/// Make a token
///
/// Its secret is told once.
///
/// # Errors
///
/// What of it is wrong.
#[utoipa::path(
    post,
    path = "/tokens",
    tag = "tokens",
    request_body = New,
    responses((status = 201, description = "The token and its secret", body = Made))
)]
pub async fn make(
    State(app): State<Shared>,
    Caller(who): Caller,
    Json(new): Json<New>,
) -> Result<Response, Problem> {
    in_person(&who)?;
    let (secret, token) = app
        .work(move |app| {
            let now = app.now();
            let new = checked(&new.name, &new.scopes, new.days, now)?;
            Ok(app.people.make_token(&who.person, &new, now)?)
        })
        .await?;
    let made = Made {
        token: Told::of(&token),
        secret: secret.text().to_owned(),
    };
    let mut response = (StatusCode::CREATED, Answer(made)).into_response();
    response.extensions_mut().insert(ShownOnce);
    Ok(response)
}

/// Take a token back
///
/// # Errors
///
/// There is none of this id.
#[utoipa::path(
    delete,
    path = "/tokens/{id}",
    tag = "tokens",
    params(("id" = String, Path, description = "The token's id")),
    responses(
        (status = 204, description = "It is no longer good"),
        (status = 404, description = "There is none of this id", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn revoke(
    State(app): State<Shared>,
    Caller(who): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    in_person(&who)?;
    let revoked = app
        .work(move |app| Ok(app.people.revoke_token(&who.person.id, &id, app.now())?))
        .await?;
    match revoked {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::missing("there is no such token of yours")),
    }
}
