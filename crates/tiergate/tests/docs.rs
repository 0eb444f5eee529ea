//! What is generated into the documents is what the program prints today.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

use std::process::Command;

#[test]
fn the_coverage_page_is_current() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let printed = Command::new(env!("CARGO_BIN_EXE_tiergate"))
        .args(["law", "coverage"])
        .output()
        .unwrap();
    let faults = String::from_utf8_lossy(&printed.stderr).into_owned();
    assert!(printed.status.success(), "{faults}");
    let kept = std::fs::read_to_string(format!("{root}/docs/coverage.md")).unwrap();
    let now = String::from_utf8(printed.stdout).unwrap();
    assert!(kept == now, "run: tiergate law coverage > docs/coverage.md");
}

#[test]
fn the_pages_of_differences_are_current() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_tiergate"))
        .args(["diff", "--as-of", "2026-11-01", "--limit", "25", "--pages"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    let names = |folder: &std::path::Path| -> Vec<String> {
        let files = std::fs::read_dir(folder).unwrap();
        let mut names: Vec<String> = files
            .map(|f| f.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let kept = std::path::PathBuf::from(format!("{root}/docs/differences"));
    let remedy = "run: tiergate diff --pages docs/differences --as-of 2026-11-01 --limit 25";
    assert_eq!(names(folder.path()), names(&kept), "{remedy}");
    for name in names(&kept) {
        let read = |folder: &std::path::Path| std::fs::read_to_string(folder.join(&name)).unwrap();
        assert!(read(folder.path()) == read(&kept), "{name}; {remedy}");
    }
}
