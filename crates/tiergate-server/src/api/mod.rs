//! The API under `/api/v1`.

mod bulk;
mod cases;
mod compare;
mod decide;
mod description;
mod extract;
mod lab;
mod laws;
mod ledger;
mod once;
mod paging;
mod parties;
pub mod password;
pub mod port;
mod screen;
mod statistics;
pub mod tokens;

use axum::Router;
use axum::middleware::from_fn_with_state;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use description::description;

use crate::app::Shared;
use crate::health;

/// Where the API stands.
const AT: &str = "/api/v1";

/// What only tells.
fn telling() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(description::served))
        .routes(routes!(decide::decide))
        .routes(routes!(bulk::bulk))
        .routes(routes!(compare::diff))
        .routes(routes!(compare::impact))
        .routes(routes!(laws::list))
        .routes(routes!(laws::one))
        .routes(routes!(cases::list))
        .routes(routes!(cases::one))
        .routes(routes!(cases::events))
        .routes(routes!(ledger::accounts))
        .routes(routes!(ledger::statement))
        .routes(routes!(ledger::entry))
        .routes(routes!(ledger::listed))
        .routes(routes!(ledger::verify))
        .routes(routes!(parties::list))
        .routes(routes!(parties::one))
        .routes(routes!(screen::screen))
        .routes(routes!(statistics::statistics))
        .routes(routes!(statistics::open))
        .routes(routes!(tokens::list))
        .routes(routes!(lab::choices))
        .routes(routes!(lab::list))
        .routes(routes!(lab::shown))
        .routes(routes!(lab::report))
        .routes(routes!(lab::quantiles))
}

/// What changes something: done once for each key.
fn changing() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(cases::register))
        .routes(routes!(cases::enter))
        .routes(routes!(ledger::enter))
        .routes(routes!(ledger::propose))
        .routes(routes!(ledger::confirm))
        .routes(routes!(ledger::refuse))
        .routes(routes!(password::change))
        .routes(routes!(tokens::make))
        .routes(routes!(tokens::revoke))
        .routes(routes!(lab::start))
        .routes(routes!(lab::stop))
        .routes(routes!(lab::remove))
}

/// Its addresses.
pub fn router(app: &Shared) -> Router<Shared> {
    let (telling, _) = OpenApiRouter::new().nest(AT, telling()).split_for_parts();
    let (changing, _) = OpenApiRouter::new().nest(AT, changing()).split_for_parts();
    let once = from_fn_with_state(app.clone(), once::once);
    telling.merge(changing.route_layer(once))
}

/// What of the addresses is told by the code that answers them.
fn described() -> OpenApi {
    let (_, mut changing) = OpenApiRouter::new().nest(AT, changing()).split_for_parts();
    mark(&mut changing);
    let telling = OpenApiRouter::new()
        .routes(routes!(health::health))
        .nest(AT, telling());
    let (_, mut all) = telling.split_for_parts();
    all.merge(changing);
    all
}

/// Marks what takes an Idempotency-Key.
fn mark(api: &mut OpenApi) {
    for item in api.paths.paths.values_mut() {
        if let Some(post) = &mut item.post {
            let changes = utoipa::openapi::extensions::Extensions::builder()
                .add("x-changes", true)
                .build();
            post.extensions = Some(changes);
        }
    }
}
