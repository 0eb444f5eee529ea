//! How a word sounds, roughly: one spelling for the many ways one name is written in Latin letters.
//!
//! Transliterations of a name differ where Latin letters are ambiguous: `Sergey`, `Sergei`; `Tchaikovsky`,
//! `Chaykovskiy`; `Müller`, `Mueller`. [`sound`] maps them to the same letters. It is no pronunciation:
//! only equality and distance of its results mean anything.

/// Letters of [`sound`]: vowels `aeiou`, consonants as usual, and `S` (sh), `C` (ch), `c` (ts), `j` (zh, dzh).
///
/// Takes lower-case ASCII; anything else is passed over.
///
/// ```
/// use tiergate_screening::sound;
///
/// assert_eq!(sound("tchaikovsky"), sound("chaykovskiy"));
/// assert_eq!(sound("mueller"), sound("muller"));
/// assert_eq!(sound("evgenii"), sound("yevgeny"));
/// assert_ne!(sound("petrov"), sound("pavlov"));
/// ```
#[must_use]
pub fn sound(word: &str) -> String {
    let from = word.as_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(from.len() + 2);
    let mut at = 0;
    while at < from.len() {
        let (taken, given) = step(from, at);
        for letter in given.bytes() {
            // Doubled letters are one.
            if out.last() != Some(&letter) {
                out.push(letter);
            }
        }
        at += taken;
    }
    soften(&mut out);
    // Only ASCII was pushed.
    String::from_utf8(out).unwrap_or_default()
}

/// How many letters are read at `at`, and what they become.
fn step(from: &[u8], at: usize) -> (usize, &'static str) {
    let rest = &from[at..];
    let next = |n: usize| rest.get(n).copied().unwrap_or(0);
    let starts = |s: &str| rest.starts_with(s.as_bytes());
    let first = at == 0;
    let last = |n: usize| rest.len() == n;
    for (spelled, given) in LONG {
        if starts(spelled) {
            return (spelled.len(), given);
        }
    }
    match next(0) {
        b'a' => match next(1) {
            b'e' => (2, "e"),
            b'y' | b'i' | b'j' if !vowel(next(2)) => (2, "ai"),
            _ => (1, "a"),
        },
        b'e' => match next(1) {
            b'y' | b'j' if !vowel(next(2)) => (2, "ei"),
            b'e' => (2, "i"),
            _ => (1, "e"),
        },
        b'i' => match next(1) {
            b'y' | b'j' | b'i' | b'e' if last(2) => (2, "i"),
            b'y' => (2, "i"),
            _ => (1, "i"),
        },
        b'o' => match next(1) {
            b'u' => (2, "u"),
            b'o' => (2, "u"),
            b'e' if !last(2) => (2, "o"),
            b'w' | b'f' if last(2) => (2, "ov"),
            b'h' if !vowel(next(2)) => (2, "o"),
            _ => (1, "o"),
        },
        b'u' => match next(1) {
            // Not at the end of `Manuel`.
            b'e' if !(last(2) || last(3) && next(2) == b'l') => (2, "u"),
            _ => (1, "u"),
        },
        b'y' => match next(1) {
            b'e' if first || vowel_before(from, at) => (2, "e"),
            b'i' | b'y' => (2, "i"),
            _ => (1, "i"),
        },
        b'c' => match next(1) {
            b'h' => (2, "C"),
            b'k' | b'q' => (2, "k"),
            b'z' => (2, "C"),
            b'e' | b'i' | b'y' => (1, "s"),
            _ => (1, "k"),
        },
        b's' => match next(1) {
            b'h' => (2, "S"),
            b'z' => (2, "S"),
            _ => (1, "s"),
        },
        b'k' => match next(1) {
            b'h' => (2, "h"),
            b'k' => (2, "k"),
            b's' => (2, "ks"),
            _ => (1, "k"),
        },
        b'g' => match next(1) {
            b'h' => (2, "g"),
            _ => (1, "g"),
        },
        b't' => match next(1) {
            b's' | b'z' => (2, "c"),
            b'h' => (2, "t"),
            _ => (1, "t"),
        },
        b'd' => match next(1) {
            b'j' => (2, "j"),
            b'h' => (2, "d"),
            b't' if last(2) => (2, "t"),
            _ => (1, "d"),
        },
        b'z' => match next(1) {
            b'h' | b's' => (2, "j"),
            _ => (1, "z"),
        },
        b'p' => match next(1) {
            b'h' => (2, "f"),
            _ => (1, "p"),
        },
        b'b' => (1, "b"),
        b'f' => match (next(1), last(2)) {
            (b'f', true) if vowel_before(from, at) => (2, "v"),
            _ => (1, "f"),
        },
        b'h' => match next(1) {
            b's' if first && matches!(next(2), b'i' | b'u') => (2, "S"),
            _ => (1, "h"),
        },
        b'j' => (1, "j"),
        b'l' => (1, "l"),
        b'm' => (1, "m"),
        b'n' => (1, "n"),
        b'q' => match next(1) {
            b'u' if vowel(next(2)) => (2, "k"),
            _ if first && next(1) == b'i' && next(2) != 0 && !vowel(next(2)) => (1, "C"),
            _ => (1, "k"),
        },
        b'r' => (1, "r"),
        b'v' => (1, "v"),
        b'w' => match next(1) {
            b'h' => (2, "v"),
            _ => (1, "v"),
        },
        b'x' => {
            if first {
                (1, "S")
            } else {
                (1, "ks")
            }
        }
        digit @ b'0'..=b'9' => (1, DIGITS[usize::from(digit - b'0')]),
        _ => (1, ""),
    }
}

/// Letters that only together are one sound, longest first.
const LONG: [(&str, &str); 12] = [
    ("shch", "S"),
    ("tsch", "C"),
    ("tzsch", "C"),
    ("stch", "S"),
    ("schtsch", "S"),
    ("sch", "S"),
    ("tch", "C"),
    ("dsch", "j"),
    ("dzh", "j"),
    ("dsh", "j"),
    ("tsh", "C"),
    ("eaux", "o"),
];

const DIGITS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];

const fn vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

fn vowel_before(from: &[u8], at: usize) -> bool {
    at > 0 && vowel(from[at - 1])
}

/// An `h` after a vowel and before no vowel is not heard, nor is a glide `i` before `e`; `u` between
/// `a` or `e` and a consonant is `v`, as Belarusian has it.
fn soften(out: &mut Vec<u8>) {
    let mut kept = 0;
    for at in 0..out.len() {
        let before = if kept > 0 { out[kept - 1] } else { 0 };
        let after = out.get(at + 1).copied().unwrap_or(0);
        let mute = out[at] == b'h' && vowel(before) && !vowel(after)
            || out[at] == b'i' && vowel(before) && before != b'i' && after == b'e';
        let glide = out[at] == b'u' && matches!(before, b'a' | b'e') && after != 0 && !vowel(after);
        let letter = if glide { b'v' } else { out[at] };
        if !mute && before != letter {
            out[kept] = letter;
            kept += 1;
        }
    }
    out.truncate(kept);
}

/// The consonants that a script without vowels would write, for names out of such scripts.
///
/// ```
/// use tiergate_screening::skeleton;
///
/// assert_eq!(skeleton("muhammad"), skeleton("mhmd"));
/// assert_eq!(skeleton("yusuf"), skeleton("ywsf"));
/// assert_eq!(skeleton("putin"), skeleton("bwtyn"));
/// ```
#[must_use]
pub fn skeleton(word: &str) -> String {
    let from = word.as_bytes();
    let mut out = String::with_capacity(from.len());
    let mut at = 0;
    while at < from.len() {
        let next = from.get(at + 1).copied().unwrap_or(0);
        let (taken, letters) = match (from[at], next) {
            (b's', b'h') => (2, "S"),
            (b'c', b'h') => (2, "tS"),
            (b'k', b'h') => (2, "x"),
            (b't' | b'd' | b'g', b'h') => (2, letter(from[at])),
            (b'p', b'h') => (2, "b"),
            (b'z', b'h') => (2, "g"),
            (b'd', b'j') => (2, "g"),
            (b'c', b'k') => (2, "k"),
            (b'x', _) => (1, "ks"),
            (b'h', 0) if !out.is_empty() => (1, ""),
            (other, _) => (1, letter(other)),
        };
        for one in letters.chars() {
            if !out.ends_with(one) {
                out.push(one);
            }
        }
        at += taken;
    }
    out
}

/// One letter of a skeleton; vowels, and what may stand for one, are none.
const fn letter(of: u8) -> &'static str {
    match of {
        b'b' | b'p' | b'f' | b'v' => "b",
        b'c' | b'k' | b'q' => "k",
        b'd' => "d",
        b'g' | b'j' => "g",
        b'h' => "h",
        b'l' => "l",
        b'm' => "m",
        b'n' => "n",
        b'r' => "r",
        b's' => "s",
        b't' => "t",
        b'z' => "z",
        b'0' => "0",
        b'1' => "1",
        b'2' => "2",
        b'3' => "3",
        b'4' => "4",
        b'5' => "5",
        b'6' => "6",
        b'7' => "7",
        b'8' => "8",
        b'9' => "9",
        _ => "",
    }
}
