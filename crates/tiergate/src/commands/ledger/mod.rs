//! `tiergate ledger`: what is drawn on which limit.

mod act;
mod exchange;
mod license;
mod limits;
mod packet;
mod prorate;
mod recheck;
mod statement;
mod verify;

use std::path::PathBuf;

use anyhow::Result;
use clap::Subcommand;

use crate::cli::{Cli, Ended};
use crate::commands::{decide, watch};
use crate::ledger_args::LedgerArgs;

/// Keep what is drawn on each limit: reserve, ship, release, return, and account for it
///
/// A ledger is a file, or a PostgreSQL database that many use at once. What is entered is never
/// changed: a mistake is put right by another entry. What is reserved counts at once, an order
/// counts on all its limits or on none, and each entry has an id of its own under which it is
/// applied at most once.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Reserve(decide::ReserveArgs),
    Ship(act::ShipArgs),
    Release(act::ReleaseArgs),
    Return(act::ReturnArgs),
    Expire(act::ExpireArgs),
    Correct(act::CorrectArgs),
    Limit(act::LimitArgs),
    License(license::Args),
    Done(act::DoneArgs),
    Statement(statement::Args),
    Limits(limits::Args),
    Verify(verify::Args),
    Export(exchange::ExportArgs),
    Import(exchange::ImportArgs),
    Backup(exchange::BackupArgs),
    Packet(packet::Args),
    Prorate(prorate::Args),
    Recheck(recheck::Args),
    Watch(WatchArgs),
}

/// Look for buyers that are split into several below a limit, in what the ledger counts
///
/// The same as `tiergate watch --ledger LEDGER`.
#[derive(Debug, clap::Args)]
struct WatchArgs {
    #[command(flatten)]
    watch: watch::Args,
}

/// Runs one of them.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    match &args.what {
        What::Reserve(args) => decide::run(cli, &args.clone().reserving()),
        What::Ship(args) => act::ship(args),
        What::Release(args) => act::release(args),
        What::Return(args) => act::take_back(args),
        What::Expire(args) => act::expire(args),
        What::Correct(args) => act::correct(cli, args),
        What::Limit(args) => act::limit(cli, args),
        What::License(args) => license::run(cli, args),
        What::Done(args) => act::done(args),
        What::Statement(args) => statement::run(args),
        What::Limits(args) => limits::run(cli, args),
        What::Verify(args) => verify::run(args),
        What::Export(args) => exchange::export(args),
        What::Import(args) => exchange::import(args),
        What::Backup(args) => exchange::backup(args),
        What::Packet(args) => packet::run(cli, args),
        What::Prorate(args) => prorate::run(args),
        What::Recheck(args) => recheck::run(cli, args),
        What::Watch(args) => watch::run(cli, &args.watch),
    }
}

/// Who enters, and under which id.
#[derive(Debug, Clone, clap::Args)]
struct Entering {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// The day it happens on; today, when it is left out
    #[arg(long, value_name = "DATE")]
    date: Option<jiff::civil::Date>,

    /// The entry's id; told from what is entered, when it is left out, so that the same entered
    /// twice counts once
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Who enters it
    #[arg(long, value_name = "NAME")]
    by: Option<String>,

    /// Write the receipt as JSON
    #[arg(long)]
    json: bool,
}

impl Entering {
    fn date(&self) -> jiff::civil::Date {
        self.date.unwrap_or_else(today)
    }
}

/// Today, in universal time, as the ledger records.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

/// Where a file is written; standard output when it is left out.
#[derive(Debug, Clone, clap::Args)]
struct Out {
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}
