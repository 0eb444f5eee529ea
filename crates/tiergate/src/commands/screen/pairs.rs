//! `--pairs`: the rows of a file with the score of two of its columns.

use std::path::Path;

use anyhow::Result;
use rayon::prelude::*;
use tiergate_screening::score;

use super::input::open;
use crate::cli::Ended;
use crate::pipeline::Progress;
use crate::report::{Output, Unreadable, not_an_input, say};

/// Rows that are scored side by side.
const ROWS_AT_ONCE: usize = 4096;

/// Copies the file with a column more.
pub fn run(file: &Path, output: Option<&Path>) -> Result<Ended> {
    not_an_input(output, [&file.to_owned()])?;
    let (name, input, length) = open(file)?;
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(input);
    let heads = reader
        .headers()
        .map_err(|error| Unreadable::because(&name, error))?
        .clone();
    let find = |wanted: &str| {
        let clean = |h: &str| h.trim().trim_start_matches('\u{feff}').to_ascii_lowercase();
        heads.iter().position(|h| clean(h) == wanted)
    };
    let (Some(left), Some(right)) = (find("left"), find("right")) else {
        let found: Vec<&str> = heads.iter().collect();
        let what = format!(
            "{name} has columns {}: expected `left` and `right` among them",
            found.join(", ")
        );
        return Err(Unreadable::new(what).into());
    };
    let mut writer = csv::Writer::from_writer(Output::to(output)?);
    let mut head: Vec<&str> = heads
        .iter()
        .map(|h| h.trim_start_matches('\u{feff}'))
        .collect();
    // A score that stands there already is replaced by ours.
    let standing = find("score");
    if standing.is_none() {
        head.push("score");
    }
    writer.write_record(&head)?;
    let mut well = true;
    let mut progress = Progress::new(length);
    let mut read = 0;
    loop {
        let mut rows: Vec<csv::StringRecord> = Vec::new();
        for record in reader.records().take(ROWS_AT_ONCE) {
            match record {
                Ok(record) if record.len() == heads.len() => rows.push(record),
                Ok(record) => {
                    well = false;
                    let line = record.position().map_or(0, csv::Position::line);
                    let (found, expected) = (record.len(), heads.len());
                    say(&format!(
                        "{name}, line {line}: found {found} values, expected {expected}"
                    ));
                }
                Err(error) => {
                    well = false;
                    say(&format!("{name}, {error}"));
                }
            }
        }
        let ended = reader.is_done();
        let get = |row: &csv::StringRecord, at: usize| row.get(at).unwrap_or("").to_owned();
        let scores: Vec<f64> = rows
            .par_iter()
            .map(|row| score(&get(row, left), &get(row, right)))
            .collect();
        for (row, score) in rows.iter().zip(scores) {
            let score = format!("{score:.4}");
            let cell = |(at, cell)| {
                if Some(at) == standing {
                    score.as_str()
                } else {
                    cell
                }
            };
            let cells = row.iter().enumerate().map(cell);
            let more = standing.is_none().then_some(score.as_str());
            writer.write_record(cells.chain(more))?;
        }
        let now = reader.position().byte();
        progress.add(now.saturating_sub(read));
        read = now;
        if ended {
            break;
        }
    }
    progress.end();
    let out = writer.into_inner().map_err(|error| error.into_error())?;
    out.finish()?;
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}
