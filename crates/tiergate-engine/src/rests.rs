//! What a decision rests on, and how well each of it is known.
//!
//! A yes rests on all it needs, and a no on the best known of what made it fail: the same two
//! rules, turned around, hold for "any". So the weakest ground is that of the best proof, not of
//! everything that happens to be in force.

use tiergate_law::{Cond, CountryFact, DatedAmount, Grade, RegimeBar, Resolved, Status, Test};

use crate::decision::{Answer, Decision};
use crate::reference::{class, holds};
use crate::rulebook::Outcome;

/// An entry of the law that a decision rests on and that was not read in primary text.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Ground {
    /// Its kind in law files.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// How it is known.
    pub grade: &'static str,
    /// The instrument that set it.
    pub instrument: String,
    /// For what the order is measured against and no text gives: what was assumed, within what
    /// range and why.
    #[serde(skip)]
    pub assumption: Option<String>,
    #[serde(skip)]
    rank: Grade,
}

impl Ground {
    /// Whether its words were not read, in primary text or quoted.
    pub(crate) fn is_weak(&self) -> bool {
        self.rank > Grade::PrimaryQuoted
    }
}

/// The grade of the weakest ground; primary when there is none.
pub(crate) fn weakest(grounds: &[Ground]) -> Grade {
    let ranks = grounds.iter().map(|g| g.rank);
    ranks.max().unwrap_or(Grade::Primary)
}

fn ground<T>(kind: &'static str, rule: &Resolved<T>) -> Option<Ground> {
    let is = Ground {
        kind,
        id: rule.id.clone(),
        cite: rule.cite.clone(),
        grade: rule.grade.word(),
        instrument: rule.instrument.clone(),
        assumption: None,
        rank: rule.grade,
    };
    (rule.grade > Grade::Primary).then_some(is)
}

/// The better known of several proofs; the shorter of two known alike.
fn best(proofs: impl Iterator<Item = Vec<Ground>>) -> Vec<Ground> {
    proofs
        .min_by_key(|p| (weakest(p), p.len()))
        .unwrap_or_default()
}

impl Decision<'_> {
    /// What the decision rests on apart from primary text, weakest first.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use tiergate_engine::{Decision, Rulebook};
    /// use tiergate_law::{CountryFact, Date, LawRef, Library, View};
    /// use tiergate_order::Facts;
    /// let file = r#"
    /// [instrument]
    /// id = "demo"
    /// title = "A demonstration"
    /// cite = "1"
    /// effective = 2024-01-01
    /// grade = "primary"
    /// [[group]]
    /// id = "D:5"
    /// cite = "2"
    /// grade = "secondary"
    /// members = ["CN"]
    /// [[requirement]]
    /// id = "r"
    /// cite = "3"
    /// when = "destination in D:5"
    /// "#;
    /// let (library, _) = Library::read([("demo.toml", file)]);
    /// let day = Date::constant(2024, 6, 1);
    /// let regime = library.consolidate(&LawRef::us(), day, View::Text).unwrap();
    /// let book = Rulebook::compile(Arc::new(regime));
    /// let mut facts = Facts::default();
    /// facts.set_country(CountryFact::Destination, "CN".parse().unwrap());
    /// let decision = Decision::make(&book, &facts, &Arc::from([]));
    /// let grounds = decision.rests_on();
    /// assert_eq!((grounds[0].kind, grounds[0].id.as_str()), ("group", "D:5"));
    /// assert_eq!(grounds[0].grade, "secondary");
    /// ```
    #[must_use]
    pub fn rests_on(&self) -> Vec<Ground> {
        let mut found = self.scope();
        found.extend(self.class_ground());
        match &self.answer {
            Answer::Decided(Outcome::NotControlled) => found.extend(self.in_no_class()),
            Answer::Decided(Outcome::Prohibited) => found.extend(self.prohibited()),
            Answer::Decided(Outcome::NoLicenseRequired) => {
                found.extend(self.requirements(Some(false)));
            }
            Answer::Decided(Outcome::LicenseException(at) | Outcome::ValidatedEndUser(at)) => {
                found.extend(self.requirements(Some(true)));
                found.extend(self.carries(usize::from(*at)));
            }
            Answer::Decided(Outcome::LicenseRequired(_)) => {
                found.extend(self.requirements(Some(true)));
                found.extend(self.nothing_carries());
                found.extend(self.reviewed());
            }
            Answer::Open(_) => {
                found.extend(self.requirements(Some(true)));
                found.extend(self.requirements(None));
                found.extend(self.reviewed());
            }
        }
        let mut once: Vec<Ground> = Vec::new();
        for ground in found {
            if !once.contains(&ground) {
                once.push(ground);
            }
        }
        once.sort_by_key(|g| std::cmp::Reverse(g.rank));
        once
    }

    /// Whether a decision would surely be another if a list did not count that was not read as
    /// printed, draws on an assumed limit, or is of an item within the range of an assumed
    /// threshold: what tables mark, found without a proof.
    #[must_use]
    pub fn rests_on_assumption(&self) -> bool {
        self.outcome().is_some_and(|outcome| {
            let (book, facts) = (self.book, &self.facts);
            book.rests_on_list(outcome, facts, &self.readings)
                || book.rests_on_amount(self.draws_on(), facts)
        })
    }

    fn truth(&self, cond: &Cond) -> Option<bool> {
        holds(cond, &self.book.regime, &self.facts, &self.readings)
    }

    /// One ground on which the item is subject to the rules, or every one that fails.
    fn scope(&self) -> Vec<Ground> {
        let scopes = &self.book.regime.scopes;
        let proof = |s: &Resolved<Cond>| {
            let mut proof: Vec<Ground> = ground("scope", s).into_iter().collect();
            proof.extend(self.proof(&s.is));
            proof
        };
        let holding = scopes.iter().filter(|s| self.truth(&s.is) == Some(true));
        let mut holding = holding.peekable();
        if holding.peek().is_some() {
            return best(holding.map(proof));
        }
        scopes.iter().flat_map(proof).collect()
    }

    /// A rule, and what sets aside the instrument that would have changed it.
    fn grounds_of<T>(&self, kind: &'static str, rule: &Resolved<T>) -> Vec<Ground> {
        let mut found: Vec<Ground> = ground(kind, rule).into_iter().collect();
        let name = (kind, rule.id.clone());
        for aside in &self.book.regime.disapplied {
            if aside.grade > Grade::Primary && aside.entries.contains(&name) {
                found.push(Ground {
                    kind: "disapplies",
                    id: aside.instrument.clone(),
                    cite: aside.cite.clone(),
                    grade: aside.grade.word(),
                    instrument: aside.by.clone(),
                    assumption: None,
                    rank: aside.grade,
                });
            }
        }
        found
    }

    fn prohibited(&self) -> Vec<Ground> {
        let all = self.book.regime.prohibitions.iter();
        let holding = all.filter(|p| self.truth(&p.is) == Some(true));
        best(holding.map(|p| {
            let mut proof: Vec<Ground> = ground("prohibition", p).into_iter().collect();
            proof.extend(self.proof(&p.is));
            proof
        }))
    }

    /// Requirements that apply; or that do not, of those that reach the item; or that may.
    fn requirements(&self, applies: Option<bool>) -> Vec<Ground> {
        let mut found = Vec::new();
        for requirement in &self.book.regime.requirements {
            let cond = &requirement.is.cond;
            if self.truth(cond) != applies || (applies == Some(false) && !self.reaches(cond)) {
                continue;
            }
            found.extend(self.grounds_of("requirement", requirement));
            found.extend(self.proof(cond));
        }
        found
    }

    /// Whether a condition asks for the item's class, and it is of that class.
    fn reaches(&self, cond: &Cond) -> bool {
        match cond {
            Cond::And(parts) | Cond::Or(parts) => parts.iter().any(|p| self.reaches(p)),
            Cond::Named(d) if d.id.starts_with("item ") => self.truth(&d.cond) == Some(true),
            Cond::Named(d) => self.reaches(&d.cond),
            Cond::Known(_) | Cond::Not(_) | Cond::Atom(_) => false,
        }
    }

    fn carries(&self, at: usize) -> Vec<Ground> {
        let Some(authority) = self.book.regime.authorities.get(at) else {
            return Vec::new();
        };
        let mut found = self.grounds_of("authority", authority);
        for condition in &authority.is.conditions {
            found.extend(self.proof(&condition.cond));
        }
        found
    }

    /// For each authority, the best known reason why it does not carry the order.
    fn nothing_carries(&self) -> Vec<Ground> {
        let regime = &self.book.regime;
        let mut found = Vec::new();
        for (at, authority) in regime.authorities.iter().enumerate() {
            let stands = |(r, requirement): (usize, &Resolved<tiergate_law::RegimeRequirement>)| {
                !authority.is.overcomes.contains(&r)
                    && self.truth(&requirement.is.cond) == Some(true)
            };
            if regime.requirements.iter().enumerate().any(stands) {
                // What applies is counted already.
                continue;
            }
            let failed = authority.is.conditions.iter().map(|c| &c.cond);
            let failed = failed.filter(|c| self.truth(c) == Some(false));
            let failed = failed.map(|c| self.proof(c));
            let bites = |b: &&Resolved<RegimeBar>| {
                b.is.touches.contains(&at) && self.truth(&b.is.cond) == Some(true)
            };
            let barred = regime.bars.iter().filter(bites).map(|b| {
                let mut proof: Vec<Ground> = ground("bar", b).into_iter().collect();
                proof.extend(self.proof(&b.is.cond));
                proof
            });
            found.extend(best(failed.chain(barred)));
        }
        found
    }

    /// In each lane, the policy that holds and why none before it does.
    fn reviewed(&self) -> Vec<Ground> {
        let regime = &self.book.regime;
        let mut lanes: Vec<&str> = Vec::new();
        let mut found = Vec::new();
        for review in &regime.reviews {
            let lane = review.is.lane.as_str();
            let applies = |r: &usize| self.truth(&regime.requirements[*r].is.cond) == Some(true);
            if lanes.contains(&lane) || !review.is.governs.iter().any(applies) {
                continue;
            }
            if self.truth(&review.is.cond) == Some(true) {
                lanes.push(lane);
                found.extend(self.grounds_of("review", review));
            }
            found.extend(self.proof(&review.is.cond));
        }
        found
    }

    /// The paragraphs whose tests the item does not meet.
    fn in_no_class(&self) -> Vec<Ground> {
        let mut found = Vec::new();
        for class in &self.book.regime.classes {
            if let Some(cond) = &class.is.cond {
                found.extend(ground("class", class));
                found.extend(self.proof(cond));
            }
        }
        found
    }

    /// The paragraph the item is in.
    fn class_ground(&self) -> Vec<Ground> {
        let regime = &self.book.regime;
        let class = class(regime, &self.facts, &self.readings).flatten();
        let class = class.and_then(|at| regime.classes.iter().find(|c| c.is.index == at));
        let mut found = Vec::new();
        if let Some(class) = class {
            found.extend(ground("class", class));
            // A paragraph the parties state needs no test.
            if let Some(cond) = &class.is.cond
                && self.truth(cond) == Some(true)
            {
                found.extend(self.proof(cond));
            }
        }
        found
    }

    /// What makes a condition hold, fail, or be open.
    fn proof(&self, cond: &Cond) -> Vec<Ground> {
        let value = self.truth(cond);
        match cond {
            Cond::Known(_) => Vec::new(),
            Cond::And(parts) | Cond::Or(parts) => {
                let all = matches!(cond, Cond::And(_));
                let alike = parts.iter().filter(|p| self.truth(p) == value);
                if value == Some(!all) {
                    best(alike.map(|p| self.proof(p)))
                } else {
                    alike.flat_map(|p| self.proof(p)).collect()
                }
            }
            Cond::Not(inner) => self.proof(inner),
            // The class of the item is a ground of its own.
            Cond::Named(d) if d.id.starts_with("item ") => Vec::new(),
            Cond::Named(d) => {
                let mut proof = self.proof(&d.cond);
                if d.grade > Grade::Primary {
                    // A comparison at the height of an agreement stands under its name.
                    let agreements = &self.book.regime.agreements;
                    let raises = agreements.iter().filter(|a| a.id == d.id);
                    let mut raises = raises.flat_map(|a| &a.is.raises);
                    let raise = raises.find(|r| r.to.cite == d.cite);
                    let assumed = raise.filter(|r| r.to.status == Status::Assumed);
                    proof.push(Ground {
                        kind: raise.map_or("definition", |_| "agreement"),
                        id: d.id.clone(),
                        cite: d.cite.clone(),
                        grade: d.grade.word(),
                        instrument: d.instrument.clone(),
                        assumption: assumed.map(|r| assumed_amount(&r.value.name, "", &r.to, "")),
                        rank: d.grade,
                    });
                }
                proof
            }
            Cond::Atom(atom) => self.named(&atom.test, &atom.names),
        }
    }

    /// The groups, registers and values of the law that a test compares with.
    fn named(&self, test: &Test, names: &[String]) -> Vec<Ground> {
        let regime = &self.book.regime;
        let groups = || {
            let all = names.iter();
            let found = all.filter_map(|id| regime.groups.iter().find(|g| g.id == *id));
            found.filter_map(|g| ground("group", g))
        };
        match test {
            Test::Country(fact, set) => {
                let mut found: Vec<Ground> = groups().collect();
                found.extend(self.follower(*fact, set));
                found
            }
            Test::Intermediary(..) => groups().collect(),
            Test::Text(_, at) => {
                let register = regime.registers.get(*at);
                let found = register.and_then(|r| ground("register", r));
                // That a name is on no list rests on the list alone; that it is on one which was
                // not read as printed is something taken for granted.
                let met = crate::reference::test(test, regime, &self.facts, &self.readings);
                let weak = register.filter(|r| met == Some(true) && r.grade >= Grade::Secondary);
                let found = found.map(|g| Ground {
                    assumption: weak
                        .map(|r| format!("the list `{}` ({}): {}", r.id, r.grade.word(), r.says)),
                    ..g
                });
                found.into_iter().collect()
            }
            Test::Linear(_) => {
                let all = names.iter().filter_map(|id| regime.value(id));
                all.filter_map(value).collect()
            }
            Test::Choice(..) | Test::Flag(_) | Test::Reading(..) => Vec::new(),
        }
    }

    fn follower(&self, fact: CountryFact, set: &tiergate_law::CountrySet) -> Option<Ground> {
        let country = self.facts.country_followed(fact)?;
        let follows = self.book.regime.follows.iter();
        let follows = { follows }.find(|f| f.is.territory == country)?;
        set.contains(country).then(|| ground("follows", follows))?
    }
}

/// An amount that no text gives, in words.
fn assumed_amount(id: &str, unit: &str, is: &DatedAmount, says: &str) -> String {
    let range = is.range.map_or_else(String::new, |(low, high)| {
        format!(", range {low} to {high}")
    });
    let because = is.because.as_deref().unwrap_or(says);
    let unit = if unit.is_empty() {
        String::new()
    } else {
        format!(" {unit}")
    };
    format!("`{id}` = {}{unit}{range}: {because}", is.amount)
}

fn value(value: &Resolved<tiergate_law::RegimeValue>) -> Option<Ground> {
    let now = value.is.now.as_ref()?;
    let assumption = (now.status == Status::Assumed)
        .then(|| assumed_amount(&value.id, &value.is.unit, now, &value.says));
    let is = Ground {
        kind: "value",
        id: value.id.clone(),
        cite: now.cite.clone(),
        grade: now.grade.word(),
        instrument: value.instrument.clone(),
        assumption,
        rank: now.grade,
    };
    (now.grade > Grade::Primary).then_some(is)
}
