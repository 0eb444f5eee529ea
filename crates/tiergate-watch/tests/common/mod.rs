//! Small books for the tests; every name is invented.

use jiff::civil::Date;
use tiergate_watch::{Book, Consignment, Limits, Party, Report, Settings, watch};

/// The limit of the tests.
pub const LIMIT: u64 = 1_000;

/// A party `p1`, `p2` and so on.
pub fn party(number: usize) -> Party {
    Party::new(&format!("p{number}"), &format!("Velmora {number}"), "MY")
}

/// A consignment to party `number`.
pub fn to(number: usize, date: &str, tpp: u64) -> Consignment {
    let date: Date = date.parse().unwrap();
    Consignment::new(
        &format!("c-{number}-{date}-{tpp}"),
        date,
        &format!("p{number}"),
        tpp,
    )
}

/// The limit in both years of the tests.
pub fn limits() -> Limits {
    Limits::new([(2025, LIMIT, "Demo 1(a)"), (2026, LIMIT, "Demo 1(a)")])
}

/// What is found, with the settings as they are.
#[allow(dead_code, reason = "not every test needs it")]
pub fn found(parties: Vec<Party>, orders: Vec<Consignment>) -> Report {
    watch(&Book::new(parties, orders), &limits(), &Settings::default())
}

/// Ids of each finding.
#[allow(dead_code, reason = "not every test needs it")]
pub fn groups(report: &Report) -> Vec<Vec<String>> {
    let ids = |f: &tiergate_watch::Finding| f.ids().map(str::to_owned).collect();
    report.findings.iter().map(ids).collect()
}
