//! What ends soon after a date, and what holds then.

use tiergate_law::{Body, Date, Diagnostic, Library};

/// How many days after the date are looked at.
const DAYS: usize = 90;

/// What ends on the date or within 90 days after it: instruments, entries, amounts, suspensions.
///
/// ```
/// use tiergate_engine::analyse::lapsing;
/// use tiergate_law::Library;
/// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
///     expires = 2024-06-30\n";
/// let (library, _) = Library::read([("a.toml", file)]);
/// let found = lapsing(&library, "2024-06-01".parse().unwrap());
/// assert_eq!(found[0].message, "`a` expires on 2024-06-30: from the next day its rules are gone");
/// assert!(lapsing(&library, "2024-03-01".parse().unwrap()).is_empty());
/// ```
#[must_use]
pub fn lapsing(library: &Library, as_of: Date) -> Vec<Diagnostic> {
    let end = (0..DAYS).fold(as_of, |day, _| day.tomorrow().unwrap_or(day));
    let soon = |day: Option<Date>| day.filter(|day| as_of <= *day && *day < end);
    let mut found = Vec::new();
    for source in library.sources() {
        let head = &source.instrument;
        let first = source.entries.iter().filter_map(|e| e.from).min();
        let begins = first.map_or(head.binds_from(), |f| f.min(head.binds_from()));
        if as_of < begins || head.expires.is_some_and(|last| last < as_of) {
            continue;
        }
        let mut say = |span: &std::ops::Range<usize>, message: String| {
            found.push(Diagnostic::warning(&source.file, span.clone(), message));
        };
        if let Some(day) = soon(head.expires) {
            let id = &head.id;
            say(
                &head.span,
                format!("`{id}` expires on {day}: from the next day its rules are gone"),
            );
        }
        for suspension in &head.disapplies {
            if suspension.from <= as_of
                && let Some(day) = soon(suspension.through)
            {
                let id = &suspension.instrument;
                let message = format!(
                    "the suspension of `{id}` ends on {day}: from the next day its rules are in force again"
                );
                say(&head.span, message);
            }
        }
        for entry in &source.entries {
            let (kind, id) = (entry.body.kind(), &entry.id);
            let stands = entry.from.unwrap_or_else(|| head.binds_from()) <= as_of;
            if stands && let Some(day) = soon(entry.through) {
                let next = day.tomorrow().ok();
                let follows = library.sources().flat_map(|s| &s.entries).any(|e| {
                    e.body.kind() == kind && e.id == *id && e.from.is_some() && e.from == next
                });
                let then = if follows {
                    "another of its id takes its place"
                } else {
                    "it is gone"
                };
                say(
                    &entry.span,
                    format!("the {kind} `{id}` ends on {day}: from the next day {then}"),
                );
            }
            if let Body::Value(value) = &entry.body {
                for row in value
                    .dated
                    .iter()
                    .filter(|r| r.from.is_none_or(|from| from <= as_of))
                {
                    let Some(day) = soon(row.through) else {
                        continue;
                    };
                    let next = day.tomorrow().ok();
                    let covers = |r: &&tiergate_law::DatedAmount| {
                        r.from <= next && r.through.is_none_or(|t| Some(t) >= next)
                    };
                    let then = match value.dated.iter().rfind(covers) {
                        Some(row) => format!("it is {} {}", row.amount, value.unit),
                        None => "none is stated, and comparisons with it fail".to_owned(),
                    };
                    let message = format!(
                        "the amount {} {} of `{id}` ends on {day}: from the next day {then}",
                        row.amount, value.unit
                    );
                    say(&entry.span, message);
                }
            }
        }
    }
    found
}
