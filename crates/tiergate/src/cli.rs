//! The arguments, and from them to a subcommand and an exit code.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};
use tiergate_engine::{Desk, DeskError};
use tiergate_lab::{RunError, TabulateError};
use tiergate_law::ConsolidateError;

use crate::commands::{
    case, chips, completions, decide, diff, explain, forms, impact, import, lab, law, ledger,
    parties, schema, screen, serve, watch,
};
use crate::embedded::{self, LawFaults};
use crate::report::{AfterFaults, Unreadable};

/// How a run ended, when nothing stopped it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Every input was read.
    Well,
    /// Some input could not be read, or the law does not hold what it promises.
    WithFaults,
}

const AFTER_HELP: &str = "\
Exit codes: 0 whatever the answers are; 2 when some input could not be read or a law has errors;
1 for anything else that stopped the program. Whoever closes the pipe has read enough: the code then
says what was found until then.

Not legal advice. Check every answer against the regulations before you act on it.";

/// Decides, explains and compares U.S. export controls on AI chips and model weights
#[derive(Debug, Parser)]
#[command(name = "tiergate", version, after_help = AFTER_HELP, max_term_width = 100)]
pub struct Cli {
    /// Read the law from *.toml files in this folder instead of the law built in
    #[arg(long, global = true, value_name = "DIR")]
    pub law_dir: Option<PathBuf>,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Decide(Box<decide::Args>),
    Impact(impact::Args),
    Explain(Box<explain::Args>),
    Diff(diff::Args),
    Watch(watch::Args),
    Law(law::Args),
    Ledger(Box<ledger::Args>),
    Case(case::Args),
    Chips(chips::Args),
    #[command(subcommand)]
    Lab(lab::Lab),
    Schema(schema::Args),
    Forms(forms::Args),
    Import(import::Args),
    Screen(Box<screen::Args>),
    Parties(parties::Args),
    Serve(serve::Args),
    Completions(completions::Args),
    Man(completions::ManArgs),
}

impl Cli {
    /// The law and the catalog.
    pub fn desk(&self) -> Result<Desk> {
        Ok(embedded::desk(self.law_dir.as_deref())?)
    }

    /// The same with the laws of the lab alone beside it.
    pub fn lab_desk(&self) -> Result<Desk> {
        let more = &tiergate_lab::built_in::VARIATIONS;
        Ok(embedded::desk_with(self.law_dir.as_deref(), more)?)
    }
}

/// Runs the command line.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // What cannot be printed cannot be reported either.
            let _ = error.print();
            return ExitCode::from(u8::from(error.use_stderr()));
        }
    };
    match run(&cli) {
        Ok(Ended::Well) => ExitCode::SUCCESS,
        Ok(Ended::WithFaults) => ExitCode::from(2),
        Err(error) => report(&error, &cli),
    }
}

fn run(cli: &Cli) -> Result<Ended> {
    match &cli.command {
        Command::Decide(args) => decide::run(cli, args),
        Command::Impact(args) => impact::run(cli, args),
        Command::Explain(args) => explain::run(cli, args),
        Command::Diff(args) => diff::run(cli, args),
        Command::Watch(args) => watch::run(cli, args),
        Command::Law(args) => law::run(cli, args),
        Command::Ledger(args) => ledger::run(cli, args),
        Command::Case(args) => case::run(cli, args),
        Command::Chips(args) => chips::run(cli, args),
        Command::Lab(lab) => lab::run(cli, lab),
        Command::Schema(args) => schema::run(args),
        Command::Forms(args) => forms::run(cli, args),
        Command::Import(args) => import::run(args),
        Command::Screen(args) => screen::run(args),
        Command::Parties(args) => parties::run(cli, args),
        Command::Serve(args) => serve::run(cli, args),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => completions::man(args),
    }
}

/// Whether someone closed the pipe we write to: they have read enough. The exit code then says what
/// was found of the input that was read.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let broken = |e: &std::io::Error| e.kind() == std::io::ErrorKind::BrokenPipe;
    error.chain().any(|cause| {
        cause.downcast_ref::<std::io::Error>().is_some_and(broken)
            || cause
                .downcast_ref::<csv::Error>()
                .is_some_and(|e| match e.kind() {
                    csv::ErrorKind::Io(e) => broken(e),
                    _ => false,
                })
            || cause
                .downcast_ref::<serde_json::Error>()
                .is_some_and(|e| e.io_error_kind() == Some(std::io::ErrorKind::BrokenPipe))
    })
}

fn report(error: &anyhow::Error, cli: &Cli) -> ExitCode {
    if is_broken_pipe(error) {
        let faulty = error.downcast_ref::<AfterFaults>().is_some();
        return ExitCode::from(if faulty { 2 } else { 0 });
    }
    let mut err = std::io::stderr().lock();
    if let Some(faults) = law_faults(error, cli) {
        let _ = writeln!(err, "{faults}");
        return ExitCode::from(2);
    }
    let unreadable = error.chain().any(|e| {
        e.is::<Unreadable>()
            || matches!(
                e.downcast_ref(),
                Some(tiergate_ledger::Error::Damaged(_) | tiergate_ledger::Error::NotALedger(_))
            )
            || matches!(
                e.downcast_ref(),
                Some(embedded::LoadError::Io { .. } | embedded::LoadError::Empty(_))
            )
            || matches!(e.downcast_ref(), Some(RunError::Plan { .. }))
    });
    // That other input could not be read was said when it was met.
    let mut causes = error.chain().skip_while(|e| e.is::<AfterFaults>());
    let first = causes.next().map(ToString::to_string).unwrap_or_default();
    let _ = writeln!(err, "error: {first}");
    let mut said = first;
    for cause in causes {
        let cause = cause.to_string();
        // A transparent error repeats its source, and another may end with it.
        if !said.ends_with(&cause) {
            let _ = writeln!(err, "  because: {cause}");
            said = cause;
        }
    }
    ExitCode::from(if unreadable { 2 } else { 1 })
}

/// Faults of the law, found when it was read or when it was asked for at a date.
fn law_faults(error: &anyhow::Error, cli: &Cli) -> Option<String> {
    if let Some(faults) = error.chain().find_map(|e| e.downcast_ref::<LawFaults>()) {
        return Some(faults.to_string());
    }
    if let Some(embedded::LoadError::Law(faults)) = error.downcast_ref() {
        return Some(faults.to_string());
    }
    let faulty = error
        .chain()
        .find_map(|e| match (e.downcast_ref(), e.downcast_ref()) {
            (Some(DeskError::Law(faulty)), _) => Some(faulty),
            // Why the lab cannot tabulate a law.
            (_, Some(TabulateError::Desk(DeskError::Law(faulty)))) => Some(faulty),
            _ => e.downcast_ref::<ConsolidateError>(),
        });
    let ConsolidateError::Faulty { diagnostics, .. } = faulty? else {
        return None;
    };
    let files = embedded::law_files(cli.law_dir.as_deref()).ok()?;
    let text = |file: &str| {
        files
            .iter()
            .find(|(n, _)| n == file)
            .map(|(_, t)| t.as_str())
    };
    Some(LawFaults::new(diagnostics, text).to_string())
}
