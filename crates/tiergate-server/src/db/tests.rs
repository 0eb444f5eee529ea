//! Desks of former versions are brought up to date, in a file and on a server alike.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::people::{Account, Email, Entry, People};

/// What the second version of the desk kept: a person with a password and a session, one without, and a
/// correction that was proposed.
const KEPT_BEFORE: [&str; 4] = [
    "INSERT INTO people (id, name, login, role, agency, password, subject, failed, created) \
     VALUES ('p-1', 'Ada', 'ada@example.org', 'agency-reviewer', 'Defense', 'a hash', NULL, 3, 77)",
    "INSERT INTO people (id, name, login, role, company, subject, disabled, created) \
     VALUES ('p-2', 'Bob', 'bob', 'applicant', 'Meridian', 'x', 1, 78)",
    "INSERT INTO sessions VALUES ('h', 'p-1', 'mark', 77, 77)",
    "INSERT INTO corrections (id, measure, holder, span, amount, why, day, proposed, proposer) \
     VALUES ('c-1', 'lpp', 'Acme', '2026', 5, 'x', '2026-03-02', 1, 'p-1')",
];

fn brought_up_to_date(database: &Database) {
    let former = Db::up_to(database.clone(), &MIGRATIONS[..2]).unwrap();
    former
        .transact(|sql| {
            KEPT_BEFORE
                .iter()
                .try_for_each(|s| sql.run(s, &[]).map(drop))
        })
        .unwrap();
    drop(former);

    let db = Db::open(database.clone()).unwrap();
    let rows = db.read(|sql| {
        let columns = "id, login, agency, company, password, email, disabled, failed, created";
        sql.rows(&format!("SELECT {columns} FROM people ORDER BY id"), &[])
    });
    let rows = rows.unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].text(1).unwrap(), "ada@example.org");
    assert_eq!(rows[0].text(4).unwrap(), "a hash");
    assert_eq!((rows[0].int(7).unwrap(), rows[0].int(8).unwrap()), (3, 77));
    assert_eq!(rows[1].text(3).unwrap(), "Meridian");
    assert_eq!(rows[1].maybe_text(5).unwrap(), None);
    assert_eq!(rows[1].int(6).unwrap(), 1);
    let sessions = db.read(|sql| sql.rows("SELECT person FROM sessions", &[]));
    assert_eq!(sessions.unwrap()[0].text(0).unwrap(), "p-1");

    let corrections = db.read(|sql| sql.rows("SELECT amount, refuser FROM corrections", &[]));
    let corrections = corrections.unwrap();
    assert_eq!(corrections[0].int(0).unwrap(), 5);
    assert_eq!(corrections[0].maybe_text(1).unwrap(), None);
    let files = db.read(|sql| sql.rows("SELECT id FROM order_files", &[]));
    assert!(files.unwrap().is_empty());
    let runs = db.read(|sql| sql.rows("SELECT id FROM lab_runs", &[]));
    assert!(runs.unwrap().is_empty());

    // What is new works on what was there.
    let people = People::new(db);
    let account = Account {
        issuer: "https://login.example.org".to_owned(),
        subject: "248289761001".to_owned(),
        email: Email::Verified("ADA@example.org".to_owned()),
    };
    let entry = people.log_in_with(&account, 100).unwrap();
    assert!(matches!(entry, Entry::In(person) if person.id == "p-1"));
    // The same again changes nothing.
    assert!(Db::open(database.clone()).is_ok());
    // A program of the version before does not touch it.
    let older = Db::up_to(database.clone(), &MIGRATIONS[..2]);
    assert!(older.unwrap_err().to_string().contains("newer program"));
}

#[test]
fn a_desk_of_the_version_before_is_brought_up_to_date_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    brought_up_to_date(&Database::File(folder.path().join("desk.db")));
}

#[test]
fn a_desk_of_the_version_before_is_brought_up_to_date_on_a_server() {
    let Ok(server) = std::env::var("TIERGATE_POSTGRES") else {
        assert!(
            std::env::var_os("TIERGATE_POSTGRES_REQUIRED").is_none(),
            "TIERGATE_POSTGRES is not set: run by scripts/with-postgres"
        );
        eprintln!("skipped: no PostgreSQL; run by scripts/with-postgres");
        return;
    };
    let name = format!("former_{}", std::process::id());
    let mut client = ::postgres::Client::connect(&server, ::postgres::NoTls).unwrap();
    let make = format!("CREATE DATABASE {name}");
    client.batch_execute(&make).unwrap();
    let url = server.replacen("/postgres?", &format!("/{name}?"), 1);
    brought_up_to_date(&Database::Server(url));
}
