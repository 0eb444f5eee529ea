//! The other kinds of case, who may see what, and what may be done now.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::*;
use tiergate_cases::{
    Act, Actor, Advice, Answer, Application, Closing, Concession, Event, Grounds, Kind, Level,
    Outcome, Proposal, Role, Standing, Vote, What, allowed, counted, valid_through, visible,
};
use tiergate_law::{STEP_EVENTS, STEP_READERS, View};

fn registered(kind: Kind, with: impl FnOnce(&mut Application)) -> What {
    let mut application = Application::new(kind, "a case", "acme");
    with(&mut application);
    What::Registered(Box::new(application))
}

fn four() -> What {
    What::Referred {
        agencies: ["State", "Defense", "Energy", "Commerce"]
            .map(String::from)
            .to_vec(),
    }
}

#[test]
fn the_words_of_the_law_are_the_words_of_the_cases() {
    let mut acts: Vec<&str> = Act::ALL.iter().map(|a| a.word()).collect();
    // Told apart from other recommendations, for the days of 750.6.
    acts.push("denial-proposed");
    acts.sort_unstable();
    let mut law = STEP_EVENTS.to_vec();
    law.sort_unstable();
    assert_eq!(acts, law);
    assert!(STEP_READERS.contains(&"applicant"));
}

#[test]
fn a_validated_end_user_is_granted_by_all_and_thirty_days_run_from_circulation() {
    let asks = |step: &str| {
        let step = step.to_owned();
        registered(Kind::ValidatedEndUser, |a| a.asks = Some(step))
    };
    let mut case = Case::new("V-1", rules("2025-02-03"));
    let said = case.refused(
        "2025-02-03",
        &applicant(),
        registered(Kind::ValidatedEndUser, |_| {}),
    );
    assert_eq!(
        said,
        "by what it is decided is open; `asks` says by which step it is decided: one of veu-request, veu-removal"
    );
    case.on("2025-02-03", &applicant(), asks("veu-request"));
    // Not yet circulated: nothing to count from.
    assert!(tiergate_cases::dues(case.state(), &case.rules, day("2025-02-04")).is_empty());
    case.on("2025-02-10", &officer(), four());
    assert_eq!(
        case.due("veu-request").1,
        "referred 2025-02-10 + 30 days = 2025-03-12"
    );
    // Time waiting for data is not counted.
    let asked = case.on(
        "2025-02-20",
        &agency("Energy"),
        What::DataAsked {
            question: "who owns the site?".into(),
        },
    );
    case.on(
        "2025-02-25",
        &applicant(),
        What::DataAnswered {
            of: asked,
            text: "we do".into(),
        },
    );
    assert_eq!(
        case.due("veu-request").1,
        "referred 2025-02-10 + 30 days + 5 days not counted (part 748, supplement no. 9: 2025-02-20 to 2025-02-25) = 2025-03-17"
    );
    for (who, how) in [
        ("State", Vote::For),
        ("Defense", Vote::For),
        ("Commerce", Vote::For),
    ] {
        case.on("2025-03-10", &agency(who), vote(Level::Erc, how));
    }
    let grant = |outcome| What::Decided {
        level: Level::Erc,
        outcome,
        conditions: vec![],
        grounds: Grounds::default(),
    };
    let said = case.refused("2025-03-11", &officer(), grant(Outcome::Approve));
    assert_eq!(
        said,
        "3 for, 0 against, 0 abstaining, of 4 members: it takes all; more votes decide it (750.2(c); part 748, supplement no. 9)"
    );
    // An abstention is not a vote for.
    case.on(
        "2025-03-11",
        &agency("Energy"),
        vote(Level::Erc, Vote::Abstain),
    );
    assert!(
        case.refused("2025-03-11", &officer(), grant(Outcome::Approve))
            .contains("it takes all")
    );
    case.on(
        "2025-03-12",
        &agency("Energy"),
        vote(Level::Erc, Vote::Against),
    );
    case.on("2025-03-12", &officer(), grant(Outcome::Deny));
    assert_eq!(
        case.state().closed,
        Some((Closing::Denied, day("2025-03-12")))
    );

    // A removal is by majority: three of four.
    let mut case = Case::new("V-2", rules("2025-08-01"));
    case.on("2025-08-01", &officer(), asks("veu-removal"));
    case.on("2025-08-01", &officer(), four());
    for (who, how) in [
        ("State", Vote::For),
        ("Defense", Vote::For),
        ("Energy", Vote::Against),
    ] {
        case.on("2025-08-20", &agency(who), vote(Level::Erc, how));
    }
    assert!(
        case.refused("2025-08-21", &officer(), grant(Outcome::Approve))
            .contains("there is no majority")
    );
    case.on(
        "2025-08-21",
        &agency("Commerce"),
        vote(Level::Erc, Vote::For),
    );
    case.on("2025-08-21", &officer(), grant(Outcome::Approve));
    assert_eq!(
        case.state().closed,
        Some((Closing::Approved, day("2025-08-21")))
    );
}

#[test]
fn a_nac_notification_is_answered_by_day_25_or_stands_as_posted() {
    let mut case = Case::new("N-1", rules("2024-05-06"));
    case.on("2024-05-06", &applicant(), registered(Kind::Nac, |_| {}));
    assert_eq!(case.due_day("nac-notification"), "2024-05-31");
    case.on(
        "2024-05-13",
        &officer(),
        What::ClockStopped {
            ground: "nac-clock-stops".into(),
        },
    );
    case.on(
        "2024-05-17",
        &officer(),
        What::ClockResumed {
            ground: "nac-clock-stops".into(),
        },
    );
    assert_eq!(case.due_day("nac-notification"), "2024-06-04");
    assert_eq!(
        case.standing("2024-06-05", "nac-notification"),
        Standing::Defaulted
    );
    case.on(
        "2024-06-03",
        &officer(),
        What::Answered {
            answer: Answer::Go,
            text: "no license is needed".into(),
        },
    );
    assert_eq!(case.state().answer, Some(Answer::Go));
    assert_eq!(
        case.standing("2024-06-05", "nac-notification"),
        Standing::Done {
            on: day("2024-06-03"),
            late_days: None
        }
    );
}

#[test]
fn classifications_take_14_days_and_opinions_30_and_neither_clock_stops_for_questions() {
    for (kind, step, due) in [
        (Kind::Classification, "classification-request", "2026-03-16"),
        (Kind::AdvisoryOpinion, "advisory-opinion", "2026-04-01"),
    ] {
        let mut case = Case::new("Q", rules("2026-03-02"));
        case.on("2026-03-02", &applicant(), registered(kind, |_| {}));
        case.on(
            "2026-03-04",
            &officer(),
            What::DataAsked {
                question: "what is its density?".into(),
            },
        );
        assert_eq!(case.due_day(step), due);
        let said = case.refused(
            "2026-03-05",
            &officer(),
            What::Shipped {
                shipment: "s".into(),
                quantity: 1,
                value_usd: 1,
            },
        );
        assert_eq!(
            said,
            format!("it is a {kind} case; there is no such act in it")
        );
        case.on(
            "2026-04-05",
            &officer(),
            What::Answered {
                answer: Answer::Text,
                text: "3A090.b".into(),
            },
        );
        let late = tiergate_cases::days_between(day(due), day("2026-04-05"));
        assert_eq!(
            case.standing("2026-04-05", step),
            Standing::Done {
                on: day("2026-04-05"),
                late_days: Some(late)
            }
        );
    }
}

#[test]
fn an_agreement_unlocks_what_it_says_once_every_concession_is_met() {
    let mut case = Case::new("G-1", rules("2026-03-02"));
    case.on(
        "2026-03-02",
        &officer(),
        registered(Kind::Agreement, |a| {
            a.country = Some("AE".into());
            a.unlocks = vec!["twice the allocation".into()];
            a.concessions = vec![
                Concession {
                    id: "controls".into(),
                    says: "export controls of its own".into(),
                    due: Some(day("2026-09-30")),
                },
                Concession {
                    id: "reports".into(),
                    says: "reports each half year".into(),
                    due: None,
                },
            ];
        }),
    );
    let met = |c: &str| What::ConcessionMet {
        concession: c.into(),
    };
    case.on("2026-06-01", &officer(), met("controls"));
    assert_eq!(case.state().unlocked(), None);
    let stands = |case: &Case, on: &str| {
        let all = case.state().conceded(day(on));
        let all = all.into_iter().map(|(c, stands)| (c.id.clone(), stands));
        all.collect::<Vec<_>>()
    };
    let done = Standing::Done {
        on: day("2026-06-01"),
        late_days: None,
    };
    assert_eq!(
        stands(&case, "2026-06-01"),
        [
            ("controls".to_owned(), done),
            ("reports".to_owned(), Standing::Open)
        ]
    );
    assert_eq!(
        case.refused("2026-06-02", &officer(), met("controls")),
        "it is met already; once is enough"
    );
    assert_eq!(
        case.refused("2026-06-02", &officer(), met("peace")),
        "the agreement has no concession `peace`; name one of its own"
    );
    case.on("2026-07-01", &officer(), met("reports"));
    assert_eq!(case.state().unlocked().unwrap(), ["twice the allocation"]);
    let of = case.on("2026-07-02", &officer(), recommend(Proposal::Approve, &[]));
    case.on("2026-07-02", &second(), What::Countersigned { of });
    case.on(
        "2026-07-02",
        &officer(),
        What::Approved {
            conditions: vec![],
            reservation: None,
        },
    );
    assert_eq!(
        case.state().closed,
        Some((Closing::Approved, day("2026-07-02")))
    );
}

#[test]
fn a_report_is_due_on_the_days_the_law_gives() {
    let text = |day: &str| rules_in(day, View::Text);
    for (asks, registered_on, due) in [
        ("report-veu-semiannual", "2025-03-01", "2025-07-15"),
        ("report-veu-semiannual", "2025-07-15", "2025-07-15"),
        ("report-veu-semiannual", "2025-07-16", "2026-01-15"),
        ("report-veu-data-center", "2025-06-01", "2025-08-01"),
        ("report-lpp-certification", "2025-06-01", "2025-07-01"),
        ("report-aia-certification", "2025-06-01", "2025-06-01"),
    ] {
        let mut case = Case::new("R", text(registered_on));
        case.on(
            registered_on,
            &applicant(),
            registered(Kind::Report, |a| a.asks = Some(asks.into())),
        );
        assert_eq!(case.due_day(asks), due, "{asks} from {registered_on}");
        let all = tiergate_cases::dues(case.state(), &case.rules, day(registered_on));
        assert_eq!(all.len(), 1, "{all:#?}");
        case.on(
            registered_on,
            &applicant(),
            What::Filed {
                document: "a".repeat(64),
            },
        );
        assert_eq!(case.state().closed.unwrap().0, Closing::Filed);
    }
    // As enforced, the reports of the rule that is not enforced are none.
    let mut case = Case::new("R", rules("2025-06-01"));
    let said = case.refused(
        "2025-06-01",
        &applicant(),
        registered(Kind::Report, |a| {
            a.asks = Some("report-lpp-certification".into())
        }),
    );
    assert!(
        said.contains("is no step that `filed` does: one of report-veu-semiannual"),
        "{said}"
    );
}

#[test]
fn a_denial_without_its_basis_counts_as_no_objection() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    let bare = What::Advised {
        advice: Advice::Deny,
        conditions: vec![],
        grounds: Grounds {
            statutory: "50 U.S.C. 4813".into(),
            ..Grounds::default()
        },
    };
    case.on("2026-01-10", &agency("Defense"), bare);
    case.on(
        "2026-01-10",
        &agency("Energy"),
        advise(Advice::NoObjection, &[]),
    );
    case.on(
        "2026-01-10",
        &agency("State"),
        advise(Advice::NoObjection, &[]),
    );
    let advice = counted(case.state(), &case.rules, day("2026-01-10"));
    assert!(advice.iter().all(|(_, c)| !c.objects()), "{advice:?}");
    case.approve("2026-01-10", &[]);
}

#[test]
fn an_application_is_held_only_on_the_grounds_of_the_law_and_returned_only_before_a_decision() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    let said = case.refused(
        "2026-01-06",
        &officer(),
        What::Held {
            ground: "policy-under-review".into(),
        },
    );
    assert_eq!(
        said,
        "`policy-under-review` is no ground of the law; one of hold-applicant, hold-pre-license-check, \
         hold-government-assurances, hold-consultation, hold-multilateral, hold-congress-terrorism, \
         hold-congress-743, hold-launch (750.4(b))"
    );
    case.on(
        "2026-01-06",
        &officer(),
        What::Held {
            ground: "hold-multilateral".into(),
        },
    );
    assert_eq!(case.state().paused()[0].cite, "750.4(b)(5)");
    let of = case.on("2026-01-07", &officer(), recommend(Proposal::Approve, &[]));
    case.on(
        "2026-01-07",
        &second(),
        What::Countersigned { of: of.clone() },
    );
    let approve = What::Approved {
        conditions: vec![],
        reservation: Some(tiergate_cases::reservation_id("Z", &of)),
    };
    let said = case.refused("2026-01-07", &officer(), approve.clone());
    assert_eq!(
        said,
        "it is held on `hold-multilateral`; let the clock run again first"
    );
    case.on(
        "2026-01-10",
        &officer(),
        What::ClockResumed {
            ground: "hold-multilateral".into(),
        },
    );
    assert_eq!(case.due_day("license-recommendation"), "2026-02-17");
    assert_eq!(
        case.refused(
            "2026-01-10",
            &officer(),
            What::Returned { reason: " ".into() }
        ),
        "no reason is given; say why"
    );
    case.on(
        "2026-01-10",
        &officer(),
        What::Returned {
            reason: "the end user is not named".into(),
        },
    );
    assert_eq!(
        case.refused("2026-01-11", &officer(), approve),
        "the case was returned on 2026-01-10; open a new case"
    );
}

#[test]
fn whoever_recommended_does_not_countersign_and_a_revocation_takes_two() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    let of = case.on("2026-01-06", &officer(), recommend(Proposal::Approve, &[]));
    // The same person in another role is the same person.
    let same = Actor::new("officer-1", Role::Countersigner);
    assert_eq!(
        case.refused("2026-01-06", &same, What::Countersigned { of: of.clone() }),
        "`officer-1` recommended it; another person countersigns"
    );
    // A new recommendation needs a new signature.
    case.on(
        "2026-01-06",
        &second(),
        What::Countersigned { of: of.clone() },
    );
    let newer = case.on(
        "2026-01-07",
        &officer(),
        recommend(Proposal::Approve, &["inspection".into()]),
    );
    let approve = |of: &str| What::Approved {
        conditions: vec!["inspection".into()],
        reservation: Some(tiergate_cases::reservation_id("Z", of)),
    };
    assert_eq!(
        case.refused("2026-01-07", &officer(), approve(&newer)),
        "one person has signed; another countersigns it first"
    );
    case.on(
        "2026-01-07",
        &second(),
        What::Countersigned { of: newer.clone() },
    );
    assert!(
        case.refused("2026-01-07", &officer(), approve(&of))
            .starts_with("no reservation of its own")
    );
    let bare = What::Approved {
        conditions: vec![],
        reservation: Some(tiergate_cases::reservation_id("Z", &newer)),
    };
    assert_eq!(
        case.refused("2026-01-07", &officer(), bare),
        "the condition `inspection` is left out; carry every condition that was asked for"
    );
    case.on("2026-01-07", &officer(), approve(&newer));
    case.on(
        "2026-01-08",
        &officer(),
        issue("D1", 10, 1_000, "2027-01-07", &["inspection"]),
    );

    case.on(
        "2026-02-01",
        &officer(),
        What::Suspended {
            reason: "a diversion is looked into".into(),
        },
    );
    let ship = What::Shipped {
        shipment: "s".into(),
        quantity: 1,
        value_usd: 1,
    };
    assert_eq!(
        case.refused("2026-02-02", &applicant(), ship.clone()),
        "license D1 is suspended since 2026-02-01; wait until it is reinstated (750.8)"
    );
    let revoke = What::Revoked {
        reason: "diverted".into(),
    };
    assert_eq!(
        case.refused("2026-02-03", &officer(), revoke.clone()),
        "nothing of the kind is recommended; an officer recommends it first"
    );
    let of = case.on("2026-02-03", &officer(), recommend(Proposal::Revoke, &[]));
    assert_eq!(
        case.refused("2026-02-03", &officer(), revoke.clone()),
        "one person has signed; another countersigns it first"
    );
    case.on("2026-02-03", &second(), What::Countersigned { of });
    case.on("2026-02-03", &officer(), revoke);
    assert_eq!(
        case.refused("2026-02-04", &applicant(), ship),
        "the license was revoked on 2026-02-03; apply for a new one"
    );
}

#[test]
fn only_the_changes_the_law_lists_need_no_new_license() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.approve("2026-01-06", &[]);
    case.on(
        "2026-01-06",
        &officer(),
        issue("D1", 10, 1_000, "2027-01-05", &[]),
    );
    let change = |change: &str, value_usd| What::Amended {
        change: change.into(),
        says: "as asked".into(),
        value_usd,
        quantity: None,
    };
    assert_eq!(
        case.refused("2026-02-01", &officer(), change("more-units", None)),
        "`more-units` is no change the law lists; without a new license: change-lower-price, \
         change-intermediate-consignee, change-named-end-user, change-fewer-units; for anything else apply for one (750.7(c))"
    );
    assert_eq!(
        case.refused(
            "2026-02-01",
            &officer(),
            change("change-lower-price", Some(1_000))
        ),
        "1,000 USD, and the license has 1,000; without a new license the price gets lower only (750.7(c))"
    );
    case.on(
        "2026-02-01",
        &officer(),
        change("change-lower-price", Some(800)),
    );
    let license = case.state().license.clone().unwrap();
    assert_eq!((license.value_usd, license.value_most_usd), (800, 880));
}

#[test]
fn a_license_is_valid_four_years_and_one_for_a_items_and_unknown_stays_unknown() {
    let on = day("2026-01-06");
    for (when, view, a_items, through) in [
        ("2024-06-01", View::Text, Some(true), Some("2030-01-05")),
        ("2026-01-05", View::Text, Some(true), Some("2027-01-05")),
        ("2026-01-05", View::Text, Some(false), Some("2030-01-05")),
        ("2026-01-05", View::Enforced, Some(true), Some("2027-01-05")),
        ("2026-01-05", View::Enforced, None, None),
        ("2024-06-01", View::Text, None, Some("2030-01-05")),
    ] {
        let rules = rules_in(when, view);
        assert_eq!(
            valid_through(&rules, on, a_items),
            through.map(day),
            "{when} {view:?} {a_items:?}"
        );
    }
    let grade = |view| {
        rules_in("2026-01-05", view)
            .validity_years(Some(true))
            .unwrap()
            .grade
            .word()
    };
    assert_eq!(
        (grade(View::Text), grade(View::Enforced)),
        ("primary", "unconfirmed")
    );
    // Leap days: the day before the same day four years on.
    assert_eq!(
        valid_through(&rules("2024-06-01"), day("2024-02-29"), Some(false)),
        Some(day("2028-02-28"))
    );
}

#[test]
fn what_may_be_done_is_listed_with_why_not_and_the_paragraph() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    let can = |case: &Case, actor: &Actor| -> Vec<&'static str> {
        let all = allowed(case.state(), &case.rules, actor, day("2026-01-07"));
        all.iter()
            .filter(|p| p.why_not.is_none())
            .map(|p| p.act.word())
            .collect()
    };
    assert_eq!(can(&case, &applicant()), ["withdrawn", "document-attached"]);
    assert_eq!(
        can(&case, &agency("Energy")),
        ["data-asked", "missing-told", "advised", "note"]
    );
    assert_eq!(
        can(&case, &Actor::new("other", Role::Applicant)),
        Vec::<&str>::new()
    );
    assert_eq!(
        can(&case, &Actor::new("an", Role::Analyst)),
        Vec::<&str>::new()
    );
    assert_eq!(can(&case, &agency("Justice")), ["note"]);
    let all = allowed(case.state(), &case.rules, &officer(), day("2026-01-07"));
    let why = |act: Act| {
        all.iter()
            .find(|p| p.act == act)
            .unwrap()
            .why_not
            .clone()
            .unwrap()
            .to_string()
    };
    assert_eq!(
        why(Act::Recommended),
        "Defense, Energy, State may still advise; wait for its advice, or for its day to pass"
    );
    assert_eq!(
        why(Act::IntentToDeny),
        "denial is not recommended; an officer recommends it first (750.6)"
    );
    assert_eq!(
        why(Act::ChairDecided),
        "it is asked for by licensing-officer `officer-1`; it is for agency-reviewer"
    );
}

#[test]
fn an_applicant_sees_its_own_case_and_not_what_agencies_say_in_it() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), refer());
    case.on(
        "2026-01-07",
        &agency("State"),
        What::DataAsked {
            question: "where?".into(),
        },
    );
    case.on("2026-01-08", &agency("Energy"), advise(Advice::Deny, &[]));
    case.on(
        "2026-01-08",
        &officer(),
        What::StepDone {
            step: "pre-license-check-needed".into(),
        },
    );
    case.on(
        "2026-01-09",
        &officer(),
        What::ClockStopped {
            ground: "hold-pre-license-check".into(),
        },
    );
    case.on(
        "2026-01-09",
        &officer(),
        What::Note {
            text: "call them".into(),
        },
    );
    let seen = |to: &Actor| -> Vec<&'static str> {
        let seen = case
            .events
            .iter()
            .filter(|e: &&Event| visible(case.state(), &case.rules, e, to));
        seen.map(|e| e.what.act().word()).collect()
    };
    assert_eq!(seen(&applicant()), ["registered", "referred", "data-asked"]);
    assert!(seen(&Actor::new("other", Role::Applicant)).is_empty());
    let due = |step: &str| case.due_on("2026-01-09", step).applicant_sees;
    assert!(
        due("license-initial") && !due("license-recommendation") && !due("hold-pre-license-check")
    );
    assert_eq!(seen(&agency("Defense")).len(), case.events.len());
}

#[test]
fn a_denial_that_nobody_takes_back_is_final_on_the_45th_day_and_counts_from_it() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), recommend(Proposal::Deny, &[]));
    case.on(
        "2026-01-07",
        &officer(),
        What::IntentToDeny { grounds: grounds() },
    );
    // The clock of the application stands still until the response.
    assert_eq!(case.state().paused()[0].cite, "750.4(b)(1)");
    assert_eq!(case.due_day("intent-to-deny-final"), "2026-02-21");
    let said = case.refused("2026-02-21", &officer(), recommend(Proposal::Approve, &[]));
    assert_eq!(
        said,
        "the denial is final since 2026-02-21 (intent-to-deny 2026-01-07 + 45 days = 2026-02-21); enter it as denied; the applicant may appeal (750.6)"
    );
    // Written down ten days later, it is final from its day, and so are the days of appeal.
    case.on(
        "2026-03-03",
        &Actor::new("desk", Role::Desk),
        What::Denied { grounds: grounds() },
    );
    assert_eq!(
        case.state().closed,
        Some((Closing::Denied, day("2026-02-21")))
    );
    assert_eq!(case.due_day("denial-appeal"), "2026-04-07");
}

#[test]
fn a_right_that_is_not_used_lapses_and_a_duty_is_overdue() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    assert_eq!(
        case.standing("2026-01-20", "license-initial"),
        Standing::Overdue { days: 6 }
    );
    case.on("2026-01-20", &officer(), refer());
    assert_eq!(
        case.standing("2026-02-01", "license-initial"),
        Standing::Done {
            on: day("2026-01-20"),
            late_days: Some(6)
        }
    );
    assert_eq!(
        case.standing("2026-01-30", "license-missing-information"),
        Standing::Open
    );
    assert_eq!(
        case.standing("2026-01-31", "license-missing-information"),
        Standing::Lapsed
    );
    // Referred late, the agencies have their 30 days all the same.
    assert_eq!(case.due_day("license-recommendation"), "2026-02-19");
    let latest = case
        .due_on("2026-01-20", "license-recommendation")
        .latest
        .unwrap();
    assert_eq!(latest.day, day("2026-02-13"));
}

#[test]
fn a_notice_can_be_taken_back_before_the_45th_day() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    case.on("2026-01-06", &officer(), recommend(Proposal::Deny, &[]));
    case.on(
        "2026-01-07",
        &officer(),
        What::IntentToDeny { grounds: grounds() },
    );
    case.on(
        "2026-01-20",
        &applicant(),
        What::Responded {
            text: "another end user".into(),
        },
    );
    assert!(case.state().paused().is_empty());
    case.approve("2026-02-20", &[]);
    assert_eq!(case.state().closed.unwrap().0, Closing::Approved);
}

#[test]
fn names_are_lines_of_some_length() {
    let rules = rules("2026-01-05");
    for bad in ["", "  ", "a\nb", &"x".repeat(201)] {
        let mut case = Case::new(bad, rules.clone());
        let said = case.refused("2026-01-05", &applicant(), license_application(10, 1_000));
        assert!(
            said.contains("is no name; give 1 to 200 bytes without control characters"),
            "{said}"
        );
    }
    // A digest is blake3, in lower case.
    let mut case = Case::new("Z", rules);
    let What::Registered(mut application) = license_application(10, 1_000) else {
        unreachable!()
    };
    application.order = Some("ABC".into());
    let said = case.refused("2026-01-05", &applicant(), What::Registered(application));
    assert_eq!(
        said,
        "`ABC` is no digest; give blake3 as 64 lower-case hexadecimal digits"
    );
}

#[test]
fn an_event_reads_as_it_was_written_and_an_unknown_field_is_an_error() {
    let mut case = Case::new("Z", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), license_application(10, 1_000));
    let text = case.events[0].text().unwrap();
    assert!(
        text.contains("\"what\":{\"registered\":{\"kind\":\"license\""),
        "{text}"
    );
    assert_eq!(Event::read(&text).unwrap(), case.events[0]);
    let other = text.replace("\"day\"", "\"date\"");
    let said = Event::read(&other).unwrap_err().to_string();
    assert!(
        said.starts_with("unknown field `date`, expected one of `id`, `case`, `day`"),
        "{said}"
    );
}
