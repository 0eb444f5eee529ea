//! The posterior: which draws of the prior fit what is known, so that runs take their parameters from
//! them.
//!
//! A draw is known by its seed and number alone; so the posterior is a list of numbers.

use std::path::Path;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;
use serde::{Deserialize, Serialize};

use crate::model::point;

/// The draws that were accepted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Posterior {
    /// The seed of the draws.
    pub seed: u64,
    /// How many were drawn.
    pub drawn: u64,
    /// The digest of the parameters and tables of which they were drawn.
    pub rests_on: String,
    /// The largest distance of one that was accepted.
    pub distance: f64,
    /// The draws that were accepted, the nearest first.
    pub accepted: Vec<u64>,
}

/// Why a posterior cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {why}")]
pub struct PosteriorError {
    path: String,
    why: String,
}

impl Posterior {
    /// The same with its draws in an order of chance: however many a run takes, they are a sample of all of
    /// them, and another seed takes others first.
    ///
    /// ```
    /// let posterior = tiergate_lab::built_in::posterior().unwrap().unwrap();
    /// let (one, two) = (posterior.clone().shuffled(1), posterior.clone().shuffled(2));
    /// assert_ne!(one.accepted[..8], two.accepted[..8]);
    /// // Where the first 256 stood among all, the nearest first: as many in each half as chance lets be.
    /// let stood = |draw: &u64| posterior.accepted.iter().position(|d| d == draw).unwrap();
    /// let near = one.accepted[..256].iter().filter(|d| stood(d) < posterior.accepted.len() / 2).count();
    /// assert!((96..160).contains(&near), "{near} of 256");
    /// ```
    #[must_use]
    pub fn shuffled(mut self, seed: u64) -> Posterior {
        self.accepted.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
        self
    }

    /// The point of the unit cube of a draw of a run: that of an accepted draw, each in turn.
    #[must_use]
    pub fn point(&self, draw: u64, dimensions: usize) -> Vec<f64> {
        let count = self.accepted.len().max(1) as u64;
        let at = usize::try_from(draw % count).unwrap_or_default();
        let accepted = self.accepted.get(at).copied().unwrap_or_default();
        point(self.seed, accepted, dimensions)
    }

    /// Reads one.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and where.
    pub fn read(name: &str, text: &str) -> Result<Posterior, PosteriorError> {
        let wrong = |why: String| PosteriorError {
            path: name.to_owned(),
            why,
        };
        let posterior: Posterior = toml::from_str(text).map_err(|e| wrong(e.to_string()))?;
        if posterior.accepted.is_empty() {
            return Err(wrong("it accepts no draw".into()));
        }
        Ok(posterior)
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// A file that is not there, or what is wrong with it.
    pub fn open(path: &Path) -> Result<Posterior, PosteriorError> {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| PosteriorError {
            path: name.clone(),
            why: error.to_string(),
        })?;
        Posterior::read(&name, &text)
    }

    /// It as a file.
    ///
    /// ```
    /// use tiergate_lab::Posterior;
    /// let posterior = Posterior {
    ///     seed: 1, drawn: 100, rests_on: "0a".into(), distance: 0.5, accepted: vec![7, 3],
    /// };
    /// assert_eq!(Posterior::read("p", &posterior.text()).unwrap(), posterior);
    /// ```
    #[must_use]
    pub fn text(&self) -> String {
        let rows: Vec<String> = self
            .accepted
            .chunks(16)
            .map(|row| {
                row.iter()
                    .map(u64::to_string)
                    .collect::<Vec<_>>()
                    .join(", ")
            })
            .collect();
        format!(
            "seed = {}\ndrawn = {}\nrests_on = \"{}\"\ndistance = {:?}\naccepted = [\n  {},\n]\n",
            self.seed,
            self.drawn,
            self.rests_on,
            self.distance,
            rows.join(",\n  ")
        )
    }

    /// Its digest, by which runs name it.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = format!("{} {} {:?}", self.seed, self.rests_on, self.accepted);
        blake3::hash(text.as_bytes()).to_hex()[..16].to_owned()
    }
}
