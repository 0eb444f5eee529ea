//! Rehearses laws with the defaults and prints series by year: `cargo run -p tiergate-lab --example
//! month_by_month -- 2029-12 us option-1-country-tiers`.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    missing_docs
)]

#[path = "../tests/common/mod.rs"]
mod common;

use tiergate_lab::{Model, Table, built_in, series};

fn main() {
    let mut words = std::env::args().skip(1);
    let last = words.next().unwrap();
    let desk = common::desk();
    let model = Model::new(&desk, common::world(&last), built_in::parameters().unwrap()).unwrap();
    let archetypes = built_in::archetypes().unwrap();
    let values = model.parameters.defaults();
    for law in words {
        let table = Table::make(&desk, &law.parse().unwrap(), &model.world, &archetypes).unwrap();
        let begun = std::time::Instant::now();
        let told = model.rehearse(&table, &values, 1, 0).unwrap();
        println!("{law}: {:?}", begun.elapsed());
        let months = model.world.months.len();
        let print = |id: &str, of: &[f32]| {
            let quarters: Vec<String> = (2..months)
                .step_by(6)
                .map(|at| format!("{:>9.2}", of[at]))
                .collect();
            println!("{id:<26}{}", quarters.join(""));
        };
        for (at, is) in series::SERIES.iter().enumerate() {
            print(is.id, told.series(at));
        }
        let codes = model.countries();
        for id in [
            "diverted:MY",
            "diverted:SG",
            "diverted:US",
            "diverted:BR",
            "stock:MY",
            "stock:AE",
            "stock:IN",
            "cap:IN",
            "cap:MY",
            "imports:MY",
        ] {
            print(id, told.series(series::find(id, &codes).unwrap()));
        }
    }
}
