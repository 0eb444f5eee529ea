//! `tiergate case timeline`: what happened in a case, and what is due when.

use anyhow::Result;
use clap::ValueEnum;
use serde_json::{Value, json};
use tiergate_cases::{Count, Standing, days_between, dues};
use tiergate_law::{Date, StepDefault};

use super::{Asked, Told, agreed, tell};
use crate::cli::{Cli, Ended};
use crate::report::print;
use crate::table::Table;

/// Show each case's events with their days, and every due day with its computation
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    asked: Asked,

    /// The day asked about; without one, the day of each case's last event
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Table,
    /// One JSON object a case
    Jsonl,
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = cli.desk()?;
    let law = args.asked.law(&desk)?;
    let (cases, faults) = args.asked.told(&law)?;
    let mut out = String::new();
    for (at, case) in cases.iter().enumerate() {
        let day = args.as_of.unwrap_or(case.state.last.0);
        // As of a day, what came after it is not known: neither is what it did.
        let Some(case) = &case.as_of(day)? else {
            continue;
        };
        match args.format {
            Format::Table => {
                out.push_str(if at > 0 { "\n" } else { "" });
                out.push_str(&text(case, day));
            }
            Format::Jsonl => out.push_str(&format!("{}\n", record(case, day))),
        }
    }
    print(None, &out)?;
    tell(&args.asked.file, &faults);
    Ok(match faults.is_empty() {
        true => Ended::Well,
        false => Ended::WithFaults,
    })
}

/// The days counted in the case's own process, up to a day.
fn counted(case: &Told, day: Date) -> i64 {
    let process = case.state.application.kind.processes().first().copied();
    let pauses = case
        .state
        .pauses
        .iter()
        .filter(|p| Some(p.process.as_str()) == process);
    let count = Count {
        start: case.state.registered,
        what: "registered".to_owned(),
        pauses: pauses.collect(),
    };
    // A case that has ended needs no clock.
    let end = case.state.closed.map_or(day, |(_, on)| on.min(day));
    count.counted(end)
}

fn text(case: &Told, day: Date) -> String {
    let state = &case.state;
    let how = match state.closed {
        Some((how, on)) => format!("{} on {on}", how.word()),
        None => "open".to_owned(),
    };
    let mut out = format!(
        "{}: {} ({}), {how}; {} days counted, as of {day}\n\n",
        state.case,
        state.application.title,
        state.application.kind,
        counted(case, day),
    );
    let mut events = Table::new(&["day", ">counted", "event", "by"]);
    for event in &case.events {
        events.row([
            event.day.to_string(),
            counted(case, event.day).to_string(),
            agreed::told(event),
            event.actor.to_string(),
        ]);
    }
    out.push_str(&events.render(usize::MAX, 1));
    out.push_str(&agreed::table(state, day, |stands| standing(*stands, None)));
    let mut due = Table::new(&["due", "step", "stands", "how it was computed", "by"]);
    for d in dues(state, &case.rules, day) {
        let computed = d.due.as_ref();
        due.row([
            computed.map_or_else(String::new, |c| c.day.to_string()),
            d.step.clone(),
            standing(d.standing, d.then),
            computed.map_or_else(String::new, |c| c.says.clone()),
            d.cite.clone(),
        ]);
    }
    if !due.is_empty() {
        out.push('\n');
        out.push_str(&due.render(usize::MAX, 1));
    }
    out
}

fn standing(standing: Standing, then: Option<StepDefault>) -> String {
    match standing {
        Standing::Ahead => "ahead".to_owned(),
        Standing::Open => "open".to_owned(),
        Standing::Overdue { days } => format!("overdue by {days}"),
        Standing::Defaulted => {
            let then = then.map_or("its default", StepDefault::word);
            format!("missed: {then}")
        }
        Standing::Done {
            on,
            late_days: None,
        } => format!("done {on}"),
        Standing::Done {
            on,
            late_days: Some(days),
        } => format!("done {on}, {days} late"),
        Standing::Lapsed => "lapsed".to_owned(),
        Standing::NotNeeded => "not needed".to_owned(),
    }
}

fn record(case: &Told, day: Date) -> Value {
    let state = &case.state;
    let events = case.events.iter();
    let steps = dues(state, &case.rules, day);
    let steps = steps.iter().map(|d| {
        json!({
            "step": d.step, "cite": d.cite, "grade": d.grade.word(), "who": d.who,
            "due": d.due.as_ref().map(|c| c.day), "computation": d.due.as_ref().map(|c| &c.says),
            "latest": d.latest.as_ref().map(|c| c.day), "stands": standing(d.standing, d.then), "default": d.default,
        })
    });
    json!({
        "case": state.case,
        "kind": state.application.kind,
        "as_of": day,
        "counted_days": counted(case, day),
        "calendar_days": days_between(state.registered, day),
        "paused_on": state.paused().iter().map(|p| &p.ground).collect::<Vec<_>>(),
        "closed": state.closed.map(|(how, on)| json!({ "how": how.word(), "on": on })),
        "concessions": agreed::record(state, day, |stands| standing(*stands, None)),
        "unlocked": state.unlocked(),
        "events": events.map(|e| json!({
            "id": e.id, "day": e.day, "counted": counted(case, e.day), "act": e.what.act().word(), "by": e.actor,
        })).collect::<Vec<_>>(),
        "steps": steps.collect::<Vec<_>>(),
    })
}
