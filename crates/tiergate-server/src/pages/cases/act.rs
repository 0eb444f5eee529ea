//! Acts in a case, sent by its forms.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use tiergate_cases::Act as Kinds;

use super::super::{percent, show as render};
use super::form::ActForm;
use super::must_read;
use super::show::case_page;
use crate::app::{App, Shared};
use crate::casework::{self, Act, When};
use crate::guard::{Signed, Who};
use crate::people::Action;
use crate::problem::Problem;

/// Whoever may act in cases, all or their own.
pub fn must_act(who: &Who) -> Result<(), Problem> {
    must_read(who)?;
    if who.may(Action::OwnCases) {
        return Ok(());
    }
    who.must(Action::WorkCases)
}

/// Takes an act in; a refusal stands on the case's page, with what was filled in.
pub async fn enter(
    State(app): State<Shared>,
    Path(case): Path<String>,
    Signed { who, form }: Signed<ActForm>,
) -> Result<Response, Problem> {
    must_act(&who)?;
    let (asker, name, given) = (who.clone(), case.clone(), form.clone());
    let came = app.work(move |app| done(app, &asker, &name, &given)).await;
    answer(&app, &who, &case, form, came).await
}

/// Takes in facts of the order that were missing, field by field.
pub async fn state(
    State(app): State<Shared>,
    Path(case): Path<String>,
    Signed { who, form: pairs }: Signed<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    must_act(&who)?;
    let mut form = ActForm {
        act: Kinds::FactsStated.word().to_owned(),
        ..ActForm::default()
    };
    for (name, value) in pairs {
        let value = value.trim();
        match name.as_str() {
            "csrf" | "act" => {}
            "event" => value.clone_into(&mut form.event),
            _ if value.is_empty() => {}
            path => match form.facts.iter_mut().find(|(before, _)| before == path) {
                // Several values of one name are values of a list.
                Some((_, all)) => {
                    all.push('|');
                    all.push_str(value);
                }
                None => form.facts.push((path.to_owned(), value.to_owned())),
            },
        }
    }
    let (asker, name, given) = (who.clone(), case.clone(), form.clone());
    let came = app.work(move |app| done(app, &asker, &name, &given)).await;
    answer(&app, &who, &case, form, came).await
}

fn done(app: &App, who: &Who, case: &str, form: &ActForm) -> Result<(), Problem> {
    let act = Act {
        id: format!("{case}/{}", form.event),
        what: form
            .is_sure()
            .and_then(|()| form.what())
            .map_err(Problem::wrong)?,
        basis: form.basis(),
    };
    casework::enter(app, &who.person, case, act, When::now(app)).map(|_| ())
}

/// The case after an act, or its page with what stands in the way.
pub async fn answer(
    app: &Shared,
    who: &Who,
    case: &str,
    form: ActForm,
    came: Result<(), Problem>,
) -> Result<Response, Problem> {
    let problem = match came {
        Ok(()) => {
            return Ok(Redirect::to(&format!("/cases/{}", percent(case))).into_response());
        }
        Err(problem) => problem,
    };
    let code = problem.code();
    if !matches!(
        code,
        StatusCode::CONFLICT | StatusCode::UNPROCESSABLE_ENTITY
    ) {
        return Err(problem);
    }
    let page = case_page(app, who, case, Some((form, problem.faults()))).await?;
    Ok((code, render(&page)?).into_response())
}
