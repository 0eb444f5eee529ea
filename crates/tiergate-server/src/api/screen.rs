//! Names screened against the list of restricted parties.

use axum::Json as Answer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::extract::{Json, Let};
use crate::guard::door;
use crate::port::{Screened, ScreenedList, ToScreen, no_list};
use crate::problem::Problem;

/// So many parties are screened at once.
const PARTIES_MOST: usize = 500;
/// So many hits of each are told where no limit is asked for.
const HITS_USUAL: u16 = 20;
/// So many hits of each are told at the most.
const HITS_MOST: u16 = 100;
/// A name is so long at the most.
const NAME_MOST: usize = 400;
/// An id is so long at the most.
const ID_MOST: usize = 200;

/// Parties to be screened.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScreenAsked {
    /// Them.
    #[schema(min_items = 1, max_items = 500)]
    parties: Vec<ToScreen>,
    /// How many hits of each are told at the most, 20 when it is left out.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScreenAnswered {
    /// The list they were held against.
    list: ScreenedList,
    /// What was found, in the order of what was asked.
    parties: Vec<Screened>,
}

impl ScreenAsked {
    /// How many hits of each are to be told.
    fn checked(&self) -> Result<usize, Problem> {
        let count = self.parties.len();
        if !(1..=PARTIES_MOST).contains(&count) {
            let what = format!("{count} parties: send 1 to {PARTIES_MOST} at once");
            return Err(Problem::at("/parties", what));
        }
        for (place, party) in self.parties.iter().enumerate() {
            let wrong =
                |field: &str, what: String| Problem::at(format!("/parties/{place}/{field}"), what);
            if party.name.trim().is_empty() || party.name.chars().count() > NAME_MOST {
                let what = format!("give the name, in at most {NAME_MOST} characters");
                return Err(wrong("name", what));
            }
            if party.id.chars().count() > ID_MOST {
                let what = format!("an id has at most {ID_MOST} characters");
                return Err(wrong("id", what));
            }
            let code = party.country.trim();
            if !code.is_empty() && (code.len() != 2 || !code.is_ascii()) {
                let what = format!("`{code}` is no country: give its ISO code of two letters");
                return Err(wrong("country", what));
            }
        }
        match self.limit.unwrap_or(HITS_USUAL) {
            n if (1..=HITS_MOST).contains(&n) => Ok(n.into()),
            n => Err(Problem::at(
                "/limit",
                format!("`limit` is {n}: ask for 1 to {HITS_MOST}"),
            )),
        }
    }
}

/// Screen names against the list of restricted parties
///
/// Each hit with its list, citation, license requirement, why it matched and what was decided of it. A hit
/// says that names are near, never that a party is on a list: while one is undecided, `lists` is null.
///
/// # Errors
///
/// What of it is wrong, or that no list was given at the start.
#[utoipa::path(
    post,
    path = "/screen",
    tag = "parties",
    request_body = ScreenAsked,
    responses(
        (status = 200, description = "What was found", body = ScreenAnswered),
        (status = 404, description = "No list was given at the start", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn screen(
    at: Let<door::Parties>,
    Json(asked): Json<ScreenAsked>,
) -> Result<Answer<ScreenAnswered>, Problem> {
    let most = asked.checked()?;
    at.tell(move |app, _| {
        let found = app.config.orders.screen(&asked.parties, most);
        let found = found.ok_or_else(no_list)?;
        Ok(ScreenAnswered {
            list: found.list,
            parties: found.parties,
        })
    })
    .await
}
