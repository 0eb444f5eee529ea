//! A name made ready for comparison: words with their weight, company forms apart.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::also::{several, spelled_initials};
use crate::fold::{Word, fold, normal};
use crate::similar::{Spine, kin};
use crate::sound::{skeleton, sound};
use crate::tables::{FORM_WORDS_MAX, Generic, Kind, key, key_of, tables};
use crate::weights::Weights;
use crate::words::{join_faith, join_servants, numbers};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// Part of a name.
    Name,
    /// A letter that stands for a name.
    Initial,
    /// Holds a digit, or is a Roman numeral.
    Number,
    /// A word that carries little.
    Generic(Generic),
    /// Only joins.
    Particle,
}

/// One word, ready.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub plain: String,
    pub sound: String,
    /// The sound without the Arabic article it begins with, or the company form it ends with.
    pub bare: Option<String>,
    /// Of scripts without vowels, and of what is compared with them.
    pub skeleton: String,
    pub class: Class,
    pub weight: f32,
    pub abjad: bool,
    pub kana: bool,
    pub syllable: bool,
    /// How a run of words that is written as this word may look: see [`Join::key`].
    pub keys: Vec<u64>,
    /// Number of its entry among variants of names.
    pub variants: Option<&'static crate::tables::Variants>,
    /// Which consonants `sound` has, and which letters `plain` has.
    pub consonants: u32,
    /// And which may stand for one of them: see [`kin`](crate::similar::kin).
    pub kin: u32,
    pub spine: Spine,
    pub letters: u32,
}

/// Adjacent tokens that may stand as one word in the other name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Join {
    pub from: u8,
    pub count: u8,
    /// Hash of the words written as one: of their letters, of their sound, or of the classes of their
    /// syllables.
    pub key: u64,
}

/// One way to read a name.
#[derive(Debug, Clone)]
pub(crate) struct Reading {
    pub tokens: Vec<Token>,
    pub joins: Vec<Join>,
    /// Families of the company forms, in order.
    pub forms: Vec<u16>,
    /// Initials of its words, with and without those of its form and its particles.
    pub acronyms: Vec<u64>,
    /// Whether it surely is an organization.
    pub organization: bool,
    pub weight: f32,
    /// Hash of all words in order, and of those without forms.
    pub whole: u64,
    pub body: u64,
}

/// A name, ready to be compared.
///
/// ```
/// use tiergate_screening::{Name, Weights};
///
/// let weights = Weights::built_in();
/// let left = Name::new("Arkona Technologies Co., Ltd.", &weights);
/// let right = Name::new("ARKONA TECHNOLOGY COMPANY LIMITED", &weights);
/// assert!(left.score(&right) > 0.95);
/// ```
#[derive(Debug, Clone)]
pub struct Name {
    /// As it was given.
    pub raw: String,
    pub(crate) normal: String,
    pub(crate) readings: Vec<Reading>,
}

/// Words of a name that are read.
const WORDS_MAX: usize = 24;
/// Names in one text that are read: see [`several`].
const NAMES_MAX: usize = 4;
/// Letters of a word that is written as several.
const JOINED_MIN: usize = 4;
/// Words that may be written as one.
const JOINED_MAX: usize = 4;

impl Name {
    /// Makes a name ready.
    #[must_use]
    pub fn new(raw: &str, weights: &Weights) -> Name {
        let normal = normal(raw).into_owned();
        let mut readings = Vec::with_capacity(1);
        add_readings(&normal, weights, &mut readings);
        for part in several(&normal).into_iter().take(NAMES_MAX) {
            add_readings(part, weights, &mut readings);
        }
        Name {
            raw: raw.to_owned(),
            normal,
            readings,
        }
    }

    /// How near two names are, from 0 to 1: see [`score`](crate::score).
    #[must_use]
    pub fn score(&self, other: &Name) -> f64 {
        crate::pair::compare(self, other)
    }

    /// The same, with why.
    #[must_use]
    pub fn explain(&self, other: &Name) -> crate::Match {
        crate::pair::explain(self, other)
    }

    /// Weighs its words anew.
    pub(crate) fn reweigh(&mut self, weights: &Weights) {
        for reading in &mut self.readings {
            for t in &mut reading.tokens {
                t.weight = weights.of(&t.plain, &t.sound, t.class, t.syllable, t.variants);
            }
            reading.weight = reading.tokens.iter().map(|t| t.weight).sum();
        }
    }

    /// Whether nothing of the name can be read: it has no letter or digit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.readings.iter().all(|r| r.tokens.is_empty())
    }
}

/// The ways to read a text.
fn add_readings(text: &str, weights: &Weights, readings: &mut Vec<Reading>) {
    let folded = fold(text);
    let spelled = spelled_initials(&folded.words);
    let (words, initials) = forms_of_letters(folded.words, folded.comma);
    readings.push(Reading::new(words, folded.comma, weights));
    if let Some(words) = initials {
        readings.push(Reading::new(words, folded.comma.or(Some(0)), weights));
    }
    if let Some(words) = spelled {
        readings.push(Reading::new(words, folded.comma, weights));
    }
    if let Some(words) = folded.japanese {
        readings.push(Reading::new(words, None, weights));
    }
}

/// Joins `S.A.`, `L L C`, `A/S` where that is a company form or a known word. The second value is the
/// other reading, of a form of two letters that may as well be someone's initials.
fn forms_of_letters(words: Vec<Word>, comma: Option<usize>) -> (Vec<Word>, Option<Vec<Word>>) {
    let single = |w: &Word| w.plain.len() == 1 && w.plain.bytes().all(|b| b.is_ascii_alphabetic());
    if words.iter().filter(|w| single(w)).count() < 2 {
        return (words, None);
    }
    let tables = tables();
    let letters_only = words.iter().all(single);
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut doubtful = false;
    let mut at = 0;
    while at < words.len() {
        let run = words[at..].iter().take_while(|w| single(w)).count();
        let mut taken = 0;
        for length in (2..=run.min(6)).rev() {
            let joined: String = words[at..at + length]
                .iter()
                .map(|w| w.plain.as_str())
                .collect();
            let marked = words[at..at + length - 1]
                .iter()
                .all(|w| w.dotted || w.slashed)
                || words[at..at + length - 1].iter().all(|w| !w.dotted);
            let form = tables.forms.contains_key(&joined);
            let known = |g: &Generic| matches!(g.kind, Kind::Title | Kind::Place) || length > 2;
            // `A.I.R.T.` does not begin with a word.
            let whole = length == run || !words[at + length - 1].dotted;
            let form = form && (length == words.len() || !letters_only);
            if marked && (form || whole && tables.generic.get(&joined).is_some_and(known)) {
                doubtful |= form && length == 2 && !words[at].slashed;
                let mut word = words[at].clone();
                word.plain = joined;
                out.push(word);
                taken = length;
                break;
            }
        }
        if taken == 0 {
            out.push(words[at].clone());
            taken = 1;
        }
        at += taken;
    }
    let few = words.len() <= 5;
    if let Some(run) = dotted_run(&out) {
        // An unknown abbreviation, or the initials of someone.
        let mut joined = out.clone();
        joined[run.start].plain = out[run.clone()].iter().map(|w| w.plain.as_str()).collect();
        joined[run.start].dotted = false;
        joined.drain(run.start + 1..run.end);
        return (out, Some(joined));
    }
    let other = (doubtful && few && comma.is_none_or(|c| c <= 2)).then_some(words);
    (out, other)
}

/// Three letters or more with full stops, and nothing between.
fn dotted_run(words: &[Word]) -> Option<std::ops::Range<usize>> {
    let single = |w: &Word| w.plain.len() == 1 && w.dotted;
    let from = words.iter().position(single)?;
    let count = words[from..].iter().take_while(|w| single(w)).count();
    (count >= 3).then_some(from..from + count)
}

/// A form that is also a name is taken for one in `FAMILY, Given`, and where nothing else is left.
const SHORT_FORM: usize = 2;

impl Reading {
    fn new(mut words: Vec<Word>, comma: Option<usize>, weights: &Weights) -> Reading {
        let person = comma.is_some();
        words.truncate(WORDS_MAX);
        join_servants(&mut words);
        join_faith(&mut words);
        numbers(&mut words);
        let tables = tables();
        let sounds: Vec<String> = words
            .iter()
            .map(|w| sound(w.hint.as_deref().unwrap_or(&w.plain)))
            .collect();
        let plain: Vec<&str> = words.iter().map(|w| w.plain.as_str()).collect();
        let (in_form, forms) = find_forms(&words, &sounds, comma);
        let whole = hash_all(plain.iter().copied());
        let outside = || {
            plain
                .iter()
                .zip(&in_form)
                .filter(|(_, f)| !**f)
                .map(|(p, _)| *p)
        };
        let body = hash_all(outside());
        let acronyms = acronyms(&plain, &in_form);
        let mut organization = forms.iter().any(|_| true);
        let mut tokens = Vec::with_capacity(words.len());
        let mut thing = false;
        let last = words.len().saturating_sub(1);
        for (at, (word, sound)) in words.into_iter().zip(sounds).enumerate() {
            if in_form[at] {
                continue;
            }
            let ends = at > 1 && in_form[at + 1..].iter().all(|f| *f);
            let numbered = ends && (thing || !forms.is_empty());
            let class = class_of(
                &word,
                &sound,
                at,
                last,
                (comma == Some(1), numbered),
                tables,
            );
            thing |=
                matches!(class, Class::Generic(g) if !matches!(g.kind, Kind::Title | Kind::Suffix));
            organization |= match class {
                Class::Generic(g) => {
                    matches!(g.kind, Kind::Corporate | Kind::Subject | Kind::Place)
                }
                Class::Number => at == 0 || word.plain.bytes().any(|b| b.is_ascii_digit()),
                _ => false,
            };
            let plain = if class == Class::Number {
                number(&word.plain)
            } else {
                word.plain
            };
            tokens.push(Token::new(
                plain,
                sound,
                class,
                (word.abjad, word.kana, word.syllable),
                weights,
            ));
        }
        if person && forms.is_empty() {
            // `FAMILY, Given` is how lists write people.
            organization = tokens.iter().any(|t| {
                matches!(t.class, Class::Generic(g) if matches!(g.kind, Kind::Subject | Kind::Corporate))
            });
        }
        let weight = tokens.iter().map(|t| t.weight).sum();
        let joins = joins(&tokens);
        Reading {
            joins,
            forms,
            acronyms,
            organization,
            weight,
            whole,
            body,
            tokens,
        }
    }
}

impl Token {
    fn new(
        plain: String,
        sound: String,
        class: Class,
        (abjad, kana, syllable): (bool, bool, bool),
        weights: &Weights,
    ) -> Token {
        let variants = match class {
            Class::Name => tables().variants.get(plain.as_str()),
            _ => None,
        };
        let skeleton = skeleton(&plain);
        let keys = if plain.len() >= JOINED_MIN && class != Class::Number {
            let mut keys = vec![hash(&plain), hash(&sound)];
            keys.extend(bones_key(&plain, &skeleton));
            if class == Class::Name && plain.len() <= 12 {
                splits(&plain, &mut keys);
            }
            keys
        } else {
            Vec::new()
        };
        let weight = weights.of(&plain, &sound, class, syllable, variants);
        let consonants = consonants(&sound);
        let article = plain.strip_prefix("al").or(plain.strip_prefix("el"));
        let form = || {
            JOINED_FORMS
                .iter()
                .find_map(|form| plain.strip_suffix(form))
        };
        let bare = article
            .filter(|rest| rest.len() >= 4)
            .or_else(|| form().filter(|rest| rest.len() >= 5))
            .filter(|_| class == Class::Name && variants.is_none())
            .map(crate::sound::sound);
        Token {
            bare,
            // An `h` costs little to lose, but may stand for another letter.
            kin: kin(consonants | if sound.contains('h') { letters("h") } else { 0 }),
            spine: Spine::of(&sound),
            consonants,
            letters: letters(&plain),
            plain,
            sound,
            skeleton,
            class,
            weight,
            abjad,
            kana,
            syllable,
            keys,
            variants,
        }
    }
}

/// Company forms that may be written with the word before.
const JOINED_FORMS: [&str; 8] = ["gmbh", "llc", "ltd", "ooo", "oao", "plc", "jsc", "ag"];

/// Which letters a word has, a bit each; digits share the last bits.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |mask, b| {
        mask | match b {
            b'a'..=b'z' => 1 << (b - b'a'),
            b'A'..=b'Z' => 1 << (b - b'A'),
            digit => 1 << (26 + digit % 6),
        }
    })
}

/// Which consonants a sound has: vowels and the glide cost little to change and are left out.
fn consonants(sound: &str) -> u32 {
    sound.bytes().fold(0, |mask, b| {
        mask | match b {
            b'a' | b'e' | b'i' | b'o' | b'u' | b'h' => 0,
            b'S' => 1 << 26,
            b'C' => 1 << 27,
            b'a'..=b'z' => 1 << (b - b'a'),
            _ => 1 << 28,
        }
    })
}

/// Which words are company forms, and of which family.
fn find_forms(words: &[Word], sounds: &[String], comma: Option<usize>) -> (Vec<bool>, Vec<u16>) {
    let tables = tables();
    let mut inside = vec![false; words.len()];
    let mut forms = Vec::new();
    let keys: Vec<std::borrow::Cow<'_, str>> = words
        .iter()
        .zip(sounds)
        // The table is spelled without marks.
        .map(|(w, s)| match w.hint {
            Some(_) => key(&w.plain).into(),
            None => std::borrow::Cow::from(key_of(&w.plain, s)),
        })
        .collect();
    let keys: Vec<&str> = keys.iter().map(AsRef::as_ref).collect();
    let mut at = 0;
    let mut phrase = String::new();
    while at < keys.len() {
        let mut taken = 0;
        if tables.form_starts.contains(keys[at]) {
            for length in (2..=FORM_WORDS_MAX.min(keys.len() - at)).rev() {
                phrase.clear();
                for (n, key) in keys[at..at + length].iter().enumerate() {
                    if n > 0 {
                        phrase.push(' ');
                    }
                    phrase.push_str(key);
                }
                if let Some(family) = tables.forms.get(&phrase) {
                    forms.push(*family);
                    taken = length;
                    break;
                }
            }
        }
        if taken == 0
            && let Some(family) = tables.forms.get(keys[at])
        {
            let short = keys[at].len() <= SHORT_FORM;
            let edge = at == 0 || at + 1 == keys.len() || inside[at - 1];
            // `Vektor, AO` is a company, `ZHANG, Ao` is not.
            let alone =
                comma == Some(at) && at + 1 == keys.len() && !syllable_of_name(&words[0].plain);
            let person = comma.is_some() && !alone;
            if !(words[at].syllable || short && (person || !edge && keys[at] != "co")) {
                forms.push(*family);
                taken = 1;
            }
        }
        inside[at..at + taken].fill(true);
        at += taken.max(1);
    }
    let left = |inside: &[bool]| {
        words
            .iter()
            .zip(inside)
            .any(|(w, f)| !*f && !tables.particles.contains(w.plain.as_str()))
    };
    if !left(&inside) {
        inside.fill(false);
        forms.clear();
    }
    (inside, forms)
}

fn syllable_of_name(word: &str) -> bool {
    word.len() < 5 || tables().variants.get(word).is_some_and(|v| !v.given)
}

fn class_of(
    word: &Word,
    sound: &str,
    at: usize,
    last: usize,
    (family, numbered): (bool, bool),
    tables: &crate::tables::Tables,
) -> Class {
    let plain = word.plain.as_str();
    if plain.bytes().any(|b| b.is_ascii_digit()) {
        return Class::Number;
    }
    if at > 0 && (roman(plain).is_some() || numbered && short_roman(word)) {
        return Class::Number;
    }
    if plain.len() == 1 && !word.abjad && !word.syllable {
        // `y`, `e`, `i` join words where they stand between two and no full stop follows.
        let joins = at > 0 && at < last && !word.dotted && tables.particles.contains(plain);
        return if joins {
            Class::Particle
        } else {
            Class::Initial
        };
    }
    if word.dotted
        && matches!(
            plain,
            "yu" | "ya" | "ye" | "iu" | "ia" | "ju" | "ja" | "zh" | "kh" | "ch" | "sh" | "ts"
        )
    {
        return Class::Initial;
    }
    if word.syllable {
        return Class::Name;
    }
    if let Some(generic) = tables.generic.get(key_of(plain, sound)) {
        return Class::Generic(*generic);
    }
    // `TEN, Sergey`: what stands alone before the comma is a name.
    let given = plain == "ben" && at == 0 && last == 1;
    if tables.particles.contains(plain) && last > 0 && !(at == 0 && family) && !given {
        return Class::Particle;
    }
    Class::Name
}

/// Roman numerals that are no usual name.
fn roman(word: &str) -> Option<&'static str> {
    Some(match word {
        "ii" => "2",
        "iii" => "3",
        "iv" => "4",
        "vii" => "7",
        "viii" => "8",
        "ix" => "9",
        "xii" => "12",
        "xiii" => "13",
        "xiv" => "14",
        "xvi" => "16",
        _ => return None,
    })
}

/// Roman numerals that are also names or initials: numbers only at the end of a name of several words.
fn short_roman(word: &Word) -> bool {
    !word.dotted && !word.syllable && SHORT_ROMAN.iter().any(|(r, _)| *r == word.plain)
}

const SHORT_ROMAN: [(&str, &str); 5] = [
    ("v", "5"),
    ("vi", "6"),
    ("x", "10"),
    ("xi", "11"),
    ("xv", "15"),
];

/// `012th` is `12`; `a320` stays.
fn number(plain: &str) -> String {
    if let Some(digits) = roman(plain) {
        return digits.to_owned();
    }
    if let Some((_, digits)) = SHORT_ROMAN.iter().find(|(roman, _)| *roman == plain) {
        return (*digits).to_owned();
    }
    let bare = plain.trim_start_matches('0');
    let bare = if bare.is_empty() { "0" } else { bare };
    let digits = bare.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let tail = &bare[digits.len()..];
    let digits = if matches!(tail, "st" | "nd" | "rd" | "th" | "y" | "i" | "go" | "ya") {
        digits
    } else {
        bare
    };
    digits.strip_prefix("no").unwrap_or(digits).to_owned()
}

/// Initials of the words: all, without the form, without particles.
fn acronyms(words: &[&str], in_form: &[bool]) -> Vec<u64> {
    let particles = &tables().particles;
    let mut out = Vec::new();
    if words.len() < 3 {
        return out;
    }
    let joins = |w: &str| w.len() <= 3 && particles.contains(w);
    for (forms, particles) in [(true, false), (false, false), (true, true), (false, true)] {
        let letters: String = words
            .iter()
            .zip(in_form)
            .filter(|(w, f)| (forms || !**f) && (particles || !joins(w)))
            .filter_map(|(w, _)| w.chars().next())
            .collect();
        if (3..=8).contains(&letters.len()) {
            let hash = hash(&letters);
            if !out.contains(&hash) {
                out.push(hash);
            }
        }
    }
    out
}

fn joins(tokens: &[Token]) -> Vec<Join> {
    let mut out = Vec::new();
    let mut text = String::new();
    for from in 0..tokens.len() {
        text.clear();
        text.push_str(&tokens[from].plain);
        for count in 2..=JOINED_MAX.min(tokens.len() - from) {
            text.push_str(&tokens[from + count - 1].plain);
            let run = &tokens[from..from + count];
            if text.len() < JOINED_MIN || run.iter().any(|t| t.class == Class::Initial) {
                continue;
            }
            let narrow = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
            let mut push = |key| {
                out.push(Join {
                    from: narrow(from),
                    count: narrow(count),
                    key,
                });
            };
            push(hash(&text));
            push(hash(&sound(&text)));
            if let Some(key) = bones_key(&text, &skeleton(&text)) {
                push(key);
            }
            if let [first, second] = run
                && let (Some(x), Some(y)) = (syllables(first), syllables(second))
            {
                for class in x {
                    y.iter().for_each(|other| push(class_key(*class, *other)));
                }
            }
        }
    }
    out
}

/// The classes of a syllable of an East Asian name.
fn syllables(token: &Token) -> Option<&'static [u16]> {
    let variants = token.variants?;
    (!variants.given).then_some(variants.classes.as_slice())
}

fn class_key(first: u16, second: u16) -> u64 {
    u64::from(first) << 16 | u64::from(second) | 1 << 40
}

/// Of long words the consonants are enough: `Mohammad Reza` and `Muhammadreza`.
fn bones_key(plain: &str, skeleton: &str) -> Option<u64> {
    (plain.len() >= 8 && skeleton.len() >= 5).then(|| hash(skeleton) ^ 0x5eed)
}

/// Every way to read a word as two syllables of East Asian names.
fn splits(plain: &str, keys: &mut Vec<u64>) {
    let variants = &tables().variants;
    let syllable = |part: &str| variants.get(part).filter(|v| !v.given);
    for at in 1..plain.len() {
        if let (Some(x), Some(y)) = (
            plain.get(..at).and_then(syllable),
            plain.get(at..).and_then(syllable),
        ) {
            for class in &x.classes {
                keys.extend(y.classes.iter().map(|other| class_key(*class, *other)));
            }
        }
    }
}

/// A stable hash of a text within one run.
pub(crate) fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    text.hash(&mut hasher);
    hasher.finish()
}

fn hash_all<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    let mut hasher = FxHasher::default();
    for word in words {
        word.hash(&mut hasher);
    }
    hasher.finish()
}
