//! Other readings of a name: the names joined by `a.k.a.`, and initials written without full stops.

use crate::fold::Word;
use crate::tables::tables;

/// The names in `Arkona Ltd (formerly Vektor Trading)`, if it is more than one.
pub(crate) fn several(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    let mut words = spaced(text).peekable();
    let mut seen = 0;
    while let Some((at, word)) = words.next() {
        let mut bare = bare(word);
        let start = at;
        let mut end = at + word.len();
        let mut marks = matches!(
            bare.as_str(),
            "aka" | "fka" | "nka" | "dba" | "alias" | "formerly" | "previously" | "ранее" | "бывш"
        );
        // `also known as`, `doing business as`.
        while let Some((next, other)) = words.peek().copied() {
            let joined = matches!(
                (bare.as_str(), self::bare(other).as_str()),
                (
                    "also" | "formerly" | "now" | "previously" | "better",
                    "known"
                ) | ("doing", "business")
                    | ("known" | "business" | "trading", "as")
            );
            if !joined {
                break;
            }
            bare = self::bare(other);
            end = next + other.len();
            marks |= bare == "as";
            words.next();
        }
        if marks && seen > 0 {
            parts.push(&text[from..start]);
            from = end;
        }
        seen += 1;
    }
    if parts.is_empty() {
        return parts;
    }
    parts.push(&text[from..]);
    parts.retain(|p| p.chars().filter(|c| c.is_alphanumeric()).count() > 2);
    parts
}

fn spaced(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = text.split_whitespace();
    words.map(|w| (w.as_ptr() as usize - text.as_ptr() as usize, w))
}

fn bare(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// `JR Harlow` as `J. R. Harlow`: two consonants before or behind the words of a name.
pub(crate) fn spelled_initials(words: &[Word]) -> Option<Vec<Word>> {
    if !(2..=3).contains(&words.len()) {
        return None;
    }
    let tables = tables();
    let known = |w: &Word| {
        tables.forms.contains_key(&w.plain)
            || tables.generic.contains_key(&w.plain) && w.plain != "jr"
            || tables.particles.contains(w.plain.as_str())
    };
    let initials = |w: &Word| {
        let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
        w.plain.len() == 2
            && !w.syllable
            && !w.abjad
            && w.plain
                .bytes()
                .all(|b| b.is_ascii_alphabetic() && !vowel(b))
            && !matches!(w.plain.as_str(), "md" | "st" | "sr" | "ng" | "mc")
    };
    let last = words.len() - 1;
    let at = if initials(&words[0]) {
        0
    } else if initials(&words[last]) && words[last].plain != "jr" {
        last
    } else {
        return None;
    };
    if words.iter().any(known) {
        return None;
    }
    let mut out = words.to_vec();
    let letters = words[at].plain.chars().map(|c| Word {
        plain: c.to_string(),
        hint: None,
        dotted: true,
        ..words[at].clone()
    });
    out.splice(at..=at, letters);
    Some(out)
}
