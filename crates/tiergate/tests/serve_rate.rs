//! Requests counted: by person for whoever is signed in, by address for everybody else, and by what a
//! proxy says only where it is believed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::ConnectInfo;
use served::{As, Served, request};
use tiergate::Files;
use tiergate_server::{Limits, Proxies};

const HEALTH: &str = "/health";
const LAWS: &str = "/api/v1/laws";

/// So many at once, and then one in an hour.
fn few(burst: u32) -> Limits {
    Limits {
        every: Duration::from_secs(3600),
        burst,
        ..Limits::default()
    }
}

async fn from(desk: &Served, peer: &str, who: &As, path: &str, headers: &[(&str, &str)]) -> u16 {
    let mut request = request(who, "GET", path, None, headers);
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    request.extensions_mut().insert(ConnectInfo(peer));
    desk.send(request).await.status
}

#[tokio::test]
async fn whoever_is_signed_in_is_counted_by_person_wherever_they_ask_from() {
    let desk = Served::with("rate-person", few(4));
    let person = desk.person("analyst", "ada");
    let ways = [desk.token(&person), {
        let (cookie, csrf) = desk.session(&person);
        As::Cookie(cookie, Some(csrf))
    }];
    let other = desk.whoever("analyst", "bo");
    // Each way is unknown once, and then counts for the person, from any address.
    for (n, who) in ways.iter().enumerate() {
        assert_eq!(
            from(&desk, &format!("192.0.2.{n}"), who, LAWS, &[]).await,
            200
        );
    }
    let mut answers = Vec::new();
    for n in 10..16 {
        let who = &ways[n % 2];
        answers.push(from(&desk, &format!("192.0.2.{n}"), who, LAWS, &[]).await);
    }
    assert_eq!(answers, [200, 200, 200, 200, 429, 429]);
    // Another at the same address is not held up by it.
    for _ in 0..4 {
        assert_eq!(from(&desk, "192.0.2.10", &other, LAWS, &[]).await, 200);
    }
}

#[tokio::test]
async fn a_secret_that_is_made_up_counts_for_its_address() {
    let desk = Served::with("rate-made-up", few(3));
    for n in 0..3 {
        let who = As::Token(format!("made up {n}"));
        assert_eq!(from(&desk, "192.0.2.1", &who, LAWS, &[]).await, 401);
    }
    let who = As::Token("made up again".to_owned());
    assert_eq!(from(&desk, "192.0.2.1", &who, LAWS, &[]).await, 429);
    assert_eq!(from(&desk, "192.0.2.2", &who, LAWS, &[]).await, 401);
    // One that was taken back counts for its address again.
    let desk = Served::with("rate-revoked", few(3));
    let person = desk.person("analyst", "ada");
    let token = desk.token(&person);
    assert_eq!(from(&desk, "192.0.2.1", &token, LAWS, &[]).await, 200);
    let people = &desk.app.people;
    let id = people.tokens(&person.id).unwrap()[0].id.clone();
    people.revoke_token(&person.id, &id, desk.now()).unwrap();
    assert_eq!(from(&desk, "192.0.2.1", &token, LAWS, &[]).await, 401);
    let mut answers = Vec::new();
    for _ in 0..3 {
        answers.push(from(&desk, "192.0.2.1", &token, LAWS, &[]).await);
    }
    assert_eq!(answers, [401, 401, 429]);
}

#[tokio::test]
async fn a_header_is_believed_of_a_proxy_that_is_named_and_of_nobody_else() {
    let believed = Proxies(vec!["10.0.0.0/8".parse().unwrap()]);
    let desk = Served::of("rate-proxy", few(2), believed, Files::default());
    let ask = async |peer: &str, header: &str| {
        let named = [("x-forwarded-for", header)];
        from(&desk, peer, &As::Nobody, HEALTH, &named).await
    };
    // Two behind the proxy are two.
    for client in ["198.51.100.1", "198.51.100.2"] {
        assert_eq!(ask("10.0.0.1", client).await, 200);
        assert_eq!(ask("10.0.0.2", client).await, 200);
        assert_eq!(ask("10.0.0.1", client).await, 429);
    }
    // What a client writes before it reaches the proxy gains it nothing.
    assert_eq!(ask("10.0.0.1", "203.0.113.9, 198.51.100.1").await, 429);
    // One who is no proxy writes what it likes, and is counted by its own address.
    let mut answers = Vec::new();
    for n in 0..4 {
        answers.push(ask("192.0.2.66", &format!("203.0.113.{n}")).await);
    }
    assert_eq!(answers, [200, 200, 429, 429]);
    // Nor can it use up what another has.
    assert_eq!(ask("10.0.0.1", "203.0.113.0").await, 200);
}

#[tokio::test]
async fn without_a_name_no_proxy_is_believed() {
    let desk = Served::with("rate-none", few(2));
    let mut answers = Vec::new();
    for n in 0..3 {
        let named = format!("203.0.113.{n}");
        let named = [
            ("x-forwarded-for", named.as_str()),
            ("forwarded", "for=203.0.113.77"),
        ];
        answers.push(from(&desk, "10.0.0.1", &As::Nobody, HEALTH, &named).await);
    }
    assert_eq!(answers, [200, 200, 429]);
}
