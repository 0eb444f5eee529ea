//! `tiergate law timeline`: one item and destination through time.

mod axis;
mod html;
mod text;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use serde::Serialize;
use tiergate_engine::{DecisionRecord, Desk};
use tiergate_law::{Body, Date, Entry, Event, LawRef, Library, View};
use tiergate_order::{Order, Resolved};

use crate::cli::{Cli, Ended};
use crate::options::AssumeArgs;
use crate::order_args::{OrderArgs, require_destination};
use crate::report::print;
use crate::style::{Style, grouped};
use crate::verdict::{Bench, sign};

/// Show the answers to one order through time, under the law as printed and as enforced
///
/// The order is decided on every day on which the law may change, as if it shipped on that day;
/// neighboring spans with the same answer are one. Each span says what changed the answer: what
/// begins or ends on its first day. The order's own date, if --order gives one, is not used.
///
/// Where nothing is assumed by --assume, what people leave unsaid is taken for granted and said: a
/// party is headquartered and owned where it is, is on no list, has no listed owner and runs a data
/// center. --as-given leaves open what the order does not say.
///
/// --from is the country the item leaves, as for `explain`; --since and --until are the days shown.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    order: OrderArgs,

    /// Law to walk through: us or a PROPOSAL, both views unless :text or :enforced is added; may be
    /// repeated
    #[arg(long = "law", value_name = "LAW", default_value = "us")]
    laws: Vec<LawRef>,

    /// First day shown; the start of the year of the first change the law data holds when absent
    #[arg(long, value_name = "DATE")]
    since: Option<Date>,

    /// Last day shown; open-ended when absent, so that every scheduled change is shown
    #[arg(long, value_name = "DATE")]
    until: Option<Date>,

    #[command(flatten)]
    assume: AssumeArgs,

    /// Take nothing for granted that the order does not say
    #[arg(long, conflicts_with = "assume")]
    as_given: bool,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,

    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How the timeline is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A strip of signs and a table for each law and view
    Text,
    /// One JSON object
    Json,
    /// One page that needs nothing else: a drawing and a table for each law and view
    Html,
}

/// One order through time.
#[derive(Debug, Serialize)]
struct Timeline {
    /// Id of the order.
    id: String,
    /// The fields given.
    order: serde_json::Map<String, serde_json::Value>,
    /// What was taken for granted.
    assumptions: Vec<String>,
    /// First day.
    since: Date,
    /// Last day; none when open-ended.
    until: Option<Date>,
    /// One for each law and view.
    strips: Vec<Strip>,
    /// What is ordered and where it goes, in words.
    #[serde(skip)]
    title: String,
    /// The last day of a drawing, when there is no last day.
    #[serde(skip)]
    drawn_until: Date,
}

impl Timeline {
    /// What would settle the days whose answer is open; none when there are none.
    fn hint(&self) -> Option<String> {
        let mut missing: Vec<&str> = Vec::new();
        for span in self.strips.iter().flat_map(|s| &s.spans) {
            for fact in &span.answer.missing {
                if !missing.contains(&fact.as_str()) {
                    missing.push(fact);
                }
            }
        }
        (!missing.is_empty()).then(|| {
            format!(
                "? turns on facts that the order does not give: {}. Give them with --set FACT=VALUE, or \
                 take them for granted with --assume, such as --assume screened.",
                missing.join(", ")
            )
        })
    }
}

/// One law in one view.
#[derive(Debug, Serialize)]
struct Strip {
    /// `us` or a proposal.
    law: String,
    /// `text` or `enforced`.
    view: &'static str,
    /// Spans of days with one answer, in order.
    spans: Vec<Span>,
    /// The law in words.
    #[serde(skip)]
    title: String,
    /// The same, short enough to stand above a strip.
    #[serde(skip)]
    label: String,
}

/// Days with one answer.
#[derive(Debug, Serialize)]
struct Span {
    /// First day.
    from: Date,
    /// Last day; none when no change is scheduled after it.
    to: Option<Date>,
    #[serde(flatten)]
    answer: Answer,
    /// What begins or ends on the first day; nothing for the first span.
    changed_by: Vec<Cause>,
}

/// What the law says of the order.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Answer {
    outcome: &'static str,
    authority: Option<String>,
    review: Option<&'static str>,
    /// Facts the outcome depends on.
    missing: Vec<String>,
    /// Facts only the authority or the review depends on.
    missing_detail: Vec<String>,
    possible: Vec<String>,
    /// Contested readings that change the answer.
    readings: Vec<Contested>,
}

/// A contested reading the answer turns on.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Contested {
    id: String,
    cite: String,
    read_as: String,
    /// What the other options give.
    otherwise: Vec<String>,
}

/// An instrument that begins or ends something on a day.
#[derive(Debug, Serialize)]
struct Cause {
    instrument: String,
    title: String,
    events: Vec<Happening>,
}

/// What begins or ends.
#[derive(Debug, Serialize)]
struct Happening {
    what: String,
    cite: String,
}

/// What is taken for granted where nothing else is asked for.
const UNSAID: [&str; 5] = [
    "headquarters=location",
    "parent=headquarters",
    "screened",
    "end_uses=datacenter",
    "consignee.listed_ownership_pct=0",
];

impl Args {
    /// What is assumed, as asked or as nobody asks otherwise.
    fn assumed(&self) -> AssumeArgs {
        if self.as_given || !self.assume.assume.is_empty() {
            return self.assume.clone();
        }
        AssumeArgs {
            assume: UNSAID.map(str::to_owned).to_vec(),
        }
    }

    /// The same, in a line; none when nothing is.
    fn assumed_said(&self) -> Option<String> {
        let unsaid = !self.as_given && self.assume.assume.is_empty();
        let said = unsaid.then(|| {
            let all = UNSAID.join(", ");
            format!("Taken for granted where the order is silent (--as-given takes nothing): {all}")
        });
        said.or_else(|| self.assume.said())
    }
}

/// Shows the order through time.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    if let Some(from) = args.order.date_given_as_from() {
        bail!("--from is the country the item leaves; the days shown are --since {from} --until");
    }
    let desk = cli.desk()?;
    let timeline = timeline(&desk, args)?;
    let text = match args.format {
        Format::Json => serde_json::to_string_pretty(&timeline)?,
        Format::Text => {
            let style = Style::page(args.output.is_some());
            text::render(&timeline, args.assumed_said().as_deref(), style)
        }
        Format::Html => html::render(&timeline, args.assumed_said())?,
    };
    print(args.output.as_deref(), &text)?;
    Ok(Ended::Well)
}

/// The laws asked for, each in both views unless one was named.
fn laws(args: &Args) -> Result<Vec<LawRef>> {
    let mut laws: Vec<LawRef> = Vec::new();
    for law in &args.laws {
        if law.date.is_some() {
            bail!("`{law}` is the law of one day; leave the date out, and say --since and --until");
        }
        let views = match law.view {
            Some(view) => vec![view],
            None => vec![View::Text, View::Enforced],
        };
        for view in views {
            let law = LawRef {
                view: Some(view),
                ..law.clone()
            };
            if !laws.contains(&law) {
                laws.push(law);
            }
        }
    }
    Ok(laws)
}

/// The start of the year in which the law data has its first change.
fn first_year(library: &Library) -> Option<Date> {
    let mut days: Vec<Date> = library
        .instruments
        .iter()
        .map(|s| s.instrument.binds_from())
        .collect();
    days.sort_unstable();
    days.dedup();
    let first = *days.first()?;
    let change = days.get(1).copied().unwrap_or(first);
    Some(change.first_of_year().max(first))
}

fn timeline(desk: &Desk, args: &Args) -> Result<Timeline> {
    let laws = laws(args)?;
    let mut bench = Bench::of(desk, laws, (None, None), args.assumed().parse(desk)?)?;
    let mut order = args.order.order()?;
    require_destination(&order)?;
    let since = args.since.or_else(|| first_year(&desk.library));
    let since = since.context("the law data holds no instrument")?;
    if args.until.is_some_and(|until| until < since) {
        bail!("--until lies before the first day shown, {since}");
    }
    order.date = Some(since);
    let resolved = desk.resolve(&order, &bench.assume);
    let resolved = resolved.map_err(|error| args.order.refused(error))?;
    let mut strips = Vec::new();
    let mut last = since;
    for law in 0..bench.count() {
        let strip = strip(&mut bench, law, (since, args.until), &mut order, &resolved)?;
        let breakpoints = desk.library.breakpoints(bench.id(law))?;
        last = breakpoints.last().copied().unwrap_or(since).max(last);
        strips.push(strip);
    }
    let given = order.pairs().into_iter();
    let given = given.filter(|(path, _)| !matches!(path.as_str(), "id" | "date"));
    Ok(Timeline {
        id: order.id.clone(),
        order: given.map(|(path, value)| (path, value.into())).collect(),
        assumptions: resolved.assumptions.clone(),
        since,
        until: args.until,
        strips,
        title: title(desk, &order),
        drawn_until: args.until.unwrap_or_else(|| last.last_of_year()),
    })
}

/// What is ordered and where it goes.
fn title(desk: &Desk, order: &Order) -> String {
    let id = order.chip.as_ref().or(order.contains.as_ref());
    let item = id.and_then(|id| desk.catalog.chip(id)).map_or_else(
        || order.eccn.clone().unwrap_or_else(|| "Item".to_owned()),
        |chip| format!("{} {}", chip.vendor, chip.name),
    );
    let to = order.get("destination").unwrap_or_default();
    let country = to.parse().ok().map(|c| desk.catalog.country_name(c));
    match (order.get("quantity"), country) {
        (Some(n), Some(name)) => format!("{item} (quantity {}) to {name}", grouped(&n)),
        (None, Some(name)) => format!("{item} to {name}"),
        (_, None) => format!("{item} to {to}"),
    }
}

fn strip(
    bench: &mut Bench<'_>,
    law: usize,
    (since, until): (Date, Option<Date>),
    order: &mut Order,
    resolved: &Resolved,
) -> Result<Strip> {
    let desk = bench.desk;
    let (id, view) = (bench.id(law).to_owned(), bench.view(law));
    let mut days = desk.library.breakpoints(&id)?;
    days.retain(|day| *day > since && until.is_none_or(|until| *day <= until));
    days.insert(0, since);
    let mut spans: Vec<Span> = Vec::new();
    for day in days {
        order.date = Some(day);
        let (record, _) = bench.record(law, order, resolved)?;
        let answer = Answer::of(&record);
        if spans.last().is_some_and(|span| span.answer == answer) {
            continue;
        }
        let changed_by = match spans.last_mut() {
            Some(before) => {
                before.to = day.yesterday().ok();
                causes(&desk.library, &id, day, view)?
            }
            None => Vec::new(),
        };
        spans.push(Span {
            from: day,
            to: until,
            answer,
            changed_by,
        });
    }
    let (name, short) = match desk.library.proposal(&id) {
        Some(proposal) => (format!("{} ({id})", proposal.instrument.title), id.as_str()),
        None => ("United States law".to_owned(), "United States law"),
    };
    let words = match view {
        View::Text => "as printed",
        View::Enforced => "as enforced",
    };
    Ok(Strip {
        label: format!("{short}, {words}"),
        title: format!("{name}, {words}"),
        law: id,
        view: view.word(),
        spans,
    })
}

/// The instruments that begin or end something on a day, each with what.
fn causes(library: &Library, law: &str, day: Date, view: View) -> Result<Vec<Cause>> {
    let mut causes: Vec<Cause> = Vec::new();
    for change in library.changes(law, day, view)? {
        let entry = match change.event {
            Event::EntryBegins(entry) | Event::EntryEnds(entry) => Some(entry),
            _ => None,
        };
        if entry.is_some_and(|entry| !bears_on_answers(entry)) {
            continue;
        }
        let what = match change.event {
            Event::Begins => "takes effect".to_owned(),
            Event::Ends => "is no longer in force".to_owned(),
            Event::SetsAside(other) => format!("sets aside {other}"),
            Event::Restores(other) => format!("no longer sets aside {other}"),
            Event::EntryBegins(entry) => format!("{} begins", named(entry)),
            Event::EntryEnds(entry) => format!("{} ends", named(entry)),
        };
        let head = &change.source.instrument;
        let happening = Happening {
            what,
            cite: change.cite.to_owned(),
        };
        match causes.iter_mut().find(|c| c.instrument == head.id) {
            Some(cause) => cause.events.push(happening),
            None => causes.push(Cause {
                instrument: head.id.clone(),
                title: head.title.clone(),
                events: vec![happening],
            }),
        }
    }
    Ok(causes)
}

/// Whether an entry may change an outcome, an authority, a review or what they turn on.
const fn bears_on_answers(entry: &Entry) -> bool {
    !matches!(
        entry.body,
        Body::Note(_) | Body::Duty(_) | Body::RedFlag(_) | Body::Step(_) | Body::Agreement(_)
    )
}

fn named(entry: &Entry) -> String {
    format!("{} {}", entry.body.kind(), entry.id)
}

impl Answer {
    fn of(record: &DecisionRecord) -> Answer {
        let readings = record.readings.iter().map(|reading| Contested {
            id: reading.id.clone(),
            cite: reading.cite.clone(),
            read_as: reading.read_as.clone(),
            otherwise: reading
                .otherwise
                .iter()
                .map(|other| format!("{}: {}", other.name, crate::case::short(other)))
                .collect(),
        });
        Answer {
            outcome: record.outcome,
            authority: record.authority.clone(),
            review: record.review,
            missing: record.missing.clone(),
            missing_detail: record.missing_detail.clone(),
            possible: record.possible.clone(),
            readings: readings.collect(),
        }
    }

    /// The sign of the answer in a strip.
    fn sign(&self) -> char {
        sign(self.outcome, self.review)
    }

    /// The answer in short lines: the outcome, then what it rests on.
    fn lines(&self) -> Vec<String> {
        let mut lines = vec![self.outcome.to_owned()];
        lines.extend(self.authority.as_ref().map(|a| format!("under {a}")));
        lines.extend(self.review.map(|r| format!("review: {r}")));
        let mut list = |what: &str, items: &[String]| {
            if !items.is_empty() {
                lines.push(format!("{what}: {}", items.join(", ")));
            }
        };
        list("missing", &self.missing);
        list("possible", &self.possible);
        list("not given, for authority or review", &self.missing_detail);
        for reading in &self.readings {
            let otherwise = reading.otherwise.join("; ");
            lines.push(format!(
                "contested: {} read as {} ({otherwise})",
                reading.id, reading.read_as
            ));
        }
        lines
    }
}

impl Cause {
    /// The instrument and what it does on the day, in one text.
    fn text(&self) -> String {
        let events = self.events.iter();
        let events: Vec<String> = events.map(|e| format!("{} ({})", e.what, e.cite)).collect();
        format!("{}: {}", self.title, events.join("; "))
    }
}

impl Span {
    /// First and last day in words.
    fn days(&self) -> String {
        match self.to {
            Some(to) => format!("{} to {to}", self.from),
            None => format!("from {}", self.from),
        }
    }
}
