//! The tiers of countries for each chip, before and after.

use std::collections::BTreeMap;

use serde::Serialize;
use tiergate_engine::{Comparison, Direction, Ladder};
use tiergate_order::{Catalog, Facts};

use super::super::words;
use crate::html::tint::ramp;
use crate::style::grouped;

/// How what may go somewhere changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Stricter for some quantity, looser for none.
    Stricter,
    /// Looser for some quantity, stricter for none.
    Looser,
    /// Stricter for some quantity and looser for another.
    Both,
    /// Another answer, as strict.
    Alike,
    /// Not at all.
    Same,
}

impl Change {
    /// Every change, in the order of the page's key.
    pub const ALL: [Change; 5] = [
        Change::Stricter,
        Change::Looser,
        Change::Both,
        Change::Alike,
        Change::Same,
    ];

    /// Of one country.
    fn of([before, after]: &[Ladder; 2]) -> Change {
        match Direction::of(&before.differences(after)) {
            Direction::Equal => Change::Same,
            Direction::Stricter => Change::Stricter,
            Direction::Looser => Change::Looser,
            Direction::Both => Change::Both,
            Direction::Alike => Change::Alike,
        }
    }

    /// Of several together.
    pub fn of_all(changes: impl Iterator<Item = Change>) -> Change {
        changes.fold(Change::Same, |so_far, next| match (so_far, next) {
            (Change::Same | Change::Alike, next) if next != Change::Same => next,
            (so_far, Change::Same | Change::Alike) => so_far,
            (so_far, next) if so_far == next => so_far,
            _ => Change::Both,
        })
    }

    /// The letter by which the page's data and style know it.
    pub const fn letter(self) -> char {
        match self {
            Change::Stricter => 's',
            Change::Looser => 'l',
            Change::Both => 'b',
            Change::Alike => 'a',
            Change::Same => 'n',
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Change::Stricter => "stricter",
            Change::Looser => "looser",
            Change::Both => "stricter and looser, by quantity or place",
            Change::Alike => "another answer, as strict",
            Change::Same => "the same",
        }
    }

    /// The shape of its mark on the plane: an SVG path around zero.
    pub const fn mark(self) -> &'static str {
        match self {
            Change::Stricter => "M0-6L6 5H-6z",
            Change::Looser => "M0 6L6-5H-6z",
            Change::Both => "M0-6L6 0L0 6L-6 0z",
            Change::Alike => "M-5-5H5V5H-5z",
            Change::Same => "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0-5 0z",
        }
    }
}

impl Serialize for Change {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.letter())
    }
}

/// What may go where of one chip.
#[derive(Debug, Serialize)]
pub struct ChipMap {
    /// The chip.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Every tier, loosest first, in words.
    pub tiers: Vec<String>,
    /// A color for each.
    pub colors: Vec<String>,
    /// The tier of each country, in the order of the page's countries.
    pub before: Vec<usize>,
    /// The same after.
    pub after: Vec<usize>,
    /// How each changes.
    pub change: Vec<Change>,
}

impl ChipMap {
    /// The tier of a country before or after, in words.
    pub fn tier(&self, place: &usize, after: bool) -> &str {
        let tiers = if after { &self.after } else { &self.before };
        let tier = tiers.get(*place).and_then(|tier| self.tiers.get(*tier));
        tier.map_or("", String::as_str)
    }

    /// The places of the countries that go from one tier to another, in order of the tiers.
    pub fn moves(&self) -> Vec<(&str, &str, Change, Vec<usize>)> {
        let mut moves: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (place, tiers) in self.before.iter().zip(&self.after).enumerate() {
            moves.entry((*tiers.0, *tiers.1)).or_default().push(place);
        }
        let named = moves.into_values().map(|places| {
            let first = places.first().copied().unwrap_or_default();
            let change = self.change.get(first).copied().unwrap_or(Change::Same);
            let tier = |after| self.tier(&first, after);
            (tier(false), tier(true), change, places)
        });
        named.collect()
    }

    /// In how many countries the answer for some quantity changes.
    pub fn changed(&self) -> usize {
        self.change.iter().filter(|c| **c != Change::Same).count()
    }

    /// How its tiers change over all countries.
    pub fn whole(&self) -> Change {
        Change::of_all(self.change.iter().copied())
    }
}

/// The map of every chip whose TPP is known.
pub fn maps(catalog: &Catalog, comparison: &Comparison, chips: &[(String, Facts)]) -> Vec<ChipMap> {
    let known = chips.iter();
    known
        .filter_map(|(id, facts)| map(catalog, comparison, id, facts))
        .collect()
}

fn map(catalog: &Catalog, comparison: &Comparison, id: &str, facts: &Facts) -> Option<ChipMap> {
    let chip = catalog.chip(id)?;
    chip.tpp?;
    let places = comparison.ladders(facts);
    let mut tiers: Vec<&Ladder> = places.iter().flat_map(|(_, pair)| pair).collect();
    tiers.sort_by_cached_key(|ladder| ladder.strictness());
    tiers.dedup();
    // Answers that are as strict may stand between two that are the same.
    let mut distinct: Vec<&Ladder> = Vec::new();
    for ladder in tiers {
        if !distinct.contains(&ladder) {
            distinct.push(ladder);
        }
    }
    let tier = |ladder: &Ladder| {
        distinct
            .iter()
            .position(|l| *l == ladder)
            .unwrap_or_default()
    };
    Some(ChipMap {
        id: id.to_owned(),
        name: format!("{} {}", chip.vendor, chip.name),
        colors: ramp(distinct.len()),
        before: places.iter().map(|(_, [before, _])| tier(before)).collect(),
        after: places.iter().map(|(_, [_, after])| tier(after)).collect(),
        change: places.iter().map(|(_, pair)| Change::of(pair)).collect(),
        tiers: distinct.into_iter().map(ladder_words).collect(),
    })
}

/// A ladder in words.
fn ladder_words(ladder: &Ladder) -> String {
    let rung = |(at, rung): (usize, &tiergate_engine::Rung)| {
        let reply = rung.reply.as_ref();
        let says = reply.map_or("depends on more facts".to_owned(), words::reply);
        match rung.up_to {
            Some(up_to) => format!("{says} up to {}", grouped(&up_to.to_string())),
            None if at == 0 => says,
            None => format!("above that {says}"),
        }
    };
    let rungs: Vec<String> = ladder.0.iter().enumerate().map(rung).collect();
    rungs.join("; ")
}
