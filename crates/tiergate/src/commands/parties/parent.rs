//! `tiergate parties parent`: the ultimate parent, and where it is headquartered.

use anyhow::Result;
use serde_json::json;
use tiergate_parties::{LinkNo, Parent, PartyNo};

use super::{Asked, Format, Found, Sheet};
use crate::cli::Ended;
use crate::parties::words::Words;
use crate::report::print;

/// Find the ultimate parent of a party and where it is headquartered
///
/// The way goes up by majorities of shares or votes, by control, and by accounting consolidation.
/// Where someone not identified may have a majority, the parent is unknown, and the answer says which
/// fact is missing. This is not the 50 percent rule, which `parties listed` applies.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
}

/// Finds it.
pub fn run(args: &Args) -> Result<Ended> {
    let found = args.asked.open()?;
    let parent = found.view.ultimate_parent(&found.register, found.party);
    let text = match args.asked.format {
        Format::Table => table(&found, &parent),
        Format::Json => serde_json::to_string_pretty(&value(found.words(), found.party, &parent))?,
    };
    print(None, &text)?;
    Ok(found.ended)
}

fn path(sheet: &mut Sheet, words: Words<'_>, links: &[LinkNo]) {
    for (at, number) in links.iter().enumerate() {
        let owner = words.party(words.register.link(*number).owner);
        let label = if at == 0 { "way up" } else { "" };
        sheet.row(label, format!("-> {owner}: {}", words.link(*number)));
    }
}

fn headquarters(words: Words<'_>, party: PartyNo) -> String {
    let known = words.view.describe(words.register, party);
    match (known.headquarters(), known.headquarters.is_empty()) {
        (Some(country), _) => {
            let source = known.headquarters.first().map_or("", |(_, source)| source);
            format!("{country}, {source}")
        }
        (None, true) => "unknown: no source states it".to_owned(),
        (None, false) => {
            let all: Vec<String> = known
                .headquarters
                .iter()
                .map(|(c, source)| format!("{c} ({source})"))
                .collect();
            format!("unknown: the sources differ: {}", all.join(", "))
        }
    }
}

fn table(found: &Found, parent: &Parent) -> String {
    let sheet = sheet(found.words(), found.party, parent);
    format!("{}{}", found.head(), sheet.render())
}

/// The parent of a party, and the way to it, or which fact is missing.
pub fn sheet(words: Words<'_>, party: PartyNo, parent: &Parent) -> Sheet {
    let mut sheet = Sheet::default();
    match parent {
        Parent::Known(top) => {
            let own = "none: it is its own ultimate parent".to_owned();
            let name = if top.party == party {
                own
            } else {
                words.party(top.party)
            };
            sheet.row("ultimate parent", name);
            sheet.row("headquarters", headquarters(words, top.party));
            path(&mut sheet, words, &top.path);
            sheet.row("because", words.basis(top.party, &top.because));
        }
        Parent::Unknown(gap) => {
            sheet.row("ultimate parent", "unknown");
            path(&mut sheet, words, &gap.path);
            sheet.row("missing", words.why(gap.at, &gap.why));
        }
    }
    sheet
}

/// The same for programs.
pub fn value(words: Words<'_>, party: PartyNo, parent: &Parent) -> serde_json::Value {
    let Words { register, view } = words;
    let steps = |links: &[LinkNo]| -> Vec<_> { links.iter().map(|l| words.step(*l)).collect() };
    let mut value = json!({
        "party": words.named(party),
        "as_of": view.on.to_string(),
    });
    let more = match parent {
        Parent::Known(top) => json!({
            "parent": if top.party == party { "own" } else { "known" },
            "ultimate_parent": words.named(top.party),
            "headquarters": view.describe(register, top.party).headquarters(),
            "path": steps(&top.path),
            "because": words.basis(top.party, &top.because),
        }),
        Parent::Unknown(gap) => json!({
            "parent": "unknown",
            "path": steps(&gap.path),
            "at": words.named(gap.at),
            "why": Words::why_word(&gap.why),
            "missing": words.why(gap.at, &gap.why),
        }),
    };
    if let (Some(value), serde_json::Value::Object(more)) = (value.as_object_mut(), more) {
        value.extend(more);
    }
    value
}
