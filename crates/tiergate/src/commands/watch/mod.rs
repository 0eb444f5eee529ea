//! `tiergate watch`: purchases that together are above a limit which each alone keeps to.

mod counted;
mod show;
mod words;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tiergate_law::{ConsolidateError, Date, LawRef, Library, Over, View};
use tiergate_watch::{
    Book, Consignment, Limits, Party, RowError, Settings, consignments_csv, consignments_jsonl,
    parties_csv, parties_jsonl, watch,
};

use crate::cli::{Cli, Ended};
use crate::options::ViewArg;
use crate::report::{Unreadable, count, not_an_input, print, say};
use crate::style::plain;

pub use counted::consignments as counted;
pub use show::{Format, show};
pub use words::{about, chance, heading, member, multiple, shared, tpp, year};

/// Look for buyers that are split into several below a limit
///
/// Links parties by bank account, phone, domain, director, address and forwarder, adds up by calendar
/// year what linked parties received, and where that is above the limit weighs what speaks for one
/// buyer. A finding is a reason to ask, not a finding of fact.
///
/// The consignments have the columns id, date, consignee, tpp and perhaps destination and forwarder:
/// give those that draw on the limit. The parties have id and any of name, country, addresses,
/// directors, phones, domains, forwarders, banks, incorporated, site_power_mw, known_parent; several
/// values of a column are parted by `|`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Consignments, CSV or JSON Lines (*.jsonl)
    #[arg(
        long,
        value_name = "FILE",
        required_unless_present = "ledger",
        conflicts_with = "ledger"
    )]
    orders: Option<PathBuf>,

    /// A ledger instead: what is reserved and shipped on the quota, by whose limit it counts on
    #[arg(long, value_name = "LEDGER")]
    ledger: Option<String>,

    /// Parties, CSV or JSON Lines (*.jsonl)
    #[arg(long, value_name = "FILE")]
    parties: PathBuf,

    /// Law that sets the limit; without a date, each year's limit is that of its last day
    #[arg(long, default_value = "us:text", value_name = "LAW")]
    law: LawRef,

    /// Quota of that law that holds the limit
    #[arg(long, default_value = "lpp", value_name = "ID")]
    quota: String,

    /// The limit in TPP for each buyer and calendar year, instead of that of a law
    #[arg(long, value_name = "TPP", conflicts_with_all = ["law", "quota", "view"])]
    limit: Option<u64>,

    /// Leave out consignments after this date, and take the law of this date for its year
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// View of the law where LAW leaves it open
    #[arg(long, value_enum)]
    view: Option<ViewArg>,

    /// Watts a site needs for each TPP installed, to compare what was supplied with known site power
    #[arg(long, value_name = "W")]
    watts_per_tpp: Option<f64>,

    /// Tell findings from this chance on, from 0 to 1
    #[arg(long, value_name = "P")]
    from: Option<f64>,

    /// Other assumptions of the watch than its own, TOML (docs/watch.md lists them)
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads the two files, watches, and shows what was found.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let inputs = std::iter::once(&args.parties)
        .chain(&args.orders)
        .chain(&args.settings);
    not_an_input(args.output.as_deref(), inputs)?;
    let settings = settings(args)?;
    let (parties, bad_parties) = parties(&args.parties)?;
    bad_rows(&args.parties, &bad_parties);
    let (mut orders, bad_orders) = match (&args.orders, &args.ledger) {
        (Some(path), _) => {
            let (orders, bad) = consignments(path)?;
            bad_rows(path, &bad);
            (orders, bad)
        }
        (None, Some(ledger)) => {
            let ledger = crate::ledger_args::open(ledger, false)?;
            let library = cli.desk()?.library;
            let orders = counted::consignments(&library, &args.quota, &ledger, &parties)?;
            (orders, Vec::new())
        }
        (None, None) => bail!("name the consignments with --orders, or a ledger with --ledger"),
    };
    if let Some(last) = args.as_of {
        orders.retain(|order| order.date <= last);
    }
    let years: BTreeSet<i16> = orders.iter().map(|order| order.date.year()).collect();
    let limits = match args.limit {
        Some(tpp) => Limits::new(years.iter().map(|year| (*year, tpp, "--limit"))),
        None => {
            let view = args.law.view.or(args.view.map(View::from));
            let asked = Asked {
                law: &args.law,
                view: view.unwrap_or_default(),
                quota: &args.quota,
                as_of: args.as_of,
            };
            limits_of_law(&cli.desk()?.library, &asked, &years)?
        }
    };
    let book = Book::new(parties, orders);
    if book.undescribed > 0 {
        let who = count(book.undescribed as u64, "consignee is", "consignees are");
        say(&format!(
            "{who} not in {}: nothing links them",
            args.parties.display()
        ));
    }
    let report = watch(&book, &limits, &settings);
    print(args.output.as_deref(), &show(&report, args.format)?)?;
    let faults = !bad_orders.is_empty() || !bad_parties.is_empty();
    Ok(if faults {
        Ended::WithFaults
    } else {
        Ended::Well
    })
}

fn settings(args: &Args) -> Result<Settings> {
    let mut settings = Settings::default();
    if let Some(path) = &args.settings {
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| Unreadable::because(path.display(), error))?;
        let read = toml::from_str(&text);
        settings = read.map_err(|error| Unreadable::because(path.display(), error))?;
    }
    if let Some(from) = args.from {
        if !(0.0..=1.0).contains(&from) {
            bail!("found --from {from}, expected a chance from 0 to 1");
        }
        settings.report_from = from;
    }
    if let Some(watts) = args.watts_per_tpp {
        if !watts.is_finite() || watts <= 0.0 {
            bail!("found --watts-per-tpp {watts}, expected a number above 0 such as 0.09");
        }
        settings.watts_per_tpp = Some(watts);
    }
    Ok(settings)
}

/// What was read, and the rows that cannot be.
pub type Rows<T> = (Vec<T>, Vec<RowError>);

fn consignments(path: &Path) -> Result<Rows<Consignment>> {
    let file = open(path)?;
    Ok(if is_jsonl(path) {
        consignments_jsonl(file)
    } else {
        consignments_csv(file)
    })
}

/// The parties of a file, and its rows that cannot be read.
///
/// # Errors
///
/// A file that cannot be opened.
pub fn parties(path: &Path) -> Result<Rows<Party>> {
    let file = open(path)?;
    Ok(if is_jsonl(path) {
        parties_jsonl(file)
    } else {
        parties_csv(file)
    })
}

fn open(path: &Path) -> Result<BufReader<File>> {
    let file = File::open(path).map_err(|error| Unreadable::because(path.display(), error))?;
    Ok(BufReader::new(file))
}

fn is_jsonl(path: &Path) -> bool {
    path.extension()
        .is_some_and(|e| e == "jsonl" || e == "ndjson")
}

/// Faults that are spelled out; the others are counted.
const FAULTS_SHOWN: usize = 20;

/// Says which rows cannot be read.
pub fn bad_rows(path: &Path, errors: &[RowError]) {
    for error in errors.iter().take(FAULTS_SHOWN) {
        say(&plain(format!("{}, {error}", path.display())));
    }
    let more = errors.len().saturating_sub(FAULTS_SHOWN);
    if more > 0 {
        let more = count(more as u64, "more fault", "more faults");
        say(&format!("{}: and {more}", path.display()));
    }
}

/// Whose limit, by which law.
pub struct Asked<'a> {
    /// The law.
    pub law: &'a LawRef,
    /// Its view.
    pub view: View,
    /// The quota that holds the limit.
    pub quota: &'a str,
    /// The law of this day is taken for its year.
    pub as_of: Option<Date>,
}

/// The limit of each year: that of the law on the last day of the year that is looked at.
pub fn limits_of_law(library: &Library, args: &Asked<'_>, years: &BTreeSet<i16>) -> Result<Limits> {
    let view = args.view;
    let mut limits = Vec::new();
    let mut quotas: BTreeSet<String> = BTreeSet::new();
    for year in years {
        let last = Date::new(*year, 12, 31).with_context(|| format!("there is no year {year}"))?;
        let of_year = args.as_of.map_or(last, |as_of| as_of.min(last));
        let date = args.law.date.unwrap_or(of_year);
        let regime = match library.consolidate(args.law, date, view) {
            // Before the first instrument there is no limit.
            Err(ConsolidateError::TooEarly { .. }) => continue,
            regime => regime?,
        };
        quotas.extend(regime.quotas.iter().map(|q| q.id.clone()));
        let Some(quota) = regime.quotas.iter().find(|q| q.id == args.quota) else {
            continue;
        };
        if quota.is.over != Over::CalendarYear {
            let period = &quota.is.period;
            bail!(
                "quota `{}` runs over: {period}; the watch adds up by calendar year",
                args.quota
            );
        }
        if let Some(limit) = &quota.is.limit {
            let whole = limit
                .amount
                .to_integer()
                .and_then(|n| u64::try_from(n).ok());
            let whole = whole.with_context(|| {
                format!(
                    "the limit of quota `{}`, {}, is no whole amount",
                    args.quota, limit.amount
                )
            })?;
            limits.push((*year, whole, limit.cite.clone()));
        }
    }
    if limits.is_empty() && !years.is_empty() {
        let others = match quotas.len() {
            0 => "that law holds no quota in those years".to_owned(),
            _ => format!(
                "its quotas are {}",
                quotas.into_iter().collect::<Vec<_>>().join(", ")
            ),
        };
        bail!(
            "no limit of quota `{}` under {}:{} in any year of the consignments; {others}",
            args.quota,
            args.law.id,
            view.word()
        );
    }
    Ok(Limits::new(limits))
}
