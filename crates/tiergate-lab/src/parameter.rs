//! What the lab takes for granted of the world: each number with its range and where it comes from.

use std::ops::Range;

use serde::Deserialize;

/// How a number of the world is known, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Known {
    /// Read in the primary text or file.
    Primary,
    /// Computed from a primary file.
    Derived,
    /// Read in a secondary page.
    Secondary,
    /// From memory; not found again.
    Memory,
    /// An assumption.
    Assumed,
}

impl Known {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Known::Primary => "primary",
            Known::Derived => "derived",
            Known::Secondary => "secondary",
            Known::Memory => "memory",
            Known::Assumed => "assumed",
        }
    }
}

/// How a draw is spread over a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Distribution {
    /// Every value alike.
    Uniform,
    /// Every factor alike.
    LogUniform,
    /// Most likely at the default, falling to nothing at both ends.
    Triangular,
}

impl Distribution {
    /// The word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Distribution::Uniform => "uniform",
            Distribution::LogUniform => "log-uniform",
            Distribution::Triangular => "triangular",
        }
    }
}

/// A number of the world.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameter {
    /// Its id, such as `grey.cost`.
    pub id: String,
    /// What it says.
    pub says: String,
    /// Its unit.
    pub unit: String,
    /// The value when nothing is drawn.
    pub default: f64,
    /// The least and the most a draw takes.
    pub range: [f64; 2],
    /// How a draw is spread.
    pub distribution: Distribution,
    /// How it is known.
    pub known: Known,
    /// Where it comes from.
    pub source: String,
}

impl Parameter {
    /// The value below which a share `u` of draws lies: the inverse of the distribution.
    ///
    /// ```
    /// use tiergate_lab::{Distribution, Known, Parameter};
    /// let cost = Parameter {
    ///     id: "grey.cost".into(), says: String::new(), unit: "share".into(),
    ///     default: 0.15, range: [0.05, 0.3], distribution: Distribution::Triangular,
    ///     known: Known::Assumed, source: "none".into(),
    /// };
    /// assert_eq!(cost.at(0.0), 0.05);
    /// assert!((cost.at(0.4) - 0.15).abs() < 1e-12);
    /// assert_eq!(cost.at(1.0), 0.3);
    /// ```
    #[must_use]
    pub fn at(&self, u: f64) -> f64 {
        let [low, high] = self.range;
        if high <= low {
            return low;
        }
        match self.distribution {
            Distribution::Uniform => low + u * (high - low),
            Distribution::LogUniform => low * (high / low).powf(u),
            Distribution::Triangular => {
                let (width, left) = (high - low, self.default - low);
                let peak = left / width;
                if u <= peak {
                    low + (u * width * left).sqrt()
                } else {
                    high - ((1.0 - u) * width * (high - self.default)).sqrt()
                }
            }
        }
    }

    /// What is wrong with it, if anything.
    fn fault(&self) -> Option<String> {
        let [low, high] = self.range;
        let all = [self.default, low, high];
        if all.iter().any(|x| !x.is_finite()) {
            return Some("its numbers are to be finite".into());
        }
        if low > self.default || self.default > high {
            return Some(format!(
                "its default {} is not within its range {low} to {high}",
                self.default
            ));
        }
        if self.distribution == Distribution::LogUniform && low <= 0.0 {
            return Some(format!(
                "a log-uniform range begins above zero, and this one at {low}"
            ));
        }
        None
    }
}

/// Why parameters cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// The file.
    #[error("parameters.toml{}: {why}", at.as_ref().map_or_else(String::new, |at| format!(", bytes {}..{}", at.start, at.end)))]
    File {
        /// Where.
        at: Option<Range<usize>>,
        /// What the reader says.
        why: String,
    },
    /// An entry.
    #[error("the parameter `{id}`: {why}")]
    Entry {
        /// Its id.
        id: String,
        /// What is wrong.
        why: String,
    },
    /// One that there is none of.
    #[error("there is no parameter `{id}`{}", near.as_ref().map_or_else(String::new, |n| format!("; did you mean `{n}`?")))]
    Unknown {
        /// As asked.
        id: String,
        /// The nearest.
        near: Option<String>,
    },
    /// A setting that cannot be read.
    #[error("`{0}` is no setting: write ID=VALUE, such as grey.cost=0.2")]
    Setting(String),
}

/// All parameters, in the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameters(Vec<Parameter>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    parameter: Vec<Parameter>,
}

impl Parameters {
    /// Reads the file of parameters.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn read(text: &str) -> Result<Parameters, ParameterError> {
        let file: File = toml::from_str(text).map_err(|error| ParameterError::File {
            at: error.span(),
            why: error.message().to_owned(),
        })?;
        let all = file.parameter;
        for (n, parameter) in all.iter().enumerate() {
            let twice = all[..n].iter().any(|p| p.id == parameter.id);
            let twice = twice.then(|| "it is there twice".to_owned());
            if let Some(why) = twice.or_else(|| parameter.fault()) {
                return Err(ParameterError::Entry {
                    id: parameter.id.clone(),
                    why,
                });
            }
        }
        Ok(Parameters(all))
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Parameter] {
        &self.0
    }

    /// The place of one.
    ///
    /// # Errors
    ///
    /// There is none; the nearest is named.
    pub fn place(&self, id: &str) -> Result<usize, ParameterError> {
        let at = self.0.iter().position(|p| p.id == id);
        at.ok_or_else(|| ParameterError::Unknown {
            id: id.to_owned(),
            near: tiergate_law::nearest(id, self.0.iter().map(|p| p.id.as_str()))
                .map(str::to_owned),
        })
    }

    /// Holds one at a value, whatever its range: `grey.cost=0.2`.
    ///
    /// # Errors
    ///
    /// A setting that cannot be read, or of no parameter.
    pub fn set(&mut self, setting: &str) -> Result<(), ParameterError> {
        let wrong = || ParameterError::Setting(setting.to_owned());
        let (id, value) = setting.split_once('=').ok_or_else(wrong)?;
        let value: f64 = value.trim().parse().map_err(|_| wrong())?;
        if !value.is_finite() {
            return Err(wrong());
        }
        let at = self.place(id.trim())?;
        let parameter = &mut self.0[at];
        parameter.default = value;
        parameter.range = [value, value];
        parameter.distribution = Distribution::Uniform;
        Ok(())
    }

    /// The defaults.
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        self.0.iter().map(|p| p.default).collect()
    }

    /// The values at a point of the unit cube, a coordinate for each parameter.
    #[must_use]
    pub fn at(&self, point: &[f64]) -> Vec<f64> {
        let each = self.0.iter().zip(point);
        each.map(|(parameter, u)| parameter.at(*u)).collect()
    }
}
