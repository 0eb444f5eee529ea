//! `tiergate law consolidate`: the law in force on a date, every rule with what set it.

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};
use tiergate_engine::Desk;
use tiergate_law::{
    Body, CitedCondition, Date, LawRef, Library, Named, Policy, Regime, RegimeAuthority,
    RegimeDuty, Resolved, StepDefault, View, VotesOf,
};

use super::show::when;
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
    /// The page for a document
    Markdown,
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
        Format::Markdown => page(&desk, &args.law, args.as_of, view)?.render(Layout::Markdown),
        Format::Json => {
            let regime = regime(&desk, &args.law, args.as_of, view)?;
            serde_json::to_string_pretty(&as_json(&desk.library, &regime))?
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

/// A law as `--format json` gives it; the day is for a law that names none.
///
/// # Errors
///
/// A law that does not exist, or has nothing to say at its date.
pub fn answer(desk: &Desk, law: &LawRef, day: Date) -> Result<Value> {
    let regime = regime(desk, law, Some(day), None)?;
    Ok(as_json(&desk.library, &regime))
}

/// The regime as a page.
pub fn page(desk: &Desk, law: &LawRef, as_of: Option<Date>, view: Option<View>) -> Result<Page> {
    let regime = regime(desk, law, as_of, view)?;
    let library = &desk.library;
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
    section(
        library,
        &mut page,
        "Country groups",
        &regime.groups,
        |g, page| {
            let codes: Vec<String> = g.is.iter().map(|c| c.to_string()).collect();
            page.point(1, codes.join(" "));
        },
    );
    section(library, &mut page, "Values", &regime.values, |v, page| {
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
    section(
        library,
        &mut page,
        "Registers",
        &regime.registers,
        |r, page| page.point(1, r.is.join("; ")),
    );
    section(
        library,
        &mut page,
        "Definitions",
        &regime.definitions,
        |_, _| {},
    );
    section(
        library,
        &mut page,
        "Class sets",
        &regime.class_sets,
        |set, page| {
            page.point(1, set.is.join(", "));
        },
    );
    section(
        library,
        &mut page,
        "Item classes, first match first",
        &regime.classes,
        |_, _| {},
    );
    section(
        library,
        &mut page,
        "Subject to the rules",
        &regime.scopes,
        |_, _| {},
    );
    section(
        library,
        &mut page,
        "License requirements",
        &regime.requirements,
        |_, _| {},
    );
    section(
        library,
        &mut page,
        "Prohibitions",
        &regime.prohibitions,
        |_, _| {},
    );
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    section(
        library,
        &mut page,
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
    section(library, &mut page, "Bars", &regime.bars, |b, page| {
        let touched: Vec<&str> =
            b.is.touches
                .iter()
                .map(|a| regime.authorities[*a].id.as_str())
                .collect();
        page.point(1, format!("touches {}", touched.join(", ")));
    });
    section(
        library,
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
            duties(&r.is.duties, page);
        },
    );
    section(library, &mut page, "Quotas", &regime.quotas, |q, page| {
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
    section(
        library,
        &mut page,
        "Agreements",
        &regime.agreements,
        |_, _| {},
    );
    section(
        library,
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
    section(
        library,
        &mut page,
        "Red flags",
        &regime.red_flags,
        |_, _| {},
    );
    section(
        library,
        &mut page,
        "Duties of the outcome",
        &regime.duties,
        |_, _| {},
    );
    section(library, &mut page, "Notes", &regime.notes, |_, _| {});
    section(
        library,
        &mut page,
        "Steps of the interagency process",
        &regime.steps,
        |_, _| {},
    );
    Ok(page)
}

/// The conditions of an authority as the file has them.
fn conditions<'l>(
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

fn section<T>(
    library: &Library,
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
        if let Some(condition) = library.entry(rule).and_then(|e| e.body.when()) {
            when(page, condition);
        }
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

fn rules<T>(library: &Library, rules: &[Resolved<T>], more: impl Fn(&T) -> Value) -> Value {
    let one = |rule: &Resolved<T>| {
        let mut json = head(rule);
        let when = library.entry(rule).and_then(|e| e.body.when());
        if let (Some(all), Some(when)) = (json.as_object_mut(), when) {
            all.insert("when".to_owned(), when.one_line().into());
        }
        if let (Some(all), Value::Object(extra)) = (json.as_object_mut(), more(&rule.is)) {
            all.extend(extra);
        }
        json
    };
    rules.iter().map(one).collect()
}

/// The regime for programs.
fn as_json(library: &Library, regime: &Regime) -> Value {
    let none = |_: &_| json!({});
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    let number = |n: tiergate_law::Num| n.to_string().parse::<serde_json::Number>().ok();
    json!({
        "law": regime.law,
        "as_of": regime.date.to_string(),
        "view": regime.view.word(),
        "instruments": regime.instruments,
        "groups": rules(library, &regime.groups, |g| {
            json!({ "members": g.iter().map(|c| c.to_string()).collect::<Vec<_>>() })
        }),
        "values": rules(library, &regime.values, |v| json!({
            "unit": v.unit,
            "amount": v.now.as_ref().and_then(|d| number(d.amount)),
            "status": v.now.as_ref().map(|d| d.status.word()),
            "value_cite": v.now.as_ref().map(|d| &d.cite),
        })),
        "registers": rules(library, &regime.registers, |r| json!({ "names": r })),
        "definitions": rules(library, &regime.definitions, |_| json!({})),
        "class_sets": rules(library, &regime.class_sets, |members| json!({ "members": members })),
        "classes": rules(library, &regime.classes, |_| json!({})),
        "scopes": rules(library, &regime.scopes, |_| json!({})),
        "requirements": rules(library, &regime.requirements, |r| json!({ "part": r.part })),
        "prohibitions": rules(library, &regime.prohibitions, |_| json!({})),
        "authorities": authorities(library, regime),
        "bars": rules(library, &regime.bars, |b| json!({
            "touches": b.touches.iter().map(|a| regime.authorities[*a].id.as_str()).collect::<Vec<_>>(),
        })),
        "reviews": rules(library, &regime.reviews, |r| json!({
            "lane": r.lane,
            "policy": Policy::word_of(r.policy),
            "governs": r.governs.iter().map(requirement).collect::<Vec<_>>(),
        })),
        "quotas": rules(library, &regime.quotas, |q| json!({
            "limit": q.limit.as_ref().and_then(|l| number(l.amount)),
            "raised": q.raised.iter().map(|(country, to)| json!({
                "country": country.to_string(), "limit": number(to.amount), "cite": to.cite,
            })).collect::<Vec<_>>(),
            "per": q.per, "key": q.key, "period": q.period,
        })),
        "readings": rules(library, &regime.readings, |r| json!({
            "question": r.question,
            "options": r.options.iter().map(|(id, says)| json!({ "id": id, "says": says })).collect::<Vec<_>>(),
            "default": r.options.get(r.default).map(|(id, _)| id),
        })),
        "agreements": rules(library, &regime.agreements, |a| json!({
            "country": a.country.name, "unlocks": a.unlocks, "concessions": a.concessions,
        })),
        "red_flags": rules(library, &regime.red_flags, |(flag, _)| json!({ "number": flag.number, "then": flag.then })),
        "duties": rules(library, &regime.duties, |(outcomes, d)| json!({ "outcomes": outcomes, "what": d.duty.what })),
        "notes": rules(library, &regime.notes, none),
        "steps": rules(library, &regime.steps, step),
    })
}

fn step(s: &tiergate_law::Step) -> Value {
    let words = |all: &[Named]| all.iter().map(|n| n.name.clone()).collect::<Vec<_>>();
    let mut json = json!({
        "process": s.process, "day": s.day, "within_days": s.within_days, "after": s.after, "who": s.who,
        "decides": s.decides, "default": s.default, "stops_clock": s.stops_clock,
        "starts": s.starts.as_ref().map(|n| &n.name), "counts_from": words(&s.counts_from),
        "after_due": s.after_due.as_ref().map(|n| &n.name), "done_by": words(&s.done_by),
        "stops_on": words(&s.stops_on), "runs_on": words(&s.runs_on),
        "then": s.then.map(StepDefault::word), "dissenting": s.dissenting,
        "each_year": s.each_year.iter().map(|(m, d)| format!("{m:02}-{d:02}")).collect::<Vec<_>>(),
    });
    if let Some(votes) = &s.votes {
        let of = match votes.of {
            VotesOf::Members => "members",
            VotesOf::Cast => "cast",
        };
        json["votes"] = json!({
            "of": of, "cite": votes.cite, "grade": votes.grade.word(), "because": votes.because,
        });
    }
    if let Some(seen) = &s.seen {
        json["seen"] =
            json!({ "by": words(&seen.by), "cite": seen.cite, "grade": seen.grade.word() });
    }
    json
}

fn authorities(library: &Library, regime: &Regime) -> Value {
    let requirement = |at: &usize| regime.requirements[*at].id.as_str();
    let one = |authority: &Resolved<RegimeAuthority>| {
        let written = conditions(library, authority).iter();
        let conditions = written
            .map(|c| json!({ "cite": c.cite, "says": c.says, "when": c.when.one_line() }))
            .collect::<Vec<_>>();
        let overcomes: Vec<&str> = authority.is.overcomes.iter().map(requirement).collect();
        let mut json = head(authority);
        json["overcomes"] = json!(overcomes);
        json["conditions"] = json!(conditions);
        json["filing_code"] = json!(authority.is.filing_code);
        json
    };
    regime.authorities.iter().map(one).collect()
}
