//! The subcommands besides `decide`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use common::{demo, plain, run, shared};

#[test]
fn explain_gives_a_page_to_file() {
    let mut command = demo();
    command.args([
        "explain",
        "--tpp",
        "15832",
        "--performance-density",
        "19.45",
        "--datacenter",
        "true",
        "--quantity",
        "1000",
        "--to",
        "IN",
        "--consignee",
        "Example Compute",
        "--headquarters",
        "IN",
        "--lists",
        "none",
        "--date",
        "2024-06-01",
    ]);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!(out);
}

#[test]
fn explain_says_what_is_missing_and_in_which_forms_it_writes() {
    let args = [
        "explain",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "PL",
        "--date",
        "2024-06-01",
    ];
    let (out, ..) = run(demo().args(args).args(["--lists", "none"]));
    assert!(
        out.contains("depends on facts that are not given: consignee's headquarters"),
        "{out}"
    );
    let (out, ..) = run(demo().args(args).args(["--format", "json"]));
    let decision: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(decision["outcome"], "indeterminate");
    let (out, ..) = run(demo().args(args).args(["--format", "markdown"]));
    assert!(out.starts_with("# An order: "), "{out}");
}

#[test]
fn what_stops_the_program_is_said_with_a_hint() {
    for (args, part) in [
        (&["explain", "--to", "PL"][..], "give --date or --as-of"),
        (
            &[
                "explain",
                "--to",
                "PL",
                "--date",
                "2024-06-01",
                "--law",
                "option-9",
            ],
            "known are us",
        ),
        (
            &[
                "explain",
                "--to",
                "PL",
                "--date",
                "2024-06-01",
                "--assume",
                "x",
            ],
            "is no assumption",
        ),
        (
            &[
                "explain",
                "--to",
                "PL",
                "--date",
                "2024-06-01",
                "--set",
                "speed=1",
            ],
            "no field of an order",
        ),
        (
            &["decide", "-", "--explain", "--format", "csv"],
            "--explain goes with --format table",
        ),
        (&["decide"], "required arguments"),
    ] {
        let (_, err, code) = run(demo().args(args));
        assert_eq!(code, 1, "{err}");
        assert!(err.contains(part), "{part} in {err}");
    }
}

#[test]
fn law_with_errors_is_reported_where_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let bad = "[instrument]\nid = \"x\"\ntitle = \"x\"\ncite = \"x\"\neffective = 2024-01-01\n\n\
               [[requirement]]\nid = \"r\"\ncite = \"r\"\nwhen = \"destination in D:9\"\n";
    std::fs::write(dir.path().join("bad.toml"), bad).unwrap();
    for args in [
        &["explain", "--to", "PL", "--date", "2024-06-01"][..],
        &["law", "check"],
    ] {
        let mut command = plain();
        let (_, err, code) = run(command.arg("--law-dir").arg(dir.path()).args(args));
        assert_eq!(code, 2, "{err}");
        assert!(err.contains("bad.toml:10:24"), "{err}");
    }
}

#[test]
fn deep_checks_and_lapses_are_warnings_where_they_stand() {
    let dir = tempfile::tempdir().unwrap();
    let law = "[instrument]\nid = \"x\"\ntitle = \"x\"\ncite = \"x\"\neffective = 2024-01-01\nexpires = 2024-06-30\n\n\
               [[note]]\nid = \"n\"\ncite = \"n\"\nwhen = \"tpp >= 2 and tpp < 1\"\n";
    std::fs::write(dir.path().join("a.toml"), law).unwrap();
    let check = |more: &[&str]| {
        let mut command = plain();
        let command = command.arg("--law-dir").arg(dir.path());
        run(command.args(["law", "check"]).args(more))
    };
    let (_, err, code) = check(&[]);
    assert_eq!((err.as_str(), code), ("", 0));
    let (out, err, code) = check(&["--deep"]);
    assert!(err.contains("no order can meet the note `n`"), "{err}");
    assert!(err.contains("a.toml:9:6"), "{err}");
    // One warning with a place; the members of a list stand together; no line is wider than a page.
    let one = "warning: no rule of any law reads: destination, ";
    let (_, unread) = err.split_once(one).expect(&err);
    let (unread, place) = unread.split_once("-->").unwrap();
    let unread: Vec<&str> = unread.split_whitespace().collect();
    let unread = unread.join(" ");
    assert!(unread.contains("listed_owners (entity-list, "), "{err}");
    assert!(!unread.contains('='), "{err}");
    assert!(place.contains("a.toml:2:6"), "{err}");
    assert!(err.lines().all(|line| line.chars().count() <= 100), "{err}");
    assert!(
        err.contains("every country is the destination of no requirement"),
        "{err}"
    );
    assert!(out.contains("0 errors, 3 warnings"), "{out}");
    assert_eq!(code, 0);
    let (_, err, code) = check(&["--as-of", "2024-06-01"]);
    assert!(err.contains("`x` expires on 2024-06-30"), "{err}");
    assert_eq!(code, 0);
    let (_, err, _) = check(&["--as-of", "2024-01-01"]);
    assert_eq!(err, "");
}

#[test]
fn the_examples_of_the_law_are_run() {
    let (out, _, code) = run(demo().args(["law", "test"]));
    assert_eq!(
        (out.as_str(), code),
        ("3 examples: 3 passed, 0 failed\n", 0)
    );
    let dir = tempfile::tempdir().unwrap();
    let law = std::fs::read_to_string(common::fixture_law().join("2024-demo.toml")).unwrap();
    let wrong = law.replace(
        "authority = \"SML\", \"item.eccn\"",
        "authority = \"XYZ\", \"item.eccn\"",
    );
    std::fs::write(dir.path().join("a.toml"), wrong).unwrap();
    let mut command = plain();
    let (out, _, code) = run(command
        .arg("--law-dir")
        .arg(dir.path())
        .args(["law", "test"]));
    assert_eq!(code, 2);
    assert!(
        out.contains("a.toml:142: a small order of H100 to India goes under SML"),
        "{out}"
    );
    assert!(
        out.contains("authority  expected `XYZ`, found `SML`"),
        "{out}"
    );
}

/// The small law with its first example expecting something else, under `law test` and `law check`.
fn with_duties(expected: &str) -> [(String, String, i32); 2] {
    let dir = tempfile::tempdir().unwrap();
    let law = std::fs::read_to_string(common::fixture_law().join("2024-demo.toml")).unwrap();
    let there = "duties = [\"certification\", \"shipment-notice\"]";
    assert!(law.contains(there));
    std::fs::write(dir.path().join("a.toml"), law.replace(there, expected)).unwrap();
    ["test", "check"].map(|what| {
        let mut command = plain();
        run(command.arg("--law-dir").arg(dir.path()).args(["law", what]))
    })
}

#[test]
fn an_example_can_expect_that_a_duty_is_absent() {
    let [(out, _, code), _] = with_duties("not_duties = [\"application\"]");
    assert_eq!(code, 0, "{out}");
    let [(out, _, code), (_, err, _)] = with_duties("not_duties = [\"shipment-notice\"]");
    assert_eq!(code, 2);
    let found = "not_duties  expected `shipment-notice`, found `certification|shipment-notice`";
    assert!(out.contains(found), "{out}");
    assert!(!err.contains("shipment-notice"), "{err}");
    let [(out, _, code), _] = with_duties("duty_readings = \"none\"");
    assert_eq!(code, 0, "{out}");
}

#[test]
fn an_example_that_expects_what_no_law_declares_is_a_fault() {
    for (expected, kind, name) in [
        (
            "not_duties = \"shipment-notise\"",
            "duty",
            "shipment-notise",
        ),
        ("duties = \"certificate\"", "duty", "certificate"),
        ("duty_readings = \"ends\"", "reading", "ends"),
        ("not_requirements = \"Demo 9\"", "requirement", "Demo 9"),
    ] {
        let [(out, _, tested), (_, err, checked)] = with_duties(expected);
        assert_eq!((tested, checked), (2, 2), "{expected}");
        let fault = format!("no law has the {kind} `{name}`");
        assert!(out.contains(&fault), "{out}");
        assert!(err.contains(&fault), "{err}");
    }
    let [_, (_, err, _)] = with_duties("not_duties = \"shipment-notise\"");
    assert!(err.contains("did you mean `shipment-notice`?"), "{err}");
}

#[test]
fn the_law_can_be_looked_at() {
    let (out, ..) = run(demo().args(["law", "list"]));
    assert!(
        out.contains("demo-2024") && out.contains("demo-free"),
        "{out}"
    );
    let (out, ..) = run(demo().args(["law", "show", "demo-2024"]));
    assert!(out.contains("D:5") && out.contains("IR, MO"), "{out}");
    let (out, ..) = run(demo().args(["law", "consolidate", "demo-free@2024-08-01"]));
    assert!(out.contains("Demo proposal 1; assumed; set by"), "{out}");
    let (out, ..) = run(demo().args(["law", "consolidate", "us@2025-02-01", "--format", "json"]));
    let regime: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(regime["values"][0]["amount"], 50_000_000);
    assert_eq!(
        regime["requirements"][0]["when"],
        "item in {3A090.a} and (not destination in A:1 or not consignee.headquarters in A:1)"
    );
    let small = &regime["authorities"][0]["conditions"][1];
    assert_eq!(small["when"], "amount + used.lpp <= small-order");
    let (out, ..) = run(demo().args(["law", "calendar"]));
    insta::assert_snapshot!(out);
    let (out, ..) = run(demo().args(["law", "calendar", "--from", "2026-01-01"]));
    assert_eq!(out.lines().count(), 2, "{out}");
    let (_, err, code) = run(demo().args(["law", "consolidate", "us"]));
    assert_eq!(code, 1);
    assert!(err.contains("has no date"), "{err}");
}

#[test]
fn chips_are_listed_with_their_class() {
    let (out, ..) = run(demo().args(["chips", "h100", "--as-of", "2024-06-01"]));
    let line = out
        .lines()
        .find(|l| l.starts_with("nvidia-h100-sxm5"))
        .unwrap();
    assert!(
        line.contains("15,832") && line.contains("19.45") && line.contains("3A090.a"),
        "{line}"
    );
}

#[test]
fn forms_are_filled_in_and_what_is_missing_is_marked() {
    let order = r#"{"id":"a","date":"2024-08-01","destination":"IN","quantity":1000,"item":{"chip":"nvidia-h100-sxm5"},"consignee":{"headquarters":"IN","lists":[]}}"#;
    let (out, err, code) = run(demo().args(["forms", "-"]).write_stdin(order));
    assert_eq!(code, 0, "{err}");
    insta::assert_snapshot!(out);
    let args = ["forms", "-", "--format", "json"];
    let (out, ..) = run(demo().args(args).write_stdin(order.replace("1000", "9000")));
    let forms: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(forms["forms"][0]["id"], "application");
    assert_eq!(forms["forms"][0]["missing"][0], "consignee.name");
}

#[test]
fn nothing_nobody_stated_is_certified_and_the_filing_is_said_once() {
    let order = |used: &str| {
        format!(
            r#"{{"id":"a","date":"2026-06-20","destination":"CN","quantity":10,"value_usd":250000,
            "item":{{"chip":"nvidia-h200-sxm"}},"end_uses":["datacenter"]{used},
            "consignee":{{"name":"Acme","headquarters":"CN","parent":"CN","lists":[]}}}}"#
        )
    };
    let forms = |used: &str| run(plain().args(["forms", "-"]).write_stdin(order(used))).0;
    let nothing = forms("");
    for path in ["used.product.us", "used.product.china-macau"] {
        assert!(nothing.contains(&format!("[MISSING: {path}]")), "{nothing}");
    }
    assert!(!nothing.contains("[MISSING: license_code]"), "{nothing}");
    assert_eq!(nothing.matches("lectronic").count(), 1, "{nothing}");
    assert!(
        nothing.contains("License code: the code of the license"),
        "{nothing}"
    );
    let stated = forms(r#","used":{"product.us":1000000,"product.china-macau":0}"#);
    assert!(
        stated.contains("in the United States: 1,000,000"),
        "{stated}"
    );
    assert!(stated.contains("before this order: 0"), "{stated}");
}

#[test]
fn epoch_clusters_become_orders() {
    let Some(file) = shared("data/epoch-datasets/gpu_clusters/gpu_clusters.csv") else {
        eprintln!("skipped: no copy of gpu_clusters.csv beside the repository");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let orders = dir.path().join("orders.csv");
    let mut command = plain();
    command
        .args(["import", "epoch-clusters"])
        .arg(file)
        .arg("--output")
        .arg(&orders);
    let (_, err, code) = run(&mut command);
    assert_eq!(code, 0);
    assert!(err.contains("chip not in the catalog"), "{err}");
    let file = std::fs::File::open(&orders).unwrap();
    let mut reader = tiergate_order::CsvOrders::new(file).unwrap();
    let mut read = 0;
    while let Some(order) = reader.next_order() {
        order.unwrap();
        read += 1;
    }
    assert!(read > 200, "{read}");
}

#[test]
fn completions_and_manual_are_written() {
    for shell in ["bash", "zsh", "fish"] {
        let (out, _, code) = run(plain().args(["completions", shell]));
        assert!(code == 0 && out.contains("tiergate"));
    }
    let dir = tempfile::tempdir().unwrap();
    let (.., code) = run(plain().arg("man").arg(dir.path()));
    assert_eq!(code, 0);
    assert!(dir.path().join("tiergate-decide.1").exists());
    let (out, ..) = run(plain().arg("--version"));
    assert!(out.starts_with("tiergate "), "{out}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut err)
        .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0), "{err}");
    assert_eq!(err, "");
}

#[test]
fn the_law_built_in_has_no_errors() {
    let (library, found, files) = tiergate::embedded::library(None).unwrap();
    if files.is_empty() {
        eprintln!("skipped: no law is built in");
        return;
    }
    let errors: Vec<_> = found.into_iter().chain(library.check()).collect();
    assert!(errors.is_empty(), "{:?}", errors.first());
}

#[test]
fn the_examples_of_the_law_built_in_hold() {
    let desk = tiergate::embedded::desk(None).unwrap();
    let report = tiergate::examples::run(&desk);
    assert!(report.failed.is_empty(), "{:#?}", report.failed);
}

#[test]
fn explain_under_every_regime_shows_each_under_its_own_name() {
    let (out, err, code) = run(plain().args([
        "explain",
        "--every-regime",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "VN",
        "--date",
        "2026-06-01",
        "--headquarters",
        "VN",
        "--parent",
        "VN",
        "--lists",
        "none",
        "--end-use",
        "datacenter",
        "--format",
        "json",
    ]));
    assert_eq!(code, 0, "{err}");
    let records: serde_json::Value = serde_json::from_str(&out).unwrap();
    let records = records.as_array().unwrap();
    let found = |law: &str, as_of: &str, view: &str| {
        let is =
            |r: &&serde_json::Value| r["law"] == law && r["as_of"] == as_of && r["view"] == view;
        let found: Vec<_> = records.iter().filter(is).collect();
        assert_eq!(found.len(), 1, "{law}@{as_of}:{view}");
        found[0]["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(found("us", "2022-10-07", "enforced"), "no-license-required");
    assert_eq!(found("us", "2023-11-17", "enforced"), "license-required");
    assert_eq!(
        found("option-3b-embargoed-only", "2025-05-15", "enforced"),
        "no-license-required"
    );
}

/// What `explain --to-pass` says of 3,000 H100 to Poland under the Diffusion text.
fn ways_for_poland(more: &[&str]) -> serde_json::Value {
    let order = [
        "explain",
        "--to-pass",
        "--format",
        "json",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "PL",
        "--date",
        "2025-06-01",
        "--view",
        "text",
        "--lists",
        "none",
        "--end-use",
        "datacenter",
    ];
    let mut command = plain();
    command.args(order).args(more);
    let (out, err, code) = run(&mut command);
    assert_eq!(code, 0, "{err}");
    let record: serde_json::Value = serde_json::from_str(&out).unwrap();
    record["to_pass"].clone()
}

#[test]
fn to_pass_says_how_many_chips_would_go_and_under_what() {
    let ways = ways_for_poland(&[
        "--quantity",
        "3000",
        "--headquarters",
        "PL",
        "--parent",
        "PL",
    ]);
    let can = ways["can"].as_array().unwrap();
    let fewer = can
        .iter()
        .find(|w| w["changes"][0].as_str().unwrap().starts_with("quantity"));
    let fewer = fewer.expect("a smaller quantity passes");
    // 26,900,000 TPP is 1,699.09 chips of 15,832 TPP.
    assert_eq!(fewer["changes"][0], "quantity: at most 1,699");
    assert_eq!(fewer["says"], "license-exception: LPP");
    assert_eq!(fewer["under"][0], "740.29");
    // Who a party is, is nobody's choice.
    for way in can {
        for change in way["changes"].as_array().unwrap() {
            let change = change.as_str().unwrap();
            let acts = change.starts_with("quantity")
                || change.starts_with("statements.purchase_order")
                || change.starts_with("statements.storage_meets_security");
            assert!(acts, "{change}");
        }
    }
    let (mut command, exact) = (plain(), "1699");
    command.args([
        "explain",
        "--format",
        "json",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "PL",
    ]);
    command.args([
        "--quantity",
        exact,
        "--date",
        "2025-06-01",
        "--view",
        "text",
    ]);
    command.args(["--headquarters", "PL", "--parent", "PL", "--lists", "none"]);
    let (out, ..) = run(command.args(["--end-use", "datacenter"]));
    assert!(out.contains("\"authority\": \"LPP\""), "{out}");
}

#[test]
fn to_pass_asks_for_what_the_order_leaves_open_apart_from_what_can_be_done() {
    let ways = ways_for_poland(&["--quantity", "100", "--headquarters", "PL"]);
    let supply = ways["supply"].as_array().unwrap();
    let parent = |w: &&serde_json::Value| {
        w["changes"][0]
            .as_str()
            .unwrap()
            .starts_with("consignee.parent")
    };
    let parent = supply.iter().find(parent).expect("the parent is asked for");
    assert!(
        parent["says"].as_str().unwrap().contains("LPP"),
        "{parent:#?}"
    );
}

#[test]
fn to_pass_says_which_condition_each_change_meets_and_where_it_stands() {
    let poland = [
        "--headquarters",
        "PL",
        "--parent",
        "PL",
        "--quantity",
        "3000",
    ];
    let ways = ways_for_poland(&poland);
    let mut ways_seen = 0;
    for kind in ["can", "supply", "would_differ_if"] {
        for way in ways[kind].as_array().unwrap() {
            ways_seen += 1;
            let met: Vec<&serde_json::Value> = way["meets"]
                .as_array()
                .unwrap()
                .iter()
                .inspect(|m| {
                    assert!(!m["cite"].as_str().unwrap().is_empty(), "{m:#}");
                    assert_ne!(m["was"], m["is"], "{m:#}");
                    assert!(!m["tests"].as_array().unwrap().is_empty(), "{m:#}");
                })
                .flat_map(|m| m["changes"].as_array().unwrap())
                .collect();
            for change in way["changes"].as_array().unwrap() {
                assert!(met.contains(&change), "{change} meets nothing: {way:#}");
            }
        }
    }
    assert!(ways_seen >= 5, "{ways:#}");
    let fewer = &ways["can"][0]["meets"];
    assert_eq!(fewer.as_array().unwrap().len(), 1, "{fewer:#}");
    // The condition, not the section that then carries the order.
    assert_eq!(fewer[0]["cite"], "740.29(a), (d)");
    assert_eq!(fewer[0]["rule"], "LPP");
    let test = &fewer[0]["tests"][0];
    assert_eq!(test["test"], "used.lpp + amount <= lpp-limit");
    // 3,000 and 1,699 chips of 15,832 TPP.
    let amount = &test["facts"][0];
    assert_eq!(amount["fact"], "amount");
    assert_eq!(
        (&amount["was"], &amount["is"]),
        (&"47496000".into(), &"26898568".into())
    );
    assert_eq!(test["limits"][0]["amount"], "26900000");
    // What no longer applies is told by the requirement and what it asked.
    let elsewhere = ways["would_differ_if"].as_array().unwrap();
    let elsewhere = elsewhere
        .iter()
        .find(|w| w["changes"][0].as_str().unwrap().starts_with("destination"))
        .unwrap();
    assert_eq!(elsewhere["meets"][0]["cite"], "742.6(a)(6)(iii)(A)");
    assert_eq!(elsewhere["meets"][0]["was"], "yes");
    assert_eq!(elsewhere["meets"][0]["is"], "no");
}

#[test]
fn to_pass_shows_the_conditions_on_the_page() {
    let order = "explain --to-pass --chip nvidia-h100-sxm5 --to PL --date 2025-06-01 --view text \
        --lists none --end-use none --headquarters PL --parent PL --quantity 3000";
    let page = |format: &str| {
        let mut command = plain();
        command
            .args(order.split_whitespace())
            .args(["--format", format]);
        let (out, err, code) = run(&mut command);
        assert_eq!(code, 0, "{err}");
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    for format in ["text", "markdown"] {
        let page = page(format);
        for said in [
            "- quantity: at most 1,699 -> a license exception carries it: LPP, under 740.29 - 740.29(a), (d) [LPP]:",
            "now met (`used.lpp + amount <= lpp-limit`: TPP of the order 47,496,000 -> 26,898,568, used of \
             the low-processing-performance limit 0, lpp-limit 26,900,000 TPP per calendar year)",
            "no longer applies (`every_destination in {US}`: destination PL -> US)",
            "now met by end uses, “development of an item”: yes (`end_uses has development",
        ] {
            assert!(page.contains(said), "{format}: {said}\n{page}");
        }
    }
}

#[test]
fn to_pass_tells_of_an_exception_that_takes_three_other_facts() {
    let order = |to: [&str; 3]| {
        let [to, headquarters, parent] = to;
        format!(
            "explain --chip nvidia-h100-sxm5 --quantity 5000 --to {to} --headquarters {headquarters} \
             --parent {parent} --lists none --end-use datacenter --date 2025-06-02 --law us:text"
        )
    };
    let explain = |order: &str, more: &[&str]| {
        let mut command = plain();
        let (out, err, code) = run(command.args(order.split_whitespace()).args(more));
        assert_eq!(code, 0, "{err}");
        out
    };
    let json = |out: &str| serde_json::from_str::<serde_json::Value>(out).unwrap();
    let china = order(["CN"; 3]);
    let out = explain(&china, &["--to-pass", "--format", "json"]);
    let ways = &json(&out)["to_pass"];
    let all = ways["would_differ_if"].as_array().unwrap();
    let of = |says: &str| all.iter().find(|w| w["says"] == says);
    let artificial = of("license-exception: AIA").expect("the exception is told");
    let changes: Vec<&str> = artificial["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c.as_str().unwrap())
        .collect();
    let facts = [
        "destination: ",
        "consignee.headquarters: ",
        "consignee.parent: ",
    ];
    assert_eq!(changes.len(), facts.len(), "{changes:?}");
    for (change, fact) in changes.iter().zip(facts) {
        assert!(change.starts_with(fact), "{change}");
        // One country for all three.
        assert!(change.contains("Australia"), "{change}");
    }
    // It is so, and with two of the three it is not.
    let authority = |to: [&str; 3]| {
        let out = explain(&order(to), &["--format", "json"]);
        json(&out)["authority"].clone()
    };
    assert_eq!(authority(["AU"; 3]), "AIA");
    for two in [["CN", "AU", "AU"], ["AU", "CN", "AU"], ["AU", "AU", "CN"]] {
        assert_ne!(authority(two), "AIA", "{two:?}");
    }
    // Four facts, one of them how much is shipped.
    let low = of("license-exception: LPP").expect("the exception is told");
    let quantity = low["changes"].as_array().unwrap().last().unwrap();
    assert_eq!(low["changes"].as_array().unwrap().len(), 4, "{low:#}");
    assert_eq!(quantity, "quantity: at most 1,699");
    // What one fact does is still told.
    let free = all.iter().filter(|w| w["says"] == "no-license-required");
    assert_eq!(free.count(), 2, "{ways:#}");
    let page = explain(&china, &["--to-pass"]);
    let page = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "combinations of these facts) -> a license exception carries it: AIA, under 740.27";
    assert!(page.contains(said), "{page}");
}

#[test]
fn a_consolidated_law_shows_the_conditions_as_written() {
    let page = |format: &str| {
        let (out, err, code) = run(plain().args([
            "law",
            "consolidate",
            "us@2025-06-01:text",
            "--format",
            format,
        ]));
        assert_eq!(code, 0, "{err}");
        out
    };
    for format in ["text", "markdown"] {
        let page = page(format);
        let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
        for shown in [
            // A rule, a definition it names, a condition of an exception, a duty, a class set.
            "- when a-item and (macau-d5-destination or macau-d5-entity)",
            "- when recipient.headquarters in D:5 | {MO} or recipient.parent in D:5 | {MO}",
            "- when used.lpp + amount <= lpp-limit",
            "- only if item not in 4E091",
        ] {
            assert!(flat.contains(shown), "{format}: {shown}\n{page}");
        }
    }
    // A long condition is wrapped under where it starts, whatever its lines in the file.
    let page = page("text");
    let wrapped = "\n  - when recipient.headquarters in D:5 | {MO} or recipient.parent in D:5 | {MO} or\n    \
        (reading:intermediaries-and-headquarters is any-party";
    assert!(page.contains(wrapped), "{page}");
    assert!(page.lines().all(|l| l.chars().count() <= 100), "{page}");
}

#[test]
fn law_check_refuses_countries_that_do_not_exist() {
    let dir = tempfile::tempdir().unwrap();
    let law = "[instrument]\nid = \"x\"\ntitle = \"x\"\ncite = \"x\"\neffective = 2024-01-01\n\n\
               [[group]]\nid = \"g\"\ncite = \"g\"\nmembers = [\"PL\", \"ZZ\"]\n\n\
               [[note]]\nid = \"n\"\ncite = \"n\"\nwhen = \"destination in g | {QQ}\"\n";
    std::fs::write(dir.path().join("a.toml"), law).unwrap();
    let mut command = plain();
    let command = command.arg("--law-dir").arg(dir.path());
    let (out, err, code) = run(command.args(["law", "check"]));
    assert!(
        err.contains("`ZZ` is not an ISO 3166-1 country code"),
        "{err}"
    );
    assert!(err.contains("a.toml:10:18"), "{err}");
    assert!(
        err.contains("`QQ` is not an ISO 3166-1 country code"),
        "{err}"
    );
    assert!(err.contains("a.toml:15:29"), "{err}");
    assert!(out.contains("2 errors"), "{out}");
    assert_eq!(code, 2);
}

#[test]
fn a_wrong_option_lists_the_options_of_its_reading() {
    let order = [
        "explain",
        "--tpp",
        "1",
        "--to",
        "PL",
        "--date",
        "2025-06-02",
    ];
    let (_, err, code) = run(plain()
        .args(order)
        .args(["--assume", "reading:dependent-territories=maybe"]));
    assert_eq!(code, 1, "{err}");
    assert!(
        err.contains("dependent-territories=apart, dependent-territories=follow"),
        "{err}"
    );
    assert!(!err.contains("lpp-5a002z"), "{err}");
}

#[test]
fn weak_grounds_stand_on_the_page() {
    let order = [
        "explain",
        "--chip",
        "nvidia-h100-sxm5",
        "--to",
        "IN",
        "--headquarters",
        "IN",
        "--parent",
        "IN",
        "--lists",
        "none",
        "--end-use",
        "datacenter",
        "--date",
        "2025-06-02",
        "--quantity",
        "1000",
        "--set",
        "used.country-allocation=1000000000",
    ];
    let (out, err, _) = run(plain()
        .args(order)
        .args(["--law", "option-1-country-tiers"]));
    assert!(
        out.contains("`country-allocation-major` = 2370000000 TPP, range 1185000000 to 7900000000"),
        "{out}{err}"
    );
    let limit = "limit 2,370,000,000";
    let draw = out.split(limit).nth(1).unwrap_or_default();
    let cite: Vec<&str> = draw.split_whitespace().take(20).collect();
    assert!(cite.join(" ").contains("such as India: assumed)"), "{out}");
    assert!(
        out.contains("The weakest of what the answer rests on: assumed."),
        "{out}"
    );
    assert!(out.contains("value country-allocation-major"), "{out}");
}

/// No proposal restates a condition of an authority it replaces: it would drift from its base.
#[test]
fn proposals_amend_and_do_not_restate() {
    use tiergate_law::{Body, Operation};
    let (library, _, _) = tiergate::embedded::library(None).unwrap();
    let conditions = |entry: &tiergate_law::Entry| -> Vec<String> {
        match &entry.body {
            Body::Authority(a) => a.conditions.iter().map(|c| c.when.text.clone()).collect(),
            _ => Vec::new(),
        }
    };
    for proposal in &library.proposals {
        for entry in &proposal.entries {
            if entry.operation != Operation::Replace || entry.body.kind() != "authority" {
                continue;
            }
            let of_base = library.instruments.iter().flat_map(|s| &s.entries);
            let of_base = of_base.filter(|e| e.id == entry.id).flat_map(conditions);
            let copied = of_base.filter(|c| conditions(entry).contains(c)).count();
            assert_eq!(copied, 0, "{} in {}", entry.id, proposal.file);
        }
    }
}

#[test]
fn to_pass_of_an_order_that_was_not_screened_asks_for_screening_and_not_for_a_listing() {
    let mut command = plain();
    let order = "explain --to-pass --chip nvidia-h100-sxm5 --to PL --date 2026-06-15 --quantity 1000 \
        --headquarters PL --parent PL --end-use datacenter --format json";
    let (out, err, code) = run(command.args(order.split_whitespace()));
    assert_eq!(code, 0, "{err}");
    let ways: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ways = &ways["to_pass"];
    let supply = ways["supply"].to_string();
    assert!(supply.contains("consignee.lists: none"), "{ways:#}");
    for listed in ["entity-list", "lists=sdn", "lists=mieu"] {
        let offered = format!("{listed}: yes");
        assert!(!ways.to_string().contains(&offered), "{offered}: {ways:#}");
    }
}

#[test]
fn an_input_is_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("orders.csv");
    let text = "id,date,destination,item.chip,quantity\na,2025-06-02,PL,nvidia-h100-sxm5,1\n";
    std::fs::write(&file, text).unwrap();
    let mut command = plain();
    let command = command.arg("decide").arg(&file).arg("-o").arg(&file);
    let (_, err, code) = run(command);
    assert_eq!(code, 1, "{err}");
    assert!(err.contains("write to another file than an input"), "{err}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn to_pass_calls_no_denial_an_improvement() {
    let mut command = plain();
    let order = "explain --to-pass --chip nvidia-h100-sxm5 --quantity 60000 --date 2025-06-01 --view text \
        --to PL --headquarters PL --parent PL --lists none --end-use datacenter --format json";
    let (out, err, code) = run(command.args(order.split_whitespace()));
    assert_eq!(code, 0, "{err}");
    let ways: serde_json::Value = serde_json::from_str(&out).unwrap();
    let ways = &ways["to_pass"];
    let kinds = ["can", "supply", "would_differ_if"].map(|kind| ways[kind].as_array().unwrap());
    assert!(kinds.iter().any(|ways| !ways.is_empty()), "{ways:#}");
    for way in kinds.into_iter().flatten() {
        let says = way["says"].as_str().unwrap();
        assert!(
            !says.contains("denial") && !says.contains("refusal"),
            "{way:#}"
        );
    }
}

#[test]
fn an_id_commands_no_terminal() {
    let input = "id,date,destination,item.chip,quantity\n\u{1b}[31mred,2025-06-02,PL,no-such-chip\u{7},1\n\
                 \u{1b}[31mred,2025-06-02,PL,nvidia-h100-sxm5,1\n";
    let mut command = plain();
    let (out, err, code) = run(command.args(["decide", "-"]).write_stdin(input));
    assert_eq!(code, 2, "{err}");
    assert!(!out.contains(['\u{1b}', '\u{7}']), "{out:?}");
    assert!(!err.contains(['\u{1b}', '\u{7}']), "{err:?}");
    assert!(out.contains("[31mred"), "{out}");
}
