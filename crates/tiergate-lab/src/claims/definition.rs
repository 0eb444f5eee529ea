//! How each claim is read: `lab/claims.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ClaimError;
use super::expression::{Condition, Sum};

/// A number of one draw, read from the months of a series.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quantity {
    /// The law.
    pub law: String,
    /// The series, added up month by month; `cap:*` is that of every country of the middle in turn.
    pub series: Vec<String>,
    /// How it is read from the months.
    pub over: Over,
    /// The level that `over` speaks of, or that countries are to reach.
    pub level: Option<f64>,
    /// Which months.
    #[serde(default)]
    pub window: Window,
    /// The last month, such as `2026-12`, when it is not the last of the run.
    pub until: Option<String>,
    /// What each month is divided by.
    pub per: Option<Per>,
}

/// How a quantity is read from months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// The last month.
    Last,
    /// All months added up.
    Sum,
    /// The mean month.
    Mean,
    /// The largest month.
    Max,
    /// The months until the first that is at the level or above it; without end when none is.
    MonthsToReach,
    /// The share of months below the level.
    ShareBelow,
}

/// Which months a quantity is read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// All since the laws of the claim part.
    #[default]
    Since,
    /// The last twelve.
    LastYear,
    /// The twelve before them.
    YearBefore,
}

/// What months may be divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// The countries to which an agreement would open more than they have without one.
    CountriesThatCouldAgree,
}

/// A number that a claim needs and no law or source states.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// The number.
    pub value: f64,
    /// Why this one.
    pub because: String,
}

/// Whether a law stands on the frontier of the goals.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frontier {
    /// The law.
    pub law: String,
    /// The laws that might beat it.
    pub others: Vec<String>,
}

/// How quantities go with a parameter, over all draws.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Across {
    /// The parameter.
    pub parameter: String,
    /// More sums whose correlation with it is told.
    #[serde(default)]
    pub figure: BTreeMap<String, String>,
}

/// What is said of a claim.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Says {
    /// Where it holds in nine of ten draws or more.
    #[serde(default)]
    pub holds: String,
    /// Where it holds in one of ten or fewer.
    #[serde(default)]
    pub fails: String,
    /// Between them, and where nothing is counted.
    pub open: String,
}

/// A claim and how it is read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Its id, such as `C1`.
    pub id: String,
    /// The claim.
    pub claim: String,
    /// What is measured, in words.
    pub measured: String,
    /// The unit of the effect.
    pub unit: String,
    /// What the model cannot say of it.
    pub silent_on: String,
    /// The condition under which it holds in a draw; none where the model cannot say.
    pub holds: Option<String>,
    /// The sum that is its effect.
    pub effect: String,
    /// What is said.
    pub says: Says,
    /// The quantities, by name.
    #[serde(default)]
    pub quantity: BTreeMap<String, Quantity>,
    /// The thresholds, by name.
    #[serde(default)]
    pub threshold: BTreeMap<String, Threshold>,
    /// More sums that are told.
    #[serde(default)]
    pub figure: BTreeMap<String, String>,
    /// More conditions whose share of draws is told.
    #[serde(default)]
    pub also: BTreeMap<String, String>,
    /// The frontier it asks for: in each draw it gives the name `margin`.
    pub frontier: Option<Frontier>,
    /// The parameter it asks for, in place of an effect by draw.
    pub across: Option<Across>,
}

/// The name of what a [`Frontier`] gives.
pub const MARGIN: &str = "margin";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    claim: Vec<Definition>,
}

impl Definition {
    /// Its laws, each once, in the order of the file.
    #[must_use]
    pub fn laws(&self) -> Vec<&str> {
        let mut laws: Vec<&str> = Vec::new();
        let of_quantities = self.quantity.values().map(|q| q.law.as_str());
        let of_frontier = self.frontier.iter().flat_map(|f| {
            let others = f.others.iter().map(String::as_str);
            std::iter::once(f.law.as_str()).chain(others)
        });
        for law in of_quantities.chain(of_frontier) {
            if !laws.contains(&law) {
                laws.push(law);
            }
        }
        laws
    }

    /// Its sums and conditions by what they are.
    fn sums(&self) -> impl Iterator<Item = &String> {
        let across = self.across.iter().flat_map(|a| a.figure.values());
        std::iter::once(&self.effect)
            .chain(self.figure.values())
            .chain(across)
    }

    fn conditions(&self) -> impl Iterator<Item = &String> {
        self.holds.iter().chain(self.also.values())
    }

    /// What is wrong with it, if anything.
    fn fault(&self) -> Result<(), String> {
        let knows = |name: &str| {
            self.quantity.contains_key(name)
                || self.threshold.contains_key(name)
                || (name == MARGIN && self.frontier.is_some())
        };
        let known = |names: Vec<&str>| match names.into_iter().find(|name| !knows(name)) {
            Some(name) => Err(format!("there is no quantity or threshold `{name}`")),
            None => Ok(()),
        };
        for text in self.sums() {
            let sum = Sum::read(text)?;
            let mut names = Vec::new();
            sum.names(&mut names);
            known(names)?;
        }
        for text in self.conditions() {
            let condition = Condition::read(text)?;
            let mut names = Vec::new();
            condition.names(&mut names);
            known(names)?;
        }
        if self.holds.is_some() && (self.says.holds.is_empty() || self.says.fails.is_empty()) {
            return Err("it can hold, so it needs words for `holds` and `fails`".into());
        }
        for (name, quantity) in &self.quantity {
            let needs = matches!(quantity.over, Over::MonthsToReach | Over::ShareBelow)
                || quantity.series.iter().any(|s| s.ends_with(":*"));
            if needs != quantity.level.is_some() {
                let word = if needs {
                    "needs a"
                } else {
                    "has no use for its"
                };
                return Err(format!("the quantity `{name}` {word} `level`"));
            }
        }
        match self.threshold.iter().find(|(_, t)| t.because.is_empty()) {
            Some((name, _)) => Err(format!("the threshold `{name}` gives no reason")),
            None => Ok(()),
        }
    }
}

/// Reads the definitions.
///
/// ```
/// use tiergate_lab::{built_in, claims};
/// let all = claims::definitions(built_in::CLAIMS).unwrap();
/// assert_eq!((all.len(), all[0].id.as_str()), (12, "C1"));
/// ```
///
/// # Errors
///
/// The first fault, with the claim it is in.
pub fn definitions(text: &str) -> Result<Vec<Definition>, ClaimError> {
    let file: File = toml::from_str(text).map_err(|error| ClaimError::File {
        line: error
            .span()
            .map(|span| 1 + text[..span.start].matches('\n').count()),
        why: error.message().to_owned(),
    })?;
    for (n, claim) in file.claim.iter().enumerate() {
        let twice = file.claim[..n].iter().any(|c| c.id == claim.id);
        let fault = match twice {
            true => Err("it is there twice".to_owned()),
            false => claim.fault(),
        };
        fault.map_err(|why| ClaimError::Claim {
            id: claim.id.clone(),
            why,
        })?;
    }
    Ok(file.claim)
}
