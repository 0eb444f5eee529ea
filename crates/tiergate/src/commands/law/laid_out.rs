//! The law in force on a date, laid out: every rule by kind, with what set it.

use tiergate_law::{
    Body, CitedCondition, Library, Policy, Regime, RegimeAuthority, RegimeDuty, Resolved,
};

use super::show::when;
use crate::page::{Block, Page};
use crate::style::grouped;

/// The law laid out.
#[derive(Debug)]
pub struct LaidOut {
    /// As a page.
    pub page: Page,
    /// The rules by kind, as they stand on the page.
    pub kinds: Vec<Kind>,
}

/// Rules of a kind.
#[derive(Debug)]
pub struct Kind {
    /// The word for it in law files.
    pub kind: &'static str,
    /// Its heading.
    pub heading: &'static str,
    /// The rules.
    pub rules: Vec<Head>,
}

/// A rule in short.
#[derive(Debug)]
pub struct Head {
    /// Its id within its kind.
    pub id: String,
    /// Citation.
    pub cite: String,
    /// What it says.
    pub says: String,
    /// How it is known.
    pub grade: &'static str,
    /// The instrument that set it.
    pub instrument: String,
    /// The first of what stands under it, such as the amount of a value.
    pub detail: String,
}

/// The law laid out, or one rule of it: of a kind, by its id.
pub fn laid_out(library: &Library, regime: &Regime, only: Option<(&str, &str)>) -> LaidOut {
    let page = Page::new(format!(
        "{}@{}:{}",
        regime.law,
        regime.date,
        regime.view.word()
    ));
    let mut all = Sections {
        library,
        only,
        laid: LaidOut {
            page,
            kinds: Vec::new(),
        },
    };
    if only.is_none() {
        all.instruments(regime);
    }
    all.section("group", "Country groups", &regime.groups, |g, page| {
        let codes: Vec<String> = g.is.iter().map(|c| c.to_string()).collect();
        page.point(1, codes.join(" "));
    });
    all.section("value", "Values", &regime.values, |v, page| {
        let now = v.is.now.as_ref();
        page.point(
            1,
            now.map_or_else(
                || "none stated at this date".to_owned(),
                |d| {
                    let amount = grouped(&d.amount.to_string());
                    format!(
                        "{amount} {} ({}, {}) [{}]",
                        v.is.unit,
                        d.status.word(),
                        d.grade.word(),
                        d.cite
                    )
                },
            ),
        );
    });
    all.section("register", "Registers", &regime.registers, |r, page| {
        page.point(1, r.is.join("; "))
    });
    all.section("definition", "Definitions", &regime.definitions, |_, _| {});
    all.section(
        "class-set",
        "Class sets",
        &regime.class_sets,
        |set, page| {
            page.point(1, set.is.join(", "));
        },
    );
    all.section(
        "class",
        "Item classes, first match first",
        &regime.classes,
        |_, _| {},
    );
    all.section("scope", "Subject to the rules", &regime.scopes, |_, _| {});
    all.section(
        "requirement",
        "License requirements",
        &regime.requirements,
        |_, _| {},
    );
    all.section(
        "prohibition",
        "Prohibitions",
        &regime.prohibitions,
        |_, _| {},
    );
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    all.section(
        "authority",
        "Exceptions and authorizations, best first",
        &regime.authorities,
        |a, page| {
            let overcomes: Vec<&str> = a.is.overcomes.iter().map(requirement).collect();
            page.point(1, format!("overcomes {}", overcomes.join(", ")));
            for condition in conditions(library, a) {
                let (says, cite) = (&condition.says, &condition.cite);
                page.point(1, format!("{says} [{cite}]"));
                page.point(2, format!("when {}", condition.when.one_line()));
            }
            duties(&a.is.duties, page);
        },
    );
    all.section("bar", "Bars", &regime.bars, |b, page| {
        let touched: Vec<&str> =
            b.is.touches
                .iter()
                .map(|a| regime.authorities[*a].id.as_str())
                .collect();
        page.point(1, format!("touches {}", touched.join(", ")));
    });
    all.section(
        "review",
        "Review policies, in order",
        &regime.reviews,
        |r, page| {
            let governs: Vec<&str> = r.is.governs.iter().map(requirement).collect();
            page.point(
                1,
                format!(
                    "{} for {}",
                    Policy::word_of(r.is.policy),
                    governs.join(", ")
                ),
            );
            duties(&r.is.duties, page);
        },
    );
    all.section("quota", "Quotas", &regime.quotas, |q, page| {
        let limit = q.is.limit.as_ref().map_or_else(
            || {
                if q.is.counts_only {
                    "counted only"
                } else {
                    "no limit stated"
                }
                .to_owned()
            },
            |l| format!("limit {} [{}]", grouped(&l.amount.to_string()), l.cite),
        );
        page.point(1, format!("{limit}, per {}, {}", q.is.per, q.is.period));
        for (country, to) in &q.is.raised {
            let amount = grouped(&to.amount.to_string());
            page.point(1, format!("for {country}: limit {amount} [{}]", to.cite));
        }
    });
    all.section("agreement", "Agreements", &regime.agreements, |_, _| {});
    all.section(
        "reading",
        "Contested readings",
        &regime.readings,
        |r, page| {
            page.point(1, r.is.question.clone());
            for (at, (id, says)) in r.is.options.iter().enumerate() {
                let default = if at == r.is.default {
                    " (the default)"
                } else {
                    ""
                };
                page.point(1, format!("{id}{default}: {says}"));
            }
        },
    );
    all.section("red-flag", "Red flags", &regime.red_flags, |_, _| {});
    all.section("duty", "Duties of the outcome", &regime.duties, |_, _| {});
    all.section("note", "Notes", &regime.notes, |_, _| {});
    all.section(
        "step",
        "Steps of the interagency process",
        &regime.steps,
        |_, _| {},
    );
    all.laid
}

/// What the sections are laid out into.
struct Sections<'l> {
    library: &'l Library,
    only: Option<(&'l str, &'l str)>,
    laid: LaidOut,
}

impl Sections<'_> {
    fn instruments(&mut self, regime: &Regime) {
        let page = &mut self.laid.page;
        page.heading("Instruments in force, in legal order");
        for id in &regime.instruments {
            let source = self.library.sources().find(|s| s.instrument.id == *id);
            let title = source.map_or("", |s| s.instrument.title.as_str());
            page.point(0, format!("{id}: {title}"));
        }
    }

    fn section<T>(
        &mut self,
        kind: &'static str,
        heading: &'static str,
        rules: &[Resolved<T>],
        detail: impl Fn(&Resolved<T>, &mut Page),
    ) {
        let wanted = |id: &str| self.only.is_none_or(|only| only == (kind, id));
        let rules: Vec<&Resolved<T>> = rules.iter().filter(|r| wanted(&r.id)).collect();
        if rules.is_empty() {
            return;
        }
        let page = &mut self.laid.page;
        page.heading(heading);
        let mut heads = Vec::with_capacity(rules.len());
        for rule in rules {
            let says = if rule.says.is_empty() {
                String::new()
            } else {
                format!(": {}", rule.says)
            };
            let cite = if rule.cite == rule.id {
                String::new()
            } else {
                format!("{}; ", rule.cite)
            };
            let grade = rule.grade.word();
            page.point(
                0,
                format!(
                    "{}{says} [{cite}{grade}; set by {}]",
                    rule.id, rule.instrument
                ),
            );
            let at = page.blocks().len();
            detail(rule, page);
            if let Some(condition) = self.library.entry(rule).and_then(|e| e.body.when()) {
                when(page, condition);
            }
            let detail = match page.blocks().get(at) {
                Some(Block::Point(1, detail)) => detail.clone(),
                _ => String::new(),
            };
            heads.push(Head {
                id: rule.id.clone(),
                cite: rule.cite.clone(),
                says: rule.says.clone(),
                grade: rule.grade.word(),
                instrument: rule.instrument.clone(),
                detail,
            });
        }
        self.laid.kinds.push(Kind {
            kind,
            heading,
            rules: heads,
        });
    }
}

/// The conditions of an authority as the file has them.
pub fn conditions<'l>(
    library: &'l Library,
    authority: &Resolved<RegimeAuthority>,
) -> &'l [CitedCondition] {
    match library.entry(authority).map(|e| &e.body) {
        Some(Body::Authority(written)) => &written.conditions,
        _ => &[],
    }
}

fn duties(duties: &[RegimeDuty], page: &mut Page) {
    for RegimeDuty { duty, .. } in duties {
        let (id, what, due) = (&duty.id, &duty.what, &duty.when_due);
        page.point(1, format!("duty {id}: {what}, {due}"));
        if let Some(only_if) = &duty.only_if {
            page.point(2, format!("only if {}", only_if.one_line()));
        }
    }
}
