//! `tiergate diff`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

#[allow(dead_code, reason = "each test uses its part")]
mod common;

use common::{plain, run};
use serde_json::Value;

fn diff(args: &[&str]) -> Value {
    let mut command = plain();
    command.arg("diff").args(args).args(["--format", "json"]);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

fn changes<'v>(difference: &'v Value, before: &str, after: &str) -> Vec<&'v Value> {
    let all = difference["changes"].as_array().unwrap().iter();
    all.filter(|c| c["before"]["says"] == before && c["after"]["says"] == after)
        .collect()
}

fn has(list: &Value, item: &str) -> bool {
    list.as_array().unwrap().iter().any(|i| i == item)
}

#[test]
fn a_law_equals_itself_and_its_text_before_anything_is_not_enforced() {
    let same = diff(&["us:text", "us:enforced", "--as-of", "2024-06-01"]);
    assert_eq!(same["direction"], "equal");
    assert_eq!(same["changes"].as_array().unwrap().len(), 0);
    let (out, ..) = run(plain().args(["diff", "us@2024-06-01:text", "us:enforced"]));
    assert!(
        out.contains("give every order there can be the same answer"),
        "{out}"
    );
}

#[test]
fn non_enforcement_frees_poland_and_names_the_rules() {
    let found = diff(&[
        "us:text",
        "us:enforced",
        "--as-of",
        "2025-06-01",
        "--ordinary",
    ]);
    let freed = changes(&found, "License Exception LPP", "no license required");
    let poland = freed.iter().filter(|c| has(&c["destinations"], "PL"));
    let poland = poland.filter(|c| has(&c["chips"], "nvidia-h100-sxm5"));
    let poland: Vec<_> = poland.collect();
    assert!(!poland.is_empty(), "{freed:#?}");
    for change in poland {
        assert_eq!(change["direction"], "looser");
        assert_eq!(change["witnessed"], true);
        let before = change["rules"][0].as_array().unwrap();
        assert!(before.iter().any(|r| r["cite"] == "740.29"), "{before:#?}");
        assert!(
            has(&change["cases"], "amount + used.lpp <= 26,900,000"),
            "{change:#?}"
        );
        assert!(!has(&change["destinations"], "CN"));
    }
    let limits = found["limits"].as_array().unwrap();
    let lpp = limits.iter().find(|l| l["id"] == "lpp").unwrap();
    assert!(
        lpp["before"].as_str().unwrap().starts_with("26,900,000"),
        "{lpp:#?}"
    );
    assert_eq!(lpp["after"], "not in this law");
}

/// 750.7(g): since the AI Diffusion rule a license for a-series items is valid for one year and not
/// for four; the answer for an H100 to China is a license, presumably denied, before and after.
#[test]
fn a_duty_that_changes_though_the_answer_stays_is_told_with_its_cell() {
    let found = diff(&["us@2024-06-01:text", "us@2025-06-01:text", "--ordinary"]);
    let cells = found["duty_changes"].as_array().unwrap();
    let ids = |list: &Value| -> Vec<String> {
        let all = list.as_array().unwrap().iter();
        all.map(|d| d["id"].as_str().unwrap().to_owned()).collect()
    };
    let shorter = cells.iter().filter(|c| {
        ids(&c["gone"]).contains(&"license-validity-four-years".to_owned())
            && ids(&c["new"]).contains(&"license-validity-one-year".to_owned())
    });
    let to_china = shorter.filter(|c| {
        c["before"] == c["after"]
            && c["before"]["review"] == "presumption-of-denial"
            && (c["destinations"].is_null() || has(&c["destinations"], "CN"))
            && has(&c["chips"], "nvidia-h100-sxm5")
    });
    assert!(to_china.count() > 0, "{cells:#?}");
    // Nothing of a chip that is in no paragraph is a-series.
    let none = |c: &&Value| c["before"]["outcome"] == "not-controlled";
    assert_eq!(cells.iter().filter(none).count(), 0);
    let mut command = plain();
    command.args(["diff", "us@2024-06-01:text", "us@2025-06-01:text"]);
    let (out, _, code) = run(command.args(["--ordinary", "--limit", "3"]));
    assert_eq!(code, 0);
    assert!(
        out.contains("Other duties, though the answer stays: "),
        "{out}"
    );
    assert!(out.contains("new: license-validity-one-year: "), "{out}");
}

/// The Affiliates rule asks for a share that listed parties own, which is nothing for ordinary orders:
/// the difference over all facts speaks of it in its cells.
#[test]
fn over_all_facts_rare_ones_are_spelled_out_together() {
    let laws = ["us@2025-09-20:enforced", "us@2025-10-10:enforced"];
    let ordinary = diff(&[laws[0], laws[1], "--ordinary"]);
    let all = diff(&[laws[0], laws[1], "--all-facts"]);
    assert_eq!(ordinary["over"], "ordinary orders");
    assert_eq!(all["over"], "all orders there can be");
    let pairs = |difference: &Value| -> Vec<String> {
        let changes = difference["changes"].as_array().unwrap().iter();
        let mut pairs: Vec<String> = changes
            .map(|c| format!("{} {}", c["before"]["says"], c["after"]["says"]))
            .collect();
        pairs.sort();
        pairs.dedup();
        pairs
    };
    // Nothing is told that no order gets.
    let whole: Vec<String> = {
        let met = all["pairs"].as_array().unwrap().iter();
        let mut met: Vec<String> = met
            .map(|p| format!("{} {}", p[0]["says"], p[1]["says"]))
            .collect();
        met.sort();
        met
    };
    let found = pairs(&all);
    assert!(!found.is_empty() && found.iter().all(|pair| whole.contains(pair)));
    let says_share = |difference: &Value| {
        difference["changes"]
            .to_string()
            .contains("listed_ownership_pct")
    };
    assert!(says_share(&all) && !says_share(&ordinary));
}

#[test]
fn a_side_without_a_date_takes_the_other_and_two_without_are_an_error() {
    let one = diff(&[
        "us@2025-06-01:text",
        "us:enforced",
        "--ordinary",
        "--limit",
        "1",
    ]);
    assert_eq!(one["laws"][1]["as_of"], "2025-06-01");
    assert_eq!(one["changes"].as_array().unwrap().len(), 1);
    assert!(one["changes_in_all"].as_u64().unwrap() > 1);
    let (_, err, code) = run(plain().args(["diff", "us:text", "us:enforced"]));
    assert_eq!(code, 1);
    assert!(err.contains("has a date"), "{err}");
}

#[test]
fn a_proposal_is_compared_as_the_law_is() {
    let found = diff(&[
        "us:enforced",
        "option-3b-embargoed-only",
        "--as-of",
        "2026-11-01",
    ]);
    let mirror = diff(&[
        "option-3b-embargoed-only",
        "us:enforced",
        "--as-of",
        "2026-11-01",
    ]);
    assert_eq!(
        found["pairs"].as_array().unwrap().len(),
        mirror["pairs"].as_array().unwrap().len()
    );
    for pair in found["pairs"].as_array().unwrap() {
        let turned = Value::Array(vec![pair[1].clone(), pair[0].clone()]);
        assert!(
            mirror["pairs"].as_array().unwrap().contains(&turned),
            "{pair:#?}"
        );
    }
}

#[test]
fn orders_of_a_book_that_fall_in_the_difference_are_listed_and_bad_rows_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    let rows = "id,date,destination,item.chip,quantity,consignee.headquarters,consignee.parent,\
consignee.lists,consignee.listed_ownership_pct,end_uses\n\
poland,2025-06-01,PL,nvidia-h100-sxm5,100,PL,PL,none,0,datacenter\n\
china,2025-06-01,CN,nvidia-h100-sxm5,100,CN,CN,none,0,datacenter\n\
bad,2025-06-01,Poland,nvidia-h100-sxm5,100,PL,PL,none,0,datacenter\n\
open,2025-06-01,PL,nvidia-h100-sxm5,100,,,none,0,datacenter\n";
    std::fs::write(&file, rows).unwrap();
    let mut command = plain();
    command.args([
        "diff",
        "us:text",
        "us:enforced",
        "--as-of",
        "2025-06-01",
        "--ordinary",
    ]);
    command.args(["--format", "json", "--orders"]).arg(&file);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 2, "{err}");
    assert!(err.contains("line 4") && err.contains("Poland"), "{err}");
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["orders_compared"], 3);
    let (_, err, code) = run(plain().args([
        "diff",
        "us:text",
        "us:enforced",
        "--as-of",
        "2025-06-01",
        "--ordinary",
        "--orders",
        "no-such-file.csv",
    ]));
    assert_eq!(code, 2, "{err}");
    let covered = |id: &str| {
        let mut orders = found["orders"].as_array().unwrap().iter();
        orders.find(|o| o["id"] == id).map(|o| o["covered"].clone())
    };
    assert_eq!(covered("poland"), Some("wholly".into()));
    assert_eq!(covered("open"), Some("partly".into()));
}

#[test]
fn a_share_is_said_as_a_share_of_something() {
    let found = diff(&[
        "us:text",
        "us:enforced",
        "--as-of",
        "2025-06-01",
        "--ordinary",
    ]);
    let limits = found["limits"].as_array().unwrap();
    let outside = limits.iter().find(|l| l["id"] == "veu.outside").unwrap();
    let before = outside["before"].as_str().unwrap();
    assert!(before.starts_with("0.25 of used.veu.total"), "{before}");
}

#[test]
fn how_many_changes_there_are_does_not_depend_on_how_many_are_listed() {
    let counted = |limit: &str| {
        let args = [
            "us:text",
            "us:enforced",
            "--as-of",
            "2025-06-01",
            "--ordinary",
            "--limit",
            limit,
        ];
        let found = diff(&args);
        let listed = found["changes"].as_array().unwrap().len();
        (found["changes_in_all"].as_u64().unwrap(), listed)
    };
    let ((few, listed), (all, every)) = (counted("3"), counted("1000"));
    assert_eq!((few, listed), (all, 3));
    assert_eq!(all, every as u64);
}

#[test]
fn a_proposal_before_its_adoption_is_said_to_be_its_base() {
    let args = ["diff", "us:enforced", "option-1-country-tiers", "--as-of"];
    let (_, err, code) = run(plain().args(args).args(["2025-05-14", "--ordinary"]));
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains(
            "`option-1-country-tiers` is adopted on 2025-05-15; on 2025-05-14 it is its base"
        ),
        "{err}"
    );
    let (_, err, _) = run(plain().args(args).args(["2025-05-15", "--ordinary"]));
    assert!(!err.contains("adopted"), "{err}");
}

/// A law whose texts look like markup.
const LIKE_MARKUP: &str = "[instrument]\nid = \"x\"\ntitle = \"x\"\ncite = \"x\"\neffective = 2024-01-01\n\
    [[requirement]]\nid = \"r\"\ncite = \"<b> *r* [a](b)\"\nwhen = \"tpp >= cap\"\nfrom = 2025-01-01\n\
    [[value]]\nid = \"cap\"\ncite = \"c | <i>\"\nunit = \"TPP\"\n\
    dated = [{ amount = 1, cite = \"c | <i>\", through = 2024-12-31 }, { amount = 2, cite = \"d | *e*\", from = 2025-01-01 }]\n";

#[test]
fn texts_of_law_and_orders_are_not_taken_for_markup() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.toml"), LIKE_MARKUP).unwrap();
    let markdown = |args: &[&str]| {
        let mut command = plain();
        command.arg("--law-dir").arg(folder.path()).args(args);
        let (out, err, code) = run(command.args(["--format", "markdown"]));
        assert_eq!(code, 0, "{err}");
        out
    };
    let out = markdown(&["diff", "us@2024-06-01", "us@2025-06-01"]);
    assert!(
        out.contains("after: &lt;b> \\*r\\* [a\\](b) [r, secondary]"),
        "{out}"
    );
    assert!(out.contains("| c \\| &lt;i>; d \\| \\*e\\* |"), "{out}");
    let order = [
        "--id",
        "# <b> | *x*",
        "--to",
        "PL",
        "--date",
        "2025-06-01",
        "--tpp",
        "5",
    ];
    let out = markdown(&[&["explain"], &order[..]].concat());
    assert!(out.starts_with("# Order # &lt;b> | \\*x\\*: "), "{out}");
    // Conditions stay code.
    assert!(out.contains("`tpp >= cap`"), "{out}");
}

#[test]
fn a_page_sums_the_pairs_of_answers_and_says_what_its_names_stand_for() {
    let laws = ["us:enforced", "option-1-country-tiers"];
    let limit = ["--as-of", "2026-11-01", "--ordinary", "--limit", "5"];
    let args = [&laws[..], &limit[..]].concat();
    let found = diff(&args);
    let counts = found["counts"].as_array().unwrap();
    let sum = |field: &str| -> u64 { counts.iter().map(|c| c[field].as_u64().unwrap()).sum() };
    assert_eq!(sum("changes"), found["changes_in_all"].as_u64().unwrap());
    assert_eq!(sum("listed"), 5);
    for count in counts {
        let pair = [&count["before"]["says"], &count["after"]["says"]].map(|s| s.as_str().unwrap());
        let listed = changes(&found, pair[0], pair[1]).len() as u64;
        assert_eq!(count["listed"], listed, "{pair:?}");
    }
    let legend = found["legend"].as_array().unwrap();
    let says = |name: &str| {
        let of = legend.iter().find(|m| has(&m["names"], name));
        of.map_or("", |m| m["says"].as_str().unwrap())
    };
    assert!(says("3A090.a").starts_with("integrated circuits of TPP 4800 or more"));
    assert!(says("D:5").starts_with("part 740, supplement no. 1: Afghanistan, "));
    assert!(says("5A992.z").starts_with("classified elsewhere and meets or exceeds"));
    // What no change of the page is about is not explained.
    assert_eq!(says("E:2"), "");
    let (out, ..) = run(plain()
        .arg("diff")
        .args(&args)
        .args(["--format", "markdown"]));
    let (top, rest) = out.split_once("\n1. **").unwrap();
    for part in [
        "| before | after | is | changes | here |",
        "[their names](#names)",
    ] {
        assert!(top.contains(part), "{top}");
    }
    assert!(
        rest.contains("\n## Names\n") && rest.contains("| D:5 | part 740"),
        "{rest}"
    );
}
