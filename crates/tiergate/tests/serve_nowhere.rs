//! What goes wrong is told people on a page of the house, and programs as a problem.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::Value;
use served::{Answer, As, Served};
use tiergate_server::Limits;

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

fn kind(answer: &Answer) -> &str {
    answer.headers["content-type"].to_str().unwrap()
}

#[track_caller]
fn is_page(answer: &Answer, status: u16, says: &str) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(kind(answer), "text/html; charset=utf-8");
    assert!(answer.text.contains("To the first page"), "{}", answer.text);
    assert!(answer.text.contains(says), "{says}: {}", answer.text);
}

#[track_caller]
fn is_problem(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(kind(answer), "application/problem+json");
    assert_eq!(answer.json()["status"], status);
}

#[tokio::test]
async fn an_address_with_nothing_at_it_is_a_page_to_a_browser_and_a_problem_to_a_program() {
    let desk = Served::new("nowhere");
    let analyst = desk.signed_in("analyst", "ada");
    for who in [&As::Nobody, &analyst] {
        let page = desk.ask_with(who, "GET", "/nowhere", None, &[PAGE]).await;
        is_page(&page, 404, "there is nothing at this address");
        is_problem(&desk.ask_with(who, "GET", "/nowhere", None, &[]).await, 404);
        // Below the API browsers are programs too.
        for path in ["/api", "/api/", "/api/v1/nowhere"] {
            let answer = desk.ask_with(who, "GET", path, None, &[PAGE]).await;
            is_problem(&answer, 404);
        }
    }
    let page = desk
        .ask_with(&analyst, "GET", "/nowhere", None, &[PAGE])
        .await;
    assert!(
        page.text.contains("Log out"),
        "whoever is there stays there"
    );
}

#[tokio::test]
async fn what_is_refused_before_a_page_is_reached_is_told_in_words_too() {
    let limits = Limits {
        body: 1000,
        ..Limits::default()
    };
    let desk = Served::with("refused", limits);
    let analyst = desk.signed_in("analyst", "ada");
    let send = async |method: &str, path: &str, body: Option<&Value>, more: &[(&str, &str)]| {
        let headers: Vec<_> = [PAGE].iter().chain(more).copied().collect();
        desk.ask_with(&analyst, method, path, body, &headers).await
    };
    let method = send("DELETE", "/ask", None, &[]).await;
    is_page(&method, 405, "DELETE is not for this address");
    assert_eq!(method.headers["allow"], "GET,HEAD");
    let role = send("GET", "/people", None, &[]).await;
    is_page(&role, 403, "not for an analyst");
    let small = Value::String("a=b".to_owned());
    let elsewhere = [FORM, ("sec-fetch-site", "cross-site")];
    let origin = send("POST", "/tokens", Some(&small), &elsewhere).await;
    is_page(&origin, 403, "a page of another place");
    let large = Value::String(format!("a={}", "b".repeat(2000)));
    let answer = send("POST", "/login", Some(&large), &[FORM]).await;
    is_page(&answer, 413, "too large");
}
