//! Cases and the ledger over the API: a license from application to shipment, who sees what of it, and
//! corrections that need two persons.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::{Value, json};
use served::office::Office;
use served::{Served, order};

#[tokio::test]
async fn a_license_is_worked_from_application_to_shipment() {
    let office = Office::new("license");
    let case = office.apply(&order("o-1")).await;
    office.ready(&case).await;
    let reservation = json!({ "approved": { "reservation": "mine" } });
    office
        .happens(&office.officer, &case, reservation, 422)
        .await;
    office
        .happens(&office.applicant, &case, json!({ "approved": {} }), 422)
        .await;
    office
        .happens(&office.officer, &case, json!({ "approved": {} }), 201)
        .await;
    let issued = |number: &str, quantity: u64| {
        json!({ "issued": { "number": number, "quantity": quantity, "value-usd": 3_000_000,
            "through": "2030-03-01" } })
    };
    office
        .happens(&office.officer, &case, issued("D1", 101), 422)
        .await;
    office
        .happens(&office.officer, &case, issued("D1", 100), 201)
        .await;
    let ships = |shipment: &str, quantity: u64, value: u64| json!({ "shipped": { "shipment": shipment, "quantity": quantity, "value-usd": value } });
    office
        .happens(&office.applicant, &case, ships("s-1", 60, 1_800_000), 201)
        .await;
    office
        .happens(&office.applicant, &case, ships("s-2", 50, 1_000_000), 422)
        .await;
    office
        .happens(&office.applicant, &case, ships("s-2", 40, 1_200_000), 201)
        .await;
    let told = office
        .desk
        .get(&office.officer, &format!("/api/v1/cases/{case}"))
        .await
        .is(200);
    assert_eq!(told["license"]["left"], 0, "{told:#}");
    assert_eq!(told["closed"]["how"], "approved");
    assert!(told["application"]["decision"].is_string());
    assert!(
        told["dues"]
            .as_array()
            .unwrap()
            .iter()
            .all(|due| due["cite"].is_string())
    );

    let accounts = "/api/v1/ledger/accounts";
    let all = office.desk.get(&office.officer, accounts).await.is(200);
    let key = |measure: &str| {
        let found = all["accounts"].as_array().unwrap().iter();
        let mut found = found.filter(|a| a["account"]["measure"] == measure);
        found.next().unwrap()["key"]
            .as_str()
            .unwrap()
            .replace('|', "%7C")
    };
    let path = format!("{accounts}/{}/statement", key("license.quantity"));
    let statement = office.desk.get(&office.officer, &path).await.is(200);
    assert_eq!(statement["used"], 100);
    assert_eq!(statement["own_limit"]["most"], 100);
    let entry = &statement["movements"][0]["entry"]["id"];
    let path = format!(
        "/api/v1/ledger/entries/{}",
        served_path(entry.as_str().unwrap())
    );
    office.desk.get(&office.officer, &path).await.is(200);
    let verified = office
        .desk
        .get(&office.officer, "/api/v1/ledger/verify")
        .await
        .is(200);
    assert_eq!(verified["right"], true, "{verified:#}");

    let statistics = office
        .desk
        .get(&office.officer, "/api/v1/statistics?by=agency")
        .await;
    assert_eq!(statistics.is(200)["summaries"][0]["of"], "Defense");
    let csv = [("accept", "text/csv")];
    for path in [
        "/api/v1/statistics?by=case",
        "/api/v1/statistics/backlog?from=2026-03-01",
    ] {
        let answer = office
            .desk
            .ask_with(&office.officer, "GET", path, None, &csv)
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(
            answer.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/csv")
        );
    }
}

/// A text as part of an address.
fn served_path(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
    let each = text.bytes().map(|b| match plain(b) {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    });
    each.collect()
}

#[tokio::test]
async fn an_applicant_sees_its_own_and_no_advice() {
    let office = Office::new("own");
    let case = office.apply(&order("o-1")).await;
    office.ready(&case).await;
    let desk = &office.desk;
    for path in [
        format!("/api/v1/cases/{case}"),
        format!("/api/v1/cases/{case}/events"),
    ] {
        desk.get(&office.rival, &path).await.is(404);
        desk.get(&office.applicant, &path).await.is(200);
    }
    office
        .happens(&office.rival, &case, json!("withdrawn"), 404)
        .await;
    let listed = desk.get(&office.rival, "/api/v1/cases").await.is(200);
    assert_eq!(listed["cases"], json!([]));
    // Another's company is not taken for one's own.
    let new = json!({ "kind": "classification", "title": "a card", "applicant": "acme" });
    let case_of_rival = desk.post(&office.rival, "/api/v1/cases", new).await.is(201);
    assert_eq!(case_of_rival["application"]["applicant"], "umbra");
    let told = desk
        .get(&office.applicant, &format!("/api/v1/cases/{case}"))
        .await
        .is(200);
    assert_eq!(told["inside"], Value::Null);
    let path = format!("/api/v1/cases/{case}/events?limit=2");
    let all = desk.get(&office.officer, &path).await.is(200);
    assert_eq!(all["events"].as_array().unwrap().len(), 2);
    let next = format!("{path}&after={}", all["next"].as_str().unwrap());
    assert_eq!(
        desk.get(&office.officer, &next).await.is(200)["events"][0]["version"],
        3
    );
    let path = format!("/api/v1/cases/{case}/events");
    let own = desk.get(&office.applicant, &path).await.is(200);
    let acts = own["events"].to_string();
    assert!(
        !acts.contains("advised") && !acts.contains("recommended"),
        "{acts}"
    );
}

#[tokio::test]
async fn what_is_not_known_is_not_approved() {
    let office = Office::new("unknown");
    let desk = &office.desk;
    // Nothing needs a license here: there is nothing to apply for.
    let mut free = order("o-1");
    free["item"] = json!({ "tpp": 100, "performance_density": 0.5, "datacenter": true });
    let new = json!({ "kind": "license", "title": "cards", "order": free });
    let told = desk
        .post(&office.applicant, "/api/v1/cases", new)
        .await
        .is(422);
    assert!(
        told["detail"]
            .as_str()
            .unwrap()
            .contains("needs no license"),
        "{told}"
    );
    let mut wrong = order("o-1");
    wrong["quantity"] = json!("many");
    let new = json!({ "kind": "license", "title": "cards", "order": wrong });
    let told = desk
        .post(&office.applicant, "/api/v1/cases", new)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/order/quantity");
    // Without an order nothing is applied for: what an approval draws would not be known.
    let new = json!({ "kind": "license", "title": "cards", "quantity": 10 });
    let told = desk
        .post(&office.applicant, "/api/v1/cases", new)
        .await
        .is(422);
    assert_eq!(told["errors"][0]["pointer"], "/order", "{told}");
}

#[tokio::test]
async fn cases_are_found_and_paged() {
    let office = Office::new("paged");
    let desk = &office.desk;
    for n in 0..5 {
        let kind = if n % 2 == 0 {
            "classification"
        } else {
            "advisory-opinion"
        };
        let new = json!({ "kind": kind, "title": format!("case {n}"), "country": "PL" });
        desk.post(&office.applicant, "/api/v1/cases", new)
            .await
            .is(201);
    }
    let mut path = "/api/v1/cases?kind=classification&open=true&limit=2".to_owned();
    let first = desk.get(&office.officer, &path).await.is(200);
    assert_eq!(first["cases"].as_array().unwrap().len(), 2);
    path.push_str(&format!("&after={}", first["next"].as_str().unwrap()));
    let second = desk.get(&office.officer, &path).await.is(200);
    assert_eq!(second["cases"].as_array().unwrap().len(), 1);
    assert_eq!(second["next"], Value::Null);
    let none = desk
        .get(&office.officer, "/api/v1/cases?country=VN")
        .await
        .is(200);
    assert_eq!(none["cases"], json!([]));
}

#[tokio::test]
async fn a_correction_needs_two_persons_and_counts_once() {
    let desk = Served::new("corrections");
    let first = desk.whoever("ledger-officer", "first");
    let second = desk.whoever("ledger-officer", "second");
    let new = json!({ "account": { "measure": "lpp", "holder": "Meridian Compute", "span": "2026" },
        "amount": 5000, "why": "counted before there was a ledger" });
    let mut unknown = new.clone();
    unknown["account"]["measure"] = json!("lpq");
    desk.post(&first, "/api/v1/ledger/corrections", unknown)
        .await
        .is(422);
    let made = desk
        .post(&first, "/api/v1/ledger/corrections", new)
        .await
        .is(201);
    let path = format!(
        "/api/v1/ledger/corrections/{}/confirm",
        made["id"].as_str().unwrap()
    );
    desk.ask(&first, "POST", &path, None).await.is(403);
    let accounts = "/api/v1/ledger/accounts?measure=lpp";
    assert_eq!(
        desk.get(&first, accounts).await.is(200)["accounts"],
        json!([])
    );
    let entered = desk.ask(&second, "POST", &path, None).await.is(200);
    assert_eq!(entered["again"], false);
    assert_eq!(
        desk.ask(&second, "POST", &path, None).await.is(200)["again"],
        true
    );
    assert_eq!(
        desk.get(&first, accounts).await.is(200)["accounts"][0]["used"],
        5000
    );
    let open = desk
        .get(&first, "/api/v1/ledger/corrections?open=true")
        .await
        .is(200);
    assert_eq!(open["corrections"], json!([]));
    desk.ask(
        &second,
        "POST",
        "/api/v1/ledger/corrections/none/confirm",
        None,
    )
    .await
    .is(404);
}

#[tokio::test]
async fn what_is_reserved_ships_once() {
    let desk = Served::new("entries");
    let officer = desk.whoever("ledger-officer", "officer");
    let enter = async |body: Value, status: u16| {
        desk.post(&officer, "/api/v1/ledger/entries", body)
            .await
            .is(status)
    };
    // As printed, the law gives small orders an exception that draws on a limit by year.
    let mut small = order("lpp-1");
    small["date"] = json!("2025-06-10");
    small["destination"] = json!("PL");
    small["quantity"] = json!(500);
    small["consignee"] = json!({ "name": "Meridian Compute", "location": "PL", "headquarters": "PL",
        "parent": "PL", "parent_name": "Meridian Holdings", "lists": [] });
    let law = "us:text";
    let reserved = enter(
        json!({ "kind": "reserve", "order": small, "law": law }),
        201,
    )
    .await;
    assert_eq!(reserved["reservation"], "lpp-1", "{reserved:#}");
    let part = |kind: &str, quantity: u64| json!({ "kind": kind, "of": "lpp-1", "quantity": quantity, "date": "2025-06-11" });
    enter(
        json!({ "kind": "ship", "of": "lpp-1", "date": "2025-06-01" }),
        422,
    )
    .await;
    enter(part("ship", 300), 201).await;
    enter(part("ship", 300), 409).await;
    enter(part("release", 200), 201).await;
    let mut back = part("return", 10);
    back["why"] = json!("boredom");
    enter(back.clone(), 422).await;
    back["why"] = json!("loss");
    enter(back, 201).await;
    let limit = json!({ "kind": "limit", "cite": "an agreement", "most": 10, "date": "2025-06-11",
        "account": { "measure": "lpp", "holder": "Meridian Compute", "span": "2025" } });
    enter(limit, 201).await;
    let headers = [("idempotency-key", "again")];
    let body = json!({ "kind": "limit", "cite": "an agreement", "most": 20, "date": "2025-06-12",
        "account": { "measure": "lpp", "holder": "Meridian Compute", "span": "2025" } });
    let path = "/api/v1/ledger/entries";
    let first = desk
        .ask_with(&officer, "POST", path, Some(&body), &headers)
        .await
        .is(201);
    let again = desk
        .ask_with(&officer, "POST", path, Some(&body), &headers)
        .await
        .is(201);
    assert_eq!(first, again);
}

#[test]
fn a_day_at_the_desk_is_a_day_in_washington() {
    let served = Served::new("washington");
    // Three in the morning in Greenwich is the evening before at the desk.
    let moment: jiff::Timestamp = "2026-12-02T03:00:00Z".parse().unwrap();
    served.pass(moment.as_microsecond() - served.now());
    assert_eq!(served.app.today().to_string(), "2026-12-01");
}

#[tokio::test]
async fn a_license_whose_usual_term_is_not_known_is_issued_on_the_page_with_the_basis_of_its_term()
{
    let office = Office::new("term");
    let desk = &office.desk;
    // Whether it is for items that have a term of their own is left open.
    let new = json!({ "kind": "license", "title": "cards", "order": order("o-1") });
    let case = desk
        .post(&office.applicant, "/api/v1/cases", new)
        .await
        .is(201);
    let case = case["id"].as_str().unwrap();
    office.ready(case).await;
    office
        .happens(&office.officer, case, json!({ "approved": {} }), 201)
        .await;
    let officer = desk.signed_in("licensing-officer", "at-the-page");
    let path = format!("/cases/{case}/act");
    let form =
        "act=issued&event=issued-1&name=D1&quantity=100&value_usd=3000000&through=2030-02-28";
    let refused = desk.form(&officer, &path, form).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("the basis of the term"),
        "{}",
        refused.text
    );
    let form = format!("{form}&basis_cite=750.7(g)&basis_says=four+years");
    assert_eq!(desk.form(&officer, &path, &form).await.status, 303);
    let told = desk
        .get(&officer, &format!("/api/v1/cases/{case}"))
        .await
        .is(200);
    assert_eq!(told["license"]["through"], "2030-02-28");
}
