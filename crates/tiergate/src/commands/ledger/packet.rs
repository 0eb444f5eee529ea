//! `tiergate ledger packet`: all there is on one order, in one file that verifies by itself.

use anyhow::{Result, bail};
use tiergate_law::{LawRef, View};
use tiergate_ledger::{check_packet, packet};

use super::Out;
use crate::cli::{Cli, Ended};
use crate::report::{Unreadable, count, print, say};

/// Write the audit packet of an order: the order, its decision with law and reasons, the screening
/// stated, the entries, and what was due and done
///
/// The packet is one file that verifies by itself, without the ledger: `--check FILE`. It says
/// until when it is to be kept.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The order
    #[arg(value_name = "ORDER", required_unless_present = "check")]
    order: Option<String>,

    /// The ledger: a file, or postgres://USER@HOST/DATABASE
    #[arg(
        long,
        value_name = "LEDGER",
        env = "TIERGATE_LEDGER",
        required_unless_present = "check"
    )]
    ledger: Option<String>,

    /// Check a packet instead of writing one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["order", "output"])]
    check: Option<std::path::PathBuf>,

    #[command(flatten)]
    out: Out,
}

/// The value in the law that says how many years records are kept.
const RETENTION: &str = "record-retention-years";

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    if let Some(file) = &args.check {
        return check(file);
    }
    let (Some(order), Some(place)) = (&args.order, &args.ledger) else {
        bail!("name an order and a ledger");
    };
    crate::ledger_args::apart(place, args.out.output.as_deref())?;
    let desk = cli.desk()?;
    let mut keep = |law: &str, as_of: tiergate_law::Date| {
        let law = LawRef {
            id: law.to_owned(),
            date: None,
            view: None,
        };
        let regime = desk.library.consolidate(&law, as_of, View::Text).ok()?;
        let value = regime.values.iter().find(|v| v.id == RETENTION)?;
        let now = value.is.now.as_ref()?;
        Some((now.amount.to_string().parse().ok()?, now.cite.clone()))
    };
    let ledger = crate::ledger_args::open(place, false)?;
    ledger.seal()?;
    let Some(packet) = ledger.read(|reader| packet(reader, order, &mut keep))? else {
        let what = format!("the ledger has no reservation `{order}`");
        return Err(Unreadable::new(what).into());
    };
    let text = format!("{}\n", serde_json::to_string_pretty(&packet)?);
    print(args.out.output.as_deref(), &text)?;
    let until = packet
        .keep_until
        .map_or_else(String::new, |d| format!("; keep it until {d}"));
    let cite = packet
        .kept_under
        .map_or_else(String::new, |c| format!(" ({c})"));
    say(&format!(
        "{}, {}{until}{cite}",
        count(packet.entries.len() as u64, "entry", "entries"),
        count(packet.papers.len() as u64, "paper", "papers"),
    ));
    Ok(Ended::Well)
}

fn check(file: &std::path::Path) -> Result<Ended> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).map_err(|e| Unreadable::because(&name, e))?;
    let (packet, faults) =
        check_packet(&text).map_err(|e| Unreadable::new(format!("{name}: {e}")))?;
    if faults.is_empty() {
        let heads: Vec<&str> = packet.blocks.iter().map(|b| b.hash.as_str()).collect();
        let line = format!(
            "the packet of {} holds: {} sealed in {}\n\
             whether entries were left out of it shows only beside the ledger\n",
            packet.order,
            count(packet.entries.len() as u64, "entry", "entries"),
            heads.join(", ")
        );
        print(None, &line)?;
        return Ok(Ended::Well);
    }
    let all: String = faults.iter().map(|f| format!("wrong: {}\n", f.0)).collect();
    print(None, &all)?;
    Ok(Ended::WithFaults)
}
