//! What is offered is what would be taken: acts, and what they may say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use support::{
    Case, advise, agency, applicant, day, decide, grounds, license_application, officer, recommend,
    refer, rules, second, vote,
};
use tiergate_cases::{
    Act, Actor, Advice, Level, Outcome, Proposal, Standing, Vote, What, allowed, boards, outcomes,
    proposals, steps_to_do, visible,
};

fn why(case: &Case, actor: &Actor, act: Act) -> Option<String> {
    let all = allowed(case.state(), &case.rules, actor, case.today);
    let found = all.into_iter().find(|p| p.act == act).unwrap();
    found.why_not.map(|no| no.to_string())
}

fn applied() -> Case {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case
}

#[test]
fn a_step_is_not_open_when_the_case_ended_on_the_day_that_opened_it() {
    let mut case = applied();
    case.on("2026-01-06", &officer(), refer());
    case.on("2026-01-06", &officer(), What::Withdrawn);
    for today in ["2026-01-06", "2026-03-20"] {
        let all = tiergate_cases::dues(case.state(), &case.rules, day(today));
        let open = all
            .iter()
            .filter(|due| !matches!(due.standing, Standing::Done { .. } | Standing::NotNeeded));
        let open: Vec<_> = open.map(|due| (&due.step, due.standing)).collect();
        assert!(open.is_empty(), "{today}: {open:?}");
    }
}

#[test]
fn what_the_end_itself_opens_is_open_after_it() {
    let mut case = applied();
    case.on("2026-01-06", &officer(), recommend(Proposal::Deny, &[]));
    let grounds = grounds();
    case.on(
        "2026-01-06",
        &officer(),
        What::IntentToDeny {
            grounds: grounds.clone(),
        },
    );
    case.on(
        "2026-01-07",
        &applicant(),
        What::Responded { text: "no".into() },
    );
    case.on("2026-01-08", &officer(), What::Denied { grounds });
    assert_eq!(case.standing("2026-01-08", "denial-appeal"), Standing::Open);
}

#[test]
fn a_board_decides_once_its_votes_do_and_its_chair_or_the_desk_records_it() {
    let mut case = applied();
    case.on("2026-01-06", &officer(), refer());
    for (who, what) in [
        ("Defense", Advice::Deny),
        ("Energy", Advice::NoObjection),
        ("State", Advice::NoObjection),
    ] {
        case.on("2026-01-07", &agency(who), advise(what, &[]));
    }
    let chair = agency("Commerce");
    case.on(
        "2026-01-08",
        &chair,
        decide(Level::Chair, Outcome::Approve, &[]),
    );
    assert!(boards(case.state(), &case.rules, &chair).is_empty());
    case.on(
        "2026-01-09",
        &agency("Defense"),
        What::Appealed { to: Level::Acep },
    );
    let open = why(&case, &officer(), Act::AcepDecided).unwrap();
    assert!(open.contains("there is no majority"), "{open}");
    assert!(outcomes(case.state(), &case.rules, Level::Acep).is_empty());
    assert_eq!(boards(case.state(), &case.rules, &chair), [Level::Acep]);
    for who in ["Commerce", "State", "Energy"] {
        case.on("2026-01-09", &agency(who), vote(Level::Acep, Vote::For));
    }
    assert_eq!(
        outcomes(case.state(), &case.rules, Level::Acep),
        [Outcome::Approve]
    );
    assert_eq!(why(&case, &officer(), Act::AcepDecided), None);
    assert_eq!(why(&case, &chair, Act::AcepDecided), None);
    let not = why(&case, &agency("State"), Act::AcepDecided).unwrap();
    assert!(
        not.starts_with("State is not its chair; Commerce records"),
        "{not}"
    );
}

#[test]
fn nothing_is_offered_that_would_be_refused() {
    let mut case = applied();
    let both = [Proposal::Approve, Proposal::Deny];
    assert_eq!(proposals(case.state(), &case.rules, case.today), both);
    case.on("2026-01-06", &officer(), refer());
    let energy = agency("Energy");
    assert_eq!(steps_to_do(case.state(), &case.rules, &energy).count(), 0);
    assert!(why(&case, &energy, Act::StepDone).is_some());
    // Who is in charge is for the desk to say.
    assert!(why(&case, &energy, Act::Assigned).is_some());
    assert_eq!(why(&case, &officer(), Act::Assigned), None);
    // A clock that waits for an answer is not let run by hand.
    let asked = case.on(
        "2026-01-07",
        &officer(),
        What::DataAsked {
            question: "Where?".into(),
        },
    );
    let waits = why(&case, &officer(), Act::ClockResumed);
    assert!(waits.is_some(), "{asked}");
}

fn open_case() -> Case {
    let What::Registered(mut application) = license_application(10, 1_000) else {
        panic!("no application");
    };
    application.order = Some("a".repeat(64));
    application.decision = Some("b".repeat(64));
    application.missing = vec!["consignee.headquarters".into(), "consignee.lists".into()];
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), What::Registered(application));
    case
}

fn stated(facts: &[(&str, &str)], missing: &[&str]) -> What {
    let facts = facts
        .iter()
        .map(|(path, value)| ((*path).into(), (*value).into()));
    What::FactsStated {
        facts: facts.collect::<BTreeMap<_, _>>(),
        order: Some("c".repeat(64)),
        decision: Some("d".repeat(64)),
        lane: Some("case-by-case".into()),
        missing: missing.iter().map(|path| (*path).to_owned()).collect(),
    }
}

#[test]
fn nothing_is_approved_while_facts_are_missing_and_stating_them_is_no_new_case() {
    let mut case = open_case();
    let of = case.on("2026-01-06", &officer(), recommend(Proposal::Approve, &[]));
    case.on("2026-01-06", &second(), What::Countersigned { of });
    assert_eq!(
        why(&case, &officer(), Act::Approved).unwrap(),
        "facts are missing: consignee.headquarters, consignee.lists; they are stated first, by or \
         for the applicant"
    );
    assert!(why(&case, &agency("Energy"), Act::FactsStated).is_some());
    let none = case.refused("2026-01-06", &applicant(), stated(&[], &[]));
    assert!(none.starts_with("no fact is stated"), "{none}");
    let one = stated(&[("consignee.headquarters", "PL")], &["consignee.lists"]);
    case.on("2026-01-07", &applicant(), one);
    assert_eq!(case.state().application.missing, ["consignee.lists"]);
    assert_eq!(case.state().application.order, Some("c".repeat(64)));
    assert_eq!(
        case.state().application.lane.as_deref(),
        Some("case-by-case")
    );
    // What was recommended was recommended of another order.
    assert_eq!(case.state().recommendation, None);
    case.on(
        "2026-01-08",
        &officer(),
        stated(&[("consignee.lists", "none")], &[]),
    );
    let told = case.events.iter().filter(|event| {
        let is = matches!(event.what, What::FactsStated { .. });
        is && visible(case.state(), &case.rules, event, &applicant())
    });
    assert_eq!(told.count(), 2);
    case.approve("2026-01-09", &[]);
    let late = case.refused(
        "2026-01-10",
        &applicant(),
        stated(&[("end_uses", "iaas")], &[]),
    );
    assert!(late.starts_with("the case was approved"), "{late}");
}
