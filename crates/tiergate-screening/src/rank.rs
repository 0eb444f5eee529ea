//! The order of scores that nobody reports.

use crate::name::{Class, Reading};

/// Scores below this say nothing of a party; only their order means something.
pub(crate) const LIFT_TO: f32 = 0.549;
pub(crate) const LIFT_FROM: f64 = 0.2;

/// Raises a low score where the letters of both names are nearly the same, never to a score that is
/// reported: who sorts by score finds `Tom Cook` and `Tim Cook` before `Tom Cook` and `Ann Cook`.
pub(crate) fn lifted(score: f64, a: &Reading, b: &Reading) -> f64 {
    let number = |r: &Reading| r.tokens.iter().any(|t| t.class == Class::Number || t.abjad);
    if number(a) || number(b) {
        return score;
    }
    let text = |r: &Reading| {
        let mut sounds: Vec<&str> = r
            .tokens
            .iter()
            .filter(|t| t.class == Class::Name)
            .map(|t| t.plain.as_str())
            .collect();
        sounds.sort_unstable();
        let mut text = sounds.concat();
        text.truncate(LIFT_LETTERS);
        text
    };
    let (x, y) = (text(a), text(b));
    let longest = x.len().max(y.len());
    if longest < 4 {
        return score;
    }
    // At most 48: exact in a float.
    #[allow(clippy::cast_precision_loss)]
    let alike = 1.0 - edits(x.as_bytes(), y.as_bytes()) as f64 / longest as f64;
    let share = ((alike - 0.6) / 0.3).clamp(0.0, 1.0);
    let raised = (f64::from(LIFT_TO) - score).mul_add(share, score);
    (raised * 10_000.0).floor() / 10_000.0
}

const LIFT_LETTERS: usize = 48;

/// How many letters must be put in, taken out or replaced to make them equal.
fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = replaced.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
