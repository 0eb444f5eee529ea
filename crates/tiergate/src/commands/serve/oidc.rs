//! The provider of OpenID Connect, as it is given on the command line.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use tiergate_server::Oidc;

/// The variable that holds the client secret where no file does: arguments are seen by others.
const SECRET: &str = "TIERGATE_OIDC_CLIENT_SECRET";

/// Logging in by OpenID Connect
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "OpenID Connect")]
pub struct OidcArgs {
    /// Let people log in at this provider, besides passwords: its issuer, https://...
    #[arg(
        long = "oidc-issuer",
        value_name = "URL",
        env = "TIERGATE_OIDC_ISSUER",
        requires = "client_id"
    )]
    issuer: Option<String>,

    /// What the provider calls this desk
    #[arg(
        long = "oidc-client-id",
        value_name = "ID",
        env = "TIERGATE_OIDC_CLIENT_ID",
        requires = "issuer"
    )]
    client_id: Option<String>,

    /// A file with the secret the provider gave this desk; or TIERGATE_OIDC_CLIENT_SECRET holds it.
    /// Without either, the desk is a public client
    #[arg(
        long = "oidc-client-secret-file",
        value_name = "FILE",
        env = "TIERGATE_OIDC_CLIENT_SECRET_FILE",
        requires = "issuer"
    )]
    secret_file: Option<PathBuf>,

    /// What people call the provider; its host, unless said otherwise
    #[arg(
        long = "oidc-name",
        value_name = "NAME",
        env = "TIERGATE_OIDC_NAME",
        requires = "issuer"
    )]
    name: Option<String>,
}

impl OidcArgs {
    /// The provider, if one is given.
    pub fn provider(&self) -> Result<Option<Oidc>> {
        let (Some(issuer), Some(id)) = (&self.issuer, &self.client_id) else {
            return Ok(None);
        };
        let said = std::env::var(SECRET).ok();
        let secret = match (&self.secret_file, said) {
            (Some(_), Some(_)) => {
                bail!(
                    "the client secret is given twice: by --oidc-client-secret-file and by {SECRET}"
                )
            }
            (Some(file), None) => {
                let secret = std::fs::read_to_string(file);
                Some(secret.with_context(|| format!("cannot read {}", file.display()))?)
            }
            (None, said) => said,
        };
        let oidc = Oidc::new(issuer, id, secret, self.name.clone());
        oidc.map(Some).map_err(|why| anyhow!(why))
    }
}
