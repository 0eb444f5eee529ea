//! Officers at work on cases at once: each reads, writes, looks at the list, and registers the next.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::http::{Connection, field};
use crate::load::order;
use crate::times::Times;

/// So many officers.
const OFFICERS: usize = 100;

/// How long they work.
const HELD: Duration = Duration::from_secs(20);

/// How long an officer looks at an answer before the next request.
const LOOKS: Duration = Duration::from_millis(200);

/// How often a case is read and noted before the next is registered.
const TURNS: usize = 10;

const KINDS: [&str; 4] = [
    "register from an order",
    "read a case",
    "enter a note",
    "list the cases",
];

#[derive(Default)]
struct Done {
    times: [Times; 4],
    refused: usize,
}

/// Sends until it is taken in; what was refused is counted.
fn send(
    connection: &mut Connection,
    done: &mut Done,
    kind: usize,
    (method, path, key, body): (&str, &str, Option<&str>, &str),
) -> String {
    loop {
        let start = Instant::now();
        match connection.send(method, path, key, body) {
            Ok(answer) if matches!(answer.status, 200 | 201) => {
                done.times[kind].add(start.elapsed());
                thread::sleep(LOOKS);
                return answer.body;
            }
            Ok(answer) if matches!(answer.status, 409 | 429 | 503) => done.refused += 1,
            Ok(answer) => panic!("{}: {}", answer.status, answer.body),
            Err(_) => done.refused += 1,
        }
        thread::sleep(LOOKS);
    }
}

/// Notes that were entered, and cases that were registered.
pub fn officers(at: &str, token: &str) {
    let next = AtomicUsize::new(0);
    let stamp = std::process::id();
    let end = Instant::now() + HELD;
    let work = || {
        let mut connection = Connection::new(at, token);
        let mut done = Done::default();
        while Instant::now() < end {
            let n = next.fetch_add(1, Ordering::Relaxed);
            // The order of a place for which a license is needed.
            let order = order(n * 6);
            let new = format!(
                r#"{{"kind":"license","applicant":"acme","title":"case {n}","order":{order}}}"#
            );
            let key = format!("officers-{stamp}-{n}");
            let told = send(
                &mut connection,
                &mut done,
                0,
                ("POST", "/api/v1/cases", Some(&key), &new),
            );
            let case = field(&told, "id").expect("a case");
            let (one, events) = (
                format!("/api/v1/cases/{case}"),
                format!("/api/v1/cases/{case}/events"),
            );
            for turn in 0..TURNS {
                let key = format!("{key}-{turn}");
                let note = format!(r#"{{"what":{{"note":{{"text":"looked at {turn}"}}}}}}"#);
                send(&mut connection, &mut done, 1, ("GET", &one, None, ""));
                send(
                    &mut connection,
                    &mut done,
                    2,
                    ("POST", &events, Some(&key), &note),
                );
                send(
                    &mut connection,
                    &mut done,
                    3,
                    ("GET", "/api/v1/cases?limit=20", None, ""),
                );
                if Instant::now() >= end {
                    break;
                }
            }
        }
        done
    };
    let mut all = Done::default();
    thread::scope(|scope| {
        let working: Vec<_> = (0..OFFICERS).map(|_| scope.spawn(work)).collect();
        for one in working {
            let one = one.join().expect("an officer");
            for (all, one) in all.times.iter_mut().zip(one.times) {
                all.join(one);
            }
            all.refused += one.refused;
        }
    });
    println!(
        "{OFFICERS} officers at work for {} s, {} ms between an answer and the next request\n",
        HELD.as_secs(),
        LOOKS.as_millis()
    );
    println!("| what | done | p50 ms | p99 ms |");
    println!("|---|---:|---:|---:|");
    for (kind, times) in KINDS.iter().zip(&mut all.times) {
        println!(
            "| {kind} | {} | {:.1} | {:.1} |",
            times.count(),
            times.percentile(50),
            times.percentile(99)
        );
    }
    println!("\n{} times refused and asked again.\n", all.refused);
}
