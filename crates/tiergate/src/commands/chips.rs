//! `tiergate chips`: the catalog.

use anyhow::Result;
use tiergate_engine::{Desk, Rulebook};
use tiergate_law::{Date, LawRef, Num};
use tiergate_order::{Assume, Chip, Order};

use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::options::ViewArg;
use crate::report::{print, say};
use crate::style::{grouped, terminal_width};
use crate::table::Table;

/// List the chips of the catalog, with the class their numbers give them
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Words that id, name or vendor must hold
    search: Vec<String>,

    /// Law that gives the class
    #[arg(long, default_value = "us", value_name = "LAW")]
    law: LawRef,

    /// Date of that law where LAW leaves it open; without one, the day its last instrument begins
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// View of that law where LAW leaves it open
    #[arg(long, value_enum, default_value_t = ViewArg::Enforced)]
    view: ViewArg,
}

/// Lists them.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    // The catalog is worth showing even while the law has faults.
    let (desk, fault) = match embedded::desk(cli.law_dir.as_deref()) {
        Ok(desk) => (desk, None),
        Err(error) => (
            Desk::new(tiergate_law::Library::default(), embedded::catalog()?),
            Some(error),
        ),
    };
    let chips = desk.catalog.search(&args.search.join(" "));
    if chips.is_empty() {
        print(
            None,
            &format!("no chip of the catalog has `{}`", args.search.join(" ")),
        )?;
        return Ok(Ended::Well);
    }
    let heads = desk.library.instruments.iter().map(|s| &s.instrument);
    let last = heads.map(tiergate_law::Instrument::binds_from).max();
    let as_of = args.as_of.or(last).unwrap_or_default();
    let stamp = Desk::stamp(&args.law, as_of, None, Some(args.view.into()));
    let book = match &fault {
        None => Some(desk.rulebook(&stamp)?),
        Some(error) => {
            say(&format!("the class of each chip is left out: {error}"));
            None
        }
    };
    let heads = [
        "id",
        "name",
        ">TPP",
        ">TPP/mm2",
        ">DRAM GB/s",
        ">link GB/s",
        "data center",
        "class",
        "soft",
    ];
    let mut table = Table::new(&heads).limit(8, 60);
    for chip in chips {
        let number = |n: Option<Num>| n.map_or_else(String::new, |n| grouped(&n.to_string()));
        let density = chip
            .tpp
            .zip(chip.die_area_mm2)
            .and_then(|(t, a)| t.checked_div(a));
        table.row([
            chip.id.clone(),
            chip.name.clone(),
            number(chip.tpp),
            density.map_or_else(String::new, |d| format!("{:.2}", d.to_f64())),
            number(chip.dram_bandwidth_gb_s),
            number(chip.interconnect_gb_s),
            chip.datacenter
                .map_or("", |d| if d { "yes" } else { "no" })
                .to_owned(),
            book.as_ref()
                .map_or_else(String::new, |b| class(&desk, b, chip)),
            chip.soft.clone(),
        ]);
    }
    let mut text = table.render(terminal_width().unwrap_or(usize::MAX), 1);
    if book.is_some() {
        let (law, view) = (&stamp.law, stamp.view.word());
        text.push_str(&format!(
            "\nClass by the numbers alone, under {law}@{}:{view}.\n",
            stamp.as_of
        ));
    }
    print(None, &text)?;
    Ok(Ended::Well)
}

/// The class of a chip by its numbers.
fn class(desk: &Desk, book: &Rulebook, chip: &Chip) -> String {
    let mut order = Order::new(&chip.id);
    order.chip = Some(chip.id.clone());
    let Ok(resolved) = desk.resolve(&order, &Assume::default()) else {
        return String::new();
    };
    let readings = Desk::readings(book, &Assume::default());
    let decision = Desk::decide(book, &resolved.facts, &readings);
    decision.eccn().unwrap_or_else(|| "-".to_owned())
}
