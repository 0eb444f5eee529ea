//! `tiergate ledger verify`: whether the ledger is what its entries say.

use std::time::Duration;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use tiergate_ledger::{Error, Place, verify};

use crate::cli::Ended;
use crate::ledger_args::LedgerArgs;
use crate::report::{count, print};

/// Recompute every balance from the entries, by another path than entered them, and check the chain
///
/// Names the first entry that is wrong. The exit code is 2 when something is, and when the ledger is
/// too damaged to be read.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// The hash of a block, as `verify` told it before and you kept it elsewhere: it must be in the
    /// chain, or the whole was written anew
    #[arg(long, value_name = "HASH", value_parser = hash)]
    head: Option<String>,

    /// Write the result as JSON
    #[arg(long)]
    json: bool,
}

/// A hash as `verify` tells it.
fn hash(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Ok(text.to_ascii_lowercase());
    }
    Err(format!(
        "a hash has 64 hexadecimal digits, as `verify` tells it after `head`; this has {} characters",
        text.chars().count()
    ))
}

/// A ledger that cannot be read to its end is wrong, as one is that can; other errors stay what they
/// are.
fn too_damaged(args: &Args, error: anyhow::Error) -> Result<Ended> {
    let damaged = match error.downcast_ref() {
        Some(Error::Damaged(_)) => true,
        // A file that is there and does not even begin as a ledger does.
        Some(Error::NotALedger(_)) => {
            matches!(Place::of(&args.ledger.ledger), Place::File(path) if path.exists())
        }
        _ => false,
    };
    if !damaged {
        return Err(error);
    }
    let what = format!("{error:#}");
    let text = match args.json {
        true => {
            let faults = [json!({ "seq": null, "id": null, "what": what })];
            format!(
                "{}\n",
                serde_json::to_string_pretty(&json!({ "faults": faults }))?
            )
        }
        false => format!("wrong: {what}\nthe ledger cannot be read to its end\n"),
    };
    print(None, &text)?;
    Ok(Ended::WithFaults)
}

pub fn run(args: &Args) -> Result<Ended> {
    let ledger = match args.ledger.open(false) {
        Ok(ledger) => ledger,
        Err(error) => return too_damaged(args, error),
    };
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} entries, {elapsed}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    let head = args.head.as_deref();
    let verified = ledger.read(|reader| verify(reader, head, &mut |n| bar.set_position(n)));
    bar.finish_and_clear();
    let verified = match verified {
        Ok(verified) => verified,
        Err(error) => return too_damaged(args, error.into()),
    };
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
