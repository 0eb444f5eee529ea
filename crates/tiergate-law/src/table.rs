//! Reads typed fields out of a TOML table, collecting every fault with its place.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, nearest};
use crate::model::{BaseView, Condition, Grade, Named, Status};
use crate::num::Num;
use crate::syntax::parse_condition;

/// The faults found in one file so far.
pub(crate) struct Faults<'a> {
    pub file: &'a str,
    pub text: &'a str,
    /// How what is being read is known: what stands inside it and does not say is known so too.
    pub grade: Grade,
    pub found: Vec<Diagnostic>,
}

impl Faults<'_> {
    pub fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.found.push(Diagnostic::error(self.file, span, message));
    }

    pub fn error_with_help(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.found
            .push(Diagnostic::error(self.file, span, message).with_help(help));
    }
}

/// A table being read; [`Fields::finish`] reports keys nothing asked for.
pub(crate) struct Fields<'t, 'i> {
    table: &'t DeTable<'i>,
    pub span: Range<usize>,
    what: &'static str,
    asked: Vec<&'static str>,
}

pub(crate) type Item<'t, 'i> = &'t Spanned<DeValue<'i>>;

impl<'t, 'i> Fields<'t, 'i> {
    pub fn new(table: &'t DeTable<'i>, span: Range<usize>, what: &'static str) -> Self {
        Fields {
            table,
            span,
            what,
            asked: Vec::new(),
        }
    }

    /// The table inside a value, or a fault.
    pub fn of(value: Item<'t, 'i>, what: &'static str, faults: &mut Faults<'_>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Table(table) => Some(Fields::new(table, value.span(), what)),
            other => {
                let found = type_name(other);
                faults.error(
                    value.span(),
                    format!("{what} must be a table, found {found}"),
                );
                None
            }
        }
    }

    pub fn get(&mut self, key: &'static str) -> Option<Item<'t, 'i>> {
        self.asked.push(key);
        self.table
            .iter()
            .find(|(k, _)| k.get_ref().as_ref() == key)
            .map(|(_, v)| v)
    }

    fn missing(&self, key: &str, faults: &mut Faults<'_>) {
        faults.error(self.span.clone(), format!("{} has no `{key}`", self.what));
    }

    pub fn text_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
        self.named_opt(key, faults).map(|n| n.name)
    }

    pub fn text(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<String> {
        self.named(key, faults).map(|n| n.name)
    }

    pub fn named(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Named> {
        if self.get(key).is_none() {
            self.missing(key, faults);
        }
        self.named_opt(key, faults)
    }

    pub fn named_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Named> {
        let value = self.get(key)?;
        named(value, faults)
    }

    pub fn list(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Vec<Named> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(items) => {
                let mut names: Vec<Named> = Vec::new();
                for item in items.iter() {
                    let Some(name) = named(item, faults) else {
                        continue;
                    };
                    if names.iter().any(|n| n.name == name.name) {
                        let message = format!("`{}` stands twice in `{key}`", name.name);
                        faults.error(name.span.clone(), message);
                    }
                    names.push(name);
                }
                names
            }
            DeValue::String(_) => named(value, faults).into_iter().collect(),
            other => {
                let found = type_name(other);
                faults.error(
                    value.span(),
                    format!("`{key}` must be a list of texts, found {found}"),
                );
                Vec::new()
            }
        }
    }

    pub fn texts(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Vec<String> {
        self.list(key, faults).into_iter().map(|n| n.name).collect()
    }

    /// The tables of an array of tables.
    pub fn tables(
        &mut self,
        key: &'static str,
        what: &'static str,
        faults: &mut Faults<'_>,
    ) -> Vec<Fields<'t, 'i>> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        match value.get_ref() {
            DeValue::Array(items) => items
                .iter()
                .filter_map(|v| Fields::of(v, what, faults))
                .collect(),
            DeValue::Table(_) => Fields::of(value, what, faults).into_iter().collect(),
            other => {
                let found = type_name(other);
                faults.error(
                    value.span(),
                    format!("`{key}` must be tables, found {found}"),
                );
                Vec::new()
            }
        }
    }

    pub fn date_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Date> {
        let value = self.get(key)?;
        if let DeValue::Datetime(stamp) = value.get_ref()
            && let (Some(date), None) = (stamp.date, stamp.time)
            && let (Ok(year), Ok(month), Ok(day)) = (
                i16::try_from(date.year),
                i8::try_from(date.month),
                i8::try_from(date.day),
            )
            && let Ok(date) = Date::new(year, month, day)
        {
            return Some(date);
        }
        let help = "write a day such as 2025-05-15, without quotes";
        faults.error_with_help(value.span(), format!("`{key}` is not a date"), help);
        None
    }

    pub fn date(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Date> {
        if self.get(key).is_none() {
            self.missing(key, faults);
        }
        self.date_opt(key, faults)
    }

    /// A first and a last day, the last not before the first.
    pub fn days(
        &mut self,
        first: &'static str,
        last: &'static str,
        faults: &mut Faults<'_>,
    ) -> (Option<Date>, Option<Date>) {
        let days = (self.date_opt(first, faults), self.date_opt(last, faults));
        if let (Some(from), Some(through)) = days
            && through < from
            && let Some(value) = self.get(last)
        {
            let message = format!("`{last}` {through} lies before `{first}` {from}");
            faults.error(value.span(), message);
        }
        days
    }

    pub fn integer_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<i64> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Integer(_) => match self.number_opt(key, faults)?.to_integer() {
                Some(n) => i64::try_from(n).ok(),
                None => None,
            },
            other => {
                let found = type_name(other);
                faults.error(
                    value.span(),
                    format!("`{key}` must be a whole number, found {found}"),
                );
                None
            }
        }
    }

    pub fn flag(&mut self, key: &'static str, faults: &mut Faults<'_>) -> bool {
        let Some(value) = self.get(key) else {
            return false;
        };
        if let DeValue::Boolean(b) = value.get_ref() {
            return *b;
        }
        faults.error(value.span(), format!("`{key}` must be true or false"));
        false
    }

    /// A number, exact: from the characters of the file, never through a float.
    pub fn number_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Num> {
        let value = self.get(key)?;
        number(value, faults)
    }

    pub fn number(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Num> {
        if self.get(key).is_none() {
            self.missing(key, faults);
        }
        self.number_opt(key, faults)
    }

    pub fn range_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<(Num, Num)> {
        let value = self.get(key)?;
        if let DeValue::Array(items) = value.get_ref()
            && let [low, high] = items.iter().collect::<Vec<_>>()[..]
        {
            let range = (number(low, faults)?, number(high, faults)?);
            if range.0 <= range.1 {
                return Some(range);
            }
        }
        faults.error(value.span(), format!("`{key}` must be [low, high]"));
        None
    }

    pub fn condition_opt(
        &mut self,
        key: &'static str,
        faults: &mut Faults<'_>,
    ) -> Option<Condition> {
        let named = self.named_opt(key, faults)?;
        condition(&named, faults)
    }

    pub fn condition(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Condition> {
        if self.get(key).is_none() {
            self.missing(key, faults);
        }
        self.condition_opt(key, faults)
    }

    pub fn word_opt<T: Copy>(
        &mut self,
        key: &'static str,
        words: &[(&'static str, T)],
        faults: &mut Faults<'_>,
    ) -> Option<T> {
        let named = self.named_opt(key, faults)?;
        if let Some((_, value)) = words.iter().find(|(w, _)| *w == named.name) {
            return Some(*value);
        }
        let known: Vec<&str> = words.iter().map(|(w, _)| *w).collect();
        faults.error_with_help(
            named.span,
            format!("`{}` is no `{key}`", named.name),
            format!("one of {}", known.join(", ")),
        );
        None
    }

    pub fn grade_opt(&mut self, faults: &mut Faults<'_>) -> Option<Grade> {
        self.grade_named("grade", faults)
    }

    pub fn grade_named(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<Grade> {
        use Grade::{Assumed, Primary, PrimaryQuoted, Secondary, Unconfirmed};
        let all = [Primary, PrimaryQuoted, Secondary, Unconfirmed, Assumed];
        self.word_opt(key, &all.map(|g| (g.word(), g)), faults)
    }

    pub fn status_opt(&mut self, faults: &mut Faults<'_>) -> Option<Status> {
        use Status::{Assumed, Enacted, Proposed, Scheduled, Suspended};
        let all = [Enacted, Scheduled, Suspended, Proposed, Assumed];
        self.word_opt("status", &all.map(|s| (s.word(), s)), faults)
    }

    pub fn view_opt(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Option<BaseView> {
        let words = [("text", BaseView::Text), ("enforced", BaseView::Enforced)];
        self.word_opt(key, &words, faults)
    }

    /// The pairs of an inline table, values as written.
    pub fn pairs(&mut self, key: &'static str, faults: &mut Faults<'_>) -> Vec<(String, String)> {
        let Some(value) = self.get(key) else {
            return Vec::new();
        };
        let DeValue::Table(table) = value.get_ref() else {
            faults.error(value.span(), format!("`{key}` must be a table"));
            return Vec::new();
        };
        let mut pairs: Vec<(usize, String, String)> = Vec::new();
        flatten("", table, &mut pairs);
        pairs.sort_by_key(|(at, ..)| *at);
        pairs
            .into_iter()
            .map(|(_, path, value)| (path, value))
            .collect()
    }

    /// Reports keys nothing asked for.
    pub fn finish(self, faults: &mut Faults<'_>) {
        for (key, _) in self.table.iter() {
            let name = key.get_ref().as_ref();
            if self.asked.contains(&name) {
                continue;
            }
            let message = format!("{} has no field `{name}`", self.what);
            match nearest(name, self.asked.iter().copied()) {
                Some(near) => {
                    faults.error_with_help(key.span(), message, format!("did you mean `{near}`?"));
                }
                None => faults.error(key.span(), message),
            }
        }
    }
}

fn flatten(prefix: &str, table: &DeTable<'_>, pairs: &mut Vec<(usize, String, String)>) {
    for (key, value) in table.iter() {
        let name = key.get_ref().as_ref();
        let path = if prefix.is_empty() {
            name.to_owned()
        } else {
            format!("{prefix}.{name}")
        };
        match value.get_ref() {
            DeValue::Table(inner) => flatten(&path, inner, pairs),
            other => pairs.push((key.span().start, path, plain(other))),
        }
    }
}

fn plain(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(s) => s.to_string(),
        DeValue::Integer(i) => i.as_str().to_owned(),
        DeValue::Float(f) => f.as_str().to_owned(),
        DeValue::Boolean(b) => b.to_string(),
        DeValue::Datetime(d) => d.to_string(),
        DeValue::Array(items) => items
            .iter()
            .map(|v| plain(v.get_ref()))
            .collect::<Vec<_>>()
            .join("|"),
        DeValue::Table(_) => String::new(),
    }
}

fn named(value: Item<'_, '_>, faults: &mut Faults<'_>) -> Option<Named> {
    if let DeValue::String(text) = value.get_ref() {
        return Some(Named {
            name: text.to_string(),
            span: value.span(),
        });
    }
    let found = type_name(value.get_ref());
    faults.error(
        value.span(),
        format!("must be a text in quotes, found {found}"),
    );
    None
}

fn number(value: Item<'_, '_>, faults: &mut Faults<'_>) -> Option<Num> {
    let written = match value.get_ref() {
        DeValue::Integer(i) => i.as_str().to_owned(),
        DeValue::Float(f) => f.as_str().to_owned(),
        DeValue::String(s) => s.to_string(),
        other => {
            let found = type_name(other);
            faults.error(value.span(), format!("must be a number, found {found}"));
            return None;
        }
    };
    match written.parse() {
        Ok(number) => Some(number),
        Err(error) => {
            faults.error(value.span(), format!("{error}"));
            None
        }
    }
}

pub(crate) fn condition(named: &Named, faults: &mut Faults<'_>) -> Option<Condition> {
    // Basic and multi-line strings: the condition's text starts after the opening quotes.
    let raw = faults.text.get(named.span.clone()).unwrap_or_default();
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") {
        3
    } else {
        1
    };
    let newline = match raw.as_bytes().get(3..).unwrap_or_default() {
        [b'\n', ..] if quotes == 3 => 1,
        [b'\r', b'\n', ..] if quotes == 3 => 2,
        _ => 0,
    };
    let offset = named.span.start + quotes + newline;
    match parse_condition(&named.name) {
        Ok(expr) => {
            for list in expr.members() {
                for (at, word) in list.iter().enumerate() {
                    if list[..at].iter().any(|w| w.text == word.text) {
                        let end = faults.text.len();
                        let place = |at: usize| (offset + at).min(end);
                        let span = place(word.span.start)..place(word.span.end);
                        faults.error(span, format!("`{}` stands twice in the set", word.text));
                    }
                }
            }
            Some(Condition {
                text: named.name.clone(),
                expr,
                offset,
            })
        }
        Err(error) => {
            // A text without its closing quotes may end the file.
            let end = faults.text.len();
            let span = (offset + error.span.start).min(end)..(offset + error.span.end).min(end);
            faults.error(span, error.message);
            None
        }
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
