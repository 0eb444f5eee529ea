//! The checks that are measured: the watch, parts of it alone, and two plain baselines.

use std::collections::HashMap;

use tiergate_watch::{Basis, Book, Checks, Limits, Report, Settings, watch};

use crate::firm::{Firm, YEAR};
use crate::market::LIMIT;

/// What a check says of a party: whether it would hold it up, and its rank.
pub type Says = HashMap<String, (bool, f64)>;

/// The checks, in the order of the table.
pub const NAMES: [&str; 7] = [
    "all checks",
    "links alone",
    "links and bunching",
    "links and velocity",
    "bunching alone, no links",
    "velocity alone, no links",
    "baseline: same address",
];

const NONE: Checks = Checks {
    links: false,
    bunching: false,
    velocity: false,
    forwarder: false,
    power: false,
};

pub fn limits() -> Limits {
    let cite = "740.29(a), (d)";
    Limits::new([(2025, LIMIT as u64, cite), (2026, LIMIT as u64, cite)])
}

/// What each check says.
pub fn all(book: &Book, firms: &[Firm], settings: &Settings) -> Vec<Says> {
    let with = |checks| linked(book, settings, checks);
    let links = Checks {
        links: true,
        ..NONE
    };
    let full = run(book, settings, settings.checks);
    let alone = |of: fn(&tiergate_watch::Standing) -> f64| -> Says {
        let standings = full.standings.iter();
        standings
            .map(|s| (s.id.clone(), (of(s) >= settings.alike_from, of(s))))
            .collect()
    };
    vec![
        says(&full, settings.report_from),
        with(links),
        with(Checks {
            bunching: true,
            ..links
        }),
        with(Checks {
            velocity: true,
            ..links
        }),
        alone(|s| s.bunching),
        alone(|s| s.velocity),
        same_address(firms),
    ]
}

fn run(book: &Book, settings: &Settings, checks: Checks) -> Report {
    // Everything is told, so that what scores too low to be told has a rank too.
    let settings = Settings {
        checks,
        report_from: 0.0,
        ..settings.clone()
    };
    watch(book, &limits(), &settings)
}

fn linked(book: &Book, settings: &Settings, checks: Checks) -> Says {
    let report = run(book, settings, checks);
    // Links alone tell every linked component above the limit: there is no score to choose by.
    let from = if checks
        == (Checks {
            links: true,
            ..NONE
        }) {
        0.0
    } else {
        settings.report_from
    };
    says(&report, from)
}

fn says(report: &Report, from: f64) -> Says {
    let mut says = Says::new();
    for finding in report.findings.iter().filter(|f| f.basis == Basis::Linked) {
        for id in finding.ids() {
            says.insert(id.to_owned(), (finding.chance >= from, finding.score));
        }
    }
    says
}

/// Firms with the very same address, letter for letter but for case, that are above the limit
/// together in a year though none is by itself.
fn same_address(firms: &[Firm]) -> Says {
    let mut at: HashMap<String, Vec<&Firm>> = HashMap::new();
    for firm in firms {
        for address in &firm.addresses {
            at.entry(address.to_lowercase()).or_default().push(firm);
        }
    }
    let mut says = Says::new();
    for together in at.values().filter(|f| f.len() > 1) {
        for year in 0..2 {
            let of = |f: &&Firm| {
                f.orders
                    .iter()
                    .filter(|o| o.day / YEAR == year)
                    .map(|o| o.tpp as f64)
                    .sum::<f64>()
            };
            let sums: Vec<f64> = together.iter().map(of).collect();
            let sum: f64 = sums.iter().sum();
            if sum > LIMIT && sums.iter().all(|s| *s <= LIMIT) {
                for firm in together.iter().zip(&sums).filter(|(_, s)| **s > 0.0) {
                    says.insert(firm.0.id.clone(), (true, sum));
                }
            }
        }
    }
    says
}

/// Parties above the limit each by itself.
pub fn over_alone(firms: &[Firm]) -> usize {
    let over = |f: &&Firm| {
        (0..2).any(|year| {
            let of_year = f.orders.iter().filter(|o| o.day / YEAR == year);
            of_year.map(|o| o.tpp as f64).sum::<f64>() > LIMIT
        })
    };
    firms.iter().filter(over).count()
}
