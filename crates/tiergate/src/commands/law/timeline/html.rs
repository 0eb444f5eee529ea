//! The timeline as one page that needs nothing else.

use std::fmt::Write;

use super::axis::Axis;
use super::{Span, Strip, Timeline};
use crate::options::AssumeArgs;
use crate::verdict::SIGN_LEGEND;

/// Units of the drawing: its width, where the strips start, and what a strip takes.
const WIDTH: i64 = 1000;
const EDGE: i64 = 4;
const TOP: i64 = 26;
const STRIP_HEIGHT: i64 = 34;
const LABEL_HEIGHT: i64 = 20;
const STRIP_STEP: i64 = 84;
/// A letter fits into a segment this wide.
const LETTER_WIDTH: i64 = 16;
/// Segments of a day or two are drawn this wide, so that they can be seen and pointed at.
const NARROWEST: i64 = 3;

/// How an answer is drawn: fill, pattern and the color of its letter. The colors can be told apart
/// with any color vision, each has its own pattern, and each segment its letter.
struct Look {
    sign: char,
    fill: &'static str,
    ink: &'static str,
    /// The pattern's lines, in a square of 8 by 8.
    pattern: &'static str,
}

const LOOKS: &[Look] = &[
    Look {
        sign: '.',
        fill: "#ffffff",
        ink: "#000000",
        pattern: "",
    },
    Look {
        sign: 'o',
        fill: "#b7e1f5",
        ink: "#000000",
        pattern: "",
    },
    Look {
        sign: 'E',
        fill: "#56b4e9",
        ink: "#000000",
        pattern: "M2 2h1v1h-1z M6 6h1v1h-1z",
    },
    Look {
        sign: 'V',
        fill: "#009e73",
        ink: "#000000",
        pattern: "M0 4H8",
    },
    Look {
        sign: 'A',
        fill: "#f0e442",
        ink: "#000000",
        pattern: "M0 8L8 0",
    },
    Look {
        sign: 'C',
        fill: "#cc79a7",
        ink: "#000000",
        pattern: "M4 0V8",
    },
    Look {
        sign: 'D',
        fill: "#e69f00",
        ink: "#000000",
        pattern: "M0 0L8 8",
    },
    Look {
        sign: 'R',
        fill: "#d55e00",
        ink: "#000000",
        pattern: "M0 0L8 8M0 8L8 0",
    },
    Look {
        sign: 'L',
        fill: "#d2b48c",
        ink: "#000000",
        pattern: "M0 2H8M0 6H8",
    },
    Look {
        sign: 'X',
        fill: "#222222",
        ink: "#ffffff",
        pattern: "",
    },
    Look {
        sign: '?',
        fill: "#dddddd",
        ink: "#000000",
        pattern: "M0 4H8M4 0V8",
    },
];

const STYLE: &str = "\
:root{color-scheme:light}
body{font:16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,'Liberation Sans',Arial,sans-serif;
color:#1a1a1a;background:#fff;max-width:72rem;margin:0 auto;padding:1.5rem}
h1{font-size:1.5rem;line-height:1.2;margin:0 0 .75rem}
h2{font-size:1.1rem;margin:2rem 0 .5rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:0 0 1rem}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
svg{display:block;width:100%;height:auto;overflow:visible}
svg text{font-family:inherit;fill:#1a1a1a}
svg a{cursor:pointer}svg a:focus{outline:none}
svg a:focus .edge,svg a:hover .edge{stroke:#0b3d91;stroke-width:4}
.key{display:flex;flex-wrap:wrap;gap:.4rem 1.25rem;list-style:none;padding:0;margin:1rem 0 0}
.key li{display:flex;align-items:center;gap:.5rem;font-size:.9rem}
.key svg{width:30px;flex:none}
table{border-collapse:collapse;width:100%;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #ccc;
overflow-wrap:anywhere}
thead th{border-bottom:2px solid #555;white-space:nowrap}
tbody th{font-weight:600;white-space:nowrap}
tbody td:nth-child(2),tbody td:nth-child(3){white-space:nowrap}
tbody td:nth-child(4){min-width:14rem}
tr:target{background:#eaf2ff;outline:2px solid #0b3d91}
td ul{margin:0;padding-left:1.1rem}
.sign{font-weight:700}.cite,.faint{color:#555}
.wide{overflow-x:auto;padding:2px}
@media screen and (max-width:48rem){body{padding:.75rem}dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}
.wide>svg,.wide>table{min-width:44rem}table{font-size:.8rem}th,td{padding:.3rem}}
@page{margin:14mm}
@media print{body{max-width:none;padding:0;font-size:10pt}table{font-size:8.5pt}tr,svg,.key{break-inside:avoid}
h2{break-after:avoid}thead{display:table-header-group}
.wide{overflow:visible}tbody td:nth-child(4){min-width:9rem}.wide>svg,.wide>table{min-width:0}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
";

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}

/// The look of a sign, and its place among all.
fn look(sign: char) -> (usize, &'static Look) {
    let at = LOOKS.iter().position(|l| l.sign == sign);
    let at = at.unwrap_or(LOOKS.len() - 1);
    (at, &LOOKS[at])
}

/// Writing to a string cannot fail.
macro_rules! put {
    ($out:expr, $($part:tt)*) => { let _ = write!($out, $($part)*); };
}

/// Lays the timeline out.
pub fn render(timeline: &Timeline, assume: &AssumeArgs) -> String {
    let mut out = String::new();
    let title = escape(&timeline.title);
    put!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}: export controls through time</title>\n<style>\n{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}: export controls through time</h1>\n<dl>\n"
    );
    for (path, value) in &timeline.order {
        let value = escape(value.as_str().unwrap_or_default());
        put!(out, "<dt>{}</dt><dd>{value}</dd>\n", escape(path));
    }
    if !timeline.assumptions.is_empty() {
        let said = escape(&timeline.assumptions.join("; "));
        put!(out, "<dt>taken for granted</dt><dd>{said}</dd>\n");
    }
    if let Some(said) = assume.said() {
        put!(out, "<dt>flags</dt><dd>{}</dd>\n", escape(&said));
    }
    put!(out, "</dl>\n");
    drawing(timeline, &mut out);
    key(timeline, &mut out);
    for (at, strip) in timeline.strips.iter().enumerate() {
        table(at, strip, &mut out);
    }
    put!(
        out,
        "<p class=\"faint\">Each span is decided as if the order shipped on its first day. Not \
         legal advice: check every answer against the regulations before you act on it.</p>\n\
         </main>\n</body>\n</html>\n"
    );
    out
}

/// The patterns of the answers.
fn patterns(out: &mut String) {
    put!(out, "<defs>\n");
    for (at, look) in LOOKS.iter().enumerate() {
        put!(
            out,
            "<pattern id=\"p{at}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">\
             <rect width=\"8\" height=\"8\" fill=\"{}\"/>",
            look.fill
        );
        if !look.pattern.is_empty() {
            put!(
                out,
                "<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-opacity=\".38\"/>",
                look.pattern,
                look.ink
            );
        }
        put!(out, "</pattern>\n");
    }
    put!(out, "</defs>\n");
}

fn drawing(timeline: &Timeline, out: &mut String) {
    let axis = Axis::new(timeline.since, timeline.drawn_until);
    let length = WIDTH - 2 * EDGE;
    let strips = i64::try_from(timeline.strips.len()).unwrap_or(1);
    let bottom = TOP + strips * STRIP_STEP;
    put!(
        out,
        "<div class=\"wide\"><svg viewBox=\"0 0 {WIDTH} {bottom}\" role=\"group\" aria-label=\"Answers on an axis of \
         time; the tables below say the same\">\n"
    );
    patterns(out);
    let years = axis.years();
    for (at, year) in years.iter().enumerate() {
        let x = EDGE + axis.place(*year, length);
        put!(
            out,
            "<line x1=\"{x}\" y1=\"18\" x2=\"{x}\" y2=\"{bottom}\" stroke=\"#bbb\" aria-hidden=\"true\"/>\n"
        );
        let next = years
            .get(at + 1)
            .map_or(WIDTH, |y| EDGE + axis.place(*y, length));
        if next - x > 38 {
            put!(
                out,
                "<text x=\"{}\" y=\"14\" font-size=\"14\" aria-hidden=\"true\">{}</text>\n",
                x + 3,
                year.year()
            );
        }
    }
    for (at, (strip, y)) in timeline
        .strips
        .iter()
        .zip((TOP..).step_by(usize::try_from(STRIP_STEP).unwrap_or(1)))
        .enumerate()
    {
        put!(
            out,
            "<text x=\"{EDGE}\" y=\"{}\" font-size=\"14\" font-weight=\"600\" stroke=\"#fff\" \
             stroke-width=\"4\" paint-order=\"stroke\">{}</text>\n",
            y + 14,
            escape(&strip.label)
        );
        segments(at, strip, axis, y + LABEL_HEIGHT, out);
    }
    put!(out, "</svg></div>\n");
}

/// The segments of one strip: links to the rows of the table, so that a keyboard reaches them.
fn segments(strip_at: usize, strip: &Strip, axis: Axis, y: i64, out: &mut String) {
    let length = WIDTH - 2 * EDGE;
    let place = |span: &Span| EDGE + axis.place(span.from, length);
    let mut free = 0;
    for (at, span) in strip.spans.iter().enumerate() {
        let x = place(span);
        let end = strip.spans.get(at + 1).map_or(EDGE + length, place);
        let wide = (end - x).max(NARROWEST);
        let (pattern, look) = look(span.answer.sign());
        let says = escape(&format!(
            "{}: {}",
            span.days(),
            span.answer.lines().join("; ")
        ));
        put!(
            out,
            "<a href=\"#s{strip_at}-{at}\" aria-label=\"{}, {says}\"><title>{says}</title>\
             <rect class=\"edge\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{STRIP_HEIGHT}\" \
             fill=\"url(#p{pattern})\" stroke=\"#1a1a1a\"/>",
            escape(&strip.title)
        );
        let sign = escape(&look.sign.to_string());
        if wide >= LETTER_WIDTH {
            let (middle, base) = (x + wide / 2, y + 22);
            put!(
                out,
                "<rect x=\"{}\" y=\"{}\" width=\"14\" height=\"18\" rx=\"2\" fill=\"{}\"/>\
                 <text x=\"{middle}\" y=\"{base}\" font-size=\"15\" font-weight=\"700\" \
                 text-anchor=\"middle\" style=\"fill:{}\" aria-hidden=\"true\">{sign}</text>",
                middle - 7,
                y + 8,
                look.fill,
                look.ink
            );
        } else {
            // The letter stands below, with a line to its segment.
            let at = (x + wide / 2).max(free + 6);
            free = at + 6;
            let (from, to) = (x + wide / 2, y + STRIP_HEIGHT);
            put!(
                out,
                "<path d=\"M{from} {to}L{at} {}\" fill=\"none\" stroke=\"#555\"/>\
                 <text x=\"{at}\" y=\"{}\" font-size=\"12\" font-weight=\"700\" \
                 text-anchor=\"middle\" aria-hidden=\"true\">{sign}</text>",
                to + 6,
                to + 17
            );
        }
        put!(out, "</a>\n");
    }
}

/// What the signs stand for, those that occur.
fn key(timeline: &Timeline, out: &mut String) {
    put!(out, "<ul class=\"key\" aria-label=\"Key\">\n");
    for (sign, meaning) in SIGN_LEGEND {
        let mut spans = timeline.strips.iter().flat_map(|s| &s.spans);
        if !spans.any(|span| span.answer.sign() == *sign) {
            continue;
        }
        let (pattern, look) = look(*sign);
        let shown = escape(&sign.to_string());
        put!(
            out,
            "<li><svg viewBox=\"0 0 30 22\" aria-hidden=\"true\"><rect x=\"1\" y=\"1\" width=\"28\" \
             height=\"20\" fill=\"url(#p{pattern})\" stroke=\"#1a1a1a\"/><rect x=\"8\" y=\"2\" \
             width=\"14\" height=\"18\" rx=\"2\" fill=\"{}\"/><text x=\"15\" y=\"16\" \
             font-size=\"14\" font-weight=\"700\" text-anchor=\"middle\" style=\"fill:{}\">{shown}\
             </text></svg><span><span class=\"sign\">{shown}</span> {}</span></li>\n",
            look.fill,
            look.ink,
            escape(meaning)
        );
    }
    put!(out, "</ul>\n");
}

fn table(strip_at: usize, strip: &Strip, out: &mut String) {
    let title = escape(&strip.title);
    put!(
        out,
        "<h2 id=\"s{strip_at}\">{title}</h2>\n<div class=\"wide\"><table aria-labelledby=\"s{strip_at}\">\n<thead><tr>\
         <th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Answer</th>\
         <th scope=\"col\">Rests on</th><th scope=\"col\">Changed by</th></tr></thead>\n<tbody>\n"
    );
    for (at, span) in strip.spans.iter().enumerate() {
        let to = span.to.map_or_else(|| "on".to_owned(), |to| to.to_string());
        let sign = escape(&span.answer.sign().to_string());
        let lines = span.answer.lines();
        let (outcome, rests) = lines.split_first().map_or(("", &[][..]), |(o, r)| (o, r));
        put!(
            out,
            "<tr id=\"s{strip_at}-{at}\"><th scope=\"row\">{}</th><td>{to}</td>\
             <td><span class=\"sign\">{sign}</span> {}</td><td>",
            span.from,
            escape(outcome)
        );
        list(rests.iter().map(|line| escape(line)), out);
        put!(out, "</td><td>");
        let causes = span.changed_by.iter().map(|cause| {
            let events = cause.events.iter().map(|e| {
                let (what, cite) = (escape(&e.what), escape(&e.cite));
                format!("{what} <span class=\"cite\">({cite})</span>")
            });
            format!(
                "{}: {}",
                escape(&cause.title),
                events.collect::<Vec<_>>().join("; ")
            )
        });
        list(causes, out);
        put!(out, "</td></tr>\n");
    }
    put!(out, "</tbody>\n</table></div>\n");
}

fn list(items: impl Iterator<Item = String>, out: &mut String) {
    let items: Vec<String> = items.collect();
    match items.as_slice() {
        [] => {}
        [one] => out.push_str(one),
        many => {
            out.push_str("<ul>");
            many.iter().for_each(|item| {
                put!(out, "<li>{item}</li>");
            });
            out.push_str("</ul>");
        }
    }
}
