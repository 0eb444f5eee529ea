//! Statistics: queries over the events of cases, as of a day, so that they can be made again.
//!
//! A case is received on the day it is registered and decided on the day it ends; what happened
//! after the day asked for is not seen. Returned and withdrawn cases are outcomes of their own: a
//! return is no denial, and whoever counts refusals may add the two.

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;
use tiergate_law::StepDefault;

use crate::clock::{Count, days_between, plus};
use crate::due::due_day;
use crate::error::Error;
use crate::folded::{Case, Folded};
use crate::kind::Kind;
use crate::law_book::LawBook;
use crate::process::denied_from;
use crate::rules::Rules;
use crate::state::State;
use crate::store::Store;

/// A case as statistics see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The case.
    pub case: String,
    /// What it is about.
    pub kind: Kind,
    /// Its country.
    pub country: Option<String>,
    /// Its lane.
    pub lane: Option<String>,
    /// The day it was received.
    pub received: Date,
    /// How it ended, and when; none while it is open.
    pub decided: Option<(&'static str, Date)>,
    /// Days from the one to the other, or so far.
    pub calendar_days: i64,
    /// Of them, those that count (750.4(b)).
    pub counted_days: i64,
    /// Days each agency took to advise: none that is still to, or that let its day pass.
    pub agencies: Vec<(String, Option<i64>)>,
}

/// Every case as of a day.
///
/// # Errors
///
/// The store's or the law's.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::{LawBook, demo, enter, statistics, store::Memory};
/// use tiergate_law::{LawRef, View};
/// let library = demo::library();
/// let law = LawBook::new(&library, LawRef::us(), View::Text).unwrap();
/// let mut store = Memory::default();
/// enter(&mut store, &law, &demo::registered(date(2026, 1, 5))).unwrap();
/// let rows = statistics::rows(&mut store, &law, date(2026, 1, 20)).unwrap();
/// assert_eq!((rows[0].decided, rows[0].calendar_days), (None, 15));
/// assert!(statistics::rows(&mut store, &law, date(2026, 1, 4)).unwrap().is_empty());
/// ```
pub fn rows(store: &mut dyn Store, law: &LawBook<'_>, as_of: Date) -> Result<Vec<Row>, Error> {
    rows_of(store, law, &Folded::default(), as_of)
}

/// The same, of cases that are kept folded: one in which something happened after the day is told
/// from its events.
///
/// # Errors
///
/// The store's or the law's.
pub fn rows_of(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    folded: &Folded,
    as_of: Date,
) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    for case in folded.all(store, law)? {
        let seen = seen(store, &case, as_of)?;
        rows.extend(seen.map(|state| row(&state, &case.rules, as_of)));
    }
    Ok(rows)
}

/// A case as it was on a day: none before it was there.
fn seen<'c>(
    store: &mut dyn Store,
    case: &'c Case,
    as_of: Date,
) -> Result<Option<Cow<'c, State>>, Error> {
    let state = &case.state;
    if state.last.0 <= as_of {
        return Ok(Some(Cow::Borrowed(state)));
    }
    if state.registered > as_of {
        return Ok(None);
    }
    let log = store.log(&state.case)?;
    let events = log.iter().map(|l| &l.event).filter(|e| e.day <= as_of);
    Ok(State::fold(&case.rules, events)?.map(Cow::Owned))
}

/// One case as of a day, of which it has no later event.
fn row(state: &State, rules: &Rules, as_of: Date) -> Row {
    let application = &state.application;
    let decided = match state.closed {
        Some((how, on)) => Some((how.word(), on)),
        // A denial that became final by the day alone.
        None => denied_from(state, rules, as_of).map(|due| ("denied", due.day)),
    };
    let upto = decided.map_or(as_of, |(_, on)| on);
    let process = application
        .kind
        .processes()
        .first()
        .copied()
        .unwrap_or_default();
    let count = Count {
        start: state.registered,
        what: "registered".to_owned(),
        pauses: state
            .pauses
            .iter()
            .filter(|p| p.process == process)
            .collect(),
    };
    let agencies = state.referrals.iter().map(|r| {
        let days = r.advice.as_ref().map(|given| days_between(r.on, given.on));
        (r.agency.clone(), days)
    });
    Row {
        case: state.case.clone(),
        kind: application.kind,
        country: application.country.clone(),
        lane: application.lane.clone(),
        received: state.registered,
        decided,
        calendar_days: days_between(state.registered, upto),
        counted_days: count.counted(upto),
        agencies: agencies.collect(),
    }
}

/// By what rows are counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// All of them.
    All,
    /// By kind of case.
    Kind,
    /// By country.
    Country,
    /// By lane.
    Lane,
    /// By outcome.
    Outcome,
    /// By agency that was asked; its days are those it took to advise.
    Agency,
}

/// How many came and went, and how long it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What they have in common.
    pub of: String,
    /// Received; of an agency, referred to it.
    pub received: usize,
    /// Decided; of an agency, advised on.
    pub decided: usize,
    /// Decided, by outcome.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// The middle of the days: of two in the middle, the lower.
    pub median_days: Option<i64>,
    /// The days within which nine of ten were decided.
    pub days_90th: Option<i64>,
    /// Open.
    pub open: usize,
}

/// One that is counted: its outcome and its days, if it has them yet.
type Member = (Option<&'static str>, Option<i64>);

/// Summaries of rows received within days, the first and the last among them.
///
/// ```
/// use tiergate_cases::statistics::{By, summaries};
/// assert!(summaries(&[], By::Country, None).is_empty());
/// ```
#[must_use]
pub fn summaries(rows: &[Row], by: By, received: Option<(Date, Date)>) -> Vec<Summary> {
    let within =
        |row: &&Row| received.is_none_or(|(from, to)| from <= row.received && row.received <= to);
    let unknown = || "not given".to_owned();
    let mut groups: BTreeMap<String, Vec<Member>> = BTreeMap::new();
    for row in rows.iter().filter(within) {
        let outcome = row.decided.map(|(how, _)| how);
        let days = row.decided.map(|_| row.calendar_days);
        let of = match by {
            By::Agency => {
                for (agency, days) in &row.agencies {
                    let advised = days.map(|_| "advised");
                    groups
                        .entry(agency.clone())
                        .or_default()
                        .push((advised, *days));
                }
                continue;
            }
            By::All => "all".to_owned(),
            By::Kind => row.kind.word().to_owned(),
            By::Country => row.country.clone().unwrap_or_else(unknown),
            By::Lane => row.lane.clone().unwrap_or_else(unknown),
            By::Outcome => outcome.unwrap_or("open").to_owned(),
        };
        groups.entry(of).or_default().push((outcome, days));
    }
    let summary = |(of, members): (String, Vec<Member>)| {
        let mut days: Vec<i64> = members.iter().filter_map(|(_, days)| *days).collect();
        days.sort_unstable();
        let mut outcomes = BTreeMap::new();
        for outcome in members.iter().filter_map(|(outcome, _)| *outcome) {
            *outcomes.entry(outcome).or_insert(0) += 1;
        }
        Summary {
            of,
            received: members.len(),
            decided: days.len(),
            outcomes,
            median_days: percentile(&days, 50),
            days_90th: percentile(&days, 90),
            open: members.len() - days.len(),
        }
    };
    groups.into_iter().map(summary).collect()
}

/// The smallest of sorted days within which so many percent of them lie.
///
/// ```
/// use tiergate_cases::statistics::percentile;
/// assert_eq!(percentile(&[10, 20, 30, 40], 50), Some(20));
/// assert_eq!(percentile(&[10, 20, 30, 40], 90), Some(40));
/// assert_eq!(percentile(&[], 50), None);
/// ```
#[must_use]
pub fn percentile(sorted: &[i64], percent: usize) -> Option<i64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// How many cases were open at the end of each day, from one day to another.
///
/// ```
/// use jiff::civil::date;
/// use tiergate_cases::statistics::backlog;
/// let day = date(2026, 1, 5);
/// assert_eq!(backlog(&[], day, day), [(day, 0)]);
/// ```
#[must_use]
pub fn backlog(rows: &[Row], from: Date, to: Date) -> Vec<(Date, usize)> {
    let open_on = |day: Date| {
        let open = rows
            .iter()
            .filter(|r| r.received <= day && r.decided.is_none_or(|(_, on)| on > day));
        open.count()
    };
    let days = 0..=days_between(from, to);
    days.map(|n| plus(from, n))
        .map(|day| (day, open_on(day)))
        .collect()
}

/// An agency that was silent when its day came: how often.
///
/// # Errors
///
/// The store's or the law's.
pub fn silences(
    store: &mut dyn Store,
    law: &LawBook<'_>,
    as_of: Date,
) -> Result<BTreeMap<String, usize>, Error> {
    let mut found = BTreeMap::new();
    for case in Folded::default().all(store, law)? {
        let Some(state) = seen(store, &case, as_of)? else {
            continue;
        };
        let rules = &case.rules;
        // A case that ended before the day came had no need of the advice.
        let upto = state.closed.map_or(as_of, |(_, on)| on);
        let silence = |s: &&crate::rules::Rule| s.is.then == Some(StepDefault::NoObjection);
        let step = rules.steps(state.application.kind).find(silence);
        let past = step
            .and_then(|s| due_day(&state, rules, s, upto))
            .is_some_and(|d| d.day < upto);
        for referral in state
            .referrals
            .iter()
            .filter(|r| past && r.advice.is_none())
        {
            *found.entry(referral.agency.clone()).or_insert(0) += 1;
        }
    }
    Ok(found)
}

/// Rows as CSV, one a case: every figure above can be made from them.
///
/// # Errors
///
/// When it cannot be written.
pub fn rows_csv(rows: &[Row]) -> Result<String, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let head = [
        "case",
        "kind",
        "country",
        "lane",
        "received",
        "outcome",
        "decided",
        "calendar_days",
        "counted_days",
        "agencies",
    ];
    write(&mut out, &head)?;
    for r in rows {
        let days = |d: &Option<i64>| d.map_or_else(|| "-".to_owned(), |d| d.to_string());
        let agencies: Vec<String> = r
            .agencies
            .iter()
            .map(|(a, d)| format!("{a}:{}", days(d)))
            .collect();
        let (outcome, decided) = r
            .decided
            .map_or(("open", String::new()), |(how, on)| (how, on.to_string()));
        let fields = [
            r.case.clone(),
            r.kind.word().to_owned(),
            r.country.clone().unwrap_or_default(),
            r.lane.clone().unwrap_or_default(),
            r.received.to_string(),
            outcome.to_owned(),
            decided,
            r.calendar_days.to_string(),
            r.counted_days.to_string(),
            agencies.join(" "),
        ];
        write(&mut out, &fields)?;
    }
    finished(out)
}

/// Summaries as CSV.
///
/// # Errors
///
/// When it cannot be written.
///
/// ```
/// use tiergate_cases::statistics::summaries_csv;
/// assert_eq!(
///     summaries_csv(&[]).unwrap(),
///     "of,received,decided,open,median_days,days_90th,outcomes\n"
/// );
/// ```
pub fn summaries_csv(all: &[Summary]) -> Result<String, Error> {
    let mut out = csv::Writer::from_writer(Vec::new());
    write(
        &mut out,
        &[
            "of",
            "received",
            "decided",
            "open",
            "median_days",
            "days_90th",
            "outcomes",
        ],
    )?;
    let days = |d: Option<i64>| d.map(|d| d.to_string()).unwrap_or_default();
    for s in all {
        let outcomes: Vec<String> = s
            .outcomes
            .iter()
            .map(|(how, n)| format!("{how}:{n}"))
            .collect();
        let fields = [
            s.of.clone(),
            s.received.to_string(),
            s.decided.to_string(),
            s.open.to_string(),
            days(s.median_days),
            days(s.days_90th),
            outcomes.join(" "),
        ];
        write(&mut out, &fields)?;
    }
    finished(out)
}

/// A field as a sheet shows it: what a sheet would take for a formula is marked as text.
fn field(text: &str) -> std::borrow::Cow<'_, str> {
    let number = text.parse::<f64>().is_ok();
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) && !number {
        true => format!("'{text}").into(),
        false => text.into(),
    }
}

fn write<T: AsRef<str>>(out: &mut csv::Writer<Vec<u8>>, fields: &[T]) -> Result<(), Error> {
    let fields = fields.iter().map(|text| field(text.as_ref()).into_owned());
    out.write_record(fields.collect::<Vec<_>>())
        .map_err(|e| Error::Other(format!("the table cannot be written: {e}")))
}

fn finished(out: csv::Writer<Vec<u8>>) -> Result<String, Error> {
    let bytes = out
        .into_inner()
        .map_err(|e| Error::Other(format!("the table cannot be written: {e}")))?;
    String::from_utf8(bytes).map_err(|e| Error::Other(format!("the table is no text: {e}")))
}
