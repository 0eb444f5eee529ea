//! Figures of a small desk, counted by hand, and as of days in its past.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use support::homes::homes;
use support::*;
use tiergate_cases::statistics::{By, backlog, rows, rows_csv, silences, summaries, summaries_csv};
use tiergate_cases::store::Store;
use tiergate_cases::{Advice, LawBook, What};
use tiergate_law::{LawRef, View};

fn keep(store: &mut dyn Store, case: &Case) {
    for (at, event) in case.events.iter().enumerate() {
        store.append(event, at as u64).unwrap();
    }
}

fn application(country: &str) -> What {
    let What::Registered(mut application) = license_application(10, 1_000) else {
        unreachable!()
    };
    application.country = Some(country.into());
    What::Registered(application)
}

/// Five cases: two of Poland approved after 10 and 20 days, one of India returned after 5 and one
/// denied by the day alone, one open.
fn desk(store: &mut dyn Store) {
    let mut case = Case::new("A", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), application("PL"));
    case.on("2026-01-06", &officer(), refer());
    case.on(
        "2026-01-08",
        &agency("Defense"),
        advise(Advice::NoObjection, &[]),
    );
    case.on(
        "2026-01-10",
        &agency("Energy"),
        advise(Advice::NoObjection, &[]),
    );
    case.on("2026-01-12", &agency("State"), advise(Advice::Approve, &[]));
    case.approve("2026-01-15", &[]);
    keep(store, &case);

    let mut case = Case::new("B", rules("2026-01-05"));
    case.on("2026-01-05", &applicant(), application("PL"));
    let asked = case.on(
        "2026-01-10",
        &officer(),
        What::DataAsked {
            question: "where?".into(),
        },
    );
    case.on(
        "2026-01-20",
        &applicant(),
        What::DataAnswered {
            of: asked,
            text: "there".into(),
        },
    );
    case.approve("2026-01-25", &[]);
    keep(store, &case);

    let mut case = Case::new("C", rules("2026-01-07"));
    case.on("2026-01-07", &applicant(), application("IN"));
    case.on(
        "2026-01-12",
        &officer(),
        What::Returned {
            reason: "no end user".into(),
        },
    );
    keep(store, &case);

    let mut case = Case::new("D", rules("2026-01-07"));
    case.on("2026-01-07", &applicant(), application("IN"));
    case.on("2026-01-08", &officer(), refer());
    for a in ["Defense", "Energy"] {
        case.on("2026-01-18", &agency(a), advise(Advice::Deny, &[]));
    }
    case.on(
        "2026-02-08",
        &agency("Commerce"),
        decide(
            tiergate_cases::Level::Chair,
            tiergate_cases::Outcome::Deny,
            &[],
        ),
    );
    case.on(
        "2026-02-14",
        &officer(),
        recommend(tiergate_cases::Proposal::Deny, &[]),
    );
    case.on(
        "2026-02-14",
        &officer(),
        What::IntentToDeny { grounds: grounds() },
    );
    keep(store, &case);

    let mut case = Case::new("E", rules("2026-02-02"));
    case.on("2026-02-02", &applicant(), application("IN"));
    keep(store, &case);
}

#[test]
fn a_desk_is_counted_as_of_a_day() {
    let law = LawBook::new(library(), LawRef::us(), View::Enforced).unwrap();
    for home in homes() {
        let mut store = home.cases();
        desk(&mut *store);
        let all = rows(&mut *store, &law, day("2026-04-15")).unwrap();
        assert_eq!(
            rows_csv(&all).unwrap(),
            "case,kind,country,lane,received,outcome,decided,calendar_days,counted_days,agencies\n\
             A,license,PL,presumption-of-approval,2026-01-05,approved,2026-01-15,10,10,Defense:2 Energy:4 State:6\n\
             B,license,PL,presumption-of-approval,2026-01-05,approved,2026-01-25,20,10,\n\
             C,license,IN,presumption-of-approval,2026-01-07,returned,2026-01-12,5,5,\n\
             D,license,IN,presumption-of-approval,2026-01-07,denied,2026-03-31,83,38,Defense:10 Energy:10 State:-\n\
             E,license,IN,presumption-of-approval,2026-02-02,open,,72,72,\n"
        );
        assert_eq!(
            summaries_csv(&summaries(&all, By::Country, None)).unwrap(),
            "of,received,decided,open,median_days,days_90th,outcomes\n\
             IN,3,2,1,5,83,denied:1 returned:1\n\
             PL,2,2,0,10,20,approved:2\n"
        );
        assert_eq!(
            summaries_csv(&summaries(&all, By::Agency, None)).unwrap(),
            "of,received,decided,open,median_days,days_90th,outcomes\n\
             Defense,2,2,0,2,10,advised:2\n\
             Energy,2,2,0,4,10,advised:2\n\
             State,2,1,1,6,6,advised:1\n"
        );
        let outcomes = summaries(&all, By::Outcome, None);
        let outcomes: Vec<(&str, usize)> = outcomes
            .iter()
            .map(|s| (s.of.as_str(), s.received))
            .collect();
        assert_eq!(
            outcomes,
            [("approved", 2), ("denied", 1), ("open", 1), ("returned", 1)]
        );
        // Received in one week only.
        let week = summaries(&all, By::All, Some((day("2026-01-05"), day("2026-01-06"))));
        assert_eq!((week[0].received, week[0].median_days), (2, Some(10)));

        // As of a day in its past, what came later is not seen.
        let then = rows(&mut *store, &law, day("2026-01-12")).unwrap();
        let then: Vec<(&str, bool)> = then
            .iter()
            .map(|r| (r.case.as_str(), r.decided.is_some()))
            .collect();
        assert_eq!(
            then,
            [("A", false), ("B", false), ("C", true), ("D", false)]
        );
        // The day before, the denial was not final.
        let then = rows(&mut *store, &law, day("2026-03-30")).unwrap();
        assert_eq!(then[3].decided, None);

        let open: Vec<usize> = backlog(&all, day("2026-01-04"), day("2026-01-08"))
            .into_iter()
            .map(|(_, n)| n)
            .collect();
        assert_eq!(open, [0, 2, 2, 4, 4]);
        assert_eq!(
            backlog(&all, day("2026-01-12"), day("2026-01-12")),
            [(day("2026-01-12"), 3)]
        );
        let silent = silences(&mut *store, &law, day("2026-04-15")).unwrap();
        assert_eq!(
            silent.into_iter().collect::<Vec<_>>(),
            [("State".to_owned(), 1)]
        );
    }
}

#[test]
fn a_queue_has_the_most_pressing_case_first_and_only_ones_own() {
    let law = LawBook::new(library(), LawRef::us(), View::Enforced).unwrap();
    let mut store = homes().remove(0).cases();
    desk(&mut *store);
    let mut late = Case::new("F", rules("2026-01-19"));
    late.on("2026-01-19", &applicant(), application("IN"));
    late.on("2026-01-26", &officer(), refer());
    keep(&mut *store, &late);
    let names = |of: &tiergate_cases::Actor,
                 store: &mut dyn Store,
                 on: &str|
     -> Vec<(String, String, bool)> {
        let all = tiergate_cases::queue(store, &law, of, day(on)).unwrap();
        let step = |q: &tiergate_cases::Queued| {
            q.next.as_ref().map(|d| d.step.clone()).unwrap_or_default()
        };
        all.iter()
            .map(|q| (q.case.clone(), step(q), q.overdue))
            .collect()
    };
    let row = |case: &str, step: &str, late| (case.to_owned(), step.to_owned(), late);
    assert_eq!(
        names(&officer(), &mut *store, "2026-02-20"),
        [
            row("E", "license-initial", true),
            row("F", "license-recommendation", false),
            row("D", "intent-to-deny-final", false),
        ]
    );
    // An agency sees what it was asked about, and what of it is its own to do.
    assert_eq!(
        names(&agency("Defense"), &mut *store, "2026-02-20"),
        [
            row("F", "license-recommendation", false),
            row("D", "", false)
        ]
    );
    assert!(
        names(
            &tiergate_cases::Actor::new("other", tiergate_cases::Role::Applicant),
            &mut *store,
            "2026-02-20"
        )
        .is_empty()
    );
}

#[test]
fn advice_that_was_given_may_be_changed_and_waits_for_nobody() {
    let law = LawBook::new(library(), LawRef::us(), View::Enforced).unwrap();
    let mut store = homes().remove(0).cases();
    let mut case = Case::new("G", rules("2026-01-19"));
    case.on("2026-01-19", &applicant(), application("IN"));
    case.on("2026-01-20", &officer(), refer());
    case.on("2026-01-21", &agency("State"), advise(Advice::Approve, &[]));
    keep(&mut *store, &case);
    let mut of = |name: &str| {
        let all = tiergate_cases::queue(&mut *store, &law, &agency(name), day("2026-01-22"));
        let one = all.unwrap().remove(0);
        assert!(
            one.acts.contains(&tiergate_cases::Act::Advised),
            "{:?}",
            one.acts
        );
        one.again
    };
    assert_eq!(of("State"), [tiergate_cases::Act::Advised]);
    assert!(of("Defense").is_empty());
}
