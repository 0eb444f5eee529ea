//! Applying: what kind of case, then its own fields. An order is decided, and what it rests on is kept
//! with the case.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use tiergate_cases::Kind as CaseKind;

use super::super::ask::form::{Group, Input, groups, label, path_of};
use super::super::ask::query::Query;
use super::super::{Shell, percent, show};
use super::given::{Given, fault};
use super::kinds::{self, Choosable, has_order};
use super::queue::lane;
use crate::api::port::Started;
use crate::app::{App, Shared};
use crate::casework::{self, Asked, When};
use crate::guard::{Signed, Who};
use crate::people::{Action, Role, Secret};
use crate::port::{Fault, Form, Kind};
use crate::problem::Problem;

/// Facts that nearly every license turns on, and that the form of an order asks for only then.
const OF_PARTIES: [(&str, &str); 3] = [
    ("consignee.lists", "Lists the consignee is on"),
    (
        "consignee.listed_ownership_pct",
        "Share of the consignee that listed parties own, percent",
    ),
    ("intermediaries", "Intermediaries"),
];

/// Fields whose group stands open, though an order may do without them.
const SHOWN: [&str; 2] = ["end_uses", "value_usd"];

/// The page where a kind is chosen.
#[derive(Template)]
#[template(path = "cases/kinds.html")]
struct KindsPage {
    shell: Shell,
    kinds: Vec<Choosable>,
}

/// The page of a new case of a kind.
#[derive(Template)]
#[template(path = "cases/new.html")]
struct Page {
    shell: Shell,
    given: Given,
    kind: Choosable,
    /// Officials register for a company; an applicant for its own.
    for_company: bool,
    /// Whether it is about an order.
    has_order: bool,
    is_agreement: bool,
    /// The steps by which it may be asked for, where there are several.
    asks: Vec<(String, String)>,
    form: Form,
    groups: Vec<Group>,
    /// Facts of the parties besides those of the form.
    parties: Vec<Input>,
    /// What an answer assumed and is stated now, in words.
    stated: Vec<String>,
    started: Option<Started>,
    /// The facts on which the decision turns, in words.
    missing: Vec<String>,
    lane: String,
    /// What a license is for that has a term of its own, where the law of the day has one.
    own_term: Option<String>,
    /// What is wrong, and whether it stands beside an input already.
    faults: Vec<Fault>,
}

impl Page {
    /// What a fault is of, in words.
    fn of(&self, fault: &Fault) -> String {
        match path_of(&fault.at).as_str() {
            "" => String::new(),
            "order" => "Order".to_owned(),
            path => label(path),
        }
    }
}

fn may_apply(who: &Who) -> Result<(), Problem> {
    if who.person.role == Role::LicensingOfficer && who.may(Action::WorkCases) {
        return Ok(());
    }
    who.must(Action::Apply)
}

/// The kinds someone may begin a case of.
fn offered(who: &Who) -> impl Iterator<Item = CaseKind> {
    // An agreement is between governments: an official enters it.
    let applicant = who.person.role == Role::Applicant;
    let kinds = CaseKind::ALL.into_iter();
    kinds.filter(move |kind| !(applicant && *kind == CaseKind::Agreement))
}

/// The form of an order with what is in it.
fn inputs(
    app: &App,
    given: &Given,
    missing: &[&str],
    faults: &[Fault],
) -> (Vec<Group>, Vec<Input>) {
    let desk = app.config.orders.as_ref();
    let mut query = Query::default();
    query.asked.fields.clone_from(&given.fields);
    let form = desk.form();
    let mut groups = groups(&form, &query, missing, faults);
    for group in &mut groups {
        let mut inputs = group.inputs.iter();
        group.open |= inputs.any(|input| SHOWN.contains(&input.path.as_str()));
    }
    let of_form = |path: &str| {
        let mut inputs = groups.iter().flat_map(|group| &group.inputs);
        inputs.any(|input| input.path == path)
    };
    let fields = given.fields.iter().map(|(path, _)| path.as_str());
    let mut paths: Vec<&str> = Vec::new();
    for path in OF_PARTIES
        .iter()
        .map(|(path, _)| *path)
        .chain(missing.iter().copied())
        .chain(fields)
    {
        if !of_form(path) && !paths.contains(&path) && path != "id" {
            paths.push(path);
        }
    }
    let more = paths.into_iter().filter_map(|path| {
        let mut field = desk.field(path)?;
        let own = OF_PARTIES.iter().find(|(of, _)| *of == path);
        if let Some((_, label)) = own {
            field.label = (*label).to_owned();
        }
        Some(Input::of(field, &query, faults))
    });
    let more = more.collect();
    (groups, more)
}

async fn asked(
    app: &Shared,
    who: &Who,
    mut given: Given,
    kind: CaseKind,
    faults: Vec<Fault>,
) -> Result<Page, Problem> {
    let shell = Shell::new(app, who, "/cases");
    let event = Secret::new().map_err(|e| Problem::internal(&e))?;
    event.text()[..16].clone_into(&mut given.event);
    let for_company = who.person.role != Role::Applicant;
    app.work(move |app| {
        let rules = app.law.on(app.today()).map_err(|e| Problem::internal(&e))?;
        let desk = app.config.orders.as_ref();
        if faults.is_empty() {
            given.spread(desk);
        }
        let order = given.order(desk, &app.today().to_string());
        given.dated(&app.today().to_string());
        let started = order.and_then(|order| match order {
            None => Ok(None),
            Some(order) => desk.start(&order, app.today(), &app.ledger).map(Some),
        });
        // What is wrong with the order is told once, by whatever refused it.
        let (started, wrong) = match started {
            Ok(started) => (started, Vec::new()),
            Err(wrong) if faults.is_empty() => (None, wrong),
            Err(_) => (None, Vec::new()),
        };
        let faults: Vec<Fault> = faults.into_iter().chain(wrong).collect();
        let missing = started.as_ref().map_or(&[][..], |s| &s.missing);
        let paths: Vec<&str> = missing.iter().map(String::as_str).collect();
        let (groups, parties) = inputs(app, &given, &paths, &faults);
        let word = started.as_ref().and_then(|started| started.lane.clone());
        Ok(Page {
            shell,
            kind: kinds::told(kind),
            for_company,
            has_order: has_order(kind),
            is_agreement: kind == CaseKind::Agreement,
            asks: kinds::asks(&rules, kind),
            form: desk.form(),
            groups,
            parties,
            stated: given.stated.iter().map(|path| label(path)).collect(),
            missing: missing.iter().map(|path| label(path)).collect(),
            lane: lane(word.as_deref()),
            own_term: rules
                .own_term()
                .filter(|_| kind == CaseKind::License)
                .map(|own| own.says.clone()),
            started,
            faults,
            given,
        })
    })
    .await
}

/// The page: without a kind, the choice of one.
pub async fn page(
    State(app): State<Shared>,
    who: Who,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    let query = query.unwrap_or_default();
    let mut given = Given::of(crate::guard::form::read(query.as_bytes())?);
    if given.kind.is_empty() && !given.order.is_empty() {
        // What is applied for with an order is a license.
        CaseKind::License.word().clone_into(&mut given.kind);
    }
    let kind = given
        .kind()
        .filter(|kind| offered(&who).any(|k| k == *kind));
    let Some(kind) = kind else {
        return show(&KindsPage {
            shell: Shell::new(&app, &who, "/cases"),
            kinds: offered(&who).map(kinds::told).collect(),
        });
    };
    show(&asked(&app, &who, given, kind, Vec::new()).await?)
}

/// Registers a case.
pub async fn register(
    State(app): State<Shared>,
    Signed { who, form }: Signed<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    may_apply(&who)?;
    let form = Given::of(form);
    let (asker, given) = (who.clone(), form.clone());
    let made = app.work(move |app| registered(app, &asker, &given)).await;
    match made {
        Ok(case) => Ok(Redirect::to(&format!("/cases/{}", percent(&case))).into_response()),
        Err(problem) if problem.code() == StatusCode::UNPROCESSABLE_ENTITY => {
            let kind = form.kind().unwrap_or(CaseKind::License);
            // Where the order is given in fields, what is wrong stands beside them.
            let place = |mut fault: Fault| {
                if let Some(of) = fault.at.strip_prefix("/order/") {
                    fault.at = format!("/{of}");
                }
                fault
            };
            let faults = problem.faults().into_iter().map(place).collect();
            let page = asked(&app, &who, form, kind, faults).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, show(&page)?).into_response())
        }
        Err(problem) => Err(problem),
    }
}

/// Registers what the form says.
fn registered(app: &App, who: &Who, given: &Given) -> Result<String, Problem> {
    let application = given.application()?;
    let order = given.order(app.config.orders.as_ref(), &app.today().to_string())?;
    if application.kind == CaseKind::License && order.is_none() {
        let what = "a license is applied for with an order: say what goes where";
        return Err(fault("/order", what).into());
    }
    let asked = Asked { application, order };
    let id = format!("registered/{}", given.event);
    let made = casework::register(app, &who.person, asked, &id, When::now(app))?;
    Ok(made.state.case)
}
