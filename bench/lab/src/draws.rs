//! Many draws kept on disk: how long they take, on how many threads, in how much memory.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use tiergate_lab::Setup;

use crate::busy::busy;
use crate::opened::regimes;
use crate::timing::table;

/// A folder that is gone when its measure ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Folder> {
        let path =
            std::env::temp_dir().join(format!("tiergate-lab-bench-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).ok();
    }
}

fn run(setup: &Setup, folder: &Path) -> Result<Duration> {
    let begun = Instant::now();
    setup.run(folder, &|_| ())?;
    Ok(begun.elapsed())
}

/// The bytes of all results in a folder.
fn results(folder: &Path) -> Result<Vec<(PathBuf, u64)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().extension().is_some_and(|e| e == "f32") {
            files.push((entry.path(), entry.metadata()?.len()));
        }
    }
    files.sort();
    Ok(files)
}

/// The same bytes written plainly, a record at a time: the time until they are written, and synced.
fn raw(sizes: &[u64], record: u64, folder: &Path) -> Result<(Duration, Duration)> {
    let bytes = vec![0x5A_u8; usize::try_from(record)?];
    let begun = Instant::now();
    let mut open = Vec::new();
    for (at, size) in sizes.iter().enumerate() {
        let mut file = File::create(folder.join(format!("raw-{at}")))?;
        for _ in 0..size / record {
            file.write_all(&bytes)?;
        }
        open.push(file);
    }
    let written = begun.elapsed();
    for file in open {
        file.sync_all()?;
    }
    Ok((written, begun.elapsed()))
}

fn row<const N: usize>(cells: [String; N]) -> Vec<String> {
    cells.to_vec()
}

fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// How many are kept on disk.
const DRAWS: u64 = 1024;

const MIB: f64 = 1024.0 * 1024.0;

/// All draws of all regimes, beside a plain write of the same bytes.
pub fn draws() -> Result<()> {
    let (setup, _) = regimes(DRAWS)?;
    let (folder, plain) = (Folder::new("draws")?, Folder::new("raw")?);
    let before = busy()?;
    let time = run(&setup, &folder.0)?;
    let cores = Duration::from_secs_f64(busy()? - before);
    let sizes: Vec<u64> = results(&folder.0)?.into_iter().map(|(_, n)| n).collect();
    let all: u64 = sizes.iter().sum();
    let record = sizes.first().context("no results")? / setup.plan.draws;
    let (written, synced) = raw(&sizes, record, &plain.0)?;
    println!("## Draws kept on disk (`bench/run lab draws`)\n");
    let name = format!(
        "{} draws of {} regimes, {:.0} MiB",
        setup.plan.draws,
        setup.tables.len(),
        all as f64 / MIB
    );
    let rows = [
        row(["what", "time", "cores busy"].map(str::to_owned)),
        row([name, seconds(time), seconds(cores)]),
        row([
            "limit: writing the same bytes".to_owned(),
            seconds(written),
            String::new(),
        ]),
        row([
            "the same, and synced".to_owned(),
            seconds(synced),
            String::new(),
        ]),
    ];
    println!("{}", table(&rows));
    Ok(())
}

/// Plain arithmetic shared out over threads: what a second one is worth on this machine at all.
fn arithmetic() -> Duration {
    let begun = Instant::now();
    let sum: f64 = (0..2_000_u32)
        .into_par_iter()
        .map(|n| (0..50_000_u32).fold(f64::from(n), |x, _| std::hint::black_box(-x).exp()))
        .sum();
    std::hint::black_box(sum);
    begun.elapsed()
}

/// One thread and two, which tell the same, in turn.
pub fn threads() -> Result<()> {
    let (setup, _) = regimes(128)?;
    let mut told: Option<Vec<Vec<u8>>> = None;
    let mut times = [[Vec::new(), Vec::new()], [Vec::new(), Vec::new()]];
    for _ in 0..3 {
        for (at, [rehearsed, counted]) in times.iter_mut().enumerate() {
            let folder = Folder::new("threads")?;
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(at + 1)
                .build()?;
            rehearsed.push(pool.install(|| run(&setup, &folder.0))?);
            counted.push(pool.install(arithmetic));
            let files = results(&folder.0)?.into_iter();
            let read = files.map(|(path, _)| std::fs::read(path));
            let read: Vec<Vec<u8>> = read.collect::<Result<_, _>>()?;
            let same = *told.get_or_insert_with(|| read.clone()) == read;
            ensure!(same, "one thread and two do not tell the same");
        }
    }
    println!("## Threads (`bench/run lab threads`)\n");
    let head = ["what", "one thread", "two threads", "times as fast"];
    let mut rows = vec![row(head.map(str::to_owned))];
    let [one, two] = times;
    let names = ["128 draws of 8 regimes", "limit: plain arithmetic"];
    for ((name, one), two) in names.into_iter().zip(one).zip(two) {
        let (one, two) = (median(one), median(two));
        let ratio = one.as_secs_f64() / two.as_secs_f64();
        rows.push(row([
            name.to_owned(),
            seconds(one),
            seconds(two),
            format!("{ratio:.2}"),
        ]));
    }
    println!(
        "{}\nAll wrote the same bytes. Medians of three.\n",
        table(&rows)
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The most memory since the mark was last taken away, in MiB.
fn most() -> Result<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let word = line.and_then(|l| l.split_whitespace().next());
    Ok(word
        .context("no high-water mark in /proc/self/status")?
        .parse::<f64>()?
        / 1024.0)
}

/// The most memory that few and many draws take.
pub fn memory() -> Result<()> {
    println!("## Memory (`bench/run lab memory`)\n");
    let mut rows = vec![row(["what", "on disk", "most memory"].map(str::to_owned))];
    let before = |rows: &mut Vec<Vec<String>>| -> Result<()> {
        rows.push(row([
            "8 regimes tabulated".to_owned(),
            String::new(),
            format!("{:.0} MiB", most()?),
        ]));
        Ok(())
    };
    for draws in [256, 2048] {
        let (setup, _) = regimes(draws)?;
        if rows.len() == 1 {
            before(&mut rows)?;
        }
        let folder = Folder::new(&format!("memory-{draws}"))?;
        // From here on the mark is that of the run.
        std::fs::write("/proc/self/clear_refs", "5")?;
        run(&setup, &folder.0)?;
        let bytes: u64 = results(&folder.0)?.into_iter().map(|(_, n)| n).sum();
        rows.push(row([
            format!("{draws} draws of them"),
            format!("{:.0} MiB", bytes as f64 / MIB),
            format!("{:.0} MiB", most()?),
        ]));
    }
    println!("{}", table(&rows));
    Ok(())
}
