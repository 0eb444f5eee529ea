//! `bench/run screening [LIST]`: how well names are told apart, and how fast.
//!
//! Prints Markdown. `--errors tune` prints pairs of the tuning half that the score gets wrong, which is
//! all that was looked at while the scorer was made: the half it is judged on stays unseen.

mod baseline;
mod labelled;
mod measure;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use labelled::Pair;
use measure::Scored;
use tiergate_screening::{Index, List, Name, Weights};

const LIST: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../../shared/data/screening/consolidated-screening-list-2026-07-31.json"
);

fn main() -> Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let errors = arguments.iter().position(|a| a == "--errors").map(|at| {
        arguments.drain(at..(at + 2).min(arguments.len())).last().unwrap_or_default()
    });
    let curve = arguments.first().is_some_and(|a| a == "--curve");
    if curve {
        arguments.remove(0);
    }
    let file = arguments.first().map_or(LIST, String::as_str);
    let Ok(text) = std::fs::read_to_string(file) else {
        println!("skipped: there is no list at {file}; name one: bench/run screening FILE");
        return Ok(());
    };
    let (list, faults) = List::read(&text).context(file.to_owned())?;
    if let Some(half) = errors {
        return show_errors(&list, half != "test");
    }
    if curve {
        show_curve(&list);
        return Ok(());
    }
    let names = list.entries.iter().map(|e| 1 + e.alt_names.len()).sum::<usize>();
    println!(
        "List of {}: {} parties, {names} names, {} unreadable.\n",
        list.date.get(..10).unwrap_or("unknown date"),
        list.entries.len(),
        faults.len()
    );
    quality(&list);
    examples()?;
    speed(&text, list)
}

/// The pairs of the tests, by script: examples that were used to make the scorer, and no measure.
fn examples() -> Result<()> {
    let text = include_bytes!("../../../crates/tiergate-screening/tests/pairs.csv");
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let (mut latin, mut other) = (Scored(Vec::new()), Scored(Vec::new()));
    let is_other = |c: char| c > '\u{36f}' && !('\u{1e00}'..'\u{1f00}').contains(&c) && c.is_alphabetic();
    for row in reader.records() {
        let row = row?;
        let Some((left, right)) = row.get(1).zip(row.get(2)) else { continue };
        let pair = (tiergate_screening::score(left, right), row.get(3) == Some("yes"));
        let scripts = left.chars().chain(right.chars()).any(is_other);
        if scripts { &mut other } else { &mut latin }.0.push(pair);
    }
    println!("| examples of the tests | pairs | F1 at {} |", Index::THRESHOLD);
    println!("|:--|--:|--:|");
    for (name, scored) in [("Latin letters", latin), ("other scripts", other)] {
        println!("| {name} | {} | {:.3} |", scored.0.len(), scored.at(Index::THRESHOLD).f1());
    }
    println!();
    Ok(())
}

fn score_all(pairs: &[&Pair], score: impl Fn(&str, &str) -> f64) -> Scored {
    Scored(pairs.iter().map(|p| (score(&p.left, &p.right), p.same)).collect())
}

fn quality(list: &List) {
    println!("| half | pairs | scorer | precision | recall | F1 | best F1 (at) | area |");
    println!("|:--|--:|:--|--:|--:|--:|--:|--:|");
    for (half, tuning) in [("tune", true), ("test", false)] {
        let pairs = labelled::pairs(list, tuning);
        let select = |keep: &dyn Fn(&Pair) -> bool| -> Vec<&Pair> { pairs.iter().filter(|p| keep(p)).collect() };
        let sets = [
            ("all aliases", select(&|_| true)),
            ("related spelling", select(&|p| p.related || !p.same)),
            ("of these, people", select(&|p| (p.related || !p.same) && p.kind == "Individual")),
            ("of these, others", select(&|p| (p.related || !p.same) && p.kind != "Individual")),
        ];
        for (name, set) in &sets {
            let ours = score_all(set, tiergate_screening::score);
            let plain = score_all(set, baseline::score);
            row(&format!("{half}, {name}"), set.len(), "Tiergate", &ours, Index::THRESHOLD);
            // The baseline has no threshold of its own: it is given its best one on the tuning half.
            let tuned = labelled::pairs(list, true);
            let tuned: Vec<&Pair> = tuned.iter().filter(|p| p.related || !p.same).collect();
            let threshold = score_all(&tuned, baseline::score).best().0;
            row("", set.len(), "sorted Jaro-Winkler", &plain, threshold);
        }
    }
    println!();
}

fn row(half: &str, pairs: usize, scorer: &str, scored: &Scored, threshold: f64) {
    let at = scored.at(threshold);
    let (best_at, best) = scored.best();
    println!(
        "| {half} | {pairs} | {scorer} at {threshold:.2} | {:.3} | {:.3} | {:.3} | {best:.3} ({best_at:.2}) | {:.3} |",
        at.precision,
        at.recall,
        at.f1(),
        scored.area()
    );
}

fn speed(text: &str, list: List) -> Result<()> {
    let pairs = labelled::pairs(&list, false);
    let (mut best, mut sum) = (Duration::MAX, 0.0);
    for _ in 0..3 {
        let started = Instant::now();
        for pair in &pairs {
            sum += tiergate_screening::score(&pair.left, &pair.right);
        }
        best = best.min(started.elapsed());
    }
    let pair = best.as_secs_f64() * 1e6 / pairs.len() as f64;
    // The limit: reading both names letter by letter.
    let started = Instant::now();
    let mut letters = 0usize;
    for pair in &pairs {
        letters += pair.left.chars().chain(pair.right.chars()).filter(|c| c.is_alphanumeric()).count();
    }
    let least = started.elapsed().as_secs_f64() * 1e6 / pairs.len() as f64;
    let started = Instant::now();
    let again = List::read(text)?;
    let read = started.elapsed();
    drop(again);
    let queries: Vec<String> = list
        .entries
        .iter()
        .flat_map(|e| e.names().map(str::to_owned).collect::<Vec<_>>())
        .step_by(29)
        .collect();
    let started = Instant::now();
    let index = Index::new(list);
    let indexed = started.elapsed();
    let mut times: Vec<Duration> = Vec::new();
    let mut hits = 0;
    // Other names first: what is near words that many names have is kept from then on.
    let entries = &index.list().entries;
    let names = entries.iter().flat_map(|e| e.names().map(str::to_owned).collect::<Vec<_>>());
    let others: Vec<String> = names.skip(14).step_by(29).collect();
    let started = Instant::now();
    for other in &others {
        hits += index.near(other, Index::THRESHOLD).len();
    }
    let first = started.elapsed().as_secs_f64() * 1e6 / others.len() as f64;
    for query in &queries {
        let mut best = Duration::MAX;
        for _ in 0..5 {
            let started = Instant::now();
            hits += index.near(query, Index::THRESHOLD).len();
            best = best.min(started.elapsed());
        }
        times.push(best);
    }
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e6;
    let mean = times.iter().sum::<Duration>().as_secs_f64() * 1e6 / times.len() as f64;
    let slow: Vec<&String> = queries.iter().step_by(200).collect();
    let started = Instant::now();
    for query in &slow {
        hits += index.near_by_scoring_all(query, Index::THRESHOLD).len();
    }
    let all = started.elapsed().as_secs_f64() * 1e6 / slow.len() as f64;
    let ready = Name::new("Arkona Trading", &Weights::built_in());
    println!("| what | time |");
    println!("|:--|--:|");
    println!("| a pair of names, as text | {pair:.1} us |");
    println!("| the least: their letters read once | {least:.2} us |");
    println!("| a name against the list, median of {} | {:.0} us |", times.len(), at(0.5));
    println!("| mean | {mean:.0} us |");
    println!("| mean of the first {} names asked, once each | {first:.0} us |", others.len());
    println!("| of 10 names 9 within | {:.0} us |", at(0.9));
    println!("| of 100 names 99 within | {:.0} us |", at(0.99));
    println!("| the same by scoring every name | {all:.0} us |");
    println!("| reading the list | {:.0} ms |", read.as_secs_f64() * 1e3);
    println!("| indexing it | {:.0} ms |", indexed.as_secs_f64() * 1e3);
    // What was computed is used, so that none of it is left out.
    std::hint::black_box((sum, letters, hits, ready.is_empty()));
    Ok(())
}

fn show_errors(list: &List, tuning: bool) -> Result<()> {
    let weights = Weights::built_in();
    let mut out = csv::Writer::from_writer(std::io::stdout());
    for pair in labelled::pairs(list, tuning) {
        let score = tiergate_screening::score(&pair.left, &pair.right);
        if (score >= Index::THRESHOLD) != pair.same && (pair.related || !pair.same) {
            let why = Name::new(&pair.left, &weights).explain(&Name::new(&pair.right, &weights));
            out.write_record([
                format!("{score:.3}"),
                pair.same.to_string(),
                pair.kind,
                pair.left,
                pair.right,
                format!("{:?} | {:?} | {:?}", why.left_only, why.right_only, why.notes),
            ])?;
        }
    }
    out.flush()?;
    Ok(())
}

/// Precision and recall on the tuning half at every twentieth.
fn show_curve(list: &List) {
    let pairs = labelled::pairs(list, true);
    for people in [true, false] {
        let keep = |p: &&Pair| (p.related || !p.same) && (p.kind == "Individual") == people;
        let set: Vec<&Pair> = pairs.iter().filter(keep).collect();
        let scored = score_all(&set, tiergate_screening::score);
        for step in 6..20 {
            let at = scored.at(f64::from(step) / 20.0);
            println!(
                "{} {:.2}: precision {:.3} recall {:.3} F1 {:.3}",
                if people { "people" } else { "others" },
                f64::from(step) / 20.0,
                at.precision,
                at.recall,
                at.f1()
            );
        }
    }
}
