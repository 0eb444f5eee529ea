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

/// An entry on the account of something drawn.
fn entry(id: &str, (drawn, begun): (&Drawn, u32), amount: u64, most: Option<u64>) -> Entry {
    let quota = most.map(|most| Quota {
        id: "limit".into(),
        whole: None,
        schedule: Schedule::always(Limit::Amount(most), "as rehearsed").into(),
    });
    let holder = format!("{:?} of {:?}, {begun}", drawn.key.place, drawn.key.company);
    let measure = format!("{:?} {:?}", drawn.key.measure, drawn.key.from);
    Entry {
        id: id.to_owned(),
        date: Date::constant(2026, 1, 15),
        by: None,
        act: Act::Reserve(Reserve {
            order: id.to_owned(),
            quantity: 1,
            charges: vec![Charge {
                account: Account::new(measure, holder, Span::default()),
                amount,
                gives_back: vec![],
                quotas: quota.into_iter().collect(),
            }],
            decision: None,
            until: None,
        }),
    }
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
        // What each account holds, and how often it was begun anew: what a company did not get is given
        // back, and the account of what it has begins with less.
        let mut used: BTreeMap<Key, (u64, u32)> = BTreeMap::new();
        let mut entered = 0;
        for (n, drawn) in all.iter().enumerate().filter(|(_, d)| d.tpp > 0) {
            let (held, begun) = used.entry(drawn.key).or_default();
            if drawn.before < *held {
                let of_company = format!("{:?}", drawn.key.measure).starts_with("Veu");
                assert!(of_company, "{law}: {drawn:?} held {held}");
                (*held, *begun) = (0, *begun + 1);
            }
            let otherwise = drawn.before - *held;
            *held = drawn.before + drawn.tpp;
            assert!(*held <= drawn.most, "{law}: {drawn:?} holds {held}");
            let account = (drawn, *begun);
            // What a company had before, or bought otherwise, is entered under no limit.
            if otherwise > 0 {
                let entry = entry(&format!("otherwise-{n}"), account, otherwise, None);
                assert!(ledger.submit(entry).unwrap().accepted(), "{law}: {drawn:?}");
            }
            let entry = entry(&format!("draw-{n}"), account, drawn.tpp, Some(drawn.most));
            assert!(ledger.submit(entry).unwrap().accepted(), "{law}: {drawn:?}");
            entered += 1;
        }
        assert!(entered > 50, "{law}: {entered}");
    }
}
