//! `tiergate impact` on planted books and on the announced deals.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::collections::BTreeMap;

use common::{demo, plain, run};
use serde_json::Value;

const HEAD: &str = "id,date,destination,quantity,item.chip,consignee.headquarters,consignee.lists,\
value_usd\n";

const DEALS: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../examples/announced-deals.csv"
);

const ASSUMED: [&str; 8] = [
    "--assume",
    "parent=headquarters",
    "--assume",
    "headquarters=location",
    "--assume",
    "screened",
    "--assume",
    "end_uses=datacenter",
];

fn json(out: &str) -> Value {
    serde_json::from_str(out).unwrap()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

/// A book in which everything differs that an answer under the small law turns on.
fn planted() -> String {
    let mut book = HEAD.to_owned();
    let mut at = 0;
    for chip in ["nvidia-h100-sxm5", "nvidia-h20", "nvidia-l4", ""] {
        for (to, home) in [
            ("IN", "IN"),
            ("PL", "CN"),
            ("CN", ""),
            ("US", "DE"),
            ("PL", ""),
        ] {
            for quantity in ["", "1", "900", "1800", "99999"] {
                for (lists, value) in [("none", "0.1"), ("", ""), ("denied-persons", "1e15")] {
                    for date in ["2024-02-01", "2024-08-01", "2025-03-01"] {
                        at += 1;
                        book.push_str(&format!(
                            "o{at},{date},{to},{quantity},{chip},{home},{lists},{value}\n"
                        ));
                    }
                }
            }
        }
    }
    book
}

fn impact(book: &str, args: &[&str]) -> String {
    let mut command = demo();
    let laws = ["impact", "-", "--from", "us", "--to", "demo-free"];
    let (out, err, code) = run(command.args(laws).args(args).write_stdin(book));
    assert_eq!(code, 0, "{err}");
    out
}

#[test]
fn every_order_is_compared_as_it_is_decided_alone() {
    let book = planted();
    let found = rows(&impact(&book, &["--format", "csv"]));
    assert_eq!(found.len(), 900);
    // Each alone, at the length of a whole decision.
    let decide = |extra: &[&str]| {
        let mut command = demo();
        let args = [
            "decide",
            "-",
            "--format",
            "jsonl",
            "--law",
            "us",
            "--law",
            "demo-free",
        ];
        let (out, _, code) = run(command.args(args).args(extra).write_stdin(book.clone()));
        assert_eq!(code, 0);
        out.lines().map(json).collect::<Vec<Value>>()
    };
    let words = |value: &Value| -> Vec<String> {
        let items = value.as_array().into_iter().flatten();
        items.map(|v| v.as_str().unwrap().to_owned()).collect()
    };
    let possible = |d: &Value| match d["outcome"].as_str().unwrap() {
        "indeterminate" => words(&d["possible"]),
        word => vec![word.to_owned()],
    };
    let open = |d: &Value| {
        let word = d["outcome"].as_str().unwrap();
        let carried = matches!(word, "license-exception" | "validated-end-user");
        word == "indeterminate"
            || d["review"] == "indeterminate"
            || carried && d["authority"].is_null()
    };
    // Before its adoption the proposal is the law it is written on.
    let change = |before: &Value, after: &Value, one_law: bool| {
        let goes = |w: &String| !matches!(w.as_str(), "license-required" | "prohibited");
        let (first, second) = (possible(before), possible(after));
        if one_law {
            "same"
        } else if !first.iter().any(|w| second.contains(w)) {
            if first.iter().all(goes) && !second.iter().any(goes) {
                "closes"
            } else if !first.iter().any(goes) && second.iter().all(goes) {
                "opens"
            } else {
                "otherwise"
            }
        } else if open(before) || open(after) {
            "unknown"
        } else if before["authority"] == after["authority"] && before["review"] == after["review"] {
            "same"
        } else {
            "otherwise"
        }
    };
    let adopted = "2024-07-01";
    let decisions = decide(&[]);
    let mut seen = std::collections::BTreeSet::new();
    for (row, pair) in found.iter().zip(decisions.chunks(2)) {
        assert_eq!(row["id"], pair[0]["id"].as_str().unwrap());
        for (law, decision) in ["from", "to"].iter().zip(pair) {
            for field in ["as_of", "outcome", "authority", "review"] {
                let expected = decision[field].as_str().unwrap_or_default();
                assert_eq!(row[&format!("{law}_{field}")], expected, "{row:?}");
            }
            let mut facts = words(&decision["missing"]);
            facts.extend(words(&decision["missing_detail"]));
            assert_eq!(row[&format!("{law}_missing")], facts.join("|"));
            assert_eq!(
                row[&format!("{law}_possible")],
                words(&decision["possible"]).join("|")
            );
        }
        let one_law = row["date"].as_str() < adopted;
        assert_eq!(
            row["change"],
            change(&pair[0], &pair[1], one_law),
            "{row:?}"
        );
        seen.insert(row["change"].clone());
    }
    assert!(seen.len() >= 4, "{seen:?}");
    // The first day affected is the first of all days on which anything changes.
    let mut first: BTreeMap<String, String> = BTreeMap::new();
    let mut unknown: BTreeMap<String, String> = BTreeMap::new();
    for day in [
        "2024-02-01",
        "2024-07-01",
        "2024-08-01",
        "2025-01-01",
        "2025-03-01",
        "2026-01-01",
        "2027-01-01",
    ] {
        for pair in decide(&["--as-of", day]).chunks(2) {
            let id = pair[0]["id"].as_str().unwrap();
            let word = change(&pair[0], &pair[1], day < adopted);
            let row = found.iter().find(|r| r["id"] == id).unwrap();
            if row["date"].as_str() > day || first.contains_key(id) {
                continue;
            }
            match word {
                "same" => {}
                "unknown" => {
                    unknown
                        .entry(id.to_owned())
                        .or_insert_with(|| day.to_owned());
                }
                _ => {
                    first.insert(id.to_owned(), day.to_owned());
                }
            }
        }
    }
    let of = |map: &BTreeMap<String, String>, id: &str| map.get(id).cloned().unwrap_or_default();
    for row in &found {
        assert_eq!(row["first_affected"], of(&first, &row["id"]), "{row:?}");
        assert_eq!(row["first_unknown"], of(&unknown, &row["id"]), "{row:?}");
    }
}

/// A decimal as a count of tenths: every amount planted is one.
fn tenths(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    assert_eq!(part.len(), 1, "{text}");
    whole.parse::<i128>().unwrap() * 10 + part.parse::<i128>().unwrap()
}

/// Orders, TPP, TPP unknown, value and value unknown of an object of sums.
fn sums(of: &Value) -> [i128; 5] {
    let amount = |v: &Value| {
        if v.is_null() {
            0
        } else {
            tenths(&v.to_string())
        }
    };
    let n = |field: &str| i128::from(of[field].as_u64().unwrap());
    [
        n("orders"),
        amount(&of["tpp"]),
        n("tpp_unknown"),
        amount(&of["value_usd"]),
        n("value_usd_unknown"),
    ]
}

fn add<'v>(parts: impl IntoIterator<Item = &'v Value>) -> [i128; 5] {
    let mut all = [0; 5];
    for part in parts {
        all.iter_mut().zip(sums(part)).for_each(|(a, b)| *a += b);
    }
    all
}

#[test]
fn sums_over_groups_equal_the_totals_and_the_rows() {
    let book = planted();
    let report = json(&impact(&book, &["--format", "json"]));
    let total = sums(&report["totals"]);
    assert_eq!(total[0], 900);
    // Unknown amounts are counted as unknown: no chip has no TPP, no value no value.
    assert_eq!((total[2], total[4]), (225, 300));
    // 300 orders of 0.1 and 300 of 1e15, to the last digit.
    let value = report["totals"]["value_usd"].to_string();
    assert_eq!(value, "300000000000000030");
    for groups in [
        "outcomes",
        "answers",
        "by_destination",
        "by_headquarters",
        "by_chip",
        "first_affected",
    ] {
        assert_eq!(add(report[groups].as_array().unwrap()), total, "{groups}");
    }
    let kinds = ["same", "opens", "closes", "otherwise", "unknown"];
    assert_eq!(add(kinds.map(|kind| &report["totals"][kind])), total);
    for kind in kinds {
        for groups in ["by_destination", "by_headquarters", "by_chip"] {
            let parts = report[groups].as_array().unwrap().iter().map(|g| &g[kind]);
            assert_eq!(add(parts), sums(&report["totals"][kind]), "{kind} {groups}");
        }
    }
    // And from the rows, added up by another way.
    let mut by_outcome: BTreeMap<(String, String), [i128; 5]> = BTreeMap::new();
    let mut missing: BTreeMap<String, u64> = BTreeMap::new();
    for row in rows(&impact(&book, &["--format", "csv"])) {
        let key = (row["from_outcome"].clone(), row["to_outcome"].clone());
        let sums = by_outcome.entry(key).or_default();
        sums[0] += 1;
        for (at, field) in [(1, "tpp"), (3, "value_usd")] {
            if row[field].is_empty() {
                sums[at + 1] += 1;
            } else {
                sums[at] += tenths(&row[field]);
            }
        }
        let facts = [&row["from_missing"], &row["to_missing"]];
        let facts = facts
            .iter()
            .flat_map(|f| f.split('|'))
            .filter(|f| !f.is_empty());
        let facts: std::collections::BTreeSet<&str> = facts.collect();
        for fact in facts {
            *missing.entry(fact.to_owned()).or_default() += 1;
        }
    }
    let outcomes = report["outcomes"].as_array().unwrap();
    assert_eq!(outcomes.len(), by_outcome.len());
    for cell in outcomes {
        let word = |field: &str| cell[field].as_str().unwrap().to_owned();
        assert_eq!(sums(cell), by_outcome[&(word("from"), word("to"))]);
    }
    let counted = report["unknown_answers"]["missing"].as_array().unwrap();
    assert_eq!(counted.len(), missing.len());
    for fact in counted {
        assert_eq!(
            fact["orders"].as_u64(),
            missing.get(fact["fact"].as_str().unwrap()).copied()
        );
    }
}

#[test]
fn json_lines_and_json_give_what_csv_gives() {
    let object = |id: &str, to: &str| {
        format!(
            r#"{{"id":"{id}","date":"2024-08-01","destination":"{to}","quantity":9000,"value_usd":12.5,"item":{{"chip":"nvidia-h100-sxm5"}},"consignee":{{"headquarters":"{to}","lists":[]}}}}"#
        )
    };
    let (a, b) = (object("a", "IN"), object("b", "CN"));
    let book = format!(
        "{HEAD}a,2024-08-01,IN,9000,nvidia-h100-sxm5,IN,none,12.5\n\
         b,2024-08-01,CN,9000,nvidia-h100-sxm5,CN,none,12.5\n"
    );
    for format in ["csv", "json", "table", "markdown"] {
        let expected = impact(&book, &["--format", format]);
        for input in [format!("[{a},{b}]"), format!("{a}\n{b}\n")] {
            assert_eq!(impact(&input, &["--format", format]), expected);
        }
    }
    insta::assert_snapshot!(impact(&book, &["--assume", "screened"]));
    insta::assert_snapshot!(impact(&book, &["--format", "markdown", "--limit", "0"]));
}

#[test]
fn bad_rows_are_reported_and_in_no_sum() {
    let book = format!(
        "{HEAD}a,2024-08-01,IN,9000,nvidia-h100-sxm5,IN,none,1\n\
         b,2024-13-01,IN,1,nvidia-h100-sxm5,IN,none,1\n\
         c,2024-08-01,IN,1,nvidia-h999,IN,none,1\n\
         d,1999-01-01,IN,1,nvidia-h100-sxm5,IN,none,1\n\
         e,2024-08-01,IN\n"
    );
    for format in ["csv", "json", "table", "markdown"] {
        let mut command = demo();
        let args = [
            "impact",
            "-",
            "--from",
            "us",
            "--to",
            "demo-free",
            "--format",
            format,
        ];
        let (out, err, code) = run(command.args(args).write_stdin(book.clone()));
        assert_eq!(code, 2);
        for part in [
            "line 3, date: `2024-13-01` is not a day",
            "line 4, item.chip: `nvidia-h999` is not in the catalog",
            "line 5, date: the law data begins on 2024-01-01",
            "line 6: found 3 values, expected 8",
            "1 order decided under 2 laws; 4 rows could not be read",
        ] {
            assert!(err.contains(part), "{part} in {err}");
        }
        if format == "json" {
            assert_eq!(json(&out)["unreadable_rows"], 4);
            assert_eq!(json(&out)["totals"]["orders"], 1);
        }
    }
    let mut command = demo();
    let args = ["impact", "nowhere.csv", "--from", "us", "--to", "demo-free"];
    let (_, err, code) = run(command.args(args));
    assert_eq!(code, 2);
    assert!(err.contains("cannot read nowhere.csv"), "{err}");
    let (_, err, code) = run(demo().args(["impact", "-", "--from", "us", "--to", "nothing"]));
    assert_eq!(code, 1);
    assert!(err.contains("known are us"), "{err}");
}

#[test]
fn the_laws_may_be_the_last_two_arguments() {
    let book = planted();
    let expected = impact(&book, &["--format", "json"]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, &book).unwrap();
    let mut command = demo();
    command.arg("impact").arg(&file);
    let (out, err, code) = run(command.args(["us", "demo-free", "--format", "json"]));
    assert_eq!((code, out == expected), (0, true), "{err}");
    // Several files, options between.
    let (out, err, code) = run(demo()
        .args(["impact", "--format", "json"])
        .args([&file, &file])
        .args(["us@2024-08-01:text", "--limit", "1", "demo-free@2024-08-01"]));
    assert_eq!(code, 0, "{err}");
    assert_eq!(json(&out)["totals"]["orders"], 1800);
    assert_eq!(json(&out)["from"], "us@2024-08-01:text");
}

#[test]
fn arguments_that_are_no_two_laws_are_refused_with_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    std::fs::write(&file, planted()).unwrap();
    let name = file.to_str().unwrap();
    let refused = |args: &[&str]| {
        let (out, err, code) = run(demo().arg("impact").args(args));
        assert_eq!((out.as_str(), code), ("", 1), "{err}");
        err
    };
    let right = "write the files and then the two laws";
    for (args, parts) in [
        (&[name][..], vec![format!("found `{name}` and no more")]),
        (
            &["us", "demo-free"],
            vec!["found `us` and `demo-free` and no more".to_owned()],
        ),
        (
            &[name, "us", "demo-fre"],
            vec!["the law after cannot be `demo-fre`: there is no law `demo-fre`; known are us, demo".to_owned()],
        ),
        (
            &[name, "us@yesterday", "demo-free"],
            vec!["the law before cannot be `us@yesterday`".to_owned(), "the date is not a day".to_owned()],
        ),
        (
            &[name, name, "us"],
            vec![format!("the law before cannot be `{name}`"), format!("`{name}` is a file, and the laws stand last")],
        ),
    ] {
        let err = refused(args);
        for part in parts.iter().map(String::as_str).chain([right]) {
            assert!(err.contains(part), "{part} in {err}");
        }
    }
    assert!(!refused(&[name, "us", "demo-fre"]).contains("is a file"));
    // One option without the other says which is missing.
    let err = refused(&[name, "--from", "us"]);
    assert!(err.contains("--to <LAW>"), "{err}");
}

#[test]
fn what_surely_stays_can_be_left_out_and_the_list_cut() {
    let book = planted();
    let all = rows(&impact(&book, &["--format", "csv"]));
    let changed = rows(&impact(&book, &["--format", "csv", "--changed-only"]));
    assert!(changed.len() < all.len() && changed.iter().all(|r| r["change"] != "same"));
    assert_eq!(
        changed.len(),
        all.iter().filter(|r| r["change"] != "same").count()
    );
    let sure: Vec<&str> = all
        .iter()
        .filter(|r| !matches!(r["change"].as_str(), "same" | "unknown"))
        .map(|r| r["id"].as_str())
        .collect();
    let report = json(&impact(
        &book,
        &["--format", "json", "--limit", "3", "--changed-only"],
    ));
    let listed = report["changed_orders"].as_array().unwrap();
    let listed: Vec<&str> = listed.iter().map(|o| o["id"].as_str().unwrap()).collect();
    assert_eq!(listed, &sure[..3]);
    assert_eq!(report["changed_orders_left_out"], sure.len() - 3);
    for group in report["by_chip"].as_array().unwrap() {
        assert_ne!(group["same"]["orders"], group["orders"], "{group}");
    }
    // One law against itself changes nothing, whatever is unknown.
    let mut command = demo();
    let args = [
        "impact", "-", "--from", "us", "--to", "us", "--format", "json",
    ];
    let (out, ..) = run(command.args(args).write_stdin(book));
    let report = json(&out);
    assert_eq!(report["totals"]["same"]["orders"], 900);
    assert_eq!(report["first_affected"][0]["date"], "never");
    assert!(report["unknown_answers"]["orders"].as_u64().unwrap() > 0);
}

#[test]
fn a_law_of_a_fixed_date_is_asked_at_that_date() {
    let book = format!("{HEAD}a,2024-02-01,IN,9000,nvidia-h100-sxm5,IN,none,1\n");
    let mut command = demo();
    let laws = ["--from", "us@2024-02-01", "--to", "demo-free@2024-08-01"];
    let (out, err, _) = run(command
        .args(["impact", "-", "--format", "csv"])
        .args(laws)
        .write_stdin(book.clone()));
    let row = &rows(&out)[0];
    assert_eq!(
        (row["from_as_of"].as_str(), row["to_as_of"].as_str()),
        ("2024-02-01", "2024-08-01"),
        "{err}"
    );
    assert_ne!(row["change"], "same");
    assert_eq!(row["first_affected"], "2024-02-01");
}

#[test]
fn orders_of_days_before_a_proposal_is_adopted_are_said_to_be() {
    let row = |id: &str, date: &str| format!("{id},{date},IN,9000,nvidia-h100-sxm5,IN,none,1\n");
    let early = row("a", "2024-02-01") + &row("b", "2024-06-30");
    let book = HEAD.to_owned() + &early + &row("c", "2024-07-01");
    let said = "`demo-free` is adopted on 2024-07-01; for 2 orders, decided as of days before that, \
                it is its base";
    for format in ["table", "markdown", "html"] {
        let out = impact(&book, &["--format", format]);
        assert!(out.contains(said), "{format}: {out}");
        // Nothing is said where there is no such order.
        let later = HEAD.to_owned() + &row("c", "2024-07-01");
        assert!(!impact(&later, &["--format", format]).contains("adopted on"));
    }
    let report = json(&impact(&book, &["--format", "json"]));
    let found = &report["not_adopted"];
    assert_eq!(found[0]["law"], "demo-free");
    assert_eq!(found[0]["adopted"], "2024-07-01");
    assert_eq!(found[0]["orders"], 2);
    assert_eq!(report["totals"]["same"]["orders"], 2);
    let (_, err, _) = run(demo()
        .args(["impact", "-", "us", "demo-free", "--format", "csv"])
        .write_stdin(book.clone()));
    assert!(err.contains(&format!("note: {said}")), "{err}");
    // A law of a fixed day is its base for every order.
    let mut command = demo();
    let laws = ["demo-free@2024-06-30", "us@2024-06-30"];
    let (out, ..) = run(command.args(["impact", "-"]).args(laws).write_stdin(book));
    assert!(out.contains("for 3 orders, decided as of"), "{out}");
}

#[test]
fn the_announced_deals_are_pinned() {
    let laws = [
        "--from",
        "us",
        "--to",
        "option-1-country-tiers",
        "--format",
        "json",
    ];
    let (out, err, code) = run(plain().args(["impact", DEALS]).args(laws).args(ASSUMED));
    assert_eq!(code, 0, "{err}");
    let report = json(&out);
    let found = |of: &Value| (of["orders"].as_u64().unwrap(), of["tpp"].to_string());
    let pinned = |orders: u64, tpp: &str| (orders, tpp.to_owned());
    let totals = &report["totals"];
    assert_eq!(found(totals), pinned(105, "171561876960"));
    assert_eq!(found(&totals["same"]), pinned(71, "121908620016"));
    assert_eq!(found(&totals["closes"]), pinned(7, "13607163824"));
    assert_eq!(found(&totals["otherwise"]), pinned(27, "36046093120"));
    assert_eq!(totals["opens"]["orders"], 0);
    assert_eq!(totals["unknown"]["orders"], 0);
    // No deal states a value: that is no value of zero.
    assert_eq!(
        (&totals["value_usd"], &totals["value_usd_unknown"]),
        (&Value::Null, &105.into())
    );
    let first = report["first_affected"].as_array().unwrap();
    let on = |day: &str| first.iter().find(|f| f["date"] == day).map(found).unwrap();
    assert_eq!(on("2025-05-15"), pinned(35, "19561187552"));
    // Three deals of the Emirates differ from July 2026 on, when relief names their parties.
    assert_eq!(on("never"), pinned(22, "94958419504"));
    assert_eq!(report["assumed"].as_array().unwrap().len(), 4);
    let cn = report["by_destination"].as_array().unwrap();
    let cn = cn.iter().find(|g| g["destination"] == "CN").unwrap();
    assert_eq!(
        (found(cn), found(&cn["otherwise"])),
        (pinned(6, "7975461888"), pinned(1, "6332800000"))
    );
    // What is printed says what was assumed.
    let (out, ..) = run(plain()
        .args(["impact", DEALS])
        .args(&laws[..4])
        .args(ASSUMED));
    assert!(
        out.contains("Assumed, as asked: parent=headquarters, headquarters=location"),
        "{out}"
    );
    assert!(out.contains("No order gives a value"), "{out}");
}
