//! A page of text: for the terminal, wrapped and aligned, or as Markdown.

use crate::markdown::{cell, line, text as inline};
use crate::style::{Style, plain, width, wrap};
use crate::verdict::Light;

/// How a page is laid out.
#[derive(Debug, Clone, Copy)]
pub enum Layout {
    /// For people at a terminal or in a file.
    Text(Style),
    /// For documents.
    Markdown,
}

/// A part of a page.
#[derive(Debug, Clone)]
pub enum Block {
    /// The title of the whole.
    Title(String),
    /// The heading of a section.
    Heading(String),
    /// The answer itself.
    Answer(Light, String),
    /// Running text.
    Paragraph(String),
    /// Names and values.
    Pairs(Vec<(String, String)>),
    /// A point with its depth.
    Point(usize, String),
    /// Lines kept as they are.
    Lines(Vec<String>),
}

/// A page, in order.
#[derive(Debug, Clone, Default)]
pub struct Page(Vec<Block>);

impl Page {
    /// A page with a title.
    pub fn new(title: impl Into<String>) -> Page {
        Page(vec![Block::Title(plain(title.into()))])
    }

    /// Starts a section.
    pub fn heading(&mut self, text: impl Into<String>) {
        self.0.push(Block::Heading(plain(text.into())));
    }

    /// The answer itself.
    pub fn answer(&mut self, light: Light, text: impl Into<String>) {
        self.0.push(Block::Answer(light, plain(text.into())));
    }

    /// Running text.
    pub fn text(&mut self, text: impl Into<String>) {
        self.0.push(Block::Paragraph(plain(text.into())));
    }

    /// Names and values, aligned.
    pub fn pairs(&mut self, pairs: Vec<(String, String)>) {
        if !pairs.is_empty() {
            let pairs = pairs
                .into_iter()
                .map(|(name, value)| (plain(name), plain(value)));
            self.0.push(Block::Pairs(pairs.collect()));
        }
    }

    /// A point of a list, the first level being 0.
    pub fn point(&mut self, depth: usize, text: impl Into<String>) {
        self.0.push(Block::Point(depth, plain(text.into())));
    }

    /// Lines kept as they are, such as a form's text.
    pub fn lines(&mut self, lines: Vec<String>) {
        if !lines.is_empty() {
            self.0.push(Block::Lines(lines));
        }
    }

    /// The parts, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.0
    }

    /// The page as text.
    pub fn render(&self, layout: Layout) -> String {
        let mut out = String::new();
        let mut after_point = false;
        for block in &self.0 {
            let point = matches!(block, Block::Point(..));
            let list_goes_on = point && after_point;
            if !out.is_empty() && !list_goes_on {
                out.push('\n');
            }
            after_point = point;
            match layout {
                Layout::Text(style) => text(block, style, &mut out),
                Layout::Markdown => markdown(block, &mut out),
            }
        }
        out
    }
}

fn text(block: &Block, style: Style, out: &mut String) {
    let mut line = |text: &str| {
        out.push_str(text.trim_end());
        out.push('\n');
    };
    match block {
        Block::Title(title) => {
            let parts = wrap(title, style.width);
            let longest = parts.iter().map(|part| width(part)).max();
            parts.iter().for_each(|part| line(&style.bold(part)));
            line(&"=".repeat(longest.unwrap_or(0)));
        }
        Block::Heading(heading) => {
            line(&style.bold(heading));
            line(&style.faint(&"-".repeat(width(heading))));
        }
        Block::Answer(light, answer) => {
            for part in wrap(answer, style.width) {
                line(&match light {
                    Light::Go => style.good(&part),
                    Light::License => style.warn(&part),
                    Light::Prohibited => style.bad(&part),
                    Light::Open => style.bold(&part),
                });
            }
        }
        Block::Paragraph(paragraph) => wrap(paragraph, style.width).iter().for_each(|p| line(p)),
        Block::Pairs(pairs) => {
            let names = pairs.iter().map(|(n, _)| width(n)).max().unwrap_or(0);
            let left = style.width.saturating_sub(names + 2).max(20);
            for (name, value) in pairs {
                for (at, part) in wrap(value, left).iter().enumerate() {
                    let name = if at == 0 { name.as_str() } else { "" };
                    let fill = " ".repeat(names - width(name) + 2);
                    line(&format!("{}{fill}{part}", style.faint(name)));
                }
            }
        }
        Block::Point(depth, point) => {
            let indent = depth * 2;
            let left = style.width.saturating_sub(indent + 2).max(20);
            for (at, part) in wrap(point, left).iter().enumerate() {
                let mark = if at == 0 { "- " } else { "  " };
                line(&format!("{}{mark}{part}", " ".repeat(indent)));
            }
        }
        Block::Lines(lines) => {
            for text in lines {
                wrap(text, style.width.saturating_sub(4))
                    .iter()
                    .for_each(|p| line(&format!("    {p}")));
            }
        }
    }
}

fn markdown(block: &Block, out: &mut String) {
    match block {
        Block::Title(title) => out.push_str(&format!("# {}\n", inline(title))),
        Block::Heading(heading) => out.push_str(&format!("## {}\n", inline(heading))),
        Block::Answer(_, answer) => out.push_str(&format!("**{}**\n", inline(answer))),
        Block::Paragraph(paragraph) => out.push_str(&format!("{}\n", line(paragraph))),
        Block::Pairs(pairs) => {
            out.push_str("| | |\n|---|---|\n");
            for (name, value) in pairs {
                out.push_str(&format!("| {} | {} |\n", cell(name), cell(value)));
            }
        }
        Block::Point(depth, point) => {
            out.push_str(&format!("{}- {}\n", "  ".repeat(*depth), line(point)));
        }
        Block::Lines(lines) => {
            for text in lines {
                out.push_str(&format!("> {}\n>\n", line(text)));
            }
            // The mark between lines is not wanted after the last.
            out.truncate(out.len().saturating_sub(2));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_in_both_layouts() {
        let mut page = Page::new("Title");
        page.heading("Part");
        page.pairs(vec![
            ("a".to_owned(), "one".to_owned()),
            ("bcd".to_owned(), "two".to_owned()),
        ]);
        page.point(0, "first");
        page.point(1, "second");
        let style = Style {
            color: false,
            width: 40,
        };
        assert_eq!(
            page.render(Layout::Text(style)),
            "Title\n=====\n\nPart\n----\n\na    one\nbcd  two\n\n- first\n  - second\n"
        );
        assert_eq!(
            page.render(Layout::Markdown),
            "# Title\n\n## Part\n\n| | |\n|---|---|\n| a | one |\n| bcd | two |\n\n- first\n  - second\n"
        );
    }

    #[test]
    fn no_text_of_a_page_is_taken_for_markup() {
        let mut page = Page::new("a <b> *c*");
        page.heading("[a](b)");
        page.answer(Light::Go, "yes: **X**");
        page.text("# a");
        page.pairs(vec![("a|b".to_owned(), "`c | d` <img>".to_owned())]);
        page.point(1, "- `a_b * c` is *open*");
        page.lines(vec!["> a".to_owned()]);
        assert_eq!(
            page.render(Layout::Markdown),
            "# a &lt;b> \\*c\\*\n\n## [a\\](b)\n\n**yes: \\*\\*X\\*\\***\n\n\\# a\n\n\
             | | |\n|---|---|\n| a\\|b | `c \\| d` &lt;img> |\n\n\
             \x20 - \\- `a_b * c` is \\*open\\*\n\n> \\> a\n"
        );
    }
}
