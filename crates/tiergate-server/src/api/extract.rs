//! What is read of a request; what cannot be read is answered as a problem that says where.

use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::app::{App, Shared};
use crate::guard::Who;
use crate::guard::door::Door;
use crate::guard::who::How;
use crate::problem::Problem;

/// The header in which a program with a cookie sends the session's mark.
const MARK: &str = "x-csrf-token";

/// Whoever calls the API: known, and with a cookie only from a page of ours or with its mark.
#[derive(Debug, Clone)]
pub struct Caller(pub Who);

impl FromRequestParts<Shared> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let who = Who::from_request_parts(parts, app).await?;
        let safe = matches!(parts.method, Method::GET | Method::HEAD);
        let text = |name: &str| parts.headers.get(name).and_then(|v| v.to_str().ok());
        let ours = match &who.how {
            How::Token(_) => true,
            How::Session(session) => {
                safe || text("sec-fetch-site") == Some("same-origin")
                    || text(MARK) == Some(session.csrf.as_str())
            }
        };
        match ours {
            true => Ok(Caller(who)),
            false => Err(Problem::not_allowed(format!(
                "a cookie alone changes nothing: send the session's mark in {MARK}, or a token instead of the cookie"
            ))),
        }
    }
}

/// Whoever calls an address that asks for an action: known, and let in.
#[derive(Debug)]
pub struct Let<D> {
    app: Shared,
    who: Who,
    door: PhantomData<D>,
}

impl<D: Door> FromRequestParts<Shared> for Let<D> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let Caller(who) = Caller::from_request_parts(parts, app).await?;
        who.must(D::ACTION)?;
        Ok(Let {
            app: app.clone(),
            who,
            door: PhantomData,
        })
    }
}

impl<D> Let<D> {
    /// Tells what work gives, done for the caller when its turn comes.
    ///
    /// # Errors
    ///
    /// What stands in its way.
    pub async fn tell<T: Send + 'static>(
        self,
        work: impl FnOnce(&App, &Who) -> Result<T, Problem> + Send + 'static,
    ) -> Result<axum::Json<T>, Problem> {
        let Let { app, who, .. } = self;
        let told = app.work(move |app| work(app, &who)).await?;
        Ok(axum::Json(told))
    }
}

/// The media type of a body, without its parameters.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default();
    Some(kind.trim().to_ascii_lowercase())
}

/// Refuses a body that is not JSON.
fn is_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = media_type(headers);
    let json = |kind: &str| kind == "application/json" || kind.ends_with("+json");
    if kind.as_deref().is_some_and(json) {
        return Ok(());
    }
    let found = kind.map_or_else(|| "no type".to_owned(), |kind| format!("`{kind}`"));
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        format!("the body is of {found}: send application/json"),
    ))
}

/// The bytes of a body, as many as are taken.
pub async fn bytes(request: Request, app: &Shared) -> Result<Bytes, Problem> {
    let most = app.config.limits.body;
    let read = Bytes::from_request(request, app).await;
    read.map_err(|e| match e.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(
            e.status(),
            format!("the body is larger than {most} bytes: send less at once"),
        ),
        status => Problem::new(status, e.body_text()),
    })
}

/// A JSON body of a type.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Shared> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        is_json(request.headers())?;
        let bytes = bytes(request, app).await?;
        read(&bytes).map(Json)
    }
}

/// A JSON body as its text: orders keep every digit.
#[derive(Debug, Clone)]
pub struct JsonText(pub String);

impl FromRequest<Shared> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Shared) -> Result<Self, Problem> {
        is_json(request.headers())?;
        let bytes = bytes(request, app).await?;
        let text = std::str::from_utf8(&bytes);
        let text = text.map_err(|e| bad(format!("the body is no UTF-8: {e}")))?;
        Ok(JsonText(text.to_owned()))
    }
}

fn bad(what: impl Into<String>) -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, what)
}

/// Reads JSON: what is no JSON is a bad request, what is none of the type says where.
///
/// # Errors
///
/// Where, and what was found.
pub fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut reader);
    let value = read.map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        match error.classify() {
            Category::Data => Problem::at(pointer, error.to_string()),
            _ => bad(format!("the body is no JSON: {error}")),
        }
    })?;
    let rest = reader.end();
    rest.map_err(|e| bad(format!("the body goes on after its JSON: {e}")))?;
    Ok(value)
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let part = |segment: &Segment| match segment {
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Map { key } => Some(key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    };
    let parts = path.iter().filter_map(part);
    parts.map(|part| format!("/{part}")).collect()
}

/// What stands behind the question mark of an address.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Shared> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let read = axum::extract::Query::<T>::from_request_parts(parts, app).await;
        read.map(|axum::extract::Query(given)| Query(given))
            .map_err(|e| Problem::new(e.status(), e.body_text()))
    }
}

/// What an address names.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Shared> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, Problem> {
        let read = axum::extract::Path::<T>::from_request_parts(parts, app).await;
        read.map(|axum::extract::Path(given)| Path(given))
            .map_err(|e| Problem::new(e.status(), e.body_text()))
    }
}
