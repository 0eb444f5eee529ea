//! Cookies the service sets: never read by a script, and sent over TLS alone where there is TLS.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::app::App;
use crate::people::Secret;

/// A cookie that holds a secret.
#[derive(Debug, Clone, Copy)]
pub struct Cookie {
    name: &'static str,
    path: &'static str,
    /// How many seconds a browser keeps it; as long as it runs, where it is not said.
    age: Option<i64>,
}

/// The cookie of a session.
pub const SESSION: Cookie = Cookie {
    name: "tiergate_session",
    path: "/",
    age: None,
};

/// The cookie of a login that was begun: the provider sends the browser back across sites, as a plain
/// visit, which `Lax` allows.
pub const BEGUN: Cookie = Cookie {
    name: "tiergate_oidc",
    path: "/login/oidc",
    age: Some(crate::oidc::BEGUN_FOR / 1_000_000),
};

impl Cookie {
    /// The prefix of the name, by which a browser holds that it was set over TLS, and where it is for
    /// the whole host, by no other host.
    fn prefix(self) -> &'static str {
        match self.path {
            "/" => "__Host-",
            _ => "__Secure-",
        }
    }

    /// Its name, as it is set over TLS or without.
    pub fn named(self, tls: bool) -> String {
        let prefix = if tls { self.prefix() } else { "" };
        format!("{prefix}{}", self.name)
    }

    /// The secret a browser sent. Only the name counts by which this desk sets it: whoever answers
    /// without TLS in its place cannot make a browser keep one with the prefix.
    pub fn read(self, app: &App, headers: &HeaderMap) -> Option<Secret> {
        self.sent(over_tls(app), headers)
    }

    fn sent(self, tls: bool, headers: &HeaderMap) -> Option<Secret> {
        let named = self.named(tls);
        let cookies = headers.get_all(header::COOKIE).into_iter();
        let mut pairs = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let found = pairs.find(|(name, _)| *name == named)?;
        Some(Secret::shown(found.1))
    }

    /// What sets it, or takes it away.
    pub fn set(self, app: &App, secret: Option<&Secret>) -> Option<HeaderValue> {
        let tls = over_tls(app);
        let mark = if tls { "; Secure" } else { "" };
        let value = secret.map_or("", Secret::text);
        let age = match (secret, self.age) {
            (None, _) => "; Max-Age=0".to_owned(),
            (Some(_), Some(age)) => format!("; Max-Age={age}"),
            (Some(_), None) => String::new(),
        };
        let (name, path) = (self.named(tls), self.path);
        let text = format!("{name}={value}; Path={path}; HttpOnly; SameSite=Lax{mark}{age}");
        HeaderValue::from_str(&text).ok()
    }
}

/// Whether people reach the desk over TLS.
fn over_tls(app: &App) -> bool {
    let public = app.config.public_url.as_deref();
    public.is_some_and(|url| url.starts_with("https://"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_read_under_the_name_alone_by_which_it_is_set() {
        let plain = "tiergate_session=plain; tiergate_oidc=begun";
        let marked = "__Host-tiergate_session=marked; __Secure-tiergate_oidc=began";
        for (sent, tls, session, begun) in [
            (plain.to_owned(), false, Some("plain"), Some("begun")),
            (plain.to_owned(), true, None, None),
            (marked.to_owned(), true, Some("marked"), Some("began")),
            (marked.to_owned(), false, None, None),
            // Of two, whichever comes first.
            (
                format!("{plain}; {marked}"),
                true,
                Some("marked"),
                Some("began"),
            ),
            (
                format!("{marked}; {plain}"),
                true,
                Some("marked"),
                Some("began"),
            ),
            (
                format!("{marked}; {plain}"),
                false,
                Some("plain"),
                Some("begun"),
            ),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, sent.parse().unwrap());
            for (cookie, secret) in [(SESSION, session), (BEGUN, begun)] {
                let found = cookie.sent(tls, &headers);
                let found = found.as_ref().map(Secret::text);
                assert_eq!(found, secret, "{cookie:?} of `{sent}`, TLS: {tls}");
            }
        }
    }
}
