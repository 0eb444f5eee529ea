//! The laws of the lab alone differ from the law they vary in one thing.

#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use tiergate_lab::{COLUMNS, Step, Table, built_in};

/// The steps of every cell in which two laws are answered otherwise.
fn differences(variation: &str) -> Vec<(Vec<Step>, Vec<Step>)> {
    let desk = common::desk_with(&built_in::VARIATIONS);
    let world = common::world("2026-12");
    let archetypes = built_in::archetypes().unwrap();
    let table = |law: &str| Table::make(&desk, &law.parse().unwrap(), &world, &archetypes).unwrap();
    let (printed, varied) = (table("us:text"), table(variation));
    assert_eq!(
        (&printed.reviews, &printed.effort),
        (&varied.reviews, &varied.effort)
    );
    let mut found = Vec::new();
    for month in 0..world.months.len() {
        for place in 0..world.places.len() {
            for column in 0..COLUMNS.len() {
                let of = |table: &Table| table.ladder(month, place, column).0.clone();
                let (printed, varied) = (of(&printed), of(&varied));
                if printed != varied {
                    found.push((printed, varied));
                }
            }
        }
    }
    found
}

#[test]
fn the_lower_limit_changes_only_orders_that_draw_on_that_limit() {
    let found = differences("variation-lpp-300");
    assert!(!found.is_empty());
    for (printed, varied) in found {
        let limit = |steps: &[Step]| {
            let draws = steps[0].draws.iter();
            draws
                .filter(|d| d.quota == "lpp")
                .map(|d| d.limit)
                .collect::<Vec<_>>()
        };
        assert_eq!(limit(&printed), [26_900_000.0]);
        assert_eq!(limit(&varied), [4_749_600.0]);
        assert!(varied[0].up_to < printed[0].up_to);
        // The largest orders go as before.
        assert_eq!(printed.last(), varied.last());
    }
}

#[test]
fn without_the_7_percent_only_that_limit_is_gone() {
    let found = differences("variation-without-7-percent");
    assert!(!found.is_empty());
    for (mut printed, varied) in found {
        for step in &mut printed {
            step.draws.retain(|d| d.quota != "veu.country");
        }
        assert_eq!(printed, varied);
    }
}
