//! The law and the catalog: built into the binary, or read from a folder.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};
use tiergate_engine::Desk;
use tiergate_law::{Diagnostic, Library, Severity, render};
use tiergate_order::{Catalog, CatalogError};

static LAW: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../../law");
static CHIPS: &str = include_str!("../../../catalog/chips.csv");
static COUNTRIES: &str = include_str!("../../../catalog/countries.csv");

/// Other names of chips, as `alias,chip` rows.
pub static CHIP_ALIASES: &str = include_str!("../../../catalog/chip-aliases.csv");

/// Why there is no desk to decide at.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A law file could not be read from disk.
    #[error("cannot read the law in {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder without law.
    #[error("there is no law file (*.toml) in {}", .0.display())]
    Empty(PathBuf),
    /// The law has faults.
    #[error(transparent)]
    Law(#[from] LawFaults),
    /// The catalog has faults.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// Faults in law files, rendered with the lines they stand in.
#[derive(Debug, thiserror::Error)]
#[error("{rendered}\n{count} fault{} in the law", if *count == 1 { "" } else { "s" })]
pub struct LawFaults {
    /// How many.
    pub count: usize,
    /// All of them.
    pub rendered: String,
}

impl LawFaults {
    /// Renders faults; `text` gives the text of a file.
    #[must_use]
    pub fn new<'t>(found: &[Diagnostic], text: impl Fn(&str) -> Option<&'t str>) -> LawFaults {
        let color = crate::style::stderr_color();
        let rendered: Vec<String> = found.iter().map(|d| render(d, &text, color)).collect();
        LawFaults {
            count: found.len(),
            rendered: rendered.join("\n\n"),
        }
    }
}

/// Law files as name and text.
pub type LawFiles = Vec<(String, String)>;

/// The law files built in, or those of a folder and its subfolders, sorted by name.
///
/// # Errors
///
/// A folder that cannot be read or holds no law.
pub fn law_files(folder: Option<&Path>) -> Result<LawFiles, LoadError> {
    let mut files = LawFiles::new();
    match folder {
        None => collect(&LAW, &mut files),
        Some(folder) => {
            read_folder(folder, &mut files)?;
            if files.is_empty() {
                return Err(LoadError::Empty(folder.to_owned()));
            }
        }
    }
    files.sort();
    Ok(files)
}

fn collect(dir: &Dir<'_>, files: &mut LawFiles) {
    for file in dir.files() {
        let is_law = file.path().extension().is_some_and(|e| e == "toml");
        if let (true, Some(text)) = (is_law, file.contents_utf8()) {
            files.push((format!("law/{}", file.path().display()), text.to_owned()));
        }
    }
    dir.dirs().for_each(|d| collect(d, files));
}

fn read_folder(folder: &Path, files: &mut LawFiles) -> Result<(), LoadError> {
    let fail = |path: &Path| {
        let path = path.to_owned();
        move |source| LoadError::Io { path, source }
    };
    for entry in std::fs::read_dir(folder).map_err(fail(folder))? {
        let path = entry.map_err(fail(folder))?.path();
        if path.is_dir() {
            read_folder(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path).map_err(fail(&path))?;
            files.push((path.display().to_string(), text));
        }
    }
    Ok(())
}

/// The law library with everything found in it, errors and warnings.
///
/// # Errors
///
/// A folder that cannot be read.
pub fn library(folder: Option<&Path>) -> Result<(Library, Vec<Diagnostic>, LawFiles), LoadError> {
    let files = law_files(folder)?;
    let (library, found) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    Ok((library, found, files))
}

/// The catalog built in.
///
/// # Errors
///
/// A row that cannot be read.
pub fn catalog() -> Result<Catalog, CatalogError> {
    Catalog::read(CHIPS, COUNTRIES)
}

/// A desk with the law built in, or that of a folder.
///
/// # Errors
///
/// Law that cannot be read or has errors.
pub fn desk(folder: Option<&Path>) -> Result<Desk, LoadError> {
    desk_with(folder, &[])
}

/// The same with more law files beside them, given as name and text.
///
/// # Errors
///
/// Law that cannot be read or has errors.
pub fn desk_with(folder: Option<&Path>, more: &[(&str, &str)]) -> Result<Desk, LoadError> {
    let mut files = law_files(folder)?;
    files.extend(more.iter().map(|(n, t)| ((*n).to_owned(), (*t).to_owned())));
    let (library, found) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let errors: Vec<Diagnostic> = found
        .into_iter()
        .filter(|d| d.severity == Severity::Error)
        .collect();
    if errors.is_empty() {
        return Ok(Desk::new(library, catalog()?));
    }
    let text = |file: &str| {
        files
            .iter()
            .find(|(n, _)| n == file)
            .map(|(_, t)| t.as_str())
    };
    Err(LawFaults::new(&errors, text).into())
}
