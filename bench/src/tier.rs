//! Tiergate's side.

use std::cell::RefCell;
use std::collections::HashSet;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use tiergate_engine::{Diagrams, Node, Outcome, Rulebook, Settled};
use tiergate_law::{Country, CountryFact, Date, LawRef, Library, Policy, Test, View};
use tiergate_order::{Assume, Catalog, Facts};

use crate::spec::{self, Answer, Code, Order};

/// Reads law files; any fault stops.
pub fn library(files: &[(String, String)]) -> Result<Library> {
    let texts = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    let (library, diagnostics) = Library::read(texts);
    if let Some(first) = diagnostics.first() {
        bail!(
            "{} faults, the first:\n{}",
            diagnostics.len(),
            tiergate_law::render(first, |file| library.text(file), false)
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
        // What the law asks of every chip.
        ("item.vendor", "Example".to_owned()),
        ("item.designer_headquarters", "US".to_owned()),
        ("statements.designer", "approved".to_owned()),
        ("item.dram_bandwidth_gb_s", "1000".to_owned()),
        ("item.interconnect_gb_s", "400".to_owned()),
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

impl Least {
    pub fn new(book: &Rulebook, facts: &[Facts], readings: &[usize]) -> Least {
        let variables = &book.variables;
        // For each variable, its value if all orders share it.
        let fixed: Vec<Option<usize>> = (0..variables.asked.len())
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
        let same: Vec<CountryFact> = same
            .filter(|c| facts.iter().all(|f| f.is_same(*c)))
            .collect();
        // A test alone, to see which variable it asks and what it is for the value all share.
        let alone = RefCell::new(Diagrams::new(variables.arities()));
        let (diagrams, root) = book.outcome_diagram(|test| {
            if let Test::Country(fact, set) = test
                && same.contains(fact)
                && let Some(base) = fact.info().same_as
            {
                return Settled::Asks(Test::Country(base, *set));
            }
            let alone = &mut *alone.borrow_mut();
            let node = variables.test(test, alone);
            let shared = alone.variable(node).and_then(|v| fixed[usize::from(v)]);
            match shared.map(|value| alone.child(node, value)) {
                Some(Node::TRUE) => Settled::Is(true),
                Some(Node::FALSE) => Settled::Is(false),
                _ => Settled::Open,
            }
        });
        Least { diagrams, root }
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
