//! Many entries: batches into a file, and what a ledger of ten million takes to be read.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use tiergate_ledger::{Account, AsOf, Entry, Ledger, Options, Place, Span, statement, verify};

use crate::commits::Folder;
use crate::orders::{day, reserve, schedule};

/// So many entries on one page.
const PAGE: u64 = 10_000;

fn open(path: &Path) -> Result<Ledger> {
    let options = Options {
        make: true,
        ..Options::default()
    };
    Ok(Ledger::open(Place::File(path.into()), options)?)
}

/// Half of them on one account, the others on ten thousand.
fn entry(n: u64, schedule: &std::sync::Arc<tiergate_ledger::Schedule>) -> Entry {
    let holder = match n % 2 {
        0 => "Meridian Compute".to_owned(),
        _ => format!("Holder {}", n / 2 % 10_000),
    };
    reserve(format!("entry-{n}"), holder, day(n), schedule)
}

/// Enters from one number up to another; gives the seconds it took, sealing included, and those of
/// making the entries.
fn fill(ledger: &Ledger, from: u64, to: u64) -> Result<f64> {
    let schedule = schedule();
    let mut seconds = 0.0;
    let mut next = from;
    while next < to {
        let page: Vec<Entry> = (next..(next + PAGE).min(to))
            .map(|n| entry(n, &schedule))
            .collect();
        next += page.len() as u64;
        let start = Instant::now();
        let receipts = ledger.submit_all(&page)?;
        seconds += start.elapsed().as_secs_f64();
        ensure!(
            receipts
                .iter()
                .all(|r| r.as_ref().is_ok_and(|r| r.accepted()))
        );
    }
    let start = Instant::now();
    ledger.seal()?;
    Ok(seconds + start.elapsed().as_secs_f64())
}

pub fn batch() -> Result<()> {
    let folder = Folder::new("batch")?;
    const ENTRIES: u64 = 200_000;
    let mut rates: Vec<f64> = Vec::new();
    let before = busy();
    for round in 0..5 {
        let ledger = open(&folder.0.join(format!("{round}.ledger")))?;
        rates.push(ENTRIES as f64 / fill(&ledger, 0, ENTRIES)?);
    }
    rates.sort_by(f64::total_cmp);
    let each = (busy() - before) * 1e6 / (5 * ENTRIES) as f64;
    println!(
        "SQLite, {ENTRIES} reservations in batches of {PAGE}, half of them on one account, sealed: \
         {:.0} a second ({:.0} .. {:.0}); {each:.1} us of a core each, making them included\n",
        rates[2], rates[0], rates[4]
    );
    Ok(())
}

/// Seconds that cores were busy with this process: user and system, in hundredths; see proc(5).
fn busy() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = text.rsplit(')').next().unwrap_or_default();
    let fields = fields.split_whitespace().skip(11).take(2);
    fields.filter_map(|f| f.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// The median of some runs, in milliseconds.
fn milliseconds(mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut all = Vec::new();
    for _ in 0..9 {
        let start = Instant::now();
        work()?;
        all.push(start.elapsed().as_secs_f64() * 1e3);
    }
    all.sort_by(f64::total_cmp);
    Ok(all[all.len() / 2])
}

/// Memory that the process holds, in MiB.
fn held_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    let words = line.and_then(|l| l.split_whitespace().nth(1));
    words.and_then(|n| n.parse::<u64>().ok()).unwrap_or(0) / 1024
}

pub fn many(entries: u64) -> Result<()> {
    let folder = Folder::new("many")?;
    let path = folder.0.join("many.ledger");
    let ledger = open(&path)?;
    let (mut done, mut built) = (0, 0.0);
    println!(
        "{:>11}  {:>9}  {:>8}  {:>10}  {:>9}",
        "entries", "a second", "MiB", "verify, s", "us each"
    );
    for stop in [1, 2, 4, 10].map(|n| n * entries / 10) {
        built += fill(&ledger, done, stop)?;
        done = stop;
        let start = Instant::now();
        let told = ledger.read(|r| verify(r, None, &mut |_| ()))?;
        let seconds = start.elapsed().as_secs_f64();
        ensure!(
            told.faults.is_empty() && told.entries == done,
            "{:?}",
            told.faults
        );
        let size = std::fs::metadata(&path)?.len() >> 20;
        println!(
            "{done:>11}  {:>9.0}  {size:>8}  {seconds:>10.1}  {:>9.2}",
            done as f64 / built,
            seconds * 1e6 / done as f64
        );
    }
    println!("memory at its highest: {} MiB\n", held_mib());
    let hot = Account::new("lpp", "Meridian Compute", Span::ALL);
    let middle = ledger
        .read(|r| r.at(i64::try_from(done / 2).unwrap_or(1)))?
        .context("the middle entry")?;
    println!(
        "a statement of the account of {} of them, with its last 20 movements",
        done / 2
    );
    let (early, late) = (day(done / 4), middle.date);
    for (what, as_of) in [
        ("now", AsOf::default()),
        (
            "as of a day in the middle",
            AsOf {
                day: Some(late),
                recorded: None,
            },
        ),
        (
            "as it was known at a moment in the middle",
            AsOf {
                day: None,
                recorded: Some(middle.recorded),
            },
        ),
        (
            "both",
            AsOf {
                day: Some(early),
                recorded: Some(middle.recorded),
            },
        ),
    ] {
        let took = milliseconds(|| {
            let told = ledger.read(|r| statement(r, &hot, as_of, 20))?;
            ensure!(told.is_some());
            Ok(())
        })?;
        println!("{what:42}  {took:>8.2} ms");
    }
    Ok(())
}
