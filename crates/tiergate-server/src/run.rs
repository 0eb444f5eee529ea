//! Running the service until it is told to stop.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::app::App;
use crate::casework::finish;
use crate::config::Config;
use crate::connections;
use crate::demo::{self, Demo};
use crate::lab;
use crate::measure;
use crate::problem::Problem;
use crate::router::router;

/// A run of the lab is waited for so long, until it has noted that it was interrupted.
const LAB_ENDS: Duration = Duration::from_secs(5);

/// Why the service does not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database could not be opened.
    #[error("{0}")]
    Open(String),
    /// The address could not be listened on.
    #[error("cannot listen on {at}: {why}")]
    Listen {
        /// The address.
        at: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
    /// It could not be begun.
    #[error("the service broke off: {0}")]
    Broke(std::io::Error),
}

impl ServeError {
    pub(crate) fn open(error: impl std::fmt::Display) -> ServeError {
        ServeError::Open(error.to_string())
    }
}

/// What is told when the service is ready.
#[derive(Debug, Clone)]
pub struct Ready {
    /// The address it listens on.
    pub at: SocketAddr,
    /// While nobody has a password: the link by which the first administrator sets one.
    pub link: Option<String>,
    /// Of a demo: who can log in.
    pub demo: Option<Demo>,
}

/// Runs the service until SIGTERM or Ctrl-C: no new requests are taken then, and those that are open
/// are answered. `ready` is told once requests are taken.
///
/// # Errors
///
/// When the database cannot be opened or the address is taken.
pub fn serve(config: Config, ready: impl FnOnce(Ready) + Send + 'static) -> Result<(), ServeError> {
    crate::log::begin();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(ServeError::Broke)?;
    let at = config.listen;
    let grace = config.limits.grace;
    let app = App::open(config)?;
    let demo = app.config.demo.then(|| demo::fill(&app)).transpose()?;
    let first = app
        .people
        .first_start(app.now())
        .map_err(ServeError::open)?;
    let begun = app.clone();
    runtime.spawn_blocking(move || finish(&begun));
    let served = runtime.block_on(async {
        let listener = TcpListener::bind(at)
            .await
            .map_err(|why| ServeError::Listen { at, why })?;
        let at = listener.local_addr().map_err(ServeError::Broke)?;
        let _ = app.at.set(at);
        let base = app.base();
        let link = first.map(|secret| format!("{base}/welcome/{}", secret.text()));
        let router = router(app.clone());
        let head = app.config.limits.head;
        tokio::spawn(measure::added_up(app.clone()));
        tokio::spawn(lab::look(app.clone()));
        ready(Ready { at, link, demo });
        let open = connections::taken(listener, router, head, stopped()).await;
        app.lab.close();
        // Whoever is slow to take an answer is not waited for any longer.
        let _ = tokio::time::timeout(grace, open.shutdown()).await;
        Ok(())
    });
    // What is open of the database is closed on a thread that may wait.
    runtime.shutdown_timeout(Duration::from_secs(2));
    app.lab.wait(LAB_ENDS);
    drop(app);
    served
}

/// Until the program is told to stop.
async fn stopped() {
    let ctrl_c = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                let _ = Problem::internal(&error);
                std::future::pending::<()>().await;
            }
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = ctrl_c => {}
        () = terminate => {}
    }
}
