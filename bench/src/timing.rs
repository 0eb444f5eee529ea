//! Interleaved rounds: every contestant runs a slice in every round, so a noisy moment of the
//! machine falls on all of them, and the median over rounds is reported with its spread.

use std::time::Instant;

/// One thing to time: runs a slice of `items` and says how long it took in nanoseconds.
pub struct Contestant<'a> {
    pub name: String,
    pub slice: Box<dyn FnMut(usize) -> (u64, usize) + 'a>,
}

/// What was measured, in nanoseconds per item.
#[derive(Debug, Clone)]
pub struct Measured {
    pub name: String,
    pub median: f64,
    pub low: f64,
    pub high: f64,
}

impl<'a> Contestant<'a> {
    /// `work(i)` does item `i` of `0..count`.
    pub fn each<T>(
        name: impl Into<String>,
        count: usize,
        mut work: impl FnMut(usize) -> T + 'a,
    ) -> Contestant<'a> {
        Contestant {
            name: name.into(),
            slice: Box::new(move |items| {
                let start = Instant::now();
                let mut at = 0;
                for _ in 0..items {
                    std::hint::black_box(work(std::hint::black_box(at)));
                    at += 1;
                    if at == count {
                        at = 0;
                    }
                }
                (start.elapsed().as_nanos() as u64, items)
            }),
        }
    }
}

/// Times all contestants, `rounds` slices of about `slice_ms` each.
pub fn race(mut contestants: Vec<Contestant<'_>>, rounds: usize, slice_ms: u64) -> Vec<Measured> {
    let mut sizes = Vec::new();
    for c in &mut contestants {
        let mut items = 16;
        loop {
            let (nanos, done) = (c.slice)(items);
            if nanos > 2_000_000 || items > 1 << 28 {
                let wanted = slice_ms as f64 * 1e6 / (nanos as f64 / done as f64);
                sizes.push((wanted as usize).max(1));
                break;
            }
            items *= 4;
        }
    }
    let mut samples = vec![Vec::new(); contestants.len()];
    for _ in 0..rounds {
        for (at, c) in contestants.iter_mut().enumerate() {
            let (nanos, done) = (c.slice)(sizes[at]);
            samples[at].push(nanos as f64 / done as f64);
        }
    }
    contestants
        .iter()
        .zip(samples)
        .map(|(c, s)| summary(&c.name, s))
        .collect()
}

/// Median with the quartiles as spread.
pub fn summary(name: &str, mut samples: Vec<f64>) -> Measured {
    samples.sort_by(f64::total_cmp);
    let at = |share: f64| samples[((samples.len() - 1) as f64 * share).round() as usize];
    Measured {
        name: name.to_owned(),
        median: at(0.5),
        low: at(0.25),
        high: at(0.75),
    }
}

/// Nanoseconds for people.
pub fn show(nanos: f64) -> String {
    match nanos {
        n if n < 10.0 => format!("{n:.2} ns"),
        n if n < 1_000.0 => format!("{n:.0} ns"),
        n if n < 1e6 => format!("{:.2} us", n / 1e3),
        n if n < 1e9 => format!("{:.1} ms", n / 1e6),
        n => format!("{:.2} s", n / 1e9),
    }
}

/// A table in Markdown with its columns aligned.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.first().map_or(0, Vec::len);
    let width = |c: usize| rows.iter().map(|r| r[c].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut out = String::new();
    for (at, row) in rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let pad = " ".repeat(widths[c] - cell.chars().count());
            out += &if c == 0 {
                format!("| {cell}{pad} ")
            } else {
                format!("| {pad}{cell} ")
            };
        }
        out += "|\n";
        if at == 0 {
            for (c, w) in widths.iter().enumerate() {
                out += &if c == 0 {
                    format!("|:{}", "-".repeat(w + 1))
                } else {
                    format!("|{}:", "-".repeat(w + 1))
                };
            }
            out += "|\n";
        }
    }
    out
}
