//! `tiergate lab claims`: what the draws say of each claim of the debate.

use anyhow::Result;
use serde_json::{Value, json};
use tiergate_lab::built_in;
use tiergate_lab::claims::{claims, laws};
use tiergate_lab::findings::Claim;

use super::args::RunArgs;
use super::told::{share, spread};
use crate::cli::{Cli, Ended};
use crate::report::print;
use crate::style::terminal_width;

/// How they are told.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tell them as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    run: RunArgs,
}

/// Runs the laws that claims need, on the same draws, and tells each claim.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let setup = args.run.setup(cli, &laws()?)?;
    let results = args.run.run(&setup)?;
    let claims = claims(&setup, &results)?;
    if args.json {
        let told: Value = json!({ "plan": setup.plan, "claims": claims });
        print(None, &format!("{told:#}\n"))?;
        return Ok(Ended::Well);
    }
    let parameters = built_in::parameters()?;
    let says = |id: &str| {
        let found = parameters.all().iter().find(|p| p.id == id);
        found.map_or_else(String::new, |p| format!(": {}", p.says))
    };
    let width = terminal_width().unwrap_or(WIDTH);
    let mut text = String::new();
    for claim in &claims {
        text += &wrapped(&format!("{}  {}", claim.id, claim.claim), "", width);
        text += &wrapped(&claim.sentence, INDENT, width);
        text += &wrapped(&numbers(claim), INDENT, width);
        for (id, r) in &claim.decided_by {
            text += &wrapped(
                &format!("Decided by {id} ({r:+.2}){}.", says(id)),
                INDENT,
                width,
            );
        }
        text += &wrapped(&format!("Measured: {}", claim.measured), INDENT, width);
        text += &wrapped(&format!("Silent on: {}", claim.silent_on), INDENT, width);
        text += "\n";
    }
    text += &format!(
        "{} draws, the same for every law. Shares of draws with their interval of 95 percent, which tells how far\n\
         so few draws can be trusted, not how far the model can; effects as medians with the range of nine in ten\n\
         draws; parameters with the rank correlation of each with the effect. All draws are in {}.\n",
        setup.plan.draws,
        args.run.folder(&setup).display()
    );
    print(None, &text)?;
    Ok(Ended::Well)
}

const INDENT: &str = "    ";

/// The width of text that goes to no terminal.
const WIDTH: usize = 110;

/// The share of draws and the effect, in a line.
fn numbers(claim: &Claim) -> String {
    let holds = match claim.holds {
        Some(holds) => format!("Holds in {}.", share(holds)),
        None => "No share of draws can be given.".to_owned(),
    };
    let effect = claim.effect.map_or_else(|| "-".to_owned(), spread);
    format!("{holds} Effect: {effect}, {}.", claim.unit)
}

/// A text in lines of a width, each behind an indent.
fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && indent.len() + line.len() + 1 + word.len() > width {
            lines += &format!("{indent}{line}\n");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    lines + &format!("{indent}{line}\n")
}
