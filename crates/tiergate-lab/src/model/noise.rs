//! What chance does in a draw: the same under every law, so that laws differ by what they say alone.

use rand::{RngExt, SeedableRng};
use rand_distr::StandardNormal;
use rand_pcg::Pcg64Mcg;

/// How often a government may be talked with in a draw.
pub(crate) const TALKS: usize = 8;

/// Lines of the licensing queue, applications for other goods, and the work done.
pub(crate) const DAILY: usize = super::queue::LINES + 2;

/// Standard normals and uniforms of a draw, by what they are for.
#[derive(Debug, Clone)]
pub(crate) struct Noise {
    /// By month and place: a country's demand.
    pub demand: Vec<f32>,
    /// By day: what is filed in each line, and the work done.
    pub days: Vec<[f32; DAILY]>,
    /// By place and talks: how long they take, and what the country would give.
    pub talks: Vec<[(f32, f32); TALKS]>,
    /// By company that builds everywhere, and then by place and such company: how much it builds.
    pub companies: Vec<f32>,
    /// By company: whether it has a status.
    pub statuses: Vec<f32>,
}

/// How much there is of what chance acts on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    pub months: usize,
    pub days: usize,
    pub places: usize,
    /// Companies, and how many of them build everywhere.
    pub companies: usize,
    pub everywhere: usize,
}

/// A generator of one purpose in one draw.
fn generator(seed: u64, draw: u64, purpose: u64) -> Pcg64Mcg {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&mixed(seed ^ mixed(purpose)).to_le_bytes());
    bytes[8..].copy_from_slice(&mixed(draw.wrapping_add(mixed(seed))).to_le_bytes());
    Pcg64Mcg::from_seed(bytes)
}

/// SplitMix64 (Steele, Lea and Flood, 2014): neighbours become strangers.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Noise {
    /// The noise of a draw.
    pub(crate) fn draw(seed: u64, draw: u64, of: Extent) -> Noise {
        let mut demand = generator(seed, draw, 1);
        let mut daily = generator(seed, draw, 2);
        let mut talks = generator(seed, draw, 3);
        let mut companies = generator(seed, draw, 4);
        Noise {
            demand: (0..of.months * of.places)
                .map(|_| demand.sample(StandardNormal))
                .collect(),
            days: (0..of.days)
                .map(|_| std::array::from_fn(|_| daily.sample(StandardNormal)))
                .collect(),
            talks: (0..of.places)
                .map(|_| std::array::from_fn(|_| (talks.random(), talks.sample(StandardNormal))))
                .collect(),
            companies: (0..of.everywhere * (1 + of.places))
                .map(|_| companies.sample(StandardNormal))
                .collect(),
            statuses: (0..of.companies).map(|_| companies.random()).collect(),
        }
    }
}

/// The point of the unit cube at which a draw's parameters are taken.
///
/// ```
/// use tiergate_lab::model::point;
/// assert_eq!(point(1, 7, 3), point(1, 7, 3));
/// assert_ne!(point(1, 7, 3), point(1, 8, 3));
/// assert!(point(1, 7, 90).iter().all(|u| (0.0..1.0).contains(u)));
/// ```
#[must_use]
pub fn point(seed: u64, draw: u64, dimensions: usize) -> Vec<f64> {
    let mut generator = generator(seed, draw, 0);
    (0..dimensions).map(|_| generator.random()).collect()
}
