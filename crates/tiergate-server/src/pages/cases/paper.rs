//! The papers of a case: the order, the decision it rests on, the license or letter.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tiergate_cases::{Act, Closing, Read};

use super::super::{Shell, show};
use super::words::basis;
use super::{must_read, pdf};
use crate::app::{App, Shared};
use crate::casework::{self, Found, text};
use crate::guard::Who;
use crate::port::Fact;
use crate::problem::Problem;

/// A case, if it is for whoever asks.
pub fn for_reader(app: &App, who: &Who, case: &str) -> Result<Found, Problem> {
    app.cases
        .with(|store| casework::find(app, store, &who.person, case))
}

async fn kept(
    app: Shared,
    who: Who,
    case: String,
    which: fn(&Read) -> Option<String>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let text = app
        .work(move |app| {
            let found = for_reader(app, &who, &case)?;
            let digest = which(&found.read);
            let digest = digest.ok_or_else(|| Problem::missing("the case has no such paper"))?;
            text(app, &digest)
        })
        .await?;
    let mut response = text.into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    Ok(response)
}

/// The order.
pub async fn order(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    kept(app, who, case, |read| read.state.application.order.clone()).await
}

/// The decision the application rests on.
pub async fn decision(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    kept(app, who, case, |read| {
        read.state.application.decision.clone()
    })
    .await
}

#[derive(Template)]
#[template(path = "cases/letter.html")]
pub struct Letter {
    shell: Shell,
    pub case: String,
    pub heading: String,
    pub day: String,
    pub applicant: String,
    pub title: String,
    pub says: Vec<String>,
    pub pairs: Vec<(&'static str, String)>,
    pub conditions: Vec<String>,
    pub head: String,
}

/// The license, or the letter that ended or is to end the case.
pub async fn letter(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    show(&of_case(&app, who, case).await?)
}

/// The same as PDF.
pub async fn letter_file(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    let letter = of_case(&app, who, case).await?;
    let mut response = pdf::file(&letter).into_response();
    let kind = HeaderValue::from_static("application/pdf");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}

async fn of_case(app: &Shared, who: Who, case: String) -> Result<Letter, Problem> {
    must_read(&who)?;
    let shell = Shell::new(app, &who, "/cases");
    app.work(move |app| {
        let found = for_reader(app, &who, &case)?;
        let of_order = match found.read.state.application.order {
            Some(_) => of_order(super::order::facts_of(app, &found)?.0),
            None => Vec::new(),
        };
        let letter = written(shell, &found).map(|mut letter| {
            letter.pairs.splice(0..0, of_order);
            letter
        });
        letter.ok_or_else(|| Problem::missing("no license or letter has been made of it yet"))
    })
    .await
}

/// What a letter says of the order: what goes where, to whom, for what.
const OF_ORDER: [(&str, &str); 8] = [
    ("item.chip", "Item"),
    ("item.name", "Item"),
    ("destination", "Destination"),
    ("consignee.name", "Consignee"),
    ("consignee.headquarters", "Its headquarters"),
    ("end_user.name", "End user"),
    ("end_user.headquarters", "Its headquarters"),
    ("end_uses", "End use"),
];

fn of_order(facts: Vec<Fact>) -> Vec<(&'static str, String)> {
    let told = OF_ORDER.iter().filter_map(|(path, name)| {
        let fact = facts.iter().find(|fact| fact.path == *path)?;
        Some((*name, fact.says.clone()))
    });
    told.collect()
}

/// Made of the events alone.
fn written(shell: Shell, found: &Found) -> Option<Letter> {
    let read = &found.read;
    let state = &read.state;
    let mut letter = Letter {
        shell,
        case: state.case.clone(),
        heading: String::new(),
        day: String::new(),
        applicant: state.application.applicant.clone(),
        title: state.application.title.clone(),
        says: Vec::new(),
        pairs: Vec::new(),
        conditions: state.conditions.clone(),
        head: found.head(),
    };
    let number = |n: u64| tiergate_ledger::grouped(i128::from(n));
    if let Some(license) = &state.license {
        letter.heading = format!("License {}", license.number);
        letter.day = license.issued.to_string();
        letter.conditions.clone_from(&license.conditions);
        letter.pairs = vec![
            ("Units", number(license.quantity)),
            ("Value", format!("{} USD", number(license.value_usd))),
            ("Valid through", license.through.to_string()),
            (
                "Value that may ship",
                match &license.tolerance_cite {
                    Some(cite) => {
                        format!(
                            "{} USD, with the tolerance of {cite}",
                            number(license.value_most_usd)
                        )
                    }
                    None => format!("{} USD", number(license.value_most_usd)),
                },
            ),
        ];
        return Some(letter);
    }
    match state.closed {
        Some((Closing::Denied, on)) => {
            letter.heading = "Denial".to_owned();
            letter.day = on.to_string();
            let grounds = read.log.iter().rev().find_map(|l| match &l.event.what {
                tiergate_cases::What::Denied { grounds } => Some(basis(grounds)),
                _ => None,
            });
            letter.says.extend(grounds);
            let kind = state.application.kind;
            let appeal = read.rules.done_by(kind, Act::DenialAppealed);
            letter.says.extend(
                appeal.map(|step| format!("What may follow: {} ({}).", step.says, step.cite)),
            );
            Some(letter)
        }
        Some((Closing::Returned, on)) => {
            letter.heading = "Returned without action".to_owned();
            letter.day = on.to_string();
            let reason = read.log.iter().rev().find_map(|l| match &l.event.what {
                tiergate_cases::What::Returned { reason } => Some(reason.clone()),
                _ => None,
            });
            letter.says.extend(reason);
            letter
                .says
                .push("This is no denial: the application may be filed again.".to_owned());
            Some(letter)
        }
        _ => {
            let (grounds, on) = state.intent.as_ref()?;
            letter.heading = "Notice of intent to deny".to_owned();
            letter.day = on.to_string();
            letter.says.push(basis(grounds));
            Some(letter)
        }
    }
}
