//! What a law says of archetype orders in a month: `cargo run -p tiergate-lab --example ladders -- LAW 2026-06`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "../tests/common/mod.rs"]
mod common;

use tiergate_lab::{COLUMNS, Table, built_in};

fn main() {
    let mut words = std::env::args().skip(1);
    let law = words.next().unwrap();
    let month = words.next().unwrap();
    let desk = common::desk();
    let world = common::world(&month);
    let archetypes = built_in::archetypes().unwrap();
    let begun = std::time::Instant::now();
    let table = Table::make(&desk, &law.parse().unwrap(), &world, &archetypes).unwrap();
    println!(
        "{law} {month}: {} answers, {} decided, {:?}",
        table.answers(),
        table.decided,
        begun.elapsed()
    );
    let at = world.months.len() - 1;
    println!("review {:?} effort {}", table.reviews[at], table.effort[at]);
    let mut seen: Vec<(String, Vec<String>)> = Vec::new();
    for (p, place) in world.places.iter().enumerate() {
        for (c, column) in COLUMNS.iter().enumerate() {
            let text = table
                .ladder(at, p, c)
                .0
                .iter()
                .map(|s| {
                    let draws: Vec<String> = s
                        .draws
                        .iter()
                        .map(|d| {
                            format!(
                                "{}={}{}{}",
                                d.quota,
                                d.limit,
                                if d.by_country { "/c" } else { "" },
                                d.share_of.map_or(String::new(), |f| format!(" of {f:?}"))
                            )
                        })
                        .collect();
                    format!(
                        "<= {}: {:?} s{} [{}] spent {:?}",
                        s.up_to,
                        s.passage,
                        s.strictness,
                        draws.join(" "),
                        s.spent
                    )
                })
                .collect::<Vec<_>>()
                .join(" | ");
            let key = format!("{column:?} {text}");
            match seen.iter_mut().find(|(k, _)| *k == key) {
                Some((_, v)) => v.push(place.country.to_string()),
                None => seen.push((key, vec![place.country.to_string()])),
            }
        }
    }
    seen.sort();
    for (key, places) in seen {
        println!("{key}\n      {}", places.join(" "));
    }
}
