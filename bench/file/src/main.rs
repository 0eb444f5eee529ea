//! `tiergate decide` on a large CSV file beside a plain read-and-write of it, and `tiergate impact`
//! beside two runs of `decide`.

#[allow(dead_code, reason = "it is the orders alone that are wanted of it")]
#[path = "../../src/spec.rs"]
mod spec;
#[allow(dead_code, reason = "it is the table alone that is wanted of it")]
#[path = "../../src/timing.rs"]
mod timing;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::spec::orders;
use crate::timing::{show, table};

fn write_orders(path: &Path, rows: usize) -> Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    writeln!(
        out,
        "id,date,item.tpp,item.performance_density,item.datacenter,destination,\
         consignee.headquarters,consignee.parent,activity,quantity,used.lpp,\
         used.country-allocation,end_uses"
    )?;
    for (at, o) in orders(3, rows).iter().enumerate() {
        writeln!(
            out,
            "o{at},2025-06-{:02},{},{}.{:02},{},{},{},{},{},{},{},{},datacenter",
            1 + at % 28,
            o.tpp,
            o.density_hundredths / 100,
            o.density_hundredths % 100,
            o.datacenter,
            spec::text(&o.destination),
            spec::text(&o.headquarters),
            spec::text(&o.parent),
            o.activity.word(),
            o.quantity,
            o.used_lpp,
            o.used_allocation,
        )?;
    }
    out.flush()?;
    Ok(())
}

/// How long something took, and for how long it kept a core busy: on a machine that does other
/// things too, the second is what can be compared.
#[derive(Debug, Clone, Copy)]
struct Took {
    wall: Duration,
    cores: Duration,
}

/// The time cores were busy with this process, and with those it waited for.
fn busy() -> Result<[Duration; 2]> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = text.rsplit(')').next().unwrap_or_default();
    let fields: Vec<u64> = after_name
        .split_whitespace()
        .map(|field| field.parse().unwrap_or(0))
        .collect();
    // In hundredths of a second: user and system, then the same of children; see proc(5).
    let sum = |at: usize| fields.get(at..at + 2).map_or(0, |two| two.iter().sum());
    Ok([sum(11), sum(13)].map(|hundredths| Duration::from_millis(10 * hundredths)))
}

fn copy(from: &Path, to: &Path) -> Result<Took> {
    let (clock, before) = (Instant::now(), busy()?[0]);
    let mut reader = csv::Reader::from_path(from)?;
    let mut writer = csv::Writer::from_path(to)?;
    writer.write_byte_record(reader.byte_headers()?)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        writer.write_byte_record(&record)?;
    }
    writer.flush()?;
    Ok(Took {
        wall: clock.elapsed(),
        cores: busy()?[0] - before,
    })
}

/// Runs a command with its output in a file; its time and the most memory it held, in MiB.
fn watched(binary: &Path, args: &[&str], to: &Path) -> Result<(Took, f64)> {
    let (clock, before) = (Instant::now(), busy()?[1]);
    let mut child = Command::new(binary)
        .args(args)
        .stdout(File::create(to)?)
        .stderr(Stdio::null())
        .spawn()?;
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0.0_f64;
    let code = loop {
        if let Some(code) = child.try_wait()? {
            break code;
        }
        if let Ok(text) = std::fs::read_to_string(&status) {
            let kib = text.lines().find_map(|l| l.strip_prefix("VmHWM:"));
            let kib = kib.and_then(|l| l.trim().trim_end_matches(" kB").parse::<f64>().ok());
            peak = peak.max(kib.unwrap_or(0.0) / 1024.0);
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let took = Took {
        wall: clock.elapsed(),
        cores: busy()?[1] - before,
    };
    ensure!(
        code.success(),
        "{} {args:?} ended with {code}",
        binary.display()
    );
    Ok((took, peak))
}

const ROUNDS: usize = 5;

/// What the law asks of every chip and the orders do not say.
const GIVEN: [&str; 6] = [
    "item.vendor=Example",
    "item.designer_name=Example",
    "item.designer_headquarters=US",
    "statements.designer=approved",
    "item.dram_bandwidth_gb_s=1000",
    "item.interconnect_gb_s=400",
];

/// Laws before and after: at a fixed date, and where each order is looked at from its date on.
const CHANGES: [[&str; 2]; 3] = [
    ["us@2025-06-01:text", "us@2025-06-01:enforced"],
    ["us:text", "us:enforced"],
    ["us", "option-1-country-tiers"],
];

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = here.join("../target/orders");
    std::fs::create_dir_all(&folder)?;
    let rows = 1_000_000;
    let files = Files {
        binary: here.join("../../target/release/tiergate"),
        small: folder.join("orders-100k.csv"),
        large: folder.join("orders.csv"),
        out: folder.join("out.csv"),
    };
    write_orders(&files.small, rows / 10)?;
    write_orders(&files.large, rows)?;
    println!("## A file of {rows} orders\n\n{}", decided(&files)?);
    println!("## What changes for {rows} orders\n\n{}", changed(&files)?);
    for path in [&files.small, &files.large, &files.out] {
        std::fs::remove_file(path)?;
    }
    Ok(())
}

struct Files {
    binary: PathBuf,
    small: PathBuf,
    large: PathBuf,
    out: PathBuf,
}

impl Files {
    /// Runs a command on a file; its time and the most memory it held.
    fn run(&self, command: &str, file: &Path, args: &[&str], given: bool) -> Result<(Took, f64)> {
        let file = file.to_str().context("a path that is text")?;
        let mut all = vec![command, file, "--assume", "screened"];
        all.extend(args);
        let given = GIVEN.iter().filter(|_| given);
        all.extend(given.flat_map(|fact| ["--assume", *fact]));
        watched(&self.binary, &all, &self.out)
    }

    fn decide(&self, law: &str, given: bool) -> Result<(Took, f64)> {
        self.run(
            "decide",
            &self.large,
            &["--law", law, "--format", "csv"],
            given,
        )
    }
}

/// `decide` beside a copy.
fn decided(files: &Files) -> Result<String> {
    let (mut copies, mut all, mut open) = (Vec::new(), Vec::new(), Vec::new());
    let (mut peak, mut small_peak) = (0.0_f64, 0.0_f64);
    let small = ["--law", "us:text", "--format", "csv"];
    for _ in 0..ROUNDS {
        copies.push(copy(&files.large, &files.out)?);
        let (took, memory) = files.decide("us:text", true)?;
        all.push(took);
        peak = peak.max(memory);
        small_peak = small_peak.max(files.run("decide", &files.small, &small, true)?.1);
        open.push(files.decide("us:text", false)?.0);
    }
    let base = medians(&copies);
    let memory = format!("{peak:.0} MiB ({small_peak:.0} MiB at a tenth of the rows)");
    let lines = [
        head("", "peak memory"),
        row("csv crate, read and write", medians(&copies), base, ""),
        row("tiergate decide", medians(&all), base, &memory),
        row("where many rows leave facts open", medians(&open), base, ""),
    ];
    Ok(table(&lines))
}

/// `impact` beside both decisions, which are made in turn.
fn changed(files: &Files) -> Result<String> {
    let mut lines = vec![head(" of both", "peak memory")];
    for [from, to] in CHANGES {
        let (mut both, mut all) = ([Vec::new(), Vec::new()], Vec::new());
        let mut peak = 0.0_f64;
        for _ in 0..ROUNDS {
            for (law, times) in [from, to].into_iter().zip(&mut both) {
                times.push(files.decide(law, true)?.0);
            }
            let args = ["--from", from, "--to", to, "--format", "csv"];
            let (took, memory) = files.run("impact", &files.large, &args, true)?;
            all.push(took);
            peak = peak.max(memory);
        }
        let [before, after] = both.map(|times| medians(&times));
        let base = [before[0] + after[0], before[1] + after[1]];
        let name = format!("impact, {from} to {to}");
        let memory = format!("{peak:.0} MiB");
        lines.push(row("decide, twice", base, base, ""));
        lines.push(row(&name, medians(&all), base, &memory));
    }
    Ok(table(&lines))
}

fn head(of: &str, last: &str) -> Vec<String> {
    let ratio = format!("ratio{of}");
    let head = ["what", "time", &ratio, "cores busy", &ratio, last];
    head.map(str::to_owned).to_vec()
}

fn row(name: &str, [wall, cores]: [f64; 2], base: [f64; 2], last: &str) -> Vec<String> {
    vec![
        name.to_owned(),
        show(wall),
        format!("{:.2}", wall / base[0]),
        show(cores),
        format!("{:.2}", cores / base[1]),
        last.to_owned(),
    ]
}

/// The medians of time and of busy cores, in nanoseconds.
fn medians(all: &[Took]) -> [f64; 2] {
    let median = |times: Vec<Duration>| {
        let mut nanos: Vec<f64> = times.iter().map(|t| t.as_nanos() as f64).collect();
        nanos.sort_by(f64::total_cmp);
        nanos[nanos.len() / 2]
    };
    let wall = all.iter().map(|took| took.wall).collect();
    let cores = all.iter().map(|took| took.cores).collect();
    [median(wall), median(cores)]
}
