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

    /// The secret a browser sent.
    pub fn read(self, headers: &HeaderMap) -> Option<Secret> {
        let cookies = headers.get_all(header::COOKIE).into_iter();
        let mut pairs = cookies
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(';'))
            .filter_map(|pair| pair.trim().split_once('='));
        let with_tls = format!("{}{}", self.prefix(), self.name);
        let found = pairs.find(|(name, _)| *name == self.name || *name == with_tls)?;
        Some(Secret::shown(found.1))
    }

    /// What sets it, or takes it away.
    pub fn set(self, app: &App, secret: Option<&Secret>) -> Option<HeaderValue> {
        let secure = app
            .config
            .public_url
            .as_deref()
            .is_some_and(|url| url.starts_with("https://"));
        let (prefix, mark) = match secure {
            true => (self.prefix(), "; Secure"),
            false => ("", ""),
        };
        let value = secret.map_or("", Secret::text);
        let age = match (secret, self.age) {
            (None, _) => "; Max-Age=0".to_owned(),
            (Some(_), Some(age)) => format!("; Max-Age={age}"),
            (Some(_), None) => String::new(),
        };
        let Cookie { name, path, .. } = self;
        let text =
            format!("{prefix}{name}={value}; Path={path}; HttpOnly; SameSite=Lax{mark}{age}");
        HeaderValue::from_str(&text).ok()
    }
}
