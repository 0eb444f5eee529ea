//! The fuzz targets over their seeds and random mutations of them, for machines without libFuzzer.
//!
//! `FUZZ_ITERATIONS` sets how many mutations each target gets; by default 20,000.

#![allow(clippy::unwrap_used)]

use tiergate_fuzz::mutate::run;

const WORDS: &[&str] = &[
    "[[group]]\nid = \"A\"\ncite = \"x\"\nmembers = [\"CN\"]\n",
    "[[definition]]\nid = \"d\"\ncite = \"x\"\nwhen = \"d\"\n",
    "when = \"tpp >= 1\"",
    "operation = \"repeal\"\n",
    "\n# ---\n",
    "1e400",
    "-1",
    "NaN",
    "\u{feff}",
    "\u{e9}",
    "\\u00e9",
    "\"\"\"",
    "\r\n",
    "not ",
    " and ",
    " - {HK}",
    "any_party.listed_ownership_pct",
    "10000000000000000000000000000 * tpp + ",
    "item in 3A090.b",
    "{\"a\":",
    "[[[[",
    "null",
    "intermediaries",
    ",,,,",
];

fn seeds(folder: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> =
        std::fs::read_dir(format!("{}/seeds/{folder}", env!("CARGO_MANIFEST_DIR")))
            .unwrap()
            .map(|e| e.unwrap().path())
            .collect();
    paths.sort();
    paths
        .into_iter()
        .map(|p| std::fs::read(p).unwrap())
        .collect()
}

fn iterations() -> usize {
    std::env::var("FUZZ_ITERATIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(20_000)
}

#[test]
fn any_text_is_a_law_or_has_faults_that_can_be_shown() {
    run(seeds("law"), WORDS, iterations(), tiergate_fuzz::law);
}

#[test]
fn any_bytes_are_orders_or_rows_that_can_be_reported() {
    run(seeds("orders"), WORDS, iterations(), tiergate_fuzz::orders);
}

#[test]
fn any_bytes_are_a_register_or_lines_that_can_be_reported() {
    run(
        seeds("parties"),
        WORDS,
        iterations(),
        tiergate_fuzz::parties,
    );
}

#[test]
fn any_facts_are_decided_as_the_reference_decides_them() {
    let mut random = tiergate_fuzz::mutate::Random::new(7);
    let seeds: Vec<Vec<u8>> = (0..200)
        .map(|_| {
            (0..400)
                .map(|_| u8::try_from(random.below(256)).unwrap())
                .collect()
        })
        .collect();
    run(seeds, &[], iterations(), tiergate_fuzz::decide);
}

#[test]
fn any_text_is_screened_and_any_two_names_have_a_score() {
    run(seeds("screening"), WORDS, iterations() / 4, tiergate_fuzz::screening);
}
