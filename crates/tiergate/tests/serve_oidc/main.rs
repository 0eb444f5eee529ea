//! Logging in at a provider of OpenID Connect, through the service as it runs; and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../common/desk.rs"]
mod desk;
mod enter;
mod instances;
#[path = "../common/provider.rs"]
mod provider;
mod refuse;
#[path = "../served/mod.rs"]
mod served;
mod start;
mod time;

use std::sync::Arc;

use desk::{Answer, Desk, mark};
use provider::{Account, CLIENT, Provider, SECRET};
use tiergate_server::{App, Config, Database, Limits, Shared};

/// Ada, an analyst, as the provider knows her.
fn ada() -> Account {
    Account::of("248289761001", "Analyst@Example.org")
}

/// A provider, a desk that knows it, and Ada at both.
fn both() -> (Provider, Desk) {
    both_with(&[])
}

fn both_with(more: &[&str]) -> (Provider, Desk) {
    let provider = Provider::start();
    provider.account(ada());
    let arguments = [
        "--oidc-issuer",
        &provider.issuer,
        "--oidc-client-id",
        CLIENT,
    ];
    let arguments = [&arguments[..], &["--oidc-name", "Ministry login"], more].concat();
    let desk = Desk::start_with(&arguments, &[("TIERGATE_OIDC_CLIENT_SECRET", SECRET)]);
    add(&desk, "role=analyst&login=analyst%40example.org");
    (provider, desk)
}

/// Adds somebody who sets no password.
fn add(desk: &Desk, form: &str) {
    let csrf = mark(&desk.get("/people").body);
    let added = desk.post_as(
        &desk.admin,
        "/people",
        &format!("csrf={csrf}&name=Ada&{form}"),
    );
    assert_eq!(added.status, 200, "{}", added.text());
}

/// What an administrator does with a person.
fn administrate(desk: &Desk, person: &str, act: &str, form: &str) -> Answer {
    let csrf = mark(&desk.get("/people").body);
    let path = format!("/people/{person}/{act}");
    desk.post_as(&desk.admin, &path, &format!("csrf={csrf}&{form}"))
}

/// The cookie of a name that an answer sets, as a browser sends it back; none when it takes it away.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let all = answer.headers("set-cookie");
    let set = all.iter().find(|set| set.contains(&format!("{name}=")))?;
    let pair = set.split(';').next().unwrap();
    (!pair.ends_with('=')).then(|| pair.to_owned())
}

/// A login that was begun: the browser's cookie, and the provider's door.
fn begin(desk: &Desk, next: &str) -> (String, String) {
    let begun = desk.get_as("", &format!("/login/oidc?next={next}"));
    assert_eq!(begun.status, 303, "{}", begun.text());
    let cookie = cookie(&begun, "tiergate_oidc").unwrap();
    (cookie, begun.header("location").to_owned())
}

/// Logs in at the provider and comes back.
fn log_in(provider: &Provider, desk: &Desk, next: &str) -> Answer {
    let (cookie, door) = begin(desk, next);
    desk.get_as(&cookie, &provider.log_in(&door))
}

/// The session an answer begins, which leads on.
fn session(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text());
    cookie(answer, "tiergate_session").unwrap()
}

/// Refused, on a page to log in at that says why; no session is begun, and the login is over.
fn refused(answer: &Answer, status: u16, says: &str) {
    let text = answer.text();
    assert_eq!(answer.status, status, "{text}");
    assert!(text.contains(says), "no `{says}` in: {text}");
    assert!(
        text.contains("Password"),
        "one can log in otherwise: {text}"
    );
    assert_eq!(cookie(answer, "tiergate_session"), None);
    let over = answer.headers("set-cookie");
    assert!(
        over.iter()
            .any(|c| c.contains("tiergate_oidc=;") && c.contains("Max-Age=0"))
    );
}

/// The desk's own database, looked into from beside.
fn beside(database: &str) -> Shared {
    let desk = Box::leak(Box::new(tiergate::embedded::desk(None).unwrap()));
    App::open(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        database: Database::of(database),
        proxies: tiergate_server::Proxies::default(),
        public_url: None,
        desk,
        orders: Arc::new(tiergate::Orders::new(desk)),
        clock: Arc::new(|| 0),
        limits: Limits::default(),
        oidc: None,
        demo: false,
    })
    .unwrap()
}

/// What was done with accounts, in order: who, what, about whom.
fn acts(app: &Shared) -> Vec<String> {
    let sql = "SELECT person, what, about FROM acts WHERE what LIKE 'oidc%' ORDER BY seq";
    let rows = app.people.db().read(|db| db.rows(sql, &[])).unwrap();
    rows.iter()
        .map(|row| [0, 1, 2].map(|at| row.text(at).unwrap()).join(" "))
        .collect()
}

fn sessions(app: &Shared) -> i64 {
    let sql = "SELECT count(*) FROM sessions";
    let row = app.people.db().read(|db| db.row(sql, &[])).unwrap();
    row.unwrap().int(0).unwrap()
}
