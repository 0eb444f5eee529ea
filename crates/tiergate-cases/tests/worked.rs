//! Whole cases with every date, as the law's days give them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::*;
use tiergate_cases::{
    Advice, Authority, Closing, Counted, Grounds, Level, Outcome, Proposal, Standing, Tally, Vote,
    What, authority, counted, denied_from, dues, reservation_id, tally,
};

#[test]
fn the_clean_case_is_approved_on_day_20_and_ships_within_its_year() {
    let mut case = Case::new("Z-1", rules("2026-02-02"));
    case.on(
        "2026-02-02",
        &applicant(),
        license_application(300, 9_000_000),
    );
    assert_eq!(case.due_day("license-initial"), "2026-02-11");
    assert_eq!(case.due_day("license-recommendation"), "2026-03-13");
    assert_eq!(case.due_day("license-operating-committee"), "2026-03-27");
    assert_eq!(case.due_day("license-appeal-acep"), "2026-04-01");
    assert_eq!(case.due_day("license-acep"), "2026-04-12");
    assert_eq!(case.due_day("license-appeal-earb"), "2026-04-17");
    assert_eq!(case.due_day("license-earb"), "2026-04-28");
    assert_eq!(case.due_day("license-president"), "2026-05-03");

    case.on("2026-02-05", &officer(), refer());
    // Referred on day 3, the agencies' 30 days end before day 39.
    assert_eq!(
        case.due("license-recommendation"),
        (
            "2026-03-07".into(),
            "referred 2026-02-05 + 30 days = 2026-03-07".into()
        )
    );
    assert_eq!(case.due_day("license-missing-information"), "2026-02-15");
    case.on(
        "2026-02-12",
        &agency("Energy"),
        advise(Advice::NoObjection, &[]),
    );
    case.on("2026-02-13", &agency("State"), advise(Advice::Approve, &[]));
    case.on(
        "2026-02-20",
        &agency("Defense"),
        advise(Advice::ApproveWithConditions, &["no resale"]),
    );
    assert_eq!(
        case.standing("2026-02-21", "license-recommendation"),
        Standing::Done {
            on: day("2026-02-20"),
            late_days: None
        }
    );

    let of = case.on(
        "2026-02-22",
        &officer(),
        recommend(Proposal::Approve, &["no resale".into()]),
    );
    let said = case.refused(
        "2026-02-22",
        &officer(),
        What::Approved {
            conditions: vec!["no resale".into()],
            reservation: Some(reservation_id("Z-1", &of)),
        },
    );
    assert_eq!(said, "one person has signed; another countersigns it first");
    case.on(
        "2026-02-22",
        &second(),
        What::Countersigned { of: of.clone() },
    );
    case.on(
        "2026-02-22",
        &officer(),
        What::Approved {
            conditions: vec!["no resale".into()],
            reservation: Some(reservation_id("Z-1", &of)),
        },
    );
    assert_eq!(
        case.state().closed,
        Some((Closing::Approved, day("2026-02-22")))
    );
    // What was due after the end is not late because it was never needed, and what never began was
    // not done by it.
    for step in dues(case.state(), &case.rules, day("2026-06-01")) {
        let late = matches!(step.standing, Standing::Overdue { .. });
        assert!(!late, "{}: {:?}", step.step, step.standing);
        assert_ne!(step.step, "intent-to-deny-final");
    }

    // Items of 742.6(a)(6)(iii)(A): one year; the grade is told.
    let years = case.rules.validity_years(Some(true)).unwrap();
    assert_eq!(
        (years.amount.to_string(), years.grade.word()),
        ("1".into(), "unconfirmed")
    );
    let said = case.refused(
        "2026-02-23",
        &officer(),
        issue("D1234567", 300, 9_000_000, "2030-02-22", &["no resale"]),
    );
    assert_eq!(
        said,
        "it would be valid through 2030-02-22; give 2027-02-22, or the basis of another term (750.7(g))"
    );
    case.on(
        "2026-02-23",
        &officer(),
        issue("D1234567", 300, 9_000_000, "2027-02-22", &["no resale"]),
    );

    let ship = |shipment: &str, quantity, value_usd| What::Shipped {
        shipment: shipment.into(),
        quantity,
        value_usd,
    };
    case.on("2026-03-10", &applicant(), ship("s-1", 200, 6_500_000));
    // The value may be passed by a tenth, the quantity not at all (750.11).
    let said = case.refused("2026-04-01", &applicant(), ship("s-2", 101, 3_000_000));
    assert_eq!(
        said,
        "101 units, and 100 of 300 are left; the quantity may not be exceeded (750.11)"
    );
    let said = case.refused("2026-04-01", &applicant(), ship("s-2", 100, 3_400_001));
    assert_eq!(
        said,
        "3,400,001 USD, and 3,400,000 of 9,900,000 are left, tolerance included; ship within the value and its tolerance (750.11)"
    );
    case.on("2026-04-01", &applicant(), ship("s-2", 100, 3_400_000));
    let said = case.refused("2026-04-02", &applicant(), ship("s-3", 1, 0));
    assert_eq!(
        said,
        "all 300 units of license D1234567 have shipped; nothing more ships under it: apply for a new one (750.11)"
    );
    case.on("2027-02-23", &officer(), What::Expired);
    let said = case.refused("2027-02-23", &applicant(), ship("s-4", 1, 0));
    assert_eq!(
        said,
        "license D1234567 was valid through 2027-02-22; apply for a new one (750.7(g))"
    );
    is_the_example(&[&case], "clean.jsonl");
}

#[test]
fn the_worst_case_goes_to_the_president_on_day_90_with_26_days_not_counted() {
    let mut case = Case::new("Z-2", rules("2026-01-05"));
    case.on(
        "2026-01-05",
        &applicant(),
        license_application(40_000, 1_200_000_000),
    );
    assert_eq!(
        case.due("license-initial").1,
        "registered 2026-01-05 + 9 days = 2026-01-14"
    );
    assert_eq!(case.due_day("license-president"), "2026-04-05");

    // Day 9: referred. Day 14: one agency tells what is missing; day 15 to 27: it waits for data.
    case.on("2026-01-14", &officer(), refer());
    assert_eq!(case.due_day("license-missing-information"), "2026-01-24");
    case.on(
        "2026-01-19",
        &agency("Defense"),
        What::MissingTold {
            missing: "the end user's address".into(),
        },
    );
    let asked = case.on(
        "2026-01-20",
        &agency("Defense"),
        What::DataAsked {
            question: "which building?".into(),
        },
    );
    assert!(
        case.due("license-recommendation")
            .1
            .ends_with("if the clock ran again today; it stands still")
    );
    case.on(
        "2026-02-01",
        &applicant(),
        What::DataAnswered {
            of: asked,
            text: "hall 3".into(),
        },
    );
    assert_eq!(
        case.due_on("2026-02-01", "license-recommendation")
            .latest
            .unwrap()
            .says,
        "registered 2026-01-05 + 39 days + 12 days not counted (750.4(d)(1): 2026-01-20 to 2026-02-01) = 2026-02-25"
    );

    // A pre-license check and a consultation that overlap: 14 days, counted once.
    case.on(
        "2026-02-08",
        &officer(),
        What::StepDone {
            step: "pre-license-check-needed".into(),
        },
    );
    assert_eq!(case.due_day("hold-pre-license-check"), "2026-02-13");
    case.on(
        "2026-02-10",
        &officer(),
        What::ClockStopped {
            ground: "hold-pre-license-check".into(),
        },
    );
    case.on(
        "2026-02-15",
        &officer(),
        What::ClockStopped {
            ground: "hold-consultation".into(),
        },
    );
    case.on(
        "2026-02-17",
        &officer(),
        What::StepDone {
            step: "pre-license-check-completed".into(),
        },
    );
    assert_eq!(case.due_day("pre-license-check-reported"), "2026-02-22");
    case.on(
        "2026-02-20",
        &officer(),
        What::StepDone {
            step: "pre-license-check-reported".into(),
        },
    );
    case.on(
        "2026-02-20",
        &officer(),
        What::ClockResumed {
            ground: "hold-pre-license-check".into(),
        },
    );
    case.on(
        "2026-02-24",
        &officer(),
        What::ClockResumed {
            ground: "hold-consultation".into(),
        },
    );
    assert_eq!(
        case.due_on("2026-02-24", "license-recommendation")
            .latest
            .unwrap()
            .says,
        "registered 2026-01-05 + 39 days + 26 days not counted (750.4(d)(1): 2026-01-20 to 2026-02-01; \
         750.4(b)(2): 2026-02-10 to 2026-02-20; 750.4(b)(4): 2026-02-15 to 2026-02-24, overlaps once) = 2026-03-11"
    );

    // Day 39: Defense denies with its basis, State asks for conditions, Energy is silent.
    let conditions = ["inspection each quarter"];
    case.on(
        "2026-03-11",
        &agency("State"),
        advise(Advice::ApproveWithConditions, &conditions),
    );
    case.on("2026-03-11", &agency("Defense"), advise(Advice::Deny, &[]));
    let said = case.refused(
        "2026-03-11",
        &agency("Commerce"),
        decide(Level::Chair, Outcome::Approve, &conditions),
    );
    assert_eq!(
        said,
        "Energy may still advise; the chair decides after hearing all of them"
    );
    let said = case.refused("2026-03-12", &agency("Energy"), advise(Advice::Deny, &[]));
    assert!(said.ends_with("silence, or denial without statutory and regulatory basis, counts as no objection (750.4(d); E.O. 12981)"), "{said}");
    let energy = counted(case.state(), &case.rules, day("2026-03-12")).remove(1);
    assert!(
        matches!(
            energy.1,
            Counted::NoObjection {
                because: "silence",
                ..
            }
        ),
        "{energy:?}"
    );
    assert_eq!(
        case.standing("2026-03-12", "license-recommendation"),
        Standing::Defaulted
    );
    let who = authority(case.state(), &case.rules, day("2026-03-12"));
    assert_eq!(
        who,
        Authority::Chair {
            objecting: vec!["Defense".into()]
        }
    );
    let said = case.refused("2026-03-12", &officer(), recommend(Proposal::Approve, &[]));
    assert!(
        said.starts_with(
            "agencies do not agree: Defense objects; the chair of the Operating Committee decides"
        ),
        "{said}"
    );

    // Day 53: the chair decides on its last day.
    assert_eq!(case.due_day("license-operating-committee"), "2026-03-25");
    case.on(
        "2026-03-25",
        &agency("Commerce"),
        decide(Level::Chair, Outcome::Approve, &conditions),
    );
    // Day 58: appealed on the last day.
    assert_eq!(case.due_day("license-appeal-acep"), "2026-03-30");
    let said = case.refused(
        "2026-03-31",
        &agency("Defense"),
        What::Appealed { to: Level::Acep },
    );
    assert_eq!(
        said,
        "it was due by 2026-03-30 (chair-decided 2026-03-25 + 5 days = 2026-03-30); the chair's decision is final (750.4(f)(2))"
    );
    case.on(
        "2026-03-30",
        &agency("Defense"),
        What::Appealed { to: Level::Acep },
    );

    // Day 69: two against two decide nothing; three to one does.
    assert_eq!(case.due_day("license-acep"), "2026-04-10");
    for (who, how) in [
        ("Commerce", Vote::For),
        ("State", Vote::For),
        ("Defense", Vote::Against),
        ("Energy", Vote::Against),
    ] {
        case.on("2026-04-08", &agency(who), vote(Level::Acep, how));
    }
    let step = case.rules.step("license-acep").unwrap().clone();
    assert_eq!(
        tally(case.state(), &step, Level::Acep),
        Tally::Open("2 for, 2 against, 0 abstaining, of 4 members: there is no majority".into())
    );
    let said = case.refused(
        "2026-04-10",
        &officer(),
        decide(Level::Acep, Outcome::Approve, &conditions),
    );
    assert!(said.contains("there is no majority"), "{said}");
    case.on(
        "2026-04-10",
        &agency("Energy"),
        vote(Level::Acep, Vote::For),
    );
    let said = case.refused(
        "2026-04-10",
        &officer(),
        decide(Level::Acep, Outcome::Deny, &conditions),
    );
    assert!(said.starts_with("the votes are to approve"), "{said}");
    case.on(
        "2026-04-10",
        &officer(),
        decide(Level::Acep, Outcome::Approve, &conditions),
    );

    // Day 74: only who dissented may appeal.
    assert_eq!(case.due_day("license-appeal-earb"), "2026-04-15");
    let said = case.refused(
        "2026-04-15",
        &agency("State"),
        What::Appealed { to: Level::Earb },
    );
    assert_eq!(
        said,
        "State did not dissent; those who did may appeal: Defense (750.4(f)(3))"
    );
    case.on(
        "2026-04-15",
        &agency("Defense"),
        What::Appealed { to: Level::Earb },
    );
    // Day 85.
    assert_eq!(case.due_day("license-earb"), "2026-04-26");
    for (who, how) in [
        ("Commerce", Vote::For),
        ("State", Vote::For),
        ("Defense", Vote::Against),
        ("Energy", Vote::For),
    ] {
        case.on("2026-04-26", &agency(who), vote(Level::Earb, how));
    }
    case.on(
        "2026-04-26",
        &officer(),
        decide(Level::Earb, Outcome::Approve, &conditions),
    );
    // Day 90, with 26 days not counted.
    assert_eq!(case.due_day("license-president"), "2026-05-01");
    assert!(
        case.due_on("2026-04-26", "license-president")
            .latest
            .unwrap()
            .says
            .starts_with("registered 2026-01-05 + 90 days + 26 days not counted")
    );
    case.on(
        "2026-05-01",
        &agency("Defense"),
        What::Appealed {
            to: Level::President,
        },
    );
    case.on(
        "2026-05-20",
        &officer(),
        decide(Level::President, Outcome::Deny, &[]),
    );

    // Denial: notice within 5 days, 20 to respond, final on the 45th, 45 to appeal.
    let said = case.refused("2026-05-21", &officer(), recommend(Proposal::Approve, &[]));
    assert_eq!(
        said,
        "it was decided to deny: nobody is above the president; give notice of intent to deny"
    );
    case.on("2026-05-21", &officer(), recommend(Proposal::Deny, &[]));
    assert_eq!(case.due_day("intent-to-deny-notice"), "2026-05-26");
    let said = case.refused(
        "2026-05-26",
        &officer(),
        What::IntentToDeny {
            grounds: Grounds::default(),
        },
    );
    assert_eq!(
        said,
        "the basis is not complete; name the statute and the regulation (750.6)"
    );
    case.on(
        "2026-05-26",
        &officer(),
        What::IntentToDeny { grounds: grounds() },
    );
    assert_eq!(case.due_day("intent-to-deny-response"), "2026-06-15");
    assert_eq!(case.due_day("intent-to-deny-final"), "2026-07-10");
    let said = case.refused(
        "2026-06-15",
        &officer(),
        What::Denied { grounds: grounds() },
    );
    assert_eq!(
        said,
        "the applicant may still respond; wait for the response, or for its day to pass (750.6)"
    );
    case.on(
        "2026-06-15",
        &applicant(),
        What::Responded {
            text: "we would accept inspections".into(),
        },
    );
    assert_eq!(
        denied_from(case.state(), &case.rules, day("2026-07-09")),
        None
    );
    assert_eq!(
        denied_from(case.state(), &case.rules, day("2026-07-10"))
            .unwrap()
            .day,
        day("2026-07-10")
    );
    case.on(
        "2026-07-10",
        &officer(),
        What::Denied { grounds: grounds() },
    );
    assert_eq!(
        case.state().closed,
        Some((Closing::Denied, day("2026-07-10")))
    );
    assert_eq!(case.due_day("denial-appeal"), "2026-08-24");
    let said = case.refused(
        "2026-08-25",
        &applicant(),
        What::DenialAppealed {
            text: "see attached".into(),
        },
    );
    assert!(said.starts_with("it was due by 2026-08-24"), "{said}");
    case.on(
        "2026-08-24",
        &applicant(),
        What::DenialAppealed {
            text: "see attached".into(),
        },
    );
    is_the_example(&[&case], "worst.jsonl");
}
