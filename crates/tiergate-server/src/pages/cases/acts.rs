//! All acts of a kind of case: what each is, whose it is, when it may be done, under which paragraph.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;
use tiergate_cases::{Act, Kind, Rules, acts_of, roles_of};

use super::super::{Shell, show};
use super::words::{act_name, act_says};
use super::{kinds, must_read};
use crate::app::Shared;
use crate::guard::Who;
use crate::problem::Problem;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// The kind's word; a license where none is given.
    #[serde(default)]
    kind: String,
}

/// An act, as it is told.
struct Row {
    name: &'static str,
    word: &'static str,
    roles: String,
    says: &'static str,
    /// The steps of the law that it does: what each says, and its paragraph.
    steps: Vec<(String, String)>,
    yours: bool,
}

#[derive(Template)]
#[template(path = "cases/acts.html")]
struct Page {
    shell: Shell,
    kinds: Vec<kinds::Choosable>,
    kind: kinds::Choosable,
    rows: Vec<Row>,
    law: String,
}

fn row(rules: &Rules, kind: Kind, act: Act, who: &Who) -> Row {
    let roles = roles_of(act);
    let words = roles.iter().map(|role| role.word().replace('-', " "));
    let steps = rules.steps(kind);
    let steps = steps.filter(|step| step.is.done_by.iter().any(|n| n.name == act.word()));
    Row {
        name: act_name(act),
        word: act.word(),
        roles: words.collect::<Vec<_>>().join(", "),
        says: act_says(act),
        steps: steps.map(|s| (s.says.clone(), s.cite.clone())).collect(),
        yours: roles.contains(&who.person.role),
    }
}

/// The page.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let shell = Shell::new(&app, &who, "/cases");
    let kind = Kind::ALL.into_iter().find(|k| k.word() == asked.kind);
    let kind = kind.unwrap_or(Kind::License);
    let page = app
        .work(move |app| {
            let rules = app.law.on(app.today()).map_err(|e| Problem::internal(&e))?;
            Ok(Page {
                shell,
                kinds: Kind::ALL.into_iter().map(kinds::told).collect(),
                kind: kinds::told(kind),
                rows: acts_of(kind)
                    .map(|act| row(&rules, kind, act, &who))
                    .collect(),
                law: rules.date.to_string(),
            })
        })
        .await?;
    show(&page)
}
