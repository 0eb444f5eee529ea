//! `tiergate law timeline` under the law built in.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{demo, plain, run};
use serde_json::Value;

/// A complete order of H100s for a company of the country it goes to.
fn complete(to: &str) -> Vec<&str> {
    vec![
        "law",
        "timeline",
        "--chip",
        "nvidia-h100-sxm5",
        "--quantity",
        "1000",
        "--to",
        to,
        "--headquarters",
        to,
        "--parent",
        to,
        "--lists",
        "none",
        "--end-use",
        "datacenter",
        "--set",
        "consignee.listed_ownership_pct=0",
    ]
}

fn timeline(args: &[&str]) -> Value {
    let (out, err, code) = run(plain().args(args).args(["--format", "json"]));
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

/// First day, outcome and what it rests on of each span of a strip.
fn spans(timeline: &Value, view: &str) -> Vec<(String, String, String)> {
    let strips = timeline["strips"].as_array().unwrap();
    let strip = strips.iter().find(|s| s["view"] == view).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let spans = strip["spans"].as_array().unwrap();
    spans
        .iter()
        .map(|s| {
            let detail = if s["authority"].is_null() {
                &s["review"]
            } else {
                &s["authority"]
            };
            (text(&s["from"]), text(&s["outcome"]), text(detail))
        })
        .collect()
}

fn pinned(expected: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    let owned = |text: &str| text.to_owned();
    expected
        .iter()
        .map(|(from, outcome, detail)| (owned(from), owned(outcome), owned(detail)))
        .collect()
}

const FREE: &str = "no-license-required";
const LICENSE: &str = "license-required";
const APPROVAL: &str = "presumption-of-approval";
const DENIAL: &str = "presumption-of-denial";
const BEFORE: (&str, &str, &str) = ("2022-01-01", "not-controlled", "");

#[test]
fn poland_meets_the_diffusion_rule_in_the_text_only() {
    let found = timeline(&complete("PL"));
    let free = ("2022-10-07", FREE, "");
    assert_eq!(spans(&found, "enforced"), pinned(&[BEFORE, free]));
    let diffusion = ("2025-05-15", "license-exception", "LPP");
    assert_eq!(spans(&found, "text"), pinned(&[BEFORE, free, diffusion]));
    let last = &found["strips"][0]["spans"][2];
    assert!(last["to"].is_null());
    assert_eq!(
        last["changed_by"][0]["instrument"],
        "us-2025-01-ai-diffusion"
    );
    assert_eq!(last["changed_by"][0]["events"][0]["cite"], "90 FR 4544");
    assert_eq!(found["strips"][0]["spans"][1]["to"], "2025-05-14");
}

#[test]
fn the_emirates_and_china_change_when_their_rules_do() {
    let found = timeline(&complete("AE"));
    let enforced = [
        BEFORE,
        ("2022-10-07", FREE, ""),
        ("2023-11-17", LICENSE, APPROVAL),
        ("2026-07-10", LICENSE, "not-stated"),
    ];
    assert_eq!(spans(&found, "enforced"), pinned(&enforced));
    // From the last span on a contested reading keeps the license.
    let last = &found["strips"][1]["spans"][3];
    assert_eq!(last["readings"][0]["id"], "uae-a-items-as-enforced");
    let china = timeline(&complete("CN"));
    let expected = [
        BEFORE,
        ("2022-10-07", LICENSE, DENIAL),
        ("2026-01-15", LICENSE, "case-by-case"),
    ];
    for view in ["text", "enforced"] {
        assert_eq!(spans(&china, view), pinned(&expected));
    }
}

#[test]
fn cambodia_changes_on_its_own_dates() {
    let found = timeline(&complete("KH"));
    let expected = [
        BEFORE,
        ("2022-10-07", FREE, ""),
        ("2023-11-17", LICENSE, DENIAL),
        ("2025-11-07", LICENSE, APPROVAL),
        ("2026-02-03", LICENSE, APPROVAL),
    ];
    assert_eq!(spans(&found, "enforced"), pinned(&expected));
    let between = &found["strips"][1]["spans"][3];
    assert_eq!(between["readings"][0]["id"], "cambodia-exit-from-d5");
    assert_eq!(
        between["changed_by"][0]["instrument"],
        "us-2026-02-cambodia"
    );
    assert_eq!(
        found["strips"][1]["spans"][4]["readings"],
        serde_json::json!([])
    );
}

#[test]
fn every_span_is_the_decision_of_its_first_day() {
    let mut args = complete("KH");
    args.drain(8..10);
    let as_given = args.iter().copied().chain(["--as-given"]);
    let found = timeline(&as_given.collect::<Vec<_>>());
    for strip in found["strips"].as_array().unwrap() {
        let mut next: Option<String> = None;
        for span in strip["spans"].as_array().unwrap() {
            let from = span["from"].as_str().unwrap();
            assert!(next.is_none_or(|day| day.as_str() < from));
            next = span["to"].as_str().map(str::to_owned);
            let mut explain = vec!["explain"];
            explain.extend(&args[2..]);
            explain.extend(["--date", from, "--view", strip["view"].as_str().unwrap()]);
            let (out, ..) = run(plain().args(explain).args(["--format", "json"]));
            let decision: Value = serde_json::from_str(&out).unwrap();
            for field in ["outcome", "authority", "review", "missing"] {
                assert_eq!(span[field], decision[field], "{field} on {from}");
            }
        }
        assert!(next.is_none(), "the last span is open-ended");
    }
}

#[test]
fn what_is_not_given_stays_unknown() {
    let found = timeline(&[
        "law",
        "timeline",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "PL",
        "--as-given",
    ]);
    let open: Vec<&Value> = found["strips"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|s| s["spans"].as_array().unwrap())
        .filter(|s| s["outcome"] == "indeterminate")
        .collect();
    assert!(!open.is_empty());
    for span in open {
        assert_ne!(span["missing"], serde_json::json!([]), "{span}");
        assert!(span["possible"].as_array().unwrap().len() > 1, "{span}");
    }
}

#[test]
fn a_proposal_replaces_the_law_from_its_adoption() {
    let mut args = complete("VN");
    args.extend([
        "--law",
        "option-3b-embargoed-only:enforced",
        "--until",
        "2026-12-31",
    ]);
    let found = timeline(&args);
    assert_eq!(found["strips"].as_array().unwrap().len(), 1);
    let spans = found["strips"][0]["spans"].as_array().unwrap();
    let last = spans.last().unwrap();
    assert_eq!(last["from"], "2025-05-15");
    assert_eq!(last["to"], "2026-12-31");
    assert_eq!(last["outcome"], FREE);
    let causes = last["changed_by"].as_array().unwrap();
    assert!(
        causes
            .iter()
            .any(|c| c["instrument"] == "option-3b-embargoed-only")
    );
    // A rule the proposal does not carry changes nothing in it.
    assert!(
        causes
            .iter()
            .all(|c| c["instrument"] != "us-2025-01-ai-diffusion"),
        "{causes:?}"
    );
}

#[test]
fn the_text_has_one_sign_for_each_span() {
    let mut command = plain();
    command.env("COLUMNS", "100").args(complete("KH"));
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    let strip = out.lines().find(|l| l.starts_with("us:enforced")).unwrap();
    let signs: String = strip["us:enforced".len()..]
        .chars()
        .filter(|c| !matches!(c, ' ' | '-'))
        .collect();
    assert_eq!(signs, ".oDAA");
    assert!(out.contains("2022      2023"), "{out}");
    assert!(out.lines().all(|l| l.chars().count() <= 100), "{out}");
    assert!(!out.contains('\u{1b}'));
}

#[test]
fn what_cannot_be_shown_is_said() {
    for (args, part) in [
        (
            &["--chip", "nvidia-h999", "--to", "PL"][..],
            "`nvidia-h999` is not in the catalog; none is near",
        ),
        (&["--chip", "nvidia-h100-sxm5"], "no destination"),
        (&["--to", "PL", "--from", "2022-01-01"], "--since"),
        (
            &["--to", "PL", "--law", "us@2024-01-01"],
            "leave the date out",
        ),
        (&["--to", "PL", "--law", "option-9"], "known are us"),
        (
            &["--to", "PL", "--until", "2000-01-01"],
            "--until lies before",
        ),
        (
            &["--to", "PL", "--since", "1999-01-01"],
            "the law data begins on",
        ),
    ] {
        let (_, err, code) = run(plain().args(["law", "timeline"]).args(args));
        assert_eq!(code, 1, "{err}");
        assert!(err.contains(part), "{part} in {err}");
    }
    let (out, ..) = run(demo().args(["law", "timeline", "--tpp", "9", "--to", "PL"]));
    assert!(out.contains("2024-01-01"), "{out}");
}

/// Every tag of a page is closed in order, and every attribute quoted.
fn check_tags(page: &str) {
    let void = ["meta", "!DOCTYPE"];
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once('<') {
        let (tag, after) = after.split_once('>').unwrap();
        rest = after;
        let name = tag.split([' ', '/']).find(|n| !n.is_empty()).unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !tag.ends_with('/') && !void.contains(&name) {
            assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
            open.push(name);
        }
        if name == "style" && !tag.starts_with('/') {
            rest = rest.split_once("</style>").unwrap().1;
            open.pop();
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_page_is_well_formed_and_needs_nothing_else() {
    let mut args = complete("KH");
    args.extend(["--consignee", "A & <B> \"C\"", "--format", "html"]);
    let (page, err, code) = run(plain().args(&args));
    assert_eq!(code, 0, "{err}");
    check_tags(&page);
    for outside in [
        "http:", "https:", "src=", "<script", "@import", "url(h", "<link",
    ] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("A &#38; &#60;B&#62; &#34;C&#34;"));
    // Each segment is a link to the row that says the same.
    let links: Vec<&str> = page.split("<a href=\"#").skip(1).collect();
    assert_eq!(links.len(), 11);
    for link in links {
        let (id, rest) = link.split_once('"').unwrap();
        assert!(page.contains(&format!("<tr id=\"{id}\">")), "{id}");
        assert!(
            rest.starts_with(" aria-label=\"") && rest.contains("<title>"),
            "{rest}"
        );
    }
    // Nothing depends on the machine or the day it is written.
    assert_eq!(page, run(plain().args(&args)).0);
}

#[test]
fn a_strip_with_open_days_says_what_would_settle_them() {
    let short = [
        "law",
        "timeline",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "KH",
        "--headquarters",
        "KH",
    ];
    let (out, err, code) = run(plain().args(short).arg("--as-given"));
    assert_eq!(code, 0, "{err}");
    let flat = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        flat.contains("? turns on facts that the order does not give: "),
        "{out}"
    );
    assert!(
        flat.contains("consignee.lists") && flat.contains("--assume screened"),
        "{out}"
    );
    let (out, ..) = run(plain().args(complete("KH")));
    assert!(!out.contains("? turns on facts"), "{out}");
    // What people leave unsaid is taken for granted, and said.
    let (usual, ..) = run(plain().args(short).args(["--quantity", "1000"]));
    assert!(
        usual.contains("Taken for granted where the order is silent"),
        "{usual}"
    );
    let strip = |text: &str| {
        let strips = text.lines().filter(|line| line.starts_with("us:"));
        strips.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(strip(&usual), strip(&out));
}
