//! Tiergate's side.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tiergate_engine::{Diagrams, Node, Outcome, Rulebook};
use tiergate_law::{
    AuthorityKind, ChoiceFact, Cond, Country, CountryFact, Date, LawRef, Library, Policy, Test,
    View,
};
use tiergate_order::{Assume, Catalog, Facts};

use crate::spec::{self, Answer, Code, Order};

/// Reads law files; any fault stops.
pub fn library(files: &[(String, String)]) -> Result<Library> {
    let texts = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let (library, diagnostics) = Library::read(texts);
    if let Some(first) = diagnostics.first() {
        let text = library.text(&first.file).unwrap_or("");
        bail!(
            "{} faults, the first:\n{}",
            diagnostics.len(),
            tiergate_law::render(first, text, false)
        );
    }
    Ok(library)
}

/// A rulebook of the United States track.
pub fn rulebook(library: &Library, date: Date, view: View) -> Result<Rulebook> {
    let regime = library.consolidate(&LawRef::us(), date, view)?;
    let book = Rulebook::compile(Arc::new(regime));
    book.warm();
    Ok(book)
}

pub fn diffusion() -> Result<Rulebook> {
    let files = [(
        "diffusion.toml".to_owned(),
        include_str!("../diffusion.toml").to_owned(),
    )];
    rulebook(&library(&files)?, Date::constant(2025, 6, 1), View::Text)
}

pub fn country(code: Code) -> Country {
    Country::from_code(&code).unwrap_or_else(|| unreachable!("the codes are constants"))
}

/// The facts of an order, as the order reader makes them: the contract's paths, resolved with
/// nothing left out and every party screened.
pub fn facts(o: &Order, catalog: &Catalog, classes: &[String]) -> Result<Facts> {
    let assume = Assume {
        screened: true,
        ..Assume::default()
    };
    let mut order = tiergate_order::Order::new("o");
    let density = format!(
        "{}.{:02}",
        o.density_hundredths / 100,
        o.density_hundredths % 100
    );
    for (path, value) in [
        ("item.tpp", o.tpp.to_string()),
        ("item.performance_density", density),
        ("item.datacenter", o.datacenter.to_string()),
        ("destination", spec::text(&o.destination).to_owned()),
        ("from", "US".to_owned()),
        (
            "consignee.headquarters",
            spec::text(&o.headquarters).to_owned(),
        ),
        ("consignee.parent", spec::text(&o.parent).to_owned()),
        ("exporter.headquarters", "US".to_owned()),
        ("exporter.parent", "US".to_owned()),
        ("activity", o.activity.word().to_owned()),
        ("quantity", o.quantity.to_string()),
        ("end_uses", "datacenter".to_owned()),
        ("destination_region", "none".to_owned()),
        ("used.lpp", o.used_lpp.to_string()),
        ("used.country-allocation", o.used_allocation.to_string()),
    ] {
        order
            .set(path, &value)
            .with_context(|| format!("{path} = {value}"))?;
    }
    Ok(tiergate_order::resolve(&order, catalog, classes, &assume)?.facts)
}

/// The facts of many orders.
pub fn all_facts(orders: &[Order], catalog: &Catalog, classes: &[String]) -> Result<Vec<Facts>> {
    orders.iter().map(|o| facts(o, catalog, classes)).collect()
}

/// The catalog of the project.
pub fn catalog(folder: &std::path::Path) -> Result<Catalog> {
    let read = |name: &str| std::fs::read_to_string(folder.join(name));
    Ok(Catalog::read(&read("chips.csv")?, &read("countries.csv")?)?)
}

pub fn answer(book: &Rulebook, outcome: Option<Outcome>) -> Option<Answer> {
    Some(match outcome? {
        Outcome::NotControlled => Answer::NotControlled,
        Outcome::LicenseException(at) => {
            Answer::parse(&book.regime.authorities[usize::from(at)].id)?
        }
        Outcome::LicenseRequired(Policy::PresumptionOfDenial) => Answer::PresumptionOfDenial,
        Outcome::LicenseRequired(Policy::PresumptionOfApproval) => Answer::PresumptionOfApproval,
        Outcome::LicenseRequired(Policy::PolicyOfDenial) => Answer::PolicyOfDenial,
        _ => return None,
    })
}

/// The outcome as one diagram over the facts that differ among some orders: the least a walk
/// has to ask. The engine's own diagram may ask more; this one gives the limit its length.
pub struct Least {
    pub diagrams: Diagrams,
    pub root: Node,
}

struct Maker<'b> {
    book: &'b Rulebook,
    diagrams: Diagrams,
    /// For each variable, its value if all orders share it.
    fixed: Vec<Option<usize>>,
    same: Vec<CountryFact>,
    named: HashMap<*const Cond, Node>,
}

impl Maker<'_> {
    fn test(&mut self, test: &Test) -> Node {
        if let Test::Country(fact, set) = test
            && self.same.contains(fact)
            && let Some(base) = fact.info().same_as
        {
            return self.test(&Test::Country(base, *set));
        }
        let node = self.book.variables.test(test, &mut self.diagrams);
        match self
            .diagrams
            .variable(node)
            .and_then(|v| self.fixed[usize::from(v)])
        {
            Some(value) => self.diagrams.child(node, value),
            None => node,
        }
    }

    fn cond(&mut self, cond: &Cond) -> Node {
        match cond {
            Cond::Known(value) => Node::truth(*value),
            Cond::And(parts) => {
                let parts: Vec<Node> = parts.iter().map(|p| self.cond(p)).collect();
                self.diagrams.all(&parts)
            }
            Cond::Or(parts) => {
                let parts: Vec<Node> = parts.iter().map(|p| self.cond(p)).collect();
                self.diagrams.any(&parts)
            }
            Cond::Not(inner) => {
                let inner = self.cond(inner);
                self.diagrams.not(inner)
            }
            Cond::Named(definition) => {
                let key = std::ptr::from_ref(&definition.cond);
                if let Some(node) = self.named.get(&key) {
                    return *node;
                }
                let node = self.cond(&definition.cond);
                self.named.insert(key, node);
                node
            }
            Cond::Atom(atom) => self.test(&atom.test),
        }
    }
}

impl Least {
    pub fn new(book: &Rulebook, facts: &[Facts], readings: &[usize]) -> Least {
        let regime = &book.regime;
        let variables = &book.variables;
        let fixed = (0..variables.asked.len())
            .map(|v| {
                let value = |f: &Facts| variables.value(v as u16, f, readings);
                let first = value(facts.first()?)?;
                facts
                    .iter()
                    .all(|f| value(f) == Some(first))
                    .then_some(first)
            })
            .collect();
        let same = CountryFact::ALL.iter().copied();
        let same = same
            .filter(|c| facts.iter().all(|f| f.is_same(*c)))
            .collect();
        let diagrams = Diagrams::new(variables.arities());
        let mut m = Maker {
            book,
            diagrams,
            fixed,
            same,
            named: HashMap::new(),
        };
        let leaf = |o: Outcome| {
            let at = book.outcomes.iter().position(|known| *known == o);
            Node::of_leaf(at.unwrap_or(usize::MAX >> 34) as u32)
        };
        let of = |m: &mut Maker<'_>, conds: Vec<&Cond>| -> Vec<Node> {
            conds.into_iter().map(|c| m.cond(c)).collect()
        };
        let scopes = of(&mut m, regime.scopes.iter().map(|s| &s.is).collect());
        let subject = if scopes.is_empty() {
            Node::TRUE
        } else {
            m.diagrams.any(&scopes)
        };
        let barred = of(&mut m, regime.prohibitions.iter().map(|p| &p.is).collect());
        let barred = m.diagrams.any(&barred);
        let requirements = of(
            &mut m,
            regime.requirements.iter().map(|r| &r.is.cond).collect(),
        );
        let required = m.diagrams.any(&requirements);
        let bars = of(&mut m, regime.bars.iter().map(|b| &b.is.cond).collect());
        // The strictest policy over lanes, the first that fits in each.
        let mut lanes: Vec<&str> = regime.reviews.iter().map(|r| r.is.lane.as_str()).collect();
        lanes.sort_unstable();
        lanes.dedup();
        let mut strictest = Node::of_leaf(0);
        for lane in lanes {
            let mut policy = Node::of_leaf(0);
            for review in regime.reviews.iter().filter(|r| r.is.lane == lane).rev() {
                let governed: Vec<Node> =
                    review.is.governs.iter().map(|r| requirements[*r]).collect();
                let governed = m.diagrams.any(&governed);
                let cond = m.cond(&review.is.cond);
                let holds = m.diagrams.and(governed, cond);
                policy = m
                    .diagrams
                    .choose(holds, Node::of_leaf(review.is.policy as u32), policy);
            }
            strictest = m.diagrams.larger(strictest, policy);
        }
        let policies: Vec<u32> = Policy::ALL
            .iter()
            .map(|p| leaf(Outcome::LicenseRequired(*p)).leaf().unwrap_or(0))
            .collect();
        let mut outcome = m.diagrams.rename(strictest, &|p| policies[p as usize]);
        for (at, authority) in regime.authorities.iter().enumerate().rev() {
            let met = of(
                &mut m,
                authority.is.conditions.iter().map(|k| &k.cond).collect(),
            );
            let met = m.diagrams.all(&met);
            let touching = regime
                .bars
                .iter()
                .zip(&bars)
                .filter(|(b, _)| b.is.touches.contains(&at));
            let left = requirements.iter().enumerate();
            let left = left.filter(|(r, _)| !authority.is.overcomes.contains(r));
            let against: Vec<Node> = touching
                .map(|(_, n)| *n)
                .chain(left.map(|(_, n)| *n))
                .collect();
            let against = m.diagrams.any(&against);
            let free = m.diagrams.not(against);
            let carries = m.diagrams.and(met, free);
            let place = u8::try_from(at).unwrap_or(u8::MAX);
            let is = match authority.is.kind {
                AuthorityKind::LicenseException => Outcome::LicenseException(place),
                AuthorityKind::ValidatedEndUser => Outcome::ValidatedEndUser(place),
            };
            outcome = m.diagrams.choose(carries, leaf(is), outcome);
        }
        let mut controlled = Node::FALSE;
        for class in &regime.classes {
            let stated = m.test(&Test::Choice(ChoiceFact::Eccn, 1 << class.is.index));
            let unstated = 1 << (regime.class_names.len() + 1);
            let unstated = m.test(&Test::Choice(ChoiceFact::Eccn, unstated));
            let technical = class.is.cond.as_ref().map_or(Node::FALSE, |c| m.cond(c));
            let computed = m.diagrams.and(unstated, technical);
            let member = m.diagrams.or(stated, computed);
            controlled = m.diagrams.or(controlled, member);
        }
        let d = &mut m.diagrams;
        let free = d.choose(
            controlled,
            leaf(Outcome::NoLicenseRequired),
            leaf(Outcome::NotControlled),
        );
        let outcome = d.choose(required, outcome, free);
        let outcome = d.choose(barred, leaf(Outcome::Prohibited), outcome);
        let root = d.choose(subject, outcome, leaf(Outcome::NotControlled));
        Least {
            root,
            diagrams: m.diagrams,
        }
    }

    /// The outcome, and how many nodes the walk visits.
    pub fn walk(
        &self,
        book: &Rulebook,
        facts: &Facts,
        readings: &[usize],
    ) -> (Option<Outcome>, usize) {
        let (mut at, mut steps) = (self.root, 0);
        while let Some(variable) = self.diagrams.variable(at) {
            let Some(value) = book.variables.value(variable, facts, readings) else {
                return (None, steps);
            };
            steps += 1;
            at = self.diagrams.child(at, value);
        }
        (
            at.leaf()
                .and_then(|l| book.outcomes.get(l as usize).copied()),
            steps,
        )
    }

    /// Bytes of the diagram: children and a node head.
    pub fn bytes(&self) -> usize {
        let mut seen = HashSet::new();
        let mut open = vec![self.root];
        let mut bytes = 0;
        while let Some(node) = open.pop() {
            let Some(variable) = self.diagrams.variable(node) else {
                continue;
            };
            if !seen.insert(node) {
                continue;
            }
            let arity = self.diagrams.arity(variable);
            bytes += 8 + 4 * arity;
            open.extend((0..arity).map(|v| self.diagrams.child(node, v)));
        }
        bytes
    }
}

/// Law files of a folder and its subfolders, sorted.
pub fn law_files(folder: &std::path::Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            files.extend(law_files(&path)?);
        } else if path.extension().is_some_and(|e| e == "toml") {
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            files.push((name, std::fs::read_to_string(&path)?));
        }
    }
    files.sort();
    Ok(files)
}
