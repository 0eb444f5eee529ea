//! `tiergate law test`: the examples beside the rules.

use std::fmt::Write;

use anyhow::Result;

use crate::cli::{Cli, Ended};
use crate::report::{count, print};
use crate::style::{Style, width};
use crate::{embedded, examples};

/// Runs every example; failures with their place, sentence, expected and found.
pub fn run(cli: &Cli) -> Result<Ended> {
    let desk = embedded::desk(cli.law_dir.as_deref())?;
    let report = examples::run(&desk);
    let style = Style::page(false);
    let mut text = String::new();
    for failure in &report.failed {
        let place = format!("{}:{}", failure.file, failure.line);
        writeln!(
            text,
            "{} {}",
            style.bad(&format!("FAILED {place}:")),
            failure.says
        )?;
        writeln!(text, "  {}", style.faint(&failure.cite))?;
        let widest = failure
            .mismatches
            .iter()
            .map(|m| width(&m.path))
            .max()
            .unwrap_or(0);
        for m in &failure.mismatches {
            let path = format!("{:widest$}", m.path);
            writeln!(
                text,
                "  {path}  expected {}, found {}",
                quoted(&m.expected),
                quoted(&m.found)
            )?;
        }
        writeln!(text)?;
    }
    let of_law = |f: &examples::Failure| f.mismatches.iter().any(|m| m.path == "law");
    if report.failed.iter().any(of_law) {
        writeln!(
            text,
            "The law has errors; `tiergate law check` shows each where it stands.\n"
        )?;
    }
    let total = count(report.total() as u64, "example", "examples");
    writeln!(
        text,
        "{total}: {} passed, {} failed",
        report.passed,
        report.failed.len()
    )?;
    print(None, &text)?;
    Ok(if report.failed.is_empty() {
        Ended::Well
    } else {
        Ended::WithFaults
    })
}

fn quoted(value: &str) -> String {
    if value.is_empty() {
        "nothing".to_owned()
    } else {
        format!("`{value}`")
    }
}
