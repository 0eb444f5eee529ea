//! A full Sobol design of two regimes, as `tiergate lab sensitivity` makes it but for fewer walks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use anyhow::Result;
use tiergate_lab::explore::{Explored, explore};
use tiergate_lab::goals::PARTS;

use crate::busy::busy;
use crate::opened::two;

/// Walks that choose the parameters that are left: as few as there can be.
const WALKS: usize = 2;

/// Prints how long it took.
pub fn sobol() -> Result<()> {
    let setup = two()?;
    let asked = Explored {
        parts: PARTS.iter().filter(|p| p.leads).copied().collect(),
        walks: WALKS,
        levels: 4,
        left: 12,
        rows: 1024,
        resamples: 500,
    };
    let done = AtomicU64::new(0);
    let (begun, before) = (Instant::now(), busy()?);
    let found = explore(&setup, &asked, &|| {
        done.fetch_add(1, Ordering::Relaxed);
        true
    })?;
    let (time, cores) = (begun.elapsed().as_secs_f64(), busy()? - before);
    let told = found.iter().filter(|i| i.total.is_some()).count();
    println!("## A Sobol design (`bench/run lab sobol`)\n");
    println!(
        "{} runs of {}: {} rehearsals with the {WALKS} walks that chose the {} parameters; {} indices of {} \
         outputs with intervals from {} resamples. All in {time:.1} s, cores busy {cores:.1} s.\n",
        asked.rows * (asked.left + 2),
        setup.plan.laws.join(" and "),
        done.into_inner(),
        asked.left,
        2 * told,
        asked.parts.len(),
        asked.resamples
    );
    Ok(())
}
