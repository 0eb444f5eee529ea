//! `tiergate screen`, on a small list of invented parties.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::PathBuf;

use common::{plain, run, shared};
use serde_json::Value;

fn list() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/screening/list.json")
}

fn screen(arguments: &[&str]) -> (String, String, i32) {
    run(plain()
        .env_remove("TIERGATE_LIST")
        .arg("screen")
        .args(arguments))
}

fn screen_list(arguments: &[&str]) -> (String, String, i32) {
    run(plain()
        .env("TIERGATE_LIST", list())
        .arg("screen")
        .args(arguments))
}

#[test]
fn a_hit_comes_with_its_list_citation_requirement_and_why() {
    let (out, _, code) = screen_list(&["Institute ARKONA", "--country", "ru"]);
    assert_eq!(code, 0);
    for part in [
        "Institute ARKONA (RU)",
        "lists: unknown, 1 of 1 hit to decide",
        "Arkona NII  [EL-",
        "another name of Arkona Research Institute of Precision Electronics",
        "15 CFR 744.16 and supplement no. 4 to part 744; 89 FR 10001",
        "requires: For all items subject to the EAR.",
        "review: Presumption of denial",
        "country: the same, RU",
        "why: arkona; institute; only there: research",
    ] {
        assert!(out.contains(part), "{part}:\n{out}");
    }
}

#[test]
fn a_name_near_nothing_is_on_no_list_and_one_that_cannot_be_read_is_unknown() {
    let (out, _, code) = screen_list(&["Vektor Optics", "???", "--format", "jsonl"]);
    assert_eq!(code, 0);
    let lists: Vec<Value> = out
        .lines()
        .map(|l| serde_json::from_str::<Value>(l).unwrap()["lists"].clone())
        .collect();
    assert_eq!(lists, [Value::Array(vec![]), Value::Null]);
}

#[test]
fn no_list_is_an_error_that_says_where_there_is_one() {
    let (_, err, code) = screen(&["Arkona"]);
    assert_eq!(code, 1);
    assert!(
        err.contains("api.trade.gov") && err.contains("TIERGATE_LIST"),
        "{err}"
    );
    let (_, err, code) = screen(&["Arkona", "--list", "no-such-file"]);
    assert_eq!(code, 2);
    assert!(err.contains("cannot read no-such-file"), "{err}");
}

#[test]
fn pairs_keep_their_columns_and_a_bad_row_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairs.csv");
    fs::write(
        &file,
        "id,left,right,note\n1,Ivan Sidorov,Сидоров Иван,\"a, b\"\n2,short\n3,Arkona,Vektor,\n",
    )
    .unwrap();
    let (out, err, code) = screen(&["--pairs", file.to_str().unwrap()]);
    assert_eq!(code, 2);
    assert!(err.contains("line 3: found 2 values, expected 4"), "{err}");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines[0], "id,left,right,note,score");
    assert!(
        lines[1].starts_with("1,Ivan Sidorov,Сидоров Иван,\"a, b\",0.9"),
        "{out}"
    );
    assert_eq!(lines[2], "3,Arkona,Vektor,,0.0000");
}

#[test]
fn a_decision_is_kept_until_the_list_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (log, new, parties) = (
        folder.path().join("log.jsonl"),
        folder.path().join("new.json"),
        folder.path().join("parties.csv"),
    );
    let text = fs::read_to_string(list()).unwrap();
    fs::write(
        &new,
        text.replace("88 FR 20002", "88 FR 20003")
            .replace("Lomas Trading", "Tarn Trading"),
    )
    .unwrap();
    fs::write(
        &parties,
        "name,country\nСидоров Иван,RU\nLomas Trading,\nTarn Trading,\n,RU\n",
    )
    .unwrap();
    let (out, ..) = screen_list(&["Сидоров Иван", "--format", "json"]);
    let value: Value = serde_json::from_str(&out).unwrap();
    let entry = value[0]["hits"][0]["entry"].as_str().unwrap();
    let log = log.to_str().unwrap();
    let decide = [
        "adjudicate",
        "Сидоров Иван",
        "--country",
        "RU",
        "--entry",
        entry,
        "--verdict",
        "true",
        "--reason",
        "same address",
        "--who",
        "M. Lind",
        "--when",
        "2026-08-03",
        "--adjudications",
        log,
    ];
    let (_, err, code) = screen_list(&decide);
    assert_eq!(code, 0, "{err}");
    let (out, ..) = screen_list(&["Сидоров Иван", "--country", "RU", "--adjudications", log]);
    assert!(
        out.contains("lists: denied-persons")
            && out.contains("decided: it is this party, same address (M. Lind, 2026-08-03)"),
        "{out}"
    );

    let (out, err, code) = screen(&[
        "--rescreen",
        list().to_str().unwrap(),
        "--list",
        new.to_str().unwrap(),
        "--file",
        parties.to_str().unwrap(),
        "--adjudications",
        log,
        "--format",
        "csv",
    ]);
    assert_eq!(code, 2);
    assert!(err.contains("line 5, name: the name is empty"), "{err}");
    let changes: Vec<(&str, &str)> = out
        .lines()
        .skip(1)
        .map(|l| {
            let cells: Vec<&str> = l.split(',').collect();
            (cells[1], cells[3])
        })
        .collect();
    assert_eq!(
        changes,
        [
            ("Сидоров Иван", "lapsed"),
            ("Lomas Trading", "gone"),
            ("Tarn Trading", "new")
        ]
    );
}

#[test]
fn every_party_that_an_order_names_is_screened() {
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("orders.jsonl");
    fs::write(&lines, "{\"id\":\"o1\",\"item\":{\"name\":\"no party\"},\"consignee\":{\"name\":\"Lomas Trading FZE\",\"location\":\"AE\",\"parent_name\":\"Arkona NII\"},\"intermediaries\":[{\"name\":\"Salim Haddad\"}]}\n").unwrap();
    let csv = folder.path().join("orders.csv");
    fs::write(&csv, "id,item.name,consignee.name,consignee.location,consignee.parent_name,intermediaries.1.name\no1,no party,Lomas Trading FZE,AE,Arkona NII,Salim Haddad\n").unwrap();
    for file in [lines, csv] {
        let (out, err, code) =
            screen_list(&["--file", file.to_str().unwrap(), "--format", "jsonl"]);
        assert_eq!(code, 0, "{err}");
        let mut told: Vec<String> = out
            .lines()
            .map(|line| {
                let value: Value = serde_json::from_str(line).unwrap();
                assert_eq!(value["hits_in_all"], 1, "{line}");
                format!(
                    "{}: {}",
                    value["label"].as_str().unwrap(),
                    value["party"]["name"].as_str().unwrap()
                )
            })
            .collect();
        told.sort();
        assert_eq!(
            told,
            [
                "o1 consignee.parent: Arkona NII",
                "o1 consignee: Lomas Trading FZE",
                "o1 intermediaries.1: Salim Haddad"
            ]
        );
    }
}

#[test]
fn the_real_list_is_screened_against() {
    let Some(file) = shared("data/screening/consolidated-screening-list-2026-07-31.json") else {
        eprintln!("skipped: the list is not beside the repository");
        return;
    };
    let (out, err, code) = screen(&[
        "Vantorian Larkworks of Nowhere",
        "--list",
        file.to_str().unwrap(),
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("25,921 parties"), "{out}");
}
