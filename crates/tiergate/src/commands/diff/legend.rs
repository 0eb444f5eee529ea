//! What the names of classes and groups stand for that the statements of a difference use.

use serde::Serialize;
use tiergate_engine::Comparison;
use tiergate_law::Regime;

use super::report::Change;
use super::words::{Places, family};

/// Names that stand for the same.
#[derive(Debug, Serialize)]
pub struct Meaning {
    /// The names.
    pub names: Vec<String>,
    /// What they stand for.
    pub says: String,
}

/// The names in these changes: item classes, then groups of countries.
pub fn legend(places: &Places<'_>, comparison: &Comparison, changes: &[Change]) -> Vec<Meaning> {
    let used = |name: &str| {
        let mut texts = changes.iter().flat_map(texts);
        texts.any(|text| mentions(text, name))
    };
    let regimes = comparison.sides.each_ref().map(|side| &*side.book.regime);
    let mut found = classes(regimes, &used);
    found.extend(groups(regimes, places, &used));
    found
}

/// The texts of a change in which names stand.
fn texts(change: &Change) -> impl Iterator<Item = &String> {
    let cases = change.cases.iter().chain(change.one_of.iter().flatten());
    change.items.iter().chain(cases)
}

/// Whether a name stands in a text by itself, not as a part of another.
fn mentions(text: &str, name: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || ".:-_".contains(c);
    text.match_indices(name).any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        !before.ends_with(goes_on) && !after.starts_with(goes_on)
    })
}

fn classes(regimes: [&Regime; 2], used: &impl Fn(&str) -> bool) -> Vec<Meaning> {
    let mut found: Vec<Meaning> = Vec::new();
    let mut known: Vec<&str> = Vec::new();
    for class in regimes.iter().flat_map(|regime| &regime.classes) {
        let name = family(&class.id);
        if known.contains(&name) || !used(name) {
            continue;
        }
        known.push(name);
        let says = both(regimes.map(|regime| of_family(regime, name)));
        match found.iter_mut().find(|meaning| meaning.says == says) {
            Some(meaning) => meaning.names.push(name.to_owned()),
            None => found.push(Meaning {
                names: vec![name.to_owned()],
                says,
            }),
        }
    }
    found
}

/// What a regime says of the classes of a family, each text once.
fn of_family(regime: &Regime, name: &str) -> String {
    let classes = regime.classes.iter().filter(|c| family(&c.id) == name);
    let mut says: Vec<&str> = Vec::new();
    for class in classes {
        if !says.contains(&class.says.as_str()) {
            says.push(&class.says);
        }
    }
    says.join("; or ")
}

/// What both sides say, once where they say the same.
fn both([before, after]: [String; 2]) -> String {
    if before == after || after.is_empty() {
        return before;
    }
    if before.is_empty() {
        return after;
    }
    format!("before: {before}; after: {after}")
}

fn groups(
    regimes: [&Regime; 2],
    places: &Places<'_>,
    used: &impl Fn(&str) -> bool,
) -> Vec<Meaning> {
    let named = places.groups().into_iter().filter(|(name, _)| used(name));
    let meaning = |(name, members): (&str, Vec<String>)| {
        let mut groups = regimes.iter().flat_map(|regime| &regime.groups);
        let cite = groups
            .find(|group| group.id == name)
            .map(|g| g.cite.as_str());
        Meaning {
            names: vec![name.to_owned()],
            says: format!("{}: {}", cite.unwrap_or_default(), members.join(", ")),
        }
    };
    named.map(meaning).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_by_itself_only() {
        for (text, name, is) in [
            ("to anywhere but D:1, D:5", "D:1", true),
            ("to D:10", "D:1", false),
            ("3A090.a, 5A992.z (item.datacenter)", "5A992", false),
            ("3A090.a, 5A992.z (item.datacenter)", "5A992.z", true),
            ("tier-supplement-5a", "supplement-5a", false),
            ("(after: 3A090.b; tpp >= 1)", "3A090.b", true),
        ] {
            assert_eq!(mentions(text, name), is, "{name} in {text}");
        }
    }
}
