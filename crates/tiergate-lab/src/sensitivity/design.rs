//! At which points of the unit cube a model is to be run.

use rand::seq::SliceRandom;
use rand::{Rng, RngExt};

/// Points of the unit cube, each of which can be had by its number: so a runner can go through them on
/// many threads and need not hold them all.
#[expect(clippy::len_without_is_empty, reason = "there is always one")]
pub trait Design: Sync {
    /// How many coordinates a point has: one for each input.
    fn inputs(&self) -> usize;

    /// How many points there are: as often a model is to be run.
    fn len(&self) -> usize;

    /// Writes the coordinates of a point, each from 0 to 1.
    ///
    /// # Panics
    ///
    /// There is no such point, or `out` is not as long as there are inputs.
    fn point(&self, index: usize, out: &mut [f64]);

    /// Which point that is, in words, such as `base row 3, matrix A`.
    fn place(&self, index: usize) -> String;

    /// The coordinates of a point.
    ///
    /// # Panics
    ///
    /// There is no such point.
    fn at(&self, index: usize) -> Vec<f64> {
        let mut out = vec![0.0; self.inputs()];
        self.point(index, &mut out);
        out
    }
}

/// Why a design cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// No input at all.
    #[error("a design has one input or more, and this one none")]
    NoInput,
    /// More inputs than the Sobol sequence has dimensions for.
    #[error(
        "a Saltelli design has at most {most} inputs (two dimensions of the Sobol sequence each), and this \
         one {found}: screen them with Morris first and hold those that do not matter"
    )]
    Inputs {
        /// How many were asked for.
        found: usize,
        /// The most.
        most: usize,
    },
    /// A number of rows which the Sobol sequence is not balanced over.
    #[error(
        "a Saltelli design has base rows by a power of two from 2 to {most}, which {found} is not"
    )]
    Rows {
        /// How many were asked for.
        found: usize,
        /// The most.
        most: usize,
    },
    /// An odd number of levels, or too few or many.
    #[error(
        "the levels of a Morris design are an even number from 2 to {most}, which {found} is not"
    )]
    Levels {
        /// How many were asked for.
        found: usize,
        /// The most.
        most: usize,
    },
    /// Fewer than two trajectories.
    #[error(
        "a Morris design has two trajectories or more, and this one {0}: one says nothing of spread"
    )]
    Trajectories(usize),
    /// Fewer trajectories to choose from than are to be chosen.
    #[error("{chosen} trajectories cannot be chosen from {of}")]
    Choice {
        /// How many are to be chosen.
        chosen: usize,
        /// From how many.
        of: usize,
    },
}

/// The most levels of a Morris design.
const MOST_LEVELS: usize = 1 << 15;

/// Random walks in which each input moves once: the design of Morris (1991, Technometrics 33:161-174).
///
/// Each coordinate takes `p` levels from 0 to 1. A walk starts at a random level of each and moves the
/// inputs one after the other, in a random order, by `p / (2 (p - 1))`: up from the lower half of the
/// levels, down from the upper half, so that every level is as likely before a move as after it. A walk
/// over `k` inputs has `k + 1` points, which follow each other in the design.
///
/// ```
/// use rand::SeedableRng;
/// use tiergate_lab::sensitivity::{Design, Trajectories};
/// let mut random = rand_pcg::Pcg64::seed_from_u64(1);
/// let design = Trajectories::new(25, 4, 50, &mut random)?;
/// assert_eq!((design.len(), design.inputs()), (50 * 26, 25));
/// let (before, after) = (design.at(0), design.at(1));
/// let moved: Vec<f64> = before.iter().zip(&after).map(|(a, b)| (a - b).abs()).collect();
/// assert_eq!(moved.iter().filter(|d| **d > 0.0).count(), 1);
/// assert!((moved.iter().sum::<f64>() - 2.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), tiergate_lab::sensitivity::DesignError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trajectories {
    inputs: usize,
    levels: u16,
    each: Vec<Trajectory>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Trajectory {
    /// The level of each input at the start.
    start: Vec<u16>,
    /// The step in which each input moves, the first being 0.
    turn: Vec<usize>,
}

/// A step of a walk in which an input moves.
pub(super) struct Step {
    /// The number of the point before it.
    pub(super) before: usize,
    /// How far it moves, with its sign.
    pub(super) by: f64,
}

impl Trajectories {
    /// Walks over so many inputs, on so many levels (4 is usual), so many of them.
    ///
    /// # Errors
    ///
    /// No input, a number of levels that is odd or out of bounds, or fewer than two walks.
    pub fn new<R: Rng + ?Sized>(
        inputs: usize,
        levels: usize,
        trajectories: usize,
        random: &mut R,
    ) -> Result<Trajectories, DesignError> {
        if inputs == 0 {
            return Err(DesignError::NoInput);
        }
        let wrong = DesignError::Levels {
            found: levels,
            most: MOST_LEVELS,
        };
        if !(2..=MOST_LEVELS).contains(&levels) || !levels.is_multiple_of(2) {
            return Err(wrong);
        }
        if trajectories < 2 {
            return Err(DesignError::Trajectories(trajectories));
        }
        let levels = u16::try_from(levels).map_err(|_| wrong)?;
        let mut each = Vec::with_capacity(trajectories);
        for _ in 0..trajectories {
            let start = (0..inputs).map(|_| random.random_range(0..levels));
            let start = start.collect();
            let mut turn: Vec<usize> = (0..inputs).collect();
            turn.shuffle(random);
            each.push(Trajectory { start, turn });
        }
        Ok(Trajectories {
            inputs,
            levels,
            each,
        })
    }

    /// The same, chosen from more walks so that they lie far from each other (Campolongo, Cariboni &
    /// Saltelli 2007, Environ. Model. Softw. 22:1509-1518).
    ///
    /// How far two walks are is the sum of the distances of each point of one to each of the other. The
    /// choice begins with the two that are furthest, then adds the walk whose squared distances to the
    /// chosen sum to most: not every choice is looked at, as in Ruano et al. (2012, Environ. Model.
    /// Softw. 37:103-109). The work grows with the square of `of` and the cube of the inputs.
    ///
    /// ```
    /// use rand::SeedableRng;
    /// use tiergate_lab::sensitivity::{Design, Trajectories};
    /// let mut random = rand_pcg::Pcg64::seed_from_u64(1);
    /// let design = Trajectories::spread(3, 4, 5, 40, &mut random)?;
    /// assert_eq!(design.len(), 5 * 4);
    /// assert!(Trajectories::spread(3, 4, 5, 4, &mut random).is_err());
    /// # Ok::<(), tiergate_lab::sensitivity::DesignError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As of [`Trajectories::new`], or fewer to choose from than to choose.
    pub fn spread<R: Rng + ?Sized>(
        inputs: usize,
        levels: usize,
        trajectories: usize,
        of: usize,
        random: &mut R,
    ) -> Result<Trajectories, DesignError> {
        if trajectories < 2 {
            return Err(DesignError::Trajectories(trajectories));
        }
        if of < trajectories {
            return Err(DesignError::Choice {
                chosen: trajectories,
                of,
            });
        }
        let mut all = Trajectories::new(inputs, levels, of, random)?;
        let chosen = furthest(&all.squared_distances(), trajectories);
        all.each = chosen.iter().map(|at| all.each[*at].clone()).collect();
        Ok(all)
    }

    /// How many walks.
    #[must_use]
    pub fn trajectories(&self) -> usize {
        self.each.len()
    }

    /// The step of a walk in which an input moves.
    pub(super) fn step(&self, trajectory: usize, input: usize) -> Step {
        let walk = &self.each[trajectory];
        let (from, to) = (walk.start[input], self.moved(walk.start[input]));
        Step {
            before: trajectory * (self.inputs + 1) + walk.turn[input],
            by: self.value(to) - self.value(from),
        }
    }

    /// The level after a move from a level.
    fn moved(&self, level: u16) -> u16 {
        let half = self.levels / 2;
        if level < half {
            level + half
        } else {
            level - half
        }
    }

    fn value(&self, level: u16) -> f64 {
        f64::from(level) / f64::from(self.levels - 1)
    }

    /// The square of how far each walk is from each other.
    fn squared_distances(&self) -> Vec<Vec<f64>> {
        let long = self.inputs + 1;
        let points: Vec<Vec<f64>> = (0..self.len()).map(|at| self.at(at)).collect();
        let walks: Vec<&[Vec<f64>]> = points.chunks(long).collect();
        let mut table = vec![vec![0.0; walks.len()]; walks.len()];
        for a in 0..walks.len() {
            for b in 0..a {
                let pairs = walks[a]
                    .iter()
                    .flat_map(|p| walks[b].iter().map(move |q| (p, q)));
                let far: f64 = pairs
                    .map(|(p, q)| {
                        let squares = p.iter().zip(q).map(|(x, y)| (x - y) * (x - y));
                        squares.sum::<f64>().sqrt()
                    })
                    .sum();
                table[a][b] = far * far;
                table[b][a] = far * far;
            }
        }
        table
    }
}

/// So many places that are far from each other, in order; the first of those alike.
fn furthest(distance: &[Vec<f64>], count: usize) -> Vec<usize> {
    let mut first = (0, 1);
    for a in 0..distance.len() {
        for b in a + 1..distance.len() {
            if distance[a][b] > distance[first.0][first.1] {
                first = (a, b);
            }
        }
    }
    let mut chosen = vec![first.0, first.1];
    let mut far: Vec<f64> = (0..distance.len())
        .map(|at| distance[at][first.0] + distance[at][first.1])
        .collect();
    while chosen.len() < count {
        let left = (0..far.len()).filter(|at| !chosen.contains(at));
        let next = left.reduce(|best, at| if far[at] > far[best] { at } else { best });
        let Some(next) = next else { break };
        chosen.push(next);
        for (sum, row) in far.iter_mut().zip(distance) {
            *sum += row[next];
        }
    }
    chosen.sort_unstable();
    chosen
}

impl Design for Trajectories {
    fn inputs(&self) -> usize {
        self.inputs
    }

    fn len(&self) -> usize {
        self.each.len() * (self.inputs + 1)
    }

    fn point(&self, index: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.inputs, "a coordinate for each input");
        let walk = &self.each[index / (self.inputs + 1)];
        let step = index % (self.inputs + 1);
        for (input, x) in out.iter_mut().enumerate() {
            let start = walk.start[input];
            let level = if walk.turn[input] < step {
                self.moved(start)
            } else {
                start
            };
            *x = self.value(level);
        }
    }

    fn place(&self, index: usize) -> String {
        let long = self.inputs + 1;
        format!("trajectory {}, step {}", index / long, index % long)
    }
}
