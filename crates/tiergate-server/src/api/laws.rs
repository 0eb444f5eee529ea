//! The law: which laws there are, and what one says on a day.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::extract::{Caller, Let, Path, Query};
use crate::app::Shared;
use crate::guard::door;
use crate::people::Action;
use crate::problem::Problem;

/// A law as it is listed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LawListed)]
pub struct Listed {
    /// The spelling to ask by.
    id: String,
    /// Its title.
    title: String,
    /// Where it stands; of a proposal.
    cite: Option<String>,
    /// The day a proposal is adopted; before it, it is its base.
    adopted: Option<Date>,
    /// The days on which it changes.
    changes: Vec<Date>,
}

/// The laws.
#[derive(Debug, Serialize, ToSchema)]
pub struct Laws {
    /// United States law first.
    laws: Vec<Listed>,
}

/// List the laws there are
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/laws",
    tag = "law",
    responses((status = 200, description = "The laws", body = Laws))
)]
pub async fn list(State(app): State<Shared>, Caller(who): Caller) -> Result<Json<Laws>, Problem> {
    who.must(Action::Ask)?;
    let laws = app.work(|app| Ok(app.config.orders.law_list())).await?;
    let listed = laws.into_iter().map(|law| Listed {
        id: law.id,
        title: law.title,
        cite: law.cite,
        adopted: law.adopted,
        changes: law.changes,
    });
    Ok(Json(Laws {
        laws: listed.collect(),
    }))
}

/// Of which day.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Of {
    /// The day, where the law names none; today at the desk when it is left out.
    pub as_of: Option<Date>,
}

/// Tell a law rule by rule
///
/// Every rule in force on the day, with its citation, how it is known and the instrument that set it,
/// as `tiergate law consolidate --format json` gives it.
///
/// # Errors
///
/// A law that does not exist, or has nothing to say on the day.
#[utoipa::path(
    get,
    path = "/laws/{law}",
    tag = "law",
    params(("law" = String, Path, description = "(us | PROPOSAL)[@DATE][:text | :enforced]", example = "us@2026-03-02:text"), Of),
    responses(
        (status = 200, description = "The law", body = Object),
        (status = 404, description = "There is no such law", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    at: Let<door::Ask>,
    Path(law): Path<String>,
    Query(of): Query<Of>,
) -> Result<Json<Value>, Problem> {
    at.tell(move |app, _| {
        let id = law.split(['@', ':']).next().unwrap_or_default();
        let known = app.config.orders.law_list();
        if !known.iter().any(|listed| listed.id == id) {
            let ids: Vec<&str> = known.iter().map(|listed| listed.id.as_str()).collect();
            let ids = ids.join(", ");
            return Err(Problem::missing(format!("there is no law `{id}`: {ids}")));
        }
        let day = of.as_of.unwrap_or_else(|| app.today());
        Ok(app.config.orders.law_json(&law, day)?)
    })
    .await
}
