//! What a statement of a difference says, in words.

use tiergate_engine::{Clause, Comparison, ItemGroup, Range, Rare, Reply};
use tiergate_law::{Country, CountryFact, CountrySet, Fact, FlagFact, Num, NumberFact};
use tiergate_order::Catalog;

use crate::style::grouped;

/// An answer in a few words.
pub fn reply(reply: &Reply) -> String {
    match reply {
        Reply::NotControlled => "not controlled".to_owned(),
        Reply::NoLicenseRequired => "no license required".to_owned(),
        Reply::LicenseException(id) => format!("License Exception {id}"),
        Reply::ValidatedEndUser(id) => format!("validated end user {id}"),
        Reply::LicenseRequired(policy) => {
            format!("license required, {}", policy.word().replace('-', " "))
        }
        Reply::Prohibited => "prohibited".to_owned(),
    }
}

/// The words for countries: names, and the groups of the two regimes.
pub struct Places<'c> {
    catalog: &'c Catalog,
    groups: Vec<(&'c str, CountrySet)>,
    all: CountrySet,
}

/// Fewer members of a group than these are named one by one.
const GROUP_MIN: usize = 3;

impl<'c> Places<'c> {
    /// The words for a comparison.
    pub fn new(catalog: &'c Catalog, comparison: &'c Comparison) -> Places<'c> {
        let all: CountrySet = catalog.countries.iter().map(|c| c.code).collect();
        let mut groups: Vec<(&str, CountrySet)> = Vec::new();
        for group in comparison.sides.iter().flat_map(|s| &s.book.regime.groups) {
            let members = group.is.intersection(&all);
            // A name that means something else on the other side would mislead.
            let clash = groups
                .iter()
                .any(|(id, set)| *id == group.id && *set != members);
            if clash {
                groups.retain(|(id, _)| *id != group.id);
            } else if !groups.iter().any(|(_, set)| *set == members) {
                groups.push((&group.id, members));
            }
        }
        Places {
            catalog,
            groups,
            all,
        }
    }

    /// The groups that countries may be said by, with the names of their members.
    pub fn groups(&self) -> Vec<(&str, Vec<String>)> {
        let groups = self.groups.iter();
        let named = groups.map(|(id, members)| (*id, self.names(members)));
        named.collect()
    }

    /// Countries in words; all but a few are said by what is left out.
    pub fn words(&self, countries: &[Country]) -> String {
        let set: CountrySet = countries.iter().copied().collect();
        let out = self.all.difference(&set);
        if out.is_empty() {
            return "anywhere".to_owned();
        }
        let (within, without) = (self.listed(&set), self.listed(&out));
        if without.len() < within.len() {
            return format!("anywhere but {}", without.join(", "));
        }
        within.join(", ")
    }

    /// Groups and names that make up a set.
    fn listed(&self, set: &CountrySet) -> Vec<String> {
        let mut left = *set;
        let mut words = Vec::new();
        loop {
            let inside = self
                .groups
                .iter()
                .filter(|(_, g)| g.difference(set).is_empty());
            let new = |g: &CountrySet| self.states(&g.intersection(&left)).len();
            let Some((id, members)) = inside.max_by_key(|(_, g)| new(g)) else {
                break;
            };
            if new(members) < GROUP_MIN {
                break;
            }
            words.push((*id).to_owned());
            left = left.difference(members);
        }
        words.extend(self.names(&left));
        words
    }

    /// The names of countries.
    fn names(&self, set: &CountrySet) -> Vec<String> {
        let states = self.states(set).into_iter();
        states.map(|c| self.catalog.country_name(c)).collect()
    }

    /// Without territories that go with a state of the set.
    fn states(&self, set: &CountrySet) -> Vec<Country> {
        let parent = |c: &Country| {
            let entry = self.catalog.countries.iter().find(|e| e.code == *c);
            entry.and_then(|e| e.parent)
        };
        let goes_with = |c: &Country| parent(c).is_some_and(|p| set.contains(p));
        set.iter().filter(|c| !goes_with(c)).collect()
    }
}

/// A clause in words.
pub fn clause(places: &Places<'_>, clause: &Clause) -> String {
    match clause {
        Clause::Country(fact, list) => {
            let list = places.words(list);
            match fact {
                CountryFact::Destination => format!("to {list}"),
                CountryFact::ConsigneeHeadquarters => format!("headquartered: {list}"),
                CountryFact::ConsigneeParent => format!("ultimate parent: {list}"),
                fact => format!("{}: {list}", fact.info().path),
            }
        }
        Clause::Choice(fact, words) => format!("{}: {}", fact.info().path, words.join(" or ")),
        Clause::Flag(fact, yes) => flag(*fact, *yes),
        Clause::Amount {
            terms,
            ranges,
            undefined,
        } => {
            let what = sum(terms);
            let mut ways: Vec<String> = ranges.iter().map(|r| range(&what, *r)).collect();
            if *undefined {
                ways.push(format!("{what} undefined"));
            }
            ways.join(" or ")
        }
        Clause::Named(registers, yes) => format!(
            "{} {}",
            if *yes { "named in" } else { "not named in" },
            registers.join(", ")
        ),
        Clause::Intermediary(list, yes) => format!(
            "{} intermediary of {}",
            if *yes { "an" } else { "no" },
            places.words(list)
        ),
    }
}

fn flag(fact: FlagFact, yes: bool) -> String {
    let info = fact.info();
    match (info.path.split_once('='), yes) {
        (Some((list, member)), true) => format!("{list} has {member}"),
        (Some((list, member)), false) => format!("{list} without {member}"),
        (None, true) => info.path.to_owned(),
        (None, false) => format!("not {}", info.path),
    }
}

fn sum(terms: &[(NumberFact, i64)]) -> String {
    let mut text = String::new();
    for (fact, factor) in terms {
        let sign = match (text.is_empty(), *factor < 0) {
            (true, true) => "-",
            (true, false) => "",
            (false, true) => " - ",
            (false, false) => " + ",
        };
        text.push_str(sign);
        if factor.unsigned_abs() != 1 {
            text.push_str(&format!("{} x ", factor.unsigned_abs()));
        }
        text.push_str(fact.info().path.trim_start_matches("item."));
    }
    text
}

fn range(what: &str, range: Range) -> String {
    let number = |n: Num| grouped(&n.to_string());
    let from = range.from.map(|(n, above)| (number(n), above));
    let to = range.to.map(|(n, up_to)| (number(n), up_to));
    match (from, to) {
        (None, None) => format!("any {what}"),
        (Some((n, above)), None) => format!("{what} {} {n}", if above { ">" } else { ">=" }),
        (None, Some((n, up_to))) => format!("{what} {} {n}", if up_to { "<=" } else { "<" }),
        (Some((a, above)), Some((b, up_to))) => format!(
            "{what} {} {a} and {} {b}",
            if above { ">" } else { ">=" },
            if up_to { "<=" } else { "<" }
        ),
    }
}

/// The items of a statement, one line for each class or family of classes.
pub fn items(places: &Places<'_>, comparison: &Comparison, groups: &[ItemGroup]) -> Vec<String> {
    let names = &comparison.sides[0].book.regime.class_names;
    let name = |place: Option<usize>| {
        place
            .and_then(|p| names.get(p))
            .map_or("items of no class", String::as_str)
    };
    let mut lines: Vec<(String, Vec<&str>)> = Vec::new();
    for group in groups {
        let ways: Vec<String> = group
            .cubes
            .iter()
            .map(|cube| {
                let clauses = comparison.clauses(cube);
                let words: Vec<String> = clauses
                    .iter()
                    .map(|c| clause(places, c))
                    .filter(|c| !c.starts_with("item.eccn"))
                    .collect();
                words.join(", ")
            })
            .filter(|way| !way.is_empty())
            .collect();
        let mut rest = ways.join("; or ");
        if !group.whole {
            rest.push_str("; or in other ways");
        }
        if group.left != group.right {
            let other = name(group.right.filter(|_| group.left.is_some()).or(group.left));
            let how = match (group.left, group.right) {
                (None, Some(_)) => "of no class before".to_owned(),
                (Some(_), None) => "of no class after".to_owned(),
                _ => format!("after: {other}"),
            };
            rest = if rest.is_empty() {
                how
            } else {
                format!("{how}; {rest}")
            };
        }
        let class = name(group.left.or(group.right));
        match lines.iter_mut().find(|(r, _)| *r == rest) {
            Some((_, classes)) => classes.push(class),
            None => lines.push((rest, vec![class])),
        }
    }
    let mut lines: Vec<String> = lines
        .into_iter()
        .map(|(rest, classes)| {
            let classes = families(&classes);
            if rest.is_empty() {
                classes
            } else {
                format!("{classes} ({rest})")
            }
        })
        .collect();
    lines.dedup();
    lines
}

/// The name by which the paragraphs of a class are said together: `5A002.z` of `5A002.z.1.a`.
pub fn family(class: &str) -> &str {
    class.find(".z").map_or(class, |at| &class[..at + 2])
}

/// `3A090.a, 5A002.z.1.a, 5A002.z.2.a` as `3A090.a, 5A002.z (2 paragraphs)`.
fn families(classes: &[&str]) -> String {
    let mut found: Vec<(&str, usize)> = Vec::new();
    for class in classes {
        let stem = family(class);
        match found.iter_mut().find(|(s, _)| *s == stem) {
            Some((_, count)) => *count += 1,
            None => found.push((stem, 1)),
        }
    }
    let names = found.into_iter().map(|(stem, count)| match count {
        1 => stem.to_owned(),
        count => format!("{stem} ({count} paragraphs)"),
    });
    names.collect::<Vec<_>>().join(", ")
}

/// A circumstance in words.
pub fn circumstance(rare: Rare) -> String {
    match rare {
        Rare::Flag(fact) if fact == FlagFact::PurchaseOrder => format!("no {}", fact.info().path),
        Rare::Flag(fact) => format!("{}: {}", fact.info().path, fact.info().doc),
        Rare::Choice(fact, value) => {
            let word = fact.info().values.get(value).copied().unwrap_or("other");
            format!("{}: {word}", fact.info().path)
        }
        Rare::Country(fact) => format!("{} differs: {}", fact.info().path, fact.info().doc),
        Rare::Number(fact) => format!("{}: {}", Fact::Number(fact).path(), fact.info().doc),
        Rare::Named => "a chip or vendor that a rule names".to_owned(),
        Rare::Intermediaries => "intermediaries take part".to_owned(),
    }
}
