//! Listed parties: by id on the command line, or in a file.

use std::path::Path;

use anyhow::Result;
use tiergate_law::Date;
use tiergate_parties::{FindError, Listed, Register};

use crate::report::{Unreadable, count, say};
use crate::style::plain;

/// The listed parties of a register.
#[derive(Debug, Default)]
pub struct Read {
    pub listed: Listed,
    /// Rows that could not be read, and names of several parties.
    pub faults: u64,
}

/// Reads listed parties. Each text is a file, or the id, identifier or name of a party.
///
/// A file has one party on each line, or is CSV with a column `party` and, where they are, `from` and
/// `to`.
///
/// # Errors
///
/// A file that cannot be read, or a party given by itself that the register does not have.
pub fn read(register: &Register, texts: &[String]) -> Result<Read> {
    let mut read = Read::default();
    for text in texts {
        let path = Path::new(text);
        if path.is_file() {
            file(register, path, &mut read)?;
        } else {
            let party = register.find(text).map_err(|error| {
                Unreadable::new(format!("--listed: {error}, and no file has this name"))
            })?;
            read.listed.add(party, None, None);
        }
    }
    Ok(read)
}

fn file(register: &Register, path: &Path, read: &mut Read) -> Result<()> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Unreadable::because(&name, error))?;
    let text = String::from_utf8(bytes).map_err(|error| Unreadable::because(&name, error))?;
    let text = text.trim_start_matches('\u{feff}');
    let head: Vec<&str> = text
        .lines()
        .next()
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .collect();
    let column = |name: &str| head.iter().position(|h| *h == name);
    let (party_at, from_at, to_at) = (column("party"), column("from"), column("to"));
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(party_at.is_some()).flexible(true);
    if party_at.is_none() {
        // One party on each line, commas and quotes included.
        builder.delimiter(0).quoting(false);
    }
    let (mut absent, mut known) = (0, 0);
    for record in builder.from_reader(text.as_bytes()).records() {
        let record = record.map_err(|error| Unreadable::because(&name, error))?;
        let line = record.position().map_or(0, csv::Position::line);
        let value = |at: Option<usize>| {
            at.and_then(|at| record.get(at))
                .map(str::trim)
                .unwrap_or("")
        };
        let party = value(Some(party_at.unwrap_or(0)));
        if party.is_empty() || party.starts_with('#') {
            continue;
        }
        let day = |at: Option<usize>| match value(at) {
            "" => None,
            text => match text.parse::<Date>() {
                Ok(day) => Some(Some(day)),
                Err(_) => Some(None),
            },
        };
        let (from, to) = (day(from_at), day(to_at));
        if from == Some(None) || to == Some(None) {
            let message = "a day such as 2025-09-29 would be right";
            say(&plain(format!("{name}, line {line}: {message}")));
            read.faults += 1;
            continue;
        }
        match register.find(party) {
            Ok(found) => {
                known += 1;
                read.listed.add(found, from.flatten(), to.flatten());
            }
            Err(FindError::Nobody(_)) => absent += 1,
            Err(error @ FindError::Several { .. }) => {
                say(&plain(format!("{name}, line {line}: {error}")));
                read.faults += 1;
            }
        }
    }
    if absent > 0 {
        let absent = count(absent, "listed party is", "listed parties are");
        say(&plain(format!(
            "{name}: {absent} not in the register, and so own nothing there; {known} are"
        )));
    }
    Ok(())
}
