//! Logging in at a provider of OpenID Connect: there, and back.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::login::{Next, Page, ours};
use super::show;
use crate::app::{App, Shared};
use crate::guard::cookies::{BEGUN, SESSION};
use crate::oidc::{Begun, Failed};
use crate::people::{Entry, Means, Secret, Stranger};
use crate::problem::Problem;

/// Why a login ended: what is said, under which status, and what the log says of it.
struct Ended {
    status: StatusCode,
    says: String,
    why: &'static str,
    /// Where it would have led.
    next: String,
}

impl Ended {
    fn new(status: StatusCode, why: &'static str, says: impl Into<String>) -> Ended {
        Ended {
            status,
            says: says.into(),
            why,
            next: String::new(),
        }
    }

    /// Of what the provider did.
    fn failed(app: &App, failed: Failed) -> Ended {
        let name = app.oidc.as_ref().map_or("the provider", |oidc| oidc.name());
        match failed {
            Failed::Busy => Ended::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "too many ask the provider",
                format!("too many log in with {name} just now: try again"),
            ),
            Failed::Unreachable(why) => Ended::new(
                StatusCode::SERVICE_UNAVAILABLE,
                why,
                format!(
                    "{name} cannot be reached or gives no sense: try again later, or log in with a password"
                ),
            ),
            Failed::Unproved(why) => Ended::new(
                StatusCode::FORBIDDEN,
                why,
                format!(
                    "what {name} answered does not show who you are: try again, and if it stays so, tell \
                     an administrator"
                ),
            ),
        }
    }

    /// Of what the desk knows.
    fn refused(app: &App, stranger: Stranger) -> Ended {
        let name = app.oidc.as_ref().map_or("the provider", |oidc| oidc.name());
        let (why, says) = match stranger {
            Stranger::Unverified => (
                "no verified e-mail",
                format!(
                    "{name} knows you, but has not verified an e-mail of yours, and by no other can your \
                     account be linked: have it verified there, then log in again"
                ),
            ),
            Stranger::Nobody => (
                "nobody of this e-mail",
                format!(
                    "{name} knows you, but the desk does not: ask an administrator to add you with the \
                     e-mail that {name} has of you"
                ),
            ),
            Stranger::Another => (
                "linked to another account",
                format!(
                    "whoever has your e-mail here is linked to another account of {name}: ask an \
                     administrator to unlink it"
                ),
            ),
            Stranger::Disabled => (
                "disabled",
                "you are disabled here: ask an administrator".to_owned(),
            ),
        };
        Ended::new(StatusCode::FORBIDDEN, why, says)
    }

    /// The page to log in at, with what is said.
    fn page(self, app: &Shared) -> Result<Response, Problem> {
        tracing::warn!(why = self.why, "a login by OpenID Connect ended");
        let page = show(&Page::new(app, self.next, Some(self.says)))?;
        Ok((self.status, page).into_response())
    }
}

/// Sends the browser to the provider.
pub async fn begin(
    State(app): State<Shared>,
    Query(Next { next }): Query<Next>,
) -> Result<Response, Problem> {
    if app.oidc.is_none() {
        return Err(Problem::missing("there is no login by OpenID Connect here"));
    }
    let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
    let begun = Begun::of(secret.clone());
    let asks = begun.clone();
    let door = app
        .at_provider(move |app, provider| provider.door(&asks, &app.base(), app.now()))
        .await;
    let door = match door {
        Ok(door) => door,
        Err(failed) => {
            let mut ended = Ended::failed(&app, failed);
            ended.next = next;
            return ended.page(&app);
        }
    };
    app.work(move |app| {
        let now = app.now();
        let kept = app
            .people
            .db()
            .transact(|db| begun.keep(db, ours(&next), now));
        Ok(kept?)
    })
    .await?;
    let mut response = Redirect::to(door.as_str()).into_response();
    if let Some(cookie) = BEGUN.set(&app, Some(&secret)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// What the provider sends the browser back with.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Back {
    state: Option<String>,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Takes the browser back, and logs in. Whatever comes of it, the login is over.
pub async fn back(
    State(app): State<Shared>,
    Query(back): Query<Back>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if app.oidc.is_none() {
        return Err(Problem::missing("there is no login by OpenID Connect here"));
    }
    let mut response = match entered(&app, back, &headers).await? {
        Ok((session, next)) => {
            let mut response = Redirect::to(ours(&next)).into_response();
            if let Some(cookie) = SESSION.set(&app, Some(&session)) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Err(ended) => ended.page(&app)?,
    };
    if let Some(cookie) = BEGUN.set(&app, None) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The secret of a new session and where it leads.
async fn entered(
    app: &Shared,
    back: Back,
    headers: &HeaderMap,
) -> Result<Result<(Secret, String), Ended>, Problem> {
    let state = back.state.unwrap_or_default();
    let begun = BEGUN.read(app, headers).map(Begun::of);
    let Some(begun) = begun.filter(|begun| begun.is(&state)) else {
        return Ok(Err(Ended::new(
            StatusCode::BAD_REQUEST,
            "the state is not of this browser",
            "this login was not begun in this browser, or another was begun since: log in again",
        )));
    };
    let finishing = begun.clone();
    let next = app
        .work(move |app| {
            let now = app.now();
            let next = app.people.db().transact(|db| finishing.finish(db, now));
            Ok(next?)
        })
        .await?;
    let Some(next) = next else {
        return Ok(Err(Ended::new(
            StatusCode::BAD_REQUEST,
            "the state was used or is too old",
            "this login was finished already, or took longer than ten minutes: log in again",
        )));
    };
    let entry = match code_of(app, back.code, back.error, back.iss) {
        Ok(code) => with_code(app, begun, code).await?,
        Err(ended) => Err(ended),
    };
    Ok(match entry {
        Ok(session) => Ok((session, next)),
        Err(ended) => Err(Ended { next, ..ended }),
    })
}

/// The code the provider sent, if it sent one.
fn code_of(
    app: &App,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
) -> Result<String, Ended> {
    let issuer = app.config.oidc.as_ref().map(|oidc| oidc.issuer());
    if iss.is_some() && iss.as_deref() != issuer {
        return Err(Ended::failed(
            app,
            Failed::Unproved("another issuer sent the browser back"),
        ));
    }
    match (error.as_deref(), code) {
        (None, Some(code)) => Ok(code),
        // Its words are not repeated: whoever made the address may have written them.
        (Some("access_denied"), _) => Err(Ended::new(
            StatusCode::FORBIDDEN,
            "access_denied",
            "the provider did not let you in, or you broke off there: try again, or log in with a password",
        )),
        (Some("temporarily_unavailable" | "server_error"), _) => {
            Err(Ended::failed(app, Failed::Unreachable("it says so itself")))
        }
        (Some(_), _) => Err(Ended::failed(
            app,
            Failed::Unproved("it answered with an error"),
        )),
        (None, None) => Err(Ended::failed(app, Failed::Unproved("there is no code"))),
    }
}

/// A session of the person whose account a code stands for.
async fn with_code(
    app: &Shared,
    begun: Begun,
    code: String,
) -> Result<Result<Secret, Ended>, Problem> {
    let shown = app
        .at_provider(move |app, provider| provider.shown(&begun, code, &app.base(), app.now()))
        .await;
    let shown = match shown {
        Ok(shown) => shown,
        Err(failed) => return Ok(Err(Ended::failed(app, failed))),
    };
    let (issuer, subject) = (shown.account.issuer.clone(), shown.account.subject.clone());
    let known = app
        .work(move |app| Ok(app.people.knows(&issuer, &subject)?))
        .await?;
    // The e-mail matters once.
    let account = match known {
        true => Ok(shown.account),
        false => {
            app.at_provider(move |app, provider| provider.with_email(shown, &app.base(), app.now()))
                .await
        }
    };
    let account = match account {
        Ok(account) => account,
        Err(failed) => return Ok(Err(Ended::failed(app, failed))),
    };
    let entry = app
        .work(move |app| {
            let now = app.now();
            Ok(match app.people.log_in_with(&account, now)? {
                Entry::In(person) => Ok(app.people.begin_by(&person, Means::Account, now)?.0),
                Entry::Refused(stranger) => Err(stranger),
            })
        })
        .await?;
    Ok(entry.map_err(|stranger| Ended::refused(app, stranger)))
}
