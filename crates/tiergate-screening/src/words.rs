//! Words of a name that are written in several ways, brought to one before anything is compared.

use crate::fold::Word;
use crate::tables::tables;

/// `Abd al-Rahman`, `Abdul Rahman`, `Abdurrahman` and `Abd-el-Rahman` become `abdrahman`.
pub(crate) fn join_servants(words: &mut Vec<Word>) {
    const ARTICLES: [&str; 14] = [
        "al", "el", "ul", "ur", "ar", "as", "ash", "er", "es", "us", "an", "oul", "ol", "az",
    ];
    const SERVANTS: [&str; 13] = [
        "abdul", "abdel", "abdal", "abdol", "abdoul", "abdur", "abdus", "abder", "abdil", "abdun",
        "abdou", "abdool", "abdu",
    ];
    let mut at = 0;
    while at < words.len() {
        if words[at].plain.len() > 8
            && let Some(bare) = words[at].plain.strip_prefix("alabd")
        {
            words[at].plain = format!("abd{bare}");
        }
        let plain = words[at].plain.as_str();
        let next = words.get(at + 1).map(|w| w.plain.clone());
        let joined = if let ("abd" | "bd" | "abed", Some(next)) = (plain, &next) {
            if ARTICLES.contains(&next.as_str()) {
                words.get(at + 2).map(|w| (2, w.plain.clone()))
            } else {
                Some((1, next.clone()))
            }
        } else if SERVANTS.contains(&plain) {
            next.map(|n| (1, n))
        } else if plain.len() > 7 && plain.starts_with("abd") {
            SERVANTS
                .iter()
                .filter(|s| s.len() == 5 || s.len() == 6)
                .find_map(|s| plain.strip_prefix(s))
                .filter(|rest| rest.len() >= 3)
                .map(|rest| (0, rest.to_owned()))
        } else {
            None
        };
        if let Some((more, rest)) = joined.filter(|(_, rest)| rest.len() >= 3) {
            let rest = if matches!(
                rest.as_str(),
                "lah" | "lh" | "llah" | "ullah" | "allah" | "lla"
            ) {
                "allah".to_owned()
            } else {
                rest
            };
            words[at].plain = format!("abd{rest}");
            words[at].hint = None;
            words.drain(at + 1..=at + more);
        }
        at += 1;
    }
}

/// `Nur al-Din`, `Noureddine` and `Nureddin` become `nurdin`; `Abu Bakr` becomes `abubakr`.
pub(crate) fn join_faith(words: &mut Vec<Word>) {
    const ENDINGS: [&str; 16] = [
        "eddine", "uddine", "oddine", "eddin", "uddin", "addin", "oddin", "aldin", "eldin",
        "eldeen", "aldeen", "uldin", "udeen", "uddeen", "edin", "eddeen",
    ];
    let mut at = 0;
    while at < words.len() {
        let next = |n: usize| words.get(at + n).map_or("", |w| w.plain.as_str());
        let first = words[at].plain.as_str();
        let faith = |word: &str| {
            matches!(
                word,
                "din" | "dine" | "deen" | "eddine" | "uddin" | "eddin" | "dyn"
            )
        };
        let article = |word: &str| matches!(word, "al" | "el" | "ad" | "ed" | "ud" | "ul");
        let joined = if words[at].syllable || first.len() < 3 {
            None
        } else if article(next(1)) && faith(next(2)) && first.len() < 7 {
            Some((2, format!("{first}din")))
        } else if matches!(next(1), "eddine" | "uddin" | "eddin")
            || words[at].abjad && next(1) == "dyn" && first != "bn"
        {
            Some((1, format!("{first}din")))
        } else if matches!(first, "abu" | "abou" | "abo")
            && matches!(next(1), "bakr" | "bakar" | "baker" | "bekr")
        {
            Some((1, "abubakr".to_owned()))
        } else {
            let stem = ENDINGS.iter().find_map(|e| first.strip_suffix(e));
            stem.filter(|s| s.len() >= 2 && !s.starts_with("abd"))
                .map(|s| (0, format!("{s}din")))
        };
        if let Some((more, plain)) = joined {
            words[at].plain = plain;
            words[at].hint = None;
            words.drain(at + 1..=at + more);
        }
        at += 1;
    }
}

/// `Twelfth` and `twelve` become `12`, `forty four` becomes `44`.
pub(crate) fn numbers(words: &mut Vec<Word>) {
    let known = &tables().numbers;
    let mut at = 0;
    while at < words.len() {
        if let Some(digits) = known
            .get(words[at].plain.as_str())
            .filter(|_| words.len() > 1)
        {
            words[at].plain = (*digits).to_owned();
            words[at].hint = None;
            // After a ten a unit.
            if let (Some(ten), Some(next)) = (digits.strip_suffix('0'), words.get(at + 1))
                && ten.len() == 1
                && ten != "1"
            {
                let unit = known.get(next.plain.as_str()).copied();
                let unit = unit.unwrap_or(next.plain.as_str());
                if unit.len() == 1 && unit != "0" && unit.bytes().all(|b| b.is_ascii_digit()) {
                    words[at].plain = format!("{ten}{unit}");
                    words.remove(at + 1);
                }
            }
        }
        at += 1;
    }
}
