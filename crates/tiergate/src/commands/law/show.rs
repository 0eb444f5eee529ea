//! `tiergate law show`: the entries of one file, or the rules of a law.

use anyhow::{Result, bail};
use tiergate_law::{
    Body, Condition, Date, Duty, Entry, Grade, Group, LawRef, Library, Operation, Policy, Source,
    VotesOf,
};

use super::consolidate::regime;
use super::laid_out::laid_out;
use crate::cli::{Cli, Ended};
use crate::embedded;
use crate::options::ViewArg;
use crate::page::{Layout, Page};
use crate::report::print;
use crate::style::{Style, grouped};

/// Show the entries of an instrument or proposal, or the rules of a law by kind
#[derive(Debug, clap::Args)]
pub struct Args {
    /// An id of `law list`, or a LAW with a date such as us@2025-06-01:text
    law: String,

    /// Date of the law where LAW leaves it open
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,

    /// View of the law where LAW leaves it open
    #[arg(long, value_enum)]
    view: Option<ViewArg>,
}

/// Shows them.
pub fn run(cli: &Cli, args: &Args) -> Result<Ended> {
    let desk = embedded::desk(cli.law_dir.as_deref())?;
    let source = desk.library.sources().find(|s| s.instrument.id == args.law);
    // A proposal with a date is a law; without one, a file.
    let page = match source.filter(|_| args.as_of.is_none()) {
        Some(source) => of_file(source),
        None => {
            let law = match args.law.parse::<LawRef>() {
                Ok(law) => law,
                Err(error) if args.law.contains(['@', ':']) => return Err(error.into()),
                Err(_) => bail!(unknown(&args.law, &desk.library)),
            };
            if law.id != "us" && desk.library.proposal(&law.id).is_none() {
                bail!(unknown(&args.law, &desk.library));
            }
            laid_out(
                &desk.library,
                &regime(&desk, &law, args.as_of, args.view.map(Into::into))?,
                None,
            )
            .page
        }
    };
    print(None, &page.render(Layout::Text(Style::page(false))))?;
    Ok(Ended::Well)
}

fn unknown(law: &str, library: &Library) -> String {
    let ids: Vec<&str> = library
        .sources()
        .map(|s| s.instrument.id.as_str())
        .collect();
    format!(
        "there is no law or instrument `{law}`; known are us, {}",
        ids.join(", ")
    )
}

fn of_file(source: &Source) -> Page {
    let head = &source.instrument;
    let mut page = Page::new(&head.title);
    let mut pairs = vec![
        ("id".to_owned(), head.id.clone()),
        ("file".to_owned(), source.file.clone()),
        ("citation".to_owned(), head.cite.clone()),
    ];
    let dates = [
        ("published", head.published),
        ("effective", Some(head.effective)),
        ("compliance", head.compliance),
        ("last day", head.expires),
    ];
    for (name, date) in dates {
        pairs.extend(date.map(|d| (name.to_owned(), d.to_string())));
    }
    pairs.push(("grade".to_owned(), head.grade.word().to_owned()));
    pairs.extend(head.source.clone().map(|s| ("source".to_owned(), s)));
    if let Some(proposal) = &head.proposal {
        let view = tiergate_law::View::from(proposal.base_view).word();
        pairs.push(("base".to_owned(), format!("us:{view}")));
        if !proposal.carries.is_empty() {
            pairs.push(("carries".to_owned(), proposal.carries.join(", ")));
        }
    }
    page.pairs(pairs);
    head.notes
        .iter()
        .for_each(|note| page.point(0, note.clone()));
    let mut kind = "";
    for entry in &source.entries {
        if entry.body.kind() != kind {
            kind = entry.body.kind();
            page.heading(heading(kind));
        }
        show(entry, &mut page);
    }
    if !source.examples.is_empty() {
        page.heading("Examples");
        source
            .examples
            .iter()
            .for_each(|e| page.point(0, format!("{} ({})", e.says, e.cite)));
    }
    page
}

/// The heading of a kind of entry.
fn heading(kind: &str) -> String {
    match kind {
        "class" => "Item classes".to_owned(),
        "follows" => "Territories that follow a country".to_owned(),
        "duty" => "Duties of the outcome".to_owned(),
        "authority" => "Exceptions and authorizations".to_owned(),
        "review" => "Review policies".to_owned(),
        "prohibition" => "Prohibitions".to_owned(),
        "agreement" => "Agreements".to_owned(),
        _ => {
            let mut name = kind.replace('-', " ");
            if let Some(first) = name.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            name + "s"
        }
    }
}

/// Adds an entry as the file has it.
pub fn show(entry: &Entry, page: &mut Page) {
    let operation = match entry.operation {
        Operation::Add => "",
        Operation::Replace => " (replaces the one that stands)",
        Operation::Amend => " (amends the one that stands)",
        Operation::Repeal => " (repealed)",
    };
    let grade = if entry.grade == Grade::Primary {
        String::new()
    } else {
        format!(", {}", entry.grade.word())
    };
    let says = if entry.says.is_empty() {
        String::new()
    } else {
        format!(": {}", entry.says)
    };
    let cite = if entry.cite == entry.id {
        String::new()
    } else {
        format!(" [{}{grade}]", entry.cite)
    };
    page.point(0, format!("{}{operation}{says}{cite}", entry.id));
    let span = match (entry.from, entry.through) {
        (None, None) => None,
        (Some(from), None) => Some(format!("from {from}")),
        (None, Some(through)) => Some(format!("through {through}")),
        (Some(from), Some(through)) => Some(format!("from {from} through {through}")),
    };
    let view = entry
        .view
        .map(|v| format!("only {}", tiergate_law::View::from(v).word()));
    let limits: Vec<String> = span.into_iter().chain(view).collect();
    if !limits.is_empty() {
        page.point(1, limits.join(", "));
    }
    if entry.operation != Operation::Repeal {
        body(&entry.body, page);
    }
}

/// Adds the condition of a rule as the file has it.
pub fn when(page: &mut Page, condition: &Condition) {
    page.point(1, format!("when {}", condition.one_line()));
}

fn body(body: &Body, page: &mut Page) {
    let names = |all: &[tiergate_law::Named]| {
        all.iter()
            .map(|n| n.name.as_str())
            .collect::<Vec<_>>()
            .join(", ")
    };
    match body {
        Body::Group(Group {
            members,
            add,
            remove,
            only_if,
        }) => {
            for (word, list) in [("members", members), ("adds", add), ("removes", remove)] {
                if !list.is_empty() {
                    page.point(1, format!("{word} {}", names(list)));
                }
            }
            if let Some((reading, option)) = only_if {
                page.point(1, format!("only if reading {} is {option}", reading.name));
            }
        }
        Body::Repealed(_) => {}
        Body::Follows(follows) => page.point(1, format!("follows {}", follows.country.name)),
        Body::Register(register) => page.point(1, register.names.join("; ")),
        Body::Value(value) => {
            for d in &value.dated {
                let amount = grouped(&d.amount.to_string());
                let from = d.from.map_or_else(String::new, |f| format!(" from {f}"));
                let through = d
                    .through
                    .map_or_else(String::new, |t| format!(" through {t}"));
                let range = d.range.map_or_else(String::new, |(low, high)| {
                    format!(
                        ", may lie from {} to {}",
                        grouped(&low.to_string()),
                        grouped(&high.to_string())
                    )
                });
                let because = d
                    .because
                    .as_ref()
                    .map_or_else(String::new, |b| format!("; {b}"));
                let unit = &value.unit;
                let status = d.status.word();
                page.point(
                    1,
                    format!(
                        "{amount} {unit}{from}{through} ({status}{range}{because}) [{}]",
                        d.cite
                    ),
                );
            }
        }
        Body::Definition(c) | Body::Scope(c) | Body::Prohibition(c) | Body::Note(c) => {
            when(page, c)
        }
        Body::Class(class) => {
            if let Some(c) = &class.when {
                when(page, c);
            }
        }
        Body::ClassSet(members) => page.point(1, names(members)),
        Body::Requirement(requirement) => when(page, &requirement.when),
        Body::Authority(authority) => {
            page.point(1, format!("overcomes {}", names(&authority.overcomes)));
            for c in &authority.conditions {
                page.point(1, format!("{}: {} [{}]", c.says, c.when.one_line(), c.cite));
            }
            if !authority.draws.is_empty() {
                page.point(1, format!("draws on {}", names(&authority.draws)));
            }
            duties(&authority.duties, page);
        }
        Body::Bar(bar) => {
            when(page, &bar.when);
            for (word, list) in [("except", &bar.except), ("only", &bar.only)] {
                if !list.is_empty() {
                    page.point(1, format!("{word} {}", names(list)));
                }
            }
        }
        Body::Review(review) => {
            page.point(
                1,
                format!(
                    "{} for {}",
                    Policy::word_of(review.policy),
                    names(&review.governs)
                ),
            );
            when(page, &review.when);
            duties(&review.duties, page);
        }
        Body::Quota(quota) => {
            page.point(
                1,
                match &quota.limit {
                    Some(limit) => {
                        format!("limit {} per {}, {}", limit.name, quota.per, quota.period)
                    }
                    None => format!("counted only, per {}, {}", quota.per, quota.period),
                },
            );
            if let Some(counts) = &quota.when {
                when(page, counts);
            }
            if !quota.gives_back.is_empty() {
                let back = quota.gives_back.join(", ");
                page.point(1, format!("no longer counted after: {back}"));
            }
        }
        Body::Agreement(agreement) => {
            page.point(1, format!("with {}", agreement.country.name));
            for raise in &agreement.raises {
                let amount = grouped(&raise.to.amount.to_string());
                let line = format!(
                    "raises {} to {amount} [{}]",
                    raise.value.name, raise.to.cite
                );
                page.point(1, line);
            }
            agreement
                .unlocks
                .iter()
                .for_each(|u| page.point(1, format!("unlocks {u}")));
            agreement
                .concessions
                .iter()
                .for_each(|c| page.point(1, format!("in return: {c}")));
        }
        Body::Reading(reading) => {
            page.point(1, reading.question.clone());
            for (at, (id, says)) in reading.options.iter().enumerate() {
                let default = if at == reading.default {
                    " (the default)"
                } else {
                    ""
                };
                page.point(1, format!("{id}{default}: {says}"));
            }
        }
        Body::RedFlag(flag) => {
            when(page, &flag.when);
            if let Some(then) = &flag.then {
                page.point(1, format!("then {then}"));
            }
        }
        Body::Duty(general) => duties(std::slice::from_ref(&general.duty), page),
        Body::Step(step) => {
            let day = step.day.map(|d| format!("by day {d}"));
            let within = step.within_days.map(|d| format!("within {d} days"));
            let after = step.after.as_ref().map(|a| format!("after {a}"));
            let who = (!step.who.is_empty()).then(|| step.who.join(", "));
            let parts: Vec<String> = [day, within, after, who].into_iter().flatten().collect();
            page.point(1, format!("{}: {}", step.process, parts.join(", ")));
            if let Some(default) = &step.default {
                page.point(1, format!("if missed: {default}"));
            }
            if let Some(votes) = &step.votes {
                let how = step.decides.as_deref().unwrap_or_default();
                let of = match votes.of {
                    VotesOf::Members => "of the members",
                    VotesOf::Cast => "of the votes cast",
                };
                let because = votes
                    .because
                    .as_ref()
                    .map_or_else(String::new, |b| format!(": {b}"));
                let (cite, grade) = (&votes.cite, votes.grade.word());
                page.point(1, format!("{how} {of} [{cite}, {grade}]{because}"));
            }
        }
    }
}

fn duties(duties: &[Duty], page: &mut Page) {
    for duty in duties {
        page.point(
            1,
            format!(
                "duty {}: {}, {} [{}]",
                duty.id, duty.what, duty.when_due, duty.cite
            ),
        );
    }
}
