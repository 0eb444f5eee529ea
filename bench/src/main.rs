//! The same decision in Tiergate and in its peers: agreement first, then time.
//!
//! `bench/run` builds and runs everything; see README.md.

mod agree;
mod batch;
mod cedar;
mod columns;
mod law;
mod lemma_side;
mod limit;
mod many;
mod peers;
mod spec;
mod tier;
mod timing;
mod zen;

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::spec::Order;

/// Orders in the timing loops: their facts stay within a second-level cache or two.
const HOT: usize = 1024;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let part = words.first().map_or("all", String::as_str);
    let orders_file = here.join("target/orders.csv");
    let count = 100_000;
    let all = spec::orders(2025, count);
    let on = |name: &str| part == "all" || part == name;
    if part == "orders" {
        return write_csv(&orders_file, &all);
    }
    let catalog = tier::catalog(&here.join("../catalog"))?;
    let mut said = false;
    let mut say = |text: String| {
        println!("{}{}", if said { "\n" } else { "" }, text.trim_end());
        said = true;
    };
    if on("agree") {
        say(agree::run(
            &all,
            &catalog,
            &here.join("target/openfisca.answers"),
        )?);
    }
    if on("peers") {
        say(peers::run(
            &all,
            &catalog,
            &here.join("target/openfisca.times"),
        )?);
    }
    if on("law") {
        say(law::run(&all[..HOT], &here.join("../law/us"), &catalog)?);
    }
    if on("batch") {
        say(batch::run(&all, &catalog)?);
    }
    if on("many") {
        match words.get(1) {
            Some(count) => say(many::run(count.parse()?, &catalog)?),
            None => say(many::goal(&catalog)?),
        }
    }
    Ok(())
}

/// The random orders for contestants outside this program.
fn write_csv(path: &PathBuf, orders: &[Order]) -> Result<()> {
    let mut out = csv::Writer::from_path(path)?;
    out.write_record([
        "tpp",
        "density_hundredths",
        "datacenter",
        "destination",
        "headquarters",
        "parent",
        "activity",
        "amount",
        "used_lpp",
        "used_allocation",
    ])?;
    for o in orders {
        out.write_record([
            o.tpp.to_string().as_str(),
            &o.density_hundredths.to_string(),
            &o.datacenter.to_string(),
            spec::text(&o.destination),
            spec::text(&o.headquarters),
            spec::text(&o.parent),
            o.activity.word(),
            &o.amount().to_string(),
            &o.used_lpp.to_string(),
            &o.used_allocation.to_string(),
        ])?;
    }
    out.flush()?;
    Ok(())
}
