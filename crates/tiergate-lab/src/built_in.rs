//! The tables and parameters built in: those of the folder `lab`.

use crate::archetype::{ArchetypeError, Archetypes};
use crate::month::Month;
use crate::parameter::{ParameterError, Parameters};
use crate::posterior::{Posterior, PosteriorError};
use crate::world::{TableError, Tables, World};

/// The tables of the world.
pub const TABLES: Tables<'static> = Tables {
    countries: include_str!("../../../lab/countries.csv"),
    chips: include_str!("../../../lab/chips.csv"),
    supply: include_str!("../../../lab/supply.csv"),
    stock: include_str!("../../../lab/stock.csv"),
    events: include_str!("../../../lab/events.csv"),
    groups: include_str!("../../../lab/groups.csv"),
    companies: include_str!("../../../lab/companies.csv"),
};

/// The parameters.
pub const PARAMETERS: &str = include_str!("../../../lab/parameters.toml");

/// The archetypes.
pub const ARCHETYPES: &str = include_str!("../../../lab/archetypes.toml");

/// The parameters built in.
///
/// ```
/// let parameters = tiergate_lab::built_in::parameters().unwrap();
/// assert!(parameters.place("grey.cost").is_ok());
/// ```
///
/// # Errors
///
/// A fault of the file.
pub fn parameters() -> Result<Parameters, ParameterError> {
    Parameters::read(PARAMETERS)
}

/// The world built in, from the first month its tables know the stock of through another.
///
/// ```
/// use tiergate_lab::{Month, built_in};
/// let world = built_in::world(Month::read("2024-12").unwrap()).unwrap();
/// assert_eq!((world.months.len(), world.places[world.us].name.as_str()), (24, "United States"));
/// assert!(built_in::world(Month::read("2021-12").unwrap()).is_err());
/// ```
///
/// # Errors
///
/// A fault of a table.
pub fn world(last: Month) -> Result<World, TableError> {
    World::read(last, &TABLES)
}

/// The archetypes built in.
///
/// # Errors
///
/// A fault of the file.
pub fn archetypes() -> Result<Archetypes, ArchetypeError> {
    Archetypes::read(ARCHETYPES)
}

/// The regimes that are compared when none are named.
pub const REGIMES: &str = include_str!("../../../lab/regimes.csv");

/// A digest of the parameters and tables built in: a posterior is of the world it was drawn from.
#[must_use]
pub fn digest() -> String {
    let mut hasher = blake3::Hasher::new();
    let t = TABLES;
    for text in [
        PARAMETERS,
        t.countries,
        t.chips,
        t.supply,
        t.stock,
        t.events,
        t.groups,
        t.companies,
        TARGETS,
    ] {
        hasher.update(text.as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// What is known or to be predicted of the world, and how the model reads it.
pub const TARGETS: &str = include_str!("../../../lab/targets.csv");

/// The draws that fit what is known, as calibrated.
pub const POSTERIOR: &str = include_str!("../../../lab/posterior.toml");

/// The posterior built in; none while nothing has been calibrated.
///
/// # Errors
///
/// A fault of the file.
pub fn posterior() -> Result<Option<Posterior>, PosteriorError> {
    let empty = POSTERIOR
        .lines()
        .all(|line| line.trim().is_empty() || line.starts_with('#'));
    match empty {
        true => Ok(None),
        false => Posterior::read("lab/posterior.toml", POSTERIOR).map(Some),
    }
}

/// The claims of the debate, and how each is read.
pub const CLAIMS: &str = include_str!("../../../lab/claims.toml");

/// Laws of the lab alone, each the same as another but for one thing, as name and text: proposals in the
/// law language that stand beside those of a library.
pub const VARIATIONS: [(&str, &str); 2] = [
    (
        "lab/variations/diffusion-lpp-300.toml",
        include_str!("../../../lab/variations/diffusion-lpp-300.toml"),
    ),
    (
        "lab/variations/diffusion-without-7-percent.toml",
        include_str!("../../../lab/variations/diffusion-without-7-percent.toml"),
    ),
];
