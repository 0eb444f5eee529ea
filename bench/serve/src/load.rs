//! Orders decided over HTTP, by more and more who ask.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::Connection;
use crate::times::Times;

/// How long each load is held.
const HELD: Duration = Duration::from_secs(5);

/// So many ask at once, each the next order as soon as the last is answered; the last are more than may
/// wait for their turn.
const ASKING: [usize; 8] = [1, 2, 4, 8, 16, 64, 256, 700];

const PLACES: [&str; 6] = ["VN", "PL", "SG", "CN", "GB", "AE"];

/// An order unlike the one before.
pub fn order(n: usize) -> String {
    let place = PLACES[n % PLACES.len()];
    format!(
        r#"{{"id":"o-{n}","date":"2026-03-{:02}","destination":"{place}","quantity":{},"value_usd":{},"item":{{"chip":"nvidia-h100-sxm5"}},"consignee":{{"name":"Meridian {n}","location":"{place}","headquarters":"{place}","parent":"{place}","lists":[]}},"end_uses":["datacenter"],"intermediaries":[]}}"#,
        n % 28 + 1,
        n % 900 + 1,
        (n % 900 + 1) * 30_000,
    )
}

/// What became of a load.
#[derive(Default)]
struct Load {
    times: Times,
    refused: usize,
    broken: usize,
}

/// Orders decided by so many at once.
fn decided(at: &str, token: &str, asking: usize) -> Load {
    let next = AtomicUsize::new(0);
    let end = Instant::now() + HELD;
    let ask = || {
        let mut connection = Connection::new(at, token);
        let mut load = Load::default();
        while Instant::now() < end {
            let order = order(next.fetch_add(1, Ordering::Relaxed));
            let start = Instant::now();
            match connection.send("POST", "/api/v1/decide", None, &order) {
                Ok(answer) if answer.status == 200 => load.times.add(start.elapsed()),
                Ok(answer) if matches!(answer.status, 429 | 503) => load.refused += 1,
                Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                Err(_) => load.broken += 1,
            }
        }
        load
    };
    let mut all = Load::default();
    thread::scope(|scope| {
        let asked: Vec<_> = (0..asking).map(|_| scope.spawn(ask)).collect();
        for load in asked {
            let load = load.join().expect("one who asks");
            all.times.join(load.times);
            all.refused += load.refused;
            all.broken += load.broken;
        }
    });
    all
}

pub fn rising(at: &str, token: &str) {
    println!(
        "Orders decided over HTTP, {} s at each load\n",
        HELD.as_secs()
    );
    println!("| asking | decided/s | p50 ms | p99 ms | refused | broken |");
    println!("|---:|---:|---:|---:|---:|---:|");
    let mut most: f64 = 0.0;
    for asking in ASKING {
        let mut load = decided(at, token, asking);
        let rate = load.times.count() as f64 / HELD.as_secs_f64();
        most = most.max(rate);
        println!(
            "| {asking} | {rate:.0} | {:.2} | {:.2} | {} | {} |",
            load.times.percentile(50),
            load.times.percentile(99),
            load.refused,
            load.broken
        );
    }
    println!("\nThe most that was held: {most:.0} orders a second.\n");
}
