//! Texts that differ by a slip of the pen in one word.
//!
//! Every text is filed under what is left of it without each of its words in turn; only texts
//! filed together are compared, so the work grows with the number of texts and not its square.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::union::Groups;

/// Words shorter than this are taken as written: a slip turns one into another too easily.
const WORD_CHARS_MIN: usize = 5;
/// From this length on two slips are allowed for.
const LONG_WORD_CHARS: usize = 9;
/// So many texts that differ in one word only are streets of one town, not slips.
const FILED_MAX: usize = 24;

/// Groups of texts that are taken for one; words are parted by single spaces, in order.
pub fn near(texts: &[&str]) -> Groups {
    let mut groups = Groups::new(texts.len() as u32);
    let mut filed: Vec<(u64, u32, u32)> = Vec::new();
    for (text, at) in texts.iter().zip(0..) {
        let words: Vec<&str> = text.split(' ').collect();
        if words.len() < 2 {
            continue;
        }
        for (place, word) in words.iter().enumerate() {
            // A number is another number, however close.
            if word.chars().count() < WORD_CHARS_MIN || word.bytes().any(|b| b.is_ascii_digit()) {
                continue;
            }
            let mut hasher = FxHasher::default();
            words.len().hash(&mut hasher);
            for (_, other) in words.iter().enumerate().filter(|(p, _)| *p != place) {
                other.hash(&mut hasher);
            }
            filed.push((hasher.finish(), at, place as u32));
        }
    }
    filed.sort_unstable();
    for together in filed.chunk_by(|a, b| a.0 == b.0) {
        if together.len() < 2 || together.len() > FILED_MAX {
            continue;
        }
        for (at, (_, one, place)) in together.iter().enumerate() {
            for (_, other, elsewhere) in &together[at + 1..] {
                let word =
                    |text: u32, place: u32| texts[text as usize].split(' ').nth(place as usize);
                if let (Some(a), Some(b)) = (word(*one, *place), word(*other, *elsewhere))
                    && slip(a, b)
                {
                    groups.join(*one, *other);
                }
            }
        }
    }
    groups
}

/// Whether one word may be the other, misspelled.
fn slip(one: &str, other: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let allowed = if a.len().min(b.len()) >= LONG_WORD_CHARS {
        2
    } else {
        1
    };
    a.len().abs_diff(b.len()) <= allowed && distance(&a, &b) <= allowed
}

/// How many letters must be put in, left out, replaced or exchanged with the next.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        let mut groups = near(&[a, b]);
        groups.find(0) == groups.find(1)
    }

    #[test]
    fn one_slip_in_a_long_word_is_forgiven() {
        assert!(same("12 merino st", "12 mernio st"));
        assert!(same("orvall tessa", "orval tessa"));
    }

    #[test]
    fn another_number_or_a_short_word_is_another_value() {
        assert!(!same("12 merino st", "13 merino st"));
        assert!(!same("li wei", "lu wei"));
    }

    #[test]
    fn many_words_one_letter_apart_are_streets_and_no_slips() {
        let texts: Vec<String> = ('a'..='z').map(|c| format!("12 ferrindal{c} st")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut groups = near(&texts);
        assert_ne!(groups.find(0), groups.find(25));
        let mut few = near(&texts[..3]);
        assert_eq!(few.find(0), few.find(2));
    }

    #[test]
    fn exchanged_letters_are_one_slip() {
        let chars = |w: &str| w.chars().collect::<Vec<_>>();
        assert_eq!(distance(&chars("abcd"), &chars("abdc")), 1);
        assert_eq!(distance(&chars(""), &chars("ab")), 2);
        assert_eq!(distance(&chars("kitten"), &chars("sitting")), 3);
    }
}
