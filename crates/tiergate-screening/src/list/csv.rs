//! The official CSV.

use super::{Entry, List, ListError, ListFault};

/// Parts of a cell, by semicolons.
pub(super) fn parts(text: &str) -> Vec<String> {
    text.split(';')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(str::to_owned)
        .collect()
}

pub(super) fn read(text: &str) -> Result<(List, Vec<ListFault>), ListError> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let heads: Vec<String> = match reader.headers() {
        Ok(heads) => heads
            .iter()
            .map(|h| h.trim().to_ascii_lowercase())
            .collect(),
        Err(error) => {
            return Err(ListError::Unknown {
                found: error.to_string(),
            });
        }
    };
    let column = |name: &str| heads.iter().position(|h| h == name);
    let (Some(_), Some(_)) = (column("source"), column("name")) else {
        let mut found = heads.join(", ");
        if let Some((cut, _)) = found.char_indices().nth(80) {
            found.truncate(cut);
            found.push_str("...");
        }
        return Err(ListError::Unknown {
            found: if found.is_empty() {
                "no text".to_owned()
            } else {
                format!("columns {found}")
            },
        });
    };
    let mut list = List::default();
    let mut faults = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, csv::Position::line);
                let at = usize::try_from(at).unwrap_or(usize::MAX);
                faults.push(ListFault {
                    at,
                    unit: "line",
                    message: error.to_string(),
                });
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let get = |name: &str| {
            column(name)
                .and_then(|at| record.get(at))
                .unwrap_or("")
                .trim()
        };
        let own = |name: &str| get(name).to_owned();
        let addresses = parts(get("addresses"));
        let mut countries: Vec<String> = Vec::new();
        let ends = addresses
            .iter()
            .filter_map(|a| a.rsplit(',').next())
            .map(str::trim);
        let of_people = ["nationalities", "citizenships"].map(|c| parts(get(c)));
        for country in ends.chain(of_people.iter().flatten().map(String::as_str)) {
            let code = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
            if code && !countries.iter().any(|c| c == country) {
                countries.push(country.to_owned());
            }
        }
        let entry = Entry {
            source: own("source"),
            name: own("name"),
            alt_names: parts(get("alt_names")),
            kind: own("type"),
            countries,
            addresses,
            ids: parts(get("ids")),
            entity_number: own("entity_number"),
            programs: parts(get("programs")),
            federal_register_notice: own("federal_register_notice"),
            license_requirement: own("license_requirement"),
            license_policy: own("license_policy"),
            start_date: own("start_date"),
            end_date: own("end_date"),
            remarks: own("remarks"),
            url: own("source_list_url"),
            ..Entry::default()
        };
        let missing = [("source", &entry.source), ("name", &entry.name)]
            .iter()
            .find(|(_, value)| value.is_empty())
            .map(|(column, _)| *column);
        match missing {
            None => list.entries.push(entry),
            Some(column) => faults.push(ListFault {
                at: usize::try_from(line).unwrap_or(usize::MAX),
                unit: "line",
                message: format!("`{column}` is empty: every party has one"),
            }),
        }
    }
    Ok((list, faults))
}
