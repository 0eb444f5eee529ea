//! Rules that no order can meet.

use tiergate_law::Cond;

use super::rules::Rules;
use super::{Check, Finding};

fn never<T>(kind: &str, rule: &tiergate_law::Resolved<T>) -> Finding {
    let message = format!("no order can meet the {kind} `{}`", rule.id);
    Finding::at(Check::NeverMatches, rule, message)
}

pub(super) fn find(rules: &mut Rules<'_>) -> Vec<Finding> {
    let regime = rules.regime;
    let mut found = Vec::new();
    for scope in &regime.scopes {
        if !rules.meets(&scope.is) {
            found.push(never("scope", scope));
        }
    }
    for prohibition in &regime.prohibitions {
        if !rules.meets(&prohibition.is) {
            found.push(never("prohibition", prohibition));
        }
    }
    for class in &regime.classes {
        if let Some(cond) = &class.is.cond
            && !rules.meets(cond)
        {
            let help = "leave `when` out for a class that only self-classification reaches";
            found.push(never("technical test of the class", class).with_help(help));
        }
    }
    for (at, requirement) in regime.requirements.iter().enumerate() {
        if !rules.meets(&requirement.is.cond) {
            found.push(never("requirement", requirement));
        } else if !rules.some(&[(rules.requirements[at], true)]) {
            let help = "no ground subjects such an item to the rules";
            found.push(never("requirement", requirement).with_help(help));
        }
    }
    for bar in &regime.bars {
        if !rules.meets(&bar.is.cond) {
            found.push(never("bar", bar));
        }
    }
    for (at, review) in regime.reviews.iter().enumerate() {
        if !rules.meets(&review.is.cond) {
            found.push(never("review", review));
        } else if !review.is.governs.is_empty() && !rules.some(&[(rules.reviews[at], true)]) {
            let help = "no requirement that it governs applies where its condition holds";
            found.push(never("review", review).with_help(help));
        }
    }
    for authority in &regime.authorities {
        for condition in &authority.is.conditions {
            if !rules.meets(&condition.cond) {
                let message = format!("no order can meet this condition of `{}`", authority.id);
                let mut finding = Finding::at(Check::NeverMatches, authority, message);
                finding.span = condition.span.clone();
                finding.instrument.clone_from(&condition.instrument);
                found.push(finding);
            }
        }
    }
    for (at, authority) in regime.authorities.iter().enumerate() {
        for duty in &authority.is.duties {
            duties(
                rules,
                authority,
                &duty.duty.id,
                &duty.cond,
                rules.met[at],
                &mut found,
            );
        }
    }
    for (at, review) in regime.reviews.iter().enumerate() {
        for duty in &review.is.duties {
            duties(
                rules,
                review,
                &duty.duty.id,
                &duty.cond,
                rules.reviews[at],
                &mut found,
            );
        }
    }
    for duty in &regime.duties {
        if !rules.meets(&duty.is.1.cond) {
            found.push(never("duty", duty));
        }
    }
    for flag in &regime.red_flags {
        if !rules.meets(&flag.is.1) {
            found.push(never("red flag", flag));
        }
    }
    for note in &regime.notes {
        if !rules.meets(&note.is) {
            found.push(never("note", note));
        }
    }
    found
}

/// A duty that no order has for which its rule holds; nothing is said if the rule never holds.
fn duties<T>(
    rules: &mut Rules<'_>,
    of: &tiergate_law::Resolved<T>,
    id: &str,
    cond: &Cond,
    holds: crate::diagram::Node,
    found: &mut Vec<Finding>,
) {
    let cond = rules.build.cond(cond);
    if rules.some(&[(holds, true)]) && !rules.some(&[(holds, true), (cond, true)]) {
        let message = format!("no order under `{}` can have its duty `{id}`", of.id);
        found.push(Finding::at(Check::NeverMatches, of, message));
    }
}
