//! Logging in with an account at a provider of OpenID Connect: the authorization code flow, with PKCE.
//!
//! The provider says who somebody is; who may enter is said by the people of the desk
//! (`people/identities.rs`). What is begun here is bound to the browser that began it (`begun.rs`); what
//! comes back is taken only if all of it holds (`provider.rs`).

mod ask;
mod begun;
mod config;
mod provider;

use std::sync::Arc;

use tokio::sync::Semaphore;

pub(crate) use begun::{BEGUN_FOR, Begun};
pub use config::Oidc;
pub(crate) use provider::{Failed, Provider};

use crate::app::App;

/// So many ask the provider at once: they wait for it, and not on the turns of the desk's own work.
const AT_ONCE: usize = 16;

/// Where the provider leads the browser back to.
pub(crate) const CALLBACK: &str = "/login/oidc/callback";

/// The provider, and turns for asking it.
pub(crate) struct Login {
    provider: Provider,
    turns: Arc<Semaphore>,
}

impl Login {
    /// For a provider.
    ///
    /// # Errors
    ///
    /// When nothing can be asked over TLS.
    pub(crate) fn new(config: Oidc) -> Result<Login, String> {
        Ok(Login {
            provider: Provider::new(config)?,
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        })
    }

    /// What people call the provider.
    pub(crate) fn name(&self) -> &str {
        self.provider.name()
    }
}

impl App {
    /// Asks the provider, on a thread that may wait. When too many ask it, that is refused at once.
    ///
    /// # Errors
    ///
    /// What the provider did, or that there is none.
    pub(crate) async fn at_provider<R: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&App, &Provider) -> Result<R, Failed> + Send + 'static,
    ) -> Result<R, Failed> {
        let login = self.oidc.as_ref().ok_or(Failed::Busy)?;
        let turn = Arc::clone(&login.turns).try_acquire_owned();
        let turn = turn.map_err(|_| Failed::Busy)?;
        let app = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            match &app.oidc {
                Some(login) => work(&app, &login.provider),
                None => Err(Failed::Busy),
            }
        });
        done.await.unwrap_or(Err(Failed::Busy))
    }
}
