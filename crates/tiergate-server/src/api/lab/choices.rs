//! What can be asked of the lab.

use axum::Json as Answer;
use serde::Serialize;
use tiergate_lab::{Parameter, Regime, built_in, regimes};
use utoipa::ToSchema;

use crate::api::extract::Let;
use crate::guard::door;
use crate::lab::{DRAWS_LEAST, months};
use crate::problem::Problem;

/// A regime.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabRegime)]
pub struct RegimeTold {
    /// The law, as a run names it.
    law: String,
    /// What it is called.
    name: String,
    /// What it says.
    says: String,
}

impl From<Regime> for RegimeTold {
    fn from(regime: Regime) -> Self {
        RegimeTold {
            law: regime.law,
            name: regime.name,
            says: regime.says,
        }
    }
}

/// A number of the world.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LabParameter)]
pub struct ParameterTold {
    /// Its id.
    id: String,
    /// What it says.
    says: String,
    /// Its unit.
    unit: String,
    /// The value when nothing is drawn.
    default: f64,
    /// The least and the most a draw takes; it can be held at a value between them.
    range: [f64; 2],
    /// How it is known: primary, derived, secondary, memory, assumed.
    known: &'static str,
    /// Where it comes from.
    source: String,
}

impl From<&Parameter> for ParameterTold {
    fn from(of: &Parameter) -> Self {
        ParameterTold {
            id: of.id.clone(),
            says: of.says.clone(),
            unit: of.unit.clone(),
            default: of.default,
            range: of.range,
            known: of.known.word(),
            source: of.source.clone(),
        }
    }
}

/// What can be asked of the lab.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Lab)]
pub struct Choices {
    /// The regimes.
    regimes: Vec<RegimeTold>,
    /// The parameters.
    parameters: Vec<ParameterTold>,
    /// The least and the most draws.
    draws: [u64; 2],
    /// The first and the last month.
    until: [String; 2],
}

/// Tell what can be rehearsed: regimes, parameters with their ranges, limits
///
/// # Errors
///
/// Not for whoever asks.
#[utoipa::path(
    get,
    path = "/lab",
    tag = "lab",
    responses((status = 200, description = "What can be asked", body = Choices))
)]
pub async fn choices(at: Let<door::Lab>) -> Result<Answer<Choices>, Problem> {
    at.tell(|app, _| {
        let parameters = built_in::parameters().map_err(|e| Problem::internal(&e))?;
        let regimes = regimes().map_err(|e| Problem::internal(&e))?;
        let until = months().map_err(|fault| Problem::from(vec![fault]))?;
        Ok(Choices {
            regimes: regimes.into_iter().map(RegimeTold::from).collect(),
            parameters: parameters.all().iter().map(ParameterTold::from).collect(),
            draws: [DRAWS_LEAST, app.config.limits.lab_draws],
            until: until.map(|month| month.to_string()),
        })
    })
    .await
}
