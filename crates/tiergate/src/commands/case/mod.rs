//! `tiergate case`: cases of the licensing desk, from files of their events.

mod agreed;
mod check;
mod timeline;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Subcommand;
use tiergate_cases::{Event, LawBook, Rules, State};
use tiergate_engine::Desk;
use tiergate_law::LawRef;

use crate::cli::{Cli, Ended};
use crate::options::ViewArg;
use crate::report::Unreadable;

/// Show cases of the licensing desk: events, due days with their computation, what may not be
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Timeline(timeline::Args),
    Check(check::Args),
}

/// Which cases, under which law.
#[derive(Debug, clap::Args)]
struct Asked {
    /// Events of one or more cases, one JSON object a line, each case in order; `-` for standard
    /// input
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// Law that governs the cases, from the day each was registered: us or a proposal
    #[arg(long, value_name = "LAW", default_value = "us")]
    law: LawRef,

    /// The law as printed, or as the agency says it enforces it, where LAW leaves it open
    #[arg(long, value_enum)]
    view: Option<ViewArg>,
}

pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    match &args.command {
        Command::Timeline(args) => timeline::run(cli, args),
        Command::Check(args) => check::run(cli, args),
    }
}

/// An event, or what stands in its place, with its line.
struct Line {
    number: usize,
    event: Result<Event, String>,
}

/// What could not be taken in, and the line it stands in.
type Fault = (usize, String);

/// A case with the events it took in, in order.
struct Told {
    state: State,
    rules: std::sync::Arc<Rules>,
    events: Vec<Event>,
}

impl Told {
    /// The case as it was on a day; none before it was registered.
    fn as_of(&self, day: tiergate_law::Date) -> Result<Option<Told>> {
        let events = self.events.iter().filter(|e| e.day <= day);
        let events: Vec<Event> = events.cloned().collect();
        Ok(State::fold(&self.rules, &events)?.map(|state| Told {
            state,
            rules: self.rules.clone(),
            events,
        }))
    }
}

impl Asked {
    fn law<'d>(&self, desk: &'d Desk) -> Result<LawBook<'d>> {
        let view = self
            .law
            .view
            .or(self.view.map(Into::into))
            .unwrap_or_default();
        if let Some(date) = self.law.date {
            return Err(Unreadable::new(format!(
                "`{}@{date}`: the law of a case is that of the day it was registered; give `{}`",
                self.law.id, self.law.id
            ))
            .into());
        }
        Ok(LawBook::new(&desk.library, self.law.clone(), view)?)
    }

    fn lines(&self) -> Result<Vec<Line>> {
        let name = self.file.display().to_string();
        let text = match self.file.as_path() == Path::new("-") {
            true => std::io::read_to_string(std::io::stdin()),
            false => std::fs::read_to_string(&self.file),
        };
        let text = text.map_err(|e| Unreadable::because(&name, e))?;
        let lines = text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty());
        Ok(lines
            .map(|(at, line)| Line {
                number: at + 1,
                event: Event::read(line).map_err(|e| e.to_string()),
            })
            .collect())
    }

    /// The cases of the file in the order they begin, and what could not be taken in, by line.
    fn told(&self, law: &LawBook<'_>) -> Result<(Vec<Told>, Vec<Fault>)> {
        let (mut cases, mut faults): (Vec<Told>, Vec<Fault>) = (Vec::new(), Vec::new());
        for line in self.lines()? {
            let event = match line.event {
                Ok(event) => event,
                Err(error) => {
                    faults.push((line.number, error));
                    continue;
                }
            };
            let at = cases.iter().position(|c| c.state.case == event.case);
            let (before, rules) = match at {
                Some(at) => (Some(cases[at].state.clone()), cases[at].rules.clone()),
                None => (None, law.on(event.day)?),
            };
            let ids = cases.iter().flat_map(|c| &c.events);
            if ids.map(|e| &e.id).any(|id| *id == event.id) {
                faults.push((
                    line.number,
                    format!("the id `{}` names another event", event.id),
                ));
                continue;
            }
            match (State::after(before, &rules, &event), at) {
                (Ok(state), Some(at)) => {
                    cases[at].state = state;
                    cases[at].events.push(event);
                }
                (Ok(state), None) => cases.push(Told {
                    state,
                    rules,
                    events: vec![event],
                }),
                (Err(refused), _) => faults.push((line.number, refused.to_string())),
            }
        }
        Ok((cases, faults))
    }
}

/// Tells what could not be taken in.
fn tell(file: &Path, faults: &[Fault]) {
    for (line, fault) in faults {
        crate::report::say(&format!("{}:{line}: {fault}", file.display()));
    }
}
