//! Pages, made here and whole: usable without script, by keyboard, on paper.

mod allocations;
mod ask;
mod cases;
mod chart;
mod day;
mod fixed;
mod lab;
mod law;
mod law_choice;
mod login;
mod map;
mod oidc;
mod orders;
mod parties;
mod password;
mod people;
mod search;
mod sections;
mod shell;
mod statistics;
mod tokens;
mod visit;
mod watch;
mod welcome;

use askama::Template;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};

pub use shell::Shell;
pub use visit::Visit;

use crate::app::Shared;
use crate::guard::Who;
use crate::guard::cookies::SESSION;
use crate::people::Action;
use crate::problem::Problem;

/// The addresses of pages.
pub fn router(app: &Shared) -> Router<Shared> {
    Router::new()
        .route("/", get(home))
        .route("/login", get(login::page).post(login::log_in))
        .route("/login/oidc", get(oidc::begin))
        .route(crate::oidc::CALLBACK, get(oidc::back))
        .route("/logout", post(login::log_out))
        .route("/welcome/{link}", get(welcome::page).post(welcome::set))
        .route("/people", get(people::page).post(people::add))
        .route("/people/{id}/link", post(people::link))
        .route("/people/{id}/disabled", post(people::disable))
        .route("/people/{id}/email", post(people::email))
        .route("/people/{id}/unlink", post(people::unlink))
        .route("/password", get(password::page).post(password::change))
        .route("/tokens", get(tokens::page).post(tokens::make))
        .route("/tokens/{id}/revoke", post(tokens::revoke))
        .route("/static/{file}", get(fixed::file))
        .merge(cases::router(app.config.limits.upload))
        .merge(ask::router())
        .merge(lab::router())
        .merge(law::router())
        .merge(map::router())
        .merge(search::router())
        .merge(orders::router(app))
        .merge(statistics::router())
        .merge(allocations::router())
        .merge(watch::router())
        .merge(parties::router())
}

/// The first page of each: where its work is.
async fn home(who: Who) -> Redirect {
    Redirect::to(match () {
        () if who.may(Action::WorkCases) || who.may(Action::OwnCases) => "/cases",
        () if who.may(Action::People) => "/people",
        () if who.may(Action::ReadLedger) => "/allocations",
        () => "/ask",
    })
}

/// No such address.
pub async fn nowhere() -> Problem {
    Problem::missing("there is nothing at this address")
}

/// A page, rendered.
///
/// # Errors
///
/// When it cannot be; no page here cannot.
pub fn show(page: &impl Template) -> Result<Response, Problem> {
    let html = page.render().map_err(|e| Problem::internal(&e))?;
    Ok(Html(html).into_response())
}

/// A problem in words.
#[derive(Template)]
#[template(path = "problem.html")]
struct InWords {
    shell: Shell,
    problem: Problem,
}

/// Whoever asks for a page is told of a problem in words; whoever is not logged in is led to the
/// login and from there back.
pub async fn in_words(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let path = request.uri().path();
    let api = path == "/api" || path.starts_with("/api/");
    let back = match *request.method() {
        Method::GET => request.uri().path_and_query().map(ToString::to_string),
        _ => None,
    };
    let secret = SESSION.read(&app, request.headers());
    let response = next.run(request).await;
    if !wants_page || api {
        return response;
    }
    let Some(problem) = response.extensions().get::<Problem>().cloned() else {
        return response;
    };
    if problem.code() == StatusCode::UNAUTHORIZED {
        let to = match back.as_deref() {
            None | Some("/") => "/login".to_owned(),
            Some(back) => format!("/login?next={}", percent(back)),
        };
        return Redirect::to(&to).into_response();
    }
    // Where there is more to do than can be done, nothing is looked up to say so.
    let busy = matches!(
        problem.code(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
    );
    let session = match secret.filter(|_| !busy) {
        None => None,
        Some(secret) => app
            .work(move |app| Ok(app.people.session(&secret, app.now())?))
            .await
            .ok()
            .flatten(),
    };
    let shell = Shell::of_session(&app, session.as_ref(), "");
    let code = problem.code();
    let Ok(mut page) = show(&InWords { shell, problem }) else {
        return response;
    };
    *page.status_mut() = code;
    for name in [header::ALLOW, header::RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            page.headers_mut().insert(name, value.clone());
        }
    }
    page
}

/// A text as part of an address.
pub fn percent(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~/".contains(&b);
    let mut all = String::with_capacity(text.len());
    for byte in text.bytes() {
        match plain(byte) {
            true => all.push(char::from(byte)),
            false => all.push_str(&format!("%{byte:02X}")),
        }
    }
    all
}
