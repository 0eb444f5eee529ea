//! The desk, served in this process with a clock of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;
use std::time::Duration;

use tiergate_server::{Config, Database, Limits, Proxies, serve};

/// A day in microseconds.
const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A desk that is served until the process ends.
pub struct Served {
    pub base: String,
    pub password: String,
    clock: Arc<AtomicI64>,
    _folder: tempfile::TempDir,
}

impl Served {
    /// The demo on the twenty-sixth of November 2026.
    pub fn demo() -> Served {
        let start: jiff::Timestamp = "2026-11-26T15:00:00Z".parse().unwrap();
        let clock = Arc::new(AtomicI64::new(start.as_microsecond()));
        let folder = tempfile::tempdir().unwrap();
        let desk = Box::leak(Box::new(tiergate::embedded::desk(None).unwrap()));
        let told = Arc::clone(&clock);
        let config = Config {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database: Database::File(folder.path().join("desk.db")),
            public_url: None,
            proxies: Proxies::default(),
            desk,
            orders: Arc::new(tiergate::Orders::demo(desk).unwrap()),
            clock: Arc::new(move || told.load(Ordering::SeqCst)),
            limits: Limits::default(),
            oidc: None,
            demo: true,
        };
        let (ready, served) = mpsc::channel();
        std::thread::spawn(move || {
            let result = serve(config, move |at| ready.send(at).unwrap());
            assert!(result.is_ok(), "{result:?}");
        });
        let ready = served.recv_timeout(Duration::from_secs(60)).unwrap();
        Served {
            base: format!("http://{}", ready.at),
            password: ready.demo.unwrap().password,
            clock,
            _folder: folder,
        }
    }

    /// So many days go by.
    pub fn days(&self, days: i64) {
        self.clock.fetch_add(days * DAY, Ordering::SeqCst);
    }
}
