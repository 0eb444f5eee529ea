//! The pages of `docs/differences`: every proposal against the law of a day.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;
use tiergate_engine::{Desk, Stamp};
use tiergate_law::{Date, View};
use tiergate_order::Assume;

use super::report::{Report, Spell};
use super::{compare, text};
use crate::report::print;

/// A page: its file name and its text.
type Page = (String, String);

/// Writes the pages and their index.
pub fn write(desk: &Desk, assume: &Assume, date: Date, limit: usize, folder: &Path) -> Result<()> {
    let pages = pages(desk, assume, date, limit)?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, text) in pages {
        print(Some(&folder.join(name)), &text)?;
    }
    Ok(())
}

/// Which laws are compared: those of the day with each other, then with every proposal.
fn asked(desk: &Desk, date: Date) -> Vec<[Stamp; 2]> {
    let stamp = |law: &str, view| Stamp {
        law: law.to_owned(),
        as_of: date,
        view,
    };
    let us = |view| stamp("us", view);
    let mut all = vec![[us(View::Text), us(View::Enforced)]];
    for proposal in &desk.library.proposals {
        for view in [View::Enforced, View::Text] {
            all.push([us(view), stamp(&proposal.instrument.id, View::Enforced)]);
        }
    }
    all
}

fn pages(desk: &Desk, assume: &Assume, date: Date, limit: usize) -> Result<Vec<Page>> {
    let made: Vec<Result<(String, Report)>> = asked(desk, date)
        .into_par_iter()
        .map(|stamps| {
            let comparison = compare(desk, assume, &stamps)?;
            let report = Report::new(desk, &comparison, &stamps, limit, Spell::EachCircumstance);
            let name = |s: &Stamp| match s.law.as_str() {
                "us" => format!("us-{}", s.view.word()),
                id => id.to_owned(),
            };
            let name = format!("{}--{}.md", name(&stamps[0]), name(&stamps[1]));
            Ok((name, report))
        })
        .collect();
    let mut index = format!(
        "# Differences\n\nThe law of the United States on {date}, as printed and as enforced, and \
         every proposal. Written by `tiergate diff --pages docs/differences --as-of {date} --limit \
         {limit}`; every line is derived from `law/`. \"Stricter\" and \"looser\" hold over every \
         order there can be; the changes counted are those of ordinary orders.\n\n{}\n\n\
         | from | to | is | changes | page |\n|---|---|---|---:|---|\n",
        text::ORDINARY
    );
    let mut pages = Vec::new();
    for page in made {
        let (name, report) = page?;
        let [left, right] = report.laws.each_ref().map(text::law);
        let _ = writeln!(
            index,
            "| {left} | {right} | {} | {} | [{name}]({name}) |",
            report.direction, report.changes_in_all
        );
        pages.push((name, text::markdown(&report)));
    }
    pages.push(("README.md".to_owned(), index));
    Ok(pages)
}
