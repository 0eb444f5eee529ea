//! What is damaged is found, and named by the first entry that is wrong.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;

use jiff::civil::{Date, date};
use support::{Home, TestClock, about, charge, postgres, reserve, schedule, sqlite};
use tiergate_ledger::store::{Postgres, Sqlite};
use tiergate_ledger::{
    Account, Act, Entry, Error, Fault, Kind, Ledger, Options, Place, Span, Verified, export, verify,
};

/// Changes kept rows behind the ledger's back.
fn meddle(place: &Place, sql: &str) {
    match place {
        Place::File(path) => {
            let free = "DROP TRIGGER IF EXISTS entries_stay; DROP TRIGGER IF EXISTS entries_kept; \
                 DROP TRIGGER IF EXISTS blocks_stay; DROP TRIGGER IF EXISTS blocks_kept;";
            let mut store = Sqlite::open(path, false).unwrap();
            store.meddle(&format!("{free} {sql}")).unwrap();
        }
        Place::Database(url) => {
            let free = "DROP TRIGGER IF EXISTS entries_stay ON entries; \
                 DROP TRIGGER IF EXISTS blocks_stay ON blocks;";
            let mut store = Postgres::open(url, false).unwrap();
            store.meddle(&format!("{free} {sql}")).unwrap();
        }
        Place::Memory => panic!("what is in memory cannot be meddled with"),
    }
}

fn open(home: &Home) -> Ledger {
    let clock = TestClock::at(date(2026, 2, 1));
    Ledger::open(home.place.clone(), clock.options()).unwrap()
}

fn on(day: i8) -> Date {
    date(2026, 1, day)
}

fn act(id: &str, day: i8, act: Act) -> Entry {
    Entry {
        id: id.into(),
        date: on(day),
        by: None,
        act,
    }
}

/// A ledger of ten entries in three blocks, with a paper; gives the hash of the last block.
///
/// | place | entry |
/// |--:|:--|
/// | 1 | a: 20 of lpp, limit 26, in 4 units |
/// | 2 | b: 7 of lpp, refused |
/// | 3 | one unit of a ships |
/// | 4 | a limit of lpp's own: 40 |
/// | 5 | c: 5 of lpp, 3 of a country's |
/// | 6 | one unit of a is released |
/// | 7 | one unit of a is lost |
/// | 8 | lpp is corrected by 2 |
/// | 9 | d: 2 of lpp, held until the 20th |
/// | 10 | a duty of c is done |
fn made(home: &Home) -> String {
    let ledger = open(home);
    let (lpp, country) = (
        schedule(&[("2025-01-01", 26)]),
        schedule(&[("2025-01-01", 9)]),
    );
    let draw = |amount| charge("lpp", "Meridian", Span::ALL, amount, &lpp);
    let account = || Account::new("lpp", "Meridian", Span::ALL);
    let mut held = reserve("d", on(9), 1, vec![draw(2)]);
    if let Act::Reserve(reserve) = &mut held.act {
        reserve.until = Some(on(20));
    }
    let limit = Act::Limit {
        account: account(),
        most: Some(40),
        cite: "an agreement".into(),
    };
    let correct = Act::Correct {
        account: account(),
        amount: 2,
        why: "counted again".into(),
    };
    let both = vec![draw(5), charge("country", "PL", Span::ALL, 3, &country)];
    let done = Act::Done {
        of: "c".into(),
        duty: "certification".into(),
        paper: None,
    };
    let blocks = [
        vec![
            reserve("a", on(2), 4, vec![draw(20)]),
            reserve("b", on(2), 1, vec![draw(7)]),
            about(Kind::Ship, "s", on(3), "a", Some(1)),
            act("l", 4, limit),
        ],
        vec![
            reserve("c", on(5), 1, both),
            about(Kind::Release, "r", on(6), "a", Some(1)),
            about(Kind::Return, "x", on(7), "a", Some(1)),
            act("k", 8, correct),
        ],
        vec![held, act("o", 10, done)],
    ];
    for entries in blocks {
        for entry in entries {
            let refused = entry.id == "b";
            assert_eq!(ledger.submit(entry).unwrap().accepted(), !refused);
        }
        ledger.seal().unwrap();
    }
    ledger
        .transact(|book| book.keep_paper("decision", b"as it was given").map(|_| ()))
        .unwrap();
    ledger.seal().unwrap().unwrap().hash
}

fn told(ledger: &Ledger, head: Option<&str>) -> Verified {
    ledger.read(|r| verify(r, head, &mut |_| ())).unwrap()
}

fn faults(home: &Home, head: Option<&str>) -> Vec<Fault> {
    told(&open(home), head).faults
}

/// Planted in every kind of ledger there is on a disk: the change, the place that must be named
/// first, and words that must be said of it.
fn planted(rows: &[(&str, Option<i64>, &str)]) {
    for (sql, place, words) in rows {
        for home in [Some(sqlite()), postgres()].into_iter().flatten() {
            made(&home);
            assert_eq!(faults(&home, None), [], "before {sql}");
            meddle(&home.place, sql);
            let faults = faults(&home, None);
            let first = faults.first().unwrap_or_else(|| panic!("not found: {sql}"));
            assert_eq!(first.seq, *place, "{sql}: {faults:#?}");
            let said = faults.iter().any(|f| f.what.contains(words));
            assert!(said, "{sql}: {faults:#?}");
        }
    }
}

#[test]
fn a_ledger_that_nobody_touched_has_no_fault() {
    for home in support::homes() {
        if home.place == Place::Memory {
            continue;
        }
        let head = made(&home);
        let verified = told(&open(&home), Some(&head));
        assert_eq!(verified.faults, []);
        assert_eq!(
            (
                verified.entries,
                verified.refused,
                verified.blocks,
                verified.papers
            ),
            (10, 1, 3, 1)
        );
    }
}

#[test]
fn entries_that_were_changed_taken_away_or_put_in_are_named() {
    planted(&[
        (
            "UPDATE entries SET request = replace(request, '\"amount\":20', '\"amount\":19') WHERE seq = 1",
            Some(1),
            "its text was changed",
        ),
        (
            "UPDATE entries SET answer = replace(answer, '26', '27') WHERE seq = 1",
            Some(1),
            "its text was changed",
        ),
        (
            "UPDATE entries SET recorded = recorded + 1 WHERE seq = 7",
            Some(7),
            "its text was changed",
        ),
        (
            "UPDATE entries SET of = 5 WHERE seq = 6",
            Some(6),
            "its text was changed",
        ),
        (
            "UPDATE entries SET date = 20260101 WHERE seq = 8",
            Some(8),
            "its id, kind or date",
        ),
        (
            "UPDATE entries SET id = 'z' WHERE seq = 8",
            Some(8),
            "its id, kind or date",
        ),
        ("DELETE FROM entries WHERE seq = 1", Some(1), "taken away"),
        ("DELETE FROM entries WHERE seq = 2", Some(2), "taken away"),
        ("DELETE FROM entries WHERE seq = 6", Some(6), "taken away"),
        ("DELETE FROM entries WHERE seq = 10", Some(10), "taken away"),
        (
            "UPDATE entries SET seq = 99 WHERE seq = 5; UPDATE entries SET seq = 5 WHERE seq = 8; \
             UPDATE entries SET seq = 8 WHERE seq = 99",
            Some(5),
            "its text was changed",
        ),
        (
            "INSERT INTO entries SELECT 11, 'z', kind, date, of, accepted, recorded, request, answer, digest, \
             NULL, NULL, NULL FROM entries WHERE seq = 8",
            Some(11),
            "its text was changed",
        ),
        (
            "INSERT INTO entries SELECT 0, 'z', kind, date, of, accepted, recorded, request, answer, digest, \
             NULL, NULL, NULL FROM entries WHERE seq = 8",
            Some(0),
            "its text was changed",
        ),
        (
            "UPDATE entries SET answer = '{\"accepted\":[]}', accepted = (1 = 1) WHERE seq = 2",
            Some(2),
            "its text was changed",
        ),
        (
            "UPDATE entries SET accepted = (1 = 1) WHERE seq = 2",
            Some(2),
            "whether it was accepted",
        ),
    ]);
}

#[test]
fn what_is_derived_is_held_against_the_entries() {
    planted(&[
        (
            "UPDATE accounts SET used = used - 1 WHERE key = 'lpp|all|meridian'",
            Some(9),
            "its entries sum to",
        ),
        (
            "UPDATE accounts SET last = 20260101 WHERE key = 'lpp|all|meridian'",
            None,
            "the last day",
        ),
        (
            "UPDATE accounts SET limited = (1 = 0) WHERE key = 'lpp|all|meridian'",
            None,
            "the limits kept",
        ),
        (
            "UPDATE accounts SET key = 'lpp|all|x' WHERE key = 'lpp|all|meridian'",
            None,
            "is filed under",
        ),
        (
            "DELETE FROM accounts WHERE key = 'country|all|pl'",
            Some(5),
            "not there",
        ),
        (
            "UPDATE lines SET reserved = reserved - 1 WHERE seq = 5 AND reserved = 3",
            Some(5),
            "what it moved",
        ),
        (
            "UPDATE lines SET used_after = 0 WHERE seq = 8",
            Some(8),
            "what it moved",
        ),
        ("DELETE FROM lines WHERE seq = 6", Some(6), "what it moved"),
        (
            "INSERT INTO lines SELECT account, 2, date, 1, 0, 1, 0, NULL FROM lines WHERE seq = 1",
            Some(2),
            "what it moved",
        ),
        (
            "UPDATE days SET used = used - 1 WHERE date = 20260108",
            Some(8),
            "the sum kept of 2026-01-08",
        ),
        (
            "UPDATE days SET tightest = 1000 WHERE date = 20260109",
            Some(9),
            "the sum kept of 2026-01-09",
        ),
        (
            "DELETE FROM days WHERE date = 20260103",
            Some(3),
            "the sum kept of 2026-01-03",
        ),
        (
            "DELETE FROM open WHERE seq = 5",
            Some(5),
            "whether it is open",
        ),
        (
            "UPDATE open SET until = 20270101 WHERE seq = 9",
            Some(9),
            "whether it is open",
        ),
        (
            "INSERT INTO open VALUES (2, NULL)",
            Some(2),
            "whether it is open",
        ),
        ("UPDATE limits SET most = 1000", Some(4), "the limits kept"),
        (
            "UPDATE limits SET cite = 'another agreement'",
            Some(4),
            "the limits kept",
        ),
        ("DELETE FROM limits", Some(4), "the limits kept"),
    ]);
}

/// A ledger as a killed process leaves it: of its four entries none is sealed, and neither sums by
/// day nor open reservations are brought up.
///
/// | place | entry |
/// |--:|:--|
/// | 1 | a: 20 of lpp in 4 units |
/// | 2 | b: 3 of lpp, held until the 20th |
/// | 3 | all of a ships |
/// | 4 | c: 2 of lpp, decided for a day before |
fn left_unsealed(home: &Home) {
    let clock = TestClock::at(date(2026, 2, 1));
    let options = Options {
        seal_after: std::time::Duration::from_secs(3600),
        ..clock.options()
    };
    let ledger = Ledger::open(home.place.clone(), options).unwrap();
    let lpp = schedule(&[("2025-01-01", 26)]);
    let draw = |amount| charge("lpp", "Meridian", Span::ALL, amount, &lpp);
    let mut held = reserve("b", on(3), 1, vec![draw(3)]);
    if let Act::Reserve(reserve) = &mut held.act {
        reserve.until = Some(on(20));
    }
    for entry in [
        reserve("a", on(2), 4, vec![draw(20)]),
        held,
        about(Kind::Ship, "s", on(4), "a", None),
        reserve("c", on(1), 1, vec![draw(2)]),
    ] {
        assert!(ledger.submit(entry).unwrap().accepted());
    }
    std::mem::forget(ledger);
}

#[test]
fn what_is_not_sealed_yet_is_told_from_the_entries_and_held_against_them() {
    let planted = [
        (
            "UPDATE lines SET tightest = 5 WHERE seq = 2",
            2,
            "the sum kept of 2026-01-03",
        ),
        (
            "UPDATE entries SET held = 1 WHERE seq = 3",
            1,
            "whether it is open",
        ),
        (
            "UPDATE entries SET held = 0 WHERE seq = 2",
            2,
            "whether it is open",
        ),
        (
            "UPDATE entries SET until = NULL WHERE seq = 2",
            2,
            "whether it is open",
        ),
        (
            "UPDATE summed SET upto = 2",
            1,
            "the sum kept of 2026-01-02",
        ),
    ];
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        left_unsealed(&home);
        let before = dump(&open(&home)).unwrap();
        assert_eq!(faults(&home, None), []);
        // Sealed and summed up it reads as it did.
        let ledger = open(&home);
        ledger.seal().unwrap();
        let (unsealed, sealed) = (before.lines(), dump(&ledger).unwrap());
        let kept = |line: &&str| !line.contains("\"block\"") && !line.contains("\"end\"");
        let unsealed: Vec<&str> = unsealed.filter(kept).collect();
        let sealed: Vec<&str> = sealed.lines().filter(kept).collect();
        assert_eq!(unsealed, sealed);
        drop(ledger);
        assert_eq!(faults(&home, None), []);
    }
    for (sql, place, words) in planted {
        for home in [Some(sqlite()), postgres()].into_iter().flatten() {
            left_unsealed(&home);
            meddle(&home.place, sql);
            let faults = faults(&home, None);
            let first = faults.first().unwrap_or_else(|| panic!("not found: {sql}"));
            assert_eq!(first.seq, Some(place), "{sql}: {faults:#?}");
            let said = faults.iter().any(|f| f.what.contains(words));
            assert!(said, "{sql}: {faults:#?}");
        }
    }
}

/// Makes a ledger of version 1 out of one of today, in the same place.
fn made_old(home: &Home) {
    let tables = "entries accounts lines days limits open blocks papers";
    let old = |columns: &str| match columns {
        "entries" => "seq, id, kind, date, of, accepted, recorded, request, answer, digest",
        "lines" => "account, seq, date, used, reserved, used_after, reserved_after",
        _ => "*",
    };
    match &home.place {
        Place::File(path) => {
            let new = path.with_extension("new");
            std::fs::rename(path, &new).unwrap();
            let db = rusqlite::Connection::open(path).unwrap();
            db.execute_batch(include_str!("../src/store/migrations/sqlite-1.sql"))
                .unwrap();
            let application = "ATTACH ?1 AS new";
            db.execute(application, [new.to_str().unwrap()]).unwrap();
            for table in tables.split(' ') {
                let columns = old(table);
                let sql = format!("INSERT INTO {table} SELECT {columns} FROM new.{table}");
                db.execute_batch(&sql).unwrap();
            }
            let of: i64 = db
                .query_row("PRAGMA new.application_id", [], |row| row.get(0))
                .unwrap();
            let marks = format!("PRAGMA application_id = {of}; PRAGMA user_version = 1");
            db.execute_batch(&marks).unwrap();
        }
        Place::Database(url) => {
            let mut sql = String::from("DROP TABLE summed; DROP FUNCTION stays() CASCADE;");
            for table in tables.split(' ') {
                sql += &format!("ALTER TABLE {table} RENAME TO new_{table};");
            }
            sql += "DO $$ DECLARE i text; BEGIN FOR i IN SELECT indexrelid::regclass::text \
                 FROM pg_index JOIN pg_class ON pg_class.oid = indrelid \
                 WHERE relnamespace = current_schema()::regnamespace AND relname LIKE 'new%' \
                 LOOP EXECUTE format('ALTER INDEX %s RENAME TO new_%s', i, i); END LOOP; END $$;";
            sql += "ALTER SEQUENCE places RENAME TO new_places; \
                 ALTER SEQUENCE accounts_id_seq RENAME TO new_accounts_id_seq;";
            sql += include_str!("../src/store/migrations/postgres-1.sql");
            for table in tables.split(' ') {
                let columns = old(table);
                sql += &format!("INSERT INTO {table} SELECT {columns} FROM new_{table};");
            }
            sql += "SELECT setval('places', (SELECT max(seq) FROM entries)); \
                 SELECT setval('accounts_id_seq', (SELECT max(id) FROM accounts)); \
                 UPDATE tiergate_ledger SET version = 1;";
            Postgres::open(url, false).unwrap().meddle(&sql).unwrap();
        }
        Place::Memory => panic!("what is in memory has no version"),
    }
}

#[test]
fn a_ledger_of_an_older_program_is_brought_up_to_date_and_reads_as_before() {
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        let head = made(&home);
        let before = dump(&open(&home)).unwrap();
        made_old(&home);
        let ledger = open(&home);
        // Of a line it was not kept then what limited it: sums by day keep it.
        let without = |dump: &str| {
            let lines = dump.lines().filter(|l| !l.starts_with("Line"));
            lines.collect::<Vec<_>>().join("\n")
        };
        let after = dump(&ledger).unwrap();
        assert_eq!(without(&after), without(&before));
        assert_eq!(told(&ledger, Some(&head)).faults, []);
        let lpp = schedule(&[("2025-01-01", 26)]);
        let draw = charge("lpp", "Meridian", Span::ALL, 1, &lpp);
        assert!(
            ledger
                .submit(reserve("new", on(9), 1, vec![draw]))
                .unwrap()
                .accepted()
        );
        ledger.seal().unwrap();
        assert_eq!(told(&ledger, None).faults, []);
    }
}

#[test]
fn blocks_and_papers_that_were_changed_are_found() {
    planted(&[
        (
            "UPDATE blocks SET sealed = sealed + 1 WHERE n = 2",
            Some(5),
            "block 2 does not hold",
        ),
        (
            "UPDATE blocks SET hash = previous WHERE n = 1",
            Some(1),
            "block 1 does not hold",
        ),
        ("DELETE FROM blocks WHERE n = 2", Some(5), "block 3"),
        ("UPDATE papers SET digest = 'x'", None, "the paper x"),
    ]);
}

/// An entry whose text is changed, and its digest with it.
fn forge(home: &Home, id: &str, from: &str, to: &str) {
    let ledger = open(home);
    let mut entry = ledger.read(|r| r.entry(id)).unwrap().unwrap();
    drop(ledger);
    assert!(entry.request.contains(from));
    entry.request = entry.request.replacen(from, to, 1);
    let digest = entry.hash().map(|byte| format!("{byte:02x}")).concat();
    let bytes = match home.place {
        Place::File(_) => format!("X'{digest}'"),
        _ => format!("'\\x{digest}'"),
    };
    let sql = format!(
        "UPDATE entries SET request = '{}', digest = {bytes} WHERE id = '{id}'",
        entry.request
    );
    meddle(&home.place, &sql);
}

#[test]
fn a_digest_that_is_made_to_fit_breaks_the_block_and_the_balances() {
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        made(&home);
        forge(&home, "r", "\"quantity\":1", "\"quantity\":2");
        let faults = faults(&home, None);
        assert_eq!(faults[0].seq, Some(6), "{faults:#?}");
        assert_eq!(faults[0].id.as_deref(), Some("r"));
        let broken = |f: &Fault| f.what.contains("block 2 does not hold");
        assert!(faults.iter().any(broken), "{faults:#?}");
    }
}

#[test]
fn a_chain_that_is_written_anew_is_caught_by_the_head_that_was_kept_elsewhere() {
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        let head = made(&home);
        forge(&home, "a", "order of a", "order of z");
        meddle(&home.place, "DELETE FROM blocks");
        open(&home).seal().unwrap();
        assert_eq!(faults(&home, None), [], "all of it fits together");
        let faults = faults(&home, Some(&head));
        assert!(faults[0].what.contains("written anew"), "{faults:#?}");
    }
}

#[test]
fn the_tables_of_a_ledger_refuse_changes() {
    for home in [Some(sqlite()), postgres()].into_iter().flatten() {
        made(&home);
        for sql in [
            "UPDATE entries SET date = date",
            "DELETE FROM entries",
            "UPDATE blocks SET n = n",
            "DELETE FROM blocks",
        ] {
            let refused = match &home.place {
                Place::File(path) => Sqlite::open(path, false).unwrap().meddle(sql),
                Place::Database(url) => Postgres::open(url, false).unwrap().meddle(sql),
                Place::Memory => Ok(()),
            };
            assert!(refused.is_err(), "{sql}");
        }
    }
}

/// All that is kept, as text: what a damaged place did not touch reads the same.
fn dump(ledger: &Ledger) -> Result<String, Error> {
    ledger.read(|r| {
        let mut text = Vec::new();
        export(r, &mut text)?;
        let mut dump = String::from_utf8_lossy(&text).into_owned();
        for listed in r.accounts(None)? {
            let id = listed.row.id;
            let key = listed.account.key();
            dump += &format!("{key} {:?}\n", listed.row);
            dump += &format!("{:?} {:?}\n", r.days(id)?, r.limits(id)?);
            r.lines(id, i64::MIN, i64::MAX, &mut |line| {
                dump += &format!("{line:?}\n")
            })?;
        }
        dump += &format!("{:?}", r.open()?);
        Ok(dump)
    })
}

/// Opens what is left of a file: it is found damaged, or reads as it was; and nothing panics.
fn found_or_the_same(path: &Path, before: &str, what: &str) {
    let clock = TestClock::at(date(2026, 2, 1));
    let options = Options {
        make: false,
        ..clock.options()
    };
    let ledger = match Ledger::open(Place::File(path.into()), options) {
        Ok(ledger) => ledger,
        Err(error) => return said(&error, what),
    };
    match ledger.read(|r| verify(r, None, &mut |_| ())) {
        Err(error) => said(&error, what),
        Ok(verified) if verified.faults.is_empty() => match dump(&ledger) {
            Err(error) => panic!("{what}: verified, and then {error}"),
            Ok(now) => assert!(now == before, "{what}: not found\n{before}\n{now}"),
        },
        Ok(_) => {}
    }
    // Whatever comes of them, they come to an end.
    let lpp = schedule(&[("2025-01-01", 26)]);
    let draw = charge("lpp", "Meridian", Span::ALL, 1, &lpp);
    let _ = ledger.submit(reserve("a", on(2), 4, vec![draw.clone()]));
    let _ = ledger.submit(reserve("new", on(4), 1, vec![draw]));
    let _ = ledger.submit(about(Kind::Ship, "new2", on(9), "a", None));
    let _ = dump(&ledger);
}

fn said(error: &Error, what: &str) {
    let error_says = matches!(
        error,
        Error::Damaged(_) | Error::NotALedger(_) | Error::Other(_)
    );
    assert!(error_says, "{what}: {error:?}");
}

#[test]
fn a_byte_that_flips_anywhere_in_the_file_is_found_or_changes_nothing() {
    let home = sqlite();
    made(&home);
    let Place::File(path) = &home.place else {
        unreachable!()
    };
    let before = dump(&open(&home)).unwrap();
    let whole = std::fs::read(path).unwrap();
    let beside = path.with_extension("flipped");
    // As many places as asked for, spread by a fixed sequence.
    let tries: u64 = std::env::var("TIERGATE_FLIPS").map_or(360, |n| n.parse().unwrap());
    let mut at = 0x9e37_79b9_7f4a_7c15_u64;
    for n in 0..tries {
        at ^= at << 13;
        at ^= at >> 7;
        at ^= at << 17;
        let mut bytes = whole.clone();
        // The first tries go over the head of the file, where the tables are told.
        let place = if n < 120 {
            n as usize
        } else {
            (at >> 8) as usize % bytes.len()
        };
        bytes[place] ^= 1 << (at & 7);
        std::fs::write(&beside, &bytes).unwrap();
        found_or_the_same(&beside, &before, &format!("bit {} of byte {place}", at & 7));
        for end in ["flipped-wal", "flipped-shm"] {
            let _ = std::fs::remove_file(path.with_extension(end));
        }
    }
}

#[test]
fn a_file_that_is_cut_off_is_found() {
    let home = sqlite();
    made(&home);
    let Place::File(path) = &home.place else {
        unreachable!()
    };
    let before = dump(&open(&home)).unwrap();
    let whole = std::fs::read(path).unwrap();
    let beside = path.with_extension("cut");
    for length in (0..whole.len()).step_by(whole.len() / 40) {
        std::fs::write(&beside, &whole[..length]).unwrap();
        found_or_the_same(&beside, &before, &format!("cut off at {length}"));
    }
}
