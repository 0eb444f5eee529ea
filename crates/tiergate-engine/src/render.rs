//! A decision rendered into the contract, with every reason.

use tiergate_law::{
    Cond, DESTINATIONS, Fact, NumberFact, RegimeDuty, RegimeQuota, Resolved as Rule, Status,
};
use tiergate_order::{Numeric, Order, Resolved};

use crate::decision::{Answer, Decision, paths, truth_word};
use crate::explain::{Because, condition_reasons};
use crate::holder::{Names, holder};
use crate::record::{
    AuthorityRecord, DecisionRecord, DrawRecord, DutyRecord, ItemRecord, OtherView, RedFlagRecord,
    RequirementRecord,
};
use crate::reference::holds;
use crate::rests::{Ground, weakest};
use crate::rulebook::Partial;
use crate::variables::Question;

fn number(n: Option<tiergate_law::Num>) -> Option<serde_json::Number> {
    n.and_then(|n| n.to_string().parse().ok())
}

impl Decision<'_> {
    /// Renders the decision with every reason.
    ///
    /// `resolved` is what the order was resolved to, `other` the same order under the other view.
    #[must_use]
    pub fn record(
        &self,
        order: &Order,
        resolved: &Resolved,
        other: Option<&Decision<'_>>,
    ) -> DecisionRecord {
        let regime = &self.book.regime;
        let open = match &self.answer {
            Answer::Open(open) => Some(open),
            Answer::Decided(_) => None,
        };
        let partial = self.book.partial(&self.facts, &self.readings);
        let partial = &partial;
        let required = partial.truth(partial.roots.required);
        let authorities = if required == Some(false) {
            Vec::new()
        } else {
            self.authorities_considered(order, partial)
        };
        let here = OtherView::of(regime.view.word(), self);
        let other_view = other
            .map(|o| OtherView::of(o.book.regime.view.word(), o))
            .filter(|o| o.differs(&here));
        let mut rests_on = self.rests_on();
        let grade = weakest(&rests_on).word();
        let undecided = self.word() == "indeterminate";
        let (reviews, may_review) = self.reviews(order, partial);
        let (readings, duty_readings) = self
            .readings_that_matter(&here)
            .into_iter()
            .partition(|r| r.otherwise.iter().any(|o| o.differs(&here)));
        DecisionRecord {
            id: order.id.clone(),
            law: regime.law.clone(),
            as_of: regime.date.to_string(),
            view: regime.view.word(),
            item: self.item(partial),
            license_required: truth_word(required),
            outcome: self.word(),
            authority: self.authority().map(str::to_owned),
            review: self.review(),
            requirements: self.requirements_that_apply(partial),
            may_apply: self.requirements_that_may_apply(partial),
            considered: self.considered(partial, required),
            not_enforced: self.not_enforced(required, other),
            reviews,
            may_review,
            duties: self.general_duties(),
            missing: self.missing().into_iter().map(str::to_owned).collect(),
            missing_detail: open
                .filter(|_| !undecided)
                .map(|o| paths(&o.missing_detail, &o.missing_intermediaries_detail))
                .map(|paths| paths.into_iter().map(str::to_owned).collect())
                .unwrap_or_default(),
            possible: open
                .filter(|_| undecided)
                .map(|o| o.words().into_iter().map(str::to_owned).collect())
                .unwrap_or_default(),
            assumptions: self.assumptions(resolved, &authorities, &rests_on),
            grade,
            rests_on: {
                // Text quoted word for word elsewhere is named by its rule.
                rests_on.retain(Ground::is_weak);
                rests_on
            },
            readings,
            duty_readings,
            other_view,
            by_parameters: self.by_parameters(),
            red_flags: self.red_flags(),
            notes: self.notes(order, resolved, partial),
            authorities,
        }
    }

    fn item(&self, partial: &Partial<'_>) -> ItemRecord {
        let number_of = |fact| number(self.facts.number(fact));
        ItemRecord {
            eccn: self.class_name(partial.leaf(partial.roots.class)),
            tpp_each: number_of(NumberFact::Tpp),
            tpp_total: number_of(NumberFact::Amount),
            performance_density: match self.facts.numeric(NumberFact::PerformanceDensity) {
                Numeric::Is(n) => number(Some(n)),
                _ => None,
            },
        }
    }

    fn class_name(&self, leaf: Option<u32>) -> Option<String> {
        self.book.regime.class_names.get(leaf? as usize).cloned()
    }

    pub(crate) fn because(&self, cite: &str, says: &str, cond: &Cond) -> Because {
        let regime = &self.book.regime;
        Because {
            cite: cite.to_owned(),
            says: says.to_owned(),
            met: truth_word(holds(cond, regime, &self.facts, &self.readings)),
            reasons: condition_reasons(cond, regime, &self.facts, &self.readings),
        }
    }

    fn requirements_that_apply(&self, partial: &Partial<'_>) -> Vec<RequirementRecord> {
        let regime = &self.book.regime;
        regime
            .requirements
            .iter()
            .zip(&partial.roots.requirements)
            .filter(|(_, node)| partial.truth(**node) == Some(true))
            .map(|(r, _)| self.rule(r, &r.is.cond))
            .collect()
    }

    fn authorities_considered(&self, order: &Order, partial: &Partial<'_>) -> Vec<AuthorityRecord> {
        let regime = &self.book.regime;
        (0..regime.authorities.len())
            .map(|at| {
                let authority = &regime.authorities[at];
                let carries = partial.truth(partial.roots.authorities[at]);
                let mut because: Vec<Because> = authority
                    .is
                    .conditions
                    .iter()
                    .map(|c| self.because(&c.cite, &c.says, &c.cond))
                    .collect();
                because.extend(self.what_stands_against(at, partial));
                // A "no" is explained by what failed, an "unknown" by what is open.
                match carries {
                    Some(false) if because.iter().any(|b| b.met == "no") => {
                        because.retain(|b| b.met == "no");
                    }
                    None if because.iter().any(|b| b.met == "unknown") => {
                        because.retain(|b| b.met == "unknown");
                    }
                    _ => {}
                }
                let usable = carries != Some(false);
                AuthorityRecord {
                    id: authority.id.clone(),
                    cite: authority.cite.clone(),
                    verdict: match carries {
                        Some(true) => "eligible",
                        Some(false) => "ineligible",
                        None => "unknown",
                    },
                    says: authority.says.clone(),
                    grade: authority.grade.word(),
                    because,
                    duties: if usable {
                        self.duties(&authority.is.duties)
                    } else {
                        Vec::new()
                    },
                    draws: if usable {
                        self.draws(&authority.is.draws, order)
                    } else {
                        Vec::new()
                    },
                    filing_code: authority.is.filing_code.clone(),
                }
            })
            .collect()
    }

    /// Requirements an authority does not overcome, and bars that touch it.
    fn what_stands_against(&self, at: usize, partial: &Partial<'_>) -> Vec<Because> {
        let regime = &self.book.regime;
        let authority = &regime.authorities[at];
        let mut against = Vec::new();
        for (r, requirement) in regime.requirements.iter().enumerate() {
            if authority.is.overcomes.contains(&r) {
                continue;
            }
            let applies = partial.truth(partial.roots.requirements[r]);
            if applies == Some(false) {
                continue;
            }
            let mut because = self.because(&requirement.cite, "", &requirement.is.cond);
            because.says = format!(
                "{} does not overcome {}: {}",
                authority.id, requirement.id, requirement.says
            );
            because.met = if applies.is_some() { "no" } else { "unknown" };
            against.push(because);
        }
        for bar in regime.bars.iter().filter(|b| b.is.touches.contains(&at)) {
            let bites = holds(&bar.is.cond, regime, &self.facts, &self.readings);
            if bites == Some(false) {
                continue;
            }
            let mut because = self.because(&bar.cite, &bar.says, &bar.is.cond);
            because.met = if bites.is_some() { "no" } else { "unknown" };
            against.push(because);
        }
        against
    }

    pub(crate) fn duties(&self, duties: &[RegimeDuty]) -> Vec<DutyRecord> {
        duties.iter().filter_map(|d| self.duty(d)).collect()
    }

    fn duty(&self, d: &RegimeDuty) -> Option<DutyRecord> {
        let applies = holds(&d.cond, &self.book.regime, &self.facts, &self.readings);
        if applies == Some(false) {
            return None;
        }
        Some(DutyRecord {
            id: d.duty.id.clone(),
            what: d.duty.what.clone(),
            when: d.duty.when_due.clone(),
            to: d.duty.to.clone(),
            subject: d.duty.subject.clone(),
            form: d.duty.form.clone(),
            contents: d.duty.contents.clone(),
            applies: truth_word(applies),
            cite: d.duty.cite.clone(),
        })
    }

    fn general_duties(&self) -> Vec<DutyRecord> {
        let word = self.word();
        self.book
            .regime
            .duties
            .iter()
            .filter(|d| d.is.0.is_empty() || d.is.0.iter().any(|o| o == word))
            .filter_map(|d| self.duty(&d.is.1))
            .collect()
    }

    pub(crate) fn draws(&self, quotas: &[usize], order: &Order) -> Vec<DrawRecord> {
        quotas
            .iter()
            .map(|q| &self.book.regime.quotas[*q])
            .filter(|q| self.counts(&q.is))
            .filter_map(|q| self.draw(q, order))
            .collect()
    }

    fn draw(&self, quota: &Rule<RegimeQuota>, order: &Order) -> Option<DrawRecord> {
        let amount = self.facts.number(NumberFact::Amount)?;
        let used = self.facts.number(quota.is.used)?;
        // An agreement raises the limit for goods that all go to its country.
        let places = DESTINATIONS.map(|fact| self.facts.country_followed(fact));
        let all = places.iter().all(|place| *place == places[0]);
        let limit = quota.is.limit_for(places[0].filter(|_| all));
        let most = limit.and_then(|l| match quota.is.share_of {
            None => Some(l.amount),
            Some(total) => {
                let before = self.facts.number(total)?;
                let total = match quota.is.order_in_total {
                    true => before.checked_add(amount)?,
                    false => before,
                };
                total.checked_mul(l.amount)
            }
        });
        Some(DrawRecord {
            quota: quota.id.clone(),
            key: holder(&quota.is.key, &Names::of(order), &self.facts)
                .unwrap_or_else(|path| format!("({path} not given)")),
            amount: number(Some(amount))?,
            used: number(Some(used))?,
            limit: number(most),
            cite: limit.map_or_else(
                || quota.cite.clone(),
                |l| match l.status {
                    Status::Assumed => format!("{}: assumed", l.cite),
                    _ => l.cite.clone(),
                },
            ),
            period: quota.is.period.clone(),
        })
    }

    fn red_flags(&self) -> Vec<RedFlagRecord> {
        let regime = &self.book.regime;
        regime
            .red_flags
            .iter()
            .filter(|f| holds(&f.is.1, regime, &self.facts, &self.readings) == Some(true))
            .map(|f| RedFlagRecord {
                id: f.id.clone(),
                number: f.is.0.number,
                says: f.says.clone(),
                then: f.is.0.then.clone(),
                cite: f.cite.clone(),
            })
            .collect()
    }

    fn notes(&self, order: &Order, resolved: &Resolved, partial: &Partial<'_>) -> Vec<String> {
        let regime = &self.book.regime;
        let mut notes: Vec<String> = regime
            .notes
            .iter()
            .filter(|n| holds(&n.is, regime, &self.facts, &self.readings) == Some(true))
            .map(|n| format!("{} ({})", n.says, n.cite))
            .collect();
        notes.extend(resolved.soft.iter().cloned());
        if let Some(stated) = &order.eccn {
            let computed = self.class_name(partial.leaf(partial.roots.computed_class));
            let known = self.facts.number(NumberFact::Tpp).is_some()
                || self.facts.number(NumberFact::TrainingOps).is_some();
            let here = self.class_name(partial.leaf(partial.roots.class));
            if known && computed != here {
                let computed = computed.as_deref().unwrap_or("none of the paragraphs here");
                notes.push(format!(
                    "the parties classify the item as {stated}; its parameters alone give {computed}"
                ));
            }
        }
        notes
    }

    /// Inferences and the user's assumptions, what counted as no and was read, and what the law
    /// was measured with though no text gives it.
    fn assumptions(
        &self,
        resolved: &Resolved,
        considered: &[AuthorityRecord],
        rests_on: &[Ground],
    ) -> Vec<String> {
        let counted = |question: &Question| match question {
            Question::Flag(f) => resolved.counted_as_no.contains(&Fact::Flag(*f)),
            Question::Choice(f) => resolved.counted_as_no.contains(&Fact::Choice(*f)),
            Question::Amount(terms) => terms
                .iter()
                .any(|(f, _)| resolved.counted_as_no.contains(&Fact::Number(*f))),
            Question::Text(f, _) => resolved.counted_as_no.contains(&Fact::Text(*f)),
            _ => false,
        };
        let mut read = self
            .book
            .depends_without(&self.facts, &self.readings, &counted);
        let mentioned = |fact: &Fact| {
            considered
                .iter()
                .flat_map(|a| &a.because)
                .flat_map(|b| &b.reasons)
                .any(|r| {
                    r.facts
                        .iter()
                        .any(|f| f.fact.split(" has ").next() == Some(fact.path()))
                })
        };
        read.extend(resolved.counted_as_no.iter().copied().filter(mentioned));
        let mut said = resolved.assumptions.clone();
        for fact in &resolved.counted_as_no {
            if read.contains(fact) {
                let line = match fact {
                    Fact::Number(_) => format!("{} = 0 (not given)", fact.path()),
                    Fact::Choice(f) => {
                        let last = f.info().values.last().copied().unwrap_or("none");
                        format!("{} = {last} (not given)", fact.path())
                    }
                    Fact::Text(_) => format!("{} = none (not given)", fact.path()),
                    _ => format!("{} = no (not given)", fact.path()),
                };
                if !said.contains(&line) {
                    said.push(line);
                }
            }
        }
        let of_the_law = rests_on.iter().filter_map(|g| g.assumption.as_ref());
        said.extend(of_the_law.map(|a| format!("law: {a}")));
        said
    }
}
