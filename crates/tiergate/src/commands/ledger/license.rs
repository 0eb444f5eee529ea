//! `tiergate ledger license`: a license as it is issued.
//!
//! The order it was applied for is decided; what an approval draws on, such as a country's
//! allocation, is drawn when it is issued. Its quantity and its value, with the tolerance the law
//! allows on the value, limit what ships under it.

use std::path::PathBuf;

use anyhow::{Result, bail};
use serde_json::json;
use tiergate_engine::{Desk, Names};
use tiergate_law::Num;
use tiergate_ledger::{Act, Answer, Basis, Entry, LawQuotas, Part, Refusal, Reserve};

use super::Entering;
use crate::cli::{Cli, Ended};
use crate::commands::decide::{
    asked, leave_out, license_accounts, license_entry, own_limits, units,
};
use crate::ledger_hints::of_another_law;
use crate::options::LawArgs;
use crate::order_paper::{self, Beside};
use crate::pipeline::read_whole;
use crate::report::{Unreadable, print, say};
use crate::verdict::Bench;

/// Enter a license as it is issued, from the order it was applied for
///
/// What an approval draws on is drawn now, all or none: if an allocation does not suffice, no
/// license is entered. Orders then ship under it with `decide --ledger LEDGER --reserve --license
/// NUMBER`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The license's number
    #[arg(value_name = "NUMBER")]
    number: String,

    /// A file with the one order the license is for; its quantity and value_usd are the license's
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Why it is licensed though the law's policy is denial, as it is where an allocation is used up
    #[arg(long, value_name = "TEXT")]
    despite: Option<String>,

    /// The last day it is valid: nothing is reserved or ships under it after that
    #[arg(long, value_name = "DATE")]
    until: Option<jiff::civil::Date>,

    #[command(flatten)]
    law: LawArgs,

    #[command(flatten)]
    entering: Entering,
}

/// The value in the law that says by how much the value of a license may be exceeded.
const TOLERANCE: &str = "license-value-tolerance";

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let mut bench = Bench::new(&desk, &args.law)?;
    if bench.count() != 1 {
        bail!("a ledger goes with one law: limits are the law's");
    }
    let (name, unit, mut rows) = read_whole(&args.file, None)?;
    let (Some((_, row)), true) = (rows.pop(), rows.is_empty()) else {
        return Err(Unreadable::new(format!("{name}: a license is for one order")).into());
    };
    let mut order = match row {
        Ok(order) => order,
        Err(errors) => {
            crate::report::bad_rows(&name, &errors, unit);
            return Ok(Ended::WithFaults);
        }
    };
    let date = match args.entering.date.or(order.date) {
        Some(date) => date,
        None => {
            let what =
                format!("{name}: the order has no date; --date says when the license is issued");
            return Err(Unreadable::new(what).into());
        }
    };
    order.date = Some(date);
    if let Some(until) = args.until
        && until < date
    {
        let what = format!("--until {until}: the license is issued on {date}");
        return Err(Unreadable::new(what).into());
    }
    // What is left out counts as one, and is said so in the decision that is kept.
    let one = order.get("quantity").is_none();
    let usd = order.get("value_usd");
    let usd = usd.ok_or_else(|| {
        Unreadable::new(format!(
            "{name}: the license is limited by value, and `value_usd` is not given"
        ))
    })?;
    let quotas = LawQuotas::new(&desk, bench.law(0), bench.view(0), bench.fixed(0));
    let ledger = args.entering.ledger.open(true)?;
    of_another_law(&ledger, &bench.law(0).id)?;
    let place = bench.place(0, bench.as_of(0, date))?;
    let as_of = bench.as_of(0, date);
    let books = bench.books(place).clone();
    let tolerance = books.book.regime.values.iter().find(|v| v.id == TOLERANCE);
    let tolerance = tolerance.and_then(|v| v.is.now.as_ref());
    let value: Num = usd
        .parse()
        .map_err(|e| Unreadable::new(format!("{name}: `value_usd` {usd}: {e}")))?;
    let (most_value, value_cite) = match tolerance {
        Some(share) => {
            let over = value
                .checked_mul(share.amount)
                .and_then(|more| value.checked_add(more));
            let over = over.ok_or_else(|| {
                Unreadable::new(format!("{name}: `value_usd` {usd} is too large"))
            })?;
            (over, format!("license {}; {}", args.number, share.cite))
        }
        None => (value, format!("license {}", args.number)),
    };
    // The tolerance is not rounded up.
    let most_value: u64 = most_value
        .to_string()
        .split('.')
        .next()
        .unwrap_or_default()
        .parse()?;
    if args.entering.id.is_some() {
        bail!("a license has the id of its number: leave --id out");
    }
    let id = license_entry(&args.number);
    let mut refused: Vec<Refusal> = Vec::new();
    let mut wrong = None;
    let entered = ledger.transact(|book| {
        refused.clear();
        wrong = None;
        let mut stop = |what: String| {
            wrong = Some(what.clone());
            Err(tiergate_ledger::Error::Other(what))
        };
        let first = match desk.resolve(&order, &bench.assume) {
            Ok(resolved) => resolved,
            Err(error) => return stop(format!("{}: `{}` {}", error.field, error.value, error.problem)),
        };
        let names = Names::of(&order);
        let accounts = LawQuotas::accounts(&books.book.regime, date, &names, &first.facts);
        book.hold(accounts.iter().chain(&license_accounts(&args.number)))?;
        let before = Desk::decide(&books.book, &first.facts, &books.readings);
        let mut with_used = order.clone();
        let mut used = LawQuotas::used(book, &before, date, &names, &first.facts)?;
        // A license entered before is decided as it was then.
        if let Some(held) = book.lot(&id)? {
            leave_out(&mut used, held, date);
        }
        let own = own_limits(book, &books.book.regime, &used, date)?;
        for (fact, _, total) in used {
            let path = tiergate_law::Fact::Number(fact).path();
            if let Err(error) = with_used.set(path, &total.to_string()) {
                return stop(format!("{path}: {error}"));
            }
        }
        let mut resolved = match desk.resolve(&with_used, &bench.assume) {
            Ok(resolved) => resolved,
            Err(error) => return stop(format!("{}: `{}` {}", error.field, error.value, error.problem)),
        };
        if one {
            resolved.assumptions.push("quantity = 1 (not given)".to_owned());
        }
        let decision = Desk::decide(&books.book, &resolved.facts, &books.readings);
        if decision.word() == "indeterminate" {
            let missing = crate::words::names(decision.missing());
            return stop(format!("whether the order needs a license is open: it turns on {missing}"));
        }
        if decision.word() != "license-required" {
            return stop(format!("the order needs no license: {}", decision.word()));
        }
        let review = decision.review().unwrap_or_default();
        if review.ends_with("denial") && args.despite.is_none() {
            let own: String = own.iter().map(|own| format!("; {own}")).collect();
            return stop(format!(
                "applications for it fall under a {}{own}; --despite TEXT says why it is licensed all the same",
                review.replace('-', " ")
            ));
        }
        let charges = match &args.despite {
            Some(_) => quotas.charges_despite(&decision, date, &names, &resolved.facts),
            None => quotas.charges(&decision, date, &names, &resolved.facts, None),
        };
        let charges = match charges {
            Ok(charges) => charges,
            Err(error) => return stop(error.to_string()),
        };
        let quantity = match units(&resolved.facts) {
            Ok(units) => units,
            Err(error) => return stop(error),
        };
        let record = books.record(&with_used, &resolved, as_of);
        let given = order_paper::write(&with_used, &Beside::default());
        let bytes = serde_json::to_vec(&given).unwrap_or_default();
        let order_digest = book.keep_paper("order", &bytes)?;
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        let digest = book.keep_paper("decision", &bytes)?;
        let entry = |id: String, act| Entry {
            id,
            date,
            by: args.entering.by.clone(),
            act,
        };
        let drawn = book.enter(&entry(
            id.clone(),
            Act::Reserve(Reserve {
                order: order.id.clone(),
                quantity,
                charges,
                decision: Some(Basis {
                    asked: Some(asked(&order, &[])),
                    digest,
                    law: record.law.clone(),
                    as_of,
                    view: bench.view(0).word().to_owned(),
                    rules: record.requirements.iter().map(|r| r.id.clone()).collect(),
                    order: Some(order_digest),
                    screening: None,
                }),
                until: args.until,
            }),
        ))?;
        if let Answer::Refused(all) = &drawn.answer {
            refused.clone_from(all);
            return Ok(drawn);
        }
        // What is licensed counts as used from the day it is licensed.
        book.enter(&entry(
            format!("{id}: licensed"),
            Act::Ship(Part {
                of: id.clone(),
                quantity: None,
            }),
        ))?;
        let [of_quantity, of_value] = license_accounts(&args.number);
        let limits = [
            (of_quantity, quantity, value_cite.clone()),
            (of_value, most_value, value_cite.clone()),
        ];
        for (account, most, cite) in limits {
            book.enter(&entry(
                format!("{id}: {}", account.measure),
                Act::Limit {
                    account,
                    most: Some(most),
                    cite,
                },
            ))?;
        }
        Ok(drawn)
    });
    if let Some(what) = wrong {
        say(&format!("error: {what}"));
        return Ok(Ended::WithFaults);
    }
    let receipt = entered?;
    ledger.close()?;
    if args.entering.json {
        let json =
            json!({ "license": args.number, "again": receipt.again, "answer": receipt.answer });
        print(None, &format!("{json}\n"))?;
    } else if refused.is_empty() {
        let again = if receipt.again {
            " (entered before)"
        } else {
            ""
        };
        let most = tiergate_ledger::grouped(i128::from(most_value));
        print(
            None,
            &format!(
                "license {} entered{again}: ships up to {most} USD{} ({value_cite})\n",
                args.number,
                args.until
                    .map_or_else(String::new, |until| format!(" through {until}")),
            ),
        )?;
    } else {
        let each: Vec<String> = refused.iter().map(ToString::to_string).collect();
        print(
            None,
            &format!(
                "license {} not entered\n  {}\n",
                args.number,
                each.join("\n  ")
            ),
        )?;
    }
    Ok(Ended::Well)
}
