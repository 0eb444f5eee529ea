//! The cases that are no applications for a license, each from beginning to end, as the examples
//! have them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::*;
use tiergate_cases::{
    Actor, Answer, Application, Closing, Concession, Grounds, Kind, Level, Outcome, Proposal,
    Standing, Vote, What, dues,
};
use tiergate_law::View;

fn registered(kind: Kind, title: &str, with: impl FnOnce(&mut Application)) -> What {
    let mut application = Application::new(kind, title, "acme");
    with(&mut application);
    What::Registered(Box::new(application))
}

fn circulated() -> What {
    What::Referred {
        agencies: ["State", "Defense", "Energy", "Commerce"]
            .map(String::from)
            .to_vec(),
    }
}

fn decided(level: Level, outcome: Outcome) -> What {
    What::Decided {
        level,
        outcome,
        conditions: vec![],
        grounds: Grounds::default(),
    }
}

fn votes(case: &mut Case, on: &str, level: Level, all: [(&str, Vote); 4]) {
    for (who, how) in all {
        case.on(on, &agency(who), vote(level, how));
    }
}

/// A request circulated on February 10, 2025, that Energy is against.
fn blocked() -> Case {
    let mut case = Case::new("V-1", rules("2025-02-03"));
    let what = registered(Kind::ValidatedEndUser, "a data center in Poland", |a| {
        a.country = Some("PL".into());
        a.asks = Some("veu-request".into());
    });
    case.on("2025-02-03", &applicant(), what);
    case.on("2025-02-10", &officer(), circulated());
    assert_eq!(
        case.due("veu-request").1,
        "referred 2025-02-10 + 30 days = 2025-03-12"
    );
    let asked = What::DataAsked {
        question: "who owns the site?".into(),
    };
    let of = case.on("2025-02-20", &agency("Energy"), asked);
    let text = "we do".to_owned();
    case.on("2025-02-25", &applicant(), What::DataAnswered { of, text });
    assert_eq!(case.due_day("veu-request"), "2025-03-17");
    let all = [
        ("State", Vote::For),
        ("Defense", Vote::For),
        ("Energy", Vote::Against),
        ("Commerce", Vote::For),
    ];
    votes(&mut case, "2025-03-14", Level::Erc, all);
    let said = case.refused(
        "2025-03-14",
        &officer(),
        decided(Level::Erc, Outcome::Approve),
    );
    assert_eq!(
        said,
        "the votes are to deny; a board's decision is what its votes give (750.2(c); part 748, supplement no. 9)"
    );
    case.on("2025-03-14", &officer(), decided(Level::Erc, Outcome::Deny));
    assert_eq!(case.state().closed.unwrap().0, Closing::Denied);
    case
}

#[test]
fn one_members_no_blocks_a_grant_and_a_member_that_disagrees_takes_it_to_the_boards() {
    let mut case = blocked();
    assert_eq!(
        case.refused(
            "2025-03-15",
            &officer(),
            decided(Level::Erc, Outcome::Approve)
        ),
        "the case was denied on 2025-03-14; open a new case"
    );
    assert_eq!(case.due_day("veu-appeal-acep"), "2025-03-19");
    assert_eq!(
        case.standing("2025-03-19", "veu-appeal-acep"),
        Standing::Open
    );
    case.on(
        "2025-03-19",
        &agency("State"),
        What::Appealed { to: Level::Acep },
    );
    assert_eq!(case.state().closed, None);
    assert_eq!(
        case.refused("2025-03-20", &officer(), decided(Level::Erc, Outcome::Deny)),
        "the committee has decided; it decides once; a member that disagrees appeals"
    );
    // The ACEP: eleven days, by majority.
    assert_eq!(case.due_day("veu-acep"), "2025-03-30");
    let three = [
        ("Commerce", Vote::For),
        ("State", Vote::For),
        ("Defense", Vote::For),
        ("Energy", Vote::Against),
    ];
    votes(&mut case, "2025-03-28", Level::Acep, three);
    case.on(
        "2025-03-28",
        &officer(),
        decided(Level::Acep, Outcome::Approve),
    );
    assert_eq!(
        case.state().closed,
        Some((Closing::Approved, day("2025-03-28")))
    );
    // Five days for who dissented, eleven for the EARB, five more to the President.
    assert_eq!(case.due_day("veu-appeal-earb"), "2025-04-02");
    let said = case.refused(
        "2025-04-02",
        &agency("State"),
        What::Appealed { to: Level::Earb },
    );
    assert!(
        said.starts_with("State did not dissent; those who did may appeal: Energy"),
        "{said}"
    );
    case.on(
        "2025-04-02",
        &agency("Energy"),
        What::Appealed { to: Level::Earb },
    );
    assert_eq!(case.due_day("veu-earb"), "2025-04-13");
    votes(&mut case, "2025-04-10", Level::Earb, three);
    case.on(
        "2025-04-10",
        &officer(),
        decided(Level::Earb, Outcome::Approve),
    );
    assert_eq!(case.due_day("veu-president"), "2025-04-15");
    let said = case.refused(
        "2025-04-16",
        &agency("Energy"),
        What::Appealed {
            to: Level::President,
        },
    );
    assert!(said.contains("the Board's decision is final"), "{said}");
    assert_eq!(
        case.state().closed,
        Some((Closing::Approved, day("2025-04-10")))
    );
    is_the_example(&[&case], "veu-escalated.jsonl");
}

#[test]
fn a_denied_grant_that_nobody_takes_higher_is_final_after_five_days() {
    let mut case = blocked();
    assert_eq!(
        case.standing("2025-03-20", "veu-appeal-acep"),
        Standing::Defaulted
    );
    let said = case.refused(
        "2025-03-20",
        &agency("State"),
        What::Appealed { to: Level::Acep },
    );
    assert!(said.contains("the committee's decision is final"), "{said}");
    // Only a validated end user's decision can be taken higher by who sat in the committee.
    let said = case.refused(
        "2025-03-19",
        &applicant(),
        What::Appealed { to: Level::Acep },
    );
    assert!(said.contains("it is for agency-reviewer"), "{said}");
}

#[test]
fn a_validated_end_user_is_granted_when_all_members_are_for_it() {
    let mut case = Case::new("V-2", rules("2025-02-03"));
    let what = registered(Kind::ValidatedEndUser, "a data center in Japan", |a| {
        a.country = Some("JP".into());
        a.asks = Some("veu-request".into());
    });
    case.on("2025-02-03", &applicant(), what);
    case.on("2025-02-05", &officer(), circulated());
    let all = ["State", "Defense", "Energy", "Commerce"].map(|who| (who, Vote::For));
    votes(&mut case, "2025-03-07", Level::Erc, all);
    case.on(
        "2025-03-07",
        &officer(),
        decided(Level::Erc, Outcome::Approve),
    );
    assert_eq!(
        case.standing("2025-03-08", "veu-request"),
        Standing::Done {
            on: day("2025-03-07"),
            late_days: None
        }
    );
    let mut removed = Case::new("V-3", rules("2025-08-01"));
    let what = registered(Kind::ValidatedEndUser, "a removal", |a| {
        a.asks = Some("veu-removal".into());
    });
    removed.on("2025-08-01", &officer(), what);
    removed.on("2025-08-01", &officer(), circulated());
    // A majority removes, though one member is against it.
    let all = [
        ("State", Vote::For),
        ("Defense", Vote::For),
        ("Energy", Vote::Against),
        ("Commerce", Vote::For),
    ];
    votes(&mut removed, "2025-08-20", Level::Erc, all);
    removed.on(
        "2025-08-21",
        &officer(),
        decided(Level::Erc, Outcome::Approve),
    );
    assert_eq!(
        removed.state().closed,
        Some((Closing::Approved, day("2025-08-21")))
    );
    assert_eq!(removed.due_day("veu-appeal-acep"), "2025-08-26");
    is_the_example(&[&case, &removed], "veu.jsonl");
}

#[test]
fn notifications_classifications_and_opinions_are_answered_within_25_14_and_30_days() {
    let answer = |answer, text: &str| What::Answered {
        answer,
        text: text.into(),
    };
    let mut nac = Case::new("N-1", rules("2024-05-06"));
    nac.on(
        "2024-05-06",
        &applicant(),
        registered(Kind::Nac, "200 cards to Vietnam", |a| {
            a.country = Some("VN".into());
        }),
    );
    assert_eq!(nac.due_day("nac-notification"), "2024-05-31");
    let ground = || "nac-clock-stops".to_owned();
    nac.on(
        "2024-05-13",
        &officer(),
        What::ClockStopped { ground: ground() },
    );
    nac.on(
        "2024-05-17",
        &officer(),
        What::ClockResumed { ground: ground() },
    );
    assert_eq!(
        nac.due("nac-notification").1,
        "registered 2024-05-06 + 25 days + 4 days not counted (740.8(c)(4): 2024-05-13 to 2024-05-17) = 2024-06-04"
    );
    nac.on(
        "2024-06-03",
        &officer(),
        answer(Answer::Go, "no license is needed"),
    );

    let mut classification = Case::new("Q-1", rules("2026-03-02"));
    classification.on(
        "2026-03-02",
        &applicant(),
        registered(Kind::Classification, "an accelerator card", |_| {}),
    );
    assert_eq!(
        classification.due_day("classification-request"),
        "2026-03-16"
    );
    classification.on("2026-03-16", &officer(), answer(Answer::Text, "3A090.b"));

    let mut opinion = Case::new("O-1", rules("2026-03-02"));
    opinion.on(
        "2026-03-02",
        &applicant(),
        registered(Kind::AdvisoryOpinion, "training as a service", |_| {}),
    );
    assert_eq!(opinion.due_day("advisory-opinion"), "2026-04-01");
    opinion.on(
        "2026-04-02",
        &officer(),
        answer(Answer::Text, "no license is needed"),
    );
    assert_eq!(
        opinion.standing("2026-04-02", "advisory-opinion"),
        Standing::Done {
            on: day("2026-04-02"),
            late_days: Some(1)
        }
    );
    is_the_example(&[&nac, &classification, &opinion], "answers.jsonl");
}

#[test]
fn an_agreement_is_in_force_while_a_later_concession_is_open_and_unlocks_when_it_is_met() {
    let mut case = Case::new("G-1", rules("2026-03-02"));
    let concession = |id: &str, says: &str, due: Option<&str>| Concession {
        id: id.into(),
        says: says.into(),
        due: due.map(day),
    };
    case.on(
        "2026-03-02",
        &officer(),
        registered(Kind::Agreement, "an agreement with Poland", |a| {
            a.country = Some("PL".into());
            a.unlocks = vec!["twice the allocation".into()];
            a.concessions = vec![
                concession("controls", "export controls of its own", Some("2026-05-31")),
                concession("reports", "reports each half year", Some("2026-07-31")),
            ];
        }),
    );
    let met = |c: &str| What::ConcessionMet {
        concession: c.into(),
    };
    case.on("2026-06-02", &officer(), met("controls"));
    let of = case.on("2026-06-10", &officer(), recommend(Proposal::Approve, &[]));
    let same = Actor::new("officer-1", tiergate_cases::Role::Countersigner);
    assert_eq!(
        case.refused("2026-06-10", &same, What::Countersigned { of: of.clone() }),
        "`officer-1` recommended it; another person countersigns"
    );
    case.on("2026-06-10", &second(), What::Countersigned { of });
    case.on(
        "2026-06-11",
        &officer(),
        What::Approved {
            conditions: vec![],
            reservation: None,
        },
    );
    assert_eq!(case.state().unlocked(), None);
    case.on("2026-07-30", &officer(), met("reports"));
    assert_eq!(case.state().unlocked().unwrap(), ["twice the allocation"]);
    let stands: Vec<Standing> = case
        .state()
        .conceded(day("2026-08-01"))
        .into_iter()
        .map(|(_, stands)| stands)
        .collect();
    let done = |on: &str, late_days| Standing::Done {
        on: day(on),
        late_days,
    };
    assert_eq!(
        stands,
        [done("2026-06-02", Some(2)), done("2026-07-30", None)]
    );
    is_the_example(&[&case], "agreement.jsonl");
}

#[test]
fn reports_are_due_on_their_days_and_late_ones_say_by_how_much() {
    let mut cases = Vec::new();
    for (name, asks, due, filed, late_days) in [
        (
            "R-1",
            "report-lpp-certification",
            "2025-07-01",
            "2025-06-30",
            None,
        ),
        (
            "R-2",
            "report-aia-certification",
            "2025-06-01",
            "2025-06-01",
            None,
        ),
        (
            "R-3",
            "report-veu-semiannual",
            "2025-07-15",
            "2025-07-18",
            Some(3),
        ),
    ] {
        let mut case = Case::new(name, rules_in("2025-06-01", View::Text));
        let what = registered(Kind::Report, "a report", |a| a.asks = Some(asks.into()));
        case.on("2025-06-01", &applicant(), what);
        assert_eq!(case.due_day(asks), due);
        assert_eq!(dues(case.state(), &case.rules, day("2025-06-01")).len(), 1);
        let document = "a".repeat(64);
        case.on(filed, &applicant(), What::Filed { document });
        let done = Standing::Done {
            on: day(filed),
            late_days,
        };
        assert_eq!(case.standing(filed, asks), done);
        cases.push(case);
    }
    is_the_example(&cases.iter().collect::<Vec<_>>(), "reports.jsonl");
}

#[test]
fn thirty_days_of_notice_to_congress_are_counted_from_the_notice_and_over_when_its_clock_runs() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    let ground = || "hold-congress-terrorism".to_owned();
    let step = "congress-notified".to_owned();
    case.on("2026-01-07", &officer(), What::StepDone { step });
    case.on(
        "2026-01-07",
        &officer(),
        What::ClockStopped { ground: ground() },
    );
    assert_eq!(case.due_day("hold-congress-terrorism"), "2026-02-06");
    case.on(
        "2026-02-06",
        &officer(),
        What::ClockResumed { ground: ground() },
    );
    assert_eq!(
        case.standing("2026-02-20", "hold-congress-terrorism"),
        Standing::Done {
            on: day("2026-02-06"),
            late_days: None
        }
    );
    assert_eq!(case.due_day("license-initial"), "2026-02-13");
}

#[test]
fn an_application_that_is_neither_resolved_nor_with_the_president_is_overdue_after_day_90() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    assert_eq!(case.due_day("license-resolved"), "2026-04-05");
    assert_eq!(
        case.standing("2026-04-06", "license-resolved"),
        Standing::Overdue { days: 1 }
    );
    case.approve("2026-04-07", &[]);
    assert_eq!(
        case.standing("2026-04-07", "license-resolved"),
        Standing::Done {
            on: day("2026-04-07"),
            late_days: Some(2)
        }
    );
}
