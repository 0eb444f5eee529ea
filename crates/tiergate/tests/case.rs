//! `tiergate case`: cases from files of events.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::process::{Command, Output};

fn tiergate(args: &[&str]) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    Command::new(env!("CARGO_BIN_EXE_tiergate"))
        .current_dir(root)
        .args(args)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_timeline_shows_events_and_due_days_with_their_computation() {
    let out = tiergate(&[
        "case",
        "timeline",
        "examples/cases/worst.jsonl",
        "--as-of",
        "2026-02-20",
    ]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let shown = text(&out.stdout);
    assert!(
        shown.contains("registered 2026-01-05 + 9 days = 2026-01-14"),
        "{shown}"
    );
    // What came after the day asked about is not seen.
    assert!(
        !shown.contains("advised") && !shown.contains("2026-03-25  president"),
        "{shown}"
    );
}

#[test]
fn a_timeline_is_json_for_programs() {
    let out = tiergate(&[
        "case",
        "timeline",
        "examples/cases/clean.jsonl",
        "--format",
        "jsonl",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["closed"]["how"], "approved");
    let step = json["steps"]
        .as_array()
        .unwrap()
        .iter()
        .find(|s| s["step"] == "license-recommendation");
    assert_eq!(step.unwrap()["due"], "2026-03-07");
}

#[test]
fn a_check_names_line_event_and_what_would_be_right() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    let good = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../examples/cases/clean.jsonl"
    ))
    .unwrap();
    let second = "{\"id\":\"x\",\"case\":\"Z-1\",\"day\":\"2027-03-01\",\"at\":\"2027-03-01T12:00:00Z\",\
         \"actor\":{\"id\":\"officer-1\",\"role\":\"licensing-officer\"},\"what\":{\"referred\":{\"agencies\":[\"Defense\"]}}}";
    std::fs::write(&path, format!("{good}{second}\nnonsense\n")).unwrap();
    let path = path.to_string_lossy().into_owned();
    let out = tiergate(&["case", "check", &path]);
    assert_eq!(out.status.code(), Some(2));
    let said = text(&out.stderr);
    assert!(said.contains(":13: case `Z-1`, event `x`, `referred`: the case was approved on 2026-02-22; open a new case"), "{said}");
    assert!(said.contains(":14: expected"), "{said}");
    assert_eq!(text(&out.stdout), "12 events of 1 case may be; 2 may not\n");
    let out = tiergate(&["case", "check", "examples/cases/worst.jsonl"]);
    assert!(out.status.success(), "{}", text(&out.stderr));
    let out = tiergate(&["case", "check", "none.jsonl"]);
    assert_eq!(out.status.code(), Some(2));
}

#[test]
fn every_example_may_be_and_its_timeline_shows_each_deadline() {
    // The case's file, a day to look at it, and what is shown on that day.
    let shown: [(&str, &[&str]); 7] = [
        (
            "worst.jsonl",
            &["registered 2026-01-05 + 90 days + 26 days not counted"],
        ),
        ("clean.jsonl", &["approved on 2026-02-22; 20 days counted"]),
        (
            "veu.jsonl",
            &[
                "referred 2025-02-05 + 30 days = 2025-03-07",
                "voted: erc against",
            ],
        ),
        (
            "veu-escalated.jsonl",
            &[
                "erc-decided: deny",
                "erc-decided 2025-03-14 + 5 days = 2025-03-19",
                "acep-appealed 2025-03-19 + 11 days = 2025-03-30",
                "approved on 2025-04-10",
            ],
        ),
        (
            "answers.jsonl",
            &[
                "registered 2024-05-06 + 25 days + 4 days not counted",
                "registered 2026-03-02 + 14 days = 2026-03-16",
                "registered 2026-03-02 + 30 days = 2026-04-01",
                "answered: go",
            ],
        ),
        (
            "agreement.jsonl",
            &[
                "2026-05-31  controls    done 2026-06-02, 2 late  export controls of its own",
                "unlocked: twice the allocation",
            ],
        ),
        ("reports.jsonl", &["2025-07-15", "done 2025-07-18, 3 late"]),
    ];
    for (name, lines) in shown {
        let path = format!("examples/cases/{name}");
        // Reports of the rule that is not enforced are those of the law as printed.
        let law = if name == "reports.jsonl" {
            "us:text"
        } else {
            "us"
        };
        let check = tiergate(&["case", "check", &path, "--law", law]);
        assert!(check.status.success(), "{name}: {}", text(&check.stderr));
        let out = tiergate(&["case", "timeline", &path, "--law", law]);
        let out = text(&out.stdout);
        for line in lines {
            assert!(out.contains(line), "{name}: {line}\n{out}");
        }
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/cases");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), shown.len());
}

#[test]
fn an_agreement_unlocks_nothing_while_a_concession_is_open() {
    let path = "examples/cases/agreement.jsonl";
    let out = tiergate(&["case", "timeline", path, "--as-of", "2026-06-20"]);
    let out = text(&out.stdout);
    assert!(out.contains("approved on 2026-06-11"), "{out}");
    assert!(
        out.contains("unlocks, once every concession is met: twice the allocation"),
        "{out}"
    );
    let out = tiergate(&[
        "case",
        "timeline",
        path,
        "--as-of",
        "2026-06-01",
        "--format",
        "jsonl",
    ]);
    let json: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert_eq!(json["concessions"][0]["stands"], "overdue by 1");
    assert_eq!(json["unlocked"], serde_json::Value::Null);
}
