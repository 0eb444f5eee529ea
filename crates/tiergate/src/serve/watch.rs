//! What `tiergate ledger watch` finds on the desk's ledger.

use std::collections::BTreeSet;

use anyhow::Result;
use jiff::civil::Date;
use tiergate_engine::Desk;
use tiergate_law::LawRef;
use tiergate_ledger::Ledger;
use tiergate_server::{Fault, Suspicion, Watched};
use tiergate_watch::{Book, Finding, Party, Settings, watch};

use super::{Orders, whole};
use crate::commands::watch as told;

/// The quota that is watched.
const QUOTA: &str = "lpp";

/// What is found up to a day, by the limits of a law.
pub fn watched(
    orders: &Orders,
    ledger: &Ledger,
    law: &str,
    day: Date,
) -> Result<Watched, Vec<Fault>> {
    let law: LawRef = law.parse().map_err(whole)?;
    found(orders.desk, &orders.buyers, ledger, &law, day).map_err(whole)
}

fn found(
    desk: &Desk,
    buyers: &[Party],
    ledger: &Ledger,
    law: &LawRef,
    day: Date,
) -> Result<Watched> {
    let mut consignments = told::counted(&desk.library, QUOTA, ledger, buyers)?;
    consignments.retain(|one| one.date <= day);
    let years: BTreeSet<i16> = consignments.iter().map(|one| one.date.year()).collect();
    let asked = told::Asked {
        law,
        view: law.view.unwrap_or_default(),
        quota: QUOTA,
        as_of: Some(day),
    };
    let limits = told::limits_of_law(&desk.library, &asked, &years)?;
    let book = Book::new(buyers.to_vec(), consignments);
    let report = watch(&book, &limits, &Settings::default());
    Ok(Watched {
        findings: report.findings.iter().map(suspicion).collect(),
        about: told::about(&report),
        described: buyers.len(),
        undescribed: book.undescribed,
    })
}

fn suspicion(finding: &Finding) -> Suspicion {
    let terms = finding.terms.iter();
    Suspicion {
        basis: finding.basis.words(),
        heading: told::heading(finding),
        amount: told::tpp(finding.tpp()),
        year: finding.year,
        times: told::year(finding).map(told::multiple).unwrap_or_default(),
        chance: told::chance(finding),
        months: finding.months.as_ref().map_or_else(String::new, |months| {
            format!(
                "Most within twelve months: {} TPP from {} to {}",
                told::tpp(months.tpp),
                months.from,
                months.through
            )
        }),
        parties: finding.members.iter().map(told::member).collect(),
        between: finding.between.join(", "),
        shared: told::shared(finding),
        weighed: terms
            .map(|t| {
                (
                    format!("{:+.1}", t.adds),
                    format!("{}: {}", t.check, t.says),
                )
            })
            .collect(),
        ask: finding.ask.clone(),
    }
}
