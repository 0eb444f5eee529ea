//! One order under one law, and the page that explains it.

use tiergate_engine::{
    AuthorityRecord, Because, DecisionRecord, Desk, DutyRecord, OtherView, Reason,
    condition_reasons,
};
use tiergate_order::{Order, Resolved};

use crate::fill::Filler;
use crate::page::Page;
use crate::style::grouped;
use crate::verdict::{Books, light};

/// An order decided under one law.
#[derive(Debug, Clone, Copy)]
pub struct Case<'c> {
    /// The law library and the catalog.
    pub desk: &'c Desk,
    /// The rulebooks.
    pub books: &'c Books,
    /// The order.
    pub order: &'c Order,
    /// What it was resolved to.
    pub resolved: &'c Resolved,
    /// The decision.
    pub record: &'c DecisionRecord,
}

const NOT_ADVICE: &str = "Not legal advice. This page applies law written as data to facts as \
given; check both against the regulations, and ask counsel, before you act on it.";

/// How many reasons of one condition are shown.
const REASONS_MAX: usize = 12;

impl Case<'_> {
    /// Values and texts of this case.
    pub const fn filler(&self) -> Filler<'_> {
        Filler {
            desk: self.desk,
            order: self.order,
            resolved: self.resolved,
            record: self.record,
        }
    }

    /// The whole explanation.
    pub fn page(&self) -> Page {
        let record = self.record;
        let mut page = Page::new(format!("Order {}: {}", record.id, self.law_name()));
        page.answer(light(record.outcome), self.answer());
        self.missing(&mut page);
        self.order(&mut page);
        self.item(&mut page);
        self.requirements(&mut page);
        self.authorities(&mut page);
        self.reviews(&mut page);
        self.duties(&mut page);
        self.draws(&mut page);
        self.readings(&mut page);
        self.other_view(&mut page);
        self.red_flags(&mut page);
        list(&mut page, "Notes", &record.notes);
        self.sources(&mut page);
        page.text(NOT_ADVICE);
        page
    }

    /// The law in words.
    pub fn law_name(&self) -> String {
        let record = self.record;
        let law = match self.desk.library.proposal(&record.law) {
            Some(proposal) => format!("{} (proposal `{}`)", proposal.instrument.title, record.law),
            None => "United States law".to_owned(),
        };
        let view = if record.view == "text" {
            "as printed"
        } else {
            "as enforced"
        };
        format!("{law} of {}, {view}", record.as_of)
    }

    /// The answer in one sentence.
    pub fn answer(&self) -> String {
        let record = self.record;
        let possible = record.possible.join(", ");
        let name = |id: &str| {
            let all = &self.books.book.regime.authorities;
            let found = all.iter().find(|a| a.id == id);
            found.map_or_else(|| id.to_owned(), |a| format!("{id} ({})", a.cite))
        };
        match record.outcome {
            "not-controlled" => "Nothing in this law controls the item for this order.".to_owned(),
            "no-license-required" => {
                let eccn = record.item.eccn.as_deref().unwrap_or("controlled");
                format!("No license is required: the item is {eccn}, and no requirement applies.")
            }
            "license-exception" => match &record.authority {
                Some(id) => format!(
                    "The order may go without a license under license exception {}, if every duty \
                     below is met.",
                    name(id)
                ),
                None => "The order may go under a license exception; which one depends on facts \
                         that are not given."
                    .to_owned(),
            },
            "validated-end-user" => match &record.authority {
                Some(id) => format!(
                    "The order may go without a license under the validated-end-user \
                     authorization {}, if every duty below is met.",
                    name(id)
                ),
                None => "The order may go under a validated-end-user authorization; which one \
                         depends on facts that are not given."
                    .to_owned(),
            },
            "license-required" => format!(
                "A license is required, and no exception or authorization carries the order; \
                 {}.",
                review_sentence(record.review)
            ),
            "prohibited" => "No license is to be had for the order as it stands.".to_owned(),
            _ => format!(
                "The answer depends on facts that are not given: {}. Possible are: {possible}.",
                record.missing.join(", ")
            ),
        }
    }

    fn missing(&self, page: &mut Page) {
        let record = self.record;
        if !record.missing_detail.is_empty() {
            page.text(format!(
                "The outcome is certain; which authority carries it, or how an application is \
                 reviewed, depends on: {}.",
                record.missing_detail.join(", ")
            ));
        }
        if record.outcome == "indeterminate" {
            page.heading("What is missing");
            for path in &record.missing {
                let doc = doc_of(path);
                page.point(
                    0,
                    if doc.is_empty() {
                        path.clone()
                    } else {
                        format!("{path}: {doc}")
                    },
                );
            }
        }
    }

    fn order(&self, page: &mut Page) {
        page.heading("The order");
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
                None => grouped(&given.replace('|', ", ")),
            };
            (path, value)
        });
        page.pairs(pairs.collect());
        list(page, "What was assumed", &self.record.assumptions);
    }

    fn chip(&self, id: &str) -> String {
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

    fn item(&self, page: &mut Page) {
        let item = &self.record.item;
        page.heading("The item");
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

    fn requirements(&self, page: &mut Page) {
        page.heading("License requirements");
        if self.record.requirements.is_empty() {
            page.text(match self.record.license_required {
                "unknown" => "Whether one applies depends on facts that are not given.",
                _ => "None applies.",
            });
        }
        for requirement in &self.record.requirements {
            page.point(
                0,
                format!(
                    "{}: {}",
                    named(&requirement.id, &requirement.cite),
                    requirement.says
                ),
            );
            for because in &requirement.because {
                reasons(page, 1, because);
            }
        }
    }

    fn authorities(&self, page: &mut Page) {
        if self.record.authorities.is_empty() {
            return;
        }
        page.heading("Exceptions and authorizations considered");
        for authority in &self.record.authorities {
            let says = if authority.says.is_empty() { "" } else { ": " };
            page.point(
                0,
                format!(
                    "{} is {}{says}{}",
                    named(&authority.id, &authority.cite),
                    authority.verdict,
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

    fn reviews(&self, page: &mut Page) {
        if self.record.reviews.is_empty() {
            return;
        }
        page.heading("How an application is reviewed");
        for review in &self.record.reviews {
            page.point(
                0,
                format!("{}: {} ({})", review.verdict, review.says, review.cite),
            );
            review.because.iter().for_each(|b| reasons(page, 1, b));
        }
    }

    fn duties(&self, page: &mut Page) {
        let duties: Vec<&DutyRecord> = crate::examples::duties(self.record).collect();
        let filler = self.filler();
        let code = filler.filing_code();
        if duties.is_empty() && code.is_none() {
            return;
        }
        page.heading("What must be done");
        for duty in duties {
            let applies = if duty.applies == "yes" {
                ""
            } else {
                "if it applies: "
            };
            page.point(
                0,
                format!("{applies}{} ({})", filler.fill(&duty.what).text, duty.cite),
            );
            page.point(1, format!("when: {}", duty.when));
            let details = [
                ("to", &duty.to),
                ("subject line", &duty.subject),
                ("form", &duty.form),
            ];
            for (name, detail) in details {
                if let Some(detail) = detail {
                    page.point(1, format!("{name}: {}", filler.fill(detail).text));
                }
            }
            for line in &duty.contents {
                page.point(2, filler.fill(line).text);
            }
        }
        if let Some(code) = code {
            let eccn = self
                .record
                .item
                .eccn
                .as_deref()
                .unwrap_or("[MISSING: item.eccn]");
            page.point(
                0,
                format!("in the electronic export information: license code {code}, ECCN {eccn}"),
            );
        }
    }

    fn draws(&self, page: &mut Page) {
        let chosen = |a: &&AuthorityRecord| match &self.record.authority {
            Some(id) => a.id == *id,
            None => a.verdict != "ineligible",
        };
        let holders = self
            .record
            .authorities
            .iter()
            .filter(chosen)
            .chain(&self.record.reviews);
        let mut pairs = Vec::new();
        for draw in holders.flat_map(|h| &h.draws) {
            let text = |n: &serde_json::Number| grouped(&n.to_string());
            let limit = draw
                .limit
                .as_ref()
                .map_or_else(|| "none stated".to_owned(), text);
            let whole = |n: &serde_json::Number| n.to_string().parse::<tiergate_law::Num>().ok();
            let left = draw.limit.as_ref().and_then(|limit| {
                let used = whole(&draw.used)?.checked_add(whole(&draw.amount)?)?;
                let minus = tiergate_law::Num::from(-1).checked_mul(used)?;
                whole(limit)?
                    .checked_add(minus)
                    .map(|n| grouped(&n.to_string()))
            });
            let left = left.map_or_else(String::new, |l| format!(", left after it {l}"));
            pairs.push((
                draw.quota.clone(),
                format!(
                    "{}, {}: this order {}, used before {}, limit {limit}{left} ({})",
                    draw.key,
                    draw.period,
                    text(&draw.amount),
                    text(&draw.used),
                    draw.cite
                ),
            ));
        }
        if !pairs.is_empty() {
            pairs.dedup();
            page.heading("What it counts against, in TPP");
            page.pairs(pairs);
        }
    }

    fn readings(&self, page: &mut Page) {
        if self.record.readings.is_empty() {
            return;
        }
        page.heading("Contested readings that change the answer");
        for reading in &self.record.readings {
            page.point(
                0,
                format!("{}: {} ({})", reading.id, reading.question, reading.cite),
            );
            page.point(
                1,
                format!(
                    "read here as {}",
                    self.option(&reading.id, &reading.read_as)
                ),
            );
            for other in &reading.otherwise {
                let option = self.option(&reading.id, &other.name);
                page.point(1, format!("read as {option}, it gives {}", short(other)));
                other
                    .changes
                    .iter()
                    .for_each(|change| page.point(2, change.clone()));
            }
        }
    }

    fn option(&self, reading: &str, option: &str) -> String {
        let readings = &self.books.book.regime.readings;
        let found = readings.iter().find(|r| r.id == reading);
        let says = found.and_then(|r| r.is.options.iter().find(|(id, _)| id == option));
        says.map_or_else(|| option.to_owned(), |(id, says)| format!("{id} ({says})"))
    }

    fn other_view(&self, page: &mut Page) {
        if let Some(other) = &self.record.other_view {
            page.heading("The other view");
            let view = if other.name == "text" {
                "as printed"
            } else {
                "as enforced"
            };
            page.text(format!("The law {view} gives {}.", short(other)));
        }
    }

    fn red_flags(&self, page: &mut Page) {
        if self.record.red_flags.is_empty() {
            return;
        }
        page.heading("Red flags");
        for flag in &self.record.red_flags {
            let number = flag
                .number
                .map_or_else(String::new, |n| format!("no. {n}, "));
            page.point(0, format!("{} ({number}{})", flag.says, flag.cite));
            if let Some(then) = &flag.then {
                page.point(1, then.clone());
            }
        }
    }

    /// The instruments behind what applies, with how they are known.
    fn sources(&self, page: &mut Page) {
        let regime = &self.books.book.regime;
        let mut ids: Vec<&str> = self
            .record
            .requirements
            .iter()
            .map(|r| r.instrument.as_str())
            .collect();
        let considered = regime.authorities.iter().filter(|a| {
            self.record
                .authorities
                .iter()
                .any(|r| r.id == a.id && r.verdict != "ineligible")
        });
        ids.extend(considered.map(|a| a.instrument.as_str()));
        let class = regime
            .classes
            .iter()
            .find(|c| self.record.item.eccn.as_deref() == Some(&c.id));
        ids.extend(class.map(|c| c.instrument.as_str()));
        let reviews = self.record.reviews.iter();
        let set = reviews.filter_map(|r| regime.reviews.iter().find(|x| x.id == r.id));
        ids.extend(set.map(|r| r.instrument.as_str()));
        let heads = self.desk.library.sources().map(|s| &s.instrument);
        let heads: Vec<_> = heads.filter(|i| ids.contains(&i.id.as_str())).collect();
        if heads.is_empty() {
            return;
        }
        page.heading("Sources, and how well each is known");
        for head in heads {
            let source = head
                .source
                .as_ref()
                .map_or_else(String::new, |s| format!("; read in: {s}"));
            page.point(
                0,
                format!(
                    "{}, {}: {}{source}",
                    head.title,
                    head.cite,
                    grade(head.grade)
                ),
            );
        }
    }
}

fn list(page: &mut Page, heading: &str, lines: &[String]) {
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

fn reason_line(reason: &Reason) -> String {
    let facts: Vec<String> = reason
        .facts
        .iter()
        .map(|f| format!("{} is {}", f.fact, grouped(&f.value)))
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
    format!("`{}` {holds}: {}{within}", reason.test, facts.join(", "))
}

/// An id with its citation, once when they are the same.
fn named(id: &str, cite: &str) -> String {
    if id == cite {
        id.to_owned()
    } else {
        format!("{id} ({cite})")
    }
}

/// Another outcome, in a few words.
pub fn short(other: &OtherView) -> String {
    match (&other.authority, &other.review) {
        (Some(authority), _) => format!("{} under {authority}", other.outcome),
        (None, Some(review)) => format!("{}, {}", other.outcome, review_sentence(Some(review))),
        (None, None) => other.outcome.clone(),
    }
}

fn review_sentence(review: Option<&str>) -> &'static str {
    match review.unwrap_or("") {
        "presumption-of-approval" => "applications are reviewed under a presumption of approval",
        "case-by-case" => "applications are reviewed case by case",
        "presumption-of-denial" => "applications are reviewed under a presumption of denial",
        "policy-of-denial" => "applications are reviewed under a policy of denial",
        "indeterminate" => "how an application is reviewed depends on facts that are not given",
        _ => "the law states no policy for reviewing applications",
    }
}

const fn grade(grade: tiergate_law::Grade) -> &'static str {
    use tiergate_law::Grade as G;
    match grade {
        G::Primary => "read in primary text",
        G::PrimaryQuoted => "primary text, quoted word for word elsewhere",
        G::Secondary => "from a law firm, the press or a public repository",
        G::Unconfirmed => "one weak source, unconfirmed: check before use",
        G::Assumed => "assumed here, stated by no source",
    }
}

/// What a field means, from the tables of facts.
fn doc_of(path: &str) -> &'static str {
    if path.ends_with(".lists") {
        return "the restricted-party lists it is on; none if it was screened and is on none";
    }
    match path {
        "end_uses" => "every end use that is known, commercial use included",
        _ => crate::commands::schema::doc_of(path).unwrap_or(""),
    }
}
