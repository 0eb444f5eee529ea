//! Facts of an order as an application states them.

use serde_json::{Map, Value};
use tiergate_engine::Desk;
use tiergate_order::{Assume, Facts as Resolved, Field, Order};
use tiergate_server::{Fact, Facts, Fault, Kind};

use super::api::order_of as read;
use super::asking::{OBJECTS, as_json, by_name, fault, json, order};
use super::{fields, pointer, whole};
use crate::style::grouped;

/// An order given field by field.
pub fn order_of(desk: &Desk, given: &[(String, String)]) -> Result<Value, Vec<Fault>> {
    let (order, faults) = order(desk, given);
    match faults.is_empty() {
        true => Ok(as_json(&order)),
        false => Err(faults),
    }
}

/// The facts that an order states, each as it is and for people.
pub fn facts(desk: &Desk, text: &str) -> Result<Facts, Vec<Fault>> {
    let order = read(text)?;
    let numbered = order.intermediary_pairs();
    let by_field = numbered.iter().all(|(path, _)| path == "intermediaries");
    let all = order.pairs().into_iter().chain(numbered);
    let all = all.map(|(path, value)| Fact {
        says: says(desk, &path, &value),
        path,
        value,
    });
    let mut all: Vec<Fact> = all.collect();
    all.dedup_by(|one, before| one.path == before.path);
    Ok(Facts { all, by_field })
}

/// A value for people.
fn says(desk: &Desk, path: &str, value: &str) -> String {
    let one = |value: &str| match fields::field(desk, path).map(|field| field.kind) {
        Some(Kind::Country) => {
            let mut countries = desk.catalog.countries.iter();
            let found = countries.find(|c| c.code.to_string() == value);
            found.map(|c| format!("{} ({value})", c.name))
        }
        Some(Kind::Chip) => {
            let chip = desk.catalog.chip(value);
            chip.map(|c| format!("{} {} ({value})", c.vendor, c.name))
        }
        Some(Kind::Number) => Some(grouped(value)),
        Some(Kind::One(all) | Kind::Many(all)) => {
            let found = all.into_iter().find(|(is, _)| is == value);
            found.map(|(_, says)| says)
        }
        _ => None,
    };
    match value {
        "" | "[]" => "none".to_owned(),
        value => {
            let each = value
                .split('|')
                .map(|v| one(v).unwrap_or_else(|| v.to_owned()));
            each.collect::<Vec<_>>().join(", ")
        }
    }
}

/// An order with facts that it left open.
pub fn completed(
    desk: &Desk,
    text: &str,
    given: &[(String, String)],
) -> Result<String, Vec<Fault>> {
    let mut order = read(text)?;
    let mut paper: Map<String, Value> = serde_json::from_str(text).map_err(whole)?;
    let mut faults = Vec::new();
    for (path, value) in given {
        let value = by_name(desk, path, value);
        if let Some(before) = order.get(path) {
            let what =
                format!("is given as `{before}` and stays so: for another order, apply with it");
            faults.push(fault(&pointer(path), what));
        } else if let Err(error) = order.set(path, &value) {
            faults.push(fault(&pointer(path), error.to_string()));
        } else if !value.trim().is_empty() {
            state(&mut paper, path, json(path, value));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let paper = serde_json::to_string(&paper).map_err(whole)?;
    // It is an order as a reader of the contract reads it.
    read(&paper).map(|_| paper)
}

fn state(paper: &mut Map<String, Value>, path: &str, value: Value) {
    let of = path.split_once('.').filter(|(of, _)| OBJECTS.contains(of));
    match of {
        Some((of, rest)) => {
            let of = paper.entry(of).or_insert_with(|| Map::new().into());
            if let Some(of) = of.as_object_mut() {
                of.insert(rest.to_owned(), value);
            }
        }
        None => {
            paper.insert(path.to_owned(), value);
        }
    }
}

/// What was assumed of an order, as facts that it could state: what it leaves open and an assumption
/// filled in.
pub fn assumed(order: &Order, assume: &Assume, facts: &Resolved) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut states = |path: &str, value: Option<String>| {
        let Some(value) = value.filter(|_| order.get(path).is_none()) else {
            return;
        };
        if !found.iter().any(|(before, _)| before == path) {
            found.push((path.to_owned(), value));
        }
    };
    for (path, value) in &assume.values {
        states(path, Some(value.clone()));
    }
    let parties = [
        ("exporter", order.has_exporter),
        ("consignee", true),
        ("end_user", order.has_end_user),
    ];
    for (party, _) in parties.into_iter().filter(|(_, given)| *given) {
        let country = |of: &str| {
            let path = format!("{party}.{of}");
            let Ok(Field::Fact(tiergate_law::Fact::Country(fact))) = Field::by_path(&path) else {
                return (path, None);
            };
            let country = facts.country_followed(fact).map(|c| c.to_string());
            (path, country)
        };
        if assume.headquarters_is_location {
            let (path, country) = country("headquarters");
            states(&path, country);
        }
        if assume.parent_is_headquarters {
            let (path, country) = country("parent");
            states(&path, country);
        }
        if assume.screened && party != "exporter" {
            if !assume.lists_are_screened {
                states(&format!("{party}.lists"), Some("none".to_owned()));
            }
            let share = format!("{party}.listed_ownership_pct");
            states(&share, Some("0".to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;

    fn decided(desk: &Desk, order: &Order, assume: &Assume) -> Vec<(String, String)> {
        let resolved = desk.resolve(order, assume).unwrap();
        assumed(order, assume, &resolved.facts)
    }

    #[test]
    fn what_was_assumed_can_be_stated_and_then_nothing_is_assumed() {
        let desk = embedded::desk(None).unwrap();
        let text = r#"{"id":"o","date":"2026-11-26","destination":"KZ","quantity":5,
            "item":{"chip":"nvidia-h20"},"consignee":{"name":"Steppe","headquarters":"PL"}}"#;
        let order = read(text).unwrap();
        let all = ["parent=headquarters", "headquarters=location", "screened"];
        let assume = Assume::parse(&all).unwrap();
        let stated = decided(&desk, &order, &assume);
        let said: Vec<String> = stated.iter().map(|(p, v)| format!("{p} = {v}")).collect();
        assert_eq!(
            said,
            [
                "consignee.parent = PL",
                "consignee.lists = none",
                "consignee.listed_ownership_pct = 0"
            ]
        );
        let full = completed(&desk, text, &stated).unwrap();
        let full = read(&full).unwrap();
        assert!(decided(&desk, &full, &assume).is_empty());
        let (with, without) = (assume, Assume::default());
        let facts = |order: &Order, assume: &Assume| desk.resolve(order, assume).unwrap().facts;
        assert_eq!(facts(&order, &with), facts(&full, &without));
    }

    #[test]
    fn what_an_order_states_is_not_stated_otherwise() {
        let desk = embedded::desk(None).unwrap();
        let text =
            r#"{"id":"o","date":"2026-11-26","destination":"KZ","item":{"chip":"nvidia-h20"}}"#;
        let given = [
            ("destination".to_owned(), "PL".to_owned()),
            ("consignee.headquarters".to_owned(), "Atlantis".to_owned()),
        ];
        let faults = completed(&desk, text, &given).unwrap_err();
        let at: Vec<&str> = faults.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(at, ["/destination", "/consignee/headquarters"]);
        let given = [("consignee.headquarters".to_owned(), "Poland".to_owned())];
        let full = completed(&desk, text, &given).unwrap();
        let facts = facts(&desk, &full).unwrap();
        let said = facts.all.iter().map(|f| f.says.as_str());
        assert!(said.clone().any(|says| says == "Poland (PL)"), "{full}");
        assert!(said.clone().any(|says| says == "Kazakhstan (KZ)"), "{full}");
    }
}
