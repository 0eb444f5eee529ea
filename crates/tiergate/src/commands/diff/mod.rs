//! `tiergate diff`: the exact difference of two regimes.

mod counts;
mod duties;
pub mod html;
mod legend;
mod orders;
mod pages;
pub mod report;
pub mod text;
mod words;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tiergate_engine::{Comparison, Desk, Side, Stamp};
use tiergate_law::{Country, Date, LawRef, View};
use tiergate_order::Assume;

use self::report::{Report, Spell};
use crate::adoption::{adopted, its_base};
use crate::cli::{Cli, Ended};
use crate::options::{AssumeArgs, ViewArg};
use crate::report::{not_an_input, print, say};

/// Compare two regimes exactly: what changes, for which items, where, and under which rules
///
/// LAW is (us | PROPOSAL)[@DATE][:text | :enforced]. A side without a date takes the other side's;
/// two sides without one are an error unless --as-of gives it.
///
/// Both regimes are compiled into one diagram over all facts an order can have, so that "equal" and
/// "nowhere looser" hold for every order. The changes are spelled out for ordinary orders, then for
/// each circumstance that is not ordinary.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The regime to start from
    #[arg(required_unless_present = "pages")]
    left: Option<LawRef>,

    /// The regime to compare it with
    #[arg(required_unless_present = "pages")]
    right: Option<LawRef>,

    /// Write a Markdown page for every proposal against the law as enforced and as printed on
    /// --as-of, one for the law as printed against the law as enforced, and an index, into a folder
    #[arg(long, value_name = "DIR", requires = "as_of", conflicts_with_all = ["left", "format", "output", "orders"])]
    pages: Option<PathBuf>,

    /// Date of a LAW that has none
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// View of a LAW that names none
    #[arg(long, value_enum)]
    view: Option<ViewArg>,

    /// An order book: which of its orders fall in the difference (CSV, JSON or JSON Lines)
    #[arg(long, value_name = "FILE")]
    orders: Vec<PathBuf>,

    #[command(flatten)]
    assume: AssumeArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Spell out the changes over all facts at once, rare ones together, instead of for ordinary orders
    /// and each circumstance; takes some seconds
    #[arg(long, conflicts_with = "ordinary")]
    all_facts: bool,

    /// Leave out what changes only in circumstances that are not ordinary
    #[arg(long)]
    ordinary: bool,

    /// Most changes to spell out, by what most countries and chips are affected by
    #[arg(long, value_name = "N", default_value_t = 40)]
    limit: usize,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How a difference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text for a terminal
    Table,
    /// Everything, for programs
    Json,
    /// Markdown
    Markdown,
    /// One page with maps and filters, which needs nothing else
    Html,
}

/// Compares two laws.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    if args.limit == 0 {
        bail!("--limit must be at least 1");
    }
    not_an_input(args.output.as_deref(), &args.orders)?;
    let desk = cli.desk()?;
    let assume = args.assume.parse(&desk)?;
    if let (Some(folder), Some(date)) = (&args.pages, args.as_of) {
        pages::write(&desk, &assume, date, args.limit, folder)?;
        return Ok(Ended::Well);
    }
    let (Some(left), Some(right)) = (&args.left, &args.right) else {
        bail!("two laws are needed, such as us:text and us:enforced");
    };
    let stamps = stamps(args, left, right)?;
    not_yet_adopted(&desk, &stamps);
    let comparison = compare(&desk, &assume, &stamps)?;
    let spell = match (args.all_facts, args.ordinary) {
        (true, _) => Spell::AllFacts,
        (false, true) => Spell::Ordinary,
        (false, false) => Spell::EachCircumstance,
    };
    let mut report = Report::new(&desk, &comparison, &stamps, args.limit, spell);
    report.assumed.clone_from(&args.assume.assume);
    let ended = orders::add(
        &mut report,
        &desk,
        &comparison,
        &stamps,
        &assume,
        &args.orders,
    )?;
    let text = match args.format {
        Format::Table => text::table(&report),
        Format::Markdown => text::markdown(&report),
        Format::Json => serde_json::to_string_pretty(&report)?,
        Format::Html => html::render(&desk, &comparison, &report)?,
    };
    print(args.output.as_deref(), &text)?;
    Ok(ended)
}

/// The difference of two laws as `--format json` gives it, for ordinary orders and each circumstance.
///
/// # Errors
///
/// A law without a date, or one that does not exist.
pub fn answer(desk: &Desk, laws: (&LawRef, &LawRef), limit: usize) -> Result<serde_json::Value> {
    let dates = [laws.0.date, laws.1.date];
    let both = dates[0].or(dates[1]).with_context(|| {
        format!(
            "neither {} nor {} has a date; write one as LAW@DATE",
            laws.0, laws.1
        )
    })?;
    let stamps = [laws.0, laws.1].map(|law| Stamp {
        law: law.id.clone(),
        as_of: law.date.unwrap_or(both),
        view: law.view.unwrap_or_default(),
    });
    let comparison = compare(desk, &Assume::default(), &stamps)?;
    let report = Report::new(desk, &comparison, &stamps, limit, Spell::EachCircumstance);
    Ok(serde_json::to_value(&report)?)
}

/// Says which proposal is still its base on the day asked for.
fn not_yet_adopted(desk: &Desk, stamps: &[Stamp; 2]) {
    for stamp in stamps {
        let adopted = adopted(&desk.library, &stamp.law);
        if let Some(adopted) = adopted.filter(|day| *day > stamp.as_of) {
            let said = its_base(&stamp.law, adopted, &format!("on {}", stamp.as_of));
            say(&format!("note: {said}"));
        }
    }
}

/// Two laws in one diagram.
pub fn compare(desk: &Desk, assume: &Assume, stamps: &[Stamp; 2]) -> Result<Comparison> {
    let [left, right] = stamps.each_ref().map(|stamp| side(desk, stamp, assume));
    Ok(Comparison::new(left?, right?, &countries(desk)))
}

fn side(desk: &Desk, stamp: &Stamp, assume: &Assume) -> Result<Side> {
    let book = desk.rulebook(stamp)?;
    let readings = Desk::readings(&book, assume);
    Ok(Side { book, readings })
}

/// Which law on which date in which view either side is.
fn stamps(args: &Args, left: &LawRef, right: &LawRef) -> Result<[Stamp; 2]> {
    let dates = [left.date, right.date];
    let both = dates[0].or(dates[1]).or(args.as_of);
    let both = both.with_context(|| {
        format!("neither {left} nor {right} has a date; write one as LAW@DATE or give --as-of DATE")
    })?;
    Ok([left, right].map(|law| Stamp {
        law: law.id.clone(),
        as_of: law.date.or(args.as_of).unwrap_or(both),
        view: law.view.or(args.view.map(View::from)).unwrap_or_default(),
    }))
}

/// The countries of the catalog.
fn countries(desk: &Desk) -> Vec<Country> {
    desk.catalog.countries.iter().map(|c| c.code).collect()
}
