//! What a rehearsal draws on limits, entered into a ledger: it accepts all of it, and no limit is passed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use tiergate_lab::model::{Drawn, Key};
use tiergate_law::Date;
use tiergate_ledger::{
    Account, Act, Charge, Entry, Ledger, Limit, Options, Place, Quota, Reserve, Schedule, Span,
};

fn drawn(law: &str, draw: u64) -> Vec<Drawn> {
    let desk = common::desk();
    let model = common::model(&desk, "2027-12", &[]);
    let table = common::table(&desk, &model, law);
    let dimensions = model.parameters.all().len();
    let values = model
        .parameters
        .at(&tiergate_lab::model::point(5, draw, dimensions));
    model
        .rehearse_kept(&table, &values, 5, draw, true)
        .unwrap()
        .1
}

#[test]
fn no_limit_is_ever_passed_and_the_ledger_accepts_every_draw() {
    for (law, draw) in [
        ("us:text", 0),
        ("us:text", 1),
        ("option-1-country-tiers", 2),
        ("option-4-bilateral-deals", 3),
    ] {
        let all = drawn(law, draw);
        assert!(all.len() > 100, "{law}: {}", all.len());
        let ledger = Ledger::open(
            Place::Memory,
            Options {
                make: true,
                ..Options::default()
            },
        )
        .unwrap();
        let mut used: BTreeMap<Key, u64> = BTreeMap::new();
        let mut entered = 0;
        for (n, drawn) in all.iter().enumerate() {
            let held = used.entry(drawn.key).or_default();
            *held += drawn.tpp;
            assert!(
                *held <= drawn.most || drawn.tpp == 0,
                "{law}: {drawn:?} holds {held}"
            );
            if drawn.tpp == 0 {
                continue;
            }
            let holder = drawn
                .key
                .place
                .map_or_else(|| "the fleet".into(), |p| format!("place {p}"));
            let entry = Entry {
                id: format!("draw-{n}"),
                date: Date::constant(2026, 1, 15),
                by: None,
                act: Act::Reserve(Reserve {
                    order: format!("draw-{n}"),
                    quantity: 1,
                    charges: vec![Charge {
                        account: Account::new(
                            format!("{:?}", drawn.key.measure),
                            holder,
                            Span::default(),
                        ),
                        amount: drawn.tpp,
                        gives_back: vec![],
                        quotas: vec![Quota {
                            id: "limit".into(),
                            whole: None,
                            schedule: Schedule::always(Limit::Amount(drawn.most), "as rehearsed")
                                .into(),
                        }],
                    }],
                    decision: None,
                    until: None,
                }),
            };
            assert!(ledger.submit(entry).unwrap().accepted(), "{law}: {drawn:?}");
            entered += 1;
        }
        assert!(entered > 50, "{law}: {entered}");
    }
}
