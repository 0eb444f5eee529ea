//! Running the service until it is told to stop.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::app::App;
use crate::casework::finish;
use crate::config::Config;
use crate::demo::{self, Demo};
use crate::measure;
use crate::problem::Problem;
use crate::router::router;

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
    /// It broke off.
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
        let service = router(app.clone()).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(measure::added_up(app.clone()));
        ready(Ready { at, link, demo });
        let (told, stop) = tokio::sync::oneshot::channel::<()>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            stopped().await;
            let _ = told.send(());
        });
        tokio::select! {
            served = async move { serving.await } => served.map_err(ServeError::Broke),
            () = async { if stop.await.is_ok() { tokio::time::sleep(grace).await } else { std::future::pending().await } } => Ok(()),
        }
    });
    // What is open of the database is closed on a thread that may wait.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
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
