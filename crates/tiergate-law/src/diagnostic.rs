//! What is wrong with a law file, where, and what would fit.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

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
    /// The other place, of a finding that two places make together.
    pub other: Option<Place>,
}

/// Another place that a finding rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// File name as given to [`crate::Library::read`].
    pub file: String,
    /// Byte range in that file.
    pub span: Range<usize>,
    /// What stands there.
    pub says: String,
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
            other: None,
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

    /// The same with the other place it rests on.
    #[must_use]
    pub fn with_other(mut self, file: &str, span: Range<usize>, says: impl Into<String>) -> Self {
        self.other = Some(Place {
            file: file.to_owned(),
            span,
            says: says.into(),
        });
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

/// Renders a diagnostic with the source lines it points into; `text` gives the text of a file.
///
/// ```
/// use tiergate_law::{Diagnostic, render};
/// let text = "when = \"destination in D:9\"\nunless = \"destination in D:9\"";
/// let d = Diagnostic::error("x.toml", 23..26, "unknown country group `D:9`");
/// let d = d.with_other("x.toml", 53..56, "and here");
/// let shown = render(&d, |_| Some(text), false);
/// assert!(shown.contains("unknown country group `D:9`"));
/// assert!(shown.contains("--- and here"));
/// ```
#[must_use]
pub fn render<'t>(
    diagnostic: &Diagnostic,
    text: impl Fn(&str) -> Option<&'t str>,
    color: bool,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str());
    let source = text(&diagnostic.file).unwrap_or("");
    let here = AnnotationKind::Primary.span(within(source, &diagnostic.span));
    let mut snippet = Snippet::source(source)
        .path(diagnostic.file.as_str())
        .annotation(here);
    let mut second = None;
    if let Some(other) = &diagnostic.other {
        let of = text(&other.file).unwrap_or("");
        let there = AnnotationKind::Context.span(within(of, &other.span));
        let there = there.label(other.says.as_str());
        if other.file == diagnostic.file {
            snippet = snippet.annotation(there);
        } else {
            let apart = Snippet::source(of).path(other.file.as_str());
            second = Some(apart.annotation(there));
        }
    }
    let mut group = title.element(snippet).elements(second);
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[group])
}

/// Escapes in a text can put a place inside it off by some bytes.
fn within(text: &str, span: &Range<usize>) -> Range<usize> {
    let end = text.floor_char_boundary(span.end);
    text.floor_char_boundary(span.start.min(end))..end
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
