//! Orders that ship under a license of a case, by the command line and over the desk's own database.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;
mod served;

use std::path::Path;

use serde_json::{Value, json};
use served::{As, Served, order};

/// A desk with a case whose license D1 is for 100 units, issued on the second of March 2026.
async fn issued(desk: &Served) -> (As, String) {
    let applicant = desk.whoever("applicant", "applicant");
    let officer = desk.whoever("licensing-officer", "officer");
    let signer = desk.whoever("countersigner", "signer");
    let new = json!({ "kind": "license", "title": "100 accelerators", "order": order("o-1"),
        "a_items": false });
    let case = desk.post(&applicant, "/api/v1/cases", new).await.is(201);
    let case = case["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/cases/{case}/events");
    let happens = async |who: &As, what: Value| {
        let told = desk.post(who, &path, json!({ "what": what })).await;
        told.is(201)
    };
    let agencies = ["Defense", "Energy", "State"];
    happens(&officer, json!({ "referred": { "agencies": agencies } })).await;
    for agency in agencies {
        let person = desk.person_of("agency-reviewer", agency, "", agency);
        let advice = json!({ "advised": { "advice": "no-objection" } });
        happens(&desk.token(&person), advice).await;
    }
    let made = happens(
        &officer,
        json!({ "recommended": { "proposal": "approve" } }),
    )
    .await;
    happens(&signer, json!({ "countersigned": { "of": made["id"] } })).await;
    happens(&officer, json!({ "approved": {} })).await;
    let issue = json!({ "issued": { "number": "D1", "quantity": 100, "value-usd": 3_000_000,
        "through": "2030-03-01" } });
    happens(&officer, issue).await;
    (officer, case)
}

/// What the command line says of an order against the desk's database, in its last column.
fn decided(database: &Path, order: &Value, words: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.jsonl");
    std::fs::write(&file, order.to_string()).unwrap();
    let mut command = common::plain();
    command.args([
        "decide",
        "--law",
        "us:enforced",
        "--format",
        "csv",
        "--ledger",
    ]);
    command.arg(database).args(words);
    let (out, err, _) = common::run(command.arg(&file));
    let row = out.lines().nth(1).unwrap_or_else(|| panic!("{out}{err}"));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(row.as_bytes());
    let row = reader.records().next().unwrap().unwrap();
    row.iter().next_back().unwrap().to_owned()
}

fn of(id: &str, quantity: u64, date: &str) -> Value {
    let mut order = order(id);
    order["quantity"] = json!(quantity);
    order["value_usd"] = json!(quantity * 30_000);
    order["date"] = json!(date);
    order
}

#[tokio::test]
async fn an_order_ships_under_the_license_of_a_case_within_what_is_left() {
    let desk = Served::new("case-license");
    let (officer, case) = issued(&desk).await;
    let database = desk.database();
    let under = |order: &Value, words: &[&str]| {
        let words = [&["--license", "D1"], words].concat();
        decided(&database, order, &words)
    };
    let stands = format!("license D1 of case {case}: valid through 2030-03-01");
    let told = under(&of("s-1", 60, "2026-03-10"), &[]);
    assert!(told.contains(&stands), "{told}");
    let told = under(&of("s-1", 60, "2026-03-10"), &["--reserve"]);
    assert!(
        told.contains("reserved") && told.contains(&stands),
        "{told}"
    );
    // 40 are left, whoever draws them.
    let told = under(&of("s-2", 41, "2026-03-11"), &["--reserve"]);
    assert!(told.contains("asked 41, left 40 of 100"), "{told}");
    let path = format!("/api/v1/cases/{case}/events");
    let ships = json!({ "what": { "shipped": { "shipment": "s-3", "quantity": 41, "value-usd": 1_000_000 } } });
    desk.post(&officer, &path, ships).await.is(409);
    // Not before it was issued, not after its last day, and only what it is for.
    for (order, why) in [
        (of("s-4", 1, "2026-03-01"), "issued on 2026-03-02"),
        (of("s-5", 1, "2030-03-02"), "valid through 2030-03-01"),
    ] {
        let told = under(&order, &["--reserve"]);
        assert!(
            told.contains("not reserved") && told.contains(why),
            "{told}"
        );
    }
    let mut other = of("s-6", 1, "2026-03-12");
    other["consignee"]["name"] = json!("Somebody Else");
    let told = under(&other, &["--reserve"]);
    assert!(
        told.contains("license D1 is for consignee.name Meridian Compute"),
        "{told}"
    );
}

#[tokio::test]
async fn a_license_that_is_suspended_or_unknown_says_why_nothing_ships() {
    let desk = Served::new("case-suspended");
    let (officer, case) = issued(&desk).await;
    let path = format!("/api/v1/cases/{case}/events");
    let what = json!({ "what": { "suspended": { "reason": "under review" } } });
    desk.post(&officer, &path, what).await.is(201);
    let words = ["--license", "D1", "--reserve"];
    let told = decided(&desk.database(), &of("s-1", 1, "2026-03-10"), &words);
    assert!(
        told.contains(&format!("case {case}: license D1 is suspended")),
        "{told}"
    );
    let words = ["--license", "D2", "--reserve"];
    let told = decided(&desk.database(), &of("s-1", 1, "2026-03-10"), &words);
    assert!(told.contains("no license D2 is on this ledger"), "{told}");
}
