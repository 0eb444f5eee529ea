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
