//! Runs the examples that stand beside the rules.
//!
//! ```
//! let (library, _, _) = tiergate::embedded::library(None).unwrap();
//! let desk = tiergate_engine::Desk::new(library, tiergate::embedded::catalog().unwrap());
//! let report = tiergate::examples::run(&desk);
//! assert_eq!(report.passed + report.failed.len(), report.total());
//! ```

use std::collections::BTreeSet;

use serde_json::Value;
use tiergate_engine::{DecisionRecord, Desk, DutyRecord, Stamp};
use tiergate_law::{Body, Example, LawRef, Library, Source, View, nearest};
use tiergate_order::{Assume, Field, FieldError, Order};

use crate::verdict::Books;

/// One thing an example expected and did not get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// Path of the decision, or what could not be done.
    pub path: String,
    /// As the example says.
    pub expected: String,
    /// As decided.
    pub found: String,
}

/// An example that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The law file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The sentence that names it.
    pub says: String,
    /// The paragraph it shows.
    pub cite: String,
    /// What did not fit.
    pub mismatches: Vec<Mismatch>,
}

/// What became of all examples.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// How many hold.
    pub passed: usize,
    /// Those that do not.
    pub failed: Vec<Failure>,
}

impl Report {
    /// How many there are.
    #[must_use]
    pub const fn total(&self) -> usize {
        self.passed + self.failed.len()
    }
}

/// Runs every example of every law file.
#[must_use]
pub fn run(desk: &Desk) -> Report {
    let mut report = Report::default();
    let names = Names::of(&desk.library);
    for source in desk.library.sources() {
        for example in &source.examples {
            let mut mismatches = match decide(desk, source, example) {
                Ok(record) => compare(&record, &example.expect),
                Err(problem) => vec![problem],
            };
            mismatches.extend(names.unknown(&example.expect).map(|u| Mismatch {
                expected: u.name.to_owned(),
                found: u.message(),
                path: u.path.to_owned(),
            }));
            if mismatches.is_empty() {
                report.passed += 1;
                continue;
            }
            report.failed.push(Failure {
                file: source.file.clone(),
                line: line_of(source, example),
                says: example.says.clone(),
                cite: example.cite.clone(),
                mismatches,
            });
        }
    }
    report
}

/// Every id an example may expect, or expect not to see: a misspelled one would hold for ever.
#[derive(Debug)]
pub struct Names<'l> {
    requirements: BTreeSet<&'l str>,
    authorities: BTreeSet<&'l str>,
    duties: BTreeSet<&'l str>,
    readings: BTreeSet<&'l str>,
    red_flags: BTreeSet<&'l str>,
}

/// An id in an expectation that no law declares.
#[derive(Debug, PartialEq, Eq)]
pub struct Unknown<'e> {
    /// The expectation.
    pub path: &'e str,
    /// What the ids of that expectation are.
    pub kind: &'static str,
    /// As written.
    pub name: &'e str,
    /// The declared id nearest to it.
    pub near: Option<String>,
}

impl Unknown<'_> {
    /// The fault in words.
    #[must_use]
    pub fn message(&self) -> String {
        format!("no law has the {} `{}`", self.kind, self.name)
    }
}

impl<'l> Names<'l> {
    /// The ids every law of the library declares.
    #[must_use]
    pub fn of(library: &'l Library) -> Names<'l> {
        let mut names = Names {
            requirements: BTreeSet::new(),
            authorities: BTreeSet::new(),
            duties: BTreeSet::new(),
            readings: BTreeSet::new(),
            red_flags: BTreeSet::new(),
        };
        for entry in library.sources().flat_map(|s| &s.entries) {
            let id = entry.id.as_str();
            match &entry.body {
                Body::Requirement(_) => names.requirements.insert(id),
                Body::Reading(_) => names.readings.insert(id),
                Body::RedFlag(_) => names.red_flags.insert(id),
                Body::Duty(_) => names.duties.insert(id),
                Body::Authority(authority) => {
                    names
                        .duties
                        .extend(authority.duties.iter().map(|d| d.id.as_str()));
                    names.authorities.insert(id)
                }
                Body::Review(review) => {
                    let own = review.duties.iter().map(|d| d.id.as_str());
                    names.duties.extend(own);
                    true
                }
                _ => false,
            };
        }
        names
    }

    /// The ids of an example's expectations that no law declares.
    pub fn unknown<'e>(&self, expect: &'e [(String, String)]) -> impl Iterator<Item = Unknown<'e>> {
        expect.iter().flat_map(|(path, expected)| {
            let (kind, known, named) = match path.as_str() {
                "requirements" | "not_requirements" => {
                    ("requirement", &self.requirements, members(expected))
                }
                "duties" | "not_duties" => ("duty", &self.duties, members(expected)),
                "readings" | "duty_readings" => ("reading", &self.readings, members(expected)),
                "red_flags" => ("red flag", &self.red_flags, members(expected)),
                _ => {
                    let id = path.strip_prefix("authorities.");
                    ("authority", &self.authorities, id.into_iter().collect())
                }
            };
            let unknown = named.into_iter().filter(|name| !known.contains(name));
            unknown
                .map(|name| Unknown {
                    path,
                    kind,
                    name,
                    near: nearest(name, known.iter().copied()).map(str::to_owned),
                })
                .collect::<Vec<_>>()
        })
    }
}

/// The line an example starts on.
#[must_use]
pub fn line_of(source: &Source, example: &Example) -> usize {
    let before = source
        .text
        .get(..example.span.start)
        .unwrap_or(&source.text);
    before.matches('\n').count() + 1
}

/// The order of an example.
///
/// # Errors
///
/// A field that does not exist or a value that does not fit, with the field.
pub fn order_of(example: &Example) -> Result<Order, (String, FieldError)> {
    let mut order = Order::new("example");
    order.date = Some(example.date);
    let mut intermediary = Vec::new();
    for (path, value) in &example.order {
        let is_list = path.ends_with(".lists") || Field::by_path(path).is_ok_and(Field::is_list);
        // An empty list is a statement; an empty text is none.
        let value = if is_list && value.is_empty() {
            "[]"
        } else {
            value
        };
        if let Some(field) = path.strip_prefix("intermediaries.") {
            intermediary.push((field.to_owned(), value.to_owned()));
            continue;
        }
        order
            .set(path, value)
            .map_err(|error| (path.clone(), error))?;
    }
    if !intermediary.is_empty() {
        let fail = |error| ("intermediaries".to_owned(), error);
        order.add_intermediary(&intermediary).map_err(fail)?;
    }
    Ok(order)
}

/// Decides an example.
fn decide(desk: &Desk, source: &Source, example: &Example) -> Result<DecisionRecord, Mismatch> {
    let fail = |path: &str, found: String| Mismatch {
        path: path.to_owned(),
        expected: "a decision".to_owned(),
        found,
    };
    let order = order_of(example).map_err(|(path, error)| fail(&path, error.to_string()))?;
    let of_file = || match source.instrument.proposal {
        Some(_) => source.instrument.id.clone(),
        None => "us".to_owned(),
    };
    let law = example.law.clone().unwrap_or_else(of_file);
    let law: LawRef = law.parse().map_err(|e| fail("law", format!("{e}")))?;
    let assume = Assume::parse(&example.assume).map_err(|e| fail("assume", e.to_string()))?;
    desk.check_readings(&assume)
        .map_err(|e| fail("assume", e.to_string()))?;
    let resolved = desk
        .resolve(&order, &assume)
        .map_err(|e| fail("order", e.to_string()))?;
    let stamp = Desk::stamp(&law, example.date, None, example.view.map(View::from));
    let book = |stamp: &Stamp| desk.rulebook(stamp).map_err(|e| fail("law", e.to_string()));
    let (here, other) = (
        book(&stamp)?,
        book(&Stamp {
            view: stamp.view.other(),
            ..stamp.clone()
        })?,
    );
    let (readings, other_readings) = (
        Desk::readings(&here, &assume),
        Desk::readings(&other, &assume),
    );
    let books = Books {
        book: here,
        readings,
        other,
        other_readings,
    };
    Ok(books.record(&order, &resolved, stamp.as_of))
}

/// Holds a decision against what an example expects, field by field.
#[must_use]
pub fn compare(record: &DecisionRecord, expect: &[(String, String)]) -> Vec<Mismatch> {
    let json = serde_json::to_value(record).unwrap_or(Value::Null);
    let mut mismatches = Vec::new();
    for (path, expected) in expect {
        if let Err(found) = field(record, &json, path, expected) {
            let (path, expected) = (path.clone(), expected.clone());
            mismatches.push(Mismatch {
                path,
                expected,
                found,
            });
        }
    }
    mismatches
}

/// Whether one expectation holds; what was found when it does not.
fn field(record: &DecisionRecord, json: &Value, path: &str, expected: &str) -> Result<(), String> {
    match path {
        "requirements" => holds_all(record.requirements.iter().map(|r| r.id.as_str()), expected),
        "not_requirements" => {
            holds_none(record.requirements.iter().map(|r| r.id.as_str()), expected)
        }
        "readings" => holds_all(record.readings.iter().map(|r| r.id.as_str()), expected),
        "duty_readings" => holds_all(record.duty_readings.iter().map(|r| r.id.as_str()), expected),
        "red_flags" => holds_all(record.red_flags.iter().map(|r| r.id.as_str()), expected),
        "duties" => holds_all(duties(record).map(|d| d.id.as_str()), expected),
        "not_duties" => holds_none(duties(record).map(|d| d.id.as_str()), expected),
        "missing" => same_set(record.missing.iter().map(String::as_str), expected),
        "possible" => same_set(record.possible.iter().map(String::as_str), expected),
        _ => {
            if let Some(id) = path.strip_prefix("authorities.") {
                let found = record.authorities.iter().find(|a| a.id == id);
                return same(found.map_or("not considered", |a| a.verdict), expected);
            }
            if let Some(rest) = path.strip_prefix("draws.") {
                return draw(record, rest, expected);
            }
            let found = path.split('.').try_fold(json, |value, key| value.get(key));
            match found {
                Some(value) => same(&plain(value), expected),
                None if path.starts_with("other_view.") => same("none", expected),
                None => Err("no such field of a decision".to_owned()),
            }
        }
    }
}

/// The duties of what carries the order: its authority, else its reviews; and of the outcome.
pub(crate) fn duties(record: &DecisionRecord) -> impl Iterator<Item = &DutyRecord> {
    let chosen = record
        .authorities
        .iter()
        .filter(|a| record.authority.as_deref() == Some(a.id.as_str()))
        .flat_map(|a| &a.duties);
    chosen
        .chain(record.reviews.iter().flat_map(|r| &r.duties))
        .chain(&record.duties)
}

fn draw(record: &DecisionRecord, path: &str, expected: &str) -> Result<(), String> {
    let Some((quota, part)) = path.rsplit_once('.') else {
        return Err("write draws.QUOTA.limit".to_owned());
    };
    let chosen = |id: &str| record.authority.as_deref() == Some(id);
    let all = record.authorities.iter().chain(&record.reviews);
    let mut holders: Vec<_> = all.collect();
    holders.sort_by_key(|a| !chosen(&a.id));
    let Some(draw) = holders
        .iter()
        .flat_map(|a| &a.draws)
        .find(|d| d.quota == quota)
    else {
        return same("no draw", expected);
    };
    match part {
        "limit" => same(
            &draw
                .limit
                .as_ref()
                .map_or_else(|| "none".to_owned(), ToString::to_string),
            expected,
        ),
        "amount" => same(&draw.amount.to_string(), expected),
        "used" => same(&draw.used.to_string(), expected),
        "key" => same(&draw.key, expected),
        _ => Err("a draw has limit, amount, used and key".to_owned()),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("|"),
        other => other.to_string(),
    }
}

fn same(found: &str, expected: &str) -> Result<(), String> {
    let equal_numbers = || {
        let number = |text: &str| text.parse::<tiergate_law::Num>().ok();
        number(found).is_some_and(|n| number(expected) == Some(n))
    };
    let none = |text: &str| text.is_empty() || text == "none" || text == "null";
    if found == expected || (none(found) && none(expected)) || equal_numbers() {
        Ok(())
    } else {
        Err(found.to_owned())
    }
}

fn members(expected: &str) -> Vec<&str> {
    let list = if expected == "none" { "" } else { expected };
    list.split('|')
        .map(str::trim)
        .filter(|m| !m.is_empty())
        .collect()
}

fn listed(found: &[&str]) -> String {
    if found.is_empty() {
        "none".to_owned()
    } else {
        found.join("|")
    }
}

fn holds_all<'r>(found: impl Iterator<Item = &'r str>, expected: &str) -> Result<(), String> {
    let found: Vec<&str> = found.collect();
    let expected_members = members(expected);
    let fits = if expected_members.is_empty() {
        found.is_empty()
    } else {
        expected_members.iter().all(|m| found.contains(m))
    };
    if fits { Ok(()) } else { Err(listed(&found)) }
}

fn holds_none<'r>(found: impl Iterator<Item = &'r str>, expected: &str) -> Result<(), String> {
    let found: Vec<&str> = found.collect();
    if members(expected).iter().any(|m| found.contains(m)) {
        Err(listed(&found))
    } else {
        Ok(())
    }
}

fn same_set<'r>(found: impl Iterator<Item = &'r str>, expected: &str) -> Result<(), String> {
    let mut found: Vec<&str> = found.collect();
    let mut expected = members(expected);
    found.sort_unstable();
    expected.sort_unstable();
    if found == expected {
        Ok(())
    } else {
        Err(listed(&found))
    }
}
