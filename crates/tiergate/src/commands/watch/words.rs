//! What the watch found, in words.

use tiergate_watch::{Basis, Finding, Member, Report, Shared, Together};

use crate::report::count;
use crate::style::grouped;

/// An amount.
pub fn tpp(amount: u128) -> String {
    grouped(&amount.to_string())
}

/// A chance.
pub fn percent(chance: f64) -> String {
    // A chance is never told as certain.
    format!("{:.0} %", (chance * 100.0).clamp(1.0, 99.0))
}

/// The year a finding is about.
pub fn year(finding: &Finding) -> Option<&Together> {
    finding.years.iter().find(|y| y.year == finding.year)
}

/// `1.53`: what was received as a multiple of the limit.
pub fn multiple(together: &Together) -> String {
    together.limit.map_or_else(String::new, |limit| {
        format!("{:.2}", together.tpp as f64 / limit.max(1) as f64)
    })
}

/// The chance that linked parties are one buyer.
pub fn chance(finding: &Finding) -> String {
    match finding.basis {
        Basis::Linked => percent(finding.chance),
        _ => "-".to_owned(),
    }
}

/// What holds of the whole.
pub fn about(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    let buyers = count(report.buyers as u64, "buyer", "buyers");
    let links = count(report.links as u64, "link", "links");
    let low = count(report.below as u64, "group", "groups");
    lines.push(format!(
        "{buyers}, {links}; {low} of linked parties above the limit together scored too low to be told."
    ));
    let b = &report.bunching;
    let window = format!("{:.0} to 100 % of the limit", b.from * 100.0);
    let found = count(b.found as u64, "yearly amount", "yearly amounts");
    lines.push(match (b.expected, b.chance) {
        (Some(expected), Some(chance)) => {
            let how = if chance < 0.001 { "less than 0.1 %".to_owned() } else { format!("{:.1} %", chance * 100.0) };
            format!(
                "Just below the limit ({window}): {found}, where those below lead one to expect {expected:.1}; \
                 chance alone gives as many in {how} of cases."
            )
        }
        _ => format!("Just below the limit ({window}): {found}; too few below it to say what to expect."),
    });
    if !report.years_without_limit.is_empty() {
        let years: Vec<String> = report
            .years_without_limit
            .iter()
            .map(i16::to_string)
            .collect();
        lines.push(format!("No limit, so not looked at: {}.", years.join(", ")));
    }
    lines
}

/// The sum that is to be looked at.
pub fn heading(finding: &Finding) -> String {
    let parties = count(finding.members.len() as u64, "party", "parties");
    let Some(together) = year(finding) else {
        return format!("Look at {parties}");
    };
    let amount = tpp(together.tpp);
    let of_limit = together.limit.map_or_else(String::new, |limit| {
        let cite = together.cite.as_deref().unwrap_or("no citation");
        let limit = tpp(u128::from(limit));
        format!(
            ", {} times the limit of {limit} ({cite})",
            multiple(together)
        )
    });
    let together_or_not = if finding.members.len() > 1 {
        " together"
    } else {
        ""
    };
    format!(
        "Look at {parties}: {amount} TPP{together_or_not} in {}{of_limit}",
        together.year
    )
}

/// A party of a finding, with what it received.
pub fn member(member: &Member) -> String {
    let years = member.tpp_by_year.iter();
    let years: Vec<String> = years
        .map(|y| format!("{} TPP in {}", tpp(y.tpp), y.year))
        .collect();
    let consignments = consignments(&member.consignments);
    let name = if member.name.is_empty() {
        "name not on file"
    } else {
        &member.name
    };
    let place = if member.country.is_empty() {
        String::new()
    } else {
        format!(", {}", member.country)
    };
    format!(
        "{} {name}{place}: {} ({consignments})",
        member.id,
        years.join(", ")
    )
}

/// What parties of a finding share: what speaks for one buyer, and what is too common to.
pub fn shared(finding: &Finding) -> Vec<String> {
    let telling = |s: &&Shared| s.chance >= 0.01;
    let line = |shared: &Shared| {
        let others = match shared.holders - shared.parties.len() {
            0 => "no one else".to_owned(),
            n => count(n as u64, "other party", "other parties"),
        };
        format!(
            "{} {}: {} (and {others}); by itself {}",
            shared.kind,
            shared.value,
            shared.parties.join(", "),
            percent(shared.chance)
        )
    };
    let mut lines: Vec<String> = finding.shared.iter().filter(telling).map(line).collect();
    let popular: Vec<String> = (finding.shared.iter())
        .filter(|s| !telling(s))
        .map(|s| {
            let holders = count(s.holders as u64, "holder", "holders");
            format!("{} {} ({holders})", s.kind, s.value)
        })
        .collect();
    if !popular.is_empty() {
        lines.push(format!(
            "too common to say anything: {}",
            popular.join(", ")
        ));
    }
    lines
}

/// Consignments that are named one by one.
const CONSIGNMENTS_SHOWN: usize = 6;

fn consignments(ids: &[String]) -> String {
    let shown: Vec<&str> = ids
        .iter()
        .take(CONSIGNMENTS_SHOWN)
        .map(String::as_str)
        .collect();
    let more = ids.len() - shown.len();
    let shown = shown.join(", ");
    if more > 0 {
        format!("{shown} and {more} more")
    } else {
        shown
    }
}
