//! Validation: the model beside what is known, beside a naive baseline, and blind where values are held
//! out.

use rayon::prelude::*;
use tiergate_engine::Desk;

use crate::built_in;
use crate::fan::known;
use crate::findings::{Score, Target};
use crate::model::{Broken, point};
use crate::series as s;
use crate::setup::{Asked, Setup, SetupError};
use crate::statistics::interval_score;
use crate::targets::{Known, Role, last_month, read};
use crate::world::TableError;

/// The law as it happened.
const AS_IT_HAPPENED: &str = "us";

/// What a validation is made of: the setup, the targets, and what each draw says of them.
pub type Validated = (Setup, Vec<Known>, Vec<Said>);

/// Why a validation cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum ValidateError {
    /// What is asked.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The targets.
    #[error(transparent)]
    Table(#[from] TableError),
    /// Accounts that do not add up.
    #[error(transparent)]
    Broken(#[from] Broken),
    /// It was told to stop.
    #[error("stopped")]
    Stopped,
}

/// Says every target under the law as it happened, as far as the targets need: draws, seed, settings and
/// whether the prior is drawn from are those asked for. With `fitted`, only as far as those need whose
/// value is known.
///
/// # Errors
///
/// What is asked, the targets, or accounts that do not add up; or that it was stopped.
pub fn as_it_happened(
    desk: &Desk,
    asked: &Asked,
    fitted: bool,
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Validated, ValidateError> {
    let law = AS_IT_HAPPENED.parse().map_err(|_| SetupError::NoLaw)?;
    // Once to read what the targets need, and then no longer than that.
    let mut of = Asked {
        laws: vec![law],
        draws: 1,
        ..asked.clone()
    };
    let mut targets = read(built_in::TARGETS, &Setup::new(desk, &of)?.model)?;
    targets.retain(|target| !fitted || target.value.is_some());
    of.until = last_month(&targets).unwrap_or(asked.until);
    of.draws = asked.draws;
    let setup = Setup::new(desk, &of)?;
    let targets = read(built_in::TARGETS, &setup.model)?;
    let said = say(&setup, &targets, on)?;
    Ok((setup, targets, said))
}

/// The central interval that is scored.
const COVERAGE: f64 = 0.9;

/// What one draw says of every target, and what the baseline says.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The draw.
    pub draw: u64,
    /// The model.
    pub model: Vec<Option<f64>>,
    /// The baseline.
    pub baseline: Vec<Option<f64>>,
}

/// Says every target in every draw, under the first law of a setup, for as long as `on` says so: it is
/// told after every draw.
///
/// # Errors
///
/// Accounts that do not add up; or that it was stopped.
pub fn say(
    setup: &Setup,
    targets: &[Known],
    on: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Said>, ValidateError> {
    let model = &setup.model;
    let table = &setup.tables[0];
    let share = Share::fixed(targets);
    (0..setup.plan.draws)
        .into_par_iter()
        .map(|draw| {
            let values = setup.drawing.values(model, draw);
            let told = model.rehearse(table, &values, setup.plan.seed, draw)?;
            let said = targets
                .iter()
                .map(|t| t.told(model, &values, &told))
                .collect();
            // The baseline's flow: a share of what is made, drawn from the interval of the year it is
            // fixed on.
            let share = share.map(|share| share.draw(setup.plan.seed, draw));
            let flow: Option<Vec<f32>> = share.map(|share| {
                let made = told.series(s::MADE).iter();
                made.map(|made| made * share as f32).collect()
            });
            let baseline = targets.iter().map(|target| match &flow {
                Some(flow) if target.smuggled => target.of(model, &values, &|_| flow.as_slice()),
                _ => None,
            });
            let baseline = baseline.collect();
            if !on() {
                return Err(ValidateError::Stopped);
            }
            Ok(Said {
                draw,
                model: said,
                baseline,
            })
        })
        .collect()
}

/// The share of the world's flow that was smuggled in the year it is fixed on: its middle, and its spread
/// as a standard deviation of the logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Share {
    middle: f64,
    spread: f64,
}

impl Share {
    /// From the first flow of smuggled chips that the model is fitted to, and the stocks of the world at the
    /// beginning and the end of its year.
    fn fixed(targets: &[Known]) -> Option<Share> {
        let fitted = |t: &&Known| t.smuggled && t.role == Role::Calibrate && t.value.is_some();
        let flow = targets.iter().find(fitted)?;
        let year: i32 = flow.period.parse().ok()?;
        let stock = |year: i32| {
            let period = format!("{year}Q4");
            let stock = targets
                .iter()
                .find(|t| t.period == period && t.quantity.starts_with("World"));
            stock.and_then(|t| t.value)
        };
        Some(Share {
            middle: flow.value? / (stock(year)? - stock(year - 1)?),
            spread: flow.slack()?,
        })
    }

    fn draw(self, seed: u64, draw: u64) -> f64 {
        // Box and Muller, on two coordinates of a point of its own.
        let u = point(!seed, draw, 2);
        let z = (-2.0 * (1.0 - u[0]).ln()).sqrt() * (std::f64::consts::TAU * u[1]).cos();
        self.middle * (self.spread * z).exp()
    }
}

fn score(spread: Option<[f64; 3]>, value: Option<f64>, role: Role) -> Option<Score> {
    let ([low, middle, high], value) = (spread?, value?);
    if role == Role::Seen || value <= 0.0 || middle <= 0.0 {
        return None;
    }
    Some(Score {
        log_error: (middle / value).ln().abs(),
        interval: interval_score([low, high], COVERAGE, value) / value,
        covered: (low..=high).contains(&value),
    })
}

/// How the model does, in two sentences: whether what is known lies in its range, and how it stands beside
/// the baseline by both scores.
#[must_use]
pub fn summary(targets: &[Target]) -> String {
    let within = |role: Role| {
        let of = targets.iter().filter(|t| t.role == role.word());
        let known: Vec<bool> = of
            .filter_map(|t| {
                let ([low, _, high], known) = (t.model?, t.known?);
                Some((low..=high).contains(&known))
            })
            .collect();
        (known.iter().filter(|in_it| **in_it).count(), known.len())
    };
    let ((fitted_in, fitted), (seen_in, seen)) = (within(Role::Calibrate), within(Role::Seen));
    let both: Vec<(Score, Score)> = targets
        .iter()
        .filter_map(|t| t.score.zip(t.baseline_score))
        .collect();
    let nearer = both.iter().filter(|(a, b)| a.log_error < b.log_error);
    let better = both.iter().filter(|(a, b)| a.interval < b.interval);
    format!(
        "What is known lies in the model's range in {fitted_in} of {fitted} targets that it was fitted to or begins \
         with, and in {seen_in} of {seen} that were seen and not fitted. Beside the baseline (smuggled chips a constant \
         share of what the world makes), its median is nearer in {} of {} and its interval scores better in {}.",
        nearer.count(),
        both.len(),
        better.count()
    )
}

/// The targets with what was said of them.
#[must_use]
pub fn validate(targets: &[Known], said: &[Said]) -> Vec<Target> {
    let spread = |of: &dyn Fn(&Said) -> Option<f64>| {
        known(said.iter().filter_map(of)).map(|sample| sample.band())
    };
    targets
        .iter()
        .enumerate()
        .map(|(at, target)| {
            let model = spread(&|said| said.model[at]);
            let baseline = spread(&|said| said.baseline[at]);
            Target {
                id: target.id.clone(),
                quantity: target.quantity.clone(),
                period: target.period.clone(),
                unit: target.unit.clone(),
                role: target.role.word().to_owned(),
                model,
                baseline,
                known: target.value,
                known_range: target.range,
                score: score(model, target.value, target.role),
                baseline_score: score(baseline, target.value, target.role),
                note: target.note.clone(),
            }
        })
        .collect()
}
