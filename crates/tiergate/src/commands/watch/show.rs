//! Findings of the watch as a table, as text with all evidence, and as JSON.

use anyhow::Result;
use clap::ValueEnum;
use serde_json::json;
use tiergate_watch::{Basis, Finding, Report};

use super::words::{about, chance, heading, member, multiple, percent, shared, tpp, year};
use crate::style::{plain, terminal_width, wrap};
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

fn table(report: &Report) -> String {
    if report.findings.is_empty() {
        return format!(
            "No parties are above the limit together.\n\n{}",
            told(report)
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
    format!("{table}\n{}", told(report))
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
    out.push_str(&told(report));
    out
}

/// What holds of the whole, and what a finding is.
fn told(report: &Report) -> String {
    let mut out = String::new();
    let caution = "A finding is a reason to ask, not a finding of fact: parties may share what they share for good reasons.";
    for line in about(report).iter().map(String::as_str).chain([caution]) {
        paragraph(line, 0, &mut out);
    }
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

fn evidence(finding: &Finding, at: usize, out: &mut String) {
    paragraph(&format!("{at}. {}", heading(finding)), 0, out);
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
    for one in &finding.members {
        paragraph(&member(one), 5, out);
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
        for line in shared(finding) {
            paragraph(&line, 5, out);
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
