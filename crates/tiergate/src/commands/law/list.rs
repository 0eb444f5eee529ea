//! `tiergate law list`: every instrument and proposal.

use std::fmt::Write;

use anyhow::Result;
use tiergate_law::{Date, Source};

use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// Lists them with dates, citation, status and grade.
pub fn run(cli: &Cli) -> Result<Ended> {
    let desk = embedded::desk(cli.law_dir.as_deref())?;
    let library = &desk.library;
    let mut text = "United States track\n".to_owned();
    let columns = [
        "id",
        "published",
        "effective",
        "binds from",
        "expires",
        "grade",
        "status",
        "title",
        "cite",
    ];
    let mut table = Table::new(&columns).limit(7, 60).limit(8, 40);
    for source in &library.instruments {
        let head = &source.instrument;
        let binds = head.binds_from();
        table.row([
            head.id.clone(),
            day(head.published),
            head.effective.to_string(),
            if binds == head.effective {
                String::new()
            } else {
                binds.to_string()
            },
            day(head.expires),
            head.grade.word().to_owned(),
            status(source, &library.instruments),
            head.title.clone(),
            head.cite.clone(),
        ]);
    }
    let wide = terminal_width().unwrap_or(usize::MAX);
    text.push_str(&table.render(wide, 1));
    let mut table =
        Table::new(&["id", "adopted", "base", "carries", "grade", "title"]).limit(3, 40);
    for source in &library.proposals {
        let head = &source.instrument;
        let Some(proposal) = &head.proposal else {
            continue;
        };
        table.row([
            head.id.clone(),
            head.effective.to_string(),
            format!("us:{}", tiergate_law::View::from(proposal.base_view).word()),
            proposal.carries.join(", "),
            head.grade.word().to_owned(),
            head.title.clone(),
        ]);
    }
    writeln!(text, "\nProposals")?;
    text.push_str(&if table.is_empty() {
        "none\n".to_owned()
    } else {
        table.render(wide, 1)
    });
    print(None, &text)?;
    Ok(Ended::Well)
}

fn day(date: Option<Date>) -> String {
    date.map(|d| d.to_string()).unwrap_or_default()
}

/// When and in which view another instrument takes this one out of force.
fn status(source: &Source, all: &[Source]) -> String {
    let disapplied = all.iter().flat_map(|s| &s.instrument.disapplies);
    let spans: Vec<String> = disapplied
        .filter(|d| d.instrument == source.instrument.id)
        .map(|d| {
            let view = d.view.map_or("", |v| match v {
                tiergate_law::BaseView::Text => " in the text",
                tiergate_law::BaseView::Enforced => " in enforcement",
            });
            match d.through {
                Some(through) => format!("out of force{view} {} to {through}", d.from),
                None => format!("out of force{view} from {}", d.from),
            }
        })
        .collect();
    if spans.is_empty() {
        "stands".to_owned()
    } else {
        spans.join("; ")
    }
}
