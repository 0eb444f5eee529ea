//! The form by which a correction is proposed, from an account or one of its entries.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tiergate_ledger::{Account, ParseSpanError};

use super::super::{Shell, day, show};
use super::{address, corrections, number};
use crate::app::{App, Shared};
use crate::guard::{Signed, Who};
use crate::ledgerwork::{self, AccountTold, New};
use crate::people::{Action, Secret};
use crate::problem::Problem;

/// What the form holds.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Given {
    /// The end of the correction's id, made with the form: sent twice, it is taken in once.
    event: String,
    measure: String,
    holder: String,
    span: String,
    amount: String,
    why: String,
    day: String,
}

impl Given {
    /// The account, without asking whether a law counts it.
    fn account(&self) -> Result<Account, Problem> {
        let span = self.span.parse();
        let span = span.map_err(|e: ParseSpanError| Problem::wrong(e.to_string()))?;
        Ok(Account::new(&self.measure, &self.holder, span))
    }

    fn asked(&self) -> Result<New, Problem> {
        let amount = self.amount.trim().replace([',', ' '], "");
        let amount = amount.strip_prefix('+').unwrap_or(&amount).parse();
        let amount = amount.map_err(|_| {
            Problem::wrong(format!(
                "`{}` is no amount: write a whole number, such as 5000 or -5000",
                self.amount.trim()
            ))
        })?;
        Ok(New {
            account: AccountTold {
                measure: self.measure.clone(),
                holder: self.holder.clone(),
                span: self.span.clone(),
            },
            amount,
            why: self.why.clone(),
            date: day::given("the correction", &self.day)?,
        })
    }

    /// The id of the correction.
    fn id(&self) -> Result<String, Problem> {
        let made = self.event.len() == 24 && self.event.bytes().all(|b| b.is_ascii_hexdigit());
        match made {
            true => Ok(format!("correction-{}", self.event)),
            false => Err(Problem::wrong(
                "the form is not one of this desk: load the page again",
            )),
        }
    }
}

#[derive(Template)]
#[template(path = "allocations/correct.html")]
struct Page {
    shell: Shell,
    given: Given,
    back: String,
    used: Option<String>,
    wrong: Option<String>,
}

fn page_of(app: &App, shell: Shell, given: Given, wrong: Option<String>) -> Result<Page, Problem> {
    let account = given.account()?;
    let listed = app.ledger.read(|reader| reader.account(&account.key()))?;
    Ok(Page {
        shell,
        back: address(&account, "", app.today()),
        used: listed.map(|listed| number(listed.row.used)),
        given,
        wrong,
    })
}

/// The form.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(mut given): Query<Given>,
) -> Result<Response, Problem> {
    who.must(Action::CorrectLedger)?;
    let shell = Shell::new(&app, &who, "/allocations");
    let secret = Secret::new().map_err(|e| Problem::internal(&e))?;
    secret.text()[..24].clone_into(&mut given.event);
    let page = app
        .work(move |app| page_of(app, shell, given, None))
        .await?;
    show(&page)
}

/// Proposes it.
pub async fn propose(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Given>,
) -> Result<Response, Problem> {
    who.must(Action::CorrectLedger)?;
    let shell = Shell::new(&app, &who, "/allocations");
    let wrong = app
        .work(move |app| {
            let id = form.id()?;
            let done = form
                .asked()
                .and_then(|new| ledgerwork::propose(app, &who.person, new, &id));
            match done {
                Ok(_) => Ok(None),
                Err(problem) if problem.code() == StatusCode::UNPROCESSABLE_ENTITY => {
                    page_of(app, shell, form, Some(problem.detail)).map(Some)
                }
                Err(problem) => Err(problem),
            }
        })
        .await?;
    match wrong {
        None => Ok(Redirect::to(corrections::AT).into_response()),
        Some(page) => Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response()),
    }
}
