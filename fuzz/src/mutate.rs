//! A plain mutation loop, for machines without libFuzzer: seeded, so that a run can be repeated.

/// A small generator of random numbers (xorshift).
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Starts from a seed.
    #[must_use]
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number below `end`; zero when that is zero.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// Changes a text in a few places: bytes, pieces of it, pieces of its neighbours, words.
#[must_use]
pub fn mutate(seeds: &[Vec<u8>], words: &[&str], random: &mut Random) -> Vec<u8> {
    let mut bytes = seeds
        .get(random.below(seeds.len()))
        .cloned()
        .unwrap_or_default();
    for _ in 0..=random.below(6) {
        let at = random.below(bytes.len() + 1);
        let end = (at + random.below(24)).min(bytes.len());
        match random.below(7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            1 => bytes.insert(at, u8::try_from(random.below(256)).unwrap_or(0)),
            2 => drop(bytes.drain(at..end)),
            3 => {
                let piece = bytes[at..end].to_vec();
                let to = random.below(bytes.len() + 1);
                bytes.splice(to..to, piece);
            }
            4 if !seeds.is_empty() => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(200)).min(other.len())].to_vec();
                bytes.splice(at..at, piece);
            }
            5 => {
                let piece = bytes[at..end].repeat(random.below(40));
                bytes.splice(at..at, piece);
            }
            _ if !words.is_empty() => {
                let word = words[random.below(words.len())];
                bytes.splice(at..end, word.bytes());
            }
            _ => {}
        }
    }
    bytes
}

/// Runs a target over its seeds, then over mutations of them; what it finds interesting is unknown
/// here, so every hundredth mutation joins the seeds.
pub fn run(mut seeds: Vec<Vec<u8>>, words: &[&str], iterations: usize, target: fn(&[u8])) {
    seeds.iter().for_each(|s| target(s));
    let fixed = seeds.len();
    let mut random = Random::new(2026);
    for at in 0..iterations {
        let bytes = mutate(&seeds, words, &mut random);
        target(&bytes);
        if at % 100 == 0 && bytes.len() < 20_000 {
            let place = fixed + random.below(100);
            if place < seeds.len() {
                seeds[place] = bytes
            } else {
                seeds.push(bytes)
            }
        }
    }
}
