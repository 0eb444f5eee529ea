//! `--rescreen OLD-LIST`: what a newer list changes.

use std::io::Write;
use std::path::Path;

use anyhow::Result;
use tiergate_screening::{Change, Changed, Party, rescreen};

use super::input::{Named, Rows};
use super::{Args, Format, names, print};
use crate::cli::Ended;
use crate::lists;
use crate::report::{Output, count, not_an_input};
use crate::style::plain;

/// Rows that are looked at together.
const ROWS_AT_ONCE: usize = 1024;

/// Lists the changes.
pub fn run(args: &Args, old: &Path) -> Result<Ended> {
    let inputs = args
        .file
        .iter()
        .chain(&args.against.list)
        .chain(&args.rescreen);
    not_an_input(args.output.as_deref(), inputs)?;
    let (before, read_before) = lists::index(Some(old))?;
    let (now, read_now) = lists::index(args.against.list.as_deref())?;
    let (decided, read_log) = lists::adjudications(args.against.adjudications.as_deref())?;
    let mut well = read_before && read_now && read_log;
    let mut out = Output::to(args.output.as_deref())?;
    if args.format == Format::Table {
        writeln!(out, "from {}", lists::title(before.list()))?;
        writeln!(out, "to   {}\n", lists::title(now.list()))?;
    }
    let mut teller = Teller {
        out,
        format: args.format,
        told: 0,
        parties: 0,
    };
    teller.begin()?;
    let mut tell = |batch: Vec<Named>| -> Result<()> {
        let parties: Vec<Party> = batch.into_iter().map(|n| n.party).collect();
        teller.parties += parties.len() as u64;
        for changed in rescreen(&before, &now, &parties, args.against.threshold, &decided) {
            teller.tell(&changed)?;
        }
        Ok(())
    };
    if let Some(file) = &args.file {
        let mut rows = Rows::open(file)?;
        while let Some(batch) = rows.next(ROWS_AT_ONCE) {
            tell(batch)?;
        }
        well &= !rows.faulty;
    } else {
        tell(names::given(args))?;
    }
    teller.end()?;
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}

struct Teller {
    out: Output,
    format: Format,
    told: u64,
    parties: u64,
}

impl Teller {
    fn begin(&mut self) -> Result<()> {
        match self.format {
            Format::Json => writeln!(self.out, "[")?,
            Format::Csv => {
                writeln!(
                    self.out,
                    "id,name,country,change,score_before,score,entry,list,entry_name,matched_name"
                )?;
            }
            _ => {}
        }
        Ok(())
    }

    fn tell(&mut self, changed: &Changed) -> Result<()> {
        let first = self.told == 0;
        self.told += 1;
        match self.format {
            Format::Json => {
                let comma = if first { "" } else { ",\n" };
                write!(self.out, "{comma}{}", serde_json::to_string(changed)?)?;
            }
            Format::Jsonl => writeln!(self.out, "{}", serde_json::to_string(changed)?)?,
            Format::Csv => {
                let score = |s: Option<f64>| s.map_or_else(String::new, |s| format!("{s:.4}"));
                let now = (changed.change != Change::Gone).then_some(changed.hit.score);
                let mut writer = csv::Writer::from_writer(&mut self.out);
                writer.write_record([
                    &changed.party.id,
                    &changed.party.name,
                    &changed.party.country,
                    word(changed.change),
                    &score(changed.score_before),
                    &score(now),
                    &changed.hit.entry,
                    &changed.hit.list,
                    &changed.hit.name,
                    &changed.hit.matched_name,
                ])?;
                writer.flush()?;
            }
            Format::Table => {
                let head = format!("{}: {}", changed.party.name, said(changed.change));
                writeln!(self.out, "{}", plain(head))?;
                for line in print::text(&changed.hit).lines() {
                    writeln!(self.out, "{}", plain(line.to_owned()))?;
                }
            }
        }
        Ok(())
    }

    fn end(mut self) -> Result<()> {
        match self.format {
            Format::Json => writeln!(self.out, "\n]")?,
            Format::Table => writeln!(
                self.out,
                "{} for {}",
                count(self.told, "change", "changes"),
                count(self.parties, "party", "parties")
            )?,
            _ => {}
        }
        self.out.finish()
    }
}

const fn word(change: Change) -> &'static str {
    match change {
        Change::New => "new",
        Change::Lapsed => "lapsed",
        Change::Changed => "changed",
        Change::Gone => "gone",
    }
}

const fn said(change: Change) -> &'static str {
    match change {
        Change::New => "a new hit",
        Change::Lapsed => "what was decided no longer holds, the entry has changed",
        Change::Changed => "the entry has changed",
        Change::Gone => "no longer a hit",
    }
}
