//! The desk with this repository's law, and what is rehearsed on it: seven years.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tiergate_engine::Desk;
use tiergate_lab::{Asked, Month, Setup, regime_laws};
use tiergate_law::{LawRef, Library};
use tiergate_order::Catalog;

/// The last month: the world begins in January 2023.
const UNTIL: &str = "2029-12";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn collect(folder: &Path, files: &mut Vec<(String, String)>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            let text = std::fs::read_to_string(&path)?;
            files.push((path.display().to_string(), text));
        }
    }
    Ok(())
}

fn desk() -> Result<Desk> {
    let mut files = Vec::new();
    collect(&root().join("law"), &mut files)?;
    files.sort();
    let (library, _) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    let read = |name: &str| std::fs::read_to_string(root().join("catalog").join(name));
    let catalog = Catalog::read(&read("chips.csv")?, &read("countries.csv")?)?;
    Ok(Desk::new(library, catalog))
}

/// Laws made ready for so many draws, and how long it took to tabulate them.
fn setup(laws: Vec<LawRef>, draws: u64) -> Result<(Setup, Duration)> {
    let desk = desk()?;
    let asked = Asked {
        laws,
        draws,
        seed: 1,
        until: Month::read(UNTIL).context("the last month")?,
        settings: Vec::new(),
        prior: true,
    };
    let begun = Instant::now();
    let setup = Setup::new(&desk, &asked)?;
    Ok((setup, begun.elapsed()))
}

/// The eight regimes.
pub fn regimes(draws: u64) -> Result<(Setup, Duration)> {
    setup(regime_laws()?, draws)
}

/// The first two of them.
pub fn two() -> Result<Setup> {
    let laws = regime_laws()?.into_iter().take(2).collect();
    Ok(setup(laws, 1)?.0)
}
