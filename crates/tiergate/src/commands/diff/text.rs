//! A difference as text: for a terminal, and as Markdown.

use std::fmt::Write;

use super::report::{Answer, Change, Law, Report, Rule, Spell};
use crate::markdown;
use crate::report::count;
use crate::style::{Style, terminal_width, wrap};
use crate::table::Table;

const WIDTH: usize = 100;

/// A law as it is written on the command line.
pub fn law(law: &Law) -> String {
    format!("{}@{}:{}", law.law, law.as_of, law.view)
}

/// What holds of the two regimes as wholes, in a sentence.
pub fn verdict(report: &Report) -> String {
    let [left, right] = report.laws.each_ref().map(law);
    match report.direction {
        "equal" => format!("{left} and {right} give every order there can be the same answer."),
        "alike" => format!(
            "{right} gives some orders another answer than {left}, nowhere a stricter or looser one."
        ),
        "stricter" => format!("{right} is nowhere looser than {left}, and somewhere stricter."),
        "looser" => format!("{right} is nowhere stricter than {left}, and somewhere looser."),
        _ => format!("{right} is stricter than {left} for some orders and looser for others."),
    }
}

pub fn rules(rules: &[Rule]) -> String {
    if rules.is_empty() {
        return "no rule applies".to_owned();
    }
    let one = |r: &Rule| {
        let grade = r.grade.filter(|g| *g != "primary");
        let id = Some(r.id.as_str()).filter(|id| *id != r.cite);
        let apart: Vec<&str> = id.into_iter().chain(grade).collect();
        if apart.is_empty() {
            return r.cite.clone();
        }
        format!("{} [{}]", r.cite, apart.join(", "))
    };
    rules.iter().map(one).collect::<Vec<_>>().join("; ")
}

pub(super) fn arrow([before, after]: [&Answer; 2]) -> String {
    format!("{} -> {}", before.says, after.says)
}

fn chips(chips: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = chips
        .iter()
        .take(SHOWN)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if chips.len() > SHOWN {
        let _ = write!(text, " and {} more", chips.len() - SHOWN);
    }
    text
}

/// Said of chips that may be among the items of a change.
pub(super) const CHIPS_OPEN: &str = "chips, if figures that the catalog does not hold fit";

/// Said of a change at no point of which an order was found.
pub(super) const UNWITNESSED: &str =
    "no order of this kind was found: its numbers may not be possible together";

/// For a terminal.
pub fn table(report: &Report) -> String {
    let style = Style::page(false);
    let columns = terminal_width().unwrap_or(WIDTH).clamp(60, WIDTH);
    let mut out = String::new();
    let para = |indent: usize, text: &str, out: &mut String| {
        for (at, line) in wrap(text, columns - indent).iter().enumerate() {
            let more = if at > 0 { 2 } else { 0 };
            let _ = writeln!(out, "{}{line}", " ".repeat(indent + more));
        }
    };
    para(0, &verdict(report), &mut out);
    if report.direction != "equal" {
        let _ = writeln!(out, "\n{}", style.bold(&heading(report)));
    }
    for (at, change) in report.changes.iter().enumerate() {
        let line = format!("{}. {}", at + 1, arrow([&change.before, &change.after]));
        let line = match change.direction {
            "stricter" => style.bad(&line),
            "looser" => style.good(&line),
            _ => line,
        };
        let _ = writeln!(out, "\n{line}");
        for line in place(change) {
            para(3, &line, &mut out);
        }
        if !change.chips.is_empty() {
            para(3, &format!("chips: {}", chips(&change.chips)), &mut out);
        }
        if !change.chips_open.is_empty() {
            let open = chips(&change.chips_open);
            para(3, &format!("{CHIPS_OPEN}: {open}"), &mut out);
        }
        if change.witnessed {
            para(3, &format!("before: {}", rules(&change.rules[0])), &mut out);
            para(3, &format!("after:  {}", rules(&change.rules[1])), &mut out);
        } else {
            para(3, UNWITNESSED, &mut out);
        }
    }
    if !report.circumstances.is_empty() {
        let _ = writeln!(
            out,
            "\n{}",
            style.bold("Changes of a kind that only a circumstance brings")
        );
        for c in &report.circumstances {
            for when in &c.when {
                para(0, when, &mut out);
            }
            for pair in &c.pairs {
                para(3, &arrow(pair.each_ref()), &mut out);
            }
        }
    }
    if !report.limits.is_empty() {
        let mut table = Table::new(&["limit or value", "before", "after", "cite"]);
        for l in &report.limits {
            table.row([
                l.id.clone(),
                l.before.clone(),
                l.after.clone(),
                l.cites.join("; "),
            ]);
        }
        let _ = write!(out, "\n{}", table.render(usize::MAX, 1));
    }
    if !report.duties.is_empty() {
        let mut table = Table::new(&["duty", "of", "is", "cite"]);
        for d in &report.duties {
            let of = d.of.clone().unwrap_or_else(|| "any".to_owned());
            table.row([d.id.clone(), of, d.how.to_owned(), d.cite.clone()]);
        }
        let _ = write!(out, "\n{}", table.render(usize::MAX, 1));
    }
    if !report.duty_changes.is_empty() {
        let _ = writeln!(out, "\n{}", style.bold(&duty_heading(report)));
    }
    for (at, cell) in report.duty_changes.iter().enumerate() {
        let _ = writeln!(out, "\n{}. {}", at + 1, cell.place.before.says);
        let chips = (!cell.place.chips.is_empty()).then(|| chips(&cell.place.chips));
        let chips = chips.map(|chips| format!("chips: {chips}"));
        for line in cell
            .lines()
            .into_iter()
            .chain(place(&cell.place))
            .chain(chips)
        {
            para(3, &line, &mut out);
        }
    }
    if report.orders_compared > 0 {
        let _ = writeln!(
            out,
            "\n{} of {} in the difference",
            report.orders.len(),
            count(report.orders_compared, "order", "orders")
        );
        let mut table = Table::new(&["order", "changes", "before", "after", "depends on"]);
        for o in &report.orders {
            table.row([
                o.id.clone(),
                o.covered.to_owned(),
                o.before.clone(),
                o.after.clone(),
                o.missing.join(", "),
            ]);
        }
        out.push_str(&table.render(usize::MAX, 1));
    }
    out
}

/// The items and cases of a change, a line each.
pub fn place(change: &Change) -> Vec<String> {
    let mut lines = change.items.clone();
    lines.extend(change.cases.iter().map(|case| format!("- {case}")));
    lines.extend(change.one_of.iter().enumerate().map(|(at, case)| {
        let how = if at == 0 { "either" } else { "or" };
        format!("- {how} {}", case.join("; "))
    }));
    lines
}

/// The heading over duties of ordinary orders whose answer stays.
pub(super) fn duty_heading(report: &Report) -> String {
    let all = report.duty_changes_in_all;
    let cases = count(all as u64, "case", "cases");
    let shown = match report.duty_changes.len() {
        shown if shown == all => String::new(),
        shown => format!(", {shown} of them here (--limit)"),
    };
    format!("Other duties, though the answer stays: {cases}{shown}")
}

/// The heading over the changes: of which orders, and how many.
pub(super) fn heading(report: &Report) -> String {
    let mut over = report.over.to_owned();
    if let Some(first) = over.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let changes = count(report.changes_in_all as u64, "change", "changes");
    let least = if report.whole { "" } else { "at least " };
    format!("{over}: {least}{changes}{}", shown(report))
}

fn shown(report: &Report) -> String {
    match report.changes.len() {
        all if all == report.changes_in_all => String::new(),
        shown => format!(", {shown} of them here (--limit)"),
    }
}

/// What makes an order ordinary.
pub const ORDINARY: &str = "An ordinary order is an export with a written purchase order; the \
consignee is the end user and is where the item goes; no party is on a list, no intermediary takes \
part, no restricted end use is known, and no status or relief is claimed.";

/// As Markdown.
pub fn markdown(report: &Report) -> String {
    let mut out = String::new();
    let [left, right] = report.laws.each_ref().map(law);
    let title = markdown::text(&format!("{left} and {right}"));
    let verdict = markdown::line(&verdict(report));
    let _ = writeln!(out, "# {title}\n\n{verdict}\n");
    if report.direction == "equal" && report.duty_changes.is_empty() {
        return out;
    }
    let _ = writeln!(
        out,
        "## {}\n\n{}\n",
        heading(report),
        if report.over == Spell::Ordinary.over() {
            ORDINARY
        } else {
            ""
        }
    );
    out.push_str(&summary(report));
    for (at, change) in report.changes.iter().enumerate() {
        let answers = markdown::text(&arrow([&change.before, &change.after]));
        let _ = writeln!(out, "{}. **{answers}**", at + 1);
        for point in points(change) {
            let _ = writeln!(out, "   - {}", markdown::line(&point));
        }
    }
    out.push_str(&names(report));
    if !report.circumstances.is_empty() {
        let _ = writeln!(
            out,
            "\n## Changes of a kind that only a circumstance brings\n"
        );
        for c in &report.circumstances {
            let _ = writeln!(out, "- {}", markdown::line(&c.when.join("; or ")));
            for pair in &c.pairs {
                let _ = writeln!(out, "  - {}", markdown::line(&arrow(pair.each_ref())));
            }
        }
    }
    if !report.limits.is_empty() {
        let _ = writeln!(
            out,
            "\n## Limits and values\n\n| id | before | after | cite |\n|---|---|---|---|"
        );
        for l in &report.limits {
            let cells =
                [&l.id, &l.before, &l.after, &l.cites.join("; ")].map(|c| markdown::cell(c));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    if !report.duties.is_empty() {
        let _ = writeln!(
            out,
            "\n## Duties\n\n| duty | of | is | what | cite |\n|---|---|---|---|---|"
        );
        for d in &report.duties {
            let of = d.of.clone().unwrap_or_else(|| "any".to_owned());
            let cells =
                [&d.id, &of, &d.how.to_owned(), &d.what, &d.cite].map(|c| markdown::cell(c));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    if !report.duty_changes.is_empty() {
        let _ = writeln!(out, "\n## {}\n", duty_heading(report));
    }
    for (at, cell) in report.duty_changes.iter().enumerate() {
        let says = markdown::text(&cell.place.before.says);
        let _ = writeln!(out, "{}. **{says}**", at + 1);
        for point in cell.lines().iter().chain(&points(&cell.place)) {
            let _ = writeln!(out, "   - {}", markdown::line(point));
        }
    }
    out
}

/// How many changes there are from each answer to each other, as a table of a document.
fn summary(report: &Report) -> String {
    if report.counts.is_empty() {
        return String::new();
    }
    let mut out = "| before | after | is | changes | here |\n|---|---|---|---:|---:|\n".to_owned();
    for c in &report.counts {
        let [before, after] = [&c.before, &c.after].map(|a| markdown::cell(&a.says));
        let (is, changes, here) = (c.direction, c.changes, c.listed);
        let _ = writeln!(out, "| {before} | {after} | {is} | {changes} | {here} |");
    }
    if !report.legend.is_empty() {
        let _ = writeln!(out, "\nClasses and groups: see [their names](#names).");
    }
    out.push('\n');
    out
}

/// What the names in the changes stand for, as a section of a document.
fn names(report: &Report) -> String {
    if report.legend.is_empty() {
        return String::new();
    }
    let mut out = "\n## Names\n\n| class or group | stands for |\n|---|---|\n".to_owned();
    for meaning in &report.legend {
        let names = markdown::cell(&meaning.names.join(", "));
        let _ = writeln!(out, "| {names} | {} |", markdown::cell(&meaning.says));
    }
    out
}

/// What a document says of a change below its answers, point by point.
fn points(change: &Change) -> Vec<String> {
    let mut points = vec![format!("items: {}", change.items.join("; "))];
    points.extend(change.cases.iter().cloned());
    for (at, case) in change.one_of.iter().enumerate() {
        let how = if at == 0 { "either" } else { "or" };
        points.push(format!("{how} {}", case.join("; ")));
    }
    if !change.chips.is_empty() {
        points.push(format!("chips: {}", chips(&change.chips)));
    }
    if !change.chips_open.is_empty() {
        points.push(format!("{CHIPS_OPEN}: {}", chips(&change.chips_open)));
    }
    match (change.witnessed, change.before == change.after) {
        (false, _) => points.push(UNWITNESSED.to_owned()),
        // The same answer, by the same rules.
        (true, true) => {}
        (true, false) => {
            points.push(format!("before: {}", rules(&change.rules[0])));
            points.push(format!("after: {}", rules(&change.rules[1])));
        }
    }
    points
}
