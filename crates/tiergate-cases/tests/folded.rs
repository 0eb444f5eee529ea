//! Cases that are kept folded are what folding them anew gives, whoever entered what where.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use proptest::prelude::*;
use support::homes::{Home, homes, memory, sqlite};
use support::*;
use tiergate_cases::store::{Memory, Store};
use tiergate_cases::{
    Advice, Event, Folded, LawBook, Proposal, What, enter, plus, queue, queued, read, statistics,
};
use tiergate_law::{LawRef, View};

fn law() -> LawBook<'static> {
    LawBook::new(library(), LawRef::us(), View::Enforced).unwrap()
}

/// One step of two programs over one place.
#[derive(Debug, Clone, Copy)]
struct Step {
    case: usize,
    act: usize,
    days: i64,
    /// Which of the two enters.
    by: usize,
    /// Which of the two looks afterward, if any does.
    looks: usize,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = (0..3usize, 0..10usize, 0..20i64, 0..2usize, 0..4usize);
    let one = one.prop_map(|(case, act, days, by, looks)| Step {
        case,
        act,
        days,
        by,
        looks,
    });
    prop::collection::vec(one, 1..60)
}

fn event(number: usize, step: Step, on: jiff::civil::Date, store: &mut dyn Store) -> Event {
    let case = format!("C-{}", step.case);
    let state = read(store, &law(), &case).unwrap().map(|r| r.state);
    let question = state
        .as_ref()
        .and_then(|s| s.questions.iter().find(|q| q.answered.is_none()))
        .map_or_else(String::new, |q| q.id.clone());
    let recommended = state
        .and_then(|s| s.recommendation)
        .map_or_else(String::new, |r| r.id);
    let (actor, what) = match step.act {
        0 | 1 => (applicant(), license_application(10, 1_000)),
        2 => (officer(), refer()),
        3 => (agency("Energy"), advise(Advice::Approve, &[])),
        4 => (agency("State"), advise(Advice::Deny, &[])),
        5 => (
            officer(),
            What::DataAsked {
                question: "which?".into(),
            },
        ),
        6 => (
            applicant(),
            What::DataAnswered {
                of: question,
                text: "this".into(),
            },
        ),
        7 => (officer(), recommend(Proposal::Deny, &[])),
        8 => (second(), What::Countersigned { of: recommended }),
        _ => (
            officer(),
            What::Note {
                text: "seen".into(),
            },
        ),
    };
    Event {
        id: format!("e-{number}"),
        case,
        day: on,
        at: noon(on),
        actor,
        basis: vec![],
        what,
    }
}

/// The statistics of a day, of a place that never had a later event.
fn anew(store: &mut dyn Store, as_of: jiff::civil::Date) -> Vec<statistics::Row> {
    let mut then = Memory::default();
    for case in store.cases().unwrap() {
        for logged in store.log(&case).unwrap() {
            if logged.event.day <= as_of {
                then.append(&logged.event, logged.version - 1).unwrap();
            }
        }
    }
    statistics::rows(&mut then, &law(), as_of).unwrap()
}

fn interleaved(home: &Home, steps: &[Step]) {
    let law = law();
    let mut stores = [home.cases(), home.cases()];
    let kept = [Folded::default(), Folded::default()];
    let first = day("2026-01-05");
    let mut today = first;
    for (number, step) in steps.iter().enumerate() {
        today = plus(today, step.days);
        let event = event(number, *step, today, &mut *stores[step.by]);
        // What may not be is refused, and changes nothing.
        let _ = enter(&mut *stores[step.by], &law, &event);
        if step.looks > 1 {
            continue;
        }
        let store = &mut *stores[step.looks];
        let all = kept[step.looks].all(store, &law).unwrap();
        let names = store.cases().unwrap();
        assert_eq!(all.len(), names.len());
        for (case, name) in all.iter().zip(&names) {
            let anew = read(store, &law, name).unwrap().unwrap();
            assert_eq!(case.state, anew.state);
            assert_eq!(case.hash, anew.log.last().unwrap().hash);
        }
        assert_eq!(
            queued(&all, &officer(), today),
            queue(store, &law, &officer(), today).unwrap()
        );
        for as_of in [today, plus(today, -step.days - 3), plus(first, 10)] {
            let rows = statistics::rows_of(store, &law, &kept[step.looks], as_of).unwrap();
            assert_eq!(rows, anew(store, as_of));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn kept_cases_are_those_folded_anew_after_any_interleaving(steps in steps()) {
        interleaved(&memory(), &steps);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn the_same_holds_of_two_connections_to_one_file(steps in steps()) {
        interleaved(&sqlite(), &steps);
    }
}

#[test]
fn the_same_holds_of_every_kind_of_place_and_the_last_events_are_told_alike() {
    let script = [0, 2, 3, 4, 5, 6, 9, 7, 8, 9];
    let steps: Vec<Step> = (0..30)
        .map(|n| Step {
            case: n % 3,
            act: script[n / 3],
            days: 1,
            by: n % 2,
            looks: (n + 1) % 2,
        })
        .collect();
    for home in homes() {
        interleaved(&home, &steps);
        let mut store = home.cases();
        for head in store.heads().unwrap() {
            let log = store.log(&head.case).unwrap();
            let last = log.last().unwrap();
            assert_eq!((head.version, &head.hash), (last.version, &last.hash));
            let after = store.log_after(&head.case, 1).unwrap();
            assert_eq!(after, log[1..], "{}", home.name);
        }
        let cases: Vec<String> = store.heads().unwrap().into_iter().map(|h| h.case).collect();
        assert_eq!(cases, store.cases().unwrap());
    }
}

#[test]
fn a_chain_that_was_put_in_place_of_another_is_folded_anew() {
    let law = law();
    let kept = Folded::default();
    let with = |title: &str, notes: usize| {
        let mut store = Memory::default();
        let mut case = Case::new("C", rules("2026-01-05"));
        let What::Registered(mut application) = license_application(10, 1_000) else {
            unreachable!()
        };
        application.title = title.into();
        case.on("2026-01-05", &applicant(), What::Registered(application));
        for _ in 0..notes {
            let text = "seen".into();
            case.on("2026-01-06", &officer(), What::Note { text });
        }
        for event in &case.events {
            enter(&mut store, &law, event).unwrap();
        }
        store
    };
    for (title, notes) in [("one", 1), ("other", 3), ("third", 0)] {
        let all = kept.all(&mut with(title, notes), &law).unwrap();
        assert_eq!(all[0].state.application.title, title);
        assert_eq!(all[0].state.version, notes as u64 + 1);
    }
    assert!(kept.all(&mut Memory::default(), &law).unwrap().is_empty());
}
