//! Names and facts that nothing reads.

use rustc_hash::FxHashSet;
use tiergate_law::{
    ANY_DESTINATION, Body, ChoiceFact, CountryFact, DESTINATIONS, Diagnostic, Duty,
    EVERY_DESTINATION, FLAGS, Fact, FlagFact, Library, NumberFact, TextFact, fact_by_name,
};

/// Every name that some entry of the library holds.
fn used(library: &Library) -> FxHashSet<String> {
    let mut used = FxHashSet::default();
    for entry in library.sources().flat_map(|s| &s.entries) {
        for condition in entry.body.conditions() {
            for name in condition.expr.names() {
                used.insert(name.strip_prefix("reading:").unwrap_or(&name).to_owned());
            }
        }
        match &entry.body {
            Body::ClassSet(members) => used.extend(members.iter().map(|m| m.name.clone())),
            Body::Group(group) => used.extend(group.only_if.iter().map(|(r, _)| r.name.clone())),
            Body::Follows(f) => used.extend(f.only_if.iter().map(|(r, _)| r.name.clone())),
            Body::Quota(quota) => {
                let facts = quota
                    .share_of
                    .iter()
                    .chain([&quota.used])
                    .chain(&quota.limit);
                used.extend(facts.map(|n| n.name.clone()));
                used.insert(quota.key.clone());
            }
            Body::Authority(a) => {
                used.extend(a.draws.iter().map(|n| n.name.clone()));
                contents(&a.duties, &mut used);
            }
            Body::Review(r) => {
                used.extend(r.draws.iter().map(|n| n.name.clone()));
                contents(&r.duties, &mut used);
            }
            Body::Duty(d) => contents(std::slice::from_ref(&d.duty), &mut used),
            _ => {}
        }
    }
    used
}

/// The paths that the contents of duties fill in: `{item.chip}`.
fn contents(duties: &[Duty], used: &mut FxHashSet<String>) {
    for line in duties.iter().flat_map(|d| &d.contents) {
        for part in line.split('{').skip(1) {
            used.extend(part.split_once('}').map(|(path, _)| path.to_owned()));
        }
    }
}

/// Definitions, groups, values and the like that no rule of the library names.
///
/// ```
/// use tiergate_engine::analyse::unused_names;
/// use tiergate_law::Library;
/// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
///     [[definition]]\nid = \"d\"\ncite = \"1\"\nwhen = \"tpp >= 4800\"\n";
/// let (library, _) = Library::read([("a.toml", file)]);
/// assert_eq!(unused_names(&library)[0].message, "no rule uses the definition `d`");
/// ```
#[must_use]
pub fn unused_names(library: &Library) -> Vec<Diagnostic> {
    let used = used(library);
    let mut told: FxHashSet<(&str, &str)> = FxHashSet::default();
    let mut found = Vec::new();
    for source in library.sources() {
        for entry in &source.entries {
            let named = matches!(
                entry.body,
                Body::Definition(_)
                    | Body::Group(_)
                    | Body::Value(_)
                    | Body::Register(_)
                    | Body::ClassSet(_)
                    | Body::Reading(_)
                    | Body::Quota(_)
            );
            let kind = entry.body.kind();
            if named && !used.contains(&entry.id) && told.insert((kind, &entry.id)) {
                let message = format!("no rule uses the {kind} `{}`", entry.id);
                found.push(Diagnostic::warning(
                    &source.file,
                    entry.span.clone(),
                    message,
                ));
            }
        }
    }
    found
}

/// The facts of the vocabulary that no entry of any law reads.
///
/// ```
/// use tiergate_engine::analyse::unread_facts;
/// use tiergate_law::{Fact, Library, NumberFact};
/// let file = "[instrument]\nid = \"a\"\ntitle = \"A\"\ncite = \"1\"\neffective = 2024-01-01\n\
///     [[note]]\nid = \"n\"\ncite = \"1\"\nwhen = \"tpp >= 4800\"\n";
/// let (library, _) = Library::read([("a.toml", file)]);
/// let unread = unread_facts(&library);
/// assert!(!unread.contains(&Fact::Number(NumberFact::Tpp)));
/// assert!(unread.contains(&Fact::Number(NumberFact::Amount)));
/// ```
#[must_use]
pub fn unread_facts(library: &Library) -> Vec<Fact> {
    let mut read: FxHashSet<Fact> = FxHashSet::default();
    for name in used(library) {
        if name == "item" {
            read.insert(Fact::Choice(ChoiceFact::Eccn));
        }
        for name in parties(&name) {
            read.extend(fact_by_name(&name));
            // A list is read member by member, or whole by the contents of a duty.
            let list = format!("{name}=");
            let members = FLAGS.iter().zip(FlagFact::ALL);
            let members =
                members.filter(|(info, _)| info.path == name || info.path.starts_with(&list));
            read.extend(members.map(|(_, fact)| Fact::Flag(*fact)));
        }
    }
    let all = CountryFact::ALL.iter().map(|f| Fact::Country(*f));
    all.chain(ChoiceFact::ALL.iter().map(|f| Fact::Choice(*f)))
        .chain(FlagFact::ALL.iter().map(|f| Fact::Flag(*f)))
        .chain(NumberFact::ALL.iter().map(|f| Fact::Number(*f)))
        .chain(TextFact::ALL.iter().map(|f| Fact::Text(*f)))
        .filter(|fact| !read.contains(fact))
        .collect()
}

/// The names a name of several parties stands for.
fn parties(name: &str) -> Vec<String> {
    let of = |rest: &str| {
        ["consignee", "end_user", "intermediaries"]
            .map(|party| format!("{party}.{rest}"))
            .to_vec()
    };
    if matches!(name, ANY_DESTINATION | EVERY_DESTINATION) {
        return DESTINATIONS
            .map(|fact| fact.info().path.to_owned())
            .to_vec();
    }
    if let Some(rest) = name.strip_prefix("recipient.") {
        return of(rest)[..2].to_vec();
    }
    match name.strip_prefix("any_party.") {
        Some(rest) => of(rest),
        None => vec![name.replace("intermediary.", "intermediaries.")],
    }
}
