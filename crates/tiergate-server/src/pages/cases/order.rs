//! The order of a case and the decision on it, as pages.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;

use super::super::ask::form::label;
use super::super::sections::Sections;
use super::super::{Shell, show};
use super::must_read;
use super::paper::for_reader;
use crate::app::{App, Shared};
use crate::casework::{Found, text};
use crate::guard::Who;
use crate::port::{Explained, Fact, Form};
use crate::problem::Problem;

/// A fact of an order, as it is shown.
pub struct Stated {
    /// What it is called.
    pub name: String,
    /// Its value for people.
    pub says: String,
    /// Whether it was stated after the application was registered.
    pub later: bool,
}

#[derive(Template)]
#[template(path = "cases/order.html")]
struct OrderPage {
    shell: Shell,
    case: String,
    title: String,
    /// Facts by what they are about.
    groups: Vec<(String, Vec<Stated>)>,
}

#[derive(Template)]
#[template(path = "cases/decision.html")]
struct DecisionPage {
    shell: Shell,
    case: String,
    title: String,
    told: Explained,
}

/// What facts are about, by how their paths begin.
const ABOUT: [(&str, &str); 7] = [
    ("item.", "The item"),
    ("consignee.", "The consignee"),
    ("end_user.", "The end user"),
    ("exporter.", "The exporter"),
    ("intermediaries", "Intermediaries"),
    ("statements.", "Statements"),
    ("", "The transaction"),
];

/// The facts of a case's order, and which of them were stated later.
///
/// # Errors
///
/// That it has none, or it cannot be read.
pub fn facts_of(app: &App, found: &Found) -> Result<(Vec<Fact>, Vec<String>), Problem> {
    let asked = &found.read.state.application;
    let digest = asked.order.as_ref();
    let digest = digest.ok_or_else(|| Problem::missing("the case has no order"))?;
    let facts = app.config.orders.facts(&text(app, digest)?)?;
    let later = found.read.log.iter().flat_map(|l| match &l.event.what {
        tiergate_cases::What::FactsStated { facts, .. } => facts.keys().cloned().collect(),
        _ => Vec::new(),
    });
    Ok((facts.all, later.collect()))
}

fn grouped(facts: Vec<Fact>, later: &[String], form: &Form) -> Vec<(String, Vec<Stated>)> {
    let groups = ABOUT
        .iter()
        .map(|(_, about)| ((*about).to_owned(), Vec::new()));
    let mut groups: Vec<(String, Vec<Stated>)> = groups.collect();
    for fact in facts {
        let at = ABOUT
            .iter()
            .position(|(start, _)| fact.path.starts_with(start));
        // As the form calls it; of a party what it is called within its own part.
        let mut fields = form.groups.iter().flat_map(|group| &group.fields);
        let called = fields.find(|field| field.path == fact.path);
        let name = match (called, fact.path.split_once('.')) {
            (Some(field), _) => field.label.clone(),
            (None, Some((_, rest))) => label(rest),
            (None, None) => label(&fact.path),
        };
        if let Some((_, group)) = at.and_then(|at| groups.get_mut(at)) {
            group.push(Stated {
                name,
                later: later.contains(&fact.path),
                says: fact.says,
            });
        }
    }
    // The transaction first: what goes where is asked first.
    groups.rotate_right(1);
    groups.retain(|(_, facts)| !facts.is_empty());
    groups
}

/// The order.
pub async fn order(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let shell = Shell::new(&app, &who, "/cases");
    let page = app
        .work(move |app| {
            let found = for_reader(app, &who, &case)?;
            let (facts, later) = facts_of(app, &found)?;
            Ok(OrderPage {
                shell,
                case,
                title: found.read.state.application.title.clone(),
                groups: grouped(facts, &later, &app.config.orders.form()),
            })
        })
        .await?;
    show(&page)
}

/// The decision the application rests on.
pub async fn decision(
    State(app): State<Shared>,
    who: Who,
    Path(case): Path<String>,
) -> Result<Response, Problem> {
    must_read(&who)?;
    let shell = Shell::new(&app, &who, "/cases");
    let page = app
        .work(move |app| {
            let found = for_reader(app, &who, &case)?;
            let asked = &found.read.state.application;
            let (Some(order), Some(decision)) = (&asked.order, &asked.decision) else {
                return Err(Problem::missing("the case has no decision"));
            };
            let (order, decision) = (text(app, order)?, text(app, decision)?);
            let desk = &app.config.orders;
            Ok(DecisionPage {
                shell,
                case,
                title: asked.title.clone(),
                told: desk.explained(&order, &decision, &app.ledger)?,
            })
        })
        .await?;
    show(&page)
}
