//! Acts in a case: taken in once, with the ledger where they move amounts.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use tiergate_cases::{Actor, Drawing, Error, Event, What, read, reservation_id, take_in};

use super::super::{percent, show as render};
use super::form::ActForm;
use super::show::case_page;
use super::{must_read, no_case, paper};
use crate::app::{App, Shared};
use crate::guard::{Signed, Who};
use crate::people::Action;
use crate::problem::Problem;

/// What became of an act.
enum Came {
    Done,
    Refused(String),
}

/// Takes an act in; a refusal stands on the case's page, with what was filled in.
pub async fn enter(
    State(app): State<Shared>,
    Path(case): Path<String>,
    Signed { who, form }: Signed<ActForm>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    if !who.may(Action::OwnCases) {
        who.must(Action::WorkCases)?;
    }
    let (asker, name, given) = (who.clone(), case.clone(), form.clone());
    let came = app
        .work(move |app| done(app, &asker, &name, &given))
        .await?;
    match came {
        Came::Done => Ok(Redirect::to(&format!("/cases/{}", percent(&case))).into_response()),
        Came::Refused(why) => {
            let page = case_page(&app, &who, &case, Some((form, why))).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&page)?).into_response())
        }
    }
}

fn done(app: &App, who: &Who, case: &str, form: &ActForm) -> Result<Came, Problem> {
    let mut what = match form.what() {
        Ok(what) => what,
        Err(why) => return Ok(Came::Refused(why)),
    };
    let actor = who.person.actor();
    let day = app.today();
    let drawing = match prepared(app, &actor, case, &mut what)? {
        Ok(drawing) => drawing,
        Err(why) => return Ok(Came::Refused(why)),
    };
    let event = Event {
        id: format!("{case}/{}", form.event),
        case: case.to_owned(),
        day,
        at: app.moment(),
        actor,
        basis: Vec::new(),
        what,
    };
    let taken = app
        .cases
        .with(|store| take_in(store, &app.ledger, &app.law, &event, drawing.as_ref()));
    match taken {
        Ok(_) => Ok(Came::Done),
        Err(error @ (Error::Refused(_) | Error::NotHeld { .. })) => {
            Ok(Came::Refused(error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What an approval draws: the order decided anew, with what is used today. An applicant sees its
/// own cases only.
fn prepared(
    app: &App,
    actor: &Actor,
    case: &str,
    what: &mut What,
) -> Result<Result<Option<Drawing>, String>, Problem> {
    let read = app
        .cases
        .with(|store| read(store, &app.law, case))?
        .ok_or_else(|| no_case(case))?;
    if actor.role == tiergate_cases::Role::Applicant && read.state.application.applicant != actor.id
    {
        return Err(no_case(case));
    }
    let What::Approved { reservation, .. } = what else {
        return Ok(Ok(None));
    };
    let Some(order) = &read.state.application.order else {
        return Ok(Ok(None));
    };
    let Some(recommended) = &read.state.recommendation else {
        return Ok(Err(
            "nothing is recommended: recommend approval, and let another countersign".to_owned(),
        ));
    };
    *reservation = Some(reservation_id(case, &recommended.id));
    let order = paper::json(app, order)?;
    let order = as_applied_for(&order);
    match app.config.orders.prepare(&order, app.today(), &app.ledger) {
        Err(faults) => {
            let each: Vec<String> = faults.into_iter().map(|f| f.what).collect();
            Ok(Err(format!(
                "the order cannot be decided: {}",
                each.join("; ")
            )))
        }
        Ok(prepared) => Ok(prepared
            .drawing
            .map(Some)
            .map_err(|why| format!("what the approval draws cannot be told: {why}"))),
    }
}

/// The order as it was applied for: what was used then is told anew.
fn as_applied_for(paper: &serde_json::Value) -> serde_json::Value {
    let mut order = paper.clone();
    if let Some(fields) = order.as_object_mut() {
        fields.remove("used");
    }
    order
}
