//! Draws of chance.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// A seeded source of draws.
pub struct Chance(StdRng);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(StdRng::seed_from_u64(seed))
    }

    /// Yes, this often.
    pub fn yes(&mut self, share: f64) -> bool {
        self.0.random::<f64>() < share
    }

    /// A whole number from `low` to `high`, both included.
    pub fn whole(&mut self, low: usize, high: usize) -> usize {
        self.0.random_range(low..=high.max(low))
    }

    /// A number from `low` to `high`.
    pub fn real(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.0.random::<f64>()
    }

    /// A log-normal amount (Box and Muller).
    pub fn log_normal(&mut self, median: f64, log_sd: f64) -> f64 {
        let (u, v): (f64, f64) = (self.0.random(), self.0.random());
        let normal = (-2.0 * (1.0 - u).ln()).sqrt() * (std::f64::consts::TAU * v).cos();
        median * (log_sd * normal).exp()
    }

    /// One of them; the first ones more often, as names and forwarders are (Zipf).
    pub fn popular<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let u: f64 = self.0.random();
        // The inverse of a distribution with density 1 / (rank + 3).
        let count = of.len() as f64;
        let rank = 3.0 * ((count + 3.0) / 3.0).powf(u) - 3.0;
        &of[(rank as usize).min(of.len() - 1)]
    }

    /// One of them, all alike.
    pub fn any<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.whole(0, of.len() - 1)]
    }

    /// How often nothing happened before something did.
    pub fn waits(&mut self, mean: f64) -> usize {
        let u: f64 = self.0.random();
        let stay = mean / (1.0 + mean);
        ((1.0 - u).ln() / stay.ln()) as usize
    }

    /// A random order.
    pub fn shuffle<T>(&mut self, of: &mut [T]) {
        for at in (1..of.len()).rev() {
            of.swap(at, self.whole(0, at));
        }
    }

    /// So many digits.
    pub fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.whole(0, 9) as u8))
            .collect()
    }
}
