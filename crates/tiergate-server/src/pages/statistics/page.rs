//! The page of statistics.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use jiff::civil::Date;
use tiergate_cases::statistics::{By, Row, Summary, backlog, rows_of, summaries};

use super::super::chart::{Chart, Line};
use super::super::{Shell, show};
use super::{Asked, Days, GROUPS};
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::problem::Problem;

/// A row of figures.
struct Figures {
    of: String,
    received: String,
    decided: String,
    open: String,
    median: String,
    most: String,
}

/// A table of figures.
struct Group {
    word: &'static str,
    title: &'static str,
    one: &'static str,
    /// What its columns count: an agency is asked and advises.
    heads: [&'static str; 3],
    rows: Vec<Figures>,
}

#[derive(Template)]
#[template(path = "statistics/page.html")]
struct Page {
    shell: Shell,
    days: Days,
    asked: String,
    all: Figures,
    any: bool,
    groups: Vec<Group>,
    chart: String,
    open_first: usize,
    open_last: usize,
    open_most: (Date, usize),
    backlog: Vec<(Date, usize)>,
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    who.must(Action::Statistics)?;
    let days = asked.days(&app)?;
    let shell = Shell::new(&app, &who, "/statistics");
    let all = app
        .work(move |app| {
            Ok(app
                .cases
                .with(|store| rows_of(store, &app.law, &app.folded, days.as_of))?)
        })
        .await?;
    show(&filled(shell, &all, days))
}

fn filled(shell: Shell, all: &[Row], days: Days) -> Page {
    let received = Some((days.from, days.to));
    let groups = GROUPS.map(|(by, word, title, one)| Group {
        word,
        title,
        one,
        heads: match by {
            By::Agency => ["Asked", "Advised", "No advice yet"],
            _ => ["Received", "Decided", "Open"],
        },
        rows: summaries(all, by, received)
            .into_iter()
            .map(|summary| figures(summary, by))
            .collect(),
    });
    let whole = summaries(all, By::All, received).pop();
    let open = backlog(all, days.from, days.to);
    let of = |place: Option<&(Date, usize)>| place.map_or(0, |(_, open)| *open);
    let most = open.iter().copied().rev().max_by_key(|(_, open)| *open);
    Page {
        shell,
        days,
        asked: days.asked(),
        any: whole.is_some(),
        all: whole.map_or_else(none, |summary| figures(summary, By::All)),
        groups: groups.into_iter().collect(),
        open_first: of(open.first()),
        open_last: of(open.last()),
        open_most: most.unwrap_or((days.from, 0)),
        chart: chart(&open, days).svg(),
        backlog: told(&open),
    }
}

fn none() -> Figures {
    let zero = || "0".to_owned();
    Figures {
        of: String::new(),
        received: zero(),
        decided: zero(),
        open: zero(),
        median: "–".to_owned(),
        most: "–".to_owned(),
    }
}

fn figures(summary: Summary, by: By) -> Figures {
    let days = |days: Option<i64>| days.map_or_else(|| "–".to_owned(), |days| days.to_string());
    Figures {
        of: match by {
            By::Lane | By::Outcome | By::Kind => summary.of.replace('-', " "),
            _ => summary.of,
        },
        received: summary.received.to_string(),
        decided: summary.decided.to_string(),
        open: summary.open.to_string(),
        median: days(summary.median_days),
        most: days(summary.days_90th),
    }
}

/// The days on which the backlog is another than the day before.
fn changes(open: &[(Date, usize)]) -> Vec<(Date, usize)> {
    let mut last = None;
    let turned = |(_, open): &&(Date, usize)| last.replace(*open) != Some(*open);
    open.iter().filter(turned).copied().collect()
}

fn chart(open: &[(Date, usize)], days: Days) -> Chart {
    let points = changes(open);
    let points = points
        .into_iter()
        .map(|(day, open)| (day, i64::try_from(open).unwrap_or(i64::MAX)));
    Chart {
        unit: "Cases open at the end of the day".to_owned(),
        from: days.from,
        to: days.to,
        lines: vec![Line {
            name: "open",
            class: 'a',
            points: points.collect(),
        }],
        level: None,
    }
}

/// Changes are told one by one up to so many; of more, the ends of months.
const CHANGES_TOLD: usize = 40;

/// The backlog as a table.
fn told(open: &[(Date, usize)]) -> Vec<(Date, usize)> {
    let changed = changes(open);
    if changed.len() <= CHANGES_TOLD {
        return changed;
    }
    let last = open.last().map(|(day, _)| *day);
    open.iter()
        .filter(|(day, _)| *day == day.last_of_month() || Some(*day) == last)
        .copied()
        .collect()
}
