//! Connections: who is slow to ask is parted from, and others are answered meanwhile.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tiergate_server::{Config, Database, Limits, Proxies, serve};

/// A desk that waits so long for the head of a request.
fn serving(head: Duration) -> (SocketAddr, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let desk = Box::leak(Box::new(tiergate::embedded::desk(None).unwrap()));
    let config = Config {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        database: Database::File(folder.path().join("desk.db")),
        public_url: None,
        proxies: Proxies::default(),
        desk,
        orders: Arc::new(tiergate::Orders::new(desk)),
        clock: Arc::new(|| 1_795_000_000_000_000),
        limits: Limits {
            head,
            ..Limits::default()
        },
        oidc: None,
        demo: false,
    };
    let (ready, served) = mpsc::channel();
    std::thread::spawn(move || serve(config, move |at| ready.send(at.at).unwrap()));
    (
        served.recv_timeout(Duration::from_secs(60)).unwrap(),
        folder,
    )
}

fn connected(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    stream
}

/// Asks whether the desk is well, over a connection that stays.
fn is_well(stream: &mut TcpStream) -> bool {
    stream
        .write_all(b"GET /health HTTP/1.1\r\nhost: desk\r\n\r\n")
        .unwrap();
    let mut buffer = [0; 4096];
    let read = stream.read(&mut buffer).unwrap();
    buffer[..read].starts_with(b"HTTP/1.1 200 OK")
}

#[test]
fn who_sends_headers_slowly_is_ended_and_others_are_answered_meanwhile() {
    let head = Duration::from_millis(700);
    let (at, _folder) = serving(head);
    let begun = Instant::now();
    let mut slow = connected(at);
    let mut silent = connected(at);
    slow.write_all(b"GET /health HTTP/1.1\r\nhost: desk\r\n")
        .unwrap();
    let mut ended = false;
    for n in 0..60 {
        // A line now and then does not make the head a whole one.
        std::thread::sleep(Duration::from_millis(100));
        ended = slow.write_all(format!("x-{n}: 1\r\n").as_bytes()).is_err();
        if ended {
            break;
        }
        if n % 3 == 0 {
            assert!(is_well(&mut connected(at)));
        }
    }
    assert!(ended, "still open after {:?}", begun.elapsed());
    assert!(begun.elapsed() >= head);
    // Who says nothing at all is parted from too.
    let mut nothing = Vec::new();
    silent.read_to_end(&mut nothing).unwrap();
}

#[test]
fn a_connection_is_asked_over_again_while_it_is_not_left_waiting() {
    let (at, _folder) = serving(Duration::from_secs(20));
    let mut stream = connected(at);
    for _ in 0..3 {
        assert!(is_well(&mut stream));
    }
}
