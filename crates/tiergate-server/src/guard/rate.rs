//! How many requests a second one person or address may send.
//!
//! Whoever is signed in is counted by person, from wherever they ask; everybody else by address. A
//! secret counts for its person once it has proved good, so that nothing is looked up to refuse, and a
//! made-up one counts for the address it comes from.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use super::who::{self, Shown};
use crate::app::Shared;
use crate::config::Limits;
use crate::problem::Problem;

/// So many are remembered before what has not asked for long is forgotten.
const REMEMBERED: usize = 100_000;

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Counted {
    Person(String),
    Address(IpAddr),
}

/// Requests by person or address.
pub(crate) struct Rate {
    limiter: DefaultKeyedRateLimiter<Counted>,
    /// Whose a secret is, by its hash.
    people: Mutex<HashMap<String, String>>,
}

impl Rate {
    pub(crate) fn new(limits: &Limits) -> Rate {
        let every = limits.every.max(Duration::from_nanos(1));
        let burst = NonZeroU32::new(limits.burst).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(every).unwrap_or(Quota::per_second(NonZeroU32::MIN));
        let quota = quota.allow_burst(burst);
        Rate {
            limiter: RateLimiter::keyed(quota),
            people: Mutex::default(),
        }
    }

    fn check(&self, who: &Counted) -> Result<(), Duration> {
        if self.limiter.len() > REMEMBERED {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(who).map_err(|not| {
            let now = DefaultClock::default().now();
            not.wait_time_from(now)
        })
    }

    /// A secret proved good: from now on it counts for its person.
    pub(crate) fn good(&self, hash: String, person: &str) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        if people.len() >= REMEMBERED {
            people.clear();
        }
        people.insert(hash, person.to_owned());
    }

    /// A secret is good no longer, or never was.
    pub(crate) fn bad(&self, hash: &str) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.remove(hash);
    }

    fn person(&self, shown: &Shown) -> Option<String> {
        let hash = shown.secret().hash();
        let people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        people.get(&hash).cloned()
    }
}

/// What is counted as one address: of the sixth version a whole network, which is one customer's.
fn one(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        v4 => v4,
    }
}

/// Refuses what is too much, and says when to try again.
pub async fn limited(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let headers = request.headers();
    let person = who::shown(&app, headers).and_then(|shown| app.rate.person(&shown));
    let counted = match (person, peer) {
        (Some(person), _) => Some(Counted::Person(person)),
        (None, Some(peer)) => {
            let from = app.config.proxies.client(peer.0.ip(), headers);
            Some(Counted::Address(one(from)))
        }
        (None, None) => None,
    };
    if let Some(Err(wait)) = counted.map(|counted| app.rate.check(&counted)) {
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

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_the_sixth_version_is_one_and_a_mapped_address_is_of_the_fourth() {
        let of = |text: &str| one(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3::4"), of("2001:db8:1:2::9"));
        assert_ne!(of("2001:db8:1:2::4"), of("2001:db8:1:3::4"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn a_secret_counts_for_its_person_from_when_it_is_good_until_it_is_not() {
        let rate = Rate::new(&Limits::default());
        let shown = Shown::Token(crate::people::Secret::shown("abc"));
        assert_eq!(rate.person(&shown), None);
        let hash = shown.secret().hash();
        rate.good(hash.clone(), "p-1");
        assert_eq!(rate.person(&shown).as_deref(), Some("p-1"));
        rate.bad(&hash);
        assert_eq!(rate.person(&shown), None);
    }
}
