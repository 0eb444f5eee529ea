//! Dated rows and lists that overlap, so that their order in the file alone decides.

use tiergate_law::{Body, Date, DatedAmount, Diagnostic, Entry, Library, Operation};

/// First and last day, where they are stated.
pub(super) type Days = (Option<Date>, Option<Date>);

pub(super) fn find(library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for source in library.sources() {
        let mut lists: Vec<(&Entry, Days)> = Vec::new();
        for entry in &source.entries {
            match &entry.body {
                Body::Value(value) => {
                    for (at, later) in value.dated.iter().enumerate() {
                        for earlier in &value.dated[..at] {
                            if hides(later, earlier) {
                                let message = format!(
                                    "two amounts of the value `{}` hold together ({} and {}): the later row of the file is taken",
                                    entry.id, earlier.amount, later.amount
                                );
                                let warning =
                                    Diagnostic::warning(&source.file, later.span.clone(), message);
                                let help = "end the one with `through` before the other begins";
                                let other = earlier.span.clone();
                                let warning =
                                    warning.with_other(&source.file, other, "the earlier row");
                                found.push(warning.with_help(help));
                            }
                        }
                    }
                }
                Body::Group(group)
                    if !group.members.is_empty()
                        && group.only_if.is_none()
                        && entry.view.is_none()
                        && entry.operation == Operation::Add =>
                {
                    let days = (entry.from, entry.through);
                    let together = |(other, its): &&(&Entry, Days)| {
                        other.id == entry.id && overlap(*its, days)
                    };
                    if let Some((other, _)) = lists.iter().find(together) {
                        let message = format!(
                            "two lists of the group `{}` hold together and are joined",
                            entry.id
                        );
                        let warning =
                            Diagnostic::warning(&source.file, entry.span.clone(), message);
                        let warning =
                            warning.with_other(&source.file, other.span.clone(), "the other list");
                        found.push(warning.with_help("say `add` for a change to the list"));
                    }
                    lists.push((entry, days));
                }
                _ => {}
            }
        }
    }
    found
}

pub(super) fn overlap(a: Days, b: Days) -> bool {
    let before = |end: Option<Date>, start: Option<Date>| {
        end.is_some_and(|end| start.is_some_and(|start| end < start))
    };
    !before(a.1, b.0) && !before(b.1, a.0)
}

/// Rows may follow one another without an end; a row that does not begin after the other, or that
/// ends before it, says something else.
fn hides(later: &DatedAmount, earlier: &DatedAmount) -> bool {
    let follows = later.from > earlier.from
        && (later.through.is_none() || earlier.through.is_some_and(|e| later.through >= Some(e)));
    overlap((later.from, later.through), (earlier.from, earlier.through)) && !follows
}
