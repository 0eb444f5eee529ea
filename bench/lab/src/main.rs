//! How fast the lab rehearses, beside the least it could take, and its queue and routes beside the same
//! kernel in SimPy.
//!
//! `tiergate-lab-bench [rehearsal | draws | threads | memory | sobol | peer | planted]`: one part, or all.

mod busy;
mod draws;
mod inputs;
mod kernel;
mod opened;
mod peer;
mod rehearsal;
mod sobol;
#[path = "../../src/timing.rs"]
mod timing;

use anyhow::{Result, bail, ensure};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let part = match words.as_slice() {
        [] => "all",
        [part] => *part,
        _ => bail!("one part, or none for all"),
    };
    let known = [
        "all",
        "rehearsal",
        "draws",
        "threads",
        "memory",
        "sobol",
        "peer",
        "planted",
    ];
    ensure!(
        known.contains(&part),
        "no part `{part}`: {}",
        known.join(", ")
    );
    let asked = |name: &str| part == "all" || part == name;
    if asked("rehearsal") {
        rehearsal::rehearsal()?;
    }
    if asked("draws") {
        draws::draws()?;
    }
    if asked("threads") {
        draws::threads()?;
    }
    if asked("memory") {
        draws::memory()?;
    }
    if asked("sobol") {
        sobol::sobol()?;
    }
    if asked("peer") {
        peer::peer(false)?;
    }
    if part == "planted" {
        peer::peer(true)?;
    }
    Ok(())
}
