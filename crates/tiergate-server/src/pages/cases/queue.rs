//! The cases: those with something to do first.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use tiergate_cases::{Act, Case, Closing, Queued, Standing, queued};

use super::super::{Shell, show};
use super::must_read;
use super::words::act_name;
use crate::app::Shared;
use crate::guard::Who;
use crate::people::{Action, Person, Role};
use crate::problem::Problem;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// `work`, `open` or `closed`.
    #[serde(default)]
    show: String,
}

/// A row of the table.
struct Row {
    case: String,
    title: String,
    kind: &'static str,
    country: String,
    lane: String,
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
        Act::DataAnswered | Act::Responded | Act::DenialAppealed | Act::Filed
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
            let cases = app.cases.with(|store| app.folded.all(store, &app.law))?;
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
            let (show, rows) = match asked.show.as_str() {
                "closed" => ("closed", closed),
                "open" => {
                    work.extend(open);
                    work.sort_by(|a, b| {
                        (a.due.is_empty(), &a.due).cmp(&(b.due.is_empty(), &b.due))
                    });
                    ("open", work)
                }
                _ => ("work", work),
            };
            Ok(Page {
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
