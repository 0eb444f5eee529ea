//! A text in sections, laid out: long reasons are folded under what they are reasons of.

use askama::Template;

use crate::port::{Block, Point, Section};

/// Sections, laid out.
#[derive(Template)]
#[template(path = "sections.html")]
pub struct Sections<'s> {
    sections: &'s [Section],
}

impl<'s> Sections<'s> {
    /// Those of a text.
    pub fn of(sheet: &'s crate::port::Sheet) -> Sections<'s> {
        Sections {
            sections: &sheet.sections,
        }
    }
}

/// A list, laid out.
#[derive(Template)]
#[template(path = "points.html")]
pub struct Points<'p> {
    points: &'p [Point],
}

impl<'p> Points<'p> {
    /// All of these.
    pub const fn of(points: &'p [Point]) -> Points<'p> {
        Points { points }
    }
}

/// What stands under a heading, laid out.
#[derive(Template)]
#[template(path = "blocks.html")]
struct Blocks<'b> {
    blocks: &'b [Block],
}

impl<'b> Blocks<'b> {
    fn of(section: &'b Section) -> Blocks<'b> {
        Blocks {
            blocks: &section.blocks,
        }
    }
}

/// Running text: what stands between backticks is said as the law files write it.
#[derive(Template)]
#[template(
    ext = "html",
    source = "{% for (code, part) in parts %}{% if *code %}<code>{{ part }}</code>{% else %}{{ part }}{% endif %}{% endfor %}"
)]
struct Words<'w> {
    parts: Vec<(bool, &'w str)>,
}

impl<'w> Words<'w> {
    fn of(text: &'w str) -> Words<'w> {
        let parts: Vec<&str> = text.split('`').collect();
        // A backtick without another means nothing.
        if parts.len().is_multiple_of(2) {
            return Words {
                parts: vec![(false, text)],
            };
        }
        Words {
            parts: (0..).map(|at: usize| at % 2 == 1).zip(parts).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_code_is_marked() {
        for (text, html) in [
            ("`a < 1` holds", "<code>a &#60; 1</code> holds"),
            ("it`s <b>", "it`s &#60;b&#62;"),
            ("plain", "plain"),
        ] {
            assert_eq!(Words::of(text).render().unwrap(), html);
        }
    }
}
