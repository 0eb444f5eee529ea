//! The list of restricted parties and the log of decisions about hits, from their files.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use tiergate_screening::{Adjudications, Index, List};

use crate::report::{Unreadable, count, say};

const WHERE: &str = "\
no list is named: give --list FILE or set TIERGATE_LIST. The International Trade Administration publishes
the Consolidated Screening List at https://api.trade.gov/static/consolidated_screening_list/consolidated.json
(and consolidated.csv beside it); Tiergate fetches nothing";

/// Faults of a list that are spelled out.
const FAULTS_SPELLED: usize = 20;

/// The list that was asked for, indexed, and whether all of it could be read.
pub fn index(file: Option<&Path>) -> Result<(Index, bool)> {
    let (list, well) = list(file)?;
    Ok((Index::new(list), well))
}

/// A list from its file, and whether all of it could be read.
pub fn list(file: Option<&Path>) -> Result<(List, bool)> {
    let Some(file) = file else { bail!(WHERE) };
    let name = file.display().to_string();
    let text = fs::read_to_string(file).map_err(|error| Unreadable::because(&name, error))?;
    let (list, faults) = List::read(&text).map_err(|error| Unreadable::because(&name, error))?;
    for fault in faults.iter().take(FAULTS_SPELLED) {
        say(&format!("{name}, {fault}"));
    }
    if let Some(more) = faults.len().checked_sub(FAULTS_SPELLED).filter(|n| *n > 0) {
        say(&format!(
            "{name}: {}",
            count(more as u64, "more fault", "more faults")
        ));
    }
    Ok((list, faults.is_empty()))
}

/// The log, and whether all of it could be read; a log that is not there yet is empty.
pub fn adjudications(file: Option<&Path>) -> Result<(Adjudications, bool)> {
    let Some(file) = file else {
        return Ok((Adjudications::default(), true));
    };
    let name = file.display().to_string();
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            return Err(Unreadable::because(&name, error)).context("the log of decisions");
        }
    };
    let (log, faults) = Adjudications::read(&text);
    for fault in &faults {
        say(&format!(
            "{name}, {fault}; expected a line that `screen adjudicate` wrote"
        ));
    }
    Ok((log, faults.is_empty()))
}

/// `2026-07-31, 25,921 parties`.
pub fn title(list: &List) -> String {
    let parties = count(list.entries.len() as u64, "party", "parties");
    match list.date.get(..10) {
        Some(date) => format!("list of {date}, {parties}, digest {}", list.digest()),
        None => format!("{parties}, digest {}", list.digest()),
    }
}
