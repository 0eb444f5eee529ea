//! `tiergate ledger export`, `import` and `backup`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use anyhow::Result;
use tiergate_ledger::{export as write_all, import as read_all, verify};

use super::Out;
use crate::cli::Ended;
use crate::ledger_args::LedgerArgs;
use crate::report::{Output, Unreadable, count, say};

/// Write the whole ledger as lines of JSON
#[derive(Debug, clap::Args)]
pub struct ExportArgs {
    #[command(flatten)]
    ledger: LedgerArgs,

    #[command(flatten)]
    out: Out,
}

/// Read an exported ledger into a new one: all of it, or nothing
#[derive(Debug, clap::Args)]
pub struct ImportArgs {
    /// What `export` wrote; `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    ledger: LedgerArgs,
}

/// Copy the ledger to a new file while others go on writing
#[derive(Debug, clap::Args)]
pub struct BackupArgs {
    /// The new file
    #[arg(value_name = "FILE")]
    file: PathBuf,

    #[command(flatten)]
    ledger: LedgerArgs,
}

pub fn export(args: &ExportArgs) -> Result<Ended> {
    crate::ledger_args::apart(&args.ledger.ledger, args.out.output.as_deref())?;
    let ledger = args.ledger.open(false)?;
    ledger.seal()?;
    let mut out = Output::to(args.out.output.as_deref())?;
    let entries = ledger.read(|reader| write_all(reader, &mut out))?;
    out.finish()?;
    say(&format!(
        "{} exported",
        count(entries.unsigned_abs(), "entry", "entries")
    ));
    Ok(Ended::Well)
}

pub fn import(args: &ImportArgs) -> Result<Ended> {
    let name = args.file.display().to_string();
    let mut input: Box<dyn BufRead> = match name.as_str() {
        "-" => Box::new(BufReader::new(std::io::stdin())),
        _ => Box::new(BufReader::with_capacity(
            1 << 20,
            File::open(&args.file).map_err(|e| Unreadable::because(&name, e))?,
        )),
    };
    let ledger = args.ledger.open(true)?;
    let imported =
        read_all(&ledger, &mut input).map_err(|e| Unreadable::new(format!("{name}: {e}")))?;
    let verified = ledger.read(|reader| verify(reader, None, &mut |_| ()))?;
    for fault in &verified.faults {
        say(&format!("wrong: {}", fault.what));
    }
    ledger.close()?;
    say(&format!(
        "{} imported, {}, {}",
        count(imported.entries.unsigned_abs(), "entry", "entries"),
        count(imported.blocks.unsigned_abs(), "block", "blocks"),
        count(imported.papers.unsigned_abs(), "paper", "papers"),
    ));
    Ok(if verified.faults.is_empty() {
        Ended::Well
    } else {
        Ended::WithFaults
    })
}

pub fn backup(args: &BackupArgs) -> Result<Ended> {
    let ledger = args.ledger.open(false)?;
    ledger.backup(&args.file)?;
    say(&format!("copied to {}", args.file.display()));
    Ok(Ended::Well)
}
