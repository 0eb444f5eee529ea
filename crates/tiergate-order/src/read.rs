//! Orders out of CSV, JSON and JSON Lines; a bad row is reported and the rest is read.

use std::io;

use rustc_hash::FxHashSet;
use serde_json::Value;

use crate::order::{Field, FieldError, Order, Party};

/// A row that could not be read: where, what was found, what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}{}: {message}", in_column(.column.as_deref()))]
pub struct RowError {
    /// Line in the file, from 1; for a JSON array, the place of the order in it.
    pub line: u64,
    /// Column or path.
    pub column: Option<String>,
    /// Id of the order, when it could be read.
    pub id: Option<String>,
    /// What is wrong and what would be right.
    pub message: String,
}

fn in_column(name: Option<&str>) -> String {
    name.map_or_else(String::new, |n| format!(", {n}"))
}

/// The columns of a CSV file of orders, each the field of the order it holds.
#[derive(Debug, Clone)]
pub struct CsvColumns(Vec<(String, Field)>);

impl CsvColumns {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// Every column that is no field of an order, every column given twice, and every required
    /// one that is missing.
    pub fn read(headers: &csv::StringRecord) -> Result<CsvColumns, Vec<RowError>> {
        let fail = |column: Option<&str>, message: String| RowError {
            line: 1,
            column: column.map(str::to_owned),
            id: None,
            message,
        };
        let mut errors = Vec::new();
        let mut columns: Vec<(String, Field)> = Vec::new();
        for name in headers {
            let name = name.trim().trim_start_matches('\u{feff}');
            if columns.iter().any(|(n, _)| n == name) {
                errors.push(fail(Some(name), "the column appears twice".to_owned()));
            }
            match Field::by_path(name) {
                Ok(field) => columns.push((name.to_owned(), field)),
                Err(error) => errors.push(fail(Some(name), error.to_string())),
            }
        }
        for required in ["id", "date", "destination"] {
            if !columns.iter().any(|(n, _)| n == required) {
                errors.push(fail(
                    Some(required),
                    "a required column is missing".to_owned(),
                ));
            }
        }
        if errors.is_empty() {
            Ok(CsvColumns(columns))
        } else {
            Err(errors)
        }
    }

    /// The fields, in column order.
    pub fn fields(&self) -> impl Iterator<Item = Field> + Clone + '_ {
        self.0.iter().map(|(_, field)| *field)
    }

    /// How many columns.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.0.len()
    }

    /// The order of one row.
    ///
    /// # Errors
    ///
    /// Everything wrong with the row.
    pub fn order(&self, line: u64, record: &csv::StringRecord) -> Result<Order, Vec<RowError>> {
        let mut order = Order::default();
        let mut errors = Vec::new();
        let mut fail = |column: Option<&str>, message: String| {
            errors.push(RowError {
                line,
                column: column.map(str::to_owned),
                id: None,
                message,
            });
        };
        if record.len() != self.0.len() {
            let (found, expected) = (record.len(), self.0.len());
            fail(None, format!("found {found} values, expected {expected}"));
            return Err(errors);
        }
        for ((name, field), value) in self.0.iter().zip(record) {
            if let Err(error) = order.set_field(*field, value) {
                fail(Some(name), error.to_string());
            }
        }
        complete(&order, &mut |column, message| {
            if !errors
                .iter()
                .any(|e: &RowError| e.column.as_deref() == Some(column))
            {
                let (column, message) = (Some(column.to_owned()), message.to_owned());
                errors.push(RowError {
                    line,
                    column,
                    id: None,
                    message,
                });
            }
        });
        for error in &mut errors {
            error.id = (!order.id.is_empty()).then(|| order.id.clone());
        }
        if errors.is_empty() {
            Ok(order)
        } else {
            Err(errors)
        }
    }
}

/// Reads orders from CSV, one row at a time, memory flat.
pub struct CsvOrders<R> {
    reader: csv::Reader<R>,
    columns: CsvColumns,
    record: csv::StringRecord,
}

impl<R: io::Read> CsvOrders<R> {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// Every column that is no field of an order, every column given twice, and every required
    /// one that is missing.
    pub fn new(input: R) -> Result<CsvOrders<R>, Vec<RowError>> {
        let mut reader = csv::ReaderBuilder::new()
            .buffer_capacity(1 << 17)
            .from_reader(input);
        let fail = |column: Option<&str>, message: String| RowError {
            line: 1,
            column: column.map(str::to_owned),
            id: None,
            message,
        };
        let headers = match reader.headers() {
            Ok(headers) => headers.clone(),
            Err(error) => return Err(vec![fail(None, format!("not readable as CSV: {error}"))]),
        };
        let columns = CsvColumns::read(&headers)?;
        Ok(CsvOrders {
            reader,
            columns,
            record: csv::StringRecord::new(),
        })
    }

    /// The line of the row read last.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }

    /// The next order, an error for a bad row, or none at the end.
    pub fn next_order(&mut self) -> Option<Result<Order, Vec<RowError>>> {
        let line = self.reader.position().line();
        let row = |message: String| RowError {
            line,
            column: None,
            id: None,
            message,
        };
        match self.reader.read_record(&mut self.record) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(error) => {
                let message = match error.kind() {
                    csv::ErrorKind::UnequalLengths {
                        expected_len, len, ..
                    } => {
                        format!("found {len} values, expected {expected_len}")
                    }
                    csv::ErrorKind::Utf8 { .. } => "not UTF-8 text".to_owned(),
                    csv::ErrorKind::Io(error) => {
                        return Some(Err(vec![row(format!("cannot be read: {error}"))]));
                    }
                    _ => error.to_string(),
                };
                return Some(Err(vec![row(message)]));
            }
        }
        let line = self.record.position().map_or(line, csv::Position::line);
        Some(self.columns.order(line, &self.record))
    }
}

/// Reports what every order must have.
fn complete(order: &Order, missing: &mut dyn FnMut(&'static str, &str)) {
    use tiergate_law::CountryFact;
    if order.id.is_empty() {
        missing("id", "missing");
    }
    if order.date.is_none() {
        missing("date", "missing; the date of shipment selects the law");
    }
    if order.given.country(CountryFact::Destination).is_none() {
        missing("destination", "missing; a country code such as PL");
    }
}

/// A text without the byte order mark some programs put first.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// Reads one line of JSON Lines.
///
/// # Errors
///
/// Everything wrong with the line.
pub fn read_jsonl_line(line: u64, text: &str) -> Result<Order, Vec<RowError>> {
    let fail = |message: String| RowError {
        line,
        column: None,
        id: None,
        message,
    };
    let text = if line == 1 { without_mark(text) } else { text };
    match serde_json::from_str::<Value>(text) {
        Ok(value) => from_value(line, &value, &given_twice(text)),
        Err(error) => Err(vec![fail(format!("not JSON: {error}"))]),
    }
}

/// Reads a JSON order or an array of orders; one result per order.
///
/// # Errors
///
/// Text that is not JSON.
pub fn read_json(text: &str) -> Result<Vec<Result<Order, Vec<RowError>>>, RowError> {
    let text = without_mark(text);
    let value: Value = serde_json::from_str(text).map_err(|error| RowError {
        line: error.line() as u64,
        column: None,
        id: None,
        message: format!("not JSON: {error}"),
    })?;
    let twice = given_twice(text);
    Ok(match &value {
        Value::Array(items) => items
            .iter()
            .zip(1_u64..)
            .map(|(item, at)| {
                let prefix = format!("[{}].", at - 1);
                let twice = twice.iter().filter_map(|p| p.strip_prefix(&prefix));
                from_value(at, item, &twice.map(str::to_owned).collect::<Vec<_>>())
            })
            .collect(),
        other => vec![from_value(1, other, &twice)],
    })
}

/// The paths that stand twice in a text that is JSON: its reader would keep the last in silence.
fn given_twice(text: &str) -> Vec<String> {
    struct Open {
        object: bool,
        path: String,
        /// For an object: the path of the key read last, none when a key is next.
        key: Option<String>,
        place: usize,
    }
    let mut twice = Vec::new();
    let mut seen: FxHashSet<String> = FxHashSet::default();
    let mut open: Vec<Open> = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at;
                at += 1;
                while bytes.get(at).is_some_and(|b| *b != b'"') {
                    at += 1 + usize::from(bytes[at] == b'\\');
                }
                if let Some(inside) = open.last_mut().filter(|o| o.object && o.key.is_none()) {
                    let written = text.get(start..=at).unwrap_or_default();
                    let name: String = serde_json::from_str(written).unwrap_or_default();
                    let dot = if inside.path.is_empty() { "" } else { "." };
                    let path = format!("{}{dot}{name}", inside.path);
                    if !seen.insert(path.clone()) {
                        twice.push(path.clone());
                    }
                    inside.key = Some(path);
                }
            }
            b'{' | b'[' => {
                let path = match open.last() {
                    None => String::new(),
                    Some(Open { key: Some(key), .. }) => key.clone(),
                    Some(Open { path, place, .. }) => format!("{path}[{place}]"),
                };
                open.push(Open {
                    object: *byte == b'{',
                    path,
                    key: None,
                    place: 0,
                });
            }
            b'}' | b']' => drop(open.pop()),
            b',' => {
                if let Some(inside) = open.last_mut() {
                    inside.key = None;
                    inside.place += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    twice
}

fn from_value(line: u64, value: &Value, twice: &[String]) -> Result<Order, Vec<RowError>> {
    let mut order = Order::default();
    let mut errors: Vec<(String, String)> = twice
        .iter()
        .map(|path| (path.clone(), "the key appears twice".to_owned()))
        .collect();
    match value {
        Value::Object(_) => walk("", value, &mut order, &mut errors),
        other => errors.push((
            String::new(),
            format!("found {}, expected an order", name_of(other)),
        )),
    }
    if errors.is_empty() || value.is_object() {
        complete(&order, &mut |column, message| {
            if !errors.iter().any(|(c, _)| c == column) {
                errors.push((column.to_owned(), message.to_owned()));
            }
        });
    }
    if errors.is_empty() {
        return Ok(order);
    }
    let id = (!order.id.is_empty()).then(|| order.id.clone());
    Err(errors
        .into_iter()
        .map(|(column, message)| RowError {
            line,
            column: (!column.is_empty()).then_some(column),
            id: id.clone(),
            message,
        })
        .collect())
}

const OBJECTS: [&str; 6] = [
    "item",
    "exporter",
    "consignee",
    "end_user",
    "statements",
    "used",
];

fn walk(prefix: &str, value: &Value, order: &mut Order, errors: &mut Vec<(String, String)>) {
    let Value::Object(fields) = value else { return };
    for (key, value) in fields {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        let mut set = |order: &mut Order, text: &str| {
            if let Err(error) = order.set(&path, text) {
                errors.push((path.clone(), error.to_string()));
            }
        };
        match value {
            Value::Null if OBJECTS.contains(&path.as_str()) || path == "intermediaries" => {}
            Value::Null => set(order, ""),
            Value::String(text) => set(order, text),
            Value::Number(number) => set(order, &number.to_string()),
            Value::Bool(b) => set(order, if *b { "true" } else { "false" }),
            Value::Array(items) if path == "intermediaries" => {
                order.has_intermediaries = true;
                intermediaries(items, order, errors);
            }
            Value::Array(_) if Field::by_path(&path).is_ok_and(|f| !f.is_list()) => {
                errors.push((path, "found a list, expected a single value".to_owned()));
            }
            Value::Array(items) => {
                let mut texts = Vec::new();
                for item in items {
                    match item {
                        Value::String(text) => texts.push(text.as_str()),
                        other => errors.push((
                            path.clone(),
                            format!("found {}, expected texts", name_of(other)),
                        )),
                    }
                }
                let text = if texts.is_empty() {
                    "[]".to_owned()
                } else {
                    texts.join("|")
                };
                if let Err(error) = order.set(&path, &text) {
                    errors.push((path, error.to_string()));
                }
            }
            Value::Object(_) => {
                let known = OBJECTS.contains(&path.as_str()) || path.starts_with("used.");
                if known {
                    mark_party(&path, order);
                    walk(&path, value, order, errors);
                } else {
                    let error = Field::by_path(&path).err();
                    let error = error.unwrap_or(FieldError::Value {
                        value: "{...}".to_owned(),
                        expected: "a single value".to_owned(),
                    });
                    errors.push((path, error.to_string()));
                }
            }
        }
    }
}

fn mark_party(path: &str, order: &mut Order) {
    match path {
        "end_user" => order.mark(Party::EndUser),
        "exporter" => order.mark(Party::Exporter),
        _ => {}
    }
}

fn intermediaries(items: &[Value], order: &mut Order, errors: &mut Vec<(String, String)>) {
    // "Some intermediary" starts from none and grows with each.
    let mut first = true;
    for (at, item) in items.iter().enumerate() {
        let path = format!("intermediaries[{at}]");
        let Value::Object(fields) = item else {
            errors.push((path, format!("found {}, expected a party", name_of(item))));
            continue;
        };
        let fields: Vec<(String, String)> = fields
            .iter()
            .filter_map(|(key, value)| {
                let text = match value {
                    Value::Null => return None,
                    Value::String(text) => text.clone(),
                    Value::Array(items) if items.is_empty() => "[]".to_owned(),
                    Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join("|"),
                    other => plain(other),
                };
                Some((key.clone(), text))
            })
            .collect();
        if first {
            order.has_intermediaries = false;
            first = false;
        }
        if let Err(error) = order.add_intermediary(&fields) {
            order.has_intermediaries = true;
            errors.push((path, error.to_string()));
        }
    }
    if first {
        // Given and empty: known to be none.
        order.no_intermediaries();
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
