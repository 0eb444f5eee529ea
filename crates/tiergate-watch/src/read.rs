//! Parties and consignments out of CSV and JSON Lines; a bad row is reported and the rest is read.

use std::io;
use std::str::FromStr;

use jiff::civil::Date;
use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::party::{Consignment, Party};

/// A row that could not be read: where, what was found, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {message}", .column.as_deref().map_or_else(String::new, |c| format!(", {c}")))]
pub struct RowError {
    /// Line in the file, from 1.
    pub line: u64,
    /// Column or key.
    pub column: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What was read, and what could not be.
type Rows<T> = (Vec<T>, Vec<RowError>);

const PARTY: [&str; 12] = [
    "id",
    "name",
    "country",
    "addresses",
    "directors",
    "phones",
    "domains",
    "forwarders",
    "banks",
    "incorporated",
    "site_power_mw",
    "known_parent",
];
const CONSIGNMENT: [&str; 6] = ["id", "date", "consignee", "tpp", "destination", "forwarder"];

/// A thing that is read field by field.
trait Record: Sized {
    const COLUMNS: &'static [&'static str];
    const REQUIRED: &'static [&'static str];
    fn new() -> Self;
    fn set(&mut self, column: &str, text: &str) -> Result<(), String>;
    fn id(&self) -> &str;
}

/// Texts parted by `|`.
fn list(text: &str) -> Vec<String> {
    let parts = text.split('|').map(str::trim).filter(|p| !p.is_empty());
    parts.map(str::to_owned).collect()
}

fn date(text: &str) -> Result<Date, String> {
    Date::from_str(text).map_err(|_| format!("found `{text}`, expected a date such as 2026-03-31"))
}

fn country(text: &str) -> Result<String, String> {
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "found `{text}`, expected a country code such as PL"
    ))
}

impl Record for Party {
    const COLUMNS: &'static [&'static str] = &PARTY;
    const REQUIRED: &'static [&'static str] = &["id"];

    fn new() -> Party {
        Party::default()
    }

    fn set(&mut self, column: &str, text: &str) -> Result<(), String> {
        match column {
            "id" => text.clone_into(&mut self.id),
            "name" => text.clone_into(&mut self.name),
            "country" => self.country = country(text)?,
            "addresses" => self.addresses = list(text),
            "directors" => self.directors = list(text),
            "phones" => self.phones = list(text),
            "domains" => self.domains = list(text),
            "forwarders" => self.forwarders = list(text),
            "banks" => self.banks = list(text),
            "incorporated" => self.incorporated = Some(date(text)?),
            "site_power_mw" => {
                let power = text
                    .parse()
                    .ok()
                    .filter(|p: &f64| p.is_finite() && *p >= 0.0);
                let wrong = || format!("found `{text}`, expected megawatts such as 12.5");
                self.site_power_mw = Some(power.ok_or_else(wrong)?);
            }
            _ => self.known_parent = Some(text.to_owned()),
        }
        Ok(())
    }

    fn id(&self) -> &str {
        &self.id
    }
}

impl Record for Consignment {
    const COLUMNS: &'static [&'static str] = &CONSIGNMENT;
    const REQUIRED: &'static [&'static str] = &["id", "date", "consignee", "tpp"];

    fn new() -> Consignment {
        Consignment::new("", Date::default(), "", 0)
    }

    fn set(&mut self, column: &str, text: &str) -> Result<(), String> {
        match column {
            "id" => text.clone_into(&mut self.id),
            "date" => self.date = date(text)?,
            "consignee" => text.clone_into(&mut self.consignee),
            "tpp" => {
                let whole = text.parse().map_err(|_| {
                    format!("found `{text}`, expected a whole number of TPP such as 15832000")
                });
                self.tpp = whole?;
            }
            "destination" => self.destination = country(text)?,
            _ => self.forwarder = Some(text.to_owned()),
        }
        Ok(())
    }

    fn id(&self) -> &str {
        &self.id
    }
}

/// What a file gives, and which ids it gave.
struct Reading<T> {
    read: Vec<T>,
    errors: Vec<RowError>,
    ids: FxHashSet<String>,
}

impl<T: Record> Reading<T> {
    fn new() -> Reading<T> {
        Reading {
            read: Vec::new(),
            errors: Vec::new(),
            ids: FxHashSet::default(),
        }
    }

    fn fail(&mut self, line: u64, column: Option<&str>, message: impl Into<String>) {
        self.errors.push(RowError {
            line,
            column: column.map(str::to_owned),
            message: message.into(),
        });
    }

    /// One row of fields that are not empty.
    fn row<'f>(&mut self, line: u64, fields: impl Iterator<Item = (&'f str, &'f str)>) {
        let mut record = T::new();
        let mut given = 0_u32;
        let before = self.errors.len();
        for (column, text) in fields {
            if let Some(at) = T::COLUMNS.iter().position(|c| *c == column) {
                given |= 1 << at;
            }
            if let Err(message) = record.set(column, text) {
                self.fail(line, Some(column), message);
            }
        }
        for required in T::REQUIRED {
            let at = T::COLUMNS.iter().position(|c| c == required);
            if at.is_none_or(|at| given >> at & 1 == 0) {
                self.fail(line, Some(required), "missing; every row needs it");
            }
        }
        if self.errors.len() > before {
            return;
        }
        if self.ids.insert(record.id().to_owned()) {
            self.read.push(record);
        } else {
            let id = record.id().to_owned();
            self.fail(
                line,
                Some("id"),
                format!("`{id}` stands twice; the first row is kept"),
            );
        }
    }

    fn csv(mut self, input: impl io::Read) -> Rows<T> {
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(1 << 17)
            .flexible(true)
            .from_reader(input);
        let heads = match reader.headers() {
            Ok(heads) => heads.clone(),
            Err(error) => {
                self.fail(1, None, format!("not readable as CSV: {error}"));
                return (self.read, self.errors);
            }
        };
        let name = |h: &str| h.trim().trim_start_matches('\u{feff}').to_owned();
        let heads: Vec<String> = heads.iter().map(name).collect();
        for (at, head) in heads.iter().enumerate() {
            if !T::COLUMNS.contains(&head.as_str()) {
                let known = T::COLUMNS.join(", ");
                self.fail(
                    1,
                    Some(head),
                    format!("there is no such column; there are {known}"),
                );
            } else if heads[..at].contains(head) {
                self.fail(1, Some(head), "the column stands twice");
            }
        }
        for required in T::REQUIRED {
            if !heads.iter().any(|h| h == required) {
                self.fail(1, Some(required), "a required column is missing");
            }
        }
        if !self.errors.is_empty() {
            return (self.read, self.errors);
        }
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            match reader.read_record(&mut record) {
                Ok(false) => break,
                Ok(true) => {}
                Err(error) => {
                    self.fail(line, None, error.to_string());
                    if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                        break;
                    }
                    continue;
                }
            }
            let line = record.position().map_or(line, csv::Position::line);
            if record.len() != heads.len() {
                let (found, expected) = (record.len(), heads.len());
                self.fail(
                    line,
                    None,
                    format!("found {found} values, expected {expected}"),
                );
                continue;
            }
            let fields = heads
                .iter()
                .map(String::as_str)
                .zip(record.iter().map(str::trim));
            self.row(line, fields.filter(|(_, text)| !text.is_empty()));
        }
        (self.read, self.errors)
    }

    fn jsonl(mut self, mut input: impl io::BufRead) -> Rows<T> {
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            match input.read_until(b'\n', &mut bytes) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    self.fail(line, None, format!("cannot be read: {error}"));
                    break;
                }
            }
            let Ok(text) = std::str::from_utf8(&bytes) else {
                self.fail(line, None, "not UTF-8 text");
                continue;
            };
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            match serde_json::from_str(text) {
                Ok(Value::Object(object)) => self.object(line, &object),
                Ok(_) => self.fail(
                    line,
                    None,
                    "found no object, expected one such as {\"id\": \"a\"}",
                ),
                Err(error) => self.fail(line, None, format!("not JSON: {error}")),
            }
        }
        (self.read, self.errors)
    }

    fn object(&mut self, line: u64, object: &serde_json::Map<String, Value>) {
        let before = self.errors.len();
        let mut fields: Vec<(&str, String)> = Vec::new();
        for (key, value) in object {
            let text = match value {
                _ if !T::COLUMNS.contains(&key.as_str()) => {
                    let known = T::COLUMNS.join(", ");
                    self.fail(
                        line,
                        Some(key),
                        format!("there is no such key; there are {known}"),
                    );
                    continue;
                }
                Value::Null => continue,
                Value::String(text) => text.trim().to_owned(),
                Value::Number(number) => number.to_string(),
                Value::Array(items) if items.iter().all(Value::is_string) => {
                    let texts: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
                    texts.join("|")
                }
                _ => {
                    self.fail(
                        line,
                        Some(key),
                        "expected a text, a number or a list of texts",
                    );
                    continue;
                }
            };
            if !text.is_empty() {
                fields.push((key, text));
            }
        }
        if self.errors.len() == before {
            self.row(line, fields.iter().map(|(key, text)| (*key, text.as_str())));
        }
    }
}

/// Parties from CSV; several values of one column are parted by `|`.
///
/// ```
/// let file = "id,name,country,phones\np1,Velmora,MY,+60 3 1|+60 3 2\np2,Tessara,Malaysia,\n";
/// let (parties, errors) = tiergate_watch::parties_csv(file.as_bytes());
/// assert_eq!(parties[0].phones.len(), 2);
/// assert_eq!(errors[0].to_string(), "line 3, country: found `Malaysia`, expected a country code such as PL");
/// ```
pub fn parties_csv(input: impl io::Read) -> (Vec<Party>, Vec<RowError>) {
    Reading::new().csv(input)
}

/// Parties from JSON Lines; several values of one key are a list.
///
/// ```
/// let (parties, errors) = tiergate_watch::parties_jsonl(&br#"{"id": "p1", "banks": ["A", "B"]}"#[..]);
/// assert!(errors.is_empty());
/// assert_eq!(parties[0].banks, ["A", "B"]);
/// ```
pub fn parties_jsonl(input: impl io::BufRead) -> (Vec<Party>, Vec<RowError>) {
    Reading::new().jsonl(input)
}

/// Consignments from CSV.
///
/// ```
/// let file = "id,date,consignee,tpp\nc1,2026-03-01,p1,100\nc2,2026-03-02,p1,1.5\n";
/// let (consignments, errors) = tiergate_watch::consignments_csv(file.as_bytes());
/// assert_eq!(consignments[0].tpp, 100);
/// assert!(errors[0].message.contains("a whole number"));
/// ```
pub fn consignments_csv(input: impl io::Read) -> (Vec<Consignment>, Vec<RowError>) {
    Reading::new().csv(input)
}

/// Consignments from JSON Lines.
///
/// ```
/// let file = br#"{"id": "c1", "date": "2026-03-01", "consignee": "p1", "tpp": 100}"#;
/// let (consignments, errors) = tiergate_watch::consignments_jsonl(&file[..]);
/// assert!(errors.is_empty());
/// assert_eq!(consignments[0].consignee, "p1");
/// ```
pub fn consignments_jsonl(input: impl io::BufRead) -> (Vec<Consignment>, Vec<RowError>) {
    Reading::new().jsonl(input)
}
