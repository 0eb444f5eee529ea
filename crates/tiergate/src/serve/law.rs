//! The law as the service's pages read it.

use tiergate_engine::{Desk, Stamp};
use tiergate_law::{Date, LawRef, Operation, Regime, Source, View};
use tiergate_order::Assume;
use tiergate_server::{
    Block, Difference, Fault, Instrument, LawChange, LawOfDay, Rule, RuleEvent, RuleKind, RuleLine,
    WhichLaw,
};

use super::sheets::sheet;
use super::{asking, whole};
use crate::case::grade;
use crate::commands::diff::report::{Change, Report, Spell};
use crate::commands::diff::{compare, html, text};
use crate::commands::law::consolidate::regime;
use crate::commands::law::laid_out::{Head, laid_out};
use crate::commands::law::show::show;
use crate::page::Page;

/// Changes of a difference that are spelled out.
const CHANGES_MAX: usize = 60;

/// A law on a day, by kinds of rules.
pub fn of_day(desk: &Desk, which: &WhichLaw) -> Result<LawOfDay, Vec<Fault>> {
    let (law, regime) = read(desk, which)?;
    let same = desk.same_law(&law.id, regime.date).map_err(whole)?;
    let instruments = regime.instruments.iter().filter_map(|id| {
        let source = desk.library.sources().find(|s| s.instrument.id == *id)?;
        Some(instrument(source))
    });
    let kinds = laid_out(&desk.library, &regime, None).kinds.into_iter();
    let day = |day: Date, open: Date| (day != open).then(|| day.to_string());
    Ok(LawOfDay {
        title: title(desk, &regime, regime.date),
        same: (day(same.0, Date::MIN), day(same.1, Date::MAX)),
        instruments: instruments.collect(),
        kinds: kinds
            .map(|kind| RuleKind {
                kind: kind.kind.to_owned(),
                heading: kind.heading.to_owned(),
                rules: kind.rules.into_iter().map(line).collect(),
            })
            .collect(),
    })
}

/// One rule, with what made it so.
pub fn rule(
    desk: &Desk,
    which: &WhichLaw,
    kind: &str,
    id: &str,
) -> Result<Option<Rule>, Vec<Fault>> {
    let (law, regime) = read(desk, which)?;
    let laid = laid_out(&desk.library, &regime, Some((kind, id)));
    let Some((heading, head)) = laid.kinds.into_iter().find_map(|of| {
        let heading = of.heading.to_owned();
        Some((heading, of.rules.into_iter().next()?))
    }) else {
        return Ok(None);
    };
    let of_law = |source: &&Source| source.instrument.id == law.id || in_track(desk, source);
    let mut history: Vec<RuleEvent> = desk
        .library
        .sources()
        .filter(of_law)
        .flat_map(|source| events(source, &regime, kind, id))
        .collect();
    history.sort_by(|a, b| a.from.cmp(&b.from));
    let mut text = sheet(&laid.page);
    // The rule's own line is the head of the page; what stands under it is the text.
    for section in &mut text.sections {
        section.heading.clear();
        for block in &mut section.blocks {
            if let Block::Points(points) = block {
                *points = std::mem::take(points)
                    .into_iter()
                    .flat_map(|p| p.under)
                    .collect();
            }
        }
    }
    let examples = desk.library.sources().filter(of_law).flat_map(|source| {
        let shows = source
            .examples
            .iter()
            .filter(|e| e.shows.iter().any(|s| s == id));
        shows.map(|e| (e.says.clone(), e.cite.clone()))
    });
    let known = history
        .iter()
        .rev()
        .find(|e| e.instrument.id == head.instrument);
    Ok(Some(Rule {
        set_by: known.map_or_else(|| head.instrument.clone(), |e| e.instrument.title.clone()),
        grade: known.map_or_else(|| head.grade.to_owned(), |e| e.instrument.grade.clone()),
        line: line(head),
        heading,
        law: title(desk, &regime, regime.date),
        text,
        examples: examples.collect(),
        history,
    }))
}

/// Whether a file is of the United States track, and no proposal.
fn in_track(desk: &Desk, source: &Source) -> bool {
    desk.library.proposal(&source.instrument.id).is_none()
}

/// What a file does to a rule.
fn events(source: &Source, regime: &Regime, kind: &str, id: &str) -> Vec<RuleEvent> {
    let entries = source.entries.iter();
    let entries = entries.filter(|e| e.body.kind() == kind && e.id == id);
    let event = |entry: &tiergate_law::Entry| {
        let mut page = Page::default();
        show(entry, &mut page);
        let from = entry.from.unwrap_or_else(|| source.instrument.binds_from());
        let through = entry.through.or(source.instrument.expires);
        RuleEvent {
            from: from.to_string(),
            through: through.map_or_else(String::new, |day| day.to_string()),
            how: match entry.operation {
                Operation::Add => "sets",
                Operation::Replace => "replaces",
                Operation::Amend => "amends",
                Operation::Repeal => "repeals",
            },
            instrument: Instrument {
                grade: grade(entry.grade).to_owned(),
                ..instrument(source)
            },
            in_force: regime.instruments.contains(&source.instrument.id),
            text: sheet(&page),
        }
    };
    entries.map(event).collect()
}

fn instrument(source: &Source) -> Instrument {
    let head = &source.instrument;
    Instrument {
        id: head.id.clone(),
        title: head.title.clone(),
        cite: head.cite.clone(),
        from: head.binds_from().to_string(),
        grade: grade(head.grade).to_owned(),
    }
}

fn line(head: Head) -> RuleLine {
    RuleLine {
        id: head.id,
        cite: head.cite,
        says: match head.says.as_str() {
            "" => head.detail,
            _ => head.says,
        },
        grade: crate::words::plain(head.grade).into_owned(),
        instrument: head.instrument,
    }
}

fn read(desk: &Desk, which: &WhichLaw) -> Result<(LawRef, Regime), Vec<Fault>> {
    let law = asking::law(which).map_err(|fault| vec![fault])?;
    let regime = regime(desk, &law, None, None).map_err(|error| {
        vec![Fault {
            at: "/as_of".to_owned(),
            what: format!("{error:#}"),
        }]
    })?;
    Ok((law, regime))
}

/// A law in words.
pub fn title(desk: &Desk, regime: &Regime, day: Date) -> String {
    named(desk, &regime.law, regime.view, day)
}

fn named(desk: &Desk, law: &str, view: View, day: Date) -> String {
    let law = match desk.library.proposal(law) {
        Some(proposal) => proposal.instrument.title.clone(),
        None => "United States law".to_owned(),
    };
    let view = match view {
        View::Text => "as printed",
        View::Enforced => "as enforced",
    };
    format!("{law} of {day}, {view}")
}

/// A law with a day and a view.
pub fn stamp(which: &WhichLaw) -> Result<Stamp, Vec<Fault>> {
    let law = asking::law(which).map_err(|fault| vec![fault])?;
    let Some(as_of) = law.date else {
        return Err(vec![Fault {
            at: "/as_of".to_owned(),
            what: format!("`{law}` has no date: give the day it is read on"),
        }]);
    };
    Ok(Stamp {
        law: law.id,
        as_of,
        view: law.view.unwrap_or_default(),
    })
}

/// The difference of two laws, for ordinary orders.
pub fn difference(desk: &Desk, laws: &[WhichLaw; 2]) -> Result<Difference, Vec<Fault>> {
    let stamps = [stamp(&laws[0])?, stamp(&laws[1])?];
    let comparison = compare(desk, &Assume::default(), &stamps).map_err(whole)?;
    let report = Report::new(desk, &comparison, &stamps, CHANGES_MAX, Spell::Ordinary);
    let changes = report.changes.iter().map(|change| LawChange {
        direction: change.direction,
        before: change.before.says.clone(),
        after: change.after.says.clone(),
        items: change.items.clone(),
        cases: cases(change),
        chips: change.chips.clone(),
        rules: change.rules.each_ref().map(|rules| text::rules(rules)),
    });
    let limits = report.limits.iter().map(|l| {
        let cites = l.cites.join("; ");
        [l.id.clone(), l.before.clone(), l.after.clone(), cites]
    });
    let duties = report.duties.iter().map(|d| {
        let of = d.of.clone().unwrap_or_else(|| "any".to_owned());
        [d.id.clone(), of, d.how.to_owned(), d.cite.clone()]
    });
    Ok(Difference {
        laws: report.laws.each_ref().map(text::law),
        verdict: in_words(desk, &stamps, text::verdict(&report)),
        changes: changes.collect(),
        in_all: report.changes_in_all,
        limits: limits.collect(),
        duties: duties.collect(),
    })
}

/// A sentence with two laws by their names, in place of how they are written.
fn in_words(desk: &Desk, stamps: &[Stamp; 2], sentence: String) -> String {
    stamps.iter().fold(sentence, |said, stamp| {
        let view = stamp.view.word();
        let written = format!("{}@{}:{view}", stamp.law, stamp.as_of);
        said.replace(&written, &named(desk, &stamp.law, stamp.view, stamp.as_of))
    })
}

/// In which cases of its items a change is one.
fn cases(change: &Change) -> Vec<String> {
    let lines = text::place(change).into_iter().skip(change.items.len());
    let bare = |line: String| line.strip_prefix("- ").map(str::to_owned).unwrap_or(line);
    lines.map(bare).collect()
}

/// The same as one page of HTML.
pub fn difference_page(desk: &Desk, laws: &[WhichLaw; 2]) -> Result<String, Vec<Fault>> {
    let stamps = [stamp(&laws[0])?, stamp(&laws[1])?];
    let comparison = compare(desk, &Assume::default(), &stamps).map_err(whole)?;
    let report = Report::new(desk, &comparison, &stamps, CHANGES_MAX, Spell::Ordinary);
    html::render(desk, &comparison, &report).map_err(whole)
}
