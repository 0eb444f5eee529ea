//! What is counted on the limits of a law within a rehearsal.
//!
//! The rule by which a limit bounds what may be drawn is the ledger's ([`tiergate_ledger::Limit`]); the
//! accounts stand in memory, in whole TPP. A test enters what a rehearsal drew into a ledger of its own.

use rustc_hash::FxHashMap;
use tiergate_law::{Date, NumberFact};
use tiergate_ledger::Limit;

use crate::table::Draw;

/// An account: what is counted, where, and from which day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// What is counted.
    pub measure: NumberFact,
    /// The place, for a limit by country.
    pub place: Option<usize>,
    /// The first day of those over which it counts; none for all days.
    pub from: Option<Date>,
}

impl Key {
    /// The account that an order to a place draws on, on a day.
    #[must_use]
    pub fn of(draw: &Draw, place: usize, day: Date) -> Key {
        Key {
            measure: draw.measure,
            place: draw.by_country.then_some(place),
            from: draw.over.days(day).map(|(from, _)| from),
        }
    }
}

/// Something drawn, as it was.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drawn {
    /// The account.
    pub key: Key,
    /// TPP.
    pub tpp: u64,
    /// The most that the account might hold.
    pub most: u64,
}

/// What limits are of, besides the law: what shares are shares of, and how many companies have a limit.
#[derive(Clone, Copy)]
pub struct Whole<'w> {
    /// TPP of what a share is a share of.
    pub of: &'w dyn Fn(NumberFact) -> f64,
    /// Companies of a country that have a limit of their own.
    pub companies: f64,
}

impl Whole<'_> {
    fn most(&self, draw: &Draw) -> u64 {
        most(draw, draw.share_of.map_or(0.0, self.of), self.companies)
    }
}

/// The accounts of a rehearsal.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    used: FxHashMap<Key, u64>,
    /// What was drawn, when it is asked to be kept.
    pub kept: Option<Vec<Drawn>>,
}

/// A share is read in millionths.
const MILLION: u64 = 1_000_000;

/// Whole TPP.
fn whole(tpp: f64) -> u64 {
    tpp.max(0.0).floor() as u64
}

/// The most that an account may hold, when what its limit is a share of holds `of`. A limit for each
/// company is that of all `companies` of the country together.
fn most(draw: &Draw, of: f64, companies: f64) -> u64 {
    let companies = if draw.by_parent { companies } else { 1.0 };
    let limit = match draw.share_of {
        None => Limit::Amount(whole(draw.limit * companies)),
        Some(_) => Limit::Share {
            numerator: (draw.limit * MILLION as f64).round() as u64,
            denominator: MILLION,
            with_draw: false,
        },
    };
    let most = limit.most(i64::try_from(whole(of)).unwrap_or(i64::MAX), 0);
    most.and_then(|most| u64::try_from(most).ok())
        .unwrap_or_default()
}

impl Counted {
    /// No accounts yet; `keep` has every draw kept, to be looked at after.
    #[must_use]
    pub fn new(keep: bool) -> Counted {
        Counted {
            used: FxHashMap::default(),
            kept: keep.then(Vec::new),
        }
    }

    /// What an account holds.
    #[must_use]
    pub fn used(&self, key: Key) -> u64 {
        self.used.get(&key).copied().unwrap_or_default()
    }

    /// Draws on every limit, as much as all of them allow, and says how much that was.
    ///
    /// A limit for each parent is not drawn on here: orders of
    /// its size were told apart by the ladder.
    pub fn draw(
        &mut self,
        draws: &[Draw],
        place: usize,
        day: Date,
        tpp: f64,
        whole_of: &Whole<'_>,
    ) -> f64 {
        let each = || {
            draws
                .iter()
                .filter(|d| d.by_country || d.share_of.is_some())
        };
        let mut allowed = whole(tpp);
        for draw in each() {
            let most = whole_of.most(draw);
            allowed = allowed.min(most.saturating_sub(self.used(Key::of(draw, place, day))));
        }
        if each().next().is_none() {
            return tpp;
        }
        for draw in each() {
            let key = Key::of(draw, place, day);
            *self.used.entry(key).or_default() += allowed;
            if let Some(kept) = &mut self.kept {
                let most = whole_of.most(draw);
                kept.push(Drawn {
                    key,
                    tpp: allowed,
                    most,
                });
            }
        }
        allowed as f64
    }

    /// The share of its limit that is used on an account, the largest of those of a step.
    #[must_use]
    pub fn share(&self, draws: &[Draw], place: usize, day: Date) -> f64 {
        let by_country = draws
            .iter()
            .filter(|d| d.by_country && d.share_of.is_none());
        let shares = by_country.map(|d| match whole(d.limit) {
            0 => 1.0,
            most => self.used(Key::of(d, place, day)) as f64 / most as f64,
        });
        shares.fold(0.0, f64::max)
    }
}
