//! Whatever goes wrong is answered as a problem, also by what stands below our own code.

use std::any::Any;

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Problem;

/// More of an answer than this is not read to make a problem of it.
const LOOKED_AT: usize = 4096;

/// Makes a problem of every failure that is none yet and is no page either.
pub async fn everywhere(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let response = next.run(request).await;
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    let kind = response.headers().get(header::CONTENT_TYPE);
    // Pages say it in words, and an answer told again is a problem already.
    let said = kind.is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"text/html") || kind == b"application/problem+json"
    });
    if !failed || said || response.extensions().get::<Problem>().is_some() {
        return response;
    }
    let (parts, body) = response.into_parts();
    let said = to_bytes(body, LOOKED_AT).await.unwrap_or_default();
    let said = String::from_utf8_lossy(&said).into_owned();
    let detail = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            let allow = parts.headers.get(header::ALLOW);
            let allow = allow.and_then(|a| a.to_str().ok()).unwrap_or("another");
            format!("{method} is not for this address: it takes {allow}")
        }
        StatusCode::REQUEST_TIMEOUT => {
            "it took too long and was given up: try again, with less at once".to_owned()
        }
        StatusCode::PAYLOAD_TOO_LARGE => "the body is too large for this address".to_owned(),
        _ if said.is_empty() => "this cannot be answered".to_owned(),
        _ => said,
    };
    let mut response = Problem::new(status, detail).into_response();
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = parts.headers.get(&name) {
            response.headers_mut().insert(name, value.clone());
        }
    }
    response
}

/// What is answered where a request breaks off.
pub fn broken(_: Box<dyn Any + Send + 'static>) -> Response {
    Problem::internal(&"a request broke off").into_response()
}
