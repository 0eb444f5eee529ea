//! How many changes there are from each answer to each other.

use serde::Serialize;
use tiergate_engine::{Direction, Reply};

use super::report::{Answer, answer};

/// Changes of one pair of answers.
#[derive(Debug, Serialize)]
pub struct Count {
    /// Before.
    pub before: Answer,
    /// After.
    pub after: Answer,
    /// `stricter`, `looser` or `alike`.
    pub direction: &'static str,
    /// How many changes.
    pub changes: usize,
    /// How many of them are spelled out.
    pub listed: usize,
}

/// Counts pairs of answers, one for each change, of which the first `limit` are spelled out.
pub fn counts<'r>(changes: impl Iterator<Item = &'r [Reply; 2]>, limit: usize) -> Vec<Count> {
    let mut found: Vec<(&[Reply; 2], Count)> = Vec::new();
    for (at, replies) in changes.enumerate() {
        let place = found.iter().position(|(known, _)| *known == replies);
        let place = place.unwrap_or_else(|| {
            found.push((replies, none_yet(replies)));
            found.len() - 1
        });
        let count = &mut found[place].1;
        count.changes += 1;
        count.listed += usize::from(at < limit);
    }
    let mut counts: Vec<Count> = found.into_iter().map(|(_, count)| count).collect();
    counts.sort_by_key(|count| std::cmp::Reverse(count.changes));
    counts
}

fn none_yet(replies: &[Reply; 2]) -> Count {
    let [before, after] = replies.each_ref().map(answer);
    Count {
        before,
        after,
        direction: Direction::of(std::slice::from_ref(replies)).word(),
        changes: 0,
        listed: 0,
    }
}
