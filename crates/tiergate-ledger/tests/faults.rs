//! Faults: processes killed at any moment, several writers, a file that cannot grow, a server that
//! goes away, races. Nothing accepted is lost, no limit is passed, no order is half applied.
//!
//! How often: `TIERGATE_SOAK_ROUNDS`; `scripts/soak` runs hundreds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use support::{Home, TestClock, about, charge, homes, postgres, reserve, schedule, sqlite};
use tiergate_ledger::{
    Account, Charge, Entry, Error, Kind, Ledger, Limit, Options, Place, Quota, Receipt, Schedule,
    Span, Written, verify,
};

/// The most each account of the writers may hold, and how many holders there are: as in
/// `examples/soak-writer.rs`.
const MOST: i64 = 400;
const HOLDERS: u64 = 6;

fn rounds() -> u64 {
    std::env::var("TIERGATE_SOAK_ROUNDS").map_or(8, |n| n.parse().unwrap())
}

/// Numbers that look like chance, the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 9) % n
    }
}

fn on() -> Date {
    date(2026, 3, 2)
}

fn options() -> Options {
    Options {
        make: true,
        connections: 3,
        ..Options::default()
    }
}

fn open(home: &Home) -> Ledger {
    Ledger::open(home.place.clone(), options()).unwrap()
}

/// Where a writer writes; a server knows it by its name.
fn url(place: &Place, name: &str) -> String {
    match place {
        Place::File(path) => path.display().to_string(),
        Place::Database(url) => format!("{url}&application_name={name}"),
        Place::Memory => panic!("no other process can write to it"),
    }
}

/// Waits until the server has ended what a killed writer had sent: a commit on its way is still made,
/// and would else be taken for one made later.
fn ended(place: &Place, name: &str) {
    let Place::Database(url) = place else {
        return;
    };
    let mut client = ::postgres::Client::connect(url, ::postgres::NoTls).unwrap();
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1";
    let end = Instant::now() + Duration::from_secs(30);
    while client.query_one(sql, &[&name]).unwrap().get::<_, i64>(0) > 0 {
        assert!(Instant::now() < end, "the server goes on for {name}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The program that writes without end, built beside this one.
fn writer() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests
        .ancestors()
        .nth(2)
        .unwrap()
        .join("examples/soak-writer");
    // Who runs these tests alone has not built it.
    if !path.exists() {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "-p", "tiergate-ledger", "--examples"]);
        if !cfg!(debug_assertions) {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success());
    }
    path
}

/// A writer at work, and what it tells.
struct Writer {
    child: Child,
    place: Place,
    /// What the server knows it by: tests run beside one another on one server.
    name: String,
    told: Receiver<String>,
    lines: Vec<String>,
}

impl Writer {
    /// Starts one; `before` is put before it in a shell, such as a limit on the size of files.
    fn start(place: &Place, run: &str, before: &str) -> Writer {
        static STARTED: AtomicU64 = AtomicU64::new(0);
        let nth = STARTED.fetch_add(1, Ordering::Relaxed);
        let name = format!("soak-{}-{nth}", std::process::id());
        let mut child = Command::new("bash")
            .arg("-c")
            .arg(format!("{before} exec \"$0\" \"$@\""))
            .arg(writer())
            .args([&url(place, &name), run, "4"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = channel();
        std::thread::spawn(move || {
            // A line that was cut off by the end was not told.
            for line in out.lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        Writer {
            child,
            place: place.clone(),
            name,
            told,
            lines: Vec::new(),
        }
    }

    /// Waits until it tells a line that starts so; what it told and was heard before does not count.
    fn wait(&mut self, start: &str) {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let line = self.told.recv_timeout(left);
            let line = line.unwrap_or_else(|_| {
                panic!("never told `{start}`: {:?}", self.lines.last());
            });
            let told = line.starts_with(start);
            self.lines.push(line);
            if told {
                return;
            }
        }
    }

    /// Hears all that it told so far.
    fn hear(&mut self) {
        self.lines.extend(self.told.try_iter());
    }

    /// Kills it, as it stands, and gives all that it told.
    fn kill(mut self) -> Vec<String> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        ended(&self.place, &self.name);
        self.lines.extend(self.told.iter());
        self.lines
    }
}

/// What the writers were answered, by id: whether it was accepted.
#[derive(Default)]
struct Acknowledged {
    answers: BTreeMap<String, bool>,
    asked: Vec<String>,
    kills: u64,
}

impl Acknowledged {
    fn take(&mut self, lines: &[String]) {
        for line in lines {
            let mut words = line.split(' ');
            match (words.next(), words.next()) {
                (Some("accepted"), Some(id)) => drop(self.answers.insert(id.into(), true)),
                (Some("refused"), Some(id)) => drop(self.answers.insert(id.into(), false)),
                (Some("asked"), Some(id)) => self.asked.push(id.into()),
                _ => {}
            }
        }
    }

    /// Holds what is in the ledger against what was answered.
    fn check(&mut self, ledger: &Ledger) {
        let (mut entries, mut kept) = (Vec::new(), BTreeMap::new());
        ledger
            .read(|r| {
                entries.clear();
                r.entries(0, &mut |stored| {
                    kept.insert(stored.id.clone(), stored.accepted);
                    let written: Written = serde_json::from_str(&stored.request).unwrap();
                    entries.push(written.entry().unwrap());
                    Ok(())
                })?;
                // All that an order draws, or none of it; and no more than may be.
                let mut sums: BTreeMap<String, Vec<(i64, i64)>> = BTreeMap::new();
                for listed in r.accounts(None)? {
                    let row = listed.row;
                    assert!(row.used + row.reserved <= MOST, "{listed:?}");
                    let holder = sums.entry(listed.account.holder).or_default();
                    holder.push((row.used, row.reserved));
                }
                assert!(sums.len() as u64 <= HOLDERS);
                for (holder, both) in sums {
                    assert!(both.len() == 2 && both[0] == both[1], "{holder}: {both:?}");
                }
                Ok(())
            })
            .unwrap();
        for (id, accepted) in &self.answers {
            assert_eq!(
                kept.get(id),
                Some(accepted),
                "{id} was answered and is not as answered"
            );
        }
        for id in kept.keys() {
            let asked = self.asked.binary_search(id).is_ok() || self.asked.contains(id);
            assert!(asked, "nobody asked for {id}");
        }
        // What was entered and not answered is there from now on.
        self.answers.extend(kept.clone());
        let verified = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
        assert_eq!(verified.faults, []);
        // Whoever asks again gets the first answer.
        for (entry, receipt) in entries.iter().zip(ledger.submit_all(&entries).unwrap()) {
            let receipt = receipt.unwrap();
            assert!(receipt.again, "{} was entered twice", entry.id);
            assert_eq!(receipt.accepted(), kept[&entry.id], "{}", entry.id);
        }
        let after = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
        assert_eq!(
            after.entries, verified.entries,
            "what was asked again was entered again"
        );
    }
}

/// Kills writers at random moments; every so often with a new ledger.
fn killed(fresh: &dyn Fn() -> Home, rounds: u64, writers: u64, seed: u64) {
    let mut chance = Chance(seed);
    let (mut entries, mut kills) = (0, 0);
    let mut round = 0;
    while round < rounds {
        let home = fresh();
        let mut acknowledged = Acknowledged::default();
        for _ in 0..20.min(rounds - round) {
            round += 1;
            let mut running: Vec<Writer> = (0..writers)
                .map(|w| Writer::start(&home.place, &format!("r{round}w{w}"), ""))
                .collect();
            // Some are killed before they are ready, or while they make the tables.
            if chance.below(5) > 0 {
                running.iter_mut().for_each(|w| w.wait("open"));
            }
            std::thread::sleep(Duration::from_millis(5 + chance.below(195)));
            for writer in running {
                acknowledged.take(&writer.kill());
                acknowledged.kills += 1;
            }
            let ledger = open(&home);
            acknowledged.check(&ledger);
            // Every other time it is left as a killed process leaves it: not sealed, not closed.
            if chance.below(2) == 0 {
                ledger.close().unwrap();
            }
        }
        entries += acknowledged.answers.len();
        kills += acknowledged.kills;
    }
    eprintln!("{kills} kills, {entries} entries, nothing lost");
    assert!(entries > 0, "no writer ever entered anything");
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_in_a_file() {
    killed(&sqlite, rounds(), 1, 11);
}

#[test]
fn two_processes_write_one_file_and_both_are_killed() {
    killed(&sqlite, rounds().div_ceil(2), 2, 12);
}

#[test]
fn a_process_killed_at_any_moment_loses_nothing_in_a_database() {
    if support::postgres_url().is_some() {
        killed(&|| postgres().unwrap(), rounds(), 1, 13);
    }
}

#[test]
fn two_processes_write_one_database_and_both_are_killed() {
    if support::postgres_url().is_some() {
        killed(&|| postgres().unwrap(), rounds().div_ceil(2), 2, 14);
    }
}

/// Only where the server is nobody else's: `scripts/soak` says how to start it anew.
#[test]
fn a_server_that_stops_at_any_moment_loses_nothing() {
    let Ok(restart) = std::env::var("TIERGATE_SOAK_RESTART") else {
        return eprintln!("only in scripts/soak, which has a server of its own");
    };
    let mut chance = Chance(15);
    let mut entries = 0;
    let stops = rounds().div_ceil(8).max(3);
    for round in 0..stops {
        // A new ledger each time: what killed writers hold fills an old one, where nothing is accepted
        // any more.
        let home = postgres().unwrap();
        let mut acknowledged = Acknowledged::default();
        // This one stays open all the while, and finds the server again by itself.
        let ledger = open(&home);
        let mut writer = Writer::start(&home.place, &format!("s{round}"), "");
        writer.wait("open");
        std::thread::sleep(Duration::from_millis(50 + chance.below(400)));
        let done = Command::new(&restart)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(done.success());
        // The writer goes on by itself as well: it is answered after the server is back.
        writer.hear();
        writer.wait("accepted");
        acknowledged.take(&writer.kill());
        acknowledged.check(&ledger);
        entries += acknowledged.answers.len();
    }
    eprintln!("{stops} stops of the server, {entries} entries, nothing lost");
}

#[test]
fn a_file_that_may_not_be_written_further_says_so_and_works_again_after() {
    let home = sqlite();
    let mut acknowledged = Acknowledged::default();
    // Bash counts in units of 1,024 bytes; without the trap the system ends the process.
    let mut writer = Writer::start(&home.place, "full", "trap '' XFSZ; ulimit -f 700;");
    writer.wait("error");
    let said = writer.lines.last().unwrap().clone();
    assert!(said.contains("the ledger cannot grow"), "{said}");
    acknowledged.take(&writer.kill());
    assert!(acknowledged.answers.len() > 10);
    acknowledged.check(&open(&home));
    let mut writer = Writer::start(&home.place, "after", "");
    writer.wait("accepted after");
    acknowledged.take(&writer.kill());
    acknowledged.check(&open(&home));
}

fn draw(measure: &str, holder: &str, amount: u64, most: u64) -> Charge {
    let schedule = schedule(&[("2025-01-01", most)]);
    charge(measure, holder, Span::ALL, amount, &schedule)
}

#[test]
fn a_file_that_cannot_grow_keeps_what_it_has_and_takes_nothing_by_halves() {
    let home = sqlite();
    let ledger = open(&home);
    let order = |n: u64| {
        let charges = vec![
            draw("one", "a", 1, 1_000_000),
            draw("other", "b", 1, 1_000_000),
        ];
        reserve(&format!("order {n} {}", "x".repeat(300)), on(), 1, charges)
    };
    ledger.submit(order(0)).unwrap();
    ledger.limit_pages(60).unwrap();
    let mut n = 1;
    let error = loop {
        match ledger.submit(order(n)) {
            Ok(receipt) => assert!(receipt.accepted()),
            Err(error) => break error,
        }
        n += 1;
    };
    assert!(matches!(error, Error::Full(_)), "{error:?}");
    let held = |ledger: &Ledger| {
        ["one", "other"].map(|measure| {
            let holder = if measure == "one" { "a" } else { "b" };
            let account = Account::new(measure, holder, Span::ALL);
            ledger
                .transact(|book| book.balance(&account, on()))
                .unwrap()
                .reserved
        })
    };
    assert_eq!(held(&ledger), [n as i64; 2]);
    // It reads, and answers who asks again, though it takes nothing new.
    assert!(ledger.submit(order(0)).unwrap().again);
    assert!(ledger.submit(order(n)).is_err());
    ledger.limit_pages(1_000_000).unwrap();
    assert!(ledger.submit(order(n)).unwrap().accepted());
    assert_eq!(held(&ledger), [n as i64 + 1; 2]);
    ledger.seal().unwrap();
    let verified = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
    assert_eq!(verified.faults, []);
}

#[test]
fn a_clock_that_goes_back_does_not_take_the_record_back() {
    for home in homes() {
        let clock = TestClock::at(date(2026, 6, 1));
        let ledger = Ledger::open(home.place.clone(), clock.options()).unwrap();
        let first = ledger
            .submit(reserve("a", on(), 1, vec![draw("lpp", "m", 5, 10)]))
            .unwrap();
        clock.set(date(2025, 6, 1));
        let second = ledger
            .submit(reserve("b", on(), 1, vec![draw("lpp", "m", 5, 10)]))
            .unwrap();
        assert!(second.recorded >= first.recorded);
        let third = ledger
            .submit(reserve("c", on(), 1, vec![draw("lpp", "m", 1, 10)]))
            .unwrap();
        assert!(
            !third.accepted(),
            "the limit does not go back with the clock"
        );
        ledger.seal().unwrap();
        let verified = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
        assert_eq!(verified.faults, []);
    }
}

/// The same from many threads at once, over two ledgers open on one place.
fn at_once<R: Send>(
    home: &Home,
    threads: usize,
    work: impl Fn(&Ledger, usize) -> R + Sync,
) -> Vec<R> {
    let one = open(home);
    // What is in memory cannot be opened twice.
    let other = (home.place != Place::Memory).then(|| open(home));
    let barrier = Barrier::new(threads);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..threads)
            .map(|n| {
                let ledger = if n.is_multiple_of(2) {
                    &one
                } else {
                    other.as_ref().unwrap_or(&one)
                };
                let (barrier, work) = (&barrier, &work);
                scope.spawn(move || {
                    barrier.wait();
                    work(ledger, n)
                })
            })
            .collect();
        all.into_iter().map(|t| t.join().unwrap()).collect()
    })
}

fn sound(home: &Home) {
    if home.place != Place::Memory {
        let ledger = open(home);
        ledger.seal().unwrap();
        let verified = ledger.read(|r| verify(r, None, &mut |_| ())).unwrap();
        assert_eq!(verified.faults, [], "{:?}", home.place);
    }
}

#[test]
fn what_was_read_stays_so_until_the_page_is_kept() {
    // Two offices look at what is left, find that there is room, and enter: only the ledger's hold
    // on the account keeps them apart, for no limit is given with the entry.
    for home in homes() {
        let entered = at_once(&home, 8, |ledger, n| {
            let account = Account::new("lpp", "Meridian", Span::ALL);
            let mut entered = 0;
            for m in 0..3 {
                let free = Charge {
                    account: account.clone(),
                    amount: 5,
                    gives_back: vec![],
                    quotas: vec![],
                };
                let entry = reserve(&format!("{n} {m}"), on(), 1, vec![free]);
                entered += ledger
                    .transact(|book| {
                        if book.balance(&account, on())?.total() + 5 > 26 {
                            return Ok(0);
                        }
                        std::thread::yield_now();
                        Ok(i64::from(book.enter(&entry)?.accepted()))
                    })
                    .unwrap();
            }
            entered
        });
        assert_eq!(entered.iter().sum::<i64>(), 5, "{:?}", home.place);
        sound(&home);
    }
}

#[test]
fn draws_on_one_limit_from_everywhere_come_to_the_limit_and_not_past_it() {
    for home in homes() {
        let accepted = at_once(&home, 8, |ledger, n| {
            let order = |m| {
                vec![
                    draw("lpp", "Meridian", 1, 30),
                    draw("total", &format!("{m}"), 1, 9),
                ]
            };
            let entries = (0..10).map(|m| reserve(&format!("{n} {m}"), on(), 1, order(m)));
            entries
                .filter(|e| ledger.submit(e.clone()).unwrap().accepted())
                .count()
        });
        assert_eq!(accepted.iter().sum::<usize>(), 30, "{:?}", home.place);
        sound(&home);
    }
}

#[test]
fn one_id_sent_by_many_at_once_is_entered_once_and_all_get_its_answer() {
    for home in homes() {
        let answers: Vec<Receipt> = at_once(&home, 8, |ledger, _| {
            ledger
                .submit(reserve(
                    "same",
                    on(),
                    1,
                    vec![draw("lpp", "Meridian", 20, 30)],
                ))
                .unwrap()
        });
        assert!(answers.iter().all(Receipt::accepted));
        assert_eq!(
            answers.iter().filter(|r| !r.again).count(),
            1,
            "{:?}",
            home.place
        );
        assert!(
            answers.iter().all(|r| r.seq == answers[0].seq),
            "{answers:?}"
        );
        // With other words each: the first stands, the others are told.
        let others = at_once(&home, 8, |ledger, n| {
            let charges = vec![draw("lpp", "Meridian", 1 + n as u64 % 4, 30)];
            match ledger.submit(reserve("apart", on(), 1, charges)) {
                Ok(receipt) => receipt.accepted(),
                Err(Error::Conflict { .. }) => false,
                Err(error) => panic!("{error}"),
            }
        });
        assert_eq!(
            others.into_iter().filter(|first| *first).count(),
            2,
            "one and its retry"
        );
        sound(&home);
    }
}

#[test]
fn one_reservation_released_and_shipped_by_many_at_once_goes_one_way_once() {
    for home in homes() {
        let made = open(&home);
        let place = made.submit(reserve("a", on(), 1, vec![draw("lpp", "m", 20, 30)]));
        assert!(place.unwrap().accepted());
        let once = |ledger: &Ledger, n: usize| {
            let kind = if n.is_multiple_of(3) {
                Kind::Ship
            } else {
                Kind::Release
            };
            let entry = about(kind, &format!("part {n}"), on(), "a", None);
            ledger.submit(entry).unwrap().accepted()
        };
        let went = match home.place {
            Place::Memory => (0..8).map(|n| once(&made, n)).collect(),
            _ => at_once(&home, 8, once),
        };
        assert_eq!(
            went.into_iter().filter(|w| *w).count(),
            1,
            "{:?}",
            home.place
        );
        sound(&home);
    }
}

#[test]
fn those_who_wait_for_one_another_come_through() {
    // One page asks for accounts in one order, another in the other: one of them is done again.
    let Some(home) = postgres() else { return };
    at_once(&home, 2, |ledger, n| {
        for m in 0..3 {
            let two = ["a", "b"]
                .map(|h| reserve(&format!("{n} {m} {h}"), on(), 1, vec![draw("x", h, 1, 99)]));
            let order = if n == 0 { [0, 1] } else { [1, 0] };
            ledger
                .transact(|book| {
                    book.enter(&two[order[0]])?;
                    std::thread::sleep(Duration::from_millis(10));
                    book.enter(&two[order[1]])
                })
                .unwrap();
        }
    });
    let ledger = open(&home);
    for holder in ["a", "b"] {
        let account = Account::new("x", holder, Span::ALL);
        let held = ledger
            .transact(|book| book.balance(&account, on()))
            .unwrap();
        assert_eq!(held.reserved, 6);
    }
    sound(&home);
}

#[test]
fn who_reads_does_not_wait_for_who_enters() {
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        let one = Options {
            connections: 1,
            ..options()
        };
        let ledger = Ledger::open(home.place.clone(), one).unwrap();
        ledger
            .submit(reserve("a", on(), 1, vec![draw("lpp", "m", 1, 30)]))
            .unwrap();
        let (begun, wait) = channel();
        let (free, freed) = channel::<()>();
        std::thread::scope(|scope| {
            let ledger = &ledger;
            scope.spawn(move || {
                ledger
                    .transact(|book| {
                        book.enter(&reserve("b", on(), 1, vec![draw("lpp", "m", 1, 30)]))?;
                        begun.send(()).unwrap();
                        // The page stays open until the reader is done.
                        freed.recv_timeout(Duration::from_secs(20)).unwrap();
                        Ok(())
                    })
                    .unwrap();
            });
            wait.recv().unwrap();
            let found = ledger.read(|r| r.entry("b")).unwrap();
            assert!(found.is_none(), "what is not kept yet is not read");
            free.send(()).unwrap();
        });
        assert!(ledger.read(|r| r.entry("b")).unwrap().is_some());
    }
}

#[test]
fn work_that_breaks_off_leaves_nothing_and_stops_nobody() {
    for home in homes() {
        let ledger = open(&home);
        let entry = reserve("a", on(), 1, vec![draw("lpp", "m", 1, 30)]);
        let broke = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            ledger.transact(|book| -> Result<(), Error> {
                book.enter(&entry)?;
                panic!("on purpose")
            })
        }));
        assert!(broke.is_err());
        let failed = ledger.transact(|book| -> Result<(), Error> {
            book.enter(&entry)?;
            Err(Error::Other("on purpose".into()))
        });
        assert!(failed.is_err());
        if home.place != Place::Memory {
            assert!(
                !ledger.submit(entry.clone()).unwrap().again,
                "{:?}",
                home.place
            );
        }
    }
}

#[test]
fn one_entry_that_cannot_be_stops_no_other_on_its_page() {
    for home in homes() {
        let ledger = open(&home);
        let good = |id: &str| reserve(id, on(), 1, vec![draw("lpp", "m", 1, 30)]);
        let year = Span {
            from: Some(date(2026, 12, 31)),
            to: Some(date(2026, 1, 1)),
        };
        let mut backwards = good("backwards");
        backwards.act = tiergate_ledger::Act::Correct {
            account: Account::new("lpp", "m", year),
            amount: 1,
            why: "no day is in it".into(),
        };
        let page = [
            good("a"),
            good("nul \0"),
            about(Kind::Ship, "of nul", on(), "\0", None),
            reserve("holder", on(), 1, vec![draw("lpp", "m\0", 1, 30)]),
            backwards,
            good("b"),
        ];
        let told: Vec<bool> = ledger
            .submit_all(&page)
            .unwrap()
            .iter()
            .map(Result::is_ok)
            .collect();
        assert_eq!(
            told,
            [true, false, false, false, false, true],
            "{:?}",
            home.place
        );
        sound(&home);
    }
}

#[test]
fn sums_do_not_run_over() {
    for home in homes() {
        let ledger = open(&home);
        let most = tiergate_ledger::AMOUNT_MAX;
        let free = |n| Charge {
            account: Account::new("lpp", "m", Span::ALL),
            amount: most,
            gives_back: vec![],
            quotas: vec![Quota {
                id: "free".into(),
                whole: None,
                schedule: Arc::new(Schedule::always(Limit::None, format!("none {n}"))),
            }],
        };
        let all: Vec<Entry> = (0..1100)
            .map(|n| reserve(&format!("{n}"), on(), 1, vec![free(n)]))
            .collect();
        let answers = ledger.submit_all(&all).unwrap();
        let accepted = answers
            .iter()
            .filter(|r| r.as_ref().unwrap().accepted())
            .count();
        assert!(accepted < 1024, "{accepted}");
        sound(&home);
    }
}

#[test]
fn a_connection_that_is_lost_is_made_anew() {
    let Some(home) = postgres() else { return };
    let name = format!("lost_{}", std::process::id());
    let place = Place::Database(url(&home.place, &name));
    let ledger = Ledger::open(place, options()).unwrap();
    let good = |id: &str| reserve(id, on(), 1, vec![draw("lpp", "m", 1, 30)]);
    assert!(ledger.submit(good("a")).unwrap().accepted());
    assert!(ledger.read(|r| r.entry("a")).unwrap().is_some());
    let server = support::postgres_url().unwrap();
    let mut client = ::postgres::Client::connect(&server, ::postgres::NoTls).unwrap();
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1";
    for id in ["b", "c"] {
        client.query(sql, &[&name]).unwrap();
        assert!(ledger.submit(good(id)).unwrap().accepted());
        client.query(sql, &[&name]).unwrap();
        assert!(ledger.read(|r| r.entry(id)).unwrap().is_some());
    }
}
