//! The claims of the debate, and what the draws say of each: in which share of them it holds, how large
//! the effect is, and which parameters decide it. Never a bare yes.
//!
//! How a claim is read stands in `lab/claims.toml`: which series under which laws, how they are put
//! together, by which thresholds and why. No number of the world or of policy stands here.

mod decided;
mod definition;
mod expression;
mod ground;
mod told;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use tiergate_law::LawRef;

pub use decided::{beyond_chance, correlation_interval, decided_by};
pub use definition::{
    Across, Definition, Frontier, Over, Per, Quantity, Says, Threshold, Window, definitions,
};
pub use expression::{Condition, Sum};
pub use ground::{Draws, Ground};

use crate::archetype::Buyer;
use crate::built_in;
use crate::fan::known;
use crate::findings::Claim;
use crate::model::Group;
use crate::run::{Results, RunError};
use crate::setup::Setup;
use crate::statistics::{Share, spearman};
use crate::table::COLUMNS;
use crate::world::Class;

/// Why claims cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// The file.
    #[error("claims.toml{}: {why}", line.map_or_else(String::new, |line| format!(", line {line}")))]
    File {
        /// Where.
        line: Option<usize>,
        /// What the reader says.
        why: String,
    },
    /// A claim.
    #[error("claims.toml: the claim {id}: {why}")]
    Claim {
        /// Which.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// A law that was not run.
    #[error("claims.toml: `{0}` was not run; a run for claims has all their laws")]
    Law(String),
    /// A series that there is none of.
    #[error("claims.toml: there is no series `{0}`")]
    Series(String),
    /// A month.
    #[error("claims.toml: `{0}` is no month: write 2026-12")]
    Month(String),
    /// A parameter that there is none of.
    #[error("claims.toml: there is no parameter `{0}`")]
    Parameter(String),
    /// Results that cannot be read.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// The laws that claims are read from, each once; the law that others are compared with comes first.
///
/// ```
/// let laws = tiergate_lab::claims::laws().unwrap();
/// assert_eq!(laws[0].to_string(), "us");
/// assert!(laws.iter().any(|law| law.to_string() == "variation-lpp-300"));
/// ```
///
/// # Errors
///
/// A fault of the file.
pub fn laws() -> Result<Vec<LawRef>, ClaimError> {
    let mut laws = vec![LawRef::us()];
    for claim in definitions(built_in::CLAIMS)? {
        for law in claim.laws() {
            let wrong = |error: tiergate_law::ParseLawError| ClaimError::Claim {
                id: claim.id.clone(),
                why: error.to_string(),
            };
            let law: LawRef = law.parse().map_err(wrong)?;
            if !laws.contains(&law) {
                laws.push(law);
            }
        }
    }
    Ok(laws)
}

/// What the draws of a run say of each claim.
///
/// # Errors
///
/// A fault of the file, a law that was not run, or results that cannot be read.
pub fn claims(setup: &Setup, results: &Results) -> Result<Vec<Claim>, ClaimError> {
    let months = setup.model.world.months;
    let codes = setup.model.countries();
    let told = setup.model.told();
    let place = |law: &str| {
        let at = setup.plan.laws.iter().position(|l| l == law);
        at.ok_or_else(|| ClaimError::Law(law.to_owned()))
    };
    let read = |law: &str, id: &str| {
        let at = told
            .find(id)
            .ok_or_else(|| ClaimError::Series(id.to_owned()))?;
        Ok(results.series(place(law)?, at, months.len())?)
    };
    let since = |laws: &[&str]| {
        let places: Vec<usize> = laws.iter().map(|l| place(l)).collect::<Result<_, _>>()?;
        // A claim on a single law begins where that parts from the first of the run.
        let first = places.first().filter(|_| places.len() > 1).copied();
        let first = &setup.tables[first.unwrap_or_default()];
        let parts = places
            .iter()
            .filter_map(|p| setup.tables[*p].parts_from(first));
        Ok(parts.min().unwrap_or(setup.parts))
    };
    let column = |buyer: Buyer| COLUMNS.iter().position(|c| *c == (buyer, Class::Best));
    let (local, agreed) = (column(Buyer::Local), column(Buyer::Agreement));
    let could_agree = |law: &str| {
        let table = &setup.tables[place(law)?];
        let more = |at: usize, place: usize| {
            local.zip(agreed).is_some_and(|(local, agreed)| {
                place != setup.model.world.us
                    && setup.model.groups[place] != Group::Embargoed
                    && table.ladder_number(at, place, local)
                        != table.ladder_number(at, place, agreed)
            })
        };
        let count = |at: usize| (0..codes.len()).filter(|place| more(at, *place)).count() as f64;
        Ok((0..months.len()).map(count).collect())
    };
    let middle = |at: &usize| {
        setup.model.groups[*at] == Group::Middle && !setup.model.world.places[*at].region
    };
    let ground = Ground {
        months,
        draws: usize::try_from(setup.plan.draws).unwrap_or_default(),
        read: &read,
        since: &since,
        could_agree: &could_agree,
        middle: (0..codes.len())
            .filter(middle)
            .map(|at| codes[at].clone())
            .collect(),
        parameters: setup
            .model
            .parameters
            .all()
            .iter()
            .map(|p| p.id.clone())
            .collect(),
        values: (0..setup.plan.draws)
            .map(|draw| setup.drawing.values(&setup.model, draw))
            .collect(),
    };
    let all = definitions(built_in::CLAIMS)?;
    all.iter().map(|claim| judge(claim, &ground)).collect()
}

/// What the draws say of one claim.
///
/// # Errors
///
/// A law, series, month or parameter that there is none of, or results that cannot be read.
pub fn judge(claim: &Definition, ground: &Ground<'_>) -> Result<Claim, ClaimError> {
    let wrong = |why: String| ClaimError::Claim {
        id: claim.id.clone(),
        why,
    };
    let since = (ground.since)(&claim.laws())?;
    let mut quantities: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (name, quantity) in &claim.quantity {
        quantities.insert(name, ground.quantity(quantity, since)?);
    }
    if let Some(frontier) = &claim.frontier {
        quantities.insert(definition::MARGIN, ground.margin(frontier, since)?);
    }
    let of = |draw: usize| {
        let (quantities, thresholds) = (&quantities, &claim.threshold);
        move |name: &str| match quantities.get(name) {
            Some(draws) => draws[draw],
            None => thresholds.get(name).map_or(f64::NAN, |t| t.value),
        }
    };
    let sums = |text: &String| -> Result<Vec<f64>, ClaimError> {
        let sum = Sum::read(text).map_err(wrong)?;
        Ok((0..ground.draws).map(|n| sum.value(&of(n))).collect())
    };
    // Draws in which it is not known are left out.
    let answers = |text: &String| -> Result<Vec<bool>, ClaimError> {
        let condition = Condition::read(text).map_err(wrong)?;
        Ok((0..ground.draws)
            .filter_map(|n| condition.holds(&of(n)))
            .collect())
    };
    let effects = sums(&claim.effect)?;
    let answered = claim.holds.as_ref().map(answers).transpose()?;
    let holds = answered.clone().and_then(|all| Share::of(all).ok());
    let mut places = told::thresholds(claim);
    let effect = match &claim.across {
        None => band(&effects),
        Some(across) => {
            for (name, text) in &across.figure {
                let with = correlation(ground, across, &sums(text)?)?;
                places.insert(name.clone(), told::band(with));
            }
            correlation(ground, across, &effects)?
        }
    };
    places.insert("effect".into(), told::band(effect));
    for (name, text) in &claim.figure {
        places.insert(name.clone(), told::band(band(&sums(text)?)));
    }
    let in_draws =
        |share: Option<Share>| share.map_or_else(|| "no draw".into(), crate::told::share);
    places.insert("holds".into(), in_draws(holds));
    for (name, text) in &claim.also {
        places.insert(name.clone(), in_draws(Share::of(answers(text)?).ok()));
    }
    let mut sentence = told::fill(told::words(&claim.says, holds), &places);
    let left_out = answered.map_or(0, |all| ground.draws - all.len());
    if left_out > 0 {
        sentence += &format!(
            " In {left_out} of {} draws that is not known.",
            ground.draws
        );
    }
    let decided_by = decided_by(&ground.parameters, &ground.values, &effects);
    Ok(Claim {
        id: claim.id.clone(),
        claim: claim.claim.clone(),
        measured: told::fill(&claim.measured, &places),
        holds,
        effect,
        unit: claim.unit.clone(),
        decided_by,
        sentence,
        silent_on: told::fill(&claim.silent_on, &places),
    })
}

fn band(values: &[f64]) -> Option<[f64; 3]> {
    known(values.iter().copied()).map(|sample| sample.band())
}

/// The rank correlation of a parameter with values over the draws, with its interval; none where either
/// does not vary.
fn correlation(
    ground: &Ground<'_>,
    across: &Across,
    values: &[f64],
) -> Result<Option<[f64; 3]>, ClaimError> {
    let at = ground
        .parameters
        .iter()
        .position(|p| *p == across.parameter);
    let at = at.ok_or_else(|| ClaimError::Parameter(across.parameter.clone()))?;
    let pairs: Vec<(f64, f64)> = values
        .iter()
        .zip(&ground.values)
        .filter(|(x, _)| x.is_finite())
        .map(|(x, row)| (row[at], *x))
        .collect();
    let (parameter, values): (Vec<f64>, Vec<f64>) = pairs.into_iter().unzip();
    let r = spearman(&parameter, &values).ok().flatten();
    Ok(r.and_then(|r| correlation_interval(r, parameter.len())))
}
