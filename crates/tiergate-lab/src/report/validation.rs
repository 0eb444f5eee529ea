//! The model and the baseline against what is known, each target on a scale of its own.

use super::Report;
use super::axis::{Axis, short};
use super::markup::{Picture, escape, nothing, wide};
use crate::findings::{Score, Target};
use crate::told::{number, spread};
use crate::validate::summary;

/// All targets.
pub fn section(report: &Report<'_>) -> String {
    if report.targets.is_empty() {
        return nothing("The model was not validated.", "tiergate lab validate");
    }
    let mut text = String::from(
        "<table class=\"targets\"><caption>What is known, the model, and the baseline</caption><thead><tr>\
         <th scope=\"col\">target</th><th scope=\"col\">on its scale</th><th scope=\"col\">in figures</th><th scope=\"col\">verdict</th>\
         </tr></thead><tbody>",
    );
    for target in report.targets {
        text += &row(target);
    }
    text += "</tbody></table>";
    format!(
        "<p><strong>{}</strong></p>\
         <ul class=\"key\"><li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"known\" d=\"M15 1L21 7L15 13L9 7z\"/></svg> known, with its interval</li>\
         <li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"model\" d=\"M0 3H30V11H0z\"/></svg> model, nine in ten draws, with its median</li>\
         <li><svg viewBox=\"0 0 30 14\" aria-hidden=\"true\"><path class=\"baseline\" d=\"M1 3H29V11H1z\"/></svg> baseline</li></ul>{}",
        escape(&summary(report.targets)),
        wide("Targets of validation", &text)
    )
}

fn chart(target: &Target) -> String {
    let mut values: Vec<f64> = target.known.into_iter().collect();
    values.extend(target.known_range.into_iter().flatten());
    values.extend(target.model.into_iter().flatten());
    values.extend(target.baseline.into_iter().flatten());
    if values.is_empty() {
        return "nothing to show".into();
    }
    let axis = Axis::of(&values, [12.0, 308.0]);
    let mut body = String::new();
    for tick in axis.ticks() {
        let x = axis.place(tick);
        body += &format!(
            "<path class=\"grid\" d=\"M{x:.1} 0V48\"/><text class=\"tick mid\" x=\"{x:.1}\" y=\"60\">{}</text>",
            escape(&short(tick))
        );
    }
    let band = |class: &str, y: f64, spread: Option<[f64; 3]>| {
        let Some([low, middle, high]) = spread.map(|s| s.map(|x| axis.place(x))) else {
            return String::new();
        };
        format!(
            "<rect class=\"{class}\" x=\"{low:.1}\" y=\"{y}\" width=\"{:.1}\" height=\"9\"/>\
             <path class=\"whisker\" d=\"M{middle:.1} {}v13\"/>",
            (high - low).max(1.0),
            y - 2.0
        )
    };
    body += &band("model", 20.0, target.model);
    body += &band("baseline", 36.0, target.baseline);
    if let Some([low, high]) = target.known_range {
        let (low, high) = (axis.place(low), axis.place(high));
        body += &format!(
            "<path class=\"whisker\" d=\"M{low:.1} 8H{high:.1}M{low:.1} 4v8M{high:.1} 4v8\"/>"
        );
    }
    if let Some(known) = target.known {
        let x = axis.place(known);
        body += &format!(
            "<path class=\"known\" d=\"M{x:.1} 2L{:.1} 8L{x:.1} 14L{:.1} 8z\"/>",
            x + 6.0,
            x - 6.0
        );
    }
    let picture = Picture {
        id: &format!("v-{}", target.id),
        class: "target",
        view: [0.0, 0.0, 320.0, 66.0],
        title: &format!("{}: {}", target.id, target.quantity),
        says: &verdict(target),
    };
    picture.draw(&body)
}

/// What is to be said of a target.
fn verdict(target: &Target) -> String {
    match (target.model, target.known, target.score) {
        (None, ..) => "the model cannot speak on it".into(),
        (Some(_), None, _) => "predicted blind: what it is to be held against was not known".into(),
        (Some(_), Some(_), Some(score)) if score.covered => "within the model's range".into(),
        (Some([low, ..]), Some(known), _) if known < low => "the model says too much".into(),
        (Some([.., high]), Some(known), _) if known > high => "the model says too little".into(),
        _ => "within the model's range".into(),
    }
}

fn row(target: &Target) -> String {
    let told = |x: Option<[f64; 3]>| x.map_or_else(|| "-".into(), spread);
    let known = match (target.known, target.known_range) {
        (Some(known), Some([low, high])) => {
            format!("{} ({} to {})", number(known), number(low), number(high))
        }
        (Some(known), None) => number(known),
        (None, _) => "not known".into(),
    };
    let score = |name: &str, score: Option<Score>| {
        score.map_or_else(String::new, |s| {
            format!(
                "<small>{name}: log error {:.2}, interval score {}</small>",
                s.log_error,
                number(s.interval)
            )
        })
    };
    let class = match target.score {
        Some(score) if score.covered => "v-better",
        Some(_) => "v-worse",
        None => "v-open",
    };
    format!(
        "<tr><th scope=\"row\">{}: {} <span class=\"faint\">{}; {}; role: {}</span></th><td>{}</td>\
         <td>known: {}<br>model: {}<br>baseline: {}</td><td class=\"{class}\"><b>{}</b>{}{}<small>{}</small></td></tr>",
        escape(&target.id),
        escape(&target.quantity),
        escape(&target.period),
        escape(&target.unit),
        escape(&target.role),
        chart(target),
        escape(&known),
        told(target.model),
        told(target.baseline),
        verdict(target),
        score("model", target.score),
        score("baseline", target.baseline_score),
        escape(&target.note)
    )
}
