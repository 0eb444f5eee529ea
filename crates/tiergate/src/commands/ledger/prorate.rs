//! `tiergate ledger prorate`: an opening that is asked for more than it holds.

use std::path::PathBuf;

use anyhow::{Context, Result};
use rustc_hash::FxHashMap;
use tiergate_ledger::{grouped, prorate};

use super::Out;
use crate::cli::Ended;
use crate::report::{Unreadable, bad_rows, count, print, say};

/// Share out an opening that is asked for more than it holds, everybody in one proportion
///
/// As U.S. Customs and Border Protection opens a quota (19 CFR part 132): the percentage is told to
/// five decimals, rounded down, and nobody gets more than it.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// CSV with the columns id and amount; other columns are kept
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// How much there is
    #[arg(long, value_name = "N")]
    available: u64,

    #[command(flatten)]
    out: Out,
}

pub fn run(args: &Args) -> Result<Ended> {
    let name = args.file.display().to_string();
    let unreadable = |e: csv::Error| Unreadable::because(&name, e);
    let mut reader = csv::Reader::from_path(&args.file).map_err(unreadable)?;
    let mut head = reader.headers().map_err(unreadable)?.clone();
    let column = head.iter().position(|h| h == "amount");
    let column =
        column.ok_or_else(|| Unreadable::new(format!("{name}: there is no column `amount`")))?;
    let ids = head.iter().position(|h| h == "id");
    let mut seen: FxHashMap<String, u64> = FxHashMap::default();
    let (mut rows, mut asked, mut bad) = (Vec::new(), Vec::new(), Vec::new());
    for row in reader.records() {
        let fault = |line, message| tiergate_order::RowError {
            line,
            column: Some("amount".to_owned()),
            id: None,
            message,
        };
        match row {
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                bad.push(fault(line, error.to_string()));
            }
            Ok(row) => {
                let line = row.position().map_or(0, csv::Position::line);
                let id = ids.and_then(|at| row.get(at)).unwrap_or_default().trim();
                // Asked twice under one id, a request would get twice its share.
                if !id.is_empty()
                    && let Some(first) = seen.insert(id.to_owned(), line)
                {
                    let message = format!("`{id}` was given on line {first} already");
                    bad.push(tiergate_order::RowError {
                        column: Some("id".to_owned()),
                        ..fault(line, message)
                    });
                }
                let amount = row.get(column).unwrap_or_default().trim();
                match amount.parse::<u64>() {
                    Ok(amount) => {
                        asked.push(amount);
                        rows.push(row);
                    }
                    Err(_) => bad.push(fault(line, format!("`{amount}` is not a whole number"))),
                }
            }
        }
    }
    bad_rows(&name, &bad, "line");
    if !bad.is_empty() {
        // One row left out would change what everybody gets.
        say("nothing is shared out until every row can be read");
        return Ok(Ended::WithFaults);
    }
    let shared = prorate(args.available, &asked);
    head.push_field("granted");
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&head)?;
    for (row, granted) in rows.iter_mut().zip(&shared.granted) {
        row.push_field(&granted.to_string());
        out.write_record(&*row)?;
    }
    let text = String::from_utf8(out.into_inner().context("rows")?)?;
    print(args.out.output.as_deref(), &text)?;
    say(&format!(
        "{} %: {} shared out over {}, {} left by rounding down",
        shared.percent(),
        grouped(i128::from(args.available - shared.left)),
        count(asked.len() as u64, "request", "requests"),
        grouped(i128::from(shared.left)),
    ));
    Ok(Ended::Well)
}
