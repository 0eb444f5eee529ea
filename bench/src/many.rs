//! A hundred thousand rules in one rulebook.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, Policy, PolicyId, PolicySet, Request,
    RestrictedExpression,
};
use tiergate_engine::{Decision as Decided, Outcome, Rulebook};
use tiergate_law::{ChoiceFact, Date, LawRef, View};
use tiergate_order::{Catalog, Facts};

use crate::cedar::uid;
use crate::spec::{self, Code, Random};
use crate::tier;
use crate::timing::{Contestant, race, show, table};

const CLASSES: usize = 20;
const GROUPS: usize = 10;

/// One synthetic requirement.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Rule {
    class: usize,
    destination: Code,
    tpp: u64,
    group: usize,
}

struct Case {
    class: usize,
    destination: Code,
    tpp: u64,
    headquarters: Code,
}

fn group_of(code: Code, all: &[Code]) -> usize {
    all.iter().position(|c| *c == code).unwrap_or(0) % GROUPS
}

fn rules(count: usize, all: &[Code]) -> Vec<Rule> {
    let mut r = Random::new(7);
    let mut seen = std::collections::HashSet::new();
    let mut rules = Vec::new();
    while rules.len() < count {
        let rule = Rule {
            class: r.below(CLASSES as u64) as usize,
            destination: r.pick(all),
            tpp: 1_000 * (1 + r.below(32)),
            group: r.below(GROUPS as u64) as usize,
        };
        if seen.insert(rule) {
            rules.push(rule);
        }
    }
    rules
}

fn law(rules: &[Rule], all: &[Code]) -> String {
    let mut text = String::from(
        "[instrument]\nid = \"many\"\ntitle = \"Many rules\"\ncite = \"none\"\n\
         effective = 2025-01-01\ngrade = \"assumed\"\n",
    );
    for group in 0..GROUPS {
        let members: Vec<String> = all
            .iter()
            .filter(|c| group_of(**c, all) == group)
            .map(|c| format!("\"{}\"", spec::text(c)))
            .collect();
        let members = members.join(", ");
        let _ = write!(
            text,
            "\n[[group]]\nid = \"G{group}\"\ncite = \"g\"\nmembers = [{members}]\n"
        );
    }
    for class in 0..CLASSES {
        let _ = write!(text, "\n[[class]]\nid = \"C{class:02}\"\ncite = \"c\"\n");
    }
    for (at, rule) in rules.iter().enumerate() {
        let _ = write!(
            text,
            "\n[[requirement]]\nid = \"R{at}\"\ncite = \"R{at}\"\nwhen = \"item in C{:02} and \
             destination in {{{}}} and tpp >= {} and consignee.headquarters in G{}\"\n",
            rule.class,
            spec::text(&rule.destination),
            rule.tpp,
            rule.group,
        );
    }
    text
}

fn facts(case: &Case, catalog: &Catalog, classes: &[String]) -> Result<Facts> {
    let order = spec::Order {
        tpp: case.tpp,
        density_hundredths: 0,
        datacenter: true,
        destination: case.destination,
        headquarters: case.headquarters,
        parent: case.headquarters,
        activity: spec::Activity::Export,
        quantity: 1,
        used_lpp: 0,
        used_allocation: 0,
    };
    let mut f = tier::facts(&order, catalog, classes)?;
    f.set_choice(ChoiceFact::Eccn, case.class);
    Ok(f)
}

fn cedar(rules: &[Rule], all: &[Code]) -> Result<(PolicySet, Entities)> {
    let policies: Vec<Policy> = rules
        .iter()
        .enumerate()
        .map(|(at, rule)| {
            let text = format!(
                "permit (principal == Country::\"{}\", action, resource == Item::\"C{:02}\") \
                 when {{ context.tpp >= {} && context.headquarters in Group::\"G{}\" }};",
                spec::text(&rule.destination),
                rule.class,
                rule.tpp,
                rule.group,
            );
            Ok(Policy::parse(Some(PolicyId::new(format!("R{at}"))), text)?)
        })
        .collect::<Result<_>>()?;
    let mut entities = Vec::new();
    for group in 0..GROUPS {
        entities.push(Entity::new_no_attrs(
            uid("Group", &format!("G{group}"))?,
            [].into(),
        ));
    }
    for code in all {
        let parent = uid("Group", &format!("G{}", group_of(*code, all)))?;
        entities.push(Entity::new_no_attrs(
            uid("Country", spec::text(code))?,
            [parent].into(),
        ));
    }
    Ok((
        PolicySet::from_policies(policies)?,
        Entities::from_entities(entities, None)?,
    ))
}

/// 100,000 rules, unless a tenth of them says that consolidating would take minutes.
pub fn goal(catalog: &Catalog) -> Result<String> {
    let few = 10_000;
    let all = spec::codes(spec::ALL);
    let library = tier::library(&[("many.toml".to_owned(), law(&rules(few, &all), &all))])?;
    let clock = Instant::now();
    library.consolidate(&LawRef::us(), Date::constant(2025, 6, 1), View::Text)?;
    // Ten times the rules take a hundred times as long where every rule looks at every other.
    let expected = clock.elapsed().as_secs_f64() * 100.0;
    if expected < 120.0 {
        return run(100_000, catalog);
    }
    let found = run(few, catalog)?;
    Ok(format!(
        "{found}\nNot run with 100,000: consolidating them would take {expected:.0} s at this rate. \
         `bench/run many 100000` runs it all the same.\n"
    ))
}

/// Compiles, checks and times; gives a section in Markdown.
pub fn run(count: usize, catalog: &Catalog) -> Result<String> {
    let all = spec::codes(spec::ALL);
    let rules = rules(count, &all);
    let text = law(&rules, &all);
    let bytes = text.len();
    let clock = Instant::now();
    let library = tier::library(&[("many.toml".to_owned(), text)])?;
    let read = clock.elapsed();
    let clock = Instant::now();
    let regime = library.consolidate(&LawRef::us(), Date::constant(2025, 6, 1), View::Text)?;
    let consolidate = clock.elapsed();
    let clock = Instant::now();
    let book = Rulebook::compile(Arc::new(regime));
    book.warm();
    let compile = clock.elapsed();

    let mut r = Random::new(11);
    let cases: Vec<Case> = (0..4096)
        .map(|_| Case {
            class: r.below(CLASSES as u64) as usize,
            destination: r.pick(&all),
            tpp: 500 * r.below(80),
            headquarters: r.pick(&all),
        })
        .collect();
    let facts: Vec<Facts> = cases
        .iter()
        .map(|c| facts(c, catalog, &library.classes))
        .collect::<Result<_>>()?;
    let mut index: HashMap<(usize, Code, usize), u64> = HashMap::new();
    for rule in &rules {
        let least = index
            .entry((rule.class, rule.destination, rule.group))
            .or_insert(u64::MAX);
        *least = (*least).min(rule.tpp);
    }
    let groups: HashMap<Code, usize> = all.iter().map(|c| (*c, group_of(*c, &all))).collect();
    let by_hand = |c: &Case| {
        let key = (c.class, c.destination, groups[&c.headquarters]);
        index.get(&key).is_some_and(|least| c.tpp >= *least)
    };
    let required = |o: Option<Outcome>| matches!(o, Some(Outcome::LicenseRequired(_)));
    let agree = cases
        .iter()
        .zip(&facts)
        .filter(|(c, f)| required(book.outcome(f, &[])) == by_hand(c))
        .count();
    let readings: Arc<[usize]> = Arc::from([]);
    let contestants = vec![
        Contestant::each("Tiergate, outcome", cases.len(), |i| {
            book.outcome(&facts[i], &[])
        }),
        Contestant::each("Tiergate, decision", cases.len(), |i| {
            Decided::make(&book, &facts[i], &readings).outcome()
        }),
        Contestant::each("a hash index by hand", cases.len(), |i| by_hand(&cases[i])),
    ];
    let measured = race(contestants, 15, 20);
    let mut rows = vec![vec![
        "contestant".to_owned(),
        "per decision".into(),
        "quartiles".into(),
    ]];
    for m in &measured {
        let spread = format!("{} to {}", show(m.low), show(m.high));
        rows.push(vec![m.name.clone(), show(m.median), spread]);
    }
    let clock = Instant::now();
    let (policies, entities) = cedar(&rules, &all)?;
    let load = clock.elapsed();
    let authorizer = Authorizer::new();
    let (mut samples, mut same) = (Vec::new(), 0);
    let sample = 21;
    for case in &cases[..sample] {
        let context = Context::from_pairs([
            (
                "tpp".to_owned(),
                RestrictedExpression::new_long(case.tpp as i64),
            ),
            (
                "headquarters".to_owned(),
                RestrictedExpression::new_entity_uid(uid(
                    "Country",
                    spec::text(&case.headquarters),
                )?),
            ),
        ])?;
        let request = Request::new(
            uid("Country", spec::text(&case.destination))?,
            uid("Action", "export")?,
            uid("Item", &format!("C{:02}", case.class))?,
            context,
            None,
        )?;
        let clock = Instant::now();
        let response = authorizer.is_authorized(&request, &policies, &entities);
        samples.push(clock.elapsed().as_nanos() as f64);
        same += usize::from((response.decision() == Decision::Allow) == by_hand(case));
    }
    let m = crate::timing::summary("Cedar, decision with determining policies", samples);
    let spread = format!("{} to {}", show(m.low), show(m.high));
    rows.push(vec![m.name.clone(), show(m.median), spread]);
    let cedar_says = format!(
        " Cedar: loaded in {:.2} s, {same} of {sample} sampled orders agree.",
        load.as_secs_f64()
    );
    Ok(format!(
        "## {count} rules\n\nSynthetic requirements over {CLASSES} item classes, {} destinations, \
         32 thresholds and {GROUPS} groups of headquarters; {:.1} MB of law text. Read {:.2} s, \
         consolidated {:.2} s, compiled {:.2} s, {} diagram nodes. {agree} of {} orders agree \
         with a hand-written index.{cedar_says}\n\n{}",
        all.len(),
        bytes as f64 / 1e6,
        read.as_secs_f64(),
        consolidate.as_secs_f64(),
        compile.as_secs_f64(),
        book.node_counts()[0].unwrap_or(0),
        cases.len(),
        table(&rows),
    ))
}
