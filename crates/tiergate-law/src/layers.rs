//! Instruments laid over one another: what of each stands on a date, in a view.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::diagnostic::Diagnostic;
use crate::law_ref::View;
use crate::library::Library;
use crate::model::{Body, DatedAmount, Disapplication, Entry, Grade, Operation, Source, Value};
use crate::regime::{Disapplied, Resolved};

/// An instrument in force.
pub(crate) struct Layer<'l> {
    pub source: &'l Source,
    /// The view its entries are read in: a proposal's base has its own.
    pub view: View,
}

fn within(date: Date, from: Option<Date>, through: Option<Date>) -> bool {
    from.is_none_or(|f| f <= date) && through.is_none_or(|t| date <= t)
}

/// The instruments that reach a law on a date, whether in force or not, and the proposal once it
/// is adopted.
fn reach<'l>(library: &'l Library, law: &str, date: Date) -> (Vec<&'l Source>, Option<&'l Source>) {
    let proposal = library.proposal(law);
    let forked = proposal.filter(|p| p.instrument.binds_from() <= date);
    let reaches = |source: &Source| match forked {
        None => true,
        Some(p) => {
            let carried = p.instrument.proposal.as_ref().map(|p| &p.carries);
            let first = source
                .instrument
                .published
                .unwrap_or(source.instrument.effective);
            first.min(source.instrument.effective) < p.instrument.binds_from()
                || carried.is_some_and(|c| c.contains(&source.instrument.id))
        }
    };
    let base: Vec<&Source> = library.instruments.iter().filter(|s| reaches(s)).collect();
    (base, forked)
}

/// What an instrument takes out of force on a date.
fn takes_out(source: &Source, date: Date, view: View) -> impl Iterator<Item = &Disapplication> {
    source.instrument.disapplies.iter().filter(move |d| {
        within(date, Some(d.from), d.through) && d.view.is_none_or(|v| View::from(v) == view)
    })
}

/// The instruments that would be in force at the date and that another takes out of force.
pub(crate) fn disapplied(library: &Library, law: &str, date: Date, view: View) -> Vec<Disapplied> {
    let (base, forked) = reach(library, law, date);
    let base_view = forked
        .and_then(|p| p.instrument.proposal.as_ref())
        .map_or(view, |p| View::from(p.base_view));
    let mut found = Vec::new();
    for source in base.iter().copied().chain(forked) {
        for d in takes_out(source, date, base_view) {
            let of = base.iter().find(|s| s.instrument.id == d.instrument);
            let Some(of) = of.filter(|s| s.instrument.binds_from() <= date) else {
                continue;
            };
            let entries = of.entries.iter();
            found.push(Disapplied {
                instrument: d.instrument.clone(),
                by: source.instrument.id.clone(),
                from: d.from,
                cite: d.cite.clone(),
                grade: source.instrument.grade,
                entries: entries.map(|e| (e.body.kind(), e.id.clone())).collect(),
            });
        }
    }
    found
}

/// The instruments in force at the date, in legal order.
pub(crate) fn layers<'l>(
    library: &'l Library,
    law: &str,
    date: Date,
    view: View,
) -> Vec<Layer<'l>> {
    let (base, forked) = reach(library, law, date);
    let base_view = forked
        .and_then(|p| p.instrument.proposal.as_ref())
        .map_or(view, |p| View::from(p.base_view));
    let out_of_force: Vec<&str> = base
        .iter()
        .copied()
        .chain(forked)
        .flat_map(|s| takes_out(s, date, base_view))
        .map(|d| d.instrument.as_str())
        .collect();
    let disapplied = |id: &str| out_of_force.contains(&id);
    let in_force = |s: &Source| {
        let head = &s.instrument;
        within(
            date,
            Some(head.binds_from().min(first_entry(s))),
            head.expires,
        ) && !disapplied(&head.id)
    };
    base.iter()
        .copied()
        .filter(|s| in_force(s))
        .map(|source| Layer {
            source,
            view: base_view,
        })
        .chain(forked.map(|source| Layer { source, view }))
        .collect()
}

/// Entries may bind before their instrument as a whole does.
fn first_entry(source: &Source) -> Date {
    let head = source.instrument.binds_from();
    source
        .entries
        .iter()
        .filter_map(|e| e.from)
        .min()
        .map_or(head, |d| d.min(head))
}

/// The days on which the law may change.
pub(crate) fn breakpoints(library: &Library, law: &str) -> Vec<Date> {
    let mut days = BTreeSet::new();
    let mut span = |from: Option<Date>, through: Option<Date>| {
        days.extend(from);
        days.extend(through.and_then(|t| t.tomorrow().ok()));
    };
    let sources = library.instruments.iter().chain(library.proposal(law));
    for source in sources {
        let head = &source.instrument;
        span(Some(head.binds_from()), head.expires);
        for d in &head.disapplies {
            span(Some(d.from), d.through);
        }
        for entry in &source.entries {
            span(entry.from, entry.through);
            entry.graded.iter().for_each(|g| span(Some(g.from), None));
            if let Body::Value(value) = &entry.body {
                value.dated.iter().for_each(|v| span(v.from, v.through));
            }
        }
    }
    days.into_iter().collect()
}

/// What a regime is made of: the entries that bind on the date, each with its dated row.
///
/// Two dates, views or laws of one key have the same rules.
pub(crate) fn key<'l>(
    library: &'l Library,
    law: &str,
    date: Date,
    view: View,
) -> Vec<(&'l str, usize, usize)> {
    let mut key = Vec::new();
    for layer in layers(library, law, date, view) {
        let head = &layer.source.instrument;
        for (at, entry) in layer.source.entries.iter().enumerate() {
            let from = entry.from.unwrap_or_else(|| head.binds_from());
            let in_view = entry.view.is_none_or(|v| View::from(v) == layer.view);
            if in_view && within(date, Some(from), entry.through) {
                let row = match &entry.body {
                    Body::Value(value) => row_on(value, date).map_or(0, |row| row + 1),
                    _ => 0,
                };
                key.push((head.id.as_str(), at, row));
                let graded = entry.graded.iter().filter(|g| g.from <= date).count();
                // How it is known is part of what a decision says.
                if graded > 0 {
                    key.push((head.id.as_str(), usize::MAX - at, graded));
                }
            }
        }
    }
    key
}

/// What begins or ends on a day.
#[derive(Debug, Clone, Copy)]
pub enum Event<'l> {
    /// The instrument begins to bind.
    Begins,
    /// The instrument is no longer in force.
    Ends,
    /// Another instrument is set aside.
    SetsAside(&'l str),
    /// Another instrument that was set aside is in force again.
    Restores(&'l str),
    /// An entry of the instrument begins, or takes another amount.
    EntryBegins(&'l Entry),
    /// An entry of the instrument ends, or states no amount any more.
    EntryEnds(&'l Entry),
}

/// What an instrument changes in a law on a day.
#[derive(Debug, Clone, Copy)]
pub struct Change<'l> {
    /// The instrument.
    pub source: &'l Source,
    /// What happens.
    pub event: Event<'l>,
    /// Citation.
    pub cite: &'l str,
}

/// What begins or ends in a law on a day, in a view: the causes of a breakpoint.
pub(crate) fn changes<'l>(
    library: &'l Library,
    law: &str,
    date: Date,
    view: View,
) -> Vec<Change<'l>> {
    let (base, forked) = reach(library, law, date);
    let base_view = forked
        .and_then(|p| p.instrument.proposal.as_ref())
        .map_or(view, |p| View::from(p.base_view));
    let after = |through: Option<Date>| through.and_then(|t| t.tomorrow().ok()) == Some(date);
    // An instrument set aside before and after changes nothing by its own dates.
    let mut standing: Vec<&str> = Vec::new();
    for day in date.yesterday().into_iter().chain([date]) {
        let of_day = layers(library, law, day, view);
        standing.extend(of_day.iter().map(|l| l.source.instrument.id.as_str()));
    }
    let sources = base.into_iter().map(|s| (s, base_view));
    let mut found = Vec::new();
    for (source, view) in sources.chain(forked.map(|s| (s, view))) {
        let head = &source.instrument;
        let in_view = |of: Option<crate::model::BaseView>| of.is_none_or(|v| View::from(v) == view);
        let mut add = |event, cite: &'l str| {
            found.push(Change {
                source,
                event,
                cite,
            });
        };
        if standing.contains(&head.id.as_str()) {
            if head.binds_from() == date {
                add(Event::Begins, &head.cite);
            }
            if after(head.expires) {
                add(Event::Ends, &head.cite);
            }
            for entry in source.entries.iter().filter(|e| in_view(e.view)) {
                // Where one entry ends and the next of its id begins, the beginning says it.
                let goes_on = |e: &Entry| {
                    e.id == entry.id && e.body.kind() == entry.body.kind() && e.from == Some(date)
                };
                if entry.from == Some(date) && head.binds_from() != date {
                    add(Event::EntryBegins(entry), &entry.cite);
                } else if after(entry.through) && !source.entries.iter().any(goes_on) {
                    add(Event::EntryEnds(entry), &entry.cite);
                }
                if let Body::Value(value) = &entry.body {
                    let begins = value.dated.iter().find(|v| v.from == Some(date));
                    let ends = value.dated.iter().find(|v| after(v.through));
                    match (begins, ends) {
                        (Some(amount), _) if head.binds_from() != date => {
                            add(Event::EntryBegins(entry), &amount.cite);
                        }
                        (None, Some(amount)) => add(Event::EntryEnds(entry), &amount.cite),
                        _ => {}
                    }
                }
            }
        }
        for d in head.disapplies.iter().filter(|d| in_view(d.view)) {
            if d.from == date {
                add(Event::SetsAside(&d.instrument), &d.cite);
            }
            if after(d.through) {
                add(Event::Restores(&d.instrument), &d.cite);
            }
        }
    }
    found
}

/// What stands of one kind after every layer: entries in order, with their source.
pub(crate) struct Standing<'l> {
    pub entry: &'l Entry,
    pub source: &'l Source,
    /// How it is known on the date.
    pub grade: Grade,
    /// Entries that amend it, in order, each with its source.
    pub amended: Vec<(&'l Entry, &'l Source)>,
}

/// Lays the entries of one kind: a later one adds to, replaces or repeals what an earlier set.
pub(crate) fn lay<'l>(
    layers: &[Layer<'l>],
    kind: &'static str,
    date: Date,
    faults: &mut Vec<Diagnostic>,
) -> Vec<Standing<'l>> {
    let mut standing: Vec<Standing<'l>> = Vec::new();
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for layer in layers {
        let head = &layer.source.instrument;
        for entry in layer
            .source
            .entries
            .iter()
            .filter(|e| e.body.kind() == kind)
        {
            let from = entry.from.unwrap_or_else(|| head.binds_from());
            let in_view = entry.view.is_none_or(|v| View::from(v) == layer.view);
            if !in_view || !within(date, Some(from), entry.through) {
                continue;
            }
            let fault = |message: String| {
                Diagnostic::error(&layer.source.file, entry.span.clone(), message)
            };
            // Most ids are new: a look-up spares the search.
            let known = !ids.insert(entry.id.as_str());
            let at = known
                .then(|| standing.iter().position(|s| s.entry.id == entry.id))
                .flatten();
            let new = Standing {
                entry,
                source: layer.source,
                grade: entry.grade_on(date),
                amended: Vec::new(),
            };
            match (entry.operation, at) {
                // A group may stand as a list and changes to it: all of them go.
                (Operation::Replace, Some(at)) => {
                    standing.retain(|s| s.entry.id != entry.id);
                    standing.insert(at, new);
                }
                (Operation::Amend, Some(at)) => {
                    let base = &mut standing[at];
                    base.grade = base.grade.max(new.grade);
                    base.amended.push((entry, layer.source));
                }
                (Operation::Repeal, Some(_)) => standing.retain(|s| s.entry.id != entry.id),
                (Operation::Replace | Operation::Repeal | Operation::Amend, None) => {
                    let id = &entry.id;
                    faults.push(fault(format!(
                        "there is no {kind} `{id}` to replace, amend or repeal"
                    )));
                }
                (Operation::Add, Some(_)) if kind == "group" => standing.push(new),
                (Operation::Add, Some(at)) => {
                    let (id, by) = (&entry.id, &standing[at].source.instrument.id);
                    let fault = fault(format!("the {kind} `{id}` stands already, by {by}"));
                    faults.push(fault.with_help("say `operation = \"replace\"`"));
                }
                (Operation::Add, None) => {
                    let place = |id: &str| standing.iter().position(|s| s.entry.id == id);
                    let mut of = |id: &str, role: &str| {
                        let at = place(id);
                        if at.is_none() {
                            faults.push(fault(format!("there is no {kind} `{id}` to {role}")));
                        }
                        at
                    };
                    let at = match (&entry.before, &entry.behind) {
                        (Some(before), _) => of(before, "precede"),
                        (None, Some(behind)) => of(behind, "stand behind").map(|at| at + 1),
                        (None, None) => None,
                    };
                    standing.insert(at.unwrap_or(standing.len()), new);
                }
            }
        }
    }
    standing
}

/// The amount of a value on a date: the last dated row that covers it.
pub(crate) fn amount_on(value: &Value, date: Date) -> Option<&DatedAmount> {
    row_on(value, date).map(|row| &value.dated[row])
}

fn row_on(value: &Value, date: Date) -> Option<usize> {
    value
        .dated
        .iter()
        .rposition(|v| within(date, v.from, v.through))
}

/// An entry that stands, with its resolved content; what amended it last speaks for it.
pub(crate) fn resolved<T>(s: &Standing<'_>, is: T) -> Resolved<T> {
    let last = s.amended.last().copied();
    let (entry, source) = last.unwrap_or((s.entry, s.source));
    let says = [&entry.says, &s.entry.says];
    Resolved {
        id: entry.id.clone(),
        cite: entry.cite.clone(),
        says: says
            .into_iter()
            .find(|s| !s.is_empty())
            .cloned()
            .unwrap_or_default(),
        grade: s.grade,
        instrument: source.instrument.id.clone(),
        span: entry.span.clone(),
        is,
    }
}
