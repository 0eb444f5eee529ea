//! Regimes beside one another, on the same draws: each part of each goal, and which of two laws is better
//! on it only where nine in ten draws say so.

use serde::Serialize;

use crate::fan::known;
use crate::goals::{PARTS, Part};
use crate::run::{Results, RunError};
use crate::setup::Setup;

/// The share of draws in which a law has to be better before it is said to be.
pub const SEPARABLE: f64 = 0.9;

/// A part of a goal under one law.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Under {
    /// Its values at 5, 50 and 95 percent of draws; none where no draw has a value.
    pub spread: Option<[f64; 3]>,
    /// The difference from the first law, the same.
    pub difference: Option<[f64; 3]>,
    /// The share of draws in which it is better than under the first law; draws that are alike count for
    /// neither.
    pub better: f64,
    /// The share of draws in which it is worse.
    pub worse: f64,
    /// Every draw's value, for what needs them.
    #[serde(skip)]
    pub values: Vec<Option<f64>>,
}

impl Under {
    /// What may be said of the law beside the first: nothing unless nine in ten draws agree.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match (self.better, self.worse) {
            (better, _) if better >= SEPARABLE => Verdict::Better,
            (_, worse) if worse >= SEPARABLE => Verdict::Worse,
            (better, worse) if better + worse <= 1.0 - SEPARABLE => Verdict::Alike,
            _ => Verdict::NotSeparable,
        }
    }
}

/// What may be said of one law beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Better in nine of ten draws or more.
    Better,
    /// Worse in nine of ten draws or more.
    Worse,
    /// The same in nine of ten draws or more.
    Alike,
    /// Neither.
    NotSeparable,
}

impl Verdict {
    /// The words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::Alike => "alike",
            Verdict::NotSeparable => "not separable",
        }
    }
}

/// A part of a goal under every law.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The part.
    pub part: Part,
    /// Under each law, in the order of the plan.
    pub under: Vec<Under>,
}

fn spread(values: impl IntoIterator<Item = f64>) -> Option<[f64; 3]> {
    known(values).map(|sample| sample.band())
}

/// How far two values may lie apart and still be alike: what single precision leaves.
pub(crate) fn alike(a: f64, b: f64) -> bool {
    let larger = a.abs().max(b.abs());
    a == b || (larger.is_finite() && (a - b).abs() <= 1e-6 * larger)
}

/// Compares the laws of a run, part by part.
///
/// # Errors
///
/// Results that cannot be read.
pub fn compare(setup: &Setup, results: &Results) -> Result<Vec<Row>, RunError> {
    let months = setup.model.world.months.len();
    let mut rows = Vec::with_capacity(PARTS.len());
    for part in PARTS {
        let mut values: Vec<Vec<Option<f64>>> = Vec::with_capacity(setup.plan.laws.len());
        for law in 0..setup.plan.laws.len() {
            let draws = results.series(law, part.series, months)?;
            values.push(draws.iter().map(|d| part.value(d, setup.parts)).collect());
        }
        rows.push(row(*part, values));
    }
    Ok(rows)
}

fn row(part: Part, values: Vec<Vec<Option<f64>>>) -> Row {
    let base = values.first().cloned().unwrap_or_default();
    let under = values.into_iter().map(|values| {
        let pairs: Vec<(f64, f64)> = values
            .iter()
            .zip(&base)
            .filter_map(|(a, b)| Some(((*a)?, (*b)?)))
            .collect();
        let differ = |better: bool| {
            let more = part.more_is_better == better;
            let so = pairs
                .iter()
                .filter(|(a, b)| !alike(*a, *b) && (a > b) == more)
                .count();
            if pairs.is_empty() {
                0.0
            } else {
                so as f64 / pairs.len() as f64
            }
        };
        Under {
            spread: spread(values.iter().flatten().copied()),
            difference: spread(pairs.iter().map(|(a, b)| a - b)),
            better: differ(true),
            worse: differ(false),
            values,
        }
    });
    Row {
        part,
        under: under.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, row};
    use crate::goals::PARTS;

    #[test]
    fn a_law_is_called_better_only_where_nine_in_ten_draws_agree() {
        // Less is better for the first part.
        let base: Vec<Option<f64>> = (0..100).map(|n| Some(f64::from(n) + 10.0)).collect();
        let with = |better: u32| -> Vec<Option<f64>> {
            let other = |n: u32, x: f64| if n < better { x - 1.0 } else { x + 1.0 };
            (0..100)
                .map(|n| Some(other(n, f64::from(n) + 10.0)))
                .collect()
        };
        let said =
            |values: Vec<Option<f64>>| row(PARTS[0], vec![base.clone(), values]).under[1].verdict();
        assert!(!PARTS[0].more_is_better);
        assert_eq!(said(with(90)), Verdict::Better);
        assert_eq!(said(with(89)), Verdict::NotSeparable);
        assert_eq!(said(with(10)), Verdict::Worse);
        assert_eq!(said(base.clone()), Verdict::Alike);
    }
}
