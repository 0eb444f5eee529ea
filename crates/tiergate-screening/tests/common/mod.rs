//! What the tests share.

use std::path::PathBuf;

use tiergate_screening::List;

/// The real list, if it lies beside the repository; else the test says that it is skipped.
#[allow(dead_code, reason = "not every test needs it")]
pub fn real_list() -> Option<List> {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data/screening/consolidated-screening-list-2026-07-31.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: there is no list at {}", file.display());
        return None;
    };
    let (list, faults) = List::read(&text).expect("the list reads");
    assert_eq!(faults, []);
    Some(list)
}

/// A number that looks random and is always the same.
#[allow(dead_code, reason = "not every test needs it")]
pub fn scatter(at: usize) -> usize {
    let mixed = (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::try_from(mixed >> 33).expect("31 bits")
}
