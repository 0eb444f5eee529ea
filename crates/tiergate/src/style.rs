//! Colour and width: only for people at a terminal.

use std::io::{IsTerminal, stderr, stdout};

/// How output for people is laid out.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Whether to colour.
    pub color: bool,
    /// Columns to use at most.
    pub width: usize,
}

/// Widest line of running text, in columns.
const TEXT_WIDTH_MAX: usize = 100;

fn wants_color() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}

/// Whether messages may be coloured.
pub fn stderr_color() -> bool {
    stderr().is_terminal() && wants_color()
}

/// The width of the terminal; none when the output is no terminal.
pub fn terminal_width() -> Option<usize> {
    let of_env = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .filter(|c| *c >= 20);
    let of_terminal = || terminal_size::terminal_size_of(stdout()).map(|(w, _)| usize::from(w.0));
    of_env.or_else(|| stdout().is_terminal().then(of_terminal).flatten())
}

impl Style {
    /// For a page of text on standard output, or plain when it goes to a file.
    pub fn page(to_file: bool) -> Style {
        let terminal = !to_file && stdout().is_terminal();
        let width = terminal_width().map_or(TEXT_WIDTH_MAX, |w| w.min(TEXT_WIDTH_MAX));
        Style {
            color: terminal && wants_color(),
            width,
        }
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// Emphasis.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    /// A good answer.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// A bad one.
    pub fn bad(self, text: &str) -> String {
        self.paint("31", text)
    }

    /// One that needs something first.
    pub fn warn(self, text: &str) -> String {
        self.paint("33", text)
    }

    /// What is less important.
    pub fn faint(self, text: &str) -> String {
        self.paint("2", text)
    }
}

/// A text of one line that no terminal takes for a command: signs that are not shown are replaced.
pub fn plain(text: String) -> String {
    if text.contains(char::is_control) {
        return text.replace(char::is_control, "\u{fffd}");
    }
    text
}

/// Columns a text takes; every character counts as one.
pub fn width(text: &str) -> usize {
    text.chars().count()
}

/// The text cut to a number of columns, the cut marked.
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(columns.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Splits a text into lines of at most `columns`, at spaces; long words stay whole.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

/// A whole number with thousands separated by commas; other texts unchanged.
pub fn grouped(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, part) = match rest.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (rest, None),
    };
    if whole.is_empty() || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return number.to_owned();
    }
    let mut out = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(part) = part {
        out.push('.');
        out.push_str(part);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_other_texts_left_alone() {
        assert_eq!(grouped("23748000"), "23,748,000");
        assert_eq!(grouped("19.449"), "19.449");
        assert_eq!(grouped("-1234.5"), "-1,234.5");
        assert_eq!(grouped("unknown"), "unknown");
    }

    #[test]
    fn signs_that_command_a_terminal_are_not_passed_on() {
        assert_eq!(plain("a\u{1b}[31mb\nc".into()), "a\u{fffd}[31mb\u{fffd}c");
        assert_eq!(plain("Ünïcode — fine".into()), "Ünïcode — fine");
    }

    #[test]
    fn text_wraps_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(cut("one two three", 6), "one t…");
    }
}
