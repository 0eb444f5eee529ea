//! `tiergate ledger recheck`: open reservations screened and decided again, when a list or the law has
//! moved.

mod again;
mod change;
mod kept;
mod print;

use anyhow::Result;
use tiergate_law::{Date, LawRef};

use self::again::Again;
use super::statement::Form;
use super::{Out, today};
use crate::cli::{Cli, Ended};
use crate::ledger_args::LedgerArgs;
use crate::options::AssumeArgs;
use crate::parties::filling::FillArgs;
use crate::report::{not_an_input, print, say};
use crate::style::plain;

/// Screen and decide every open reservation again, and list what has changed of each since it was
/// made
///
/// Each is decided from the order kept with it: on the day asked for, or on its own day where that
/// is later; with what the ledger holds, but for what it holds itself. What was filled in from a
/// list or a register is filled in anew where --list or --parties names one. Nothing is written to
/// the ledger. The exit code is 2 when what was kept with a reservation is missing or cannot be read.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// The law to decide under: (us | PROPOSAL)[@DATE][:text | :enforced]; the one that each was
    /// decided under, in the same view, when it is left out
    #[arg(long, value_name = "LAW")]
    law: Option<LawRef>,

    /// The day; today, when it is left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    #[command(flatten)]
    fill: FillArgs,

    #[command(flatten)]
    assume: AssumeArgs,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,

    #[command(flatten)]
    out: Out,
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    not_an_input(args.out.output.as_deref(), args.fill.files())?;
    let desk = cli.desk()?;
    if let Some(law) = &args.law {
        desk.library.breakpoints(&law.id)?;
    }
    args.assume.parse(&desk)?;
    let list = args.fill.open_list()?;
    let faults = list.as_ref().map_or(0, |list| list.faults);
    let ledger = args.ledger.open(false)?;
    let mut again = Again::new(&desk, args, args.as_of.unwrap_or_else(today), list);
    let mut stopped = None;
    let looked = ledger.read(|reader| {
        let looked = again.all(reader);
        looked.map_err(|stop| stop.apart(&mut stopped))
    });
    if let Some(error) = stopped {
        return Err(error);
    }
    let looked = looked?;
    for (id, why) in &looked.unread {
        say(&plain(format!("reservation `{id}`: {why}")));
    }
    let text = match args.format {
        Form::Table => print::table(&looked),
        Form::Json => print::json(&looked)?,
        Form::Csv => print::csv(&looked)?,
    };
    print(args.out.output.as_deref(), &text)?;
    again.report();
    if args.format != Form::Table {
        say(&print::line(&looked));
    }
    let well = looked.unread.is_empty() && faults + again.faults() == 0;
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}
