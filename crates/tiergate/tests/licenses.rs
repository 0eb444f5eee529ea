//! What comes in from elsewhere is what `deny.toml` lets in, as `cargo deny` would hold it to; read
//! off `cargo metadata`, without a network.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn policy() -> toml::Table {
    let text = std::fs::read_to_string(root().join("deny.toml")).unwrap();
    text.parse().unwrap()
}

/// The platform this is built on: what no build here needs may never have been downloaded.
fn platform() -> String {
    let output = Command::new("rustc").arg("-vV").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let mut lines = said.lines();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    host.expect(&said).to_owned()
}

/// Every package a build on this platform needs, those of tests included.
fn packages() -> Vec<Value> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root());
    cargo.args(["metadata", "--format-version", "1", "--locked", "--offline"]);
    let output = cargo
        .args(["--filter-platform", &platform()])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// Whether a license expression can be met with allowed licenses alone.
fn allowed(expression: &str, allow: &dyn Fn(&str) -> bool) -> bool {
    // The slash is how "or" was once written.
    let spaced = expression
        .replace('/', " OR ")
        .replace('(', " ( ")
        .replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let holds = any(&words, &mut at, allow);
    assert_eq!(at, words.len(), "`{expression}` is no license expression");
    holds
}

fn any(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let mut holds = all(words, at, allow);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        holds |= all(words, at, allow);
    }
    holds
}

fn all(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let mut holds = one(words, at, allow);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        holds &= one(words, at, allow);
    }
    holds
}

fn one(words: &[&str], at: &mut usize, allow: &dyn Fn(&str) -> bool) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let holds = any(words, at, allow);
        assert_eq!(words.get(*at), Some(&")"));
        *at += 1;
        return holds;
    }
    // An exception only widens what a license permits; it is named whole all the same.
    if words.get(*at) == Some(&"WITH") {
        let whole = format!("{word} WITH {}", words.get(*at + 1).unwrap_or(&""));
        *at += 2;
        return allow(&whole);
    }
    allow(word)
}

#[test]
fn a_license_expression_is_read_as_it_is_meant() {
    let allow = |license: &str| matches!(license, "MIT" | "Apache-2.0" | "Unicode-3.0");
    for (expression, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("MIT OR GPL-3.0", true),
        ("MIT/Apache-2.0", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("GPL-3.0 OR (MIT AND Apache-2.0)", true),
        ("Apache-2.0 WITH LLVM-exception", false),
        ("Apache-2.0 WITH LLVM-exception OR MIT", true),
    ] {
        assert_eq!(allowed(expression, &allow), expected, "{expression}");
    }
}

#[test]
fn every_dependency_has_a_license_that_is_allowed() {
    let policy = policy();
    let list = policy["licenses"]["allow"].as_array().unwrap();
    let allow = |license: &str| list.iter().any(|l| l.as_str() == Some(license));
    let packages = packages();
    assert!(packages.len() > 50, "{}", packages.len());
    let refused: Vec<String> = packages
        .iter()
        .filter(|p| !p["license"].as_str().is_some_and(|l| allowed(l, &allow)))
        .map(|p| format!("{} {}: {}", name(p), p["version"], p["license"]))
        .collect();
    assert_eq!(refused, Vec::<String>::new());
}

#[test]
fn no_dependency_is_banned_or_from_elsewhere() {
    let policy = policy();
    let banned = policy["bans"]["deny"].as_array().unwrap();
    let banned = |package: &str| banned.iter().any(|b| b["crate"].as_str() == Some(package));
    for package in packages() {
        assert!(
            !banned(name(&package)),
            "{} is banned by deny.toml",
            name(&package)
        );
        let Some(source) = package["source"].as_str() else {
            continue;
        };
        let registry = "registry+https://github.com/rust-lang/crates.io-index";
        assert_eq!(source, registry, "{}", name(&package));
        for needed in package["dependencies"].as_array().unwrap() {
            assert!(needed["path"].is_null(), "{} needs a path", name(&package));
        }
    }
}

#[test]
fn no_crate_of_ours_asks_for_any_version() {
    for package in packages().iter().filter(|p| p["source"].is_null()) {
        for needed in package["dependencies"].as_array().unwrap() {
            let any = needed["req"] == "*" && needed["path"].is_null();
            assert!(
                !any,
                "{} asks for any version of {}",
                name(package),
                needed["name"]
            );
        }
    }
}
