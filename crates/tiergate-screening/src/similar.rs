//! How near two words are.

use crate::name::{Class, Token};

/// How one word was found in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum How {
    /// The same letters, accents aside.
    Same,
    /// Another spelling of the same name, by the table of variants.
    Variant,
    /// Another word of the same meaning, by the table of generic words.
    Meaning,
    /// Spelled otherwise, sounds alike.
    Sound,
    /// A few letters differ.
    Near,
    /// The consonants agree; one is of a script that writes no vowels.
    Consonants,
    /// One is the initial of the other.
    Initial,
    /// Written as one word in one name and as several in the other.
    Joined,
    /// One is the initials of the other's words.
    Acronym,
}

/// Words nearer than this are the same word, to some degree; others have nothing to do with one another.
pub(crate) fn similar(a: &Token, b: &Token) -> Option<(f32, How)> {
    match (a.class, b.class) {
        (Class::Particle, _) | (_, Class::Particle) => None,
        (Class::Number, _) | (_, Class::Number) => {
            (a.class == b.class && a.plain == b.plain).then_some((1.0, How::Same))
        }
        (Class::Initial, Class::Initial) => (a.plain == b.plain
            || a.sound.bytes().next() == b.sound.bytes().next())
        .then_some((1.0, How::Same)),
        (Class::Initial, Class::Name) => initial(a, b),
        (Class::Name, Class::Initial) => initial(b, a),
        (Class::Initial, _) | (_, Class::Initial) => None,
        (Class::Generic(x), Class::Generic(y)) if x.meaning == y.meaning && x.kind == y.kind => {
            let same = a.plain == b.plain || a.sound == b.sound;
            Some(if same { (1.0, How::Same) } else { (0.98, How::Meaning) })
        }
        (Class::Generic(_), Class::Generic(_)) => None,
        _ => words(a, b),
    }
}

fn initial(letter: &Token, word: &Token) -> Option<(f32, How)> {
    let plain = word.plain.starts_with(letter.plain.as_str());
    let sounds = letter.sound.len() == 1 && word.sound.starts_with(letter.sound.as_str());
    (plain || sounds).then_some((0.75, How::Initial))
}

fn words(a: &Token, b: &Token) -> Option<(f32, How)> {
    if a.plain == b.plain {
        return Some((1.0, How::Same));
    }
    if let (Some(x), Some(y)) = (a.variants, b.variants) {
        if x.classes.iter().any(|c| y.classes.contains(c)) {
            // Names of one origin that are spelled far apart, as John and Ivan, say less.
            let near = a.sound == b.sound || fuzzy(a, b).is_some() || bones(a, b).is_some();
            return Some((if near { 0.97 } else { 0.9 }, How::Variant));
        }
        if x.short(y) {
            return Some((0.85, How::Variant));
        }
        // Two names that are known to be different.
        return (a.sound == b.sound).then_some((0.9, How::Sound));
    }
    if a.abjad != b.abjad {
        return bones(a, b).or_else(|| fuzzy(a, b));
    }
    fuzzy(a, b)
}

/// Consonants, where one of the words has no vowels.
fn bones(a: &Token, b: &Token) -> Option<(f32, How)> {
    if a.abjad == b.abjad {
        return None;
    }
    if a.kana || b.kana {
        // The syllables of kana have vowels where other scripts have none, and no `l`.
        let fold = |s: &str| s.replace('l', "r").replace('t', "s");
        let (x, y) = (fold(&a.skeleton), fold(&b.skeleton));
        return (x == y && x.len() >= 2).then_some((0.86, How::Consonants));
    }
    let (x, y) = (a.skeleton.as_bytes(), b.skeleton.as_bytes());
    if x == y {
        return match x.len() {
            0 => None,
            1 => Some((0.72, How::Consonants)),
            2 => Some((0.84, How::Consonants)),
            _ => Some((0.93, How::Consonants)),
        };
    }
    // The article may be written with the word.
    let bare = |t: &Token| match t.plain.strip_prefix("al").or(t.plain.strip_prefix("el")) {
        Some(rest) if !t.abjad && rest.len() >= 3 => Some(crate::sound::skeleton(rest)),
        _ => None,
    };
    if bare(a).is_some_and(|s| s.as_bytes() == y && y.len() >= 2)
        || bare(b).is_some_and(|s| s.as_bytes() == x && x.len() >= 2)
    {
        return Some((0.9, How::Consonants));
    }
    (x.len().min(y.len()) >= 3 && one_edit(x, y)).then_some((0.76, How::Consonants))
}

/// What may differ in words of a length, in hundredths of a letter.
const fn allowed(length: usize) -> u32 {
    match length {
        0..=2 => 0,
        3 => 40,
        4 => 60,
        5 => 100,
        6 => 110,
        7 => 150,
        8 | 9 => 180,
        10..=12 => 240,
        _ => 300,
    }
}

/// The least that a difference of one consonant costs.
const CONSONANT_MIN: u32 = 50;
/// The least that a letter more or less costs.
const LETTER_MIN: u32 = 40;
/// What a difference in the first letter costs besides.
const FIRST: u32 = 40;
/// Words of this length may differ in one letter however it sounds.
const ONE_EDIT_FROM: usize = 5;

/// Whether the words cannot be near, told from their masks and lengths: never says so of words that
/// [`similar`] finds near by sound or spelling.
pub(crate) fn apart(a: &Token, b: &Token) -> bool {
    let (la, lb) = (a.sound.len(), b.sound.len());
    let most = allowed(la.max(lb));
    let lengths = u32::try_from(la.abs_diff(lb)).unwrap_or(u32::MAX);
    let missing = |x: u32, y: u32| (x & !y).count_ones().max((y & !x).count_ones());
    let by_sound =
        lengths.saturating_mul(LETTER_MIN) > most || missing(a.consonants, b.consonants) * CONSONANT_MIN > most;
    if !by_sound {
        return false;
    }
    let (pa, pb) = (a.plain.len(), b.plain.len());
    let by_letters =
        pa.max(pb) < ONE_EDIT_FROM || pa.abs_diff(pb) > 1 || missing(a.letters, b.letters) > 1;
    by_letters
}

fn fuzzy(a: &Token, b: &Token) -> Option<(f32, How)> {
    if a.sound == b.sound && !a.sound.is_empty() {
        return Some((0.96, How::Sound));
    }
    if a.syllable && b.syllable || apart(a, b) {
        return None;
    }
    let (x, y) = (a.sound.as_bytes(), b.sound.as_bytes());
    let most = allowed(x.len().max(y.len()));
    let mut distance = distance(x, y, most);
    if x.first() != y.first() {
        distance += FIRST;
    }
    let by_sound = (distance <= most && most > 0).then(|| {
        // Both are at most 300: exact in a float.
        #[allow(clippy::cast_precision_loss)]
        let share = distance as f32 / most as f32;
        0.95 - 0.35 * share
    });
    let (p, q) = (a.plain.as_bytes(), b.plain.as_bytes());
    let longest = p.len().max(q.len());
    let by_letters = (longest >= ONE_EDIT_FROM && one_edit(p, q)).then_some(match longest {
        5 => 0.78,
        6 | 7 => 0.84,
        _ => 0.9,
    });
    let best = match (by_sound, by_letters) {
        (Some(s), Some(l)) => s.max(l),
        (one, other) => one.or(other)?,
    };
    Some((best, How::Near))
}

/// Whether one insertion, deletion, replacement or exchange of neighbors makes them equal.
fn one_edit(a: &[u8], b: &[u8]) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let from = short.iter().zip(long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => {
            from == short.len()
                // Whoever mistypes a name rarely mistypes its first letter.
                || from > 0 && short[from + 1..] == long[from + 1..]
                || from + 1 < short.len()
                    && short[from] == long[from + 1]
                    && short[from + 1] == long[from]
                    && short[from + 2..] == long[from + 2..]
        }
        1 => from > 0 && short[from..] == long[from + 1..],
        _ => false,
    }
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// What it costs to have one letter more.
const fn extra(letter: u8) -> u32 {
    match letter {
        b'h' | b'i' => LETTER_MIN,
        l if is_vowel(l) => 55,
        _ => 100,
    }
}

/// What it costs to have one letter for another.
fn instead(a: u8, b: u8) -> u32 {
    if a == b {
        return 0;
    }
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    match (a, b) {
        (b'a', b'e' | b'o') | (b'e', b'i') | (b'o', b'u') => 35,
        (x, y) if is_vowel(x) && is_vowel(y) => 45,
        (b'b', b'p' | b'v')
        | (b'f', b'v' | b'p')
        | (b'd', b't')
        | (b'g', b'k' | b'h' | b'j')
        | (b'h', b'k')
        | (b'C', b'S' | b'c' | b'j')
        | (b'S', b's' | b'j')
        | (b'c', b's' | b'z')
        | (b's', b'z')
        | (b'j', b'z')
        | (b'i', b'j')
        | (b'm', b'n')
        | (b'u', b'v') => CONSONANT_MIN,
        (b'C', b'k' | b't') | (b'c', b'k') | (b'k', b's') | (b'h', b'j') | (b'f', b'h') => 70,
        (b'l', b'r') => 80,
        _ => 100,
    }
}

const SOUND_MAX: usize = 40;

/// The least cost of making one of the other, where neighbors may change places; more than `most` is
/// any number above it.
fn distance(a: &[u8], b: &[u8], most: u32) -> u32 {
    let (a, b) = (&a[..a.len().min(SOUND_MAX)], &b[..b.len().min(SOUND_MAX)]);
    let mut rows = [[0u32; SOUND_MAX + 1]; 3];
    for (j, letter) in b.iter().enumerate() {
        rows[0][j + 1] = rows[0][j] + extra(*letter);
    }
    for i in 1..=a.len() {
        let (now, before, earlier) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = rows[before][0] + extra(a[i - 1]);
        let mut least = rows[now][0];
        for j in 1..=b.len() {
            let mut best = rows[before][j - 1] + instead(a[i - 1], b[j - 1]);
            best = best.min(rows[before][j] + extra(a[i - 1]));
            best = best.min(rows[now][j - 1] + extra(b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[earlier][j - 2] + 100);
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        // A later row can be lower than this one only by an exchange of neighbors, from the row before.
        let reach = least.min(rows[before][..=b.len()].iter().copied().min().unwrap_or(0));
        if reach > most {
            return most + 1;
        }
    }
    rows[a.len() % 3][b.len()]
}
