//! The API over the real service: orders decided as by the command line, problems, keys, pages.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod served;

use serde_json::{Value, json};
use served::{API, As, MINUTE, Served, order};
use tiergate_server::people::{Login, Scope};

const JSONL: &[(&str, &str)] = &[("content-type", "application/jsonl")];

#[test]
fn the_description_that_is_checked_in_is_current() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let kept: Value = serde_json::from_str(&text).unwrap_or_default();
    assert!(
        kept == *API,
        "write it anew: cargo run -p tiergate -- schema openapi > docs/openapi.json"
    );
}

#[tokio::test]
async fn the_description_and_the_health_are_told_without_login() {
    let desk = Served::new("open");
    let told = desk.get(&As::Nobody, "/api/v1/openapi.json").await.is(200);
    assert_eq!(told, *API);
    assert_eq!(
        desk.get(&As::Nobody, "/health").await.is(200)["status"],
        "ok"
    );
}

/// Orders as they come: plain, with a named chip, with unknown facts, with no license needed.
fn orders() -> Vec<Value> {
    let plain = order("o-1");
    let mut unknown = order("o-2");
    unknown["consignee"] = json!({ "name": "Nobody Knows" });
    let mut free = order("o-3");
    free["item"] = json!({ "tpp": 100, "performance_density": 0.5, "datacenter": true });
    let mut china = order("o-4");
    china["destination"] = json!("CN");
    china["quantity"] = json!(2.5);
    vec![plain, unknown, free, china]
}

#[tokio::test]
async fn an_order_is_decided_as_by_the_command_line() {
    let desk = Served::new("decide");
    let who = desk.whoever("analyst", "analyst");
    let folder = std::env::temp_dir().join(format!("tiergate-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("orders.jsonl");
    let lines: Vec<String> = orders().iter().map(ToString::to_string).collect();
    std::fs::write(&file, lines.join("\n")).unwrap();
    for law in ["us", "us:enforced", "us@2025-03-01:text"] {
        let mut command = common::plain();
        command.args(["decide", "--format", "jsonl", "--law", law]);
        let (out, err, code) = common::run(command.arg(&file));
        assert_eq!(code, 0, "{err}");
        let told: Vec<Value> = out
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(told.len(), lines.len());
        for (order, told) in orders().into_iter().zip(&told) {
            let path = format!("/api/v1/decide?law={law}");
            assert_eq!(desk.post(&who, &path, order).await.is(200), *told, "{law}");
        }
        let path = format!("/api/v1/decide/bulk?law={law}");
        let text = json!(lines.join("\n"));
        let bulk = desk.ask_with(&who, "POST", &path, Some(&text), JSONL).await;
        let bulk: Vec<Value> = bulk
            .text
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(bulk, told, "{law}");
    }
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_read_does_not_stop_the_others() {
    let desk = Served::new("bulk");
    let who = desk.whoever("analyst", "analyst");
    let mut lines: Vec<String> = (0..200)
        .map(|n| order(&format!("o-{n}")).to_string())
        .collect();
    lines[70] = r#"{"id":"o-70","date":"2026-03-02","destination":"Vietnam","item":{}}"#.to_owned();
    lines[71] = "{".to_owned();
    lines[72] = String::new();
    let text = json!(lines.join("\n"));
    let answer = desk
        .ask_with(&who, "POST", "/api/v1/decide/bulk", Some(&text), JSONL)
        .await;
    assert_eq!(answer.status, 200);
    let rows: Vec<Value> = answer
        .text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(rows.len(), 199, "an empty line is no row");
    assert_eq!(rows[69]["id"], "o-69");
    assert_eq!(rows[70]["line"], 71);
    assert_eq!(rows[70]["errors"][0]["pointer"], "/destination");
    assert_eq!(rows[71]["line"], 72);
    assert_eq!(rows[72]["id"], "o-73");
    assert_eq!(rows[198]["id"], "o-199");
}

#[tokio::test]
async fn whatever_goes_wrong_is_a_problem_that_says_where() {
    let desk = Served::new("problems");
    let who = desk.whoever("analyst", "analyst");
    let officer = desk.whoever("ledger-officer", "ledger");
    let text = [("content-type", "text/plain")];
    let as_json = [("content-type", "application/json")];
    let hello = json!("hello");
    let large = json!(format!("\"{}\"", "x".repeat(2 << 20)));
    let problem = |answer: served::Answer, status: u16| {
        assert_eq!(
            answer.headers["content-type"], "application/problem+json",
            "{}",
            answer.text
        );
        let told = answer.is(status);
        assert_eq!(told["status"], status);
        told
    };
    problem(desk.get(&who, "/api/v1/nothing").await, 404);
    problem(desk.get(&who, "/nothing").await, 404);
    let answer = desk.ask(&who, "DELETE", "/api/v1/laws", None).await;
    assert_eq!(answer.headers["allow"], "GET,HEAD");
    problem(answer, 405);
    let answer = desk
        .ask_with(&who, "POST", "/api/v1/diff", Some(&hello), &text)
        .await;
    problem(answer, 415);
    let answer = desk
        .ask_with(&who, "POST", "/api/v1/diff", Some(&hello), &as_json)
        .await;
    problem(answer, 400);
    let answer = desk
        .ask_with(&who, "POST", "/api/v1/decide", Some(&large), &as_json)
        .await;
    problem(answer, 413);
    problem(desk.get(&who, "/api/v1/cases?colour=red").await, 400);
    problem(desk.get(&who, "/api/v1/cases?limit=0").await, 422);
    problem(desk.get(&who, "/api/v1/cases?after=zz").await, 422);
    problem(desk.get(&who, "/api/v1/laws/atlantis").await, 404);
    problem(
        desk.post(&who, "/api/v1/decide?law=atlantis", order("o"))
            .await,
        422,
    );
    let mut wrong = order("o");
    wrong["item"] = json!({ "tpp": "many" });
    let told = problem(desk.post(&who, "/api/v1/decide", wrong).await, 422);
    assert_eq!(told["errors"][0]["pointer"], "/item/tpp");
    let told = problem(
        desk.post(
            &officer,
            "/api/v1/ledger/entries",
            json!({ "kind": "limit" }),
        )
        .await,
        422,
    );
    assert_eq!(told["errors"][0]["pointer"], "/account");
    let told = problem(
        desk.post(
            &officer,
            "/api/v1/ledger/entries",
            json!({ "kind": "ship", "of": 3 }),
        )
        .await,
        422,
    );
    assert_eq!(told["errors"][0]["pointer"], "/of");
    problem(
        desk.get(&As::Token("made up".to_owned()), "/api/v1/laws")
            .await,
        401,
    );
}

#[tokio::test]
async fn laws_are_listed_told_and_compared() {
    let desk = Served::new("laws");
    let who = desk.whoever("applicant", "applicant");
    let laws = desk.get(&who, "/api/v1/laws").await.is(200);
    assert_eq!(laws["laws"][0]["id"], "us");
    let law = desk
        .get(&who, "/api/v1/laws/us?as_of=2025-03-01")
        .await
        .is(200);
    assert_eq!(law["as_of"], "2025-03-01");
    assert!(law["requirements"][0]["cite"].is_string(), "{law}");
    let laws = json!({ "left": "us@2025-06-01:text", "right": "us:enforced" });
    let diff = desk.post(&who, "/api/v1/diff", laws).await.is(200);
    assert!(diff.is_object());
    let lines: Vec<String> = orders().iter().map(ToString::to_string).collect();
    let text = json!(format!("{}\n{{\n", lines.join("\n")));
    let path = "/api/v1/impact?from=us:text&to=us:enforced";
    let impact = desk
        .ask_with(&who, "POST", path, Some(&text), JSONL)
        .await
        .is(200);
    assert_eq!(impact["unread"][0]["line"], 5, "{impact}");
}

#[tokio::test]
async fn a_key_is_answered_once() {
    let desk = Served::new("once");
    let person = desk.person("licensing-officer", "officer");
    let who = desk.token(&person);
    let body =
        |title: &str| json!({ "kind": "classification", "title": title, "applicant": "acme" });
    let send = async |who: &As, key: &str, title: &str| {
        let headers = [("idempotency-key", key)];
        desk.ask_with(who, "POST", "/api/v1/cases", Some(&body(title)), &headers)
            .await
    };
    let first = send(&who, "k-1", "a card").await;
    assert!(first.headers.get("idempotent-replayed").is_none());
    let first = first.is(201);
    let again = send(&who, "k-1", "a card").await;
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(again.is(201), first);
    send(&who, "k-1", "another card").await.is(422);
    // What is refused for good is answered the same; whoever else has the key has another.
    let refused = send(&who, "k-2", "").await.is(422);
    assert_eq!(send(&who, "k-2", "").await.is(422), refused);
    let other = desk.whoever("licensing-officer", "other");
    assert_ne!(
        send(&other, "k-1", "a card").await.is(201)["id"],
        first["id"]
    );
    let cases = desk.get(&who, "/api/v1/cases").await.is(200);
    assert_eq!(cases["cases"].as_array().unwrap().len(), 2);
    // The same key at another address is another request.
    let headers = [("idempotency-key", "k-1")];
    let path = format!("/api/v1/cases/{}/events", first["id"].as_str().unwrap());
    let note = json!({ "what": { "note": { "text": "seen" } } });
    desk.ask_with(&who, "POST", &path, Some(&note), &headers)
        .await
        .is(422);
}

#[tokio::test]
async fn the_secret_of_a_token_is_told_once_even_to_a_retry() {
    let desk = Served::new("tokens");
    let person = desk.person("analyst", "analyst");
    let (cookie, csrf) = desk.session(&person);
    let me = As::Cookie(cookie, Some(csrf));
    let new = json!({ "name": "nightly", "scopes": ["decide"], "days": 30 });
    let headers = [("idempotency-key", "t-1")];
    let made = desk
        .ask_with(&me, "POST", "/api/v1/tokens", Some(&new), &headers)
        .await
        .is(201);
    let again = desk
        .ask_with(&me, "POST", "/api/v1/tokens", Some(&new), &headers)
        .await;
    assert!(!again.text.contains(made["secret"].as_str().unwrap()));
    again.is(409);
    let token = As::Token(made["secret"].as_str().unwrap().to_owned());
    desk.get(&token, "/api/v1/laws").await.is(200);
    desk.get(&token, "/api/v1/statistics").await.is(403);
    let listed = desk.get(&me, "/api/v1/tokens").await.is(200);
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 1);
    assert!(!listed.to_string().contains("secret"));
    let path = format!("/api/v1/tokens/{}", made["token"]["id"].as_str().unwrap());
    desk.ask(&me, "DELETE", &path, None).await.is(204);
    desk.get(&token, "/api/v1/laws").await.is(401);
    desk.ask(&me, "DELETE", "/api/v1/tokens/none", None)
        .await
        .is(404);
    // A token ends on its day, and with its person.
    let token = desk.scoped(&person, &[Scope::Decide]);
    desk.get(&token, "/api/v1/laws").await.is(200);
    desk.pass(366 * 24 * 60 * MINUTE);
    desk.get(&token, "/api/v1/laws").await.is(401);
}

#[tokio::test]
async fn whoever_sets_a_new_password_or_is_disabled_keeps_no_token_and_no_link() {
    let desk = Served::new("ended");
    let people = &desk.app.people;
    let person = desk.person("analyst", "analyst");
    let another = desk.whoever("analyst", "another");
    let link = || people.link(&person.id, "test", desk.now()).unwrap();
    let (used, other, token) = (link(), link(), desk.token(&person));
    desk.get(&token, "/api/v1/laws").await.is(200);
    let set = people.set_password(&used, "four words are enough", desk.now());
    assert_eq!(set.unwrap().id, person.id);
    desk.get(&token, "/api/v1/laws").await.is(401);
    assert!(people.linked(&other, desk.now()).unwrap().is_none());
    let again = people.set_password(&other, "four others are too", desk.now());
    assert!(again.is_err(), "the other link has ended");

    let (open, token) = (link(), desk.token(&person));
    desk.get(&token, "/api/v1/laws").await.is(200);
    assert!(people.linked(&open, desk.now()).unwrap().is_some());
    for disabled in [true, false] {
        let done = people.disable(&person.id, disabled, "test", desk.now());
        done.unwrap();
        desk.get(&token, "/api/v1/laws").await.is(401);
        assert!(people.linked(&open, desk.now()).unwrap().is_none());
    }
    let kept = people.tokens(&person.id).unwrap();
    assert!(kept.len() == 2 && kept.iter().all(|token| token.revoked));
    // What is made afterwards holds, and so does what another has.
    desk.get(&desk.token(&person), "/api/v1/laws").await.is(200);
    desk.get(&another, "/api/v1/laws").await.is(200);
}

#[tokio::test]
async fn a_session_ends_when_it_is_idle_and_after_a_day_of_work() {
    let desk = Served::new("idle");
    let person = desk.person("analyst", "analyst");
    let (cookie, csrf) = desk.session(&person);
    let me = As::Cookie(cookie, Some(csrf));
    for _ in 0..3 {
        desk.pass(29 * MINUTE);
        desk.get(&me, "/api/v1/laws").await.is(200);
    }
    desk.pass(32 * MINUTE);
    desk.get(&me, "/api/v1/laws").await.is(401);
    let (cookie, csrf) = desk.session(&person);
    let me = As::Cookie(cookie, Some(csrf));
    for _ in 0..35 {
        desk.pass(20 * MINUTE);
        desk.get(&me, "/api/v1/laws").await.is(200);
    }
    desk.pass(25 * MINUTE);
    desk.get(&me, "/api/v1/laws").await.is(401);
}

#[test]
fn a_login_that_fails_ten_times_waits_a_quarter_of_an_hour() {
    let desk = Served::new("lock");
    let person = desk.person("analyst", "analyst");
    let people = &desk.app.people;
    let link = people.link(&person.id, "test", desk.now()).unwrap();
    let right = "four words are enough";
    people.set_password(&link, right, desk.now()).unwrap();
    let log_in = |password: &str| people.log_in("Analyst", password, desk.now()).unwrap();
    for _ in 0..9 {
        assert_eq!(log_in("four words are too much"), Login::No);
    }
    assert!(
        matches!(log_in(right), Login::In(_)),
        "the count begins anew"
    );
    for _ in 0..10 {
        assert_eq!(log_in("four words are too much"), Login::No);
    }
    assert!(matches!(log_in(right), Login::Locked(_)));
    desk.pass(14 * MINUTE);
    assert!(matches!(log_in(right), Login::Locked(_)));
    desk.pass(2 * MINUTE);
    assert!(matches!(log_in(right), Login::In(_)));
}
