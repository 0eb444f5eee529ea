//! Which provider, and who we are there.

use std::net::SocketAddr;

use openidconnect::url::{Host, Url};

/// A provider of OpenID Connect, as the service is told of it.
///
/// ```
/// use tiergate_server::Oidc;
/// let oidc = Oidc::new("https://login.example.org/desk", "tiergate", None, None).unwrap();
/// assert_eq!(oidc.name(), "login.example.org");
/// let why = Oidc::new("http://login.example.org", "tiergate", None, None).unwrap_err();
/// assert!(why.contains("https://"), "{why}");
/// ```
#[derive(Clone)]
pub struct Oidc {
    pub(super) issuer: String,
    pub(super) client_id: String,
    pub(super) secret: Option<String>,
    name: String,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

impl Oidc {
    /// A provider by its issuer, what it calls us, the secret it gave us, and what people call it: its
    /// host, unless said otherwise. Without a secret we are a public client there.
    ///
    /// # Errors
    ///
    /// What is wrong, and what would be right.
    pub fn new(
        issuer: &str,
        client_id: &str,
        secret: Option<String>,
        name: Option<String>,
    ) -> Result<Oidc, String> {
        let wrong = |why: &str| format!("the issuer of OpenID Connect is `{issuer}`: {why}");
        let url = Url::parse(issuer).map_err(|e| {
            wrong(&format!(
                "{e}; it is an address such as https://login.example.org"
            ))
        })?;
        if !private(&url) {
            return Err(wrong(
                "it must begin with https://; http:// is for this machine alone, as http://127.0.0.1:9000",
            ));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it has neither ? nor #"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("it names no user"));
        }
        if client_id.trim().is_empty() {
            return Err(
                "the client id of OpenID Connect is empty: the provider gives it".to_owned(),
            );
        }
        if secret
            .as_ref()
            .is_some_and(|secret| secret.trim().is_empty())
        {
            return Err(
                "the client secret of OpenID Connect is empty: the provider gives it, or leave it out \
                 for a public client"
                    .to_owned(),
            );
        }
        let host = url.host_str().unwrap_or(issuer).to_owned();
        let name = name.map(|name| name.trim().to_owned());
        Ok(Oidc {
            issuer: issuer.to_owned(),
            client_id: client_id.trim().to_owned(),
            secret: secret.map(|secret| secret.trim().to_owned()),
            name: name.filter(|name| !name.is_empty()).unwrap_or(host),
        })
    }

    /// The issuer.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// What people call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether the issuer is on this machine.
    pub(super) fn here(&self) -> bool {
        self.issuer.starts_with("http://")
    }

    /// Whether the provider can lead browsers back to us.
    pub(crate) fn leads_back(public_url: Option<&str>, listen: SocketAddr) -> Result<(), String> {
        match public_url {
            None if listen.ip().is_loopback() => Ok(()),
            None => Err(format!(
                "OpenID Connect needs --public-url: the provider leads browsers back to it, and {listen} \
                 is not where they reach the desk"
            )),
            Some(url) => match Url::parse(url) {
                Ok(parsed) if private(&parsed) && parsed.path() == "/" => Ok(()),
                Ok(_) => Err(format!(
                    "OpenID Connect needs a public URL of https:// and a host, such as \
                     https://desk.example.org; found `{url}`"
                )),
                Err(why) => Err(format!("the public URL is `{url}`: {why}")),
            },
        }
    }
}

/// Whether nobody between reads what is sent to an address: over TLS, or within this machine.
pub(super) fn private(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_address_over_tls_or_of_this_machine() {
        for (issuer, why) in [
            ("https://login.example.org", ""),
            ("https://login.example.org/realms/desk", ""),
            ("http://127.0.0.1:9000", ""),
            ("http://localhost:9000/", ""),
            ("http://[::1]:9000", ""),
            ("login.example.org", "such as https://"),
            ("http://login.example.org", "https://"),
            ("http://127.0.0.1.example.org", "https://"),
            ("http://localhost.example.org", "https://"),
            ("ftp://login.example.org", "https://"),
            ("https://login.example.org?x=1", "neither ? nor #"),
            ("https://login.example.org#x", "neither ? nor #"),
            ("https://me@login.example.org", "no user"),
        ] {
            match Oidc::new(issuer, "desk", None, None) {
                Ok(_) => assert_eq!(why, "", "{issuer}"),
                Err(said) => assert!(!why.is_empty() && said.contains(why), "{issuer}: {said}"),
            }
        }
        let empty = |id: &str, secret: &str| {
            let issuer = "https://login.example.org";
            Oidc::new(issuer, id, Some(secret.to_owned()), None).unwrap_err()
        };
        assert!(empty("", "s").contains("client id"));
        assert!(empty("desk", "\n").contains("client secret"));
    }

    #[test]
    fn the_provider_leads_back_where_browsers_reach_us() {
        let here: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        let all: SocketAddr = "0.0.0.0:8080".parse().unwrap();
        let https = Some("https://desk.example.org");
        assert!(Oidc::leads_back(None, here).is_ok());
        assert!(Oidc::leads_back(https, all).is_ok());
        assert!(Oidc::leads_back(Some("http://127.0.0.1:8080/"), here).is_ok());
        for (url, word) in [
            (None, "--public-url"),
            (Some("http://desk.example.org"), "https://"),
            (Some("https://desk.example.org/desk"), "https:// and a host"),
            (Some("desk"), "the public URL is `desk`"),
        ] {
            let why = Oidc::leads_back(url, all).unwrap_err();
            assert!(why.contains(word), "{why}");
        }
    }

    #[test]
    fn nothing_shows_the_secret() {
        let oidc = Oidc::new("https://a.example", "desk", Some("hush".to_owned()), None).unwrap();
        assert!(!format!("{oidc:?}").contains("hush"));
    }
}
