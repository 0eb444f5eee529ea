//! What facts can be together: the cells of a diagram in which no order can be.
//!
//! A diagram asks each variable on its own, and so has values for cells that no order reaches: a
//! destination in a class that holds no country, an amount of at least 100 with a sum of it and
//! another below 50. [`possible`] says where orders can be.

use rustc_hash::FxHashSet;
use tiergate_law::{Country, NumberFact, Party, TextFact};

use crate::diagram::{Diagrams, Node, Variable};
use crate::variables::{Asked, Question, Variables, may_be_undefined};

/// A diagram that is [`Node::FALSE`] on cells that no order can be in.
///
/// `countries` are those that exist; the facts of an order are never below zero, and a shipment
/// amounts to no less than one line of it. What it says of single variables and of pairs of amounts
/// is exact; among three or more amounts a cell may be left that no order is in.
///
/// ```
/// use std::sync::Arc;
/// use tiergate_engine::{Diagrams, Node, Rulebook, possible};
/// use tiergate_law::{Library, View};
/// let law = r#"
/// [instrument]
/// id = "base"
/// title = "Base"
/// cite = "1"
/// effective = 2024-01-01
/// [[requirement]]
/// id = "r"
/// cite = "1"
/// when = "tpp >= 4800 or tpp + used.lpp < 1600"
/// "#;
/// let (library, faults) = Library::read([("law.toml", law)]);
/// assert!(faults.is_empty());
/// let date = "2024-01-01".parse().unwrap();
/// let regime = library.consolidate(&"us".parse().unwrap(), date, View::Text).unwrap();
/// let book = Rulebook::compile(Arc::new(regime));
/// let mut diagrams = Diagrams::new(book.variables.arities());
/// let world = possible(&book.variables, &mut diagrams, &["PL".parse().unwrap()]);
/// let cell = |values: &[usize]| {
///     (0..).zip(values).fold(world, |node, (variable, value)| {
///         if diagrams.variable(node) == Some(variable) { diagrams.child(node, *value) } else { node }
///     })
/// };
/// // The variables: the paragraph, TPP, and TPP with what is used.
/// assert_eq!(cell(&[0, 1, 1]), Node::TRUE);
/// assert_eq!(cell(&[0, 1, 0]), Node::FALSE);
/// ```
#[must_use]
pub fn possible(variables: &Variables, diagrams: &mut Diagrams, countries: &[Country]) -> Node {
    let mut all = Vec::new();
    let classes: FxHashSet<usize> = countries.iter().map(|c| variables.class(*c)).collect();
    let forms = forms(variables);
    for (asked, variable) in variables.asked.iter().zip(0..) {
        if let Question::Country(_) = asked.question {
            let children: Vec<Node> = (0..usize::from(asked.arity))
                .map(|class| Node::truth(classes.contains(&class)))
                .collect();
            all.push(diagrams.node(variable, &children));
        }
    }
    for (at, form) in forms.iter().enumerate() {
        let children: Vec<Node> = (0..form.arity())
            .map(|v| Node::truth(form.alone(v)))
            .collect();
        all.push(diagrams.node(form.variable, &children));
        for later in &forms[at + 1..] {
            all.push(together(form, later, diagrams));
        }
    }
    for party in [Party::Headquarters, Party::Parent] {
        all.extend(intermediaries(variables, party, diagrams, countries));
    }
    for fact in TextFact::ALL {
        all.push(names(variables, *fact, diagrams));
    }
    diagrams.all(&all)
}

/// A linear form that a variable asks for.
struct Form<'v> {
    variable: Variable,
    asked: &'v Asked,
    undefined: bool,
    /// Factors of facts that are free of one another and never below zero: what the line amounts
    /// to, and what the rest of the shipment does, stand for the two amounts.
    factors: Vec<i128>,
}

fn forms(variables: &Variables) -> Vec<Form<'_>> {
    let mut forms = Vec::new();
    for (asked, variable) in variables.asked.iter().zip(0..) {
        let Question::Amount(terms) = &asked.question else {
            continue;
        };
        let mut factors = vec![0; NumberFact::ALL.len()];
        for (fact, factor) in terms {
            factors[fact.index()] += i128::from(*factor);
            if *fact == NumberFact::ShipmentAmount {
                factors[NumberFact::Amount.index()] += i128::from(*factor);
            }
        }
        forms.push(Form {
            variable,
            asked,
            undefined: may_be_undefined(terms),
            factors,
        });
    }
    forms
}

impl Form<'_> {
    fn arity(&self) -> usize {
        usize::from(self.asked.arity)
    }

    fn is_undefined(&self, value: usize) -> bool {
        self.undefined && value == self.asked.cuts.len() + 1
    }

    /// Whether the form can have this value, whatever the others have.
    fn alone(&self, value: usize) -> bool {
        let below_zero = self.asked.cuts.get(value).is_some_and(|end| *end <= 0);
        self.is_undefined(value) || !below_zero || self.factors.iter().any(|f| *f < 0)
    }

    /// Whether two forms can have these values together.
    fn fits(&self, value: usize, other: &Form<'_>, its: usize) -> bool {
        match (self.is_undefined(value), other.is_undefined(its)) {
            (true, true) => true,
            // What makes one undefined makes the other so.
            (true, false) => !other.undefined,
            (false, true) => !self.undefined,
            (false, false) => {
                !self.forces_above(value, other, its) && !other.forces_above(its, self, value)
            }
        }
    }

    /// Whether this form, where its value says, puts the other one above its interval.
    ///
    /// Where `other - k * self` has no factor below zero, `other` is at least `k` times the least
    /// that `self` can be.
    fn forces_above(&self, value: usize, other: &Form<'_>, its: usize) -> bool {
        let Some(least) = value.checked_sub(1).and_then(|v| self.asked.cuts.get(v)) else {
            return false;
        };
        let Some(end) = other.asked.cuts.get(its) else {
            return false;
        };
        // The largest and the smallest such `k`, as fractions of positive denominators.
        let (mut low, mut high) = ((0, 1), None::<(i128, i128)>);
        for (mine, theirs) in self.factors.iter().zip(&other.factors) {
            let (mine, theirs) = (*mine, *theirs);
            if mine > 0 {
                let bound = (theirs, mine);
                if high.is_none_or(|h| less(bound, h)) {
                    high = Some(bound);
                }
            } else if mine < 0 {
                let bound = (-theirs, -mine);
                if less(low, bound) {
                    low = bound;
                }
            } else if theirs < 0 {
                return false;
            }
        }
        let Some(high) = high.filter(|h| !less(*h, low)) else {
            return false;
        };
        let (times, of) = if *least >= 0 { high } else { low };
        // Stored forms are whole: below `end` is at most one less. Beyond the range nothing is said.
        match (least.checked_mul(times), (end - 1).checked_mul(of)) {
            (Some(reached), Some(most)) => reached > most,
            _ => false,
        }
    }
}

/// Whether one fraction is below another; factors are far below the range.
const fn less(a: (i128, i128), b: (i128, i128)) -> bool {
    a.0 * b.1 < b.0 * a.1
}

/// Where two forms can be together; the first is asked first.
fn together(first: &Form<'_>, second: &Form<'_>, diagrams: &mut Diagrams) -> Node {
    let mut children = Vec::with_capacity(first.arity());
    for value in 0..first.arity() {
        let fits: Vec<Node> = (0..second.arity())
            .map(|its| Node::truth(first.fits(value, second, its)))
            .collect();
        children.push(diagrams.node(second.variable, &fits));
    }
    diagrams.node(first.variable, &children)
}

/// Some intermediary is in a set only if it is in a country of the set, and so in every other set
/// that holds this country.
fn intermediaries(
    variables: &Variables,
    party: Party,
    diagrams: &mut Diagrams,
    countries: &[Country],
) -> Vec<Node> {
    let mut sets = Vec::new();
    for (asked, variable) in variables.asked.iter().zip(0..) {
        if let Question::Intermediary(which, set) = &asked.question
            && *which == party
        {
            let node = diagrams.node(variable, &[Node::FALSE, Node::TRUE]);
            sets.push((set, node));
        }
    }
    let mut known = FxHashSet::default();
    let mut wholes = Vec::new();
    for country in countries {
        let holds: Vec<bool> = sets.iter().map(|(set, _)| set.contains(*country)).collect();
        if known.insert(holds.clone()) {
            let nodes: Vec<Node> = sets
                .iter()
                .zip(&holds)
                .filter_map(|((_, node), holds)| holds.then_some(*node))
                .collect();
            let whole = diagrams.all(&nodes);
            wholes.push((holds, whole));
        }
    }
    let mut all = Vec::new();
    for (at, (_, node)) in sets.iter().enumerate() {
        let some: Vec<Node> = wholes
            .iter()
            .filter(|(holds, _)| holds[at])
            .map(|(_, whole)| *whole)
            .collect();
        let some = diagrams.any(&some);
        all.push(diagrams.choose(*node, some, Node::TRUE));
    }
    all
}

/// A name is in the registers that hold it, or in none.
fn names(variables: &Variables, fact: TextFact, diagrams: &mut Diagrams) -> Node {
    let mut registers = Vec::new();
    for (asked, variable) in variables.asked.iter().zip(0..) {
        if let Question::Text(which, register) = &asked.question
            && *which == fact
        {
            registers.push((variable, variables.names(*register)));
        }
    }
    let every = registers.iter().flat_map(|(_, names)| names.iter());
    let mut signatures: FxHashSet<Vec<bool>> = every
        .map(|name| registers.iter().map(|(_, n)| n.contains(name)).collect())
        .collect();
    signatures.insert(vec![false; registers.len()]);
    let mut cells: Vec<Vec<bool>> = signatures.into_iter().collect();
    cells.sort_unstable();
    let nodes: Vec<Node> = cells
        .iter()
        .map(|cell| {
            let tests: Vec<Node> = registers
                .iter()
                .zip(cell)
                .map(|((variable, _), is)| {
                    diagrams.node(*variable, &[Node::truth(!is), Node::truth(*is)])
                })
                .collect();
            diagrams.all(&tests)
        })
        .collect();
    diagrams.any(&nodes)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use tiergate_law::{CountryFact, FlagFact, Library, Num, Regime, View};
    use tiergate_order::Facts;

    use super::*;
    use crate::rulebook::Rulebook;

    const HEAD: &str = "[instrument]\nid = \"base\"\ntitle = \"B\"\ncite = \"1\"\neffective = 2024-01-01\n\
        [[group]]\nid = \"D:5\"\ncite = \"1\"\nmembers = [\"CN\", \"IR\"]\n\
        [[group]]\nid = \"X\"\ncite = \"1\"\nmembers = [\"ZZ\", \"CN\"]\n\
        [[register]]\nid = \"large\"\ncite = \"1\"\nnames = [\"Acme\", \"Bolt\"]\n\
        [[register]]\nid = \"small\"\ncite = \"1\"\nnames = [\"Bolt\"]\n\
        [[register]]\nid = \"other\"\ncite = \"1\"\nnames = [\"Cog\"]\n";

    const REAL: [&str; 4] = ["CN", "IR", "PL", "US"];

    fn real() -> Vec<Country> {
        REAL.iter().map(|c| c.parse().unwrap()).collect()
    }

    struct World {
        book: Rulebook,
        diagrams: Diagrams,
        world: Node,
    }

    impl World {
        /// A law that asks each of these.
        fn new(tests: &[&str]) -> World {
            let mut text = HEAD.to_owned();
            for (at, test) in tests.iter().enumerate() {
                text +=
                    &format!("[[requirement]]\nid = \"r{at}\"\ncite = \"1\"\nwhen = \"{test}\"\n");
            }
            let (library, faults) = Library::read([("law.toml", text.as_str())]);
            assert_eq!(faults, []);
            let date = "2024-01-01".parse().unwrap();
            let law = "us".parse().unwrap();
            let regime: Regime = library.consolidate(&law, date, View::Text).unwrap();
            let book = Rulebook::compile(Arc::new(regime));
            let mut diagrams = Diagrams::new(book.variables.arities());
            let world = possible(&book.variables, &mut diagrams, &real());
            World {
                book,
                diagrams,
                world,
            }
        }

        /// Whether some order can be where all these tests have these answers.
        fn holds(&mut self, answers: &[bool]) -> bool {
            let mut all = vec![self.world];
            let regime = Arc::clone(&self.book.regime);
            let mut build = crate::build::Build::new(
                &regime,
                &self.book.variables,
                |_: &tiergate_law::Test| crate::build::Settled::Open,
            );
            build.diagrams = std::mem::take(&mut self.diagrams);
            for (requirement, answer) in regime.requirements.iter().zip(answers) {
                let node = build.cond(&requirement.is.cond);
                all.push(if *answer {
                    node
                } else {
                    build.diagrams.not(node)
                });
            }
            let node = build.diagrams.all(&all);
            self.diagrams = build.diagrams;
            node != Node::FALSE
        }

        fn at(&self, facts: &Facts) -> Node {
            let mut node = self.world;
            while let Some(variable) = self.diagrams.variable(node) {
                let value = self.book.variables.value(variable, facts, &[]).unwrap();
                node = self.diagrams.child(node, value);
            }
            node
        }
    }

    /// The answers that no order gives to these tests; every other one some order gives.
    #[track_caller]
    fn impossible(tests: &[&str], never: &[&[bool]]) {
        let mut world = World::new(tests);
        for bits in 0..1_usize << tests.len() {
            let answers: Vec<bool> = (0..tests.len()).map(|at| bits >> at & 1 == 1).collect();
            let expected = !never.contains(&answers.as_slice());
            assert_eq!(world.holds(&answers), expected, "{answers:?}");
        }
    }

    #[test]
    fn a_class_without_a_country_holds_no_order() {
        // China alone is in both; no real country is in X and not in D:5.
        let both = ["destination in D:5", "destination in X"];
        impossible(&both, &[&[false, true]]);
        impossible(
            &["destination in D:5", "destination in {PL}"],
            &[&[true, true]],
        );
    }

    #[test]
    fn an_amount_is_never_below_zero() {
        impossible(&["tpp >= 0"], &[&[false]]);
        impossible(&["tpp > 0"], &[]);
        impossible(&["tpp + used.lpp >= 0"], &[&[false]]);
        impossible(&["tpp - used.lpp >= 0"], &[]);
    }

    #[test]
    fn a_sum_is_no_less_than_a_part_of_it() {
        impossible(
            &["amount >= 100", "amount + used.lpp >= 100"],
            &[&[true, false]],
        );
        impossible(
            &["amount >= 101", "amount + used.lpp >= 100"],
            &[&[true, false]],
        );
        impossible(&["amount >= 99", "amount + used.lpp >= 100"], &[]);
        // One has more of a fact than the other.
        impossible(&["tpp >= 10", "3 * tpp + amount >= 30"], &[&[true, false]]);
        impossible(&["tpp >= 10", "3 * tpp + amount > 30"], &[]);
        // What is taken away keeps a sum from being forced.
        impossible(
            &["amount >= 100", "amount - used.lpp >= 100"],
            &[&[false, true]],
        );
        impossible(&["tpp >= 1", "amount >= 1"], &[]);
        // Shared facts on both sides.
        impossible(
            &[
                "amount - used.lpp >= 5",
                "2 * amount + used.aia - 2 * used.lpp >= 10",
            ],
            &[&[true, false]],
        );
        impossible(
            &[
                "amount - used.lpp >= -5",
                "2 * amount + used.aia - 2 * used.lpp >= -10",
            ],
            &[&[true, false]],
        );
        impossible(
            &["amount > 26900000.5", "amount + used.lpp >= 26900000.5"],
            &[&[true, false]],
        );
    }

    #[test]
    fn a_shipment_adds_up_its_lines() {
        impossible(&["amount >= 5", "shipment_amount >= 5"], &[&[true, false]]);
        impossible(
            &["amount + used.lpp >= 5", "shipment_amount + used.lpp >= 5"],
            &[&[true, false]],
        );
        impossible(&["amount >= 4", "shipment_amount >= 5"], &[]);
    }

    #[test]
    fn an_undefined_density_is_undefined_everywhere() {
        let tests = ["performance_density >= 0", "performance_density + tpp >= 0"];
        impossible(&tests, &[&[true, false], &[false, true]]);
        impossible(&["performance_density >= 0", "tpp >= 1"], &[]);
    }

    #[test]
    fn an_intermediary_in_a_country_is_in_every_set_of_it() {
        let tests = [
            "intermediary.headquarters in {CN}",
            "intermediary.headquarters in D:5",
        ];
        impossible(&tests, &[&[true, false]]);
        impossible(&["intermediary.headquarters in {ZZ}"], &[&[true]]);
        impossible(
            &[
                "intermediary.headquarters in {CN}",
                "intermediary.parent in D:5",
            ],
            &[],
        );
    }

    #[test]
    fn a_name_is_in_the_registers_that_hold_it() {
        impossible(
            &["item.vendor in large", "item.vendor in small"],
            &[&[false, true]],
        );
        impossible(
            &["item.vendor in large", "item.vendor in other"],
            &[&[true, true]],
        );
        impossible(&["item.vendor in large", "item.chip in other"], &[]);
    }

    const EVERYTHING: [&str; 20] = [
        "destination in D:5",
        "consignee.headquarters in X",
        "datacenter",
        "kind is ic",
        "tpp >= 4800 or tpp < 1600.5",
        "performance_density >= 5.92",
        "performance_density + tpp >= 4000",
        "3 * tpp >= 10000",
        "tpp - 2 * dram_bandwidth_gb_s >= 100",
        "dram_bandwidth_gb_s >= 1400",
        "amount >= 100 or amount > 0",
        "amount + used.lpp <= 1000",
        "2 * amount + used.lpp <= 1000",
        "shipment_amount >= 200",
        "shipment_amount - used.lpp >= 50",
        "used.veu.country + amount <= 7% * used.veu.total + 7% * amount",
        "used.veu.country <= 25% * used.veu.total",
        "intermediary.headquarters in D:5",
        "intermediary.headquarters in {CN, PL}",
        "item.vendor in large or item.vendor in small or item.vendor in other",
    ];

    proptest! {
        #[test]
        fn every_order_is_somewhere(
            numbers in proptest::collection::vec((0_i64..12_000, 1_i64..4), NumberFact::ALL.len()),
            rest in 0_i64..300,
            undefined in any::<bool>(),
            flag in any::<bool>(),
            places in proptest::collection::vec(0..REAL.len(), CountryFact::ALL.len()),
            between in proptest::collection::vec(0..REAL.len(), 0..3),
            name in 0..5_usize,
        ) {
            let world = World::new(&EVERYTHING);
            let mut facts = Facts::default();
            for (fact, (number, of)) in NumberFact::ALL.iter().zip(&numbers) {
                facts.set_number(*fact, Num::from(*number).checked_div(Num::from(*of)).unwrap());
            }
            let amount = facts.number(NumberFact::Amount).unwrap();
            facts.set_number(NumberFact::ShipmentAmount, amount.checked_add(Num::from(rest)).unwrap());
            if undefined {
                facts.set_undefined(NumberFact::PerformanceDensity);
            }
            for (fact, place) in CountryFact::ALL.iter().zip(&places) {
                facts.set_country(*fact, real()[*place]);
            }
            let between: Vec<_> = between.iter().map(|c| (Some(real()[*c]), None)).collect();
            facts.intermediaries = Some(between.into());
            for fact in FlagFact::ALL {
                facts.set_flag(*fact, flag);
            }
            let names = ["Acme", "bolt", "Cog", "Dynamo"];
            facts.set_text(TextFact::Vendor, names[name % names.len()]);
            prop_assert_eq!(world.at(&facts), Node::TRUE);
        }
    }
}
