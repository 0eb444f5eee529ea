//! The score of two names, and why.
//!
//! Words are matched one to one, best first, whatever their order; a run of words may match one word
//! that is written without spaces. What is matched counts with its weight and nearness, what is not
//! counts against it:
//!
//! ```text
//! share    = sum of nearness * (weight left + weight right), over matched words
//!            / (weight of all words left + right)
//! conflict = unmatched weight on the side that has less of it / weight of the lighter name
//! raw      = share * (1 - 0.6 * conflict) * rules
//! score    = 0.70 * raw / 0.57, up to 0.57; from there to 1 in a straight line to 1
//! ```
//!
//! The rules: of two people of whom one has all words of the other, at least two, the words that are
//! missing count a quarter (a middle name, a patronymic); a name or line of business that an organization
//! lacks counts more than its weight, the more if one word alone was found. Numbers that differ, or places that differ,
//! make other names. Words that carry little match nothing by themselves. An acronym of all words
//! matches them. Within the top band a name in another order, another form or another spelling stands
//! below the name itself.

use serde::Serialize;

use crate::name::{Class, Join, Name, Reading};
use crate::rank::{LIFT_FROM, LIFT_TO, lifted};
use crate::similar::{How, similar};
use crate::tables::Kind;
use crate::weights::Weights;

/// How near two names are, from 0 (nothing in common) to 1 (the same text but for case).
///
/// From about 0.7 on two names may be the same party's; `Index::THRESHOLD`
/// says which score is reported.
///
/// ```
/// use tiergate_screening::score;
///
/// assert_eq!(score("Ivan Sidorov", "IVAN SIDOROV"), 1.0);
/// assert!(score("SIDOROV, Ivan Petrovich", "Иван Сидоров") > 0.85);
/// assert!(score("Ivan Sidorov", "Oleg Sidorov") < 0.5);
/// assert!(score("Factory 112", "Factory 113") < 0.5);
/// ```
#[must_use]
pub fn score(left: &str, right: &str) -> f64 {
    thread_local! {
        static BUILT_IN: Weights = Weights::built_in();
    }
    BUILT_IN.with(|weights| Name::new(left, weights).score(&Name::new(right, weights)))
}

/// The score of two names, with why.
///
/// ```
/// use tiergate_screening::{Name, Weights};
///
/// let weights = Weights::built_in();
/// let why = Name::new("Arkona Bank", &weights).explain(&Name::new("Bank of Arkona, OAO", &weights));
/// assert_eq!(why.words.len(), 2);
/// assert!(why.left_only.is_empty() && why.right_only.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Match {
    /// From 0 to 1.
    pub score: f64,
    /// Words that were found in one another, best first.
    pub words: Vec<Matched>,
    /// Words of the left name that the right one does not have.
    pub left_only: Vec<String>,
    /// Words of the right name that the left one does not have.
    pub right_only: Vec<String>,
    /// Which rules moved the score.
    pub notes: Vec<&'static str>,
}

/// Words that were found in one another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matched {
    /// As the left name has them, in Latin letters.
    pub left: String,
    /// As the right name has them.
    pub right: String,
    /// How.
    pub how: How,
    /// How near, from 0 to 1.
    pub near: f64,
}

/// A match within one pair of readings: places in both, how many tokens from there, how near.
#[derive(Debug, Clone, Copy)]
struct Link {
    left: (usize, usize),
    right: (usize, usize),
    near: f32,
    how: How,
}

#[derive(Debug, Default)]
struct Outcome {
    score: f32,
    links: Vec<Link>,
    notes: Vec<&'static str>,
}

/// What the rules read besides the alignment.
pub(crate) const CONFLICT: f32 = 0.6;
/// Of a person, what is missing counts so much.
pub(crate) const MISSING: f32 = 0.25;
/// No word but one that carries little was matched: no more than this.
const GENERIC_MAX: f32 = 0.4;
/// Unless no more than this share of the lighter name is left over.
const GENERIC_REST: f32 = 0.15;
/// One word of a person who has more.
const ONE_WORD_MAX: f32 = 0.5;
const NUMBERS_DIFFER: f32 = 0.45;
const NUMBER_MISSING: f32 = 0.69;
const PLACES_DIFFER: f32 = 0.62;
const INITIALS_DIFFER: f32 = 0.7;
const SUBJECTS_DIFFER: f32 = 0.85;
/// Where one has another line of business and the other another word that any company may have, or both
/// the latter.
const KINDS_DIFFER: f32 = 0.8;
/// Both people have a name that the other has not.
const NAMES_DIFFER: f32 = 0.87;
/// What an organization lacks counts so much more: a word of a name, a line of business.
const NAME_MISSING: f32 = 0.15;
const SUBJECT_MISSING: f32 = 0.5;
/// And more by this where only one word of a name was found: `Arkona` and `Arkona Shipping`.
const FEW_NAMES: f32 = 4.2;

/// The pair is always looked at from the same side, so that sums are the same both ways.
pub(crate) fn compare(a: &Name, b: &Name) -> f64 {
    let score = compare_likely(a, b);
    if score >= f64::from(LIFT_TO) || score < LIFT_FROM {
        return score;
    }
    let (Some(x), Some(y)) = (a.readings.first(), b.readings.first()) else {
        return score;
    };
    lifted(score, x, y)
}

/// As [`compare`], without order among scores that nobody reports.
pub(crate) fn compare_likely(a: &Name, b: &Name) -> f64 {
    if a.normal == b.normal {
        return if a.is_empty() { 0.0 } else { 1.0 };
    }
    let (first, second) = if a.normal > b.normal { (b, a) } else { (a, b) };
    let mut best = 0f32;
    for x in &first.readings {
        for y in &second.readings {
            best = best.max(of_readings(x, y).score);
        }
    }
    rounded(best)
}

/// Four decimals: no more is meant.
fn rounded(score: f32) -> f64 {
    (f64::from(score) * 10_000.0).round() / 10_000.0
}

pub(crate) fn explain(a: &Name, b: &Name) -> Match {
    let swapped = a.normal > b.normal;
    let (first, second) = if swapped { (b, a) } else { (a, b) };
    let mut best: Option<(Outcome, &Reading, &Reading)> = None;
    for x in &first.readings {
        for y in &second.readings {
            let outcome = of_readings(x, y);
            if best.as_ref().is_none_or(|(b, ..)| outcome.score > b.score) {
                best = Some((outcome, x, y));
            }
        }
    }
    let Some((outcome, x, y)) = best else {
        return Match {
            score: 0.0,
            words: Vec::new(),
            left_only: Vec::new(),
            right_only: Vec::new(),
            notes: Vec::new(),
        };
    };
    let text = |r: &Reading, (from, count): (usize, usize)| {
        let words: Vec<&str> = r.tokens[from..from + count]
            .iter()
            .map(|t| t.plain.as_str())
            .collect();
        words.join(" ")
    };
    let only = |r: &Reading, side: fn(&Link) -> (usize, usize)| -> Vec<String> {
        let covered = |at: usize| {
            outcome
                .links
                .iter()
                .map(side)
                .any(|(from, count)| (from..from + count).contains(&at))
        };
        let left = r.tokens.iter().enumerate();
        left.filter(|(at, t)| !covered(*at) && t.class != Class::Particle)
            .map(|(_, t)| t.plain.clone())
            .collect()
    };
    let mut words: Vec<Matched> = outcome
        .links
        .iter()
        .map(|link| {
            let (left, right) = (text(x, link.left), text(y, link.right));
            let (left, right) = if swapped {
                (right, left)
            } else {
                (left, right)
            };
            let near = rounded(link.near);
            Matched {
                left,
                right,
                how: link.how,
                near,
            }
        })
        .collect();
    words.sort_by(|p, q| q.near.total_cmp(&p.near));
    let (mut left_only, mut right_only) = (only(x, |l| l.left), only(y, |l| l.right));
    if swapped {
        std::mem::swap(&mut left_only, &mut right_only);
    }
    Match {
        score: compare(a, b),
        words,
        left_only,
        right_only,
        notes: outcome.notes,
    }
}

fn of_readings(a: &Reading, b: &Reading) -> Outcome {
    let mut outcome = Outcome::default();
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return outcome;
    }
    let mut covered = [vec![false; a.tokens.len()], vec![false; b.tokens.len()]];
    let [in_a, in_b] = &mut covered;
    joined(a, b, in_a, in_b, &mut outcome.links);
    aligned(a, b, (in_a, in_b), &mut outcome.links);
    judge(a, b, &covered, &mut outcome);
    acronym(a, b, &mut outcome);
    if a.whole == b.whole {
        outcome.score = outcome.score.max(0.995);
    }
    outcome
}

/// Runs of words that the other name writes as one.
fn joined(a: &Reading, b: &Reading, in_a: &mut [bool], in_b: &mut [bool], links: &mut Vec<Link>) {
    let mut one_side =
        |x: &Reading, y: &Reading, in_x: &mut [bool], in_y: &mut [bool], turned: bool| {
            for (at, token) in y.tokens.iter().enumerate() {
                if token.keys.is_empty() || in_y[at] {
                    continue;
                }
                let fits = |join: &&Join| {
                    let run =
                        usize::from(join.from)..usize::from(join.from) + usize::from(join.count);
                    token.keys.contains(&join.key) && !in_x[run].iter().any(|c| *c)
                };
                if let Some(join) = x.joins.iter().find(fits) {
                    let (from, count) = (usize::from(join.from), usize::from(join.count));
                    in_x[from..from + count].fill(true);
                    in_y[at] = true;
                    let (left, right) = if turned {
                        ((at, 1), (from, count))
                    } else {
                        ((from, count), (at, 1))
                    };
                    let near = if token.keys.first() == Some(&join.key) {
                        0.98
                    } else {
                        0.95
                    };
                    links.push(Link {
                        left,
                        right,
                        near,
                        how: How::Joined,
                    });
                }
            }
        };
    if !a.joins.is_empty() {
        one_side(a, b, in_a, in_b, false);
    }
    if !b.joins.is_empty() {
        one_side(b, a, in_b, in_a, true);
    }
}

/// One to one, best first. What is equally good is taken in the order of its places.
fn aligned(
    a: &Reading,
    b: &Reading,
    (in_a, in_b): (&mut [bool], &mut [bool]),
    links: &mut Vec<Link>,
) {
    let mut found: Vec<Link> = Vec::with_capacity(a.tokens.len() + b.tokens.len());
    for (i, (left, taken)) in a.tokens.iter().zip(in_a.iter()).enumerate() {
        if *taken {
            continue;
        }
        for (j, (right, taken)) in b.tokens.iter().zip(in_b.iter()).enumerate() {
            if *taken {
                continue;
            }
            if let Some((near, how)) = similar(left, right) {
                found.push(Link {
                    left: (i, 1),
                    right: (j, 1),
                    near,
                    how,
                });
            }
        }
    }
    let worth = |l: &Link| l.near * (a.tokens[l.left.0].weight + b.tokens[l.right.0].weight);
    found.sort_by(|x, y| {
        let full = |l: &Link| l.how != How::Initial;
        let far = |l: &Link| l.left.0.abs_diff(l.right.0);
        full(y)
            .cmp(&full(x))
            .then(y.near.total_cmp(&x.near))
            .then(worth(y).total_cmp(&worth(x)))
            .then(far(x).cmp(&far(y)))
            .then(x.left.cmp(&y.left))
            .then(x.right.cmp(&y.right))
    });
    for link in found {
        let (i, j) = (link.left.0, link.right.0);
        if !in_a[i] && !in_b[j] {
            in_a[i] = true;
            in_b[j] = true;
            links.push(link);
        }
    }
}

/// What of one side was not found in the other.
#[derive(Default)]
struct Rest {
    weight: f32,
    numbers: u32,
    places: u32,
    suffixes: u32,
    subjects: u32,
    initials: u32,
    names: u32,
    corporate: u32,
    /// What is missed more than its weight says, in a name of an organization.
    telling: f32,
}

impl Rest {
    fn of(reading: &Reading, covered: &[bool]) -> Rest {
        let mut rest = Rest::default();
        for (token, covered) in reading.tokens.iter().zip(covered) {
            if *covered {
                continue;
            }
            if !matches!(token.class, Class::Generic(g) if g.kind == Kind::Title) {
                rest.weight += token.weight;
            }
            match token.class {
                Class::Number => rest.numbers += 1,
                Class::Initial => rest.initials += 1,
                Class::Name => {
                    rest.names += 1;
                    rest.telling += token.weight * NAME_MISSING;
                }
                Class::Generic(g) if g.kind == Kind::Subject => {
                    rest.subjects += 1;
                    rest.telling += token.weight * SUBJECT_MISSING;
                }
                Class::Generic(g) if g.kind == Kind::Corporate => rest.corporate += 1,
                Class::Generic(g) if g.kind == Kind::Place => rest.places += 1,
                Class::Generic(g) if g.kind == Kind::Suffix => rest.suffixes += 1,
                _ => {}
            }
        }
        rest
    }
}

fn judge(a: &Reading, b: &Reading, [in_a, in_b]: &[Vec<bool>; 2], outcome: &mut Outcome) {
    let (rest_a, rest_b) = (Rest::of(a, in_a), Rest::of(b, in_b));
    let weigh = |r: &Reading, (from, count): (usize, usize)| -> f32 {
        r.tokens[from..from + count].iter().map(|t| t.weight).sum()
    };
    let mut matched = 0.0;
    let mut names = 0;
    let mut words = 0;
    for link in &outcome.links {
        matched += link.near * (weigh(a, link.left) + weigh(b, link.right));
        let tells = |r: &Reading, (from, count): (usize, usize)| {
            r.tokens[from..from + count]
                .iter()
                .any(|t| matches!(t.class, Class::Name | Class::Number))
        };
        match link.how {
            How::Initial => words += 1,
            How::Joined => {
                let count = link.left.1.max(link.right.1);
                names += count;
                words += count;
            }
            _ => {
                let both = tells(a, link.left) || tells(b, link.right);
                names += usize::from(both);
                words += 1;
            }
        }
    }
    let all = a.weight + b.weight;
    if matched <= 0.0 || all <= 0.0 {
        return;
    }
    let people = !a.organization && !b.organization;
    let within = rest_a.weight == 0.0 || rest_b.weight == 0.0;
    let missing = if people && within && words >= 2 {
        outcome.notes.push("a name is missing on one side");
        MISSING
    } else {
        1.0
    };
    let unmatched = rest_a.weight + rest_b.weight;
    let telling = if people || !within {
        0.0
    } else {
        (rest_a.telling + rest_b.telling) * if names < 2 { FEW_NAMES } else { 1.0 }
    };
    let whole = all - unmatched + missing * unmatched + telling;
    let lighter = a.weight.min(b.weight).max(0.1);
    let conflict = (rest_a.weight.min(rest_b.weight) / lighter).min(1.0);
    let mut score = matched / whole * (1.0 - CONFLICT * conflict);
    if within && unmatched == 0.0 {
        outcome.notes.clear();
    }
    if rest_a.numbers > 0 && rest_b.numbers > 0 {
        score *= NUMBERS_DIFFER;
        outcome.notes.push("numbers differ");
    } else if rest_a.numbers + rest_b.numbers > 0 {
        score *= NUMBER_MISSING;
        outcome.notes.push("a number is missing on one side");
    }
    if rest_a.places > 0 && rest_b.places > 0 {
        score *= PLACES_DIFFER;
        outcome.notes.push("places differ");
    }
    if rest_a.suffixes > 0 && rest_b.suffixes > 0 {
        score *= PLACES_DIFFER;
        outcome.notes.push("senior and junior");
    }
    if rest_a.initials > 0 && rest_b.initials > 0 {
        score *= INITIALS_DIFFER;
        outcome.notes.push("initials differ");
    }
    if people && rest_a.names > 0 && rest_b.names > 0 {
        score *= NAMES_DIFFER;
        outcome.notes.push("names differ");
    }
    if people && (rest_a.names.min(rest_b.initials) > 0 || rest_b.names.min(rest_a.initials) > 0) {
        score *= INITIALS_DIFFER;
        outcome.notes.push("initials differ");
    }
    let (kinds_a, kinds_b) = (
        rest_a.subjects + rest_a.corporate,
        rest_b.subjects + rest_b.corporate,
    );
    if kinds_a > 0 && kinds_b > 0 && (rest_a.subjects == 0 || rest_b.subjects == 0) {
        score *= KINDS_DIFFER;
        outcome.notes.push("kinds of company differ");
    }
    if rest_a.subjects > 0 && rest_b.subjects > 0 {
        score *= SUBJECTS_DIFFER;
        outcome.notes.push("lines of business differ");
    }
    let only_initials = outcome.links.iter().all(|l| l.how == How::Initial);
    // Words that carry little make a name only where nearly all of them agree.
    let few = outcome.links.len() < 2 || unmatched > GENERIC_REST * a.weight.min(b.weight);
    if (only_initials || names == 0 && few) && a.body != b.body {
        score = score.min(GENERIC_MAX);
        outcome.notes.push("only words that carry little agree");
    }
    if people && words < 2 && unmatched > 0.0 {
        score = score.min(ONE_WORD_MAX);
        outcome.notes.push("one word of several");
    }
    outcome.score = scaled(score) * order_and_form(a, b, outcome);
}

/// What the formula gives for pairs that are as likely one party's as two's, and what is said of them.
pub(crate) const EVEN: (f32, f32) = (0.57, 0.7);

/// Puts the even chance of the formula at the threshold; one stays one, nothing nothing.
pub(crate) fn scaled(score: f32) -> f32 {
    let (from, to) = EVEN;
    if score <= from {
        score / from * to
    } else {
        to + (score - from) / (1.0 - from) * (1.0 - to)
    }
}

/// Below the same words in the same order stand those in another, and below the same form another.
fn order_and_form(a: &Reading, b: &Reading, outcome: &mut Outcome) -> f32 {
    let mut factor = 0.995;
    if a.body != b.body {
        factor -= 0.005;
        let turned = outcome.links.iter().any(|l| {
            outcome
                .links
                .iter()
                .any(|m| l.left < m.left && l.right > m.right)
        });
        if turned {
            factor -= 0.005;
            outcome.notes.push("in another order");
        }
    }
    if a.forms != b.forms {
        let one_has_none = a.forms.is_empty() || b.forms.is_empty();
        let shared = a.forms.iter().any(|f| b.forms.contains(f));
        factor -= match (one_has_none, shared) {
            (true, _) => 0.005,
            (_, true) => 0.002,
            _ => 0.02,
        };
        if !one_has_none && !shared {
            outcome.notes.push("company forms differ");
        }
    }
    factor
}

/// A name that is the initials of all words of the other.
fn acronym(a: &Reading, b: &Reading, outcome: &mut Outcome) {
    let mut try_side = |short: &Reading, long: &Reading, turned: bool| {
        let mut names = short
            .tokens
            .iter()
            .enumerate()
            .filter(|(_, t)| t.class == Class::Name);
        let (Some((at, token)), None) = (names.next(), names.next()) else {
            return;
        };
        let rest = short.weight - token.weight;
        if !(3..=8).contains(&token.plain.len()) || rest > 0.2 || long.tokens.len() < 2 {
            return;
        }
        if long.acronyms.contains(&crate::name::hash(&token.plain)) {
            let score = match token.plain.len() {
                3 => 0.74,
                4 => 0.8,
                _ => 0.84,
            };
            if score > outcome.score {
                outcome.score = score;
                let all = (0, long.tokens.len());
                let (left, right) = if turned {
                    (all, (at, 1))
                } else {
                    ((at, 1), all)
                };
                outcome.links = vec![Link {
                    left,
                    right,
                    near: score,
                    how: How::Acronym,
                }];
                outcome.notes = vec!["the initials of all words"];
            }
        }
    };
    try_side(a, b, false);
    try_side(b, a, true);
}
