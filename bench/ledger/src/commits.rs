//! One entry at a time, each durable before it is answered, beside the plainest thing that is as
//! durable: a row inserted and committed.
//!
//! Contestants take turns, a slice each, for some rounds; a table gives the median with the lowest
//! and the highest round, and the median of the rounds' ratios to the raw commits beside them.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use jiff::civil::date;
use tiergate_ledger::{Ledger, Options, Place};

use crate::orders::{reserve, schedule};

/// A part of the table: its name, and what does one thing in a thread, over and over.
struct Contestant<'a> {
    name: String,
    threads: usize,
    each: Box<dyn Fn(usize, u64) -> Result<()> + Sync + 'a>,
}

/// How long a slice is, and how many rounds there are; `TIERGATE_BENCH_ROUNDS` and
/// `TIERGATE_BENCH_SLICE_MS` say otherwise.
fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(otherwise)
}

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Things done in a second, over one slice.
fn slice(contestant: &Contestant<'_>, length: Duration) -> Result<f64> {
    let start = Instant::now();
    let done: Result<Vec<u64>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..contestant.threads)
            .map(|thread| {
                scope.spawn(move || {
                    let mut count = 0;
                    while start.elapsed() < length {
                        (contestant.each)(thread, NEXT.fetch_add(1, Ordering::Relaxed))?;
                        count += 1;
                    }
                    Ok(count)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|t| {
                t.join()
                    .unwrap_or_else(|_| anyhow::bail!("a thread broke off"))
            })
            .collect()
    });
    Ok(done?.iter().sum::<u64>() as f64 / start.elapsed().as_secs_f64())
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// Runs all in turn and prints the table; ratios are to the contestant of that number.
fn race(title: &str, contestants: &[Contestant<'_>], to: usize) -> Result<()> {
    let rounds = number("TIERGATE_BENCH_ROUNDS", 9);
    let length = Duration::from_millis(number("TIERGATE_BENCH_SLICE_MS", 1000));
    let mut rates: Vec<Vec<f64>> = vec![Vec::new(); contestants.len()];
    // Until the log of SQLite was written through once, each commit also makes the file longer,
    // which takes several times as long as to write in place: all are measured after it.
    for contestant in contestants {
        let before = NEXT.load(Ordering::Relaxed);
        let start = Instant::now();
        while NEXT.load(Ordering::Relaxed) < before + 1500 && start.elapsed().as_secs() < 20 {
            slice(contestant, length / 4)?;
        }
    }
    for _ in 0..rounds {
        for (contestant, rates) in contestants.iter().zip(&mut rates) {
            rates.push(slice(contestant, length)?);
        }
    }
    let wide = contestants.iter().map(|c| c.name.len()).max().unwrap_or(0);
    println!("{title}: {rounds} rounds of {} ms", length.as_millis());
    println!(
        "{:wide$}  {:>9}  {:>19}  {:>5}",
        "", "a second", "lowest .. highest", "ratio"
    );
    for (contestant, own) in contestants.iter().zip(&rates) {
        let low = own.iter().copied().fold(f64::MAX, f64::min);
        let high = own.iter().copied().fold(0.0, f64::max);
        let ratios = own.iter().zip(&rates[to]).map(|(own, raw)| own / raw);
        println!(
            "{:wide$}  {:>9.0}  {:>8.0} .. {:>7.0}  {:>5.2}",
            contestant.name,
            median(own.clone()),
            low,
            high,
            median(ratios.collect())
        );
    }
    println!();
    Ok(())
}

/// A folder for the files of one run, gone afterwards.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Result<Folder> {
        let base = std::env::var_os("TIERGATE_BENCH_FOLDER")
            .map_or_else(std::env::temp_dir, PathBuf::from);
        let path = base.join(format!("tiergate-bench-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Folder(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left behind is in a temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The least any of them could take: bytes appended and synced.
fn synced(path: &Path) -> Result<impl Fn(usize, u64) -> Result<()> + Sync + use<>> {
    use std::io::Write as _;
    let file = std::sync::Mutex::new(std::fs::File::create(path)?);
    Ok(move |_: usize, _: u64| {
        let mut file = file.lock().map_err(|_| anyhow::anyhow!("broken off"))?;
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        Ok(())
    })
}

fn hot(n: u64) -> (String, String) {
    (format!("e{n}"), "Meridian Compute".to_owned())
}

/// So many accounts are cold: each is drawn on once in a long while.
const COLD: u64 = 10_000;

fn cold(n: u64) -> (String, String) {
    (format!("e{n}"), format!("Holder {}", n % COLD))
}

fn new(n: u64) -> (String, String) {
    (format!("e{n}"), format!("Holder {n}"))
}

/// Draws once on each of the cold accounts.
fn filled(ledger: Ledger) -> Result<Ledger> {
    let limit = schedule();
    let first: Vec<_> = (0..COLD)
        .map(|n| reserve(format!("first {n}"), cold(n).1, date(2026, 3, 2), &limit))
        .collect();
    for receipt in ledger.submit_all(&first)? {
        anyhow::ensure!(receipt?.accepted());
    }
    Ok(ledger)
}

fn enter(ledger: &Ledger, (id, holder): (String, String)) -> Result<()> {
    thread_local!(static LIMIT: std::sync::Arc<tiergate_ledger::Schedule> = schedule());
    let entry = LIMIT.with(|limit| reserve(id, holder, date(2026, 3, 2), limit));
    anyhow::ensure!(ledger.submit(entry)?.accepted());
    Ok(())
}

pub fn sqlite() -> Result<()> {
    let folder = Folder::new("sqlite")?;
    let raw = rusqlite::Connection::open(folder.0.join("raw.db"))?;
    raw.pragma_update(None, "journal_mode", "wal")?;
    raw.pragma_update(None, "synchronous", "full")?;
    raw.pragma_update(None, "cache_size", -65_536)?;
    raw.execute_batch("CREATE TABLE rows (n INTEGER PRIMARY KEY, id TEXT, amount INTEGER) STRICT")?;
    let raw = std::sync::Mutex::new(raw);
    let open = |name: &str| -> Result<Ledger> {
        let options = Options {
            make: true,
            ..Options::default()
        };
        Ok(Ledger::open(Place::File(folder.0.join(name)), options)?)
    };
    let (one, eight) = (open("one.ledger")?, open("eight.ledger")?);
    let (many, all) = (filled(open("cold.ledger")?)?, open("new.ledger")?);
    let contestants = [
        Contestant {
            name: "4 KiB appended and fdatasync".into(),
            threads: 1,
            each: Box::new(synced(&folder.0.join("synced"))?),
        },
        Contestant {
            name: "SQLite, a row inserted and committed".into(),
            threads: 1,
            each: Box::new(|_, n| {
                let raw = raw.lock().map_err(|_| anyhow::anyhow!("broken off"))?;
                let mut add = raw.prepare_cached("INSERT INTO rows VALUES (?, ?, ?)")?;
                add.execute(rusqlite::params![n as i64, format!("e{n}"), 15_832])?;
                Ok(())
            }),
        },
        Contestant {
            name: "ledger, one thread".into(),
            threads: 1,
            each: Box::new(|_, n| enter(&one, hot(n))),
        },
        Contestant {
            name: "ledger, 8 threads, one account".into(),
            threads: 8,
            each: Box::new(|_, n| enter(&eight, hot(n))),
        },
        Contestant {
            name: "ledger, 8 threads, 10,000 accounts".into(),
            threads: 8,
            each: Box::new(|_, n| enter(&many, cold(n))),
        },
        Contestant {
            name: "ledger, 8 threads, a new account each entry".into(),
            threads: 8,
            each: Box::new(|_, n| enter(&all, new(n))),
        },
    ];
    race("SQLite, durable entries", &contestants, 1)
}

/// A schema of its own, gone afterwards.
struct Schema {
    url: String,
    name: String,
}

impl Schema {
    fn new(url: &str, name: &str) -> Result<Schema> {
        let name = format!("bench_{name}_{}", std::process::id());
        postgres::Client::connect(url, postgres::NoTls)?
            .batch_execute(&format!("CREATE SCHEMA {name}"))?;
        Ok(Schema {
            url: url.to_owned(),
            name,
        })
    }

    fn url(&self) -> String {
        let mark = if self.url.contains('?') { '&' } else { '?' };
        format!("{}{mark}options=-csearch_path%3D{}", self.url, self.name)
    }

    fn ledger(&self, connections: usize) -> Result<Ledger> {
        let options = Options {
            make: true,
            connections,
            ..Options::default()
        };
        Ok(Ledger::open(Place::Database(self.url()), options)?)
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        if let Ok(mut client) = postgres::Client::connect(&self.url, postgres::NoTls) {
            // A schema that stays is in a database that is gone with its server.
            let _ = client.batch_execute(&format!("DROP SCHEMA {} CASCADE", self.name));
        }
    }
}

/// Raw commits of one row each, on a connection a thread.
struct Raw {
    clients: Vec<std::sync::Mutex<(postgres::Client, postgres::Statement)>>,
    _schema: Schema,
}

impl Raw {
    fn new(url: &str, threads: usize) -> Result<Raw> {
        let schema = Schema::new(url, "raw")?;
        let mut clients = Vec::new();
        for thread in 0..threads {
            let mut client = postgres::Client::connect(&schema.url(), postgres::NoTls)?;
            if thread == 0 {
                client.batch_execute(
                    "CREATE TABLE rows (n BIGINT PRIMARY KEY, id TEXT, amount BIGINT)",
                )?;
            }
            let add = client.prepare("INSERT INTO rows VALUES ($1, $2, $3)")?;
            clients.push(std::sync::Mutex::new((client, add)));
        }
        Ok(Raw {
            clients,
            _schema: schema,
        })
    }

    fn commit(&self, thread: usize, n: u64) -> Result<()> {
        let mut client = self.clients[thread]
            .lock()
            .map_err(|_| anyhow::anyhow!("broken off"))?;
        let (client, add) = &mut *client;
        client.execute(add, &[&(n as i64), &format!("e{n}"), &15_832_i64])?;
        Ok(())
    }
}

pub fn postgres() -> Result<()> {
    let Ok(url) = std::env::var("TIERGATE_POSTGRES") else {
        println!("PostgreSQL, durable entries: not measured, TIERGATE_POSTGRES has no address\n");
        return Ok(());
    };
    let raw = Raw::new(&url, 8).context("raw commits")?;
    let schemas: Vec<Schema> = (0..8)
        .map(|n| Schema::new(&url, &format!("l{n}")))
        .collect::<Result<_>>()?;
    let mut contestants = vec![Contestant {
        name: "PostgreSQL, 8 connections, a row inserted and committed".into(),
        threads: 8,
        each: Box::new(|thread, n| raw.commit(thread, n)),
    }];
    type Of = fn(u64) -> (String, String);
    let draws = [
        (hot as Of, "one account"),
        (cold as Of, "10,000 accounts"),
        (new as Of, "a new account each entry"),
    ];
    let mut next = schemas.iter();
    for connections in [1, 2] {
        let schema = next.next().context("a schema")?;
        let ledger = std::sync::Arc::new(filled(schema.ledger(connections)?)?);
        let plural = if connections == 1 { "" } else { "s" };
        for (of, what) in draws {
            let ledger = std::sync::Arc::clone(&ledger);
            contestants.push(Contestant {
                name: format!("8 threads, a ledger of {connections} connection{plural}, {what}"),
                threads: 8,
                each: Box::new(move |_, n| enter(&ledger, of(n))),
            });
        }
    }
    for (of, what) in draws {
        let schema = next.next().context("a schema")?;
        let ledgers: Vec<Ledger> = (0..8)
            .map(|n| match n {
                0 => filled(schema.ledger(1)?),
                _ => schema.ledger(1),
            })
            .collect::<Result<_>>()?;
        contestants.push(Contestant {
            name: format!("8 processes' ledgers of a connection each, {what}"),
            threads: 8,
            each: Box::new(move |thread, n| enter(&ledgers[thread], of(n))),
        });
    }
    race("PostgreSQL, durable entries", &contestants, 0)
}
