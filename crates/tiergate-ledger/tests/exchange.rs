//! What is imported is a whole ledger or nothing, whatever the bytes are.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::panic::AssertUnwindSafe;

use jiff::civil::{Date, date};
use support::{TestClock, about, charge, homes, reserve, schedule};
use tiergate_ledger::{Act, Entry, Kind, Ledger, Span, export, import, verify};

fn on(day: i8) -> Date {
    date(2026, 1, day)
}

fn clock() -> TestClock {
    TestClock::at(date(2026, 2, 1))
}

/// A small ledger with every kind of line, as text.
fn text() -> Vec<u8> {
    let ledger = Ledger::open(support::memory().place.clone(), clock().options()).unwrap();
    let lpp = schedule(&[("2025-01-01", 26)]);
    let draw = |amount| charge("lpp", "Meridian", Span::ALL, amount, &lpp);
    let limit = |day| Entry {
        id: "limit".into(),
        date: on(day),
        by: Some("the desk".into()),
        act: Act::Limit {
            account: tiergate_ledger::Account::new("lpp", "Meridian", Span::ALL),
            most: Some(40),
            cite: "an agreement".into(),
        },
    };
    for entry in [
        reserve("a", on(2), 4, vec![draw(20)]),
        reserve("b", on(2), 1, vec![draw(7)]),
        about(Kind::Ship, "s", on(3), "a", Some(1)),
        limit(4),
        about(Kind::Release, "r", on(6), "a", Some(1)),
        about(Kind::Return, "x", on(7), "a", Some(1)),
    ] {
        ledger.submit(entry).unwrap();
    }
    ledger.seal().unwrap();
    ledger
        .transact(|book| book.keep_paper("decision", b"as it was given").map(|_| ()))
        .unwrap();
    ledger
        .submit(reserve("c", on(8), 1, vec![draw(5)]))
        .unwrap();
    ledger.seal().unwrap();
    let mut text = Vec::new();
    ledger.read(|r| export(r, &mut text)).unwrap();
    text
}

/// Takes bytes in; a ledger that refuses them is as empty as before, and one that takes them whole
/// holds together.
fn whole_or_nothing(ledger: &Ledger, bytes: &[u8]) -> bool {
    let taken = std::panic::catch_unwind(AssertUnwindSafe(|| import(ledger, &mut &bytes[..])));
    let shown = String::from_utf8_lossy(bytes);
    let taken = taken.unwrap_or_else(|_| panic!("panics on {shown}"));
    let verified = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
    assert_eq!(verified.faults, [], "after {taken:?} of {shown}");
    if let Err(error) = &taken {
        let empty = (
            verified.entries,
            verified.blocks,
            verified.papers,
            verified.accounts,
        );
        assert_eq!(empty, (0, 0, 0, 0), "half taken in: {error}\n{shown}");
    }
    taken.is_ok()
}

#[test]
fn what_goes_out_comes_in_and_goes_out_the_same() {
    let bytes = text();
    for home in homes() {
        let ledger = Ledger::open(home.place.clone(), clock().options()).unwrap();
        assert!(whole_or_nothing(&ledger, &bytes));
        let mut again = Vec::new();
        ledger.read(|r| export(r, &mut again)).unwrap();
        assert_eq!(
            String::from_utf8(again).unwrap(),
            String::from_utf8(bytes.clone()).unwrap()
        );
        assert!(
            import(&ledger, &mut bytes.as_slice()).is_err(),
            "only into an empty one"
        );
    }
}

#[test]
fn bytes_of_any_kind_are_taken_in_whole_or_not_at_all() {
    let bytes = text();
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut chance = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 9) as usize % n
    };
    let tries: usize = std::env::var("TIERGATE_FLIPS").map_or(3000, |n| n.parse().unwrap());
    let mut taken = 0;
    for _ in 0..tries {
        let mut mutant = bytes.clone();
        for _ in 0..=chance(3) {
            let at = chance(mutant.len());
            match chance(7) {
                0 => mutant[at] = chance(256) as u8,
                1 => mutant[at] = b"0123456789{}[]\",:-"[chance(18)],
                2 => mutant.truncate(at.max(1)),
                3 => drop(mutant.drain(at..(at + chance(40)).min(mutant.len()))),
                // A piece of it once more, somewhere else.
                4 => {
                    let piece: Vec<u8> = mutant[at..(at + chance(200)).min(mutant.len())].to_vec();
                    let to = chance(mutant.len());
                    drop(mutant.splice(to..to, piece));
                }
                // A line taken away, or told twice.
                5 | 6 => {
                    let mut lines: Vec<&[u8]> = mutant.split_inclusive(|b| *b == b'\n').collect();
                    let line = chance(lines.len());
                    match chance(2) {
                        0 => drop(lines.remove(line)),
                        _ => lines.insert(line, lines[line]),
                    }
                    mutant = lines.concat();
                }
                _ => unreachable!(),
            }
            if mutant.is_empty() {
                break;
            }
        }
        let ledger = Ledger::open(support::memory().place.clone(), clock().options()).unwrap();
        taken += usize::from(whole_or_nothing(&ledger, &mutant));
    }
    // Nearly all of them are refused: what is left whole is spelled in another way.
    assert!(taken * 4 < tries, "{taken} of {tries}");
}

#[test]
fn amounts_that_no_ledger_enters_are_not_taken_in() {
    // The chain of a forger holds; what it says must still be what a ledger could have entered.
    let bytes = String::from_utf8(text()).unwrap();
    let unsealed: Vec<&str> = bytes.lines().filter(|l| !l.contains("\"block\"")).collect();
    let with = |from: &str, to: &str| {
        let end = "\"blocks\":2";
        let text = unsealed.join("\n").replace(end, "\"blocks\":0");
        text.replace(from, to) + "\n"
    };
    for (from, to) in [
        ("\"amount\":20", "\"amount\":18446744073709551615"),
        ("\"amount\":20", "\"amount\":9223372036854775807"),
        ("\"quantity\":4", "\"quantity\":0"),
        ("\"date\":\"2026-01-02\"", "\"date\":\"-009999-01-01\""),
        ("\"charge\":0", "\"charge\":7"),
        ("\"quantity\":1,\"why\"", "\"quantity\":9,\"why\""),
        ("\"of\":1,", "\"of\":2,"),
    ] {
        let ledger = Ledger::open(support::memory().place.clone(), clock().options()).unwrap();
        assert!(
            !whole_or_nothing(&ledger, with(from, to).as_bytes()),
            "{from} as {to}"
        );
    }
}
