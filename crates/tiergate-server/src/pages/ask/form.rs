//! The form of an order as it stands: what is in each field, and what is wrong with it.

use super::query::Query;
use crate::port::{Fault, Field, Form, Kind, OrderDesk};

/// A field of the form.
#[derive(Debug, Clone)]
pub struct Input {
    /// Its path, and the name it is sent by.
    pub path: String,
    /// What it is called.
    pub label: String,
    /// What it means.
    pub doc: String,
    /// How it is filled in.
    pub kind: Kind,
    /// What is in it.
    pub value: String,
    /// What is wrong with it.
    pub faults: Vec<String>,
}

impl Input {
    /// A field with what is in it, and what is wrong with it.
    pub fn of(field: Field, query: &Query, faults: &[Fault]) -> Input {
        let here = faults.iter().filter(|f| path_of(&f.at) == field.path);
        Input {
            value: match query.of_lines(&field.path) {
                true => String::new(),
                false => query.value(&field.path).to_owned(),
            },
            faults: here.map(|f| f.what.clone()).collect(),
            path: field.path,
            label: field.label,
            doc: field.doc,
            kind: field.kind,
        }
    }

    /// Whether a value of a list is in it.
    pub fn holds(&self, value: &str) -> bool {
        self.value.split('|').any(|one| one == value)
    }

    /// Whether it holds one of its values; else what is in it must be shown as it is.
    pub fn known(&self, values: &[(String, String)]) -> bool {
        self.value.is_empty() || values.iter().any(|(value, _)| *value == self.value)
    }

    /// The list of its suggestions.
    pub fn list(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Country => Some("countries"),
            Kind::Chip => Some("chips"),
            _ => None,
        }
    }

    /// The keys a telephone shows for it.
    pub fn keys(&self) -> &'static str {
        match self.kind {
            Kind::Number => "decimal",
            _ => "text",
        }
    }
}

/// Fields that belong together.
#[derive(Debug, Clone)]
pub struct Group {
    /// What they are about.
    pub title: String,
    /// Whether they stand open.
    pub open: bool,
    /// The fields.
    pub inputs: Vec<Input>,
}

/// The groups of the form as they stand: open where something is given, missing or wrong.
pub fn groups(form: &Form, query: &Query, missing: &[&str], faults: &[Fault]) -> Vec<Group> {
    let group = |group: &crate::port::Group| {
        let fields = group.fields.iter().cloned();
        let inputs: Vec<Input> = fields.map(|f| Input::of(f, query, faults)).collect();
        let used = |input: &Input| {
            !input.value.is_empty()
                || !input.faults.is_empty()
                || missing.contains(&input.path.as_str())
        };
        Group {
            title: group.title.clone(),
            open: group.open || inputs.iter().any(used),
            inputs,
        }
    };
    form.groups.iter().map(group).collect()
}

/// Fields beyond those of the form: that the answer turns on, or that the address gives.
pub fn asked<'q>(
    desk: &dyn OrderDesk,
    form: &Form,
    query: &'q Query,
    missing: &[&'q str],
    faults: &[Fault],
) -> Vec<Input> {
    let of_form = |path: &str| {
        let mut fields = form.groups.iter().flat_map(|g| &g.fields);
        fields.any(|field| field.path == path)
    };
    let given = query.asked.fields.iter().map(|(path, _)| path.as_str());
    let given = given.filter(|path| !query.of_lines(path));
    let mut paths: Vec<&str> = Vec::new();
    for path in missing.iter().copied().chain(given) {
        if !of_form(path) && !paths.contains(&path) {
            paths.push(path);
        }
    }
    let fields = paths.into_iter().filter_map(|path| desk.field(path));
    fields
        .map(|field| Input::of(field, query, faults))
        .collect()
}

/// A path in words: `consignee.lists` is `Consignee: lists`.
pub fn label(path: &str) -> String {
    let words = path.replace('.', ": ").replace('_', " ");
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// The field a fault is of.
pub fn path_of(at: &str) -> String {
    at.trim_start_matches('/').replace('/', ".")
}
