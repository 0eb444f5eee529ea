//! The timeline as one page that needs nothing else.

use anyhow::Result;
use askama::Template;

use super::axis::Axis;
use super::{Span, Strip, Timeline};
use crate::html::STYLE;
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
/// A year's number fits between lines this far apart.
const YEAR_WIDTH: i64 = 38;

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

/// The look of a sign, and its place among all.
fn look(sign: char) -> (usize, &'static Look) {
    let at = LOOKS.iter().position(|l| l.sign == sign);
    let at = at.unwrap_or(LOOKS.len() - 1);
    (at, &LOOKS[at])
}

/// The page.
#[derive(Template)]
#[template(path = "timeline.html")]
struct Page<'t> {
    style: &'static str,
    timeline: &'t Timeline,
    assumed: Option<String>,
    looks: &'static [Look],
    size: (i64, i64),
    years: Vec<Year>,
    rows: Vec<Row<'t>>,
    key: Vec<Meaning>,
}

/// The start of a year.
struct Year {
    x: i64,
    /// The year, if there is room for it.
    number: Option<i16>,
}

/// A strip as it is drawn.
struct Row<'t> {
    strip: &'t Strip,
    label_y: i64,
    y: i64,
    segments: Vec<Segment>,
}

/// A span as it is drawn.
struct Segment {
    x: i64,
    wide: i64,
    look: usize,
    says: String,
    letter: Letter,
}

/// Where the letter of a segment stands.
enum Letter {
    /// In the middle of it.
    Inside { x: i64 },
    /// Below it, with a line to it.
    Below { x: i64, from: i64 },
}

/// What a sign stands for.
struct Meaning {
    look: usize,
    says: &'static str,
}

/// Lays the timeline out.
pub fn render(timeline: &Timeline, assumed: Option<String>) -> Result<String> {
    let axis = Axis::new(timeline.since, timeline.drawn_until);
    let tops = (TOP..).step_by(usize::try_from(STRIP_STEP)?);
    let strips = timeline.strips.iter().zip(tops);
    let rows: Vec<Row<'_>> = strips
        .map(|(strip, top)| Row {
            strip,
            label_y: top + 14,
            y: top + LABEL_HEIGHT,
            segments: segments(strip, axis),
        })
        .collect();
    let page = Page {
        style: STYLE,
        timeline,
        assumed,
        looks: LOOKS,
        size: (WIDTH, TOP + i64::try_from(rows.len())? * STRIP_STEP),
        years: years(axis),
        rows,
        key: key(timeline),
    };
    Ok(page.render()?)
}

const LENGTH: i64 = WIDTH - 2 * EDGE;

fn years(axis: Axis) -> Vec<Year> {
    let starts = axis.years();
    let place = |at: usize| starts.get(at).map(|year| EDGE + axis.place(*year, LENGTH));
    let year = |(at, year): (usize, &tiergate_law::Date)| {
        let x = place(at).unwrap_or(EDGE);
        let next = place(at + 1).unwrap_or(WIDTH);
        Year {
            x,
            number: (next - x > YEAR_WIDTH).then(|| year.year()),
        }
    };
    starts.iter().enumerate().map(year).collect()
}

fn segments(strip: &Strip, axis: Axis) -> Vec<Segment> {
    let place = |span: &Span| EDGE + axis.place(span.from, LENGTH);
    let mut free = 0;
    let mut segments = Vec::with_capacity(strip.spans.len());
    for (at, span) in strip.spans.iter().enumerate() {
        let x = place(span);
        let end = strip.spans.get(at + 1).map_or(EDGE + LENGTH, place);
        let wide = (end - x).max(NARROWEST);
        let middle = x + wide / 2;
        let letter = if wide >= LETTER_WIDTH {
            Letter::Inside { x: middle }
        } else {
            let x = middle.max(free + 6);
            free = x + 6;
            Letter::Below { x, from: middle }
        };
        segments.push(Segment {
            x,
            wide,
            look: look(span.answer.sign()).0,
            says: format!("{}: {}", span.days(), span.answer.lines().join("; ")),
            letter,
        });
    }
    segments
}

/// What the signs stand for, those that occur.
fn key(timeline: &Timeline) -> Vec<Meaning> {
    let occurs = |sign: char| {
        let mut spans = timeline.strips.iter().flat_map(|s| &s.spans);
        spans.any(|span| span.answer.sign() == sign)
    };
    let signs = SIGN_LEGEND.iter().filter(|(sign, _)| occurs(*sign));
    signs
        .map(|(sign, says)| Meaning {
            look: look(*sign).0,
            says,
        })
        .collect()
}

impl Page<'_> {
    /// The look of a segment or a meaning.
    fn look(&self, at: &usize) -> &'static Look {
        &LOOKS[(*at).min(LOOKS.len() - 1)]
    }
}
