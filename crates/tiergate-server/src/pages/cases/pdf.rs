//! Letters as PDF: typewritten, on letter paper, with nothing embedded.
//!
//! The fonts that every reader has know Latin letters only: what is written otherwise is told in
//! Latin letters, and the letter says so; the page shows it as it was given.

use any_ascii::any_ascii;
use pdf_writer::{Content, Finish, Name, Pdf, Rect, Ref, Str, TextStr};

use super::paper::Letter;

/// Letter paper, in points.
const PAPER: (f32, f32) = (612.0, 792.0);
const MARGIN: f32 = 72.0;
const SIZE: f32 = 10.5;
const LEADING: f32 = 14.0;
/// A letter of the fixed-width font is six tenths of its size wide.
const ACROSS: usize = 74;
const DOWN: usize = 45;

/// A line, and whether it is bold.
type Line = (bool, String);

/// A text in lines of at most so many letters; words longer than a line are cut.
fn wrapped(text: &str, across: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let mut word = word;
        if !line.is_empty() && line.len() + 1 + word.len() > across {
            lines.push(std::mem::take(&mut line));
        }
        while word.len() > across {
            let (start, rest) = word.split_at(across);
            lines.push(start.to_owned());
            word = rest;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// A text in plain Latin letters, marked where letters of it had to be told otherwise, and whether.
fn in_latin(text: &str) -> (String, bool) {
    let mut plain = any_ascii(text);
    let otherwise = text.chars().any(|c| c.is_alphabetic() && !c.is_ascii());
    if otherwise {
        plain.push_str(" *");
    }
    (plain, otherwise)
}

/// The lines of a letter.
fn lines(letter: &Letter) -> Vec<Line> {
    let mut otherwise = false;
    let mut latin = |text: &str| {
        let (plain, told) = in_latin(text);
        otherwise |= told;
        plain
    };
    let mut lines: Vec<Line> = Vec::new();
    let heading = latin(&letter.heading);
    lines.push((true, heading));
    lines.push((false, String::new()));
    let head = [
        ("Case", letter.case.as_str()),
        ("Applicant", &letter.applicant),
        ("About", &letter.title),
        ("Day", &letter.day),
    ];
    let pairs = letter
        .pairs
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    for (name, value) in head.into_iter().chain(pairs) {
        let value = latin(value);
        for (n, part) in wrapped(&value, ACROSS - 22).into_iter().enumerate() {
            let name = if n == 0 { name } else { "" };
            lines.push((false, format!("{name:22}{part}")));
        }
    }
    for says in &letter.says {
        lines.push((false, String::new()));
        let says = latin(says);
        lines.extend(wrapped(&says, ACROSS).into_iter().map(|line| (false, line)));
    }
    if !letter.conditions.is_empty() {
        lines.push((false, String::new()));
        lines.push((true, "Conditions".to_owned()));
        for (n, condition) in letter.conditions.iter().enumerate() {
            let condition = latin(condition);
            for (part, text) in wrapped(&condition, ACROSS - 4).into_iter().enumerate() {
                let mark = if part == 0 {
                    format!("{}.", n + 1)
                } else {
                    String::new()
                };
                lines.push((false, format!("{mark:4}{text}")));
            }
        }
    }
    lines.push((false, String::new()));
    let made = format!(
        "Made from the events of the case; the last of them has the hash {}.",
        letter.head
    );
    lines.extend(wrapped(&made, ACROSS).into_iter().map(|line| (false, line)));
    if otherwise {
        let told = format!(
            "* Given in letters that this file cannot write, and told in plain Latin ones. As it was \
             given it stands on the page /cases/{}/letter of the desk.",
            letter.case
        );
        lines.push((false, String::new()));
        lines.extend(wrapped(&told, ACROSS).into_iter().map(|line| (false, line)));
    }
    lines
}

/// The letter as a file.
pub fn file(letter: &Letter) -> Vec<u8> {
    let lines = lines(letter);
    let sheets: Vec<&[Line]> = lines.chunks(DOWN).collect();
    let mut next = 0;
    let mut id = || {
        next += 1;
        Ref::new(next)
    };
    let (catalog, tree, info, plain, bold) = (id(), id(), id(), id(), id());
    let pages: Vec<(Ref, Ref)> = sheets.iter().map(|_| (id(), id())).collect();
    let mut pdf = Pdf::new();
    pdf.catalog(catalog).pages(tree).lang(TextStr("en-US"));
    let title = any_ascii(&format!("{}, {}", letter.heading, letter.case));
    pdf.document_info(info).title(TextStr(&title));
    pdf.pages(tree)
        .kids(pages.iter().map(|(page, _)| *page))
        .count(i32::try_from(pages.len()).unwrap_or(1));
    pdf.type1_font(plain).base_font(Name(b"Courier"));
    pdf.type1_font(bold).base_font(Name(b"Courier-Bold"));
    for (n, ((page, content), lines)) in pages.iter().zip(&sheets).enumerate() {
        let mut sheet = pdf.page(*page);
        sheet
            .media_box(Rect::new(0.0, 0.0, PAPER.0, PAPER.1))
            .parent(tree)
            .contents(*content);
        let mut resources = sheet.resources();
        let mut fonts = resources.fonts();
        fonts.pair(Name(b"P"), plain);
        fonts.pair(Name(b"B"), bold);
        fonts.finish();
        resources.finish();
        sheet.finish();
        let mut text = Content::new();
        text.begin_text();
        text.set_leading(LEADING);
        text.next_line(MARGIN, PAPER.1 - MARGIN);
        for (heavy, line) in *lines {
            let (font, size) = if *heavy {
                (Name(b"B"), SIZE + 2.0)
            } else {
                (Name(b"P"), SIZE)
            };
            text.set_font(font, size);
            text.show(Str(line.as_bytes()));
            text.next_line(0.0, -LEADING);
        }
        text.end_text();
        text.begin_text();
        text.set_font(Name(b"P"), SIZE - 2.0);
        text.next_line(MARGIN, MARGIN / 2.0);
        let foot = format!("{}, sheet {} of {}", letter.case, n + 1, sheets.len());
        text.show(Str(any_ascii(&foot).as_bytes()));
        text.end_text();
        pdf.stream(*content, &text.finish());
    }
    pdf.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_in_other_letters_is_marked_where_it_stands() {
        let kept = in_latin("Steppe Data Works – “No resale”");
        assert!(!kept.1 && kept.0.starts_with("Steppe Data Works"));
        let (plain, otherwise) = in_latin("Степь");
        assert!(
            otherwise && plain.is_ascii() && plain.ends_with(" *"),
            "{plain}"
        );
        // A letter that is told by its nearest is told otherwise too.
        assert_eq!(in_latin("Łódź"), ("Lodz *".to_owned(), true));
    }

    #[test]
    fn words_go_to_the_next_line_and_longer_ones_are_cut() {
        assert_eq!(wrapped("a bb ccc", 4), ["a bb", "ccc"]);
        assert_eq!(wrapped("abcdefgh i", 3), ["abc", "def", "gh", "i"]);
        assert_eq!(wrapped("  ", 3), Vec::<String>::new());
    }
}
