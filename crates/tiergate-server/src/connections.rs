//! Connections: taken one by one, each with a time limit for the head of a request.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tower::Service;

/// How long nothing is taken after a connection could not be, as where no more files may be open.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// Takes connections until the program is told to stop; gives those that are still open, to be waited
/// for. Who takes longer than `head` to send the head of a request, or waits so long before the next
/// one, is parted from.
pub async fn taken(
    listener: TcpListener,
    router: Router,
    head: Duration,
    stopped: impl Future<Output = ()>,
) -> GracefulShutdown {
    let open = GracefulShutdown::new();
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(head);
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => return open,
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => answer(&http, &open, stream, from, router.clone()),
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            },
        }
    }
}

/// Answers what comes over a connection, beside the others.
fn answer(
    http: &http1::Builder,
    open: &GracefulShutdown,
    stream: TcpStream,
    from: SocketAddr,
    router: Router,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(from));
        let mut router = router.clone();
        async move { router.call(request).await }
    });
    let connection = open.watch(http.serve_connection(TokioIo::new(stream), service));
    // Whatever breaks a connection off is nobody's fault here, and nothing is left of it.
    tokio::spawn(async move { connection.await.ok() });
}
