//! `tiergate ledger limits`: each country and company against its cap.

use anyhow::Result;
use jiff::civil::Date;
use serde_json::json;
use tiergate_law::{Fact, LawRef, nearest};
use tiergate_ledger::{Account, AsOf, Balance, Error, LawQuotas, Limit, balance_as_of, grouped};

use super::statement::Form;
use super::{Out, today};
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

/// A limit and what is drawn on it.
struct Row {
    quota: String,
    account: Account,
    balance: Balance,
    most: Option<i64>,
    cite: String,
}

impl Row {
    fn left(&self) -> Option<i64> {
        self.most.map(|most| (most - self.balance.total()).max(0))
    }

    /// Used and reserved in hundredths of the limit.
    fn percent(&self) -> Option<i128> {
        let most = i128::from(self.most?);
        let total = i128::from(self.balance.total());
        Some(if most > 0 {
            total * 100 / most
        } else if total > 0 {
            999
        } else {
            0
        })
    }
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let day = args.as_of.unwrap_or_else(today);
    let view = args.law.view.unwrap_or_default();
    let quotas = LawQuotas::new(&desk, &args.law, view, None);
    let regime = desk
        .library
        .consolidate(&args.law, args.law.date.unwrap_or(day), view)?;
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
    let as_of = AsOf {
        day: Some(day),
        recorded: None,
    };
    let measure = |path: &str| path.strip_prefix("used.").unwrap_or(path).to_owned();
    let rows = ledger.read(|reader| {
        let mut rows = Vec::new();
        for listed in reader.accounts(None)? {
            let balance = balance_as_of(reader, &listed, as_of)?;
            let own: Vec<_> = reader.limits(listed.row.id)?;
            let own = own
                .iter()
                .filter(|(_, l)| l.from <= day)
                .max_by_key(|(seq, l)| (l.from, *seq));
            let own = own.and_then(|(_, l)| Some((l.most?, l.cite.clone())));
            let empty = listed.row.last.is_none() && !listed.row.limited;
            if empty || !listed.account.span.holds(day) {
                continue;
            }
            let counting = regime.quotas.iter().filter(|q| {
                !q.is.counts_only
                    && measure(Fact::Number(q.is.used).path()) == listed.account.measure
            });
            let mut met = false;
            for quota in counting {
                met = true;
                let schedule = quotas
                    .schedule(quota, &listed.account.holder)
                    .map_err(|e| Error::Other(e.to_string()))?;
                let (most, cite) = match (&own, schedule.at(day)) {
                    (Some((most, cite)), _) => (Some(*most), cite.clone()),
                    (None, Some(step)) => {
                        let whole = match (step.limit, quota.is.share_of) {
                            (Limit::Share { .. }, Some(of)) => {
                                // The entity is what stands before the country in the holder.
                                let holder = listed
                                    .account
                                    .holder
                                    .split(" / ")
                                    .next()
                                    .unwrap_or_default();
                                let of = measure(Fact::Number(of).path());
                                let whole = Account::new(of, holder, listed.account.span);
                                match reader
                                    .account(&whole.key())?
                                    .filter(|w| w.row.last.is_some())
                                {
                                    Some(whole) => balance_as_of(reader, &whole, as_of)?.total(),
                                    // What it would be a share of is not counted: it is another's limit.
                                    None => continue,
                                }
                            }
                            _ => 0,
                        };
                        (step.limit.most(whole, 0), step.cite.clone())
                    }
                    (None, None) => (None, String::new()),
                };
                rows.push(Row {
                    quota: quota.id.clone(),
                    account: listed.account.clone(),
                    balance,
                    most,
                    cite,
                });
            }
            if !met && let Some((most, cite)) = own {
                rows.push(Row {
                    quota: listed.account.measure.clone(),
                    account: listed.account,
                    balance,
                    most: Some(most),
                    cite,
                });
            }
        }
        Ok(rows)
    })?;
    let mut rows: Vec<Row> = rows
        .into_iter()
        .filter(|row| args.quota.as_ref().is_none_or(|q| *q == row.quota))
        .collect();
    // What is nearest to its limit stands first.
    rows.sort_by_key(|row| (row.quota.clone(), std::cmp::Reverse(row.percent())));
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

fn written(args: &Args, rows: &[Row], day: Date) -> Result<String> {
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
