//! The API under `/api/v1`.

use axum::Router;

use crate::app::Shared;

/// Its addresses.
pub fn router(_app: &Shared) -> Router<Shared> {
    Router::new()
}
