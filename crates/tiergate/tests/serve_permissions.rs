//! Who may do what over the API: every role at every address, by token, by cookie, by nobody.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::{Value, json};
use served::{API, Answer, As, ROLES, Served, may, order, role};
use tiergate_server::people::{Action, Scope, may as role_may};

/// A column for each role: applicant, licensing officer, countersigner, reviewer, ledger officer,
/// analyst, administrator; then the scope that a token needs. `s` stands for whoever is logged in.
const TABLE: &str = "
    post   /decide                                  + + + + + + + decide
    post   /decide/bulk                             + + + + + + + decide
    post   /diff                                    + + + + + + + decide
    post   /impact                                  + + + + + + + decide
    get    /laws                                    + + + + + + + decide
    get    /laws/{law}                              + + + + + + + decide
    get    /cases                                   + + + + + + - read
    get    /cases/{id}                              + + + + + + - read
    get    /cases/{id}/events                       + + + + + + - read
    post   /cases                                   + + + + - - - write
    post   /cases/{id}/events                       + + + + - - - write
    get    /ledger/accounts                         - + + + + + - read
    get    /ledger/accounts/{key}/statement         - + + + + + - read
    get    /ledger/entries/{id}                     - + + + + + - read
    get    /ledger/corrections                      - + + + + + - read
    get    /ledger/verify                           - + + + + + - read
    post   /ledger/entries                          - - - - + - - write
    post   /ledger/corrections                      - - - - + - - write
    post   /ledger/corrections/{id}/confirm         - - - - + - - write
    post   /ledger/corrections/{id}/refuse          - - - - + - - write
    get    /parties                                 - + + + + + - read
    get    /parties/{id}                            - + + + + + - read
    post   /screen                                  - + + + + + - read
    get    /statistics                              - + + + + + - read
    get    /statistics/backlog                      - + + + + + - read
    get    /lab                                     - + + + + + - decide
    get    /lab/runs                                - + + + + + + decide
    post   /lab/runs                                - + + + + + - decide
    get    /lab/runs/{id}                           - + + + + + - decide
    post   /lab/runs/{id}/stop                      - + + + + + + decide
    delete /lab/runs/{id}                           - + + + + + + decide
    get    /lab/runs/{id}/report                    - + + + + + - decide
    get    /lab/runs/{id}/quantiles                 - + + + + + - decide
    post   /password                                s s s s s s s -
    get    /tokens                                  s s s s s s s -
    post   /tokens                                  s s s s s s s -
    delete /tokens/{id}                             s s s s s s s -
";

/// Addresses that need no login.
const OPEN: [&str; 2] = ["get /api/v1/openapi.json", "get /health"];

struct Line {
    method: String,
    path: String,
    marks: Vec<String>,
    scope: Option<Scope>,
}

fn table() -> Vec<Line> {
    let lines = TABLE.lines().filter(|line| !line.trim().is_empty());
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert_eq!(words.len(), 10, "{line}");
            Line {
                method: words[0].to_owned(),
                path: format!("/api/v1{}", words[1]),
                marks: words[2..9].iter().map(|w| (*w).to_owned()).collect(),
                scope: Scope::of(words[9]),
            }
        })
        .collect()
}

/// Something to send, and where.
fn request(line: &Line) -> (String, Option<Value>, Vec<(&'static str, &'static str)>) {
    let path = line
        .path
        .replace("{law}", "us")
        .replace("{key}", "lpp%7C2026%7Cnobody")
        .replace("{id}", "none");
    let path = match line.path.as_str() {
        "/api/v1/impact" => format!("{path}?from=us&to=us:text"),
        "/api/v1/statistics/backlog" => format!("{path}?from=2026-01-01"),
        _ => path,
    };
    let kind = match line.path.as_str() {
        "/api/v1/decide/bulk" | "/api/v1/impact" => vec![("content-type", "application/jsonl")],
        _ => Vec::new(),
    };
    let body = match (line.method.as_str(), line.path.as_str()) {
        ("get" | "delete", _) | (_, "/api/v1/ledger/corrections/{id}/confirm") => None,
        (_, "/api/v1/lab/runs/{id}/stop") => None,
        (_, "/api/v1/lab/runs") => Some(json!({ "laws": [] })),
        (_, "/api/v1/decide") => Some(order("o-1")),
        (_, "/api/v1/decide/bulk" | "/api/v1/impact") => Some(json!(order("o-1").to_string())),
        (_, "/api/v1/diff") => Some(json!({ "left": "us", "right": "us" })),
        (_, "/api/v1/cases/{id}/events") => Some(json!({ "what": "withdrawn" })),
        (_, "/api/v1/cases") => {
            Some(json!({ "kind": "classification", "title": "a card", "applicant": "acme" }))
        }
        (_, "/api/v1/ledger/entries") => Some(json!({ "kind": "ship", "of": "none" })),
        (_, "/api/v1/ledger/corrections") => Some(json!({
            "account": { "measure": "lpp", "holder": "Nobody", "span": "2026" },
            "amount": 1, "why": "a test",
        })),
        (_, "/api/v1/ledger/corrections/{id}/refuse") => Some(json!({ "why": "a test" })),
        (_, "/api/v1/screen") => Some(json!({ "parties": [{ "name": "Arkona" }] })),
        (_, "/api/v1/password") => Some(json!({ "current": "x", "new": PASSWORD })),
        (_, "/api/v1/tokens") => Some(json!({ "name": "x", "scopes": ["read"], "days": 1 })),
        other => panic!("nothing to send to {other:?}"),
    };
    (path, body, kind)
}

#[test]
fn the_table_has_every_address_of_the_description() {
    let mut described: Vec<String> = Vec::new();
    for (path, operations) in API["paths"].as_object().unwrap() {
        let methods = operations.as_object().unwrap().keys();
        described.extend(methods.map(|method| format!("{method} {path}")));
    }
    let mut listed: Vec<String> = table()
        .iter()
        .map(|line| format!("{} {}", line.method, line.path))
        .chain(OPEN.map(str::to_owned))
        .collect();
    described.sort();
    listed.sort();
    assert_eq!(described, listed);
}

#[tokio::test]
async fn each_role_may_at_each_address_what_the_table_says() {
    let desk = Served::new("permissions");
    let people: Vec<_> = ROLES.iter().map(|r| desk.person(r, r)).collect();
    for line in table() {
        let (path, body, kind) = request(&line);
        let send = async |who: &As| {
            let answer = desk.ask_with(who, &line.method, &path, body.as_ref(), &kind);
            answer.await
        };
        let nobody = send(&As::Nobody).await;
        assert_eq!(
            nobody.status, 401,
            "{} {path}: {}",
            line.method, nobody.text
        );
        for (person, mark) in people.iter().zip(&line.marks) {
            let (cookie, csrf) = desk.session(person);
            let with_cookie = send(&As::Cookie(cookie, Some(csrf))).await;
            let with_token = send(&desk.token(person)).await;
            let told = format!("{} {} {path}", person.login, line.method);
            match mark.as_str() {
                "+" => {
                    assert!(may(with_cookie.status), "{told}: {}", with_cookie.text);
                    assert!(may(with_token.status), "{told}: {}", with_token.text);
                }
                "-" => {
                    assert_eq!(with_cookie.status, 403, "{told}: {}", with_cookie.text);
                    assert_eq!(with_token.status, 403, "{told}: {}", with_token.text);
                }
                // In person only.
                _ => {
                    assert!(may(with_cookie.status), "{told}: {}", with_cookie.text);
                    assert_eq!(with_token.status, 403, "{told}: {}", with_token.text);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_token_may_no_more_than_its_scopes_say() {
    let desk = Served::new("scopes");
    let people: Vec<_> = ROLES.iter().map(|r| desk.person(r, r)).collect();
    for line in table() {
        let Some(needed) = line.scope else { continue };
        let (path, body, kind) = request(&line);
        let at = line.marks.iter().position(|mark| mark == "+").unwrap();
        for scope in Scope::ALL {
            let who = desk.scoped(&people[at], &[scope]);
            let answer = desk.ask_with(&who, &line.method, &path, body.as_ref(), &kind);
            let answer = answer.await;
            let told = format!("{scope:?} at {} {path}: {}", line.method, answer.text);
            assert_eq!(may(answer.status), scope == needed, "{told}");
        }
    }
}

#[test]
fn the_table_agrees_with_what_roles_may() {
    let acts = [
        ("post /api/v1/decide", Action::Ask),
        ("get /api/v1/ledger/accounts", Action::ReadLedger),
        ("post /api/v1/ledger/entries", Action::WriteLedger),
        ("post /api/v1/ledger/corrections", Action::CorrectLedger),
        ("get /api/v1/parties", Action::Parties),
        ("get /api/v1/parties/{id}", Action::Parties),
        ("post /api/v1/screen", Action::Parties),
        ("get /api/v1/statistics", Action::Statistics),
        ("post /api/v1/lab/runs", Action::Lab),
    ];
    for line in table() {
        let address = format!("{} {}", line.method, line.path);
        for (_, action) in acts.iter().filter(|(at, _)| *at == address) {
            for (word, mark) in ROLES.iter().zip(&line.marks) {
                assert_eq!(
                    role_may(role(word), *action),
                    mark == "+",
                    "{word} {action:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_cookie_alone_changes_nothing_and_no_other_page_may_send_it() {
    let desk = Served::new("marks");
    let person = desk.person("licensing-officer", "officer");
    let (cookie, csrf) = desk.session(&person);
    let body = json!({ "kind": "classification", "title": "a card", "applicant": "acme" });
    let send = async |mark: Option<&str>, headers: &[(&str, &str)]| {
        let who = As::Cookie(cookie.clone(), mark.map(str::to_owned));
        let answer = desk.ask_with(&who, "POST", "/api/v1/cases", Some(&body), headers);
        answer.await.status
    };
    assert_eq!(send(None, &[]).await, 403);
    assert_eq!(send(Some("another"), &[]).await, 403);
    assert_eq!(send(Some(&csrf), &[]).await, 201);
    let same = [("sec-fetch-site", "same-origin")];
    assert_eq!(send(None, &same).await, 201);
    for site in ["cross-site", "same-site"] {
        assert_eq!(send(Some(&csrf), &[("sec-fetch-site", site)]).await, 403);
    }
    let origin = [("origin", "https://example.com"), ("host", "desk.example")];
    assert_eq!(send(Some(&csrf), &origin).await, 403);
    let origin = [("origin", "https://desk.example"), ("host", "desk.example")];
    assert_eq!(send(Some(&csrf), &origin).await, 201);
    // Of a token no page but our own knows.
    let token = desk.token(&person);
    let cross = [("sec-fetch-site", "cross-site")];
    let answer = desk.ask_with(&token, "POST", "/api/v1/cases", Some(&body), &cross);
    assert_eq!(answer.await.status, 201);
}

/// The password of [`with_password`].
const PASSWORD: &str = "four words are enough";

/// An analyst who logs in with a password.
fn with_password(desk: &Served, login: &str) {
    let person = desk.person("analyst", login);
    let people = &desk.app.people;
    let link = people.link(&person.id, "test", desk.now()).unwrap();
    people.set_password(&link, PASSWORD, desk.now()).unwrap();
}

/// The form of the login, sent without a cookie.
async fn log_in(desk: &Served, login: &str, password: &str, more: &[(&str, &str)]) -> Answer {
    let password = password.replace(' ', "+");
    let form = Value::String(format!("login={login}&password={password}"));
    let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
    headers.extend_from_slice(more);
    desk.ask_with(&As::Nobody, "POST", "/login", Some(&form), &headers)
        .await
}

#[tokio::test]
async fn no_page_of_another_place_logs_a_browser_in() {
    let desk = Served::new("login-from");
    with_password(&desk, "ada");
    let from = async |headers: &[(&str, &str)]| {
        let answer = log_in(&desk, "ada", PASSWORD, headers).await;
        (answer.status, answer.headers.contains_key("set-cookie"))
    };
    let evil = ("origin", "https://evil.example");
    let host = ("host", "desk.example");
    let site = |of: &'static str| ("sec-fetch-site", of);
    for headers in [
        [evil, site("cross-site")],
        [evil, site("same-site")],
        [evil, host],
        [("origin", "null"), host],
    ] {
        assert_eq!(from(&headers).await, (403, false), "{headers:?}");
    }
    let own = ("origin", "https://desk.example");
    assert_eq!(from(&[]).await, (303, true), "a program");
    assert_eq!(from(&[own, host]).await, (303, true));
    for of in ["same-origin", "none"] {
        assert_eq!(from(&[site(of)]).await, (303, true), "{of}");
    }
}

#[tokio::test]
async fn a_login_that_waits_is_answered_as_one_that_nobody_has() {
    let desk = Served::new("probed");
    with_password(&desk, "somebody.here");
    let wrong = async |login: &str| {
        let answer = log_in(&desk, login, "four words are too much", &[]).await;
        (answer.status, answer.text.replace(login, "LOGIN"))
    };
    for _ in 0..11 {
        let (there, nobody) = (wrong("somebody.here").await, wrong("nobody.here").await);
        assert_eq!(there, nobody);
        assert_eq!(there.0, 401);
        assert!(there.1.contains("too many failures"), "{}", there.1);
    }
    // It does wait.
    let right = log_in(&desk, "somebody.here", PASSWORD, &[]).await;
    assert_eq!(right.status, 401);
}
