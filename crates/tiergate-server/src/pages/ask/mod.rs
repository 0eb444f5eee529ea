//! Ask: one order, the answer beside the form.

pub mod form;
pub mod query;

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use self::form::{Group, Input, groups, path_of};
use self::query::Query;
use super::sections::Sections;
use super::{Shell, percent, show};
use crate::app::Shared;
use crate::guard::Who;
use crate::people::Action;
use crate::port::{Fault, Form, Kind, Told};
use crate::problem::Problem;

/// The addresses.
pub fn router() -> Router<Shared> {
    Router::new().route("/ask", get(page))
}

/// The answer, or what is wrong with the question.
#[derive(Template)]
#[template(path = "ask_answer.html")]
struct Answer {
    told: Option<Told>,
    faults: Vec<Fault>,
    /// What the fields of faults are called, by path.
    names: HashMap<String, String>,
    /// Fields that stand in lines.
    lines: Vec<String>,
    /// Fields of the order that the form has no input for but the answer turns on.
    asked: Vec<Input>,
    /// Where the same is asked with what would give a better answer.
    pass: String,
    /// Where a license is applied for.
    apply: Option<String>,
    /// Whether it is sent alone, for a page that is open already.
    part: bool,
}

#[derive(Template)]
#[template(path = "ask.html")]
struct Page {
    shell: Shell,
    form: Form,
    groups: Vec<Group>,
    query: Query,
    laws: Vec<(String, String)>,
    answer: Answer,
    /// What is wrong with the law, the view or the lines.
    as_of_faults: Vec<String>,
    more_faults: Vec<String>,
}

/// Questions to begin with.
const EXAMPLES: [(&str, &str); 3] = [
    (
        "/ask?item.chip=nvidia-h100-sxm5&quantity=1000&destination=PL&assume=parent%3Dheadquarters\
         &assume=headquarters%3Dlocation&assume=screened&end_uses=datacenter",
        "1,000 NVIDIA H100 to a data center in Poland",
    ),
    (
        "/ask?item.chip=nvidia-h20&quantity=5000&destination=CN",
        "5,000 NVIDIA H20 to China, of which no more is known",
    ),
    (
        "/ask?item.chip=nvidia-rtx-5090&quantity=10&destination=AE",
        "10 NVIDIA GeForce RTX 5090 to the United Arab Emirates",
    ),
];

impl Answer {
    /// The field of a fault, as people call it; what is no field keeps what it was called.
    fn field(&self, fault: &Fault) -> String {
        let path = path_of(&fault.at);
        self.names.get(&path).cloned().unwrap_or(path)
    }

    /// Where it is on the form: in an input of its own, or among the lines.
    fn place(&self, fault: &Fault) -> String {
        let field = path_of(&fault.at);
        match self.lines.contains(&field) {
            true => "more".to_owned(),
            false => field,
        }
    }
}

/// The page.
async fn page(
    State(app): State<Shared>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    who.must(Action::Ask)?;
    let mut query = query::read(query.as_deref().unwrap_or_default())?;
    if query.empty && !query.part {
        return Ok(Redirect::to(&query.address(query.asked.to_pass)).into_response());
    }
    if query.value("date").is_empty() {
        let today = app.today().to_string();
        query.asked.fields.push(("date".to_owned(), today));
    }
    let may_apply = who.may(Action::Apply);
    let shell = Shell::new(&app, &who, "/ask");
    let page = app
        .work(move |app| {
            let desk = app.config.orders.as_ref();
            query.unknown_to_lines(|path| desk.field(path).is_some());
            let mut faults = query.faults.clone();
            let told = query.given.then(|| desk.ask(&query.asked));
            let told = told.and_then(|told| told.map_err(|more| faults.extend(more)).ok());
            // What is understood of a question in part is no answer to it.
            let told = told.filter(|_| faults.is_empty());
            let form = desk.form();
            let missing = told.iter().flat_map(|t| &t.missing);
            let missing: Vec<&str> = missing.map(|m| m.path.as_str()).collect();
            let asked = form::asked(desk, &form, &query, &missing, &faults);
            let groups = groups(&form, &query, &missing, &faults);
            let apply = told.as_ref().filter(|t| t.license && may_apply);
            let apply = apply.map(applied);
            let of = |at: &dyn Fn(&str) -> bool| -> Vec<String> {
                let here = faults.iter().filter(|f| at(&f.at));
                here.map(|f| f.what.clone()).collect()
            };
            Ok(Page {
                shell,
                groups,
                laws: desk.laws(),
                as_of_faults: of(&|at| at == "/as_of" || at == "/law"),
                more_faults: {
                    let of_lines = |at: &str| at == "/more" || query.of_lines(&path_of(at));
                    of(&of_lines)
                },
                answer: Answer {
                    names: faults
                        .iter()
                        .filter_map(|fault| desk.field(&path_of(&fault.at)))
                        .map(|field| (field.path, field.name))
                        .collect(),
                    lines: query.fields_of_lines(),
                    pass: query.address(true),
                    part: query.part,
                    told,
                    faults,
                    asked,
                    apply,
                },
                form,
                query,
            })
        })
        .await?;
    match page.query.part {
        true => show(&page.answer),
        false => show(&page),
    }
}

/// Where an order is applied for: what was assumed of it goes along, to be stated by whoever applies.
fn applied(told: &Told) -> String {
    let mut address = format!(
        "/cases/new?kind=license&order={}",
        percent(&told.order.to_string())
    );
    for (path, value) in &told.assumed {
        let fact = format!("{path}={value}");
        address.push_str(&format!("&stated={}", percent(&fact)));
    }
    address
}
