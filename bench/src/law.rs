//! One decision under the full law of the United States.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use tiergate_engine::{Decision, Rulebook};
use tiergate_law::{ChoiceFact, Date, FlagFact, Num, NumberFact, View};
use tiergate_order::{Catalog, Facts, Numeric};

use crate::limit::limit;
use crate::spec::Order;
use crate::timing::{Contestant, race, show, table};
use crate::{HOT, tier};

pub fn run(orders: &[Order], law: &Path, catalog: &Catalog) -> Result<String> {
    let files = tier::law_files(law)?;
    if files.is_empty() {
        return Ok("## Full United States law\n\nNo law files yet: skipped.".to_owned());
    }
    let library = tier::library(&files)?;
    let facts = tier::all_facts(orders, catalog, &library.classes)?;
    let complete: Vec<Facts> = facts.iter().map(given_in_full).collect();
    let mut asked_for = String::new();
    let mut rows = vec![vec![
        "law".to_owned(),
        "orders".into(),
        "decision".into(),
        "outcome".into(),
        "ratio".into(),
        "limit".into(),
        "steps".into(),
    ]];
    let mut compiled = String::new();
    for date in [Date::constant(2025, 6, 1), Date::constant(2026, 8, 1)] {
        for view in [View::Text, View::Enforced] {
            let clock = std::time::Instant::now();
            let book = tier::rulebook(&library, date, view)?;
            let name = format!("us@{date}:{}", view.word());
            let nodes = book
                .node_counts()
                .map(|n| n.unwrap_or(0).to_string())
                .join(" + ");
            let ms = clock.elapsed().as_secs_f64() * 1e3;
            let comma = if compiled.is_empty() { "" } else { "; " };
            let _ = write!(compiled, "{comma}{name} in {ms:.0} ms, {nodes} nodes");
            let readings: Arc<[usize]> = book.variables.defaults.clone().into();
            let known = |f: &&Facts| book.outcome(f, &readings).is_some();
            let full: Vec<Facts> = complete.iter().filter(known).cloned().collect();
            let walked: Vec<Facts> = facts.iter().filter(known).cloned().collect();
            let open: Vec<Facts> = facts.iter().filter(|f| !known(f)).cloned().collect();
            let decided = open
                .iter()
                .filter(|f| Decision::make(&book, f, &readings).outcome().is_some());
            let decided = decided.count();
            let names = absent_but_asked(&book, &facts, &complete, &readings);
            let _ = write!(asked_for, "\n- {name}: {names}");
            let kinds = [
                (format!("{}: every fact given", full.len()), full),
                (
                    format!("{}: every fact asked for is known", walked.len()),
                    walked,
                ),
                (
                    format!(
                        "{}: asks for an unknown fact ({decided} decided)",
                        open.len()
                    ),
                    open,
                ),
            ];
            for (kind, facts) in kinds {
                if facts.is_empty() {
                    continue;
                }
                let n = facts.len();
                let (limit, steps) = limit(&book, &facts, &readings);
                let m = race(
                    vec![
                        Contestant::each("", n, |i| Decision::make(&book, &facts[i], &readings)),
                        Contestant::each("", n, |i| book.outcome(&facts[i], &readings)),
                        limit,
                    ],
                    21,
                    12,
                );
                rows.push(vec![
                    name.clone(),
                    kind,
                    show(m[0].median),
                    show(m[1].median),
                    format!("{:.2}x", m[0].median / m[1].median),
                    show(m[2].median),
                    format!("{steps:.1}"),
                ]);
            }
        }
    }
    Ok(format!(
        "## One decision, full United States law\n\n{} instruments; {HOT} random orders, facts \
         resolved before the clock starts. Compiled: {compiled}.\n\n{}\nFacts these orders do not \
         give, with the share of orders that each alone takes off the fast walk:\n{asked_for}\n",
        files.len(),
        table(&rows)
    ))
}

/// The absent facts for which the walk stops though every other fact is given.
fn absent_but_asked(
    book: &Rulebook,
    facts: &[Facts],
    full: &[Facts],
    readings: &[usize],
) -> String {
    let mut stops: Vec<(usize, &str)> = Vec::new();
    let mut note = |path, forget: &dyn Fn(Facts) -> Facts, absent: &dyn Fn(&Facts) -> bool| {
        let pairs = facts.iter().zip(full).filter(|(f, _)| absent(f));
        let stopped =
            pairs.filter(|(_, f)| book.outcome(&forget((*f).clone()), readings).is_none());
        let count = stopped.count();
        if count > 0 {
            stops.push((count * 100 / facts.len(), path));
        }
    };
    for f in FlagFact::ALL {
        note(f.info().path, &|facts| facts.without_flag(*f), &|facts| {
            facts.flag(*f).is_none()
        });
    }
    for f in NumberFact::ALL {
        let unknown = |facts: &Facts| facts.numeric(*f) == Numeric::Unknown;
        note(f.info().path, &|facts| facts.without_number(*f), &unknown);
    }
    stops.sort_unstable_by_key(|s| std::cmp::Reverse(s.0));
    let words: Vec<String> = stops
        .iter()
        .map(|(share, path)| format!("{path} {share}%"))
        .collect();
    words.join(", ")
}

/// The same with whatever is still unknown given: no, zero, the last of a list.
fn given_in_full(facts: &Facts) -> Facts {
    let mut f = facts.clone();
    for flag in FlagFact::ALL {
        if f.flag(*flag).is_none() {
            f.set_flag(*flag, false);
        }
    }
    for number in NumberFact::ALL {
        if f.numeric(*number) == Numeric::Unknown {
            f.set_number(*number, Num::ZERO);
        }
    }
    for choice in ChoiceFact::ALL {
        if f.choice(*choice).is_none() {
            f.set_choice(*choice, choice.info().values.len().saturating_sub(1));
        }
    }
    f
}
