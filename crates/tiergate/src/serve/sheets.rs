//! Pages of text as the service's pages lay them out.

use tiergate_server::{Block, Light, Sheet};

use crate::page::{Block as Part, Page};
use crate::verdict;

/// What an answer means, as the service says it.
pub const fn light(light: verdict::Light) -> Light {
    match light {
        verdict::Light::Go => Light::Go,
        verdict::Light::License => Light::License,
        verdict::Light::Prohibited => Light::Prohibited,
        verdict::Light::Open => Light::Open,
    }
}

/// A page in sections.
pub fn sheet(page: &Page) -> Sheet {
    let mut sheet = Sheet::default();
    for part in page.blocks() {
        match part {
            Part::Title(title) => sheet.title.clone_from(title),
            Part::Heading(heading) => sheet.heading(heading.clone()),
            Part::Answer(is, says) => sheet.answer = Some((light(*is), says.clone())),
            Part::Paragraph(text) => sheet.block(Block::Paragraph(text.clone())),
            Part::Pairs(pairs) => sheet.block(Block::Pairs(pairs.clone())),
            // An arrow of two signs would be torn at the end of a line.
            Part::Point(depth, text) => sheet.point(*depth, text.replace(" -> ", " → ")),
            Part::Lines(lines) => sheet.block(Block::Lines(lines.clone())),
        }
    }
    sheet
}
