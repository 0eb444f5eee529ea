//! The order desk's pages, as somebody meets them: by what they say, and in a browser.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[path = "common/browser.rs"]
mod browser;
mod common;
#[path = "common/desk.rs"]
mod desk;

use common::{plain, run};
use desk::{Desk, mark};
use serde_json::{Value, json};

/// Sentences that a page says.
fn says(page: &desk::Answer, sentences: &[&str]) {
    let text = page.text();
    for sentence in sentences {
        assert!(text.contains(sentence), "no `{sentence}` in: {text}");
    }
}

#[test]
fn an_answer_stands_beside_the_form_at_an_address_of_its_own() {
    let desk = Desk::start();
    let begin = desk.get("/ask");
    says(
        &begin,
        &["Ask about an order", "No answer yet", "To begin with"],
    );
    let open =
        desk.get("/ask?item.chip=nvidia-h20&quantity=5000&destination=China&date=2026-11-26");
    says(
        &open,
        &[
            "? Cannot say yet The answer depends on facts that are not given: consignee's restricted-party lists. Possible are: a license is required; prohibited.",
            "United States law of 2026-11-26, as enforced",
            "What is missing Consignee's restricted-party lists : Which restricted-party lists is the consignee on?",
            "What would give a better answer",
            "What the answer turns on",
        ],
    );
    assert!(open.body.contains("href=\"#f-consignee.lists\""));
    assert!(open.body.contains("id=\"f-consignee.lists\""));
    let ways = desk.get(
        "/ask?item.chip=nvidia-h20&quantity=5000&destination=CN&date=2026-11-26\
         &assume=screened&pass=1",
    );
    says(
        &ways,
        &[
            "\u{25b2} License needed",
            "By waiting, or by an application",
        ],
    );
    let nothing_said =
        desk.get("/ask?item.chip=nvidia-h20&quantity=&destination=CN&law=us&view=text");
    assert_eq!(nothing_said.status, 303);
    assert_eq!(
        nothing_said.header("location"),
        "/ask?item.chip=nvidia-h20&destination=CN&law=us&view=text"
    );
}

#[test]
fn what_is_wrong_is_said_beside_its_field_and_the_others_keep_what_is_in_them() {
    let desk = Desk::start();
    let page = desk.get(
        "/ask?quantity=many&destination=Atlantis&consignee.name=Example+%3CLtd%3E&more=oops%0Aspeed+%3D+3&foo=3",
    );
    says(
        &page,
        &[
            "Quantity : `many` is not",
            "Destination : `Atlantis` is not a country code",
            "`oops` sets nothing: write FIELD = VALUE",
            "`speed` is no field of an order",
        ],
    );
    // What is no field stands among the lines, where it can be corrected.
    says(&page, &["foo : `foo` is no field of an order"]);
    assert!(page.body.contains("speed = 3\nfoo = 3</textarea>"));
    assert!(page.body.contains("value=\"many\""));
    assert!(page.body.contains("value=\"Example &#60;Ltd&#62;\""));
    assert!(!page.body.contains("Example <Ltd>"));
    let law = desk.get("/ask?item.chip=nvidia-h20&destination=CN&as_of=someday&law=us");
    says(
        &law,
        &["found `someday`, expected a day such as 2025-05-15"],
    );
    let chip = desk.get("/ask?item.chip=nvidia-h1000&destination=CN");
    says(&chip, &["No answer yet Chip : `nvidia-h1000`"]);
}

#[test]
fn an_applicant_is_led_from_an_answer_to_an_application() {
    let desk = Desk::start();
    let applicant = desk.person("applicant", "company=Example+Cloud");
    let asked =
        "/ask?item.chip=nvidia-h20&quantity=5000&destination=CN&date=2026-11-26&assume=screened";
    let page = desk.get_as(&applicant, asked);
    let link = page
        .body
        .split("href=\"/cases/new?kind=license&#38;order=")
        .nth(1)
        .unwrap();
    let link = link.split('"').next().unwrap().replace("&#38;", "&");
    let (order, stated) = link.split_once('&').unwrap();
    let order: Value = serde_json::from_str(&decoded(order)).unwrap();
    let form = desk.get_as(&applicant, &format!("/cases/new?kind=license&order={link}"));
    assert!(!form.body.contains("was not registered"), "{}", form.body);
    // What the answer assumed goes along, to be stated.
    assert_eq!(
        decoded(stated),
        "stated=consignee.lists=none&stated=consignee.listed_ownership_pct=0"
    );
    assert!(form.body.contains("The answer assumed these"));
    assert_eq!(
        order,
        json!({
            "date": "2026-11-26", "destination": "CN", "quantity": 5000,
            "item": { "chip": "nvidia-h20" },
        })
    );
    let other = desk.get(asked);
    assert!(
        !other.body.contains("/cases/new"),
        "an administrator applies for nothing"
    );
    assert_eq!(
        desk.get_as("", "/ask").header("location"),
        "/login?next=/ask"
    );
}

/// A part of an address as it was meant.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            let pair = std::str::from_utf8(&pair).unwrap().to_owned();
            bytes.push(u8::from_str_radix(&pair, 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_law_is_read_rule_by_rule_and_compared() {
    let desk = Desk::start();
    let law = desk.get("/law?as_of=2025-06-01&view=text");
    says(
        &law,
        &[
            "United States law of 2025-06-01, as printed",
            "It reads the same from 2025-05-15 through 2025-06-30.",
            "License requirements",
            "Contested readings",
        ],
    );
    // Every kind stands in the index with its count, and folded, until it is opened.
    let folded = |page: &desk::Answer| page.body.matches("<details><summary><h2>").count();
    let index: Vec<&str> = law
        .body
        .split("<nav class=\"index\"")
        .nth(1)
        .unwrap()
        .split("</nav>")
        .collect();
    assert_eq!(index[0].matches("<li><a href=\"#").count(), folded(&law));
    for id in ["requirement", "quota", "instruments"] {
        assert!(
            index[0].contains(&format!("href=\"#{id}\"")),
            "{}",
            index[0]
        );
        assert_eq!(
            law.body
                .matches(&format!("id=\"{id}\" class=\"target"))
                .count(),
            1
        );
    }
    let all = desk.get("/law?as_of=2025-06-01&view=text&open=all");
    assert_eq!(folded(&all), 0);
    says(&all, &["Fold all sections"]);
    let found = desk.get("/law?as_of=2025-06-01&view=text&q=740.29");
    assert_eq!(folded(&found), 0, "what was looked for stands open");
    says(&found, &["fit “740.29”", "LPP"]);
    assert!(!found.body.contains("kind=red-flag"));
    // A kind of rules is found by its name.
    let quotas = desk.get("/law?as_of=2025-06-01&view=text&q=quota");
    assert!(
        quotas.body.contains("kind=quota&#38;id=lpp"),
        "{}",
        quotas.text()
    );
    let rule = desk.get("/law/rule?as_of=2025-06-01&view=text&kind=authority&id=LPP");
    says(
        &rule,
        &[
            "LPP",
            "Citation",
            "As it stands",
            "How it came to stand so",
            "sets it.",
            "Examples",
        ],
    );
    let none = desk.get("/law/rule?as_of=2025-06-01&view=enforced&kind=authority&id=LPP");
    assert_eq!(none.status, 404);
    let wrong = desk.get("/law?law=atlantis");
    says(&wrong, &["atlantis"]);
    let laws = "before=us@2025-06-01:text&after=us@2025-06-01:enforced";
    let diff = desk.get(&format!("/law/diff?{laws}"));
    says(
        &diff,
        &[
            "United States law of 2025-06-01, as enforced is stricter than United States law of 2025-06-01, as printed for some orders",
            "changes for ordinary orders; the most far-reaching are listed.",
            "license required, presumption of denial",
            "Duties that differ",
        ],
    );
    says(
        &diff,
        &["Looser after", "Different, and neither stricter nor looser"],
    );
    assert!(folded(&diff) >= 3);
    let fits = desk.get(&format!("/law/diff?{laws}&q=lpp"));
    says(&fits, &["fit “lpp”"]);
    assert_eq!(folded(&fits), 0);
    assert!(fits.body.len() < desk.get(&format!("/law/diff?{laws}&open=all")).body.len());
    let sent = desk.get("/law/diff?before_law=us&before_as_of=2025-06-01&before_view=text&after_law=us&after_as_of=2025-06-01&after_view=enforced");
    assert_eq!(
        decoded(sent.header("location")),
        format!("/law/diff?{laws}")
    );
    let whole = desk.get(&format!("/law/diff.html?{laws}"));
    let policy = whole.header("content-security-policy");
    assert!(policy.contains("sandbox allow-scripts") && policy.contains("default-src 'none'"));
    assert!(!policy.contains("allow-same-origin"));
    let others = desk
        .get("/law")
        .header("content-security-policy")
        .to_owned();
    assert!(!others.contains("unsafe-inline"), "{others}");
}

#[test]
fn the_map_says_in_a_table_what_it_draws() {
    let desk = Desk::start();
    let map = desk.get("/map?show=chip:nvidia-h100-sxm5&as_of=2025-06-01&view=enforced");
    says(
        &map,
        &[
            "NVIDIA H100 SXM5",
            "no license required",
            "Not drawn: Antarctica.",
        ],
    );
    assert_eq!(
        map.body.matches("<title>").count(),
        250,
        "249 countries and the page"
    );
    assert!(
        !map.text().contains("Allocations used"),
        "an administrator reads no ledger"
    );
    let analyst = desk.person("analyst", "");
    let map = desk.get_as(&analyst, "/map?show=group:D:5&as_of=2025-06-01");
    says(
        &map,
        &[
            "in D:5",
            "Iran",
            "Allocations used, by country",
            "The ledger counts nothing",
        ],
    );
    let ledger = desk.folder.path().join("desk.db");
    let correct = ["ledger", "correct", "country-allocation", "IN"];
    let more = ["--span", "all", "--add", "1234567", "--why", "test"];
    let (_, err, code) = run(plain().args(correct).args(more).arg("--ledger").arg(ledger));
    assert_eq!(code, 0, "{err}");
    let map = desk.get_as(&analyst, "/map?view=text");
    says(
        &map,
        &["India Country allocation all 1,234,567 0 790,000,000"],
    );
    assert_eq!(map.body.matches("class=\"used\"").count(), 1);
    says(
        &desk.get("/map?show=chip:none"),
        &["found `chip:none`, expected"],
    );
}

#[test]
fn a_file_of_orders_is_decided_as_the_command_line_decides_it() {
    let desk = Desk::start();
    let form = desk.get("/orders");
    says(&form, &["Send a file of orders", "16 MB"]);
    let csrf = mark(&form.body);
    let deals = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/announced-deals.csv"
    );
    let text = std::fs::read_to_string(deals).unwrap();
    for bad in ["", "0123"] {
        let refused = desk.upload(bad, "deals.csv", &text);
        assert_eq!(refused.status, 403);
        says(&refused, &["the form is not of this session"]);
    }
    let sent = desk.upload(&csrf, "deals.csv", &text);
    assert_eq!(sent.status, 303);
    let results = sent.header("location");
    let page = desk.get(results);
    says(
        &page,
        &[
            "deals.csv",
            "decided under United States law of each order's date, as enforced, assuming screened",
            "1 to 100 of",
            "Next",
        ],
    );
    let some = desk.get(&format!("{results}?outcome=license-required&q=AE"));
    says(&some, &["1 to", "ae-microsoft-2024-12"]);
    let none = desk.get(&format!("{results}?q=no+such+words"));
    says(&none, &["No order fits."]);
    let csv = desk.get(&format!("{results}/csv"));
    let (cli, _, code) = run(plain().args([
        "decide",
        deals,
        "--format",
        "csv",
        "--assume",
        "screened",
        "--assume",
        "parent=headquarters",
        "--assume",
        "headquarters=location",
    ]));
    assert_eq!(code, 0);
    assert_eq!(csv.body, cli);
    let analyst = desk.person("analyst", "");
    assert_eq!(
        desk.get_as(&analyst, results).status,
        404,
        "nobody sees another's"
    );
}

#[test]
fn rows_that_cannot_be_read_are_told_and_the_others_decided() {
    let desk = Desk::start();
    let csrf = mark(&desk.get("/orders").body);
    let rows = "id,date,item.chip,quantity,destination\n\
                a,2025-13-01,nvidia-h100-sxm5,1,PL\n\
                b,2025-06-01,nvidia-h100-sxm5,x,PL\n\
                c,2025-06-01,nvidia-h100-sxm5,5,PL\n";
    let sent = desk.upload(&csrf, "some <b>.csv", rows);
    let page = desk.get(sent.header("location"));
    says(
        &page,
        &[
            "1 order decided",
            "2 things could not be read",
            "2 date a `2025-13-01`",
            "3 quantity b `x`",
        ],
    );
    assert!(page.body.contains("some &#60;b&#62;.csv"));
    let sent = desk.upload(&csrf, "empty.csv", "");
    says(&desk.get(sent.header("location")), &["empty.csv is empty"]);
    let sent = desk.upload(
        &csrf,
        "one.jsonl",
        "{\"id\":\"j\",\"date\":\"2025-06-01\",\"destination\":\"PL\"}\n{oops\n",
    );
    says(
        &desk.get(sent.header("location")),
        &["1 order decided", "1 thing could not be read", "not JSON"],
    );
    let none = desk.upload(&csrf, "", "");
    assert_eq!(none.status, 422);
    says(&none, &["no file was chosen"]);
    let large = format!("{rows}{}", "#".repeat(17 << 20));
    assert_eq!(desk.upload(&csrf, "large.csv", &large).status, 413);
}

/// Opens an address in a browser and gives the script's report.
fn visit(at: &str, path: &str, width: u32) -> Option<Value> {
    let dom = browser::dom(&format!("{at}{path}"), width)?;
    let report = dom.split("<pre id=\"report\">").nth(1);
    let report = report.unwrap_or_else(|| panic!("{path} did not load: {dom}"));
    let report = report.split("</pre>").next().unwrap();
    let report = report
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["failures"], json!([]), "{path}: {report:#}");
    Some(report)
}

#[test]
fn the_answer_follows_the_form_in_a_browser() {
    let desk = Desk::start();
    let at = desk.driven(
        "const type = async (id, value) => {\
           const field = document.getElementById(id); field.value = value;\
           field.dispatchEvent(new Event('input', { bubbles: true })); await pause(1500); };\
         report.before = one('#verdict').textContent;\
         await type('f-destination', 'CN'); report.open = one('#verdict').textContent;\
         report.asked = !one('#asked').hidden;\
         report.extra = document.getElementById('f-consignee.lists') !== null;\
         await type('f-quantity', 'many'); report.wrong = one('#verdict').textContent;\
         report.beside = document.getElementById('e-quantity').textContent;\
         report.marked = document.getElementById('f-quantity').getAttribute('aria-invalid');\
         await type('f-quantity', '7'); report.right = one('#verdict').textContent;\
         report.gone = document.getElementById('e-quantity').textContent;\
         report.address = location.search;",
    );
    let Some(report) = visit(
        &at,
        "/ask?item.chip=nvidia-h20&destination=PL&date=2026-11-26",
        1280,
    ) else {
        return;
    };
    let has = |key: &str, text: &str| {
        assert!(
            report[key].as_str().unwrap().contains(text),
            "{key}: {report:#}"
        );
    };
    assert_ne!(report["before"], report["open"]);
    has("open", "Cannot say yet");
    assert_eq!(
        (&report["asked"], &report["extra"]),
        (&json!(true), &json!(true))
    );
    has("wrong", "No answer yet");
    has("beside", "`many` is not");
    assert_eq!(report["marked"], "true");
    has("right", "Cannot say yet");
    assert_eq!(report["gone"], "");
    has("address", "quantity=7");
    has("address", "destination=CN");
}

#[test]
fn pages_run_without_a_fault_and_fit_a_telephone() {
    let desk = Desk::start();
    let csrf = mark(&desk.get("/orders").body);
    let deals = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/announced-deals.csv"
    );
    let sent = desk.upload(&csrf, "deals.csv", &std::fs::read_to_string(deals).unwrap());
    let at = desk.driven(
        "report.over = document.documentElement.scrollWidth - document.documentElement.clientWidth;\
         report.titles = document.querySelectorAll('h1').length;\
         report.nameless = [...document.querySelectorAll('input:not([type=hidden]),select,textarea')]\
           .filter((f) => f.labels.length === 0).map((f) => f.name);",
    );
    for path in [
        "/ask?item.chip=nvidia-h20&quantity=5000&destination=CN&pass=1",
        "/law?as_of=2025-06-01&view=text",
        "/law/rule?as_of=2025-06-01&view=text&kind=authority&id=LPP",
        "/law/diff?before=us@2025-06-01:text&after=us@2025-06-01:enforced",
        "/map",
        "/orders",
        sent.header("location"),
    ] {
        for width in [1280, 390] {
            let Some(report) = visit(&at, path, width) else {
                return;
            };
            assert_eq!(report["over"], 0, "{path} at {width}: {report:#}");
            assert_eq!(report["titles"], 1, "{path}");
            assert_eq!(report["nameless"], json!([]), "{path}");
        }
    }
}
