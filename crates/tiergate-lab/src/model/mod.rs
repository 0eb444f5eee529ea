//! The model: a world of months under a law, in one draw of what is not known.
//!
//! The law speaks through its [`Table`] alone; all numbers of the world are [`Knobs`]. The equations and
//! where each comes from stand in `docs/lab.md`.

mod counted;
mod knobs;
mod month;
mod noise;
mod paths;
mod queue;
mod routes;
mod sizes;
mod talks;
mod years;

use tiergate_engine::{Desk, DeskError};
use tiergate_law::View;

pub use counted::{Counted, Drawn, Key, Whole};
pub use knobs::{Knobs, Places, READ};
pub use noise::point;
pub use queue::{Filed, GENERAL_LINE, LINES, Passed, Queue, Waits, Work};
pub use routes::{Room, Route, adapt, clear, enforce, margin};
pub use sizes::{Sizes, Split};
pub use talks::{Stage, Talk};
pub use years::monthly;

use crate::parameter::{ParameterError, Parameters};
use crate::series;
use crate::table::Table;
use crate::world::World;

/// The text of the model: what a run rests on besides its numbers.
pub(crate) const SOURCES: [&str; 15] = [
    include_str!("counted.rs"),
    include_str!("month/mod.rs"),
    include_str!("month/accounts.rs"),
    include_str!("month/columns.rs"),
    include_str!("month/governments.rs"),
    include_str!("month/licensing.rs"),
    include_str!("month/market.rs"),
    include_str!("month/orders.rs"),
    include_str!("noise.rs"),
    include_str!("paths.rs"),
    include_str!("queue.rs"),
    include_str!("routes.rs"),
    include_str!("sizes.rs"),
    include_str!("talks.rs"),
    include_str!("years.rs"),
];

/// The group of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The United States.
    UnitedStates,
    /// The favoured group of January 2025.
    Allies,
    /// All others.
    Middle,
    /// Under an arms embargo.
    Embargoed,
}

impl Group {
    /// All of them.
    pub const ALL: [Group; 4] = [
        Group::UnitedStates,
        Group::Allies,
        Group::Middle,
        Group::Embargoed,
    ];
}

/// A world that can be rehearsed.
#[derive(Debug, Clone)]
pub struct Model {
    /// The world.
    pub world: World,
    /// The parameters.
    pub parameters: Parameters,
    /// The group of each country.
    pub groups: Vec<Group>,
    places: Places,
    days: Vec<usize>,
}

/// Why a world cannot be rehearsed.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A parameter the model reads.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// The law of a group.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// A group that its law does not have.
    #[error("groups.csv: `{law}` has no group `{list}`")]
    Group {
        /// The law.
        law: String,
        /// The list.
        list: String,
    },
}

/// Why a rehearsal stopped: its accounts do not add up, which is a fault of the model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{month}: {what}: {left} is not {right}")]
pub struct Broken {
    /// The month.
    pub month: String,
    /// What does not add up.
    pub what: &'static str,
    /// One side.
    pub left: f64,
    /// The other.
    pub right: f64,
}

/// What a rehearsal tells: each series, month by month.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    /// Series after series, each with a value a month.
    pub values: Vec<f32>,
    months: usize,
}

impl Rehearsal {
    /// A series.
    #[must_use]
    pub fn series(&self, at: usize) -> &[f32] {
        &self.values[at * self.months..(at + 1) * self.months]
    }
}

impl Model {
    /// Makes ready: finds the parameters, and the group of each country in the law that names it.
    ///
    /// # Errors
    ///
    /// A parameter or a group that there is none of.
    pub fn new(desk: &Desk, world: World, parameters: Parameters) -> Result<Model, ModelError> {
        let places = Places::find(&parameters)?;
        let mut groups = vec![Group::Middle; world.places.len()];
        for group in &world.groups {
            let stamp = Desk::stamp(&group.law, world.day(0), None, None::<View>);
            let book = desk.rulebook(&stamp)?;
            let list = book.regime.groups.iter().find(|g| g.id == group.list);
            let list = list.ok_or_else(|| ModelError::Group {
                law: group.law.to_string(),
                list: group.list.clone(),
            })?;
            for (at, place) in world.places.iter().enumerate() {
                if list.is.contains(place.country) {
                    groups[at] = match group.name.as_str() {
                        "allies" => Group::Allies,
                        _ => Group::Embargoed,
                    };
                }
            }
        }
        groups[world.us] = Group::UnitedStates;
        let days = (0..world.months.len())
            .map(|at| usize::try_from(world.day(at).days_in_month()).unwrap_or_default())
            .collect();
        Ok(Model {
            world,
            parameters,
            groups,
            places,
            days,
        })
    }

    /// The codes of the countries, in their order.
    #[must_use]
    pub fn countries(&self) -> Vec<String> {
        self.world
            .places
            .iter()
            .map(|p| p.country.to_string())
            .collect()
    }

    /// How many series a rehearsal tells.
    #[must_use]
    pub fn series(&self) -> usize {
        series::count(self.world.places.len())
    }

    /// The knobs of a draw.
    #[must_use]
    pub fn knobs(&self, values: &[f64]) -> Knobs {
        self.places.knobs(values)
    }

    /// Rehearses a law with the parameters of a draw, under the noise of that draw.
    ///
    /// # Errors
    ///
    /// Accounts that do not add up.
    pub fn rehearse(
        &self,
        table: &Table,
        values: &[f64],
        seed: u64,
        draw: u64,
    ) -> Result<Rehearsal, Broken> {
        self.rehearse_kept(table, values, seed, draw, false)
            .map(|(told, _)| told)
    }

    /// The same, and what it drew on limits, when that is to be kept.
    ///
    /// # Errors
    ///
    /// Accounts that do not add up.
    pub fn rehearse_kept(
        &self,
        table: &Table,
        values: &[f64],
        seed: u64,
        draw: u64,
        keep: bool,
    ) -> Result<(Rehearsal, Vec<Drawn>), Broken> {
        let months = self.world.months.len();
        let days = self.days.iter().sum();
        let noise = noise::Noise::draw(seed, draw, months, days, self.world.places.len());
        let knobs = self.knobs(values);
        let mut run = month::Run::new(self, table, &knobs, &noise, keep);
        let mut values = vec![0.0; self.series() * months];
        for at in 0..months {
            run.month(at)?;
            for (series, value) in run.told().iter().enumerate() {
                values[series * months + at] = *value as f32;
            }
        }
        Ok((Rehearsal { values, months }, run.drawn()))
    }
}
