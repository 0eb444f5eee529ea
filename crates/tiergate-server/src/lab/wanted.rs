//! What is asked of the lab, and what is wrong with it, place by place.

use serde::{Deserialize, Serialize};
use tiergate_lab::{Asked, Month, built_in, regimes};
use tiergate_law::LawRef;
use utoipa::ToSchema;

use crate::port::Fault;

/// The least and the most draws.
pub const DRAWS: [u64; 2] = [16, 1_024];

/// The last month that can be asked for.
pub const LAST: Month = Month {
    year: 2029,
    month: 12,
};

/// So many settings may be given.
const SETTINGS_MOST: usize = 100;

/// What is asked of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The laws besides today's, with which they are compared: `us:text`, or a proposal that the lab's
    /// page lists.
    #[serde(default)]
    pub laws: Vec<String>,
    /// How many draws of what is not known: 16 to 1,024.
    #[serde(default = "draws")]
    #[schema(minimum = 16, maximum = 1024, default = 128)]
    pub draws: u64,
    /// The seed of all chance: the same seed gives the same result.
    #[serde(default = "seed")]
    #[schema(default = 1)]
    pub seed: u64,
    /// The last month, through 2029-12.
    #[serde(default = "until")]
    #[schema(default = "2029-12")]
    pub until: String,
    /// Parameters held at a value, as `ID=VALUE`.
    #[serde(default)]
    pub settings: Vec<String>,
    /// Whether draws are of the ranges as they were before calibration.
    #[serde(default)]
    pub prior: bool,
    /// Whether only the series are rehearsed: the report then leaves out claims, validation and which
    /// parameters matter.
    #[serde(default)]
    pub series_only: bool,
}

const fn draws() -> u64 {
    128
}

const fn seed() -> u64 {
    1
}

fn until() -> String {
    LAST.to_string()
}

impl Default for Wanted {
    fn default() -> Self {
        Wanted {
            laws: Vec::new(),
            draws: draws(),
            seed: seed(),
            until: until(),
            settings: Vec::new(),
            prior: false,
            series_only: false,
        }
    }
}

fn fault(at: impl Into<String>, what: impl std::fmt::Display) -> Fault {
    Fault {
        at: at.into(),
        what: what.to_string(),
    }
}

impl Wanted {
    /// The same as the lab is asked, today's law first.
    ///
    /// # Errors
    ///
    /// What is wrong, each with its place.
    pub fn asked(&self) -> Result<Asked, Vec<Fault>> {
        let known = regimes().map_err(|e| vec![fault("", e)])?;
        let mut wrong = Vec::new();
        let mut laws: Vec<LawRef> = Vec::new();
        let first = known.first().map(|regime| &regime.law);
        let given = self.laws.iter().zip(0_usize..);
        let all = first
            .map(|law| (law, None))
            .into_iter()
            .chain(given.map(|(law, at)| (law, Some(at))));
        for (law, at) in all {
            if laws.iter().any(|l| l.to_string() == *law) {
                continue;
            }
            let there = known.iter().any(|regime| regime.law == *law);
            match law.parse() {
                Ok(law) if there => laws.push(law),
                _ => {
                    let near = tiergate_law::nearest(law, known.iter().map(|r| r.law.as_str()));
                    let hint = near.map(|near| format!("; did you mean `{near}`?"));
                    let at = at.map_or_else(String::new, |at| format!("/laws/{at}"));
                    let what = format!("there is no regime `{law}`{}", hint.unwrap_or_default());
                    wrong.push(fault(at, what));
                }
            }
        }
        let [least, most] = DRAWS;
        if !(least..=most).contains(&self.draws) {
            let what = format!("{} draws: ask for {least} to {most}", self.draws);
            wrong.push(fault("/draws", what));
        }
        let month = self.month().map_err(|f| wrong.push(f));
        wrong.extend(self.wrong_settings());
        match month {
            Ok(until) if wrong.is_empty() => Ok(Asked {
                laws,
                draws: self.draws,
                seed: self.seed,
                until,
                settings: self.settings.clone(),
                prior: self.prior,
            }),
            _ => Err(wrong),
        }
    }

    /// The last month, of which the lab must have a world.
    fn month(&self) -> Result<Month, Fault> {
        let month = Month::read(self.until.trim()).ok_or_else(|| {
            let what = format!("`{}` is no month: write 2029-12", self.until);
            fault("/until", what)
        })?;
        if month > LAST {
            let what = format!("{month} is after {LAST}: the world is known through that month");
            return Err(fault("/until", what));
        }
        built_in::world(month).map_err(|e| fault("/until", e))?;
        Ok(month)
    }

    fn wrong_settings(&self) -> Vec<Fault> {
        if self.settings.len() > SETTINGS_MOST {
            let what = format!(
                "{} settings: give {SETTINGS_MOST} at most",
                self.settings.len()
            );
            return vec![fault("/settings", what)];
        }
        let mut parameters = match built_in::parameters() {
            Ok(parameters) => parameters,
            Err(error) => return vec![fault("", error)],
        };
        let each = self.settings.iter().enumerate();
        each.filter_map(|(at, setting)| {
            let set = parameters.set(setting);
            set.err().map(|e| fault(format!("/settings/{at}"), e))
        })
        .collect()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::Wanted;

    #[test]
    fn todays_law_is_first_and_each_fault_has_its_place() {
        let good = Wanted {
            laws: vec!["us:text".into(), "us".into()],
            until: "2025-12".into(),
            settings: vec!["grey.cost=0.2".into()],
            ..Wanted::default()
        };
        let laws: Vec<String> = good
            .asked()
            .unwrap()
            .laws
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(laws, ["us", "us:text"]);
        let bad = Wanted {
            laws: vec!["us:test".into()],
            draws: 15,
            until: "2030-01".into(),
            settings: vec!["grey.cost=0.2".into(), "grey.cots=1".into(), "x".into()],
            ..Wanted::default()
        };
        let wrong = bad.asked().unwrap_err();
        let places: Vec<&str> = wrong.iter().map(|f| f.at.as_str()).collect();
        assert_eq!(
            places,
            ["/laws/0", "/draws", "/until", "/settings/1", "/settings/2"]
        );
        assert!(
            wrong[3].what.contains("did you mean `grey.cost`?"),
            "{}",
            wrong[3].what
        );
    }
}
