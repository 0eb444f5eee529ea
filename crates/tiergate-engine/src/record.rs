//! A decision in the form of the contract, with every reason rendered.

use serde::Serialize;
use tiergate_law::{Cond, Fact, NumberFact, RegimeDuty, RegimeQuota, Resolved as Rule};
use tiergate_order::{Field, Numeric, Order, Party, Resolved};

use crate::decision::{Answer, Decision, paths, truth_word};
use crate::explain::{Because, condition_reasons, value_of};
use crate::reference::{class, holds};
use crate::rulebook::Partial;

use crate::variables::Question;

/// A decision, field for field as `decision.schema.json` names them.
#[derive(Debug, Clone, Serialize)]
pub struct DecisionRecord {
    /// Id of the order.
    pub id: String,
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date of the law.
    pub as_of: String,
    /// The view.
    pub view: &'static str,
    /// The item as classified.
    pub item: ItemRecord,
    /// Before any exception: yes, no or unknown.
    pub license_required: &'static str,
    /// The outcome.
    pub outcome: &'static str,
    /// What carries the order.
    pub authority: Option<String>,
    /// How an application would be reviewed.
    pub review: Option<&'static str>,
    /// Requirements that apply.
    pub requirements: Vec<RequirementRecord>,
    /// Every authority considered, best first.
    pub authorities: Vec<AuthorityRecord>,
    /// The review policies that apply, with what an application must show.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<AuthorityRecord>,
    /// Duties of the outcome itself, whatever the authority.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyRecord>,
    /// Facts on which the outcome still depends.
    pub missing: Vec<String>,
    /// Facts on which authority or review still depend, when the outcome does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing_detail: Vec<String>,
    /// Outcomes still possible when indeterminate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub possible: Vec<String>,
    /// What was taken for granted.
    pub assumptions: Vec<String>,
    /// Contested readings that change the outcome.
    pub readings: Vec<ReadingRecord>,
    /// Contested readings that leave the outcome alone and change duties or red flags.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duty_readings: Vec<ReadingRecord>,
    /// The other view, when it differs.
    pub other_view: Option<OtherView>,
    /// Red flags raised.
    pub red_flags: Vec<RedFlagRecord>,
    /// What to know.
    pub notes: Vec<String>,
}

/// The item as classified.
#[derive(Debug, Clone, Serialize)]
pub struct ItemRecord {
    /// The controlling paragraph.
    pub eccn: Option<String>,
    /// TPP of one IC.
    pub tpp_each: Option<serde_json::Number>,
    /// TPP of the line, rounded up.
    pub tpp_total: Option<serde_json::Number>,
    /// TPP per mm2.
    pub performance_density: Option<serde_json::Number>,
}

/// A requirement that applies, or may.
#[derive(Debug, Clone, Serialize)]
pub struct RequirementRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: &'static str,
    /// The instrument that set it.
    pub instrument: String,
    /// Why.
    pub because: Vec<Because>,
}

/// An authority or review policy considered.
#[derive(Debug, Clone, Serialize)]
pub struct AuthorityRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// `eligible`, `ineligible` or `unknown`; for a review policy, the policy.
    pub verdict: &'static str,
    /// What it says.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub says: String,
    /// The conditions that decided it.
    pub because: Vec<Because>,
    /// What to do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<DutyRecord>,
    /// What it counts against.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub draws: Vec<DrawRecord>,
    /// Code for the export filing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing_code: Option<String>,
}

/// A duty.
#[derive(Debug, Clone, Serialize)]
pub struct DutyRecord {
    /// Stable name.
    pub id: String,
    /// What.
    pub what: String,
    /// When.
    pub when: String,
    /// To whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Subject line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Form or system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// What it must say; `{path}` stands for a field of the order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contents: Vec<String>,
    /// `yes`, or `unknown` when a fact decides whether it applies.
    pub applies: &'static str,
    /// Citation.
    pub cite: String,
}

/// A draw on a quota.
#[derive(Debug, Clone, Serialize)]
pub struct DrawRecord {
    /// Quota.
    pub quota: String,
    /// Whose.
    pub key: String,
    /// What this order draws.
    pub amount: serde_json::Number,
    /// What is used already.
    pub used: serde_json::Number,
    /// The limit.
    pub limit: Option<serde_json::Number>,
    /// Citation of the limit.
    pub cite: String,
    /// Over which span.
    pub period: String,
}

/// A contested reading and what the other one gives.
#[derive(Debug, Clone, Serialize)]
pub struct ReadingRecord {
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// The question.
    pub question: String,
    /// The option taken.
    pub read_as: String,
    /// What each other option gives, where it differs.
    pub otherwise: Vec<OtherView>,
}

/// An outcome under another view or reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OtherView {
    /// The view or option.
    #[serde(rename = "is")]
    pub name: String,
    /// The outcome.
    pub outcome: String,
    /// The authority.
    pub authority: Option<String>,
    /// The review.
    pub review: Option<String>,
    /// Duties and red flags that come or go with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

/// A red flag raised.
#[derive(Debug, Clone, Serialize)]
pub struct RedFlagRecord {
    /// Id.
    pub id: String,
    /// Number in supplement no. 3 to part 732.
    pub number: Option<i64>,
    /// What it says.
    pub says: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub then: Option<String>,
    /// Citation.
    pub cite: String,
}

impl OtherView {
    /// The short form of a decision.
    #[must_use]
    pub fn of(name: &str, decision: &Decision<'_>) -> OtherView {
        OtherView {
            name: name.to_owned(),
            outcome: decision.word().to_owned(),
            authority: decision.authority().map(str::to_owned),
            review: decision.review().map(str::to_owned),
            changes: Vec::new(),
        }
    }

    fn differs(&self, other: &OtherView) -> bool {
        (&self.outcome, &self.authority, &self.review)
            != (&other.outcome, &other.authority, &other.review)
    }
}

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
        let undecided = self.word() == "indeterminate";
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
            reviews: self.reviews(order, partial),
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
            assumptions: self.assumptions(resolved, &authorities),
            readings,
            duty_readings,
            other_view,
            red_flags: self.red_flags(),
            notes: self.notes(order, partial),
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

    fn class_name(&self, leaf: Option<u32>) -> Option<String> {
        self.book.regime.class_names.get(leaf? as usize).cloned()
    }

    fn because(&self, cite: &str, says: &str, cond: &Cond) -> Because {
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
            .map(|(r, _)| RequirementRecord {
                id: r.id.clone(),
                cite: r.cite.clone(),
                says: r.says.clone(),
                grade: r.grade.word(),
                instrument: r.instrument.clone(),
                because: vec![self.because(&r.cite, &r.says, &r.is.cond)],
            })
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

    fn duties(&self, duties: &[RegimeDuty]) -> Vec<DutyRecord> {
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

    fn draws(&self, quotas: &[usize], order: &Order) -> Vec<DrawRecord> {
        quotas
            .iter()
            .filter_map(|q| self.draw(&self.book.regime.quotas[*q], order))
            .collect()
    }

    fn draw(&self, quota: &Rule<RegimeQuota>, order: &Order) -> Option<DrawRecord> {
        let amount = self.facts.number(NumberFact::Amount)?;
        let used = self.facts.number(quota.is.used)?;
        let limit = quota.is.limit.as_ref();
        let most = limit.and_then(|l| match quota.is.share_of {
            None => Some(l.amount),
            Some(total) => self
                .facts
                .number(total)?
                .checked_add(amount)?
                .checked_mul(l.amount),
        });
        Some(DrawRecord {
            quota: quota.id.clone(),
            key: self.key(&quota.is.key, order),
            amount: number(Some(amount))?,
            used: number(Some(used))?,
            limit: number(most),
            cite: limit.map_or_else(|| quota.cite.clone(), |l| l.cite.clone()),
            period: quota.is.period.clone(),
        })
    }

    /// The holder of a quota: a name of the order, else the value of a fact.
    fn key(&self, paths: &str, order: &Order) -> String {
        let mut parts = Vec::new();
        for path in paths.split('+').map(str::trim) {
            let named = match Field::by_path(path) {
                Ok(Field::Name(party)) => order.name(party).map(str::to_owned),
                Ok(Field::ParentName(party)) => order.parent_names[party as usize].clone(),
                _ => tiergate_law::fact_by_name(path)
                    .map(|f| value_of(f, &self.facts, &self.book.regime.class_names)),
            };
            // Without a parent's name, the party's own name stands for it.
            let named = named.or_else(|| order.name(Party::Consignee).map(str::to_owned));
            parts.push(named.unwrap_or_else(|| format!("({path} not given)")));
        }
        parts.join(" / ")
    }

    /// The review policies that hold, strictest first.
    fn reviews(&self, order: &Order, partial: &Partial<'_>) -> Vec<AuthorityRecord> {
        if !matches!(self.word(), "license-required" | "indeterminate") {
            return Vec::new();
        }
        let regime = &self.book.regime;
        let mut lanes: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for review in &regime.reviews {
            if lanes.contains(&review.is.lane.as_str()) {
                continue;
            }
            let applies = |r: &usize| partial.truth(partial.roots.requirements[*r]);
            let governs = review.is.governs.iter().any(|r| applies(r) == Some(true));
            let cond = holds(&review.is.cond, regime, &self.facts, &self.readings);
            if !governs || cond != Some(true) {
                continue;
            }
            lanes.push(&review.is.lane);
            found.push((
                review.is.policy,
                AuthorityRecord {
                    id: review.id.clone(),
                    cite: review.cite.clone(),
                    verdict: review.is.policy.word(),
                    says: review.says.clone(),
                    because: vec![self.because(&review.cite, &review.says, &review.is.cond)],
                    duties: self.duties(&review.is.duties),
                    draws: self.draws(&review.is.draws, order),
                    filing_code: None,
                },
            ));
        }
        found.sort_by_key(|(policy, _)| std::cmp::Reverse(*policy));
        found.into_iter().map(|(_, record)| record).collect()
    }

    /// The contested readings whose other options change the outcome, the authority, the review, or
    /// what must be done.
    fn readings_that_matter(&self, here: &OtherView) -> Vec<ReadingRecord> {
        let regime = &self.book.regime;
        let mut found = Vec::new();
        for (at, reading) in regime.readings.iter().enumerate() {
            let decides = self.book.variables.place(&Question::Reading(at)).is_some();
            let mut otherwise = Vec::new();
            for (option, (id, _)) in reading.is.options.iter().enumerate() {
                if option == self.readings[at] {
                    continue;
                }
                let mut readings = self.readings.to_vec();
                readings[at] = option;
                let mut other = if decides {
                    let other = Decision::make(self.book, &self.facts, &readings.clone().into());
                    OtherView::of(id, &other)
                } else {
                    OtherView {
                        name: id.clone(),
                        ..here.clone()
                    }
                };
                other.changes = self.follow_ups_changed(&readings);
                if other.differs(here) || !other.changes.is_empty() {
                    otherwise.push(other);
                }
            }
            if !otherwise.is_empty() {
                found.push(ReadingRecord {
                    id: reading.id.clone(),
                    cite: reading.cite.clone(),
                    question: reading.is.question.clone(),
                    read_as: reading.is.options[self.readings[at]].0.clone(),
                    otherwise,
                });
            }
        }
        found
    }

    /// The duties and red flags that come or go under other readings, the outcome being the same.
    fn follow_ups_changed(&self, readings: &[usize]) -> Vec<String> {
        let regime = &self.book.regime;
        let mut changed = Vec::new();
        let mut compare = |kind: &str, id: &str, cond: &Cond| {
            let now = holds(cond, regime, &self.facts, &self.readings);
            let then = holds(cond, regime, &self.facts, readings);
            if now != then {
                let word = if then == Some(false) { "no" } else { "also" };
                changed.push(format!("{word} {kind} {id}"));
            }
        };
        let word = self.word();
        for duty in &regime.duties {
            if duty.is.0.is_empty() || duty.is.0.iter().any(|o| o == word) {
                compare("duty", &duty.id, &duty.is.1.cond);
            }
        }
        let carries = self.authority();
        for authority in regime
            .authorities
            .iter()
            .filter(|a| Some(a.id.as_str()) == carries)
        {
            for duty in &authority.is.duties {
                compare(
                    "duty",
                    &format!("{}/{}", authority.id, duty.duty.id),
                    &duty.cond,
                );
            }
        }
        for flag in &regime.red_flags {
            compare("red flag", &flag.id, &flag.is.1);
        }
        changed
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

    fn notes(&self, order: &Order, partial: &Partial<'_>) -> Vec<String> {
        let regime = &self.book.regime;
        let mut notes: Vec<String> = regime
            .notes
            .iter()
            .filter(|n| holds(&n.is, regime, &self.facts, &self.readings) == Some(true))
            .map(|n| format!("{} ({})", n.says, n.cite))
            .collect();
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

    /// Inferences and the user's assumptions, then what counted as no and was read.
    fn assumptions(&self, resolved: &Resolved, considered: &[AuthorityRecord]) -> Vec<String> {
        let counted = |question: &Question| match question {
            Question::Flag(f) => resolved.counted_as_no.contains(&Fact::Flag(*f)),
            Question::Choice(f) => resolved.counted_as_no.contains(&Fact::Choice(*f)),
            Question::Amount(terms) => terms
                .iter()
                .any(|(f, _)| resolved.counted_as_no.contains(&Fact::Number(*f))),
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
                    _ => format!("{} = no (not given)", fact.path()),
                };
                if !said.contains(&line) {
                    said.push(line);
                }
            }
        }
        said
    }
}
