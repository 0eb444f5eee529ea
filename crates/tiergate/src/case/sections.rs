//! The parts of the page that say why: order, item, requirements, authorities, review.

use tiergate_engine::{Because, Reason, RequirementRecord, condition_reasons};

use super::Case;
use crate::page::Page;
use crate::style::grouped;
use crate::words;

/// The heading over the facts on which an open answer depends.
pub const MISSING: &str = "What is missing";
/// The heading over the fields as they were given.
pub const ORDER: &str = "The order";
/// The heading over what was taken for granted.
pub const ASSUMED: &str = "What was assumed";
/// The heading over the item and its class.
pub const ITEM: &str = "The item";
/// The heading over rules that do not apply.
pub const CONSIDERED: &str = "Considered, and why it does not apply";
/// The heading over what was not read in primary text.
pub const WEAK: &str = "What of it was not read in primary text";
/// The heading over the instruments behind what applies.
pub const SOURCES: &str = "Sources, and how well each is known";

/// How many reasons of one condition are shown.
const REASONS_MAX: usize = 12;

impl Case<'_> {
    pub(super) fn missing(&self, page: &mut Page) {
        let record = self.record;
        if !record.missing_detail.is_empty() {
            page.text(format!(
                "The outcome is certain; which authority carries it, or how an application is \
                 reviewed, depends on: {}.",
                words::names(record.missing_detail.iter().map(String::as_str))
            ));
        }
        if record.outcome == "indeterminate" {
            page.heading(MISSING);
            for path in &record.missing {
                let (label, question) = (words::label(path), words::question(path));
                page.point(0, format!("{label}: {question} (`{path}`)"));
            }
        }
    }

    pub(super) fn order(&self, page: &mut Page) {
        page.heading(ORDER);
        let filler = self.filler();
        let pairs = self
            .order
            .pairs()
            .into_iter()
            .filter(|(path, _)| path != "id");
        let pairs = pairs.map(|(path, given)| {
            let value = filler
                .value(&path)
                .filter(|v| v.contains(&format!("({given})")));
            let value = match value {
                Some(country) => country,
                None if path == "item.eccn" => format!("{given} (stated by the parties)"),
                None if path == "item.chip" || path == "item.contains" => self.chip(&given),
                None => words::given(&path, &given),
            };
            (words::label(&path), value)
        });
        page.pairs(pairs.collect());
        let assumed = self.record.assumptions.iter();
        let assumed: Vec<String> = assumed.map(|line| words::assumption(line)).collect();
        list(page, ASSUMED, &assumed);
    }

    pub(super) fn chip(&self, id: &str) -> String {
        let Some(chip) = self.desk.catalog.chip(id) else {
            return id.to_owned();
        };
        let soft = if chip.soft.is_empty() {
            String::new()
        } else {
            format!("; note: {}", chip.soft)
        };
        format!(
            "{id}: {} {} (figures: {}{soft})",
            chip.vendor, chip.name, chip.source
        )
    }

    pub(super) fn item(&self, page: &mut Page) {
        let item = &self.record.item;
        page.heading(ITEM);
        let number = |n: &Option<serde_json::Number>, unit: &str| {
            n.as_ref().map_or_else(
                || "not known".to_owned(),
                |n| format!("{} {unit}", grouped(&n.to_string())),
            )
        };
        let regime = &self.books.book.regime;
        let class = regime
            .classes
            .iter()
            .find(|c| item.eccn.as_deref() == Some(c.id.as_str()));
        let paragraph = match (class, &item.eccn) {
            (Some(class), _) => format!("{}: {} ({})", class.id, class.says, class.cite),
            (None, Some(eccn)) => eccn.clone(),
            (None, None) => "none that this law names, or not certain".to_owned(),
        };
        page.pairs(vec![
            ("controlled under".to_owned(), paragraph),
            ("TPP of one IC".to_owned(), number(&item.tpp_each, "")),
            ("TPP of the order".to_owned(), number(&item.tpp_total, "")),
            (
                "performance density".to_owned(),
                number(&item.performance_density, "TPP/mm2"),
            ),
        ]);
        let test = class.and_then(|c| c.is.cond.as_ref());
        if let Some(cond) = test.filter(|_| self.order.eccn.is_none()) {
            let facts = &self.resolved.facts;
            let reasons = condition_reasons(cond, regime, facts, &self.books.readings);
            page.text("It meets the test of that paragraph:");
            reasons.iter().for_each(|r| page.point(0, reason_line(r)));
        }
    }

    pub(super) fn requirements(&self, page: &mut Page) {
        page.heading("License requirements");
        let record = self.record;
        if record.requirements.is_empty() {
            page.text(match record.license_required {
                "unknown" => "Whether one applies depends on facts that are not given.",
                "yes" => {
                    "One of these applies, whatever the facts that are not given; which, they \
                     decide."
                }
                _ => "None applies.",
            });
        }
        for requirement in &record.requirements {
            self.rule(page, "", requirement);
        }
        for requirement in &record.may_apply {
            self.rule(page, "may apply: ", requirement);
            let on = words::names(requirement.turns_on.iter().map(|path| path.as_ref()));
            page.point(1, format!("it depends on: {on}"));
        }
        if !record.not_enforced.is_empty() {
            page.heading("Printed and not enforced");
            for rule in &record.not_enforced {
                let name = named(&rule.id, &rule.cite);
                page.point(0, format!("{name}: {}", rule.says));
                let grade = rule.grade;
                page.point(
                    1,
                    format!(
                        "not enforced since {} ({}; {grade})",
                        rule.from, rule.by_cite
                    ),
                );
            }
        }
        if !record.considered.is_empty() {
            page.heading(CONSIDERED);
            for rule in &record.considered {
                let name = named(&rule.id, &rule.cite);
                page.point(0, format!("{name}: {}", rule.says));
                page.point(1, failed(rule));
            }
        }
    }

    /// A rule with the facts it read.
    fn rule(&self, page: &mut Page, mark: &str, rule: &RequirementRecord) {
        let name = named(&rule.id, &rule.cite);
        page.point(0, format!("{mark}{name}: {}", rule.says));
        for because in &rule.because {
            reasons(page, 1, because);
        }
    }

    pub(super) fn authorities(&self, page: &mut Page) {
        if self.record.authorities.is_empty() {
            return;
        }
        page.heading("Exceptions and authorizations considered");
        for authority in &self.record.authorities {
            let says = if authority.says.is_empty() { "" } else { ", " };
            let verdict = match authority.verdict {
                "unknown" => "open, it depends on facts that are not given".into(),
                verdict => words::plain(verdict),
            };
            page.point(
                0,
                format!(
                    "{}{says}{}: {verdict}",
                    named(&authority.id, &authority.cite),
                    authority.says
                ),
            );
            for because in &authority.because {
                let met = match because.met {
                    "yes" => "met",
                    "no" => "not met",
                    _ => "open",
                };
                page.point(1, format!("{met}: {} ({})", because.says, because.cite));
                reasons(page, 2, because);
            }
        }
    }

    pub(super) fn reviews(&self, page: &mut Page) {
        let surely = self.record.reviews.iter().map(|review| ("", review));
        let may = self.record.may_review.iter();
        let mut all = surely
            .chain(may.map(|review| ("may apply: ", review)))
            .peekable();
        if all.peek().is_none() {
            return;
        }
        page.heading("How an application is reviewed");
        for (may, review) in all {
            page.point(
                0,
                format!(
                    "{may}{}: {} ({})",
                    words::plain(review.verdict),
                    review.says,
                    review.cite
                ),
            );
            review.because.iter().for_each(|b| reasons(page, 1, b));
        }
    }
}

pub(super) fn list(page: &mut Page, heading: &str, lines: &[String]) {
    if !lines.is_empty() {
        page.heading(heading);
        lines.iter().for_each(|l| page.point(0, l.clone()));
    }
}

fn reasons(page: &mut Page, depth: usize, because: &Because) {
    for reason in because.reasons.iter().take(REASONS_MAX) {
        page.point(depth, reason_line(reason));
    }
    if because.reasons.len() > REASONS_MAX {
        page.point(
            depth,
            format!("and {} more", because.reasons.len() - REASONS_MAX),
        );
    }
}

/// How many facts that fail a rule are named; the decision's JSON has them all.
const FAILED_MAX: usize = 4;

/// What a rule that does not apply failed on, in one line.
fn failed(rule: &RequirementRecord) -> String {
    let reasons = rule.because.iter().flat_map(|b| &b.reasons);
    let facts = reasons.flat_map(|r| &r.facts);
    let mut read: Vec<String> = Vec::new();
    for fact in facts {
        let line = words::fact(&fact.fact, &fact.value);
        if !read.contains(&line) {
            read.push(line);
        }
    }
    let more = read.len().saturating_sub(FAILED_MAX);
    read.truncate(FAILED_MAX);
    let more = if more > 0 {
        format!(", and {more} more")
    } else {
        String::new()
    };
    format!("does not apply: {}{more}", read.join(", "))
}

fn reason_line(reason: &Reason) -> String {
    let facts: Vec<String> = reason
        .facts
        .iter()
        .map(|f| words::fact(&f.fact, &f.value))
        .collect();
    let within = reason
        .within
        .as_ref()
        .map_or_else(String::new, |w| format!(" (in `{w}`)"));
    let holds = match reason.holds {
        "yes" => "holds",
        "no" => "does not hold",
        _ => "is open",
    };
    let facts = words::capital(&facts.join(", "));
    format!("{facts}; `{}` {holds}{within}", reason.test)
}

/// An id with its citation, once when they are the same; an id of our own stands behind.
fn named(id: &str, cite: &str) -> String {
    if id == cite {
        id.to_owned()
    } else if words::is_slug(id) {
        format!("{cite} (`{id}`)")
    } else {
        format!("{id} ({cite})")
    }
}

/// What a field means, from the tables of facts.
pub fn doc_of(path: &str) -> &'static str {
    if path.ends_with(".lists") {
        return "the restricted-party lists it is on; none if it was screened and is on none";
    }
    match path {
        "end_uses" => "every end use that is known, commercial use included",
        "listed_owners" => "the lists of those that own a party to the share the law names",
        _ => crate::commands::schema::doc_of(path).unwrap_or(""),
    }
}
