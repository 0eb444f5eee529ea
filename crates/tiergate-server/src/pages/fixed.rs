//! Files that every page uses.

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

const FILES: &[(&str, &str, &str)] = &[
    (
        "ask.css",
        "text/css; charset=utf-8",
        include_str!("../../static/ask.css"),
    ),
    (
        "ask.js",
        "text/javascript; charset=utf-8",
        include_str!("../../static/ask.js"),
    ),
    (
        "desk.css",
        "text/css; charset=utf-8",
        include_str!("../../static/desk.css"),
    ),
    (
        "desk.js",
        "text/javascript; charset=utf-8",
        include_str!("../../static/desk.js"),
    ),
    (
        "lab.js",
        "text/javascript; charset=utf-8",
        include_str!("../../static/lab.js"),
    ),
];

/// One of them.
pub async fn file(Path(name): Path<String>) -> Result<Response, Problem> {
    let found = FILES.iter().find(|(file, ..)| *file == name);
    let (_, kind, text) = found.ok_or_else(|| Problem::missing("there is no such file"))?;
    let mut response = (*text).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let hour = HeaderValue::from_static("public, max-age=3600");
    headers.insert(header::CACHE_CONTROL, hour);
    Ok(response)
}
