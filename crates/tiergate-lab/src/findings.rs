//! What the lab finds besides the series themselves: how it does against what is known, what of a debate
//! holds, and which parameters decide.

use serde::Serialize;

use crate::statistics::Share;

/// A target of validation: what is known or predicted, the model and the baseline beside it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Target {
    /// Its id, such as `T07`.
    pub id: String,
    /// What it is.
    pub quantity: String,
    /// The period.
    pub period: String,
    /// The unit.
    pub unit: String,
    /// `calibrate`, `seen`, `prior` or `holdout`.
    pub role: String,
    /// The model's 5th percentile, median and 95th; none where it cannot speak.
    pub model: Option<[f64; 3]>,
    /// The same of the baseline: smuggled flow a constant share of world flow, all else as in the model.
    pub baseline: Option<[f64; 3]>,
    /// What is known.
    pub known: Option<f64>,
    /// The interval of what is known.
    pub known_range: Option<[f64; 2]>,
    /// How the model scores against what is known; none where that is not known.
    pub score: Option<Score>,
    /// The same of the baseline.
    pub baseline_score: Option<Score>,
    /// What is to be said of it: how the model reads it, or why it cannot.
    pub note: String,
}

/// How a prediction does against what is known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Score {
    /// The distance of the median, as a natural logarithm: 0.25 is a quarter off.
    pub log_error: f64,
    /// The interval score of the central 90 percent (Gneiting and Raftery, 2007), over what is known.
    pub interval: f64,
    /// Whether what is known lies within the central 90 percent.
    pub covered: bool,
}

/// A claim of the debate, and what the draws say of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Claim {
    /// Its id, such as `C1`.
    pub id: String,
    /// The claim.
    pub claim: String,
    /// What was measured, in words.
    pub measured: String,
    /// In how many draws it holds; none where the model cannot speak.
    pub holds: Option<Share>,
    /// The size of the effect: 5th percentile, median, 95th.
    pub effect: Option<[f64; 3]>,
    /// The unit of the effect.
    pub unit: String,
    /// The parameters that decide it, with the rank correlation of each with the effect.
    pub decided_by: Vec<(String, f64)>,
    /// A sentence for a policy reader.
    pub sentence: String,
    /// What the model cannot say of it.
    pub silent_on: String,
}

/// How much a parameter matters to an output.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Influence {
    /// The output, such as `share.china: us`, or its difference between two laws.
    pub output: String,
    /// The same in words.
    pub says: String,
    /// The parameter.
    pub parameter: String,
    /// The mean size of its elementary effects (Morris), with the interval of a bootstrap.
    pub screened: Option<[f64; 3]>,
    /// Its first-order index (Sobol): low, estimate, high; none when only screened.
    pub first: Option<[f64; 3]>,
    /// Its total index.
    pub total: Option<[f64; 3]>,
}
