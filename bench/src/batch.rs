//! Columns of orders: the engine's batch beside plain integers and one by one.

use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::{Columns, Numbers, decide_columns};
use tiergate_law::{ChoiceFact, Country, CountryFact, FlagFact, NumberFact};
use tiergate_order::{Catalog, Facts};

use crate::spec::{self, Order, spec};
use crate::timing::{Contestant, race, show, table};
use crate::{columns, tier};

pub fn run(orders: &[Order], catalog: &Catalog) -> Result<String> {
    let book = tier::diffusion()?;
    let classes = &book.regime.class_names;
    let readings: Arc<[usize]> = Arc::from([]);
    let rows_wanted = 1_000_000;
    let facts = tier::all_facts(orders, catalog, classes)?;
    let plan = columns::Plan::new(&book, &tier::Least::new(&book, &facts, &[]));
    let repeated: Vec<Order> = orders.iter().cycle().take(rows_wanted).copied().collect();
    let frame = columns::Frame::new(&repeated);
    let columns = columns_of(&repeated, &facts[0]);
    let verdicts = decide_columns(&book, &columns, &readings);
    let right = verdicts.iter().zip(&repeated);
    let right = right
        .filter(|(v, o)| tier::answer(&book, v.outcome) == Some(spec(o)))
        .count();
    let mut codes = Vec::new();
    let per_row = frame.bytes_per_row();
    let wide = columns.numbers.len() * size_of::<i64>()
        + columns.countries.len() * size_of::<Option<Country>>()
        + columns.choices.len() * size_of::<Option<u8>>()
        + columns.flags.len() * size_of::<Option<bool>>();
    let copying = |name: String, bytes: usize| {
        let (mut to, from) = (
            vec![0_u8; bytes * rows_wanted],
            vec![1_u8; bytes * rows_wanted],
        );
        Contestant {
            name,
            slice: Box::new(move |_| {
                let start = std::time::Instant::now();
                to.copy_from_slice(&from);
                std::hint::black_box(&to);
                (start.elapsed().as_nanos() as u64, rows_wanted)
            }),
        }
    };
    let timed = |work: &mut dyn FnMut(), items: usize| {
        let start = std::time::Instant::now();
        work();
        (start.elapsed().as_nanos() as u64, items)
    };
    let contestants = vec![
        Contestant {
            name: "decide_columns, ten columns, reason codes".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    std::hint::black_box(decide_columns(&book, &columns, &readings));
                };
                timed(&mut work, rows_wanted)
            }),
        },
        Contestant {
            name: "the same on plain integers, written out by hand, no reason codes".into(),
            slice: Box::new(|_| timed(&mut || plan.decide(&book, &frame, &mut codes), rows_wanted)),
        },
        Contestant {
            name: "one by one: outcome of facts already there, 100,000 rows".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    for f in &facts {
                        std::hint::black_box(book.outcome(f, &readings));
                    }
                };
                timed(&mut work, facts.len())
            }),
        },
        Contestant {
            name: "one by one: order set by path, resolved, outcome, 10,000 rows".into(),
            slice: Box::new(|_| {
                let mut work = || {
                    for o in &orders[..10_000] {
                        let facts = tier::facts(o, catalog, classes);
                        std::hint::black_box(facts.map(|f| book.outcome(&f, &readings)).ok());
                    }
                };
                timed(&mut work, 10_000)
            }),
        },
        copying(
            format!("limit: copying the ten columns as integers, {per_row} bytes a row"),
            per_row,
        ),
        copying(
            format!("limit: copying the engine's columns, {wide} bytes a row"),
            wide,
        ),
    ];
    let measured = race(contestants, 15, 1);
    let mut rows = vec![vec![
        "batch, one core".to_owned(),
        "per row".into(),
        "quartiles".into(),
    ]];
    for m in &measured {
        rows.push(vec![
            m.name.clone(),
            show(m.median),
            format!("{} to {}", show(m.low), show(m.high)),
        ]);
    }
    Ok(format!(
        "## Columns of orders\n\n{rows_wanted} rows on one core; {right} of them as `spec()` has \
         them.\n\n{}",
        table(&rows)
    ))
}

/// The orders in the engine's columns; what they share is taken from one of them.
fn columns_of(orders: &[Order], shared: &Facts) -> Columns {
    let number =
        |of: fn(&Order) -> u64| Numbers::whole(orders.iter().map(|o| of(o) as i64).collect());
    let country = |of: fn(&Order) -> spec::Code| {
        orders
            .iter()
            .map(|o| Some(tier::country(of(o))))
            .collect::<Vec<_>>()
    };
    let density = Numbers::Small {
        values: orders.iter().map(|o| o.density_hundredths as i64).collect(),
        decimals: 2,
        known: None,
    };
    Columns {
        rows: orders.len(),
        shared: shared.clone(),
        countries: vec![
            (CountryFact::Destination, country(|o| o.destination)),
            (
                CountryFact::ConsigneeHeadquarters,
                country(|o| o.headquarters),
            ),
            (CountryFact::ConsigneeParent, country(|o| o.parent)),
        ],
        choices: vec![(
            ChoiceFact::Activity,
            orders.iter().map(|o| Some(o.activity as u8)).collect(),
        )],
        flags: vec![(
            FlagFact::Datacenter,
            orders.iter().map(|o| Some(o.datacenter)).collect(),
        )],
        numbers: vec![
            (NumberFact::Tpp, number(|o| o.tpp)),
            (NumberFact::PerformanceDensity, density),
            (NumberFact::Amount, number(Order::amount)),
            (NumberFact::UsedLpp, number(|o| o.used_lpp)),
            (
                NumberFact::UsedCountryAllocation,
                number(|o| o.used_allocation),
            ),
        ],
    }
}
