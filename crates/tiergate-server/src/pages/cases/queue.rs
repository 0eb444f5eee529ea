//! The cases: those with something to do first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use tiergate_cases::{Act, Case, Closing, Queued, Standing, queued};

use super::super::{Shell, percent, show};
use super::must_read;
use super::words::act_name;
use crate::app::{App, Shared};
use crate::casework::{self, sees};
use crate::guard::Who;
use crate::people::{Action, Person, Role};
use crate::problem::Problem;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `work`, `open` or `closed`.
    #[serde(default)]
    show: String,
    /// Words to look for.
    #[serde(default)]
    q: String,
    /// `due`, `received` or `country`.
    #[serde(default)]
    sort: String,
    /// Which page, from 1.
    #[serde(default)]
    page: String,
}

/// So many cases stand on a page.
const ON_A_PAGE: usize = 100;

/// Orders of the list: the word, and what it is called.
const SORTS: [(&str, &str); 3] = [
    ("due", "day"),
    ("received", "received"),
    ("country", "country"),
];

/// A row of the table.
struct Row {
    case: String,
    title: String,
    kind: &'static str,
    country: String,
    lane: String,
    received: String,
    due: String,
    step: String,
    how: String,
    state: &'static str,
    light: &'static str,
    acts: String,
}

#[derive(Template)]
#[template(path = "cases/queue.html")]
struct Page {
    shell: Shell,
    show: &'static str,
    counts: [(&'static str, &'static str, usize); 3],
    rows: Vec<Row>,
    applies: bool,
    q: String,
    sort: &'static str,
    /// How many there are on all pages.
    all: usize,
    /// The page that is shown, and the last.
    at: (usize, usize),
}

impl Page {
    /// The address of the list without words to look for.
    fn plain(&self) -> String {
        format!("/cases?show={}&sort={}", self.show, self.sort)
    }

    /// The address of another view of the list.
    fn address(&self, show: &str, sort: &str, page: &usize) -> String {
        let mut address = format!("/cases?show={show}&sort={sort}");
        if !self.q.is_empty() {
            address.push_str(&format!("&q={}", percent(&self.q)));
        }
        if *page > 1 {
            address.push_str(&format!("&page={page}"));
        }
        address
    }
}

/// Whether every word stands in what a case says of itself, or in its order.
fn fits(app: &App, case: &Case, words: &[String]) -> Result<bool, Problem> {
    if words.is_empty() {
        return Ok(true);
    }
    let asked = &case.state.application;
    let country = asked.country.as_deref().unwrap_or_default();
    let license = case.state.license.as_ref().map(|l| l.number.as_str());
    let mut text = [
        case.state.case.as_str(),
        &asked.title,
        &asked.applicant,
        asked.kind.word(),
        asked.lane.as_deref().unwrap_or_default(),
        country,
        license.unwrap_or_default(),
    ]
    .join(" ");
    if let Some(digest) = &asked.order {
        for fact in app.config.orders.facts(&casework::text(app, digest)?)?.all {
            text.push_str(&format!(" {} {}", fact.value, fact.says));
        }
    }
    let text = text.to_lowercase();
    Ok(words.iter().all(|word| text.contains(word)))
}

/// Puts rows in an order; what has no day or country comes last.
fn sorted(rows: &mut [Row], sort: &str) {
    match sort {
        "received" => rows.sort_by(|a, b| b.received.cmp(&a.received)),
        "country" => rows.sort_by(|a, b| {
            let key = |row: &Row| (row.country.is_empty(), row.country.clone());
            key(a).cmp(&key(b))
        }),
        _ => rows.sort_by(|a, b| (a.due.is_empty(), &a.due).cmp(&(b.due.is_empty(), &b.due))),
    }
}

/// Acts that anyone at the desk may do at any time: they are no work that waits.
fn is_work(act: Act) -> bool {
    !matches!(
        act,
        Act::Note
            | Act::Assigned
            | Act::DocumentAttached
            | Act::ClockStopped
            | Act::Held
            | Act::Withdrawn
            | Act::Returned
            | Act::DataAsked
            | Act::StepDone
            | Act::MissingTold
            | Act::ClockResumed
    )
}

/// What an applicant does, and an official only records for one.
fn is_applicants(act: Act) -> bool {
    matches!(
        act,
        Act::DataAnswered | Act::FactsStated | Act::Responded | Act::DenialAppealed | Act::Filed
    )
}

fn open_row(queued: Queued, person: &Person) -> (bool, Row) {
    let work: Vec<&str> = queued
        .acts
        .iter()
        .filter(|act| !queued.again.contains(act))
        .filter(|act| is_work(**act) && (person.role == Role::Applicant || !is_applicants(**act)))
        .map(|act| act_name(*act))
        .collect();
    let mine = match person.role {
        Role::LicensingOfficer => {
            let free = queued.assigned.is_none();
            free || queued.assigned.as_deref() == Some(person.id.as_str())
        }
        _ => true,
    };
    let (state, light) = match (&queued.next, queued.stands_still) {
        (_, true) => ("clock stopped", "warn"),
        (Some(next), _) if matches!(next.standing, Standing::Overdue { .. }) => ("overdue", "bad"),
        _ => ("open", ""),
    };
    let due = queued.next.as_ref().and_then(|next| next.due.as_ref());
    let row = Row {
        case: queued.case,
        title: queued.title,
        kind: queued.kind.word(),
        country: queued.country.unwrap_or_default(),
        lane: lane(queued.lane.as_deref()),
        received: queued.registered.to_string(),
        due: due.map_or_else(String::new, |due| due.day.to_string()),
        step: queued
            .next
            .as_ref()
            .map_or_else(String::new, |next| next.says.clone()),
        how: due.map_or_else(String::new, |due| due.says.clone()),
        state,
        light,
        acts: work.join(", "),
    };
    (mine && !work.is_empty(), row)
}

/// A lane in words.
pub fn lane(word: Option<&str>) -> String {
    word.unwrap_or_default().replace('-', " ")
}

fn closed_rows(cases: &[Arc<Case>], who: &Who) -> Vec<Row> {
    let actor = who.person.actor();
    let mut rows = Vec::new();
    for case in cases {
        let state = &case.state;
        let theirs = actor.role != Role::Applicant || state.application.applicant == actor.id;
        let Some((how, on)) = state.closed.filter(|_| theirs) else {
            continue;
        };
        rows.push(Row {
            case: state.case.clone(),
            title: state.application.title.clone(),
            kind: state.application.kind.word(),
            country: state.application.country.clone().unwrap_or_default(),
            lane: lane(state.application.lane.as_deref()),
            received: state.registered.to_string(),
            due: on.to_string(),
            step: String::new(),
            how: String::new(),
            state: how.word(),
            light: match how {
                Closing::Approved | Closing::Answered | Closing::Filed => "good",
                Closing::Denied => "bad",
                Closing::Returned | Closing::Withdrawn => "",
            },
            acts: state
                .license
                .as_ref()
                .map_or_else(String::new, |l| format!("license {}", l.number)),
        });
    }
    rows.reverse();
    rows
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let shell = Shell::new(&app, &who, "/cases");
    let applies = who.may(Action::Apply) || who.person.role == Role::LicensingOfficer;
    let page = app
        .work(move |app| {
            let actor = who.person.actor();
            let today = app.today();
            let mut cases = app.cases.with(|store| app.folded.all(store, &app.law))?;
            let words = asked.q.split_whitespace().map(str::to_lowercase);
            let words: Vec<String> = words.collect();
            if !words.is_empty() {
                let mut found = Vec::new();
                for case in cases {
                    let theirs = sees(&who.person, &case.state.application.applicant);
                    if theirs && fits(app, &case, &words)? {
                        found.push(case);
                    }
                }
                cases = found;
            }
            let (mut work, mut open) = (Vec::new(), Vec::new());
            for queued in queued(&cases, &actor, today) {
                let (mine, row) = open_row(queued, &who.person);
                if mine {
                    work.push(row);
                } else {
                    open.push(row);
                }
            }
            let closed = closed_rows(&cases, &who);
            let counts = [
                ("work", "To do", work.len()),
                ("open", "All open", work.len() + open.len()),
                ("closed", "Closed", closed.len()),
            ];
            let (show, mut rows) = match asked.show.as_str() {
                "closed" => ("closed", closed),
                "open" => {
                    work.extend(open);
                    ("open", work)
                }
                _ => ("work", work),
            };
            let sort = SORTS.iter().find(|(word, _)| *word == asked.sort);
            let sort = sort.map_or("due", |(word, _)| word);
            // What ended last comes first, unless another order is asked for.
            if show != "closed" || sort != "due" {
                sorted(&mut rows, sort);
            }
            let all = rows.len();
            let last = all.div_ceil(ON_A_PAGE).max(1);
            let at = asked.page.parse().unwrap_or(1).clamp(1, last);
            let rows = rows.into_iter().skip((at - 1) * ON_A_PAGE);
            let rows = rows.take(ON_A_PAGE).collect();
            Ok(Page {
                q: asked.q.trim().to_owned(),
                sort,
                all,
                at: (at, last),
                shell,
                show,
                counts,
                rows,
                applies,
            })
        })
        .await?;
    show(&page)
}
