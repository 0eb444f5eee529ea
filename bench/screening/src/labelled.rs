//! A labelled set of pairs, made from a list by rules that know nothing of the scorer.
//!
//! A pair is the same party's if the list gives both names to one entry. It is two parties' if the names
//! stand at two entries of one list that share no name: of these, for each name the entries nearest to it
//! by rare words in common, so that the set is hard. The same party on two lists is no pair at all.

use std::collections::{HashMap, HashSet};

use tiergate_screening::{Entry, List};

/// Two names and whether they are one party's.
pub struct Pair {
    pub left: String,
    pub right: String,
    pub same: bool,
    /// Whether the spellings have something to do with one another: see [`related`].
    pub related: bool,
    /// Individual, Entity, Vessel, Aircraft; or nothing.
    pub kind: String,
}

/// Entries fall in halves by a digest of their id: what one half tunes, the other tests.
pub fn tune(entry: &Entry) -> bool {
    let sum = entry.id.bytes().fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (sum >> 17) & 1 == 0
}

fn words(name: &str) -> Vec<String> {
    name.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

fn letters(name: &str) -> Vec<char> {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether half of the pairs of neighboring letters of both names are shared (Dice's measure): an alias
/// by which a party is known to others may be another name altogether, which no spelling tells.
pub fn related(left: &str, right: &str) -> bool {
    let pairs = |name: &str| -> HashSet<(char, char)> {
        words(name)
            .iter()
            .flat_map(|word| {
                let letters = letters(word);
                letters.windows(2).map(|w| (w[0], w[1])).collect::<Vec<_>>()
            })
            .collect()
    };
    let (a, b) = (pairs(left), pairs(right));
    let shared = a.intersection(&b).count();
    let all = a.len() + b.len();
    all > 0 && 4 * shared >= all
}

/// Whether the names are the same but for order, case and marks.
fn same_text(left: &str, right: &str) -> bool {
    let bag = |name: &str| {
        let mut words = words(name);
        words.sort();
        words
    };
    bag(left) == bag(right)
}

/// All pairs of one half.
pub fn pairs(list: &List, tuning: bool) -> Vec<Pair> {
    let mine = |entry: &&Entry| tune(entry) == tuning;
    let mut out = Vec::new();
    for entry in list.entries.iter().filter(mine) {
        for alias in &entry.alt_names {
            if *alias != entry.name {
                out.push(Pair {
                    related: related(&entry.name, alias),
                    left: entry.name.clone(),
                    right: alias.clone(),
                    same: true,
                    kind: entry.kind.clone(),
                });
            }
        }
    }
    let positives = out.len();
    out.extend(negatives(list, tuning, positives));
    out
}

/// The nearest other entries of the same list, by the rarity of shared words; as many as asked for.
fn negatives(list: &List, tuning: bool, most: usize) -> Vec<Pair> {
    let entries: Vec<&Entry> = list.entries.iter().filter(|e| tune(e) == tuning).collect();
    let mut with: HashMap<(&str, String), Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let own: HashSet<String> = words(&entry.name).into_iter().collect();
        for word in own {
            with.entry((entry.source.as_str(), word)).or_default().push(at);
        }
    }
    let mut out = Vec::new();
    let mut told: HashSet<(usize, usize)> = HashSet::new();
    for (at, entry) in entries.iter().enumerate() {
        let mut shared: HashMap<usize, f64> = HashMap::new();
        let own: HashSet<String> = words(&entry.name).into_iter().collect();
        for word in own {
            let holders = &with[&(entry.source.as_str(), word)];
            // A word that everyone has brings no one near, and would make this slow.
            if holders.len() > 800 {
                continue;
            }
            let rarity = (entries.len() as f64 / holders.len() as f64).ln();
            for other in holders.iter().filter(|o| **o != at) {
                *shared.entry(*other).or_default() += rarity;
            }
        }
        let mut near: Vec<(usize, f64)> = shared.into_iter().collect();
        near.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
        let others = near.iter().map(|(other, _)| *other).filter(|other| {
            let names: Vec<&str> = entries[*other].names().collect();
            let common = |a: &str| names.iter().any(|b| same_text(a, b));
            !entry.names().any(common)
        });
        for other in others.take(2) {
            if told.insert((at.min(other), at.max(other))) {
                out.push(Pair {
                    left: entry.name.clone(),
                    right: entries[other].name.clone(),
                    same: false,
                    related: related(&entry.name, &entries[other].name),
                    kind: entry.kind.clone(),
                });
            }
        }
    }
    // Spread over the whole list, always the same.
    let step = (out.len() as f64 / most as f64).max(1.0);
    let count = out.len().min(most);
    let chosen: HashSet<usize> = (0..count).map(|n| (n as f64 * step) as usize).collect();
    let mut at = 0;
    out.retain(|_| {
        at += 1;
        chosen.contains(&(at - 1))
    });
    out
}
