//! Proves the difference of two laws with a solver that knows nothing of diagrams.
//!
//! Both laws are spelled in SMT-LIB from their conditions, the engine's difference from its cubes
//! and statements; the solver looks for facts in one and not in the other. See `bench/README.md`.

mod chips;
mod engine;
mod law;
mod ordinary;
mod problem;
mod solver;
mod terms;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use tiergate_engine::{Circumstances, Comparison, Desk, Rulebook, Side, Stamp};
use tiergate_law::{Country, LawRef, Library, Num};
use tiergate_order::Catalog;

use crate::problem::{Laws, Planted, Problem};
use crate::solver::{Solver, Verdict};

/// The laws compared unless others are named: after October 2022, and after November 2023.
const LAWS: [&str; 2] = ["us@2023-06-01:enforced", "us@2024-01-15:enforced"];

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let names = match arguments.as_slice() {
        [] => LAWS.map(str::to_owned),
        [left, right] => [left.clone(), right.clone()],
        _ => bail!("give two laws, or none"),
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let desk = desk(&root)?;
    let laws = laws(&desk, &names)?;
    let program = std::env::var("Z3").unwrap_or_else(|_| "z3".to_owned());
    let (mut solver, version) = Solver::start(&program)?;
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/smt");
    std::fs::create_dir_all(&out)?;

    println!("## {} against {}, by {version}\n", names[0], names[1]);
    println!("| what | parts | solver's text | missed | untrue | time |");
    println!("|:-----|------:|--------------:|-------:|-------:|-----:|");
    let circumstances = laws.circumstances();
    let over = match circumstances {
        Circumstances::Any => "any facts",
        Circumstances::Ordinary(_) => "of ordinary orders",
    };
    let moved = engine::moved(&laws.comparison, &circumstances)?;
    let mut classes = laws.classes(&moved, None)?;
    let answers = laws.answers(&engine::statements(&laws.comparison)?)?;
    row(
        &format!("classes of items, {over}"),
        &classes,
        &mut solver,
        &out.join("classes"),
    )?;
    row(
        "answers to ordinary orders",
        &answers,
        &mut solver,
        &out.join("answers"),
    )?;
    println!();
    left_out("classes", &classes, &mut solver)?;
    left_out("answers", &answers, &mut solver)?;
    thresholds(&laws, &moved, &mut solver)?;
    catalog(&desk, &laws, &mut classes, &mut solver)
}

/// Proves one difference and prints a row of the table.
fn row(name: &str, problem: &Problem, solver: &mut Solver, file: &Path) -> Result<()> {
    let texts = problem.texts();
    for (text, question) in texts.iter().zip(["missed", "untrue"]) {
        std::fs::write(file.with_extension(format!("{question}.smt2")), text)?;
    }
    let clock = Instant::now();
    let [missed, untrue] = problem.prove(solver)?;
    println!(
        "| {name} | {} | {} KiB | {} | {} | {:.1} s |",
        problem.parts.len(),
        (texts[0].len() + texts[1].len()) / 1024,
        missed.word(),
        untrue.word(),
        clock.elapsed().as_secs_f64()
    );
    ensure!(
        [missed, untrue] == [Verdict::Unsat; 2],
        "the difference of the engine is not that of the laws"
    );
    Ok(())
}

/// Leaves out each part in turn: the solver must find facts that are then missed, unless other
/// parts speak of all of them too.
fn left_out(name: &str, problem: &Problem, solver: &mut Solver) -> Result<()> {
    problem.tell(solver)?;
    let clock = Instant::now();
    let mut found = 0;
    for part in 0..problem.parts.len() {
        found += usize::from(solver.check(&problem.missed_without(part))? == Verdict::Sat);
    }
    println!(
        "- {name}: each of {} parts left out in turn, missed facts found {found} times, {:.1} s",
        problem.parts.len(),
        clock.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Moves each threshold of the classes by one in turn: the solver must find that.
fn thresholds(laws: &Laws, moved: &[engine::Moved], solver: &mut Solver) -> Result<()> {
    let clock = Instant::now();
    let planted = laws.thresholds();
    let mut found = Vec::new();
    for planted in &planted {
        let problem = laws.classes(moved, Some(planted))?;
        if let Some(facts) = model(&problem, solver)? {
            found.push(format!("  - {}: {facts}", says(planted)));
        }
    }
    println!(
        "- classes: each of {} thresholds moved up by one in turn, found {} times, {:.1} s",
        planted.len(),
        found.len(),
        clock.elapsed().as_secs_f64()
    );
    println!("{}", found.join("\n"));
    Ok(())
}

fn says(planted: &Planted) -> String {
    let terms = planted.terms.iter().map(|(fact, factor)| match factor {
        1 => fact.info().path.to_owned(),
        _ => format!("{factor} x {}", fact.info().path),
    });
    let terms: Vec<String> = terms.collect();
    let side = ["first", "second"][planted.side];
    let from = Num::from_raw(planted.bound);
    format!("{} at {from} in the {side} law", terms.join(" + "))
}

/// Facts that a problem gets wrong.
fn model(problem: &Problem, solver: &mut Solver) -> Result<Option<String>> {
    // A class turns on the item: other facts would only make the line long.
    let of_item = problem.terms.names().filter(|n| n.starts_with("|item."));
    let names: Vec<String> = of_item.map(str::to_owned).collect();
    problem.tell(solver)?;
    for question in [problem.missed(), problem.untrue()] {
        let (verdict, values) = solver.model(&question, &names)?;
        if verdict == Verdict::Sat {
            let facts = names.iter().zip(&values);
            let facts = facts.map(|(name, value)| {
                let shown = problem.terms.shown(name, value);
                format!("{} {shown}", name.trim_matches('|'))
            });
            return Ok(Some(facts.collect::<Vec<_>>().join(", ")));
        }
    }
    Ok(None)
}

/// Asks for the chips of the catalog.
fn catalog(desk: &Desk, laws: &Laws, problem: &mut Problem, solver: &mut Solver) -> Result<()> {
    problem.tell(solver)?;
    let chips = chips::ask(desk, laws, problem, solver)?;
    println!(
        "- chips of the catalog: the solver gives {} the classes the engine gives; {} lack a figure \
         the class turns on",
        chips.confirmed, chips.open
    );
    let names = &laws.books[0].regime.class_names;
    let name = |class: Option<usize>| {
        class.map_or("none", |class| names.get(class).map_or("?", String::as_str))
    };
    for ([left, right], ids) in &chips.moved {
        println!(
            "  - {} to {}: {}",
            name(*left),
            name(*right),
            ids.join(", ")
        );
    }
    ensure!(
        chips.otherwise.is_empty(),
        "otherwise: {:?}",
        chips.otherwise
    );
    Ok(())
}

fn laws(desk: &Desk, names: &[String; 2]) -> Result<Laws> {
    let book = |name: &String| -> Result<Arc<Rulebook>> {
        let law: LawRef = name.parse()?;
        let stamp = Stamp {
            as_of: law.date.context("a law with its date")?,
            view: law.view.unwrap_or_default(),
            law: law.id,
        };
        Ok(desk.rulebook(&stamp)?)
    };
    let books = [book(&names[0])?, book(&names[1])?];
    let countries = (0..Country::COUNT).filter_map(Country::from_index);
    let countries: Vec<Country> = countries.filter(|c| desk.catalog.knows(*c)).collect();
    let [left, right] = books.clone().map(Side::new);
    Ok(Laws {
        comparison: Comparison::new(left, right, &countries),
        books,
        countries,
    })
}

fn desk(root: &Path) -> Result<Desk> {
    let mut paths = Vec::new();
    law_files(&root.join("law"), &mut paths)?;
    let mut files = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root)?.display().to_string();
        files.push((name, std::fs::read_to_string(&path)?));
    }
    let texts = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let (library, faults) = Library::read(texts);
    ensure!(faults.is_empty(), "the law has {} faults", faults.len());
    let read = |name: &str| std::fs::read_to_string(root.join("catalog").join(name));
    let catalog = Catalog::read(&read("chips.csv")?, &read("countries.csv")?)?;
    Ok(Desk::new(library, catalog))
}

fn law_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            law_files(&path, found)?;
        } else if path.extension().is_some_and(|e| e == "toml") {
            found.push(path);
        }
    }
    found.sort();
    Ok(())
}
