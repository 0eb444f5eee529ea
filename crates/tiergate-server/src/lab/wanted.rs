//! What is asked of the lab, and what is wrong with it, place by place.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use tiergate_lab::{Asked, Month, Parameters, Regime, built_in, regimes};
use tiergate_law::LawRef;
use utoipa::ToSchema;

use crate::port::Fault;

/// The least draws: with fewer nothing can be said of their spread.
pub const DRAWS_LEAST: u64 = 4;

/// The last month that can be asked for: each month is work.
const LAST: Month = Month {
    year: 2029,
    month: 12,
};

/// What is asked of the lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LabWanted)]
pub struct Wanted {
    /// Two or more of the regimes that `GET /lab` lists; the first is the one the others are compared with.
    #[schema(min_items = 2)]
    pub laws: Vec<String>,
    /// How many draws of what is not known: 4 to what `GET /lab` says.
    #[serde(default = "draws")]
    #[schema(minimum = 4, default = 128)]
    pub draws: u64,
    /// The seed of all chance: the same seed gives the same result.
    #[serde(default = "seed")]
    #[schema(default = 1)]
    pub seed: u64,
    /// The last month, such as 2029-12.
    #[serde(default = "until")]
    #[schema(default = "2029-12")]
    pub until: String,
    /// Parameters held at a value, as `ID=VALUE`, such as `grey.cost=0.2`.
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

/// The first and the last month that can be asked for.
///
/// # Errors
///
/// A table of the lab that cannot be read.
pub fn months() -> Result<[Month; 2], Fault> {
    let world = built_in::world(LAST).map_err(|e| fault("", e))?;
    Ok([world.months.month(0), LAST])
}

impl Wanted {
    /// The same as the lab is asked.
    ///
    /// # Errors
    ///
    /// What is wrong, each with its place.
    pub fn asked(&self, draws_most: u64) -> Result<Asked, Vec<Fault>> {
        let known = regimes().map_err(|e| vec![fault("", e)])?;
        let parameters = built_in::parameters().map_err(|e| vec![fault("", e)])?;
        let mut wrong = Vec::new();
        let laws = self.laws(&known, &mut wrong);
        if !(DRAWS_LEAST..=draws_most).contains(&self.draws) {
            let what = format!(
                "{} draws: ask for {DRAWS_LEAST} to {draws_most}",
                self.draws
            );
            wrong.push(fault("/draws", what));
        }
        let until = self.month().map_err(|f| wrong.push(f));
        wrong.extend(self.wrong_settings(&parameters));
        match until {
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

    /// The command that makes the same files from the same draws.
    #[must_use]
    pub fn command(&self, asked: &Asked) -> String {
        let series_only = if self.series_only {
            " --series-only"
        } else {
            ""
        };
        asked.command("compare")
            + " --report report.html"
            + series_only
            + " --quantiles quantiles.csv"
    }

    fn laws(&self, known: &[Regime], wrong: &mut Vec<Fault>) -> Vec<LawRef> {
        let mut laws: Vec<LawRef> = Vec::new();
        let ids = || known.iter().map(|regime| regime.law.as_str());
        for (at, law) in self.laws.iter().enumerate() {
            let at = format!("/laws/{at}");
            match law.parse() {
                Ok(parsed) if ids().any(|id| id == law) => match laws.contains(&parsed) {
                    true => wrong.push(fault(at, format!("`{law}` is there twice: leave one out"))),
                    false => laws.push(parsed),
                },
                _ => {
                    let right = match tiergate_law::nearest(law, ids()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("there are {}", ids().collect::<Vec<_>>().join(", ")),
                    };
                    wrong.push(fault(at, format!("there is no regime `{law}`; {right}")));
                }
            }
        }
        if self.laws.len() < 2 {
            let found = match self.laws.len() {
                0 => "no regime is chosen",
                _ => "one regime is chosen",
            };
            let what = format!("{found}: choose two or more, the first to compare the others with");
            wrong.push(fault("/laws", what));
        }
        laws
    }

    fn month(&self) -> Result<Month, Fault> {
        let [first, last] = months()?;
        let month = Month::read(self.until.trim());
        let month = month.filter(|month| (first..=last).contains(month));
        month.ok_or_else(|| {
            let what = format!(
                "`{}` is no month that can be asked for: write {first} to {last}",
                self.until
            );
            fault("/until", what)
        })
    }

    fn wrong_settings(&self, parameters: &Parameters) -> Vec<Fault> {
        let mut seen = BTreeSet::new();
        let each = self.settings.iter().enumerate();
        each.filter_map(|(at, setting)| {
            let wrong = wrong_setting(setting, parameters, &mut seen);
            wrong
                .err()
                .map(|what| fault(format!("/settings/{at}"), what))
        })
        .collect()
    }
}

/// What is wrong with a setting. Beyond its range a parameter may mean nothing, such as a share above one.
fn wrong_setting<'s>(
    setting: &'s str,
    parameters: &Parameters,
    seen: &mut BTreeSet<&'s str>,
) -> Result<(), String> {
    let (id, value) = setting
        .split_once('=')
        .map(|(id, value)| (id.trim(), value.trim()))
        .ok_or_else(|| {
            format!("`{setting}` is no setting: write ID=VALUE, such as grey.cost=0.2")
        })?;
    let at = parameters.place(id).map_err(|e| e.to_string())?;
    let parameter = &parameters.all()[at];
    let [low, high] = parameter.range;
    let within = value.parse().is_ok_and(|x: f64| (low..=high).contains(&x));
    match (within, seen.insert(id)) {
        (true, true) => Ok(()),
        (true, false) => Err(format!("`{id}` is held twice: leave one out")),
        (false, _) => Err(format!(
            "`{value}` is no value of `{id}`: write a number from {low} to {high} ({})",
            parameter.unit
        )),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::Wanted;

    fn wanted(laws: &[&str], settings: &[&str]) -> Wanted {
        let owned = |all: &[&str]| all.iter().map(|&s| s.to_owned()).collect();
        Wanted {
            laws: owned(laws),
            draws: 8,
            until: "2025-12".into(),
            settings: owned(settings),
            ..Wanted::default()
        }
    }

    #[test]
    fn the_command_says_all_that_was_asked() {
        let mut wanted = wanted(&["us:text", "us"], &["grey.cost= 0.2"]);
        wanted.series_only = true;
        let asked = wanted.asked(8).unwrap();
        assert_eq!(
            wanted.command(&asked),
            "tiergate lab compare --law us:text --law us --draws 8 --seed 1 --until 2025-12 \
             --set 'grey.cost= 0.2' --report report.html --series-only --quantiles quantiles.csv"
        );
    }

    #[test]
    fn each_fault_has_its_place_and_says_what_would_be_right() {
        let mut bad = wanted(
            &["us", "us:test", "us"],
            &[
                "grey.cost=0.2",
                "grey.cots=1",
                "x",
                "grey.cost=7",
                "grey.cost=0.2",
            ],
        );
        bad.draws = 9;
        bad.until = "2030-01".into();
        let wrong = bad.asked(8).unwrap_err();
        let told: Vec<(&str, &str)> = wrong
            .iter()
            .map(|f| (f.at.as_str(), f.what.as_str()))
            .collect();
        let expected = [
            (
                "/laws/1",
                "there is no regime `us:test`; did you mean `us:text`?",
            ),
            ("/laws/2", "`us` is there twice: leave one out"),
            ("/draws", "9 draws: ask for 4 to 8"),
            (
                "/until",
                "`2030-01` is no month that can be asked for: write 2023-01 to 2029-12",
            ),
            (
                "/settings/1",
                "there is no parameter `grey.cots`; did you mean `grey.cost`?",
            ),
            (
                "/settings/2",
                "`x` is no setting: write ID=VALUE, such as grey.cost=0.2",
            ),
            (
                "/settings/3",
                "`7` is no value of `grey.cost`: write a number from 0.05 to 0.3 (share of the price)",
            ),
            ("/settings/4", "`grey.cost` is held twice: leave one out"),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn one_regime_alone_is_not_compared() {
        for laws in [&[] as &[&str], &["us"]] {
            let wrong = wanted(laws, &[]).asked(8).unwrap_err();
            assert_eq!(wrong.len(), 1);
            assert_eq!(wrong[0].at, "/laws");
        }
    }
}
