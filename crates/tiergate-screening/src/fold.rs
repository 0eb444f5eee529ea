//! From text in any script to lower-case Latin words.

use std::borrow::Cow;

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::tables::{NATIVE_MAX, tables};

/// A word of a name in Latin letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Word {
    /// Lower-case ASCII letters and digits.
    pub plain: String,
    /// With `sh` for `š` and the like, if that is another spelling.
    pub hint: Option<String>,
    /// From a script that writes no vowels.
    pub abjad: bool,
    /// Katakana: syllables for the sounds of other languages.
    pub kana: bool,
    /// A character of Chinese or a syllable of Korean.
    pub syllable: bool,
    /// A full stop followed.
    pub dotted: bool,
    /// A slash followed: `a/s`.
    pub slashed: bool,
}

/// The words of a name, and whether it may be read another way.
#[derive(Debug, Default)]
pub(crate) struct Folded {
    pub words: Vec<Word>,
    /// The same with Chinese characters read as Japanese.
    pub japanese: Option<Vec<Word>>,
    /// `Family, Given`: the words before the first comma.
    pub comma: Option<usize>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Has letters for vowels and spaces between words.
    Alphabet,
    Greek,
    Abjad,
    Han,
    Hangul,
    Kana,
    Burmese,
}

fn script(c: char) -> Script {
    match c as u32 {
        0x370..=0x3ff | 0x1f00..=0x1fff => Script::Greek,
        // Arabic, Hebrew, Syriac, and the scripts of India and South-East Asia, of which the vowels
        // that are marks are lost.
        0x1000..=0x109f => Script::Burmese,
        0x590..=0xfff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x1780..=0x17ff => Script::Abjad,
        0x3040..=0x30ff | 0x31f0..=0x31ff => Script::Kana,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7af => Script::Hangul,
        0x2e80..=0x2fdf
        | 0x3005..=0x3007
        | 0x3400..=0x4dbf
        | 0x4e00..=0x9fff
        | 0xf900..=0xfaff
        | 0x20000..=0x3ffff => Script::Han,
        _ => Script::Alphabet,
    }
}

/// Characters of a name that are read; the rest is cut off, so that no name can cost much.
const CHARACTERS_MAX: usize = 400;

/// Composed, compatible and lower-case: what is equal in this form is the same text.
pub(crate) fn normal(raw: &str) -> Cow<'_, str> {
    let raw = raw.trim();
    if raw.is_ascii() {
        let short = raw.get(..CHARACTERS_MAX).unwrap_or(raw);
        return if short.bytes().any(|b| b.is_ascii_uppercase()) {
            short.to_ascii_lowercase().into()
        } else {
            short.into()
        };
    }
    raw.nfkc()
        .take(CHARACTERS_MAX)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect::<String>()
        .into()
}

/// Splits normal text into words.
pub(crate) fn fold(text: &str) -> Folded {
    let mut folding = Folding::default();
    let mut run = String::new();
    let mut kind = Script::Alphabet;
    let mut japanese = false;
    let mut comma = None;
    for c in text.chars() {
        if is_combining_mark(c) && script(c) == Script::Alphabet {
            continue;
        }
        // Marks within words, the soft sign of transliterations among them.
        if matches!(
            c,
            '\'' | '’'
                | '‘'
                | 'ʼ'
                | 'ʻ'
                | '`'
                | '´'
                | 'ʿ'
                | 'ʾ'
                | 'ʹ'
                | 'ʺ'
                | '\u{200c}'
                | '\u{200d}'
                | '\u{640}'
                | '״'
                | '׳'
        ) {
            continue;
        }
        let letter =
            c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '々' | 'ー' | '㈱' | '㈜');
        if !letter {
            folding.end(&mut run, kind);
            match c {
                '.' => folding.mark(|w| w.dotted = true),
                '/' => folding.mark(|w| w.slashed = true),
                '&' | '+' => folding.push_plain("and"),
                ',' | '،' | '、' => {
                    comma.get_or_insert(folding.words.len());
                }
                _ => {}
            }
            continue;
        }
        let of = if c == 'ー' { Script::Kana } else { script(c) };
        japanese |= of == Script::Kana || c == '々';
        if of != kind {
            folding.end(&mut run, kind);
            kind = of;
        }
        run.push(c);
    }
    folding.end(&mut run, kind);
    let read = folding.kanji.then(|| japanese_words(text, japanese));
    Folded {
        japanese: read.flatten().filter(|w| *w != folding.words),
        words: folding.words,
        comma,
    }
}

#[derive(Default)]
struct Folding {
    words: Vec<Word>,
    /// Whether Chinese characters were met.
    kanji: bool,
    /// Whether they are read as Japanese.
    japanese: bool,
}

impl Folding {
    fn mark(&mut self, set: impl FnOnce(&mut Word)) {
        if let Some(word) = self.words.last_mut() {
            set(word);
        }
    }

    fn push_plain(&mut self, plain: &str) {
        self.push(plain.to_owned(), None, false, false);
    }

    fn push(&mut self, plain: String, hint: Option<String>, abjad: bool, syllable: bool) {
        if !plain.is_empty() {
            self.words.push(Word {
                plain,
                hint,
                abjad,
                kana: false,
                syllable,
                dotted: false,
                slashed: false,
            });
        }
    }

    /// Ends a run of letters of one script.
    fn end(&mut self, run: &mut String, kind: Script) {
        if run.is_empty() {
            return;
        }
        match kind {
            Script::Alphabet => {
                let plain = ascii(run);
                let hint = hinted(run).filter(|h| *h != plain);
                match tables().abbreviations.get(plain.as_str()) {
                    Some(means) => means.split(' ').for_each(|word| self.push_plain(word)),
                    None => self.push(plain, hint, false, false),
                }
            }
            Script::Greek => self.push_plain(&greek(run)),
            Script::Abjad => {
                let plain = abjad(run);
                self.push(plain, None, true, false);
            }
            Script::Burmese => self.burmese(run),
            Script::Kana => self.segments(run, |f, rest| {
                f.push(kana(rest), None, true, false);
                f.mark(|w| w.kana = true);
            }),
            Script::Han => {
                self.kanji = true;
                let japanese = self.japanese;
                self.segments(run, |f, rest| {
                    if !japanese || !f.readings(rest) {
                        for c in rest.chars() {
                            f.push(ascii_char(c), None, false, true);
                        }
                    }
                });
            }
            Script::Hangul => self.segments(run, |f, rest| {
                for c in rest.chars() {
                    f.push(hangul(c), None, false, true);
                }
            }),
        }
        run.clear();
    }

    /// Syllables of the table one by one, which are words of names; what is between them as letters.
    fn burmese(&mut self, run: &str) {
        let known = &tables().burmese;
        let mut rest = run;
        let mut pending = 0;
        while pending < rest.len() {
            let from = &rest[pending..];
            if let Some((length, reading)) =
                prefixes(from).find_map(|p| known.get(p).map(|r| (p.len(), *r)))
            {
                self.push(abjad(&rest[..pending]), None, true, false);
                self.push_plain(reading);
                rest = &from[length..];
                pending = 0;
            } else {
                pending += from.chars().next().map_or(1, char::len_utf8);
            }
        }
        self.push(abjad(rest), None, true, false);
    }

    /// Words of the table become their English; what is between them goes to `between`.
    fn segments(&mut self, run: &str, between: impl Fn(&mut Folding, &str)) {
        let native = &tables().native;
        let mut rest = run;
        let mut pending = 0;
        let phrase = run.chars().nth(3).is_some();
        while pending < rest.len() {
            let from = &rest[pending..];
            // A name of two or three characters is no sentence: a single character of it is no word.
            let longest = prefixes(from)
                .filter(|p| phrase || p.chars().nth(1).is_some())
                .find_map(|p| native.get(p).map(|means| (p.len(), *means)));
            if let Some((length, means)) = longest {
                if pending > 0 {
                    between(self, &rest[..pending]);
                }
                for word in means.split(' ') {
                    self.push_plain(word);
                }
                rest = &from[length..];
                pending = 0;
            } else {
                pending += from.chars().next().map_or(1, char::len_utf8);
            }
        }
        if !rest.is_empty() {
            between(self, rest);
        }
    }

    /// Reads a run as Japanese names, if every part is known.
    fn readings(&mut self, run: &str) -> bool {
        let known = &tables().readings;
        let mut rest = run;
        let mut found: Vec<&str> = Vec::new();
        let mut any = false;
        while !rest.is_empty() {
            let hit = prefixes(rest).find_map(|p| known.get(p).map(|r| (p.len(), *r)));
            if let Some((length, reading)) = hit {
                found.push(reading);
                rest = &rest[length..];
                any = true;
            } else {
                let length = rest.chars().next().map_or(1, char::len_utf8);
                found.push(&rest[..length]);
                rest = &rest[length..];
            }
        }
        if any {
            for part in found {
                if part.is_ascii() {
                    self.push_plain(part);
                } else {
                    self.push(ascii(part), None, false, true);
                }
            }
        }
        any
    }
}

/// The beginnings of a text, longest first, to the longest word of the table.
fn prefixes(text: &str) -> impl Iterator<Item = &str> {
    let ends: Vec<usize> = text
        .char_indices()
        .take(NATIVE_MAX)
        .map(|(at, c)| at + c.len_utf8())
        .collect();
    ends.into_iter().rev().map(|end| &text[..end])
}

fn japanese_words(text: &str, certain: bool) -> Option<Vec<Word>> {
    let mut folding = Folding {
        japanese: true,
        ..Folding::default()
    };
    let mut run = String::new();
    let mut kind = Script::Alphabet;
    let mut known = certain;
    for c in text.chars() {
        let of = script(c);
        if !c.is_alphanumeric() || of != kind {
            folding.end(&mut run, kind);
        }
        kind = of;
        if c.is_alphanumeric() || c == '々' {
            run.push(c);
        }
    }
    folding.end(&mut run, kind);
    known |= folding.words.iter().any(|w| !w.syllable);
    known.then_some(folding.words)
}

fn ascii_char(c: char) -> String {
    let mut out = any_ascii_char(c).to_ascii_lowercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

fn ascii(run: &str) -> String {
    if run.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return run.to_owned();
    }
    let mut out = String::with_capacity(run.len() + 4);
    for c in run.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            out.push_str(any_ascii_char(c));
        }
    }
    out.make_ascii_lowercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

/// How letters with marks sound, where the mark is more than an accent.
fn hinted(run: &str) -> Option<String> {
    let special = |c: char| {
        Some(match c {
            'š' | 'ş' | 'ș' => "sh",
            'č' | 'ć' => "ch",
            'ç' => "ch",
            'ž' | 'ż' | 'ź' => "zh",
            'ś' => "sh",
            'đ' => "dj",
            'ń' | 'ñ' => "n",
            'ö' | 'ø' | 'ő' => "o",
            'ü' | 'ű' => "u",
            'ä' | 'æ' => "e",
            'å' => "o",
            'þ' | 'ţ' | 'ț' => "t",
            'ð' => "d",
            'ě' => "ye",
            'ř' => "rzh",
            'ğ' => "",
            'ё' => "yo",
            'э' => "e",
            _ => return None,
        })
    };
    run.chars().any(|c| special(c).is_some()).then(|| {
        let mut out = String::new();
        for c in run.chars() {
            match special(c) {
                Some(letters) => out.push_str(letters),
                None => out.push_str(any_ascii_char(c)),
            }
        }
        out.make_ascii_lowercase();
        out.retain(|c| c.is_ascii_alphanumeric());
        out
    })
}

/// Greek letters by sound, pairs of letters first.
fn greek(run: &str) -> String {
    let bare: Vec<char> = run.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let mut out = String::new();
    let mut at = 0;
    while at < bare.len() {
        let next = bare.get(at + 1).copied().unwrap_or(' ');
        let (taken, letters) = match (bare[at], next) {
            ('ο', 'υ') => (2, "ou"),
            ('α', 'υ') => (2, "av"),
            ('ε', 'υ') => (2, "ev"),
            ('ε' | 'ο', 'ι') => (2, "i"),
            ('α', 'ι') => (2, "e"),
            ('μ', 'π') if at == 0 => (2, "b"),
            ('μ', 'π') => (2, "mp"),
            ('ν', 'τ') if at == 0 => (2, "d"),
            ('γ', 'κ') if at == 0 => (2, "g"),
            ('γ', 'γ' | 'κ') => (2, "ng"),
            ('τ', 'ζ') => (2, "tz"),
            ('η' | 'υ', _) => (1, "i"),
            ('χ', _) => (1, "ch"),
            ('β', _) => (1, "v"),
            (other, _) => (1, any_ascii_char(other)),
        };
        out.push_str(letters);
        at += taken;
    }
    out.make_ascii_lowercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

/// Arabic, Hebrew and the like: the article that is written with its word goes.
fn abjad(run: &str) -> String {
    let bare = run
        .strip_prefix("ال")
        .or_else(|| run.strip_prefix("وال"))
        .filter(|rest| rest.chars().count() >= 2 && *rest != "له");
    let persian = run.contains(['پ', 'چ', 'ژ', 'گ', 'ک', 'ی']);
    let mut out = String::new();
    let mut chars = bare.unwrap_or(run).chars();
    while let Some(c) = chars.next() {
        // Thai writes some vowels before the consonant they follow.
        if matches!(c as u32, 0xe40..=0xe44)
            && let Some(next) = chars.next()
        {
            out.push_str(if next == 'จ' {
                "j"
            } else {
                any_ascii_char(next)
            });
        }
        match c {
            'จ' => out.push('j'),
            'ו' => out.push('w'),
            'כ' | 'ך' => out.push('q'),
            'श' | 'ष' => out.push_str("sh"),
            'ב' => out.push('b'),
            // Persian reads these as one letter, Arabic as others.
            'ض' | 'ذ' | 'ظ' if persian => out.push('z'),
            'ث' if persian => out.push('s'),
            'ச' => out.push('s'),
            'ة' => out.push('h'),
            'ى' => out.push('a'),
            // Hamza and 'ayn are no letters in Latin.
            'ع' | 'ء' | 'ئ' | 'ؤ' | 'א' | 'ע' => {}
            'أ' | 'إ' | 'آ' | 'ا' => out.push('a'),
            c if is_combining_mark(c) && !matches!(c as u32, 0x900..=0x109f | 0x1780..=0x17ff) => {}
            other => out.push_str(any_ascii_char(other)),
        }
    }
    out.make_ascii_lowercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}

/// A syllable of Korean as it is spoken at the end of a word.
fn hangul(c: char) -> String {
    const FIRST: [&str; 19] = [
        "g", "kk", "n", "d", "tt", "r", "m", "b", "pp", "s", "ss", "", "j", "jj", "ch", "k", "t",
        "p", "h",
    ];
    const MIDDLE: [&str; 21] = [
        "a", "ae", "ya", "yae", "eo", "e", "yeo", "ye", "o", "wa", "wae", "oe", "yo", "u", "wo",
        "we", "wi", "yu", "eu", "ui", "i",
    ];
    const LAST: [&str; 28] = [
        "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p",
        "p", "t", "t", "ng", "t", "t", "k", "t", "p", "t",
    ];
    let Some(at) = (c as usize).checked_sub(0xac00).filter(|at| *at < 11_172) else {
        return ascii_char(c);
    };
    format!(
        "{}{}{}",
        FIRST[at / 588],
        MIDDLE[at % 588 / 28],
        LAST[at % 28]
    )
}

/// Kana by syllables: the small ones join what stands before them.
fn kana(run: &str) -> String {
    let mut out = String::new();
    for c in run.chars() {
        let small = match c {
            'ゃ' | 'ャ' => "a",
            'ゅ' | 'ュ' => "u",
            'ょ' | 'ョ' => "o",
            'ぁ' | 'ァ' => "+a",
            'ぃ' | 'ィ' => "+i",
            'ぅ' | 'ゥ' => "+u",
            'ぇ' | 'ェ' => "+e",
            'ぉ' | 'ォ' => "+o",
            'っ' | 'ッ' | 'ー' => continue,
            other => {
                out.push_str(any_ascii_char(other));
                continue;
            }
        };
        if let Some(vowel) = small.strip_prefix('+') {
            out.pop();
            out.push_str(vowel);
        } else {
            if out.ends_with('i') {
                out.pop();
            }
            if !(out.ends_with("sh") || out.ends_with("ch") || out.ends_with('j')) {
                out.push('y');
            }
            out.push_str(small);
        }
    }
    out.make_ascii_lowercase();
    out.retain(|c| c.is_ascii_alphanumeric());
    out
}
