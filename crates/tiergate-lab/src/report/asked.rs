//! What was asked, and how to ask it again.

use super::Report;
use super::markup::{escape, table};
use crate::setup::regimes;

/// The run in a line.
pub fn line(report: &Report<'_>) -> String {
    let plan = &report.results.plan;
    format!(
        "{} draws, seed {}, {} to {}. Made on {} by tiergate {}.",
        plan.draws,
        plan.seed,
        report.month(0),
        report.month(report.months() - 1),
        report.made,
        env!("CARGO_PKG_VERSION")
    )
}

/// The laws in words, and how they were rehearsed.
pub fn section(report: &Report<'_>) -> String {
    let plan = &report.results.plan;
    let known = regimes().unwrap_or_default();
    let rows: Vec<Vec<String>> = plan
        .laws
        .iter()
        .zip(report.names())
        .map(|(law, name)| {
            let says = known.iter().find(|r| r.law == *law);
            let says = says.map_or_else(|| "a law as it is kept".into(), |r| r.says.clone());
            vec![name, says, law.clone()]
        })
        .collect();
    let heads = ["regime", "what it does", "law"].map(String::from);
    let beside = match report.names().as_slice() {
        [first, _, ..] => format!(
            "<p>Every regime meets the same draws: the same luck, the same unknowns. Each is set beside \
             <strong>{}</strong>; until {} they are the same law.</p>",
            escape(first),
            report.month(report.setup.parts)
        ),
        _ => String::new(),
    };
    let from = if plan.posterior.is_some() {
        "Draws are calibrated: of the parameters, those that fit what is known of the past."
    } else {
        "Draws are of the prior ranges: nothing was fitted to what is known of the past."
    };
    let held = if plan.settings.is_empty() {
        "No parameter is held at a value.".to_owned()
    } else {
        format!("Held at a value: {}.", plan.settings.join(", "))
    };
    format!(
        "{beside}{}<p>{from} {} A range is that of nine in ten draws; the rest lie outside it. The range tells \
         what the model does not know, not where the model is wrong.</p>",
        table("The regimes", &heads, &rows),
        escape(&held)
    )
}

/// How to make the page again.
pub fn again(report: &Report<'_>) -> String {
    let plan = &report.results.plan;
    format!(
        "<p>The same command gives the same draws, on any number of threads.</p><pre tabindex=\"0\"><code>{}</code></pre>\
         <p class=\"faint\">Law, world and parameters have the digest <code>{}</code>{}.</p>",
        escape(report.command),
        escape(&plan.rests_on),
        plan.posterior.as_ref().map_or_else(String::new, |digest| {
            format!(", the posterior <code>{}</code>", escape(digest))
        })
    )
}
