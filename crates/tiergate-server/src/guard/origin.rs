//! Requests that change something come from our own pages, or from programs with a token.

use axum::extract::{Request, State};
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::Shared;
use crate::problem::Problem;

/// Refuses what a page of another place makes a browser send. Forms carry the session's own mark
/// besides.
pub async fn same(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    if safe || !headers.contains_key(header::COOKIE) {
        return next.run(request).await;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let site = text("sec-fetch-site");
    let ours = match (site, text("origin")) {
        (Some("same-origin" | "none"), _) => true,
        (Some(_), _) => false,
        // An older browser tells where the page is from.
        (None, Some(origin)) => {
            let host = text("host").unwrap_or_default();
            let public = app.config.public_url.as_deref().unwrap_or_default();
            origin.trim_end_matches('/') == public.trim_end_matches('/')
                || origin.strip_prefix("http://") == Some(host)
                || origin.strip_prefix("https://") == Some(host)
        }
        // A program that sends a cookie sends the mark with it.
        (None, None) => true,
    };
    if ours {
        next.run(request).await
    } else {
        Problem::not_allowed("this was sent by a page of another place").into_response()
    }
}
