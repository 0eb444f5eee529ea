//! Approvals, licenses and shipments on a ledger: never past an allocation, whoever comes when.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::desk::*;
use support::homes::{Home, homes};
use support::*;
use tiergate_cases::{
    Closing, Error, Event, LawBook, Proposal, What, amend, approve, enter, give_up, issue, read,
    reservation_id, ship, sweep, take_in,
};
use tiergate_ledger::Ledger;

#[test]
fn concurrent_officers_never_approve_past_one_allocation() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        let cases: Vec<String> = (0..12).map(|n| format!("C-{n}")).collect();
        for case in &cases {
            signed(&mut *home.cases(), &law, case, 100);
        }
        // Room for five of the twelve; each is tried by three officers, in different orders.
        let approved = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for worker in 0..3 {
                let (home, law, ledger, cases, approved) =
                    (&home, &law, &ledger, &cases, &approved);
                scope.spawn(move || {
                    let mut store = home.cases();
                    for at in 0..cases.len() {
                        let case = &cases[(at * (worker + 1) + worker * 5) % cases.len()];
                        let id = format!("a-{worker}");
                        let result = approve(
                            &mut *store,
                            ledger,
                            law,
                            &approval(case, "2", &id, "2026-02-04"),
                            &drawing(case, 1_000, 5_500),
                        );
                        match result {
                            Ok(done) => {
                                assert!(done.state.closed.is_some());
                                // A case comes up more than once: then it is the first answer again.
                                approved.fetch_add(usize::from(!done.kept.again), Ordering::SeqCst);
                            }
                            // Past the allocation, or approved by another meanwhile.
                            Err(Error::NotHeld { .. } | Error::Refused(_)) => {}
                            Err(other) => panic!("{}: {other}", home.name),
                        }
                    }
                });
            }
        });
        let mut store = home.cases();
        let closed = cases.iter().filter(|case| {
            read(&mut *store, &law, case)
                .unwrap()
                .unwrap()
                .state
                .closed
                .is_some()
        });
        assert_eq!(closed.count(), 5, "{}", home.name);
        assert_eq!(approved.load(Ordering::SeqCst), 5);
        assert_eq!(held(&ledger, &allocation()), (0, 5_000));
        assert!(store.verify().unwrap().is_empty());
        check_ledger(&ledger);
    }
}

/// Stops between the reservation and the approval.
fn dies(home: &Home, law: &LawBook<'_>, ledger: &Ledger, case: &str) {
    let mut store = home.cases();
    let died = approve(
        &mut Dying(&mut *store),
        ledger,
        law,
        &approval(case, "2", "a", "2026-02-04"),
        &drawing(case, 1_000, 1_500),
    );
    assert!(matches!(died, Err(Error::Store(_))), "{died:?}");
    assert_eq!(held(ledger, &allocation()), (0, 1_000));
}

#[test]
fn a_stop_between_the_ledger_and_the_case_is_healed_by_a_retry_even_on_another_day() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        signed(&mut *home.cases(), &law, "C", 100);
        dies(&home, &law, &ledger, "C");
        let mut store = home.cases();
        let done = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "b", "2026-02-06"),
            &drawing("C", 1_000, 1_500),
        )
        .unwrap();
        assert!(!done.kept.again && done.state.closed.is_some());
        let again = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "b", "2026-02-06"),
            &drawing("C", 1_000, 1_500),
        )
        .unwrap();
        assert!(again.kept.again);
        assert_eq!(held(&ledger, &allocation()), (0, 1_000));
        check_ledger(&ledger);
    }
}

#[test]
fn what_is_held_for_a_case_that_was_withdrawn_is_given_up_and_cannot_be_used_after() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        signed(&mut *home.cases(), &law, "C", 100);
        dies(&home, &law, &ledger, "C");
        let mut store = home.cases();
        enter(
            &mut *store,
            &law,
            &event("C", "w", "2026-02-05", &applicant(), What::Withdrawn),
        )
        .unwrap();
        let refused = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "b", "2026-02-06"),
            &drawing("C", 1_000, 1_500),
        );
        assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
        assert_eq!(held(&ledger, &allocation()), (0, 0));
        // Nothing is left to give up.
        let more = give_up(
            &mut *store,
            &ledger,
            &law,
            "C",
            day("2026-02-07"),
            "officer-1",
        )
        .unwrap();
        assert!(more.is_empty());
        check_ledger(&ledger);
    }
}

#[test]
fn what_may_still_be_approved_stays_held_while_a_question_is_open() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        signed(&mut *home.cases(), &law, "C", 100);
        dies(&home, &law, &ledger, "C");
        let mut store = home.cases();
        let asked = event(
            "C",
            "q",
            "2026-02-05",
            &officer(),
            What::DataAsked {
                question: "where?".into(),
            },
        );
        enter(&mut *store, &law, &asked).unwrap();
        let refused = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "b", "2026-02-06"),
            &drawing("C", 1_000, 1_500),
        );
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("the question `where?` is open")
        );
        assert_eq!(held(&ledger, &allocation()), (0, 1_000));
        let answered = What::DataAnswered {
            of: "C/q".into(),
            text: "hall 3".into(),
        };
        enter(
            &mut *store,
            &law,
            &event("C", "r", "2026-02-07", &applicant(), answered),
        )
        .unwrap();
        approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "c", "2026-02-07"),
            &drawing("C", 1_000, 1_500),
        )
        .unwrap();
        assert_eq!(held(&ledger, &allocation()), (0, 1_000));
    }
}

#[test]
fn what_the_ledger_refused_is_approved_after_a_new_recommendation_when_there_is_room() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        let mut store = home.cases();
        signed(&mut *store, &law, "C", 100);
        let refused = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "a", "2026-02-04"),
            &drawing("C", 1_000, 900),
        );
        let said = refused.unwrap_err().to_string();
        assert!(
            said.starts_with(
                "case `C`: nothing was approved: `country-allocation`: asked 1,000, left 900 of 900"
            ),
            "{said}"
        );
        assert!(
            read(&mut *store, &law, "C")
                .unwrap()
                .unwrap()
                .state
                .closed
                .is_none()
        );
        // The same recommendation, on another day and with more room, has its first answer.
        let again = approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "a2", "2026-02-05"),
            &drawing("C", 1_000, 2_000),
        );
        let said = again.unwrap_err().to_string();
        assert!(
            said.ends_with("the ledger refused it on 2026-02-04: recommend the case anew"),
            "{said}"
        );
        sign(&mut *store, &law, "C", "3");
        approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "3", "b", "2026-02-05"),
            &drawing("C", 1_000, 2_000),
        )
        .unwrap();
        assert_eq!(held(&ledger, &allocation()), (0, 1_000));
    }
}

#[test]
fn nothing_is_approved_without_its_reservation_or_past_the_ledger() {
    let law = law();
    let mut store = support::homes::memory().cases();
    signed(&mut *store, &law, "C", 100);
    let said = enter(&mut *store, &law, &approval("C", "2", "a", "2026-02-04"))
        .unwrap_err()
        .to_string();
    assert_eq!(
        said,
        "`approved` moves amounts on the ledger: enter it together with the ledger"
    );
    let bare = What::Approved {
        conditions: vec![],
        reservation: None,
    };
    let said = enter(
        &mut *store,
        &law,
        &event("C", "a", "2026-02-04", &officer(), bare),
    )
    .unwrap_err()
    .to_string();
    assert!(
        said.contains(
            "no reservation of its own is named; what an approval draws is held on the ledger first"
        ),
        "{said}"
    );
    let other = What::Approved {
        conditions: vec![],
        reservation: Some(reservation_id("C", "C/other")),
    };
    let home = support::homes::memory();
    let refused = approve(
        &mut *store,
        &home.ledger(),
        &law,
        &event("C", "a", "2026-02-04", &officer(), other),
        &drawing("C", 1, 1),
    );
    assert!(matches!(refused, Err(Error::Refused(_))), "{refused:?}");
}

#[test]
fn a_license_limits_what_ships_on_the_ledger_and_in_the_case_alike() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        let mut store = home.cases();
        signed(&mut *store, &law, "C", 100);
        approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "a", "2026-02-04"),
            &drawing("C", 1_000, 1_000),
        )
        .unwrap();
        // Eighty of a hundred are licensed: the rest of what was held is given back.
        let license = event("C", "i", "2026-02-05", &officer(), issue_("D1", 80));
        issue(&mut *store, &ledger, &law, &license).unwrap();
        assert!(
            issue(&mut *store, &ledger, &law, &license)
                .unwrap()
                .kept
                .again
        );
        assert_eq!(held(&ledger, &allocation()), (0, 800));

        // Another case does not get the number.
        signed(&mut *store, &law, "B", 80);
        approve(
            &mut *store,
            &ledger,
            &law,
            &approval("B", "2", "a", "2026-02-05"),
            &drawing("B", 1, 1_000),
        )
        .unwrap();
        let taken = issue(
            &mut *store,
            &ledger,
            &law,
            &event("B", "i", "2026-02-05", &officer(), issue_("D1", 80)),
        );
        assert!(
            matches!(
                taken,
                Err(Error::Ledger(tiergate_ledger::Error::Conflict { .. }))
            ),
            "{taken:?}"
        );

        let shipped = |id: &str, quantity, value_usd| {
            let what = What::Shipped {
                shipment: id.into(),
                quantity,
                value_usd,
            };
            event("C", id, "2026-03-01", &applicant(), what)
        };
        ship(&mut *store, &ledger, &law, &shipped("s-1", 50, 50_000)).unwrap();
        assert!(
            ship(&mut *store, &ledger, &law, &shipped("s-1", 50, 50_000))
                .unwrap()
                .kept
                .again
        );
        let [quantity, value] = tiergate_cases::license_accounts("D1");
        assert_eq!(
            (held(&ledger, &quantity), held(&ledger, &value)),
            ((50, 0), (50_000, 0))
        );
        // A lower price: 40 of 80 thousand, with the tolerance 44 less what shipped is nothing.
        let lower = What::Amended {
            change: "change-lower-price".into(),
            says: "a discount".into(),
            value_usd: Some(60_000),
            quantity: None,
        };
        amend(
            &mut *store,
            &ledger,
            &law,
            &event("C", "p", "2026-03-02", &officer(), lower),
        )
        .unwrap();
        let said = ship(
            &mut *store,
            &ledger,
            &law,
            &Event {
                day: day("2026-03-03"),
                at: noon(day("2026-03-03")),
                ..shipped("s-2", 30, 16_001)
            },
        );
        assert!(
            said.unwrap_err()
                .to_string()
                .contains("16,001 USD, and 16,000 of 66,000 are left")
        );
        // Two at once for the last thirty: one ships.
        std::thread::scope(|scope| {
            for n in 0..4 {
                let (home, ledger, law) = (&home, &ledger, &law);
                let one = Event {
                    day: day("2026-03-03"),
                    at: noon(day("2026-03-03")),
                    ..shipped(&format!("t-{n}"), 20, 1_000)
                };
                scope.spawn(move || {
                    let _ = ship(&mut *home.cases(), ledger, law, &one);
                });
            }
        });
        assert_eq!(held(&ledger, &quantity), (70, 0));
        assert_eq!(held(&ledger, &allocation()), (700, 101));
        let state = read(&mut *store, &law, "C").unwrap().unwrap().state;
        assert_eq!(state.license.unwrap().left(), 10);
        check_ledger(&ledger);
    }
}

#[test]
fn a_shared_law_book_reads_each_stretch_of_days_once() {
    let law = law();
    let first = law.on(day("2026-02-04")).unwrap();
    assert!(Arc::ptr_eq(&first, &law.on(day("2026-02-05")).unwrap()));
    assert!(law.on(day("1990-01-01")).is_err());
}

#[test]
fn approvals_withdrawals_and_new_recommendations_at_once_leave_nothing_held_for_nobody() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        let cases: Vec<String> = (0..10).map(|n| format!("C-{n}")).collect();
        for case in &cases {
            signed(&mut *home.cases(), &law, case, 100);
        }
        std::thread::scope(|scope| {
            for worker in 0..4 {
                let (home, law, ledger, cases) = (&home, &law, &ledger, &cases);
                scope.spawn(move || {
                    let mut store = home.cases();
                    for (at, case) in cases.iter().enumerate() {
                        let id = format!("w-{worker}");
                        let what = match (at + worker) % 4 {
                            0 => event(case, &id, "2026-02-05", &applicant(), What::Withdrawn),
                            1 => event(
                                case,
                                &id,
                                "2026-02-05",
                                &officer(),
                                recommend(Proposal::Approve, &[]),
                            ),
                            _ => approval(case, "2", &id, "2026-02-05"),
                        };
                        let drawing = drawing(case, 1_000, 6_000);
                        match take_in(&mut *store, ledger, law, &what, Some(&drawing)) {
                            Ok(_) | Err(Error::Refused(_) | Error::NotHeld { .. }) => {}
                            // What another gave up a moment ago.
                            Err(Error::Other(said)) if said.contains("given up") => {}
                            Err(other) => panic!("{}: {other}", home.name),
                        }
                    }
                });
            }
        });
        let mut store = home.cases();
        sweep(&mut *store, &ledger, &law, day("2026-02-06"), "desk").unwrap();
        let mut approved = 0;
        let mut may_come = 0;
        for case in &cases {
            let state = read(&mut *store, &law, case).unwrap().unwrap().state;
            let approves = matches!(state.closed, Some((Closing::Approved, _)));
            approved += i64::from(approves);
            let first = format!("{case}/2");
            may_come += i64::from(
                state.closed.is_none() && state.recommendation.is_some_and(|r| r.id == first),
            );
        }
        let (used, reserved) = held(&ledger, &allocation());
        assert_eq!(used, 0);
        assert!(
            reserved >= approved * 1_000 && reserved <= (approved + may_come) * 1_000,
            "{}: {reserved} for {approved}",
            home.name
        );
        check_ledger(&ledger);
    }
}

#[test]
fn licenses_and_shipments_stopped_half_way_are_finished_by_a_retry() {
    for home in homes() {
        let law = law();
        let ledger = home.ledger();
        let mut store = home.cases();
        signed(&mut *store, &law, "C", 100);
        approve(
            &mut *store,
            &ledger,
            &law,
            &approval("C", "2", "a", "2026-02-04"),
            &drawing("C", 1_000, 1_000),
        )
        .unwrap();
        let license = event("C", "i", "2026-02-05", &officer(), issue_("D1", 80));
        let died = issue(&mut Dying(&mut *home.cases()), &ledger, &law, &license);
        assert!(matches!(died, Err(Error::Store(_))), "{died:?}");
        // On another day the law gives another last day; the ledger's entries are the same.
        let later = event(
            "C",
            "j",
            "2026-02-06",
            &officer(),
            support::issue("D1", 80, 80_000, "2027-02-05", &[]),
        );
        issue(&mut *store, &ledger, &law, &later).unwrap();
        assert_eq!(held(&ledger, &allocation()), (0, 800));

        let what = What::Shipped {
            shipment: "s-1".into(),
            quantity: 50,
            value_usd: 50_000,
        };
        let shipped = event("C", "s", "2026-03-01", &applicant(), what.clone());
        let died = ship(&mut Dying(&mut *home.cases()), &ledger, &law, &shipped);
        assert!(matches!(died, Err(Error::Store(_))), "{died:?}");
        let [quantity, _] = tiergate_cases::license_accounts("D1");
        assert_eq!(held(&ledger, &quantity), (0, 50));
        ship(
            &mut *store,
            &ledger,
            &law,
            &event("C", "t", "2026-03-02", &applicant(), what),
        )
        .unwrap();
        assert_eq!(held(&ledger, &quantity), (50, 0));
        assert_eq!(held(&ledger, &allocation()), (500, 300));
        check_ledger(&ledger);
    }
}
