//! Reads a step of a process.

use crate::diagnostic::nearest;
use crate::model::{Body, Grade, Named};
use crate::step::{STEP_EVENTS, STEP_READERS, Seen, Step, StepDefault, Votes, VotesOf};
use crate::table::{Faults, Fields};

/// One step, with every fault it has by itself.
pub(crate) fn step(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let process = f.text("process", faults);
    let (day, within_days) = (
        f.integer_opt("day", faults),
        f.integer_opt("within_days", faults),
    );
    for (key, days) in [("day", day), ("within_days", within_days)] {
        if days.is_some_and(|days| days < 0) {
            let span = f.get(key).map_or(f.span.clone(), |v| v.span());
            faults.error_with_help(
                span,
                format!("`{key}` is below zero"),
                "days are counted from 0",
            );
        }
    }
    let stops_clock = f.flag("stops_clock", faults);
    let step = Step {
        process: String::new(),
        day,
        within_days,
        after: f.text_opt("after", faults),
        who: f.texts("who", faults),
        decides: f.text_opt("decides", faults),
        default: f.text_opt("default", faults),
        stops_clock,
        starts: f.named_opt("starts", faults),
        counts_from: f.list("counts_from", faults),
        after_due: f.named_opt("after_due", faults),
        done_by: f.list("done_by", faults),
        stops_on: f.list("stops_on", faults),
        runs_on: f.list("runs_on", faults),
        then: f.word_opt("then", &StepDefault::ALL.map(|d| (d.word(), d)), faults),
        dissenting: f.flag("dissenting", faults),
        optional: f.flag("optional", faults),
        votes: votes(f, faults),
        seen: seen(f, faults),
        each_year: each_year(f, faults),
    };
    // `counts_from` may name a step too: that is told when all of them stand together.
    let events = [&step.done_by, &step.stops_on, &step.runs_on];
    known(
        events.into_iter().flatten().chain(&step.starts),
        STEP_EVENTS,
        "no event of a case",
        faults,
    );
    let named =
        |key: &'static str, f: &mut Fields<'_, '_>| f.get(key).map_or(f.span.clone(), |v| v.span());
    if (!step.stops_on.is_empty() || !step.runs_on.is_empty()) && !stops_clock {
        let span = named(
            if step.stops_on.is_empty() {
                "runs_on"
            } else {
                "stops_on"
            },
            f,
        );
        faults.error_with_help(
            span,
            "events for a clock that the step does not stop",
            "say `stops_clock = true`",
        );
    }
    let counted = !step.counts_from.is_empty() || step.after_due.is_some();
    if counted && within_days.is_none() {
        let span = named(
            if step.after_due.is_some() {
                "after_due"
            } else {
                "counts_from"
            },
            f,
        );
        faults.error_with_help(
            span,
            "a start to count from, and no days",
            "give `within_days`",
        );
    }
    if step.then.is_some() && step.default.is_none() {
        let span = named("then", f);
        faults.error_with_help(
            span,
            "what follows is named and not said",
            "say it in `default`",
        );
    }
    if step.votes.is_some() && !matches!(step.decides.as_deref(), Some("majority" | "unanimous")) {
        let span = named("votes", f);
        let help = "say `decides = \"majority\"` or `\"unanimous\"`";
        faults.error_with_help(span, "votes that nothing decides by", help);
    }
    Some(Body::Step(Step {
        process: process?,
        ..step
    }))
}

/// Faults for names that are not among those known.
fn known<'n>(
    names: impl Iterator<Item = &'n Named>,
    among: &[&str],
    what: &str,
    faults: &mut Faults<'_>,
) {
    for named in names.filter(|n| !among.contains(&n.name.as_str())) {
        let help = match nearest(&named.name, among.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("one of {}", among.join(", ")),
        };
        faults.error_with_help(
            named.span.clone(),
            format!("`{}` is {what}", named.name),
            help,
        );
    }
}

/// The one table of a key.
fn table<'t, 'i>(
    f: &mut Fields<'t, 'i>,
    key: &'static str,
    what: &'static str,
    faults: &mut Faults<'_>,
) -> Option<Fields<'t, 'i>> {
    let value = f.get(key)?;
    Fields::of(value, what, faults)
}

fn votes(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Votes> {
    let mut row = table(f, "votes", "`votes`", faults)?;
    let words = [("members", VotesOf::Members), ("cast", VotesOf::Cast)];
    let of = row.word_opt("of", &words, faults);
    if of.is_none() && row.get("of").is_none() {
        faults.error_with_help(
            row.span.clone(),
            "`votes` has no `of`",
            "one of members, cast",
        );
    }
    let (cite, because) = (row.text("cite", faults), row.text_opt("because", faults));
    let grade = row.grade_opt(faults).unwrap_or(faults.grade);
    if grade == Grade::Assumed && because.is_none() {
        faults.error_with_help(
            row.span.clone(),
            "an assumption without its reason",
            "give `because`",
        );
    }
    row.finish(faults);
    Some(Votes {
        of: of?,
        cite: cite?,
        grade,
        because,
    })
}

fn seen(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Seen> {
    let mut row = table(f, "seen", "`seen`", faults)?;
    let by = row.list("by", faults);
    known(by.iter(), STEP_READERS, "no reader of a case", faults);
    let cite = row.text("cite", faults);
    let grade = row.grade_opt(faults).unwrap_or(faults.grade);
    row.finish(faults);
    Some(Seen {
        by,
        cite: cite?,
        grade,
    })
}

/// Days of the year, each as `"07-15"`.
fn each_year(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Vec<(i8, i8)> {
    let mut days = Vec::new();
    for named in f.list("each_year", faults) {
        let parts = named.name.split_once('-');
        let parts = parts.and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
        // A day that only leap years have is no day of every year.
        let there = |(m, d): &(i8, i8)| jiff::civil::Date::new(2025, *m, *d).is_ok();
        match parts.filter(there) {
            Some(day) => days.push(day),
            None => faults.error_with_help(
                named.span,
                format!("`{}` is no day of every year", named.name),
                "write month and day, such as \"07-15\"",
            ),
        }
    }
    days
}
