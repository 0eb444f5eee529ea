//! `tiergate ledger verify`: whether the ledger is what its entries say.

use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tiergate_ledger::verify;

use crate::cli::Ended;
use crate::ledger_args::LedgerArgs;
use crate::report::{count, print};

/// Recompute every balance from the entries, by another path than entered them, and check the chain
///
/// Names the first entry that is wrong. The exit code is 2 when something is.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// The hash of a block, as `verify` told it before and you kept it elsewhere: it must be in the
    /// chain, or the whole was written anew
    #[arg(long, value_name = "HASH")]
    head: Option<String>,

    /// Write the result as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<Ended> {
    let ledger = args.ledger.open(false)?;
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} entries, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let head = args.head.as_deref();
    let verified = ledger.read(|reader| verify(reader, head, &mut |n| bar.set_position(n)))?;
    bar.finish_and_clear();
    if args.json {
        let faults: Vec<_> = verified
            .faults
            .iter()
            .map(|f| json!({ "seq": f.seq, "id": f.id, "what": f.what }))
            .collect();
        let json = json!({
            "entries": verified.entries,
            "refused": verified.refused,
            "accounts": verified.accounts,
            "blocks": verified.blocks,
            "papers": verified.papers,
            "unsealed": verified.unsealed,
            "head": verified.head,
            "faults": faults,
        });
        print(None, &format!("{}\n", serde_json::to_string_pretty(&json)?))?;
    } else {
        let mut text = String::new();
        for fault in &verified.faults {
            let at = match (fault.seq, &fault.id) {
                (Some(seq), Some(id)) => format!("entry {seq} (`{id}`): "),
                (Some(seq), None) => format!("entry {seq}: "),
                _ => String::new(),
            };
            text.push_str(&format!("wrong: {at}{}\n", fault.what));
        }
        if verified.faults.is_empty() {
            text.push_str("every balance is what its entries say, and the chain holds\n");
        }
        text.push_str(&format!(
            "{} ({} refused), {}, {}, {}; {} not sealed yet\n",
            count(verified.entries, "entry", "entries"),
            verified.refused,
            count(verified.accounts, "account", "accounts"),
            count(verified.blocks, "block", "blocks"),
            count(verified.papers, "paper", "papers"),
            verified.unsealed,
        ));
        if let Some(head) = &verified.head {
            text.push_str(&format!("head {head}\n"));
        }
        print(None, &text)?;
    }
    Ok(if verified.faults.is_empty() {
        Ended::Well
    } else {
        Ended::WithFaults
    })
}
