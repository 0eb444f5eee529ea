//! The desk under load, from this machine: orders decided over HTTP by more and more who ask, and cases
//! registered by more than it takes at once.
//!
//! `tiergate-serve-bench ADDRESS TOKEN`; `bench/run serve` starts a desk and gives both.

mod http;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use http::Connection;

/// How long each load is held.
const HELD: Duration = Duration::from_secs(5);

/// So many ask at once, each the next order as soon as the last is answered; the last are more than may
/// wait for their turn.
const ASKING: [usize; 8] = [1, 2, 4, 8, 16, 64, 256, 700];

/// So many register cases at once: more than wait for their turn.
const CROWD: usize = 800;

const PLACES: [&str; 6] = ["VN", "PL", "SG", "CN", "GB", "AE"];

/// An order unlike the one before.
fn order(n: usize) -> String {
    let place = PLACES[n % PLACES.len()];
    format!(
        r#"{{"id":"o-{n}","date":"2026-03-{:02}","destination":"{place}","quantity":{},"item":{{"chip":"nvidia-h100-sxm5"}},"consignee":{{"name":"Meridian {n}","location":"{place}","headquarters":"{place}","parent":"{place}","lists":[]}},"end_uses":["datacenter"],"intermediaries":[]}}"#,
        n % 28 + 1,
        n % 900 + 1,
    )
}

/// What became of a load.
#[derive(Default)]
struct Load {
    milliseconds: Vec<f64>,
    refused: usize,
    broken: usize,
}

impl Load {
    fn add(&mut self, other: Load) {
        self.milliseconds.extend(other.milliseconds);
        self.refused += other.refused;
        self.broken += other.broken;
    }

    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.milliseconds.len() * percent).div_ceil(100).max(1);
        self.milliseconds.get(rank - 1).copied().unwrap_or(f64::NAN)
    }
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
                Ok(answer) if answer.status == 200 => {
                    load.milliseconds
                        .push(start.elapsed().as_secs_f64() * 1000.0);
                }
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
            all.add(load.join().expect("one who asks"));
        }
    });
    all.milliseconds.sort_by(f64::total_cmp);
    all
}

/// The text of a field in JSON; enough for what is asked here.
fn field(json: &str, name: &str) -> Option<String> {
    let after = json.split_once(&format!("\"{name}\":\""))?.1;
    Some(after.split_once('"')?.0.to_owned())
}

/// The cases the desk has, all pages of them.
fn cases(connection: &mut Connection) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let mut after = String::new();
    loop {
        let path = format!("/api/v1/cases?limit=500{after}");
        let answer = connection.send("GET", &path, None, "").expect("a list");
        assert_eq!(answer.status, 200, "{}", answer.body);
        let each = answer.body.split("\"id\":\"").skip(1);
        all.extend(each.filter_map(|rest| rest.split_once('"').map(|(id, _)| id.to_owned())));
        match field(&answer.body, "next") {
            Some(next) => after = format!("&after={next}"),
            None => return all,
        }
    }
}

fn main() {
    let mut given = std::env::args().skip(1);
    let (Some(at), Some(token)) = (given.next(), given.next()) else {
        eprintln!("give the desk's address and an officer's token: bench/run serve does");
        std::process::exit(1);
    };
    let (at, token) = (at.trim_start_matches("http://"), token.as_str());
    println!(
        "Orders decided over HTTP, {} s at each load\n",
        HELD.as_secs()
    );
    println!("| asking | decided/s | p50 ms | p99 ms | refused | broken |");
    println!("|---:|---:|---:|---:|---:|---:|");
    let mut most: f64 = 0.0;
    for asking in ASKING {
        let load = decided(at, token, asking);
        let rate = load.milliseconds.len() as f64 / HELD.as_secs_f64();
        most = most.max(rate);
        let (p50, p99) = (load.percentile(50), load.percentile(99));
        println!(
            "| {asking} | {rate:.0} | {p50:.2} | {p99:.2} | {} | {} |",
            load.refused, load.broken
        );
    }
    println!("\nThe most that was held: {most:.0} orders a second.\n");

    let before = cases(&mut Connection::new(at, token));
    let stamp = std::process::id();
    let register = |n: usize| {
        let body = format!(
            r#"{{"kind":"classification","applicant":"acme","country":"PL","title":"case {n}"}}"#
        );
        let mut connection = Connection::new(at, token);
        let (mut refused, key) = (0, format!("{stamp}-{n}"));
        loop {
            match connection.send("POST", "/api/v1/cases", Some(&key), &body) {
                Ok(answer) if answer.status == 201 => {
                    return (refused, field(&answer.body, "id").expect("a case"));
                }
                Ok(answer) if matches!(answer.status, 409 | 429 | 503) => refused += 1,
                Ok(answer) => panic!("{}: {}", answer.status, answer.body),
                Err(_) => refused += 1,
            }
            thread::sleep(Duration::from_millis(200));
        }
    };
    let start = Instant::now();
    let told: Vec<(usize, String)> = thread::scope(|scope| {
        let all: Vec<_> = (0..CROWD)
            .map(|n| scope.spawn(move || register(n)))
            .collect();
        all.into_iter()
            .map(|one| one.join().expect("one who registers"))
            .collect()
    });
    let seconds = start.elapsed().as_secs_f64();
    let refused: usize = told.iter().map(|(refused, _)| refused).sum();
    let told: BTreeSet<String> = told.into_iter().map(|(_, case)| case).collect();
    let after = cases(&mut Connection::new(at, token));
    let new: BTreeSet<String> = after.difference(&before).cloned().collect();
    println!(
        "{CROWD} cases registered at once: all in {seconds:.1} s, {refused} times refused and asked again; \
         {} answered, {} kept, {} lost.",
        told.len(),
        new.len(),
        told.difference(&new).count()
    );
    assert!(
        told == new && told.len() == CROWD,
        "something was lost, or is there twice"
    );
}
