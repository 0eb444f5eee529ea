//! `tiergate ledger export`, `import` and `backup`.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tiergate_ledger::{Imported, Place, Verified, export as write_all, import as read_all, verify};

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
    // A new file takes its name when all of it is there: what fails leaves nothing behind.
    let (imported, verified) = match Place::of(&args.ledger.ledger) {
        Place::File(path) if !path.exists() => {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
            let folder = folder.unwrap_or_else(|| Path::new("."));
            let beside = tempfile::Builder::new()
                .prefix(".tiergate-")
                .tempdir_in(folder)
                .with_context(|| format!("cannot write {}", path.display()))?;
            let new = beside.path().join("new.ledger");
            let done = import_into(&new.display().to_string(), &name, &mut input)?;
            take_its_name(&new, &path)
                .with_context(|| format!("cannot write {}", path.display()))?;
            done
        }
        _ => import_into(&args.ledger.ledger, &name, &mut input)?,
    };
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

/// Gives a ledger that is closed its name; whoever made one of that name in the meantime keeps it.
fn take_its_name(new: &Path, path: &Path) -> std::io::Result<()> {
    let mut log = new.as_os_str().to_owned();
    log.push("-wal");
    if std::fs::metadata(log).is_ok_and(|log| log.len() > 0) {
        return Err(std::io::Error::other("the new ledger is still open"));
    }
    match std::fs::hard_link(new, path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            // Not every file system has links.
            std::fs::rename(new, path)
        }
        linked => linked,
    }
}

/// Imports into a ledger, and verifies what came of it.
fn import_into(ledger: &str, name: &str, input: &mut dyn BufRead) -> Result<(Imported, Verified)> {
    let ledger = crate::ledger_args::open(ledger, true)?;
    let imported = read_all(&ledger, input).map_err(|e| Unreadable::new(format!("{name}: {e}")))?;
    let verified = ledger.read(|reader| verify(reader, None, &mut |_| ()))?;
    for fault in &verified.faults {
        say(&format!("wrong: {}", fault.what));
    }
    ledger.close()?;
    Ok((imported, verified))
}

pub fn backup(args: &BackupArgs) -> Result<Ended> {
    let ledger = args.ledger.open(false)?;
    ledger.backup(&args.file)?;
    say(&format!("copied to {}", args.file.display()));
    Ok(Ended::Well)
}
