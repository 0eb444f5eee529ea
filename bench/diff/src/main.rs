//! Every regime of one day compared with the law as printed and as enforced: the whole of
//! `tiergate diff`, what of it goes over all facts, and the least that could take.

#[allow(
    dead_code,
    reason = "of the other benchmarks' timing, the tables are used"
)]
#[path = "../../src/timing.rs"]
mod timing;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use tiergate_engine::{Comparison, Rulebook, Settled, Side};
use tiergate_law::{Country, Date, LawRef, Library, Test, View};
use tiergate_order::Catalog;

use timing::{show, table};

/// How often each is timed; the median counts.
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let binary = root.join("target/release/tiergate");
    let date = Date::constant(2026, 11, 1);
    let library = library(&root.join("law"))?;
    let countries = countries(&root.join("catalog"))?;
    let mut rows = vec![
        [
            "from",
            "to",
            "the whole command",
            "over all facts",
            "nodes",
            "limit",
            "ratio",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for [left, right] in pairs(&library, date)? {
        let args = [left.to_string(), right.to_string()];
        let whole = median(|| diff(&binary, &args, date))?;
        let sides = [book(&library, &left, date)?, book(&library, &right, date)?];
        let mut nodes = 0;
        let facts = median(|| {
            let [left, right] = sides.each_ref().map(|b| Side::new(Arc::clone(b)));
            let comparison = Comparison::new(left, right, &countries);
            std::hint::black_box(comparison.direction());
            nodes = comparison.nodes();
            Ok(())
        })?;
        let limit = median(|| {
            sides.iter().for_each(|book| alone(book));
            Ok(())
        })?;
        let [from, to] = args;
        rows.push(vec![
            from,
            to,
            show(whole),
            show(facts),
            nodes.to_string(),
            show(limit),
            format!("{:.1}x", whole / limit),
        ]);
    }
    println!(
        "## Two regimes compared\n\nOn {date}. The whole command reads the law, compares over all \
         facts and in every circumstance, and finds witnesses; `nodes` are made for all facts. The \
         limit compiles the two regimes once, each alone.\n\n{}",
        table(&rows)
    );
    Ok(())
}

/// The law as printed and as enforced, each with the other and with every proposal.
fn pairs(library: &Library, date: Date) -> Result<Vec<[LawRef; 2]>> {
    let us = |view| LawRef {
        view: Some(view),
        ..LawRef::us()
    };
    let mut pairs = vec![[us(View::Text), us(View::Text)]];
    for view in [View::Text, View::Enforced] {
        if view == View::Text {
            pairs.push([us(view), us(View::Enforced)]);
        }
        for proposal in &library.proposals {
            let proposal = LawRef {
                id: proposal.instrument.id.clone(),
                date: None,
                view: None,
            };
            if library.consolidate(&proposal, date, View::Enforced).is_ok() {
                pairs.push([us(view), proposal]);
            }
        }
    }
    ensure!(pairs.len() > 2, "no proposals");
    Ok(pairs)
}

/// The median of some rounds, in nanoseconds.
fn median(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let clock = Instant::now();
        work()?;
        times.push(clock.elapsed().as_nanos() as f64);
    }
    times.sort_by(f64::total_cmp);
    Ok(times[ROUNDS / 2])
}

/// The whole command.
fn diff(binary: &Path, laws: &[String; 2], date: Date) -> Result<()> {
    let day = date.to_string();
    let status = Command::new(binary)
        .arg("diff")
        .args(laws)
        .args(["--as-of", &day, "--format", "json"])
        .stdout(Stdio::null())
        .status()
        .with_context(|| format!("{} is not built", binary.display()))?;
    ensure!(status.success(), "diff {laws:?} failed");
    Ok(())
}

fn book(library: &Library, law: &LawRef, date: Date) -> Result<Arc<Rulebook>> {
    let regime = library.consolidate(law, date, law.view.unwrap_or_default())?;
    Ok(Arc::new(Rulebook::compile(Arc::new(regime))))
}

/// One regime over all facts, its readings taken by default.
fn alone(book: &Rulebook) {
    let defaults = &book.variables.defaults;
    let settle = |test: &Test| match test {
        Test::Reading(reading, option) => Settled::Is(defaults[*reading] == *option),
        _ => Settled::Open,
    };
    std::hint::black_box(book.outcome_diagram(settle));
}

/// Reads every law file; any fault stops.
fn library(folder: &Path) -> Result<Library> {
    let mut texts = Vec::new();
    for kind in ["us", "proposals"] {
        for entry in std::fs::read_dir(folder.join(kind))? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "toml") {
                texts.push((path.display().to_string(), std::fs::read_to_string(&path)?));
            }
        }
    }
    texts.sort();
    let pairs = texts
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let (library, faults) = Library::read(pairs);
    if let Some(first) = faults.first() {
        bail!("{} faults, the first in {}", faults.len(), first.file);
    }
    Ok(library)
}

fn countries(folder: &Path) -> Result<Vec<Country>> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    let catalog = Catalog::read(&read("chips.csv")?, &read("countries.csv")?)?;
    Ok(catalog.countries.iter().map(|c| c.code).collect())
}
