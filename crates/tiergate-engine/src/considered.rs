//! What was considered and does not apply, may apply, or is printed and not enforced.

use tiergate_law::{Cond, Fact, Party, Resolved as Rule};

use crate::decision::{Decision, paths};
use crate::explain::Because;
use crate::record::{NotEnforced, RequirementRecord};
use crate::reference::holds;
use crate::rulebook::{Outcome, Partial};
use crate::variables::Question;

impl Decision<'_> {
    /// A rule with why its condition holds, fails or is open.
    pub(crate) fn rule<T>(&self, rule: &Rule<T>, cond: &Cond) -> RequirementRecord {
        RequirementRecord {
            id: rule.id.clone(),
            cite: rule.cite.clone(),
            says: rule.says.clone(),
            grade: rule.grade.word(),
            instrument: rule.instrument.clone(),
            because: vec![self.because(&rule.cite, &rule.says, cond)],
            turns_on: Vec::new(),
        }
    }

    /// The requirements that apply for some completions of the unknown facts and not for others.
    pub(crate) fn requirements_that_may_apply(
        &self,
        partial: &Partial<'_>,
    ) -> Vec<RequirementRecord> {
        let requirements = self.book.regime.requirements.iter();
        let open = requirements
            .zip(&partial.roots.requirements)
            .filter(|(_, node)| partial.truth(**node).is_none());
        open.map(|(requirement, node)| RequirementRecord {
            turns_on: self.turns_on(&partial.remains(*node).depends),
            ..self.rule(requirement, &requirement.is.cond)
        })
        .collect()
    }

    fn turns_on(&self, depends: &[u16]) -> Vec<String> {
        let variables = &self.book.variables;
        let facts: Vec<Fact> = depends
            .iter()
            .flat_map(|v| variables.missing(*v, &self.facts))
            .collect();
        let asked = |party: &Party| {
            depends.iter().any(|v| {
                let question = &variables.asked[usize::from(*v)].question;
                matches!(question, Question::Intermediary(p, _) if p == party)
            })
        };
        let parties = [Party::Headquarters, Party::Parent];
        let parties: Vec<Party> = parties.into_iter().filter(asked).collect();
        let paths = paths(&facts, &parties).into_iter();
        paths.map(str::to_owned).collect()
    }

    /// What stands behind "no license is required": the scopes none of which holds, or what the
    /// item and the order fail of each paragraph and requirement.
    pub(crate) fn considered(
        &self,
        partial: &Partial<'_>,
        required: Option<bool>,
    ) -> Vec<RequirementRecord> {
        let regime = &self.book.regime;
        if required != Some(false) {
            return Vec::new();
        }
        let fails = |cond: &Cond| holds(cond, regime, &self.facts, &self.readings) == Some(false);
        if !regime.scopes.is_empty() && regime.scopes.iter().all(|s| fails(&s.is)) {
            return regime.scopes.iter().map(|s| self.rule(s, &s.is)).collect();
        }
        let mut found = Vec::new();
        if self.outcome() == Some(Outcome::NotControlled) {
            for class in &regime.classes {
                if let Some(cond) = class.is.cond.as_ref().filter(|c| fails(c)) {
                    found.push(self.rule(class, cond));
                }
            }
            found.retain(|class| !class.because.iter().any(is_of_another_kind));
        }
        for (requirement, node) in regime.requirements.iter().zip(&partial.roots.requirements) {
            if partial.truth(*node) == Some(false) {
                let rule = self.rule(requirement, &requirement.is.cond);
                if !rule.because.iter().any(asks_for_another_item) {
                    found.push(rule);
                }
            }
        }
        found
    }

    /// What the law as printed requires of the order and this view does not, because another
    /// instrument takes it out of force.
    pub(crate) fn not_enforced(
        &self,
        required: Option<bool>,
        other: Option<&Decision<'_>>,
    ) -> Vec<NotEnforced> {
        let here = &self.book.regime;
        let Some(other) = other.filter(|_| required == Some(false)) else {
            return Vec::new();
        };
        if here.disapplied.is_empty() || other.license_required() == "no" {
            return Vec::new();
        }
        let partial = other.book.partial(&other.facts, &other.readings);
        let printed = other.book.regime.requirements.iter();
        let printed = printed.zip(&partial.roots.requirements);
        let applies = printed.filter(|(_, node)| partial.truth(**node) != Some(false));
        let out_of_force = applies.filter_map(|(requirement, _)| {
            let mut all = here.disapplied.iter();
            let by = all.find(|d| d.instrument == requirement.instrument)?;
            Some(NotEnforced {
                id: requirement.id.clone(),
                cite: requirement.cite.clone(),
                says: requirement.says.clone(),
                instrument: requirement.instrument.clone(),
                by: by.by.clone(),
                by_cite: by.cite.clone(),
                from: by.from.to_string(),
                grade: by.grade.word(),
            })
        });
        out_of_force.collect()
    }
}

/// Whether a condition fails because the item is in another paragraph: the rule is not about it.
fn asks_for_another_item(because: &Because) -> bool {
    because.reasons.iter().any(|reason| {
        reason.holds == "no" && matches!(reason.facts.as_slice(), [read] if read.fact == "item")
    })
}

/// Whether a paragraph is for items of another kind: memory, weights, software.
fn is_of_another_kind(because: &Because) -> bool {
    let kind = tiergate_law::ChoiceFact::Kind.info().path;
    because
        .reasons
        .iter()
        .any(|reason| reason.holds == "no" && reason.facts.iter().any(|read| read.fact == kind))
}
