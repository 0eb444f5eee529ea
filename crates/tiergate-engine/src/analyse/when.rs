//! The same finding of many regimes becomes one, with when it holds.

use std::collections::BTreeMap;
use std::ops::Range;

use rustc_hash::FxHashMap;
use tiergate_law::{Date, Diagnostic, Held, Library, View};

use super::{Analysed, Finding};

/// First day, and last if there is one.
type Days = (Date, Option<Date>);

type Place<'a> = (&'a str, usize, usize);

fn place<'a>(instrument: &'a str, span: &Range<usize>) -> Place<'a> {
    (instrument, span.start, span.end)
}

/// Whether the regime is of the track of the instrument: what a proposal leaves of the rules under
/// it is its own business.
fn of_track(library: &Library, instrument: &str, held: &Held) -> bool {
    match library.proposal(instrument) {
        Some(_) => held.law == instrument,
        None => held.law == "us",
    }
}

pub(super) fn joined(library: &Library, analysed: &[Analysed]) -> Vec<Diagnostic> {
    let mut stands: FxHashMap<Place<'_>, usize> = FxHashMap::default();
    let counts = |regime: &Analysed, instrument: &str| {
        regime
            .held
            .iter()
            .any(|held| of_track(library, instrument, held))
    };
    for regime in analysed {
        for (instrument, span) in &regime.rules {
            if !counts(regime, instrument) {
                continue;
            }
            *stands.entry(place(instrument, span)).or_default() += 1;
        }
    }
    let mut same: BTreeMap<(Place<'_>, &str), (&Finding, Vec<&Analysed>)> = BTreeMap::new();
    for regime in analysed {
        for finding in &regime.found {
            if !counts(regime, &finding.instrument) {
                continue;
            }
            let key = (
                place(&finding.instrument, &finding.span),
                finding.message.as_str(),
            );
            let all = &mut same.entry(key).or_insert((finding, Vec::new())).1;
            if !all.iter().any(|known| std::ptr::eq(*known, regime)) {
                all.push(regime);
            }
        }
    }
    let mut found = Vec::new();
    for ((at, message), (finding, regimes)) in same {
        let source = library
            .sources()
            .find(|s| s.instrument.id == finding.instrument);
        let Some(source) = source else { continue };
        // The head of a file stands wherever the file does.
        let everywhere = || analysed.iter().filter(|r| counts(r, at.0)).count();
        let all = if finding.span.is_empty() {
            Some(everywhere())
        } else {
            stands.get(&at).copied()
        };
        // Of two rules, where both stand.
        let all = match &finding.other {
            None => all,
            Some(other) => {
                let places = [at, place(&other.instrument, &other.span)];
                Some(both(analysed, |r| counts(r, at.0), places))
            }
        };
        let always = all == Some(regimes.len());
        let message = if always {
            message.to_owned()
        } else {
            format!("{message}; {}", spans(library, at.0, &regimes))
        };
        let span = if finding.span.is_empty() {
            source.instrument.span.clone()
        } else {
            finding.span.clone()
        };
        let mut warning = Diagnostic::warning(&source.file, span, message);
        warning.help.clone_from(&finding.help);
        if let Some(other) = &finding.other
            && let Some(source) = library
                .sources()
                .find(|s| s.instrument.id == other.instrument)
        {
            warning = warning.with_other(&source.file, other.span.clone(), &other.says);
        }
        found.push(warning);
    }
    found
}

/// In how many regimes both rules stand.
fn both(
    analysed: &[Analysed],
    counts: impl Fn(&Analysed) -> bool,
    places: [Place<'_>; 2],
) -> usize {
    let stands = |regime: &Analysed, at: &Place<'_>| {
        let mut rules = regime.rules.iter();
        rules.any(|(instrument, span)| place(instrument, span) == *at)
    };
    let regimes = analysed.iter().filter(|r| counts(r));
    regimes
        .filter(|r| places.iter().all(|at| stands(r, at)))
        .count()
}

/// `us as printed 2024-01-01 to 2024-12-31, from 2025-06-01; ...`.
fn spans(library: &Library, instrument: &str, regimes: &[&Analysed]) -> String {
    let mut held: Vec<&Held> = regimes
        .iter()
        .flat_map(|r| &r.held)
        .filter(|held| of_track(library, instrument, held))
        .collect();
    held.sort_by_key(|h| (h.law != "us", &h.law, h.view == View::Enforced, h.from));
    let mut parts: Vec<(String, Vec<Days>)> = Vec::new();
    for h in held {
        let view = match h.view {
            View::Text => "as printed",
            View::Enforced => "as enforced",
        };
        let name = format!("under {} {view}", h.law);
        if parts.last().is_none_or(|(last, _)| *last != name) {
            parts.push((name, Vec::new()));
        }
        let Some((_, days)) = parts.last_mut() else {
            continue;
        };
        match days.last_mut() {
            Some((_, through)) if through.and_then(|t| t.tomorrow().ok()) == Some(h.from) => {
                *through = h.through;
            }
            _ => days.push((h.from, h.through)),
        }
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(name, days)| {
            let days: Vec<String> = days
                .into_iter()
                .map(|(from, through)| match through {
                    Some(through) => format!("{from} to {through}"),
                    None => format!("from {from}"),
                })
                .collect();
            format!("{name} {}", days.join(", "))
        })
        .collect();
    parts.join("; ")
}
