//! How much a word says of who is meant.

use rustc_hash::FxHashMap;

use crate::name::Class;
use crate::tables::{Kind, Variants};

/// The weight of words: by what they are, and, learned from a list, by how many of its names have them.
///
/// A word of a name weighs 1 (less if it is short or a common given name), a place 0.4, a line of
/// business 0.5, a word any company has 0.2. Learned weights lower the words that many names share:
/// one that every name had would weigh half.
#[derive(Debug, Clone, Default)]
pub struct Weights {
    /// By sound: how many names have it.
    seen: FxHashMap<String, u32>,
    names: u32,
}

impl Weights {
    /// By what words are alone.
    ///
    /// ```
    /// use tiergate_screening::{Name, Weights};
    ///
    /// let weights = Weights::built_in();
    /// assert!(Name::new("Arkona", &weights).score(&Name::new("Arkona", &weights)) == 1.0);
    /// ```
    #[must_use]
    pub fn built_in() -> Weights {
        Weights::default()
    }

    /// Counts the words of names.
    #[must_use]
    pub fn learned<'n>(names: impl IntoIterator<Item = &'n str>) -> Weights {
        let plain = Weights::built_in();
        let names: Vec<crate::Name> = names
            .into_iter()
            .map(|n| crate::Name::new(n, &plain))
            .collect();
        Weights::of_names(names.iter())
    }

    pub(crate) fn of_names<'n>(names: impl Iterator<Item = &'n crate::Name>) -> Weights {
        let mut learned = Weights::default();
        for name in names {
            learned.names += 1;
            let tokens = name.readings.iter().take(1).flat_map(|r| &r.tokens);
            let mut sounds: Vec<&str> = tokens
                .filter(|t| t.class == Class::Name)
                .map(|t| t.sound.as_str())
                .collect();
            sounds.sort_unstable();
            sounds.dedup();
            for sound in sounds {
                match learned.seen.get_mut(sound) {
                    Some(count) => *count += 1,
                    None => {
                        learned.seen.insert(sound.to_owned(), 1);
                    }
                }
            }
        }
        learned
    }

    pub(crate) fn of(
        &self,
        plain: &str,
        sound: &str,
        class: Class,
        syllable: bool,
        variants: Option<&Variants>,
    ) -> f32 {
        match class {
            Class::Name => {
                let own = if syllable {
                    0.6
                } else {
                    match (plain.len(), variants) {
                        (_, Some(v)) if v.given => 0.8,
                        (_, Some(_)) => 0.65,
                        (0..=2, _) => 0.55,
                        (3, _) => 0.75,
                        (4, _) => 0.9,
                        _ => 1.0,
                    }
                };
                own * self.rarity(sound)
            }
            Class::Initial => 0.3,
            Class::Number => 0.7,
            Class::Particle => 0.0,
            Class::Generic(g) => match g.kind {
                Kind::Particle => 0.0,
                Kind::Title => 0.06,
                Kind::Suffix => 0.3,
                Kind::Corporate => 0.2,
                Kind::Subject => 0.5,
                Kind::Place => 0.4,
                Kind::Common => 0.55,
            },
        }
    }

    /// From 1, for a word few names have, to a half.
    fn rarity(&self, sound: &str) -> f32 {
        let Some(count) = self.seen.get(sound).filter(|_| self.names > 1000) else {
            return 1.0;
        };
        // The precision of a float is enough for a weight.
        #[allow(clippy::cast_precision_loss)]
        let (count, names) = (*count as f32, self.names as f32);
        // Up to one name in 2,000 is no common word.
        let common = (count * 2000.0 / names).max(1.0).ln() / 2000f32.ln();
        1.0 - 0.5 * common.min(1.0)
    }
}
