//! `tiergate parties`: who owns and controls whom.

mod import;
pub mod listed;
pub mod parent;
pub mod show;

use std::path::PathBuf;

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use tiergate_law::Date;
use tiergate_parties::{PartyNo, Register, View};

use crate::cli::{Cli, Ended};
use crate::parties::{self, words::Words};
use crate::report::Unreadable;

/// Keep a register of parties, and ask who owns and controls whom
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Import(import::Args),
    Show(show::Args),
    Parent(parent::Args),
    Listed(listed::Args),
}

/// Which party of which register, when.
#[derive(Debug, clap::Args)]
struct Asked {
    /// The party: its id, an identifier such as an LEI, or a name
    party: String,

    /// The register, as `parties import` writes it
    #[arg(long, value_name = "FILE")]
    register: PathBuf,

    /// The day asked about; without one, today
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// Leave out what was recorded after this day
    #[arg(long, value_name = "DATE")]
    recorded_by: Option<Date>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Text for people
    Table,
    /// JSON
    Json,
}

/// A party that was found.
struct Found {
    register: Register,
    view: View,
    party: PartyNo,
    ended: Ended,
}

impl Asked {
    fn open(&self) -> Result<Found> {
        let opened = parties::open(&self.register)?;
        let view = View {
            on: self.as_of.unwrap_or_else(parties::today),
            recorded_by: self.recorded_by,
        };
        let party = opened.register.find(&self.party);
        let party = party.map_err(|error| Unreadable::new(error.to_string()))?;
        Ok(Found {
            register: opened.register,
            view,
            party,
            ended: if opened.faults > 0 {
                Ended::WithFaults
            } else {
                Ended::Well
            },
        })
    }
}

impl Found {
    const fn words(&self) -> Words<'_> {
        Words {
            register: &self.register,
            view: self.view,
        }
    }

    /// The head of an answer: the party, and the day.
    fn head(&self) -> String {
        let known = match self.view.recorded_by {
            Some(day) => format!(", as recorded by {day}"),
            None => String::new(),
        };
        format!(
            "{}, on {}{known}\n",
            self.words().party(self.party),
            self.view.on
        )
    }
}

/// Rows of a label and a text, the labels aligned and long texts wrapped.
#[derive(Default)]
pub struct Sheet(pub Vec<(String, String)>);

impl Sheet {
    fn row(&mut self, label: &str, text: impl Into<String>) {
        self.0.push((label.to_owned(), text.into()));
    }

    fn render(&self) -> String {
        const COLUMNS: usize = 100;
        let wide = self
            .0
            .iter()
            .map(|(label, _)| label.chars().count())
            .max()
            .unwrap_or(0);
        let mut out = String::new();
        for (label, text) in &self.0 {
            let text = crate::style::plain(text.clone());
            let lines = crate::style::wrap(&text, COLUMNS.saturating_sub(wide + 4));
            for (at, line) in lines.iter().enumerate() {
                let label = if at == 0 { label } else { "" };
                out.push_str(&format!("  {label:<wide$}  {line}\n"));
            }
        }
        out
    }
}

/// Runs the subcommand.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    match &args.command {
        Command::Import(args) => import::run(args),
        Command::Show(args) => show::run(args),
        Command::Parent(args) => parent::run(args),
        Command::Listed(args) => listed::run(cli, args),
    }
}
