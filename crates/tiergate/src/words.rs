//! What the fields of an order, outcomes and policies are called in sentences.
//!
//! The names and questions of fields stand in `schema/words.csv`, beside the schema of the order:
//! a line for each field; the names of limits in `schema/limits.csv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use tiergate_law::{CHOICES, FLAGS};

use crate::style::grouped;

static CSV: &str = include_str!("../schema/words.csv");

/// Name and question of each field.
static FIELDS: LazyLock<FxHashMap<String, [String; 2]>> = LazyLock::new(|| {
    let mut lines = csv::Reader::from_reader(CSV.as_bytes());
    let rows = lines.deserialize::<(String, String, String)>();
    rows.filter_map(Result::ok)
        .map(|(field, name, question)| (field, [name, question]))
        .collect()
});

static LIMITS_CSV: &str = include_str!("../schema/limits.csv");

/// The name of each limit, and of what is counted where a limit stands alone.
static LIMITS: LazyLock<FxHashMap<String, String>> = LazyLock::new(|| {
    let mut lines = csv::Reader::from_reader(LIMITS_CSV.as_bytes());
    let rows = lines.deserialize::<(String, String)>();
    rows.filter_map(Result::ok).collect()
});

/// The name of a limit, as a heading; its id where it has none.
///
/// ```
/// assert_eq!(tiergate::words::limit("license.quantity"), "Units of a license");
/// ```
pub fn limit(id: &str) -> &str {
    LIMITS.get(id).map_or(id, String::as_str)
}

/// A field with the number of its intermediary taken out of it.
fn of_field(path: &str) -> Option<(&'static [String; 2], Option<&str>)> {
    let path = path.split('=').next().unwrap_or(path);
    if let Some(words) = FIELDS.get(path) {
        return Some((words, None));
    }
    let (number, field) = path.strip_prefix("intermediaries.")?.split_once('.')?;
    let words = FIELDS.get(&format!("intermediaries.{field}"))?;
    Some((words, Some(number)))
}

/// The name of a field, for the middle of a sentence; the path itself where it is no field.
///
/// ```
/// use tiergate::words::name;
/// assert_eq!(name("consignee.lists"), "consignee's restricted-party lists");
/// assert_eq!(name("intermediaries.2.parent_name"), "intermediary's ultimate parent (no. 2)");
/// ```
pub fn name(path: &str) -> Cow<'_, str> {
    match of_field(path) {
        Some((words, None)) => Cow::Borrowed(words[0].as_str()),
        Some((words, Some(number))) => Cow::Owned(format!("{} (no. {number})", words[0])),
        None => Cow::Borrowed(path),
    }
}

/// The question that a field answers; empty where it is no field.
///
/// ```
/// assert_eq!(tiergate::words::question("destination"), "Where does it go?");
/// ```
pub fn question(path: &str) -> &'static str {
    of_field(path).map_or("", |(words, _)| words[1].as_str())
}

/// The name of a field at the head of a line.
pub fn label(path: &str) -> String {
    capital(&name(path))
}

/// Names of fields, in one line.
pub fn names<'p>(paths: impl IntoIterator<Item = &'p str>) -> String {
    let names: Vec<Cow<'_, str>> = paths.into_iter().map(name).collect();
    names.join(", ")
}

/// A text with its first letter as a capital.
///
/// ```
/// assert_eq!(tiergate::words::capital("end uses"), "End uses");
/// ```
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// What the law's and the contract's short words mean in a sentence: outcomes, policies of review,
/// choices and truth values.
///
/// ```
/// use tiergate::words::plain;
/// assert_eq!(plain("license-required"), "a license is required");
/// assert_eq!(plain("presumption-of-denial"), "presumption of denial");
/// ```
pub fn plain(word: &str) -> Cow<'_, str> {
    Cow::Borrowed(match word {
        "license-required" => "a license is required",
        "no-license-required" => "no license is required",
        "license-exception" => "a license exception carries it",
        "validated-end-user" => "a validated-end-user authorization carries it",
        "indeterminate" => "it depends on facts that are not given",
        "eligible" => "carries the order",
        "ineligible" => "does not carry the order",
        "unknown" => "not known",
        "none-of-its-own" => "no policy of its own",
        // Citations and names of data hold hyphens too: a slug is in small letters, and not short.
        _ if is_slug(word) => return Cow::Owned(word.replace('-', " ")),
        _ => word,
    })
}

/// Whether a word is one of ours, such as `case-by-case`, and no citation.
pub fn is_slug(word: &str) -> bool {
    let of_slug = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word.contains('-')
        && word.bytes().all(of_slug)
}

/// A fact that was read, with its value: `destination is PL`.
///
/// The fact is a path, or `LIST has MEMBER` as reasons have it.
pub fn fact(read: &str, value: &str) -> String {
    match read {
        _ if read.contains(" has ") => format!("{}: {}", self::read(read), plain(value)),
        "item" => format!("the item is {}", of_value(value)),
        _ if value == "unknown" => format!("{} is not given", name(read)),
        _ => format!("{} is {}", name(read), of_value(value)),
    }
}

/// What a fact is called that was read: of a path, or of `LIST has MEMBER`.
pub fn read(fact: &str) -> Cow<'_, str> {
    match fact.split_once(" has ") {
        Some((list, member)) => {
            Cow::Owned(format!("{}, “{}”", name(list), member_says(list, member)))
        }
        None => name(fact),
    }
}

/// A value, with the field that it follows by its name: `PL (as destination)`.
fn of_value(value: &str) -> String {
    if let Some((value, path)) = value.strip_suffix(')').and_then(|v| v.split_once(" (as ")) {
        return format!("{value}, as the {}", name(path));
    }
    grouped(&plain(value))
}

/// What a member of a list is, in words.
pub fn member_says<'m>(list: &str, member: &'m str) -> &'m str {
    let path = format!("{list}={member}");
    let flag = FLAGS.iter().find(|flag| flag.path == path);
    flag.map_or(member, |flag| flag.doc)
}

/// What was given for a field, in words: choices, members of lists and numbers.
///
/// ```
/// use tiergate::words::given;
/// assert_eq!(given("end_uses", "datacenter|military"), "use in a data center, military end use");
/// assert_eq!(given("consignee.name", "blue-hill"), "blue-hill");
/// ```
pub fn given(path: &str, given: &str) -> String {
    let choice = CHOICES.iter().any(|choice| choice.path == path);
    let values = given.split('|').map(|value| match value {
        "[]" => "none".to_owned(),
        value if choice => plain(value).into_owned(),
        value => grouped(member_says(path, value)),
    });
    values.collect::<Vec<_>>().join(", ")
}

/// What was taken for granted, as a decision says it (`end_uses = none (not given)`), in words.
///
/// ```
/// assert_eq!(
///     tiergate::words::assumption("consignee.lists = [] (assumed, as asked)"),
///     "Consignee's restricted-party lists: none (assumed, as asked)"
/// );
/// ```
pub fn assumption(line: &str) -> String {
    let Some((path, rest)) = line
        .split_once(" = ")
        .filter(|(p, _)| of_field(p).is_some())
    else {
        return line.to_owned();
    };
    let (value, why) = rest.split_once(" (").unwrap_or((rest, ""));
    let value = given(path, value);
    let label = match path.split_once('=') {
        Some((list, member)) => format!("{}, “{}”", label(list), member_says(list, member)),
        None => label(path),
    };
    match why {
        "" => format!("{label}: {value}"),
        why => format!("{label}: {value} ({}", with_names(why)),
    }
}

/// A text in which fields stand by their names.
fn with_names(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let path = word.trim_end_matches([')', ',', ';']);
        match of_field(path) {
            Some(_) if path.contains('.') => word.replacen(path, &name(path), 1),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;
    use tiergate_law::{COUNTRIES, NUMBERS, TEXTS};

    use super::*;

    /// Every path of the schema's fields, with those of the parts it refers to.
    fn of_schema(schema: &Value, at: &Value, before: &str, paths: &mut BTreeSet<String>) {
        let to = at["$ref"].as_str().and_then(|to| to.strip_prefix('#'));
        let at = to.map_or(at, |to| schema.pointer(to).unwrap());
        for (field, inner) in at["properties"].as_object().into_iter().flatten() {
            let path = format!("{before}{field}");
            of_schema(schema, inner, &format!("{path}."), paths);
            paths.insert(path);
        }
    }

    #[test]
    fn every_fact_and_field_has_a_name_and_a_question() {
        let schema: Value = serde_json::from_str(crate::commands::schema::ORDER).unwrap();
        let mut paths = BTreeSet::new();
        of_schema(&schema, &schema, "", &mut paths);
        let facts = COUNTRIES
            .iter()
            .map(|i| i.path)
            .chain(CHOICES.iter().map(|i| i.path))
            .chain(FLAGS.iter().map(|i| i.missing_path()))
            .chain(NUMBERS.iter().map(|i| i.path))
            .chain(TEXTS.iter().map(|i| i.path));
        paths.extend(facts.map(str::to_owned));
        assert!(paths.len() > 90, "{}", paths.len());
        let without: Vec<&String> = paths.iter().filter(|p| !FIELDS.contains_key(*p)).collect();
        assert!(without.is_empty(), "add to schema/words.csv: {without:?}");
        for (path, [name, question]) in FIELDS.iter() {
            let path_like = name.as_bytes().windows(3).any(|at| {
                at[0].is_ascii_lowercase() && b"._=".contains(&at[1]) && at[2].is_ascii_lowercase()
            });
            assert!(!name.is_empty() && !path_like, "{path}: {name}");
            assert!(question.contains('?'), "{path}: {question}");
        }
    }

    #[test]
    fn every_limit_of_the_law_and_whatever_is_counted_has_a_name() {
        let desk = crate::embedded::desk(None).unwrap();
        let entries = desk.library.sources().flat_map(|s| &s.entries);
        let quotas = entries.filter(|e| e.body.kind() == "quota");
        let quotas: BTreeSet<&str> = quotas.map(|e| e.id.as_str()).collect();
        let used = NUMBERS.iter().filter_map(|i| i.path.strip_prefix("used."));
        let all: Vec<&str> = quotas.iter().copied().chain(used).collect();
        assert!(quotas.contains("lpp"), "{quotas:?}");
        let without: Vec<_> = all.iter().filter(|id| !LIMITS.contains_key(**id)).collect();
        assert!(without.is_empty(), "add to schema/limits.csv: {without:?}");
    }

    #[test]
    fn a_fact_that_was_read_is_told_without_the_words_of_the_contract() {
        let told = [
            fact("destination", "PL"),
            fact("consignee.parent", "PL (as consignee.headquarters)"),
            fact("amount", "47496000"),
            fact("consignee.lists has sdn", "unknown"),
            fact("item.tpp", "unknown"),
        ];
        assert_eq!(
            told,
            [
                "destination is PL",
                "headquarters of the consignee's ultimate parent is PL, as the consignee's headquarters",
                "TPP of the order is 47,496,000",
                "consignee's restricted-party lists, “a specially designated national under a program of 744.8”: not known",
                "TPP of one IC is not given",
            ]
        );
    }

    #[test]
    fn words_that_are_no_slug_stay_as_they_are() {
        for word in ["740.9-a", "H100", "PL", "yes", "3A090.a"] {
            assert_eq!(plain(word), word);
        }
        assert_eq!(plain("case-by-case"), "case by case");
    }

    #[test]
    fn an_assumption_of_the_law_stays_as_it_is() {
        let law = "law: share (assumed)";
        assert_eq!(assumption(law), law);
        assert_eq!(
            assumption("statements.exception_terms = none (not given)"),
            "License exception whose own terms are met: none (not given)"
        );
        assert_eq!(
            assumption("item.kind = ic (inferred from item.tpp)"),
            "Kind of item: ic (inferred from TPP of one IC)"
        );
    }
}
