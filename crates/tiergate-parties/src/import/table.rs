//! Rows of a CSV file by the names of their columns.

use std::io::{self, Read};

use csv::StringRecord;
use rustc_hash::FxHashMap;

use super::{Desk, Imported};

/// The columns of a file.
pub struct Columns(FxHashMap<String, usize>);

/// One row.
pub struct Row<'r> {
    columns: &'r Columns,
    record: &'r StringRecord,
    pub line: u64,
}

impl Row<'_> {
    /// A value; none when the column is not there or the value is empty.
    pub fn get(&self, column: &str) -> Option<&str> {
        let at = self.columns.0.get(column)?;
        self.record
            .get(*at)
            .map(str::trim)
            .filter(|v| !v.is_empty())
    }

    /// The values of numbered columns, `prefix.1suffix` and so on, with their numbers.
    pub fn numbered<'s>(
        &'s self,
        prefix: &'s str,
        suffix: &'s str,
    ) -> impl Iterator<Item = (u32, &'s str)> {
        let columns = (1..).map(move |n| (n, format!("{prefix}.{n}{suffix}")));
        let there = columns.take_while(|(_, column)| self.columns.0.contains_key(column));
        there.filter_map(|(n, column)| Some((n, self.get(&column)?)))
    }
}

/// Goes through the rows; what cannot be read is a fault.
pub fn each(
    from: impl Read,
    needed: &[&str],
    desk: &mut Desk<'_>,
    mut row: impl FnMut(&Row<'_>, &mut Desk<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = csv::ReaderBuilder::new().from_reader(from);
    let columns = match reader.headers() {
        Ok(head) => {
            let names = head.iter().map(|h| h.trim_start_matches('\u{feff}').trim());
            Columns(names.map(str::to_owned).zip(0..).collect())
        }
        Err(error) => return fault(error, 1, &mut desk.done),
    };
    for column in needed.iter().filter(|c| !columns.0.contains_key(**c)) {
        desk.done.fault(1, format!("there is no column `{column}`"));
    }
    if !desk.done.faults.is_empty() {
        return Ok(());
    }
    let mut record = StringRecord::new();
    loop {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                let columns = &columns;
                row(
                    &Row {
                        columns,
                        record: &record,
                        line,
                    },
                    desk,
                )?;
            }
            Err(error) => fault(error, line, &mut desk.done)?,
        }
    }
}

fn fault(error: csv::Error, line: u64, done: &mut Imported) -> io::Result<()> {
    let line = error.position().map_or(line, csv::Position::line);
    let message = match error.kind() {
        csv::ErrorKind::Io(_) => return Err(error.into()),
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => {
            format!("{len} values where the head has {expected_len} columns")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8 text".to_owned(),
        _ => format!("not readable as CSV: {error}"),
    };
    done.fault(line, message);
    Ok(())
}
