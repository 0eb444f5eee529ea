//! The difference as one page that needs nothing else.

pub mod maps;
mod plane;

use anyhow::Result;
use askama::Template;
use serde::Serialize;
use tiergate_engine::{Comparison, Desk};
use tiergate_law::Country;

use self::maps::{Change as MapChange, ChipMap};
use self::plane::Chart;
use super::report::{self, Change, Report, Rule, Spell};
use super::text;
use crate::html::STYLE;
use crate::html::outlines::{HEIGHT, Outline, WIDTH, outlines};
use crate::report::count;

/// The page.
#[derive(Template)]
#[template(path = "diff.html")]
struct Page<'r> {
    style: &'static str,
    script: &'static str,
    report: &'r Report,
    laws: [String; 2],
    verdict: String,
    counts: Vec<(String, &'static str)>,
    outlines: &'static [Outline],
    map_size: (u32, u32),
    chart_size: (f64, f64),
    charts: Vec<Chart>,
    chips: &'r [ChipMap],
    countries: &'r [Place],
    vendors: Vec<(String, Vec<&'r ChipMap>)>,
    groups: Vec<Group<'r>>,
    cited: Vec<Cited>,
    data: Data<'r>,
    not_drawn: String,
}

/// What the page's script reads.
#[derive(Serialize)]
struct Data<'r> {
    countries: &'r [Place],
    chips: &'r [ChipMap],
    words: Vec<(char, &'static str)>,
}

/// A country of the page.
#[derive(Debug, Serialize)]
struct Place {
    code: String,
    name: String,
    /// The middle on the map; none when it is not drawn.
    at: Option<(i32, i32)>,
}

/// Changes of one kind.
struct Group<'r> {
    title: String,
    direction: &'static str,
    changes: Vec<&'r Change>,
}

/// A rule the changes rest on.
#[derive(Debug, PartialEq, Eq)]
struct Cited {
    cite: String,
    kind: &'static str,
    id: String,
    grade: &'static str,
    sides: [bool; 2],
}

/// Lays a difference out.
pub fn render(desk: &Desk, comparison: &Comparison, report: &Report) -> Result<String> {
    let known = report::chips(desk);
    let mut chips = maps::maps(&desk.catalog, comparison, &known);
    // The chip that most changes are about is shown first.
    let about = |id: &String| {
        report
            .changes
            .iter()
            .filter(|c| c.chips.contains(id))
            .count()
    };
    chips.sort_by_cached_key(|map| std::cmp::Reverse((about(&map.id), map.changed())));
    let outlines = outlines();
    let countries: Vec<Place> = desk
        .catalog
        .countries
        .iter()
        .map(|c| Place {
            code: c.code.to_string(),
            name: c.name.clone(),
            at: outlines.iter().find(|o| o.code == c.code).map(|o| o.middle),
        })
        .collect();
    let not_drawn: Vec<&str> = countries
        .iter()
        .filter(|c| c.at.is_none())
        .map(|c| c.name.as_str())
        .collect();
    let page = Page {
        style: STYLE,
        script: include_str!("../../../../templates/diff.js"),
        report,
        laws: report.laws.each_ref().map(text::law),
        verdict: text::verdict(report),
        counts: counts(report, &chips),
        outlines,
        map_size: (WIDTH, HEIGHT),
        chart_size: (plane::WIDTH, plane::HEIGHT),
        charts: plane::charts(&desk.catalog, comparison, &known, &chips),
        chips: &chips,
        countries: &countries,
        vendors: vendors(desk, &chips),
        groups: groups(report),
        cited: cited(report),
        data: Data {
            countries: &countries,
            chips: &chips,
            words: MapChange::ALL.map(|c| (c.letter(), c.words())).into(),
        },
        not_drawn: not_drawn.join(", "),
    };
    Ok(page.render()?)
}

/// The figures at the head of the page.
fn counts(report: &Report, chips: &[ChipMap]) -> Vec<(String, &'static str)> {
    let touched = |change: MapChange| {
        let at = |place: usize| chips.iter().any(|c| c.change.get(place) == Some(&change));
        let places = chips.first().map_or(0, |c| c.change.len());
        (0..places).filter(|place| at(*place)).count() as u64
    };
    let countries = |change| count(touched(change), "country", "countries");
    let changed = chips.iter().filter(|c| c.changed() > 0).count() as u64;
    vec![
        (
            count(report.changes_in_all as u64, "change", "changes"),
            match report.over == Spell::Ordinary.over() {
                true => "of ordinary orders",
                false => "over all orders there can be",
            },
        ),
        (
            countries(MapChange::Stricter),
            "where some chip meets a stricter answer",
        ),
        (
            countries(MapChange::Looser),
            "where some chip meets a looser answer",
        ),
        (
            count(changed, "chip", "chips"),
            "whose answer changes somewhere",
        ),
    ]
}

/// The chips by vendor, in the order of the catalog.
fn vendors<'c>(desk: &Desk, chips: &'c [ChipMap]) -> Vec<(String, Vec<&'c ChipMap>)> {
    let mut vendors: Vec<(String, Vec<&ChipMap>)> = Vec::new();
    for chip in &desk.catalog.chips {
        let Some(map) = chips.iter().find(|m| m.id == chip.id) else {
            continue;
        };
        match vendors
            .iter_mut()
            .find(|(vendor, _)| *vendor == chip.vendor)
        {
            Some((_, of)) => of.push(map),
            None => vendors.push((chip.vendor.clone(), vec![map])),
        }
    }
    vendors
}

/// Changes of the same answers together, in order of the first of each.
fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for change in &report.changes {
        let title = text::arrow([&change.before, &change.after]);
        match groups.iter_mut().find(|g| g.title == title) {
            Some(group) => group.changes.push(change),
            None => groups.push(Group {
                title,
                direction: change.direction,
                changes: vec![change],
            }),
        }
    }
    groups
}

/// Every rule that decides a change, with the sides on which it does.
fn cited(report: &Report) -> Vec<Cited> {
    let mut cited: Vec<Cited> = Vec::new();
    for change in &report.changes {
        for (side, rules) in change.rules.iter().enumerate() {
            for rule in rules {
                let same = |c: &&mut Cited| c.cite == rule.cite && c.id == rule.id;
                match cited.iter_mut().find(same) {
                    Some(known) => known.sides[side] = true,
                    None => cited.push(one_cited(rule, side)),
                }
            }
        }
    }
    cited.sort_by(|a, b| a.cite.cmp(&b.cite));
    cited
}

fn one_cited(rule: &Rule, side: usize) -> Cited {
    let mut sides = [false; 2];
    sides[side] = true;
    Cited {
        cite: rule.cite.clone(),
        kind: rule.kind,
        id: rule.id.clone(),
        grade: rule.grade.unwrap_or(""),
        sides,
    }
}

impl Change {
    /// The countries it is about, for the page's script: codes with spaces between, or any.
    fn places(&self) -> String {
        self.destinations
            .as_ref()
            .map_or("*".to_owned(), |d| d.join(" "))
    }

    /// The rules of a side in words.
    fn rules_of(&self, side: &usize) -> String {
        self.rules
            .get(*side)
            .map(|r| text::rules(r))
            .unwrap_or_default()
    }
}

impl Page<'_> {
    /// The place of a country in the page's list, and the chip the maps show at first.
    fn at_first(&self, code: &Country) -> Option<(&ChipMap, usize)> {
        let code = code.to_string();
        let place = self.countries.iter().position(|c| c.code == code)?;
        Some((self.chips.first()?, place))
    }

    /// The name of a country.
    fn country(&self, code: &str) -> &str {
        let found = self.countries.iter().find(|c| c.code == code);
        found.map_or("", |c| c.name.as_str())
    }

    /// The color of a country's tier before or after.
    fn tier_fill(&self, after: &bool, code: &Country) -> &str {
        let Some((chip, place)) = self.at_first(code) else {
            return "none";
        };
        let tiers = if *after { &chip.after } else { &chip.before };
        let color = tiers.get(place).and_then(|tier| chip.colors.get(*tier));
        color.map_or("none", String::as_str)
    }

    /// How a country's tier changes.
    fn change(&self, code: &Country) -> MapChange {
        let found = self.at_first(code);
        let change = found.and_then(|(chip, at)| chip.change.get(at).copied());
        change.unwrap_or(MapChange::Same)
    }
}
