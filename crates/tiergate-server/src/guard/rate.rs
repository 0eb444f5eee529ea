//! How many requests a second one person or address may send.

use std::net::{IpAddr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::app::Shared;
use crate::config::Limits;
use crate::problem::Problem;

/// Requests by address.
pub(crate) struct Rate(DefaultKeyedRateLimiter<IpAddr>);

impl Rate {
    pub(crate) fn new(limits: &Limits) -> Rate {
        let some = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(some(limits.per_second)).allow_burst(some(limits.burst));
        Rate(RateLimiter::keyed(quota))
    }

    fn check(&self, who: IpAddr) -> Result<(), Duration> {
        // What has not asked for long is forgotten.
        if self.0.len() > 100_000 {
            self.0.retain_recent();
        }
        self.0.check_key(&who).map_err(|not| {
            let now = DefaultClock::default().now();
            not.wait_time_from(now)
        })
    }
}

/// Refuses what is too much, and says when to try again.
pub async fn limited(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let from = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip());
    if let Some(from) = from
        && let Err(wait) = app.rate.check(from)
    {
        let seconds = wait.as_secs_f64().ceil().max(1.0);
        let what = format!("too many requests: try again in {seconds} s");
        let mut response = Problem::new(StatusCode::TOO_MANY_REQUESTS, what).into_response();
        if let Ok(after) = HeaderValue::from_str(&seconds.to_string()) {
            response.headers_mut().insert(header::RETRY_AFTER, after);
        }
        return response;
    }
    next.run(request).await
}
