//! Text in a Markdown document that is not taken for markup. Code spans stay code.

/// Text within a line.
pub fn text(text: &str) -> String {
    let text = text.replace('\n', " ");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    let mut before = ' ';
    while let Some(sign) = rest.chars().next() {
        if let Some(code) = code_span(rest) {
            out.push_str(code);
            rest = &rest[code.len()..];
            before = '`';
            continue;
        }
        // A run of backticks that nothing closes is no code, as a whole.
        let run = if sign == '`' { backticks(rest) } else { 1 };
        for _ in 0..run {
            rest = &rest[sign.len_utf8()..];
            push(before, sign, rest, &mut out);
            before = sign;
        }
    }
    out
}

/// Text with which a line begins: it starts no heading, list or quotation either.
pub fn line(line: &str) -> String {
    let line = text(line);
    let line = line.trim_start();
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = line.split_at(digits);
    let counts = digits > 0 && (after.starts_with(". ") || after.starts_with(") "));
    if counts || digits == 0 && after.starts_with(['#', '>', '+', '-', '=', '|', '[']) {
        return format!("{number}\\{after}");
    }
    line.to_owned()
}

/// Text of a cell of a table.
pub fn cell(cell: &str) -> String {
    text(cell).replace('|', "\\|")
}

/// How many backticks a text begins with.
fn backticks(text: &str) -> usize {
    text.bytes().take_while(|b| *b == b'`').count()
}

/// The code span a text begins with: from a run of backticks to the next run of as many.
fn code_span(text: &str) -> Option<&str> {
    let opens = backticks(text);
    let mut at = opens;
    while opens > 0 && at < text.len() {
        let run = backticks(&text[at..]);
        if run == opens {
            return Some(&text[..at + run]);
        }
        at += run.max(text[at..].chars().next().map_or(1, char::len_utf8));
    }
    None
}

/// Writes a sign, escaped where it would be markup between what stands before and after it.
fn push(before: char, sign: char, after: &str, out: &mut String) {
    let next = after.chars().next().unwrap_or(' ');
    let within_word = before.is_alphanumeric() && next.is_alphanumeric();
    match sign {
        '<' if next.is_ascii_alphabetic() || matches!(next, '/' | '!' | '?') => {
            out.push_str("&lt;");
            return;
        }
        '&' if is_entity(after) => {
            out.push_str("&amp;");
            return;
        }
        '\\' | '*' | '`' | '~' => out.push('\\'),
        '_' if !within_word => out.push('\\'),
        // What makes the text in brackets a link.
        ']' if matches!(next, '(' | '[') => out.push('\\'),
        _ => {}
    }
    out.push(sign);
}

/// Whether what stands after an ampersand makes it a character reference.
fn is_entity(after: &str) -> bool {
    let name = after.strip_prefix('#').unwrap_or(after);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric());
    end.is_some_and(|end| end > 0 && name[end..].starts_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_be_markup_is_escaped() {
        for (plain, escaped) in [
            ("*a* _b_ ~~c~~", "\\*a\\* \\_b\\_ \\~\\~c\\~\\~"),
            ("<b>a</b> <!-- -->", "&lt;b>a&lt;/b> &lt;!-- -->"),
            ("[a](b) ![a][b]", "[a\\](b) ![a\\][b]"),
            ("&lt; &#60; &#x3C;", "&amp;lt; &amp;#60; &amp;#x3C;"),
            ("a\\b", "a\\\\b"),
            ("one ` sign, ``` three", "one \\` sign, \\`\\`\\` three"),
            ("two\nlines", "two lines"),
        ] {
            assert_eq!(text(plain), escaped);
        }
    }

    #[test]
    fn what_is_no_markup_stays_as_it_is() {
        for plain in [
            "tpp < 4,800 or amount <= 5 and x->y",
            "performance_density, 3A090.a [LPP]; AT&T, R&D",
            "`a_b * c <d> | {MO}` and ``a ` b``",
            "Ünïcode — fine",
        ] {
            assert_eq!(text(plain), plain);
        }
    }

    #[test]
    fn a_line_starts_no_block_and_a_cell_no_other_cell() {
        for (plain, escaped) in [
            ("# a", "\\# a"),
            ("- a", "\\- a"),
            ("  > a", "\\> a"),
            ("1. a", "1\\. a"),
            ("[a]: b", "\\[a]: b"),
            ("3A090.a", "3A090.a"),
            ("2,000 units", "2,000 units"),
            ("3.5 units", "3.5 units"),
        ] {
            assert_eq!(line(plain), escaped);
        }
        assert_eq!(cell("a | `b | c`\nd"), "a \\| `b \\| c` d");
        assert_eq!(cell("-"), "-");
    }
}
