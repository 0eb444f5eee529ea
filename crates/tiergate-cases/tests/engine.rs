//! From an order and its decision to an approval: the lane and the draw are the engine's, the limit
//! is the law's own, and the third case for one country finds its allocation used up.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use std::path::Path;

use support::homes::homes;
use support::*;
use tiergate_cases::{
    Application, Drawing, Error, Event, Kind, LawBook, Proposal, What, read, reservation_id,
    take_in,
};
use tiergate_engine::{Desk, Names};
use tiergate_law::{LawRef, Library, View};
use tiergate_ledger::LawQuotas;
use tiergate_order::{Assume, Catalog, Order};

fn desk() -> Desk {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let catalog =
        Catalog::read(&text("catalog/chips.csv"), &text("catalog/countries.csv")).unwrap();
    let files: Vec<(String, String)> = library()
        .sources()
        .map(|s| (s.file.clone(), s.text.clone()))
        .collect();
    let (library, faults) = Library::read(files.iter().map(|(n, t)| (n.as_str(), t.as_str())));
    assert!(faults.is_empty());
    Desk::new(library, catalog)
}

/// 20,000 H100 to Poland: 316,640,000 TPP of the 790,000,000 of 742.6(b)(10)(iii)(B)(1).
fn order(id: &str) -> Order {
    let mut order = Order::new(id);
    for (path, value) in [
        ("item.chip", "nvidia-h100-sxm5"),
        ("quantity", "20000"),
        ("destination", "PL"),
        ("consignee.name", "Orbital Compute"),
        ("consignee.headquarters", "PL"),
        ("consignee.parent", "PL"),
        ("consignee.lists", "none"),
        ("end_uses", "datacenter"),
        ("used.country-allocation", "0"),
        ("used.lpp", "26900000"),
        ("used.aia", "0"),
    ] {
        order.set(path, value).unwrap();
    }
    order.date = Some(day("2025-07-01"));
    order
}

/// The lane, and what an approval draws.
fn decided(desk: &Desk, order: &Order) -> (Option<String>, Drawing) {
    let date = order.date.unwrap();
    let law = LawRef::us();
    let book = desk
        .rulebook(&Desk::stamp(&law, date, None, Some(View::Text)))
        .unwrap();
    let assume = Assume::default();
    let resolved = desk.resolve(order, &assume).unwrap();
    let decision = Desk::decide(&book, &resolved.facts, &Desk::readings(&book, &assume));
    assert_eq!(decision.word(), "license-required");
    let quotas = LawQuotas::new(desk, &law, View::Text, None);
    let charges = quotas
        .charges(&decision, date, &Names::of(order), &resolved.facts, None)
        .unwrap();
    let drawing = Drawing {
        order: order.id.clone(),
        charges,
        decision: None,
    };
    (decision.review().map(str::to_owned), drawing)
}

#[test]
fn the_third_case_finds_the_allocation_of_its_country_used_up() {
    let desk = desk();
    for home in homes() {
        let law = LawBook::new(library(), LawRef::us(), View::Text).unwrap();
        let ledger = home.ledger();
        let mut store = home.cases();
        let mut said = Vec::new();
        for n in 1..=3 {
            let case = format!("PL-{n}");
            let (lane, drawing) = decided(&desk, &order(&case));
            assert_eq!(lane.as_deref(), Some("presumption-of-approval"));
            assert_eq!(drawing.charges[0].amount, 316_640_000);
            let mut at = 0;
            let mut made = |actor: &tiergate_cases::Actor, what: What| {
                at += 1;
                Event {
                    id: format!("{case}-e-{at}"),
                    case: case.clone(),
                    day: day("2025-07-01"),
                    at: noon(day("2025-07-01")),
                    actor: actor.clone(),
                    basis: vec![],
                    what,
                }
            };
            let mut application = Application::new(Kind::License, "20,000 H100", "acme");
            application.quantity = Some(20_000);
            application.country = Some("PL".into());
            application.lane = lane;
            let recommended = reservation_id(&case, &format!("{case}-e-2"));
            let events = [
                made(&applicant(), What::Registered(Box::new(application))),
                made(&officer(), recommend(Proposal::Approve, &[])),
                made(
                    &second(),
                    What::Countersigned {
                        of: format!("{case}-e-2"),
                    },
                ),
                made(
                    &officer(),
                    What::Approved {
                        conditions: vec![],
                        reservation: Some(recommended),
                    },
                ),
            ];
            for event in &events {
                match take_in(&mut *store, &ledger, &law, event, Some(&drawing)) {
                    Ok(_) => {}
                    Err(error @ Error::NotHeld { .. }) => said.push(error.to_string()),
                    Err(other) => panic!("{other}"),
                }
            }
        }
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(
            said[0].starts_with(
                "case `PL-3`: nothing was approved: `country-allocation`: asked 316,640,000, left 156,720,000 of 790,000,000"
            ),
            "{said:?}"
        );
        assert!(said[0].contains("742.6(b)(10)(iii)(B)(1)"), "{said:?}");
        let open = read(&mut *store, &law, "PL-3").unwrap().unwrap();
        assert!(open.state.closed.is_none());
    }
}
