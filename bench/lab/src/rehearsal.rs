//! One rehearsal under each regime, beside a copy of what it tells.

use std::cell::RefCell;
use std::time::Instant;

use anyhow::Result;
use tiergate_lab::{Setup, Table, name_of};

use crate::opened::regimes;
use crate::timing::{Contestant, race, show, table as rendered};

/// Draws that are taken in turn.
const DRAWS: usize = 64;

/// Prints the table.
pub fn rehearsal() -> Result<()> {
    let (setup, tabulated) = regimes(DRAWS as u64)?;
    let setup = &setup;
    let months = setup.model.world.months.len();
    println!("## One rehearsal of {months} months (`bench/run lab rehearsal`)\n");
    println!(
        "{} regimes tabulated in {:.2} s. Medians of 15 rounds over {DRAWS} draws, one core.\n",
        setup.tables.len(),
        tabulated.as_secs_f64()
    );
    let values: Vec<Vec<f64>> = (0..DRAWS)
        .map(|draw| setup.drawing.values(&setup.model, draw as u64))
        .collect();
    let told = setup.model.rehearse(&setup.tables[0], &values[0], 1, 0)?;
    let broken = RefCell::new(None);
    let mut contestants = Vec::new();
    for (table, law) in setup.tables.iter().zip(&setup.plan.laws) {
        let (values, broken) = (&values, &broken);
        contestants.push(Contestant::each(name_of(law), DRAWS, move |draw| {
            let told = setup.model.rehearse(table, &values[draw], 1, draw as u64);
            told.map_err(|why| *broken.borrow_mut() = Some(why)).ok()
        }));
    }
    let bytes = size_of_val(told.values.as_slice());
    contestants.push(Contestant::each(
        format!("limit: copying the {bytes} bytes it tells"),
        1,
        |_| told.values.clone(),
    ));
    let measured = race(contestants, 15, 60);
    if let Some(why) = broken.into_inner() {
        return Err(why.into());
    }
    let head = ["regime", "one rehearsal", "quartiles", "slowest draw"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    for (at, m) in measured.into_iter().enumerate() {
        let spread = format!("{} to {}", fine(m.low), fine(m.high));
        let slowest = match setup.tables.get(at) {
            Some(table) => fine(slowest(setup, table, &values)?),
            None => String::new(),
        };
        rows.push(vec![m.name, fine(m.median), spread, slowest]);
    }
    println!("{}", rendered(&rows));
    Ok(())
}

/// The nanoseconds of the draw that takes longest, each at its best of three.
fn slowest(setup: &Setup, table: &Table, values: &[Vec<f64>]) -> Result<f64> {
    let mut slowest = 0;
    for (draw, values) in values.iter().enumerate() {
        let mut best = u128::MAX;
        for _ in 0..3 {
            let begun = Instant::now();
            setup.model.rehearse(table, values, 1, draw as u64)?;
            best = best.min(begun.elapsed().as_nanos());
        }
        slowest = slowest.max(best);
    }
    Ok(slowest as f64)
}

/// Milliseconds to the hundredth.
fn fine(nanos: f64) -> String {
    match nanos {
        n if n >= 1e6 => format!("{:.2} ms", n / 1e6),
        n => show(n),
    }
}
