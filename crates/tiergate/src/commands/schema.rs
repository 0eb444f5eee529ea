//! `tiergate schema`: the contract as JSON Schema, and the API as OpenAPI.

use anyhow::Result;
use clap::ValueEnum;

use crate::cli::Ended;
use crate::report::print;

/// The schema of an order.
pub static ORDER: &str = include_str!("../../schema/order.schema.json");
/// The schema of a decision.
pub static DECISION: &str = include_str!("../../schema/decision.schema.json");

/// Print the JSON Schema of orders or decisions, or the description of the API
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which
    #[arg(value_enum)]
    which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// What goes in
    Order,
    /// What comes out
    Decision,
    /// The API under /api/v1, as OpenAPI
    Openapi,
}

/// Prints a schema.
pub fn run(args: &Args) -> Result<Ended> {
    let text = match args.which {
        Which::Order => ORDER.to_owned(),
        Which::Decision => DECISION.to_owned(),
        Which::Openapi => serde_json::to_string_pretty(&tiergate_server::description())?,
    };
    print(None, &text)?;
    Ok(Ended::Well)
}

/// What a field of an order means, from the tables of facts.
pub fn doc_of(path: &str) -> Option<&'static str> {
    use tiergate_law::{CHOICES, COUNTRIES, FLAGS, NUMBERS, TEXTS};
    let countries = COUNTRIES.iter().map(|i| (i.path, i.doc));
    let choices = CHOICES.iter().map(|i| (i.path, i.doc));
    let flags = FLAGS.iter().map(|i| (i.path, i.doc));
    let numbers = NUMBERS.iter().map(|i| (i.path, i.doc));
    let texts = TEXTS.iter().map(|i| (i.path, i.doc));
    let mut all = countries
        .chain(choices)
        .chain(flags)
        .chain(numbers)
        .chain(texts);
    all.find(|(p, _)| *p == path).map(|(_, doc)| doc)
}
