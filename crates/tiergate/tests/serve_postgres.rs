//! Two services over one PostgreSQL database, one of them killed while it enters: nothing is lost and
//! nothing is there twice.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tiergate_server::people::{NewPerson, NewToken, Scope};
use tiergate_server::{App, Config, Database, Limits, Proxies, Shared};

/// Requests in all, from so many who ask at once.
const REQUESTS: usize = 120;
const ASKING: usize = 6;

/// A database of its own; none where there is no server.
fn database() -> Option<String> {
    let Ok(server) = std::env::var("TIERGATE_POSTGRES") else {
        assert!(
            std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
            "TIERGATE_POSTGRES is not set: run by scripts/with-postgres"
        );
        eprintln!("skipped: no PostgreSQL; run by scripts/with-postgres");
        return None;
    };
    let name = format!("desk_{}", std::process::id());
    let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .unwrap();
    Some(server.replacen("/postgres?", &format!("/{name}?"), 1))
}

/// A service as a process of its own.
struct Service {
    child: Child,
    at: String,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Service {
    fn start(database: &str) -> Service {
        let mut child = Command::new(env!("CARGO_BIN_EXE_tiergate"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database", database])
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let at = loop {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).unwrap(), 0, "it ended");
            if let Some(at) = line.trim().strip_prefix("Tiergate serves at http://") {
                break at.to_owned();
            }
        };
        // What else it says is read, so that it can go on saying it.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Service { child, at }
    }
}

/// The desk itself, to add somebody with a token.
fn token(database: &str) -> (Shared, String) {
    let desk = Box::leak(Box::new(tiergate::embedded::desk(None).unwrap()));
    let app = App::open(Config {
        listen: ([127, 0, 0, 1], 0).into(),
        database: Database::of(database),
        public_url: None,
        proxies: Proxies::default(),
        desk,
        orders: Arc::new(tiergate::Orders::new(desk)),
        clock: Arc::new(|| jiff::Timestamp::now().as_microsecond()),
        limits: Limits::default(),
        oidc: None,
        demo: false,
    })
    .unwrap();
    let officer = NewPerson {
        name: "Officer".to_owned(),
        login: "officer".to_owned(),
        role: "licensing-officer".to_owned(),
        ..NewPerson::default()
    };
    let officer = app.people.add(&officer, &[], "test", app.now()).unwrap();
    let new = NewToken {
        name: "test".to_owned(),
        scopes: Scope::ALL.to_vec(),
        expires: app.now() + 3_600_000_000,
    };
    let (secret, _) = app.people.make_token(&officer, &new, app.now()).unwrap();
    let token = secret.text().to_owned();
    (app, token)
}

/// An answer's status and body; none when there was none.
fn post(at: &str, token: &str, key: &str, body: &Value) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(at).ok()?;
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .ok()?;
    let body = body.to_string();
    let request = format!(
        "POST /api/v1/cases HTTP/1.1\r\nHost: {at}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nIdempotency-Key: {key}\r\nConnection: close\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

#[test]
fn a_service_that_is_killed_loses_nothing_and_another_goes_on() {
    let Some(database) = database() else { return };
    let (app, token) = token(&database);
    let mut first = Service::start(&database);
    let second = Service::start(&database);
    let services = [first.at.clone(), second.at.clone()];
    let answered = AtomicUsize::new(0);
    let next = AtomicUsize::new(0);
    let cases: Vec<(usize, String)> = std::thread::scope(|scope| {
        let asks = || {
            let mut made = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= REQUESTS {
                    return made;
                }
                let body = json!({ "kind": "classification", "applicant": "acme", "country": "PL",
                    "title": format!("case {n}") });
                let start = Instant::now();
                let mut at = n;
                let case = loop {
                    assert!(
                        start.elapsed() < Duration::from_secs(60),
                        "request {n} has no answer"
                    );
                    match post(&services[at % 2], &token, &format!("key-{n}"), &body) {
                        Some((201, case)) => break case,
                        // Being answered, busy, or gone: again, at the other.
                        Some((409 | 503, _)) | None => {
                            at += 1;
                            std::thread::sleep(Duration::from_millis(50));
                        }
                        Some(other) => panic!("request {n}: {other:?}"),
                    }
                };
                answered.fetch_add(1, Ordering::SeqCst);
                made.push((n, case["id"].as_str().unwrap().to_owned()));
            }
        };
        let asking: Vec<_> = (0..ASKING).map(|_| scope.spawn(asks)).collect();
        while answered.load(Ordering::SeqCst) < REQUESTS / 3 {
            std::thread::sleep(Duration::from_millis(5));
        }
        first.child.kill().unwrap();
        let made = asking.into_iter().flat_map(|asked| asked.join().unwrap());
        made.collect()
    });
    assert_eq!(cases.len(), REQUESTS);
    let told: BTreeSet<&String> = cases.iter().map(|(_, case)| case).collect();
    assert_eq!(told.len(), REQUESTS, "each request has a case of its own");
    app.cases
        .with(|store| {
            let kept: BTreeSet<String> = store.cases()?.into_iter().collect();
            assert_eq!(
                kept.len(),
                REQUESTS,
                "and no case is there without a request"
            );
            assert!(told.iter().all(|case| kept.contains(*case)));
            assert_eq!(store.verify()?, Vec::<String>::new());
            Ok::<_, tiergate_cases::Error>(())
        })
        .unwrap();
}
