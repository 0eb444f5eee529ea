//! Findings of the watch as a table, as text with all evidence, and as JSON.

use anyhow::Result;
use clap::ValueEnum;
use serde_json::json;
use tiergate_watch::{Basis, Finding, Report, Together};

use crate::report::count;
use crate::style::{grouped, plain, terminal_width, wrap};
use crate::table::Table;

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One line for each finding
    Table,
    /// Each finding with all its evidence
    Text,
    /// Everything, for programs
    Json,
}

/// What was found, in one of the forms.
pub fn show(report: &Report, format: Format) -> Result<String> {
    Ok(match format {
        Format::Table => table(report),
        Format::Text => text(report),
        Format::Json => serde_json::to_string_pretty(&json!({
            "findings": report.findings,
            "scored_too_low": report.below,
            "buyers": report.buyers,
            "links": report.links,
            "years_without_limit": report.years_without_limit,
            "bunching": {
                "from": report.bunching.from,
                "found": report.bunching.found,
                "expected": report.bunching.expected,
                "chance": report.bunching.chance,
            },
        }))?,
    })
}

const WIDTH: usize = 100;

fn tpp(amount: u128) -> String {
    grouped(&amount.to_string())
}

fn percent(chance: f64) -> String {
    // A chance is never told as certain.
    format!("{:.0} %", (chance * 100.0).clamp(1.0, 99.0))
}

fn year(finding: &Finding) -> Option<&Together> {
    finding.years.iter().find(|y| y.year == finding.year)
}

/// `1.53`: what was received as a multiple of the limit.
fn multiple(together: &Together) -> String {
    together.limit.map_or_else(String::new, |limit| {
        format!("{:.2}", together.tpp as f64 / limit.max(1) as f64)
    })
}

fn chance(finding: &Finding) -> String {
    match finding.basis {
        Basis::Linked => percent(finding.chance),
        _ => "-".to_owned(),
    }
}

fn table(report: &Report) -> String {
    if report.findings.is_empty() {
        return format!(
            "No parties are above the limit together.\n\n{}",
            about(report)
        );
    }
    let heads = [
        ">",
        ">TPP together",
        "year",
        ">times the limit",
        ">parties",
        "what makes them one sum",
        ">chance",
        "parties",
    ];
    let mut table = Table::new(&heads).limit(7, 60);
    for (finding, at) in report.findings.iter().zip(1..) {
        table.row([
            at.to_string(),
            tpp(finding.tpp()),
            finding.year.to_string(),
            year(finding).map(multiple).unwrap_or_default(),
            finding.members.len().to_string(),
            finding.basis.words().to_owned(),
            chance(finding),
            finding.ids().collect::<Vec<_>>().join(", "),
        ]);
    }
    let table = table.render(terminal_width().unwrap_or(usize::MAX), 2);
    format!("{table}\n{}", about(report))
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    for (finding, at) in report.findings.iter().zip(1..) {
        evidence(finding, at, &mut out);
        out.push('\n');
    }
    if report.findings.is_empty() {
        out.push_str("No parties are above the limit together.\n\n");
    }
    out.push_str(&about(report));
    out
}

/// What holds of the whole, and what a finding is.
fn about(report: &Report) -> String {
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
    lines.push(
        "A finding is a reason to ask, not a finding of fact: parties may share what they share for good reasons."
            .to_owned(),
    );
    let mut out = String::new();
    lines.iter().for_each(|line| paragraph(line, 0, &mut out));
    out
}

fn paragraph(text: &str, indent: usize, out: &mut String) {
    for (at, line) in wrap(&plain(text.to_owned()), WIDTH - indent - 2)
        .iter()
        .enumerate()
    {
        let further = if at > 0 && indent > 0 {
            indent + 2
        } else {
            indent
        };
        out.push_str(&" ".repeat(further));
        out.push_str(line);
        out.push('\n');
    }
}

fn heading(finding: &Finding, at: usize) -> String {
    let parties = count(finding.members.len() as u64, "party", "parties");
    let Some(together) = year(finding) else {
        return format!("{at}. Look at {parties}");
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
        "{at}. Look at {parties}: {amount} TPP{together_or_not} in {}{of_limit}",
        together.year
    )
}

fn evidence(finding: &Finding, at: usize, out: &mut String) {
    paragraph(&heading(finding, at), 0, out);
    let mut basis = format!("Why one sum: {}", finding.basis.words());
    if finding.basis == Basis::Linked {
        basis.push_str(&format!(
            "; chance that they are one buyer {} (score {:.1})",
            percent(finding.chance),
            finding.score
        ));
    }
    paragraph(&basis, 3, out);
    if let Some(months) = &finding.months {
        let say = format!(
            "Most within twelve months: {} TPP from {} to {}",
            tpp(months.tpp),
            months.from,
            months.through
        );
        paragraph(&say, 3, out);
    }
    paragraph("Parties:", 3, out);
    for member in &finding.members {
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
        let line = format!(
            "{} {name}{place}: {} ({consignments})",
            member.id,
            years.join(", ")
        );
        paragraph(&line, 5, out);
    }
    if !finding.between.is_empty() {
        paragraph(
            &format!("Connected through: {}", finding.between.join(", ")),
            3,
            out,
        );
    }
    if !finding.shared.is_empty() {
        paragraph("What they share:", 3, out);
        for shared in finding.shared.iter().filter(|s| s.chance >= 0.01) {
            let others = shared.holders - shared.parties.len();
            let others = match others {
                0 => "no one else".to_owned(),
                n => count(n as u64, "other party", "other parties"),
            };
            let line = format!(
                "{} {}: {} (and {others}); by itself {}",
                shared.kind,
                shared.value,
                shared.parties.join(", "),
                percent(shared.chance)
            );
            paragraph(&line, 5, out);
        }
        let popular: Vec<String> = (finding.shared.iter())
            .filter(|s| s.chance < 0.01)
            .map(|s| {
                format!(
                    "{} {} ({})",
                    s.kind,
                    s.value,
                    count(s.holders as u64, "holder", "holders")
                )
            })
            .collect();
        if !popular.is_empty() {
            paragraph(
                &format!("too common to say anything: {}", popular.join(", ")),
                5,
                out,
            );
        }
    }
    if !finding.terms.is_empty() {
        paragraph("What was weighed:", 3, out);
        for term in &finding.terms {
            paragraph(
                &format!("{:+.1} {}: {}", term.adds, term.check, term.says),
                5,
                out,
            );
        }
    }
    paragraph("What would clear it up:", 3, out);
    finding.ask.iter().for_each(|ask| paragraph(ask, 5, out));
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
