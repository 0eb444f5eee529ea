//! Parties and screening over the API: held to the description, to the command line, and to what the
//! desk was started with.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod served;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use served::{As, Served};
use tiergate::Files;

const LIST: &str = r#"{"search_performed_at":"2026-07-31","total":2,"results":[{"id":"EL-1","source":"Entity List (EL) - Bureau of Industry and Security","name":"Arkona Research Institute","addresses":[{"country":"CN"}],"license_requirement":"For all items subject to the EAR.","license_policy":"Presumption of denial"},{"id":"EL-2","source":"Entity List (EL) - Bureau of Industry and Security","name":"Vektor Optics","addresses":[{"country":"RU"}],"license_requirement":"For all items subject to the EAR.","license_policy":"Presumption of denial"}]}"#;

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/parties")
}

/// A desk that knows the parties of the examples and a list of two.
fn knowing(name: &str, decided: Option<&Path>) -> (Served, As, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.json");
    std::fs::write(&list, LIST).unwrap();
    let files = Files {
        parties: Some(&examples().join("register.jsonl")),
        listed: &[examples().join("listed.csv").display().to_string()],
        list: Some(&list),
        adjudications: decided,
    };
    let desk = Served::knowing(name, files);
    let who = desk.whoever("analyst", "analyst");
    (desk, who, folder)
}

/// What the command line answers in JSON.
fn told(words: &[&str]) -> Value {
    let register = examples().join("register.jsonl").display().to_string();
    let mut command = common::plain();
    command.args(words).args(["--register", &register]);
    let (out, err, code) = common::run(command.args(["--format", "json"]));
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

#[tokio::test]
async fn parties_are_found_by_name_and_identifier_and_told_page_by_page() {
    let (desk, who, _folder) = knowing("parties", None);
    let find = async |asked: &str| desk.get(&who, &format!("/api/v1/parties?{asked}")).await;
    let ids = |page: &Value| -> Vec<String> {
        let all = page["parties"].as_array().unwrap().iter();
        all.map(|party| party["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let found = find("name=compute").await.is(200);
    assert_eq!(
        found["parties"],
        json!([{ "id": "meridian", "name": "Meridian Compute", "kind": "entity", "headquarters": "MY" }])
    );
    let by_lei = find("name=213800meridiancomp28").await.is(200);
    assert_eq!(ids(&by_lei), ["meridian"]);
    // Every party comes once, whatever the pages.
    let whole = find("").await.is(200);
    assert_eq!(
        (&whole["found"], &whole["next"]),
        (&whole["of"], &Value::Null)
    );
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = find(&format!("limit=2{after}")).await.is(200);
        all.extend(ids(&page));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        after = format!("&after={next}");
    }
    assert_eq!(all, ids(&whole));
    assert_eq!(all.len(), 6);
    find("limit=501").await.is(422);
    find("as_of=July").await.is(400);
}

#[tokio::test]
async fn a_party_is_told_as_the_command_line_tells_it() {
    let (desk, who, _folder) = knowing("party", None);
    let listed = examples().join("listed.csv").display().to_string();
    for (id, day) in [
        ("meridian", "2026-07-01"),
        ("cinderlane", "2026-01-31"),
        ("cinderlane", "2026-07-01"),
        ("bearer", "2026-07-01"),
    ] {
        let path = format!("/api/v1/parties/{id}?as_of={day}");
        let party = desk.get(&who, &path).await.is(200);
        let mut shown = told(&["parties", "show", id, "--as-of", day]);
        let parent = told(&["parties", "parent", id, "--as-of", day]);
        let words = ["parties", "listed", id, "--as-of", day, "--listed", &listed];
        let rule = told(&words);
        shown["ultimate_parent"] = parent;
        shown["affiliates_rule"] = rule;
        assert_eq!(party, shown, "{id} on {day}");
    }
    let cinderlane = desk
        .get(&who, "/api/v1/parties/cinderlane?as_of=2026-01-31")
        .await
        .is(200);
    let rule = &cinderlane["affiliates_rule"];
    assert_eq!(rule["answer"], "caught", "{rule:#}");
    assert_eq!(rule["paths"][0][0]["owner"]["id"], "brackenfab");
    desk.get(&who, "/api/v1/parties/nobody").await.is(404);
}

#[tokio::test]
async fn names_are_screened_with_the_reason_and_what_was_decided() {
    let (desk, who, folder) = knowing("screen", None);
    let asked = json!({ "parties": [
        { "name": "Arkona Institute", "country": "cn" },
        { "id": "c-7", "name": "Halcyon Bakery" },
    ] });
    let found = desk.post(&who, "/api/v1/screen", asked).await.is(200);
    assert_eq!(found["list"]["date"], "2026-07-31");
    assert_eq!(found["list"]["parties"], 2);
    let [arkona, halcyon] = [&found["parties"][0], &found["parties"][1]];
    // A hit that nobody decided: unknown, and not no.
    assert_eq!(arkona["lists"], Value::Null);
    let hit = &arkona["hits"][0];
    assert_eq!(hit["matched_name"], "Arkona Research Institute");
    assert_eq!(hit["same_country"], true);
    assert!(
        hit["citation"]
            .as_str()
            .unwrap()
            .starts_with("15 CFR 744.16")
    );
    assert_eq!(
        hit["license_requirement"],
        "For all items subject to the EAR."
    );
    assert!(hit["why"].as_str().unwrap().contains("arkona"), "{hit:#}");
    assert!(hit["score"].as_f64().unwrap() > 0.7);
    assert_eq!(
        (&halcyon["id"], &halcyon["lists"]),
        (&json!("c-7"), &json!([]))
    );
    // As the command line screens.
    let mut command = common::plain();
    command.args([
        "screen",
        "Arkona Institute",
        "--country",
        "CN",
        "--format",
        "json",
        "--list",
    ]);
    let (out, err, code) = common::run(command.arg(folder.path().join("list.json")));
    assert_eq!(code, 0, "{err}");
    let told: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(told[0]["hits"][0]["score"], hit["score"]);
    assert_eq!(told[0]["party_digest"], arkona["digest"]);
    // What someone decides of the hit stands with it.
    let decision = json!({
        "party": { "name": "Arkona Institute", "country": "CN" },
        "party_digest": arkona["digest"], "entry": hit["entry"], "entry_digest": hit["entry_digest"],
        "verdict": "true", "reason": "same address", "who": "M. Lind", "when": "2026-07-31",
    });
    let log = folder.path().join("decided.jsonl");
    std::fs::write(&log, format!("{decision}\n")).unwrap();
    let (desk, who, _folder) = knowing("screen-decided", Some(&log));
    let asked = json!({ "parties": [{ "name": "Arkona Institute", "country": "CN" }] });
    let found = desk.post(&who, "/api/v1/screen", asked).await.is(200);
    assert_eq!(found["parties"][0]["lists"], json!(["entity-list"]));
    let decided = &found["parties"][0]["hits"][0]["decided"];
    assert_eq!(
        (&decided["is_party"], &decided["who"]),
        (&json!(true), &json!("M. Lind"))
    );
}

#[tokio::test]
async fn what_cannot_be_screened_is_told_with_its_place() {
    let (desk, who, _folder) = knowing("screen-wrong", None);
    let many = vec![json!({ "name": "Arkona" }); 501];
    for (asked, pointer) in [
        (json!({ "parties": [] }), "/parties"),
        (json!({ "parties": many }), "/parties"),
        (
            json!({ "parties": [{ "name": "a" }, { "name": " " }] }),
            "/parties/1/name",
        ),
        (
            json!({ "parties": [{ "name": "a", "country": "China" }] }),
            "/parties/0/country",
        ),
        (
            json!({ "parties": [{ "name": "a" }], "limit": 0 }),
            "/limit",
        ),
        (json!({ "parties": [{ "name": 7 }] }), "/parties/0/name"),
    ] {
        let told = desk.post(&who, "/api/v1/screen", asked).await.is(422);
        assert_eq!(told["errors"][0]["pointer"], pointer, "{told:#}");
    }
}

#[tokio::test]
async fn a_desk_that_knows_no_parties_says_so_and_calls_nobody_clean() {
    let desk = Served::new("no-parties");
    let who = desk.whoever("analyst", "analyst");
    for path in ["/api/v1/parties", "/api/v1/parties/meridian"] {
        let told = desk.get(&who, path).await.is(404);
        let detail = told["detail"].as_str().unwrap();
        assert!(detail.contains("tiergate serve --parties"), "{detail}");
    }
    let asked = json!({ "parties": [{ "name": "Arkona Institute" }] });
    let told = desk.post(&who, "/api/v1/screen", asked).await.is(404);
    let detail = told["detail"].as_str().unwrap();
    assert!(
        detail.contains("tiergate serve --list") && detail.contains("unknown"),
        "{detail}"
    );
    // Nobody said who is listed: the rule is unknown, and not clear.
    let files = Files {
        parties: Some(&examples().join("register.jsonl")),
        ..Files::default()
    };
    let desk = Served::knowing("no-listed", files);
    let who = desk.whoever("analyst", "analyst");
    let party = desk.get(&who, "/api/v1/parties/meridian").await.is(200);
    assert_eq!(party["affiliates_rule"]["answer"], "unknown");
    assert!(
        party["affiliates_rule"]["missing"]
            .as_str()
            .unwrap()
            .contains("--listed")
    );
}
