//! A long run of requests: how much memory the desk holds as it goes on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::http::Connection;
use crate::load::order;

/// So many ask at once.
const ASKING: usize = 8;

/// The run is looked at so often.
const PARTS: usize = 10;

/// A part may hold so much more than the first half did, in percent: what a run leaves behind would
/// be more.
const MORE: u64 = 10;

/// Memory a process holds, in KiB; see proc_pid_status(5).
fn held(pid: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the desk runs");
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:"));
    let number = line.and_then(|l| l.split_whitespace().next()?.parse().ok());
    number.expect("memory in /proc")
}

pub fn long(at: &str, token: &str, pid: &str, requests: usize) {
    println!("{requests} orders decided by {ASKING} at once, and the list of cases read beside\n");
    println!("| requests | memory, MiB |");
    println!("|---:|---:|");
    let next = AtomicUsize::new(0);
    let mut parts = Vec::new();
    for part in 1..=PARTS {
        let until = requests * part / PARTS;
        thread::scope(|scope| {
            for _ in 0..ASKING {
                scope.spawn(|| {
                    let mut connection = Connection::new(at, token);
                    loop {
                        let n = next.fetch_add(1, Ordering::Relaxed);
                        if n >= until {
                            return;
                        }
                        let (order, list) = (order(n), "/api/v1/cases?limit=20");
                        let answer = match n % 50 {
                            0 => connection.send("GET", list, None, ""),
                            _ => connection.send("POST", "/api/v1/decide", None, &order),
                        };
                        assert_eq!(answer.expect("an answer").status, 200);
                    }
                });
            }
        });
        next.store(until, Ordering::Relaxed);
        parts.push(held(pid));
        println!(
            "| {until} | {:.1} |",
            *parts.last().expect("one") as f64 / 1024.0
        );
    }
    let (first, second) = parts.split_at(PARTS / 2);
    let most = |parts: &[u64]| parts.iter().copied().max().unwrap_or_default();
    println!();
    assert!(
        most(second) * 100 <= most(first) * (100 + MORE),
        "the desk holds more and more: {} KiB in the first half, {} in the second",
        most(first),
        most(second)
    );
}
