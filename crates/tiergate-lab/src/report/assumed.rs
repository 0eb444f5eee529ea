//! Every parameter, with its range, how it is known and its source.

use super::Report;
use super::markup::{escape, wide};
use crate::parameter::Known;
use crate::told::number;

/// All of them; what no source states is marked.
pub fn section(report: &Report<'_>) -> String {
    let all = report.setup.model.parameters.all();
    let assumed = all.iter().filter(|p| p.known == Known::Assumed).count();
    let heads = [
        "parameter",
        "what it says",
        "default",
        "range",
        "unit",
        "known",
        "source",
    ];
    let mut text = String::from("<table><caption>All parameters</caption><thead><tr>");
    for head in heads {
        text += &format!("<th scope=\"col\">{head}</th>");
    }
    text += "</tr></thead><tbody>";
    for p in all {
        let (class, mark) = match p.known {
            Known::Assumed => (" class=\"assumed\"", "⚠ "),
            _ => ("", ""),
        };
        let range = match p.range {
            [low, high] if low == high => "held".to_owned(),
            [low, high] => format!(
                "{} to {}, {}",
                number(low),
                number(high),
                p.distribution.word()
            ),
        };
        text += &format!(
            "<tr{class} id=\"p-{id}\"><th scope=\"row\"><code>{id}</code></th><td>{}</td><td class=\"number\">{}</td>\
             <td>{range}</td><td>{}</td><td>{mark}{}</td><td>{}</td></tr>",
            escape(&p.says),
            number(p.default),
            escape(&p.unit),
            p.known.word(),
            escape(&p.source),
            id = escape(&p.id),
        );
    }
    text += "</tbody></table>";
    format!(
        "<p><strong>{assumed} of {} parameters are assumed</strong> (⚠): no source states them. The others come from \
         the sources named.</p>{}",
        all.len(),
        wide("All parameters", &text)
    )
}
