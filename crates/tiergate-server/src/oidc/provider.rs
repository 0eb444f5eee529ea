//! The provider: what it says of itself, where it sends browsers, and whether what comes back holds.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreIdTokenVerifier,
    CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreUserInfoClaims,
};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, DiscoveryError, EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest,
    IssuerUrl, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, SubjectIdentifier, TokenResponse as _,
    UserInfoError,
};
use ureq::Agent;

use super::config::private;
use super::{Begun, CALLBACK, Oidc, ask};
use crate::people::{Account, Email};

/// What the provider says of itself is asked anew after so many microseconds: an hour.
const FRESH: i64 = 60 * 60 * 1_000_000;

/// A provider that did not answer is left alone for so many microseconds: ten seconds.
const LEFT_ALONE: i64 = 10 * 1_000_000;

/// Keys that do not fit are asked anew, but not within so many microseconds: a minute.
const SAME_KEYS: i64 = 60 * 1_000_000;

/// The longest name of an account there is, in bytes (OpenID Connect Core, 2).
const SUBJECT: usize = 255;

/// Signatures that are taken: by a key that only the provider has.
const SIGNED: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why nobody is logged in. The words are for the log: nothing in them is of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Failed {
    /// Too many ask it at once.
    Busy,
    /// It cannot be reached, or gives no sense.
    Unreachable(&'static str),
    /// What it gave does not show who somebody is.
    Unproved(&'static str),
}

/// An account that was shown, and what its e-mail can be asked with.
pub(crate) struct Shown {
    /// The account.
    pub account: Account,
    access: AccessToken,
}

type Client = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What was learned of the provider, and when.
enum Known {
    Nothing,
    Said(Arc<CoreProviderMetadata>, i64),
    Failed(Failed, i64),
}

/// The provider.
pub(crate) struct Provider {
    config: Oidc,
    agent: Agent,
    known: Mutex<Known>,
}

impl Provider {
    pub(super) fn new(config: Oidc) -> Result<Provider, String> {
        Ok(Provider {
            agent: ask::agent(config.here())?,
            config,
            known: Mutex::new(Known::Nothing),
        })
    }

    pub(super) fn name(&self) -> &str {
        self.config.name()
    }

    /// Where a browser logs in, to be led back to the address of the desk.
    ///
    /// # Errors
    ///
    /// When the provider cannot be reached.
    pub(crate) fn door(&self, begun: &Begun, base: &str, now: i64) -> Result<Url, Failed> {
        let client = self.client(&*self.said(now, FRESH)?, base)?;
        let challenge =
            PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(begun.verifier()));
        let state = CsrfToken::new(begun.state());
        let nonce = Nonce::new(begun.nonce());
        let (url, _, _) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                move || state,
                move || nonce,
            )
            .add_scope(Scope::new("email".to_owned()))
            .set_pkce_challenge(challenge)
            .url();
        Ok(url)
    }

    /// The account that a code stands for: its ID token is the issuer's, for us, of this login and of
    /// now.
    ///
    /// # Errors
    ///
    /// What does not hold.
    pub(crate) fn shown(
        &self,
        begun: &Begun,
        code: String,
        base: &str,
        now: i64,
    ) -> Result<Shown, Failed> {
        let said = self.said(now, FRESH)?;
        let client = self.client(&said, base)?;
        let request = client.exchange_code(AuthorizationCode::new(code));
        let answer = request
            .map_err(|_| Failed::Unreachable("it has no token endpoint"))?
            .set_pkce_verifier(PkceCodeVerifier::new(begun.verifier()))
            .request(&|request: HttpRequest| ask::send(&self.agent, request))
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(_) => Failed::Unproved("the code was refused"),
                RequestTokenError::Request(_) => Failed::Unreachable("the token endpoint"),
                _ => Failed::Unproved("the token endpoint's answer cannot be read"),
            })?;
        let token = answer.id_token();
        let token = token.ok_or(Failed::Unproved("there is no ID token"))?;
        let nonce = Nonce::new(begun.nonce());
        let claims = match token.claims(&self.verifier(&client, now), &nonce) {
            // The keys may have changed since they were asked.
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey
                | SignatureVerificationError::CryptoError(_),
            )) => {
                let client = self.client(&*self.said(now, SAME_KEYS)?, base)?;
                let claims = token.claims(&self.verifier(&client, now), &nonce);
                claims.map_err(|error| unproved(&error))?.clone()
            }
            claims => claims.map_err(|error| unproved(&error))?.clone(),
        };
        // Whom it was given to is left to us to look at (OpenID Connect Core, 3.1.3.7).
        let party = claims.authorized_party().map(|party| party.as_str());
        if party.is_some_and(|party| party != self.config.client_id) {
            return Err(Failed::Unproved("the ID token was given to another"));
        }
        let subject = claims.subject().as_str();
        if subject.is_empty() || subject.len() > SUBJECT {
            return Err(Failed::Unproved(
                "the subject has no name of 1 to 255 bytes",
            ));
        }
        let email = claims.email().map(|email| email.as_str());
        Ok(Shown {
            account: Account {
                issuer: self.config.issuer.clone(),
                subject: subject.to_owned(),
                email: email_of(email, claims.email_verified()),
            },
            access: answer.access_token().clone(),
        })
    }

    /// The account with its e-mail, which most providers tell only when asked for it.
    ///
    /// # Errors
    ///
    /// When the provider does not tell, or tells of another.
    pub(crate) fn with_email(&self, shown: Shown, base: &str, now: i64) -> Result<Account, Failed> {
        let Shown {
            mut account,
            access,
        } = shown;
        if account.email != Email::Unknown {
            return Ok(account);
        }
        let client = self.client(&*self.said(now, FRESH)?, base)?;
        let subject = SubjectIdentifier::new(account.subject.clone());
        let Ok(request) = client.user_info(access, Some(subject)) else {
            // There is nowhere to ask.
            return Ok(account);
        };
        let claims: CoreUserInfoClaims = request
            .request(&|request: HttpRequest| ask::send(&self.agent, request))
            .map_err(|error| match error {
                UserInfoError::Request(_) => Failed::Unreachable("the userinfo endpoint"),
                UserInfoError::ClaimsVerification(_) => {
                    Failed::Unproved("the userinfo endpoint tells of another")
                }
                _ => Failed::Unproved("the userinfo endpoint's answer cannot be read"),
            })?;
        let email = claims.email().map(|email| email.as_str());
        account.email = email_of(email, claims.email_verified());
        Ok(account)
    }

    fn verifier<'c>(&self, client: &'c Client, now: i64) -> CoreIdTokenVerifier<'c> {
        // A moment beyond what a calendar holds is none at which a token is good.
        let now = DateTime::from_timestamp_micros(now).unwrap_or(DateTime::<Utc>::MAX_UTC);
        client
            .id_token_verifier()
            .set_allowed_algs(SIGNED)
            .set_time_fn(move || now)
    }

    fn client(&self, said: &CoreProviderMetadata, base: &str) -> Result<Client, Failed> {
        let config = &self.config;
        let secret = config.secret.clone().map(ClientSecret::new);
        let back = RedirectUrl::new(format!("{base}{CALLBACK}"));
        let back = back.map_err(|_| Failed::Unreachable("the desk has no address"))?;
        let how = said.token_endpoint_auth_methods_supported();
        let knows = |method| how.is_some_and(|known| known.contains(&method));
        let in_body = knows(CoreClientAuthMethod::ClientSecretPost)
            && !knows(CoreClientAuthMethod::ClientSecretBasic);
        let id = ClientId::new(config.client_id.clone());
        let client = CoreClient::from_provider_metadata(said.clone(), id, secret);
        Ok(client.set_redirect_uri(back).set_auth_type(match in_body {
            true => AuthType::RequestBody,
            false => AuthType::BasicAuth,
        }))
    }

    /// What the provider says of itself, not older than so many microseconds.
    fn said(&self, now: i64, age: i64) -> Result<Arc<CoreProviderMetadata>, Failed> {
        // Whoever waits here waits for the same answer.
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Known::Said(said, at) if now - at < age => return Ok(Arc::clone(said)),
            Known::Failed(why, at) if now - at < LEFT_ALONE => return Err(*why),
            _ => {}
        }
        match self.discovered() {
            Ok(said) => {
                let said = Arc::new(said);
                *known = Known::Said(Arc::clone(&said), now);
                Ok(said)
            }
            Err(why) => {
                *known = Known::Failed(why, now);
                Err(why)
            }
        }
    }

    fn discovered(&self) -> Result<CoreProviderMetadata, Failed> {
        let issuer = IssuerUrl::new(self.config.issuer.clone());
        let issuer = issuer.map_err(|_| Failed::Unreachable("the issuer is no address"))?;
        let send = |request: HttpRequest| ask::send(&self.agent, request);
        let said = CoreProviderMetadata::discover(&issuer, &send).map_err(|error| {
            Failed::Unreachable(match error {
                DiscoveryError::Request(_) => "it does not answer",
                DiscoveryError::Response(..) => "it does not tell about itself",
                DiscoveryError::Validation(_) => "it says another issuer than it is asked by",
                _ => "what it tells about itself cannot be read",
            })
        })?;
        // What goes there are codes, tokens and the secret.
        let token = said.token_endpoint().map(|url| url.url());
        let told = said.userinfo_endpoint().map(|url| url.url());
        let all = [said.authorization_endpoint().url(), said.jwks_uri().url()];
        if !all.into_iter().chain(token).chain(told).all(private) {
            return Err(Failed::Unreachable("an endpoint is not of https://"));
        }
        Ok(said)
    }
}

fn email_of(email: Option<&str>, verified: Option<bool>) -> Email {
    match (email, verified) {
        (None, _) => Email::Unknown,
        (Some(email), Some(true)) => Email::Verified(email.to_owned()),
        (Some(_), _) => Email::Unverified,
    }
}

/// What of an ID token does not hold.
fn unproved(error: &ClaimsVerificationError) -> Failed {
    use ClaimsVerificationError as E;
    Failed::Unproved(match error {
        E::Expired(_) => "the ID token has expired",
        E::InvalidAudience(_) => "the ID token is for another",
        E::InvalidIssuer(_) => "the ID token is of another issuer",
        E::InvalidNonce(_) => "the ID token is of another login",
        E::SignatureVerification(SignatureVerificationError::NoSignature) => {
            "the ID token is not signed"
        }
        E::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "the ID token is signed in a way that is not taken"
        }
        E::SignatureVerification(_) => "the ID token's signature is not the issuer's",
        _ => "the ID token does not hold",
    })
}
