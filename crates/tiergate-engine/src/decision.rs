//! One decision: small, and enough to render every reason later.

use std::sync::Arc;

use tiergate_law::{ChoiceFact, Fact, NumberFact, Party, RegimeQuota};
use tiergate_order::Facts;

use crate::record::OtherView;
use crate::reference::{class, holds};
use crate::rulebook::{OUTCOME_WORDS, Outcome, Rulebook};
use crate::variables::Question;

/// What the law says, as far as the known facts decide it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Every completion of the unknown facts gives this outcome.
    Decided(Outcome),
    /// Completions differ.
    Open(Box<Undecided>),
}

/// What is still possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// Every outcome still possible, with authority and review.
    pub possible: Vec<Outcome>,
    /// The facts the kind of outcome still depends on; empty when only authority or review does.
    pub missing: Vec<Fact>,
    /// The facts authority or review still depend on.
    pub missing_detail: Vec<Fact>,
    /// Which country of some intermediary the kind of outcome still depends on.
    pub missing_intermediaries: Vec<Party>,
    /// Which country of some intermediary authority or review still depend on.
    pub missing_intermediaries_detail: Vec<Party>,
}

impl Undecided {
    /// The kinds of outcome still possible, by their contract words, mildest first.
    #[must_use]
    pub fn words(&self) -> Vec<&'static str> {
        OUTCOME_WORDS
            .into_iter()
            .filter(|w| self.possible.iter().any(|o| o.word() == *w))
            .collect()
    }
}

/// The decision on one order under one rulebook.
///
/// It holds the facts it was made on, so [`Decision::record`] renders requirements, authorities
/// with their reasons, duties, readings and red flags without deciding again.
#[derive(Debug, Clone)]
pub struct Decision<'b> {
    /// The rulebook.
    pub book: &'b Rulebook,
    /// The facts.
    pub facts: Facts,
    /// The option taken of each reading.
    pub readings: Arc<[usize]>,
    /// The answer.
    pub answer: Answer,
}

impl<'b> Decision<'b> {
    /// Decides.
    #[must_use]
    pub fn make(book: &'b Rulebook, facts: &Facts, readings: &Arc<[usize]>) -> Decision<'b> {
        let answer = match book.outcome(facts, readings) {
            Some(outcome) => Answer::Decided(outcome),
            None => open(book, facts, readings),
        };
        Decision {
            book,
            facts: facts.clone(),
            readings: readings.clone(),
            answer,
        }
    }

    /// The outcome, if it is decided to the last detail.
    #[must_use]
    pub fn outcome(&self) -> Option<Outcome> {
        match &self.answer {
            Answer::Decided(outcome) => Some(*outcome),
            Answer::Open(_) => None,
        }
    }

    /// The outcome word of the contract.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match &self.answer {
            Answer::Decided(outcome) => outcome.word(),
            Answer::Open(open) => match open.words().as_slice() {
                [one] => one,
                _ => "indeterminate",
            },
        }
    }

    /// The strictest outcome that is still possible.
    #[must_use]
    pub fn strictness(&self) -> u32 {
        match &self.answer {
            Answer::Decided(outcome) => outcome.strictness(),
            Answer::Open(open) => {
                let all = open.possible.iter().map(|o| o.strictness());
                all.max().unwrap_or_default()
            }
        }
    }

    /// What the parameters of the item give alone, where the parties state a paragraph of their own
    /// under which the answer is milder: the class and the answer.
    #[must_use]
    pub fn by_parameters(&self) -> Option<OtherView> {
        let unstated = self.book.regime.class_names.len() + 1;
        let known = self.facts.number(NumberFact::Tpp).is_some()
            || self.facts.number(NumberFact::TrainingOps).is_some();
        if self.facts.choice(ChoiceFact::Eccn) == Some(unstated) || !known {
            return None;
        }
        let mut alone = self.facts.clone();
        alone.set_choice(ChoiceFact::Eccn, unstated);
        let alone = Decision::make(self.book, &alone, &self.readings);
        let class = alone.eccn().unwrap_or_else(|| "open".to_owned());
        (alone.strictness() > self.strictness()).then(|| OtherView::of(&class, &alone))
    }

    /// The facts on which the outcome still depends.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        match &self.answer {
            Answer::Decided(_) => Vec::new(),
            Answer::Open(open) => paths(&open.missing, &open.missing_intermediaries),
        }
    }

    /// The facts on which the outcome still depends, or, when it does not, authority or review.
    #[must_use]
    pub fn depends_on(&self) -> Vec<&'static str> {
        match &self.answer {
            Answer::Decided(_) => Vec::new(),
            Answer::Open(open) if open.missing.is_empty() => {
                paths(&open.missing_detail, &open.missing_intermediaries_detail)
            }
            Answer::Open(_) => self.missing(),
        }
    }

    /// The facts on which authority or review still depend, when the outcome does not.
    #[must_use]
    pub fn missing_detail(&self) -> Vec<&'static str> {
        match &self.answer {
            Answer::Open(open) if self.word() != "indeterminate" => {
                paths(&open.missing_detail, &open.missing_intermediaries_detail)
            }
            _ => Vec::new(),
        }
    }

    /// The authority that carries the order, if one surely does and it is surely this one.
    #[must_use]
    pub fn authority(&self) -> Option<&'b str> {
        let place = |outcome: &Outcome| match outcome {
            Outcome::LicenseException(at) | Outcome::ValidatedEndUser(at) => Some(*at),
            _ => None,
        };
        let at = match &self.answer {
            Answer::Decided(outcome) => place(outcome)?,
            Answer::Open(open) => {
                let first = place(open.possible.first()?)?;
                open.possible
                    .iter()
                    .all(|o| place(o) == Some(first))
                    .then_some(first)?
            }
        };
        Some(&self.book.regime.authorities[usize::from(at)].id)
    }

    /// The places of the quotas of a fixed amount that the order draws on, as bits: those of what
    /// carries it, or those of the policies under which an application for it is reviewed.
    #[must_use]
    pub fn draws_on(&self) -> u64 {
        match &self.answer {
            Answer::Decided(outcome) => self.book.draws(*outcome, &self.facts, &self.readings),
            Answer::Open(_) => 0,
        }
    }

    /// The places of every quota that counts the order, those of shares and those that only count
    /// among them: the quotas of what carries it, or, of an order that needs a license, those that
    /// an approval draws on. None while the answer is open.
    #[must_use]
    pub fn counted_on(&self) -> Vec<usize> {
        let regime = &self.book.regime;
        let places = match &self.answer {
            Answer::Decided(Outcome::LicenseException(at) | Outcome::ValidatedEndUser(at)) => {
                regime.authorities[usize::from(*at)].is.draws.clone()
            }
            Answer::Decided(outcome) => {
                let bits = self.book.draws(*outcome, &self.facts, &self.readings);
                let places = 0..regime.quotas.len().min(64);
                places.filter(|at| bits >> at & 1 == 1).collect()
            }
            Answer::Open(_) => Vec::new(),
        };
        let counts = |at: &usize| self.counts(&regime.quotas[*at].is);
        places.into_iter().filter(counts).collect()
    }

    /// Whether the order counts on a quota: unless it is known not to.
    #[must_use]
    pub fn counts(&self, quota: &RegimeQuota) -> bool {
        let when = quota.when.as_ref();
        let regime = &self.book.regime;
        when.is_none_or(|when| holds(when, regime, &self.facts, &self.readings) != Some(false))
    }

    /// Whether the order may count toward the limit of another who will operate the goods: yes, no,
    /// or none when a fact it turns on is unknown.
    #[must_use]
    pub fn may_pool(&self, quota: &RegimeQuota) -> Option<bool> {
        match &quota.pooled_when {
            Some(when) => holds(when, &self.book.regime, &self.facts, &self.readings),
            None => Some(false),
        }
    }

    /// The review word of the contract; none unless the outcome is license-required.
    #[must_use]
    pub fn review(&self) -> Option<&'static str> {
        match &self.answer {
            Answer::Decided(Outcome::LicenseRequired(policy)) => Some(policy.word()),
            Answer::Decided(_) => None,
            Answer::Open(_) => (self.word() == "license-required").then_some("indeterminate"),
        }
    }

    /// Whether a license is required before any authority: yes, no or unknown.
    #[must_use]
    pub fn license_required(&self) -> &'static str {
        // Every outcome but the first two presupposes a requirement; a prohibition stands apart.
        match &self.answer {
            Answer::Decided(Outcome::NotControlled | Outcome::NoLicenseRequired) => "no",
            Answer::Decided(Outcome::Prohibited) | Answer::Open(_) => {
                let partial = self.book.partial(&self.facts, &self.readings);
                truth_word(partial.truth(partial.roots.required))
            }
            Answer::Decided(_) => "yes",
        }
    }

    /// The class of the item, stated or computed, when it is certain.
    #[must_use]
    pub fn eccn(&self) -> Option<String> {
        let regime = &self.book.regime;
        let place = match class(regime, &self.facts, &self.readings) {
            Some(place) => place?,
            None => {
                let partial = self.book.partial(&self.facts, &self.readings);
                partial.leaf(partial.roots.class)? as usize
            }
        };
        regime.class_names.get(place).cloned()
    }
}

pub(crate) const fn truth_word(truth: Option<bool>) -> &'static str {
    match truth {
        Some(true) => "yes",
        Some(false) => "no",
        None => "unknown",
    }
}

#[cold]
fn open(book: &Rulebook, facts: &Facts, readings: &[usize]) -> Answer {
    let (all, kinds) = book.open(facts, readings);
    if let [leaf] = all.leaves.as_slice() {
        return Answer::Decided(book.outcomes[*leaf as usize]);
    }
    let name = |depends: &[u16]| {
        let mut missing: Vec<Fact> = depends
            .iter()
            .flat_map(|v| book.variables.missing(*v, facts))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        missing
    };
    let mut possible: Vec<Outcome> = all
        .leaves
        .iter()
        .map(|leaf| book.outcomes[*leaf as usize])
        .collect();
    possible.sort_unstable();
    possible.dedup();
    if let [outcome] = possible.as_slice() {
        return Answer::Decided(*outcome);
    }
    let parties = |depends: &[u16]| -> Vec<Party> {
        let asked = |party| {
            depends.iter().any(|v| {
                let question = &book.variables.asked[usize::from(*v)].question;
                matches!(question, Question::Intermediary(p, _) if *p == party)
            })
        };
        [Party::Headquarters, Party::Parent]
            .into_iter()
            .filter(|p| asked(*p))
            .collect()
    };
    let turns = if kinds.leaves.len() > 1 {
        kinds.depends.as_slice()
    } else {
        &[]
    };
    Answer::Open(Box::new(Undecided {
        possible,
        missing: name(turns),
        missing_detail: name(&all.depends),
        missing_intermediaries: parties(turns),
        missing_intermediaries_detail: parties(&all.depends),
    }))
}

/// The contract paths of facts, each once.
pub(crate) fn paths(facts: &[Fact], intermediaries: &[Party]) -> Vec<&'static str> {
    let mut paths: Vec<&'static str> = Vec::new();
    for fact in facts {
        let path = contract_path(*fact);
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths.extend(intermediaries.iter().map(|party| match party {
        Party::Headquarters => "intermediaries.headquarters",
        Party::Parent => "intermediaries.parent",
    }));
    paths
}

/// What to supply for a fact the order does not hold as such: amounts come from the TPP.
fn contract_path(fact: Fact) -> &'static str {
    use tiergate_law::NumberFact;
    match fact {
        Fact::Number(NumberFact::Amount | NumberFact::ShipmentAmount) => "item.tpp",
        other => other.path(),
    }
}
