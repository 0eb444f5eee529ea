//! The parties of a file, in their order.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::Result;
use serde_json::Value;
use tiergate_screening::Party;

use crate::report::{Unreadable, say};

/// A party with where the file names it.
#[derive(Debug, Clone)]
pub struct Named {
    /// Id of the row, with the role if the row is an order.
    pub label: String,
    pub party: Party,
}

/// A file being read.
pub struct Rows {
    name: String,
    form: Form,
    /// Whether some row could not be read.
    pub faulty: bool,
    /// Bytes of the file, if they are known, and those read.
    pub length: Option<u64>,
    pub read: u64,
}

enum Form {
    Table {
        reader: csv::Reader<Box<dyn Read>>,
        columns: Vec<Column>,
        id: Option<usize>,
    },
    Lines(BufReader<Box<dyn Read>>, u64),
}

/// A column that holds names.
struct Column {
    name: usize,
    country: Option<usize>,
    /// `consignee`, or nothing in a file of parties.
    role: String,
}

/// Opens a file, or standard input for `-`.
pub fn open(path: &Path) -> Result<(String, Box<dyn Read>, Option<u64>)> {
    if path.as_os_str() == "-" {
        return Ok(("standard input".to_owned(), Box::new(io::stdin()), None));
    }
    let name = path.display().to_string();
    let file = File::open(path).map_err(|error| Unreadable::because(&name, error))?;
    let length = file
        .metadata()
        .ok()
        .filter(std::fs::Metadata::is_file)
        .map(|m| m.len());
    Ok((name, Box::new(file), length))
}

impl Rows {
    pub fn open(path: &Path) -> Result<Rows> {
        let (name, input, length) = open(path)?;
        let mut input = BufReader::new(input);
        let start = input
            .fill_buf()
            .map_err(|error| Unreadable::because(&name, error))?;
        let first = start
            .iter()
            .find(|b| !b.is_ascii_whitespace() && !matches!(b, 0xef | 0xbb | 0xbf));
        let form = match first {
            Some(b'{') => Form::Lines(BufReader::new(Box::new(input)), 0),
            Some(b'[') => {
                let what = format!(
                    "{name} is a JSON array: write an object a line, as `jq -c '.[]'` does"
                );
                return Err(Unreadable::new(what).into());
            }
            _ => table(&name, Box::new(input))?,
        };
        Ok(Rows {
            name,
            form,
            faulty: false,
            length,
            read: 0,
        })
    }

    /// The parties of the next rows, at most so many rows; none when the file has ended.
    pub fn next(&mut self, rows: usize) -> Option<Vec<Named>> {
        let mut out = Vec::new();
        for at in 0..rows {
            match self.row(&mut out) {
                Ok(true) => {}
                Ok(false) if at == 0 => return None,
                Ok(false) => break,
                Err(message) => {
                    self.faulty = true;
                    say(&format!("{}, {message}", self.name));
                }
            }
        }
        Some(out)
    }

    /// Reads one row; false at the end.
    fn row(&mut self, out: &mut Vec<Named>) -> Result<bool, String> {
        match &mut self.form {
            Form::Table {
                reader,
                columns,
                id,
            } => {
                let mut record = csv::StringRecord::new();
                let more = reader.read_record(&mut record);
                self.read = reader.position().byte();
                let line = record.position().map_or(0, csv::Position::line);
                if !more.map_err(|error| error.to_string())? {
                    return Ok(false);
                }
                let get = |at: usize| record.get(at).unwrap_or("").trim();
                let id = id.map(get).unwrap_or_default();
                let before = out.len();
                for column in columns.iter() {
                    let name = get(column.name);
                    if name.is_empty() {
                        continue;
                    }
                    let of_party = column.role.is_empty();
                    let label = match (id, column.role.as_str()) {
                        (id, "") => id.to_owned(),
                        ("", role) => role.to_owned(),
                        (id, role) => format!("{id} {role}"),
                    };
                    let party = Party {
                        id: if of_party {
                            id.to_owned()
                        } else {
                            String::new()
                        },
                        name: name.to_owned(),
                        country: column.country.map(get).unwrap_or_default().to_owned(),
                    };
                    out.push(Named { label, party });
                }
                if out.len() == before && columns.iter().all(|c| c.role.is_empty()) {
                    return Err(format!("line {line}, name: the name is empty"));
                }
                Ok(true)
            }
            Form::Lines(reader, line) => {
                let mut text = String::new();
                let read = reader
                    .read_line(&mut text)
                    .map_err(|error| error.to_string())?;
                *line += 1;
                self.read += read as u64;
                if read == 0 {
                    return Ok(false);
                }
                if text.trim().is_empty() {
                    return Ok(true);
                }
                let value: Value = serde_json::from_str(&text).map_err(|error| {
                    format!("line {line}: {error}; expected an object on each line")
                })?;
                let id = value.get("id").and_then(Value::as_str).unwrap_or_default();
                let before = out.len();
                collect(&value, "", id, out);
                if out.len() == before {
                    return Err(format!(
                        "line {line}: no party has a name; expected `name` or `consignee.name`"
                    ));
                }
                Ok(true)
            }
        }
    }
}

fn table(name: &str, input: Box<dyn Read>) -> Result<Form> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let heads = reader
        .headers()
        .map_err(|error| Unreadable::because(name, error))?;
    let heads: Vec<String> = heads
        .iter()
        .map(|h| h.trim().trim_start_matches('\u{feff}').to_ascii_lowercase())
        .collect();
    let find = |wanted: &str| heads.iter().position(|h| h == wanted);
    let mut columns = Vec::new();
    for (at, head) in heads.iter().enumerate() {
        let role = match head.as_str() {
            "name" => "",
            head => match head
                .strip_suffix(".name")
                .or_else(|| head.strip_suffix(".parent_name"))
            {
                Some(role) if !role.starts_with("item") => {
                    if head.ends_with("parent_name") {
                        &head[..head.len() - "_name".len()]
                    } else {
                        role
                    }
                }
                _ => continue,
            },
        };
        let beside = |what: &str| {
            if role.is_empty() {
                what.to_owned()
            } else {
                format!("{role}.{what}")
            }
        };
        let country = ["country", "location", "headquarters"]
            .iter()
            .find_map(|c| find(&beside(c)));
        columns.push(Column {
            name: at,
            country,
            role: role.to_owned(),
        });
    }
    if columns.is_empty() {
        let what = format!(
            "{name} has no column of names: found {}; expected `name`, or those of orders such as `consignee.name`",
            heads.join(", ")
        );
        return Err(Unreadable::new(what).into());
    }
    Ok(Form::Table {
        id: find("id"),
        reader,
        columns,
    })
}

/// Every object that has a name, by its path.
fn collect(value: &Value, path: &str, id: &str, out: &mut Vec<Named>) {
    let join = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Object(object) => {
            let text = |key: &str| object.get(key).and_then(Value::as_str).unwrap_or_default();
            let country = ["country", "location", "headquarters"].map(text);
            let country = country
                .iter()
                .find(|c| !c.is_empty())
                .copied()
                .unwrap_or_default();
            for (key, role, country) in [
                ("name", path.to_owned(), country),
                ("parent_name", join("parent"), text("parent")),
            ] {
                let name = text(key);
                if name.is_empty() || path.starts_with("item") {
                    continue;
                }
                let label = [id, &role]
                    .iter()
                    .filter(|t| !t.is_empty())
                    .copied()
                    .collect::<Vec<_>>();
                out.push(Named {
                    label: label.join(" "),
                    party: Party {
                        id: if role.is_empty() {
                            id.to_owned()
                        } else {
                            String::new()
                        },
                        name: name.to_owned(),
                        country: country.to_owned(),
                    },
                });
            }
            for (key, inner) in object {
                collect(inner, &join(key), id, out);
            }
        }
        Value::Array(values) => {
            for (at, inner) in values.iter().enumerate() {
                collect(inner, &join(&(at + 1).to_string()), id, out);
            }
        }
        _ => {}
    }
}
