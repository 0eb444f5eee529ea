//! What a case gives back to an allocation: what was licensed and has not shipped, when it no longer
//! can, and once, whoever stops where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::desk::*;
use support::homes::homes;
use support::*;
use tiergate_cases::store::Store;
use tiergate_cases::{
    Actor, Error, Event, Folded, LawBook, Proposal, Role, What, amend, approve, enter, expire,
    issue, read, sweep, take_in,
};
use tiergate_ledger::Ledger;

/// Approved for 100 units that draw 1,000, licensed for 80, of which 50 have shipped.
fn licensed(store: &mut dyn Store, ledger: &Ledger, law: &LawBook<'_>) {
    approved(store, ledger, law);
    let license = event("C", "i", "2026-02-05", &officer(), issue_("D1", 80));
    issue(store, ledger, law, &license).unwrap();
    assert_eq!(held(ledger, &allocation()), (0, 800));
    take_in(store, ledger, law, &shipment("s-1", 50), None).unwrap();
    assert_eq!(held(ledger, &allocation()), (500, 300));
}

fn approved(store: &mut dyn Store, ledger: &Ledger, law: &LawBook<'_>) {
    signed(store, law, "C", 100);
    let approval = approval("C", "2", "a", "2026-02-04");
    approve(store, ledger, law, &approval, &drawing("C", 1_000, 1_000)).unwrap();
    assert_eq!(held(ledger, &allocation()), (0, 1_000));
}

fn shipment(id: &str, quantity: u64) -> Event {
    let what = What::Shipped {
        shipment: id.into(),
        quantity,
        value_usd: quantity * 1_000,
    };
    event("C", id, "2026-03-01", &applicant(), what)
}

/// Two persons have signed that what was approved is revoked; the event that does it.
fn revocation(store: &mut dyn Store, law: &LawBook<'_>) -> Event {
    let of = event(
        "C",
        "r",
        "2026-04-01",
        &officer(),
        recommend(Proposal::Revoke, &[]),
    );
    enter(store, law, &of).unwrap();
    let signed = What::Countersigned { of: of.id };
    enter(
        store,
        law,
        &event("C", "rs", "2026-04-01", &second(), signed),
    )
    .unwrap();
    let reason = What::Revoked {
        reason: "diverted".into(),
    };
    event("C", "rr", "2026-04-02", &officer(), reason)
}

#[test]
fn a_revoked_license_gives_back_what_has_not_shipped_and_keeps_what_has() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        licensed(&mut *store, &ledger, &law);
        let revoked = revocation(&mut *store, &law);
        let said = enter(&mut *store, &law, &revoked).unwrap_err().to_string();
        assert_eq!(
            said,
            "`revoked` moves amounts on the ledger: enter it together with the ledger"
        );
        take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
        assert_eq!(held(&ledger, &allocation()), (500, 0), "{}", home.name);
        // A retry is the same call.
        let again = take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
        assert!(again.kept.again);
        assert_eq!(held(&ledger, &allocation()), (500, 0));
        check_ledger(&ledger);
    }
}

#[test]
fn one_person_revokes_nothing_and_gives_nothing_back() {
    let home = support::homes::memory();
    let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
    licensed(&mut *store, &ledger, &law);
    let of = event(
        "C",
        "r",
        "2026-04-01",
        &officer(),
        recommend(Proposal::Revoke, &[]),
    );
    enter(&mut *store, &law, &of).unwrap();
    let reason = What::Revoked {
        reason: "diverted".into(),
    };
    let revoked = event("C", "rr", "2026-04-02", &officer(), reason);
    let refused = take_in(&mut *store, &ledger, &law, &revoked, None);
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
    assert_eq!(held(&ledger, &allocation()), (500, 300));
}

#[test]
fn a_stop_between_the_revocation_and_the_ledger_is_healed_by_a_retry_or_by_the_next_start() {
    for home in homes() {
        for retried in [true, false] {
            let home = match home.name {
                "postgres" => support::homes::postgres().unwrap(),
                "sqlite" => support::homes::sqlite(),
                _ => support::homes::memory(),
            };
            let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
            licensed(&mut *store, &ledger, &law);
            let revoked = revocation(&mut *store, &law);
            // Stopped before: nothing is kept, and nothing given back.
            let died = take_in(
                &mut Dying(&mut *home.cases()),
                &ledger,
                &law,
                &revoked,
                None,
            );
            assert!(matches!(died, Err(Error::Store(_))), "{died:?}");
            assert_eq!(held(&ledger, &allocation()), (500, 300));
            // Stopped after: the case is revoked, and the ledger still holds what it held.
            let version = read(&mut *store, &law, "C").unwrap().unwrap().state.version;
            store.append(&revoked, version).unwrap();
            assert_eq!(held(&ledger, &allocation()), (500, 300));
            if retried {
                take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
            } else {
                let swept = sweep(&mut *store, &ledger, &law, day("2026-04-03"), "desk").unwrap();
                assert_eq!(swept, ["case C: approved on C/2"]);
                let more = sweep(&mut *store, &ledger, &law, day("2026-04-04"), "desk").unwrap();
                assert!(more.is_empty());
            }
            assert_eq!(held(&ledger, &allocation()), (500, 0), "{}", home.name);
            check_ledger(&ledger);
        }
    }
}

#[test]
fn a_shipment_that_stopped_half_way_is_not_given_back_by_a_revocation() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        licensed(&mut *store, &ledger, &law);
        // It stands in the case; the allocation was not told of it.
        let shipped = shipment("s-2", 20);
        let version = read(&mut *store, &law, "C").unwrap().unwrap().state.version;
        store.append(&shipped, version).unwrap();
        let revoked = revocation(&mut *store, &law);
        take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
        assert_eq!(held(&ledger, &allocation()), (700, 0), "{}", home.name);
        check_ledger(&ledger);
    }
}

#[test]
fn what_a_revocation_gives_back_can_be_approved_for_another() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        licensed(&mut *store, &ledger, &law);
        signed(&mut *store, &law, "B", 30);
        let other = |id: &str, of: &str, on| approval("B", of, id, on);
        // 200 are free, of 1,000: what was approved and not licensed.
        let drawn = drawing("B", 500, 1_000);
        let refused = approve(
            &mut *store,
            &ledger,
            &law,
            &other("a", "2", "2026-03-02"),
            &drawn,
        );
        assert!(matches!(refused, Err(Error::NotHeld { .. })), "{refused:?}");
        let revoked = revocation(&mut *store, &law);
        take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
        sign(&mut *store, &law, "B", "3");
        let approval = other("b", "3", "2026-04-03");
        approve(&mut *store, &ledger, &law, &approval, &drawn).unwrap();
        assert_eq!(held(&ledger, &allocation()), (500, 500), "{}", home.name);
    }
}

#[test]
fn fewer_units_of_a_license_give_back_the_rest_and_limit_what_ships() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        licensed(&mut *store, &ledger, &law);
        let fewer = |id: &str, units| {
            let what = What::Amended {
                change: "change-fewer-units".into(),
                says: "the second hall is not built".into(),
                value_usd: None,
                quantity: Some(units),
            };
            event("C", id, "2026-03-02", &officer(), what)
        };
        let said = amend(&mut *store, &ledger, &law, &fewer("f", 49)).unwrap_err();
        assert!(
            said.to_string().ends_with(
                "49 units, and the license has 80, of which 50 shipped; without a new license \
                 units get fewer only, and not fewer than have shipped (750.7(c))"
            ),
            "{said}"
        );
        amend(&mut *store, &ledger, &law, &fewer("g", 60)).unwrap();
        assert_eq!(held(&ledger, &allocation()), (500, 100), "{}", home.name);
        let mut more = shipment("s-2", 11);
        (more.day, more.at) = (day("2026-03-03"), noon(day("2026-03-03")));
        let refused = take_in(&mut *store, &ledger, &law, &more, None).unwrap_err();
        assert!(
            refused
                .to_string()
                .contains("11 units, and 10 of 60 are left")
        );
        check_ledger(&ledger);
    }
}

#[test]
fn an_approval_without_a_license_can_be_withdrawn_or_revoked_and_gives_all_back() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        approved(&mut *store, &ledger, &law);
        let withdrawn = event("C", "w", "2026-02-06", &applicant(), What::Withdrawn);
        take_in(&mut *store, &ledger, &law, &withdrawn, None).unwrap();
        assert_eq!(held(&ledger, &allocation()), (0, 0), "{}", home.name);
    }
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        approved(&mut *store, &ledger, &law);
        let revoked = revocation(&mut *store, &law);
        take_in(&mut *store, &ledger, &law, &revoked, None).unwrap();
        assert_eq!(held(&ledger, &allocation()), (0, 0), "{}", home.name);
        let license = event("C", "i", "2026-04-03", &officer(), issue_("D1", 80));
        let refused = issue(&mut *store, &ledger, &law, &license).unwrap_err();
        assert!(
            refused
                .to_string()
                .ends_with("the approval was revoked on 2026-04-02; open a new case"),
            "{refused}"
        );
    }
}

#[test]
fn a_license_whose_last_day_is_past_expires_once_and_gives_back_what_has_not_shipped() {
    for home in homes() {
        let (law, ledger, mut store) = (law(), home.ledger(), home.cases());
        licensed(&mut *store, &ledger, &law);
        let folded = Folded::default();
        let on = |text: &str| (day(text), noon(day(text)));
        // Its last day is 2027-02-04.
        let early = expire(&mut *store, &ledger, &law, &folded, on("2027-02-04")).unwrap();
        assert!(early.is_empty());
        assert_eq!(held(&ledger, &allocation()), (500, 300));
        let over = expire(&mut *store, &ledger, &law, &folded, on("2027-02-05")).unwrap();
        assert_eq!(over, ["C"]);
        assert!(
            expire(&mut *store, &ledger, &law, &folded, on("2027-02-06"))
                .unwrap()
                .is_empty()
        );
        let log = store.log("C").unwrap();
        let last = &log.last().unwrap().event;
        assert_eq!(
            (&last.what, &last.actor),
            (&What::Expired, &Actor::new("desk", Role::Desk))
        );
        ledger
            .transact(|book| {
                let balance = book.balance(&allocation(), day("2027-12-31"))?;
                assert_eq!((balance.used, balance.reserved), (500, 0), "{}", home.name);
                Ok(())
            })
            .unwrap();
        check_ledger(&ledger);
    }
}
