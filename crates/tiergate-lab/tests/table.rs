//! What the law says of archetype orders, as the lab reads it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use tiergate_engine::Desk;
use tiergate_lab::{Buyer, COLUMNS, Class, Ladder, Passage, Table, World, built_in};
use tiergate_law::Policy;

struct Lab {
    desk: Desk,
    world: World,
}

impl Lab {
    fn new() -> Lab {
        Lab {
            desk: common::desk(),
            world: common::world("2026-12"),
        }
    }

    fn table(&self, law: &str) -> Table {
        let archetypes = built_in::archetypes().unwrap();
        Table::make(&self.desk, &law.parse().unwrap(), &self.world, &archetypes).unwrap()
    }

    fn ladder<'t>(&self, table: &'t Table, month: &str, who: (&str, Buyer, Class)) -> &'t Ladder {
        let (code, buyer, class) = who;
        let places = self.world.places.iter();
        let place = places
            .map(|p| p.country.to_string())
            .position(|c| c == code)
            .unwrap();
        let column = COLUMNS.iter().position(|c| *c == (buyer, class)).unwrap();
        let month = self
            .world
            .months
            .number(tiergate_lab::Month::read(month).unwrap());
        table.ladder(usize::try_from(month).unwrap(), place, column)
    }
}

#[test]
fn the_law_as_enforced_is_replayed_on_its_real_dates() {
    let lab = Lab::new();
    let us = lab.table("us");
    let top = |month, code, class| {
        lab.ladder(&us, month, (code, Buyer::Local, class))
            .top()
            .passage
    };
    // The chips made for China were free until October 2023, the H20 until April 2025.
    assert_eq!(top("2023-06", "CN", Class::MadeForChina), Passage::Free);
    assert!(matches!(
        top("2025-06", "CN", Class::MadeForChina),
        Passage::License(_)
    ));
    assert_eq!(top("2024-06", "CN", Class::MadeForChina), Passage::Free);
    // The Gulf needs a license since November 2023, Malaysia and Britain do not.
    assert_eq!(top("2023-06", "SA", Class::Best), Passage::Free);
    assert!(matches!(
        top("2024-06", "SA", Class::Best),
        Passage::License(_)
    ));
    assert_eq!(top("2026-06", "MY", Class::Best), Passage::Free);
    assert_eq!(top("2026-06", "GB", Class::Best), Passage::Free);
    assert!(matches!(
        top("2023-06", "CN", Class::Best),
        Passage::License(_)
    ));
}

#[test]
fn the_size_from_which_a_license_is_needed_is_found_whatever_rule_sets_it() {
    let lab = Lab::new();
    let printed = lab.table("us:text");
    let ladder = lab.ladder(&printed, "2025-08", ("BR", Buyer::Local, Class::Older));
    // 26,900,000 TPP are 1,699 chips of 15,832; 790,000,000 are 49,898.
    let sizes: Vec<f64> = ladder.0.iter().map(|s| s.up_to).collect();
    assert_eq!(sizes, [1_699.0, 49_898.0, f64::INFINITY]);
    assert_eq!(ladder.0[0].passage, Passage::Free);
    assert_eq!(
        ladder.0[1].passage,
        Passage::License(Policy::PresumptionOfApproval)
    );
    assert_eq!(ladder.0[1].draws[0].limit, 790_000_000.0);
    assert!(ladder.0[1].draws[0].by_country);
    assert_eq!(ladder.0[1].spent, Passage::License(Policy::PolicyOfDenial));
    // Option one lets 300 H100-equivalents go without a license in 2025.
    let option = lab.table("option-1-country-tiers");
    let ladder = lab.ladder(&option, "2025-08", ("BR", Buyer::Local, Class::Older));
    assert_eq!(ladder.0[0].up_to, 300.0);
    let status = |table: &Table| {
        let of = ("BR", Buyer::UsCloudStatus, Class::Best);
        let draws = &lab.ladder(table, "2025-08", of).top().draws;
        draws.iter().map(|d| d.limit).collect::<Vec<_>>()
    };
    // It drops the seven percent in one country.
    assert_eq!(status(&printed), [0.25, 0.07, 0.5]);
    assert_eq!(status(&option), [0.25, 0.5]);
}

#[test]
fn an_agreement_opens_what_option_four_closes() {
    let lab = Lab::new();
    let option = lab.table("option-4-bilateral-deals");
    let of = |buyer| &lab.ladder(&option, "2025-08", ("GB", buyer, Class::Best)).0[0];
    assert_eq!(
        of(Buyer::Local).passage,
        Passage::License(Policy::PresumptionOfDenial)
    );
    assert_eq!(
        of(Buyer::Agreement).passage,
        Passage::License(Policy::PresumptionOfApproval)
    );
    assert!(!of(Buyer::Agreement).draws.is_empty());
}

#[test]
fn every_order_of_every_law_is_answered_with_the_facts_that_archetypes_state() {
    let lab = Lab::new();
    for law in [
        "us",
        "us:text",
        "option-2-american-monopoly",
        "option-3b-embargoed-only",
    ] {
        let table = lab.table(law);
        assert_eq!(table.open, 0, "{law}");
        assert!(table.decided > 10_000, "{law}: {}", table.decided);
    }
}

#[test]
fn the_days_of_review_are_those_of_the_process_in_the_law() {
    let lab = Lab::new();
    let table = lab.table("us");
    assert_eq!(table.reviews[0].clean, 39.0);
    assert_eq!(table.reviews[0].escalated, [53.0, 69.0, 85.0, 90.0]);
    // More is done against smuggling under option one, by a value of its own.
    let option = lab.table("option-1-country-tiers");
    let month = usize::try_from(
        lab.world
            .months
            .number(tiergate_lab::Month::read("2025-08").unwrap()),
    );
    assert_eq!(option.effort[month.unwrap()], 1.5);
    assert_eq!(table.effort[month.unwrap()], 1.0);
}
