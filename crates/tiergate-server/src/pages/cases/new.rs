//! Applying: an order is decided, and what it rests on is kept with the case.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tiergate_cases::{Application, Concession, Kind};

use super::super::{Shell, percent, show};
use super::queue::lane;
use crate::api::port::Started;
use crate::app::{App, Shared};
use crate::casework::{self, Asked, When};
use crate::guard::{Signed, Who};
use crate::people::{Action, Role, Secret};
use crate::port::Fault;
use crate::problem::Problem;

/// What is applied with.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    /// The order as JSON.
    order: String,
    kind: String,
    title: String,
    country: String,
    company: String,
    value_usd: String,
    /// `yes`, `no`, or nothing where it is not known.
    a_items: String,
    asks: String,
    /// What an agreement unlocks, one to a line.
    unlocks: String,
    /// What is conceded for it, one to a line, each behind its last day where it has one.
    concessions: String,
    /// The id of the event, made with the form: sent twice, it is taken in once.
    event: String,
}

#[derive(Template)]
#[template(path = "cases/new.html")]
struct Page {
    shell: Shell,
    given: Given,
    kinds: Vec<&'static str>,
    /// Officials register for a company; an applicant for its own.
    for_company: bool,
    started: Option<Started>,
    lane: String,
    /// What a license is for that has a term of its own, where the law of the day has one.
    own_term: Option<String>,
    faults: Vec<Fault>,
}

fn may_apply(who: &Who) -> Result<(), Problem> {
    if who.person.role == Role::LicensingOfficer && who.may(Action::WorkCases) {
        return Ok(());
    }
    who.must(Action::Apply)
}

async fn asked(
    app: &Shared,
    who: &Who,
    mut given: Given,
    faults: Vec<Fault>,
) -> Result<Page, Problem> {
    let shell = Shell::new(app, who, "/cases");
    let text = given.order.trim().to_owned();
    let (own_term, started) = app
        .work(move |app| {
            let rules = app.law.on(app.today()).map_err(|e| Problem::internal(&e))?;
            let own_term = rules.own_term().map(|own| own.says.clone());
            let started = match text.as_str() {
                "" => return Ok((own_term, Ok(None))),
                text => app.config.orders.start(text, app.today(), &app.ledger),
            };
            Ok((own_term, started.map(Some)))
        })
        .await?;
    // What is wrong with the order is told once, by whatever refused it.
    let (started, wrong) = match started {
        Ok(started) => (started, Vec::new()),
        Err(wrong) if faults.is_empty() => (None, wrong),
        Err(_) => (None, Vec::new()),
    };
    let word = started.as_ref().and_then(|started| started.lane.clone());
    let event = Secret::new().map_err(|e| Problem::internal(&e))?;
    given.event = event.text()[..16].to_owned();
    Ok(Page {
        shell,
        kinds: Kind::ALL.into_iter().map(Kind::word).collect(),
        for_company: who.person.role != Role::Applicant,
        lane: lane(word.as_deref()),
        own_term,
        started,
        faults: faults.into_iter().chain(wrong).collect(),
        given,
    })
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(given): Query<Given>,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    show(&asked(&app, &who, given, Vec::new()).await?)
}

/// Registers a case.
pub async fn register(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    let (asker, given) = (who.clone(), form.clone());
    let made = app.work(move |app| registered(app, &asker, &given)).await;
    match made {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{}", percent(&case))).into_response()),
        Err(problem) if problem.code() == StatusCode::UNPROCESSABLE_ENTITY => {
            let page = asked(&app, &who, form, problem.faults()).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

fn fault(at: &str, what: impl Into<String>) -> Vec<Fault> {
    vec![Fault {
        at: at.to_owned(),
        what: what.into(),
    }]
}

/// Registers what the form says.
fn registered(app: &App, who: &Who, given: &Given) -> Result<String, Problem> {
    let application = given.application()?;
    let order = Some(given.order.trim().to_owned()).filter(|text| !text.is_empty());
    if application.kind == Kind::License && order.is_none() {
        return Err(fault("/order", "a license is applied for with an order").into());
    }
    let asked = Asked { application, order };
    let id = format!("registered/{}", given.event);
    let made = casework::register(app, &who.person, asked, &id, When::now(app))?;
    Ok(made.state.case)
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty())
}

/// A concession as a line gives it: `2026-09-30 export controls of its own`.
fn conceded(number: usize, line: &str) -> Concession {
    let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let due = first.parse().ok().filter(|_| !rest.trim().is_empty());
    Concession {
        id: format!("concession-{number}"),
        says: due.map_or(line, |_| rest.trim()).to_owned(),
        due,
    }
}

impl Given {
    /// The application, as far as the form says it.
    fn application(&self) -> Result<Application, Vec<Fault>> {
        let kind = Kind::ALL.into_iter().find(|kind| kind.word() == self.kind);
        let kind =
            kind.ok_or_else(|| fault("/kind", format!("there is no kind `{}`", self.kind)))?;
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut application = Application::new(kind, self.title.trim(), self.company.trim());
        application.asks = some(&self.asks);
        application.unlocks = lines(&self.unlocks).map(str::to_owned).collect();
        application.concessions = lines(&self.concessions)
            .enumerate()
            .map(|(at, line)| conceded(at + 1, line))
            .collect();
        application.country = some(&self.country).map(|code| code.to_uppercase());
        application.a_items = match self.a_items.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        application.value_usd = match some(&self.value_usd) {
            None => None,
            Some(text) => Some(text.replace([',', ' '], "").parse().map_err(|_| {
                let what = format!("the value `{text}` is no whole number of dollars");
                fault("/value_usd", what)
            })?),
        };
        Ok(application)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_concession_is_a_line_with_its_last_day_in_front_where_it_has_one() {
        let dated = conceded(1, "2026-09-30  export controls of its own");
        assert_eq!(dated.due, Some(date(2026, 9, 30)));
        assert_eq!(dated.says, "export controls of its own");
        let open = conceded(2, "reports each half year");
        assert_eq!(
            (open.due, open.says.as_str()),
            (None, "reports each half year")
        );
        // A day alone says nothing of what is conceded on it: it is kept as it is.
        assert_eq!(conceded(3, "2026-09-30").says, "2026-09-30");
    }
}
