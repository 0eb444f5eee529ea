//! Numbers in words, and the facts to ask for.

use crate::finding::{Basis, Finding};
use crate::settings::Settings;

/// `1 link`, `2 links`.
pub fn these(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A share in percent, as many digits as it takes.
pub fn percent(share: f64) -> String {
    let of_hundred = share * 100.0;
    if of_hundred >= 10.0 || (of_hundred - of_hundred.round()).abs() < 1e-9 {
        format!("{of_hundred:.0} %")
    } else {
        format!("{of_hundred:.1} %")
    }
}

/// The facts that would clear a finding up, the most telling first.
pub fn ask(finding: &Finding, settings: &Settings) -> Vec<String> {
    let mut asks = Vec::new();
    match finding.basis {
        Basis::Alone => {
            asks.push("under which license or authorization the part above the limit was shipped".to_owned());
            return asks;
        }
        Basis::KnownParent => {
            asks.push("under which license or authorization the part above the limit was shipped".to_owned());
            asks.push("whether the parent that is declared still stands on the days of shipment".to_owned());
            return asks;
        }
        Basis::Power => {
            asks.push("where the goods stand now, and the power contracts of those sites".to_owned());
            return asks;
        }
        Basis::Linked => asks.push(
            "the ultimate parent and beneficial owners of each party, with an extract of the register".to_owned(),
        ),
    }
    for shared in &finding.shared {
        let of = match shared.kind {
            "bank account" => format!("who holds and signs for the bank account {}", shared.value),
            "phone" => format!(
                "whose phone {} is, and whether it is that of a service provider",
                shared.value
            ),
            "domain" => format!("who registered and runs {}", shared.value),
            "director" => format!(
                "whether {} is one person, and whether as owner's or as agent's director",
                shared.value
            ),
            "address" => format!(
                "whether {} is an office of their own or that of an agent (lease, staff on site)",
                shared.value
            ),
            _ => continue,
        };
        if asks.len() < 5 {
            asks.push(of);
        }
    }
    if finding
        .terms
        .iter()
        .any(|t| t.check == "forwarder" && t.adds > 1.0)
    {
        asks.push("the forwarder's delivery receipts: where each consignment was handed over, and to whom".to_owned());
    }
    if finding
        .terms
        .iter()
        .any(|t| t.check == "age" && t.adds > 1.0)
    {
        asks.push("where the purchase money of the young firms comes from".to_owned());
    }
    if settings.watts_per_tpp.is_some() || finding.terms.iter().any(|t| t.check == "power") {
        asks.push("the sites the goods are installed at, and their power".to_owned());
    }
    asks
}
