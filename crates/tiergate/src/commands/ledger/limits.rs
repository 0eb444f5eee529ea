//! `tiergate ledger limits`: each country and company against its cap.

use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;
use tiergate_law::{LawRef, nearest};
use tiergate_ledger::grouped;

use super::statement::Form;
use super::{Out, today};
use crate::caps::{Cap, Caps};
use crate::cli::{Cli, Ended};
use crate::ledger_args::LedgerArgs;
use crate::report::{Unreadable, print, say};
use crate::table::Table;

/// What each country and company has used of its limit, and what is left, on a day
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    ledger: LedgerArgs,

    /// The law whose limits they are: (us | PROPOSAL)[@DATE][:text | :enforced]
    #[arg(long, value_name = "LAW", default_value = "us:text")]
    law: LawRef,

    /// The day; today, when it is left out
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// Only this quota, such as lpp
    #[arg(long, value_name = "QUOTA")]
    quota: Option<String>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Form::Table)]
    format: Form,

    #[command(flatten)]
    out: Out,
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let day = args.as_of.unwrap_or_else(today);
    let caps = Caps::of(&desk, &args.law, day)?;
    let regime = &caps.regime;
    if let Some(asked) = &args.quota
        && !regime.quotas.iter().any(|q| q.id == *asked)
    {
        let known: Vec<&str> = regime.quotas.iter().map(|q| q.id.as_str()).collect();
        let near = nearest(asked, known.iter().copied());
        let what = format!(
            "the law has no quota `{asked}` on {day}{}; it has {}",
            near.map_or_else(String::new, |near| format!(": did you mean `{near}`?")),
            known.join(", ")
        );
        return Err(Unreadable::new(what).into());
    }
    crate::ledger_args::apart(&args.ledger.ledger, args.out.output.as_deref())?;
    let ledger = args.ledger.open(false)?;
    let mut rows = caps.all(&ledger)?;
    rows.retain(|row| args.quota.as_ref().is_none_or(|q| *q == row.quota));
    if rows.is_empty() {
        say(&format!(
            "nothing is drawn on a limit of {} on {day}",
            args.law
        ));
        return Ok(Ended::Well);
    }
    print(args.out.output.as_deref(), &written(args, &rows, day)?)?;
    Ok(Ended::Well)
}

fn written(args: &Args, rows: &[Cap], day: Date) -> Result<String> {
    let n = |n: i64| grouped(i128::from(n));
    Ok(match args.format {
        Form::Table => {
            let columns = [
                "quota",
                "holder",
                "over",
                ">used",
                ">reserved",
                ">limit",
                ">left",
                ">",
                "",
                "by",
            ];
            let mut table = Table::new(&columns).limit(1, 40).limit(9, 48);
            for row in rows {
                let percent = row.percent();
                table.row([
                    row.quota.clone(),
                    row.account.holder.clone(),
                    row.account.span.to_string(),
                    n(row.balance.used),
                    n(row.balance.reserved),
                    row.most.map_or_else(|| "none".to_owned(), n),
                    row.left().map_or_else(|| "-".to_owned(), n),
                    percent.map_or_else(String::new, |p| format!("{p} %")),
                    percent.map_or_else(String::new, bar),
                    row.cite.clone(),
                ]);
            }
            format!("{} on {day}\n{}", args.law, table.render(usize::MAX, 0))
        }
        Form::Json => {
            let all: Vec<_> = rows
                .iter()
                .map(|row| {
                    json!({
                        "quota": row.quota,
                        "account": row.account,
                        "used": row.balance.used,
                        "reserved": row.balance.reserved,
                        "limit": row.most,
                        "left": row.left(),
                        "cite": row.cite,
                    })
                })
                .collect();
            format!("{}\n", serde_json::to_string_pretty(&all)?)
        }
        Form::Csv => {
            let mut out = csv::Writer::from_writer(Vec::new());
            out.write_record([
                "quota", "holder", "span", "used", "reserved", "limit", "left", "cite",
            ])?;
            for row in rows {
                let opt = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
                out.write_record([
                    row.quota.clone(),
                    row.account.holder.clone(),
                    row.account.span.to_string(),
                    row.balance.used.to_string(),
                    row.balance.reserved.to_string(),
                    opt(row.most),
                    opt(row.left()),
                    row.cite.clone(),
                ])?;
            }
            String::from_utf8(out.into_inner()?)?
        }
    })
}

/// A bar of ten parts; what is above the limit ends with a mark.
fn bar(percent: i128) -> String {
    let full = usize::try_from((percent / 10).clamp(0, 10)).unwrap_or(0);
    let over = if percent > 100 { "!" } else { "" };
    format!("{}{}{over}", "█".repeat(full), "·".repeat(10 - full))
}
