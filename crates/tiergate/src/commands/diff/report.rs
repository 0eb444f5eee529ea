//! Everything a difference says, ready to be written in any form.

use rayon::prelude::*;
use serde::Serialize;
use tiergate_engine::{
    Circumstances, Clause, Comparison, DecisionRecord, Desk, DutyRecord, Pairs, Reply, Stamp,
    Statement,
};
use tiergate_law::{CountryFact, Fact, Num, NumberFact, Regime};
use tiergate_order::{Assume, Facts, Order, Resolved};

use super::counts::{Count, counts};
use super::duties::{DutyCell, duty_cells};
use super::legend::{Meaning, legend};
use super::words;

/// The difference of two regimes.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The two laws.
    pub laws: [Law; 2],
    /// `equal`, `alike`, `stricter`, `looser` or `both`: how the second lies to the first over
    /// every order there can be.
    pub direction: &'static str,
    /// Every pair of answers that some order gets, over all facts.
    pub pairs: Vec<[Answer; 2]>,
    /// Which orders the changes are of: ordinary ones, or all there can be.
    pub over: &'static str,
    /// What changes for them.
    pub changes: Vec<Change>,
    /// How many changes there are; more than are listed when a limit was reached.
    pub changes_in_all: usize,
    /// Whether these are all: else there are so many that no more were looked for.
    pub whole: bool,
    /// How many of them there are from each answer to each other.
    pub counts: Vec<Count>,
    /// What the names in the changes stand for.
    pub legend: Vec<Meaning>,
    /// What changes only in some circumstance.
    pub circumstances: Vec<Circumstance>,
    /// Limits and values that differ.
    pub limits: Vec<LimitChange>,
    /// Duties that differ, by what they hang on.
    pub duties: Vec<DutyChange>,
    /// Where a duty of these orders comes, goes or changes though the answer stays.
    pub duty_changes: Vec<DutyCell>,
    /// How many of these there are; more than are listed when a limit was reached.
    pub duty_changes_in_all: usize,
    /// Orders of the order book that fall in the difference.
    pub orders: Vec<OrderChange>,
    /// Orders of the book that were compared.
    pub orders_compared: u64,
    /// What was assumed of them, as asked.
    pub assumed: Vec<String>,
}

/// One side.
#[derive(Debug, Serialize)]
pub struct Law {
    /// `us` or the id of a proposal.
    pub law: String,
    /// The date.
    pub as_of: String,
    /// The view.
    pub view: &'static str,
}

/// An answer.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Answer {
    /// The outcome.
    pub outcome: &'static str,
    /// What carries the order.
    pub authority: Option<String>,
    /// How an application is reviewed.
    pub review: Option<&'static str>,
    /// In words.
    pub says: String,
}

/// One change.
#[derive(Debug, Serialize)]
pub struct Change {
    /// Before.
    pub before: Answer,
    /// After.
    pub after: Answer,
    /// `stricter`, `looser` or `alike`.
    pub direction: &'static str,
    /// The items.
    pub items: Vec<String>,
    /// In which cases.
    pub cases: Vec<String>,
    /// When there are any: and one of these holds besides.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub one_of: Vec<Vec<String>>,
    /// Destinations, by code; none when any.
    pub destinations: Option<Vec<String>>,
    /// Chips of the catalog among the items.
    pub chips: Vec<String>,
    /// Chips that may be among the items: figures decide that the catalog does not hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub chips_open: Vec<String>,
    /// The rules that decide before and after, for an order of this kind.
    pub rules: [Vec<Rule>; 2],
    /// Whether an order of this kind was found and decided under both.
    pub witnessed: bool,
}

/// A rule that decides.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Rule {
    /// Requirement, authority or review policy.
    pub kind: &'static str,
    /// Id.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// How it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<&'static str>,
}

/// What changes in some circumstance.
#[derive(Debug, Serialize)]
pub struct Circumstance {
    /// The circumstances, any of which is enough.
    pub when: Vec<String>,
    /// Pairs of answers that ordinary orders do not get.
    pub pairs: Vec<[Answer; 2]>,
    /// How many changes there are in it.
    pub changes: usize,
}

/// A limit or value that differs.
#[derive(Debug, Serialize)]
pub struct LimitChange {
    /// Id.
    pub id: String,
    /// Before, with unit, or why there is none.
    pub before: String,
    /// After.
    pub after: String,
    /// Citations.
    pub cites: Vec<String>,
}

/// A duty that differs.
#[derive(Debug, Serialize)]
pub struct DutyChange {
    /// The authority or, for a duty of the outcome, nothing.
    pub of: Option<String>,
    /// The duty.
    pub id: String,
    /// `gone`, `new` or `changed`.
    pub how: &'static str,
    /// What it asks; for a changed one, what it asks after.
    pub what: String,
    /// Citation.
    pub cite: String,
}

/// An order in the difference.
#[derive(Debug, Serialize)]
pub struct OrderChange {
    /// The order.
    pub id: String,
    /// `wholly`, or `partly` when its unknown facts decide.
    pub covered: &'static str,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
    /// Facts on which either answer depends.
    pub missing: Vec<String>,
    /// Where it goes, by code, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub destination: Option<String>,
    /// The chip by id, if the order names one of the catalog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chip: Option<String>,
}

/// An answer for people and programs.
pub fn answer(reply: &Reply) -> Answer {
    Answer {
        outcome: reply.word(),
        authority: reply.authority().map(str::to_owned),
        review: reply.review(),
        says: words::reply(reply),
    }
}

/// More statements than these are not looked for.
pub(super) const STATEMENTS_MAX: usize = 4_000;

/// What of a difference is spelled out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spell {
    /// What changes for ordinary orders.
    Ordinary,
    /// That, and what only a circumstance changes.
    EachCircumstance,
    /// What changes for any orders, rare facts together.
    AllFacts,
}

impl Spell {
    const fn circumstances(self) -> Circumstances {
        match self {
            Spell::Ordinary | Spell::EachCircumstance => Circumstances::Ordinary(None),
            Spell::AllFacts => Circumstances::Any,
        }
    }

    /// Which orders the changes are of.
    pub const fn over(self) -> &'static str {
        match self {
            Spell::Ordinary | Spell::EachCircumstance => "ordinary orders",
            Spell::AllFacts => "all orders there can be",
        }
    }
}

/// Statements looked for in a circumstance.
const IN_CIRCUMSTANCE_MAX: usize = 200;

impl Report {
    /// Finds out everything but about orders.
    pub fn new(
        desk: &Desk,
        comparison: &Comparison,
        stamps: &[Stamp; 2],
        limit: usize,
        spell: Spell,
    ) -> Report {
        let law = |stamp: &Stamp| Law {
            law: stamp.law.clone(),
            as_of: stamp.as_of.to_string(),
            view: stamp.view.word(),
        };
        let [left, right] = &comparison.sides;
        let identical = left.is(right);
        // The one over all facts, the other in circumstances: neither needs the other.
        let (direction, spelled) = rayon::join(
            || comparison.direction(),
            || (!identical).then(|| spelled(desk, comparison, limit, spell)),
        );
        let Spelled {
            whole,
            changes,
            changes_in_all,
            counts,
            legend,
            circumstances,
            duty_changes,
            duty_changes_in_all,
        } = spelled.unwrap_or(Spelled {
            whole: true,
            ..Spelled::default()
        });
        Report {
            laws: stamps.each_ref().map(law),
            direction: direction.word(),
            pairs: pairs(comparison.pairs()),
            over: spell.over(),
            changes,
            changes_in_all,
            whole,
            counts,
            legend,
            circumstances,
            limits: limits(&left.book.regime, &right.book.regime),
            duties: duties(&left.book.regime, &right.book.regime),
            duty_changes,
            duty_changes_in_all,
            orders: Vec::new(),
            orders_compared: 0,
            assumed: Vec::new(),
        }
    }
}

/// What is spelled out of a difference.
#[derive(Default)]
struct Spelled {
    whole: bool,
    changes: Vec<Change>,
    changes_in_all: usize,
    counts: Vec<Count>,
    legend: Vec<Meaning>,
    circumstances: Vec<Circumstance>,
    duty_changes: Vec<DutyCell>,
    duty_changes_in_all: usize,
}

fn spelled(desk: &Desk, comparison: &Comparison, limit: usize, spell: Spell) -> Spelled {
    let chips = chips(desk);
    let places = words::Places::new(&desk.catalog, comparison);
    let mut pairs = comparison.pairs_in(&spell.circumstances());
    let statements = comparison.statements(&mut pairs, STATEMENTS_MAX);
    let whole = statements.whole;
    let mut alike = alike(comparison, &pairs, statements.all, &chips);
    let changes_in_all = alike.len();
    let counts = counts(alike.iter().map(|group| &group[0].statement.replies), limit);
    alike.truncate(limit);
    let (changes, circumstances): (Vec<Change>, _) = rayon::join(
        || {
            let changes = alike.into_par_iter();
            let changes = changes.filter_map(|group| said_once(&places, comparison, group));
            changes.collect()
        },
        || match spell {
            Spell::EachCircumstance => circumstances(comparison, &pairs),
            Spell::Ordinary | Spell::AllFacts => Vec::new(),
        },
    );
    let over = spell.circumstances();
    let (duty_changes_in_all, duty_changes) = duty_cells(desk, comparison, &over, &chips, limit);
    Spelled {
        whole,
        changes_in_all,
        counts,
        legend: legend(&places, comparison, &changes),
        changes,
        circumstances,
        duty_changes,
        duty_changes_in_all,
    }
}

/// Statements with what they reach, those together that differ in their cases only; what most chips
/// and destinations are affected by stands first.
pub(super) fn alike(
    comparison: &Comparison,
    pairs: &Pairs,
    statements: Vec<Statement>,
    chips: &[(String, Facts)],
) -> Vec<Vec<Reached>> {
    let mut reached: Vec<Reached> = statements
        .into_par_iter()
        .map(|s| Reached::new(comparison, pairs, s, chips))
        .collect();
    reached.sort_by_key(|r| std::cmp::Reverse(r.weight()));
    let mut alike: Vec<Vec<Reached>> = Vec::new();
    for new in reached {
        match alike
            .iter_mut()
            .find(|old| old[0].differs_in_cases_only(&new))
        {
            Some(group) => group.push(new),
            None => alike.push(vec![new]),
        }
    }
    alike
}

fn pairs(pairs: &[[Reply; 2]]) -> Vec<[Answer; 2]> {
    pairs.iter().map(|p| p.each_ref().map(answer)).collect()
}

/// What is asked of models and of memory, and of no chip.
const OF_OTHER_ITEMS: [NumberFact; 6] = [
    NumberFact::MemoryBandwidthDensity,
    NumberFact::TrainingOps,
    NumberFact::SyntheticSharePct,
    NumberFact::SyntheticOps,
    NumberFact::PublishedOps,
    NumberFact::AdditionalOps,
];

/// The facts of every chip of the catalog, as an order says no more than its name.
pub fn chips(desk: &Desk) -> Vec<(String, Facts)> {
    let facts = |id: &str| {
        let mut order = Order::new(id);
        order.set("item.chip", id).ok()?;
        let mut facts = desk.resolve(&order, &Assume::default()).ok()?.facts;
        for fact in OF_OTHER_ITEMS {
            facts.set_number(fact, Num::ZERO);
        }
        Some((id.to_owned(), facts))
    };
    desk.catalog
        .chips
        .iter()
        .filter_map(|c| facts(&c.id))
        .collect()
}

/// A statement with what it reaches.
pub(super) struct Reached {
    pub statement: Statement,
    clauses: Vec<Clause>,
    destinations: Option<Vec<String>>,
    chips: Vec<String>,
    chips_open: Vec<String>,
}

impl Reached {
    fn new(
        comparison: &Comparison,
        pairs: &Pairs,
        statement: Statement,
        chips: &[(String, Facts)],
    ) -> Reached {
        let clauses = comparison.clauses(&statement.cases);
        let destinations = clauses.iter().find_map(|c| match c {
            Clause::Country(CountryFact::Destination, list) => {
                Some(list.iter().map(ToString::to_string).collect())
            }
            _ => None,
        });
        let about: Vec<(&String, Option<bool>)> = chips
            .iter()
            .map(|(id, facts)| (id, comparison.is_about(pairs, &statement, facts)))
            .collect();
        let those = |what: Option<bool>| {
            let those = about.iter().filter(|(_, is)| *is == what);
            those.map(|(id, _)| (*id).clone()).collect()
        };
        Reached {
            chips: those(Some(true)),
            chips_open: those(None),
            statement,
            clauses,
            destinations,
        }
    }

    fn weight(&self) -> (bool, usize, usize) {
        let places = self.destinations.as_ref().map_or(usize::MAX, Vec::len);
        (!self.chips.is_empty(), places, self.chips.len())
    }

    /// Whether another is the same but for the cases, rules aside.
    fn differs_in_cases_only(&self, other: &Reached) -> bool {
        self.statement.pair == other.statement.pair
            && self.statement.item == other.statement.item
            && self.destinations == other.destinations
            && self.chips == other.chips
            && self.chips_open == other.chips_open
    }
}

/// One change of several, with the rules of all.
pub(super) fn said_once(
    places: &words::Places<'_>,
    comparison: &Comparison,
    group: Vec<Reached>,
) -> Option<Change> {
    let mut changes = group.into_iter().map(|r| change(places, comparison, r));
    let mut all = changes.next()?;
    for new in changes {
        all.one_of.extend(new.one_of);
        all.witnessed |= new.witnessed;
        for (known, rules) in all.rules.iter_mut().zip(new.rules) {
            for rule in rules {
                if !known.contains(&rule) {
                    known.push(rule);
                }
            }
        }
    }
    all.say_once();
    Some(all)
}

fn change(places: &words::Places<'_>, comparison: &Comparison, reached: Reached) -> Change {
    let statement = &reached.statement;
    let [before, after] = &statement.replies;
    let witness = comparison.witness(statement);
    let rules = witness.as_ref().map(|facts| rules(comparison, facts));
    let cases = reached.clauses.iter();
    Change {
        direction: tiergate_engine::Direction::of(std::slice::from_ref(&statement.replies)).word(),
        before: answer(before),
        after: answer(after),
        items: words::items(places, comparison, &statement.items),
        cases: Vec::new(),
        one_of: vec![cases.map(|c| words::clause(places, c)).collect()],
        destinations: reached.destinations,
        chips: reached.chips,
        chips_open: reached.chips_open,
        witnessed: witness.is_some(),
        rules: rules.unwrap_or_default(),
    }
}

impl Change {
    /// Takes what all of several cases have in common out of them.
    fn say_once(&mut self) {
        let Some((first, others)) = self.one_of.split_first() else {
            return;
        };
        let common = |clause: &&String| others.iter().all(|case| case.contains(clause));
        self.cases = first.iter().filter(common).cloned().collect();
        for case in &mut self.one_of {
            case.retain(|clause| !self.cases.contains(clause));
        }
        if self.one_of.iter().any(Vec::is_empty) {
            self.one_of.clear();
        }
    }
}

/// The rules that decide an order on either side.
fn rules(comparison: &Comparison, facts: &Facts) -> [Vec<Rule>; 2] {
    let resolved = Resolved {
        facts: facts.clone(),
        ..Resolved::default()
    };
    comparison.sides.each_ref().map(|side| {
        let decision = Desk::decide(&side.book, facts, &side.readings);
        let record = decision.record(&Order::new("example"), &resolved, None);
        deciding(&record)
    })
}

/// The requirements that apply, and what carries or reviews the order.
fn deciding(record: &DecisionRecord) -> Vec<Rule> {
    let mut rules: Vec<Rule> = record
        .requirements
        .iter()
        .map(|r| Rule {
            kind: "requirement",
            id: r.id.clone(),
            cite: r.cite.clone(),
            grade: Some(r.grade),
        })
        .collect();
    let carries = record
        .authorities
        .iter()
        .filter(|a| Some(&a.id) == record.authority.as_ref());
    rules.extend(carries.map(|a| Rule {
        kind: "authority",
        id: a.id.clone(),
        cite: a.cite.clone(),
        grade: None,
    }));
    let reviews = record
        .reviews
        .iter()
        .filter(|r| Some(r.verdict) == record.review)
        // A section whose review is not held is told as a requirement.
        .filter(|r| record.requirements.iter().all(|q| q.id != r.id));
    rules.extend(reviews.map(|r| Rule {
        kind: "review",
        id: r.id.clone(),
        cite: r.cite.clone(),
        grade: None,
    }));
    rules
}

/// What changes in each circumstance and not for ordinary orders.
fn circumstances(comparison: &Comparison, ordinary: &Pairs) -> Vec<Circumstance> {
    let changed = comparison.rare().into_par_iter().filter_map(|rare| {
        let mut pairs = comparison.pairs_in(&Circumstances::Ordinary(Some(rare)));
        let new = new_pairs(&pairs, ordinary);
        if new.is_empty() {
            return None;
        }
        pairs.only(&new);
        let changes = comparison.count(&mut pairs, IN_CIRCUMSTANCE_MAX);
        Some((words::circumstance(rare), self::pairs(&new), changes))
    });
    let changed: Vec<_> = changed.collect();
    let mut found: Vec<Circumstance> = Vec::new();
    for (when, pairs, changes) in changed {
        // The same list, whichever party is on it, is said once.
        match found.iter_mut().find(|c| c.pairs == pairs) {
            Some(known) => {
                known.when.push(when);
                known.changes += changes;
            }
            None => found.push(Circumstance {
                when: vec![when],
                pairs,
                changes,
            }),
        }
    }
    found
}

/// Pairs of answers that only this circumstance gives.
fn new_pairs(pairs: &Pairs, ordinary: &Pairs) -> Vec<[Reply; 2]> {
    let known = |p: &&[Reply; 2]| !ordinary.replies.contains(p);
    pairs.replies.iter().filter(known).cloned().collect()
}

fn limits(left: &Regime, right: &Regime) -> Vec<LimitChange> {
    let of = |regime: &Regime| -> Vec<(String, String, String)> {
        let quotas = regime.quotas.iter().map(|q| {
            let of = q.is.share_of.map(|f| Fact::Number(f).path());
            let share = of.map_or_else(String::new, |of| format!(" of {of}"));
            let limit = q.is.limit.as_ref();
            let text = limit.map_or("none stated".to_owned(), |l| {
                format!("{}{share}", crate::style::grouped(&l.amount.to_string()))
            });
            let cite = limit.map_or(&q.cite, |l| &l.cite);
            let raised: Vec<String> = (q.is.raised.iter())
                .map(|(country, to)| {
                    let amount = crate::style::grouped(&to.amount.to_string());
                    format!("; {amount} for {country} ({})", to.cite)
                })
                .collect();
            (
                q.id.clone(),
                format!(
                    "{text} per {}, {}{}",
                    q.is.per,
                    q.is.period,
                    raised.concat()
                ),
                cite.clone(),
            )
        });
        let values = regime.values.iter().map(|v| {
            let now = v.is.now.as_ref();
            let text = now.map_or("none stated".to_owned(), |n| {
                format!(
                    "{} {}",
                    crate::style::grouped(&n.amount.to_string()),
                    v.is.unit
                )
            });
            let cite = now.map_or(&v.cite, |n| &n.cite);
            (v.id.clone(), text, cite.clone())
        });
        quotas.chain(values).collect()
    };
    let (left, right) = (of(left), of(right));
    let mut changes = Vec::new();
    let find = |all: &[(String, String, String)], id: &str| {
        all.iter()
            .find(|(i, ..)| i == id)
            .map(|(_, t, c)| (t.clone(), c.clone()))
    };
    let mut ids: Vec<&String> = left.iter().chain(&right).map(|(id, ..)| id).collect();
    ids.sort_unstable();
    ids.dedup();
    for id in ids {
        let (a, b) = (find(&left, id), find(&right, id));
        if a.as_ref().map(|a| &a.0) == b.as_ref().map(|b| &b.0) {
            continue;
        }
        let text = |side: &Option<(String, String)>| {
            side.as_ref()
                .map_or("not in this law".to_owned(), |s| s.0.clone())
        };
        let mut cites: Vec<String> = [&a, &b]
            .into_iter()
            .flatten()
            .map(|s| s.1.clone())
            .collect();
        cites.dedup();
        changes.push(LimitChange {
            id: id.clone(),
            before: text(&a),
            after: text(&b),
            cites,
        });
    }
    changes
}

fn duties(left: &Regime, right: &Regime) -> Vec<DutyChange> {
    type Found = (Option<String>, DutyRecord);
    let record = |d: &tiergate_law::Duty| DutyRecord {
        id: d.id.clone(),
        what: d.what.clone(),
        when: d.when_due.clone(),
        to: d.to.clone(),
        subject: d.subject.clone(),
        form: d.form.clone(),
        contents: d.contents.clone(),
        applies: "yes",
        cite: d.cite.clone(),
    };
    let of = |regime: &Regime| -> Vec<Found> {
        let carried = regime.authorities.iter().flat_map(|a| {
            let duties = a.is.duties.iter();
            duties.map(|d| (Some(a.id.clone()), record(&d.duty)))
        });
        let reviewed = regime.reviews.iter().flat_map(|r| {
            let duties = r.is.duties.iter();
            duties.map(|d| (Some(r.id.clone()), record(&d.duty)))
        });
        let general = regime.duties.iter().map(|d| (None, record(&d.is.1.duty)));
        carried.chain(reviewed).chain(general).collect()
    };
    let (left, right) = (of(left), of(right));
    let same = |a: &Found, b: &Found| a.0 == b.0 && a.1.id == b.1.id;
    let change = |(of, duty): &Found, how| DutyChange {
        of: of.clone(),
        id: duty.id.clone(),
        how,
        what: format!("{} ({})", duty.what, duty.when),
        cite: duty.cite.clone(),
    };
    let mut changes = Vec::new();
    for old in &left {
        match right.iter().find(|new| same(old, new)) {
            None => changes.push(change(old, "gone")),
            Some(new) => {
                let asks = |d: &DutyRecord| {
                    (
                        d.what.clone(),
                        d.when.clone(),
                        d.to.clone(),
                        d.subject.clone(),
                        d.form.clone(),
                    )
                };
                if asks(&old.1) != asks(&new.1) || old.1.contents != new.1.contents {
                    changes.push(change(new, "changed"));
                }
            }
        }
    }
    let new = right
        .iter()
        .filter(|new| !left.iter().any(|old| same(old, new)));
    changes.extend(new.map(|new| change(new, "new")));
    changes
}
