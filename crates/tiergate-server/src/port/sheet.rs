//! A text in parts, as pages lay it out.

use serde::{Deserialize, Serialize};

/// What an answer means for a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Light {
    /// It may go.
    Go,
    /// It needs a license.
    #[serde(alias = "stop")]
    License,
    /// No license is to be had.
    Prohibited,
    /// It depends on facts that are not given.
    Open,
}

impl Light {
    /// The class by which the style knows it.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Light::Go => "good",
            Light::License => "warn",
            Light::Prohibited => "bad",
            Light::Open => "open",
        }
    }

    /// In words: a color alone says nothing to many.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Light::Go => "May go",
            Light::License => "License needed",
            Light::Prohibited => "Prohibited",
            Light::Open => "Cannot say yet",
        }
    }

    /// A sign beside the words, so that answers are told apart at a glance and without color.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Light::Go => "\u{2713}",
            Light::License => "\u{25b2}",
            Light::Prohibited => "\u{2715}",
            Light::Open => "?",
        }
    }
}

/// A point of a list, with what stands under it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Point {
    /// What it says.
    pub text: String,
    /// What stands under it.
    pub under: Vec<Point>,
}

impl Point {
    /// How many points stand under it, at any depth.
    #[must_use]
    pub fn below(&self) -> usize {
        self.under.iter().map(|point| 1 + point.below()).sum()
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Block {
    /// Running text.
    Paragraph(String),
    /// Names and values.
    Pairs(Vec<(String, String)>),
    /// A list.
    Points(Vec<Point>),
    /// Lines kept as they are.
    Lines(Vec<String>),
}

/// A part of a text under its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// The heading; empty for what stands before the first.
    pub heading: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
    /// Whether it is folded at first.
    pub folded: bool,
}

/// A text: a title, the answer if it gives one, and sections.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Sheet {
    /// The title.
    pub title: String,
    /// The answer, with what it means for a shipment.
    pub answer: Option<(Light, String)>,
    /// The sections, in order.
    pub sections: Vec<Section>,
}

impl Sheet {
    /// Starts a section.
    pub fn heading(&mut self, heading: String) {
        self.sections.push(Section {
            heading,
            blocks: Vec::new(),
            folded: false,
        });
    }

    /// Adds to the section that was started last.
    pub fn block(&mut self, block: Block) {
        if self.sections.is_empty() {
            self.heading(String::new());
        }
        if let Some(section) = self.sections.last_mut() {
            section.blocks.push(block);
        }
    }

    /// Adds a point to the list that stands last, at its depth.
    pub fn point(&mut self, depth: usize, text: String) {
        let last = self.sections.last_mut().and_then(|s| s.blocks.last_mut());
        let point = Point {
            text,
            under: Vec::new(),
        };
        let Some(Block::Points(points)) = last else {
            return self.block(Block::Points(vec![point]));
        };
        let mut points = points;
        for _ in 0..depth {
            if points.is_empty() {
                break;
            }
            let at = points.len() - 1;
            points = &mut points[at].under;
        }
        points.push(point);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn four_answers_have_four_words_signs_and_classes() {
        let all = [Light::Go, Light::License, Light::Prohibited, Light::Open];
        for tells in [Light::words, Light::sign, Light::class] {
            let told: std::collections::HashSet<&str> = all.into_iter().map(tells).collect();
            assert_eq!(told.len(), all.len(), "{told:?}");
        }
        // Files that were decided before the two were told apart are read still.
        let kept: Light = serde_json::from_str("\"stop\"").unwrap();
        assert_eq!(kept, Light::License);
    }

    #[test]
    fn points_stand_under_the_last_of_the_depth_above() {
        let mut sheet = Sheet::default();
        for (depth, text) in [(0, "a"), (1, "b"), (2, "c"), (0, "d"), (2, "e")] {
            sheet.point(depth, text.to_owned());
        }
        let [Section { blocks, .. }] = sheet.sections.as_slice() else {
            panic!("{sheet:?}");
        };
        let [Block::Points(points)] = blocks.as_slice() else {
            panic!("{blocks:?}");
        };
        let below: Vec<usize> = points.iter().map(Point::below).collect();
        assert_eq!(below, [2, 1]);
        assert_eq!(points[0].under[0].under[0].text, "c");
    }
}
