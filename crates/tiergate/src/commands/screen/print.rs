//! Hits as text, JSON and CSV.

use std::io::Write;

use anyhow::Result;
use serde_json::{Value, json};
use tiergate_screening::{Hit, How, Match, lists};

use super::Format;
use super::input::Named;
use crate::report::{Output, count};
use crate::style::plain;

const HEAD: [&str; 18] = [
    "label",
    "name",
    "country",
    "score",
    "entry",
    "list",
    "words",
    "entry_name",
    "matched_name",
    "same_country",
    "why",
    "license_requirement",
    "license_policy",
    "citation",
    "verdict",
    "reason",
    "party_digest",
    "entry_digest",
];

/// Writes what screening finds, party by party.
pub struct Printer {
    out: Output,
    format: Format,
    limit: usize,
    /// Whether no hit means that a party is on no list: the whole list was read, and every hit told.
    whole: bool,
    parties: u64,
}

impl Printer {
    pub const fn new(out: Output, format: Format, limit: usize, whole: bool) -> Printer {
        Printer {
            out,
            format,
            limit,
            whole,
            parties: 0,
        }
    }

    /// What comes first; `title` says which list.
    pub fn begin(&mut self, title: &str) -> Result<()> {
        match self.format {
            Format::Table => writeln!(self.out, "{title}")?,
            Format::Csv => self.record(&HEAD)?,
            Format::Json => writeln!(self.out, "[")?,
            Format::Jsonl => {}
        }
        Ok(())
    }

    /// One party with its hits, all of them.
    pub fn party(&mut self, named: &Named, hits: &[Hit]) -> Result<()> {
        let first = self.parties == 0;
        self.parties += 1;
        match self.format {
            Format::Table => self.table(named, hits),
            Format::Csv => self.rows(named, hits),
            Format::Json => {
                let comma = if first { "" } else { ",\n" };
                write!(self.out, "{comma}{}", self.value(named, hits))?;
                Ok(())
            }
            Format::Jsonl => {
                let value = self.value(named, hits);
                writeln!(self.out, "{value}")?;
                Ok(())
            }
        }
    }

    /// Ends the output.
    pub fn end(mut self) -> Result<()> {
        if self.format == Format::Json {
            writeln!(self.out, "\n]")?;
        }
        self.out.finish()
    }

    fn record<S: AsRef<str>>(&mut self, cells: &[S]) -> Result<()> {
        let mut writer = csv::Writer::from_writer(&mut self.out);
        writer.write_record(cells.iter().map(AsRef::as_ref))?;
        writer.flush()?;
        Ok(())
    }

    fn lists(&self, named: &Named, hits: &[Hit]) -> Option<Vec<&'static str>> {
        lists(&named.party, hits).filter(|_| self.whole)
    }

    fn value(&self, named: &Named, hits: &[Hit]) -> Value {
        json!({
            "label": named.label,
            "party": named.party,
            "party_digest": named.party.digest(),
            "lists": self.lists(named, hits),
            "hits_in_all": hits.len(),
            "hits": &hits[..hits.len().min(self.limit)],
        })
    }

    fn rows(&mut self, named: &Named, hits: &[Hit]) -> Result<()> {
        let party = &named.party;
        if hits.is_empty() {
            let mut cells = vec![String::new(); HEAD.len()];
            cells[..3].clone_from_slice(&[
                named.label.clone(),
                party.name.clone(),
                party.country.clone(),
            ]);
            cells[16] = party.digest();
            return self.record(&cells);
        }
        for hit in hits.iter().take(self.limit) {
            let decided = hit.adjudication.as_ref();
            self.record(&[
                named.label.clone(),
                party.name.clone(),
                party.country.clone(),
                format!("{:.4}", hit.score),
                hit.entry.clone(),
                hit.list.clone(),
                hit.words.join(";"),
                hit.name.clone(),
                hit.matched_name.clone(),
                hit.same_country.map_or_else(String::new, |s| s.to_string()),
                why(&hit.why),
                hit.license_requirement.clone(),
                hit.license_policy.clone(),
                hit.citation.clone(),
                verdict(hit).to_owned(),
                decided.map_or_else(String::new, |a| a.reason.clone()),
                party.digest(),
                hit.entry_digest.clone(),
            ])?;
        }
        Ok(())
    }

    fn table(&mut self, named: &Named, hits: &[Hit]) -> Result<()> {
        let label = match named.label.as_str() {
            "" => String::new(),
            label => format!("{label}: "),
        };
        let place = match named.party.country.as_str() {
            "" => String::new(),
            country => format!(" ({country})"),
        };
        let name = plain(format!("{label}{}{place}", named.party.name));
        let said = summary(hits, self.lists(named, hits));
        writeln!(self.out, "\n{name}\n  {said}")?;
        for hit in hits.iter().take(self.limit) {
            write!(self.out, "{}", plain_lines(&text(hit)))?;
        }
        let more = hits.len().saturating_sub(self.limit) as u64;
        if more > 0 {
            writeln!(
                self.out,
                "  and {}: --limit N tells more",
                count(more, "hit", "hits")
            )?;
        }
        Ok(())
    }
}

/// Takes away what would command a terminal, line by line.
fn plain_lines(text: &str) -> String {
    text.lines()
        .map(|line| format!("{}\n", plain(line.to_owned())))
        .collect()
}

/// `lists: unknown, 2 of 3 hits to decide`.
pub fn summary(hits: &[Hit], lists: Option<Vec<&'static str>>) -> String {
    let open = hits.iter().filter(|h| h.adjudication.is_none()).count();
    match lists {
        None if open > 0 => format!(
            "lists: unknown, {open} of {} to decide",
            count(hits.len() as u64, "hit", "hits")
        ),
        None => "lists: unknown, not everything was screened".to_owned(),
        Some(words) if words.is_empty() && hits.is_empty() => {
            "lists: none, nothing is near".to_owned()
        }
        Some(words) if words.is_empty() => "lists: none, every hit is decided".to_owned(),
        Some(words) => format!("lists: {}", words.join(", ")),
    }
}

fn verdict(hit: &Hit) -> &'static str {
    match (&hit.adjudication, hit.lapsed) {
        (Some(a), _) if a.is_true() => "true",
        (Some(_), _) => "false",
        (None, Some(_)) => "lapsed",
        (None, None) => "",
    }
}

/// One hit in a few lines.
pub fn text(hit: &Hit) -> String {
    let mut lines = vec![format!(
        "  {:.3}  {}  [{}]",
        hit.score, hit.matched_name, hit.entry
    )];
    let mut say = |what: &str, text: &str| {
        if !text.is_empty() {
            lines.push(format!("         {what}{text}"));
        }
    };
    if hit.by_alias {
        say("another name of ", &hit.name);
    }
    say("", &format!("{}: {}", hit.list, hit.citation));
    say("requires: ", &hit.license_requirement);
    say("review: ", &hit.license_policy);
    let countries = hit.countries.join(", ");
    match hit.same_country {
        Some(true) => say("country: the same, ", &countries),
        Some(false) => say("country: another, ", &countries),
        None => say("country: ", &countries),
    }
    say("why: ", &why(&hit.why));
    if let Some(a) = &hit.adjudication {
        let what = if a.is_true() {
            "decided: it is this party, "
        } else {
            "decided: another party, "
        };
        say(what, &format!("{} ({}, {})", a.reason, a.who, a.when));
    } else if let Some(lapsed) = hit.lapsed {
        say("decided before, and no longer: ", lapsed);
    }
    lines.join("\n") + "\n"
}

/// `arkona = arcona (sounds alike); only there: trading`.
pub fn why(why: &Match) -> String {
    let mut parts: Vec<String> = Vec::new();
    for word in &why.words {
        let how = match word.how {
            How::Same => "same",
            How::Variant => "variant of the name",
            How::Meaning => "same meaning",
            How::Sound => "sounds alike",
            How::Near => "spelled nearly so",
            How::Consonants => "same consonants",
            How::Initial => "initial",
            How::Joined => "written as one",
            How::Acronym => "initials of all words",
        };
        if word.how == How::Same && word.left == word.right {
            parts.push(word.left.clone());
        } else {
            parts.push(format!("{} = {} ({how})", word.left, word.right));
        }
    }
    for (what, words) in [
        ("only here", &why.left_only),
        ("only there", &why.right_only),
    ] {
        if !words.is_empty() {
            parts.push(format!("{what}: {}", words.join(" ")));
        }
    }
    parts.extend(why.notes.iter().map(|n| (*n).to_owned()));
    parts.join("; ")
}
