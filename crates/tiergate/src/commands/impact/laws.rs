//! Which laws are compared: those of the options, or the last two arguments.

use std::path::{Path, PathBuf};

use anyhow::{Result, anyhow, bail};
use tiergate_law::{LawRef, Library};

/// Files of orders, and the laws before and after.
pub struct Asked<'a> {
    pub files: &'a [PathBuf],
    pub laws: [LawRef; 2],
}

/// What is right when it cannot be told which arguments are files and which are laws.
const RIGHT: &str = "write the files and then the two laws, as in `tiergate impact orders.csv us \
PROPOSAL`, or name the laws with --from and --to";

/// The laws of the options, if they are given; else the last two arguments name them.
///
/// # Errors
///
/// Too few arguments, or one in the place of a law that names none.
pub fn asked<'a>(
    library: &Library,
    arguments: &'a [PathBuf],
    options: [Option<&LawRef>; 2],
) -> Result<Asked<'a>> {
    if let [Some(from), Some(to)] = options {
        return Ok(Asked {
            files: arguments,
            laws: [from.clone(), to.clone()],
        });
    }
    match arguments {
        [files @ .., before, after] if !files.is_empty() => Ok(Asked {
            files,
            laws: [
                law(library, before, "before")?,
                law(library, after, "after")?,
            ],
        }),
        _ => bail!("found {} and no more: {RIGHT}", listed(arguments)),
    }
}

fn listed(arguments: &[PathBuf]) -> String {
    let named = arguments.iter().map(|a| format!("`{}`", a.display()));
    named.collect::<Vec<_>>().join(" and ")
}

/// The law that an argument names.
fn law(library: &Library, argument: &Path, place: &str) -> Result<LawRef> {
    let text = argument.to_string_lossy();
    let parsed = text.parse::<LawRef>().map_err(anyhow::Error::from);
    let known = parsed.and_then(|law| {
        library
            .breakpoints(&law.id)
            .map(|_| law)
            .map_err(Into::into)
    });
    known.map_err(|why| {
        let file = match argument.is_file() {
            true => format!("`{text}` is a file, and the laws stand last: "),
            false => String::new(),
        };
        anyhow!("the law {place} cannot be `{text}`: {why}; {file}{RIGHT}")
    })
}
