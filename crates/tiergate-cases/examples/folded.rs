//! How long a desk of some cases takes to be looked at first, and again.
//!
//! ```sh
//! cargo run --release -p tiergate-cases --example folded -- 1000
//! ```
#![allow(clippy::print_stdout, reason = "it prints what it measures")]

use std::error::Error;
use std::time::Instant;

use jiff::civil::date;
use tiergate_cases::store::{Sqlite, Store};
use tiergate_cases::{Event, Folded, LawBook, What, demo, enter, queued, statistics};
use tiergate_law::{LawRef, View};

/// Notes in every case, beside its application and its referral.
const NOTES: usize = 10;

fn fill(store: &mut dyn Store, law: &LawBook<'_>, cases: usize) -> Result<(), Box<dyn Error>> {
    let day = date(2026, 1, 5);
    for n in 0..cases {
        let mut events = vec![demo::registered(day), demo::referral("e-2", day)];
        for note in 0..NOTES {
            let what = What::Note {
                text: format!("seen, {note}"),
            };
            events.push(demo::event(
                &format!("n-{note}"),
                day,
                &demo::officer(),
                what,
            ));
        }
        for event in events {
            let id = format!("Z-{n}/{}", event.id);
            let case = format!("Z-{n}");
            enter(store, law, &Event { id, case, ..event })?;
        }
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let cases = std::env::args().nth(1).map_or(Ok(1_000), |n| n.parse())?;
    let folder = tempfile::tempdir()?;
    let mut store = Sqlite::open(&folder.path().join("desk.db"), true)?;
    let library = demo::library();
    let law = LawBook::new(&library, LawRef::us(), View::Text)?;
    fill(&mut store, &law, cases)?;
    let (folded, today) = (Folded::default(), date(2026, 1, 20));
    println!("{cases} cases of {} events, SQLite", NOTES + 2);
    for request in ["first", "second", "after one more event"] {
        if request.starts_with("after") {
            let what = What::Note {
                text: "one more".to_owned(),
            };
            let event = demo::event("more", today, &demo::officer(), what);
            let case = "Z-0".to_owned();
            enter(&mut store, &law, &Event { case, ..event })?;
        }
        let begun = Instant::now();
        let rows = statistics::rows_of(&mut store, &law, &folded, today)?;
        let counted = begun.elapsed();
        let begun = Instant::now();
        let work = queued(&folded.all(&mut store, &law)?, &demo::officer(), today);
        println!(
            "{request}: statistics {:.1} ms, queue {:.1} ms ({} rows, {} open)",
            counted.as_secs_f64() * 1e3,
            begun.elapsed().as_secs_f64() * 1e3,
            rows.len(),
            work.len()
        );
    }
    Ok(())
}
