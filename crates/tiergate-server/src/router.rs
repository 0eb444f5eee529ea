//! Which address leads where, and what stands before all of them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use crate::app::Shared;
use crate::guard::{headers, origin, problems, rate};
use crate::{api, health, measure, pages};

/// All addresses of the service.
pub fn router(app: Shared) -> Router {
    let limits = &app.config.limits;
    let body = DefaultBodyLimit::max(limits.body);
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, limits.timeout);
    Router::new()
        .route("/health", get(health::health))
        .route("/metrics", get(measure::metrics))
        .merge(api::router(&app))
        .merge(pages::router(&app))
        .fallback(pages::nowhere)
        .layer(body)
        .layer(timeout)
        .layer(CatchPanicLayer::custom(problems::broken))
        .layer(from_fn(problems::everywhere))
        .layer(from_fn_with_state(app.clone(), rate::limited))
        .layer(from_fn_with_state(app.clone(), origin::same))
        .layer(from_fn_with_state(app.clone(), pages::in_words))
        .layer(from_fn_with_state(app.clone(), measure::measured))
        .layer(from_fn(headers::secure))
        .with_state(app)
}
