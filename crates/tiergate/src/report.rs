//! Where output goes, and how bad input is reported.

use std::error::Error;
use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tempfile::NamedTempFile;
use tiergate_order::RowError;

use crate::style::plain;

/// An input that could not be read: the program ends as after a bad row.
#[derive(Debug, thiserror::Error)]
#[error("{what}")]
pub struct Unreadable {
    what: String,
    #[source]
    why: Option<Box<dyn Error + Send + Sync>>,
}

impl Unreadable {
    /// Input that is no order, or no table of the kind that is asked for.
    pub fn new(what: impl Into<String>) -> Unreadable {
        Unreadable {
            what: what.into(),
            why: None,
        }
    }

    /// Input that cannot be read, by its name, and why.
    pub fn because(
        name: impl std::fmt::Display,
        why: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Unreadable {
        Unreadable {
            what: format!("cannot read {name}"),
            why: Some(why.into()),
        }
    }
}

/// Said of an error that stopped the program after some input could not be read.
#[derive(Debug, thiserror::Error)]
#[error("stopped after input that could not be read")]
pub struct AfterFaults;

/// Where output goes. A file takes its name only when all of it is written: until then what stood
/// there stands, and what stops the program leaves nothing behind.
pub struct Output(To);

enum To {
    Standard(BufWriter<io::Stdout>),
    /// The new file beside the one it will replace.
    Beside(BufWriter<NamedTempFile>, PathBuf),
    /// A device or pipe, which nothing can replace.
    Device(BufWriter<File>),
    Nowhere,
}

const BUFFER_BYTES: usize = 1 << 16;

impl Output {
    /// A file, or standard output.
    pub fn to(file: Option<&Path>) -> Result<Output> {
        let Some(path) = file else {
            let out = BufWriter::with_capacity(BUFFER_BYTES, io::stdout());
            return Ok(Output(To::Standard(out)));
        };
        let opened = Output::open(path);
        opened.with_context(|| format!("cannot write {}", path.display()))
    }

    /// Whether a file can be written, so that what takes hours is not done in vain. Nothing is changed, and
    /// a device or pipe is not opened: closing it might end it.
    pub fn check(file: &Path) -> Result<()> {
        match fs::metadata(file) {
            Ok(stands) if !stands.is_file() && !stands.is_dir() => Ok(()),
            _ => Output::to(Some(file)).map(drop),
        }
    }

    /// For what is counted and not written.
    pub const fn nowhere() -> Output {
        Output(To::Nowhere)
    }

    fn open(path: &Path) -> io::Result<Output> {
        // A link is followed: what it points to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let stands = fs::metadata(&path).ok();
        if stands.as_ref().is_some_and(|m| !m.is_file()) {
            let device = File::options().write(true).open(&path)?;
            let out = BufWriter::with_capacity(BUFFER_BYTES, device);
            return Ok(Output(To::Device(out)));
        }
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
        let mut builder = tempfile::Builder::new();
        builder.prefix(".tiergate-").suffix(".tmp");
        if let Some(stands) = stands {
            // A file that may not be written is not replaced either.
            File::options().append(true).open(&path)?;
            builder.permissions(stands.permissions());
        } else {
            new_file_permissions(&mut builder);
        }
        let file = builder.tempfile_in(folder.unwrap_or_else(|| Path::new(".")))?;
        let out = BufWriter::with_capacity(BUFFER_BYTES, file);
        Ok(Output(To::Beside(out, path)))
    }

    /// Ends the output: a file takes its name. A closed standard output is no error: whoever
    /// closed it has read enough.
    pub fn finish(self) -> Result<()> {
        match self.0 {
            To::Standard(mut out) => match out.flush() {
                Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
                _ => Ok(()),
            },
            To::Beside(out, path) => {
                let named = || format!("cannot write {}", path.display());
                let file = out.into_inner().map_err(|e| e.into_error());
                let file = file.with_context(named)?;
                let kept = file.persist(&path).map_err(|e| e.error);
                kept.with_context(named).map(drop)
            }
            To::Device(mut out) => Ok(out.flush()?),
            To::Nowhere => Ok(()),
        }
    }
}

/// A new file is made as any program makes one; a temporary file is the owner's alone.
#[cfg(unix)]
fn new_file_permissions(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(fs::Permissions::from_mode(0o666));
}

#[cfg(not(unix))]
fn new_file_permissions(_: &mut tempfile::Builder<'_, '_>) {}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            To::Standard(out) => out.write(bytes),
            To::Beside(out, _) => out.write(bytes),
            To::Device(out) => out.write(bytes),
            To::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            To::Standard(out) => out.flush(),
            To::Beside(out, _) => out.flush(),
            To::Device(out) => out.flush(),
            To::Nowhere => Ok(()),
        }
    }
}

/// Prints a text, ending it with a newline if it has none. A closed standard output is no error.
pub fn print(file: Option<&Path>, text: &str) -> Result<()> {
    let mut out = Output::to(file)?;
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let wrote = out.write_all(text.as_bytes());
    match wrote.and_then(|()| out.write_all(end.as_bytes())) {
        Err(error) if file.is_none() && error.kind() == ErrorKind::BrokenPipe => Ok(()),
        wrote => {
            wrote?;
            out.finish()
        }
    }
}

/// Refuses to write over a file that is read.
pub fn not_an_input<'f>(
    output: Option<&Path>,
    inputs: impl IntoIterator<Item = &'f PathBuf>,
) -> Result<()> {
    let Some(written) = output.and_then(|path| fs::canonicalize(path).ok()) else {
        return Ok(());
    };
    for input in inputs {
        if fs::canonicalize(input).is_ok_and(|read| read == written) && written.is_file() {
            anyhow::bail!(
                "`{}` is read: write to another file than an input",
                input.display()
            );
        }
    }
    Ok(())
}

/// Says something on standard error; a closed one is no reason to stop.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Faults of one row that are spelled out; the others are counted.
const FAULTS_OF_A_ROW: usize = 20;

/// Says what is wrong with rows of a file; `unit` is what is counted, a line or an order.
pub fn bad_rows(name: &str, errors: &[RowError], unit: &str) {
    for row in errors.chunk_by(|a, b| a.line == b.line) {
        for error in row.iter().take(FAULTS_OF_A_ROW) {
            let column = error.column.as_ref();
            let column = column.map_or_else(String::new, |c| format!(", {c}"));
            let id = error.id.as_ref();
            let id = id.map_or_else(String::new, |id| format!(" (order `{id}`)"));
            let (line, message) = (error.line, &error.message);
            say(&plain(format!(
                "{name}, {unit} {line}{column}: {message}{id}"
            )));
        }
        if let Some(more) = more(row.len()) {
            say(&format!("{name}, {unit} {}: and {more}", row[0].line));
        }
    }
}

/// The faults of one order in one text.
pub fn faults(errors: &[RowError]) -> String {
    let shown = errors.iter().take(FAULTS_OF_A_ROW);
    let mut all: Vec<String> = shown
        .map(|e| match &e.column {
            Some(column) => format!("{column}: {}", e.message),
            None => e.message.clone(),
        })
        .collect();
    all.extend(more(errors.len()).map(|more| format!("and {more}")));
    all.join("; ")
}

/// `4,980 more faults`, of a row with more than are spelled out.
fn more(faults: usize) -> Option<String> {
    let more = faults.saturating_sub(FAULTS_OF_A_ROW);
    (more > 0).then(|| count(more as u64, "more fault", "more faults"))
}

/// `1 order`, `2 orders`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    let number = crate::style::grouped(&n.to_string());
    format!("{number} {}", if n == 1 { one } else { many })
}
