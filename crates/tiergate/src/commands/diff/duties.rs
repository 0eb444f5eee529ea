//! Duties that come, go or change for orders whose answer stays the same.

use std::fmt::Write;

use rayon::prelude::*;
use serde::Serialize;
use tiergate_engine::{Circumstances, Comparison, Desk, DutyChanges};
use tiergate_law::Duty;
use tiergate_order::Facts;

use super::report::{Change, STATEMENTS_MAX, alike, said_once};
use super::words;

/// Where a duty comes, goes or changes though the answer stays.
#[derive(Debug, Serialize)]
pub struct DutyCell {
    /// Where, with the answer.
    #[serde(flatten)]
    pub place: Change,
    /// What is asked no longer.
    pub gone: Vec<DutyAsked>,
    /// What is asked now.
    pub new: Vec<DutyAsked>,
    /// What is asked otherwise.
    pub changed: Vec<DutyReworded>,
}

/// A duty.
#[derive(Debug, Serialize)]
pub struct DutyAsked {
    /// The duty.
    pub id: String,
    /// What it asks, and when.
    pub what: String,
    /// Citation.
    pub cite: String,
}

/// A duty that asks otherwise.
#[derive(Debug, Serialize)]
pub struct DutyReworded {
    /// The duty.
    pub id: String,
    /// What differs: each field with what it said and what it says.
    pub fields: Vec<[String; 3]>,
    /// Citation of what it says.
    pub cite: String,
}

impl DutyCell {
    /// What is asked otherwise, a line each.
    pub fn lines(&self) -> Vec<String> {
        let asked = |word: &'static str| {
            move |d: &DutyAsked| format!("{word}: {}: {} [{}]", d.id, d.what, d.cite)
        };
        let changed = self.changed.iter().map(|d| {
            let mut line = format!("changed: {}", d.id);
            for [field, before, after] in &d.fields {
                let _ = write!(line, "; {field}: {before} -> {after}");
            }
            format!("{line} [{}]", d.cite)
        });
        let gone = self.gone.iter().map(asked("gone"));
        let new = self.new.iter().map(asked("new"));
        gone.chain(new).chain(changed).collect()
    }

    fn new(place: Change, gone: &[&Duty], new: &[&Duty]) -> DutyCell {
        let asked = |d: &&Duty| DutyAsked {
            id: d.id.clone(),
            what: format!("{} ({})", d.what, d.when_due),
            cite: d.cite.clone(),
        };
        let named = |all: &[&Duty], id: &str| all.iter().any(|d| d.id == id);
        let alone = |these: &[&Duty], others: &[&Duty]| -> Vec<DutyAsked> {
            let those = these.iter().filter(|d| !named(others, &d.id));
            those.map(asked).collect()
        };
        let changed = new.iter().filter_map(|after| {
            let before = gone.iter().find(|before| before.id == after.id)?;
            Some(DutyReworded {
                id: after.id.clone(),
                fields: reworded(before, after),
                cite: after.cite.clone(),
            })
        });
        DutyCell {
            gone: alone(gone, new),
            new: alone(new, gone),
            changed: changed.collect(),
            place,
        }
    }
}

/// The fields in which two duties differ, with both texts.
fn reworded(before: &Duty, after: &Duty) -> Vec<[String; 3]> {
    let fields = |d: &Duty| {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "nothing".to_owned());
        [
            ("what", d.what.clone()),
            ("when", d.when_due.clone()),
            ("to", or_none(&d.to)),
            ("subject line", or_none(&d.subject)),
            ("form", or_none(&d.form)),
        ]
    };
    let both = fields(before).into_iter().zip(fields(after));
    let differ = both.filter(|((_, before), (_, after))| before != after);
    let mut found: Vec<[String; 3]> = differ
        .map(|((name, before), (_, after))| [name.to_owned(), before, after])
        .collect();
    let alone = |these: &Duty, others: &Duty| {
        let those = these.contents.iter();
        let those: Vec<&str> = those
            .filter(|line| !others.contents.contains(line))
            .map(String::as_str)
            .collect();
        match those.as_slice() {
            [] => "the rest".to_owned(),
            lines => lines.join("; "),
        }
    };
    if before.contents != after.contents {
        let lines = [alone(before, after), alone(after, before)];
        let [before, after] = lines;
        found.push(["contents".to_owned(), before, after]);
    }
    found
}

/// Where duties differ though the answer does not.
pub(super) fn duty_cells(
    desk: &Desk,
    comparison: &Comparison,
    circumstances: &Circumstances,
    chips: &[(String, Facts)],
    limit: usize,
) -> (usize, Vec<DutyCell>) {
    let DutyChanges {
        comparison,
        duties,
        shifts,
        pairs,
        statements,
    } = DutyChanges::new(
        &comparison.sides,
        comparison.countries(),
        circumstances,
        STATEMENTS_MAX,
    );
    let places = words::Places::new(&desk.catalog, &comparison);
    let mut alike = alike(&comparison, &pairs, statements.all, chips);
    let in_all = alike.len();
    alike.truncate(limit);
    let cells = alike.into_par_iter().filter_map(|group| {
        let shift = shifts.get(group.first()?.statement.pair)?;
        let [gone, new] = [&shift.gone, &shift.new].map(|places| {
            let all = places.iter().filter_map(|at| duties.get(*at));
            all.collect::<Vec<&Duty>>()
        });
        Some(DutyCell::new(
            said_once(&places, &comparison, group)?,
            &gone,
            &new,
        ))
    });
    (in_all, cells.collect())
}
