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
