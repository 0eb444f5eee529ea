//! Rules that others always take the place of, and requirements that add nothing.

use super::rules::Rules;
use super::{Check, Finding};
use crate::diagram::Node;

pub(super) fn find(rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = classes(rules);
    found.extend(reviews(rules));
    found.extend(authorities(rules));
    found.extend(requirements(rules));
    found
}

fn listed(ids: &[&str]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
    ids.join(", ")
}

/// A class whose technical test holds only where that of an earlier one does.
fn classes(rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut tests: Vec<(Node, &str)> = Vec::new();
    let mut earlier = Node::FALSE;
    for class in &rules.regime.classes {
        let Some(cond) = &class.is.cond else { continue };
        let node = rules.build.cond(cond);
        if rules.some(&[(node, true)]) && !rules.some(&[(node, true), (earlier, false)]) {
            let by: Vec<&str> = tests
                .iter()
                .filter(|(other, _)| rules.some(&[(node, true), (*other, true)]))
                .map(|(_, id)| *id)
                .collect();
            let message = format!(
                "every item the class `{}` tests for is taken by an earlier class: {}",
                class.id,
                listed(&by)
            );
            let help = "the first class whose test holds is the item's; say `before` to move it up";
            found.push(Finding::at(Check::AlwaysOverridden, class, message).with_help(help));
        }
        tests.push((node, &class.id));
        earlier = rules.build.diagrams.or(earlier, node);
    }
    found
}

/// A review that holds only where an earlier one of its lane does.
fn reviews(rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let regime = rules.regime;
    for (at, review) in regime.reviews.iter().enumerate() {
        let node = rules.reviews[at];
        let before: Vec<usize> = (0..at)
            .filter(|other| regime.reviews[*other].is.lane == review.is.lane)
            .collect();
        let nodes: Vec<Node> = before.iter().map(|other| rules.reviews[*other]).collect();
        let earlier = rules.build.diagrams.any(&nodes);
        if rules.some(&[(node, true)]) && !rules.some(&[(node, true), (earlier, false)]) {
            let by: Vec<&str> = before
                .iter()
                .filter(|other| rules.some(&[(node, true), (rules.reviews[**other], true)]))
                .map(|other| regime.reviews[*other].id.as_str())
                .collect();
            let message = format!(
                "the review `{}` never decides: an earlier one of the lane `{}` always does: {}",
                review.id,
                review.is.lane,
                listed(&by)
            );
            let help = "in a lane the first that fits holds; say `before` to move it up";
            found.push(Finding::at(Check::AlwaysOverridden, review, message).with_help(help));
        }
    }
    found
}

/// An authority whose conditions can be met, but never where a license is required and nothing
/// stands against it.
fn authorities(rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let regime = rules.regime;
    for (at, authority) in regime.authorities.iter().enumerate() {
        let (met, carries) = (rules.met[at], rules.carries[at]);
        let carried = [(carries, true), (rules.required, true)];
        if rules.some(&[&carried[..], &[(rules.prohibited, false)]].concat()) {
            continue;
        }
        let mut blocked = Vec::new();
        for (bar, node) in regime.bars.iter().zip(&rules.bars) {
            if bar.is.touches.contains(&at) && rules.some(&[(met, true), (*node, true)]) {
                blocked.push(bar.id.as_str());
            }
        }
        for (place, requirement) in regime.requirements.iter().enumerate() {
            let stands = !authority.is.overcomes.contains(&place);
            if stands && rules.some(&[(met, true), (rules.requirements[place], true)]) {
                blocked.push(requirement.id.as_str());
            }
        }
        let single = authority.is.conditions.iter().all(|c| rules.meets(&c.cond));
        let why = if !rules.some(&[(met, true)]) {
            if !single {
                continue;
            }
            "its conditions never hold together".to_owned()
        } else if !rules.some(&[(met, true), (rules.required, true)]) {
            "no license is required where its conditions hold".to_owned()
        } else if rules.some(&carried) {
            "wherever it would, the order is prohibited".to_owned()
        } else {
            format!(
                "where its conditions hold, these stand against it: {}",
                listed(&blocked)
            )
        };
        let message = format!("the authority `{}` can carry no order: {why}", authority.id);
        found.push(Finding::at(Check::AlwaysOverridden, authority, message));
    }
    found
}

/// A requirement that applies only where another does that is reviewed, overcome and cited alike.
fn requirements(rules: &mut Rules<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    let regime = rules.regime;
    let alike = |a: usize, b: usize| {
        let same = |list: &[usize]| list.contains(&a) == list.contains(&b);
        regime.requirements[a].is.part == regime.requirements[b].is.part
            && regime.reviews.iter().all(|r| same(&r.is.governs))
            && regime.authorities.iter().all(|r| same(&r.is.overcomes))
    };
    for (at, requirement) in regime.requirements.iter().enumerate() {
        let node = rules.requirements[at];
        if !rules.some(&[(node, true)]) {
            continue;
        }
        for (by, other) in regime.requirements.iter().enumerate() {
            let wide = rules.requirements[by];
            // Of two that are the same, the later one adds nothing.
            if by == at || (node == wide && by > at) || !alike(at, by) {
                continue;
            }
            if !rules.some(&[(node, true), (wide, false)])
                && (by < at || rules.some(&[(wide, true), (node, false)]))
            {
                let message = format!(
                    "the requirement `{}` adds nothing: wherever it applies `{}` does, with the same part, reviews and exceptions",
                    requirement.id, other.id
                );
                found.push(Finding::at(Check::Redundant, requirement, message));
                break;
            }
        }
    }
    found
}
