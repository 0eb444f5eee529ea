//! What is wrong with a law file, where, and what would fit.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// How bad a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The law cannot be used as written.
    Error,
    /// The law can be used; something is probably not meant.
    Warning,
}

/// One finding in a law file, pointing at bytes of its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// File name as given to [`crate::Library::read`].
    pub file: String,
    /// Byte range in that file.
    pub span: Range<usize>,
    /// What was found.
    pub message: String,
    /// What would be right, when that can be said.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place.
    #[must_use]
    pub fn error(file: &str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Error,
            file: file.to_owned(),
            span,
            message: message.into(),
            help: None,
        }
    }

    /// A warning at a place.
    #[must_use]
    pub fn warning(file: &str, span: Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(file, span, message)
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Line and column, from 1, of the start of the span in `text`.
    #[must_use]
    pub fn line_column(&self, text: &str) -> (usize, usize) {
        let before = &text[..text.floor_char_boundary(self.span.start)];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        (line, column)
    }
}

/// Renders a diagnostic with the source line it points into.
///
/// ```
/// use tiergate_law::{Diagnostic, render};
/// let text = "when = \"destination in D:9\"";
/// let d = Diagnostic::error("x.toml", 23..26, "unknown country group `D:9`");
/// assert!(render(&d, text, false).contains("unknown country group `D:9`"));
/// ```
#[must_use]
pub fn render(diagnostic: &Diagnostic, text: &str, color: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // Escapes in a text can put a place inside it off by some bytes.
    let end = text.floor_char_boundary(diagnostic.span.end);
    let start = text.floor_char_boundary(diagnostic.span.start.min(end));
    let title = level.primary_title(diagnostic.message.as_str());
    let snippet = Snippet::source(text)
        .path(diagnostic.file.as_str())
        .annotation(AnnotationKind::Primary.span(start..end));
    let mut report: Vec<Group<'_>> = vec![title.element(snippet)];
    if let Some(help) = &diagnostic.help {
        let group = report.remove(0);
        report.push(group.element(Level::HELP.message(help.as_str())));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&report)
}

/// The known name nearest to `found`, if one is near enough to be meant.
///
/// ```
/// use tiergate_law::nearest;
/// assert_eq!(nearest("destinaton", ["destination", "quantity"]), Some("destination"));
/// assert_eq!(nearest("speed", ["destination", "quantity"]), None);
/// ```
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = |name: &str| 1 + name.len().max(found.len()) / 4;
    known
        .into_iter()
        .filter(|name| name.len().abs_diff(found.len()) <= most(name))
        .map(|name| (distance(found, name), name))
        .filter(|(d, name)| *d <= most(name))
        .min()
        .map(|(_, name)| name)
}

/// Levenshtein distance over bytes, case ignored.
fn distance(a: &str, b: &str) -> usize {
    let b = b.as_bytes();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(!x.eq_ignore_ascii_case(y));
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
