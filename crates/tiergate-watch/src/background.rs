//! How common among all buyers is what would be common among buyers who split: counted from the
//! book itself, so that a season, a young market or a popular size is no evidence.

use crate::book::{Book, Row, day};
use crate::limit::Limits;
use crate::settings::Settings;
use crate::sums::YearSum;

/// Yearly amounts are counted in bins of this width in the logarithm of their share of the limit.
const BIN: f64 = 0.25;
/// Amounts below `exp(-BINS * BIN)` of the limit share the last bin.
const BINS: usize = 24;

/// What is usual in a book.
#[derive(Debug, Clone)]
pub struct Background {
    /// Share of yearly amounts in each bin below the limit; the first is next to the limit.
    bins: [f64; BINS],
    /// Share of buyers founded shortly before their first order, of those whose founding is known.
    pub young: f64,
    /// Share of buyers whose first order is in the window just below the limit.
    pub near: f64,
    /// Days of first orders, ascending.
    firsts: Vec<i32>,
    /// Share of buyers that use each forwarder most.
    forwarders: Vec<f64>,
}

/// A share counted as `of` among `all`, never quite none or all.
fn share(of: usize, all: usize) -> f64 {
    (of as f64 + 1.0) / (all as f64 + 20.0)
}

/// What stands out of one buyer.
#[derive(Debug, Clone, Copy)]
pub struct Buyer {
    /// Day of its first order.
    pub first_day: i32,
    /// Its first order as a share of the limit of that year, where there is one.
    pub first_share: Option<f64>,
    /// Whether it was founded shortly before, where that is known.
    pub young: Option<bool>,
    /// The forwarder it uses most.
    pub forwarder: Option<u32>,
}

impl Buyer {
    /// The facts of a buyer; none of a party that received nothing.
    pub fn of(book: &Book, party: u32, limits: &Limits, settings: &Settings) -> Option<Buyer> {
        let rows = book.rows_of(party);
        let first = rows.first()?;
        // All of the first day is one order, in however many consignments.
        let of_first_day = rows.iter().take_while(|r| r.day == first.day);
        let amount: f64 = of_first_day.map(|r| r.tpp as f64).sum();
        let limit = limits.of(first.year);
        let founded = book.parties[party as usize].incorporated;
        Some(Buyer {
            first_day: first.day,
            first_share: limit.map(|l| amount / l.tpp.max(1) as f64),
            young: founded.map(|date| first.day - day(date) <= settings.young_days),
            forwarder: most_used(rows),
        })
    }

    /// Whether its first order is just below the limit.
    pub fn is_near(&self, settings: &Settings) -> bool {
        let near = |s: f64| s >= settings.window_from && s <= 1.0;
        self.first_share.is_some_and(near)
    }
}

/// The forwarder of most consignments; of several, the least by place.
fn most_used(rows: &[Row]) -> Option<u32> {
    let mut used: Vec<u32> = rows.iter().filter_map(|r| r.forwarder).collect();
    used.sort_unstable();
    let mut most: Option<(usize, u32)> = None;
    for of_one in used.chunk_by(|a, b| a == b) {
        if most.is_none_or(|(count, _)| of_one.len() > count) {
            most = Some((of_one.len(), of_one[0]));
        }
    }
    most.map(|(_, forwarder)| forwarder)
}

fn bin(share: f64) -> usize {
    ((-share.ln() / BIN) as usize).min(BINS - 1)
}

impl Background {
    /// Counts what is usual.
    pub fn of(
        book: &Book,
        buyers: &[Option<Buyer>],
        sums: &[Vec<YearSum>],
        limits: &Limits,
        settings: &Settings,
    ) -> Background {
        let (mut counts, mut all) = ([0_usize; BINS], 0);
        for sum in sums.iter().flatten() {
            let Some(limit) = limits.of(sum.year) else {
                continue;
            };
            let share = sum.tpp as f64 / limit.tpp.max(1) as f64;
            all += 1;
            if share > 0.0 && share <= 1.0 {
                counts[bin(share)] += 1;
            }
        }
        let known = buyers.iter().flatten();
        let (mut young, mut founded, mut near, mut count) = (0, 0, 0, 0);
        let mut firsts = Vec::new();
        let mut used = vec![0_usize; book.forwarders.len()];
        for buyer in known {
            count += 1;
            founded += usize::from(buyer.young.is_some());
            young += usize::from(buyer.young == Some(true));
            near += usize::from(buyer.is_near(settings));
            firsts.push(buyer.first_day);
            if let Some(forwarder) = buyer.forwarder {
                used[forwarder as usize] += 1;
            }
        }
        firsts.sort_unstable();
        Background {
            bins: counts.map(|c| share(c, all)),
            young: share(young, founded),
            near: share(near, count),
            firsts,
            forwarders: used.iter().map(|u| share(*u, count)).collect(),
        }
    }

    /// How much more likely a yearly amount is of a buyer who splits, as a logarithm.
    pub fn of_amount(&self, share_of_limit: f64, settings: &Settings) -> f64 {
        let rest = 1.0 - settings.band_share;
        if share_of_limit > 1.0 || share_of_limit <= 0.0 {
            return rest.ln();
        }
        let at = bin(share_of_limit);
        let (high, low) = ((-BIN * at as f64).exp(), (-BIN * (at as f64 + 1.0)).exp());
        // Who splits chooses anything from `band_from` of the limit to all of it alike.
        let in_band = (high - low.max(settings.band_from)).max(0.0) / (1.0 - settings.band_from);
        let usual = self.bins[at];
        let inside = share_of_limit >= settings.band_from;
        let chosen = if inside {
            settings.band_share * in_band
        } else {
            0.0
        };
        (chosen / usual + rest).ln()
    }

    /// The same of whether a firm is young.
    pub fn of_age(&self, young: Option<bool>, settings: &Settings) -> f64 {
        young.map_or(0.0, |young| odds(young, settings.young_share, self.young))
    }

    /// The same of whether a first order is just below the limit.
    pub fn of_first(&self, near: bool, settings: &Settings) -> f64 {
        odds(near, settings.near_share, self.near)
    }

    /// The days of first orders closest together, and how much more likely they are so of one buyer
    /// who splits; the days are sorted here. The choice of the densest span is paid for.
    pub fn of_burst(&self, days: &mut [i32], settings: &Settings) -> (usize, f64) {
        days.sort_unstable();
        let mut best: Option<(usize, i32)> = None;
        for (at, from) in days.iter().enumerate() {
            let inside = days[at..].partition_point(|d| *d < from + settings.burst_days);
            if best.is_none_or(|(most, _)| inside > most) {
                best = Some((inside, *from));
            }
        }
        let Some((inside, from)) = best else {
            return (0, 0.0);
        };
        let of_all = |day: i32| self.firsts.partition_point(|d| *d < day);
        let usual = share(
            of_all(from + settings.burst_days) - of_all(from),
            self.firsts.len(),
        );
        let span = match (self.firsts.first(), self.firsts.last()) {
            (Some(first), Some(last)) => {
                f64::from(last - first) / f64::from(settings.burst_days.max(1))
            }
            _ => 1.0,
        };
        let (k, rest) = (inside as f64, (days.len() - inside) as f64);
        let chosen = settings.burst_share.max(usual);
        let gain = k * (chosen / usual).ln() + rest * ((1.0 - chosen) / (1.0 - usual)).ln();
        (inside, gain - span.max(1.0).ln())
    }

    /// The forwarder most of them use, by how many, and how much more likely that is of one buyer.
    pub fn of_forwarder(
        &self,
        used: &[Option<u32>],
        settings: &Settings,
    ) -> Option<(u32, usize, f64)> {
        let mut named: Vec<u32> = used.iter().flatten().copied().collect();
        named.sort_unstable();
        let groups = named.chunk_by(|a, b| a == b);
        let (forwarder, count) = groups
            .map(|g| (g[0], g.len()))
            .max_by_key(|(f, n)| (*n, std::cmp::Reverse(*f)))?;
        let usual = self.forwarders[forwarder as usize];
        let chosen = settings.forwarder_share.max(usual);
        // The first of them may use any; the others follow it or not.
        let (k, rest) = ((count - 1) as f64, (named.len() - count) as f64);
        let gain = k * (chosen / usual).ln() + rest * ((1.0 - chosen) / (1.0 - usual)).ln();
        Some((forwarder, count, gain))
    }

    /// The share of buyers that use a forwarder most.
    pub fn forwarder(&self, at: u32) -> f64 {
        self.forwarders.get(at as usize).copied().unwrap_or(0.0)
    }
}

/// The logarithm of how much more likely a yes or no is at one share than at another.
fn odds(yes: bool, chosen: f64, usual: f64) -> f64 {
    if yes {
        (chosen / usual).ln()
    } else {
        ((1.0 - chosen) / (1.0 - usual)).ln()
    }
}
