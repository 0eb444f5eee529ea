//! `tiergate parties`, and orders filled in from a register.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::path::{Path, PathBuf};

use common::{plain, run, shared};
use tempfile::TempDir;

const REGISTER: &str = r#"{"id":"p1","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"meridian","kind":"entity","names":[{"text":"Meridian Compute"}],"identifiers":[{"scheme":"XI-LEI","value":"213800MERIDIANCOMP28"}],"locations":[{"country":"MY"}],"headquarters":"MY"}}
{"id":"p2","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"aldersea","kind":"entity","names":[{"text":"Aldersea Holdings"}],"headquarters":"SG"}}
{"id":"p3","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"brackenfab","kind":"entity","names":[{"text":"Brackenfab"}],"headquarters":"CN"}}
{"id":"p4","recorded":"2026-01-05","source":{"name":"company register"},"party":{"id":"keeper","kind":"person","names":[{"text":"Ada Example"}]}}
{"id":"l1","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"aldersea","owned":"meridian","interest":"shares","share":"60","from":"2024-01-01"}}
{"id":"l2","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"brackenfab","owned":"meridian","interest":"shares","share":"40"}}
{"id":"l3","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"keeper","owned":"aldersea","interest":"shares","share":"100"}}
{"id":"l4","recorded":"2026-01-05","source":{"name":"annual report"},"link":{"owner":"brackenfab","owned":"halcyon","interest":"shares","share":"50"}}
"#;

fn file(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

/// Runs and gives standard output, standard error and the exit code.
fn tiergate(args: &[&str], paths: &[(&str, &Path)]) -> (String, String, i32) {
    let paths: Vec<(&str, String)> = paths
        .iter()
        .map(|(flag, path)| (*flag, path.display().to_string()))
        .collect();
    let mut all: Vec<&str> = args.to_vec();
    for (flag, path) in &paths {
        if !flag.is_empty() {
            all.push(flag);
        }
        all.push(path);
    }
    run(plain().args(all))
}

/// The text with runs of spaces and line ends as one space.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_parent_is_told_with_the_way_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let register = file(&folder, "register.jsonl", REGISTER);
    let (out, err, code) = tiergate(
        &[
            "parties",
            "parent",
            "213800MERIDIANCOMP28",
            "--as-of",
            "2026-07-01",
        ],
        &[("--register", &register)],
    );
    assert_eq!((code, err.as_str()), (0, ""));
    let out = flat(&out);
    assert!(
        out.contains(
            "ultimate parent Aldersea Holdings (aldersea) headquarters SG, company register"
        ),
        "{out}"
    );
    assert!(
        out.contains(
            "-> Aldersea Holdings (aldersea): 60 % of shares, from 2024-01-01, annual report"
        ),
        "{out}"
    );
    let (out, ..) = tiergate(
        &[
            "parties",
            "parent",
            "meridian",
            "--as-of",
            "2023-12-31",
            "--format",
            "json",
        ],
        &[("--register", &register)],
    );
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&value["parent"], &value["why"]),
        (&"unknown".into(), &"not-stated".into())
    );
    assert!(value["missing"].as_str().unwrap().contains("60 %"));
}

#[test]
fn the_threshold_and_the_suspension_come_from_the_law() {
    let folder = tempfile::tempdir().unwrap();
    let register = file(&folder, "register.jsonl", REGISTER);
    let on = |day: &str, view: &str| {
        let args = [
            "parties",
            "listed",
            "halcyon",
            "--listed",
            "Brackenfab",
            "--as-of",
            day,
            "--view",
            view,
        ];
        let (out, _, code) = tiergate(&args, &[("--register", &register)]);
        assert_eq!(code, 0);
        flat(&out)
    };
    for (day, said) in [
        ("2025-09-28", "not yet in force on 2025-09-28"),
        ("2025-09-29", "in force on 2025-09-29: 744.11(a)"),
        (
            "2025-11-10",
            "suspended from 2025-11-10 by us-2025-11-affiliates-suspension (90 FR 50857) on 2025-11-10",
        ),
        (
            "2026-11-10",
            "contested: Did the Affiliates rule return on November 10, 2026?",
        ),
    ] {
        let out = on(day, "enforced");
        assert!(
            out.contains("answer caught owned by listed at least 50 %"),
            "{out}"
        );
        assert!(out.contains("caught from 50 % on"), "{out}");
        assert!(out.contains(said), "{out}");
    }
    let args = [
        "parties",
        "listed",
        "meridian",
        "--listed",
        "brackenfab",
        "--as-of",
        "2025-10-01",
    ];
    let (out, ..) = tiergate(&args, &[("--register", &register)]);
    assert!(
        flat(&out).contains("answer not caught owned by listed 40 %"),
        "{out}"
    );
}

#[test]
fn listed_parties_stand_in_a_file_with_their_days() {
    let folder = tempfile::tempdir().unwrap();
    let register = file(&folder, "register.jsonl", REGISTER);
    let listed = file(
        &folder,
        "listed.csv",
        "party,from,to\nBrackenfab,2025-10-05,\nSomebody Else,,\nAldersea Holdings,soon,\n",
    );
    let ask = |day: &str| {
        tiergate(
            &[
                "parties",
                "listed",
                "halcyon",
                "--as-of",
                day,
                "--rest-unlisted",
            ],
            &[("--register", &register), ("--listed", &listed)],
        )
    };
    let (out, err, code) = ask("2025-10-05");
    assert_eq!(code, 2, "a row could not be read");
    assert!(out.contains("caught"), "{out}");
    assert!(
        err.contains("line 4: a day such as 2025-09-29 would be right"),
        "{err}"
    );
    assert!(
        err.contains("1 listed party is not in the register"),
        "{err}"
    );
    let (out, ..) = ask("2025-10-04");
    assert!(flat(&out).contains("answer not caught"), "{out}");
    let lines = file(&folder, "lines.txt", "# listed\nBrackenfab\n");
    let args = ["parties", "listed", "halcyon", "--as-of", "2025-10-04"];
    let (out, _, code) = tiergate(&args, &[("--register", &register), ("--listed", &lines)]);
    assert_eq!(
        (code, flat(&out).contains("answer caught")),
        (0, true),
        "{out}"
    );
}

#[test]
fn an_import_adds_at_the_end_and_changes_nothing_that_stands() {
    let folder = tempfile::tempdir().unwrap();
    let with_fault = format!("{REGISTER}not a statement");
    let register = file(&folder, "register.jsonl", &with_fault);
    let entities = file(
        &folder,
        "entities.csv",
        "LEI,Entity.LegalName,Entity.HeadquartersAddress.Country\n213800BRACKENFABSX27,Brackenfab Pte,SG\n213800BRACKENFABSX28,Wrong,SG\n",
    );
    let (_, err, code) = tiergate(
        &["parties", "import", "--recorded", "2026-05-01"],
        &[("", &entities), ("--register", &register)],
    );
    assert_eq!(code, 2);
    assert!(err.contains("register.jsonl, line 9: "), "{err}");
    assert!(
        err.contains(
            "entities.csv, line 3: `213800BRACKENFABSX28` is no LEI: its check digits would be 27"
        ),
        "{err}"
    );
    let now = std::fs::read_to_string(&register).unwrap();
    let added = now.strip_prefix(&with_fault).expect("what stood stands");
    assert_eq!(
        added.lines().count(),
        2,
        "the end of the last line, and one statement: {added}"
    );
    assert!(
        added
            .contains(r#""recorded":"2026-05-01","source":{"name":"GLEIF level 1, entities.csv"}"#),
        "{added}"
    );
    // A file that cannot be told, or read, leaves the register as it was.
    let other = file(&folder, "other.csv", "a,b\n");
    let (_, err, code) = tiergate(
        &["parties", "import"],
        &[("", &other), ("--register", &register)],
    );
    assert_eq!(code, 2);
    assert!(
        err.contains("say --format gleif-l1, gleif-l2, gleif-exceptions or bods"),
        "{err}"
    );
    assert_eq!(std::fs::read_to_string(&register).unwrap(), now);
    let (_, err, code) = tiergate(
        &["parties", "import"],
        &[("", &register), ("--register", &register)],
    );
    assert_eq!((code, err.contains("is read")), (1, true), "{err}");
}

#[test]
fn who_is_not_there_is_an_error_that_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let register = file(&folder, "register.jsonl", REGISTER);
    let (_, err, code) = tiergate(
        &["parties", "show", "Nobody Ltd"],
        &[("--register", &register)],
    );
    assert_eq!(
        (code, err.trim_end()),
        (
            2,
            "error: no party of the register has the id, identifier or name `Nobody Ltd`"
        )
    );
    let missing = folder.path().join("missing.jsonl");
    let (_, err, code) = tiergate(
        &["parties", "show", "meridian"],
        &[("--register", &missing)],
    );
    assert_eq!((code, err.contains("cannot read")), (2, true), "{err}");
}

#[test]
fn fixtures_are_imported_and_shown() {
    let Some(fixture) = shared("data/ownership/11-anonymous-person.json") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let register = folder.path().join("register.jsonl");
    let (_, err, code) = tiergate(
        &["parties", "import"],
        &[("", &fixture), ("--register", &register)],
    );
    assert_eq!(
        (code, err.contains("1 link, 2 parties")),
        (0, true),
        "{err}"
    );
    let (out, _, code) = tiergate(
        &["parties", "parent", "Opaque Holdings SA"],
        &[("--register", &register)],
    );
    assert_eq!(code, 0);
    assert!(flat(&out).contains("ultimate parent unknown missing who owns or controls Opaque Holdings SA is not identified"), "{out}");
}

const ORDERS: &str = "id,date,destination,quantity,item.chip,consignee.name,consignee.headquarters,consignee.lists,end_uses,intermediaries.1.name,intermediaries.1.lists\n\
    plain,2025-10-01,MY,10,nvidia-h100-sxm5,Meridian Compute,,none,datacenter,,\n\
    stated,2025-10-01,MY,10,nvidia-h100-sxm5,meridian compute,TH,none,datacenter,,\n\
    other,2025-10-01,MY,10,nvidia-h100-sxm5,Somebody Else,,none,datacenter,Brackenfab,none\n";

/// Decisions by order id.
fn decisions(
    args: &[&str],
    paths: &[(&str, &Path)],
) -> (std::collections::HashMap<String, serde_json::Value>, String) {
    let mut all = vec!["decide", "--format", "jsonl"];
    all.extend(args);
    let (out, err, code) = tiergate(&all, paths);
    assert_eq!(code, 0, "{err}");
    let decided = out.lines().map(|l| {
        let value: serde_json::Value = serde_json::from_str(l).unwrap();
        (value["id"].as_str().unwrap().to_owned(), value)
    });
    (decided.collect(), err)
}

fn says(decision: &serde_json::Value, text: &str) -> bool {
    let all = decision["assumptions"].as_array().unwrap();
    all.iter().any(|a| a.as_str().unwrap().contains(text))
}

#[test]
fn orders_are_filled_in_with_the_reason_of_each_fact() {
    let folder = tempfile::tempdir().unwrap();
    let (register, orders) = (
        file(&folder, "register.jsonl", REGISTER),
        file(&folder, "orders.csv", ORDERS),
    );
    let paths: &[(&str, &Path)] = &[("", &orders), ("--parties", &register)];
    let (all, err) = decisions(&["--listed", "brackenfab"], paths);
    let of = |id: &str| &all[id];
    assert!(says(
        of("plain"),
        "consignee.headquarters = MY (by the register: Meridian Compute, company register)"
    ));
    assert!(says(
        of("plain"),
        "consignee.parent = SG (by the register: Meridian Compute -> Aldersea Holdings (60 % of shares, from 2024-01-01, annual report)"
    ));
    assert!(says(
        of("plain"),
        "consignee.parent_name = Aldersea Holdings"
    ));
    assert!(says(
        of("plain"),
        "consignee.listed_ownership_pct = 40 (by the register: 40 %: Brackenfab (40 % of shares, annual report))"
    ));
    // What is stated wins, and the difference is told.
    assert!(says(
        of("stated"),
        "consignee.headquarters = TH (as stated; the register has MY"
    ));
    assert!(
        err.contains(
            "warning: order `stated`: consignee.headquarters = TH (as stated; the register has MY"
        ),
        "{err}"
    );
    assert!(err.contains("of 3 parties filled in"), "{err}");
    // A party the register does not have is left as it is; its intermediary is filled in.
    assert!(!says(of("other"), "consignee.headquarters"));
    assert!(says(of("other"), "intermediaries.1.headquarters = CN"));
    // Stating the same facts gives the same outcome.
    let stated = file(
        &folder,
        "stated.csv",
        "id,date,destination,quantity,item.chip,consignee.name,consignee.location,consignee.headquarters,consignee.parent,consignee.parent_name,consignee.lists,consignee.listed_ownership_pct,end_uses\n\
         plain,2025-10-01,MY,10,nvidia-h100-sxm5,Meridian Compute,MY,MY,SG,Aldersea Holdings,none,40,datacenter\n",
    );
    let (by_hand, _) = decisions(&[], &[("", &stated)]);
    for field in ["outcome", "missing", "possible", "requirements", "review"] {
        assert_eq!(of("plain")[field], by_hand["plain"][field], "{field}");
    }
}

#[test]
fn every_form_of_orders_and_answers_is_filled_in_alike() {
    let folder = tempfile::tempdir().unwrap();
    let (register, csv) = (
        file(&folder, "register.jsonl", REGISTER),
        file(&folder, "orders.csv", ORDERS),
    );
    let jsonl = file(
        &folder,
        "orders.jsonl",
        r#"{"id":"plain","date":"2025-10-01","destination":"MY","quantity":10,"item":{"chip":"nvidia-h100-sxm5"},"consignee":{"name":"Meridian Compute","lists":[]},"end_uses":["datacenter"]}"#,
    );
    let row = |orders: &Path| {
        let (out, _, code) = tiergate(
            &["decide", "--format", "csv", "--assume", "screened"],
            &[("", orders), ("--parties", &register)],
        );
        assert_eq!(code, 0);
        out.lines()
            .find(|l| l.starts_with("plain,"))
            .unwrap()
            .to_owned()
    };
    assert_eq!(row(&csv), row(&jsonl));
    assert!(row(&csv).contains("no-license-required"), "{}", row(&csv));
    // Without the register the headquarters are missing.
    let (out, ..) = tiergate(
        &["decide", "--format", "csv", "--assume", "screened"],
        &[("", &csv)],
    );
    assert!(
        out.lines()
            .any(|l| l.starts_with("plain,") && l.contains("indeterminate")),
        "{out}"
    );
}

#[test]
fn a_register_with_faults_is_told_and_the_rest_is_used() {
    let folder = tempfile::tempdir().unwrap();
    let register = file(
        &folder,
        "register.jsonl",
        &format!("{REGISTER}{{\"id\":\"x\"}}\n"),
    );
    let orders = file(&folder, "orders.csv", ORDERS);
    let (_, err, code) = tiergate(&["decide"], &[("", &orders), ("--parties", &register)]);
    assert_eq!(code, 2);
    assert!(err.contains("line 9: missing field"), "{err}");
    assert!(err.contains("3 orders decided"), "{err}");
}

#[test]
fn the_page_shows_what_the_program_prints() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let page = std::fs::read_to_string(format!("{root}/docs/parties.md")).unwrap();
    let listed = ["--listed", "examples/parties/listed.csv"];
    for (args, more) in [
        (
            ["parties", "parent", "meridian", "--as-of", "2025-10-15"],
            &[][..],
        ),
        (
            ["parties", "parent", "brackenfab", "--as-of", "2025-10-15"],
            &[][..],
        ),
        (
            ["parties", "listed", "cinderlane", "--as-of", "2025-10-15"],
            &listed[..],
        ),
        (
            ["parties", "listed", "cinderlane", "--as-of", "2026-05-01"],
            &["--rest-unlisted", listed[0], listed[1]][..],
        ),
    ] {
        let mut command = plain();
        command.current_dir(root).args(args).args(more);
        command.args(["--register", "examples/parties/register.jsonl"]);
        let (out, err, code) = run(&mut command);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(
            page.contains(&out),
            "docs/parties.md does not show, of {args:?}:\n{out}"
        );
    }
}
