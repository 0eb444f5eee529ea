//! `tiergate decide` on a large CSV file beside a plain read-and-write of it.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::spec::{self, orders};
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

fn copy(from: &Path, to: &Path) -> Result<Duration> {
    let clock = Instant::now();
    let mut reader = csv::Reader::from_path(from)?;
    let mut writer = csv::Writer::from_path(to)?;
    writer.write_byte_record(reader.byte_headers()?)?;
    let mut record = csv::ByteRecord::new();
    while reader.read_byte_record(&mut record)? {
        writer.write_byte_record(&record)?;
    }
    writer.flush()?;
    Ok(clock.elapsed())
}

/// Runs a command with its output in a file; its time and the most memory it held, in MiB.
fn watched(binary: &Path, args: &[&str], to: &Path) -> Result<(Duration, f64)> {
    let clock = Instant::now();
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
    let took = clock.elapsed();
    ensure!(
        code.success(),
        "{} {args:?} ended with {code}",
        binary.display()
    );
    Ok((took, peak))
}

pub fn run(folder: &Path, binary: &Path, rows: usize) -> Result<String> {
    std::fs::create_dir_all(folder)?;
    let (small, large) = (folder.join("orders-100k.csv"), folder.join("orders.csv"));
    write_orders(&small, rows / 10)?;
    write_orders(&large, rows)?;
    let out = folder.join("out.csv");
    let mut copies: Vec<f64> = Vec::new();
    let mut decisions: Vec<f64> = Vec::new();
    let (mut peak, mut small_peak) = (0.0_f64, 0.0_f64);
    let there = binary.exists();
    let words = |file: &Path| -> Result<Vec<String>> {
        let file = file.to_str().context("a path that is text")?;
        let words = [
            "decide", file, "--law", "us", "--view", "text", "--assume", "screened",
        ];
        Ok(words
            .iter()
            .chain(&["--format", "csv"])
            .map(|w| (*w).to_owned())
            .collect())
    };
    for _ in 0..3 {
        copies.push(copy(&large, &out)?.as_nanos() as f64);
        if there {
            let args = words(&large)?;
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            let (took, memory) = watched(binary, &args, &out)?;
            decisions.push(took.as_nanos() as f64);
            peak = peak.max(memory);
            let args = words(&small)?;
            let args: Vec<&str> = args.iter().map(String::as_str).collect();
            small_peak = small_peak.max(watched(binary, &args, &out)?.1);
        }
    }
    let median = |mut v: Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v[v.len() / 2]
    };
    let copy = median(copies);
    let mut lines = vec![
        vec![
            "what".to_owned(),
            "time".into(),
            "ratio".into(),
            "peak memory".into(),
        ],
        vec![
            "csv crate, read and write".into(),
            show(copy),
            "1.0".into(),
            "".into(),
        ],
    ];
    let mut note = String::new();
    if there {
        let decide = median(decisions);
        lines.push(vec![
            "tiergate decide".into(),
            show(decide),
            format!("{:.1}", decide / copy),
            format!("{peak:.0} MiB ({small_peak:.0} MiB at a tenth of the rows)"),
        ]);
    } else {
        note = format!(
            "\n{} is not built yet: `tiergate decide` skipped.\n",
            binary.display()
        );
    }
    for path in [&small, &large, &out] {
        std::fs::remove_file(path)?;
    }
    Ok(format!(
        "## A file of {rows} orders\n\n{}{note}",
        table(&lines)
    ))
}
