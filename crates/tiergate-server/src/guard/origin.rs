//! Requests that change something come from our own pages, or from programs with a token.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::who::{self, Shown};
use crate::app::{App, Shared};
use crate::problem::Problem;

/// Refuses what a page of another place makes a browser send, whether with a cookie or without: a login
/// that another place begins is not its person's. No such page can send a token. Forms carry the
/// session's own mark besides.
pub async fn same(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    let token = matches!(who::shown(&app, headers), Some(Shown::Token(_)));
    if safe || token || ours(&app, headers) {
        next.run(request).await
    } else {
        Problem::not_allowed("this was sent by a page of another place").into_response()
    }
}

/// Whether headers are of a request of our own pages, or of no page at all.
fn ours(app: &App, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("sec-fetch-site"), text("origin")) {
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
        // A program. One that sends a session's cookie sends the mark with it.
        (None, None) => true,
    }
}
