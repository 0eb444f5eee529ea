//! `tiergate lab`: what rehearsals rest on, listed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use assert_cmd::Command;
use serde_json::Value;

fn lab(args: &[&str]) -> String {
    let mut command = Command::cargo_bin("tiergate").unwrap();
    let done = command
        .args(["lab", "parameters"])
        .args(args)
        .assert()
        .success();
    String::from_utf8(done.get_output().stdout.clone()).unwrap()
}

#[test]
fn every_parameter_is_listed_with_its_range_and_where_it_comes_from() {
    let all = tiergate_lab::built_in::parameters().unwrap();
    let text = lab(&[]);
    for parameter in all.all() {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("{} ", parameter.id)));
        let line = line.unwrap_or_else(|| panic!("{} is not listed", parameter.id));
        assert!(line.contains(parameter.known.word()), "{line}");
        assert!(line.contains(&parameter.range[1].to_string()), "{line}");
    }
}

#[test]
fn words_and_what_is_assumed_narrow_the_list() {
    let text = lab(&["smuggled", "--json"]);
    let told: Value = serde_json::from_str(&text).unwrap();
    let ids: Vec<&str> = told
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert!(
        ids.contains(&"grey.detection") && !ids.contains(&"licensing.applications"),
        "{ids:?}"
    );
    let told: Value = serde_json::from_str(&lab(&["--assumed", "--json"])).unwrap();
    assert!(
        told.as_array()
            .unwrap()
            .iter()
            .all(|p| p["known"] == "assumed")
    );
}
