//! What is counted and timed, in the form Prometheus reads.

use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle, PrometheusRecorder};

use crate::app::Shared;

/// Counts and times of this service; two in one program do not mix.
pub struct Measures {
    recorder: PrometheusRecorder,
    handle: PrometheusHandle,
}

/// Within how many seconds requests were answered is counted at these.
const SECONDS: [f64; 12] = [
    0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0,
];

/// How often what was timed is added up: until then each time is kept.
const ADDED_UP: Duration = Duration::from_secs(5);

impl Measures {
    pub(crate) fn new() -> Measures {
        let builder = PrometheusBuilder::new();
        let builder = builder.set_buckets(&SECONDS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        Measures { recorder, handle }
    }
}

/// Adds up what was timed, now and then, for as long as the service runs.
pub(crate) async fn added_up(app: Shared) {
    let mut turns = tokio::time::interval(ADDED_UP);
    loop {
        turns.tick().await;
        app.measures.handle.run_upkeep();
    }
}

/// Counts and times a request by its route, not by its address: addresses name people's cases.
pub async fn measured(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let start = Instant::now();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", |path| path.as_str())
        .to_owned();
    let method = request.method().to_string();
    let response = next.run(request).await;
    let status = response.status().as_u16().to_string();
    let seconds = start.elapsed().as_secs_f64();
    metrics::with_local_recorder(&app.measures.recorder, || {
        let labels = [("route", route.clone()), ("method", method.clone())];
        metrics::histogram!("tiergate_request_seconds", &labels).record(seconds);
        metrics::counter!("tiergate_requests_total", "route" => route.clone(), "method" => method.clone(), "status" => status.clone())
            .increment(1);
    });
    tracing::info!(%method, %route, %status, milliseconds = seconds * 1000.0, "request");
    response
}

/// The counts and times.
pub async fn metrics(State(app): State<Shared>) -> String {
    app.measures.handle.run_upkeep();
    app.measures.handle.render()
}
