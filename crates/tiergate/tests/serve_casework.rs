//! The pages of cases: an application begun by its kind, completed in its case, found again, and ended
//! by whoever is sure.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod served;

use serde_json::{Value, json};
use served::office::Office;
use served::{As, Served, order};

/// A text as a browser has it, without what only HTML needs.
fn plain(page: &str) -> String {
    let page = page.replace("&#38;", "&").replace("&#34;", "\"");
    page.replace("&#39;", "'")
}

/// An order that leaves open who the consignee is.
fn open_order() -> Value {
    let mut open = order("o-1");
    let consignee = open["consignee"].as_object_mut().unwrap();
    for left_out in ["headquarters", "parent", "lists"] {
        consignee.remove(left_out);
    }
    open
}

async fn page(desk: &Served, who: &As, path: &str) -> String {
    let html = [("accept", "text/html")];
    let answer = desk.ask_with(who, "GET", path, None, &html).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    plain(&answer.text)
}

/// The case that a form registered.
fn registered(answer: &served::Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let to = answer.headers["location"].to_str().unwrap();
    to.strip_prefix("/cases/").unwrap().to_owned()
}

#[tokio::test]
async fn what_an_answer_assumed_is_stated_by_the_application_it_leads_to() {
    let desk = Served::new("assumed");
    let applicant = desk.signed_in("applicant", "applicant");
    let asked = "/ask?item.chip=nvidia-h100-sxm5&quantity=50&destination=VN&value_usd=600000\
                 &consignee.name=Steppe&date=2026-03-02&assume=parent%3Dheadquarters\
                 &assume=headquarters%3Dlocation&assume=screened&end_uses=datacenter";
    let answer = page(&desk, &applicant, asked).await;
    let link = answer.split("href=\"/cases/new?").nth(1).unwrap();
    let link = link.split('"').next().unwrap();
    let form = page(&desk, &applicant, &format!("/cases/new?{link}")).await;
    assert!(form.contains("The answer assumed these: Consignee: headquarters; Consignee: parent"));
    assert!(
        form.contains("name=\"consignee.headquarters\" value=\"VN\""),
        "{form}"
    );
    // What stands in the fields is sent as it stands.
    let sent = "kind=license&event=first&item.chip=nvidia-h100-sxm5&quantity=50&destination=VN\
                &value_usd=600000&consignee.name=Steppe&consignee.headquarters=VN\
                &consignee.parent=VN&consignee.lists=none&consignee.listed_ownership_pct=0\
                &end_uses=datacenter&intermediaries=&date=2026-03-02";
    let case = registered(&desk.form(&applicant, "/cases/new", sent).await);
    let told = desk
        .get(&applicant, &format!("/api/v1/cases/{case}"))
        .await
        .is(200);
    assert_eq!(told["application"]["missing"], Value::Null, "{told:#}");
    assert_eq!(told["application"]["quantity"], 50);
    let order = page(&desk, &applicant, &format!("/cases/{case}/order")).await;
    for says in ["Vietnam (VN)", "Steppe", "not confirmed", "600,000"] {
        assert!(order.contains(says), "{says}: {order}");
    }
    let decision = page(&desk, &applicant, &format!("/cases/{case}/decision")).await;
    assert!(decision.contains("License requirements") && !decision.contains("decided otherwise"));
    let raw = desk
        .get(&applicant, &format!("/cases/{case}/order.json"))
        .await;
    assert_eq!(raw.json()["consignee"]["parent"], "VN");
    // The same form, sent again, is the same case.
    assert_eq!(
        registered(&desk.form(&applicant, "/cases/new", sent).await),
        case
    );
}

#[tokio::test]
async fn an_open_case_says_what_is_missing_and_is_completed_without_applying_anew() {
    let office = Office::new("completed");
    let desk = &office.desk;
    let case = office.apply(&open_order()).await;
    let path = format!("/api/v1/cases/{case}");
    let told = desk.get(&office.applicant, &path).await.is(200);
    let missing = told["application"]["missing"].as_array().unwrap();
    assert!(missing.contains(&json!("consignee.lists")), "{told:#}");
    let applicant = desk.signed_in("applicant", "at-the-page");
    let shown = page(desk, &applicant, &format!("/cases/{case}")).await;
    assert!(shown.contains("Facts are missing") && shown.contains("State missing facts"));
    office.ready(&case).await;
    let no = office
        .happens(&office.officer, &case, json!({ "approved": {} }), 422)
        .await;
    assert!(
        no["detail"].as_str().unwrap().contains("facts are missing"),
        "{no}"
    );

    // What the order says stays, and what is no value is refused at its place.
    let wrong = json!({ "facts-stated": { "facts": { "destination": "PL" } } });
    let no = office.happens(&office.applicant, &case, wrong, 422).await;
    assert_eq!(
        no["errors"][0]["pointer"],
        "/what/facts-stated/facts/destination"
    );
    let mine = json!({ "facts-stated": { "facts": { "consignee.parent": "VN" },
        "order": "a".repeat(64) } });
    office.happens(&office.applicant, &case, mine, 422).await;
    let refused = desk
        .form(
            &applicant,
            &format!("/cases/{case}/facts"),
            "event=f1&consignee.headquarters=Atlantis",
        )
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("value=\"Atlantis\""),
        "{}",
        refused.text
    );

    let facts = "event=f2&act=facts-stated&consignee.headquarters=Vietnam&consignee.parent=VN\
                 &consignee.lists=none&consignee.listed_ownership_pct=0";
    let to = format!("/cases/{case}/facts");
    assert_eq!(desk.form(&applicant, &to, facts).await.status, 303);
    // Sent twice, it is taken in once.
    assert_eq!(desk.form(&applicant, &to, facts).await.status, 303);
    let told = desk.get(&office.officer, &path).await.is(200);
    assert_eq!(told["application"]["missing"], Value::Null, "{told:#}");
    assert_eq!(told["inside"]["recommendation"], Value::Null);
    let order = page(desk, &applicant, &format!("/cases/{case}/order")).await;
    assert!(
        order.contains("Vietnam (VN)") && order.contains("stated later"),
        "{order}"
    );
    let shown = page(desk, &applicant, &format!("/cases/{case}")).await;
    assert!(!shown.contains("Facts are missing"));
    let proposal = json!({ "recommended": { "proposal": "approve" } });
    let made = office.happens(&office.officer, &case, proposal, 201).await;
    let of = json!({ "countersigned": { "of": made["id"] } });
    office.happens(&office.signer, &case, of, 201).await;
    office
        .happens(&office.officer, &case, json!({ "approved": {} }), 201)
        .await;
}

#[tokio::test]
async fn a_new_case_is_begun_by_its_kind_and_asks_for_that_kinds_fields_alone() {
    let desk = Served::new("kinds");
    let applicant = desk.signed_in("applicant", "applicant");
    let officer = desk.signed_in("licensing-officer", "officer");
    let choice = page(&desk, &applicant, "/cases/new").await;
    assert!(choice.contains("/cases/new?kind=classification"));
    assert!(!choice.contains("kind=agreement"));
    assert!(
        page(&desk, &officer, "/cases/new")
            .await
            .contains("kind=agreement")
    );
    let license = page(&desk, &applicant, "/cases/new?kind=license").await;
    for field in [
        "item.chip",
        "quantity",
        "destination",
        "consignee.lists",
        "end_uses",
    ] {
        assert!(license.contains(&format!("name=\"{field}\"")), "{field}");
    }
    let opinion = page(&desk, &applicant, "/cases/new?kind=advisory-opinion").await;
    assert!(!opinion.contains("name=\"quantity\"") && !opinion.contains("name=\"order\""));
    let status = page(&desk, &applicant, "/cases/new?kind=validated-end-user").await;
    assert!(status.contains("value=\"veu-request\"") && status.contains("value=\"veu-removal\""));
    // What is wrong is said at its field, which keeps what was in it.
    let sent = "kind=license&event=e&quantity=many&destination=VN&item.chip=nvidia-h100-sxm5";
    let refused = desk.form(&applicant, "/cases/new", sent).await;
    assert_eq!(refused.status, 422);
    let refused = plain(&refused.text);
    assert!(
        refused.contains("value=\"many\"") && refused.contains("Quantity: "),
        "{refused}"
    );
    let twice = format!("{}&order=%7B%7D", sent.replace("many", "5"));
    let refused = desk.form(&applicant, "/cases/new", &twice).await;
    assert!(refused.text.contains("given twice"), "{}", refused.text);
    let sent = "kind=classification&event=c&title=an+accelerator+card";
    registered(&desk.form(&applicant, "/cases/new", sent).await);
}

#[tokio::test]
async fn cases_are_found_by_words_and_put_in_order() {
    let office = Office::new("found");
    let desk = &office.desk;
    let first = office.apply(&order("o-1")).await;
    let mut other = order("o-2");
    other["destination"] = json!("KZ");
    other["consignee"] = json!({ "name": "Steppe", "location": "KZ", "headquarters": "KZ",
        "parent": "KZ", "lists": [] });
    let second = office.apply(&other).await;
    let officer = desk.signed_in("licensing-officer", "finder");
    let listed = async |path: &str| {
        let page = page(desk, &officer, path).await;
        let body = page.split("<tbody>").nth(1).unwrap_or_default().to_owned();
        let mut found: Vec<(usize, String)> = [&first, &second]
            .into_iter()
            .filter_map(|case| Some((body.find(case.as_str())?, case.clone())))
            .collect();
        found.sort();
        found.into_iter().map(|(_, case)| case).collect::<Vec<_>>()
    };
    let show = "/cases?show=open";
    assert_eq!(
        listed(&format!("{show}&q=kazakhstan")).await,
        std::slice::from_ref(&second)
    );
    assert_eq!(
        listed(&format!("{show}&q=MERIDIAN+h100")).await,
        std::slice::from_ref(&first)
    );
    assert_eq!(
        listed(&format!("{show}&q={first}")).await,
        std::slice::from_ref(&first)
    );
    assert!(listed(&format!("{show}&q=atlantis")).await.is_empty());
    assert_eq!(
        listed(&format!("{show}&sort=country")).await,
        [second.clone(), first.clone()]
    );
    assert_eq!(listed(&format!("{show}&page=7")).await.len(), 2);
    // Of another company nothing is found.
    let rival = desk.person_of("applicant", "rival-2", "umbra", "");
    let (cookie, csrf) = desk.session(&rival);
    let rival = As::Cookie(cookie, Some(csrf));
    let none = page(desk, &rival, "/cases?show=open&q=meridian").await;
    assert!(none.contains("Nothing here fits"), "{none}");
}

#[tokio::test]
async fn what_cannot_be_undone_asks_whether_one_is_sure() {
    let office = Office::new("sure");
    let desk = &office.desk;
    let case = office.apply(&order("o-1")).await;
    let officer = desk.signed_in("licensing-officer", "at-the-page");
    let to = format!("/cases/{case}/act");
    let form = "act=returned&event=r1&text=The+order+is+not+signed";
    let refused = desk.form(&officer, &to, form).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.text.contains("It cannot be undone"),
        "{}",
        refused.text
    );
    let sure = format!("{form}&sure=yes");
    assert_eq!(desk.form(&officer, &to, &sure).await.status, 303);
    let letter = page(desk, &officer, &format!("/cases/{case}/letter")).await;
    for says in [
        "The order is not signed",
        "Viet",
        "Meridian Compute",
        "End use",
    ] {
        assert!(letter.contains(says), "{says}: {letter}");
    }
}

#[tokio::test]
async fn an_applicant_counts_only_what_it_is_told_of() {
    let office = Office::new("counts");
    let case = office.apply(&order("o-1")).await;
    for note in ["one", "two"] {
        let what = json!({ "note": { "text": note } });
        office.happens(&office.officer, &case, what, 201).await;
    }
    let made = office
        .happens(&office.applicant, &case, json!("withdrawn"), 201)
        .await;
    assert_eq!(made["version"], 2);
    let path = format!("/api/v1/cases/{case}/events?limit=1");
    let desk = &office.desk;
    let first = desk.get(&office.applicant, &path).await.is(200);
    let next = format!("{path}&after={}", first["next"].as_str().unwrap());
    let second = desk.get(&office.applicant, &next).await.is(200);
    assert_eq!(second["events"][0]["what"], "withdrawn");
    assert_eq!(second["next"], Value::Null);
}

#[tokio::test]
async fn all_acts_are_told_with_their_roles_and_paragraphs() {
    let desk = Served::new("acts");
    let officer = desk.signed_in("licensing-officer", "officer");
    let acts = page(&desk, &officer, "/cases/acts").await;
    for says in [
        "Countersign",
        "agency reviewer",
        "750.4",
        "By another than whoever recommended.",
    ] {
        assert!(acts.contains(says), "{says}");
    }
    let reports = page(&desk, &officer, "/cases/acts?kind=report").await;
    assert!(reports.contains("File the report") && !reports.contains("Issue the license"));
}

#[tokio::test]
async fn a_denial_without_its_basis_is_not_shown_as_one() {
    let office = Office::new("counted");
    let case = office.apply(&order("o-1")).await;
    let asked = json!({ "referred": { "agencies": ["Defense", "Energy", "State"] } });
    office.happens(&office.officer, &case, asked, 201).await;
    let deny = json!({ "advised": { "advice": "deny" } });
    office
        .happens(&office.agencies[0].1, &case, deny, 201)
        .await;
    let officer = office.desk.signed_in("licensing-officer", "at-the-page");
    let shown = page(&office.desk, &officer, &format!("/cases/{case}")).await;
    assert!(
        shown.contains("<span class=\"tag warn\">deny, 2026-03-02: counts as no objection</span>")
    );
    // Who reads a case names nobody by an id.
    let not = shown.split("What you may not").nth(1).unwrap();
    let not = not.split("</aside>").next().unwrap();
    assert!(!not.contains('`'), "{not}");
    // There is no license: to revoke is not offered.
    assert!(!shown.contains("value=\"revoke\""));
}
