//! Generates order books with planted families, runs the watch on them, and prints what it finds,
//! what it misses and whom it holds up, by base rate and adaptation.
//!
//! The generator shares no code and no parameter with the watch but the limit: it writes the two
//! files, and the watch reads them.

mod chance;
mod contestants;
mod families;
mod firm;
mod market;
mod measure;
mod names;

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};
use tiergate_watch::{Book, Settings, consignments_csv, parties_csv, watch};

use crate::chance::Chance;
use crate::families::{Level, planted};
use crate::firm::{Firm, files};
use crate::market::{Market, Sizes};
use crate::measure::{Figures, Judged, figures, spread};
use crate::names::Real;

/// Seeds of the printed tables. The settings of the watch were chosen on seeds 1 to 6 alone.
const SEEDS: std::ops::RangeInclusive<u64> = 101..=110;
/// Seeds for choosing settings, never printed in a document.
const TUNING: std::ops::RangeInclusive<u64> = 1..=6;
/// Honest firms of a book: about as many as there are real names.
const FIRMS: usize = 8_000;
const BASE_RATES: [f64; 4] = [0.001, 0.005, 0.01, 0.02];

/// Orders as a market of mostly small buyers places them.
const SMALL: Sizes = Sizes {
    median_h100: 200.0,
    log_sd: 1.32,
};
/// Orders as large as known clusters: median and spread of clusters outside the United States and China.
const CLUSTERS: Sizes = Sizes {
    median_h100: 946.0,
    log_sd: 1.32,
};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ownership");
    if !folder.exists() {
        println!(
            "skipped: the real names of the background are not there ({})",
            folder.display()
        );
        return Ok(());
    }
    let names = names::real(&folder)?;
    match arguments.first().map(String::as_str) {
        None => report(&names, SEEDS),
        Some("tune") => tune(&names, arguments.get(1).map(String::as_str)),
        Some("look") => look(&names),
        Some("speed") => speed(&names),
        Some("write") => write(&names, arguments.get(1).map_or(".", String::as_str)),
        Some(other) => bail!("there is no part `{other}`; there are tune, look, speed and write"),
    }
}

fn firms(
    names: &[Real],
    seed: u64,
    level: Level,
    rate: f64,
    sizes: Sizes,
    count: usize,
) -> Vec<Firm> {
    let mut chance = Chance::new(seed);
    let market = Market::new(&mut chance, count);
    let mut firms = market.honest(&mut chance, names, count, sizes);
    let count = ((firms.len() as f64 * rate / (1.0 - rate)).round() as usize).max(2);
    firms.extend(planted(
        &mut chance,
        &market,
        level,
        count,
        &names::words(names),
    ));
    chance.shuffle(&mut firms);
    for (at, firm) in firms.iter_mut().enumerate() {
        firm.id = format!("P{at:06}");
    }
    firms
}

fn book(firms: &[Firm]) -> Result<Book> {
    let (parties, orders) = files(firms);
    let (parties, faults) = parties_csv(parties.as_bytes());
    if let Some(fault) = faults.first() {
        bail!("parties: {fault}");
    }
    let (orders, faults) = consignments_csv(orders.as_bytes());
    if let Some(fault) = faults.first() {
        bail!("orders: {fault}");
    }
    Ok(Book::new(parties, orders))
}

/// The figures of every check on one book, and who was held up wrongly by all checks together.
fn one_book(firms: &[Firm], settings: &Settings) -> Result<(Vec<Figures>, Vec<&'static str>)> {
    let book = book(firms)?;
    let mut wrong = Vec::new();
    let mut all = Vec::new();
    for (at, says) in contestants::all(&book, firms, settings).iter().enumerate() {
        let judged = |firm: &Firm| {
            let (flagged, score) = says
                .get(&firm.id)
                .copied()
                .unwrap_or((false, f64::NEG_INFINITY));
            let tpp = firm.orders.iter().map(|o| o.tpp as f64).sum();
            Judged {
                planted: firm.family.is_some(),
                flagged,
                score,
                tpp,
            }
        };
        let judged: Vec<Judged> = firms.iter().map(judged).collect();
        if at == 0 {
            let false_hold = |(_, j): &(&Firm, &Judged)| j.flagged && !j.planted;
            wrong.extend(
                firms
                    .iter()
                    .zip(&judged)
                    .filter(false_hold)
                    .map(|(f, _)| f.case),
            );
        }
        all.push(figures(&judged));
    }
    Ok((all, wrong))
}

/// Each linked group above the limit: the chance the watch gives it, and the share of its parties that
/// are planted.
fn findings(firms: &[Firm], settings: &Settings) -> Result<Vec<(f64, f64)>> {
    let planted: std::collections::HashSet<&str> = firms
        .iter()
        .filter(|f| f.family.is_some())
        .map(|f| f.id.as_str())
        .collect();
    let settings = Settings {
        report_from: 0.0,
        ..settings.clone()
    };
    let report = watch(&book(firms)?, &contestants::limits(), &settings);
    let of = |f: &tiergate_watch::Finding| {
        let right = f.ids().filter(|id| planted.contains(id)).count();
        (f.chance, right as f64 / f.members.len() as f64)
    };
    Ok(report
        .findings
        .iter()
        .filter(|f| f.basis == tiergate_watch::Basis::Linked)
        .map(of)
        .collect())
}

/// Whether a chance means what it says: linked groups by the chance they were given.
fn calibration(told: &[(f64, f64)]) {
    println!("\n## Groups by the chance they are given, all books\n");
    println!("| chance | groups | planted, half of it or more |\n|--:|--:|--:|");
    for (low, high) in [
        (0.0, 0.1),
        (0.1, 0.5),
        (0.5, 0.8),
        (0.8, 0.95),
        (0.95, 0.99),
        (0.99, 1.01),
    ] {
        let inside: Vec<&(f64, f64)> = told.iter().filter(|t| t.0 >= low && t.0 < high).collect();
        let right = inside.iter().filter(|t| t.1 >= 0.5).count() as f64;
        let share = if inside.is_empty() {
            "-".to_owned()
        } else {
            format!("{:.2}", right / inside.len() as f64)
        };
        println!(
            "| {low} to {} | {} | {share} |",
            f64::min(high, 1.0),
            inside.len()
        );
    }
}

/// A table in Markdown whose columns are aligned as text, too.
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(first: &str) -> Table {
        let heads = [
            first,
            "adaptation",
            "precision",
            "recall",
            "area",
            "TPP caught",
            "false holds per 1,000",
        ];
        Table(vec![heads.map(str::to_owned).to_vec()])
    }

    fn row(&mut self, first: &str, level: Level, of: &[Figures]) {
        let list = |pick: fn(&Figures) -> f64| of.iter().map(pick).collect::<Vec<_>>();
        let precision: Vec<f64> = of.iter().filter_map(|f| f.precision).collect();
        self.0.push(vec![
            first.to_owned(),
            level.word().to_owned(),
            spread(&precision, 2),
            spread(&list(|f| f.recall), 2),
            spread(&list(|f| f.area), 2),
            spread(&list(|f| f.tpp), 2),
            spread(&list(|f| f.false_holds), 1),
        ]);
    }

    fn print(&self) {
        let width = |at: usize| self.0.iter().map(|r| r[at].len()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..self.0[0].len()).map(width).collect();
        for (at, row) in self.0.iter().enumerate() {
            let cells = row.iter().zip(&widths).map(|(c, w)| format!(" {c:<w$} |"));
            println!("|{}", cells.collect::<String>());
            if at == 0 {
                let rule = widths.iter().map(|w| format!("{}|", "-".repeat(w + 2)));
                println!("|{}", rule.collect::<String>());
            }
        }
    }
}

fn report(names: &[Real], seeds: std::ops::RangeInclusive<u64>) -> Result<()> {
    let settings = Settings::default();
    let clock = Instant::now();
    println!("# The watch, measured\n");
    println!(
        "{FIRMS} honest firms under real names in each book, two years, seeds {} to {}: mean [least, most] over seeds.",
        seeds.start(),
        seeds.end()
    );
    println!(
        "Every figure is of parties. Honest demand is log-normal, median {} H100 a year.\n",
        SMALL.median_h100
    );
    println!("## All checks\n");
    let mut table = Table::new("base rate");
    let mut ablation: Vec<(Level, Vec<Vec<Figures>>)> = Vec::new();
    let mut wrong_cases: Vec<&'static str> = Vec::new();
    let (mut books, mut over) = (0_usize, 0_usize);
    let mut told: Vec<(f64, f64)> = Vec::new();
    for rate in BASE_RATES {
        for level in Level::ALL {
            let mut by_check: Vec<Vec<Figures>> = vec![Vec::new(); contestants::NAMES.len()];
            for seed in seeds.clone() {
                let firms = firms(names, seed, level, rate, SMALL, FIRMS);
                let (all, wrong) = one_book(&firms, &settings)?;
                told.extend(findings(&firms, &settings)?);
                by_check
                    .iter_mut()
                    .zip(all)
                    .for_each(|(list, f)| list.push(f));
                wrong_cases.extend(wrong);
                books += 1;
                over += contestants::over_alone(&firms);
            }
            table.row(&format!("{} %", rate * 100.0), level, &by_check[0]);
            eprintln!("{} %, {}: done", rate * 100.0, level.word());
            if (rate - 0.01).abs() < 1e-9 {
                ablation.push((level, by_check));
            }
        }
    }
    table.print();
    println!(
        "\nA sum for each party alone finds none of them: of all {books} books, {over} parties are above the limit by themselves."
    );
    println!(
        "Honest parties held up in all books, by what is hard about them: {}.",
        cases(wrong_cases)
    );
    calibration(&told);
    println!("\n## Each check, base rate 1 %\n");
    let mut table = Table::new("check");
    for (at, name) in contestants::NAMES.iter().enumerate() {
        for (level, by_check) in &ablation {
            table.row(name, *level, &by_check[at]);
        }
    }
    table.print();
    println!(
        "\n## Honest orders as large as known clusters (median {} H100 a year), base rate 1 %, all checks\n",
        CLUSTERS.median_h100
    );
    let mut table = Table::new("base rate");
    for level in Level::ALL {
        let mut list = Vec::new();
        for seed in seeds.clone() {
            list.push(one_book(&firms(names, seed, level, 0.01, CLUSTERS, FIRMS), &settings)?.0[0]);
        }
        table.row("1 %", level, &list);
    }
    table.print();
    println!(
        "\nMade and watched in {:.0} s.\n",
        clock.elapsed().as_secs_f64()
    );
    speed(names)
}

/// The figures of all checks on the seeds for choosing settings, with other settings if a file gives some.
fn tune(names: &[Real], file: Option<&str>) -> Result<()> {
    let settings = match file {
        Some(file) => toml::from_str(&std::fs::read_to_string(file)?)?,
        None => Settings::default(),
    };
    let mut table = Table::new("base rate");
    let (mut told, mut wrong_cases) = (Vec::new(), Vec::new());
    for rate in [0.001, 0.01] {
        for level in Level::ALL {
            let mut list = Vec::new();
            for seed in TUNING {
                let firms = firms(names, seed, level, rate, SMALL, FIRMS);
                let (all, wrong) = one_book(&firms, &settings)?;
                list.push(all[0]);
                wrong_cases.extend(wrong);
                told.extend(findings(&firms, &settings)?);
            }
            table.row(&format!("{} %", rate * 100.0), level, &list);
        }
    }
    table.print();
    println!("{}", cases(wrong_cases));
    calibration(&told);
    Ok(())
}

/// How often each hard case was held up.
fn cases(mut cases: Vec<&'static str>) -> String {
    cases.sort_unstable();
    let each = cases
        .chunk_by(|a, b| a == b)
        .map(|c| format!("{} {}", c[0], c.len()));
    each.collect::<Vec<_>>().join(", ")
}

/// What the findings of one tuning book are made of, to see where the watch goes wrong.
fn look(names: &[Real]) -> Result<()> {
    for level in Level::ALL {
        let firms = firms(names, 1, level, 0.01, SMALL, FIRMS);
        let by_id: std::collections::HashMap<&str, &Firm> =
            firms.iter().map(|f| (f.id.as_str(), f)).collect();
        let report = watch(&book(&firms)?, &contestants::limits(), &Settings::default());
        println!(
            "{}: {} findings, {} scored too low",
            level.word(),
            report.findings.len(),
            report.below
        );
        for finding in &report.findings {
            let cases: Vec<&str> = finding.ids().map(|id| by_id[id].case).collect();
            let wrong = cases.iter().filter(|c| **c != "planted").count();
            let terms: Vec<String> = finding
                .terms
                .iter()
                .map(|t| format!("{} {:.1}", t.check, t.adds))
                .collect();
            println!(
                "  {wrong} of {} honest, {:.2}: {}",
                cases.len(),
                finding.chance,
                terms.join(", ")
            );
            for shared in finding.shared.iter().filter(|_| wrong > 0) {
                let cases: Vec<&str> = shared
                    .parties
                    .iter()
                    .filter_map(|id| by_id.get(id.as_str()))
                    .map(|f| f.case)
                    .collect();
                println!(
                    "      {} {} of {}: {:.2} {}",
                    shared.kind,
                    shared.value,
                    shared.holders,
                    shared.chance,
                    cases.join(" + ")
                );
            }
        }
        let mut families: Vec<(usize, bool)> = Vec::new();
        let told: std::collections::HashSet<&str> =
            report.findings.iter().flat_map(|f| f.ids()).collect();
        families.extend(
            firms
                .iter()
                .filter_map(|f| f.family.map(|n| (n, told.contains(f.id.as_str())))),
        );
        families.sort_unstable();
        let of_family = families.chunk_by(|a, b| a.0 == b.0);
        let seen: Vec<String> = of_family
            .map(|f| format!("{}/{}", f.iter().filter(|(_, told)| *told).count(), f.len()))
            .collect();
        println!("  families told: {}", seen.join(" "));
    }
    Ok(())
}

/// The time cores were busy with this process, in seconds: on a machine that does other things too,
/// this is what can be compared.
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace();
    // In hundredths of a second: user and system; see proc(5).
    fields
        .skip(11)
        .take(2)
        .filter_map(|f| f.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

/// A large book, timed.
fn speed(names: &[Real]) -> Result<()> {
    let firms = firms(names, 7, Level::Staggered, 0.01, SMALL, 240_000);
    let (parties, orders) = files(&firms);
    drop(firms);
    println!("## Time\n");
    let mut step = (Instant::now(), busy());
    let mut took = |what: &str| {
        let now = (Instant::now(), busy());
        println!(
            "- {what}: {:.1} s, {:.1} s of a core",
            (now.0 - step.0).as_secs_f64(),
            now.1 - step.1
        );
        step = (Instant::now(), busy());
    };
    let (parties, orders) = (
        parties_csv(parties.as_bytes()).0,
        consignments_csv(orders.as_bytes()).0,
    );
    took(&format!(
        "{} consignments and {} parties read",
        orders.len(),
        parties.len()
    ));
    let book = Book::new(parties, orders);
    took("sorted and joined");
    let report = watch(&book, &contestants::limits(), &Settings::default());
    took(&format!("watched, {} findings", report.findings.len()));
    Ok(())
}

/// One book as files, to be read by `tiergate watch`.
fn write(names: &[Real], folder: &str) -> Result<()> {
    let firms = firms(names, 1, Level::Staggered, 0.01, SMALL, FIRMS);
    let (parties, orders) = files(&firms);
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("parties.csv"), parties)?;
    std::fs::write(folder.join("orders.csv"), orders)?;
    Ok(())
}
