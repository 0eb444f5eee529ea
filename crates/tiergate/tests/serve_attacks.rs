//! What somebody tries who wants more than is theirs.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::{Value, json};
use served::office::Office;
use served::{As, Served, order};
use tiergate_server::people::Scope;

/// Attaches a document on the page of a case, as somebody with a session; gives its digest.
async fn attaches(desk: &Served, who: &As, case: &str, text: &str) -> String {
    let As::Cookie(_, Some(csrf)) = who else {
        panic!("documents are attached by whoever has a session")
    };
    let body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"event\"\r\n\r\n{}\r\n\
         --B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"memo.txt\"\r\n\
         Content-Type: text/plain\r\n\r\n{text}\r\n--B--\r\n",
        text.len()
    );
    let kind = [("content-type", "multipart/form-data; boundary=B")];
    let path = format!("/cases/{case}/documents");
    let sent = desk
        .ask_with(who, "POST", &path, Some(&Value::String(body)), &kind)
        .await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let page = desk.get(who, &format!("/cases/{case}")).await.text;
    let after = page
        .split("/documents/")
        .nth(1)
        .unwrap_or_else(|| panic!("{page}"));
    after.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_application_is_for_what_its_order_is_for_and_nothing_else() {
    let office = Office::new("attack-order");
    let desk = &office.desk;
    for (field, value) in [
        ("quantity", json!(1_000_000)),
        ("value_usd", json!(1)),
        ("country", json!("CA")),
    ] {
        let mut valued = order("o-1");
        valued["value_usd"] = json!(3_000_000);
        let mut new = json!({ "kind": "license", "title": "cards", "order": valued });
        new[field] = value;
        let told = desk
            .post(&office.applicant, "/api/v1/cases", new)
            .await
            .is(422);
        assert_eq!(told["errors"][0]["pointer"], format!("/{field}"), "{told}");
    }
    let bare = json!({ "kind": "license", "title": "cards", "quantity": u64::MAX });
    let told = desk
        .post(&office.applicant, "/api/v1/cases", bare)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/order", "{told}");
    let odd = json!({ "kind": "advisory-opinion", "title": "x", "country": "=1+1" });
    let told = desk
        .post(&office.applicant, "/api/v1/cases", odd)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/country", "{told}");
}

#[tokio::test]
async fn an_applicant_sees_no_document_and_no_step_of_the_officers() {
    let office = Office::new("attack-documents");
    let desk = &office.desk;
    let case = office.apply(&order("o-1")).await;
    let officer = desk.signed_in("licensing-officer", "second-officer");
    let applicant = desk.signed_in("applicant", "other-applicant");
    let digest = attaches(desk, &officer, &case, "intelligence says diversion").await;
    let page = format!("/cases/{case}");
    let file = format!("{page}/documents/{digest}");
    assert_eq!(desk.get(&officer, &file).await.status, 200);
    assert_eq!(desk.get(&applicant, &file).await.status, 404);
    let (inside, outside) = (
        desk.get(&officer, &page).await.text,
        desk.get(&applicant, &page).await.text,
    );
    for hidden in ["memo.txt", "agencies recommend"] {
        assert!(inside.contains(hidden), "{hidden}");
        assert!(!outside.contains(hidden), "{hidden}");
    }
    // What is kept for another case is not attached to one's own by its digest.
    let what = json!({ "document-attached": { "digest": digest, "name": "a", "bytes": 5,
        "media-type": "text/html" } });
    let told = office.happens(&office.applicant, &case, what, 422).await;
    assert!(told.to_string().contains("where it is uploaded"), "{told}");
}

#[tokio::test]
async fn a_ledger_officer_changes_nothing_that_a_case_holds() {
    let office = Office::new("attack-ledger");
    let desk = &office.desk;
    let case = office.apply(&order("o-1")).await;
    office.ready(&case).await;
    office
        .happens(&office.officer, &case, json!({ "approved": {} }), 201)
        .await;
    let whole = desk
        .get(&office.officer, &format!("/api/v1/cases/{case}"))
        .await
        .is(200);
    let held = whole["inside"]["reservation"]
        .as_str()
        .unwrap_or_else(|| panic!("{whole}"));
    let ledger = desk.whoever("ledger-officer", "ledger");
    let release = json!({ "kind": "release", "of": held });
    let told = desk
        .post(&ledger, "/api/v1/ledger/entries", release)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/of", "{told}");
    let mut own = order("o-9");
    own["id"] = json!(held);
    let reserve = json!({ "kind": "reserve", "order": own });
    let told = desk
        .post(&ledger, "/api/v1/ledger/entries", reserve)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/order/id", "{told}");
}

#[tokio::test]
async fn a_correction_that_the_ledger_could_never_enter_is_not_proposed() {
    let desk = Served::new("attack-corrections");
    let ledger = desk.whoever("ledger-officer", "ledger");
    for (date, holder) in [("9999-12-31", "Acme"), ("2026-02-01", "\u{0}")] {
        let new = json!({ "account": { "measure": "lpp", "holder": holder, "span": "2026" },
            "amount": 5, "why": "counted before", "date": date });
        desk.post(&ledger, "/api/v1/ledger/corrections", new)
            .await
            .is(422);
    }
    let listed = desk
        .get(&ledger, "/api/v1/ledger/corrections")
        .await
        .is(200);
    assert!(!listed.to_string().contains("counted before"), "{listed}");
}

#[tokio::test]
async fn a_case_is_assigned_to_a_licensing_officer_or_to_nobody() {
    let office = Office::new("attack-assigned");
    let case = office.apply(&order("o-1")).await;
    let to = |id: &str| json!({ "assigned": { "to": id } });
    office
        .happens(&office.officer, &case, to("<script>"), 422)
        .await;
    let officer = office.desk.person("licensing-officer", "third-officer");
    office
        .happens(&office.officer, &case, to(&officer.id), 201)
        .await;
}

#[tokio::test]
async fn a_token_that_may_do_less_gets_no_answer_of_one_that_may_more() {
    let desk = Served::new("attack-replay");
    let person = desk.person("applicant", "applicant");
    let new = json!({ "kind": "advisory-opinion", "title": "x" });
    let key = [("idempotency-key", "one")];
    let asks = async |who: &As| {
        desk.ask_with(who, "POST", "/api/v1/cases", Some(&new), &key)
            .await
            .status
    };
    let (less, more) = (
        desk.scoped(&person, &[Scope::Read]),
        desk.scoped(&person, &[Scope::Read, Scope::Write]),
    );
    // A refusal for want of scope is not kept for whoever may.
    assert_eq!(asks(&less).await, 403);
    assert_eq!(asks(&more).await, 201);
    assert_eq!(asks(&more).await, 201);
    assert_eq!(asks(&less).await, 422);
}
