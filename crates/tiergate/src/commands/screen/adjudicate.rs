//! `tiergate screen adjudicate`: what someone decided of a hit, added to a log.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use tiergate_law::Date;
use tiergate_screening::{Adjudication, Party, Verdict};

use crate::cli::Ended;
use crate::lists;
use crate::report::say;

/// Keep what was decided of a hit, until the entry or the party changes
///
/// A line is added to the log; none is ever taken out. The party is named as it was screened, with its id
/// and country if it had them.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The party's name
    name: String,

    /// The entry, by the id that stands in brackets behind a hit
    #[arg(long, value_name = "ID")]
    entry: String,

    /// Whether the party is the one on the list
    #[arg(long, value_enum)]
    verdict: Word,

    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Who decides
    #[arg(long, value_name = "NAME")]
    who: String,

    /// The day of the decision
    #[arg(long, value_name = "DATE")]
    when: Date,

    /// The party's id
    #[arg(long, value_name = "ID", default_value = "")]
    id: String,

    /// The party's country
    #[arg(long, value_name = "CODE", default_value = "")]
    country: String,

    /// The list that holds the entry
    #[arg(long, value_name = "FILE", env = "TIERGATE_LIST")]
    list: Option<PathBuf>,

    /// The log that the line is added to
    #[arg(long, value_name = "FILE")]
    adjudications: PathBuf,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Word {
    /// It is
    True,
    /// It is another
    False,
}

/// Adds a line.
pub fn run(args: &Args) -> Result<Ended> {
    for (what, text) in [
        ("--reason", &args.reason),
        ("--who", &args.who),
        ("NAME", &args.name),
    ] {
        if text.trim().is_empty() {
            bail!("{what} is empty: a decision says who decided what, and why");
        }
    }
    let (list, well) = lists::list(args.list.as_deref())?;
    let Some(entry) = list.entries.iter().find(|e| e.id == args.entry) else {
        bail!(
            "no entry of the list has the id `{}`: it stands in brackets behind a hit, as [SDN-12345]",
            args.entry
        );
    };
    let party = Party {
        id: args.id.clone(),
        name: args.name.trim().to_owned(),
        country: args.country.to_ascii_uppercase(),
    };
    let adjudication = Adjudication {
        party_digest: party.digest(),
        party,
        entry: entry.id.clone(),
        entry_digest: entry.digest(),
        verdict: match args.verdict {
            Word::True => Verdict::True,
            Word::False => Verdict::False,
        },
        reason: args.reason.clone(),
        who: args.who.clone(),
        when: args.when.to_string(),
    };
    let file = &args.adjudications;
    let named = || format!("cannot write {}", file.display());
    let mut log = OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(named)?;
    // One write: whoever adds a line at the same time does not land inside it.
    let line = adjudication.line()? + "\n";
    log.write_all(line.as_bytes()).with_context(named)?;
    log.sync_data().with_context(named)?;
    say(&format!(
        "{}: `{}` and {} [{}]",
        file.display(),
        adjudication.party.name,
        entry.name,
        entry.id
    ));
    Ok(if well { Ended::Well } else { Ended::WithFaults })
}
