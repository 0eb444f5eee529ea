//! The goals: every part of each under every law, and which laws draws tell apart.

use super::Report;
use super::axis::compact;
use super::markup::{escape, nothing, wide};
use crate::compared::{Under, Verdict};
use crate::goals::{Goal, Over};
use crate::series::SERIES;

const fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "✓",
        Verdict::Worse => "✗",
        Verdict::Alike => "=",
        Verdict::NotSeparable => "~",
    }
}

const fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "v-better",
        Verdict::Worse => "v-worse",
        Verdict::Alike => "v-alike",
        Verdict::NotSeparable => "v-open",
    }
}

/// The table of the goals.
pub fn section(report: &Report<'_>) -> String {
    let names = report.names();
    if report.rows.is_empty() {
        return nothing(
            "The goals were not compared.",
            "tiergate lab compare --report FILE",
        );
    }
    let mut text = String::from(
        "<table class=\"goals\"><caption>Every part of each goal: the median, and the range of nine in ten draws\
         </caption><thead><tr><th scope=\"col\">goal and part</th>",
    );
    for name in &names {
        text += &format!("<th scope=\"col\">{}</th>", escape(name));
    }
    text += "</tr></thead>";
    let mut goal = None;
    for row in report.rows {
        let part = &row.part;
        if goal != Some(part.goal) {
            if goal.is_some() {
                text += "</tbody>";
            }
            goal = Some(part.goal);
            text += &format!(
                "<tbody><tr class=\"goal\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>",
                names.len() + 1,
                said(part.goal)
            );
        }
        let over = match part.over {
            Over::Last => "at the end",
            Over::Sum => "in all since the laws part",
            Over::Mean => "the mean since the laws part",
        };
        text += &format!(
            "<tr><th scope=\"row\">{}{}{} <span class=\"faint\">{}, {over}; {} is better</span></th>",
            if part.leads { "<b>" } else { "" },
            escape(part.name),
            if part.leads { "</b>" } else { "" },
            escape(SERIES[part.series].unit),
            if part.more_is_better { "more" } else { "less" },
        );
        for (at, (under, name)) in row.under.iter().zip(&names).enumerate() {
            text += &cell(under, name, at == 0);
        }
        text += "</tr>";
    }
    text += "</tbody></table>";
    let key = "<ul class=\"key\"><li class=\"v-better\"><b>✓ better</b> in nine of ten draws or more</li>\
        <li class=\"v-worse\"><b>✗ worse</b> in nine of ten or more</li>\
        <li class=\"v-alike\"><b>= alike</b> in nine of ten or more</li>\
        <li class=\"v-open\"><b>~ not separable</b> draws do not agree; how many of 100 say better (✓) and worse (✗)</li></ul>";
    let key = if names.len() > 1 { key } else { "" };
    format!(
        "{}{key}{}",
        sums(report),
        wide("The goals under every regime", &text)
    )
}

const fn said(goal: Goal) -> &'static str {
    match goal {
        Goal::Control => {
            "Control: keep computing power at home and with allies, and out of arms-embargoed countries"
        }
        Goal::Promotion => "Promotion: sell U.S. chips and cloud services abroad",
        Goal::Leverage => "Leverage: use access to bargain",
        Goal::Cost => "Cost: what it takes to administer, and what it does to friends",
    }
}

/// What a law does to a part. On a narrow page cells stand beneath one another, each with its law's name.
fn cell(under: &Under, law: &str, first: bool) -> String {
    let law = escape(law);
    let Some([low, middle, high]) = under.spread else {
        return format!("<td data-of=\"{law}\">no value</td>");
    };
    let figures = format!(
        "<strong>{}</strong><small>{} to {}</small>",
        compact(middle),
        compact(low),
        compact(high)
    );
    if first {
        return format!("<td data-of=\"{law}\">{figures}</td>");
    }
    let verdict = under.verdict();
    let share = match verdict {
        Verdict::NotSeparable => format!(
            "<small>✓ {:.1}, ✗ {:.1} of 100</small>",
            100.0 * under.better,
            100.0 * under.worse
        ),
        _ => String::new(),
    };
    format!(
        "<td data-of=\"{law}\" class=\"{}\">{figures}<em>{} {}{share}</em></td>",
        class(verdict),
        symbol(verdict),
        verdict.words()
    )
}

/// Each law in a line: on how many parts of each goal it is better and worse.
fn sums(report: &Report<'_>) -> String {
    let names = report.names();
    let [first, others @ ..] = names.as_slice() else {
        return String::new();
    };
    if others.is_empty() {
        return String::new();
    }
    let goals = [Goal::Control, Goal::Promotion, Goal::Leverage, Goal::Cost];
    let mut text = format!(
        "<table class=\"sums\"><caption>Beside {}: on how many parts of each goal a regime is better and worse</caption>\
         <thead><tr><th scope=\"col\">regime</th>",
        escape(first)
    );
    for goal in goals {
        text += &format!("<th scope=\"col\">{}</th>", goal.word());
    }
    text += "</tr></thead><tbody>";
    for (at, name) in others.iter().enumerate() {
        text += &format!("<tr><th scope=\"row\">{}</th>", escape(name));
        for goal in goals {
            let verdicts: Vec<Verdict> = report
                .rows
                .iter()
                .filter(|row| row.part.goal == goal)
                .filter_map(|row| Some(row.under.get(at + 1)?.verdict()))
                .collect();
            let count = |v: Verdict| verdicts.iter().filter(|x| **x == v).count();
            let (better, worse) = (count(Verdict::Better), count(Verdict::Worse));
            let class = match better.cmp(&worse) {
                std::cmp::Ordering::Greater => "v-better",
                std::cmp::Ordering::Less => "v-worse",
                std::cmp::Ordering::Equal => "v-open",
            };
            text += &format!(
                "<td data-of=\"{}\" class=\"{class}\"><strong>✓ {better}</strong> better, <strong>✗ {worse}</strong> worse \
                 of {}</td>",
                goal.word(),
                verdicts.len()
            );
        }
        text += "</tr>";
    }
    text += "</tbody></table>";
    wide("The goals in sum", &text)
}
