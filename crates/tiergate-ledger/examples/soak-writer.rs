//! Writes to a ledger without end, to be killed: several threads reserve, ship and release, and
//! what was answered is told on standard output at once, line by line.
//!
//! `soak-writer PLACE RUN THREADS [PAGES]`: `RUN` is part of every id; a file may have no more than
//! `PAGES` pages. Lines are `asked ID`, `accepted ID`, `refused ID`, `error ID WHAT`.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::io::Write as _;
use std::sync::Arc;

use jiff::civil::date;
use tiergate_ledger::{
    Account, Act, Charge, Entry, Ledger, Limit, Options, Part, Place, Quota, Reserve, Schedule,
    Span,
};

/// How much each holder may have; holders are few, so that limits are soon reached and held.
const MOST: u64 = 400;
const HOLDERS: u64 = 6;

/// A charge of an amount on the account of a measure and a holder.
fn charge(measure: &str, holder: u64, amount: u64, schedule: &Arc<Schedule>) -> Charge {
    Charge {
        account: Account::new(measure, format!("holder {holder}"), Span::ALL),
        amount,
        gives_back: vec![],
        quotas: vec![Quota {
            id: measure.into(),
            whole: None,
            schedule: Arc::clone(schedule),
        }],
    }
}

/// One line, written whole: nothing waits in this process.
fn tell(line: &str) {
    let mut out = std::io::stdout().lock();
    // Whoever listened is gone: so is the reason to go on.
    if out
        .write_all(format!("{line}\n").as_bytes())
        .and_then(|()| out.flush())
        .is_err()
    {
        std::process::exit(0);
    }
}

fn write(ledger: &Ledger, run: &str, thread: u64) {
    let schedule = Arc::new(Schedule::always(Limit::Amount(MOST), "the soak"));
    let day = date(2026, 3, 2);
    let mut state = thread.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) % below
    };
    let mut held: Vec<String> = Vec::new();
    for n in 0_u64.. {
        let id = format!("{run}-{thread}-{n}");
        let part = |held: &mut Vec<String>, at: u64| Part {
            of: held.swap_remove(usize::try_from(at).unwrap_or(0)),
            quantity: None,
        };
        let act = match random(8) {
            0 | 1 if !held.is_empty() => {
                let at = random(held.len() as u64);
                Act::Release(part(&mut held, at))
            }
            2 if !held.is_empty() => {
                let at = random(held.len() as u64);
                Act::Ship(part(&mut held, at))
            }
            _ => {
                let amount = 1 + random(5);
                // All orders draw the same on both accounts, or on neither.
                let holder = random(HOLDERS);
                Act::Reserve(Reserve {
                    order: format!("order {id}"),
                    quantity: 1,
                    charges: vec![
                        charge("one", holder, amount, &schedule),
                        charge("other", holder, amount, &schedule),
                    ],
                    decision: None,
                    until: None,
                })
            }
        };
        let reserves = matches!(act, Act::Reserve(_));
        tell(&format!("asked {id}"));
        let entry = Entry {
            id: id.clone(),
            date: day,
            by: None,
            act,
        };
        match ledger.submit(entry) {
            Ok(receipt) if receipt.accepted() => {
                tell(&format!("accepted {id}"));
                if reserves {
                    held.push(id);
                }
            }
            Ok(_) => tell(&format!("refused {id}")),
            Err(error) => {
                tell(&format!("error {id} {error}"));
                // Not entered, or nobody knows: what is held may be no longer. A pause, and on.
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
        }
    }
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [place, run, threads, pages @ ..] = words.as_slice() else {
        eprintln!("soak-writer PLACE RUN THREADS [PAGES]");
        std::process::exit(2);
    };
    let place = Place::of(place);
    let options = Options {
        make: true,
        connections: 3,
        seal_after: std::time::Duration::from_millis(30),
        ..Options::default()
    };
    let ledger = match Ledger::open(place, options) {
        Ok(ledger) => ledger,
        Err(error) => {
            tell(&format!("error open {error}"));
            std::process::exit(1);
        }
    };
    if let Some(pages) = pages.first().and_then(|n| n.parse().ok())
        && let Err(error) = ledger.limit_pages(pages)
    {
        tell(&format!("error open {error}"));
        std::process::exit(1);
    }
    tell("open");
    let threads: u64 = threads.parse().unwrap_or(4);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (ledger, run) = (&ledger, run.as_str());
            scope.spawn(move || write(ledger, run, thread));
        }
    });
}
