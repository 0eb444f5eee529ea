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

#[test]
fn every_claim_of_the_debate_is_told_with_share_effect_and_what_the_model_is_silent_on() {
    let folder = tempfile::tempdir().unwrap();
    let claims = |more: &[&str]| {
        let done = Command::cargo_bin("tiergate")
            .unwrap()
            .args([
                "lab", "claims", "--draws", "3", "--until", "2026-12", "--out",
            ])
            .arg(folder.path().join("run"))
            .args(more)
            .assert()
            .success();
        String::from_utf8(done.get_output().stdout.clone()).unwrap()
    };
    let told: Value = serde_json::from_str(&claims(&["--json"])).unwrap();
    assert_eq!(told["plan"]["draws"], 3);
    let all = told["claims"].as_array().unwrap();
    let ids: Vec<&str> = all.iter().map(|c| c["id"].as_str().unwrap()).collect();
    let wanted: Vec<String> = (1..=12).map(|n| format!("C{n}")).collect();
    assert_eq!(ids, wanted);
    for claim in all {
        for word in ["claim", "measured", "unit", "sentence", "silent_on"] {
            assert!(
                !claim[word].as_str().unwrap().is_empty(),
                "{word} of {claim}"
            );
        }
        assert!(claim["decided_by"].is_array());
        let holds = &claim["holds"];
        match claim["id"] == "C10" {
            true => assert!(holds.is_null(), "{claim}"),
            false => {
                let (low, high) = (holds["low"].as_f64(), holds["high"].as_f64());
                assert!(low.unwrap() < high.unwrap(), "{claim}");
                assert!(
                    claim["sentence"].as_str().unwrap().contains("of draws ("),
                    "{claim}"
                );
            }
        }
    }
    // The same draws, told as text.
    let text = claims(&[]);
    for id in wanted {
        assert!(text.contains(&format!("{id} ")), "{id}");
    }
    assert!(text.contains("Silent on: "), "{text}");
}

#[test]
fn the_laws_of_the_lab_alone_have_no_fault_and_their_examples_pass() {
    let folder = tempfile::tempdir().unwrap();
    let files = tiergate::embedded::law_files(None).unwrap();
    let more = tiergate_lab::built_in::VARIATIONS;
    let more = more.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned()));
    for (name, text) in files.into_iter().chain(more) {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    for command in ["check", "test"] {
        let mut checked = Command::cargo_bin("tiergate").unwrap();
        checked
            .arg("--law-dir")
            .arg(folder.path())
            .args(["law", command]);
        checked.assert().success();
    }
}
