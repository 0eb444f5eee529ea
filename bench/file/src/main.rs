//! `tiergate decide` on a large CSV file beside a plain read-and-write of it.

#[allow(dead_code, reason = "it is the orders alone that are wanted of it")]
#[path = "../../src/spec.rs"]
mod spec;
#[allow(dead_code, reason = "it is the table alone that is wanted of it")]
#[path = "../../src/timing.rs"]
mod timing;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
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

fn main() -> Result<()> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let binary = here.join("../../target/release/tiergate");
    println!(
        "{}",
        run(&here.join("../target/orders"), &binary, 1_000_000)?.trim_end()
    );
    Ok(())
}

fn run(folder: &Path, binary: &Path, rows: usize) -> Result<String> {
    std::fs::create_dir_all(folder)?;
    let (small, large) = (folder.join("orders-100k.csv"), folder.join("orders.csv"));
    write_orders(&small, rows / 10)?;
    write_orders(&large, rows)?;
    let out = folder.join("out.csv");
    let decide = |file: &Path| {
        let file = file.to_str().context("a path that is text")?;
        let mut args = vec!["decide", file, "--law", "us", "--view", "text"];
        args.extend(["--assume", "screened", "--format", "csv"]);
        // What the law asks of every chip and the orders do not say.
        for given in [
            "item.vendor=Example",
            "item.designer_headquarters=US",
            "statements.designer=approved",
            "item.dram_bandwidth_gb_s=1000",
            "item.interconnect_gb_s=400",
        ] {
            args.extend(["--assume", given]);
        }
        watched(binary, &args, &out)
    };
    let (mut copies, mut decisions) = (Vec::new(), Vec::new());
    let (mut peak, mut small_peak) = (0.0_f64, 0.0_f64);
    for _ in 0..ROUNDS {
        copies.push(copy(&large, &out)?);
        let (took, memory) = decide(&large)?;
        decisions.push(took);
        peak = peak.max(memory);
        small_peak = small_peak.max(decide(&small)?.1);
    }
    for path in [&small, &large, &out] {
        std::fs::remove_file(path)?;
    }
    let base = medians(&copies);
    let row = |name: &str, all: &[Took], memory: String| {
        let [wall, cores] = medians(all);
        vec![
            name.to_owned(),
            show(wall),
            format!("{:.2}", wall / base[0]),
            show(cores),
            format!("{:.2}", cores / base[1]),
            memory,
        ]
    };
    let head = [
        "what",
        "time",
        "ratio",
        "cores busy",
        "ratio",
        "peak memory",
    ];
    let memory = format!("{peak:.0} MiB ({small_peak:.0} MiB at a tenth of the rows)");
    let lines = [
        head.map(str::to_owned).to_vec(),
        row("csv crate, read and write", &copies, String::new()),
        row("tiergate decide", &decisions, memory),
    ];
    Ok(format!("## A file of {rows} orders\n\n{}", table(&lines)))
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
