//! How long rehearsals take: `cargo run --release -p tiergate-lab --example speed -- 1024`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "../tests/common/mod.rs"]
mod common;

use std::time::Instant;

use tiergate_lab::{Asked, Setup, regime_laws};

/// The memory this process holds, in MiB, where the system tells it.
fn memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|l| l.starts_with("VmHWM"))
        .unwrap_or_default();
    line.split_whitespace()
        .nth(1)
        .and_then(|k| k.parse::<f64>().ok())
        .unwrap_or_default()
        / 1024.0
}

fn main() {
    let draws: u64 = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(1024);
    let desk = common::desk();
    let begun = Instant::now();
    let asked = Asked {
        laws: regime_laws().unwrap(),
        draws,
        seed: 1,
        until: common::month("2029-12"),
        settings: Vec::new(),
        prior: true,
    };
    let setup = Setup::new(&desk, &asked).unwrap();
    println!(
        "{} laws tabulated in {:.2} s",
        setup.tables.len(),
        begun.elapsed().as_secs_f64()
    );
    for (table, law) in setup.tables.iter().zip(&setup.plan.laws) {
        let begun = Instant::now();
        let each = 64;
        for draw in 0..each {
            let values = setup.drawing.values(&setup.model, draw);
            setup.model.rehearse(table, &values, 1, draw).unwrap();
        }
        let each = begun.elapsed().as_secs_f64() * 1000.0 / each as f64;
        println!(
            "one rehearsal of {} months, {law}: {each:.2} ms",
            setup.model.world.months.len()
        );
    }
    let folder = std::env::temp_dir().join("tiergate-lab-speed");
    std::fs::remove_dir_all(&folder).ok();
    let (begun, before) = (Instant::now(), memory());
    setup.run(&folder, &|_| ()).unwrap();
    println!(
        "{draws} draws of {} laws, kept on disk: {:.2} s; at most {:.0} MiB of memory ({before:.0} before)",
        setup.tables.len(),
        begun.elapsed().as_secs_f64(),
        memory()
    );
    std::fs::remove_dir_all(&folder).unwrap();
}
