//! How an application would be reviewed: the policies that decide it, and those that may.

use tiergate_law::{Policy, RegimeReview, Resolved};
use tiergate_order::Order;

use crate::decision::Decision;
use crate::record::AuthorityRecord;
use crate::reference::holds;
use crate::rulebook::Partial;

impl Decision<'_> {
    /// The review policies that hold, strictest first, and those that may hold instead.
    ///
    /// In a lane the first policy that fits decides. Where the review is open, one that fits is
    /// certain only when none before it may fit.
    pub(crate) fn reviews(
        &self,
        order: &Order,
        partial: &Partial<'_>,
    ) -> (Vec<AuthorityRecord>, Vec<AuthorityRecord>) {
        if !matches!(self.word(), "license-required" | "indeterminate") {
            return (Vec::new(), Vec::new());
        }
        let decided = self.outcome().is_some();
        let regime = &self.book.regime;
        // Lanes of which the first policy that fits was met, and those in which one before may fit.
        let (mut over, mut open): (Vec<&str>, Vec<&str>) = (Vec::new(), Vec::new());
        let (mut found, mut may) = (Vec::new(), Vec::new());
        for review in &regime.reviews {
            let lane = review.is.lane.as_str();
            let applies = |r: &usize| partial.truth(partial.roots.requirements[*r]);
            let governs: Vec<Option<bool>> = review.is.governs.iter().map(applies).collect();
            let governs = [Some(true), None]
                .into_iter()
                .find(|truth| governs.contains(truth))
                .unwrap_or(Some(false));
            let fits = holds(&review.is.cond, regime, &self.facts, &self.readings);
            if over.contains(&lane) || governs == Some(false) || fits == Some(false) {
                continue;
            }
            let surely = governs == Some(true) && fits == Some(true);
            if surely {
                over.push(lane);
            }
            if surely && (decided || !open.contains(&lane)) {
                found.push((review.is.policy, self.review_record(review, order)));
            } else if !decided {
                open.push(lane);
                // What is none of its own adds nothing to the others.
                may.extend(
                    review
                        .is
                        .policy
                        .map(|_| (review.is.policy, self.review_record(review, order))),
                );
            }
        }
        found.extend(self.policies_not_held(partial));
        let strictest_first = |mut all: Vec<(Option<Policy>, AuthorityRecord)>| {
            all.sort_by_key(|(policy, _)| std::cmp::Reverse(*policy));
            all.into_iter().map(|(_, record)| record).collect()
        };
        (strictest_first(found), strictest_first(may))
    }

    fn review_record(&self, review: &Resolved<RegimeReview>, order: &Order) -> AuthorityRecord {
        AuthorityRecord {
            id: review.id.clone(),
            cite: review.cite.clone(),
            verdict: Policy::word_of(review.is.policy),
            says: review.says.clone(),
            grade: review.grade.word(),
            because: vec![self.because(&review.cite, &review.says, &review.is.cond)],
            duties: self.duties(&review.is.duties),
            draws: self.draws(&review.is.draws, order),
            filing_code: None,
        }
    }

    /// The requirements that apply and of whose review nothing is held.
    fn policies_not_held<'p>(
        &'p self,
        partial: &'p Partial<'_>,
    ) -> impl Iterator<Item = (Option<Policy>, AuthorityRecord)> + 'p {
        let regime = &self.book.regime;
        let applies = move |at: usize| {
            let node = partial.roots.requirements[at];
            let of_it = regime
                .reviews
                .iter()
                .filter(move |r| r.is.governs.contains(&at));
            let mut holds = of_it.map(|r| holds(&r.is.cond, regime, &self.facts, &self.readings));
            partial.truth(node) == Some(true) && holds.all(|held| held == Some(false))
        };
        let not_held = (0..regime.requirements.len()).filter(move |at| applies(*at));
        not_held.map(|at| {
            let requirement = &regime.requirements[at];
            let record = AuthorityRecord {
                id: requirement.id.clone(),
                cite: requirement.cite.clone(),
                verdict: Policy::NotStated.word(),
                says: "how this section reviews an application is not held here".to_owned(),
                grade: requirement.grade.word(),
                because: Vec::new(),
                duties: Vec::new(),
                draws: Vec::new(),
                filing_code: None,
            };
            (Some(Policy::NotStated), record)
        })
    }
}
