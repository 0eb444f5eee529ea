//! Rehearses all regimes and writes their page, with findings that are made up: `cargo run -p tiergate-lab
//! --example report -- FOLDER FILE DRAWS`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

#[path = "../tests/common/mod.rs"]
mod common;
#[path = "../tests/common/found.rs"]
mod found;

use tiergate_lab::compared::compare;
use tiergate_lab::report::{Report, html};
use tiergate_lab::{Asked, Month, Setup, regime_laws};

fn main() {
    let mut words = std::env::args().skip(1);
    let (folder, file) = (words.next().unwrap(), words.next().unwrap());
    let asked = Asked {
        laws: regime_laws().unwrap(),
        draws: words.next().unwrap().parse().unwrap(),
        seed: 1,
        until: Month::read("2029-12").unwrap(),
        settings: Vec::new(),
        prior: false,
    };
    let setup = Setup::new(&common::desk(), &asked).unwrap();
    let results = setup.run(folder.as_ref(), &|_| {}).unwrap();
    let rows = compare(&setup, &results).unwrap();
    let page = html(&Report {
        setup: &setup,
        results: &results,
        rows: &rows,
        claims: &found::claims(),
        targets: &found::targets(),
        influences: &found::influences(),
        command: "tiergate lab compare --draws 16",
        made: "2026-11-26",
    });
    std::fs::write(file, page.unwrap()).unwrap();
}
