//! One TOML text into one [`Source`], with every fault it has.

use toml::de::DeTable;

use crate::diagnostic::Diagnostic;
use crate::model::*;
use crate::read_step::step;
use crate::table::{Faults, Fields};

/// Reads one law file. A file without a usable head gives no source.
pub(crate) fn read_source(file: &str, text: &str) -> (Option<Source>, Vec<Diagnostic>) {
    let mut faults = Faults {
        file,
        text,
        grade: Grade::Secondary,
        found: Vec::new(),
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        faults.error(span, error.message().to_owned());
    }
    let mut top = Fields::new(table.get_ref(), 0..0, "the file");
    let instrument = head(&mut top, &mut faults);
    let mut entries = Vec::new();
    for (key, what, body) in KINDS {
        for mut fields in top.tables(key, what, &mut faults) {
            // What an entry does not say of how it is known, its instrument does.
            faults.grade = instrument.as_ref().map_or(Grade::Secondary, |i| i.grade);
            entries.extend(entry(&mut fields, key, *body, &mut faults));
            fields.finish(&mut faults);
        }
    }
    let mut examples = Vec::new();
    for mut fields in top.tables("example", "an example", &mut faults) {
        examples.extend(example(&mut fields, &mut faults));
        fields.finish(&mut faults);
    }
    top.finish(&mut faults);
    let source = instrument.map(|instrument| Source {
        file: file.to_owned(),
        text: text.to_owned(),
        instrument,
        entries,
        examples,
    });
    (source, faults.found)
}

fn head(top: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Instrument> {
    let (proposal, value) = match (top.get("instrument"), top.get("proposal")) {
        (Some(value), None) => (false, value),
        (None, Some(value)) => (true, value),
        _ => {
            let help = "start with [instrument] for United States law or [proposal] for a proposal";
            faults.error_with_help(0..0, "the file needs exactly one head", help);
            return None;
        }
    };
    let what = if proposal {
        "the proposal"
    } else {
        "the instrument"
    };
    let mut fields = Fields::of(value, what, faults)?;
    let id = fields.named("id", faults);
    let title = fields.text("title", faults);
    let cite = fields.text("cite", faults);
    let effective = fields.date(if proposal { "adopted" } else { "effective" }, faults);
    let proposal = proposal.then(|| Proposal {
        base_view: fields
            .view_opt("base_view", faults)
            .unwrap_or(BaseView::Text),
        carries: fields.texts("carries", faults),
    });
    let grade = fields.grade_opt(faults).unwrap_or(Grade::Secondary);
    let disapplies = fields
        .tables("disapplies", "a disapplication", faults)
        .into_iter()
        .filter_map(|mut f| {
            let (instrument, cite) = (f.text("instrument", faults), f.text("cite", faults));
            let (from, through) = f.days("from", "through", faults);
            if from.is_none() && f.get("from").is_none() {
                faults.error(f.span.clone(), "a disapplication has no `from`");
            }
            let view = f.view_opt("view", faults);
            let return_grade = f.grade_named("return_grade", faults);
            f.finish(faults);
            let (instrument, from) = (instrument?, from?);
            Some(Disapplication {
                instrument,
                from,
                through,
                view,
                cite: cite?,
                return_grade,
            })
        })
        .collect();
    let dates = fields
        .tables("dates", "a date", faults)
        .into_iter()
        .filter_map(|mut f| {
            let (date, says) = (f.date("date", faults), f.text("says", faults));
            let cite = f.text("cite", faults);
            let grade = f.grade_opt(faults).unwrap_or(grade);
            f.finish(faults);
            Some(CalendarDate {
                date: date?,
                says: says?,
                cite: cite?,
                grade,
            })
        })
        .collect();
    let published = fields.date_opt("published", faults);
    let compliance = fields.date_opt("compliance", faults);
    let expires = fields.date_opt("expires", faults);
    for (first, last) in [(effective, compliance), (effective, expires)] {
        if let (Some(first), Some(last)) = (first, last)
            && last < first
        {
            let what = if compliance == Some(last) {
                "compliance"
            } else {
                "expires"
            };
            let span = fields.get(what).map_or(0..0, |value| value.span());
            faults.error(
                span,
                format!("`{what}` {last} lies before {first}, the first day"),
            );
        }
    }
    let source = fields.text_opt("source", faults);
    let notes = fields.texts("notes", faults);
    fields.finish(faults);
    let id = id?;
    if proposal.is_some() && (id.name == "us" || id.name.contains(['@', ':'])) {
        let help = "choose a name without `@` and `:`; `us` is the law of the United States";
        faults.error_with_help(
            id.span,
            format!("`{}` cannot name a proposal", id.name),
            help,
        );
        return None;
    }
    Some(Instrument {
        id: id.name,
        title: title?,
        cite: cite?,
        published,
        effective: effective?,
        compliance,
        expires,
        grade,
        source,
        notes,
        proposal,
        disapplies,
        dates,
        span: id.span,
    })
}

type BodyReader = fn(&mut Fields<'_, '_>, &mut Faults<'_>) -> Option<Body>;

/// The kinds of entry: key in the file, words for messages, reader of the content.
const KINDS: &[(&str, &str, BodyReader)] = &[
    ("group", "a group", group),
    ("follows", "a `follows` entry", follows),
    ("register", "a register", register),
    ("value", "a value", value),
    ("definition", "a definition", |f, x| {
        f.condition("when", x).map(Body::Definition)
    }),
    ("class", "an item class", class),
    ("class-set", "a class set", |f, x| {
        Some(Body::ClassSet(f.list("members", x)))
    }),
    ("scope", "a scope", |f, x| {
        f.condition("when", x).map(Body::Scope)
    }),
    ("requirement", "a requirement", requirement),
    ("prohibition", "a prohibition", |f, x| {
        f.condition("when", x).map(Body::Prohibition)
    }),
    ("authority", "an authority", authority),
    ("bar", "a bar", bar),
    ("review", "a review policy", review),
    ("quota", "a quota", quota),
    ("agreement", "an agreement", agreement),
    ("reading", "a reading", reading),
    ("red-flag", "a red flag", red_flag),
    ("duty", "a duty", general_duty),
    ("note", "a note", |f, x| {
        f.condition("when", x).map(Body::Note)
    }),
    ("step", "a step", step),
];

fn entry(
    f: &mut Fields<'_, '_>,
    kind: &'static str,
    body: BodyReader,
    faults: &mut Faults<'_>,
) -> Option<Entry> {
    let id = f.named("id", faults);
    let operation = f.word_opt(
        "operation",
        &[
            ("add", Operation::Add),
            ("replace", Operation::Replace),
            ("repeal", Operation::Repeal),
            ("amend", Operation::Amend),
        ],
        faults,
    );
    let operation = operation.unwrap_or(Operation::Add);
    let cite = f.text("cite", faults);
    let says = f.text_opt("says", faults).unwrap_or_default();
    let grade = f.grade_opt(faults).unwrap_or(faults.grade);
    faults.grade = grade;
    let graded = dated_grades(f, faults);
    let (from, through) = f.days("from", "through", faults);
    let view = f.view_opt("view", faults);
    let (before, behind) = (f.text_opt("before", faults), f.named_opt("behind", faults));
    if let (Some(_), Some(behind)) = (&before, &behind) {
        let message = "an entry stands `before` one or `behind` one";
        faults.error_with_help(behind.span.clone(), message, "keep one of the two");
    }
    let found = faults.found.len();
    let body = body(f, faults);
    // A repeal needs no content: only its kind matters.
    let body = if operation == Operation::Repeal {
        faults.found.truncate(found);
        Some(Body::Repealed(kind))
    } else {
        body
    };
    let id = id?;
    if operation == Operation::Amend && kind != "authority" {
        let help = "replace it; or name what changes in a definition of its own and replace that";
        faults.error_with_help(id.span, format!("{kind} cannot be amended in part"), help);
        return None;
    }
    if operation != Operation::Amend
        && let Some(Body::Authority(a)) = &body
        && let Some(part) = a.without.first()
    {
        let help = "say `operation = \"amend\"`";
        faults.error_with_help(
            part.span.clone(),
            "only an amendment takes parts away",
            help,
        );
    }
    Some(Entry {
        span: id.span,
        id: id.name,
        cite: cite?,
        grade,
        graded,
        says,
        operation,
        from,
        through,
        view,
        before,
        behind: behind.map(|named| named.name),
        body: body?,
    })
}

/// How an entry is known from later days on.
fn dated_grades(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Vec<DatedGrade> {
    let rows = f.tables("graded", "a dated grade", faults).into_iter();
    let mut found: Vec<DatedGrade> = rows
        .filter_map(|mut row| {
            let (from, cite) = (row.date("from", faults), row.text("cite", faults));
            let grade = row.grade_opt(faults);
            if grade.is_none() && row.get("grade").is_none() {
                faults.error(row.span.clone(), "a dated grade has no `grade`");
            }
            row.finish(faults);
            Some(DatedGrade {
                from: from?,
                grade: grade?,
                cite: cite?,
            })
        })
        .collect();
    found.sort_by_key(|g| g.from);
    found
}

fn group(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let only_if = only_if(f, faults);
    let group = Group {
        members: f.list("members", faults),
        add: f.list("add", faults),
        remove: f.list("remove", faults),
        only_if,
    };
    let listed = [&group.members[..], &group.add].concat();
    both("is taken in and taken out", &listed, &group.remove, faults);
    Some(Body::Group(group))
}

/// The reading under which a change holds, with its option.
fn only_if(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<(Named, String)> {
    match (
        f.named_opt("only_if_reading", faults),
        f.text_opt("is", faults),
    ) {
        (Some(reading), Some(option)) => Some((reading, option)),
        (None, None) => None,
        // A change under a reading that is not named would hold under all of them.
        _ => {
            let help = "give `only_if_reading`, the id of a reading, and `is`, one of its options";
            faults.error_with_help(f.span.clone(), "half a condition on a reading", help);
            None
        }
    }
}

/// Faults for names that stand in two lists of one entry, of which each denies the other.
fn both(what: &str, first: &[Named], second: &[Named], faults: &mut Faults<'_>) {
    for named in second {
        if let Some(other) = first.iter().find(|o| o.name == named.name) {
            let message = format!("`{}` {what} by the same entry", named.name);
            let fault = Diagnostic::error(faults.file, named.span.clone(), message);
            let fault = fault.with_other(faults.file, other.span.clone(), "and here");
            faults
                .found
                .push(fault.with_help("keep the one that is meant"));
        }
    }
}

fn follows(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let only_if = only_if(f, faults);
    Some(Body::Follows(Follows {
        only_if,
        country: f.named("country", faults)?,
    }))
}

fn register(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    Some(Body::Register(Register {
        names: f.texts("names", faults),
    }))
}

fn value(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let unit = f.text("unit", faults);
    let mut dated = Vec::new();
    for mut row in f.tables("dated", "a dated amount", faults) {
        let (from, through) = row.days("from", "through", faults);
        let amount = amount(&mut row, faults);
        dated.extend(amount.map(|amount| DatedAmount {
            from,
            through,
            ..amount
        }));
        row.finish(faults);
    }
    Some(Body::Value(Value { unit: unit?, dated }))
}

/// An amount with its citation and how it is known; its days are the caller's.
fn amount(row: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<DatedAmount> {
    let amount = row.number("amount", faults);
    let cite = row.text("cite", faults);
    let range = row.range_opt("range", faults);
    let status = row.status_opt(faults);
    let inherited = if status == Some(Status::Assumed) {
        Grade::Assumed
    } else {
        faults.grade
    };
    let grade = row.grade_opt(faults).unwrap_or(inherited);
    let because = row.text_opt("because", faults);
    if status == Some(Status::Assumed) && (range.is_none() || because.is_none()) {
        let help = "an assumption states `range = [low, high]` and `because`";
        faults.error_with_help(
            row.span.clone(),
            "an assumed amount without its range",
            help,
        );
    }
    Some(DatedAmount {
        amount: amount?,
        from: None,
        through: None,
        cite: cite?,
        status: status.unwrap_or(Status::Enacted),
        grade,
        range,
        because,
        span: row.span.clone(),
    })
}

fn class(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let when = f.condition_opt("when", faults);
    Some(Body::Class(Class { when }))
}

fn requirement(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let part = f
        .text_opt("part", faults)
        .unwrap_or_else(|| "742".to_owned());
    Some(Body::Requirement(Requirement {
        when: f.condition("when", faults)?,
        part,
    }))
}

fn authority(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let kinds = [
        ("license-exception", AuthorityKind::LicenseException),
        ("validated-end-user", AuthorityKind::ValidatedEndUser),
    ];
    let kind = f
        .word_opt("kind", &kinds, faults)
        .unwrap_or(AuthorityKind::LicenseException);
    let overcomes = f.list("overcomes", faults);
    let draws = f.list("draws", faults);
    let filing_code = f.text_opt("filing_code", faults);
    let without = f.list("without", faults);
    let mut conditions = Vec::new();
    for mut row in f.tables("condition", "a condition", faults) {
        let (cite, says) = (row.text("cite", faults), row.text("says", faults));
        let when = row.condition("when", faults);
        if let (Some(cite), Some(says), Some(when)) = (cite, says, when) {
            conditions.push(CitedCondition { cite, says, when });
        }
        row.finish(faults);
    }
    let duties = duties(f, faults);
    Some(Body::Authority(Authority {
        kind,
        overcomes,
        conditions,
        draws,
        duties,
        filing_code,
        without,
    }))
}

fn duties(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Vec<Duty> {
    let (mut duties, mut ids) = (Vec::new(), Vec::new());
    for mut row in f.tables("duty", "a duty", faults) {
        let id = row.named("id", faults);
        let found = duty(&mut row, faults);
        row.finish(faults);
        if let (Some(id), Some(found)) = (id, found) {
            ids.push(id.clone());
            duties.push(Duty {
                id: id.name,
                ..found
            });
        }
    }
    let help = "an order could have both: name each by what it asks";
    twice("duty", &ids, help, faults);
    duties
}

/// Faults for ids of one entry that are given twice: which of the two counts, nothing says.
fn twice(what: &str, ids: &[Named], help: &str, faults: &mut Faults<'_>) {
    for (at, id) in ids.iter().enumerate() {
        if let Some(first) = ids[..at].iter().find(|first| first.name == id.name) {
            let message = format!("the {what} `{}` is given twice", id.name);
            let fault = Diagnostic::error(faults.file, id.span.clone(), message);
            let fault = fault.with_other(faults.file, first.span.clone(), "first here");
            faults.found.push(fault.with_help(help));
        }
    }
}

fn duty(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Duty> {
    let (what, due) = (f.text("what", faults), f.text("due", faults));
    let (to, subject) = (f.text_opt("to", faults), f.text_opt("subject", faults));
    let form = f.text_opt("form", faults);
    let contents = f.texts("contents", faults);
    let only_if = f.condition_opt("only_if", faults);
    let cite = f.text("cite", faults);
    Some(Duty {
        id: String::new(),
        what: what?,
        when_due: due?,
        to,
        subject,
        form,
        contents,
        cite: cite?,
        only_if,
    })
}

fn general_duty(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let outcomes = f.texts("outcomes", faults);
    let id = f.text_opt("id", faults).unwrap_or_default();
    let duty = duty(f, faults)?;
    Some(Body::Duty(GeneralDuty {
        outcomes,
        duty: Duty { id, ..duty },
    }))
}

fn bar(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let (except, only) = (f.list("except", faults), f.list("only", faults));
    both("is excepted and touched", &only, &except, faults);
    Some(Body::Bar(Bar {
        when: f.condition("when", faults)?,
        except,
        only,
    }))
}

fn review(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let lane = f.text("lane", faults);
    let governs = f.list("governs", faults);
    let policies: Vec<_> = Policy::ALL.map(Some).into_iter().chain([None]).collect();
    let words: Vec<_> = policies.iter().map(|p| (Policy::word_of(*p), *p)).collect();
    let policy = f.word_opt("policy", &words, faults);
    let draws = f.list("draws", faults);
    let duties = duties(f, faults);
    let when = f.condition("when", faults);
    if policy.is_none() && f.get("policy").is_none() {
        faults.error(f.span.clone(), "a review policy has no `policy`");
    }
    Some(Body::Review(Review {
        lane: lane?,
        governs,
        when: when?,
        policy: policy?,
        draws,
        duties,
    }))
}

fn quota(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let (limit, used) = (f.named_opt("limit", faults), f.named("used", faults));
    let (per, key) = (f.text("per", faults), f.text("key", faults));
    let period = f.text("period", faults);
    let share_of = f.named_opt("share_of", faults);
    let order_in_total = f.flag("order_in_total", faults);
    let when = f.condition_opt("when", faults);
    let over = over(f, faults);
    let reasons = f.list("gives_back", faults);
    for reason in &reasons {
        if !RETURN_REASONS.contains(&reason.name.as_str()) {
            faults.error_with_help(
                reason.span.clone(),
                format!("`{}` is no reason for which units are gone", reason.name),
                format!("one of {}", RETURN_REASONS.join(", ")),
            );
        }
    }
    let gives_back = reasons.into_iter().map(|reason| reason.name).collect();
    let pooled_when = f.condition_opt("pooled_when", faults);
    Some(Body::Quota(Quota {
        when,
        over,
        gives_back,
        pooled_when,
        limit,
        used: used?,
        per: per?,
        key: key?,
        period: period?,
        share_of,
        order_in_total,
    }))
}

/// `over = "calendar-year"`, or the first and last day in `from_day` and `through_day`.
fn over(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Over {
    let words = [("calendar-year", Over::CalendarYear), ("all", Over::All)];
    let word = f.word_opt("over", &words, faults);
    let (from, through) = (
        f.date_opt("from_day", faults),
        f.date_opt("through_day", faults),
    );
    match (from, through) {
        (Some(from), Some(through)) => Over::Days(from, through),
        _ => word.unwrap_or_default(),
    }
}

fn agreement(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let (unlocks, concessions) = (f.texts("unlocks", faults), f.texts("concessions", faults));
    let country = f.named("country", faults);
    let mut raises = Vec::new();
    for mut row in f.tables("raises", "a raised amount", faults) {
        let value = row.named("value", faults);
        let to = amount(&mut row, faults);
        if let (Some(value), Some(to)) = (value, to) {
            raises.push(Raise { value, to });
        }
        row.finish(faults);
    }
    let help = "a country has one height at a time: keep one, or give the later one an entry of its own days";
    let values: Vec<Named> = raises.iter().map(|r| r.value.clone()).collect();
    twice("value", &values, help, faults);
    Some(Body::Agreement(Agreement {
        country: country?,
        unlocks,
        concessions,
        raises,
    }))
}

fn reading(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let question = f.text("question", faults);
    let default = f.named("default", faults);
    let (mut options, mut ids) = (Vec::new(), Vec::<Named>::new());
    for mut row in f.tables("option", "an option", faults) {
        if let (Some(id), Some(says)) = (row.named("id", faults), row.text("says", faults)) {
            ids.push(id.clone());
            options.push((id.name, says));
        }
        row.finish(faults);
    }
    let help = "options of a reading exclude one another: name each by what it takes";
    twice("option", &ids, help, faults);
    let default = default?;
    match options.iter().position(|(id, _)| *id == default.name) {
        Some(at) if options.len() >= 2 => Some(Body::Reading(Reading {
            question: question?,
            options,
            default: at,
        })),
        Some(_) => {
            faults.error(f.span.clone(), "a reading needs at least two options");
            None
        }
        None => {
            let known: Vec<&str> = options.iter().map(|(id, _)| id.as_str()).collect();
            faults.error_with_help(
                default.span,
                format!("`{}` is none of the options", default.name),
                format!("one of {}", known.join(", ")),
            );
            None
        }
    }
}

fn red_flag(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Body> {
    let number = f.integer_opt("number", faults);
    let then = f.text_opt("then", faults);
    Some(Body::RedFlag(RedFlag {
        number,
        when: f.condition("when", faults)?,
        then,
    }))
}

fn example(f: &mut Fields<'_, '_>, faults: &mut Faults<'_>) -> Option<Example> {
    let (says, cite) = (f.text("says", faults), f.text("cite", faults));
    let shows = f.texts("shows", faults);
    let law = f.text_opt("law", faults);
    let date = f.date("date", faults);
    let view = f.view_opt("view", faults);
    let order = f.pairs("order", faults);
    let expect = f.pairs("expect", faults);
    let assume = f.texts("assume", faults);
    if expect.is_empty() {
        faults.error(
            f.span.clone(),
            "an example expects something: give `expect = { ... }`",
        );
        return None;
    }
    Some(Example {
        says: says?,
        cite: cite?,
        shows,
        law,
        date: date?,
        view,
        order,
        assume,
        expect,
        span: f.span.clone(),
    })
}
