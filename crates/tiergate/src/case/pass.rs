//! What would have to be otherwise for an order to fare better, as part of a page.

use std::sync::Arc;

use serde::Serialize;
use tiergate_engine::pass::{Kind, Step, Way, ways};
use tiergate_engine::turns::turns;
use tiergate_engine::{Desk, Reply};
use tiergate_law::{Country, Date, Fact, NumberFact};

use super::Case;
use super::meets::Meets;
use crate::page::Page;
use crate::style::grouped;
use crate::verdict::review_words;
use crate::words as in_words;

/// Ways to a better answer.
#[derive(Debug, Serialize)]
pub struct ToPass {
    /// What the parties can do: certify what is so, ship less.
    pub can: Vec<Path>,
    /// Facts the order leaves open, and what it would mean if they were so.
    pub supply: Vec<Path>,
    /// What would differ if a party, a place, the item or its use were another. Not a choice.
    pub would_differ_if: Vec<Path>,
    /// How many more sets are not listed; of each kind and outcome a smallest one is.
    pub not_listed: usize,
    /// Outcomes that yet more sets of facts may give; these were not counted.
    pub more: Vec<String>,
    /// Whether the search was given up, so that outcomes may be missing.
    pub given_up: bool,
    /// Days from which the same order fares better.
    pub wait: Vec<Wait>,
    /// Whether a license can be applied for, and how the application is reviewed.
    pub apply: Option<String>,
}

/// A smallest set of changes.
#[derive(Debug, Serialize)]
pub struct Path {
    /// What has to be so.
    pub changes: Vec<String>,
    /// The outcome it gives.
    pub outcome: &'static str,
    /// The outcome in words.
    pub says: String,
    /// The rules that decide then.
    pub under: Vec<String>,
    /// The conditions that the changes meet.
    pub meets: Vec<Meets>,
    /// How many combinations of values of the same facts give the same.
    pub combinations: u64,
    /// Whether some of the changes alone give an answer as good.
    pub part_does: bool,
}

/// A day that helps.
#[derive(Debug, Serialize)]
pub struct Wait {
    /// The first day.
    pub from: String,
    /// The outcome from then on.
    pub says: String,
}

/// More ways of one kind than these are not listed, but for one to each outcome and those of one or
/// two changes.
const WAYS_MAX: usize = 12;

impl Case<'_> {
    /// Finds the ways.
    pub fn ways_to_pass(self) -> ToPass {
        let countries: Vec<Country> = self.desk.catalog.countries.iter().map(|c| c.code).collect();
        let found = ways(
            &self.books.book,
            &self.resolved.facts,
            &self.books.readings,
            self.order.ics_per_unit,
            &countries,
        );
        let mut not_listed = 0;
        let mut of = |kind: Kind| {
            let mut paths: Vec<Path> = Vec::new();
            for way in found.all.iter().filter(|w| w.kind == kind) {
                self.add(way, &mut paths);
            }
            let all = paths.len();
            let paths = listed_of(paths);
            not_listed += all - paths.len();
            paths
        };
        let (can, supply, would_differ_if) = (of(Kind::Act), of(Kind::Supply), of(Kind::Otherwise));
        let apply = self.record.review.map(|review| {
            format!(
                "apply for a license; applications: {}",
                review_words(Some(review))
            )
        });
        ToPass {
            can,
            supply,
            would_differ_if,
            not_listed,
            more: found.more.iter().map(words).collect(),
            given_up: found.given_up,
            wait: self.wait(),
            apply,
        }
    }

    /// Adds a way, joined with one that differs in the value of its only change.
    fn add(&self, way: &Way, paths: &mut Vec<Path>) {
        let changes: Vec<String> = way.steps.iter().map(|s| self.step(s)).collect();
        let says = words(&way.reply);
        let turned = turns(
            &self.books.book,
            &self.resolved.facts,
            &self.books.readings,
            self.order.ics_per_unit,
            way,
        );
        let turned = turned.into_iter();
        let meets: Vec<Meets> = turned.map(|turn| Meets::of(turn, &changes)).collect();
        if let [Step::Country(..) | Step::Choice(..)] = way.steps.as_slice() {
            let fact = way.steps[0].fact().path();
            let same = |p: &&mut Path| {
                p.says == says && p.changes.len() == 1 && p.changes[0].starts_with(fact)
            };
            if let Some(path) = paths.iter_mut().find(same) {
                let value = changes[0].split(": ").nth(1).unwrap_or_default();
                path.changes[0].push_str(" or ");
                path.changes[0].push_str(value);
                path.add_meets(meets);
                return;
            }
        }
        let decision = Desk::decide(&self.books.book, &way.facts, &self.books.readings);
        let record = decision.record(self.order, self.resolved, None);
        let carrying = record
            .authorities
            .iter()
            .filter(|a| Some(&a.id) == record.authority.as_ref());
        let reviewing = record
            .reviews
            .iter()
            .filter(|r| Some(r.verdict) == record.review);
        let mut under: Vec<String> = carrying.chain(reviewing).map(|a| a.cite.clone()).collect();
        if under.is_empty() {
            let still = |cite: &String| record.requirements.iter().any(|r| r.cite == *cite);
            let cites = self.record.requirements.iter().map(|r| r.cite.clone());
            under = cites
                .filter(|c| !still(c))
                .map(|c| format!("{c} no longer applies"))
                .collect();
        }
        paths.push(Path {
            changes,
            outcome: way.reply.word(),
            says,
            under,
            meets,
            combinations: way.combinations,
            part_does: way.part_does,
        });
    }

    fn step(&self, step: &Step) -> String {
        match step {
            Step::Country(fact, country) => {
                let name = self.desk.catalog.country_name(*country);
                let others = self.alike(*country);
                let more = match others {
                    0 => String::new(),
                    n => format!(" (or one of {n} that the law treats alike)"),
                };
                format!("{}: {name}{more}", fact.info().path)
            }
            Step::Choice(fact, value) => {
                format!("{}: {}", fact.info().path, fact.info().values[*value])
            }
            Step::Flag(fact, yes) => {
                let info = fact.info();
                let word = if *yes { "yes" } else { "no" };
                format!("{}: {word} ({})", info.path, info.doc)
            }
            Step::Unlisted(fact) => {
                let path = fact.info().path;
                let lists = path.split_once('=').map_or(path, |(lists, _)| lists);
                format!("{lists}: none (the party was screened and is on no list)")
            }
            Step::Number(NumberFact::Quantity, most) => {
                format!("quantity: at most {}", grouped(&most.to_string()))
            }
            Step::Number(fact, number) => {
                format!("{}: {number}", Fact::Number(*fact).path())
            }
        }
    }

    /// How many other countries no rule of the law tells apart from one.
    fn alike(&self, country: Country) -> usize {
        let variables = &self.books.book.variables;
        let alike = |c: &&Country| variables.same_class(**c, country);
        let all: Vec<Country> = self.desk.catalog.countries.iter().map(|c| c.code).collect();
        all.iter().filter(alike).count().saturating_sub(1)
    }

    /// Later days on which the same order fares better than it does now.
    fn wait(&self) -> Vec<Wait> {
        let law = &self.record.law;
        let Ok(now) = self.record.as_of.parse::<Date>() else {
            return Vec::new();
        };
        let Ok(days) = self.desk.library.breakpoints(law) else {
            return Vec::new();
        };
        let reply = |book: &tiergate_engine::Rulebook, readings: &Arc<[usize]>| {
            let outcome = Desk::decide(book, &self.resolved.facts, readings).outcome()?;
            Some(Reply::of(outcome, &book.regime))
        };
        let mut best = reply(&self.books.book, &self.books.readings);
        let mut found = Vec::new();
        for day in days.into_iter().filter(|d| *d > now) {
            let stamp = tiergate_engine::Stamp {
                law: law.clone(),
                as_of: day,
                view: self.books.book.regime.view,
            };
            let Ok(book) = self.desk.rulebook(&stamp) else {
                continue;
            };
            let Some(then) = reply(&book, &book.variables.defaults.clone().into()) else {
                continue;
            };
            if best
                .as_ref()
                .is_none_or(|b| then.strictness() < b.strictness())
            {
                found.push(Wait {
                    from: day.to_string(),
                    says: words(&then),
                });
                best = Some(then);
            }
        }
        found
    }
}

/// Of ways of one kind, best first, those that are listed: the first to each outcome, of those with
/// one or two changes as many as there is room for, and then the first of the others.
fn listed_of(paths: Vec<Path>) -> Vec<Path> {
    let mut outcomes: Vec<String> = Vec::new();
    let is_new = |path: &Path| {
        let new = !outcomes.contains(&path.says);
        if new {
            outcomes.push(path.says.clone());
        }
        new
    };
    let mut listed: Vec<bool> = paths.iter().map(is_new).collect();
    for few in [true, false] {
        let small = |path: &Path| path.changes.len() <= 2;
        let counted = |(path, is): (&Path, &bool)| *is && (small(path) || !few);
        let count = paths
            .iter()
            .zip(&listed)
            .filter(|pair| counted(*pair))
            .count();
        let mut room = WAYS_MAX.saturating_sub(count);
        for (path, is) in paths.iter().zip(&mut listed) {
            if room > 0 && !*is && (small(path) || !few) {
                *is = true;
                room -= 1;
            }
        }
    }
    let paths = paths.into_iter().zip(listed).filter(|(_, is)| *is);
    paths.map(|(path, _)| path).collect()
}

/// Changes, with the names of fields in place of their paths.
pub(super) fn said(changes: &[String]) -> Vec<String> {
    let said = changes.iter().map(|change| match change.split_once(": ") {
        Some((path, rest)) => match path.split_once('=') {
            // What the member is comes first, and is not said again.
            Some(_) => {
                let answer = rest.split(" (").next().unwrap_or(rest);
                format!("{}: {answer}", in_words::read(&path.replace('=', " has ")))
            }
            None => format!("{}: {}", in_words::name(path), in_words::plain(rest)),
        },
        None => change.clone(),
    });
    said.collect()
}

impl Path {
    /// The changes, and how many others do as well.
    fn line(&self) -> String {
        let mut line = said(&self.changes).join(" and ");
        if self.combinations > 1 {
            let count = grouped(&self.combinations.to_string());
            line.push_str(&format!(" (one of {count} combinations of these facts)"));
        }
        if self.part_does {
            line.push_str(" (of which a part gives an answer as good)");
        }
        line
    }

    /// Adds what another value of the only change meets, where it is another condition.
    fn add_meets(&mut self, more: Vec<Meets>) {
        for meets in more {
            let same = |m: &Meets| (&m.rule, &m.cite) == (&meets.rule, &meets.cite);
            if !self.meets.iter().any(same) {
                self.meets.push(meets);
            }
        }
        // Whichever value is taken, it is the one change.
        for meets in &mut self.meets {
            meets.changes.clone_from(&self.changes);
        }
    }
}

fn words(reply: &Reply) -> String {
    let detail = reply.authority().or(reply.review());
    detail.map_or_else(
        || reply.word().to_owned(),
        |d| format!("{}: {d}", reply.word()),
    )
}

/// An outcome with its authority or review, in words.
fn says_of(says: &str) -> String {
    match says.split_once(": ") {
        Some((outcome, detail)) => {
            format!("{}: {}", in_words::plain(outcome), in_words::plain(detail))
        }
        None => in_words::plain(says).into_owned(),
    }
}

impl ToPass {
    /// Adds the ways to a page.
    pub fn add_to(&self, page: &mut Page) {
        page.heading("What would give a better answer");
        let nothing = self.can.is_empty()
            && self.supply.is_empty()
            && self.would_differ_if.is_empty()
            && self.wait.is_empty()
            && self.apply.is_none();
        if nothing {
            if self.given_up {
                page.text(
                    "Nothing was found, but the search was given up: too much turns on the facts.",
                );
            } else {
                page.text(
                    "Nothing: no change of facts, and no later day, gives a better answer than this \
                     one.",
                );
            }
            return;
        }
        let mut part = |title: &str, paths: &[Path]| {
            if paths.is_empty() {
                return;
            }
            page.text(title);
            for path in paths {
                let under = if path.under.is_empty() {
                    String::new()
                } else {
                    format!(", under {}", path.under.join("; "))
                };
                let says = says_of(&path.says);
                page.point(0, format!("{} -> {says}{under}", path.line()));
                for meets in &path.meets {
                    page.point(1, meets.line(path.changes.len() > 1));
                }
            }
        };
        part("The parties can, where it is so:", &self.can);
        part("Facts to supply; if they are so:", &self.supply);
        part(
            "Would differ if, which is nobody's choice but another transaction:",
            &self.would_differ_if,
        );
        if self.not_listed > 0 {
            page.text(format!(
                "Not listed: {} more such sets of facts. Of each outcome a smallest set is listed.",
                grouped(&self.not_listed.to_string())
            ));
        }
        if !self.more.is_empty() {
            page.text(format!(
                "Yet more sets of facts than were counted give: {}.",
                self.more
                    .iter()
                    .map(|says| says_of(says))
                    .collect::<Vec<_>>()
                    .join("; ")
            ));
        }
        if self.given_up {
            page.text("The search was given up: other outcomes may be better.");
        }
        if !self.wait.is_empty() || self.apply.is_some() {
            page.text("By waiting, or by an application:");
        }
        for wait in &self.wait {
            page.point(
                0,
                format!("from {} the same order: {}", wait.from, says_of(&wait.says)),
            );
        }
        if let Some(apply) = &self.apply {
            page.point(0, apply.clone());
        }
    }
}
