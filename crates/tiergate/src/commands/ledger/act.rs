//! Single entries: ship, release, return, expire, correct, limit, done.

use anyhow::Result;
use serde_json::json;
use tiergate_law::{Body, Fact, fact_by_name, nearest};
use tiergate_ledger::{
    Account, Act, Answer, Entry, Kind, Ledger, Part, Receipt, Span, duties_of, grouped, lot,
    measure, moment,
};

use super::Entering;
use crate::cli::{Cli, Ended};
use crate::ledger_args::is_of_one;
use crate::ledger_hints::Holders;
use crate::report::{Unreadable, count, print, say};

/// Which units of which reservation.
#[derive(Debug, Clone, clap::Args)]
struct Units {
    /// The reservation: the id of its order
    #[arg(value_name = "ORDER")]
    of: String,

    /// How many units; all that are left, when it is left out
    #[arg(long, value_name = "N")]
    quantity: Option<u64>,

    #[command(flatten)]
    entering: Entering,
}

/// Ship what is reserved, all of it or some units
#[derive(Debug, clap::Args)]
pub struct ShipArgs {
    #[command(flatten)]
    units: Units,
}

/// Give up what is reserved, all that is left or some units
#[derive(Debug, clap::Args)]
pub struct ReleaseArgs {
    #[command(flatten)]
    units: Units,
}

/// Take note that shipped units came back or are gone
///
/// Whether they are counted no longer is the law's to say: where it says so of loss, damage,
/// failure, relocation or resale, as 748.15(a)(2)(iii)(B) does for national validated end users,
/// the units are given back; elsewhere they stay counted.
#[derive(Debug, clap::Args)]
pub struct ReturnArgs {
    #[command(flatten)]
    units: Units,

    /// Why
    #[arg(long, value_parser = tiergate_law::RETURN_REASONS)]
    why: String,
}

/// Let every reservation lapse whose last day is past
#[derive(Debug, clap::Args)]
pub struct ExpireArgs {
    #[command(flatten)]
    entering: Entering,
}

/// An account: what is counted, for whom, over which days.
#[derive(Debug, Clone, clap::Args)]
struct AccountArgs {
    /// What is counted, such as lpp, country-allocation, veu.total, license.value
    #[arg(value_name = "MEASURE")]
    measure: String,

    /// For whom: a name, a country, or both with ` / ` between
    #[arg(value_name = "HOLDER")]
    holder: String,

    /// Over which days: a year, 2025-01-01..2027-12-31, or all; told from the accounts there are,
    /// when it is left out
    #[arg(long, value_name = "SPAN")]
    span: Option<Span>,

    /// Take the measure as it is given, though no law counts it
    #[arg(long)]
    as_given: bool,
}

/// Put a count right: add to what is used on an account, or take away
///
/// Also for what was counted before there was a ledger, such as the installed base of a validated
/// end user.
#[derive(Debug, clap::Args)]
pub struct CorrectArgs {
    #[command(flatten)]
    account: AccountArgs,

    /// What is added; below zero to take away
    #[arg(long, allow_negative_numbers = true, value_name = "N")]
    add: i64,

    /// Why
    #[arg(long, value_name = "TEXT")]
    why: String,

    #[command(flatten)]
    entering: Entering,
}

/// Set a limit of one account's own, such as an agreement's, from a day on
#[derive(Debug, clap::Args)]
pub struct LimitArgs {
    #[command(flatten)]
    account: AccountArgs,

    /// The most it may hold; when it is left out, the law alone limits it from that day
    #[arg(long, value_name = "N")]
    most: Option<u64>,

    /// What sets it
    #[arg(long, value_name = "TEXT")]
    cite: String,

    #[command(flatten)]
    entering: Entering,
}

/// Note that a duty of an order was done: a certification had, a notice sent
#[derive(Debug, clap::Args)]
pub struct DoneArgs {
    /// The reservation: the id of its order
    #[arg(value_name = "ORDER")]
    of: String,

    /// The duty, as the decision names it
    #[arg(value_name = "DUTY")]
    duty: String,

    /// A file that shows it, kept with the ledger
    #[arg(long, value_name = "FILE")]
    paper: Option<std::path::PathBuf>,

    /// Take the duty as it is given, though the decision lays down none of its name
    #[arg(long)]
    as_given: bool,

    #[command(flatten)]
    entering: Entering,
}

pub fn ship(args: &ShipArgs) -> Result<Ended> {
    part(&args.units, Kind::Ship, None)
}

pub fn release(args: &ReleaseArgs) -> Result<Ended> {
    part(&args.units, Kind::Release, None)
}

pub fn take_back(args: &ReturnArgs) -> Result<Ended> {
    part(&args.units, Kind::Return, Some(&args.why))
}

fn part(units: &Units, kind: Kind, why: Option<&str>) -> Result<Ended> {
    let date = units.entering.date();
    let many = units
        .quantity
        .map_or_else(|| "all".to_owned(), |n| n.to_string());
    let part = Part {
        of: units.of.clone(),
        quantity: units.quantity,
    };
    let (act, told) = match (kind, why) {
        (Kind::Ship, _) => (Act::Ship(part), String::new()),
        (Kind::Release, _) => (Act::Release(part), String::new()),
        (_, why) => {
            let why = why.unwrap_or_default().to_owned();
            let told = format!(" {why}");
            (Act::Return { part, why }, told)
        }
    };
    let id = format!("{}{told} {many} of {} on {date}", kind.word(), units.of);
    let ledger = units.entering.ledger.open(false)?;
    if kind == Kind::Return
        && let Some(why) = before_it(&ledger, &units.of, date)?
    {
        return Ok(wrong(&why));
    }
    enter(&ledger, &units.entering, id, date, act, Some(&units.of))
}

pub fn expire(args: &ExpireArgs) -> Result<Ended> {
    let date = args.entering.date();
    if date > super::today() {
        return Ok(wrong(&format!(
            "{date} has not come: a reservation lapses once its last day is past"
        )));
    }
    let ledger = args.entering.ledger.open(false)?;
    let due = ledger.read(|reader| {
        let open = reader.open()?;
        let past = open
            .into_iter()
            .filter(|(_, until)| until.is_some_and(|until| until < date));
        let mut due = Vec::new();
        for (seq, _) in past {
            due.extend(reader.at(seq)?.map(|entry| entry.id));
        }
        Ok(due)
    })?;
    let mut lapsed = 0;
    for of in due {
        let entry = Entry {
            id: format!("expire {of}"),
            date,
            by: args.entering.by.clone(),
            act: Act::Expire(Part {
                of: of.clone(),
                quantity: None,
            }),
        };
        let receipt = ledger.submit(entry)?;
        say(&told(&receipt));
        lapsed += u64::from(receipt.accepted() && !receipt.again);
    }
    say(&format!(
        "{} lapsed",
        count(lapsed, "reservation", "reservations")
    ));
    ledger.close()?;
    Ok(Ended::Well)
}

pub fn correct(cli: &Cli, args: &CorrectArgs) -> Result<Ended> {
    let date = args.entering.date();
    if let Some(why) = args.account.unknown(cli, &args.entering)? {
        return Ok(wrong(&why));
    }
    let ledger = args.entering.ledger.open(true)?;
    let account = args.account.account(&ledger)?;
    let id = format!("correct {account} by {} on {date}: {}", args.add, args.why);
    let act = Act::Correct {
        account,
        amount: args.add,
        why: args.why.clone(),
    };
    enter(&ledger, &args.entering, id, date, act, None)
}

pub fn limit(cli: &Cli, args: &LimitArgs) -> Result<Ended> {
    let date = args.entering.date();
    if let Some(why) = args.account.unknown(cli, &args.entering)? {
        return Ok(wrong(&why));
    }
    let ledger = args.entering.ledger.open(true)?;
    let account = args.account.account(&ledger)?;
    let most = args
        .most
        .map_or_else(|| "none".to_owned(), |n| n.to_string());
    let id = format!("limit {account} to {most} from {date}: {}", args.cite);
    let act = Act::Limit {
        account,
        most: args.most,
        cite: args.cite.clone(),
    };
    enter(&ledger, &args.entering, id, date, act, None)
}

pub fn done(args: &DoneArgs) -> Result<Ended> {
    let date = args.entering.date();
    let ledger = args.entering.ledger.open(false)?;
    if let Some(why) = before_it(&ledger, &args.of, date)? {
        return Ok(wrong(&why));
    }
    if !args.as_given
        && let Some(why) = no_duty(&ledger, &args.of, &args.duty)?
    {
        return Ok(wrong(&why));
    }
    let paper = match &args.paper {
        None => None,
        Some(path) => {
            let body = std::fs::read(path)
                .map_err(|e| Unreadable::because(path.display().to_string(), e))?;
            if body.len() > PAPER_MAX {
                let (path, most) = (path.display(), PAPER_MAX >> 20);
                return Err(Unreadable::new(format!("{path} is larger than {most} MiB")).into());
            }
            Some(ledger.transact(|book| book.keep_paper("shown", &body))?)
        }
    };
    let act = Act::Done {
        of: args.of.clone(),
        duty: args.duty.clone(),
        paper,
    };
    let id = format!("done {} of {} on {date}", args.duty, args.of);
    enter(&ledger, &args.entering, id, date, act, Some(&args.of))
}

/// A paper is at most this large.
const PAPER_MAX: usize = 16 << 20;

/// Says what is wrong with what was given; the program ends as after input that cannot be read.
fn wrong(why: &str) -> Ended {
    say(&crate::style::plain(format!("error: {why}")));
    Ended::WithFaults
}

/// Why nothing about a reservation can happen on a day: it was made for a later one.
fn before_it(ledger: &Ledger, of: &str, date: jiff::civil::Date) -> Result<Option<String>> {
    let held = ledger.read(|reader| lot(reader, of))?;
    let made = held.map(|held| held.made.date).filter(|made| date < *made);
    Ok(made.map(|made| format!("{of} is reserved for {made}: nothing of it happened on {date}")))
}

/// Why a duty is none of a reservation's: the decision kept with it lays down others.
fn no_duty(ledger: &Ledger, of: &str, duty: &str) -> Result<Option<String>> {
    let decision = ledger.read(|reader| {
        let basis = lot(reader, of)?.and_then(|held| held.made.decision);
        match basis {
            Some(basis) => reader.paper(&basis.digest),
            None => Ok(None),
        }
    })?;
    let Some((_, body)) = decision else {
        // There is no such reservation, which the ledger says, or none of a decision.
        return Ok(None);
    };
    let decision: serde_json::Value = serde_json::from_slice(&body)?;
    let of_reviews = decision["reviews"].as_array().into_iter().flatten();
    let of_reviews = of_reviews.flat_map(|r| r["duties"].as_array().into_iter().flatten());
    let mut known: Vec<String> = duties_of(&decision)
        .iter()
        .chain(of_reviews)
        .filter_map(|d| d["id"].as_str().map(str::to_owned))
        .collect();
    known.sort_unstable();
    known.dedup();
    if known.iter().any(|id| id == duty) {
        return Ok(None);
    }
    let has = match known.is_empty() {
        true => "lays down no duty".to_owned(),
        false => format!("lays down {}", known.join(", ")),
    };
    let near = nearest(duty, known.iter().map(String::as_str));
    Ok(Some(format!(
        "`{duty}` is no duty of {of}: its decision {has}{}; --as-given enters it all the same",
        near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
    )))
}

impl AccountArgs {
    /// Why the measure is none: no law of the library counts it, nor does the ledger.
    fn unknown(&self, cli: &Cli, entering: &Entering) -> Result<Option<String>> {
        if self.as_given {
            return Ok(None);
        }
        let desk = cli.desk()?;
        let entries = desk.library.sources().flat_map(|s| &s.entries);
        let counted = entries.filter_map(|entry| match &entry.body {
            Body::Quota(quota) => match fact_by_name(&quota.used.name) {
                Some(Fact::Number(fact)) => Some(measure(fact)),
                _ => None,
            },
            _ => None,
        });
        let mut known: Vec<&str> = counted
            .chain(["license.quantity", "license.value"])
            .collect();
        known.sort_unstable();
        known.dedup();
        if known.contains(&self.measure.as_str()) {
            return Ok(None);
        }
        // What was once taken as given is known where it is.
        if let Ok(ledger) = entering.ledger.open(false)
            && !ledger
                .read(|reader| reader.accounts(Some(&self.measure)))?
                .is_empty()
        {
            return Ok(None);
        }
        let near = nearest(&self.measure, known.iter().copied());
        Ok(Some(format!(
            "no law counts `{}`{}; there are {}; --as-given enters it all the same",
            self.measure,
            near.map_or_else(String::new, |near| format!(": did you mean `{near}`?")),
            known.join(", ")
        )))
    }

    /// The account; without a span, the one there is of this measure and holder.
    fn account(&self, ledger: &Ledger) -> Result<Account> {
        let account = |span| Account::new(self.measure.as_str(), self.holder.as_str(), span);
        if let Some(span) = self.span {
            return Ok(account(span));
        }
        let there = ledger.read(|reader| reader.accounts(Some(&self.measure)))?;
        let same = |a: &Account| account(a.span).key() == a.key();
        let spans: Vec<Span> = there
            .iter()
            .map(|l| &l.account)
            .filter(|a| same(a))
            .map(|a| a.span)
            .collect();
        let others = || {
            there
                .iter()
                .map(|l| l.account.span)
                .find(|span| *span != Span::ALL)
        };
        match (spans.as_slice(), others()) {
            ([span], _) => Ok(account(*span)),
            ([], None) => Ok(account(Span::ALL)),
            ([], Some(span)) => Err(Unreadable::new(format!(
                "{} is counted over spans such as {span}: say which with --span",
                self.measure
            ))
            .into()),
            (several, _) => {
                let several: Vec<String> = several.iter().map(ToString::to_string).collect();
                let several = several.join(", ");
                Err(Unreadable::new(format!("--span says which account: {several}")).into())
            }
        }
    }
}

/// Enters one entry and tells what became of it.
fn enter(
    ledger: &Ledger,
    entering: &Entering,
    id: String,
    date: jiff::civil::Date,
    act: Act,
    of: Option<&str>,
) -> Result<Ended> {
    let id = entering.id.clone().unwrap_or(id);
    let kind = act_kind(&act);
    let entry = Entry {
        id,
        date,
        by: entering.by.clone(),
        act,
    };
    let account = match &entry.act {
        Act::Correct { account, .. } | Act::Limit { account, .. } => Some(account.clone()),
        _ => None,
    };
    if let Some(account) = account {
        Holders::on(ledger, Some(&account.measure), &[])?.warn(&account);
    }
    let receipt = match ledger.submit(entry) {
        Ok(receipt) => receipt,
        Err(error) if is_of_one(&error) => {
            say(&crate::style::plain(format!("error: {error}")));
            return Ok(Ended::WithFaults);
        }
        Err(error) => return Err(error.into()),
    };
    ledger.seal()?;
    if entering.json {
        let json = json!({
            "entry": receipt.id,
            "seq": receipt.seq,
            "recorded": moment(receipt.recorded),
            "again": receipt.again,
            "answer": receipt.answer,
        });
        print(None, &format!("{json}\n"))?;
    } else {
        print(None, &format!("{}\n", told(&receipt)))?;
        if let Some(of) = of
            && let Some(held) = ledger.read(|reader| lot(reader, of))?
        {
            let n = |n: u64| grouped(i128::from(n));
            let line = format!(
                "{of}: {} reserved, {} shipped, {} released, {} returned of {}\n",
                n(held.reserved),
                n(held.shipped),
                n(held.released),
                n(held.returned),
                count(held.made.quantity.unwrap_or(0), "unit", "units"),
            );
            print(None, &line)?;
            if receipt.accepted() && matches!(kind, Kind::Ship) && held.made.date < date {
                say(&format!(
                    "note: it was decided for {}; `ledger recheck --as-of {date}` decides it for the day it ships",
                    held.made.date
                ));
            }
        }
    }
    Ok(Ended::Well)
}

/// Whether it ships.
const fn act_kind(act: &Act) -> Kind {
    match act {
        Act::Ship(_) => Kind::Ship,
        _ => Kind::Done,
    }
}

/// A receipt in one line.
pub fn told(receipt: &Receipt) -> String {
    let again = if receipt.again {
        " (entered before; a second one needs an --id of its own)"
    } else {
        ""
    };
    match &receipt.answer {
        Answer::Accepted(_) => format!("entered: {}{again}", receipt.id),
        Answer::Refused(refusals) => {
            let each: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            format!("refused: {}{again}\n  {}", receipt.id, each.join("\n  "))
        }
    }
}
