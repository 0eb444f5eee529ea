//! Links: how likely two parties are one buyer, by all that they share.
//!
//! A value that two parties alone hold says much; held by hundreds it says almost nothing. Several
//! shared values add up as independent chances do: `1 - (1 - p)(1 - q)...`. A popular value still
//! says something when far more buyers of the kind that splits stand behind it than chance would
//! put there: then it links those, and only those.

use crate::bunching::poisson_tail;
use crate::settings::Settings;
use crate::values::Value;

/// Two parties and the chance that they are one buyer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Link {
    /// The one that comes first.
    pub one: u32,
    /// The other.
    pub other: u32,
    /// The chance.
    pub chance: f64,
}

/// A value behind which more like buyers stand than chance explains.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Crowd {
    /// Place of the value.
    pub value: u32,
    /// How many like buyers hold it.
    pub found: usize,
    /// How many chance would put there.
    pub expected: f64,
}

impl Crowd {
    /// The chance that two of them are both of the excess.
    pub fn chance(&self) -> f64 {
        let excess = 1.0 - self.expected / self.found.max(1) as f64;
        excess.max(0.0).powi(2)
    }
}

/// Like buyers behind one value beyond which a crowd links nobody: it is a market, not a buyer.
const CROWD_MAX: usize = 64;
/// Chances below this are not worth a pair.
const CHANCE_LEAST: f64 = 0.01;

/// The values behind which too many like buyers stand.
pub fn crowds(values: &[Value], buys: &[bool], alike: &[bool], settings: &Settings) -> Vec<Crowd> {
    let buyers = buys.iter().filter(|b| **b).count();
    let share = alike.iter().filter(|a| **a).count() as f64 / buyers.max(1) as f64;
    let mut crowds = Vec::new();
    for (value, at) in values.iter().zip(0..) {
        let count = |of: &[bool]| value.holders.iter().filter(|p| of[**p as usize]).count();
        let found = count(alike);
        if !(3..=CROWD_MAX).contains(&found) {
            continue;
        }
        let expected = share * count(buys) as f64;
        if poisson_tail(found, expected) < settings.crowd_chance_max {
            crowds.push(Crowd {
                value: at,
                found,
                expected,
            });
        }
    }
    crowds
}

/// The chance that two holders of a value are one buyer, by this value alone: that it is the same
/// thing at all, and not a meeting of common words, and that it is then theirs alone.
pub fn of_value(value: &Value, settings: &Settings) -> f64 {
    let same = settings.repeats / (settings.repeats + value.by_chance);
    settings.chance(value.kind, value.holders.len()) * same
}

/// The links between parties, surest first.
pub fn links(values: &[Value], crowds: &[Crowd], alike: &[bool], settings: &Settings) -> Vec<Link> {
    let mut pairs: Vec<(u32, u32, f64)> = Vec::new();
    let mut crowds = crowds.iter().peekable();
    for (value, at) in values.iter().zip(0..) {
        let crowd = crowds.next_if(|c| c.value == at);
        let holders = &value.holders;
        let plain = of_value(value, settings);
        let of_crowd = crowd.map_or(0.0, Crowd::chance);
        let is_alike = |p: u32| crowd.is_some() && alike[p as usize];
        if holders.len() <= settings.holders_max {
            for (place, one) in holders.iter().enumerate() {
                for other in &holders[place + 1..] {
                    let both = is_alike(*one) && is_alike(*other);
                    let chance = if both { plain.max(of_crowd) } else { plain };
                    if chance >= CHANCE_LEAST {
                        pairs.push((*one, *other, chance));
                    }
                }
            }
        } else if crowd.is_some() {
            let like: Vec<u32> = holders.iter().copied().filter(|p| is_alike(*p)).collect();
            for (place, one) in like.iter().enumerate() {
                pairs.extend(
                    like[place + 1..]
                        .iter()
                        .map(|other| (*one, *other, of_crowd)),
                );
            }
        }
    }
    pairs.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    let mut links: Vec<Link> = pairs
        .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
        .map(|shared| Link {
            one: shared[0].0,
            other: shared[0].1,
            chance: 1.0 - shared.iter().map(|s| 1.0 - s.2).product::<f64>(),
        })
        .filter(|link| link.chance >= settings.link_from)
        .collect();
    links.sort_by(|a, b| {
        let surer = b.chance.total_cmp(&a.chance);
        surer.then((a.one, a.other).cmp(&(b.one, b.other)))
    });
    links
}
