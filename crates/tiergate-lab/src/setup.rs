//! From what is asked to what can be run: the world until a month, the laws tabulated, the draws to take.

use rayon::prelude::*;
use serde::Deserialize;
use std::path::Path;
use tiergate_engine::Desk;
use tiergate_law::LawRef;

use crate::archetype::ArchetypeError;
use crate::built_in;
use crate::model::{Model, ModelError};
use crate::month::Month;
use crate::parameter::ParameterError;
use crate::posterior::{Posterior, PosteriorError};
use crate::run::{Drawing, Plan, Results, RunError, run, run_while};
use crate::series::{BY_COMPANY, BY_PLACE, SERIES};
use crate::table::{Table, TabulateError};
use crate::world::TableError;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The laws, the first being the one that others are compared with.
    pub laws: Vec<LawRef>,
    /// How many draws.
    pub draws: u64,
    /// The seed of all chance.
    pub seed: u64,
    /// The last month.
    pub until: Month,
    /// Parameters held at a value, as `id=value`.
    pub settings: Vec<String>,
    /// Whether draws are of the prior ranges; else of the posterior built in.
    pub prior: bool,
}

impl Asked {
    /// The command that asks for the same, with everything said that could be left out.
    ///
    /// ```
    /// use tiergate_lab::{Asked, Month};
    /// let asked = Asked {
    ///     laws: vec!["us:text".parse().unwrap()], draws: 16, seed: 1,
    ///     until: Month::read("2025-12").unwrap(), settings: vec!["grey.cost= 0.2".into()], prior: true,
    /// };
    /// assert_eq!(
    ///     asked.command("run"),
    ///     "tiergate lab run --law us:text --draws 16 --seed 1 --until 2025-12 \
    ///      --set 'grey.cost= 0.2' --prior"
    /// );
    /// ```
    #[must_use]
    pub fn command(&self, verb: &str) -> String {
        let mut command = format!("tiergate lab {verb}");
        for law in &self.laws {
            command += &format!(" --law {}", quoted(&law.to_string()));
        }
        command += &format!(
            " --draws {} --seed {} --until {}",
            self.draws, self.seed, self.until
        );
        for setting in &self.settings {
            command += &format!(" --set {}", quoted(setting));
        }
        if self.prior {
            command += " --prior";
        }
        command
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._=:/@,+-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Why something cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// A table of the world.
    #[error(transparent)]
    World(#[from] TableError),
    /// A parameter or a setting.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// An archetype.
    #[error(transparent)]
    Archetype(#[from] ArchetypeError),
    /// The model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A law.
    #[error("{law}: {error}")]
    Law {
        /// The law.
        law: String,
        /// What is wrong.
        #[source]
        error: TabulateError,
    },
    /// The posterior.
    #[error(transparent)]
    Posterior(#[from] PosteriorError),
    /// No law.
    #[error("no law to rehearse: name one, such as `us`")]
    NoLaw,
    /// A law that is named twice.
    #[error("the law `{0}` is named twice: once is enough")]
    Twice(String),
}

/// What can be run.
#[derive(Debug)]
pub struct Setup {
    /// The model.
    pub model: Model,
    /// The laws, tabulated.
    pub tables: Vec<Table>,
    /// The parameters of draws.
    pub drawing: Drawing,
    /// The plan.
    pub plan: Plan,
    /// The first month in which a law differs from the first.
    pub parts: usize,
}

/// A regime by its law, with a name and a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regime {
    /// The law, as asked.
    pub law: String,
    /// What it is called.
    pub name: String,
    /// What it says, in words.
    pub says: String,
}

/// The regimes that are compared when none are named.
///
/// ```
/// let regimes = tiergate_lab::regimes().unwrap();
/// assert_eq!((regimes.len(), regimes[0].law.as_str()), (8, "us"));
/// ```
///
/// # Errors
///
/// A fault of the table.
pub fn regimes() -> Result<Vec<Regime>, TableError> {
    let mut reader = csv::Reader::from_reader(built_in::REGIMES.as_bytes());
    let rows = reader.deserialize();
    let wrong = |error: csv::Error| TableError {
        table: "regimes.csv",
        line: error.position().map(csv::Position::line),
        why: error.to_string(),
    };
    rows.map(|row| row.map_err(wrong)).collect()
}

/// The regimes as laws.
///
/// # Errors
///
/// A fault of the table.
pub fn regime_laws() -> Result<Vec<LawRef>, TableError> {
    let laws = regimes()?.into_iter().map(|regime| {
        let law = regime.law.parse::<LawRef>();
        law.map_err(|error| TableError {
            table: "regimes.csv",
            line: None,
            why: error.to_string(),
        })
    });
    laws.collect()
}

/// What a law is called: its name among the regimes, or itself.
#[must_use]
pub fn name_of(law: &str) -> String {
    let known = regimes()
        .unwrap_or_default()
        .into_iter()
        .find(|r| r.law == law);
    known.map_or_else(|| law.to_owned(), |regime| regime.name)
}

/// A digest of what a run rests on: the world, the parameters, the laws as tabulated, the version.
fn digest(model: &Model, tables: &[Table]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(env!("CARGO_PKG_VERSION").as_bytes());
    hasher.update(format!("{SERIES:?} {BY_PLACE:?} {BY_COMPANY:?}").as_bytes());
    for source in crate::model::SOURCES {
        hasher.update(source.as_bytes());
    }
    hasher.update(format!("{:?}", model.parameters).as_bytes());
    hasher.update(format!("{:?} {:?}", model.world, model.groups).as_bytes());
    for table in tables {
        hasher.update(table.digest().as_bytes());
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

impl Setup {
    /// Makes ready what is asked.
    ///
    /// # Errors
    ///
    /// A law that cannot be read, a setting of no parameter, a fault of a table.
    pub fn new(desk: &Desk, asked: &Asked) -> Result<Setup, SetupError> {
        let mut laws = asked.laws.iter().enumerate();
        if let Some((_, law)) = laws.find(|(n, law)| asked.laws[..*n].contains(law)) {
            return Err(SetupError::Twice(law.to_string()));
        }
        let world = built_in::world(asked.until)?;
        let mut parameters = built_in::parameters()?;
        parameters.set_all(&asked.settings)?;
        let model = Model::new(desk, world, parameters)?;
        let archetypes = built_in::archetypes()?;
        let tables: Vec<Table> = asked
            .laws
            .par_iter()
            .map(|law| {
                Table::make(desk, law, &model.world, &archetypes).map_err(|error| SetupError::Law {
                    law: law.to_string(),
                    error,
                })
            })
            .collect::<Result<_, _>>()?;
        let first = tables.first().ok_or(SetupError::NoLaw)?;
        let parts = tables
            .iter()
            .filter_map(|table| table.parts_from(first))
            .min();
        let posterior = match asked.prior {
            true => None,
            false => built_in::posterior()?,
        };
        let plan = Plan {
            laws: asked.laws.iter().map(ToString::to_string).collect(),
            draws: asked.draws,
            seed: asked.seed,
            until: asked.until.to_string(),
            settings: asked.settings.clone(),
            posterior: posterior.as_ref().map(Posterior::digest),
            rests_on: digest(&model, &tables),
        };
        let drawing = Drawing::new(asked.seed, posterior);
        Ok(Setup {
            model,
            tables,
            drawing,
            plan,
            parts: parts.unwrap_or_default(),
        })
    }

    /// Runs it into a folder, or goes on with it.
    ///
    /// # Errors
    ///
    /// See [`run`].
    pub fn run(&self, folder: &Path, each: &(dyn Fn(u64) + Sync)) -> Result<Results, RunError> {
        run(
            folder,
            &self.plan,
            &self.model,
            &self.tables,
            &self.drawing,
            each,
        )
    }

    /// Runs it for as long as `on` says so: it is told after every draw how many are done.
    ///
    /// # Errors
    ///
    /// See [`run`]; or [`RunError::Stopped`].
    pub fn run_while(
        &self,
        folder: &Path,
        on: &(dyn Fn(u64) -> bool + Sync),
    ) -> Result<Results, RunError> {
        run_while(
            folder,
            &self.plan,
            &self.model,
            &self.tables,
            &self.drawing,
            on,
        )
    }

    /// A name for the folder of this run: the same for the same plan.
    #[must_use]
    pub fn folder_name(&self) -> String {
        let plan = serde_json::to_string(&self.plan).unwrap_or_default();
        format!("lab-{}", &blake3::hash(plan.as_bytes()).to_hex()[..10])
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_is_quoted_only_where_a_shell_would_read_more_into_it() {
        assert_eq!(quoted("us@2025-06-01:text"), "us@2025-06-01:text");
        assert_eq!(quoted("grey.cost= 0.2"), "'grey.cost= 0.2'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
    }
}
