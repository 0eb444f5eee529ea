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

/// How many times the farther end of its range a parameter may be held at. Beyond that a world has
/// months and days by the million.
const FAR: f64 = 1000.0;

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

    /// What a value of it has to be, where this one cannot be.
    ///
    /// A share lies between zero and one, and what is never below zero in its range is not below zero
    /// elsewhere; a factor is above it. Nothing is farther than [`FAR`].
    fn cannot_be(&self, value: f64) -> Option<&'static str> {
        let is = |unit: &str| {
            let rest = self.unit.strip_prefix(unit);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" a "))
        };
        if (is("share") || is("chance")) && !(0.0..=1.0).contains(&value) {
            Some("is a share: write a number from 0 to 1")
        } else if is("factor") && value <= 0.0 {
            Some("is above zero")
        } else if self.range[0] >= 0.0 && value < 0.0 {
            Some("is not below zero")
        } else if value.abs() > FAR * self.range[0].abs().max(self.range[1].abs()) {
            Some("is at most a thousand times what a draw takes")
        } else {
            None
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
    /// A value that one cannot have.
    #[error("`{setting}`: {id} {why}; its range is {} to {}", range[0], range[1])]
    Value {
        /// As asked.
        setting: String,
        /// The parameter.
        id: String,
        /// What it has to be.
        why: &'static str,
        /// Its range.
        range: Box<[String; 2]>,
    },
    /// One that is held at two values.
    #[error("the parameter `{0}` is set twice: once is enough")]
    Twice(String),
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

    /// Holds one at a value, in its range or not: `grey.cost=0.2`.
    ///
    /// ```
    /// let mut parameters = tiergate_lab::built_in::parameters().unwrap();
    /// assert!(parameters.set("grey.cost=0.9").is_ok());
    /// let wrong = parameters.set("demand.abroad=7").unwrap_err().to_string();
    /// assert!(wrong.contains("demand.abroad is a share: write a number from 0 to 1"), "{wrong}");
    /// ```
    ///
    /// # Errors
    ///
    /// A setting that cannot be read, of no parameter, or of a value that it cannot have.
    pub fn set(&mut self, setting: &str) -> Result<(), ParameterError> {
        self.hold(setting).map(drop)
    }

    /// Holds each at a value.
    ///
    /// # Errors
    ///
    /// As for [`Parameters::set`]; or one that is held twice.
    pub fn set_all(&mut self, settings: &[String]) -> Result<(), ParameterError> {
        let mut held = Vec::with_capacity(settings.len());
        for setting in settings {
            let at = self.hold(setting)?;
            if held.contains(&at) {
                return Err(ParameterError::Twice(self.0[at].id.clone()));
            }
            held.push(at);
        }
        Ok(())
    }

    fn hold(&mut self, setting: &str) -> Result<usize, ParameterError> {
        let (at, value) = self.setting(setting)?;
        let parameter = &mut self.0[at];
        parameter.default = value;
        parameter.range = [value, value];
        parameter.distribution = Distribution::Uniform;
        Ok(at)
    }

    /// The place and the value of a setting.
    fn setting(&self, setting: &str) -> Result<(usize, f64), ParameterError> {
        let wrong = || ParameterError::Setting(setting.to_owned());
        let (id, value) = setting.split_once('=').ok_or_else(wrong)?;
        let value: f64 = value.trim().parse().map_err(|_| wrong())?;
        if !value.is_finite() {
            return Err(wrong());
        }
        let at = self.place(id.trim())?;
        let parameter = &self.0[at];
        match parameter.cannot_be(value) {
            None => Ok((at, value)),
            Some(why) => Err(ParameterError::Value {
                setting: setting.to_owned(),
                id: parameter.id.clone(),
                why,
                range: Box::new(parameter.range.map(|x| x.to_string())),
            }),
        }
    }

    /// What is said of a setting whose value no draw would take: how far the range goes. None where it does
    /// take it, and of what is no setting.
    ///
    /// ```
    /// let parameters = tiergate_lab::built_in::parameters().unwrap();
    /// assert_eq!(parameters.beyond("grey.cost=0.2"), None);
    /// assert_eq!(
    ///     parameters.beyond("grey.cost=0.9").unwrap(),
    ///     "`grey.cost=0.9` is beyond its range, 0.05 to 0.3"
    /// );
    /// ```
    #[must_use]
    pub fn beyond(&self, setting: &str) -> Option<String> {
        let (at, value) = self.setting(setting).ok()?;
        let [low, high] = self.0[at].range;
        (value < low || value > high)
            .then(|| format!("`{setting}` is beyond its range, {low} to {high}"))
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
