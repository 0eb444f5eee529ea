//! `tiergate ledger statement`: what accounts held, as of any day and as it was known.

use anyhow::{Result, bail};
use clap::ValueEnum;
use jiff::civil::Date;
use serde_json::json;
use tiergate_ledger::{AsOf, Statement, Written, balance_as_of, grouped, moment, statement};

use super::Out;
use crate::cli::Ended;
use crate::ledger_args::LedgerArgs;
use crate::report::{count, print, say};
use crate::table::Table;

/// What accounts hold: all of them in a table, or those of one holder with their entries
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A holder, or a part of its name: its accounts are shown with their last entries
    #[arg(value_name = "HOLDER")]
    holder: Option<String>,

    #[command(flatten)]
    ledger: LedgerArgs,

    /// Only what is counted under this name, such as lpp
    #[arg(long, value_name = "MEASURE")]
    measure: Option<String>,

    /// Count what happened up to this day
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// Count what was recorded up to this moment, such as 2026-11-26T12:00:00Z
    #[arg(long, value_name = "MOMENT")]
    recorded_as_of: Option<jiff::Timestamp>,

    /// How many of the last entries of each account
    #[arg(long, value_name = "N", default_value_t = 20)]
    last: usize,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,

    /// With --format csv: the last entries of each account, a row for each movement
    #[arg(long)]
    movements: bool,

    #[command(flatten)]
    out: Out,
}

/// How statements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// Tables
    Table,
    /// JSON
    Json,
    /// Rows
    Csv,
}

pub fn run(args: &Args) -> Result<Ended> {
    if args.movements && args.format != Form::Csv {
        bail!("--movements goes with --format csv; tables and JSON of a holder show them already");
    }
    crate::ledger_args::apart(&args.ledger.ledger, args.out.output.as_deref())?;
    let ledger = args.ledger.open(false)?;
    let as_of = AsOf {
        day: args.as_of,
        recorded: args.recorded_as_of.map(|t| t.as_microsecond()),
    };
    let wanted = args.holder.as_deref().map(str::to_lowercase);
    let accounts = ledger.read(|reader| {
        let mut found = Vec::new();
        for listed in reader.accounts(args.measure.as_deref())? {
            let holder = listed.account.holder.to_lowercase();
            // An account that was only ever looked at is none.
            if listed.row.last.is_none() && !listed.row.limited {
                continue;
            }
            if wanted.as_deref().is_none_or(|w| holder.contains(w)) {
                let balance = balance_as_of(reader, &listed, as_of)?;
                found.push((listed.account, balance));
            }
        }
        Ok(found)
    })?;
    if accounts.is_empty() {
        let of = args
            .holder
            .as_deref()
            .map_or_else(String::new, |h| format!(" of `{h}`"));
        say(&format!("no account{of}"));
        return Ok(Ended::Well);
    }
    let text = match (args.format, &args.holder) {
        (Form::Csv, _) if args.movements => {
            let mut told = Vec::new();
            for (account, _) in &accounts {
                let one = ledger.read(|reader| statement(reader, account, as_of, args.last))?;
                told.extend(one);
            }
            let more = told.iter().filter(|one| one.more).count() as u64;
            if more > 0 {
                let accounts = count(more, "account has", "accounts have");
                say(&format!("{accounts} more entries; --last N shows more"));
            }
            movements(&told)?
        }
        (Form::Csv, _) => {
            let mut rows = csv::Writer::from_writer(Vec::new());
            rows.write_record(["measure", "holder", "span", "used", "reserved"])?;
            for (account, balance) in &accounts {
                rows.write_record([
                    &account.measure,
                    &account.holder,
                    &account.span.to_string(),
                    &balance.used.to_string(),
                    &balance.reserved.to_string(),
                ])?;
            }
            String::from_utf8(rows.into_inner()?)?
        }
        (Form::Json, None) => {
            let all: Vec<_> = accounts
                .iter()
                .map(|(account, b)| json!({ "account": account, "used": b.used, "reserved": b.reserved }))
                .collect();
            format!("{}\n", serde_json::to_string_pretty(&all)?)
        }
        (Form::Table, None) => {
            let mut table =
                Table::new(&["measure", "holder", "over", ">used", ">reserved"]).limit(1, 48);
            for (account, b) in &accounts {
                table.row([
                    account.measure.clone(),
                    account.holder.clone(),
                    account.span.to_string(),
                    grouped(i128::from(b.used)),
                    grouped(i128::from(b.reserved)),
                ]);
            }
            table.render(usize::MAX, 0)
        }
        (form, Some(_)) => {
            let mut told = Vec::new();
            for (account, _) in &accounts {
                let one = ledger.read(|reader| statement(reader, account, as_of, args.last))?;
                told.extend(one);
            }
            match form {
                Form::Json => {
                    let all: Vec<_> = told.iter().map(as_json).collect();
                    format!("{}\n", serde_json::to_string_pretty(&all)?)
                }
                _ => told.iter().map(as_text).collect::<Vec<_>>().join("\n"),
            }
        }
    };
    print(args.out.output.as_deref(), &text)?;
    Ok(Ended::Well)
}

/// A row for each movement, newest first in each account.
fn movements(told: &[Statement]) -> Result<String> {
    let mut rows = csv::Writer::from_writer(Vec::new());
    rows.write_record([
        "measure",
        "holder",
        "span",
        "date",
        "id",
        "kind",
        "used",
        "reserved",
        "used_after",
        "reserved_after",
        "recorded",
        "seq",
    ])?;
    for one in told {
        for m in &one.movements {
            rows.write_record([
                one.account.measure.clone(),
                one.account.holder.clone(),
                one.account.span.to_string(),
                m.line.date.to_string(),
                m.entry.id.clone(),
                m.entry.kind.word().to_owned(),
                m.line.used.to_string(),
                m.line.reserved.to_string(),
                m.line.used_after.to_string(),
                m.line.reserved_after.to_string(),
                moment(m.entry.recorded),
                m.line.seq.to_string(),
            ])?;
        }
    }
    Ok(String::from_utf8(rows.into_inner()?)?)
}

fn asked(text: &str) -> Option<Written> {
    serde_json::from_str(text).ok()
}

fn as_json(one: &Statement) -> serde_json::Value {
    let entries: Vec<_> = one
        .movements
        .iter()
        .map(|m| {
            json!({
                "seq": m.line.seq,
                "id": m.entry.id,
                "kind": m.entry.kind,
                "date": m.line.date,
                "recorded": moment(m.entry.recorded),
                "used": m.line.used,
                "reserved": m.line.reserved,
                "used_after": m.line.used_after,
                "reserved_after": m.line.reserved_after,
                "request": serde_json::from_str::<serde_json::Value>(&m.entry.request).ok(),
            })
        })
        .collect();
    json!({
        "account": one.account,
        "used": one.balance.used,
        "reserved": one.balance.reserved,
        "own_limit": one.own_limit.as_ref().map(|l| json!({ "most": l.most, "from": l.from, "cite": l.cite })),
        "entries": entries,
        "more": one.more,
    })
}

fn as_text(one: &Statement) -> String {
    let n = |n: i64| grouped(i128::from(n));
    let mut text = format!(
        "{}: {} used, {} reserved\n",
        one.account,
        n(one.balance.used),
        n(one.balance.reserved)
    );
    if let Some(limit) = &one.own_limit {
        let most = limit.most.map_or_else(|| "none".to_owned(), n);
        text.push_str(&format!(
            "limit of its own from {}: {most} ({})\n",
            limit.from, limit.cite
        ));
    }
    let columns = [
        "day",
        "entry",
        "kind",
        ">used",
        ">reserved",
        ">after: used",
        ">reserved",
        "recorded",
    ];
    let mut table = Table::new(&columns).limit(1, 40);
    for m in &one.movements {
        let what = asked(&m.entry.request);
        let why = what
            .and_then(|w| w.why)
            .map_or_else(String::new, |why| format!(": {why}"));
        table.row([
            m.line.date.to_string(),
            m.entry.id.clone(),
            format!("{}{why}", m.entry.kind.word()),
            n(m.line.used),
            n(m.line.reserved),
            n(m.line.used_after),
            n(m.line.reserved_after),
            moment(m.entry.recorded),
        ]);
    }
    text.push_str(&table.render(usize::MAX, 0));
    if one.more {
        let shown = count(one.movements.len() as u64, "entry is", "entries are");
        text.push_str(&format!("the last {shown} shown; --last N shows more\n"));
    }
    text
}
