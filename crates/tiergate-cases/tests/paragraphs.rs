//! Paragraphs stand in the law's data, and in no program that reads it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

/// Where programs and pages say what the law says.
const PLACES: [&str; 5] = [
    "tiergate-lab/src",
    "tiergate-cases/src",
    "tiergate-server/src",
    "tiergate-server/templates",
    "tiergate/src/serve",
];

fn files(under: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(under).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path
            .extension()
            .is_some_and(|e| e == "rs" || e == "html" || e == "txt")
        {
            found.push(path);
        }
    }
}

/// The lines that run or are shown: no comments, no tests, and not the invented text of a demo.
fn live(path: &Path) -> Vec<(usize, String)> {
    if path.file_name().is_some_and(|name| name == "demo.rs") {
        return Vec::new();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let before_tests = text.split("#[cfg(test)]").next().unwrap();
    let lines = before_tests.lines().enumerate();
    let lines = lines.filter(|(_, line)| {
        let line = line.trim_start();
        !line.starts_with("//") && !line.starts_with("{#")
    });
    lines.map(|(at, line)| (at + 1, line.to_owned())).collect()
}

/// Whether a text names a paragraph: a section of parts 730 to 774, an order or a statute.
fn names_a_paragraph(line: &str) -> bool {
    let section = |at: usize| {
        let rest = &line.as_bytes()[at..];
        let before = line[..at].chars().next_back();
        let own = before.is_none_or(|c| !c.is_alphanumeric() && c != '.');
        let [b'7', tens @ b'3'..=b'7', ones, b'.', next, ..] = rest else {
            return false;
        };
        let part = (u32::from(*tens) - 48) * 10 + u32::from(*ones).saturating_sub(48);
        own && ones.is_ascii_digit() && (30..=74).contains(&part) && next.is_ascii_digit()
    };
    let others = ["E.O. ", "CFR ", "U.S.C. ", "part 7", "supplement no. "];
    line.char_indices().any(|(at, _)| section(at)) || others.iter().any(|o| line.contains(o))
}

#[test]
fn no_paragraph_stands_in_a_program_or_on_a_page() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = Vec::new();
    for place in PLACES {
        files(&crates.join(place), &mut all);
    }
    assert!(all.len() > 100, "only {} files were looked at", all.len());
    let mut found = Vec::new();
    for path in &all {
        for (at, line) in live(path) {
            if names_a_paragraph(&line) {
                found.push(format!("{}:{at}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(
        found.is_empty(),
        "the law's steps and values say their paragraphs; take them from there:\n{}",
        found.join("\n")
    );
}

#[test]
fn a_paragraph_is_known_by_its_form() {
    for named in [
        "under(\"750.7(c)\")",
        "<label>Items of 742.6(a)(6)</label>",
        "\"E.O. 12981\"",
        "\"part 748\"",
    ] {
        assert!(names_a_paragraph(named), "{named}");
    }
    for other in ["(612.0, 792.0)", "v1.750.4", "2026.750", "1750.4", "780.1"] {
        assert!(!names_a_paragraph(other), "{other}");
    }
}
