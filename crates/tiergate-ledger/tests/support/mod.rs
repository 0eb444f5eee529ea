//! Ledgers of every kind to try the same things on, and tables that read as they are meant.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use jiff::civil::Date;
use tempfile::TempDir;
use tiergate_ledger::{
    Account, Act, Answer, Charge, Entry, Error, Kind, Ledger, Limit, Options, Part, Place, Quota,
    Receipt, Refusal, Reserve, Schedule, Span, Step,
};

/// A clock that a test sets.
#[derive(Debug, Clone)]
pub struct TestClock(pub Arc<AtomicI64>);

impl TestClock {
    pub fn at(day: Date) -> Self {
        let clock = TestClock(Arc::default());
        clock.set(day);
        clock
    }

    pub fn set(&self, day: Date) {
        let noon = day
            .at(12, 0, 0, 0)
            .to_zoned(jiff::tz::TimeZone::UTC)
            .unwrap();
        self.0
            .store(noon.timestamp().as_microsecond(), Ordering::SeqCst);
    }

    pub fn options(&self) -> Options {
        let clock = Arc::clone(&self.0);
        Options {
            make: true,
            connections: 1,
            // Tests seal when they say so.
            seal_after: Duration::from_secs(3600),
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
        }
    }
}

/// A place for a ledger that is gone after the test.
pub struct Home {
    pub place: Place,
    pub folder: Option<TempDir>,
    schema: Option<(String, String)>,
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some((url, schema)) = &self.schema
            && let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

/// The address of a database that tests may use.
pub fn postgres_url() -> Option<String> {
    let url = std::env::var("TIERGATE_POSTGRES").ok();
    if url.is_none() {
        assert!(
            std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
            "these tests need a PostgreSQL server: scripts/with-postgres starts one"
        );
        eprintln!("without PostgreSQL: scripts/with-postgres starts one");
    }
    url
}

pub fn memory() -> Home {
    Home {
        place: Place::Memory,
        folder: None,
        schema: None,
    }
}

pub fn sqlite() -> Home {
    let folder = tempfile::tempdir().unwrap();
    Home {
        place: Place::File(folder.path().join("test.ledger")),
        folder: Some(folder),
        schema: None,
    }
}

pub fn postgres() -> Option<Home> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let url = postgres_url()?;
    let schema = format!(
        "t{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    );
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .unwrap();
    let mark = if url.contains('?') { '&' } else { '?' };
    Some(Home {
        place: Place::Database(format!("{url}{mark}options=-csearch_path%3D{schema}")),
        folder: None,
        schema: Some((url, schema)),
    })
}

/// Every kind of ledger there is here.
pub fn homes() -> Vec<Home> {
    [Some(memory()), Some(sqlite()), postgres()]
        .into_iter()
        .flatten()
        .collect()
}

pub fn schedule(limits: &[(&str, u64)]) -> Arc<Schedule> {
    let step = |(from, most): &(&str, u64)| Step {
        from: from.parse().unwrap(),
        limit: Limit::Amount(*most),
        cite: format!("limit of {from}"),
    };
    Arc::new(Schedule::new(limits.iter().map(step).collect()))
}

pub fn charge(
    measure: &str,
    holder: &str,
    span: Span,
    amount: u64,
    schedule: &Arc<Schedule>,
) -> Charge {
    Charge {
        account: Account::new(measure, holder, span),
        amount,
        gives_back: vec!["loss".into()],
        quotas: vec![Quota {
            id: measure.into(),
            whole: None,
            schedule: Arc::clone(schedule),
        }],
    }
}

pub fn reserve(id: &str, date: Date, quantity: u64, charges: Vec<Charge>) -> Entry {
    Entry {
        id: id.into(),
        date,
        by: None,
        act: Act::Reserve(Reserve {
            order: format!("order of {id}"),
            quantity,
            charges,
            decision: None,
            until: None,
        }),
    }
}

pub fn about(kind: Kind, id: &str, date: Date, of: &str, quantity: Option<u64>) -> Entry {
    let part = Part {
        of: of.into(),
        quantity,
    };
    Entry {
        id: id.into(),
        date,
        by: None,
        act: match kind {
            Kind::Ship => Act::Ship(part),
            Kind::Release => Act::Release(part),
            Kind::Expire => Act::Expire(part),
            _ => Act::Return {
                part,
                why: "loss".into(),
            },
        },
    }
}

/// What became of an entry, in a few words.
pub fn told(result: &Result<Receipt, Error>) -> String {
    match result {
        Err(Error::Conflict { .. }) => "conflict".into(),
        Err(Error::Invalid { what, .. }) => format!("invalid: {what}"),
        Err(error) => format!("error: {error}"),
        Ok(receipt) => {
            let again = if receipt.again { " (again)" } else { "" };
            match &receipt.answer {
                Answer::Accepted(_) => format!("accepted{again}"),
                Answer::Refused(refusals) => {
                    let each = |refusal: &Refusal| match refusal {
                        Refusal::State(why) => why.clone(),
                        Refusal::Limit(over) => format!(
                            "{} asked {} left {} of {} (used {}, reserved {}) on {}",
                            over.quota,
                            over.asked,
                            over.left,
                            over.most,
                            over.used,
                            over.reserved,
                            over.on
                        ),
                    };
                    let each: Vec<String> = refusals.iter().map(each).collect();
                    format!("refused{again}: {}", each.join("; "))
                }
            }
        }
    }
}

/// Runs a table against every kind of ledger: limits first, then entries with what is expected of
/// them in the last column.
///
/// `limit NAME DATE AMOUNT, ...`, `share NAME N/D of OTHER` and `today DATE` set the stage. A row is
/// `id | date | what | accounts and amounts | expected`; `=` in place of an id asks for a balance.
pub fn run(table: &str) {
    for home in homes() {
        let kind = format!("{:?}", home.place);
        run_on(&home, table, &kind);
    }
}

fn run_on(home: &Home, table: &str, kind: &str) {
    let clock = TestClock::at("2026-06-01".parse().unwrap());
    let mut ledger = Ledger::open(home.place.clone(), clock.options()).unwrap();
    let mut limits: Vec<(String, Arc<Schedule>, Option<String>)> = Vec::new();
    let mut wrong = String::new();
    for row in table
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        let columns: Vec<&str> = row.split('|').map(str::trim).collect();
        if columns.len() == 1 {
            let words: Vec<&str> = row.split_whitespace().collect();
            match words[0] {
                "today" => clock.set(words[1].parse().unwrap()),
                // What is in memory is gone when it is closed.
                "reopen" if home.place == Place::Memory => {}
                "reopen" => {
                    ledger.close().unwrap();
                    ledger = Ledger::open(home.place.clone(), clock.options()).unwrap();
                }
                "limit" => {
                    let steps: Vec<(&str, u64)> = words[2..]
                        .chunks(2)
                        .map(|pair| (pair[0], pair[1].trim_end_matches(',').parse().unwrap()))
                        .collect();
                    limits.push((words[1].into(), schedule(&steps), None));
                }
                "share" => {
                    let (n, d) = words[2].split_once('/').unwrap();
                    let limit = Limit::Share {
                        numerator: n.parse().unwrap(),
                        denominator: d.parse().unwrap(),
                        with_draw: true,
                    };
                    let schedule = Arc::new(Schedule::always(limit, "a share"));
                    limits.push((words[1].into(), schedule, Some(words[4].into())));
                }
                other => panic!("`{other}` sets no stage: {row}"),
            }
            continue;
        }
        let [id, date, what, accounts, expected] = columns[..] else {
            panic!("a row has five columns: {row}");
        };
        let date: Date = date.parse().unwrap();
        let quota = |name: &str, holder: &str| {
            let all = limits.iter().filter(|(n, _, _)| n == name);
            let quota = |(n, schedule, whole): &(String, Arc<Schedule>, Option<String>)| Quota {
                id: n.as_str().into(),
                whole: whole
                    .as_ref()
                    .map(|w| Account::new(w.as_str(), holder, Span::ALL)),
                schedule: Arc::clone(schedule),
            };
            all.map(quota).collect::<Vec<_>>()
        };
        // `name Holder amount`, or `name@year Holder amount`, with commas between.
        let named: Vec<(Account, i64, Vec<Quota>)> = accounts
            .split(',')
            .filter(|a| !a.trim().is_empty())
            .map(|a| {
                let words: Vec<&str> = a.split_whitespace().collect();
                let (name, span) = match words[0].split_once('@') {
                    Some((name, span)) => (name, span.parse().unwrap()),
                    None => (words[0], Span::ALL),
                };
                let amount = words.get(2).map_or(0, |n| n.parse().unwrap());
                (
                    Account::new(name, words[1], span),
                    amount,
                    quota(name, words[1]),
                )
            })
            .collect();
        let words: Vec<&str> = what.split_whitespace().collect();
        let number = |at: usize| words.get(at).map(|n| n.parse::<u64>().unwrap());
        let kinds = [Kind::Ship, Kind::Release, Kind::Expire, Kind::Return];
        let act = match words[0] {
            "balance" => {
                let (account, _, _) = &named[0];
                let b = ledger.transact(|book| book.balance(account, date)).unwrap();
                let is = format!("used {} reserved {}", b.used, b.reserved);
                if is != expected {
                    wrong.push_str(&format!("{row}\n    is {is}\n"));
                }
                continue;
            }
            "reserve" => Act::Reserve(Reserve {
                order: format!("order of {id}"),
                quantity: number(1).unwrap_or(1),
                charges: named
                    .iter()
                    .map(|(account, amount, quotas)| Charge {
                        account: account.clone(),
                        amount: u64::try_from(*amount).unwrap(),
                        gives_back: vec!["loss".into()],
                        quotas: quotas.clone(),
                    })
                    .collect(),
                decision: None,
                until: words
                    .iter()
                    .position(|w| *w == "until")
                    .map(|at| words[at + 1].parse().unwrap()),
            }),
            "correct" => Act::Correct {
                account: named[0].0.clone(),
                amount: named[0].1,
                why: "counted again".into(),
            },
            "limit" => Act::Limit {
                account: named[0].0.clone(),
                most: Some(u64::try_from(named[0].1).unwrap()),
                cite: "an agreement".into(),
            },
            "done" => Act::Done {
                of: words[1].into(),
                duty: words[2].into(),
                paper: None,
            },
            word => {
                let kind = kinds.into_iter().find(|k| k.word() == word).unwrap();
                let mut entry = about(
                    kind,
                    id,
                    date,
                    words[1],
                    number(2).filter(|_| words.len() > 2),
                );
                if let Act::Return { why, .. } = &mut entry.act {
                    *why = words.get(3).unwrap_or(&"loss").to_string();
                }
                entry.act
            }
        };
        let entry = Entry {
            id: id.trim_start_matches('~').into(),
            date,
            by: None,
            act,
        };
        let is = told(&ledger.submit(entry));
        if is != expected {
            wrong.push_str(&format!("{row}\n    is {is}\n"));
        }
    }
    assert!(wrong.is_empty(), "on {kind}:\n{wrong}");
    ledger.seal().unwrap();
    let verified = ledger
        .read(|r| tiergate_ledger::verify(r, None, &mut |_| ()))
        .unwrap();
    assert_eq!(verified.faults, [], "on {kind}");
    assert_eq!(verified.unsealed, 0);
}
