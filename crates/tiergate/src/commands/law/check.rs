//! `tiergate law check`: every law, date and view, and what the examples leave out.

use std::collections::BTreeSet;

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use tiergate_engine::{Desk, analyse};
use tiergate_law::{
    Body, ConsolidateError, Country, Date, Diagnostic, Fact, Library, Operation, Severity,
};
use tiergate_order::Catalog;

use crate::cli::{Cli, Ended};
use crate::embedded::{self, LawFaults};
use crate::examples::{self, Names};
use crate::report::{count, print, say};
use crate::style::{Style, wrap};

/// Check every law at every date and in both views, and the examples
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Prove more of every regime there is: rules no order can meet, rules others always take the
    /// place of, requirements that add nothing, rules that contradict one another, countries nothing
    /// covers, names and facts nothing reads. Takes some seconds, or a minute in a debug build
    #[arg(long)]
    deep: bool,

    /// Say what ends on this date or within 90 days after it, and what holds then
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// Reports every error and warning.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let (library, mut found, files) = embedded::library(cli.law_dir.as_deref())?;
    found.extend(library.check());
    found.extend(bad_examples(&library));
    found.extend(not_shown(&library));
    found.extend(analyse::of_library(&library));
    let catalog = embedded::catalog()?;
    found.extend(no_countries(&library, &catalog));
    let sound = found.iter().all(|d| d.severity != Severity::Error);
    if args.deep && sound {
        found.extend(deep(&library, &catalog)?);
        found.extend(unread(&library));
    }
    if let Some(as_of) = args.as_of {
        found.extend(analyse::lapsing(&library, as_of));
    }
    let desk = Desk::new(library, catalog);
    let (errors, warnings): (Vec<Diagnostic>, Vec<Diagnostic>) = found
        .into_iter()
        .partition(|d| d.severity == Severity::Error);
    let text = |file: &str| {
        files
            .iter()
            .find(|(n, _)| n == file)
            .map(|(_, t)| t.as_str())
    };
    for list in [&warnings, &errors] {
        if !list.is_empty() {
            let list: Vec<Diagnostic> = list.iter().map(wrapped).collect();
            say(&format!("{}\n", LawFaults::new(&list, text).rendered));
        }
    }
    let library = &desk.library;
    let line = format!(
        "{}, {}, {}: {}, {}",
        count(
            library.instruments.len() as u64,
            "instrument",
            "instruments"
        ),
        count(library.proposals.len() as u64, "proposal", "proposals"),
        count(
            library.sources().map(|s| s.examples.len() as u64).sum(),
            "example",
            "examples"
        ),
        count(errors.len() as u64, "error", "errors"),
        count(warnings.len() as u64, "warning", "warnings"),
    );
    print(None, &line)?;
    Ok(if errors.is_empty() {
        Ended::Well
    } else {
        Ended::WithFaults
    })
}

/// What is proved of every regime, and what the files say of themselves.
fn deep(library: &Library, catalog: &Catalog) -> Result<Vec<Diagnostic>, ConsolidateError> {
    let countries: Vec<Country> = catalog.countries.iter().map(|c| c.code).collect();
    let regimes = library.regimes();
    // Draws only when standard error is a terminal.
    let bar = ProgressBar::new(regimes.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} regimes  {eta} left") {
        bar.set_style(style);
    }
    let analysed: Result<Vec<analyse::Analysed>, ConsolidateError> = regimes
        .into_par_iter()
        .map(|held| {
            let analysed = analyse::analyse(library, held, &countries);
            bar.inc(1);
            analysed
        })
        .collect();
    bar.finish_and_clear();
    let mut found = analyse::of_regimes(library, &analysed?);
    found.extend(analyse::unused_names(library));
    Ok(found)
}

/// The facts that no rule reads, at the head of the law that came first: none stands in a file.
fn unread(library: &Library) -> Option<Diagnostic> {
    let path = |fact: Fact| match fact {
        Fact::Flag(flag) => flag.info().path,
        other => other.path(),
    };
    let unread: Vec<&str> = { analyse::unread_facts(library) }
        .into_iter()
        .map(path)
        .collect();
    let head = library.instruments.first().filter(|_| !unread.is_empty())?;
    let message = format!("no rule of any law reads: {}", by_list(&unread).join(", "));
    let span = head.instrument.span.clone();
    Some(Diagnostic::warning(&head.file, span, message))
}

/// Facts by path, the members of one list together: `lists (a, b)` for `lists=a` and `lists=b`.
fn by_list(paths: &[&str]) -> Vec<String> {
    let list = |path: &str| path.split_once('=').map(|(list, _)| list.to_owned());
    let lists = paths.chunk_by(|a, b| list(a).is_some() && list(a) == list(b));
    lists
        .map(|paths| match list(paths[0]) {
            None => paths[0].to_owned(),
            Some(list) => {
                let members = paths.iter().filter_map(|path| path.split_once('='));
                let members: Vec<&str> = members.map(|(_, member)| member).collect();
                format!("{list} ({})", members.join(", "))
            }
        })
        .collect()
}

/// The same with its message on lines that fit a page, beside the word that stands before it.
fn wrapped(diagnostic: &Diagnostic) -> Diagnostic {
    let columns = Style::page(false).width.saturating_sub("warning: ".len());
    Diagnostic {
        message: wrap(&diagnostic.message, columns).join("\n"),
        ..diagnostic.clone()
    }
}

/// Examples that name unknown fields, values that do not fit, or rules that no law declares.
fn bad_examples(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let names = Names::of(library);
    for source in library.sources() {
        for example in &source.examples {
            for unknown in names.unknown(&example.expect) {
                let message = format!("in this example, `{}`: {}", unknown.path, unknown.message());
                let error = Diagnostic::error(&source.file, example.span.clone(), message);
                found.push(match &unknown.near {
                    Some(near) => error.with_help(format!("did you mean `{near}`?")),
                    None => error,
                });
            }
            if let Err((path, error)) = examples::order_of(example) {
                let message = format!("in this example, `{path}`: {error}");
                found.push(Diagnostic::error(
                    &source.file,
                    example.span.clone(),
                    message,
                ));
            }
            if let Some(law) = &example.law
                && let Err(error) = law.parse::<tiergate_law::LawRef>()
            {
                found.push(Diagnostic::error(
                    &source.file,
                    example.span.clone(),
                    error.to_string(),
                ));
            }
        }
    }
    found
}

/// Codes of countries that do not exist.
fn no_countries(library: &Library, catalog: &Catalog) -> Vec<Diagnostic> {
    let named = library.countries().into_iter();
    let none = named.filter(|(_, country, _)| !catalog.knows(*country));
    none.map(|(file, country, span)| {
        let message = format!("`{country}` is not an ISO 3166-1 country code");
        Diagnostic::error(file, span, message)
    })
    .collect()
}

/// Rules that no example says it shows.
fn not_shown(library: &Library) -> Vec<Diagnostic> {
    let shown: BTreeSet<&str> = library
        .sources()
        .flat_map(|s| &s.examples)
        .flat_map(|e| &e.shows)
        .map(|id| id.trim_start_matches('!'))
        .collect();
    let mut found = Vec::new();
    for source in library.sources() {
        for entry in &source.entries {
            let counts = matches!(
                entry.body,
                Body::Requirement(_)
                    | Body::Authority(_)
                    | Body::Bar(_)
                    | Body::Review(_)
                    | Body::Prohibition(_)
                    | Body::RedFlag(_)
            );
            let stands = entry.operation != Operation::Repeal;
            if counts && stands && !shown.contains(entry.id.as_str()) {
                let kind = entry.body.kind();
                let message = format!("no example shows the {kind} `{}`", entry.id);
                let warning = Diagnostic::warning(&source.file, entry.span.clone(), message);
                let help = format!("add an [[example]] with `shows = [\"{}\"]`", entry.id);
                found.push(warning.with_help(help));
            }
        }
    }
    found
}
