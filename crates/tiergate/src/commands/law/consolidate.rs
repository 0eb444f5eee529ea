//! `tiergate law consolidate`: the law in force on a date, every rule with what set it.

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};
use tiergate_engine::Desk;
use tiergate_law::{Date, LawRef, Policy, Regime, Resolved, View};

use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::options::ViewArg;
use crate::page::{Layout, Page};
use crate::report::print;
use crate::style::{Style, grouped};

/// Lay the instruments over one another: the law in force on a date
#[derive(Debug, clap::Args)]
pub struct Args {
    /// (us | PROPOSAL)[@DATE][:text | :enforced]
    law: LawRef,

    /// Date of the law where LAW leaves it open
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// View of the law where LAW leaves it open
    #[arg(long, value_enum)]
    view: Option<ViewArg>,

    /// Form of the output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A page of text
    Text,
    /// JSON
    Json,
}

/// Prints the regime.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = embedded::desk(cli.law_dir.as_deref())?;
    let view = args.view.map(View::from);
    let text = match args.format {
        Format::Text => {
            page(&desk, &args.law, args.as_of, view)?.render(Layout::Text(Style::page(false)))
        }
        Format::Json => {
            let regime = regime(&desk, &args.law, args.as_of, view)?;
            serde_json::to_string_pretty(&as_json(&regime))?
        }
    };
    print(None, &text)?;
    Ok(Ended::Well)
}

fn regime(desk: &Desk, law: &LawRef, as_of: Option<Date>, view: Option<View>) -> Result<Regime> {
    let date = law.date.or(as_of).with_context(|| {
        format!(
            "`{law}` has no date; write {}@YYYY-MM-DD or give --as-of",
            law.id
        )
    })?;
    Ok(desk
        .library
        .consolidate(law, date, law.view.or(view).unwrap_or_default())?)
}

/// The regime as a page.
pub fn page(desk: &Desk, law: &LawRef, as_of: Option<Date>, view: Option<View>) -> Result<Page> {
    let regime = regime(desk, law, as_of, view)?;
    let mut page = Page::new(format!(
        "{}@{}:{}",
        regime.law,
        regime.date,
        regime.view.word()
    ));
    page.heading("Instruments in force, in legal order");
    for id in &regime.instruments {
        let source = desk.library.sources().find(|s| s.instrument.id == *id);
        let title = source.map_or("", |s| s.instrument.title.as_str());
        page.point(0, format!("{id}: {title}"));
    }
    section(&mut page, "Country groups", &regime.groups, |g, page| {
        let codes: Vec<String> = g.is.iter().map(|c| c.to_string()).collect();
        page.point(1, codes.join(" "));
    });
    section(&mut page, "Values", &regime.values, |v, page| {
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
    section(&mut page, "Registers", &regime.registers, |r, page| {
        page.point(1, r.is.join("; "))
    });
    section(
        &mut page,
        "Item classes, first match first",
        &regime.classes,
        |_, _| {},
    );
    section(&mut page, "Subject to the rules", &regime.scopes, |_, _| {});
    section(
        &mut page,
        "License requirements",
        &regime.requirements,
        |_, _| {},
    );
    section(&mut page, "Prohibitions", &regime.prohibitions, |_, _| {});
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    section(
        &mut page,
        "Exceptions and authorizations, best first",
        &regime.authorities,
        |a, page| {
            let overcomes: Vec<&str> = a.is.overcomes.iter().map(requirement).collect();
            page.point(1, format!("overcomes {}", overcomes.join(", ")));
            for condition in &a.is.conditions {
                page.point(1, format!("{} [{}]", condition.says, condition.cite));
            }
            for duty in &a.is.duties {
                page.point(
                    1,
                    format!(
                        "duty {}: {}, {}",
                        duty.duty.id, duty.duty.what, duty.duty.when_due
                    ),
                );
            }
        },
    );
    section(&mut page, "Bars", &regime.bars, |b, page| {
        let touched: Vec<&str> =
            b.is.touches
                .iter()
                .map(|a| regime.authorities[*a].id.as_str())
                .collect();
        page.point(1, format!("touches {}", touched.join(", ")));
    });
    section(
        &mut page,
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
        },
    );
    section(&mut page, "Quotas", &regime.quotas, |q, page| {
        let limit = q.is.limit.as_ref().map_or_else(
            || "no limit stated".to_owned(),
            |l| format!("limit {} [{}]", grouped(&l.amount.to_string()), l.cite),
        );
        page.point(1, format!("{limit}, per {}, {}", q.is.per, q.is.period));
    });
    section(&mut page, "Agreements", &regime.agreements, |_, _| {});
    section(
        &mut page,
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
    section(&mut page, "Red flags", &regime.red_flags, |_, _| {});
    section(
        &mut page,
        "Duties of the outcome",
        &regime.duties,
        |_, _| {},
    );
    section(&mut page, "Notes", &regime.notes, |_, _| {});
    section(
        &mut page,
        "Steps of the interagency process",
        &regime.steps,
        |_, _| {},
    );
    Ok(page)
}

fn section<T>(
    page: &mut Page,
    heading: &str,
    rules: &[Resolved<T>],
    detail: impl Fn(&Resolved<T>, &mut Page),
) {
    if rules.is_empty() {
        return;
    }
    page.heading(heading);
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
        detail(rule, page);
    }
}

fn head<T>(rule: &Resolved<T>) -> Value {
    json!({
        "id": rule.id,
        "cite": rule.cite,
        "says": rule.says,
        "grade": rule.grade.word(),
        "instrument": rule.instrument,
    })
}

fn rules<T>(rules: &[Resolved<T>], more: impl Fn(&T) -> Value) -> Value {
    let one = |rule: &Resolved<T>| {
        let mut json = head(rule);
        if let (Some(all), Value::Object(extra)) = (json.as_object_mut(), more(&rule.is)) {
            all.extend(extra);
        }
        json
    };
    rules.iter().map(one).collect()
}

/// The regime for programs.
fn as_json(regime: &Regime) -> Value {
    let none = |_: &_| json!({});
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    let number = |n: tiergate_law::Num| n.to_string().parse::<serde_json::Number>().ok();
    json!({
        "law": regime.law,
        "as_of": regime.date.to_string(),
        "view": regime.view.word(),
        "instruments": regime.instruments,
        "groups": rules(&regime.groups, |g| {
            json!({ "members": g.iter().map(|c| c.to_string()).collect::<Vec<_>>() })
        }),
        "values": rules(&regime.values, |v| json!({
            "unit": v.unit,
            "amount": v.now.as_ref().and_then(|d| number(d.amount)),
            "status": v.now.as_ref().map(|d| d.status.word()),
            "value_cite": v.now.as_ref().map(|d| &d.cite),
        })),
        "registers": rules(&regime.registers, |r| json!({ "names": r })),
        "classes": rules(&regime.classes, |_| json!({})),
        "scopes": rules(&regime.scopes, |_| json!({})),
        "requirements": rules(&regime.requirements, |r| json!({ "part": r.part })),
        "prohibitions": rules(&regime.prohibitions, |_| json!({})),
        "authorities": rules(&regime.authorities, |a| json!({
            "overcomes": a.overcomes.iter().map(requirement).collect::<Vec<_>>(),
            "conditions": a.conditions.iter()
                .map(|c| json!({ "cite": c.cite, "says": c.says })).collect::<Vec<_>>(),
            "filing_code": a.filing_code,
        })),
        "bars": rules(&regime.bars, |b| json!({
            "touches": b.touches.iter().map(|a| regime.authorities[*a].id.as_str()).collect::<Vec<_>>(),
        })),
        "reviews": rules(&regime.reviews, |r| json!({
            "lane": r.lane,
            "policy": Policy::word_of(r.policy),
            "governs": r.governs.iter().map(requirement).collect::<Vec<_>>(),
        })),
        "quotas": rules(&regime.quotas, |q| json!({
            "limit": q.limit.as_ref().and_then(|l| number(l.amount)),
            "per": q.per, "key": q.key, "period": q.period,
        })),
        "readings": rules(&regime.readings, |r| json!({
            "question": r.question,
            "options": r.options.iter().map(|(id, says)| json!({ "id": id, "says": says })).collect::<Vec<_>>(),
            "default": r.options.get(r.default).map(|(id, _)| id),
        })),
        "agreements": rules(&regime.agreements, |a| json!({
            "country": a.country.name, "unlocks": a.unlocks, "concessions": a.concessions,
        })),
        "red_flags": rules(&regime.red_flags, |(flag, _)| json!({ "number": flag.number, "then": flag.then })),
        "duties": rules(&regime.duties, |(outcomes, d)| json!({ "outcomes": outcomes, "what": d.duty.what })),
        "notes": rules(&regime.notes, none),
        "steps": rules(&regime.steps, |s| json!({
            "process": s.process, "day": s.day, "within_days": s.within_days, "after": s.after, "who": s.who,
        })),
    })
}
