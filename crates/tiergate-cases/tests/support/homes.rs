//! Every kind of place there is here, each holding a ledger and cases together.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tempfile::TempDir;
use tiergate_cases::store::{Memory, Postgres, Sqlite, Store};
use tiergate_ledger::{Ledger, Options, Place};

pub struct Home {
    pub name: &'static str,
    place: Place,
    memory: Memory,
    folder: Option<TempDir>,
    schema: Option<(String, String)>,
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Some((url, schema)) = &self.schema
            && let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP SCHEMA {schema} CASCADE"));
        }
    }
}

impl Home {
    /// A connection of its own to the cases.
    pub fn cases(&self) -> Box<dyn Store> {
        match &self.place {
            Place::Memory => Box::new(self.memory.clone()),
            Place::File(path) => Box::new(Sqlite::open(path, true).unwrap()),
            Place::Database(url) => Box::new(Postgres::open(url, true).unwrap()),
        }
    }

    /// The ledger, in the same file or database.
    pub fn ledger(&self) -> Ledger {
        let options = Options {
            make: true,
            connections: 4,
            seal_after: Duration::from_secs(3600),
            clock: Arc::new(|| 1_770_000_000_000_000),
        };
        Ledger::open(self.place.clone(), options).unwrap()
    }

    /// Runs statements as they are, where there are statements.
    pub fn meddle(&self, sql: &str) -> bool {
        match &self.place {
            Place::Memory => return false,
            Place::File(path) => {
                let drops = "DROP TRIGGER case_events_stay; DROP TRIGGER case_events_kept;";
                let mut store = Sqlite::open(path, true).unwrap();
                store.meddle(&format!("{drops} {sql}")).unwrap();
            }
            Place::Database(url) => {
                let drops = "DROP TRIGGER case_events_stay ON case_events;";
                let mut store = Postgres::open(url, true).unwrap();
                store.meddle(&format!("{drops} {sql}")).unwrap();
            }
        }
        true
    }

    /// The statement as the database refuses it; none where there are no statements.
    pub fn refuses(&self, sql: &str) -> Option<String> {
        let result = match &self.place {
            Place::Memory => return None,
            Place::File(path) => Sqlite::open(path, true).unwrap().meddle(sql),
            Place::Database(url) => Postgres::open(url, true).unwrap().meddle(sql),
        };
        Some(result.unwrap_err().to_string())
    }

    pub fn file(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::File(path) => Some(path),
            _ => None,
        }
    }
}

fn of(name: &'static str, place: Place) -> Home {
    Home {
        name,
        place,
        memory: Memory::default(),
        folder: None,
        schema: None,
    }
}

pub fn memory() -> Home {
    of("memory", Place::Memory)
}

pub fn sqlite() -> Home {
    let folder = tempfile::tempdir().unwrap();
    let mut home = of("sqlite", Place::File(folder.path().join("desk.db")));
    home.folder = Some(folder);
    home
}

pub fn postgres() -> Option<Home> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let Ok(url) = std::env::var("TIERGATE_POSTGRES") else {
        assert!(
            std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
            "these tests need a PostgreSQL server: scripts/with-postgres starts one"
        );
        eprintln!("without PostgreSQL: scripts/with-postgres starts one");
        return None;
    };
    let schema = format!(
        "c{}_{}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::SeqCst)
    );
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client
        .batch_execute(&format!("CREATE SCHEMA {schema}"))
        .unwrap();
    let mark = if url.contains('?') { '&' } else { '?' };
    let mut home = of(
        "postgres",
        Place::Database(format!("{url}{mark}options=-csearch_path%3D{schema}")),
    );
    home.schema = Some((url, schema));
    Some(home)
}

pub fn homes() -> Vec<Home> {
    [Some(memory()), Some(sqlite()), postgres()]
        .into_iter()
        .flatten()
        .collect()
}
