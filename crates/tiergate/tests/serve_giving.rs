//! What a case gives back, and what an agreement concedes, over the API.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::{Value, json};
use served::office::Office;
use served::{MINUTE, order};

/// A licensed case of which 60 of 100 units have shipped.
async fn licensed(office: &Office, number: &str) -> String {
    let case = office.apply(&order(number)).await;
    office.ready(&case).await;
    let officer = &office.officer;
    office
        .happens(officer, &case, json!({ "approved": {} }), 201)
        .await;
    let license = json!({ "issued": { "number": number, "quantity": 100, "value-usd": 3_000_000,
        "through": "2030-03-01" } });
    office.happens(officer, &case, license, 201).await;
    let shipped =
        json!({ "shipped": { "shipment": "s-1", "quantity": 60, "value-usd": 1_800_000 } });
    office.happens(&office.applicant, &case, shipped, 201).await;
    case
}

/// What the ledger holds of a case's reservation: reserved, shipped, released.
fn held(office: &Office, told: &Value) -> [u64; 3] {
    let reservation = told["inside"]["reservation"].as_str().unwrap();
    let ledger = &office.desk.app.ledger;
    let lot = ledger.transact(|book| Ok(book.lot(reservation)?.cloned()));
    let lot = lot.unwrap().unwrap();
    [lot.reserved, lot.shipped, lot.released]
}

#[tokio::test]
async fn a_revoked_license_gives_back_what_has_not_shipped() {
    let office = Office::new("revoked");
    let case = licensed(&office, "o-1").await;
    let path = format!("/api/v1/cases/{case}");
    let told = office.desk.get(&office.officer, &path).await.is(200);
    assert_eq!(held(&office, &told), [40, 60, 0]);
    let reason = json!({ "revoked": { "reason": "diverted" } });
    office
        .happens(&office.officer, &case, reason.clone(), 422)
        .await;
    let proposal = json!({ "recommended": { "proposal": "revoke" } });
    let made = office.happens(&office.officer, &case, proposal, 201).await;
    let of = json!({ "countersigned": { "of": made["id"] } });
    office.happens(&office.signer, &case, of, 201).await;
    office.happens(&office.officer, &case, reason, 201).await;
    let told = office.desk.get(&office.officer, &path).await.is(200);
    assert_eq!(told["license"]["revoked"], "2026-03-02");
    assert_eq!(told["license"]["revocation_cite"], "750.8");
    assert_eq!(held(&office, &told), [0, 60, 40]);
}

#[tokio::test]
async fn a_license_that_is_over_expires_when_someone_works_the_desk_and_gives_back_the_rest() {
    let office = Office::new("expired");
    let case = licensed(&office, "o-1").await;
    let other = office.apply(&order("o-2")).await;
    // Four years and a day: its last day is 2030-03-01.
    office.desk.pass(1_462 * 24 * 60 * MINUTE);
    let officer = office.desk.person("licensing-officer", "successor");
    let officer = office.desk.token(&officer);
    let path = format!("/api/v1/cases/{case}");
    let told = office.desk.get(&officer, &path).await.is(200);
    assert_eq!(told["license"]["expired"], Value::Null);
    // Whatever is entered first on a day, in whatever case.
    let note = json!({ "note": { "text": "a new year" } });
    office.happens(&officer, &other, note, 201).await;
    let told = office.desk.get(&officer, &path).await.is(200);
    assert_eq!(told["license"]["expired"], "2030-03-03");
    assert_eq!(held(&office, &told), [0, 60, 40]);
    let events = format!("{path}/events");
    let events = office.desk.get(&officer, &events).await.is(200);
    let last = events["events"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["what"], &last["role"]),
        (&json!("expired"), &json!("desk"))
    );
}

#[tokio::test]
async fn an_agreement_tells_what_is_conceded_by_when_and_what_it_unlocks() {
    let office = Office::new("agreement");
    let new = json!({ "kind": "agreement", "title": "an agreement with Poland", "applicant": "PL",
        "country": "PL", "unlocks": ["twice the allocation"],
        "concessions": [{ "id": "controls", "says": "export controls of its own", "due": "2026-02-28" }] });
    let desk = &office.desk;
    let told = desk
        .post(&office.officer, "/api/v1/cases", new)
        .await
        .is(201);
    assert_eq!(told["concessions"][0]["late_days"], 2, "{told:#}");
    assert_eq!(told["unlocked"], Value::Null);
    let case = told["id"].as_str().unwrap().to_owned();
    let met = json!({ "concession-met": { "concession": "controls" } });
    office.happens(&office.officer, &case, met, 201).await;
    let path = format!("/api/v1/cases/{case}");
    let told = desk.get(&office.officer, &path).await.is(200);
    assert_eq!(told["concessions"][0]["met"], "2026-03-02");
    assert_eq!(told["unlocked"], json!(["twice the allocation"]));
}
