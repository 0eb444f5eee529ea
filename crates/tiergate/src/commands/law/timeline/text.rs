//! The timeline as text: a strip of signs on an axis of years, and a table.

use super::axis::Axis;
use super::{Strip, Timeline};
use crate::style::{Style, width, wrap};
use crate::table::Table;
use crate::verdict::{Light, SIGN_LEGEND, light};

/// Columns of the table for the answer, and the least for what changed it.
const ANSWER_COLUMNS: usize = 36;
const CAUSE_COLUMNS: usize = 34;
/// Columns of the table before the answer.
const LEFT_COLUMNS: usize = 27;

/// Lays the timeline out.
pub fn render(timeline: &Timeline, assumed: Option<&str>, style: Style) -> String {
    let mut out = Vec::new();
    out.push(style.bold(&timeline.title));
    let given: Vec<String> = timeline
        .order
        .iter()
        .map(|(path, value)| format!("{path} {}", value.as_str().unwrap_or_default()))
        .collect();
    out.extend(wrap(&format!("Order: {}", given.join(", ")), style.width));
    if let Some(said) = assumed {
        out.extend(wrap(said, style.width));
    }
    out.push(String::new());
    out.extend(strips(timeline, style));
    out.push(String::new());
    let used = |sign: char| {
        let mut spans = timeline.strips.iter().flat_map(|s| &s.spans);
        spans.any(|span| span.answer.sign() == sign)
    };
    for (sign, meaning) in SIGN_LEGEND.iter().filter(|(sign, _)| used(*sign)) {
        out.push(format!("{sign}  {meaning}"));
    }
    if let Some(hint) = timeline.hint() {
        out.push(String::new());
        out.extend(wrap(&hint, style.width));
    }
    for strip in &timeline.strips {
        out.push(String::new());
        out.push(style.bold(&strip.title));
        out.push(table(strip, style).trim_end().to_owned());
    }
    out.join("\n")
}

/// The strips below the axis.
fn strips(timeline: &Timeline, style: Style) -> Vec<String> {
    let names: Vec<String> = timeline
        .strips
        .iter()
        .map(|s| format!("{}:{}", s.law, s.view))
        .collect();
    let left = names.iter().map(|n| width(n)).max().unwrap_or(0) + 2;
    let cells = style.width.saturating_sub(left).max(24);
    let axis = Axis::new(timeline.since, timeline.drawn_until);
    let years = axis.years();
    let mut labels = vec![' '; cells];
    let mut ticks = vec![' '; cells];
    let mut free = 0;
    for (at, year) in axis.cells(&years, cells).into_iter().zip(&years) {
        ticks[at] = '|';
        let label = year.year().to_string();
        if at >= free && at + width(&label) <= cells {
            label
                .chars()
                .zip(&mut labels[at..])
                .for_each(|(c, l)| *l = c);
            free = at + width(&label) + 1;
        }
    }
    let line = |name: &str, cells: &str| format!("{name:left$}{cells}").trim_end().to_owned();
    let mut out = vec![
        line("", &labels.iter().collect::<String>()),
        line("", &ticks.iter().collect::<String>()),
    ];
    for (strip, name) in timeline.strips.iter().zip(&names) {
        let starts: Vec<_> = strip.spans.iter().map(|s| s.from).collect();
        let places = axis.cells(&starts, cells);
        let ends = places.iter().skip(1).copied().chain([cells]);
        let mut drawn = String::new();
        for ((span, at), end) in strip.spans.iter().zip(&places).zip(ends) {
            let fill = "-".repeat(end.saturating_sub(at + 1));
            let part = format!("{}{fill}", span.answer.sign());
            drawn.push_str(&match light(span.answer.outcome) {
                Light::Go => style.good(&part),
                Light::License => style.warn(&part),
                Light::Prohibited => style.bad(&part),
                Light::Open => style.bold(&part),
            });
        }
        out.push(line(name, &drawn));
    }
    out
}

fn table(strip: &Strip, style: Style) -> String {
    let left = style
        .width
        .saturating_sub(LEFT_COLUMNS + ANSWER_COLUMNS + 2);
    let causes = left.max(CAUSE_COLUMNS);
    let mut table = Table::new(&["", "from", "to", "answer", "changed by"]);
    for span in &strip.spans {
        let wrapped = |lines: Vec<String>, columns: usize| -> Vec<String> {
            lines.iter().flat_map(|l| wrap(l, columns)).collect()
        };
        let answer = wrapped(span.answer.lines(), ANSWER_COLUMNS);
        let cause = wrapped(
            span.changed_by.iter().map(super::Cause::text).collect(),
            causes,
        );
        for at in 0..answer.len().max(cause.len()).max(1) {
            let first = |text: String| if at == 0 { text } else { String::new() };
            table.row([
                first(span.answer.sign().to_string()),
                first(span.from.to_string()),
                first(span.to.map_or_else(|| "on".to_owned(), |to| to.to_string())),
                answer.get(at).cloned().unwrap_or_default(),
                cause.get(at).cloned().unwrap_or_default(),
            ]);
        }
    }
    table.render(usize::MAX, 1)
}
