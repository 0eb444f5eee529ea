//! The fields of an order as a form shows them, from the tables of facts.

use tiergate_engine::Desk;
use tiergate_law::{CHOICES, COUNTRIES, FLAGS, Fact, LIST_NAMES, fact_by_name};
use tiergate_order::Field as Contract;
use tiergate_server::{Field, Form, Group, Kind};

use crate::case::doc_of;
use crate::words;

/// The groups of the form: title, whether it stands open, and its fields with what they are called.
type Groups = [(&'static str, bool, &'static [(&'static str, &'static str)]); 6];

const GROUPS: Groups = [
    (
        "What, how much, where to",
        true,
        &[
            ("item.chip", "Chip"),
            ("quantity", "Quantity"),
            ("destination", "Destination"),
            ("date", "Date of shipment"),
        ],
    ),
    (
        "Not in the catalog: its parameters",
        false,
        &[
            ("item.kind", "Kind of item"),
            ("item.tpp", "TPP of one IC"),
            ("item.performance_density", "Performance density"),
            ("item.die_area_mm2", "Applicable die area, mm2"),
            ("item.ics_per_unit", "ICs in one unit"),
            ("item.datacenter", "For datacenters"),
            ("item.eccn", "Paragraph the parties state"),
            ("item.vendor", "Vendor"),
        ],
    ),
    (
        "Consignee",
        true,
        &[
            ("consignee.name", "Name"),
            ("consignee.headquarters", "Headquarters"),
            ("consignee.parent", "Ultimate parent's headquarters"),
        ],
    ),
    (
        "End user, if another",
        false,
        &[
            ("end_user.name", "Name"),
            ("end_user.headquarters", "Headquarters"),
            ("end_user.parent", "Ultimate parent's headquarters"),
        ],
    ),
    ("End uses", false, &[("end_uses", "All that are known")]),
    (
        "Transaction",
        false,
        &[
            ("activity", "Kind of transaction"),
            ("from", "Country it leaves"),
            ("value_usd", "Value, USD"),
        ],
    ),
];

const ASSUMPTIONS: [(&str, &str); 3] = [
    (
        "parent=headquarters",
        "Every ultimate parent is where its party is headquartered",
    ),
    (
        "headquarters=location",
        "Consignee and end user are headquartered where they are",
    ),
    ("screened", "Every party was screened and is on no list"),
];

/// The form.
pub fn form(desk: &Desk) -> Form {
    let group = |(title, open, fields): &(&str, bool, &[(&str, &str)])| {
        let fields = fields.iter().filter_map(|(path, label)| {
            let mut field = field(desk, path)?;
            (*label).clone_into(&mut field.label);
            Some(field)
        });
        Group {
            title: (*title).to_owned(),
            open: *open,
            fields: fields.collect(),
        }
    };
    let chips = desk.catalog.chips.iter();
    let countries = desk.catalog.countries.iter();
    Form {
        groups: GROUPS.iter().map(group).collect(),
        chips: chips
            .map(|c| (c.id.clone(), format!("{} {}", c.vendor, c.name)))
            .collect(),
        countries: countries
            .map(|c| (c.code.to_string(), c.name.clone()))
            .collect(),
        assumptions: ASSUMPTIONS
            .map(|(a, says)| (a.to_owned(), says.to_owned()))
            .into(),
    }
}

/// A field of an order; none when there is no such field.
pub fn field(desk: &Desk, path: &str) -> Option<Field> {
    let contract = Contract::by_path(path).ok()?;
    Some(Field {
        path: path.to_owned(),
        name: words::label(path),
        label: words::question(path).to_owned(),
        doc: doc_of(path).to_owned(),
        kind: kind(desk, contract, path),
    })
}

fn kind(desk: &Desk, field: Contract, path: &str) -> Kind {
    let plain = |value: &str| (value.to_owned(), value.replace('-', " "));
    match field {
        Contract::Date => Kind::Date,
        Contract::Chip | Contract::Contains => Kind::Chip,
        Contract::Eccn => Kind::One(desk.library.classes.iter().map(|c| plain(c)).collect()),
        Contract::NoDie => yes_or_no(),
        Contract::DieArea | Contract::IcsPerUnit => Kind::Number,
        Contract::Lists(_) => {
            // What a list is called is said of each party; the words are the consignee's.
            let lists = LIST_NAMES.iter().map(|name| {
                let path = format!("consignee.lists={name}");
                let flag = FLAGS.iter().find(|flag| flag.path == path);
                let says = flag.map_or(*name, |flag| flag.doc);
                ((*name).to_owned(), says.to_owned())
            });
            Kind::Many(std::iter::once(none()).chain(lists).collect())
        }
        Contract::Members(of) => {
            let members = FLAGS.iter().filter_map(|flag| {
                let member = flag.path.strip_prefix(of)?;
                Some((member.to_owned(), flag.doc.to_owned()))
            });
            // An order without any use is none.
            let none = Some(none()).filter(|_| path != "end_uses");
            Kind::Many(none.into_iter().chain(members).collect())
        }
        Contract::NoIntermediaries => {
            Kind::One(vec![("none".to_owned(), "there are none".to_owned())])
        }
        Contract::Fact(fact) => of_fact(fact),
        _ if COUNTRIES.iter().any(|c| c.path == path) => Kind::Country,
        _ => match fact_by_name(path) {
            Some(fact) if CHOICES.iter().any(|c| c.path == path) => of_fact(fact),
            _ => Kind::Text,
        },
    }
}

fn of_fact(fact: Fact) -> Kind {
    match fact {
        Fact::Country(_) => Kind::Country,
        Fact::Flag(_) => yes_or_no(),
        Fact::Number(_) => Kind::Number,
        Fact::Text(_) => Kind::Text,
        Fact::Choice(fact) => {
            let values = fact.info().values.iter();
            Kind::One(
                values
                    .map(|value| ((*value).to_owned(), value.replace('-', " ")))
                    .collect(),
            )
        }
    }
}

fn none() -> (String, String) {
    ("none".to_owned(), "none of these".to_owned())
}

fn yes_or_no() -> Kind {
    Kind::One(vec![
        ("true".to_owned(), "yes".to_owned()),
        ("false".to_owned(), "no".to_owned()),
    ])
}
