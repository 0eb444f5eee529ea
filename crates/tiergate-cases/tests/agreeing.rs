//! The Operating Committee's chair decides when agencies do not agree, and only then; and what a
//! license that is used up allows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::*;
use tiergate_cases::{Act, Advice, Level, Outcome, Proposal, Standing, What, allowed, dues};

/// Referred on January 6, and advised by all three on January 12.
fn advised(advice: [Advice; 3]) -> Case {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    for (who, advice) in ["Defense", "Energy", "State"].into_iter().zip(advice) {
        let conditions: &[&str] = match advice {
            Advice::ApproveWithConditions => &["inspection"],
            _ => &[],
        };
        case.on("2026-01-12", &agency(who), advise(advice, conditions));
    }
    case
}

/// The steps of the chair and the boards that are shown on a day.
fn boards(case: &Case, on: &str) -> Vec<String> {
    let all = dues(case.state(), &case.rules, day(on));
    let above = [
        "license-operating-committee",
        "license-appeal-acep",
        "license-acep",
        "license-appeal-earb",
        "license-earb",
        "license-president",
    ];
    let steps = all.into_iter().map(|due| due.step);
    steps.filter(|s| above.contains(&s.as_str())).collect()
}

fn chair(outcome: Outcome) -> What {
    decide(Level::Chair, outcome, &[])
}

const CHAIR: &str = "all agencies agree; the chair of the Operating Committee decides when agencies \
    do not agree, or when an officer recommends against all of them (750.4(f)(1); E.O. 12981)";

#[test]
fn the_chair_and_the_boards_have_nothing_to_do_when_all_agencies_agree() {
    use Advice::{Approve, ApproveWithConditions, NoObjection};
    let mut case = advised([Approve, NoObjection, ApproveWithConditions]);
    assert!(boards(&case, "2026-01-12").is_empty());
    assert_eq!(
        case.refused("2026-01-13", &agency("Commerce"), chair(Outcome::Approve)),
        CHAIR
    );
    let can = |case: &Case, on: &str| {
        let all = allowed(case.state(), &case.rules, &agency("Commerce"), day(on));
        let chair = all.into_iter().find(|p| p.act == Act::ChairDecided);
        chair.unwrap().why_not.is_none()
    };
    assert!(!can(&case, "2026-01-13"));
    case.approve("2026-01-13", &["inspection"]);
}

#[test]
fn silence_of_all_agencies_is_agreement_and_one_objection_is_not() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    // While agencies may still advise, the latest days of all that may follow are known.
    assert_eq!(boards(&case, "2026-02-05").len(), 6);
    assert!(boards(&case, "2026-02-06").is_empty());

    let mut case = advised([Advice::Approve, Advice::Deny, Advice::Approve]);
    assert_eq!(boards(&case, "2026-01-12").len(), 6);
    case.on("2026-01-13", &agency("Commerce"), chair(Outcome::Approve));
    assert_eq!(boards(&case, "2026-01-13").len(), 6);
}

#[test]
fn a_chair_who_decides_before_the_last_day_of_the_agencies_is_never_late() {
    let mut case = advised([Advice::Approve, Advice::Deny, Advice::Approve]);
    case.on("2026-01-13", &agency("Commerce"), chair(Outcome::Approve));
    for on in ["2026-01-13", "2026-02-06", "2026-06-01"] {
        let all = dues(case.state(), &case.rules, day(on));
        let step = all
            .iter()
            .find(|d| d.step == "license-operating-committee")
            .unwrap();
        let done = Standing::Done {
            on: day("2026-01-13"),
            late_days: None,
        };
        assert_eq!(step.standing, done, "{on}");
    }
}

#[test]
fn an_officer_who_would_deny_what_all_agencies_would_approve_brings_it_before_the_chair() {
    let mut case = advised([Advice::Approve; 3]);
    let deny = recommend(Proposal::Deny, &[]);
    case.on("2026-01-13", &officer(), deny.clone());
    assert_eq!(boards(&case, "2026-01-13").len(), 6);
    let notice = What::IntentToDeny { grounds: grounds() };
    assert_eq!(
        case.refused("2026-01-13", &officer(), notice.clone()),
        "no agency objects; the chair of the Operating Committee decides (750.4(f)(1); E.O. 12981)"
    );
    // Another view of the officer ends it.
    case.on("2026-01-14", &officer(), recommend(Proposal::Approve, &[]));
    assert!(boards(&case, "2026-01-14").is_empty());
    case.on("2026-01-15", &officer(), deny.clone());
    case.on("2026-01-16", &agency("Commerce"), chair(Outcome::Deny));
    case.on("2026-01-22", &officer(), deny);
    case.on("2026-01-22", &officer(), notice);
}

#[test]
fn an_officer_who_would_approve_what_all_agencies_would_deny_brings_it_before_the_chair() {
    let mut case = advised([Advice::Deny; 3]);
    assert!(boards(&case, "2026-01-12").is_empty());
    assert_eq!(
        case.refused("2026-01-13", &agency("Commerce"), chair(Outcome::Approve)),
        CHAIR
    );
    let of = case.on("2026-01-13", &officer(), recommend(Proposal::Approve, &[]));
    case.on(
        "2026-01-13",
        &second(),
        What::Countersigned { of: of.clone() },
    );
    let approve = |of: &str| What::Approved {
        conditions: vec![],
        reservation: Some(tiergate_cases::reservation_id("Z", of)),
    };
    assert_eq!(
        case.refused("2026-01-13", &officer(), approve(&of)),
        "every agency objects; the chair of the Operating Committee decides (750.4(f)(1); E.O. 12981)"
    );
    case.on("2026-01-14", &agency("Commerce"), chair(Outcome::Approve));
    // Nobody appeals through day 5.
    case.approve("2026-01-20", &[]);
}

#[test]
fn notice_of_denial_waits_for_agencies_that_were_asked_after_it_was_recommended() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), recommend(Proposal::Deny, &[]));
    case.on("2026-01-06", &officer(), refer());
    assert_eq!(
        case.refused(
            "2026-01-07",
            &officer(),
            What::IntentToDeny { grounds: grounds() }
        ),
        "Defense, Energy, State may still advise; wait for its advice, or for its day to pass"
    );
}

#[test]
fn a_license_whose_units_have_all_shipped_offers_no_shipment() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.approve("2026-01-06", &[]);
    case.on(
        "2026-01-06",
        &officer(),
        issue("D1", 10, 1_000, "2027-01-05", &[]),
    );
    let ship = |shipment: &str, quantity, value_usd| What::Shipped {
        shipment: shipment.into(),
        quantity,
        value_usd,
    };
    let why = |case: &Case| {
        let all = allowed(case.state(), &case.rules, &applicant(), day("2026-02-02"));
        let ship = all.into_iter().find(|p| p.act == Act::Shipped).unwrap();
        ship.why_not.map(|no| no.to_string())
    };
    case.on("2026-02-01", &applicant(), ship("s-1", 9, 900));
    assert_eq!(why(&case), None);
    case.on("2026-02-02", &applicant(), ship("s-2", 1, 100));
    let said = "all 10 units of license D1 have shipped; nothing more ships under it: apply for a new one (750.11)";
    assert_eq!(why(&case).as_deref(), Some(said));
    assert_eq!(
        case.refused("2026-02-02", &applicant(), ship("s-3", 1, 0)),
        said
    );
}
