//! How long the cores worked for this process: on a machine that is shared, the other half of a time.

use anyhow::{Context, Result};

/// Ticks of a second in which Linux counts a process's time.
const TICKS: f64 = 100.0;

/// Seconds of all cores so far, the system's work for this process among them.
pub fn busy() -> Result<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The name of the program, in brackets, may have blanks.
    let (_, fields) = stat
        .rsplit_once(')')
        .context("/proc/self/stat has no name")?;
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks: Vec<f64> = ticks.map(str::parse).collect::<Result<_, _>>()?;
    Ok(ticks.iter().sum::<f64>() / TICKS)
}
