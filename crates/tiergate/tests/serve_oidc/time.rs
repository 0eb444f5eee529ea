//! Logging in at a provider of OpenID Connect while time passes: logins that took too long, and keys that
//! have changed.

use crate::provider::{Account, CLIENT, Provider, SECRET};
use crate::served::{Answer, MINUTE, Served};
use axum::body::Body;
use axum::http::Request;
use tiergate_server::{Limits, Oidc};

fn both(name: &str) -> (Provider, Served) {
    let provider = Provider::start();
    provider.account(Account::of("248289761001", "ada@example.org"));
    let oidc = Oidc::new(&provider.issuer, CLIENT, Some(SECRET.to_owned()), None).unwrap();
    let desk = Served::at_provider(name, Limits::default(), Some(oidc));
    desk.person("analyst", "ada@example.org");
    (provider, desk)
}

async fn visit(desk: &Served, path: &str, cookie: &str) -> Answer {
    let request = Request::builder()
        .uri(path)
        .header("accept", "text/html")
        .header("cookie", cookie);
    desk.send(request.body(Body::empty()).unwrap()).await
}

/// The browser's cookie, and where the provider sends it back to.
async fn begun(desk: &Served, provider: &Provider) -> (String, String) {
    let begun = visit(desk, "/login/oidc?next=/law", "").await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let cookie = begun.headers["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let door = begun.headers["location"].to_str().unwrap().to_owned();
    let back = provider.log_in(&door);
    (cookie, back)
}

#[tokio::test]
async fn a_login_takes_ten_minutes_at_most() {
    let (provider, desk) = both("oidc-late");
    let (cookie, back) = begun(&desk, &provider).await;
    desk.pass(10 * MINUTE);
    let late = visit(&desk, &back, &cookie).await;
    assert_eq!(late.status, 400);
    assert!(
        late.text.contains("took longer than ten minutes"),
        "{}",
        late.text
    );
    assert_eq!(provider.asked("/token"), 0);
    let (cookie, back) = begun(&desk, &provider).await;
    desk.pass(10 * MINUTE - 1);
    let entered = visit(&desk, &back, &cookie).await;
    assert_eq!(
        (entered.status, &entered.headers["location"]),
        (303, &"/law".parse().unwrap())
    );
}

#[tokio::test]
async fn keys_that_have_changed_are_asked_anew_and_not_more_than_once_a_minute() {
    let (provider, desk) = both("oidc-keys");
    let enter = async || {
        let (cookie, back) = begun(&desk, &provider).await;
        visit(&desk, &back, &cookie).await.status
    };
    assert_eq!(enter().await, 303);
    assert_eq!(enter().await, 303);
    assert_eq!(provider.asked("/keys"), 1);
    provider.rotate();
    assert_eq!(enter().await, 403);
    assert_eq!(provider.asked("/keys"), 1);
    desk.pass(MINUTE);
    assert_eq!(enter().await, 303);
    assert_eq!(enter().await, 303);
    assert_eq!(provider.asked("/keys"), 2);
    // What the provider says of itself is asked anew each hour, if anybody logs in.
    desk.pass(60 * MINUTE);
    assert_eq!(enter().await, 303);
    assert_eq!(provider.asked("/keys"), 3);
}
