//! One order asked about in a form.

use serde_json::{Map, Value};
use tiergate_engine::{DecisionRecord, Desk};
use tiergate_law::{Fact, LawRef};
use tiergate_order::{Assume, Field, Order};
use tiergate_server::{Asked, Fault, Missing, Sheet, Told, WhichLaw};

use super::sheets::{light, sheet};
use super::{pointer, whole};
use crate::case::{ASSUMED, CONSIDERED, Case, ITEM, MISSING, ORDER, SOURCES, WEAK};
use crate::order_args::UNNAMED;
use crate::page::Page;
use crate::verdict::{self, Bench};
use crate::words;

/// What is to be told of an order.
pub fn ask(desk: &'static Desk, asked: &Asked) -> Result<Told, Vec<Fault>> {
    let (order, mut faults) = order(desk, &asked.fields);
    let law = law(&asked.law).map_err(|fault| faults.push(fault)).ok();
    let Some(law) = law.filter(|_| faults.is_empty()) else {
        return Err(faults);
    };
    let assume = Assume::parse(&asked.assume).map_err(|error| at("/assume", error))?;
    let resolved = desk.resolve(&order, &assume).map_err(|error| {
        let what = format!("`{}` {}", error.value, error.problem);
        vec![fault(&pointer(error.field), what)]
    })?;
    let bench = Bench::of(desk, vec![law], (None, None), assume);
    let mut bench = bench.map_err(|error| at("/law", error))?;
    let decided = bench.record(0, &order, &resolved);
    let (record, place) = decided.map_err(|error| at("/date", error))?;
    let case = Case {
        desk,
        books: bench.books(place),
        order: &order,
        resolved: &resolved,
        record: &record,
    };
    let to_pass = asked.to_pass.then(|| {
        let mut page = Page::default();
        case.ways_to_pass().add_to(&mut page);
        sheet(&page)
    });
    Ok(Told {
        light: light(verdict::light(record.outcome)),
        lane: record
            .review
            .map(|review| words::plain(review).into_owned()),
        answer: case.answer(),
        law: case.law_name(),
        missing: missing(&record),
        sheet: reasons(&case.page()),
        to_pass,
        license: record.outcome == "license-required",
        order: as_json(&order),
        assumed: super::stated::assumed(&order, &bench.assume, &resolved.facts),
    })
}

/// The facts on which an answer, its authority or its review depends.
pub(super) fn missing(record: &DecisionRecord) -> Vec<Missing> {
    let all = record.missing.iter().chain(&record.missing_detail);
    all.map(|path| in_words(path)).collect()
}

/// A fact that is missing, as a person is told of it.
pub(super) fn in_words(path: &str) -> Missing {
    Missing {
        path: path.to_owned(),
        name: words::label(path),
        question: words::question(path).to_owned(),
    }
}

/// What the form beside the answer says already, or what only some look up: last, and folded.
const LAST: [&str; 6] = [ORDER, ITEM, ASSUMED, CONSIDERED, WEAK, SOURCES];

/// Why, without the facts that are missing: these are told apart.
pub(super) fn reasons(page: &Page) -> Sheet {
    let mut sheet = sheet(page);
    sheet.sections.retain(|s| s.heading != MISSING);
    for section in &mut sheet.sections {
        section.folded = LAST.contains(&section.heading.as_str());
    }
    sheet.sections.sort_by_key(|section| section.folded);
    sheet
}

/// A law as a form gives it.
pub fn law(which: &WhichLaw) -> Result<LawRef, Fault> {
    let mut text = which.law.clone();
    if !which.as_of.is_empty() {
        if which.as_of.parse::<tiergate_law::Date>().is_err() {
            let what = format!("found `{}`, expected a day such as 2025-05-15", which.as_of);
            return Err(fault("/as_of", what));
        }
        text.push_str(&format!("@{}", which.as_of));
    }
    if !which.view.is_empty() {
        text.push_str(&format!(":{}", which.view));
    }
    text.parse()
        .map_err(|error: tiergate_law::ParseLawError| fault("/law", error.to_string()))
}

/// The order that fields describe, and what is wrong with them.
pub(super) fn order(desk: &Desk, fields: &[(String, String)]) -> (Order, Vec<Fault>) {
    let mut order = Order::new(UNNAMED);
    let mut faults = Vec::new();
    for (path, value) in fields {
        let value = by_name(desk, path, value);
        if let Err(error) = order.set(path, &value) {
            faults.push(fault(&pointer(path), error.to_string()));
        }
    }
    let given = |path: &str| {
        fields
            .iter()
            .any(|(p, v)| p == path && !v.trim().is_empty())
    };
    if !given("destination") {
        let what = "missing; where does it go? A country such as Poland, or its code, PL";
        faults.push(fault("/destination", what.to_owned()));
    }
    if !given("date") {
        let what = "missing; the date of shipment selects the law";
        faults.push(fault("/date", what.to_owned()));
    }
    (order, faults)
}

/// A country or a chip may be given by its name: the code or id of it.
pub(super) fn by_name(desk: &Desk, path: &str, value: &str) -> String {
    use tiergate_server::Kind;
    let catalog = &desk.catalog;
    let found = match super::fields::field(desk, path).map(|field| field.kind) {
        Some(Kind::Country) => catalog.country(value).map(|code| code.to_string()),
        Some(Kind::Chip) if catalog.chip(value).is_none() => {
            let called = |name: String| name.eq_ignore_ascii_case(value.trim());
            let chip = catalog
                .chips
                .iter()
                .find(|c| called(c.name.clone()) || called(format!("{} {}", c.vendor, c.name)));
            let only = || match catalog.search(value).as_slice() {
                [one] => Some(one.id.clone()),
                _ => None,
            };
            chip.map(|c| c.id.clone()).or_else(only)
        }
        _ => None,
    };
    found.unwrap_or_else(|| value.to_owned())
}

/// Parts of the contract that are objects of their own.
pub(super) const OBJECTS: [&str; 5] = ["item", "exporter", "consignee", "end_user", "statements"];

/// An order in the words of the contract.
pub fn as_json(order: &Order) -> Value {
    let mut all = Map::new();
    let pairs = order.pairs().into_iter().chain(order.intermediary_pairs());
    for (path, value) in pairs.filter(|(path, _)| path != "id") {
        let value = json(&path, value);
        match path.split_once('.').filter(|(of, _)| OBJECTS.contains(of)) {
            Some((of, rest)) => {
                let of = all.entry(of).or_insert_with(|| Map::new().into());
                if let Some(of) = of.as_object_mut() {
                    of.insert(rest.to_owned(), value);
                }
            }
            None => {
                all.insert(path, value);
            }
        }
    }
    all.into()
}

pub(super) fn json(path: &str, value: String) -> Value {
    let number = || value.parse::<serde_json::Number>().ok().map(Value::Number);
    let flag = || value.parse::<bool>().ok().map(Value::Bool);
    let typed = match Field::by_path(path) {
        Ok(field) if field.is_list() => {
            let members = value
                .split('|')
                .filter(|m| !matches!(*m, "" | "none" | "[]"));
            Some(members.collect())
        }
        Ok(Field::Fact(Fact::Number(_)) | Field::DieArea | Field::IcsPerUnit) => number(),
        Ok(Field::Fact(Fact::Flag(_)) | Field::NoDie) => flag(),
        _ => None,
    };
    typed.unwrap_or(Value::String(value))
}

pub(super) fn fault(at: &str, what: String) -> Fault {
    Fault {
        at: at.to_owned(),
        what,
    }
}

fn at(at: &str, error: impl std::fmt::Display) -> Vec<Fault> {
    let mut faults = whole(error);
    faults.iter_mut().for_each(|f| at.clone_into(&mut f.at));
    faults
}
