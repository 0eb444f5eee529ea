//! Asking the provider: over TLS, for seconds, and nobody else than was asked.

use std::sync::Arc;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How long the provider may take for an answer, all in all.
const PATIENCE: Duration = Duration::from_secs(5);

/// More of an answer is not read.
const LONGEST: u64 = 1 << 20;

/// Who asks the provider. `here` is said of a provider on this machine, which is not asked by a proxy.
///
/// # Errors
///
/// When no authority is known by which others could show who they are.
pub(super) fn agent(here: bool) -> Result<Agent, String> {
    let mut config = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        // An answer that leads elsewhere is none: whoever is asked gets a secret.
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .user_agent("tiergate");
    if here {
        config = config.proxy(None);
    } else {
        config = config.https_only(true).tls_config(tls()?);
    }
    Ok(config.build().into())
}

/// TLS by the authorities this machine trusts; SSL_CERT_FILE names others.
fn tls() -> Result<TlsConfig, String> {
    let known = rustls_native_certs::load_native_certs();
    if known.certs.is_empty() {
        let why = known.errors.first().map(|e| format!(" ({e})"));
        return Err(format!(
            "this machine trusts no certificates, by which a provider of OpenID Connect shows who it is{}: \
             install ca-certificates, or name a file of them in SSL_CERT_FILE",
            why.unwrap_or_default()
        ));
    }
    let roots = known.certs.iter();
    let roots = roots.map(|der| Certificate::from_der(der.as_ref()).to_owned());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::Specific(Arc::new(roots.collect())))
        .unversioned_rustls_crypto_provider(provider)
        .build())
}

/// Sends a request and reads the answer.
///
/// # Errors
///
/// When there is none, or none in time, or too long a one.
pub(super) fn send(agent: &Agent, request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let (parts, body) = agent.run(request)?.into_parts();
    let body = body.into_with_config().limit(LONGEST).read_to_vec()?;
    Ok(HttpResponse::from_parts(parts, body))
}
