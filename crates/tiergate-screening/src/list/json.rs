//! The official JSON, and the same with short keys and tables.

use serde_json::{Map, Value};

use super::{Entry, List, ListError, ListFault};

type Read = Result<(List, Vec<ListFault>), ListError>;

pub(super) fn read(text: &str) -> Read {
    let value: Value = serde_json::from_str(text).map_err(|e| ListError::Json {
        line: e.line(),
        column: e.column(),
        message: e
            .to_string()
            .split(" at line")
            .next()
            .unwrap_or_default()
            .to_owned(),
    })?;
    let unknown = |found: &str| ListError::Unknown {
        found: found.to_owned(),
    };
    let (head, parties) = match &value {
        Value::Array(parties) => (None, parties),
        Value::Object(head) => match (head.get("results"), head.get("entries")) {
            (Some(Value::Array(parties)), _) | (None, Some(Value::Array(parties))) => {
                (Some(head), parties)
            }
            _ => return Err(unknown("an object without `results`")),
        },
        _ => return Err(unknown("JSON that is no object")),
    };
    let tables = head
        .and_then(|h| h.get("tables"))
        .and_then(Value::as_object);
    let date = head.and_then(|h| {
        ["sourceGeneratedAt", "search_performed_at", "date"]
            .iter()
            .find_map(|key| h.get(*key).and_then(Value::as_str))
    });
    let mut list = List {
        date: date.unwrap_or_default().to_owned(),
        entries: Vec::with_capacity(parties.len()),
    };
    let mut faults = Vec::new();
    for (at, party) in parties.iter().enumerate() {
        let read = match (party, tables) {
            (Value::Object(party), Some(tables)) => short(party, tables),
            (Value::Object(party), None) => official(party),
            (other, _) => Err(format!("found {}, expected an object", kind(other))),
        };
        match read {
            Ok(entry) => list.entries.push(entry),
            Err(message) => faults.push(ListFault {
                at: at + 1,
                unit: "party",
                message,
            }),
        }
    }
    Ok((list, faults))
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// A text, a number as text, or nothing.
fn text(party: &Map<String, Value>, key: &str) -> Result<String, String> {
    match party.get(key) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.trim().to_owned()),
        Some(Value::Number(number)) => Ok(number.to_string()),
        Some(other) => Err(format!("`{key}` is {}, expected a text", kind(other))),
    }
}

/// Texts: an array of them, one, or several parted by semicolons.
fn texts(party: &Map<String, Value>, key: &str) -> Result<Vec<String>, String> {
    match party.get(key) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::String(text)) => Ok(super::csv::parts(text)),
        Some(Value::Array(values)) => values
            .iter()
            .filter(|v| !v.is_null())
            .map(|value| match value {
                Value::String(text) => Ok(text.trim().to_owned()),
                other => Err(format!("`{key}` holds {}, expected texts", kind(other))),
            })
            .filter(|text| text.as_ref().map_or(true, |t| !t.is_empty()))
            .collect(),
        Some(other) => Err(format!(
            "`{key}` is {}, expected an array of texts",
            kind(other)
        )),
    }
}

fn required(entry: Entry) -> Result<Entry, String> {
    if entry.source.is_empty() {
        return Err("`source` is missing: the name of the list it stands on".to_owned());
    }
    if entry.name.is_empty() {
        return Err("`name` is missing: the party's name".to_owned());
    }
    Ok(entry)
}

fn official(party: &Map<String, Value>) -> Result<Entry, String> {
    let mut entry = Entry {
        source: text(party, "source")?,
        name: text(party, "name")?,
        alt_names: texts(party, "alt_names")?,
        kind: text(party, "type")?,
        entity_number: text(party, "entity_number")?,
        programs: texts(party, "programs")?,
        federal_register_notice: text(party, "federal_register_notice")?,
        license_requirement: text(party, "license_requirement")?,
        license_policy: text(party, "license_policy")?,
        start_date: text(party, "start_date")?,
        end_date: text(party, "end_date")?,
        remarks: text(party, "remarks")?,
        url: text(party, "source_list_url")?,
        ..Entry::default()
    };
    let objects = |key: &str| -> Vec<&Map<String, Value>> {
        let values = party.get(key).and_then(Value::as_array);
        values
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect()
    };
    for address in objects("addresses") {
        let country = text(address, "country")?;
        let mut line = Vec::new();
        for key in ["address", "city", "state", "postal_code", "country"] {
            let part = text(address, key)?;
            if !part.is_empty() {
                line.push(part);
            }
        }
        if !line.is_empty() {
            entry.addresses.push(line.join(", "));
        }
        if country.len() == 2 && !entry.countries.contains(&country) {
            entry.countries.push(country);
        }
    }
    for key in ["citizenships", "nationalities"] {
        for country in texts(party, key)? {
            if country.len() == 2 && !entry.countries.contains(&country) {
                entry.countries.push(country);
            }
        }
    }
    let country = text(party, "country")?;
    if country.len() == 2 && !entry.countries.contains(&country) {
        entry.countries.push(country);
    }
    for id in objects("ids") {
        let line = [text(id, "type")?, text(id, "number")?];
        entry.ids.push(line.join(" ").trim().to_owned());
    }
    required(entry)
}

fn short(party: &Map<String, Value>, tables: &Map<String, Value>) -> Result<Entry, String> {
    let indexed = |key: &str, table: &str| -> Result<String, String> {
        let at = match party.get(key) {
            None | Some(Value::Null) => return Ok(String::new()),
            Some(value) => value.to_string().parse::<usize>(),
        };
        let found = at.ok().and_then(|at| tables.get(table)?.get(at)?.as_str());
        let wrong = || format!("`{key}` is no place in the table `{table}`");
        found.map(str::to_owned).ok_or_else(wrong)
    };
    required(Entry {
        source: indexed("s", "sources")?,
        name: text(party, "n")?,
        alt_names: texts(party, "a")?,
        kind: text(party, "t")?,
        countries: texts(party, "c")?,
        entity_number: text(party, "e")?,
        programs: super::csv::parts(&indexed("pg", "programmes")?),
        federal_register_notice: text(party, "fr")?,
        license_requirement: indexed("lr", "licenceRequirements")?,
        license_policy: indexed("lp", "licencePolicies")?,
        url: indexed("u", "urls")?,
        ..Entry::default()
    })
}
