//! `tiergate case check`: whether every event of a file may be.

use anyhow::Result;

use super::{Asked, tell};
use crate::cli::{Cli, Ended};
use crate::report::{count, print};

/// Check events against the law: each that may not be, with what would be right
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let law = args.asked.law(&desk)?;
    let (cases, faults) = args.asked.told(&law)?;
    tell(&args.asked.file, &faults);
    let events: usize = cases.iter().map(|c| c.events.len()).sum();
    print(
        None,
        &format!(
            "{} of {} may be; {} may not\n",
            count(events as u64, "event", "events"),
            count(cases.len() as u64, "case", "cases"),
            faults.len()
        ),
    )?;
    Ok(match faults.is_empty() {
        true => Ended::Well,
        false => Ended::WithFaults,
    })
}
