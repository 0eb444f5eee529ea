//! Corrections of the ledger on the pages: one proposes, another confirms or refuses, each once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::json;
use served::{Answer, As, Served};

const AT: &str = "/allocations/corrections";
const ACCOUNT: &str = "measure=lpp&holder=Meridian+Compute&span=2026";

/// What stands in a field of a page's form.
fn field(page: &str, name: &str) -> String {
    let mark = format!("name=\"{name}\" value=\"");
    let rest = page.split(&mark).nth(1).unwrap_or_else(|| panic!("{page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// The forms of a page by where they lead.
fn leads(page: &Answer, end: &str) -> Vec<String> {
    let starts = page.text.split("action=\"").skip(1);
    let all = starts.map(|rest| rest.split('"').next().unwrap().to_owned());
    all.filter(|to| to.ends_with(end)).collect()
}

/// Proposes to add an amount, and gives the form that was sent.
async fn proposes(desk: &Served, who: &As, amount: &str, status: u16) -> String {
    // Corrections stand in the order in which they are proposed.
    desk.pass(1);
    let form = desk
        .get(who, &format!("/allocations/correct?{ACCOUNT}"))
        .await;
    assert_eq!(form.status, 200, "{}", form.text);
    let event = field(&form.text, "event");
    let form = format!("event={event}&{ACCOUNT}&amount={amount}&why=counted+before&day=2026-02-01");
    let sent = desk.form(who, AT, &form).await;
    assert_eq!(sent.status, status, "{}", sent.text);
    form
}

async fn used(desk: &Served, who: &As) -> serde_json::Value {
    let accounts = desk
        .get(who, "/api/v1/ledger/accounts?measure=lpp")
        .await
        .is(200);
    accounts["accounts"][0]["used"].clone()
}

#[tokio::test]
async fn one_proposes_and_another_confirms_and_it_counts_once() {
    let desk = Served::new("pages-corrections");
    let first = desk.signed_in("ledger-officer", "first");
    let second = desk.signed_in("ledger-officer", "second");
    let form = proposes(&desk, &first, "5000", 303).await;
    // Sent twice, it is proposed once.
    assert_eq!(desk.form(&first, AT, &form).await.status, 303);
    let page = desk.get(&second, AT).await;
    let confirm = leads(&page, "/confirm");
    assert_eq!(confirm.len(), 1, "{}", page.text);
    assert!(page.text.contains("+5,000") && page.text.contains("counted before"));
    // Whoever proposed it is shown no way to confirm it, and there is none.
    let own = desk.get(&first, AT).await;
    assert!(leads(&own, "/confirm").is_empty());
    assert!(own.text.contains("You proposed it"));
    let refused = desk.form(&first, &confirm[0], "").await;
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(used(&desk, &first).await, json!(null));
    // Confirmed twice, it counts once.
    for _ in 0..2 {
        assert_eq!(desk.form(&second, &confirm[0], "").await.status, 303);
    }
    assert_eq!(used(&desk, &first).await, 5000);
    let page = desk.get(&first, AT).await;
    assert!(page.text.contains("Nothing waits.") && page.text.contains("confirmed by second"));
    // What is entered is refused by nobody.
    let refuse = confirm[0].replace("/confirm", "/refuse");
    let late = desk.form(&first, &refuse, "why=no").await;
    assert_eq!(late.status, 409);
    assert!(late.text.contains("another correction"), "{}", late.text);
    // The account leads to the form, and each entry to what takes it back.
    let account = format!("/allocations/account?{ACCOUNT}&as_of=2026-12-31");
    let page = desk.get(&first, &account).await.text;
    assert!(page.contains("Propose a correction"), "{page}");
    assert!(
        page.contains("amount=-5000&#38;why=entry%20correction-"),
        "{page}"
    );
    let analyst = desk.signed_in("analyst", "analyst");
    let page = desk.get(&analyst, &account).await.text;
    assert!(!page.contains("Propose a correction") && page.contains("confirmed by"));
}

async fn refused_and_taken_back(desk: &Served, first: &As, second: &As) {
    proposes(desk, first, "-700", 303).await;
    let refuse = leads(&desk.get(second, AT).await, "/refuse").remove(0);
    let empty = desk.form(second, &refuse, "why=").await;
    assert_eq!(empty.status, 422);
    assert!(empty.text.contains("say why"), "{}", empty.text);
    assert_eq!(desk.form(second, &refuse, "why=no+paper").await.status, 303);
    let page = desk.get(first, AT).await;
    assert!(
        page.text.contains("refused by second: no paper"),
        "{}",
        page.text
    );
    let confirm = refuse.replace("/refuse", "/confirm");
    assert_eq!(desk.form(second, &confirm, "").await.status, 409);
    assert_eq!(used(desk, first).await, json!(null));
    proposes(desk, first, "800", 303).await;
    let own = leads(&desk.get(first, AT).await, "/refuse").remove(0);
    assert_eq!(desk.form(first, &own, "why=mistyped").await.status, 303);
    let page = desk.get(second, AT).await;
    assert!(page.text.contains("taken back: mistyped"), "{}", page.text);
    // The API tells the same of both, and refuses by the same way.
    let told = desk.get(first, "/api/v1/ledger/corrections").await.is(200);
    assert_eq!(told["corrections"][0]["refusal"]["why"], "no paper");
    let open = desk
        .get(first, "/api/v1/ledger/corrections?open=true")
        .await
        .is(200);
    assert_eq!(open["corrections"], json!([]));
    proposes(desk, first, "900", 303).await;
    let open = desk
        .get(first, "/api/v1/ledger/corrections?open=true")
        .await
        .is(200);
    let id = open["corrections"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/ledger/corrections/{id}/refuse");
    let told = desk
        .post(second, &path, json!({ "why": "no" }))
        .await
        .is(200);
    assert_eq!(told["refusal"]["by"], "p-2");
    desk.post(second, &path, json!({ "why": " " }))
        .await
        .is(422);
}

#[tokio::test]
async fn another_refuses_with_a_reason_and_the_proposer_takes_back() {
    let desk = Served::new("pages-refused");
    let [first, second] = ["first", "second"].map(|who| desk.signed_in("ledger-officer", who));
    refused_and_taken_back(&desk, &first, &second).await;
}

#[test]
fn the_same_over_postgresql() {
    let Some(desk) = Served::on_postgres("corrections") else {
        return;
    };
    let [first, second] = ["first", "second"].map(|who| desk.signed_in("ledger-officer", who));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(refused_and_taken_back(&desk, &first, &second));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_the_form_with_what_was_filled_in() {
    let desk = Served::new("pages-wrong");
    let first = desk.signed_in("ledger-officer", "first");
    for (amount, says) in [("many", "`many` is no amount"), ("0", "`amount` is 0")] {
        let form = format!(
            "event={}&{ACCOUNT}&amount={amount}&why=because",
            "a".repeat(24)
        );
        let sent = desk.form(&first, AT, &form).await;
        assert_eq!(sent.status, 422);
        assert!(sent.text.contains(says), "{}", sent.text);
        assert!(sent.text.contains(">because</textarea>"), "{}", sent.text);
    }
    let none = format!(
        "event={}&measure=lpq&holder=X&span=2026&amount=1&why=x",
        "b".repeat(24)
    );
    let sent = desk.form(&first, AT, &none).await;
    assert_eq!(sent.status, 422);
    assert!(sent.text.contains("no law counts"), "{}", sent.text);
    let forged = format!("event=../x&{ACCOUNT}&amount=1&why=x");
    assert_eq!(desk.form(&first, AT, &forged).await.status, 422);
}

#[tokio::test]
async fn each_role_may_at_the_pages_of_corrections_what_its_line_says() {
    let desk = Served::new("pages-may");
    for role in served::ROLES {
        let who = desk.signed_in(role, role);
        let reads = !["applicant", "administrator"].contains(&role);
        let acts = role == "ledger-officer";
        let page = desk.get(&who, AT).await;
        assert_eq!(page.status == 200, reads, "{role}");
        let form = desk
            .get(&who, &format!("/allocations/correct?{ACCOUNT}"))
            .await;
        assert_eq!(form.status == 200, acts, "{role}");
        for (path, form) in [
            (AT.to_owned(), "amount=1"),
            (format!("{AT}/none/confirm"), ""),
            (format!("{AT}/none/refuse"), "why=x"),
        ] {
            let sent = desk.form(&who, &path, form).await;
            assert_eq!(sent.status != 403, acts, "{role} {path}: {}", sent.text);
        }
        // Without the session's mark nothing is taken.
        let As::Cookie(cookie, _) = &who else {
            panic!()
        };
        let bare = As::Cookie(cookie.clone(), Some("another".to_owned()));
        assert_eq!(desk.form(&bare, AT, "amount=1").await.status, 403, "{role}");
    }
}
