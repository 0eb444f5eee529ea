//! `tiergate parties show`: what the register has of a party on a day.

use anyhow::Result;
use serde_json::json;
use tiergate_parties::{LinkNo, PartyNo};

use super::{Asked, Format, Found, Sheet};
use crate::cli::Ended;
use crate::parties::words::Words;
use crate::report::print;

/// Show what the register has of a party on a day: names, places, who holds it and what it holds
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
}

/// Shows it.
pub fn run(args: &Args) -> Result<Ended> {
    let found = args.asked.open()?;
    let text = match args.asked.format {
        Format::Table => table(&found),
        Format::Json => serde_json::to_string_pretty(&value(found.words(), found.party))?,
    };
    print(None, &text)?;
    Ok(found.ended)
}

/// Links that are shown; the others are counted.
const LINKS_MAX: usize = 50;

fn table(found: &Found) -> String {
    let sheet = sheet(found.words(), found.party);
    format!("{}{}", found.head(), sheet.render())
}

/// What the register has of a party.
pub fn sheet(words: Words<'_>, party: PartyNo) -> Sheet {
    let Words { register, view } = words;
    let known = view.describe(register, party);
    let mut sheet = Sheet::default();
    sheet.row(
        "kind",
        known
            .kind
            .map_or("not described", tiergate_parties::Kind::word),
    );
    for name in &known.names {
        let language = name
            .language
            .as_ref()
            .map_or_else(String::new, |l| format!(" [{l}]"));
        let label = if name.alias { "also" } else { "name" };
        sheet.row(label, format!("{}{language}", name.text));
    }
    for identifier in &known.identifiers {
        sheet.row(&identifier.scheme, &*identifier.value);
    }
    for location in &known.locations {
        let address = location
            .address
            .as_ref()
            .map_or_else(String::new, |a| format!(", {a}"));
        sheet.row("location", format!("{}{address}", location.country));
    }
    if known.headquarters.is_empty() {
        sheet.row("headquarters", "not stated");
    }
    let differ = known.headquarters().is_none();
    let mut told = Vec::new();
    for (country, source) in &known.headquarters {
        if differ || told.is_empty() {
            let differ = if differ { "; the sources differ" } else { "" };
            sheet.row("headquarters", format!("{country}, {source}{differ}"));
            told.push(country);
        }
    }
    known
        .notes
        .iter()
        .for_each(|note| sheet.row("note", &**note));
    let mut links = |label: &str, all: Vec<LinkNo>, up: bool| {
        for number in all.iter().take(LINKS_MAX) {
            let link = register.link(*number);
            let other = words.holder(if up { link.owner } else { link.owned });
            sheet.row(label, format!("{other}: {}", words.link(*number)));
        }
        if all.len() > LINKS_MAX {
            sheet.row(label, format!("and {} more", all.len() - LINKS_MAX));
        }
        if all.is_empty() {
            sheet.row(label, "nobody is stated");
        }
    };
    links("held by", view.links_into(register, party).collect(), true);
    links("holds", view.links_out_of(register, party).collect(), false);
    known
        .sources
        .iter()
        .for_each(|source| sheet.row("source", &**source));
    sheet
}

/// What the register has of a party, for programs.
pub fn value(words: Words<'_>, party: PartyNo) -> serde_json::Value {
    let Words { register, view } = words;
    let known = view.describe(register, party);
    let steps =
        |links: Vec<LinkNo>| -> Vec<_> { links.into_iter().map(|l| words.step(l)).collect() };
    json!({
        "party": words.named(party),
        "as_of": view.on.to_string(),
        "kind": known.kind,
        "names": known.names,
        "identifiers": known.identifiers,
        "locations": known.locations,
        "headquarters": known.headquarters(),
        "notes": known.notes,
        "held_by": steps(view.links_into(register, party).collect()),
        "holds": steps(view.links_out_of(register, party).collect()),
        "sources": known.sources,
    })
}
