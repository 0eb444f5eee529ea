//! Whether the service is well: asked without login.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::Shared;
use crate::problem::Problem;

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `ok`.
    pub status: &'static str,
    /// The program's version.
    pub version: &'static str,
}

/// Answers when the database does.
///
/// # Errors
///
/// When it does not.
#[utoipa::path(get, path = "/health", responses((status = 200, body = Health), (status = 503, body = Problem)))]
pub async fn health(State(app): State<Shared>) -> Result<Json<Health>, Problem> {
    app.work(|app| {
        let asked = app
            .people
            .db()
            .read(|db| db.row("SELECT 1", &[]).map(|_| ()));
        asked.map_err(|_| Problem::busy())
    })
    .await?;
    Ok(Json(Health {
        status: "ok",
        version: env!("CARGO_PKG_VERSION"),
    }))
}
