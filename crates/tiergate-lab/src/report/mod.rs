//! A run as one page: what was asked, what was found, and what it rests on.
//!
//! The page needs nothing from outside itself and no script. Every picture says in words what it finds and
//! has its figures beneath it, folded.

mod asked;
mod assumed;
mod axis;
mod bars;
mod claims;
mod companies;
mod fans;
mod goals;
mod influences;
mod map;
mod markup;
mod multiples;
mod routes;
mod stock;
mod validation;

use crate::compared::Row;
use crate::findings::{Claim, Influence, Target};
use crate::run::{Results, RunError};
use crate::setup::{Setup, name_of};
use markup::escape;

const STYLE: &str = include_str!("style.css");

/// What a page is made of. What is empty leaves a sentence that says which command fills it.
#[derive(Debug, Clone, Copy)]
pub struct Report<'r> {
    /// What was run.
    pub setup: &'r Setup,
    /// Its results.
    pub results: &'r Results,
    /// The parts of the goals under each law.
    pub rows: &'r [Row],
    /// The claims that were judged.
    pub claims: &'r [Claim],
    /// How the model does against what is known.
    pub targets: &'r [Target],
    /// Which parameters decide.
    pub influences: &'r [Influence],
    /// The command that gives the same page again.
    pub command: &'r str,
    /// The day it was made.
    pub made: &'r str,
}

impl Report<'_> {
    /// The laws, as they are called.
    fn names(&self) -> Vec<String> {
        let laws = self.results.plan.laws.iter();
        laws.map(|law| name_of(law)).collect()
    }

    /// How many months there are.
    fn months(&self) -> usize {
        self.setup.model.world.months.len()
    }

    /// A month, in words.
    fn month(&self, at: usize) -> String {
        self.setup.model.world.months.month(at).to_string()
    }
}

/// The page.
///
/// # Errors
///
/// Results that cannot be read.
pub fn html(report: &Report<'_>) -> Result<String, RunError> {
    let sections = [
        ("asked", "What was asked", asked::section(report)),
        ("goals", "The goals", goals::section(report)),
        ("series", "Month by month", multiples::months(report)?),
        ("queue", "The queue of licenses", multiples::queue(report)?),
        ("routes", "Routes of smuggling", routes::section(report)?),
        ("stock", "Who has how much", stock::section(report)?),
        ("companies", "Large buyers", companies::section(report)?),
        ("influences", "What decides", influences::section(report)),
        ("claims", "Claims of the debate", claims::section(report)),
        (
            "validation",
            "Against what is known",
            validation::section(report),
        ),
        (
            "assumptions",
            "What is taken for granted",
            assumed::section(report),
        ),
        ("again", "To make this again", asked::again(report)),
    ];
    let links: String = sections
        .iter()
        .map(|(id, heading, _)| format!("<li><a href=\"#{id}\">{heading}</a></li>"))
        .collect();
    let body: String = sections
        .iter()
        .map(|(id, heading, body)| markup::section(id, heading, body))
        .collect();
    let names = report.names();
    let title = match names.as_slice() {
        [only] => format!("Rehearsal of {only}"),
        names => format!("{} regimes, rehearsed", names.len()),
    };
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title>\
         <style>{STYLE}</style></head><body>\
         <a class=\"skip\" href=\"#main\">To the content</a>\
         <header><h1>{title}</h1><p class=\"faint\">{}</p>\
         <nav aria-label=\"Sections\"><ul>{links}</ul></nav></header>\
         <main id=\"main\">{}{body}</main></body></html>\n",
        escape(&asked::line(report)),
        map::land(),
        title = escape(&title),
    ))
}
