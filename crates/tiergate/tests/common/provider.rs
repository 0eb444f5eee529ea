//! A provider of OpenID Connect for the tests: discovery, authorization with PKCE, tokens signed by
//! ES256, userinfo. It does what the standard asks, but for one thing that a test plants.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use axum::extract::{Form, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// What the desk is to the provider.
pub const CLIENT: &str = "desk";
pub const SECRET: &str = "a secret: of 25% & more +";

/// 2100 and 2001: after and before every run of a test.
const LATER: i64 = 4_102_444_800;
const LONG_AGO: i64 = 978_307_200;

/// What is wrong with what the provider does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defect {
    /// The ID token names another login.
    Nonce,
    /// It names none.
    NoNonce,
    /// It is for somebody else.
    Audience,
    /// It is for us and somebody else.
    Audiences,
    /// It was given to somebody else.
    Party,
    /// It is of another issuer.
    Issuer,
    /// It has expired.
    Expired,
    /// It was changed after it was signed.
    Changed,
    /// It is signed with a key that is not the provider's.
    Key,
    /// It says that it is not signed, and is not.
    Unsigned,
    /// It says that it is signed with the client secret.
    Shared,
    /// There is none.
    NoToken,
    /// Discovery says another issuer.
    Discovery,
    /// The browser comes back with the name of another issuer.
    Back,
    /// Userinfo tells of somebody else.
    Userinfo,
    /// Tokens are somewhere else.
    Moved,
}

/// Whoever logs in at the provider.
#[derive(Debug, Clone)]
pub struct Account {
    pub subject: String,
    pub email: Option<String>,
    pub verified: bool,
    /// Whether the e-mail is in the ID token, and not only told by userinfo.
    pub in_token: bool,
}

impl Account {
    /// An account with a verified e-mail.
    pub fn of(subject: &str, email: &str) -> Account {
        Account {
            subject: subject.to_owned(),
            email: Some(email.to_owned()),
            verified: true,
            in_token: true,
        }
    }
}

struct Code {
    challenge: String,
    nonce: String,
    back: String,
    account: Account,
}

struct Inner {
    issuer: String,
    account: Account,
    defect: Option<Defect>,
    /// What the provider answers instead of a code.
    error: Option<String>,
    key: u8,
    codes: HashMap<String, Code>,
    tokens: HashMap<String, Account>,
    made: usize,
    /// What was asked, by path.
    asked: Vec<String>,
}

type Shared = Arc<Mutex<Inner>>;

/// The provider, served until the process ends.
pub struct Provider {
    pub issuer: String,
    inner: Shared,
}

impl Provider {
    pub fn start() -> Provider {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let inner = Arc::new(Mutex::new(Inner {
            issuer: issuer.clone(),
            account: Account::of("nobody", "nobody@example.org"),
            defect: None,
            error: None,
            key: 7,
            codes: HashMap::new(),
            tokens: HashMap::new(),
            made: 0,
            asked: Vec::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/authorize", get(authorize))
            .route("/token", post(token))
            .route("/elsewhere/token", post(token))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&inner));
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        Provider { issuer, inner }
    }

    /// Whoever logs in next.
    pub fn account(&self, account: Account) {
        self.inner.lock().unwrap().account = account;
    }

    /// What is wrong from now on.
    pub fn plant(&self, defect: Option<Defect>) {
        self.inner.lock().unwrap().defect = defect;
    }

    /// What is answered instead of a code from now on.
    pub fn error(&self, error: Option<&str>) {
        self.inner.lock().unwrap().error = error.map(str::to_owned);
    }

    /// Signs with a new key from now on.
    pub fn rotate(&self) {
        self.inner.lock().unwrap().key += 1;
    }

    /// How often an address was asked.
    pub fn asked(&self, path: &str) -> usize {
        let inner = self.inner.lock().unwrap();
        inner.asked.iter().filter(|asked| *asked == path).count()
    }

    /// Logs in: where the browser is sent back to, as path and query.
    pub fn log_in(&self, door: &str) -> String {
        let path = door.strip_prefix(&self.issuer).unwrap();
        let mut stream = TcpStream::connect(&self.issuer["http://".len()..]).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let to = text
            .lines()
            .find_map(|line| line.strip_prefix("location: "));
        let to = to.unwrap_or_else(|| panic!("{text}"));
        let (_, rest) = to.split_once("://").unwrap();
        rest[rest.find('/').unwrap()..].to_owned()
    }
}

fn note(state: &Shared, path: &str) {
    state.lock().unwrap().asked.push(path.to_owned());
}

async fn discovery(State(state): State<Shared>) -> Json<Value> {
    note(&state, "/.well-known/openid-configuration");
    let inner = state.lock().unwrap();
    let at = &inner.issuer;
    let issuer = match inner.defect {
        Some(Defect::Discovery) => "https://login.example.org",
        _ => at,
    };
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{at}/authorize"),
        "token_endpoint": format!("{at}/token"),
        "userinfo_endpoint": format!("{at}/userinfo"),
        "jwks_uri": format!("{at}/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256", "HS256", "none"],
        "scopes_supported": ["openid", "email"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

fn key(of: u8) -> SigningKey {
    SigningKey::from_slice(&[of; 32]).unwrap()
}

async fn keys(State(state): State<Shared>) -> Json<Value> {
    note(&state, "/keys");
    let of = state.lock().unwrap().key;
    let point = key(of).verifying_key().to_sec1_point(false);
    Json(json!({ "keys": [{
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": format!("key-{of}"),
        "x": BASE64_URL_SAFE_NO_PAD.encode(point.x().unwrap()),
        "y": BASE64_URL_SAFE_NO_PAD.encode(point.y().unwrap()),
    }] }))
}

/// A mistake of the desk ends the test that made it: no test expects this page.
fn mistake(what: &str) -> Response {
    (StatusCode::BAD_REQUEST, format!("mistake: {what}")).into_response()
}

async fn authorize(
    State(state): State<Shared>,
    Query(asked): Query<HashMap<String, String>>,
) -> Response {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let fits = of("response_type") == "code"
        && of("client_id") == CLIENT
        && of("scope") == "openid email"
        && of("code_challenge_method") == "S256"
        && of("code_challenge").len() == 43
        && of("state").len() >= 32
        && of("nonce").len() >= 32
        && of("redirect_uri").ends_with("/login/oidc/callback");
    if !fits {
        return mistake(&format!("{asked:?}"));
    }
    let mut inner = state.lock().unwrap();
    let issuer = match inner.defect {
        Some(Defect::Back) => "https://login.example.org".to_owned(),
        _ => inner.issuer.clone(),
    };
    let (back, given) = (of("redirect_uri"), of("state"));
    if let Some(error) = &inner.error {
        return Redirect::to(&format!("{back}?error={error}&state={given}&iss={issuer}"))
            .into_response();
    }
    inner.made += 1;
    let code = format!("code-{}", inner.made);
    let account = inner.account.clone();
    inner.codes.insert(
        code.clone(),
        Code {
            challenge: of("code_challenge").to_owned(),
            nonce: of("nonce").to_owned(),
            back: back.to_owned(),
            account,
        },
    );
    Redirect::to(&format!("{back}?code={code}&state={given}&iss={issuer}")).into_response()
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response()
}

/// What a client sends as its secret (RFC 6749, 2.3.1).
fn basic() -> String {
    let form = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"*-._".contains(&b);
        text.bytes()
            .map(|b| match b {
                b' ' => "+".to_owned(),
                b if plain(b) => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect()
    };
    let both = format!("{}:{}", form(CLIENT), form(SECRET));
    format!("Basic {}", BASE64_STANDARD.encode(both))
}

async fn token(
    State(state): State<Shared>,
    headers: HeaderMap,
    uri: axum::http::Uri,
    Form(asked): Form<HashMap<String, String>>,
) -> Response {
    note(&state, uri.path());
    if headers.get(header::AUTHORIZATION).unwrap() != basic().as_str() {
        return (
            StatusCode::UNAUTHORIZED,
            Json(json!({ "error": "invalid_client" })),
        )
            .into_response();
    }
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let mut inner = state.lock().unwrap();
    if inner.defect == Some(Defect::Moved) && uri.path() == "/token" {
        let to = format!("{}/elsewhere/token", inner.issuer);
        return Redirect::temporary(&to).into_response();
    }
    // A code is good once, whoever asks.
    let Some(code) = inner.codes.remove(of("code")) else {
        return refused("invalid_grant");
    };
    let challenge = BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(of("code_verifier")));
    let fits = of("grant_type") == "authorization_code"
        && of("redirect_uri") == code.back
        && challenge == code.challenge;
    if !fits {
        return refused("invalid_grant");
    }
    inner.made += 1;
    let access = format!("access-{}", inner.made);
    inner.tokens.insert(access.clone(), code.account.clone());
    let mut answer = json!({ "access_token": access, "token_type": "Bearer", "expires_in": 3600 });
    if inner.defect != Some(Defect::NoToken) {
        answer["id_token"] = id_token(&inner, &code).into();
    }
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

fn id_token(inner: &Inner, code: &Code) -> String {
    let defect = inner.defect;
    let mut claims = json!({
        "iss": inner.issuer, "sub": code.account.subject, "aud": CLIENT, "exp": LATER,
        "iat": LONG_AGO, "nonce": code.nonce,
    });
    if let (Some(email), true) = (&code.account.email, code.account.in_token) {
        claims["email"] = email.clone().into();
        claims["email_verified"] = code.account.verified.into();
    }
    match defect {
        Some(Defect::Nonce) => claims["nonce"] = "another".into(),
        Some(Defect::NoNonce) => drop(claims.as_object_mut().unwrap().remove("nonce")),
        Some(Defect::Audience) => claims["aud"] = "another".into(),
        Some(Defect::Audiences) => claims["aud"] = json!([CLIENT, "another"]),
        Some(Defect::Party) => claims["azp"] = "another".into(),
        Some(Defect::Issuer) => claims["iss"] = "https://login.example.org".into(),
        Some(Defect::Expired) => claims["exp"] = LONG_AGO.into(),
        _ => {}
    }
    let alg = match defect {
        Some(Defect::Unsigned) => "none",
        Some(Defect::Shared) => "HS256",
        _ => "ES256",
    };
    let head = json!({ "alg": alg, "typ": "JWT", "kid": format!("key-{}", inner.key) });
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&head), part(&claims));
    let with = |of: u8| {
        let signature: Signature = key(of).sign(signed.as_bytes());
        BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes())
    };
    match defect {
        Some(Defect::Unsigned) => format!("{signed}."),
        Some(Defect::Shared) => {
            let mac = BASE64_URL_SAFE_NO_PAD.encode(hmac(SECRET.as_bytes(), signed.as_bytes()));
            format!("{signed}.{mac}")
        }
        Some(Defect::Key) => format!("{signed}.{}", with(99)),
        Some(Defect::Changed) => {
            claims["sub"] = "somebody else".into();
            format!("{}.{}.{}", part(&head), part(&claims), with(inner.key))
        }
        _ => format!("{signed}.{}", with(inner.key)),
    }
}

/// HMAC-SHA256 (RFC 2104), of a key of at most 64 bytes.
fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let padded = |with: u8| -> Vec<u8> {
        let bytes = key.iter().copied().chain(std::iter::repeat(0)).take(64);
        bytes.map(|b| b ^ with).collect()
    };
    let inner = Sha256::digest([padded(0x36), text.to_vec()].concat());
    Sha256::digest([padded(0x5c), inner.to_vec()].concat()).to_vec()
}

async fn userinfo(State(state): State<Shared>, headers: HeaderMap) -> Response {
    note(&state, "/userinfo");
    let inner = state.lock().unwrap();
    let bearer = headers.get(header::AUTHORIZATION);
    let bearer = bearer.and_then(|b| b.to_str().ok()?.strip_prefix("Bearer "));
    let Some(account) = bearer.and_then(|token| inner.tokens.get(token)) else {
        return StatusCode::UNAUTHORIZED.into_response();
    };
    let subject = match inner.defect {
        Some(Defect::Userinfo) => "somebody else",
        _ => &account.subject,
    };
    let mut told = json!({ "sub": subject });
    if let Some(email) = &account.email {
        told["email"] = email.clone().into();
        told["email_verified"] = account.verified.into();
    }
    Json(told).into_response()
}
