//! A desk of the tests: the real service in this process, with a clock of its own. Every answer of the
//! API is held to its description.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests; not every one needs everything"
)]

pub mod office;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use serde_json::{Value, json};
use tiergate::{Files, Known};
use tiergate_engine::Desk;
use tiergate_server::people::{NewPerson, NewToken, Person, Role, Scope};
use tiergate_server::{App, Config, Database, Limits, Oidc, Proxies, Shared, description, router};
use tower::ServiceExt;

/// The law and the catalog that are built in, read once.
pub static DESK: LazyLock<&'static Desk> =
    LazyLock::new(|| Box::leak(Box::new(tiergate::embedded::desk(None).unwrap())));

/// The description of the API.
pub static API: LazyLock<Value> = LazyLock::new(description);

/// Noon of 2026-03-02 at the desk.
pub const START: i64 = 1_772_470_800_000_000;

/// A minute in microseconds.
pub const MINUTE: i64 = 60_000_000;

/// Roles as the tables of the tests have them.
pub const ROLES: [&str; 7] = [
    "applicant",
    "licensing-officer",
    "countersigner",
    "agency-reviewer",
    "ledger-officer",
    "analyst",
    "administrator",
];

/// A desk.
pub struct Served {
    pub app: Shared,
    clock: Arc<AtomicI64>,
    validators: Mutex<HashMap<String, Option<Arc<jsonschema::Validator>>>>,
    folder: PathBuf,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|e| panic!("{e}: {}", self.text))
    }

    /// The answer, which must be of a status.
    pub fn is(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        if self.text.is_empty() {
            return Value::Null;
        }
        self.json()
    }
}

/// Who asks, and how.
#[derive(Debug, Clone)]
pub enum As {
    Nobody,
    Token(String),
    Cookie(String, Option<String>),
}

/// What a desk is started with.
#[derive(Default)]
struct With<'w> {
    /// A PostgreSQL database; a file of its own, where there is none.
    server: Option<&'w str>,
    limits: Limits,
    proxies: Proxies,
    files: Files<'w>,
    oidc: Option<Oidc>,
}

impl Served {
    /// A desk with nobody at it.
    pub fn new(name: &str) -> Served {
        Served::with(name, Limits::default())
    }

    pub fn with(name: &str, limits: Limits) -> Served {
        Served::over(
            name,
            With {
                limits,
                ..With::default()
            },
        )
    }

    /// A desk that knows a provider of OpenID Connect.
    pub fn at_provider(name: &str, limits: Limits, oidc: Option<Oidc>) -> Served {
        Served::over(
            name,
            With {
                limits,
                oidc,
                ..With::default()
            },
        )
    }

    /// A desk that knows parties.
    pub fn knowing(name: &str, files: Files<'_>) -> Served {
        Served::over(
            name,
            With {
                files,
                ..With::default()
            },
        )
    }

    /// A desk that believes proxies and knows parties.
    pub fn of(name: &str, limits: Limits, proxies: Proxies, files: Files<'_>) -> Served {
        Served::over(
            name,
            With {
                limits,
                proxies,
                files,
                ..With::default()
            },
        )
    }

    /// A desk over a PostgreSQL database of its own; none where there is no server. What waits for
    /// that database waits outside of any runtime.
    pub fn on_postgres(name: &str) -> Option<Served> {
        let Ok(server) = std::env::var("TIERGATE_POSTGRES") else {
            assert!(
                std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
                "TIERGATE_POSTGRES is not set: run by scripts/with-postgres"
            );
            eprintln!("skipped: no PostgreSQL; run by scripts/with-postgres");
            return None;
        };
        let own = format!("served_{name}_{}", std::process::id());
        let mut client = postgres::Client::connect(&server, postgres::NoTls).unwrap();
        client
            .batch_execute(&format!("CREATE DATABASE {own}"))
            .unwrap();
        let url = server.replacen("/postgres?", &format!("/{own}?"), 1);
        Some(Served::over(
            name,
            With {
                server: Some(&url),
                ..With::default()
            },
        ))
    }

    fn over(name: &str, with: With<'_>) -> Served {
        let With {
            server,
            limits,
            proxies,
            files,
            oidc,
        } = with;
        let folder = std::env::temp_dir().join(format!("tiergate-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        let clock = Arc::new(AtomicI64::new(START));
        let told = Arc::clone(&clock);
        let app = App::open(Config {
            listen: ([127, 0, 0, 1], 0).into(),
            database: server.map_or_else(
                || Database::File(folder.join("desk.db")),
                |url| Database::Server(url.to_owned()),
            ),
            public_url: None,
            proxies,
            desk: *DESK,
            orders: Arc::new(tiergate::Orders::new(*DESK).knowing(Known::read(files).unwrap())),
            clock: Arc::new(move || told.load(Ordering::SeqCst)),
            limits,
            oidc,
            demo: false,
        })
        .unwrap();
        Served {
            app,
            clock,
            validators: Mutex::default(),
            folder,
        }
    }

    /// The file of the desk's database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("desk.db")
    }

    /// Another instance over the same database, with the same clock.
    pub fn beside(&self) -> Shared {
        App::open(self.app.config.clone()).unwrap()
    }

    /// A form sent by a page, or a page, as somebody with a session.
    pub async fn form(&self, who: &As, path: &str, form: &str) -> Answer {
        let As::Cookie(_, Some(csrf)) = who else {
            panic!("forms are sent by whoever has a session")
        };
        let form = Value::String(format!("csrf={csrf}&{form}"));
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        self.ask_with(who, "POST", path, Some(&form), &kind).await
    }

    /// Somebody of a role with a session.
    pub fn signed_in(&self, role: &str, login: &str) -> As {
        let person = self.person(role, login);
        let (cookie, csrf) = self.session(&person);
        As::Cookie(cookie, Some(csrf))
    }

    /// Lets time pass.
    pub fn pass(&self, micros: i64) {
        self.clock.fetch_add(micros, Ordering::SeqCst);
    }

    pub fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    /// Somebody of a role; applicants apply for `acme`, reviewers speak for Defense.
    pub fn person(&self, role: &str, login: &str) -> Person {
        self.person_of(role, login, "acme", "Defense")
    }

    pub fn person_of(&self, role: &str, login: &str, company: &str, agency: &str) -> Person {
        let new = NewPerson {
            name: login.to_owned(),
            login: login.to_owned(),
            role: role.to_owned(),
            agency: (role == "agency-reviewer").then(|| agency.to_owned()),
            company: (role == "applicant").then(|| company.to_owned()),
            email: None,
        };
        let agencies = self.app.agencies().unwrap();
        let people = &self.app.people;
        people.add(&new, &agencies, "test", self.now()).unwrap()
    }

    /// A token of a person with all scopes.
    pub fn token(&self, person: &Person) -> As {
        self.scoped(person, &Scope::ALL)
    }

    pub fn scoped(&self, person: &Person, scopes: &[Scope]) -> As {
        let new = NewToken {
            name: "test".to_owned(),
            scopes: scopes.to_vec(),
            expires: self.now() + 365 * 24 * 60 * MINUTE,
        };
        let made = self.app.people.make_token(person, &new, self.now());
        As::Token(made.unwrap().0.text().to_owned())
    }

    /// A new person of a role with a token.
    pub fn whoever(&self, role: &str, login: &str) -> As {
        let person = self.person(role, login);
        self.token(&person)
    }

    /// A session of a person: the cookie, and the mark for what changes something.
    pub fn session(&self, person: &Person) -> (String, String) {
        let (secret, session) = self.app.people.begin(person, self.now()).unwrap();
        let cookie = format!("tiergate_session={}", secret.text());
        (cookie, session.csrf)
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_to(&self.app, request).await
    }

    /// Sends a request to an instance.
    pub async fn send_to(&self, app: &Shared, request: Request<Body>) -> Answer {
        let (method, path) = (
            request.method().to_string(),
            request.uri().path().to_owned(),
        );
        let response = router(app.clone()).oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        let answer = Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        self.holds(&method.to_lowercase(), &path, &answer);
        answer
    }

    /// Sends JSON, or nothing.
    pub async fn ask(&self, who: &As, method: &str, path: &str, body: Option<&Value>) -> Answer {
        self.ask_with(who, method, path, body, &[]).await
    }

    pub async fn ask_with(
        &self,
        who: &As,
        method: &str,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.send(request(who, method, path, body, headers)).await
    }

    pub async fn get(&self, who: &As, path: &str) -> Answer {
        self.ask(who, "GET", path, None).await
    }

    pub async fn post(&self, who: &As, path: &str, body: Value) -> Answer {
        self.ask(who, "POST", path, Some(&body)).await
    }
    /// Holds an answer to the description of the API.
    fn holds(&self, method: &str, path: &str, answer: &Answer) {
        let Some((template, operation)) = operation(method, path) else {
            return;
        };
        let status = answer.status.to_string();
        let responses = &operation["responses"];
        let described = responses.get(&status).unwrap_or(&responses["default"]);
        if described.get("content").is_none() {
            assert!(answer.text.is_empty(), "{method} {path}: {}", answer.text);
            return;
        }
        let kind = answer
            .headers
            .get("content-type")
            .map(|k| k.to_str().unwrap());
        let kind = kind
            .unwrap_or_default()
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        let schema = described["content"].get(&kind);
        let schema = schema.unwrap_or_else(|| {
            panic!(
                "{method} {template} answered {status} as `{kind}`: {}",
                answer.text
            )
        });
        if !kind.ends_with("json") {
            return;
        }
        let key = format!("{method} {template} {status} {kind}");
        let mut validators = self.validators.lock().unwrap();
        let validator = validators.entry(key).or_insert_with(|| {
            let whole = json!({
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema["schema"]],
                "components": API["components"],
            });
            Some(Arc::new(jsonschema::validator_for(&whole).unwrap()))
        });
        if let Some(validator) = validator {
            let value = answer.json();
            let faults: Vec<String> = validator
                .iter_errors(&value)
                .map(|e| format!("{} at {}", e, e.instance_path()))
                .collect();
            assert!(
                faults.is_empty(),
                "{method} {template} {status}: {faults:?}\n{value:#}"
            );
        }
    }
}

/// A request of somebody.
pub fn request(
    who: &As,
    method: &str,
    path: &str,
    body: Option<&Value>,
    headers: &[(&str, &str)],
) -> Request<Body> {
    let mut request = Request::builder()
        .method(method.to_uppercase().as_str())
        .uri(path);
    match who {
        As::Nobody => {}
        As::Token(token) => {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        As::Cookie(cookie, mark) => {
            request = request.header("cookie", cookie);
            if let Some(mark) = mark {
                request = request.header("x-csrf-token", mark);
            }
        }
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let given = headers.iter().any(|(name, _)| *name == "content-type");
    let body = match body {
        Some(Value::String(text)) if given => Body::from(text.clone()),
        Some(body) => {
            request = request.header("content-type", "application/json");
            Body::from(body.to_string())
        }
        None => Body::empty(),
    };
    request.body(body).unwrap()
}

/// The operation of the description that an address is of.
pub fn operation(method: &str, path: &str) -> Option<(String, Value)> {
    let parts: Vec<&str> = path.split('/').collect();
    let paths = API["paths"].as_object().unwrap();
    let fits = |template: &str| {
        let of: Vec<&str> = template.split('/').collect();
        of.len() == parts.len()
            && of
                .iter()
                .zip(&parts)
                .all(|(t, p)| t == p || t.starts_with('{'))
    };
    // What is spelled out comes before what is named.
    let found = paths
        .iter()
        .filter(|(template, _)| fits(template))
        .min_by_key(|(template, _)| template.matches('{').count())?;
    let operation = found.1.get(method)?;
    Some((found.0.clone(), operation.clone()))
}

/// The role of a word.
pub fn role(word: &str) -> Role {
    Role::ALL
        .into_iter()
        .find(|role| role.word() == word)
        .unwrap()
}

/// An order that needs a license and says all that matters of it.
pub fn order(id: &str) -> Value {
    json!({
        "id": id, "date": "2026-03-02", "destination": "VN", "quantity": 100, "value_usd": 3_000_000,
        "item": { "chip": "nvidia-h100-sxm5" },
        "consignee": { "name": "Meridian Compute", "location": "VN", "headquarters": "VN",
            "parent": "VN", "lists": [] },
        "end_uses": ["datacenter"], "intermediaries": [],
    })
}

/// A status that says the asker may: whatever else is wrong with the request.
pub fn may(status: u16) -> bool {
    status != StatusCode::UNAUTHORIZED.as_u16() && status != StatusCode::FORBIDDEN.as_u16()
}
