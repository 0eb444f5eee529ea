//! What changed of reservations, as text, JSON or rows.

use anyhow::Result;
use serde_json::{Value, json};

use super::again::Looked;
use super::change::{Change, HitTurn, Turn};
use crate::report::count;
use crate::style::{plain, width, wrap};

/// The width of the text.
const COLUMNS: usize = 100;
/// The words that stand before what is said.
const HEAD: usize = 14;

/// Blocks of text, one for each that changed, and a line on the others.
pub fn table(looked: &Looked) -> String {
    let mut text = format!("open reservations on {}", looked.day);
    if let Some(list) = &looked.list {
        text.push_str(&format!(", screened against {}", list.text()));
    }
    text.push_str("\n\n");
    for change in &looked.changed {
        text.push_str(&block(change));
        text.push('\n');
    }
    text.push_str(&line(looked));
    text.push('\n');
    text
}

/// How many changed.
pub fn line(looked: &Looked) -> String {
    let (changed, unread) = (looked.changed.len() as u64, looked.unread.len() as u64);
    let all = count(
        changed + looked.unchanged + unread,
        "open reservation",
        "open reservations",
    );
    let mut line = format!("{all}: {changed} changed, {} did not", looked.unchanged);
    if unread > 0 {
        line.push_str(&format!("; {unread} could not be looked at"));
    }
    line
}

fn block(change: &Change) -> String {
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut lines = vec![plain(format!(
        "{}, reserved for {}, under {} of {}, {}",
        change.id,
        change.reserved_for,
        word(&change.law),
        word(&change.as_of),
        match word(&change.view).as_str() {
            "text" => "as printed",
            _ => "as enforced",
        }
    ))];
    let mut say = |head: &str, text: String| {
        let text = plain(text);
        for (at, part) in wrap(&text, COLUMNS - HEAD).into_iter().enumerate() {
            let head = if at == 0 { head } else { "" };
            let pad = " ".repeat(HEAD.saturating_sub(2 + width(head)));
            lines.push(format!("  {head}{pad}{part}"));
        }
    };
    say("outcome", turned(&change.outcome));
    for (head, turn) in [("authority", &change.authority), ("review", &change.review)] {
        if turn.before != turn.now {
            say(head, turned(turn));
        }
    }
    if !change.missing.is_empty() {
        say("missing", change.missing.join(", "));
    }
    for hit in &change.hits {
        say("hit", hit_text(hit));
    }
    for open in &change.to_decide {
        say("to decide", open.clone());
    }
    for fact in &change.facts {
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        let (before, now) = (known(&fact.before), known(&fact.now));
        say("fact", format!("{}: {before} -> {now}", fact.path));
    }
    for (head, duties) in [
        ("duty goes", &change.duties_gone),
        ("duty comes", &change.duties_new),
    ] {
        for duty in duties {
            say(head, format!("{} ({})", duty.what, duty.cite));
        }
    }
    for limit in &change.limits {
        say("limit", limit.clone());
    }
    lines.join("\n") + "\n"
}

fn turned(turn: &Turn) -> String {
    let word = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    match turn.before == turn.now {
        true => format!("{}, as before", word(&turn.now)),
        false => format!("{} -> {}", word(&turn.before), word(&turn.now)),
    }
}

fn hit_text(turn: &HitTurn) -> String {
    let HitTurn {
        party,
        name,
        change,
        hit,
    } = turn;
    let decided = match &hit.adjudication {
        None => match &hit.lapsed {
            Some(why) => format!("decided before and no longer: {why}"),
            None => "nobody has decided".to_owned(),
        },
        Some(a) => format!(
            "decided to be {}: {} ({}, {})",
            if a.is_true() { "the party" } else { "another" },
            a.reason,
            a.who,
            a.when
        ),
    };
    let says = change.says();
    format!(
        "{party} {name}, {says}: {} ({}); {decided}",
        hit.text(),
        hit.list
    )
}

/// One object with everything.
pub fn json(looked: &Looked) -> Result<String> {
    let unread = looked
        .unread
        .iter()
        .map(|(id, why)| json!({ "id": id, "why": why }));
    let json = json!({
        "as_of": looked.day,
        "list": looked.list,
        "changed": looked.changed,
        "unchanged": looked.unchanged,
        "unread": unread.collect::<Vec<_>>(),
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&json)?))
}

/// A row for each that changed.
pub fn csv(looked: &Looked) -> Result<String> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "id",
        "reserved_for",
        "law",
        "as_of",
        "view",
        "outcome_before",
        "outcome",
        "authority_before",
        "authority",
        "review_before",
        "review",
        "missing",
        "hits",
        "duties_gone",
        "duties_new",
        "limits",
    ])?;
    for change in &looked.changed {
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let ids = |duties: &[super::change::DutyTurn]| {
            duties
                .iter()
                .map(|d| d.id.clone())
                .collect::<Vec<_>>()
                .join("|")
        };
        rows.write_record([
            change.id.clone(),
            change.reserved_for.to_string(),
            word(&change.law),
            word(&change.as_of),
            word(&change.view),
            word(&change.outcome.before),
            word(&change.outcome.now),
            word(&change.authority.before),
            word(&change.authority.now),
            word(&change.review.before),
            word(&change.review.now),
            change.missing.join("|"),
            change
                .hits
                .iter()
                .map(hit_text)
                .collect::<Vec<_>>()
                .join("|"),
            ids(&change.duties_gone),
            ids(&change.duties_new),
            change.limits.join("|"),
        ])?;
    }
    Ok(String::from_utf8(rows.into_inner()?)?)
}
