//! The register of parties, and the list of restricted ones, beside orders and the law.

pub mod filling;
pub mod from_list;
pub mod from_register;
pub mod listed;
pub mod rule;
pub mod words;

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use anyhow::Result;
use tiergate_law::Date;
use tiergate_parties::{Fault, Register};

use crate::report::{Unreadable, count, say};
use crate::style::plain;

/// A register that was read, and how many of its lines could not be.
pub struct Opened {
    pub register: Register,
    pub faults: u64,
}

/// Reads a register and reports what could not be taken.
///
/// # Errors
///
/// A file that cannot be read.
pub fn open(path: &Path) -> Result<Opened> {
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Unreadable::because(&name, error))?;
    let read = Register::read_from(BufReader::with_capacity(1 << 20, file));
    let (register, faults) = read.map_err(|error| Unreadable::because(&name, error))?;
    report(&name, "line", &faults);
    Ok(Opened {
        register,
        faults: faults.len() as u64,
    })
}

/// Faults that are spelled out; the others are counted.
const FAULTS_MAX: usize = 50;

/// Says what could not be read of a file.
pub fn report(name: &str, unit: &str, faults: &[Fault]) {
    for fault in faults.iter().take(FAULTS_MAX) {
        let (line, message) = (fault.line, &fault.message);
        say(&plain(format!("{name}, {unit} {line}: {message}")));
    }
    let more = faults.len().saturating_sub(FAULTS_MAX);
    if more > 0 {
        let more = count(more as u64, "more fault", "more faults");
        say(&plain(format!("{name}: and {more}")));
    }
}

/// The day it is, in UTC: the default of commands that ask about a day.
pub fn today() -> Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}
