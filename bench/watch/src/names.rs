//! Names: real ones for the honest background, invented ones for everything planted and for people,
//! streets and forwarders.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context as _, Result};

use crate::chance::Chance;

/// A real legal entity: name and country (GLEIF, CC0).
pub type Real = (String, String);

/// The names of the real entities, each once.
pub fn real(folder: &Path) -> Result<Vec<Real>> {
    let mut seen = HashSet::new();
    let mut all = Vec::new();
    for file in [
        "gleif_semis_sample_2025-10.csv",
        "gleif_tech_asia_gulf_sample_2025-10.csv",
    ] {
        let path = folder.join(file);
        let mut reader = csv::Reader::from_path(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        for row in reader.records() {
            let row = row?;
            let (lei, name, country) = (&row[0], row[1].trim(), row[2].trim());
            if country.len() == 2 && !name.is_empty() && seen.insert(lei.to_owned()) {
                all.push((name.to_owned(), country.to_owned()));
            }
        }
    }
    Ok(all)
}

const HEADS: [&str; 24] = [
    "Vel", "Tor", "Mar", "Kes", "Lun", "Bra", "Oss", "Zan", "Fen", "Gil", "Hax", "Ith", "Jor",
    "Kal", "Lyr", "Nev", "Orm", "Pel", "Quo", "Ras", "Syl", "Tam", "Ulm", "Wex",
];
const MIDDLES: [&str; 16] = [
    "a", "o", "i", "e", "ara", "ova", "ile", "ema", "undo", "ista", "olen", "abri", "etto", "ima",
    "uro", "anga",
];
const TAILS: [&str; 20] = [
    "don", "mor", "vik", "lis", "tara", "quist", "ven", "sola", "ric", "nath", "bel", "dane",
    "froy", "gard", "hem", "jun", "kort", "lund", "mesk", "nor",
];

/// A word that means nothing.
pub fn word(chance: &mut Chance) -> String {
    let (head, middle, tail) = (chance.any(&HEADS), chance.any(&MIDDLES), chance.any(&TAILS));
    format!("{head}{middle}{tail}")
}

/// An invented company; its first word is no word of a real name.
pub fn company(chance: &mut Chance, real: &HashSet<String>) -> String {
    const TRADES: [&str; 8] = [
        "Compute",
        "Data",
        "Cloud",
        "Systems",
        "Digital",
        "Technologies",
        "Networks",
        "Analytics",
    ];
    const FORMS: [&str; 6] = ["Pte. Ltd.", "Sdn Bhd", "LLC", "FZE", "Limited", "GmbH"];
    loop {
        let word = word(chance);
        if !real.contains(&word.to_lowercase()) {
            return format!("{word} {} {}", chance.any(&TRADES), chance.any(&FORMS));
        }
    }
}

/// Every word of the real names, lower case.
pub fn words(real: &[Real]) -> HashSet<String> {
    let split = |(name, _): &Real| -> Vec<String> {
        name.split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .collect()
    };
    real.iter().flat_map(split).collect()
}

/// The first and family names people have, the common ones first.
pub struct People {
    first: Vec<String>,
    family: Vec<String>,
}

impl People {
    pub fn new(chance: &mut Chance) -> People {
        let mut many = |count| (0..count).map(|_| word(chance)).collect();
        People {
            first: many(180),
            family: many(500),
        }
    }

    pub fn name(&self, chance: &mut Chance) -> String {
        let (first, family) = (
            chance.popular(&self.first).clone(),
            chance.popular(&self.family).clone(),
        );
        if chance.yes(0.4) {
            let middle = chance.popular(&self.first);
            return format!("{first} {middle} {family}");
        }
        format!("{first} {family}")
    }
}
