//! `tiergate law calendar`: every date built into the law.

use anyhow::Result;
use tiergate_law::{BaseView, Body, Date, Entry, Grade, Source};

use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::report::print;
use crate::style::terminal_width;
use crate::table::Table;

/// List every date built into the law, past and to come
///
/// No clock is read: --from and --to say which dates are shown.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// First day shown
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,

    /// Last day shown
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
}

struct Event<'l> {
    date: Date,
    says: String,
    cite: String,
    status: &'static str,
    grade: Grade,
    source: &'l Source,
}

/// Lists the dates in order.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = embedded::desk(cli.law_dir.as_deref())?;
    let mut events: Vec<Event<'_>> = desk.library.sources().flat_map(of_source).collect();
    events
        .sort_by(|a, b| (a.date, &a.source.file, &a.says).cmp(&(b.date, &b.source.file, &b.says)));
    events.dedup_by(|a, b| a.date == b.date && a.says == b.says && a.source.file == b.source.file);
    let mut table = Table::new(&["date", "what", "law", "status", "grade", "cite"])
        .limit(1, 90)
        .limit(5, 50);
    let within = |e: &&Event<'_>| {
        args.from.is_none_or(|from| from <= e.date) && args.to.is_none_or(|to| e.date <= to)
    };
    for event in events.iter().filter(within) {
        table.row([
            event.date.to_string(),
            event.says.clone(),
            event.source.instrument.id.clone(),
            event.status.to_owned(),
            event.grade.word().to_owned(),
            event.cite.clone(),
        ]);
    }
    let text = if table.is_empty() {
        "no date of the law lies between those days\n".to_owned()
    } else {
        table.render(terminal_width().unwrap_or(usize::MAX), 2)
    };
    print(None, &text)?;
    Ok(Ended::Well)
}

fn of_source(source: &Source) -> Vec<Event<'_>> {
    let head = &source.instrument;
    let standing = if head.proposal.is_some() {
        "proposed"
    } else {
        "enacted"
    };
    let mut events = Vec::new();
    let mut add = |date: Option<Date>, says: String, cite: &str, status, grade| {
        if let Some(date) = date {
            events.push(Event {
                date,
                says,
                cite: cite.to_owned(),
                status,
                grade,
                source,
            });
        }
    };
    let after = |date: Option<Date>| date.and_then(|d| d.tomorrow().ok());
    let title = &head.title;
    let mut of_head = |date, what: &str| {
        add(
            date,
            format!("{what}: {title}"),
            &head.cite,
            standing,
            head.grade,
        )
    };
    of_head(head.published, "published");
    let effective = if head.proposal.is_some() {
        "modelled as adopted"
    } else {
        "effective"
    };
    of_head(Some(head.effective), effective);
    of_head(head.compliance, "compliance required");
    of_head(after(head.expires), "no longer in force");
    for d in &head.disapplies {
        let view = match d.view {
            Some(BaseView::Text) => " in the text",
            Some(BaseView::Enforced) => " in enforcement",
            None => "",
        };
        let target = &d.instrument;
        add(
            Some(d.from),
            format!("{target} is set aside{view}"),
            &d.cite,
            "suspended",
            head.grade,
        );
        let says = format!("{target} is in force again{view}, unless extended");
        let grade = d.return_grade.unwrap_or(head.grade);
        add(after(d.through), says, &d.cite, "scheduled", grade);
    }
    for date in &head.dates {
        add(
            Some(date.date),
            date.says.clone(),
            &date.cite,
            standing,
            date.grade,
        );
    }
    for entry in &source.entries {
        let name = named(entry);
        add(
            entry.from,
            format!("begins: {name}"),
            &entry.cite,
            standing,
            entry.grade,
        );
        add(
            after(entry.through),
            format!("ends: {name}"),
            &entry.cite,
            standing,
            entry.grade,
        );
        if let Body::Value(value) = &entry.body {
            for dated in &value.dated {
                let amount = crate::style::grouped(&dated.amount.to_string());
                let says = format!("{} becomes {amount} {}", entry.id, value.unit);
                add(
                    dated.from,
                    says,
                    &dated.cite,
                    dated.status.word(),
                    dated.grade,
                );
                let last = !value.dated.iter().any(|v| v.from == after(dated.through));
                if last {
                    let says = format!("{}: no amount is stated any more", entry.id);
                    let word = dated.status.word();
                    add(after(dated.through), says, &dated.cite, word, dated.grade);
                }
            }
        }
    }
    events
}

/// An entry in words: kind, id and what it says.
fn named(entry: &Entry) -> String {
    let says = if entry.says.is_empty() { "" } else { ", " };
    format!("{} {}{says}{}", entry.body.kind(), entry.id, entry.says)
}
