//! Parties: the register searched, and one party as it stands on a day.

use axum::Json;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::description::Party;
use super::extract::{Let, Path, Query};
use super::paging;
use crate::guard::door;
use crate::port::{PartyMatch, PartySearch, no_register};
use crate::problem::Problem;

/// Which parties.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// A part of a name, an id or an identifier such as an LEI; all parties when it is left out.
    #[serde(default)]
    name: String,
    /// The day; today at the desk when it is left out.
    as_of: Option<Date>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
    /// What the last page told as `next`.
    after: Option<String>,
}

/// A page of parties.
#[derive(Debug, Serialize, ToSchema)]
pub struct Parties {
    /// What is looked for itself first, then by name.
    parties: Vec<PartyMatch>,
    /// How many were found in all.
    found: usize,
    /// How many parties the register has.
    of: usize,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// Search the register of parties
///
/// # Errors
///
/// No register was given at the start, or not for whoever asks.
#[utoipa::path(
    get,
    path = "/parties",
    tag = "parties",
    params(Which),
    responses(
        (status = 200, description = "A page of parties", body = Parties),
        (status = 404, description = "No register was given at the start", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    at: Let<door::Parties>,
    Query(which): Query<Which>,
) -> Result<Json<Parties>, Problem> {
    let most = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    at.tell(move |app, _| {
        let found = app.config.orders.parties(&PartySearch {
            text: which.name.trim(),
            day: which.as_of.unwrap_or_else(|| app.today()),
            after: after.as_deref(),
            most,
        });
        let found = found.ok_or_else(no_register)?;
        let last = found.parties.last().filter(|_| found.more);
        Ok(Parties {
            next: last.map(|party| paging::told(&party.id)),
            parties: found.parties,
            found: found.found,
            of: found.of,
        })
    })
    .await
}

/// As of when.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The day; today at the desk when it is left out.
    as_of: Option<Date>,
}

/// Tell a party as it stands on a day
///
/// Its names, identifiers, places and links with their sources; its ultimate parent with the way to
/// it, and what the 50 percent rule comes to with the ways down from listed parties, each unknown with
/// the fact that is missing. The three parts are as `tiergate parties show`, `parent` and `listed` give
/// them with `--format json`.
///
/// # Errors
///
/// There is no such party, or no register was given at the start.
#[utoipa::path(
    get,
    path = "/parties/{id}",
    tag = "parties",
    params(("id" = String, Path, description = "The party's id, as the search tells it"), When),
    responses(
        (status = 200, description = "The party", body = Party),
        (status = 404, description = "There is no such party, or no register", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn one(
    at: Let<door::Parties>,
    Path(id): Path<String>,
    Query(when): Query<When>,
) -> Result<Json<Value>, Problem> {
    at.tell(move |app, _| {
        let day = when.as_of.unwrap_or_else(|| app.today());
        Ok(app.config.orders.party(&id, day).told(&id)?.record)
    })
    .await
}
