//! What changes something is done once for each key: a retry gets the first answer.
//!
//! Whoever sends `Idempotency-Key` may send the same request again, after whatever went wrong. What it
//! enters is named by the key, so that a program that stopped between entering and answering enters
//! nothing twice.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::{App, Shared};
use crate::guard::Who;
use crate::guard::who::How;
use crate::people::Secret;
use crate::problem::Problem;

/// The header.
const KEY: &str = "idempotency-key";

/// Tells that an answer is an earlier one.
const AGAIN: HeaderName = HeaderName::from_static("idempotent-replayed");

/// One who is being answered is waited for so many microseconds. Then it is done again: what it enters has
/// the same names, so that nothing is entered twice, even if the first was only slow.
const BEING_ANSWERED: i64 = 10 * 1_000_000;

/// Answers are kept for so many microseconds: a week.
const KEPT_FOR: i64 = 7 * 24 * 60 * 60 * 1_000_000;

/// An answer is at most so large.
const ANSWER_MOST: usize = 4 << 20;

/// An answer whose body is shown once and not kept.
#[derive(Debug, Clone, Copy)]
pub struct ShownOnce;

/// What names the things a request makes: the same for a retry.
#[derive(Debug, Clone)]
pub struct Names(Option<String>);

impl Names {
    /// A name with a beginning of its own.
    ///
    /// # Errors
    ///
    /// When the system gives no random bytes.
    pub fn name(&self, beginning: &str) -> Result<String, Problem> {
        let text = match &self.0 {
            Some(seed) => seed.clone(),
            None => {
                let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
                secret.text().to_owned()
            }
        };
        Ok(format!("{beginning}-{}", &text[..24.min(text.len())]))
    }
}

impl FromRequestParts<Shared> for Names {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, Problem> {
        Ok(parts
            .extensions
            .get::<Names>()
            .cloned()
            .unwrap_or(Names(None)))
    }
}

/// What there is of a key.
enum Found {
    /// Nothing: it is being answered from now on.
    New,
    /// The first answer.
    Answer(u16, String, String),
    /// Another request had it.
    Other,
    /// The first is being answered.
    Being,
}

/// Does it once.
pub async fn once(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let key = request.headers().get(KEY).cloned();
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    match key.filter(|_| !safe) {
        None => next.run(request).await,
        Some(key) => {
            let answer = keyed(app, key, request, next).await;
            answer.unwrap_or_else(IntoResponse::into_response)
        }
    }
}

async fn keyed(
    app: Shared,
    key: HeaderValue,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let key = key.to_str().unwrap_or_default().trim().to_owned();
    if key.is_empty() || key.len() > 200 {
        return Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "Idempotency-Key has 1 to 200 visible ASCII characters, such as a UUID",
        ));
    }
    let (mut parts, body) = request.into_parts();
    let who = Who::from_request_parts(&mut parts, &app).await?;
    let body = to_bytes(body, app.config.limits.upload).await;
    let body = body.map_err(|_| {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "the body is too large: send less at once",
        )
    })?;
    let mut hasher = blake3::Hasher::new();
    let to = parts.uri.path_and_query().map_or("", |to| to.as_str());
    // What one token got is not for a token that may do less.
    let scopes = match &who.how {
        How::Token(scopes) => format!("{scopes:?}"),
        How::Session(_) => String::new(),
    };
    let asked = [
        parts.method.as_str().as_bytes(),
        to.as_bytes(),
        &body,
        scopes.as_bytes(),
    ];
    for part in asked {
        hasher.update(&(part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let asked = hasher.finalize().to_hex().to_string();
    let person = who.person.id.clone();
    let found = {
        let (person, key, asked) = (person.clone(), key.clone(), asked.clone());
        app.work(move |app| find(app, &person, &key, &asked))
            .await?
    };
    match found {
        Found::New => {}
        Found::Answer(status, kind, body) => return Ok(again(status, &kind, body)),
        Found::Other => {
            return Err(Problem::wrong(
                "this Idempotency-Key was sent with another request: give each its own",
            ));
        }
        Found::Being => {
            return Err(Problem::conflict(
                "the first request of this Idempotency-Key is being answered: ask again soon",
            ));
        }
    }
    let seed = blake3::derive_key(
        "tiergate desk names, version 1",
        format!("{person}\n{key}").as_bytes(),
    );
    let seed = blake3::Hash::from_bytes(seed).to_hex().to_string();
    parts.extensions.insert(Names(Some(seed)));
    let request = Request::from_parts(parts, Body::from(body));
    // Whoever hangs up finds it done all the same.
    let done = tokio::spawn(async move {
        let response = next.run(request).await;
        keep(&app, (person, key), response).await
    });
    done.await
        .unwrap_or_else(|broken| Err(Problem::internal(&broken)))
}

fn again(status: u16, kind: &str, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::from_str(kind) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    headers.insert(AGAIN, HeaderValue::from_static("true"));
    response
}

/// Looks a key up, and takes it where it is free.
fn find(app: &App, person: &str, key: &str, asked: &str) -> Result<Found, Problem> {
    let now = app.now();
    let found = app.people.db().transact(|db| {
        let old = now.saturating_sub(KEPT_FOR);
        db.run(
            "DELETE FROM answers WHERE person = ?1 AND created < ?2",
            &[person.into(), old.into()],
        )?;
        let sql = "SELECT asked, status, kind, body, created FROM answers \
             WHERE person = ?1 AND key = ?2";
        let Some(row) = db.row(sql, &[person.into(), key.into()])? else {
            let sql = "INSERT INTO answers VALUES (?1, ?2, ?3, 0, '', '', ?4)";
            db.run(sql, &[person.into(), key.into(), asked.into(), now.into()])?;
            return Ok(Found::New);
        };
        if row.text(0)? != asked {
            return Ok(Found::Other);
        }
        let (status, created) = (row.int(1)?, row.int(4)?);
        if status != 0 {
            let status = u16::try_from(status).unwrap_or_default();
            return Ok(Found::Answer(status, row.text(2)?, row.text(3)?));
        }
        if now.saturating_sub(created) < BEING_ANSWERED {
            return Ok(Found::Being);
        }
        let sql = "UPDATE answers SET created = ?3 WHERE person = ?1 AND key = ?2";
        db.run(sql, &[person.into(), key.into(), now.into()])?;
        Ok(Found::New)
    })?;
    Ok(found)
}

/// Keeps an answer, or frees the key where nothing was done that would be done again.
async fn keep(
    app: &Shared,
    (person, key): (String, String),
    response: Response,
) -> Result<Response, Problem> {
    let status = response.status();
    // What may be otherwise next time is not kept.
    let passing = status.is_server_error()
        || matches!(
            status,
            StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::REQUEST_TIMEOUT
                | StatusCode::TOO_MANY_REQUESTS
        );
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, ANSWER_MOST).await;
    let body = body.map_err(|e| Problem::internal(&e))?;
    let kind = parts.headers.get(header::CONTENT_TYPE);
    let kind = kind
        .and_then(|k| k.to_str().ok())
        .unwrap_or_default()
        .to_owned();
    let kept = match parts.extensions.get::<ShownOnce>() {
        None => (status, kind, String::from_utf8_lossy(&body).into_owned()),
        Some(ShownOnce) => {
            let problem = Problem::conflict(
                "this was made by the first request, and its secret was shown then: revoke it and make another",
            );
            let text = serde_json::to_string(&problem).map_err(|e| Problem::internal(&e))?;
            (
                StatusCode::CONFLICT,
                "application/problem+json".to_owned(),
                text,
            )
        }
    };
    app.work(move |app| {
        app.people.db().transact(|db| {
            let whose = [person.clone().into(), key.clone().into()];
            if passing {
                let sql = "DELETE FROM answers WHERE person = ?1 AND key = ?2 AND status = 0";
                return db.run(sql, &whose).map(|_| ());
            }
            let sql = "UPDATE answers SET status = ?3, kind = ?4, body = ?5 \
                 WHERE person = ?1 AND key = ?2";
            let [person, key] = whose;
            let (status, kind, body) = kept.clone();
            let status = i64::from(status.as_u16());
            db.run(sql, &[person, key, status.into(), kind.into(), body.into()])
                .map(|_| ())
        })?;
        Ok(())
    })
    .await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}
