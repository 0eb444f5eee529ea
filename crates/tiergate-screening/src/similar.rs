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
            Some(if same {
                (1.0, How::Same)
            } else {
                (0.98, How::Meaning)
            })
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
    if a.abjad != b.abjad
        && let Some(found) = bones(a, b)
    {
        return Some(found);
    }
    fuzzy(a, b).or_else(|| {
        // The article may be written with the word, or left out.
        let fits =
            |with: &Token, without: &Token| with.bare.as_ref().is_some_and(|b| *b == without.sound);
        (fits(a, b) || fits(b, a)).then_some((0.93, How::Sound))
    })
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
    // One letter writes both `v` and `u`.
    let written = |with: &Token, without: &Token| {
        without.abjad && without.plain.contains('w') && with.plain.contains('v') && {
            let rest = with.plain.replacen('v', "", 1);
            crate::sound::skeleton(&rest) == without.skeleton && without.skeleton.len() >= 2
        }
    };
    if written(a, b) || written(b, a) {
        return Some((0.88, How::Consonants));
    }
    (x.len().min(y.len()) >= 3 && one_edit(x, y)).then_some((0.76, How::Consonants))
}

/// What may differ in words of a length, in hundredths of a letter.
const fn allowed(length: usize) -> u32 {
    match length {
        0..=2 => 0,
        3 => 40,
        4 => 50,
        5 => 75,
        6 => 90,
        7 => 105,
        8 | 9 => 125,
        10..=12 => 170,
        _ => 220,
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

/// Words whose sounds differ in length by more are not compared by letters.
const SOUND_LENGTHS: usize = 2;

/// The consonants that one may stand for at less than the full cost, itself among them.
pub(crate) fn kin(consonants: u32) -> u32 {
    let mut mask = consonants;
    for (at, kin) in KIN.iter().enumerate() {
        if consonants & 1 << at != 0 {
            mask |= kin;
        }
    }
    mask
}

const LETTERS: [u8; 28] = *b"abcdefghijklmnopqrstuvwxyzSC";

/// For each letter, those that it may stand for.
const KIN: [u32; 28] = {
    let mut table = [0; 28];
    let mut at = 0;
    while at < 28 {
        let mut other = 0;
        while other < 28 {
            if instead(LETTERS[at], LETTERS[other]) < 100 {
                table[at] |= 1 << other;
            }
            other += 1;
        }
        at += 1;
    }
    table
};

/// The least number of half-cost edits between words with these consonants: one that the other has not
/// costs half a letter at least, and a whole one if nothing near it is there either.
fn edits_least(x: u32, kin_x: u32, y: u32, kin_y: u32) -> u32 {
    let one = (x & !y).count_ones() + (x & !kin_y).count_ones();
    let other = (y & !x).count_ones() + (y & !kin_x).count_ones();
    one.max(other)
}

/// How many half-cost edits of consonants words of this length may have.
const fn consonants_missing(length: usize) -> u32 {
    allowed(length) / CONSONANT_MIN
}

fn missing(x: u32, y: u32) -> u32 {
    (x & !y).count_ones().max((y & !x).count_ones())
}

/// Whether the words may be near by sound, told from their masks and lengths: never says no of words
/// that are.
fn sounds_may_agree(a: &Token, b: &Token) -> bool {
    let (la, lb) = (a.sound.len(), b.sound.len());
    let most = la.max(lb);
    la.abs_diff(lb) <= lengths_apart(most)
        && edits_least(a.consonants, a.kin, b.consonants, b.kin) <= consonants_missing(most)
        && a.spine.may_agree(b.spine, allowed(most))
}

/// The consonants of a word in order, the first eight, and how many there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spine {
    letters: u64,
    count: u8,
    /// How many `h`: one is lost at little cost, and may stand for a consonant.
    breaths: u8,
}

impl Spine {
    pub fn of(sound: &str) -> Spine {
        let mut spine = Spine::default();
        for letter in sound.bytes() {
            if letter == b'h' {
                spine.breaths = spine.breaths.saturating_add(1);
            } else if !is_vowel(letter) {
                if spine.count < 8 {
                    spine.letters |= u64::from(letter) << (8 * spine.count);
                }
                spine.count = spine.count.saturating_add(1);
            }
        }
        spine
    }

    /// Whether enough consonants of each are in the other, about where they should be. One that is moved
    /// by a place costs 100 (50 where an `h` stands for a consonant), one that is not there 50 at least.
    fn within_reach(self, other: Spine, most: u32) -> bool {
        const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
        let breaths =
            u32::from(self.breaths.saturating_add(other.breaths)).min(most / CONSONANT_MIN);
        let moved = breaths + (most - breaths * CONSONANT_MIN) / 100;
        if u32::from(self.count.abs_diff(other.count)) > moved {
            return false;
        }
        // Bytes that are zero, by their high bit.
        let zero = |x: u64| !(((x & LOW) + LOW) | x | LOW);
        let (mut in_self, mut in_other) = (0, 0);
        for by in 0..=moved.min(7) {
            in_self |= zero(self.letters ^ other.letters << (8 * by));
            in_self |= zero(self.letters ^ other.letters >> (8 * by));
            in_other |= zero(other.letters ^ self.letters << (8 * by));
            in_other |= zero(other.letters ^ self.letters >> (8 * by));
        }
        // Only the first eight are known: those near the end may be found behind them.
        let long = self.count.max(other.count) > 8;
        let known = |count: u8| {
            let most = if long { 8u32.saturating_sub(moved) } else { 8 };
            let bytes = u32::from(count).min(most);
            if bytes == 8 {
                u64::MAX
            } else {
                (1u64 << (8 * bytes)) - 1
            }
        };
        let lost = |found: u64, count: u8| (!found & !LOW & known(count)).count_ones();
        let lost = lost(in_self, self.count).max(lost(in_other, other.count));
        lost * CONSONANT_MIN <= most
    }

    /// Whether the distance may be as small as `most`: a consonant more costs 100, one for another 50
    /// at least, neighbors exchanged 100.
    fn may_agree(self, other: Spine, most: u32) -> bool {
        if !self.within_reach(other, most) {
            return false;
        }
        if most >= 200 || self.count.max(other.count) > 8 {
            return true;
        }
        let (short, long) = if self.count <= other.count {
            (self, other)
        } else {
            (other, self)
        };
        let breaths = short.breaths.saturating_add(long.breaths);
        let differ = short.letters ^ long.letters;
        let from = differ.trailing_zeros() / 8;
        let tail = |letters: u64, skip: u32| letters.checked_shr(8 * skip).unwrap_or(0);
        let one_more = || tail(long.letters, from + 1) == tail(short.letters, from);
        match long.count - short.count {
            0 => {
                // The high bit of each byte that is not zero.
                let low = 0x7f7f_7f7f_7f7f_7f7f;
                let bytes = (((differ & low) + low) | differ) & !low;
                let count = bytes.count_ones();
                count * CONSONANT_MIN <= most || most >= 100 && (count == 2 || breaths >= 2)
            }
            // A consonant more costs 100, or 50 where it stands for an `h`.
            1 if breaths == 0 => most >= 150 || most >= 100 && one_more(),
            1 => most >= 100 || most >= 50 && one_more(),
            more => breaths >= more && most >= u32::from(more) * CONSONANT_MIN,
        }
    }
}

fn lengths_apart(length: usize) -> usize {
    usize::try_from(allowed(length) / LETTER_MIN).unwrap_or(usize::MAX)
}

fn letters_may_agree(a: &Token, b: &Token) -> bool {
    let (pa, pb) = (a.plain.len(), b.plain.len());
    pa.max(pb) >= ONE_EDIT_FROM
        && pa.abs_diff(pb) <= 1
        && a.sound.len().abs_diff(b.sound.len()) <= SOUND_LENGTHS
        && a.plain.as_bytes().first() == b.plain.as_bytes().first()
        && missing(a.letters, b.letters) <= 1
}

/// Whether the consonants of words, one of which has no vowels, may agree.
pub(crate) fn bones_may_agree(a: &Token, b: &Token) -> bool {
    if a.kana || b.kana || a.plain.starts_with("al") || b.plain.starts_with("al") {
        return true;
    }
    b.plain.starts_with("el")
        || a.plain.starts_with("el")
        || a.skeleton.len().abs_diff(b.skeleton.len()) <= 1
}

/// The masks and lengths of many words in columns, so that a processor looks at several at once.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    consonants: Vec<u32>,
    kin: Vec<u32>,
    letters: Vec<u32>,
    spines: Vec<Spine>,
    /// Where words of each length of sound begin, and among them those of each first letter.
    starts: Vec<[u32; FIRSTS + 1]>,
}

/// First letters that are told apart.
const FIRSTS: usize = 27;

/// The order of words in a [`Scan`].
pub(crate) fn scan_order(word: &Token) -> (usize, usize) {
    let first = word.plain.bytes().next().unwrap_or(0);
    let first = if first.is_ascii_lowercase() {
        usize::from(first - b'a')
    } else {
        FIRSTS - 1
    };
    (word.sound.len(), first)
}

impl Scan {
    /// Words are in the order of [`scan_order`].
    pub fn new(words: &[Token]) -> Scan {
        let longest = words.last().map_or(0, |w| w.sound.len());
        let start = |length: usize, first: usize| {
            let at = words.partition_point(|w| scan_order(w) < (length, first));
            u32::try_from(at).unwrap_or(u32::MAX)
        };
        let row = |length: usize| std::array::from_fn(|first| start(length, first));
        Scan {
            consonants: words.iter().map(|w| w.consonants).collect(),
            kin: words.iter().map(|w| w.kin).collect(),
            letters: words.iter().map(|w| w.letters).collect(),
            spines: words.iter().map(|w| w.spine).collect(),
            starts: (0..=longest).map(row).collect(),
        }
    }

    /// Adds the places of words that may be near, by masks.
    pub fn find(&self, word: &Token, hits: &mut Vec<u8>, out: &mut Vec<u32>) {
        let (length, first) = scan_order(word);
        for (other, starts) in self.starts.iter().enumerate() {
            let longest = length.max(other);
            if length.abs_diff(other) <= lengths_apart(longest) {
                let (from, to) = (starts[0] as usize, starts[FIRSTS] as usize);
                let (most, allowed) = (allowed(longest), consonants_missing(longest));
                let sounds = self.consonants[from..to].iter().zip(&self.kin[from..to]);
                hits.clear();
                hits.extend(sounds.map(|(c, k)| {
                    u8::from(edits_least(word.consonants, word.kin, *c, *k) <= allowed)
                }));
                let found = (starts[0]..).zip(hits.iter()).filter(|(_, hit)| **hit != 0);
                let spine = |at: u32| word.spine.may_agree(self.spines[at as usize], most);
                out.extend(found.map(|(at, _)| at).filter(|at| spine(*at)));
            }
            if length.abs_diff(other) <= SOUND_LENGTHS && word.plain.len() + 1 >= ONE_EDIT_FROM {
                let range = starts[first]..starts[first + 1];
                let letters = |at: &u32| missing(self.letters[*at as usize], word.letters) <= 1;
                out.extend(range.filter(letters));
            }
        }
    }
}

fn fuzzy(a: &Token, b: &Token) -> Option<(f32, How)> {
    if a.sound == b.sound && !a.sound.is_empty() {
        return Some((0.96, How::Sound));
    }
    if a.syllable && b.syllable {
        return None;
    }
    let (by_sound, by_letters) = (sounds_may_agree(a, b), letters_may_agree(a, b));
    if !by_sound && !by_letters {
        return None;
    }
    let (x, y) = (a.sound.as_bytes(), b.sound.as_bytes());
    let most = allowed(x.len().max(y.len()));
    let mut distance = if by_sound {
        distance(x, y, most)
    } else {
        most + 1
    };
    if let (Some(p), Some(q)) = (x.first(), y.first())
        && x.len().max(y.len()) < 8
        && (instead(*p, *q) > CONSONANT_MIN
            || matches!((*p, *q), (b'a', b'e' | b'o') | (b'e' | b'o', b'a')))
    {
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
    let by_letters = (by_letters && one_edit(p, q)).then_some(match longest {
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
const fn instead(a: u8, b: u8) -> u32 {
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
        | (b'm', b'n') => CONSONANT_MIN,
        (b'C', b'k' | b't') | (b'c', b'k') | (b'k', b's') | (b'h', b'j') | (b'f', b'h') => 70,
        (b'l', b'r') => 80,
        _ => 100,
    }
}

/// [`instead`] by the last bits of both letters.
static INSTEAD: [[u8; 64]; 64] = {
    let mut table = [[100u8; 64]; 64];
    let mut at = 0;
    while at < 28 {
        let mut other = 0;
        while other < 28 {
            let (a, b) = (LETTERS[at], LETTERS[other]);
            // All costs are at most 100.
            #[allow(clippy::cast_possible_truncation)]
            let cost = instead(a, b) as u8;
            table[a as usize & 63][b as usize & 63] = cost;
            other += 1;
        }
        at += 1;
    }
    table
};

static EXTRA: [u8; 64] = {
    let mut table = [100u8; 64];
    let mut at = 0;
    while at < 28 {
        #[allow(clippy::cast_possible_truncation)]
        let cost = extra(LETTERS[at]) as u8;
        table[LETTERS[at] as usize & 63] = cost;
        at += 1;
    }
    table
};

const SOUND_MAX: usize = 30;
/// More than any distance that is asked for.
const FAR: u32 = 10_000;

/// The least cost of making one of the other, where neighbors may change places; more than `most` is
/// any number above it. Only places that a few letters more or less can reach are looked at.
fn distance(a: &[u8], b: &[u8], most: u32) -> u32 {
    let (a, b) = (&a[..a.len().min(SOUND_MAX)], &b[..b.len().min(SOUND_MAX)]);
    let band = usize::try_from(most / LETTER_MIN).unwrap_or(SOUND_MAX);
    let extra = |letter: u8| u32::from(EXTRA[usize::from(letter & 63)]);
    let mut earlier = [FAR; SOUND_MAX + 2];
    let mut before = [FAR; SOUND_MAX + 2];
    before[0] = 0;
    for (j, letter) in b.iter().take(band + 1).enumerate() {
        before[j + 1] = before[j] + extra(*letter);
    }
    let mut least_before = 0;
    for (i, &x) in a.iter().enumerate() {
        let mut now = [FAR; SOUND_MAX + 2];
        let from = i.saturating_sub(band);
        let to = b.len().min(i + band + 1);
        if from == 0 {
            now[0] = before[0] + extra(x);
        }
        let mut least = now[0];
        let costs = &INSTEAD[usize::from(x & 63)];
        let loss = extra(x);
        for j in from..to {
            let y = b[j];
            let swap = if x == y {
                0
            } else {
                u32::from(costs[usize::from(y & 63)])
            };
            let mut best = (before[j] + swap)
                .min(before[j + 1] + loss)
                .min(now[j] + extra(y));
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(earlier[j - 1] + 100);
            }
            now[j + 1] = best;
            least = least.min(best);
        }
        // A later row can be lower than this one only by an exchange of neighbors, from the row before.
        if least.min(least_before) > most {
            return most + 1;
        }
        least_before = least;
        earlier = before;
        before = now;
    }
    before[b.len()]
}
