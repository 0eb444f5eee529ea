//! The same on every store: in order, at most once, on the version an event was made on, and
//! whatever is changed afterwards is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::homes::homes;
use support::*;
use tiergate_cases::{Error, Event, LawBook, What, enter, read};
use tiergate_law::{LawRef, View};

fn note(case: &str, id: &str) -> Event {
    Event {
        id: id.into(),
        case: case.into(),
        day: day("2026-01-06"),
        at: noon(day("2026-01-06")),
        actor: officer(),
        basis: vec![],
        what: What::Note { text: id.into() },
    }
}

fn registered(case: &str) -> Event {
    let mut event = note(case, &format!("{case}-1"));
    event.day = day("2026-01-05");
    event.at = noon(event.day);
    event.actor = applicant();
    event.what = license_application(10, 1_000);
    event
}

#[test]
fn an_event_is_kept_once_and_on_the_version_it_was_made_on() {
    for home in homes() {
        let mut store = home.cases();
        let first = registered("A");
        assert!(!store.append(&first, 0).unwrap().again, "{}", home.name);
        // The same again, made later: the first answer.
        let mut later = first.clone();
        later.at = noon(day("2026-01-07"));
        let again = store.append(&later, 0).unwrap();
        assert!(again.again && again.logged.version == 1);
        assert_eq!(again.logged.event, first);
        // Another under this id.
        let other = note("A", "A-1");
        assert!(matches!(
            store.append(&other, 1),
            Err(Error::Conflict { .. })
        ));
        assert!(matches!(
            store.append(&note("B", "A-1"), 0),
            Err(Error::Conflict { .. })
        ));
        // On a version that is gone, or not yet there.
        for expected in [0, 2] {
            let moved = store.append(&note("A", "A-2"), expected);
            assert!(
                matches!(moved, Err(Error::Moved { found: 1, .. })),
                "{moved:?}"
            );
        }
        store.append(&note("A", "A-2"), 1).unwrap();
        store.append(&registered("B"), 0).unwrap();
        assert_eq!(store.cases().unwrap(), ["A", "B"]);
        assert_eq!(store.log("A").unwrap().len(), 2);
        assert_eq!(store.event("A-2").unwrap().unwrap().version, 2);
        assert_eq!(store.event("A-3").unwrap(), None);
        assert!(store.log("C").unwrap().is_empty());
        assert!(store.verify().unwrap().is_empty());
        // What is kept is there for another connection.
        assert_eq!(home.cases().log("A").unwrap(), store.log("A").unwrap());
    }
}

#[test]
fn of_many_who_write_at_once_each_event_has_its_own_place() {
    let library = library();
    for home in homes() {
        let law = LawBook::new(library, LawRef::us(), View::Enforced).unwrap();
        enter(&mut *home.cases(), &law, &registered("A")).unwrap();
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let (home, law) = (&home, &law);
                scope.spawn(move || {
                    let mut store = home.cases();
                    for n in 0..8 {
                        enter(&mut *store, law, &note("A", &format!("n-{writer}-{n}"))).unwrap();
                        // A retry counts once.
                        enter(&mut *store, law, &note("A", &format!("n-{writer}-{n}"))).unwrap();
                    }
                });
            }
        });
        let mut store = home.cases();
        assert_eq!(store.log("A").unwrap().len(), 33, "{}", home.name);
        assert!(store.verify().unwrap().is_empty());
    }
}

#[test]
fn events_are_never_changed_and_a_change_past_the_database_is_found() {
    for home in homes() {
        let mut store = home.cases();
        store.append(&registered("A"), 0).unwrap();
        store.append(&note("A", "A-2"), 1).unwrap();
        store.append(&note("A", "A-3"), 2).unwrap();
        for sql in [
            "UPDATE case_events SET day = '2020-01-01'",
            "DELETE FROM case_events",
        ] {
            if let Some(said) = home.refuses(sql) {
                assert!(said.contains("never"), "{said}");
            }
        }
        let damage =
            "UPDATE case_events SET event = replace(event, 'A-2', 'A-9') WHERE version = 2";
        if home.meddle(damage) {
            let faults = home.cases().verify().unwrap();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert!(
                faults[0].starts_with("case `A`, event 2 (`A-9`): its hash is "),
                "{faults:?}"
            );
        }
    }
    for home in homes() {
        let mut store = home.cases();
        store.append(&registered("A"), 0).unwrap();
        store.append(&note("A", "A-2"), 1).unwrap();
        store.append(&note("A", "A-3"), 2).unwrap();
        if home.meddle("DELETE FROM case_events WHERE version = 2") {
            assert_eq!(
                home.cases().verify().unwrap(),
                ["case `A`, event 2 (`A-3`): its version is 3, and 2 is next"]
            );
        }
    }
}

#[test]
fn a_ledger_and_cases_share_a_file_whichever_comes_first() {
    for cases_first in [true, false] {
        for home in homes() {
            let mut store = cases_first.then(|| home.cases());
            let ledger = home.ledger();
            let mut store = store.take().unwrap_or_else(|| home.cases());
            store.append(&registered("A"), 0).unwrap();
            ledger.close().unwrap();
            assert_eq!(home.cases().cases().unwrap(), ["A"]);
            home.ledger().close().unwrap();
        }
    }
}

#[test]
fn a_file_of_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE t (x INTEGER)")
        .unwrap();
    let said = tiergate_cases::store::Sqlite::open(&path, true)
        .unwrap_err()
        .to_string();
    assert!(
        said.ends_with("is an SQLite file of something else"),
        "{said}"
    );
    let said = tiergate_cases::store::Sqlite::open(&folder.path().join("none"), false).unwrap_err();
    assert!(
        said.to_string().ends_with("registering one makes them"),
        "{said}"
    );
}

#[test]
fn the_log_says_what_the_case_is_and_an_event_that_may_not_be_is_refused() {
    let law = LawBook::new(library(), LawRef::us(), View::Enforced).unwrap();
    for home in homes() {
        let mut store = home.cases();
        let early = enter(&mut *store, &law, &note("A", "A-2")).unwrap_err();
        assert_eq!(early.to_string(), "there is no case `A`: register it first");
        enter(&mut *store, &law, &registered("A")).unwrap();
        let mut bad = note("A", "A-2");
        bad.what = What::ClockStopped {
            ground: "hold-lunch".into(),
        };
        let said = enter(&mut *store, &law, &bad).unwrap_err().to_string();
        assert!(said.starts_with("case `A`, event `A-2`, `clock-stopped`: `hold-lunch` is no ground of the law; one of hold-applicant, "), "{said}");
        let found = read(&mut *store, &law, "A").unwrap().unwrap();
        assert_eq!((found.state.version, found.log.len()), (1, 1));
    }
}
