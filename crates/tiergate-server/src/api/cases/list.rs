//! The cases someone may see, page by page.

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tiergate_cases::{Kind, read};
use utoipa::{IntoParams, ToSchema};

use super::told::{Ended, ended};
use crate::api::extract::{Caller, Query};
use crate::api::paging;
use crate::app::{App, Shared};
use crate::casework::{Found, sees};
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// So many cases are looked at for one page.
const LOOKED_AT: usize = 2_000;

/// Which cases.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Of this kind: license, nac, validated-end-user, classification, advisory-opinion, agreement,
    /// report.
    #[param(value_type = Option<String>)]
    kind: Option<Kind>,
    /// Of this country, two capital letters.
    country: Option<String>,
    /// Of this applicant.
    applicant: Option<String>,
    /// Open ones, or those that have ended.
    open: Option<bool>,
    /// Those a person is in charge of, by id.
    assigned: Option<String>,
    /// How many at most.
    #[param(minimum = 1, maximum = 500, default = 50)]
    limit: Option<u16>,
    /// What the last page told as `next`.
    after: Option<String>,
}

/// A case as it is listed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CaseListed)]
pub struct Listed {
    /// Its number.
    id: String,
    /// What it is about.
    kind: &'static str,
    /// A line for people.
    title: String,
    /// The company.
    applicant: String,
    /// The destination or partner.
    country: Option<String>,
    /// How it would be reviewed.
    lane: Option<String>,
    /// The day it was registered.
    registered: Date,
    /// How it ended.
    closed: Option<Ended>,
    /// Who is in charge; not for applicants.
    assigned: Option<String>,
}

/// A page of cases.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cases {
    /// In the order they were registered.
    cases: Vec<Listed>,
    /// What `after` takes for the next page; none when there is no more.
    next: Option<String>,
}

/// List cases
///
/// Applicants see those of their company.
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/cases",
    tag = "cases",
    params(Which),
    responses((status = 200, description = "A page of cases", body = Cases))
)]
pub async fn list(
    State(app): State<Shared>,
    Caller(who): Caller,
    Query(which): Query<Which>,
) -> Result<Json<Cases>, Problem> {
    if !who.may(Action::OwnCases) {
        who.must(Action::AllCases)?;
    }
    let page = app.work(move |app| page(app, &who, &which)).await?;
    Ok(Json(page))
}

fn page(app: &App, who: &Who, which: &Which) -> Result<Cases, Problem> {
    let limit = paging::limit(which.limit)?;
    let after = paging::place(which.after.as_deref())?;
    app.cases.with(|store| {
        let all = store.cases()?;
        let start = match &after {
            None => 0,
            Some(place) => {
                let at = all.iter().position(|name| name == place);
                at.ok_or_else(paging::no_place)? + 1
            }
        };
        let mut cases = Vec::new();
        let mut last = None;
        for (looked_at, name) in all[start..].iter().enumerate() {
            if cases.len() == limit || looked_at == LOOKED_AT {
                let next = last.map(paging::told);
                return Ok(Cases { cases, next });
            }
            last = Some(name.as_str());
            let Some(read) = read(store, &app.law, name)? else {
                continue;
            };
            if !sees(&who.person, &read.state.application.applicant) {
                continue;
            }
            let found = Found {
                read,
                person: who.person.clone(),
            };
            let listed = listed(&found);
            if fits(which, &found, &listed) {
                cases.push(listed);
            }
        }
        Ok(Cases { cases, next: None })
    })
}

fn fits(which: &Which, found: &Found, listed: &Listed) -> bool {
    let same = |asked: &Option<String>, is: Option<&str>| match asked {
        Some(asked) => is == Some(asked.as_str()),
        None => true,
    };
    let kind = found.read.state.application.kind;
    which.kind.is_none_or(|asked| asked == kind)
        && same(&which.country, listed.country.as_deref())
        && same(&which.applicant, Some(&listed.applicant))
        && same(&which.assigned, listed.assigned.as_deref())
        && which
            .open
            .is_none_or(|open| open == listed.closed.is_none())
}

fn listed(found: &Found) -> Listed {
    let state = &found.read.state;
    let asked = &state.application;
    Listed {
        id: state.case.clone(),
        kind: asked.kind.word(),
        title: asked.title.clone(),
        applicant: asked.applicant.clone(),
        country: asked.country.clone(),
        lane: asked.lane.clone(),
        registered: state.registered,
        closed: ended(found),
        assigned: state.assigned.clone().filter(|_| found.whole()),
    }
}
