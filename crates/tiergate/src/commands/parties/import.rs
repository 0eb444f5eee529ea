//! `tiergate parties import`: files of others into the register.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::ValueEnum;
use tiergate_law::Date;
use tiergate_parties::{Format, Import, Imported, Register, Source};

use crate::cli::Ended;
use crate::parties;
use crate::report::{Output, Unreadable, count, not_an_input, say};
use crate::style::plain;

/// Add what files of others say to a register
///
/// A register is a log: statements are added at its end and none is changed. What it has already is
/// passed over; what a newer file says otherwise stands in the place of the older statement, which
/// remains. What cannot be read is reported with its line, the rest is taken, and the exit code is 2.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of GLEIF (CSV) or the Beneficial Ownership Data Standard (JSON); `-` is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The register; made if it is not there
    #[arg(long, value_name = "FILE")]
    register: PathBuf,

    /// Form of the files, when their beginning does not tell
    #[arg(long, value_enum)]
    format: Option<FormatArg>,

    /// The day of recording; without one, today
    #[arg(long, value_name = "DATE")]
    recorded: Option<Date>,

    /// What to call the source; without it, the form and the name of the file
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// Legal entities (LEI-CDF) as CSV
    GleifL1,
    /// Relationship records (RR-CDF) as CSV
    GleifL2,
    /// Reporting exceptions as CSV
    GleifExceptions,
    /// Beneficial Ownership Data Standard 0.2 to 0.4
    Bods,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::GleifL1 => Format::GleifLevel1,
            FormatArg::GleifL2 => Format::GleifLevel2,
            FormatArg::GleifExceptions => Format::GleifExceptions,
            FormatArg::Bods => Format::Bods,
        }
    }
}

/// Imports.
pub fn run(args: &Args) -> Result<Ended> {
    not_an_input(Some(&args.register), &args.files)?;
    let there = args.register.exists();
    let (mut register, mut faults) = (Register::default(), 0);
    if there {
        let opened = parties::open(&args.register)?;
        (register, faults) = (opened.register, opened.faults);
    }
    // The whole log is written beside and renamed: what stood remains until all is added.
    let mut out = Output::to(Some(&args.register))?;
    if there {
        copy(&args.register, &mut out)?;
    }
    for file in &args.files {
        match take(args, file, &mut register, &mut out)? {
            Ok(done) => faults += done.faults.len() as u64,
            Err(error) => {
                say(&format!("error: {error:#}"));
                faults += 1;
            }
        }
    }
    out.finish()?;
    let (parties, links) = (register.party_count() as u64, register.link_count() as u64);
    say(&format!(
        "the register now has {} and {}",
        count(parties, "party", "parties"),
        count(links, "link", "links")
    ));
    Ok(if faults > 0 {
        Ended::WithFaults
    } else {
        Ended::Well
    })
}

/// Copies a register, its last line ended.
fn copy(from: &Path, out: &mut Output) -> Result<()> {
    let named = || format!("cannot read {}", from.display());
    let mut file = BufReader::with_capacity(1 << 16, File::open(from).with_context(named)?);
    let mut last = b'\n';
    loop {
        let bytes = file.fill_buf().with_context(named)?;
        let Some(end) = bytes.last() else { break };
        last = *end;
        out.write_all(bytes)?;
        let length = bytes.len();
        file.consume(length);
    }
    if last != b'\n' {
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Takes one file in; the inner error is of a file that cannot be read.
fn take(
    args: &Args,
    file: &Path,
    register: &mut Register,
    out: &mut Output,
) -> Result<Result<Imported>> {
    let name = file.display().to_string();
    let (format, input) = match open(args, file) {
        Ok(opened) => opened,
        Err(error) => return Ok(Err(error)),
    };
    let told = args.source.clone();
    let short = file
        .file_name()
        .map_or(name.clone(), |n| n.to_string_lossy().into_owned());
    let source = Source::named(told.unwrap_or_else(|| format!("{}, {short}", format.name())));
    let import = Import {
        format,
        source: &source,
        recorded: args.recorded.unwrap_or_else(parties::today),
    };
    let mut wrote = Ok(());
    let done = import.run(input, register, |statement| {
        let line = statement.line();
        wrote = out
            .write_all(line.as_bytes())
            .and_then(|()| out.write_all(b"\n"));
        match &wrote {
            Ok(()) => Ok(()),
            Err(error) => Err(io::Error::new(
                error.kind(),
                "the register cannot be written",
            )),
        }
    });
    // What stops the writing stops the program; what stops the reading is of this file.
    wrote.with_context(|| format!("cannot write {}", args.register.display()))?;
    let done = match done {
        Ok(done) => done,
        Err(error) => return Ok(Err(Unreadable::because(&name, error).into())),
    };
    let unit = if format == Format::Bods {
        "statement"
    } else {
        "line"
    };
    parties::report(&name, unit, &done.faults);
    say(&plain(summary(&name, format, &done)));
    for (why, times) in &done.skipped {
        say(&plain(format!(
            "  left out, {why}: {}",
            crate::style::grouped(&times.to_string())
        )));
    }
    Ok(Ok(done))
}

fn summary(name: &str, format: Format, done: &Imported) -> String {
    let n = |n: u64| crate::style::grouped(&n.to_string());
    let plural = |kind: &&str, times: u64| match (*kind, times) {
        ("party", 1) => "party",
        ("party", _) => "parties",
        ("link", 1) => "link",
        ("link", _) => "links",
        ("end", 1) => "end of a link",
        ("end", _) => "ends of links",
        _ => "of no parent",
    };
    let mut parts: Vec<String> = done
        .taken
        .iter()
        .map(|(kind, times)| format!("{} {}", n(*times), plural(kind, *times)))
        .collect();
    if parts.is_empty() {
        parts.push("nothing new".to_owned());
    }
    if done.replacing > 0 {
        parts.push(format!(
            "{} of them in the place of older statements",
            n(done.replacing)
        ));
    }
    if done.known > 0 {
        parts.push(format!("{} known already", n(done.known)));
    }
    if !done.faults.is_empty() {
        parts.push(format!("{} could not be read", n(done.faults.len() as u64)));
    }
    format!("{name} ({}): {}", format.name(), parts.join(", "))
}

/// The form and the text of a file.
fn open(args: &Args, file: &Path) -> Result<(Format, Box<dyn BufRead>)> {
    let name = file.display().to_string();
    let input: Box<dyn Read> = if file.as_os_str() == "-" {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(file).map_err(|error| Unreadable::because(&name, error))?)
    };
    let mut input = BufReader::with_capacity(1 << 16, input);
    let beginning = input
        .fill_buf()
        .map_err(|error| Unreadable::because(&name, error))?;
    let format = match args.format {
        Some(format) => format.into(),
        None => Format::guess(&String::from_utf8_lossy(beginning)).ok_or_else(|| {
            Unreadable::new(format!(
                "{name} begins like no file that can be imported; say --format \
                 gleif-l1, gleif-l2, gleif-exceptions or bods"
            ))
        })?,
    };
    Ok((format, Box::new(input)))
}
