//! The regimes of a run beside one another, as they are kept and told.

use serde::{Deserialize, Serialize};
use tiergate_lab::compared::{Row, Under};
use tiergate_lab::series::SERIES;
use tiergate_lab::{Setup, name_of};
use utoipa::ToSchema;

/// The regimes of a run beside one another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LabComparison)]
pub struct Comparison {
    /// A digest of the law, the world and the model: a run of the same request with the same digest has the
    /// same numbers.
    pub rests_on: String,
    /// The month in which the laws part.
    pub part_in: String,
    /// The parts of the goals.
    pub rows: Vec<Part>,
}

/// A part of a goal under each law.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LabPart)]
pub struct Part {
    /// The goal: control, promotion, leverage or cost.
    pub goal: String,
    /// The part.
    pub part: String,
    /// The series it is read from.
    pub series: String,
    /// Its unit.
    pub unit: String,
    /// Whether more of it is better.
    pub more_is_better: bool,
    /// Under each law; the first is the one the others are compared with.
    pub laws: Vec<Compared>,
}

/// A part of a goal under a law.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = LabCompared)]
pub struct Compared {
    /// The law.
    pub law: String,
    /// What it is called.
    pub name: String,
    /// The value at 5, 50 and 95 percent of the draws; none where no draw has one.
    pub spread: Option<[f64; 3]>,
    /// The difference from the first law, draw by draw, the same.
    pub difference: Option<[f64; 3]>,
    /// The share of draws in which it is better than the first.
    pub better: f64,
    /// The share of draws in which it is worse.
    pub worse: f64,
    /// What may be said beside the first: `better` or `worse` only where nine in ten draws say so, `alike`
    /// where nine in ten are the same, and else `not separable`.
    pub verdict: String,
}

impl Compared {
    fn of(law: &str, under: &Under) -> Compared {
        Compared {
            law: law.to_owned(),
            name: name_of(law),
            spread: under.spread,
            difference: under.difference,
            better: under.better,
            worse: under.worse,
            verdict: under.verdict().words().to_owned(),
        }
    }
}

impl Comparison {
    /// Of a run.
    #[must_use]
    pub fn of(setup: &Setup, rows: &[Row]) -> Comparison {
        let part = |row: &Row| Part {
            goal: row.part.goal.word().to_owned(),
            part: row.part.name.to_owned(),
            series: SERIES[row.part.series].id.to_owned(),
            unit: SERIES[row.part.series].unit.to_owned(),
            more_is_better: row.part.more_is_better,
            laws: setup
                .plan
                .laws
                .iter()
                .zip(&row.under)
                .map(|(law, under)| Compared::of(law, under))
                .collect(),
        };
        Comparison {
            rests_on: setup.plan.rests_on.clone(),
            part_in: setup.model.world.months.month(setup.parts).to_string(),
            rows: rows.iter().map(part).collect(),
        }
    }
}
