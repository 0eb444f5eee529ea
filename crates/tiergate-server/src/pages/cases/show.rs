//! One case: where it stands, what is due, what each agency said, what happened, what may be done.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use tiergate_cases::{Act, Due, Role, Standing, What, advising, allowed, dues, visible};
use tiergate_ledger::grouped;

use super::super::ask::form::label;
use super::super::{Shell, show};
use super::conceded::{Conceded, agreed};
use super::doable::{Doable, choices, facts, filled, ofs};
use super::form::ActForm;
use super::paper::for_reader;
use super::queue::lane;
use super::standing::{Licensed, Said, advised, licensed, on_the_ledger};
use super::{must_read, words};
use crate::app::{App, Shared};
use crate::casework::Found;
use crate::guard::Who;
use crate::people::{Person, Secret};
use crate::port::{Fault, Form, Kind};
use crate::problem::Problem;

/// A step with its day, as it is shown.
struct Step {
    says: String,
    cite: String,
    who: String,
    day: String,
    how: String,
    latest: String,
    state: String,
    light: &'static str,
    default: String,
}

/// An event, as it is shown.
struct Happened {
    day: String,
    who: String,
    what: String,
    hash: String,
}

/// A document as it is shown.
struct Attached {
    name: String,
    digest: String,
    bytes: String,
    on: String,
}

/// The page of a case.
#[derive(Template)]
#[template(path = "cases/show.html")]
pub struct Page {
    shell: Shell,
    case: String,
    title: String,
    kind: &'static str,
    applicant: String,
    country: String,
    lane: String,
    registered: String,
    state: String,
    light: &'static str,
    assigned: String,
    asked_for: String,
    has_order: bool,
    /// Facts on which the decision turns: what each is called, and what it means.
    missing: Vec<(String, String)>,
    has_letter: bool,
    limits: Vec<String>,
    steps: Vec<Step>,
    later: Vec<Step>,
    said: Vec<Said>,
    recommended: String,
    votes: Vec<(String, String)>,
    license: Option<Licensed>,
    concessions: Vec<Conceded>,
    unlocks: String,
    documents: Vec<Attached>,
    /// The id of the event of a document to be attached, if one may be.
    attaches: Option<String>,
    timeline: Vec<Happened>,
    doable: Vec<Doable>,
    not: Vec<(&'static str, String)>,
    /// The agencies that may be asked.
    agencies: Vec<String>,
    /// Countries and chips, where a fact that is asked for is one.
    form: Form,
    wrong: Option<String>,
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    show(&case_page(&app, &who, &case, None).await?)
}

/// The page of a case, with a form that was refused, if one was.
pub async fn case_page(
    app: &Shared,
    who: &Who,
    case: &str,
    refused: Option<(ActForm, Vec<Fault>)>,
) -> Result<Page, Problem> {
    must_read(who)?;
    let shell = Shell::new(app, who, "/cases");
    let (who, case) = (who.clone(), case.to_owned());
    app.work(move |app| {
        let found = for_reader(app, &who, &case)?;
        let people = app.people.all()?;
        laid_out(app, shell, &who, &found, &people, refused)
    })
    .await
}

/// How something stands that has a day: in words, and by its light.
pub(super) fn stands(standing: Standing) -> (String, &'static str) {
    match standing {
        Standing::Ahead => ("ahead".to_owned(), ""),
        Standing::Open => ("open".to_owned(), "warn"),
        Standing::Overdue { days } => (late(days), "bad"),
        Standing::Defaulted => ("default holds".to_owned(), "warn"),
        Standing::Done {
            on,
            late_days: None,
        } => (format!("done {on}"), "good"),
        Standing::Done {
            on,
            late_days: Some(days),
        } => (format!("done {on}, {}", late(days)), "good"),
        _ => ("not needed".to_owned(), ""),
    }
}

fn step(due: &Due) -> Step {
    let (state, light) = stands(due.standing);
    Step {
        says: due.says.clone(),
        cite: due.cite.clone(),
        who: due.who.join(", "),
        day: due
            .due
            .as_ref()
            .map_or_else(String::new, |d| d.day.to_string()),
        how: due
            .due
            .as_ref()
            .map_or_else(String::new, |d| d.says.clone()),
        latest: due
            .latest
            .as_ref()
            .map_or_else(String::new, |d| d.says.clone()),
        state,
        light,
        default: due.default.clone().unwrap_or_default(),
    }
}

fn late(days: i64) -> String {
    match days {
        1 => "1 day late".to_owned(),
        days => format!("{days} days late"),
    }
}

fn laid_out(
    app: &App,
    shell: Shell,
    who: &Who,
    found: &Found,
    people: &[Person],
    refused: Option<(ActForm, Vec<Fault>)>,
) -> Result<Page, Problem> {
    let read = &found.read;
    let (state, rules) = (&read.state, &read.rules);
    let today = app.today();
    let actor = who.person.actor();
    let application = &state.application;
    let staff = actor.role != Role::Applicant;
    let name = |id: &str| {
        let found = people.iter().find(|p| p.id == id);
        found.map_or_else(|| id.to_owned(), |p| p.name.clone())
    };
    let (steps, later): (Vec<Due>, Vec<Due>) = dues(state, rules, today)
        .into_iter()
        .filter(|due| found.told_of(due))
        .partition(|due| !matches!(due.standing, Standing::Ahead | Standing::NotNeeded));
    let said = match staff {
        true => advised(read, today),
        false => Vec::new(),
    };
    let recommended = state.recommendation.as_ref().filter(|_| staff);
    let recommended = recommended.map_or_else(String::new, |r| {
        let signed = match &r.countersigned {
            Some((by, on)) => format!("countersigned by {} on {on}", name(by)),
            None => "not countersigned: another person signs it".to_owned(),
        };
        format!(
            "{} recommended {} on {}; {signed}.",
            name(&r.by),
            words::proposal(r.proposal),
            r.on
        )
    });
    let votes = state.votes.iter().filter(|_| staff).map(|(level, votes)| {
        let each = votes
            .iter()
            .map(|(agency, vote)| format!("{agency} {vote:?}").to_lowercase());
        (
            level.word().to_uppercase(),
            each.collect::<Vec<_>>().join(", "),
        )
    });
    let (light, standing) = match (state.closed, &state.held) {
        (Some((how, on)), _) => (
            match how {
                tiergate_cases::Closing::Approved
                | tiergate_cases::Closing::Answered
                | tiergate_cases::Closing::Filed => "good",
                tiergate_cases::Closing::Denied => "bad",
                _ => "",
            },
            format!("{} {on}", how.word()),
        ),
        (None, Some(_)) => ("warn", "held without action".to_owned()),
        (None, None) if state.pauses.iter().any(|p| p.until.is_none()) => {
            ("warn", "the clock stands still".to_owned())
        }
        (None, None) => {
            let days = tiergate_cases::days_between(state.registered, today);
            ("", format!("open, day {days}"))
        }
    };
    let timeline = read
        .log
        .iter()
        .rev()
        .filter(|l| visible(state, rules, &l.event, &actor))
        .map(|l| Happened {
            day: l.event.day.to_string(),
            who: match &l.event.actor.agency {
                Some(agency) if staff => format!("{}, {agency}", name(&l.event.actor.id)),
                _ if staff || l.event.actor.role == Role::Applicant => name(&l.event.actor.id),
                _ => "the desk".to_owned(),
            },
            what: match &l.event.what {
                What::Assigned { to } => format!("Assigned to {}.", name(to)),
                what => words::told(what),
            },
            hash: l.hash.chars().take(12).collect(),
        });
    let (limits, missing) = on_the_ledger(app, read, staff)?;
    let mut doable: Vec<Doable> = Vec::new();
    let mut not = Vec::new();
    let mut attaches = None;
    for possible in allowed(state, rules, &actor, today) {
        let act = possible.act;
        match possible.why_not {
            None if act == Act::DocumentAttached => {
                let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
                attaches = Some(secret.text()[..16].to_owned());
            }
            None => {
                let sent = refused.as_ref().filter(|(form, _)| form.act == act.word());
                let given = sent.map_or_else(|| filled(app, read, act), |(form, _)| form.clone());
                let facts = match act {
                    Act::FactsStated => {
                        let wrong = sent.map_or(&[][..], |(_, wrong)| wrong);
                        facts(app, &missing, &given, wrong)
                    }
                    _ => Vec::new(),
                };
                // Where nothing is missing, there is nothing to fill in.
                if act == Act::FactsStated && facts.is_empty() {
                    continue;
                }
                let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
                doable.push(Doable {
                    act,
                    word: act.word(),
                    name: words::act_name(act),
                    event: secret.text()[..16].to_owned(),
                    ofs: ofs(read, act, &actor, people),
                    choices: choices(read, act, today),
                    given,
                    facts,
                    refused: sent.is_some(),
                });
            }
            Some(why) => not.push((
                words::act_name(act),
                words::in_words(&why.to_string(), read, people),
            )),
        }
    }
    // What is asked for comes first.
    doable.sort_by_key(|act| act.act != Act::FactsStated);
    let number = |n: u64| grouped(i128::from(n));
    let (concessions, unlocks) = agreed(state, today);
    Ok(Page {
        shell,
        case: state.case.clone(),
        title: application.title.clone(),
        kind: application.kind.word(),
        applicant: application.applicant.clone(),
        country: application.country.clone().unwrap_or_default(),
        lane: lane(application.lane.as_deref()),
        registered: state.registered.to_string(),
        state: standing,
        light,
        assigned: state.assigned.as_deref().map_or_else(String::new, name),
        asked_for: match (application.quantity, application.value_usd) {
            (Some(units), Some(usd)) => format!("{} units, {} USD", number(units), number(usd)),
            (Some(units), None) => format!("{} units", number(units)),
            _ => String::new(),
        },
        has_order: application.order.is_some(),
        has_letter: state.license.is_some()
            || state.intent.is_some()
            || matches!(
                state.closed,
                Some((
                    tiergate_cases::Closing::Denied | tiergate_cases::Closing::Returned,
                    _
                ))
            ),
        missing: missing
            .iter()
            .map(|path| {
                let field = app.config.orders.field(path);
                field.map_or_else(
                    || (label(path), String::new()),
                    |field| (field.label, field.doc),
                )
            })
            .collect(),
        limits,
        steps: steps.iter().map(step).collect(),
        later: later
            .iter()
            .filter(|due| due.standing != Standing::NotNeeded)
            .map(step)
            .collect(),
        said,
        recommended,
        votes: votes.collect(),
        license: licensed(read),
        concessions,
        unlocks,
        documents: found
            .documents()
            .map(|d| Attached {
                name: d.name.clone(),
                digest: d.digest.clone(),
                bytes: number(d.bytes),
                on: d.on.to_string(),
            })
            .collect(),
        attaches,
        timeline: timeline.collect(),
        not,
        form: match doable.iter().any(|act| !act.facts.is_empty()) {
            true => app.config.orders.form(),
            false => Form::default(),
        },
        doable,
        agencies: advising(rules, application.kind),
        wrong: refused.map(|(_, wrong)| {
            let all = wrong.iter().map(|fault| {
                let why = words::in_words(&fault.what, read, people);
                match fault.at.rsplit_once("/facts/") {
                    Some((_, path)) => format!("{}: {why}", label(path)),
                    None => why,
                }
            });
            all.collect::<Vec<_>>().join("; ")
        }),
    })
}
