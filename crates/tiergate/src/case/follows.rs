//! The parts of the page that say what follows: duties, quotas, readings, flags, sources.

use tiergate_engine::{AuthorityRecord, DutyRecord};

use super::sections::{SOURCES, WEAK, list};
use super::{Case, short};
use crate::fill::EXPORT_FILING;
use crate::page::Page;
use crate::style::grouped;

impl Case<'_> {
    pub(super) fn duties(&self, page: &mut Page) {
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
        let filed = |d: &DutyRecord| d.form.as_deref() == Some(EXPORT_FILING);
        if let Some(code) = code.filter(|_| !crate::examples::duties(self.record).any(filed)) {
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

    pub(super) fn draws(&self, page: &mut Page) {
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

    pub(super) fn readings(&self, page: &mut Page) {
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

    pub(super) fn option(&self, reading: &str, option: &str) -> String {
        let readings = &self.books.book.regime.readings;
        let found = readings.iter().find(|r| r.id == reading);
        let says = found.and_then(|r| r.is.options.iter().find(|(id, _)| id == option));
        says.map_or_else(|| option.to_owned(), |(id, says)| format!("{id} ({says})"))
    }

    pub(super) fn other_view(&self, page: &mut Page) {
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

    pub(super) fn red_flags(&self, page: &mut Page) {
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

    /// The instruments behind what applies, with how they are known, and what of it is weak.
    pub(super) fn sources(&self, page: &mut Page) {
        self.instruments(page);
        let weak = &self.record.rests_on;
        if weak.is_empty() {
            return;
        }
        page.heading(WEAK);
        page.text(format!(
            "The weakest of what the answer rests on: {}.",
            self.record.grade
        ));
        for ground in weak {
            let what = match ground.kind {
                "disapplies" => format!("that {} is not in force", ground.id),
                kind => format!("{kind} {}", ground.id),
            };
            page.point(
                0,
                format!(
                    "{what} ({}): {}, set by {}",
                    ground.cite, ground.grade, ground.instrument
                ),
            );
        }
    }

    fn instruments(&self, page: &mut Page) {
        let regime = &self.books.book.regime;
        let mut ids: Vec<&str> = self
            .record
            .requirements
            .iter()
            .chain(&self.record.may_apply)
            .chain(&self.record.considered)
            .map(|r| r.instrument.as_str())
            .collect();
        let out_of_force = self.record.not_enforced.iter();
        ids.extend(out_of_force.flat_map(|n| [n.instrument.as_str(), n.by.as_str()]));
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
        page.heading(SOURCES);
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

    pub(super) fn notes(&self, page: &mut Page) {
        list(page, "Notes", &self.record.notes);
    }
}

pub const fn grade(grade: tiergate_law::Grade) -> &'static str {
    use tiergate_law::Grade as G;
    match grade {
        G::Primary => "read in primary text",
        G::PrimaryQuoted => "primary text, quoted word for word elsewhere",
        G::Secondary => "from a law firm, the press or a public repository",
        G::Unconfirmed => "one weak source, unconfirmed: check before use",
        G::Assumed => "assumed here, stated by no source",
    }
}
