//! `tiergate watch` on small files; every name is invented.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod common;

use std::fs;
use std::path::PathBuf;

use assert_cmd::Command;
use common::{demo, plain, run};
use tempfile::TempDir;

const PARTIES: &str = "\
id,name,country,addresses,directors,phones,banks,incorporated,site_power_mw,known_parent
p1,Velmora Compute Sdn Bhd,MY,\"12 Ferrindale Road, Torolis\",Tessa Orvall,+60 3-5550 1234,MY12 0000 3141,2025-01-10,,
p2,Tessara Systems Sdn Bhd,MY,\"12 Ferrindale Rd., Torolis\",\"Orvall, Tessa\",0060355501234,,2025-01-12,,
p3,Ossolen Data LLC,AE,,,,,2011-05-01,0.4,
p4,Kesovadon Cloud GmbH,DE,,,,,2009-01-01,,kesovadon-holding
p5,Kesovadon Netz GmbH,DE,,,,,2015-01-01,,kesovadon-holding
";
const ORDERS: &str = "\
id,date,consignee,tpp,destination,forwarder
c1,2025-06-02,p1,21000000,MY,Quorin Freight
c2,2025-07-09,p2,19000000,MY,Quorin Freight
c3,2025-08-01,p3,9000000,AE,
c4,2025-09-01,p4,20000000,DE,
c5,2025-10-01,p5,8000000,DE,
c6,2026-10-01,p5,100,DE,
";

struct Files {
    folder: TempDir,
}

impl Files {
    fn new(parties: &str, orders: &str) -> Files {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("parties.csv"), parties).unwrap();
        fs::write(folder.path().join("orders.csv"), orders).unwrap();
        Files { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn watch(&self, mut command: Command, arguments: &[&str]) -> (String, String, i32) {
        command
            .arg("watch")
            .arg("--orders")
            .arg(self.path("orders.csv"));
        command
            .arg("--parties")
            .arg(self.path("parties.csv"))
            .args(arguments);
        run(&mut command)
    }
}

#[test]
fn findings_are_told_in_a_table_most_tpp_first() {
    let files = Files::new(PARTIES, ORDERS);
    let (out, err, code) = files.watch(plain(), &[]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn the_text_lists_all_evidence_and_what_would_clear_it_up() {
    let files = Files::new(PARTIES, ORDERS);
    let (out, err, code) = files.watch(plain(), &["--format", "text", "--watts-per-tpp", "0.1"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out);
}

#[test]
fn json_holds_the_same_findings() {
    let files = Files::new(PARTIES, ORDERS);
    let (out, ..) = files.watch(plain(), &["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let finding = &json["findings"][0];
    assert_eq!(finding["basis"], "linked");
    assert_eq!(finding["years"][0]["tpp"].as_u64(), Some(40_000_000));
    assert_eq!(finding["years"][0]["limit"].as_u64(), Some(26_900_000));
    assert_eq!(finding["years"][0]["cite"], "740.29(a), (d)");
    assert_eq!(finding["members"][1]["consignments"][0], "c2");
    assert_eq!(json["findings"][1]["basis"], "known-parent");
}

#[test]
fn the_limit_is_that_of_the_law_at_the_end_of_each_year() {
    // The small law allows 26,900,000 through 2024 and 50,000,000 from 2025.
    let orders = ORDERS.replace("2025-", "2024-");
    let parties = PARTIES.replace("2025-", "2024-");
    let files = Files::new(&parties, &orders);
    let demo_quota = ["--law", "us", "--quota", "small-orders"];
    let (_, err, code) = files.watch(demo(), &demo_quota);
    assert_eq!(code, 1);
    assert!(err.contains("its quotas are small"), "{err}");
    let (out, err, code) = files.watch(demo(), &["--law", "us", "--quota", "small"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.contains("40,000,000  2024"), "{out}");
    let files = Files::new(PARTIES, ORDERS);
    let (out, ..) = files.watch(demo(), &["--law", "us", "--quota", "small"]);
    assert!(
        out.starts_with("No parties are above the limit together."),
        "{out}"
    );
}

#[test]
fn a_law_without_the_quota_is_refused_and_its_quotas_named() {
    let files = Files::new(PARTIES, ORDERS);
    let (out, err, code) = files.watch(plain(), &["--law", "us:enforced"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("no limit of quota `lpp` under us:enforced"),
        "{err}"
    );
}

#[test]
fn a_limit_may_be_given_and_consignments_after_a_date_left_out() {
    let files = Files::new(PARTIES, ORDERS);
    let (out, ..) = files.watch(plain(), &["--limit", "50000000"]);
    assert!(out.starts_with("No parties are above"), "{out}");
    let (out, ..) = files.watch(plain(), &["--limit", "26900000", "--as-of", "2025-08-31"]);
    assert!(out.contains("p1, p2") && !out.contains("p4, p5"), "{out}");
}

#[test]
fn bad_rows_are_said_with_their_place_and_the_rest_is_watched() {
    let orders = format!(
        "{ORDERS}c7,2025-13-01,p1,1,MY,\nc8,2025-01-01,p1,1.5,MY,\nc1,2025-01-01,p1,1,MY,\n"
    );
    let files = Files::new(&PARTIES.replace(",AE,", ",Emirates,"), &orders);
    let (out, err, code) = files.watch(plain(), &[]);
    assert_eq!(code, 2);
    assert!(out.contains("p1, p2"), "{out}");
    for said in [
        "orders.csv, line 8, date: found `2025-13-01`, expected a date such as 2026-03-31",
        "orders.csv, line 9, tpp: found `1.5`, expected a whole number of TPP",
        "orders.csv, line 10, id: `c1` stands twice; the first row is kept",
        "parties.csv, line 4, country: found `Emirates`, expected a country code such as PL",
        "1 consignee is not in",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
}

#[test]
fn a_file_that_is_not_there_ends_with_two() {
    let files = Files::new(PARTIES, ORDERS);
    fs::remove_file(files.path("parties.csv")).unwrap();
    let (_, err, code) = files.watch(plain(), &[]);
    assert_eq!(code, 2, "{err}");
}

#[test]
fn settings_are_read_from_a_file_and_a_wrong_one_is_said() {
    let files = Files::new(PARTIES, ORDERS);
    let settings = files.path("settings.toml");
    fs::write(&settings, "link_from = 0.999\n[checks]\npower = false\n").unwrap();
    let settings = settings.to_str().unwrap();
    let (out, err, code) = files.watch(plain(), &["--settings", settings]);
    assert_eq!(code, 0, "{err}");
    assert!(!out.contains("p1, p2"), "{out}");
    fs::write(settings, "link_form = 0.9\n").unwrap();
    let (_, err, code) = files.watch(plain(), &["--settings", settings]);
    assert_eq!(code, 2);
    assert!(err.contains("link_form"), "{err}");
    let (_, err, code) = files.watch(plain(), &["--from", "40"]);
    assert_eq!(code, 1);
    assert!(err.contains("expected a chance from 0 to 1"), "{err}");
}

#[test]
fn json_lines_are_read_as_csv_is() {
    let files = Files::new(PARTIES, ORDERS);
    let party = |n: u8| {
        format!(
            "{{\"id\": \"p{n}\", \"banks\": [\"MY12 0000 3141\"], \"phones\": [\"+60 3 5550 1234\"]}}\n"
        )
    };
    fs::write(files.path("parties.jsonl"), party(1) + &party(2)).unwrap();
    let order = |n: u8| {
        format!(
            "{{\"id\": \"c{n}\", \"date\": \"2025-0{n}-01\", \"consignee\": \"p{n}\", \"tpp\": 20000000}}\n"
        )
    };
    fs::write(files.path("orders.jsonl"), order(1) + &order(2)).unwrap();
    let mut command = plain();
    command
        .arg("watch")
        .arg("--orders")
        .arg(files.path("orders.jsonl"));
    command.arg("--parties").arg(files.path("parties.jsonl"));
    let (out, err, code) = run(command.args(["--limit", "26900000"]));
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("p1, p2"), "{out}");
}
