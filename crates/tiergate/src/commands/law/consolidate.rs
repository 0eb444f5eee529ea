//! `tiergate law consolidate`: the law in force on a date, every rule with what set it.

use anyhow::{Context, Result};
use clap::ValueEnum;
use serde_json::{Value, json};
use tiergate_engine::Desk;
use tiergate_law::{
    Date, LawRef, Library, Named, Policy, Regime, RegimeAuthority, Resolved, StepDefault, View,
    VotesOf,
};

use super::laid_out::{conditions, laid_out};
use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::options::ViewArg;
use crate::page::Layout;
use crate::report::print;
use crate::style::Style;

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
            let regime = regime(&desk, &args.law, args.as_of, view)?;
            let page = laid_out(&desk.library, &regime, None).page;
            page.render(Layout::Text(Style::page(false)))
        }
        Format::Markdown => {
            let regime = regime(&desk, &args.law, args.as_of, view)?;
            laid_out(&desk.library, &regime, None)
                .page
                .render(Layout::Markdown)
        }
        Format::Json => {
            let regime = regime(&desk, &args.law, args.as_of, view)?;
            serde_json::to_string_pretty(&as_json(&desk.library, &regime))?
        }
    };
    print(None, &text)?;
    Ok(Ended::Well)
}

/// The law in force on a date.
///
/// # Errors
///
/// A law without a date, that does not exist, or with faults.
pub fn regime(
    desk: &Desk,
    law: &LawRef,
    as_of: Option<Date>,
    view: Option<View>,
) -> Result<Regime> {
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
        "then": s.then.map(StepDefault::word), "dissenting": s.dissenting, "optional": s.optional,
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
