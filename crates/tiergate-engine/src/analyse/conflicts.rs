//! Rules of one rank that some order meets together and that say different things of it.
//!
//! Most overlaps are meant: within a lane, among classes and among authorities the first that fits
//! holds, a prohibition comes before an authority, and the order within a file is that of the legal
//! text. What is told here are overlaps that nothing in the law puts in order.

use tiergate_law::{Library, Operation, Policy, Resolved};

use super::rules::Rules;
use super::{Check, Finding, Other};
use crate::diagram::Node;

pub(super) fn find(library: &Library, rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = lanes(rules);
    found.extend(later_reviews(library, rules));
    found.extend(later_classes(library, rules));
    found.extend(quotas(rules));
    found
}

/// A finding at one rule that rests on another.
fn between<A, B>(rule: &Resolved<A>, other: &Resolved<B>, says: &str, message: String) -> Finding {
    let mut finding = Finding::at(Check::Conflict, rule, message);
    finding.other = Some(Other {
        instrument: other.instrument.clone(),
        span: other.span.clone(),
        says: says.to_owned(),
    });
    finding
}

/// What an order must be for a review to decide: it holds, no earlier one of its lane does, and the
/// order needs a license that is to be had.
fn decides(rules: &Rules<'_>, at: usize) -> Vec<(Node, bool)> {
    let reviews = &rules.regime.reviews;
    let earlier = (0..at).filter(|other| reviews[*other].is.lane == reviews[at].is.lane);
    let mut asked: Vec<(Node, bool)> = earlier.map(|e| (rules.reviews[e], false)).collect();
    asked.push((rules.reviews[at], true));
    asked.push((rules.prohibited, false));
    asked.extend(rules.carries.iter().map(|carries| (*carries, false)));
    asked
}

/// Whether both say how applications are reviewed, and say different things.
fn contradict(a: Option<Policy>, b: Option<Policy>) -> bool {
    let says = |p: Option<Policy>| p.is_some_and(|p| p != Policy::NotStated);
    says(a) && says(b) && a != b
}

/// Two lanes that decide on an application for the same requirement, each in its own way.
///
/// The strictest lane is the answer where several sections require a license. Of one requirement,
/// one section says how applications are reviewed.
fn lanes(rules: &Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let reviews = &rules.regime.reviews;
    for (at, review) in reviews.iter().enumerate() {
        for (by, other) in reviews.iter().enumerate().take(at) {
            if review.is.lane == other.is.lane || !contradict(review.is.policy, other.is.policy) {
                continue;
            }
            let governed = review.is.governs.iter();
            let shared = governed.filter(|r| other.is.governs.contains(r));
            let both = [decides(rules, at), decides(rules, by)].concat();
            for requirement in shared {
                let applies = (rules.requirements[*requirement], true);
                if !rules.some(&[&both[..], &[applies]].concat()) {
                    continue;
                }
                let message = format!(
                    "the reviews `{}` ({}) and `{}` ({}) of two lanes both decide on `{}`",
                    other.id,
                    Policy::word_of(other.is.policy),
                    review.id,
                    Policy::word_of(review.is.policy),
                    rules.regime.requirements[*requirement].id,
                );
                let help = "put both in one lane, where the first that fits holds";
                let says = "the other lane decides here";
                found.push(between(review, other, says, message).with_help(help));
                break;
            }
        }
    }
    found
}

/// Whether an entry of a later instrument stands behind one of an earlier instrument only because
/// it was laid on last: it does not say where it stands.
fn laid_on<A, B>(
    library: &Library,
    rules: &Rules<'_>,
    rule: &Resolved<A>,
    earlier: &Resolved<B>,
) -> bool {
    let rank = |id: &str| rules.regime.instruments.iter().position(|i| i == id);
    if rank(&rule.instrument) <= rank(&earlier.instrument) {
        return false;
    }
    library
        .entry(rule)
        .is_some_and(|e| e.operation == Operation::Add && e.before.is_none() && e.behind.is_none())
}

/// A review of a later instrument that an earlier instrument's review of the lane takes some orders
/// from, and that is not the wider of the two.
fn later_reviews(library: &Library, rules: &Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let reviews = &rules.regime.reviews;
    for (at, review) in reviews.iter().enumerate() {
        for (by, other) in reviews.iter().enumerate().take(at) {
            if review.is.lane != other.is.lane
                || !contradict(review.is.policy, other.is.policy)
                || !laid_on(library, rules, review, other)
            {
                continue;
            }
            let (late, early) = (rules.reviews[at], rules.reviews[by]);
            let takes = [decides(rules, by), vec![(late, true)]].concat();
            let wider = !rules.some(&[(early, true), (late, false)]);
            if !wider && rules.some(&takes) {
                let message = format!(
                    "the later review `{}` ({}) stands behind `{}` ({}) of the lane `{}` where both hold",
                    review.id,
                    Policy::word_of(review.is.policy),
                    other.id,
                    Policy::word_of(other.is.policy),
                    review.is.lane,
                );
                let help = "say `before` or `behind`: in a lane the first that fits holds";
                found.push(
                    between(review, other, "the earlier one decides", message).with_help(help),
                );
            }
        }
    }
    found
}

/// A class of a later instrument that an earlier instrument's class takes some items from, and that
/// is not the wider of the two.
fn later_classes(library: &Library, rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let regime = rules.regime;
    let tests: Vec<Option<Node>> = regime
        .classes
        .iter()
        .map(|c| c.is.cond.as_ref().map(|cond| rules.build.cond(cond)))
        .collect();
    for (at, class) in regime.classes.iter().enumerate() {
        let Some(late) = tests[at] else { continue };
        for (by, other) in regime.classes.iter().enumerate().take(at) {
            let Some(early) = tests[by] else { continue };
            if !laid_on(library, rules, class, other) {
                continue;
            }
            let wider = !rules.some(&[(early, true), (late, false)]);
            if !wider && rules.some(&[(early, true), (late, true)]) {
                let message = format!(
                    "the later class `{}` stands behind `{}` where an item meets the tests of both",
                    class.id, other.id
                );
                let help = "say `before` or `behind`: the first class that fits is the item's";
                found.push(
                    between(class, other, "the earlier one takes the item", message)
                        .with_help(help),
                );
            }
        }
    }
    found
}

/// Two quotas that count the same for the same holder and span against limits that differ, where
/// some order draws on both.
fn quotas(rules: &Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let regime = rules.regime;
    for (at, quota) in regime.quotas.iter().enumerate() {
        for (by, other) in regime.quotas.iter().enumerate().take(at) {
            let (a, b) = (&quota.is, &other.is);
            let same = a.used == b.used
                && a.key == b.key
                && a.period == b.period
                && a.share_of == b.share_of;
            let (Some(limit), Some(limited)) = (&a.limit, &b.limit) else {
                continue;
            };
            if same && limit.amount != limited.amount && drawn_together(rules, at, by) {
                let message = format!(
                    "one order draws on the quotas `{}` (limit {}) and `{}` (limit {}), which count the same",
                    other.id, limited.amount, quota.id, limit.amount
                );
                let help = "draw on one of the two, or let their conditions exclude one another";
                found.push(between(quota, other, "the other limit", message).with_help(help));
            }
        }
    }
    found
}

/// Whether some order draws on both quotas: by one authority that carries it, or by reviews that
/// decide on it.
fn drawn_together(rules: &Rules<'_>, one: usize, two: usize) -> bool {
    let regime = rules.regime;
    let mut authorities = regime.authorities.iter().zip(&rules.carries);
    let carried = authorities.any(|(authority, carries)| {
        let draws = &authority.is.draws;
        let both = draws.contains(&one) && draws.contains(&two);
        both && rules.some(&[
            (*carries, true),
            (rules.required, true),
            (rules.prohibited, false),
        ])
    });
    let draws = |quota: usize| {
        let reviews = regime.reviews.iter().enumerate();
        reviews.filter(move |(_, r)| r.is.draws.contains(&quota))
    };
    carried
        || draws(one).any(|(a, _)| {
            draws(two).any(|(b, _)| rules.some(&[decides(rules, a), decides(rules, b)].concat()))
        })
}
