//! What the service is started with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tiergate_engine::Desk;

use crate::db::Database;
use crate::guard::proxies::Proxies;
use crate::oidc::Oidc;
use crate::port::OrderDesk;

/// How much the service takes before it refuses.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request's body, but for uploads and files of orders.
    pub body: usize,
    /// Bytes of an uploaded document.
    pub upload: usize,
    /// How long the head of a request may take to come, and a connection wait for the next one.
    pub head: Duration,
    /// How long a request may take.
    pub timeout: Duration,
    /// How long open requests are waited for when the service stops.
    pub grace: Duration,
    /// How long it takes until a person or address may send one more request, on average.
    pub every: Duration,
    /// Requests at once for each person or address, beyond the average.
    pub burst: u32,
    /// Pieces of work on the database or the engine at once.
    pub at_once: usize,
    /// Pieces of work that may wait for their turn.
    pub waiting: usize,
    /// Draws that a run of the lab may have.
    pub lab_draws: u64,
    /// Runs of the lab at work or waiting, of everybody together.
    pub lab_open: usize,
    /// Threads that rehearse.
    pub lab_threads: usize,
    /// Bytes of what came of the runs of a person; the oldest goes first.
    pub lab_kept: usize,
}

/// Half of the cores: the others answer.
#[must_use]
pub fn half_of_the_cores() -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    (cores / 2).max(1)
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body: 1 << 20,
            upload: 16 << 20,
            head: Duration::from_secs(30),
            timeout: Duration::from_secs(30),
            grace: Duration::from_secs(20),
            every: Duration::from_millis(5),
            burst: 400,
            at_once: 32,
            waiting: 512,
            lab_draws: 512,
            lab_open: 5,
            lab_threads: half_of_the_cores(),
            lab_kept: 64 << 20,
        }
    }
}

/// What the service is started with.
#[derive(Clone)]
pub struct Config {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where everything is kept.
    pub database: Database,
    /// The address people reach it by, if it is not `listen`: behind a proxy with TLS, `https://...`.
    pub public_url: Option<String>,
    /// The proxies before it that are believed when they say for whom they ask.
    pub proxies: Proxies,
    /// The law library and the catalog; they live as long as the program.
    pub desk: &'static Desk,
    /// Decides orders.
    pub orders: Arc<dyn OrderDesk>,
    /// The clock: microseconds since 1970.
    pub clock: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// How much it takes.
    pub limits: Limits,
    /// The provider of OpenID Connect that people may log in at, besides passwords.
    pub oidc: Option<Oidc>,
    /// Whether to fill an empty desk with invented people and cases.
    pub demo: bool,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
