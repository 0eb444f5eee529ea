//! Whether two answers differ, as far as the known facts say.

use tiergate_engine::{Parted, Reply};

use crate::verdict::{Short, light};

/// What becomes of an order when one law takes the place of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Change {
    /// The answers are surely the same.
    Same,
    /// It may go under the second law only.
    Opens,
    /// It may go under the first law only.
    Closes,
    /// The answers surely differ, and not in whether it may go, or that is open.
    Otherwise,
    /// Unknown facts decide whether the answers differ.
    Unknown,
}

/// How many kinds of change there are.
pub const CHANGES: usize = 5;

impl Change {
    pub const ALL: [Change; CHANGES] = [
        Change::Same,
        Change::Opens,
        Change::Closes,
        Change::Otherwise,
        Change::Unknown,
    ];

    /// The word in JSON and CSV.
    pub const fn word(self) -> &'static str {
        match self {
            Change::Same => "same",
            Change::Opens => "opens",
            Change::Closes => "closes",
            Change::Otherwise => "otherwise",
            Change::Unknown => "unknown",
        }
    }

    /// What it means.
    pub const fn says(self) -> &'static str {
        match self {
            Change::Same => "same answer",
            Change::Opens => "opens: may go only after",
            Change::Closes => "closes: may go only before",
            Change::Otherwise => "changes otherwise",
            Change::Unknown => "unknown whether it changes",
        }
    }

    /// Whether the answers surely differ.
    pub fn is_sure(self) -> bool {
        self.parted() == Parted::Surely
    }

    /// How two answers differ.
    ///
    /// An answer that unknown facts leave open stands for every outcome still possible. What both
    /// answers have in common may be what holds, so that only answers without a common outcome
    /// surely differ; and only answers without anything open are surely the same.
    pub fn between(before: &Short, after: &Short) -> Change {
        Change::of([before, after].map(Possible::of_answer))
    }

    /// The same for all that two regimes may answer.
    pub fn among(before: &[&Reply], after: &[&Reply]) -> Change {
        Change::of([before, after].map(Possible::of_replies))
    }

    fn of([before, after]: [Possible<'_>; 2]) -> Change {
        let common = |word| after.words.contains(word);
        if !before.words.iter().any(common) {
            return match (all_alike(&before.words), all_alike(&after.words)) {
                (Some(false), Some(true)) => Change::Opens,
                (Some(true), Some(false)) => Change::Closes,
                _ => Change::Otherwise,
            };
        }
        match (before.detail, after.detail) {
            (Some(before), Some(after)) if before == after => Change::Same,
            (Some(_), Some(_)) => Change::Otherwise,
            _ => Change::Unknown,
        }
    }

    /// Whether the answers part.
    pub const fn parted(self) -> Parted {
        match self {
            Change::Same => Parted::Never,
            Change::Unknown => Parted::Perhaps,
            Change::Opens | Change::Closes | Change::Otherwise => Parted::Surely,
        }
    }
}

/// What an answer may come to.
struct Possible<'a> {
    /// The outcomes.
    words: Vec<&'static str>,
    /// Authority and review; none when something is open.
    detail: Option<(Option<&'a str>, Option<&'a str>)>,
}

impl Possible<'_> {
    fn of_answer(answer: &Short) -> Possible<'_> {
        Possible {
            words: if answer.outcome == "indeterminate" {
                answer.possible.clone()
            } else {
                vec![answer.outcome]
            },
            detail: (!is_open(answer)).then_some((answer.authority.as_deref(), answer.review)),
        }
    }

    fn of_replies<'a>(replies: &[&'a Reply]) -> Possible<'a> {
        Possible {
            words: replies.iter().map(|r| r.word()).collect(),
            detail: match replies {
                [one] => Some((one.authority(), one.review())),
                _ => None,
            },
        }
    }
}

/// Whether outcomes let the order go, when all say the same of it.
fn all_alike(outcomes: &[&'static str]) -> Option<bool> {
    let first = light(outcomes.first()?).goes();
    let alike = outcomes.iter().all(|word| light(word).goes() == first);
    first.filter(|_| alike)
}

/// Whether unknown facts leave open outcome, authority or review.
pub fn is_open(answer: &Short) -> bool {
    let carried = matches!(answer.outcome, "license-exception" | "validated-end-user");
    answer.outcome == "indeterminate"
        || answer.review == Some("indeterminate")
        || carried && answer.authority.is_none()
}

/// The facts that would settle an open answer.
pub fn missing(answer: &Short) -> Vec<&'static str> {
    let mut facts = answer.missing.clone();
    let more = answer
        .missing_detail
        .iter()
        .filter(|f| !answer.missing.contains(f));
    facts.extend(more);
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(outcome: &'static str, review: Option<&'static str>) -> Short {
        Short {
            eccn: None,
            license_required: "yes",
            outcome,
            authority: None,
            review,
            missing: Vec::new(),
            missing_detail: Vec::new(),
            possible: Vec::new(),
            other_view: None,
            by_parameters: None,
            rests_on_assumption: false,
            draws: 0,
        }
    }

    fn open(possible: &[&'static str]) -> Short {
        Short {
            possible: possible.to_vec(),
            ..answer("indeterminate", None)
        }
    }

    #[test]
    fn only_what_is_sure_is_a_change() {
        let free = answer("no-license-required", None);
        let denial = answer("license-required", Some("presumption-of-denial"));
        let approval = answer("license-required", Some("presumption-of-approval"));
        let unclear = answer("license-required", Some("indeterminate"));
        let either = open(&["no-license-required", "license-required"]);
        let stopped = open(&["license-required", "prohibited"]);
        for (before, after, expected) in [
            (&free, &free, Change::Same),
            (&free, &denial, Change::Closes),
            (&denial, &free, Change::Opens),
            (&denial, &approval, Change::Otherwise),
            (&denial, &unclear, Change::Unknown),
            (&unclear, &unclear, Change::Unknown),
            (&free, &either, Change::Unknown),
            (&either, &either, Change::Unknown),
            (&free, &stopped, Change::Closes),
            (&stopped, &free, Change::Opens),
            (&either, &answer("not-controlled", None), Change::Otherwise),
        ] {
            assert_eq!(
                Change::between(before, after),
                expected,
                "{before:?} {after:?}"
            );
        }
    }
}
