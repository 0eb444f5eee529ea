//! Where output goes, and how bad input is reported.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};

/// The output: a file, or standard output.
pub fn output(file: Option<&Path>) -> Result<Box<dyn Write + Send>> {
    Ok(match file {
        Some(path) => {
            let file =
                File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
            Box::new(BufWriter::with_capacity(1 << 16, file))
        }
        None => Box::new(BufWriter::with_capacity(1 << 16, std::io::stdout())),
    })
}

/// Prints a text, ending it with a newline if it has none.
pub fn print(file: Option<&Path>, text: &str) -> Result<()> {
    let mut out = output(file)?;
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Says something on standard error; a closed one is no reason to stop.
pub fn say(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// `1 order`, `2 orders`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    let number = crate::style::grouped(&n.to_string());
    format!("{number} {}", if n == 1 { one } else { many })
}
