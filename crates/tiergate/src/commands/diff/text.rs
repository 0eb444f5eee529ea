//! A difference as text: for a terminal, and as Markdown.

use std::fmt::Write;

use super::report::{Answer, Change, Law, Report, Rule, Spell};
use crate::report::count;
use crate::style::{Style, terminal_width, wrap};
use crate::table::Table;

const WIDTH: usize = 100;

/// A law as it is written on the command line.
pub fn law(law: &Law) -> String {
    format!("{}@{}:{}", law.law, law.as_of, law.view)
}

/// What holds of the two regimes as wholes, in a sentence.
pub(super) fn verdict(report: &Report) -> String {
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

pub(super) fn rules(rules: &[Rule]) -> String {
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
pub(super) fn place(change: &Change) -> Vec<String> {
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
    let _ = writeln!(out, "# {left} and {right}\n\n{}\n", verdict(report));
    let pipe = |text: &str| text.replace('|', "\\|");
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
    for (at, change) in report.changes.iter().enumerate() {
        let _ = writeln!(
            out,
            "{}. **{}**",
            at + 1,
            arrow([&change.before, &change.after])
        );
        let _ = writeln!(out, "   - items: {}", change.items.join("; "));
        for case in &change.cases {
            let _ = writeln!(out, "   - {case}");
        }
        for (at, case) in change.one_of.iter().enumerate() {
            let how = if at == 0 { "either" } else { "or" };
            let _ = writeln!(out, "   - {how} {}", case.join("; "));
        }
        if !change.chips.is_empty() {
            let _ = writeln!(out, "   - chips: {}", chips(&change.chips));
        }
        if !change.chips_open.is_empty() {
            let open = chips(&change.chips_open);
            let _ = writeln!(out, "   - {CHIPS_OPEN}: {open}");
        }
        if change.witnessed {
            let _ = writeln!(out, "   - before: {}", rules(&change.rules[0]));
            let _ = writeln!(out, "   - after: {}", rules(&change.rules[1]));
        } else {
            let _ = writeln!(out, "   - {UNWITNESSED}");
        }
    }
    if !report.circumstances.is_empty() {
        let _ = writeln!(
            out,
            "\n## Changes of a kind that only a circumstance brings\n"
        );
        for c in &report.circumstances {
            let pairs: Vec<String> = c.pairs.iter().map(|p| arrow(p.each_ref())).collect();
            let _ = writeln!(
                out,
                "- {}\n  - {}",
                c.when.join("; or "),
                pairs.join("\n  - ")
            );
        }
    }
    if !report.limits.is_empty() {
        let _ = writeln!(
            out,
            "\n## Limits and values\n\n| id | before | after | cite |\n|---|---|---|---|"
        );
        for l in &report.limits {
            let cells = [&l.id, &l.before, &l.after, &l.cites.join("; ")].map(|c| pipe(c));
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
            let cells = [&d.id, &of, &d.how.to_owned(), &d.what, &d.cite].map(|c| pipe(c));
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    if !report.duty_changes.is_empty() {
        let _ = writeln!(out, "\n## {}\n", duty_heading(report));
    }
    for (at, cell) in report.duty_changes.iter().enumerate() {
        let _ = writeln!(out, "{}. **{}**", at + 1, cell.place.before.says);
        for line in cell.lines() {
            let _ = writeln!(out, "   - {line}");
        }
        let _ = writeln!(out, "   - items: {}", cell.place.items.join("; "));
        for line in place(&cell.place).iter().skip(cell.place.items.len()) {
            let _ = writeln!(out, "   {line}");
        }
        if !cell.place.chips.is_empty() {
            let _ = writeln!(out, "   - chips: {}", chips(&cell.place.chips));
        }
    }
    out
}
