//! Corrections of the ledger: those that wait, and what became of the others. Two persons enter one.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tiergate_ledger::{Answer, moment};

use super::super::{Shell, show};
use super::{address, names, signed};
use crate::app::{App, Shared};
use crate::guard::{Signed, Who};
use crate::ledgerwork::{self, Correction};
use crate::people::Action;
use crate::problem::Problem;

/// The address of the page.
pub const AT: &str = "/allocations/corrections";

/// So many of those that wait for nobody are shown, the newest.
const SHOWN: usize = 100;

/// A correction as the page shows it.
struct Row {
    id: String,
    holder: String,
    measure: String,
    over: String,
    address: String,
    amount: String,
    day: String,
    why: String,
    proposed: String,
    by: String,
    /// Whether the reader proposed it, and so does not confirm it.
    own: bool,
    became: String,
}

#[derive(Template)]
#[template(path = "allocations/corrections.html")]
struct Page {
    shell: Shell,
    /// Whether the reader may confirm and refuse.
    acts: bool,
    open: Vec<Row>,
    done: Vec<Row>,
    wrong: Option<String>,
}

async fn asked(app: &Shared, who: &Who, wrong: Option<String>) -> Result<Page, Problem> {
    let shell = Shell::new(app, who, "/allocations");
    let (me, acts) = (who.person.id.clone(), who.may(Action::CorrectLedger));
    app.work(move |app| {
        let names = names(app)?;
        let all = ledgerwork::all(app)?;
        let rows = |open: bool| all.iter().filter(move |one| one.open() == open);
        let row = |one: &Correction| row(app, one, &names, &me);
        Ok(Page {
            shell,
            acts,
            open: rows(true).map(row).collect(),
            done: rows(false).rev().take(SHOWN).map(row).collect(),
            wrong,
        })
    })
    .await
}

fn row(app: &App, one: &Correction, names: &HashMap<String, String>, me: &str) -> Row {
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), Clone::clone);
    let became = match (&one.refusal, &one.confirmer) {
        (Some(refused), _) if refused.by == one.proposer => {
            format!("taken back: {}", refused.why)
        }
        (Some(refused), _) => format!("refused by {}: {}", name(&refused.by), refused.why),
        (None, Some(by)) if one.entered.is_some() => format!("confirmed by {}", name(by)),
        (None, Some(by)) => format!("confirmed by {}, and not entered", name(by)),
        (None, None) => String::new(),
    };
    Row {
        id: one.id.clone(),
        holder: one.account.holder.clone(),
        measure: one.account.measure.clone(),
        over: one.account.span.to_string(),
        address: address(&one.account, "", app.today()),
        amount: signed(one.amount),
        day: one.date.to_string(),
        why: one.why.clone(),
        proposed: moment(one.proposed),
        by: name(&one.proposer),
        own: one.proposer == me,
        became,
    }
}

/// The page.
pub async fn page(State(app): State<Shared>, who: Who) -> Result<Response, Problem> {
    who.must(Action::ReadLedger)?;
    show(&asked(&app, &who, None).await?)
}

/// The page after an act, or with what stands in its way.
async fn answer(app: &Shared, who: &Who, came: Result<(), Problem>) -> Result<Response, Problem> {
    match came {
        Ok(()) => Ok(Redirect::to(AT).into_response()),
        Err(problem)
            if [StatusCode::CONFLICT, StatusCode::UNPROCESSABLE_ENTITY]
                .contains(&problem.code()) =>
        {
            let page = asked(app, who, Some(problem.detail.clone())).await?;
            Ok((problem.code(), show(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

#[derive(Debug, Deserialize)]
pub struct Nothing {}

/// Confirms a correction of another.
pub async fn confirm(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, .. }: Signed<Nothing>,
) -> Result<Response, Problem> {
    who.must(Action::CorrectLedger)?;
    let person = who.person.clone();
    let came = app
        .work(
            move |app| match ledgerwork::confirm(app, &person, &id)?.answer {
                Answer::Accepted(_) => Ok(()),
                Answer::Refused(reasons) => Err(ledgerwork::refused(&reasons)),
            },
        )
        .await;
    answer(&app, &who, came).await
}

#[derive(Debug, Deserialize)]
pub struct Refused {
    #[serde(default)]
    why: String,
}

/// Refuses a correction, or takes one's own back.
pub async fn refuse(
    State(app): State<Shared>,
    Path(id): Path<String>,
    Signed { who, form }: Signed<Refused>,
) -> Result<Response, Problem> {
    who.must(Action::CorrectLedger)?;
    let person = who.person.clone();
    let came = app
        .work(move |app| ledgerwork::refuse(app, &person, &id, &form.why).map(|_| ()))
        .await;
    answer(&app, &who, came).await
}
